//! Random messages to a living trust, and an onlooker who knows its invariants and nothing of its code. Every step is
//! possible in every state: what the contracts refuse is refused, and changes nothing.

mod onlooker;
mod plan;
mod strategy;
mod take;

use std::collections::BTreeMap;

use commons_common::assembly::{Act, Choice};
use commons_common::charter::{Charter, IndexForm, Unclaimed};
use commons_common::trust::{AppropriationKind, ExecuteMsg as Trust, GiftLedger, RevenueSource};
use commons_common::units::{Bps, Hash, Seconds};
use cosmwasm_std::Uint128;

use crate::cast::{Person, address, officer};
use crate::chain::Chain;
use crate::charter::charter;
use crate::family::{Family, begin};

pub use onlooker::Onlooker;
pub use strategy::{crowded, lives};

/// Persons on the roll from the start.
const PERSONS: u64 = 9;
/// Numbers of those who may join after them.
const JOINERS: u64 = 4;
/// The person whose account is a trustee's.
const TRUSTEE: u64 = 9;
/// The person without an account.
const WITHOUT_ACCOUNT: u64 = 8;
/// The first reading of the price index.
const BASE: u128 = 100_000;
/// Attestations that a registrar has in an epoch: one more than the founding takes.
const QUOTA: u32 = 10;

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// A gift.
    Contribute(GiftLedger, u128),
    /// Revenue.
    Revenue(RevenueSource, u128),
    /// Coins without a message.
    Stray(u128),
    /// Days pass.
    Wait(u64),
    /// Time passes until something begins, if there is such a thing.
    Await(Until),
    /// Both reporters report.
    Measure {
        /// What is measured.
        what: Measured,
        /// So many periods before the open one.
        back: u64,
        /// Per mille of the base, or of what is booked.
        per_mille: u128,
    },
    /// Settles every reading of the period that lies so many before the open one.
    SettleReadings(u64),
    /// A message to the trust, by an officer.
    Money(&'static str, Trust),
    /// A trustee places under the newest executed act but so many.
    Place(&'static str, u64, u128),
    /// A person claims a declaration.
    Claim(u64, u64),
    /// Coins back from a placement's custodian: base units of book value, and per mille of it in coins.
    Return(u64, u128, u128),
    /// A trustee declares an interest.
    Interest(&'static str, &'static str),
    /// A trustee proposes.
    Propose(Kind, u128),
    /// Signed ballots, in the newest poll but so many: person, choice, sequence.
    Ballots(u64, Vec<(u64, Choice, u32)>),
    /// A direct vote, in the newest poll but so many.
    Vote(u64, u64, Choice),
    /// Executes the newest proposal but so many.
    Execute(u64),
    /// A person's key is rotated.
    Rotate(u64),
    /// A registrar attests one person, with another signature of the person's or the usual one.
    Attest(&'static str, u64, bool),
    /// A registrar renews persons 1 to n.
    Renew(u64),
    /// The roll's queues are worked off.
    SettleRoll,
    /// Due expiries are worked off.
    ExpireDue,
    /// Steps in one block, where the host can.
    Together(Vec<Step>),
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measured {
    /// The price index.
    Prices,
    /// What the first custodian holds.
    Holdings,
    /// What the second one holds.
    OtherHoldings,
}

/// What can be waited for.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// The newest poll opens.
    Open,
    /// The newest proposal can be executed.
    Executable,
    /// The open period can be closed.
    PeriodOver,
    /// The open period can be closed without what was not measured.
    GraceOver,
    /// The newest declaration can be swept.
    ClaimsOver,
}

/// Kinds of acts that are proposed.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A project of two milestones.
    Project,
    /// Maintenance of one.
    Maintenance,
    /// A placement.
    Place,
    /// A registrar's quota.
    Registrar,
}

/// How often each kind of step took effect: a property over steps that never happen would hold for nothing.
pub type Reach = BTreeMap<String, u32>;

impl Step {
    /// The step's name, or its message's.
    fn kind(&self) -> String {
        let shown = match self {
            Self::Money(_, msg) => format!("{msg:?}"),
            other => format!("{other:?}"),
        };
        shown
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect()
    }
}

/// A life: what a trust begins with, and what happens to it.
#[derive(Clone, Debug)]
pub struct Life {
    /// Coins that came to its address before it was there.
    pub early: u128,
    /// Of the floor in a year, for maintenance.
    pub maintenance: Bps,
    /// How the index counts.
    pub index_form: IndexForm,
    /// Where unclaimed dividends go.
    pub unclaimed: Unclaimed,
    /// Whether the base of the index is measured at the beginning.
    pub base: bool,
    /// What happens.
    pub steps: Vec<Step>,
}

impl Life {
    fn charter(&self) -> Charter {
        let mut charter = charter();
        for registrar in &mut charter.roll.registrars {
            registrar.quota = QUOTA;
        }
        charter.money.maintenance_bps = self.maintenance;
        charter.money.index_form = self.index_form;
        charter.money.unclaimed = self.unclaimed;
        charter
    }
}

/// A living trust: nine persons, a placement authorised (proposal 2), an appropriation (1)
/// made, perhaps the base of the index measured, some money.
pub fn living<C: Chain>(life: &Life) -> Family<C> {
    let chain = begin::<C>(PERSONS + JOINERS);
    let mut family = Family::found_with_coins(chain, life.charter(), life.early);
    assert_eq!(family.ledgers().stray, Uint128::new(life.early));
    let mut persons: Vec<Person> = (1..=PERSONS).map(Person::new).collect();
    for person in &mut persons {
        match person.number {
            TRUSTEE => person.account = Some(officer("trustee-3")),
            WITHOUT_ACCOUNT => person.account = None,
            _ => {}
        }
    }
    family.enrol(persons);
    family.money(
        "sponsor",
        &Trust::Contribute {
            to: GiftLedger::Principal,
        },
        500_000,
    );
    family.money(
        "sponsor",
        &Trust::Contribute {
            to: GiftLedger::Operating,
        },
        60_000,
    );
    let charter_hash = family.entry.charter_hash.clone();
    family.decide("Ratify the charter", Act::Ratify { charter_hash });
    if life.base {
        family.measure("prices", 0, BASE);
    }
    let act = Act::Place {
        custodian: address("custodian"),
        max: Uint128::new(1_000_000),
    };
    family.decide("Put principal to work", act);
    let act = Act::Appropriate {
        kind: AppropriationKind::Project,
        payee: address("payee"),
        milestones: vec![Uint128::new(9_000), Uint128::new(7_000)],
        purpose_hash: Hash::of(b"mend the fences"),
        lapses_at: family.chain.now().after(Seconds::days(400)),
    };
    family.decide("Mend the fences", act);
    // Numbers of those who may join: their ballots and votes are refused until they do.
    family
        .persons
        .extend((PERSONS + 1..=PERSONS + JOINERS).map(Person::new));
    family
}
