//! The verbs of a roll, one file a message. Each loads, checks, computes, stores, responds.

mod attest;
mod expire_due;
mod instantiate;
mod ratify;
mod renew;
mod rotate;
mod set_registrar;
mod settle;

pub use attest::attest;
pub use expire_due::expire_due;
pub use instantiate::instantiate;
pub use ratify::ratify;
pub use renew::renew;
pub use rotate::{Rotation, rotate};
pub use set_registrar::set_registrar;
pub use settle::settle;

use commons_common::page::MAX_BATCH;
use commons_common::roll::{BatchReport, Refused, RollRefusal};
use cosmwasm_std::{Addr, Event, Response, StdResult, to_json_binary};

use crate::error::RollError;
use crate::event;
use crate::state::Config;

fn ensure_assembly(config: &Config, sender: &Addr) -> Result<(), RollError> {
    if config.assembly == *sender {
        Ok(())
    } else {
        Err(RollError::NotAssembly {
            sender: sender.clone(),
        })
    }
}

fn ensure_batch(length: usize) -> Result<(), RollError> {
    if (1..=MAX_BATCH).contains(&length) {
        Ok(())
    } else {
        Err(RollError::BatchSize {
            length,
            max: MAX_BATCH,
        })
    }
}

/// What became of a batch so far: one event an entry, and the report.
struct Outcome {
    events: Vec<Event>,
    report: BatchReport<RollRefusal>,
}

impl Outcome {
    const fn new() -> Self {
        Self {
            events: Vec::new(),
            report: BatchReport {
                accepted: 0,
                refused: Vec::new(),
            },
        }
    }

    fn accept(&mut self, event: Option<Event>) {
        self.report.accepted += 1;
        self.events.extend(event);
    }

    fn refuse(&mut self, index: u32, reason: RollRefusal) -> StdResult<()> {
        self.events.push(event::refused(index, reason)?);
        self.report.refused.push(Refused { index, reason });
        Ok(())
    }

    fn into_response(self) -> StdResult<Response> {
        Ok(Response::new()
            .set_data(to_json_binary(&self.report)?)
            .add_events(self.events))
    }
}
