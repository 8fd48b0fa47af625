//! Alaska's figures, 1983 to 2016, as the demonstration plays them: the table of `tests/data`, built into the binary.
//! Owns parsing and scaling; never rounds but once, at input, downwards.

use anyhow::{Context, Result, bail, ensure};

/// Persons paid in 2008: the scale of the demonstration is persons / this.
pub const PERSONS_2008: u128 = 610_768;
/// Base units in a dollar: a base unit is a millionth.
pub const UNITS_PER_DOLLAR: u128 = 1_000_000;

/// The table as it stands in tests/data.
pub const TABLE: &str = include_str!("../../../../tests/data/apf_replay_1983_2016.csv");
const COLUMNS: usize = 14;

/// A figure with the mark of its reliability (`tests/data/README.md`).
#[derive(Clone, Debug)]
pub struct Marked<T> {
    /// The figure.
    pub value: T,
    /// A, A-, B, C, D, D0, I or V.
    pub mark: String,
}

/// One fiscal year.
#[derive(Clone, Debug)]
pub struct FiscalYear {
    /// The year in which it ends, on 30 June.
    pub year: u16,
    /// Contributions to principal, tenths of a million dollars.
    pub contribution: Marked<i64>,
    /// Realised net income, tenths of a million dollars; negative in 2009.
    pub income: Marked<i64>,
    /// The index before and after, x 1000.
    pub index: Marked<(u128, u128)>,
    /// Persons eligible for the dividend.
    pub persons: Marked<u64>,
    /// What was paid a person, cents.
    pub paid_cents: Marked<u64>,
    /// Inflation-proofing really deposited, millions of dollars.
    pub paid_proofing: Marked<u64>,
}

impl FiscalYear {
    /// Marks of this row other than A, column by column.
    pub fn marks(&self) -> String {
        [
            ("contribution", &self.contribution.mark),
            ("income", &self.income.mark),
            ("index", &self.index.mark),
            ("persons", &self.persons.mark),
            ("dividend", &self.paid_cents.mark),
            ("proofing", &self.paid_proofing.mark),
        ]
        .iter()
        .filter(|(_, mark)| mark.as_str() != "A")
        .map(|(column, mark)| format!("{column} {mark}"))
        .collect::<Vec<_>>()
        .join(", ")
    }
}

/// Tenths of a million dollars at the demonstration's scale: base units, floored.
pub fn scaled(tenths_of_million: u64, persons: u32) -> u128 {
    // At most 10^6 tenths of a million, 10^11 units each, and 10^6 persons: below 2^80.
    let full = u128::from(tenths_of_million) * (UNITS_PER_DOLLAR * 100_000);
    full * u128::from(persons) / PERSONS_2008
}

/// Cents a person of that year, from a pool at the demonstration's scale.
pub fn full_scale_cents(pool: u128, persons: u32, eligible: u64) -> u128 {
    let full = pool * PERSONS_2008 / u128::from(persons.max(1));
    full * 100 / UNITS_PER_DOLLAR / u128::from(eligible.max(1))
}

/// Every fiscal year, in order.
pub fn years() -> Result<Vec<FiscalYear>> {
    let mut years: Vec<FiscalYear> = Vec::new();
    for (i, line) in TABLE.lines().enumerate().skip(1) {
        let row = parse(line).with_context(|| format!("figures, line {}", i + 1))?;
        if let Some(last) = years.last() {
            ensure!(
                row.year == last.year + 1,
                "figures, line {}: a year is missing",
                i + 1
            );
            ensure!(
                row.index.value.0 == last.index.value.1,
                "figures, line {}: the index does not continue the year before",
                i + 1
            );
        }
        years.push(row);
    }
    ensure!(!years.is_empty(), "figures: the table is empty");
    Ok(years)
}

fn parse(line: &str) -> Result<FiscalYear> {
    let cells: Vec<&str> = line.split(',').collect();
    let Ok(cells) = <[&str; COLUMNS]>::try_from(cells) else {
        bail!("expected {COLUMNS} columns");
    };
    let [
        year,
        contribution,
        contribution_mark,
        income,
        income_mark,
        index_0,
        index_1,
        index_mark,
        rest @ ..,
    ] = cells;
    let [
        persons,
        persons_mark,
        paid,
        paid_mark,
        proofing,
        proofing_mark,
    ] = rest;
    Ok(FiscalYear {
        year: year.parse()?,
        contribution: marked(tenths(contribution)?, contribution_mark),
        income: marked(tenths(income)?, income_mark),
        index: marked((index_0.parse()?, index_1.parse()?), index_mark),
        persons: marked(persons.parse()?, persons_mark),
        paid_cents: marked(paid.parse()?, paid_mark),
        paid_proofing: marked(proofing.parse()?, proofing_mark),
    })
}

fn marked<T>(value: T, mark: &str) -> Marked<T> {
    Marked {
        value,
        mark: mark.to_owned(),
    }
}

/// `-2509.3` is -25,093 tenths. No binary fraction ever stands in between.
fn tenths(text: &str) -> Result<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    ensure!(fraction.len() == 1, "`{text}`: one decimal at most");
    let digits = format!("{whole}{fraction}");
    digits
        .parse()
        .with_context(|| format!("`{text}` is not a figure"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_whole() {
        let years = years().unwrap();
        assert_eq!(years.len(), 34);
        assert_eq!(years[0].year, 1983);
        assert_eq!(years[26].income.value, -25_093);
        assert_eq!(years[26].income.mark, "A-");
    }

    #[test]
    fn scaling_floors_once() {
        // 603.4 million dollars for 1,000 of 610,768 persons.
        assert_eq!(scaled(6_034, 1_000), 987_936_499_620);
        assert_eq!(scaled(6_034, 610_768), 603_400_000_000_000);
    }
}
