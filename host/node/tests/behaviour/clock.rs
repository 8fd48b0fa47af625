//! L7: the clock behind block time.

use std::time::Duration;

use commons_node::{BlockClock, ClockError, Reading};

use crate::accounts::node;
use crate::support::{SECOND, START};

const DAY: u64 = 86_400 * SECOND;

fn reading(wall_nanos: u64, passed_seconds: u64) -> Reading {
    Reading {
        wall_nanos,
        passed: Duration::from_secs(passed_seconds),
    }
}

#[test]
fn l7_clock_that_runs_gives_its_own_time() {
    let mut clock = BlockClock::default();
    assert_eq!(clock.next(START, reading(START + 5, 0)), Ok(START + 5));
    let later = START + 3600 * SECOND;
    assert_eq!(clock.next(START + 5, reading(later, 3600)), Ok(later));
}

/// Correcting a clock by seconds does not stop a chain, and does not turn its time back.
#[test]
fn l7_clock_that_steps_back_a_little_gives_the_next_nanosecond() {
    let mut clock = BlockClock::default();
    let mut last = START;
    for step in [0, 1, 5 * SECOND, 10 * SECOND] {
        let time = clock.next(last, reading(last - step, 1)).unwrap();
        assert_eq!(time, last + 1);
        last = time;
    }
}

#[test]
fn l7_clock_that_goes_back_makes_no_block_and_says_so() {
    let mut clock = BlockClock::default();
    let error = clock.next(START, reading(START - 3 * DAY, 0)).unwrap_err();
    assert_eq!(
        error,
        ClockError::Behind {
            wall_nanos: START - 3 * DAY,
            last_nanos: START
        }
    );
    assert!(error.to_string().contains("259200 s before the last block"));
    assert!(error.to_string().contains("set the clock right"));
    // Right again.
    assert_eq!(clock.next(START, reading(START + 1, 1)), Ok(START + 1));
}

#[test]
fn l7_clock_that_jumps_a_year_makes_no_block_and_says_so() {
    let mut clock = BlockClock::default();
    clock.next(START, reading(START + SECOND, 0)).unwrap();
    let year = START + 365 * DAY;
    for _ in 0..2 {
        let error = clock.next(START + SECOND, reading(year, 2)).unwrap_err();
        assert!(matches!(error, ClockError::Jumped { .. }), "{error}");
        assert!(error.to_string().contains("start the node again if it is"));
    }
    // Set right again, and the chain is where it was.
    let right = START + 4 * SECOND;
    assert_eq!(clock.next(START + SECOND, reading(right, 4)), Ok(right));
}

/// A machine that slept for a night or a weekend, and a node that starts after a year.
#[test]
fn l7_time_that_really_passed_is_taken() {
    let mut clock = BlockClock::default();
    clock.next(START, reading(START + SECOND, 0)).unwrap();
    let monday = START + 3 * DAY;
    assert_eq!(clock.next(START + SECOND, reading(monday, 9)), Ok(monday));
    let year = START + 365 * DAY;
    let passed = 365 * 86_400;
    assert_eq!(clock.next(monday, reading(year, passed)), Ok(year));
    let mut restarted = BlockClock::default();
    assert_eq!(restarted.next(START, reading(year, 0)), Ok(year));
}

#[test]
fn l7_blocks_by_the_machine_s_own_clock_rise() {
    let mut node = node();
    let mut clock = BlockClock::default();
    for _ in 0..5 {
        let before = node.time_nanos();
        let time = clock.now(before).unwrap();
        node.make_block(time).unwrap();
        assert!(node.time_nanos() > before);
    }
}
