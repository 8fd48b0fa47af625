//! The close of a period: every placement valued, then the waterfall, step by step as the design page numbers them (R4 to
//! R6, R9, R10). Moves no coin.

use commons_common::charter::{IndexForm, SpendingRule};
use commons_common::id::{DeclarationId, PeriodId, PlacementId};
use commons_common::trust::{Declaration, Ledgers, PeriodReport};
use commons_common::units::UnixTime;
use cosmwasm_std::Uint128;

use super::number::{add, ratio, sub};
use super::survey::Survey;
use super::trust::{Siblings, Trust};
use super::{Call, Objection, require};

/// The index before, after as far as it counts, and whether it was assumed.
struct Index {
    from: u128,
    to: u128,
    assumed: bool,
}

impl Trust {
    pub(super) fn close(&mut self, call: &Call, siblings: Siblings<'_>) -> Result<(), Objection> {
        let period = self.open_period();
        let over = self.closes_from(period)?;
        require(over <= call.time, || {
            format!(
                "period {period} can be closed from {over}, not at {}",
                call.time
            )
        })?;
        let index = self.index(period, call.time, siblings.survey)?;
        let valued = self.value_all(period, siblings.survey)?;
        let mut report = self.begin_report(period, call, &index, valued);
        self.return_budget(&mut report)?;
        self.maintain_restore_and_proof(&mut report, &index)?;
        report.rule = Uint128::new(self.rule()?);
        let spent = if valued { self.spend(&mut report)? } else { 0 };
        if valued {
            self.declare(&mut report, call, spent, siblings)?;
        }
        report.ledgers = self.ledger.to_answer();
        self.periods.push(report);
        self.realised = 0;
        self.losses = 0;
        Ok(())
    }

    /// The period that is open.
    pub(super) fn open_period(&self) -> PeriodId {
        PeriodId(
            u64::try_from(self.periods.len())
                .unwrap_or(u64::MAX)
                .saturating_add(1),
        )
    }

    /// From when a period can be closed.
    pub(super) fn closes_from(&self, period: PeriodId) -> Result<u64, Objection> {
        let start = self
            .ratified_at
            .ok_or_else(|| Objection::new("not ratified"))?;
        Ok(start.saturating_add(period.get().saturating_mul(self.rules.period.0)))
    }

    fn index(&self, period: PeriodId, now: u64, survey: &Survey) -> Result<Index, Objection> {
        let money = &self.rules.money;
        let last = self.periods.last();
        let from = match last {
            Some(last) => last.index_to.u128(),
            None => survey
                .settled(&money.index, PeriodId(0))
                .ok_or_else(|| Objection::new("no base of the index has settled"))?,
        };
        let settled = survey.settled(&money.index, period);
        let reading = match settled {
            Some(reading) => reading,
            None => self.assumed(period, now, from)?,
        };
        let most = ratio(from, add(10_000, u128::from(money.rise_bps.0))?, 10_000)?;
        let bounded = reading.min(most);
        let to = match money.index_form {
            IndexForm::Yearly => bounded,
            IndexForm::Ratchet => bounded.max(from),
        };
        Ok(Index {
            from,
            to,
            assumed: settled.is_none(),
        })
    }

    /// The index where nobody's reading settled: the last ratio again, once a further period has passed. Before the
    /// first close there is no ratio yet, and prices are taken to stand.
    fn assumed(&self, period: PeriodId, now: u64, from: u128) -> Result<u128, Objection> {
        let after = self.closes_from(PeriodId(period.get().saturating_add(1)))?;
        require(after <= now, || {
            format!(
                "no index of period {period} has settled, and none may be assumed before {after}"
            )
        })?;
        self.periods.last().map_or(Ok(from), |last| {
            ratio(from, last.index_to.u128(), last.index_from.u128())
        })
    }

    /// Revalues every placement; whether each one with a book value had a reading of this period made after its last move.
    fn value_all(&mut self, period: PeriodId, survey: &Survey) -> Result<bool, Objection> {
        let mut valued = true;
        let ids: Vec<PlacementId> = self.placements.keys().copied().collect();
        for id in ids {
            let holds = self.placements.get(&id).is_some_and(|p| !p.book.is_zero());
            let read = self.revalue(id, survey)?;
            valued &= !holds || read.is_some_and(|year| year >= period);
        }
        Ok(valued)
    }

    fn begin_report(
        &self,
        period: PeriodId,
        call: &Call,
        index: &Index,
        valued: bool,
    ) -> PeriodReport {
        PeriodReport {
            period,
            closed_at: UnixTime(call.time),
            realised: Uint128::new(self.realised),
            losses: Uint128::new(self.losses),
            index_from: Uint128::new(index.from),
            index_to: Uint128::new(index.to),
            index_assumed: index.assumed,
            unvalued: !valued,
            budget_returned: Uint128::zero(),
            maintenance: Uint128::zero(),
            restored: Uint128::zero(),
            proofing_due: Uint128::zero(),
            proofing_paid: Uint128::zero(),
            rule: Uint128::zero(),
            operating: Uint128::zero(),
            pool: Uint128::zero(),
            declaration: None,
            ledgers: Ledgers::default(),
        }
    }

    /// Step 0: what of the budget is not reserved goes back to income.
    fn return_budget(&mut self, report: &mut PeriodReport) -> Result<(), Objection> {
        let ledger = &mut self.ledger;
        let free = std::mem::take(&mut ledger.budget);
        ledger.operating = sub(ledger.operating, free, "operating")?;
        ledger.income = add(ledger.income, free)?;
        report.budget_returned = Uint128::new(free);
        Ok(())
    }

    /// Steps 1 to 3.
    fn maintain_restore_and_proof(
        &mut self,
        report: &mut PeriodReport,
        index: &Index,
    ) -> Result<(), Objection> {
        let share = u128::from(self.rules.money.maintenance_bps.0);
        let due = ratio(self.ledger.floor, share, 10_000)?;
        let maintenance = due.min(self.ledger.income);
        self.budget(maintenance)?;
        let ledger = &mut self.ledger;
        let restored = ledger.income.min(ledger.loss);
        ledger.income = sub(ledger.income, restored, "income")?;
        ledger.loss = sub(ledger.loss, restored, "the loss")?;
        let rise = index.to.saturating_sub(index.from);
        let proofed = add(ledger.floor, ledger.shortfall)?;
        let due = if rise == 0 {
            0
        } else {
            ratio(proofed, rise, index.from)?
        };
        ledger.shortfall = add(ledger.shortfall, due)?;
        let paid = ledger.income.min(ledger.shortfall);
        ledger.income = sub(ledger.income, paid, "income")?;
        ledger.shortfall = sub(ledger.shortfall, paid, "the shortfall")?;
        ledger.floor = add(ledger.floor, paid)?;
        report.maintenance = Uint128::new(maintenance);
        report.restored = Uint128::new(restored);
        report.proofing_due = Uint128::new(due);
        report.proofing_paid = Uint128::new(paid);
        Ok(())
    }

    /// From income to operating.
    fn budget(&mut self, amount: u128) -> Result<(), Objection> {
        let ledger = &mut self.ledger;
        ledger.income = sub(ledger.income, amount, "income")?;
        ledger.operating = add(ledger.operating, amount)?;
        ledger.budget = add(ledger.budget, amount)?;
        Ok(())
    }

    /// What the spending rule alone would spend (R9): a share of the last periods' incomes less losses, this one included.
    fn rule(&self) -> Result<u128, Objection> {
        let SpendingRule::AvgRealised { bps, years } = self.rules.money.spending;
        let earlier = usize::from(years).saturating_sub(1);
        let mut incomes = self.realised;
        let mut losses = self.losses;
        for report in self.periods.iter().rev().take(earlier) {
            incomes = add(incomes, report.realised.u128())?;
            losses = add(losses, report.losses.u128())?;
        }
        ratio(incomes.saturating_sub(losses), u128::from(bps.0), 10_000)
    }

    /// Step 5: what is spent and not for operating stays in income until it is declared.
    fn spend(&mut self, report: &mut PeriodReport) -> Result<u128, Objection> {
        if self.ledger.wounded() {
            return Ok(0);
        }
        let spent = report.rule.u128().min(self.ledger.income);
        let share = u128::from(self.rules.money.operating_bps.0);
        let operating = ratio(spent, share, 10_000)?;
        self.budget(operating)?;
        report.operating = Uint128::new(operating);
        sub(spent, operating, "what is spent")
    }

    /// Step 6: an equal share each; fewer persons never make a feast (R10). What does not divide stays with the gifts, as
    /// far as gifts are in the pool, else in income.
    fn declare(
        &mut self,
        report: &mut PeriodReport,
        call: &Call,
        spent: u128,
        siblings: Siblings<'_>,
    ) -> Result<(), Objection> {
        let pool = add(spent, self.ledger.gifts)?;
        report.pool = Uint128::new(pool);
        let (_, n) = siblings.roll.counts(call.height);
        let before = self
            .declarations
            .last()
            .map_or(0, |declaration| u128::from(declaration.n));
        // n is below 2^64, so eight times it is exact; the quotient is rounded up.
        let least = (before * 8).div_ceil(10);
        let sharers = u128::from(n).max(least);
        if n == 0 || pool < sharers {
            return Ok(());
        }
        let per = ratio(pool, 1, sharers)?;
        let declared = ratio(per, u128::from(n), 1)?;
        let ledger = &mut self.ledger;
        let rest = sub(pool, declared, "the pool")?;
        let kept = rest.min(ledger.gifts);
        let from_gifts = sub(ledger.gifts, kept, "gifts")?;
        let from_income = sub(declared, from_gifts, "what is declared")?;
        ledger.gifts = kept;
        ledger.income = sub(ledger.income, from_income, "income")?;
        ledger.declared = add(ledger.declared, declared)?;
        let count = u64::try_from(self.declarations.len()).unwrap_or(u64::MAX);
        let id = DeclarationId(count.saturating_add(1));
        report.declaration = Some(id);
        self.declarations.push(Declaration {
            id,
            period: report.period,
            record_time: UnixTime(call.time),
            height: call.height,
            n,
            per: Uint128::new(per),
            claimed: 0,
            claim_until: UnixTime(call.time).after(self.rules.money.claim_window),
            swept: None,
        });
        Ok(())
    }
}
