//! Owns the count of inputs that were of use, printed as fuzzing goes on: a target that refuses all its inputs tests nothing.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many inputs passed which step.
#[derive(Default)]
pub struct Share {
    inputs: AtomicU64,
    accepted: AtomicU64,
    entered: AtomicU64,
}

/// Inputs between two lines.
const EVERY: u64 = 1_000;

impl Share {
    /// None so far.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            inputs: AtomicU64::new(0),
            accepted: AtomicU64::new(0),
            entered: AtomicU64::new(0),
        }
    }

    /// Counts an input, before anything is done with it; now and then prints the shares of those before.
    pub fn input(&self) {
        let inputs = self.inputs.fetch_add(1, Ordering::Relaxed);
        if inputs > 0 && inputs.is_multiple_of(EVERY) {
            let share = |count: &AtomicU64| 100 * count.load(Ordering::Relaxed) / inputs;
            let (accepted, entered) = (share(&self.accepted), share(&self.entered));
            eprintln!(
                "share of {inputs} inputs: {accepted} % accepted, {entered} % entered a call"
            );
        }
    }

    /// Counts an input whose contract passed validation.
    pub fn accepted(&self) {
        self.accepted.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts an input whose contract was entered.
    pub fn entered(&self) {
        self.entered.fetch_add(1, Ordering::Relaxed);
    }
}
