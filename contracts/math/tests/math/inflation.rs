//! Which index counts, and what falls due.

use commons_math::{MathError, inflation};
use proptest::prelude::*;

use crate::u;

/// R6: a rise counts, up to the bound of a period; the rest follows at the next close.
#[test]
fn a_rise_above_the_bound_follows_at_the_next_close() {
    let first = inflation::ratchet(u(100_000), u(140_000), 2_500).unwrap();
    assert_eq!(first, u(125_000));
    assert_eq!(inflation::ratchet(first, u(140_000), 2_500), Ok(u(140_000)));
}

/// R6: under `Ratchet` a fall and its recovery are not paid twice.
#[test]
fn a_ratchet_does_not_pay_a_recovery() {
    let fallen = inflation::ratchet(u(215_303), u(214_537), 2_500).unwrap();
    assert_eq!(fallen, u(215_303));
    assert_eq!(
        inflation::ratchet(fallen, u(218_056), 2_500),
        Ok(u(218_056))
    );
}

/// R6, fiscal year 2010 of Alaska: two successive averages, a fall of 0.356 %, proofing 0, and the next year counts
/// from the fallen average.
#[test]
fn alaska_in_2010_owes_nothing() {
    let fallen = inflation::yearly(u(215_303), u(214_537), 2_500).unwrap();
    assert_eq!(fallen, u(214_537));
    assert_eq!(
        inflation::due(u(33_000_000_000), u(215_303), fallen),
        Ok(u(0))
    );
}

/// R6, AS 37.13.145(c): floored product of duty and ratio.
#[test]
fn proofing_is_the_duty_times_the_rise() {
    assert_eq!(inflation::due(u(1_000), u(3), u(4)), Ok(u(333)));
    assert_eq!(
        inflation::due(u(u128::MAX), u(1), u(2)),
        Ok(u(u128::MAX)),
        "the product is taken in 256 bits"
    );
}

/// No index, no ratio; and what does not fit is an error.
#[test]
fn zero_and_overflow_are_errors() {
    assert_eq!(inflation::due(u(1), u(0), u(5)), Err(MathError::ZeroIndex));
    assert_eq!(inflation::due(u(1), u(0), u(0)), Ok(u(0)), "no rise");
    assert_eq!(inflation::yearly(u(0), u(5), 0), Err(MathError::ZeroIndex));
    assert_eq!(
        inflation::due(u(u128::MAX), u(1), u(3)),
        Err(MathError::Overflow)
    );
    assert_eq!(inflation::assumed(u(1), u(3), u(2)), Ok(u(1)));
}

proptest! {
    /// R6: whatever is read, the index that counts stays within the bound, is never 0, and a ratchet never falls.
    #[test]
    fn the_index_stays_within_its_bound(last in 1_u64.., reading: u64, rise: u16) {
        let (last, reading) = (u(last.into()), u(reading.into()));
        let ratchet = inflation::ratchet(last, reading, rise).unwrap();
        let yearly = inflation::yearly(last, reading, rise).unwrap();
        let bound = last.u128() + last.u128() * u128::from(rise) / 10_000;
        prop_assert!(last <= ratchet && ratchet.u128() <= bound);
        prop_assert!(!yearly.is_zero() && yearly.u128() <= bound);
        prop_assert_eq!(ratchet, yearly.max(last));
    }
}
