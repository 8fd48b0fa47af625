//! The invariants that hold whatever happens: I1, I2, I5, I7, I8, I10 to I12, I14 and I22 over random sequences of
//! messages, on both hosts at once.

use commons_tests::native::Native;
use commons_tests::pair::Pair;
use commons_tests::random::{Onlooker, living, step};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, max_shrink_iters: 100, ..ProptestConfig::default() })]

    /// 50 sequences of 50 messages as wasm; the native contracts, in lockstep, must agree on every key.
    #[test]
    fn nothing_breaks_the_invariants_on_either_host(steps in prop::collection::vec(step(), 50)) {
        let mut family = living::<Pair>();
        let mut onlooker = Onlooker::new(&family);
        for step in &steps {
            onlooker.watch(&mut family, step);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 100, ..ProptestConfig::default() })]

    /// Longer lives, natively.
    #[test]
    fn nothing_breaks_the_invariants_in_a_long_life(steps in prop::collection::vec(step(), 150)) {
        let mut family = living::<Native>();
        let mut onlooker = Onlooker::new(&family);
        for step in &steps {
            onlooker.watch(&mut family, step);
        }
    }
}
