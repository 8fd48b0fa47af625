//! Purses: what of the operating ledger is for what (R5). Knows in which order they are used up; stores nothing.

use commons_common::trust::{AppropriationKind, Purses};
use commons_math::MathError;
use cosmwasm_std::Uint128;

use crate::ledger;

/// What an appropriation of `kind` may draw on: a project never on maintenance, and while the trust is wounded nothing
/// on operating.
pub fn open_to(free: Purses, kind: AppropriationKind, whole: bool) -> Purses {
    let zero = Uint128::zero();
    Purses {
        operating: if whole { free.operating } else { zero },
        maintenance: match kind {
            AppropriationKind::Maintenance => free.maintenance,
            AppropriationKind::Project => zero,
        },
        gifts: free.gifts,
    }
}

/// Everything in them.
///
/// # Errors
/// `Overflow`.
pub fn total(purses: &Purses) -> Result<Uint128, MathError> {
    let budget = purses.operating.checked_add(purses.maintenance)?;
    Ok(budget.checked_add(purses.gifts)?)
}

/// `amount` out of `purses`, maintenance first, then operating, then gifts, each as far as it reaches.
pub fn parts(purses: &Purses, amount: Uint128) -> Purses {
    let mut rest = amount;
    let mut part = |purse: Uint128| {
        let part = rest.min(purse);
        rest = rest.saturating_sub(part);
        part
    };
    let maintenance = part(purses.maintenance);
    let operating = part(purses.operating);
    Purses {
        operating,
        maintenance,
        gifts: part(purses.gifts),
    }
}

/// Adds to each.
///
/// # Errors
/// `Overflow`.
pub fn add(purses: &mut Purses, parts: &Purses) -> Result<(), MathError> {
    ledger::add(&mut purses.operating, parts.operating)?;
    ledger::add(&mut purses.maintenance, parts.maintenance)?;
    ledger::add(&mut purses.gifts, parts.gifts)
}

/// Takes from each.
///
/// # Errors
/// `Negative` if there is less.
pub fn take(purses: &mut Purses, parts: &Purses) -> Result<(), MathError> {
    ledger::take(&mut purses.operating, parts.operating)?;
    ledger::take(&mut purses.maintenance, parts.maintenance)?;
    ledger::take(&mut purses.gifts, parts.gifts)
}
