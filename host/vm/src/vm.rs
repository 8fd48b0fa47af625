//! Owns the engine, the table of imports and the compiled contracts of a process; it must never let the state of one call reach another.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use wasmtime::{Engine, Linker, Module};

use crate::analysis::{Analysis, EntryPoint};
use crate::backend::Backend;
use crate::call::{Call, CallReport};
use crate::check;
use crate::checksum::Checksum;
use crate::code::Code;
use crate::config::VmConfig;
use crate::engine;
use crate::error::{Fault, LoadError, Reject};
use crate::frame::Host;
use crate::gas::Gas;
use crate::imports;
use crate::meter;

/// The virtual machine. Cheap to clone; clones share the compiled contracts. Calls may run on many threads.
#[derive(Clone)]
pub struct Vm {
    inner: Arc<Inner>,
}

struct Inner {
    config: VmConfig,
    engine: Engine,
    linker: Linker<Host>,
    codes: Mutex<BTreeMap<Checksum, Arc<Slot>>>,
}

/// The place of one contract: whoever locks it first compiles, others wait for the result.
type Slot = Mutex<Option<Code>>;

impl Vm {
    /// Starts an engine. Fails when the machine lacks the address space or the instruction set.
    pub fn new(config: VmConfig) -> Result<Vm, Fault> {
        let engine = engine::build(&config)?;
        let linker = imports::linker(&engine)?;
        let codes = Mutex::default();
        let inner = Inner {
            config,
            engine,
            linker,
            codes,
        };
        Ok(Vm {
            inner: Arc::new(inner),
        })
    }

    /// Checks a file without compiling it.
    pub fn analyze(&self, wasm: &[u8]) -> Result<Analysis, Reject> {
        check::check(wasm, self.config())
    }

    /// Checks, meters and compiles a file, or finds it in memory. Two threads that ask for the same file share one compilation.
    pub fn load(&self, wasm: &[u8]) -> Result<Code, LoadError> {
        let checksum = Checksum::of(wasm);
        let slot = Arc::clone(self.codes()?.entry(checksum).or_default());
        let mut place = lock(&slot)?;
        if let Some(code) = &*place {
            return Ok(code.clone());
        }
        match self.compile(wasm) {
            Ok(code) => Ok(place.insert(code).clone()),
            Err(error) => {
                self.codes()?.remove(&checksum);
                Err(error)
            }
        }
    }

    /// A contract that was loaded before.
    #[must_use]
    pub fn cached(&self, checksum: &Checksum) -> Option<Code> {
        let slot = Arc::clone(self.codes().ok()?.get(checksum)?);
        let code = lock(&slot).ok()?;
        code.clone()
    }

    /// Runs one entry point of `code` in a fresh instance.
    ///
    /// `args` are JSON texts in the order of [`EntryPoint`]; `gas_limit` is cosmwasm gas; `read_only` forbids writes to storage.
    /// What the contract does wrong is in the report; an error is the host's.
    pub fn call(
        &self,
        code: &Code,
        entry: EntryPoint,
        args: &[&[u8]],
        backend: Box<dyn Backend>,
        gas_limit: Gas,
        read_only: bool,
    ) -> Result<CallReport, Fault> {
        let call = Call {
            engine: self.engine(),
            memory_limit: engine::memory_limit_bytes(self.config()),
            code,
            entry,
            args,
            gas_limit,
            read_only,
        };
        call.run(backend)
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn config(&self) -> &VmConfig {
        &self.inner.config
    }

    fn compile(&self, wasm: &[u8]) -> Result<Code, LoadError> {
        let analysis = self.analyze(wasm)?;
        let metered = meter::inject(wasm)?;
        let module = Module::new(self.engine(), metered)
            .map_err(|error| Reject::Uncompilable(format!("{error:#}")))?;
        let pre = self.inner.linker.instantiate_pre(&module);
        let pre = pre.map_err(|error| Fault::new("linking a checked module", error.to_string()))?;
        Ok(Code::new(analysis, pre)?)
    }

    fn codes(&self) -> Result<MutexGuard<'_, BTreeMap<Checksum, Arc<Slot>>>, Fault> {
        lock(&self.inner.codes)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, Fault> {
    let guard = mutex.lock();
    guard.map_err(|_| Fault::new("locking the compiled contracts", "a thread panicked"))
}
