//! The onlooker: after every step, every invariant that shows from outside. Reads answers only.

use std::collections::{BTreeMap, BTreeSet};

use commons_common::assembly::{
    Act, Choice, ProposalResponse, ProposalStatus, QueryMsg as AskAssembly, Tally, VoteInfo,
};
use commons_common::charter::Unclaimed;
use commons_common::id::{DeclarationId, PersonId, ProposalId};
use commons_common::roll::{self, Electorate, MemberResponse, TotalWeightResponse};
use commons_common::trust::{
    Declaration, ExecuteMsg as Trust, GiftLedger, Ledgers, PeriodReport, QueryMsg as AskTrust,
    RevenueSource,
};
use commons_common::units::UnixTime;
use cosmwasm_std::Uint128;

use super::plan::poll;
use super::take::{awaited, take};
use super::{Life, Reach, Step};
use crate::chain::Chain;
use crate::family::Family;
use crate::reading::{Reading, replay};

/// Watches one trust.
pub struct Onlooker {
    before: Ledgers,
    stray: Uint128,
    balance: Uint128,
    executed: BTreeMap<ProposalId, u32>,
    /// Votes seen at once so far, at most: what the growth bound is a share of cannot have been more.
    most_active: u64,
    /// The second reader, where the chain can be read.
    reading: Option<Reading>,
}

impl Onlooker {
    /// Begins to watch.
    #[must_use]
    pub fn new<C: Chain>(family: &Family<C>) -> Self {
        let now = family.ledgers();
        let reading = family.chain.node();
        let reading = reading.map(|node| Reading::begin(node, &family.registry));
        Self {
            before: now.ledgers,
            stray: now.stray,
            balance: now.balance,
            executed: (1..=3).map(|id| (ProposalId(id), 1)).collect(),
            most_active: 0,
            reading,
        }
    }

    /// Watches a whole life, and at its end replays it.
    pub fn follow<C: Chain>(mut self, family: &mut Family<C>, life: &Life, reach: &mut Reach) {
        for step in &life.steps {
            self.watch(family, step, reach);
        }
        if let Some(node) = family.chain.node() {
            let compared = replay(node, &family.registry);
            assert!(compared > 20, "{compared} answers are no trust");
        }
    }

    /// Takes a step, then checks everything.
    fn watch<C: Chain>(&mut self, family: &mut Family<C>, step: &Step, reach: &mut Reach) {
        if let Step::Await(until) = step
            && awaited(family, *until)
        {
            *reach.entry(step.kind()).or_default() += 1;
        }
        // The polls before the step: a proposal in the same block must not shift what is counted.
        let polls: Vec<_> = (0..3).map(|back| poll(family, back)).collect();
        let mut effective = Vec::new();
        for (step, outcome) in take(family, step) {
            if outcome.is_ok() {
                *reach.entry(step.kind()).or_default() += 1;
                if let Step::Execute(back) = step {
                    let executed = usize::try_from(back).ok().and_then(|back| polls.get(back));
                    let executed = executed.and_then(Option::as_ref);
                    let proposal = &executed.expect("what was executed is there").proposal;
                    *reach.entry(act(&proposal.act).to_owned()).or_default() += 1;
                    let count = self.executed.entry(proposal.id).or_default();
                    *count += 1;
                    assert_eq!(*count, 1, "I7: executed twice");
                }
                effective.push(step);
            }
        }
        if effective.is_empty() {
            let now = family.ledgers();
            assert_eq!(now.ledgers, self.before, "what is refused moves nothing");
        }
        self.check_capital(family, &effective);
        self.check_outflow(family, &effective);
        check_dividends(family);
        self.check_roll(family);
        self.check_polls(family);
        if let (Some(reading), Some(node)) = (&mut self.reading, family.chain.node()) {
            reading.check(node);
        }
        let now = family.ledgers();
        (self.before, self.stray, self.balance) = (now.ledgers, now.stray, now.balance);
    }

    /// I11: the floor never falls. I22: `F + S` moves by contributions, exhaustible revenue, strays, what is swept to
    /// principal, and the index alone. I14: while `L + S > 0` nothing but gifts is declared.
    fn check_capital<C: Chain>(&self, family: &Family<C>, effective: &[Step]) {
        let now = family.ledgers().ledgers;
        assert!(now.floor >= self.before.floor, "I11: the floor fell");
        let due = |l: &Ledgers| l.floor + l.shortfall;
        let (mut expected, mut stray) = (due(&self.before), self.stray);
        let mut gifts = self.before.gifts;
        for step in effective {
            match step {
                Step::Contribute(GiftLedger::Principal, amount)
                | Step::Revenue(RevenueSource::Exhaustible, amount) => {
                    expected += Uint128::new(*amount);
                }
                Step::Contribute(GiftLedger::Dividend, amount) => gifts += Uint128::new(*amount),
                Step::Stray(amount) => stray += Uint128::new((*amount).max(1)),
                Step::Money(_, Trust::SweepStray {}) => expected += std::mem::take(&mut stray),
                Step::Money(_, Trust::Sweep { declaration })
                    if family.charter.money.unclaimed == Unclaimed::Principal =>
                {
                    expected += declared(family, *declaration).swept.expect("it is swept");
                }
                Step::Money(_, Trust::ClosePeriod {}) => {
                    let report = last_period(family);
                    expected += report.proofing_due;
                    if report.ledgers.loss + report.ledgers.shortfall > Uint128::zero() {
                        assert!(report.pool <= gifts, "I14: more than gifts declared");
                    }
                    gifts = report.ledgers.gifts;
                }
                _ => {}
            }
        }
        assert_eq!(due(&now), expected, "I22: F + S");
        assert_eq!(now.gifts, gifts, "only a close declares gifts");
    }

    /// I13: every coin that leaves is of one ledger, and is missing there.
    fn check_outflow<C: Chain>(&self, family: &Family<C>, effective: &[Step]) {
        let [step] = effective else { return };
        let now = family.ledgers();
        let left = self.balance.saturating_sub(now.balance);
        let (before, now) = (&self.before, &now.ledgers);
        let others =
            |ledgers: &Ledgers| (ledgers.floor, ledgers.loss, ledgers.income, ledgers.gifts);
        match step {
            Step::Money(_, Trust::Pay { .. }) => {
                assert_eq!(before.operating, now.operating + left, "I13: of O");
                assert_eq!((before.declared, before.placed), (now.declared, now.placed));
            }
            Step::Claim(..) | Step::Money(_, Trust::ClaimFor { .. }) => {
                assert_eq!(before.declared, now.declared + left, "I13: of D");
                assert_eq!(
                    (before.operating, before.placed),
                    (now.operating, now.placed)
                );
            }
            Step::Place(..) => {
                assert_eq!(before.placed + left, now.placed, "I13: of the principal");
                assert!(now.placed <= now.floor - now.loss);
                assert_eq!(
                    (before.operating, before.declared),
                    (now.operating, now.declared)
                );
            }
            _ => {
                assert!(left.is_zero(), "I13: nothing else pays");
                return;
            }
        }
        assert_eq!(others(before), others(now), "I13: and of no other");
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

/// What an executed act is counted as.
fn act(act: &Act) -> &'static str {
    match act {
        Act::Ratify { .. } => "the act Ratify",
        Act::Appropriate { .. } => "the act Appropriate",
        Act::Place { .. } => "the act Place",
        Act::SetRegistrar { .. } => "the act SetRegistrar",
    }
}

fn declared<C: Chain>(family: &Family<C>, declaration: DeclarationId) -> Declaration {
    let asked = AskTrust::Declaration { declaration };
    family.chain.query(&family.trust, &asked)
}

fn last_period<C: Chain>(family: &Family<C>) -> PeriodReport {
    let asked = AskTrust::ListPeriods {
        start_after: None,
        limit: Some(100),
    };
    let mut reports: Vec<PeriodReport> = family.chain.query(&family.trust, &asked);
    reports.pop().expect("a closed period has a report")
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

impl Onlooker {
    /// I1: accounts, keys and nullifiers are unique. I2: the total is the number of Active persons. I3: a weight is 1 or
    /// none.
    fn check_roll<C: Chain>(&mut self, family: &Family<C>) {
        let persons = persons(family);
        let mut active = 0;
        let (mut accounts, mut keys, mut nullifiers) = Default::default();
        for person in &persons {
            let is_active = person.status == roll::Status::Active;
            active += u64::from(is_active);
            unique(&mut keys, person.voting_key.to_hex());
            unique(&mut nullifiers, person.nullifier.to_string());
            if let Some(account) = &person.account {
                unique(&mut accounts, account.to_string());
                let member = roll::QueryMsg::Member {
                    addr: account.to_string(),
                    at_height: None,
                };
                let member: MemberResponse = family.chain.query(&family.roll, &member);
                assert_eq!(member.weight, is_active.then_some(1), "I3");
            }
        }
        let total = roll::QueryMsg::TotalWeight { at_height: None };
        let total: TotalWeightResponse = family.chain.query(&family.roll, &total);
        assert_eq!(total.weight, active, "I2");
        let height = family.chain.height() + 1;
        let electorate: Electorate = family
            .chain
            .query(&family.roll, &roll::QueryMsg::Electorate { height });
        assert_eq!(electorate.active, active, "I2 at a height");
        assert!(electorate.sharing <= active);
        self.most_active = self.most_active.max(active);
        self.check_admissions(family, &persons);
    }

    /// I4: in no epoch after the ratification more than growth allows, and in none more than quotas do.
    fn check_admissions<C: Chain>(&self, family: &Family<C>, persons: &[roll::Person]) {
        let rules = &family.charter.roll;
        let ratified = family.proposal(ProposalId(1)).proposal.executed_at;
        let ratified = ratified.expect("the trust lives");
        let epoch = |at: UnixTime| (at.0 - family.entry.founded_at.0) / rules.epoch.0;
        let mut admitted: BTreeMap<u64, (u64, u64)> = BTreeMap::new();
        for person in persons {
            let (all, grown) = admitted.entry(epoch(person.admitted)).or_default();
            *all += 1;
            *grown += u64::from(person.admitted > ratified);
        }
        // A fourth registrar with a quota of 3 may have been in office.
        let quotas: u64 = rules.registrars.iter().map(|r| u64::from(r.quota)).sum();
        let by_quota = (quotas + 3) / u64::from(rules.threshold);
        let by_growth = (self.most_active * u64::from(rules.growth_bps.0) / 10_000).max(1);
        for (epoch, (all, grown)) in admitted {
            assert!(all <= by_quota, "I4: {all} admitted in epoch {epoch}");
            assert!(grown <= by_growth, "I4: grown by {grown} in epoch {epoch}");
        }
    }
}

fn unique(seen: &mut BTreeSet<String>, one: String) {
    assert!(seen.insert(one), "I1");
}

fn persons<C: Chain>(family: &Family<C>) -> Vec<roll::Person> {
    let person = |number| {
        let asked = roll::QueryMsg::Person {
            person: PersonId(number),
        };
        let question = cosmwasm_std::to_json_vec(&asked).expect("a question is JSON");
        let answer = family.chain.query_bytes(&family.roll, &question).ok()?;
        Some(cosmwasm_std::from_json(answer).expect("a person"))
    };
    (1..).map_while(person).collect()
}
