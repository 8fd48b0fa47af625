//! The invariants that hold whatever happens: I1, I2, I5, I7, I8, I10 to I12, I14 and I22 over random sequences of
//! messages to a whole trust.

use std::cell::RefCell;

use commons_tests::chain::Chain;
use commons_tests::native::Native;
use commons_tests::pair::Pair;
use commons_tests::random::{Onlooker, Reach, living, step};
use proptest::collection::vec;
use proptest::test_runner::{Config, TestRunner};

/// Lets `cases` trusts live through `length` random steps each; answers how often each kind of step took effect.
fn live<C: Chain>(cases: u32, length: usize) -> Reach {
    let mut runner = TestRunner::new(Config {
        cases,
        max_shrink_iters: 100,
        ..Config::default()
    });
    let reach = RefCell::new(Reach::new());
    let outcome = runner.run(&vec(step(), length), |steps| {
        let mut family = living::<C>();
        let mut onlooker = Onlooker::new(&family);
        for step in &steps {
            onlooker.watch(&mut family, step, &mut reach.borrow_mut());
        }
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    reach.into_inner()
}

/// 50 sequences of 50 messages as wasm; the native contracts, in lockstep, must agree on every key.
#[test]
fn nothing_breaks_the_invariants_on_either_host() {
    let reach = live::<Pair>(50, 50);
    println!("{reach:?}");
}

/// Longer lives, natively.
#[test]
fn nothing_breaks_the_invariants_in_a_long_life() {
    let reach = live::<Native>(200, 150);
    println!("{reach:?}");
}
