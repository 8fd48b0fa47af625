//! `--debug`: what contracts say of themselves while they run, line by line on stderr. Listens only where it was asked to;
//! what a contract says is text of a stranger, and made inert like all of it.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::set_global_default;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;

use crate::failure::Failure;
use crate::output::note;

/// The ledger's name for what contracts say.
const TARGET: &str = "contract";

/// Prints from here on.
pub fn listen() -> Result<(), Failure> {
    let only = Targets::new().with_target(TARGET, LevelFilter::DEBUG);
    let lines = Registry::default().with(Lines.with_filter(only));
    set_global_default(lines).map_err(Failure::internal)
}

struct Lines;

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        note(&format!("debug {}: {}", said.contract, said.message));
    }
}

/// One message of one contract.
#[derive(Default)]
struct Said {
    contract: String,
    message: String,
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "contract" {
            value.clone_into(&mut self.contract);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        }
    }
}
