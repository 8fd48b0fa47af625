//! The invariants that hold whatever happens: I1 to I5, I7, I8, I10 to I14 and I22 over random sequences of messages to a
//! whole trust; and after every step the second reader, who knows the messages and the rules' text alone, must have found
//! everything that the contracts answer. The seed is printed; `COMMONS_TEST_SEED` sets another.

use std::cell::RefCell;

use commons_tests::chain::Chain;
use commons_tests::native::Native;
use commons_tests::pair::Pair;
use commons_tests::random::{Life, Onlooker, Reach, crowded, lives, living};
use commons_tests::wasm::Wasm;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Lets `cases` trusts live; answers how often each kind of step took effect.
fn live<C: Chain>(cases: u32, lives: impl Strategy<Value = Life>) -> Reach {
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
    let outcome = TestRunner::new_with_rng(config, random).run(&lives, |life| {
        let mut family = living::<C>(&life);
        let onlooker = Onlooker::new(&family);
        onlooker.follow(&mut family, &life, &mut reach.borrow_mut());
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
    reached(&live::<Pair>(50, lives(50)));
}

/// Blocks of several transactions, which only a chain has, and longer lives as wasm: after every step the second reader,
/// and at the end of each life the replay of its log.
#[test]
fn the_second_reader_follows_every_life_on_a_chain() {
    reached(&live::<Wasm>(30, crowded(100)));
}

/// Longer lives, natively.
#[test]
fn nothing_breaks_the_invariants_in_a_long_life() {
    reached(&live::<Native>(200, lives(150)));
}

/// Every kind of step took effect somewhere.
fn reached(reach: &Reach) {
    println!("{reach:?}");
    for kind in [
        "Accept",
        "Approve",
        "Attest",
        "Await",
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
        "Rotate",
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
        "Interest",
        "the act Appropriate",
        "the act Place",
        "the act SetRegistrar",
    ] {
        assert!(reach.contains_key(kind), "no {kind} took effect");
    }
}
