//! Random messages to a living trust, and an onlooker who knows its invariants and nothing of its code. Every step is
//! possible in every state: what the contracts refuse is refused, and changes nothing.

mod onlooker;
mod strategy;
mod take;

use std::collections::BTreeMap;

use commons_common::assembly::{Act, Choice};
use commons_common::trust::{AppropriationKind, ExecuteMsg as Trust, GiftLedger, RevenueSource};
use commons_common::units::{Hash, Seconds};
use cosmwasm_std::Uint128;

use crate::cast::{Person, address};
use crate::chain::Chain;
use crate::charter::charter;
use crate::family::{Family, begin};

pub use onlooker::Onlooker;
pub use strategy::steps;

/// Persons on the roll from the start; the next three numbers may join.
const PERSONS: u64 = 9;

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
    /// Both reporters report on the open period.
    Measure {
        /// The price index, or the value of the placement.
        index: bool,
        /// Per mille of the base, or of what is booked.
        per_mille: u128,
    },
    /// Settles both readings of the open period.
    SettleReadings,
    /// A message to the trust, by an officer.
    Money(&'static str, Trust),
    /// A person claims a declaration.
    Claim(u64, u64),
    /// Coins back from the custodian: base units of book value, and per mille of it in coins.
    Return(u128, u128),
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
    /// A registrar attests one person.
    Attest(&'static str, u64),
    /// A registrar renews persons 1 to n.
    Renew(u64),
    /// The roll's queues are worked off.
    SettleRoll,
    /// Due expiries are worked off.
    ExpireDue,
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

/// A living trust: nine persons, a placement authorised (proposal 2), an appropriation (1)
/// made, the base of the index measured, some money.
pub fn living<C: Chain>() -> Family<C> {
    let mut family = Family::found(begin::<C>(PERSONS + 3), charter());
    family.enrol((1..=PERSONS).map(Person::new).collect());
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
    family.measure("prices", 0, 100_000);
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
        .extend((PERSONS + 1..=PERSONS + 3).map(Person::new));
    family
}
