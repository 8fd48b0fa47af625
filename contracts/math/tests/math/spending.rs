//! What the rule would spend.

use commons_math::{MathError, spending::Yield, spending::avg_realised};

use crate::u;

fn gain(realised: u128) -> Yield {
    Yield {
        realised: u(realised),
        losses: u(0),
    }
}

/// R9, Alaska's dividend of 2015: 10.5 % of five years' realised income in millions is 1,373.085.
#[test]
fn alaska_in_2015_transfers_1373_million() {
    let years = [2_143, 1_568, 2_928, 3_531, 2_907].map(|million| gain(million * 1_000_000));
    assert_eq!(avg_realised(1_050, &years), Ok(u(1_373_085_000)));
}

/// R9: losses count against incomes, never below nothing.
#[test]
fn losses_are_taken_off_and_never_below_zero() {
    let loss = Yield {
        realised: u(50),
        losses: u(120),
    };
    assert_eq!(avg_realised(10_000, &[gain(100), loss]), Ok(u(30)));
    assert_eq!(avg_realised(10_000, &[loss]), Ok(u(0)));
    assert_eq!(avg_realised(10_000, &[]), Ok(u(0)));
}

/// A sum beyond 128 bits is an error.
#[test]
fn a_sum_too_large_is_an_error() {
    assert_eq!(
        avg_realised(1, &[gain(u128::MAX), gain(1)]),
        Err(MathError::Overflow)
    );
}
