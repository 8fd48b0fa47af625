//! What a person sees while they wait: stages with their times, and a bar where there is a terminal. Stderr only.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Stages of the demonstration.
pub struct Progress {
    bar: ProgressBar,
    began: Instant,
    stage: Option<(String, Instant)>,
    done: Vec<(String, Duration)>,
    terminal: bool,
}

impl Progress {
    /// Nothing has begun yet.
    pub fn new() -> Self {
        let bar = ProgressBar::new(0);
        if let Ok(style) = ProgressStyle::with_template("  {bar:30} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            began: now(),
            stage: None,
            done: Vec::new(),
            terminal: std::io::stderr().is_terminal(),
        }
    }

    /// Ends the stage before and begins the next of `steps` steps.
    pub fn begin(&mut self, name: &str, steps: u64) {
        self.end();
        self.say(&format!("{name} …"));
        self.bar.reset();
        self.bar.set_length(steps);
        self.stage = Some((name.to_owned(), now()));
    }

    /// One step further.
    pub fn tick(&self) {
        if self.terminal {
            self.bar.inc(1);
        }
    }

    /// A line for people.
    pub fn say(&self, line: &str) {
        if self.terminal {
            self.bar.suspend(|| anstream::eprintln!("{line}"));
        } else {
            anstream::eprintln!("{line}");
        }
    }

    /// Ends the last stage.
    pub fn end(&mut self) {
        if let Some((name, began)) = self.stage.take() {
            let took = began.elapsed();
            if self.terminal {
                self.bar.finish_and_clear();
            }
            self.say(&format!("{name}: {:.1} s", took.as_secs_f32()));
            self.done.push((name, took));
        }
    }

    /// Time since the beginning.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

#[allow(clippy::disallowed_methods)] // Times of stages are shown to people; nothing is computed from them.
fn now() -> Instant {
    Instant::now()
}
