//! What `tracing` is told of loads and calls.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use commons_vm::{CallError, Checksum, EntryPoint, Gas, Vm, VmConfig};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::with_default;
use tracing::{Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

use crate::support::chain::MockChain;
use crate::support::wasm::{executing, failure};

type Fields = BTreeMap<String, String>;

/// Notes the spans of the virtual machine with their fields, oldest first.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<Vec<(Id, Fields)>>>);

struct Reading<'a>(&'a mut Fields);

impl Visit for Reading<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let value = format!("{value:?}").replace('"', "");
        self.0.insert(field.name().to_owned(), value);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Listener {
    fn on_new_span(&self, span: &Attributes<'_>, id: &Id, _: Context<'_, S>) {
        let metadata = span.metadata();
        if metadata.target() != "commons_vm" {
            return;
        }
        assert_eq!(*metadata.level(), Level::DEBUG);
        let name = ("name".to_owned(), metadata.name().to_owned());
        let mut fields = Fields::from([name]);
        span.record(&mut Reading(&mut fields));
        self.0.lock().unwrap().push((id.clone(), fields));
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        // Numbers are given again when a span is closed: the last one is meant.
        let mut spans = self.0.lock().unwrap();
        let span = spans.iter_mut().rev().find(|(known, _)| known == id);
        values.record(&mut Reading(&mut span.unwrap().1));
    }
}

/// Comes by every span once. One that another thread comes by first while a single listener is here, and has none itself, would
/// be taken for one that nobody wants.
fn meet_all() {
    let vm = crate::support::wasm::vm();
    let code = vm.load(&executing("", 0, "unreachable")).unwrap();
    let backend = Box::new(MockChain::default());
    let report = vm.call(&code, EntryPoint::Execute, &[], backend, Gas(1), false);
    assert!(report.is_ok());
}

/// What is told while this runs.
fn told(work: impl FnOnce()) -> Vec<Fields> {
    meet_all();
    let listener = Listener::default();
    with_default(Registry::default().with(listener.clone()), work);
    let spans = listener.0.lock().unwrap();
    spans.iter().map(|(_, fields)| fields.clone()).collect()
}

fn fields<const N: usize>(fields: [(&str, &str); N]) -> Fields {
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    fields.map(own).into()
}

#[test]
fn a_load_says_where_the_code_is_from_and_how_it_ended() {
    let folder = tempfile::tempdir().unwrap();
    let open = || {
        let config = VmConfig::builder()
            .max_instances(1)
            .cache_dir(folder.path());
        Vm::new(config.build().unwrap()).unwrap()
    };
    let wasm = executing("", 0, "unreachable");
    let checksum = Checksum::of(&wasm).to_string();
    let spans = told(|| {
        let vm = open();
        vm.load(&wasm).unwrap();
        vm.load(&wasm).unwrap();
        open().load(&wasm).unwrap();
        assert!(vm.load(b"no wasm").is_err());
    });
    let bytes = wasm.len().to_string();
    let load = ("name", "load");
    let made = |from| {
        let (contract, bytes) = (("contract", &*checksum), ("wasm_bytes", &*bytes));
        fields([
            load,
            contract,
            bytes,
            ("code_from", from),
            ("outcome", "ok"),
        ])
    };
    let (contract, ok) = (("contract", &*checksum), ("outcome", "ok"));
    let in_memory = fields([load, contract, ("code_from", "memory"), ok]);
    let other = Checksum::of(b"no wasm").to_string();
    let refused = [
        load,
        ("contract", other.as_str()),
        ("wasm_bytes", "7"),
        ("outcome", "reject"),
    ];
    assert_eq!(
        spans,
        [made("compiler"), in_memory, made("disk"), fields(refused)]
    );
}

#[test]
fn a_call_says_what_it_may_use_what_it_used_and_how_it_ended() {
    let vm = crate::support::wasm::vm();
    let limit = Gas(1_000_000);
    let run = |wasm: &[u8]| {
        let code = vm.load(wasm).unwrap();
        let backend = Box::new(MockChain::default());
        let report = vm.call(&code, EntryPoint::Execute, &[], backend, limit, false);
        report.unwrap()
    };
    let good = executing("", 0, "(call $answer (i32.const 7))");
    let endless = executing("", 0, "(loop (br 0)) unreachable");
    let mut used = Gas::ZERO;
    let spans = told(|| {
        used = run(&good).gas_used;
        assert_eq!(failure(&run(&endless)), CallError::OutOfGas);
    });
    let calls: Vec<Fields> = spans.into_iter().filter(|s| s["name"] == "call").collect();
    let call = |wasm: &[u8], used: Gas, outcome: &str| {
        fields([
            ("name", "call"),
            ("contract", Checksum::of(wasm).to_string().as_str()),
            ("entry", "execute"),
            ("gas_limit", limit.to_string().as_str()),
            ("gas_used", used.to_string().as_str()),
            ("outcome", outcome),
        ])
    };
    let expected = [call(&good, used, "ok"), call(&endless, limit, "out of gas")];
    assert_eq!(calls, expected);
}
