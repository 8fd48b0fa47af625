//! Several runs of one thing as three figures. Never a mean: one interrupted run would move it.

use serde::Serialize;

/// Least, middle and most of several runs, in the unit that stands beside.
#[derive(Clone, Copy, Debug, Serialize)]
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
