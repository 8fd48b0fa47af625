//! Several runs of one thing as three figures. Never a mean: one interrupted run would move it.

use serde::{Deserialize, Serialize};

/// Least, middle and most of several runs, in the unit that stands beside.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Least.
    pub min: f64,
    /// Middle; of an even number of runs the mean of the two in the middle.
    pub median: f64,
    /// Most.
    pub max: f64,
}

impl Spread {
    /// Of at least one run.
    #[must_use]
    pub fn of(mut runs: Vec<f64>) -> Self {
        runs.sort_by(f64::total_cmp);
        assert!(!runs.is_empty(), "nothing was run");
        let (least, most) = (0, runs.len() - 1);
        let (before, after) = (most / 2, runs.len() / 2);
        Self {
            min: runs[least],
            median: f64::midpoint(runs[before], runs[after]),
            max: runs[most],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_number_of_runs_lies_between_two() {
        let spread = Spread::of(vec![9.0, 1.0, 3.0, 2.0]);
        let (min, median, max) = (1.0, 2.5, 9.0);
        assert_eq!(spread, Spread { min, median, max });
        assert!((Spread::of(vec![9.0, 1.0, 3.0]).median - 3.0).abs() < f64::EPSILON);
    }
}
