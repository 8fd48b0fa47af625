//! The invariants that hold whatever happens: I1, I2, I5, I7, I8, I10 to I12, I14 and I22 over random sequences of
//! messages to a whole trust. The seed is printed; `COMMONS_TEST_SEED` sets another.

use std::cell::RefCell;

use commons_tests::chain::Chain;
use commons_tests::native::Native;
use commons_tests::pair::Pair;
use commons_tests::random::{Onlooker, Reach, living, steps};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Lets `cases` trusts live through `length` random steps each; answers how often each kind of step took effect.
fn live<C: Chain>(cases: u32, length: usize) -> Reach {
    let seed = std::env::var("COMMONS_TEST_SEED").unwrap_or_else(|_| "commons".to_owned());
    println!("COMMONS_TEST_SEED={seed}");
    let config = Config {
        cases,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let seed = commons_common::units::Hash::of(seed.as_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &seed.0);
    let reach = RefCell::new(Reach::new());
    let outcome = TestRunner::new_with_rng(config, random).run(&steps(length), |steps| {
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
    reached(&live::<Pair>(50, 50));
}

/// Longer lives, natively.
#[test]
fn nothing_breaks_the_invariants_in_a_long_life() {
    reached(&live::<Native>(200, 150));
}

/// Every kind of step took effect somewhere.
fn reached(reach: &Reach) {
    println!("{reach:?}");
    for kind in [
        "Accept",
        "Approve",
        "Attest",
        "Ballots",
        "Claim",
        "ClaimFor",
        "ClosePeriod",
        "Contribute",
        "Execute",
        "ExpireDue",
        "Measure",
        "Pay",
        "Place",
        "Propose",
        "Renew",
        "Return",
        "Revalue",
        "Revenue",
        "SettleReadings",
        "SettleRoll",
        "Submit",
        "Sweep",
        "SweepStray",
        "Vote",
        "Withdraw",
    ] {
        assert!(reach.contains_key(kind), "no {kind} took effect");
    }
}
