//! `ClosePeriod`: every placement is revalued, then the waterfall runs (R4 to R6, R9, R10). No coin moves.

use commons_common::charter::{IndexForm, SpendingRule};
use commons_common::id::{DeclarationId, PeriodId};
use commons_common::trust::{Declaration, PeriodReport, Purses};
use commons_common::units::UnixTime;
use commons_math::spending::{Yield, avg_realised};
use commons_math::waterfall::{self, After, Before, Spending, Terms};
use commons_math::{MathError, inflation};
use cosmwasm_std::{Response, Uint128};

use super::{Context, revalue};
use crate::error::TrustError;
use crate::state::{self, Life, OpenYield};
use crate::{event, ledger, sibling};

/// The index of a period (R6).
struct Index {
    from: Uint128,
    to: Uint128,
    assumed: bool,
}

impl Index {
    /// The ratio of no change.
    const fn assumed_unchanged(index: Uint128) -> Self {
        Self {
            from: index,
            to: index,
            assumed: true,
        }
    }
}

/// Anyone, once the open period is over. A missed period is closed first.
pub fn close_period(ctx: &mut Context<'_>) -> Result<Response, TrustError> {
    let life = state::life(ctx.deps.storage)?;
    let closes_from = life.began.after(ctx.config.period);
    if ctx.now() < closes_from {
        return Err(TrustError::PeriodOpen {
            period: life.period,
            closes_from,
            now: ctx.now(),
        });
    }
    let sharing = sharing(ctx)?;
    let index = index(ctx, life.period, closes_from)?;
    let (unvalued, mut events) = revalue::all(ctx, &life)?;
    let open = state::YIELD.load(ctx.deps.storage)?;
    let rule = rule(ctx, life.period, &open)?;
    let spending = (!unvalued)
        .then(|| spending(ctx, rule, sharing))
        .transpose()?;
    let after = waterfall::close(&before(ctx)?, &terms(ctx, &index, spending))?;
    apply(ctx, &after)?;
    let declaration = declare(ctx, life.period, &after)?;

    let report = PeriodReport {
        period: life.period,
        closed_at: ctx.now(),
        realised: open.realised,
        losses: open.losses,
        index_from: index.from,
        index_to: index.to,
        index_assumed: index.assumed,
        unvalued,
        budget_returned: after.budget_returned,
        maintenance: after.maintenance,
        restored: after.restored,
        proofing_due: after.proofing_due,
        proofing_paid: after.proofing_paid,
        rule,
        operating: after.operating,
        pool: after.pool,
        declaration: declaration.as_ref().map(|made| made.id),
        ledgers: ctx.ledgers,
    };
    state::PERIODS.save(ctx.deps.storage, life.period.get(), &report)?;
    state::YIELD.save(ctx.deps.storage, &OpenYield::default())?;
    let next = Life {
        period: PeriodId(life.period.get() + 1),
        began: closes_from,
        ..life
    };
    state::LIFE.save(ctx.deps.storage, &next)?;

    events.push(event::closed(life.period));
    if index.assumed {
        events.push(event::index_assumed(index.to));
    }
    events.extend(declaration.as_ref().map(event::declared));
    Ok(Response::new().add_events(events))
}

/// Persons with a share; not while the roll has expiries to work off, for who shares is then not settled (R44).
fn sharing(ctx: &Context<'_>) -> Result<u64, TrustError> {
    let height = ctx.env.block.height;
    let electorate = sibling::electorate(ctx.deps.querier, ctx.config, height)?;
    if electorate.expiries_due {
        return Err(TrustError::ExpiriesDue);
    }
    Ok(electorate.sharing)
}

/// The index last used and the one that counts now. What has no settled reading is waited for until a further whole
/// period has passed, and assumed from then on: without a reading of the period the last ratio, before any ratio was
/// used that of no change; without a base that the index begins with this period's reading, or, if there is none, with
/// that of a later one.
fn index(ctx: &Context<'_>, period: PeriodId, closes_from: UnixTime) -> Result<Index, TrustError> {
    let last = state::PERIODS
        .may_load(ctx.deps.storage, period.get().saturating_sub(1))?
        .filter(|report| !report.index_to.is_zero());
    let settled = |period| sibling::index(ctx.deps.querier, ctx.config, period);
    let subject = || ctx.config.money.index.clone();
    let assumed_from = closes_from.after(ctx.config.period);
    let over = ctx.now() >= assumed_from;
    let base = match &last {
        Some(report) => Some(report.index_to),
        None => settled(PeriodId(0))?,
    };
    let reading = settled(period)?;
    let Some(from) = base else {
        if !over {
            return Err(TrustError::NoBase {
                subject: subject(),
                period,
                assumed_from,
            });
        }
        return Ok(Index::assumed_unchanged(reading.unwrap_or_default()));
    };
    if let Some(reading) = reading {
        let rise = ctx.config.money.rise_bps.0;
        let to = match ctx.config.money.index_form {
            IndexForm::Ratchet => inflation::ratchet(from, reading, rise),
            IndexForm::Yearly => inflation::yearly(from, reading, rise),
        }?;
        return Ok(Index {
            from,
            to,
            assumed: false,
        });
    }
    if !over {
        return Err(TrustError::NoIndex {
            subject: subject(),
            period,
            assumed_from,
        });
    }
    let Some(report) = last else {
        return Ok(Index::assumed_unchanged(from));
    };
    let to = inflation::assumed(from, report.index_from, report.index_to)?;
    Ok(Index {
        from,
        to,
        assumed: true,
    })
}

/// What the spending rule alone would spend (R9), over this period and those before it.
fn rule(ctx: &Context<'_>, period: PeriodId, open: &OpenYield) -> Result<Uint128, TrustError> {
    let SpendingRule::AvgRealised { bps, years } = ctx.config.money.spending;
    let mut yields = vec![Yield {
        realised: open.realised,
        losses: open.losses,
    }];
    for back in 1..u64::from(years) {
        let earlier = period.get().saturating_sub(back);
        let Some(report) = state::PERIODS.may_load(ctx.deps.storage, earlier)? else {
            break;
        };
        yields.push(Yield {
            realised: report.realised,
            losses: report.losses,
        });
    }
    Ok(avg_realised(bps.0, &yields)?)
}

fn before(ctx: &Context<'_>) -> Result<Before, TrustError> {
    let free = state::FREE.load(ctx.deps.storage)?;
    Ok(Before {
        floor: ctx.ledgers.floor,
        loss: ctx.ledgers.loss,
        shortfall: ctx.ledgers.shortfall,
        income: ctx.ledgers.income,
        gifts: ctx.ledgers.gifts,
        budget: free.operating.checked_add(free.maintenance)?,
    })
}

/// What steps 5 and 6 go by.
fn spending(ctx: &Context<'_>, rule: Uint128, sharing: u64) -> Result<Spending, TrustError> {
    let last = state::last_declaration(ctx.deps.storage)?;
    Ok(Spending {
        rule,
        operating_bps: ctx.config.money.operating_bps.0,
        n: sharing,
        last_n: last.map_or(0, |declaration| declaration.n),
    })
}

fn terms(ctx: &Context<'_>, index: &Index, spending: Option<Spending>) -> Terms {
    Terms {
        index_from: index.from,
        index_to: index.to,
        maintenance_bps: ctx.config.money.maintenance_bps.0,
        period: ctx.config.period.0,
        spending,
    }
}

/// Carries the waterfall's outcome into the ledgers.
fn apply(ctx: &mut Context<'_>, after: &After) -> Result<(), TrustError> {
    let budget = after
        .maintenance
        .checked_add(after.operating)
        .map_err(MathError::from)?;
    let free = Purses {
        operating: after.operating,
        maintenance: after.maintenance,
        ..state::FREE.load(ctx.deps.storage)?
    };
    state::FREE.save(ctx.deps.storage, &free)?;
    ledger::take(&mut ctx.ledgers.operating, after.budget_returned)?;
    ledger::add(&mut ctx.ledgers.operating, budget)?;
    ctx.ledgers.floor = after.floor;
    ctx.ledgers.loss = after.loss;
    ctx.ledgers.shortfall = after.shortfall;
    ctx.ledgers.income = after.income;
    ctx.ledgers.gifts = after.gifts;
    ledger::add(&mut ctx.ledgers.declared, after.declared)?;
    Ok(())
}

/// Records the declaration, if there is something for everyone (R10).
fn declare(
    ctx: &mut Context<'_>,
    period: PeriodId,
    after: &After,
) -> Result<Option<Declaration>, TrustError> {
    if after.declared.is_zero() {
        return Ok(None);
    }
    let last = state::last_declaration(ctx.deps.storage)?;
    let n = after
        .declared
        .checked_div(after.per)
        .unwrap_or_default()
        .u128();
    let declaration = Declaration {
        id: DeclarationId(last.map_or(1, |last| last.id.get() + 1)),
        period,
        record_time: ctx.now(),
        height: ctx.env.block.height,
        n: u64::try_from(n).map_err(|_| MathError::Overflow)?,
        per: after.per,
        claimed: 0,
        claim_until: ctx.now().after(ctx.config.money.claim_window),
        swept: None,
    };
    state::DECLARATIONS.save(ctx.deps.storage, declaration.id.get(), &declaration)?;
    Ok(Some(declaration))
}
