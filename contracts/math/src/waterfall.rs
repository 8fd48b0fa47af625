//! The close of a period: in which order income is used. One pure function from what there was to what there is; it
//! moves no coin, and principal only ever grows here.

use cosmwasm_std::Uint128;

use crate::{MathError, WHOLE, dividend, inflation, ratio, share};

/// The year that maintenance is capped by: 365 days in seconds.
pub const YEAR: u64 = 31_536_000;

/// What the close starts from. Base units; placements are revalued already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Before {
    /// `F`, the floor.
    pub floor: Uint128,
    /// `L`, loss not yet restored.
    pub loss: Uint128,
    /// `S`, proofing owed.
    pub shortfall: Uint128,
    /// `I`, income.
    pub income: Uint128,
    /// `P`, gifts for the dividend.
    pub gifts: Uint128,
    /// Of `O`: neither spent nor reserved, and from income.
    pub budget: Uint128,
}

/// By which terms the period closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The index last used.
    pub index_from: Uint128,
    /// The index that counts now.
    pub index_to: Uint128,
    /// Of `F`, a year, for maintenance.
    pub maintenance_bps: u16,
    /// Length of the period, seconds.
    pub period: u64,
    /// Spending and declaration; none if a placement has no value, which leaves out steps 5 and 6 (R4).
    pub spending: Option<Spending>,
}

/// What steps 5 and 6 need to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spending {
    /// What the rule alone would spend, base units (R9).
    pub rule: Uint128,
    /// Of what is spent, to the operating ledger.
    pub operating_bps: u16,
    /// Persons with a share.
    pub n: u64,
    /// Persons with a share at the last declaration; 0 before the first.
    pub last_n: u64,
}

/// What the close leads to. Base units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct After {
    /// `F`.
    pub floor: Uint128,
    /// `L`.
    pub loss: Uint128,
    /// `S`.
    pub shortfall: Uint128,
    /// `I`.
    pub income: Uint128,
    /// `P`.
    pub gifts: Uint128,
    /// Step 0: from the old budget to income.
    pub budget_returned: Uint128,
    /// Step 1: to operating.
    pub maintenance: Uint128,
    /// Step 2: off the loss.
    pub restored: Uint128,
    /// Step 3: what fell due.
    pub proofing_due: Uint128,
    /// Step 3: what was paid into the floor.
    pub proofing_paid: Uint128,
    /// Step 5: to operating.
    pub operating: Uint128,
    /// Steps 5 and 6: what could be declared, gifts included.
    pub pool: Uint128,
    /// Step 6: what each person gets; 0: nothing is declared.
    pub per: Uint128,
    /// Step 6: `per * n`, to `D`.
    pub declared: Uint128,
}

/// Closes a period: steps 0 to 3, and 5 and 6 if there are terms of spending (there is no transition ledger, whose
/// step is 4). Each step takes from what the one before left of income.
///
/// # Errors
/// `ZeroIndex`; `Overflow`.
pub fn close(before: &Before, terms: &Terms) -> Result<After, MathError> {
    let mut after = After {
        floor: before.floor,
        loss: before.loss,
        shortfall: before.shortfall,
        income: before.income.checked_add(before.budget)?,
        gifts: before.gifts,
        budget_returned: before.budget,
        ..After::default()
    };
    maintain(&mut after, terms)?;
    restore(&mut after)?;
    proof(&mut after, terms)?;
    if let Some(spending) = &terms.spending {
        spend(&mut after, spending)?;
        declare(&mut after, spending)?;
    }
    Ok(after)
}

/// Step 1 (R5): senior to all else, and capped by a share of the floor a year, whatever the length of a period.
fn maintain(after: &mut After, terms: &Terms) -> Result<(), MathError> {
    let parts = Uint128::from(terms.maintenance_bps).checked_mul(terms.period.into())?;
    let whole = WHOLE.checked_mul(YEAR.into())?;
    after.maintenance = ratio(after.floor, parts, whole)?.min(after.income);
    after.income = after.income.checked_sub(after.maintenance)?;
    Ok(())
}

/// Step 2 (R5).
fn restore(after: &mut After) -> Result<(), MathError> {
    after.restored = after.income.min(after.loss);
    after.income = after.income.checked_sub(after.restored)?;
    after.loss = after.loss.checked_sub(after.restored)?;
    Ok(())
}

/// Step 3 (R6): `S` grows by what falls due whether or not it can be paid, so `F + S` follows the index alone (I22).
fn proof(after: &mut After, terms: &Terms) -> Result<(), MathError> {
    let duty = after.floor.checked_add(after.shortfall)?;
    after.proofing_due = inflation::due(duty, terms.index_from, terms.index_to)?;
    after.shortfall = after.shortfall.checked_add(after.proofing_due)?;
    after.proofing_paid = after.income.min(after.shortfall);
    after.income = after.income.checked_sub(after.proofing_paid)?;
    after.shortfall = after.shortfall.checked_sub(after.proofing_paid)?;
    after.floor = after.floor.checked_add(after.proofing_paid)?;
    Ok(())
}

/// Step 5 (R5, R9): nothing while the trust is wounded. What the rule leaves stays in income.
fn spend(after: &mut After, spending: &Spending) -> Result<(), MathError> {
    let whole = after.loss.is_zero() && after.shortfall.is_zero();
    let spent = if whole {
        spending.rule.min(after.income)
    } else {
        Uint128::zero()
    };
    after.operating = share(spent, spending.operating_bps)?;
    after.income = after.income.checked_sub(after.operating)?;
    after.pool = spent
        .checked_sub(after.operating)?
        .checked_add(after.gifts)?;
    Ok(())
}

/// Step 6 (R10). Income's part of the pool is declared first, so the remainder stays in `P` as far as it came from
/// there, else in `I`. Nobody, or less than one unit each: nothing is declared and everything stays where it was.
fn declare(after: &mut After, spending: &Spending) -> Result<(), MathError> {
    after.per = dividend::per_person(after.pool, spending.n, spending.last_n);
    after.declared = after.per.checked_mul(Uint128::from(spending.n))?;
    let from_income = after.pool.checked_sub(after.gifts)?.min(after.declared);
    let from_gifts = after.declared.checked_sub(from_income)?;
    after.income = after.income.checked_sub(from_income)?;
    after.gifts = after.gifts.checked_sub(from_gifts)?;
    Ok(())
}
