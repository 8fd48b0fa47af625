//! What each person gets.

use commons_math::dividend::per_person;
use proptest::prelude::*;

use crate::u;

/// R10: one person, one share, floored.
#[test]
fn a_pool_is_shared_equally_and_floored() {
    assert_eq!(per_person(u(1_000), 3, 0), u(333));
    assert_eq!(per_person(u(2), 3, 0), u(0));
}

/// R10: nobody is there, nothing is shared.
#[test]
fn nobody_gets_nothing() {
    assert_eq!(per_person(u(1_000), 0, 0), u(0));
    assert_eq!(per_person(u(1_000), 0, 10), u(0));
}

/// R10: fewer persons never means a feast: the divisor is at least four fifths of the last one, rounded up.
#[test]
fn a_shrunken_roll_does_not_feast() {
    assert_eq!(per_person(u(800), 1, 10), u(100));
    assert_eq!(per_person(u(900), 1, 11), u(100));
    assert_eq!(per_person(u(900), 9, 10), u(100));
}

/// Sky Trust's size: 285 million shares of a sum near the top of 128 bits.
#[test]
fn the_largest_pool_and_roll_are_no_problem() {
    assert_eq!(
        per_person(u(u128::MAX), 285_000_000, 285_000_000),
        u(u128::MAX / 285_000_000)
    );
    assert_eq!(
        per_person(u(u128::MAX), u64::MAX, u64::MAX),
        u(u128::MAX / u128::from(u64::MAX))
    );
}

proptest! {
    /// R10: what is declared never exceeds the pool, and without a shrunken roll the remainder is less than a unit each.
    #[test]
    fn shares_fit_the_pool(pool: u128, n in 1_u64.., last: u64) {
        let per = per_person(u(pool), n, last).u128();
        prop_assert!(per.checked_mul(u128::from(n)).is_some_and(|declared| declared <= pool));
        if n >= last {
            prop_assert!(pool - per * u128::from(n) < u128::from(n));
        }
    }
}
