//! Holds the meter to the published gas numbers of CosmWasm 3.0, which are measured on one instance that lives through two calls.

#![allow(clippy::unwrap_used)]

use wasmtime::{AsContextMut, Store};

use super::Call;
use crate::analysis::EntryPoint;
use crate::code::{Code, Running};
use crate::frame::{Frame, Host};
use crate::gas::Gas;
use crate::support::chain::MockChain;
use crate::support::{json, wasm};
use crate::vm::Vm;

/// What the published tests allow a call.
const LIMIT: Gas = Gas(2_000_000_000);

struct Session {
    vm: Vm,
    code: Code,
    store: Store<Host>,
    instance: Option<wasmtime::Instance>,
}

impl Session {
    fn open(vm: Vm, file: &str) -> Self {
        let code = vm.load(&wasm::published(file)).unwrap();
        let blank = Call {
            vm: &vm,
            code: &code,
            entry: EntryPoint::Instantiate,
            args: &[],
            gas_limit: LIMIT,
            read_only: false,
        };
        let host = Host::new(
            // As in `call`: the build in which all of the session runs.
            Running::new(blank.code, vm.exact(&code).unwrap()),
            Box::new(MockChain::default()),
            blank.limits(),
            false,
        );
        let mut store = Store::new(vm.engine(), host);
        store.limiter(|host| &mut host.limits);
        Self {
            vm,
            code,
            store,
            instance: None,
        }
    }

    /// Calls on the living instance; returns the result and the gas of this call alone.
    fn call(&mut self, entry: EntryPoint, args: &[&[u8]]) -> (Vec<u8>, u64) {
        let call = Call {
            vm: &self.vm,
            code: &self.code,
            entry,
            args,
            gas_limit: LIMIT,
            read_only: false,
        };
        let store = &mut self.store;
        // An instance that lives through two calls allocates first only once: the grown build is made for one call.
        let build = self.vm.exact(&self.code).unwrap();
        let instance = *self
            .instance
            .get_or_insert_with(|| call.instantiate(store, build).unwrap());
        let before = Frame::new(store.as_context_mut()).unwrap().gas_left();
        let data = call.converse(store, build, instance).unwrap();
        let after = Frame::new(store.as_context_mut()).unwrap().gas_left();
        (data, before.0 - after.0)
    }
}

fn instantiated() -> Session {
    let mut session = Session::open(Vm::new(Default::default()).unwrap(), "hackatom.wasm");
    let (_, gas) = session.call(
        EntryPoint::Instantiate,
        &[
            &json::env(),
            &json::info("creator", 1000),
            &json::hackatom_setup(),
        ],
    );
    assert_eq!(gas, 18_034_576);
    assert_eq!(session.store.data().gas_external, Gas(251));
    session
}

/// Published: instantiate 18034576, of which 251 outside; execute release 24624366 on the same instance.
#[test]
fn hackatom_release_costs_what_is_published() {
    let mut session = instantiated();
    let info = json::info("verifies", 15);
    let release: &[u8] = br#"{"release":{"denom":"earth"}}"#;
    let (data, gas) = session.call(EntryPoint::Execute, &[&json::env(), &info, release]);
    assert!(data.starts_with(br#"{"ok":"#));
    assert_eq!(gas, 24_624_366);
}

/// Published: query verifier 11105566 on the same instance.
#[test]
fn hackatom_query_costs_what_is_published() {
    let mut session = instantiated();
    let query: &[u8] = br#"{"verifier":{}}"#;
    let (data, gas) = session.call(EntryPoint::Query, &[&json::env(), query]);
    assert_eq!(json::query_text(&data), json::hackatom_verifier());
    assert_eq!(gas, 11_105_566);
}
