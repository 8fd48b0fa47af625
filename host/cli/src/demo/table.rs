//! The years as a table for the terminal: the trust's own figures, the full-scale ones beside them, what Alaska really
//! paid, and the other order. Every mark but A stands in it.

use std::fmt::Write as _;

use super::figures::{FiscalYear, full_scale_cents};
use super::fiscal::Row;
use super::money::{cents, dollars};

const HEAD: &str = "  FY      income        floor F    reserve I      loss L  shortfall S  dividend | a head of that year:     | other order (computed natively): | marks other than A
                                                                                   | by our rule   really paid | dividend        principal   |";

/// One trust's table.
pub fn table(title: &str, years: &[FiscalYear], rows: &[Row], persons: u32) -> String {
    let mut out = format!("{title}\n{HEAD}\n");
    for (figures, row) in years.iter().zip(rows) {
        let ledgers = &row.report.ledgers;
        let full = full_scale_cents(row.per * u128::from(row.n), persons, figures.persons.value);
        let sign = if row.loss > 0 { "-" } else { "" };
        let line = format!(
            "  {} {:>11} {:>14} {:>12} {:>11} {:>12} {:>9} | {:>11} {:>13} | {:>9} {:>20}   | {}",
            row.year,
            format!("{sign}{}", whole(row.income + row.loss)),
            whole(ledgers.floor.u128()),
            whole(ledgers.income.u128()),
            whole(ledgers.loss.u128()),
            whole(ledgers.shortfall.u128()),
            dollars(row.per),
            cents(full),
            cents(figures.paid_cents.value.into()),
            dollars(row.other.per),
            whole(row.other.principal),
            figures.marks()
        );
        // Writing to a String cannot fail.
        writeln!(out, "{line}").unwrap_or_default();
    }
    out
}

/// Dollars without cents, floored.
fn whole(units: u128) -> String {
    super::money::grouped(units / super::figures::UNITS_PER_DOLLAR)
}

/// What the marks mean, in words.
pub const MARKS: &str = "\
What the figures are. A: printed in a source that was found; these need no mark.
  Recalled (B, C): the index, proofing really paid, incomes of 2005-2006, 2008 and 2010-2011; B is in places confirmed by a check, C is unsure.
  Rounded or fixed by neighbours (A-): incomes of 2007, 2009 and 2013.
  Derived (D, D0): contributions are the rise of the implied principal less last year's proofing, uncertain by tens of millions a year;
    FY1983 is the opening stock; FY1994 and FY1999 came out negative and stand at 0.
  Interpolated (I): persons of most years, between found counts.
  Inverted (V): incomes of 1983-2004, backwards from the dividends paid 1987-2008 by the rule itself: those dividends agree by construction.";
