//! Owns the engine, the table of imports and the compiled contracts of a process; it must never let the state of one call reach another.

use std::convert::Infallible;
use std::sync::Arc;

use wasmtime::{Engine, Linker, Module};

use crate::analysis::{Analysis, EntryPoint};
use crate::backend::Backend;
use crate::cache::{Cache, CacheStatistics};
use crate::call::{Call, CallReport};
use crate::check;
use crate::checksum::Checksum;
use crate::code::{Build, Code};
use crate::config::VmConfig;
use crate::engine;
use crate::error::{Fault, LoadError, Reject};
use crate::frame::Host;
use crate::gas::Gas;
use crate::imports;
use crate::meter::{self, Form};
use crate::observe::GasBreakdown;
use crate::observe::span::{self, Found};

/// The virtual machine. Cheap to clone; clones share the compiled contracts. Calls may run on many threads.
#[derive(Clone)]
pub struct Vm {
    inner: Arc<Inner>,
}

struct Inner {
    config: VmConfig,
    engine: Engine,
    linker: Linker<Host>,
    cache: Cache,
}

impl Vm {
    /// Starts an engine. Fails when a setting is out of range ([`VmConfigBuilder::build`](crate::VmConfigBuilder::build) says so
    /// earlier), when the machine lacks the address space or the instruction set, or when [`VmConfig::cache_dir`] is not safe to use.
    pub fn new(config: VmConfig) -> Result<Vm, Fault> {
        let valid = config.check();
        valid.map_err(|error| Fault::new("starting a virtual machine", error.to_string()))?;
        let engine = engine::build(&config)?;
        let linker = imports::linker(&engine)?;
        let cache = Cache::open(&config, &engine)?;
        let inner = Inner {
            config,
            engine,
            linker,
            cache,
        };
        Ok(Vm {
            inner: Arc::new(inner),
        })
    }

    /// Checks a file without compiling it.
    pub fn analyze(&self, wasm: &[u8]) -> Result<Analysis, Reject> {
        check::check(wasm, self.config())
    }

    /// Checks, meters and compiles a file, or finds it compiled. Threads that ask for the same file share one compilation.
    pub fn load(&self, wasm: &[u8]) -> Result<Code, LoadError> {
        let checksum = Checksum::of(wasm);
        let make = || Ok::<_, Infallible>(self.make(&checksum, wasm));
        let made = self.find_or_make(&checksum, make);
        made.unwrap_or_else(|never| match never {})
    }

    /// Like [`Self::load`], for whoever knows the checksum: `wasm` is only asked for the bytes if the contract is not in memory.
    ///
    /// The outer error is that of `wasm`; bytes with another checksum are a [`Fault`]. `wasm` must not load the same contract.
    pub fn load_by_checksum<E>(
        &self,
        checksum: &Checksum,
        wasm: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Result<Code, LoadError>, E> {
        self.find_or_make(checksum, || {
            let wasm = wasm()?;
            let found = Checksum::of(&wasm);
            if found != *checksum {
                let detail = format!("asked for {checksum}, given {found}");
                return Ok(Err(Fault::new("loading a contract", detail).into()));
            }
            Ok(self.make(checksum, &wasm))
        })
    }

    /// Keeps a contract in memory until it is unpinned, beside the limit of [`VmConfig::cache_memory_bytes`].
    ///
    /// It is a [`Fault`] if another VM loaded it.
    pub fn pin(&self, code: &Code) -> Result<(), Fault> {
        if !Engine::same(code.loaded().pre.module().engine(), self.engine()) {
            let checksum = code.analysis().checksum.to_string();
            return Err(Fault::new("pinning a contract of another VM", checksum));
        }
        self.inner.cache.pin(code);
        Ok(())
    }

    /// Lets a pinned contract go as soon as there is no room for it.
    pub fn unpin(&self, checksum: &Checksum) {
        self.inner.cache.unpin(checksum);
    }

    /// What became of the contracts that were asked for since the start, and how many are held.
    #[must_use]
    pub fn cache_statistics(&self) -> CacheStatistics {
        self.inner.cache.statistics()
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
        let (call, span) = self.prepare(code, entry, args, gas_limit, read_only);
        let result = span.in_scope(|| call.run(backend));
        span::called(&span, result.as_ref());
        result
    }

    /// Like [`Self::call`], and says where the gas went. The report is the same; the call takes a little longer.
    pub fn call_itemized(
        &self,
        code: &Code,
        entry: EntryPoint,
        args: &[&[u8]],
        backend: Box<dyn Backend>,
        gas_limit: Gas,
        read_only: bool,
    ) -> Result<(CallReport, GasBreakdown), Fault> {
        let (call, span) = self.prepare(code, entry, args, gas_limit, read_only);
        let result = span.in_scope(|| call.run_itemized(backend));
        span::called(&span, result.as_ref().map(|(report, _)| report));
        result
    }

    fn prepare<'a>(
        &'a self,
        code: &'a Code,
        entry: EntryPoint,
        args: &'a [&'a [u8]],
        gas_limit: Gas,
        read_only: bool,
    ) -> (Call<'a>, tracing::Span) {
        let call = Call {
            vm: self,
            code,
            entry,
            args,
            gas_limit,
            read_only,
        };
        (call, span::call(code, entry, gas_limit))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn config(&self) -> &VmConfig {
        &self.inner.config
    }

    /// Finds a contract in memory or has it made, inside a span.
    fn find_or_make<E>(
        &self,
        checksum: &Checksum,
        make: impl FnOnce() -> Result<Result<Code, LoadError>, E>,
    ) -> Result<Result<Code, LoadError>, E> {
        span::load(checksum).in_scope(|| {
            let mut made = false;
            let loaded = self.inner.cache.find_or_make(checksum, || {
                made = true;
                make()
            })?;
            if !made {
                span::found(Found::Memory);
            }
            span::loaded(loaded.as_ref());
            Ok(loaded)
        })
    }

    /// The exact build of a contract, made if it was not needed before.
    pub(crate) fn exact<'a>(&self, code: &'a Code) -> Result<&'a Build, Fault> {
        code.exact(|wasm| {
            let module = self.compile(&meter::inject(wasm, Form::Exact)?.wasm)?;
            self.link(code.analysis(), &module)
        })
    }

    /// The exact build of a contract whose grown build could not decide a call. It takes that one's place, also on disk.
    pub(crate) fn exact_from_now<'a>(&self, code: &'a Code) -> Result<&'a Build, Fault> {
        let exact = self.exact(code)?;
        if code.prefer_exact() {
            let checksum = &code.analysis().checksum;
            self.inner.cache.write(checksum, exact.pre.module());
        }
        Ok(exact)
    }

    /// Checks the wasm, whatever was compiled before, and gets its machine code from disk or from the compiler.
    fn make(&self, checksum: &Checksum, wasm: &[u8]) -> Result<Code, LoadError> {
        span::wasm(wasm);
        let analysis = self.analyze(wasm)?;
        let cache = &self.inner.cache;
        let link = |module: &Module| self.link(&analysis, module);
        let build = match cache.read(self.engine(), checksum, link) {
            Some(build) => {
                span::found(Found::Disk);
                build
            }
            None => {
                span::found(Found::Compiler);
                let max_pages = engine::memory_limit_pages(self.config());
                let injected = meter::inject(wasm, Form::Grown { max_pages })?;
                let module = self.compile(&injected.wasm)?;
                cache.write(checksum, &module);
                link(&module)?
            }
        };
        Ok(Code::new(analysis, wasm, build))
    }

    /// The checks let nothing through that the compiler has no room for: what fails here is the host's.
    fn compile(&self, metered: &[u8]) -> Result<Module, Fault> {
        self.inner.cache.count_compilation();
        Module::new(self.engine(), metered)
            .map_err(|error| Fault::new("compiling a checked module", format!("{error:#}")))
    }

    fn link(&self, analysis: &Analysis, module: &Module) -> Result<Build, Fault> {
        let pre = self.inner.linker.instantiate_pre(module);
        let pre = pre.map_err(|error| Fault::new("linking a checked module", error.to_string()))?;
        let limit = engine::memory_limit_bytes(self.config());
        Build::new(analysis, pre, u64::try_from(limit).unwrap_or(u64::MAX))
    }
}
