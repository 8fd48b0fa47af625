//! What the run must show, computed from the rows: each sentence with its figures, held or not. Never asserts what it did
//! not compute; with fewer years than all, only what those years can show.

use serde::Serialize;

use super::figures::{FiscalYear, full_scale_cents};
use super::fiscal::Row;
use super::money::{cents, dollars, grouped};

/// One thing that must be seen.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The claim, with figures.
    pub claim: String,
    /// Whether it holds.
    pub holds: bool,
}

/// Years in which (b) may pay nothing, because proofing or loss is open.
const NOTHING_PAID: [u16; 6] = [2002, 2003, 2009, 2010, 2011, 2012];

/// Every check that the rows played so far allow.
pub fn checks(years: &[FiscalYear], rows: &[Vec<Row>; 2], persons: u32) -> Vec<Check> {
    let [a, b] = rows;
    let mut checks = vec![orders_agree(a)];
    let dividends: Vec<(u16, u128, u128)> = years
        .iter()
        .zip(a)
        .map(|(y, r)| {
            let ours = full_scale_cents(r.per * u128::from(r.n), persons, y.persons.value);
            (y.year, ours, u128::from(y.paid_cents.value))
        })
        .collect();
    if a.last().is_some_and(|r| r.year == 2016) {
        checks.extend([
            short(&dividends),
            constructed(&dividends),
            above(&dividends),
            departs(&dividends),
        ]);
        checks.extend([reserve_bore_2009(a), index_fell_2010(a, b), nothing_paid(b)]);
        checks.extend([same_floor(a, b), other_order_ends_low(b)]);
    }
    checks
}

fn orders_agree(a: &[Row]) -> Check {
    let differs = a.iter().find(|r| {
        r.per != r.other.per
            || r.report.ledgers.floor.u128() != r.other.principal
            || r.report.ledgers.income.u128() != r.other.reserve
    });
    Check {
        claim: match differs {
            None => format!(
                "(a) both orders agree to the unit in all {} years: floor, reserve and dividend",
                a.len()
            ),
            Some(row) => format!(
                "(a) both orders agree to the unit — they differ in FY{}",
                row.year
            ),
        },
        holds: differs.is_none(),
    }
}

fn within(
    dividends: &[(u16, u128, u128)],
    years: std::ops::RangeInclusive<u16>,
) -> impl Iterator<Item = &(u16, u128, u128)> {
    dividends
        .iter()
        .filter(move |(year, _, _)| years.contains(year))
}

fn short(dividends: &[(u16, u128, u128)]) -> Check {
    Check {
        claim: "(a) the dividends of 1983 to 1986 fall short of what was paid: the rule looks back five years, and the run begins in 1983".to_owned(),
        holds: within(dividends, 1983..=1986).all(|(_, ours, paid)| ours < paid),
    }
}

fn constructed(dividends: &[(u16, u128, u128)]) -> Check {
    let widest = within(dividends, 1987..=2008)
        .map(|(_, ours, paid)| ours.abs_diff(*paid))
        .max()
        .unwrap_or(u128::MAX);
    Check {
        claim: format!(
            "(a) the dividends of 1987 to 2008 agree with the paid ones, none more than {widest} cent(s) off — by construction: their incomes were inverted from the dividends, so this tests the arithmetic and nothing else"
        ),
        holds: widest <= 5,
    }
}

fn above(dividends: &[(u16, u128, u128)]) -> Check {
    let tenths: Vec<u128> = within(dividends, 2009..=2015)
        .map(|(_, ours, paid)| (ours * 1_000 / (*paid).max(1)).saturating_sub(1_000))
        .collect();
    let (low, high) = (
        tenths.iter().min().copied().unwrap_or(0),
        tenths.iter().max().copied().unwrap_or(0),
    );
    Check {
        claim: format!(
            "(a) the dividends of 2009 to 2015 lie {}.{} to {}.{} % above what was paid, which is after deductions — these are the test: their incomes were found or recalled",
            low / 10,
            low % 10,
            high / 10,
            high % 10
        ),
        holds: low > 0 && high < 100,
    }
}

fn departs(dividends: &[(u16, u128, u128)]) -> Check {
    let (ours, paid) = dividends
        .last()
        .map_or((0, 1), |(_, ours, paid)| (*ours, *paid));
    Check {
        claim: format!(
            "(a) 2016 departs: the rule gives ${}, paid was ${} — a veto halved it, and no act here can",
            cents(ours),
            cents(paid)
        ),
        holds: ours > paid * 3 / 2,
    }
}

fn of(rows: &[Row], year: u16) -> Option<&Row> {
    rows.iter().find(|r| r.year == year)
}

fn reserve_bore_2009(a: &[Row]) -> Check {
    let row = of(a, 2009);
    let loss = row.map_or(0, |r| r.loss);
    Check {
        claim: format!(
            "(a) the reserve bore the loss of FY2009, ${}: none of the floor was lost",
            dollars(loss)
        ),
        holds: row.is_some_and(|r| {
            r.loss > 0 && r.report.ledgers.loss.is_zero() && r.report.losses.u128() == r.loss
        }),
    }
}

fn index_fell_2010(a: &[Row], b: &[Row]) -> Check {
    Check {
        claim: "FY2010's index fell (215,303 to 214,537): proofing 0 in both trusts".to_owned(),
        holds: [a, b].iter().all(|rows| {
            of(rows, 2010).is_some_and(|r| {
                r.report.proofing_due.is_zero() && r.report.index_to < r.report.index_from
            })
        }),
    }
}

fn nothing_paid(b: &[Row]) -> Check {
    let unpaid: Vec<u16> = b.iter().filter(|r| r.per == 0).map(|r| r.year).collect();
    let open: Vec<u16> = b
        .iter()
        .filter(|r| !r.report.ledgers.loss.is_zero() || !r.report.ledgers.shortfall.is_zero())
        .map(|r| r.year)
        .collect();
    Check {
        claim: format!(
            "(b) nothing is paid while proofing or loss is open, and in no other year: {unpaid:?}"
        ),
        holds: unpaid == NOTHING_PAID && open == NOTHING_PAID,
    }
}

fn same_floor(a: &[Row], b: &[Row]) -> Check {
    let floor = |rows: &[Row]| rows.last().map_or(0, |r| r.report.ledgers.floor.u128());
    let (a, b) = (floor(a), floor(b));
    Check {
        claim: format!(
            "(b) the trust ends with the same floor as (a), to the unit (I22): {} and {} base units",
            grouped(a),
            grouped(b)
        ),
        holds: a == b && a > 0,
    }
}

fn other_order_ends_low(b: &[Row]) -> Check {
    let (ours, other) = b.last().map_or((1, 0), |r| {
        (r.report.ledgers.floor.u128(), r.other.principal)
    });
    let per_mille = other * 1_000 / ours.max(1);
    Check {
        claim: format!(
            "(b) dividend first ends with {}.{} % of that principal (computed natively, no contract runs it)",
            per_mille / 10,
            per_mille % 10
        ),
        holds: (500..600).contains(&per_mille),
    }
}
