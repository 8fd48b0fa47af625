//! The other order of the waterfall, computed natively for comparison and labelled so wherever it is shown: the dividend
//! first, then proofing from what is left; a loss comes off the reserve, then off the principal, and is not restored.
//! No contract runs this; it exists to show what our order changes.

use anyhow::{Context, Result};
use cosmwasm_std::{Uint128, Uint256};
use serde::Serialize;

/// One charter under the other order, year after year.
#[derive(Clone, Debug, Default)]
pub struct OtherOrder {
    /// What is left of the principal.
    pub principal: u128,
    /// Undistributed income.
    pub reserve: u128,
    history: Vec<i128>,
}

/// What one year brought.
#[derive(Clone, Copy, Debug)]
pub struct Year {
    /// Contributions to principal, base units.
    pub contribution: u128,
    /// Realised income, base units.
    pub income: u128,
    /// Loss, base units.
    pub loss: u128,
    /// The index before and after.
    pub index: (u128, u128),
    /// Persons with a share.
    pub n: u64,
}

/// What the other order did with it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Outcome {
    /// Paid a person.
    #[serde(serialize_with = "super::money::as_text")]
    pub per: u128,
    /// Proofing that fell due.
    #[serde(serialize_with = "super::money::as_text")]
    pub proofing_due: u128,
    /// Proofing paid; what stays unpaid is forgotten.
    #[serde(serialize_with = "super::money::as_text")]
    pub proofing_paid: u128,
    /// Principal at the end of the year.
    #[serde(serialize_with = "super::money::as_text")]
    pub principal: u128,
    /// Reserve at the end of the year.
    #[serde(serialize_with = "super::money::as_text")]
    pub reserve: u128,
}

impl OtherOrder {
    /// Plays one year under `AvgRealised { bps, years }`.
    pub fn close(&mut self, year: Year, bps: u16, years: u8) -> Result<Outcome> {
        self.principal += year.contribution;
        self.reserve += year.income;
        let from_reserve = self.reserve.min(year.loss);
        self.reserve -= from_reserve;
        self.principal = self.principal.saturating_sub(year.loss - from_reserve);
        self.history
            .push(i128::try_from(year.income)? - i128::try_from(year.loss)?);

        let sum: i128 = self.history.iter().rev().take(usize::from(years)).sum();
        let sum = u128::try_from(sum.max(0))?;
        let rule = sum * u128::from(bps) / 10_000;
        let pool = rule.min(self.reserve);
        let per = pool.checked_div(u128::from(year.n)).unwrap_or(0);
        self.reserve -= per * u128::from(year.n);

        let rise = year.index.1.saturating_sub(year.index.0);
        let proofing_due = multiply_ratio(self.principal, rise, year.index.0)?;
        let proofing_paid = proofing_due.min(self.reserve);
        self.reserve -= proofing_paid;
        self.principal += proofing_paid;
        Ok(Outcome {
            per,
            proofing_due,
            proofing_paid,
            principal: self.principal,
            reserve: self.reserve,
        })
    }
}

fn multiply_ratio(amount: u128, numerator: u128, denominator: u128) -> Result<u128> {
    let product = Uint256::from(amount)
        .checked_mul(Uint256::from(numerator))?
        .checked_div(Uint256::from(denominator))
        .context("the index before is 0")?;
    Ok(Uint128::try_from(product)?.u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(income: u128, loss: u128, index: (u128, u128)) -> Year {
        Year {
            contribution: 0,
            income,
            loss,
            index,
            n: 1,
        }
    }

    #[test]
    fn spending_everything_leaves_no_proofing_and_no_restoring() {
        let mut order = OtherOrder {
            principal: 1_000,
            ..OtherOrder::default()
        };
        let first = order.close(year(100, 0, (100, 110)), 10_000, 1).unwrap();
        assert_eq!(
            (first.per, first.proofing_due, first.proofing_paid),
            (100, 100, 0)
        );
        let second = order.close(year(0, 300, (110, 110)), 10_000, 1).unwrap();
        assert_eq!((second.per, second.principal), (0, 700));
        let third = order.close(year(100, 0, (110, 110)), 10_000, 1).unwrap();
        assert_eq!((third.per, third.principal), (100, 700));
    }
}
