//! Ledgers as plain numbers, and amounts as people read them. Base units are millionths of a dollar.

use commons_common::trust::LedgersResponse;
use serde::Serializer;

use super::figures::UNITS_PER_DOLLAR;
pub use crate::command::grouped;

/// A trust's ledgers in base units (letters as in contracts/RULES.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Bank balance.
    pub balance: u128,
    /// Floor.
    pub floor: u128,
    /// Loss.
    pub loss: u128,
    /// Shortfall.
    pub shortfall: u128,
    /// Income.
    pub income: u128,
    /// Gifts.
    pub gifts: u128,
    /// Declared.
    pub declared: u128,
    /// Operating.
    pub operating: u128,
    /// Placed.
    pub placed: u128,
    /// Stray.
    pub stray: u128,
}

impl From<LedgersResponse> for Money {
    fn from(r: LedgersResponse) -> Self {
        Self {
            balance: r.balance.u128(),
            floor: r.ledgers.floor.u128(),
            loss: r.ledgers.loss.u128(),
            shortfall: r.ledgers.shortfall.u128(),
            income: r.ledgers.income.u128(),
            gifts: r.ledgers.gifts.u128(),
            declared: r.ledgers.declared.u128(),
            operating: r.ledgers.operating.u128(),
            placed: r.ledgers.placed.u128(),
            stray: r.stray.u128(),
        }
    }
}

impl Money {
    /// Coins that are owed to others: `I + P + D + O`.
    pub const fn owed(&self) -> u128 {
        self.income + self.gifts + self.declared + self.operating
    }

    /// Principal that lies in the bank and can be placed.
    pub fn placeable(&self) -> u128 {
        (self.floor - self.loss - self.placed).min(self.balance - self.owed())
    }
}

/// Base units as JSON carries them: a string, because not every reader has numbers that large.
pub fn as_text<S: Serializer>(units: &u128, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(units)
}

/// `1234567890000` base units are `1,234,567.89`.
pub fn dollars(units: u128) -> String {
    let cents = units / (UNITS_PER_DOLLAR / 100);
    format!("{}.{:02}", grouped(cents / 100), cents % 100)
}

/// Cents as dollars.
pub fn cents(cents: u128) -> String {
    format!("{}.{:02}", grouped(cents / 100), cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_floored_and_grouped() {
        assert_eq!(dollars(1_234_567_899_999), "1,234,567.89");
        assert_eq!(dollars(9_999), "0.00");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(999), "999");
    }
}
