//! The dividend (R10): one person, one share, and fewer persons never means a feast.

use cosmwasm_std::Uint128;

/// What each of `n` persons gets of `pool`: `floor(pool / max(n, ceil(0.8 * last_n)))`, where `last_n` is the number of
/// persons of the last declaration (0: there was none). 0 if there is nobody.
#[must_use]
pub fn per_person(pool: Uint128, n: u64, last_n: u64) -> Uint128 {
    if n == 0 {
        return Uint128::zero();
    }
    let guard = (u128::from(last_n) * 4).div_ceil(5);
    pool.checked_div(Uint128::new(guard.max(u128::from(n))))
        .unwrap_or_default()
}
