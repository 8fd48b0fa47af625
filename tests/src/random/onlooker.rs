//! The onlooker: after every step, every invariant that shows from outside. Reads answers only.

use std::collections::BTreeMap;

use commons_common::assembly::{
    Choice, ProposalResponse, ProposalStatus, QueryMsg as AskAssembly, Tally, VoteInfo,
};
use commons_common::id::{PeriodId, PersonId, ProposalId};
use commons_common::roll::{self, Electorate, TotalWeightResponse};
use commons_common::trust::{
    Declaration, ExecuteMsg as Trust, GiftLedger, Ledgers, PeriodReport, QueryMsg as AskTrust,
    RevenueSource,
};
use cosmwasm_std::Uint128;

use super::take::{open_period, poll, take};
use super::{Reach, Step};
use crate::chain::Chain;
use crate::family::Family;

/// Watches one trust.
pub struct Onlooker {
    before: Ledgers,
    stray: Uint128,
    executed: BTreeMap<ProposalId, u32>,
}

impl Onlooker {
    /// Begins to watch.
    #[must_use]
    pub fn new<C: Chain>(family: &Family<C>) -> Self {
        let now = family.ledgers();
        Self {
            before: now.ledgers,
            stray: now.stray,
            executed: (1..=3).map(|id| (ProposalId(id), 1)).collect(),
        }
    }

    /// Takes a step, then checks everything.
    pub fn watch<C: Chain>(&mut self, family: &mut Family<C>, step: &Step, reach: &mut Reach) {
        let outcome = take(family, step);
        let Some(Ok(_)) = outcome else {
            let now = family.ledgers();
            if !matches!(step, Step::Stray(_)) {
                assert_eq!(now.ledgers, self.before, "what is refused moves nothing");
            }
            self.stray = now.stray;
            return;
        };
        *reach.entry(step.kind()).or_default() += 1;
        if let Step::Execute(back) = step {
            let newest = poll(family, *back).expect("what was executed is there");
            let count = self.executed.entry(newest.proposal.id).or_default();
            *count += 1;
            assert_eq!(*count, 1, "I7: executed twice");
        }
        self.check_capital(family, step);
        check_dividends(family);
        check_roll(family);
        self.check_polls(family);
        let now = family.ledgers();
        (self.before, self.stray) = (now.ledgers, now.stray);
    }

    /// I11: the floor never falls. I22: `F + S` moves by contributions, exhaustible revenue, strays and the index alone.
    /// I14: while `L + S > 0` nothing but gifts is declared.
    fn check_capital<C: Chain>(&self, family: &Family<C>, step: &Step) {
        let now = family.ledgers().ledgers;
        assert!(now.floor >= self.before.floor, "I11: the floor fell");
        let due = |l: &Ledgers| l.floor + l.shortfall;
        let mut expected = due(&self.before);
        match step {
            Step::Contribute(GiftLedger::Principal, amount)
            | Step::Revenue(RevenueSource::Exhaustible, amount) => {
                expected += Uint128::new(*amount);
            }
            Step::Money(_, Trust::SweepStray {}) => expected += self.stray,
            Step::Money(_, Trust::ClosePeriod {}) => {
                let report = last_period(family);
                expected += report.proofing_due;
                if now.loss + now.shortfall > Uint128::zero() {
                    assert!(
                        report.pool <= self.before.gifts,
                        "I14: more than gifts declared"
                    );
                }
            }
            _ => {}
        }
        assert_eq!(due(&now), expected, "I22: F + S");
        if !matches!(step, Step::Money(_, Trust::ClosePeriod {})) {
            assert!(
                now.gifts >= self.before.gifts,
                "only a close declares gifts"
            );
        }
    }

    /// I5: the tally is the stored votes, one a person. I8: what was executed was executed in its window.
    fn check_polls<C: Chain>(&self, family: &Family<C>) {
        let all = AskAssembly::ListProposals {
            start_after: None,
            limit: Some(100),
        };
        let all: Vec<ProposalResponse> = family.chain.query(&family.assembly, &all);
        for ProposalResponse { proposal, status } in all {
            let votes = AskAssembly::ListVotes {
                proposal: proposal.id,
                start_after: None,
                limit: Some(100),
            };
            let votes: Vec<VoteInfo> = family.chain.query(&family.assembly, &votes);
            assert!(votes.is_sorted_by(|a, b| a.person < b.person), "I5");
            let count = |choice| votes.iter().filter(|v| v.choice == choice).count();
            let of = |choice| u64::try_from(count(choice)).expect("a page is short");
            let recounted = Tally {
                yes: of(Choice::Yes),
                no: of(Choice::No),
                abstain: of(Choice::Abstain),
            };
            assert_eq!(recounted, proposal.tally, "I5: proposal {}", proposal.id);
            let executed = self.executed.contains_key(&proposal.id);
            assert_eq!(executed, status == ProposalStatus::Executed);
            if let Some(at) = proposal.executed_at {
                let earliest = proposal.closes.after(proposal.rules.delay);
                assert!(at >= earliest && at < proposal.expires, "I8");
            }
        }
    }
}

fn last_period<C: Chain>(family: &Family<C>) -> PeriodReport {
    let asked = AskTrust::ListPeriods {
        start_after: Some(PeriodId(open_period(family).get() - 2)),
        limit: Some(1),
    };
    let reports: Vec<PeriodReport> = family.chain.query(&family.trust, &asked);
    reports
        .into_iter()
        .next()
        .expect("a closed period has a report")
}

/// I12: of each declaration, claimed, swept and open add up; `D` is the open parts.
fn check_dividends<C: Chain>(family: &Family<C>) {
    let all = AskTrust::ListDeclarations {
        start_after: None,
        limit: Some(100),
    };
    let all: Vec<Declaration> = family.chain.query(&family.trust, &all);
    let mut open = Uint128::zero();
    for declaration in all {
        assert!(declaration.claimed <= declaration.n, "I12");
        let rest = declaration.per * Uint128::from(declaration.n - declaration.claimed);
        match declaration.swept {
            Some(swept) => assert_eq!(swept, rest, "I12"),
            None => open += rest,
        }
    }
    assert_eq!(family.ledgers().ledgers.declared, open, "I12: D");
}

/// I1: accounts, keys and nullifiers are unique. I2: the total is the number of Active persons.
fn check_roll<C: Chain>(family: &Family<C>) {
    let mut accounts = Vec::new();
    let mut keys = Vec::new();
    let mut nullifiers = Vec::new();
    let mut active = 0;
    for number in 1.. {
        let asked = roll::QueryMsg::Person {
            person: PersonId(number),
        };
        let question = cosmwasm_std::to_json_vec(&asked).expect("a question is JSON");
        let Ok(answer) = family.chain.query_bytes(&family.roll, &question) else {
            break;
        };
        let person: roll::Person = cosmwasm_std::from_json(answer).expect("a person");
        accounts.extend(person.account);
        keys.push(person.voting_key);
        nullifiers.push(person.nullifier);
        active += u64::from(person.status == roll::Status::Active);
    }
    let unique = |count: usize, mut of: Vec<String>| {
        of.sort();
        of.dedup();
        assert_eq!(of.len(), count, "I1");
    };
    unique(
        accounts.len(),
        accounts.iter().map(ToString::to_string).collect(),
    );
    unique(keys.len(), keys.iter().map(ToString::to_string).collect());
    unique(
        nullifiers.len(),
        nullifiers.iter().map(ToString::to_string).collect(),
    );
    let total = roll::QueryMsg::TotalWeight { at_height: None };
    let total: TotalWeightResponse = family.chain.query(&family.roll, &total);
    assert_eq!(total.weight, active, "I2");
    let height = family.chain.height() + 1;
    let electorate: Electorate = family
        .chain
        .query(&family.roll, &roll::QueryMsg::Electorate { height });
    assert_eq!(electorate.active, active, "I2 at a height");
    assert!(electorate.sharing <= active);
}
