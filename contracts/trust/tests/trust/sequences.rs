//! Random sequences of every message there is. After each one the ledgers are compared with what an onlooker knows who
//! saw only the messages, the coins and the readings.

mod onlooker;
mod path;
mod placed;
mod purses;
mod step;
mod strategy;

use std::cell::RefCell;
use std::collections::BTreeMap;

use commons_common::charter::{IndexForm, MoneyCharter, SpendingRule, Unclaimed};
use commons_common::units::{Bps, Seconds};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::support::{PERIOD, World, money};
use onlooker::Onlooker;
use step::Step;

/// Steps in one sequence.
const STEPS: usize = 50;

/// Sequences, unless `PROPTEST_CASES` says otherwise.
const SEQUENCES: u32 = 1_000;

fn charter() -> impl Strategy<Value = MoneyCharter> {
    (
        any::<bool>(),
        any::<bool>(),
        prop_oneof![Just(0), 0..500_u16],
        prop_oneof![Just(0), 0..=10_000_u16],
        0..=10_000_u16,
        (0..=10_000_u16, 1..=5_u8),
    )
        .prop_map(
            |(yearly, to_principal, maintenance, operating, placed, (bps, years))| MoneyCharter {
                index_form: if yearly {
                    IndexForm::Yearly
                } else {
                    IndexForm::Ratchet
                },
                unclaimed: if to_principal {
                    Unclaimed::Principal
                } else {
                    Unclaimed::Income
                },
                maintenance_bps: Bps(maintenance),
                operating_bps: Bps(operating),
                max_placed_bps: Bps(placed.max(4_000)),
                spending: SpendingRule::AvgRealised {
                    bps: Bps(bps),
                    years,
                },
                claim_window: Seconds(3 * PERIOD / 2),
                ..money()
            },
        )
}

/// I10 to I14, I22, R5, R14: the ledger identity and the backing line, a floor that never falls, claims that add up,
/// coins that leave one ledger only, gifts only while the trust is wounded, purses that are used for what they are, books that follow readings and moves,
/// a close that nothing holds up for more than a period, and a duty that follows what came to
/// principal and the index alone, whatever is spent.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "how many cases are tried decides no outcome"
)]
fn random_message_sequences_keep_every_invariant() {
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(SEQUENCES);
    let config = Config {
        cases,
        source_file: Some(file!()),
        ..Config::default()
    };
    let done: RefCell<BTreeMap<&str, u64>> = RefCell::default();
    let steps = (
        any::<bool>(),
        prop::collection::vec(strategy::any_step(), STEPS),
    )
        .prop_map(|(established, mut steps)| {
            if established {
                steps.splice(..4, strategy::established());
            }
            steps
        });
    let sequence = (charter(), prop::bool::weighted(0.75), steps);
    let result = TestRunner::new(config).run(&sequence, |(charter, based, steps)| {
        play(charter, based, &steps, &done)
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let done = done.into_inner();
    println!("succeeded: {done:?}");
    if cases < SEQUENCES {
        return; // A short run need not reach everything.
    }
    for path in path::VERBS.iter().chain(&path::PATHS) {
        assert!(
            done.contains_key(path),
            "no sequence ever met {path}: {done:?}"
        );
    }
}

fn play(
    charter: MoneyCharter,
    based: bool,
    steps: &[Step],
    done: &RefCell<BTreeMap<&'static str, u64>>,
) -> Result<(), TestCaseError> {
    let mut world = World::living(charter.clone());
    if !based {
        world.siblings.index.clear();
    }
    let mut onlooker = Onlooker::new(charter);
    let met = |path| *done.borrow_mut().entry(path).or_default() += 1;
    for step in steps {
        for sent in step.messages(&mut world) {
            let before = world.clone();
            let result = world.send(&sent.by, sent.amount, &sent.msg);
            onlooker.looks(&before, &sent, result.as_ref(), &world)?;
            match &result {
                Ok(_) => met(path::verb(&sent.msg)),
                Err(error) => path::refusal(error).into_iter().for_each(met),
            }
            if result.as_ref().is_ok_and(|done| done.says("unreceived")) {
                met("unreceived");
            }
            if result.is_ok_and(|done| done.says("closed")) {
                let report = world.period(before.open_period().0.get()).unwrap();
                path::closing(&before, &report).into_iter().for_each(met);
            }
        }
    }
    Ok(())
}
