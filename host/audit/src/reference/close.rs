//! The close of a period: every placement valued, then the waterfall, step by step as the design page numbers them (R4 to
//! R6, R9, R10). Moves no coin.

use commons_common::charter::SpendingRule;
use commons_common::id::{DeclarationId, PeriodId, PlacementId};
use commons_common::trust::{Declaration, Ledgers, PeriodReport};
use commons_common::units::UnixTime;
use cosmwasm_std::Uint128;

use super::index::Index;
use super::number::{add, ratio, sub};
use super::survey::Survey;
use super::trust::{Siblings, Trust};
use super::{Call, Objection, require};

/// Seconds in the year that a share for maintenance is of: 365 days.
const YEAR: u128 = 31_536_000;

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
        require(!siblings.roll.expiries_due(call), || {
            "expiries of the roll are waiting: nobody can say who shares".to_owned()
        })?;
        let index = self.index(period, call.time, siblings.survey)?;
        let valued = self.value_all(period, call.time, siblings.survey)?;
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

    /// Whether every placement with a book value was valued for the period, each written down to what it is worth. One that
    /// was not makes the close wait for one further period.
    fn value_all(
        &mut self,
        period: PeriodId,
        now: u64,
        survey: &Survey,
    ) -> Result<bool, Objection> {
        let held: Vec<PlacementId> = self.held().collect();
        let missing = self.unvalued(period, survey)?;
        if let Some(id) = missing {
            let until = self.closes_from(PeriodId(period.get().saturating_add(1)))?;
            require(until <= now, || {
                format!(
                    "placement {id} has no value of period {period}, and the close waits for one until {until}"
                )
            })?;
        }
        for id in held {
            self.write_down(id, survey)?;
        }
        Ok(missing.is_none())
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

    /// Step 0: what came from income and is not reserved goes back there; gifts stay.
    fn return_budget(&mut self, report: &mut PeriodReport) -> Result<(), Objection> {
        let ledger = &mut self.ledger;
        let maintenance = std::mem::take(&mut ledger.free.maintenance);
        let free = add(maintenance, std::mem::take(&mut ledger.free.operating))?;
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
        let maintenance = self.maintenance_due()?.min(self.ledger.income);
        self.move_to_operating(maintenance)?;
        let ledger = &mut self.ledger;
        ledger.free.maintenance = add(ledger.free.maintenance, maintenance)?;
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

    /// The period's part of a yearly share of the floor.
    fn maintenance_due(&self) -> Result<u128, Objection> {
        let share = u128::from(self.rules.money.maintenance_bps.0);
        // A share below 2^16 times a span below 2^64 stays below 2^80.
        let part = share.saturating_mul(u128::from(self.rules.period.0));
        ratio(self.ledger.floor, part, YEAR.saturating_mul(10_000))
    }

    /// From income to operating; the purse is the caller's.
    fn move_to_operating(&mut self, amount: u128) -> Result<(), Objection> {
        let ledger = &mut self.ledger;
        ledger.income = sub(ledger.income, amount, "income")?;
        ledger.operating = add(ledger.operating, amount)?;
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
        self.move_to_operating(operating)?;
        self.ledger.free.operating = add(self.ledger.free.operating, operating)?;
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
