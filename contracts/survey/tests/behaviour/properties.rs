//! I16 and R23 over random sequences of reports and settlements.

use commons_common::survey::Reading;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{FOUNDED, INDEX, Survey, VALUE, WINDOW};

const SEQUENCES: u32 = 1_000;
const STEPS: usize = 50;

#[derive(Clone, Debug)]
enum Step {
    Report { by: usize, period: u64, value: u128 },
    Settle { period: u64 },
    Pass { seconds: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..5_usize, 0..3_u64, 0..50_u128)
            .prop_map(|(by, period, value)| Step::Report { by, period, value }),
        3 => (0..3_u64).prop_map(|period| Step::Settle { period }),
        3 => prop_oneof![Just(WINDOW), Just(1), 0..2 * WINDOW]
            .prop_map(|seconds| Step::Pass { seconds }),
    ]
}

fn check(reading: &Reading, protects: impl Fn(u128, u128) -> bool) {
    let Some(settled) = &reading.settled else {
        return;
    };
    let complete_at = reading.complete_at.expect("I16: settled, so complete");
    assert!(settled.at.0 >= complete_at.0 + WINDOW, "I16");
    let values: Vec<u128> = reading.reports.iter().map(|r| r.value.u128()).collect();
    assert!(values.contains(&settled.value.u128()), "R23");
    assert!(
        values.iter().all(|v| protects(settled.value.u128(), *v)),
        "R23"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(SEQUENCES))]

    /// I16: no reading settles inside its window; R23: it settles on the report that protects the capital.
    #[test]
    fn no_reading_settles_inside_its_window(steps in vec(step(), STEPS)) {
        let mut survey = Survey::new();
        let mut now = 0;
        let mut settled = Vec::new();
        for step in steps {
            match step {
                // What is refused changes nothing: the checks below see it.
                Step::Report { by, period, value } => {
                    for subject in [INDEX, VALUE] {
                        let sent = survey.report(by, subject, period, value);
                        prop_assert!(sent.is_ok() || by == 4 || value == 0
                            || survey.reading(subject, period).is_some());
                    }
                }
                Step::Settle { period } => {
                    for subject in [INDEX, VALUE] {
                        if survey.settle(subject, period).is_ok() {
                            settled.push((subject, period, survey.reading(subject, period)));
                        }
                    }
                }
                Step::Pass { seconds } => {
                    now += seconds;
                    survey.at(now);
                }
            }
            for period in 0..3 {
                if let Some(reading) = survey.reading(INDEX, period) {
                    check(&reading, |settled, value| settled >= value);
                }
                if let Some(reading) = survey.reading(VALUE, period) {
                    check(&reading, |settled, value| settled <= value);
                }
            }
            // What has settled never changes again.
            for (subject, period, reading) in &settled {
                prop_assert_eq!(&survey.reading(subject, *period), reading);
            }
            prop_assert_eq!(survey.env.block.time.seconds(), FOUNDED + now);
        }
    }
}
