//! Who saw the messages, the coins and the readings and nothing inside the trust. Computes by itself what can be known
//! from them, and compares. Uses none of the trust's arithmetic.

use std::collections::{BTreeMap, BTreeSet};

use commons_common::charter::{IndexForm, MoneyCharter, Unclaimed};
use commons_common::trust::{
    AppropriationKind, Declaration, ExecuteMsg, GiftLedger, Ledgers, LedgersResponse, QueryMsg,
};
use commons_trust::error::TrustError;
use cosmwasm_std::{Addr, Uint256};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::placed::Placed;
use super::purses::Budget;
use super::step::Sent;
use crate::support::{Done, PERIOD, World, addr};

/// What the onlooker knows.
pub struct Onlooker {
    charter: MoneyCharter,
    /// `F + S`: what came to principal, indexed (I22).
    duty: u128,
    /// The index last used, once there was one, and the ratio it was used in.
    index: Option<u128>,
    ratio: (u128, u128),
    /// Placements, purses.
    placed: Placed,
    budget: Budget,
    /// Who was paid what was declared, by declaration.
    paid: BTreeMap<u64, BTreeSet<Addr>>,
}

/// The ledgers with the backing of principal.
fn sum(ledgers: &Ledgers) -> u128 {
    let owed = ledgers.income + ledgers.gifts + ledgers.declared + ledgers.operating;
    (ledgers.floor - ledgers.loss + owed).u128()
}

impl Onlooker {
    pub fn new(charter: MoneyCharter) -> Self {
        Self {
            charter,
            duty: 0,
            index: None,
            ratio: (1, 1),
            placed: Placed::default(),
            budget: Budget::default(),
            paid: BTreeMap::new(),
        }
    }

    /// Looks at one message: what it met, what it was, what came of it.
    pub fn looks(
        &mut self,
        before: &World,
        sent: &Sent,
        result: Result<&Done, &TrustError>,
        after: &World,
    ) -> Result<(), TestCaseError> {
        let msg = &sent.msg;
        match result {
            Err(error) => {
                let broken = matches!(error, TrustError::IdentityBroken { .. });
                prop_assert!(!broken, "{msg:?}: {error}");
                prop_assert!(
                    *msg != (ExecuteMsg::ClosePeriod {}) || !can_close(before),
                    "R35: a period that waited long enough cannot be closed: {error}"
                );
                prop_assert!(
                    after.ledgers() == before.ledgers(),
                    "a refusal changes nothing"
                );
            }
            Ok(done) => {
                self.sees_coins(before, msg, done, after)?;
                self.sees_principal(before, sent, after);
                self.sees_close(before, msg, after)?;
                self.sees_claims(before, msg, done, after)?;
                sees_limits(before, sent)?;
                self.placed.sees(before, sent, after)?;
                self.budget.sees(before, sent, after)?;
            }
        }
        self.adds_up(after)?;
        let (old, new) = (before.ledgers(), after.ledgers());
        prop_assert!(new.floor >= old.floor, "I11: the floor falls with {msg:?}");
        prop_assert!(
            new.loss <= old.loss || new.income.is_zero(),
            "R4: income bears a loss first"
        );
        Ok(())
    }

    /// I10, I12, I22.
    fn adds_up(&self, world: &World) -> Result<(), TestCaseError> {
        let answer: LedgersResponse = world.ask(QueryMsg::Ledgers {});
        let ledgers = answer.ledgers;
        let held = world.held();
        prop_assert_eq!(answer.balance.u128(), held);
        prop_assert_eq!(
            held + ledgers.placed.u128(),
            sum(&ledgers) + answer.stray.u128(),
            "I10: the ledger identity"
        );
        let owed = ledgers.income + ledgers.gifts + ledgers.declared + ledgers.operating;
        prop_assert!(held >= owed.u128(), "I10: the backing line");
        prop_assert!(ledgers.loss <= ledgers.floor);
        prop_assert!(ledgers.placed <= ledgers.floor - ledgers.loss, "R2");
        prop_assert!(answer.reserved <= ledgers.operating);
        let books: u128 = world.placements().iter().map(|p| p.book.u128()).sum();
        prop_assert_eq!(ledgers.placed.u128(), books);
        prop_assert_eq!(
            (ledgers.floor + ledgers.shortfall).u128(),
            self.duty,
            "I22: F + S follows what came to principal and the index alone"
        );
        self.claims_add_up(world, &ledgers)
    }

    /// I12: `claims + swept + open = per * n`, and `D` is the open parts.
    fn claims_add_up(&self, world: &World, ledgers: &Ledgers) -> Result<(), TestCaseError> {
        let all: Vec<Declaration> = world.ask(QueryMsg::ListDeclarations {
            start_after: None,
            limit: Some(100),
        });
        let mut open = 0;
        for declaration in all {
            let paid = self
                .paid
                .get(&declaration.id.get())
                .map_or(0, BTreeSet::len);
            prop_assert_eq!(u64::try_from(paid).unwrap(), declaration.claimed);
            let rest = declaration.per.u128() * u128::from(declaration.n - declaration.claimed);
            match declaration.swept {
                Some(swept) => prop_assert_eq!(swept.u128(), rest),
                None => open += rest,
            }
        }
        prop_assert_eq!(ledgers.declared.u128(), open, "I12");
        Ok(())
    }

    /// I13: every coin out is of one kind, from one ledger, and to whom it is due.
    fn sees_coins(
        &self,
        before: &World,
        msg: &ExecuteMsg,
        done: &Done,
        after: &World,
    ) -> Result<(), TestCaseError> {
        let out: u128 = done.sent.iter().map(|(_, amount)| amount).sum();
        let (old, new) = (before.ledgers(), after.ledgers());
        let fallen = match msg {
            ExecuteMsg::Claim { .. } | ExecuteMsg::ClaimFor { .. } => old.declared - new.declared,
            ExecuteMsg::Pay { .. } => old.operating - new.operating,
            ExecuteMsg::Place { .. } => new.placed - old.placed,
            _ => {
                prop_assert!(done.sent.is_empty(), "I13: {msg:?} sends coins");
                return Ok(());
            }
        };
        prop_assert_eq!(out, fallen.u128(), "I13: {:?}", msg);
        let others_fell = match msg {
            ExecuteMsg::Pay { .. } => {
                Ledgers {
                    operating: new.operating,
                    ..old
                } != new
            }
            ExecuteMsg::Place { .. } => {
                Ledgers {
                    placed: new.placed,
                    ..old
                } != new
            }
            _ => {
                Ledgers {
                    declared: new.declared,
                    ..old
                } != new
            }
        };
        prop_assert!(!others_fell, "I13: {msg:?} takes from another ledger");
        Ok(())
    }

    /// What comes to principal (I22).
    fn sees_principal(&mut self, before: &World, sent: &Sent, after: &World) {
        use commons_common::trust::RevenueSource::Exhaustible;
        match &sent.msg {
            ExecuteMsg::Contribute {
                to: GiftLedger::Principal,
            }
            | ExecuteMsg::Revenue {
                source: Exhaustible,
            } => self.duty += sent.amount,
            ExecuteMsg::SweepStray {} => {
                let ledgers = before.ledgers();
                self.duty += before.held() + ledgers.placed.u128() - sum(&ledgers);
            }
            ExecuteMsg::Sweep { declaration } if self.charter.unclaimed == Unclaimed::Principal => {
                self.duty += after.declaration(declaration.get()).swept.unwrap().u128();
            }
            _ => {}
        }
    }

    /// R6, I14, R5 at a close.
    fn sees_close(
        &mut self,
        before: &World,
        msg: &ExecuteMsg,
        after: &World,
    ) -> Result<(), TestCaseError> {
        if *msg != (ExecuteMsg::ClosePeriod {}) {
            return Ok(());
        }
        prop_assert!(!before.siblings.expiries_due, "R44");
        let (period, closes_from) = before.open_period();
        let period = period.get();
        let (from, to, assumed) = self.sees_index(before, period);
        prop_assert!(
            !assumed || before.time >= closes_from.0 + PERIOD,
            "R6: assumed too early"
        );
        if to > 0 {
            self.index = Some(to);
            self.ratio = (from, to);
        }
        let rise = Uint256::from(to.saturating_sub(from));
        let due = Uint256::from(self.duty) * rise / Uint256::from(from.max(1));
        self.duty += cosmwasm_std::Uint128::try_from(due).unwrap().u128();

        let report = after.period(period).unwrap();
        let (old, new) = (before.ledgers(), after.ledgers());
        let index = (report.index_from.u128(), report.index_to.u128());
        prop_assert_eq!(index, (from, to), "R6");
        prop_assert_eq!(report.index_assumed, assumed, "R6");
        let cap =
            u128::from(self.charter.maintenance_bps.0) * before.ledgers().floor.u128() / 10_000;
        prop_assert!(report.maintenance.u128() <= cap, "R5: a period of a year");
        prop_assert_eq!(before.held(), after.held(), "a close moves no coin");
        let declared = new.declared - old.declared;
        if report.unvalued {
            prop_assert!(declared.is_zero() && report.operating.is_zero(), "R4");
        }
        if !(new.loss + new.shortfall).is_zero() {
            prop_assert!(
                new.income.is_zero(),
                "R5: income is left while a duty is open"
            );
            prop_assert!(report.operating.is_zero() && declared <= old.gifts, "I14");
            prop_assert_eq!(declared, old.gifts - new.gifts, "I14: gifts only");
        }
        if let Some(id) = report.declaration {
            let made = after.declaration(id.get());
            prop_assert_eq!(made.n, after.siblings.sharing(made.height), "R10");
            prop_assert_eq!(declared.u128(), made.per.u128() * u128::from(made.n));
        }
        Ok(())
    }

    /// R6: what the index was before, what it is now, and whether that is assumed.
    fn sees_index(&self, before: &World, period: u64) -> (u128, u128, bool) {
        let settled = |period: u64| before.siblings.index.get(&period).copied();
        let Some(from) = self.index.or_else(|| settled(0)) else {
            let first = settled(period).unwrap_or(0);
            return (first, first, true);
        };
        let Some(reading) = settled(period) else {
            return (from, (from * self.ratio.1 / self.ratio.0).max(1), true);
        };
        let bound = from + from * u128::from(self.charter.rise_bps.0) / 10_000;
        let counted = reading.min(bound);
        let to = match self.charter.index_form {
            IndexForm::Ratchet => counted.max(from),
            IndexForm::Yearly => counted,
        };
        (from, to, false)
    }

    /// R10, R14: to each person once, in time.
    fn sees_claims(
        &mut self,
        before: &World,
        msg: &ExecuteMsg,
        done: &Done,
        after: &World,
    ) -> Result<(), TestCaseError> {
        let id = match msg {
            ExecuteMsg::Claim { declaration } | ExecuteMsg::ClaimFor { declaration, .. } => {
                declaration
            }
            ExecuteMsg::Sweep { declaration } => {
                let swept = before.declaration(declaration.get());
                prop_assert!(
                    before.time >= swept.claim_until.0 && swept.swept.is_none(),
                    "R14"
                );
                return Ok(());
            }
            _ => return Ok(()),
        };
        let declaration = before.declaration(id.get());
        prop_assert!(before.time < declaration.claim_until.0, "R14: a late claim");
        for (to, amount) in &done.sent {
            prop_assert_eq!(*amount, declaration.per.u128(), "R10");
            let known =
                before.siblings.persons.values().any(|m| {
                    m.account.as_ref() == Some(to) && m.shares.contains(&declaration.height)
                });
            prop_assert!(known, "R10: {to} had no share");
            let first = self.paid.entry(id.get()).or_default().insert(to.clone());
            prop_assert!(first, "R10: {to} was paid twice");
        }
        let paid = self.paid.get(&id.get());
        for (person, member) in &after.siblings.persons {
            let account = member.account.as_ref().unwrap();
            let was_paid = paid.is_some_and(|paid| paid.contains(account));
            let marked = after.has_claimed(id.get(), *person);
            prop_assert_eq!(marked, was_paid, "R14: marked as paid, and not paid");
        }
        Ok(())
    }
}

/// Whether nothing can hold up the close of the open period any more.
fn can_close(world: &World) -> bool {
    world.time >= world.open_period().1.0 + PERIOD && !world.siblings.expiries_due
}

/// R5, R30: what a message met that was accepted.
fn sees_limits(before: &World, sent: &Sent) -> Result<(), TestCaseError> {
    match &sent.msg {
        ExecuteMsg::Appropriate {
            kind: AppropriationKind::Project,
            ..
        } => {
            let ledgers = before.ledgers();
            prop_assert!((ledgers.loss + ledgers.shortfall).is_zero(), "R5");
        }
        ExecuteMsg::Pay { appropriation } => {
            let stored = before.appropriation(*appropriation);
            let submission = stored.submission.expect("R30: submitted");
            let approved_by = submission.approved_by.expect("R30: approved");
            let three: BTreeSet<_> = [submission.by, approved_by, addr(&sent.by)].into();
            prop_assert_eq!(three.len(), 3, "R30: three trustees");
            prop_assert!(three.is_subset(&before.siblings.trustees), "R30: in office");
            prop_assert!(before.time < stored.lapses_at.0);
        }
        ExecuteMsg::Ratify {} => prop_assert!(false, "ratified twice"),
        _ => {}
    }
    Ok(())
}
