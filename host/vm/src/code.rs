//! Owns a compiled contract; it must never hold anything of a single call.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use wasmtime::{ExternType, FuncType, InstancePre, Module, ModuleExport, ValType};

use crate::analysis::{Analysis, EntryPoint};
use crate::check::{FIRST_ALLOCATE_EXPORT, GAS_EXPORT, REACH_EXPORT, STACK_EXPORT};
use crate::error::Fault;
use crate::frame::Host;
use crate::gas::Gas;
use crate::meter::{self, Form, Owing};

/// A contract ready to run. Cheap to clone; it belongs to the [`Vm`](crate::Vm) that loaded it.
#[derive(Clone)]
pub struct Code {
    inner: Arc<Inner>,
}

struct Inner {
    analysis: Analysis,
    wasm: Box<[u8]>,
    loaded: Build,
    /// Made when a call needs it and the loaded build is a grown one.
    exact: OnceLock<Build>,
    /// Whoever makes it; the others wait.
    making: Mutex<()>,
    /// Whether the loaded build could not decide a call: its contract allocates in another way than was expected.
    prefers_exact: AtomicBool,
}

/// A contract compiled in one of two ways: with memory as the contract has it, or with memory that has grown already.
pub(crate) struct Build {
    pub(crate) pre: InstancePre<Host>,
    pub(crate) exports: Exports,
    /// Made when a call ends in a trap that needs it.
    owing: OnceLock<Owing>,
}

/// Which of its builds a contract runs in.
#[derive(Clone)]
pub(crate) struct Running {
    code: Code,
    grown: bool,
}

/// The exports the host uses, looked up once.
pub(crate) struct Exports {
    pub(crate) memory: ModuleExport,
    pub(crate) gas: ModuleExport,
    pub(crate) stack: ModuleExport,
    pub(crate) allocate: Function,
    pub(crate) deallocate: Function,
    pub(crate) first: Option<First>,
    entry_points: Vec<(EntryPoint, Function)>,
}

/// What the host needs for the first allocation of a grown build.
#[derive(Clone, Copy)]
pub(crate) struct First {
    pub(crate) allocate: Function,
    pub(crate) reach: ModuleExport,
    /// The size of memory in bytes, which the contract must have reached by the end of its first allocation.
    pub(crate) bytes: u64,
}

/// An exported function and what the host must know to call it.
#[derive(Clone, Copy)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) export: ModuleExport,
    pub(crate) shape: Shape,
}

/// The signature of an exported function, as far as the host cares.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) params: usize,
    pub(crate) params_are_i32: bool,
    pub(crate) results: Results,
}

/// What an exported function returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Results {
    None,
    I32,
    Other,
}

impl Code {
    pub(crate) fn new(analysis: Analysis, wasm: &[u8], loaded: Build) -> Self {
        let inner = Inner {
            analysis,
            wasm: wasm.into(),
            loaded,
            exact: OnceLock::new(),
            making: Mutex::new(()),
            prefers_exact: AtomicBool::new(false),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// What the static checks found.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        &self.inner.analysis
    }

    /// The bytes this contract keeps in memory: its builds, and the wasm. They grow when a call needs more than was loaded.
    pub(crate) fn held_bytes(&self) -> u64 {
        let exact = self.inner.exact.get().map_or(0, Build::held_bytes);
        let builds = self.inner.loaded.held_bytes().saturating_add(exact);
        builds.saturating_add(u64::try_from(self.inner.wasm.len()).unwrap_or(u64::MAX))
    }

    /// The build that was loaded.
    pub(crate) fn loaded(&self) -> &Build {
        &self.inner.loaded
    }

    /// The build to begin a call in: the loaded one, until it could not decide a call. Both come to the same.
    pub(crate) fn preferred(&self) -> &Build {
        match self.inner.exact.get() {
            Some(exact) if self.inner.prefers_exact.load(Ordering::Relaxed) => exact,
            _ => &self.inner.loaded,
        }
    }

    /// Says that the loaded build could not decide a call. True for the first who says so.
    pub(crate) fn prefer_exact(&self) -> bool {
        !self.inner.prefers_exact.swap(true, Ordering::Relaxed)
    }

    /// The exact build; `make` makes it from the wasm, once for all who ask, unless it fails: a fault is not remembered.
    pub(crate) fn exact(
        &self,
        make: impl FnOnce(&[u8]) -> Result<Build, Fault>,
    ) -> Result<&Build, Fault> {
        if self.inner.loaded.exports.first.is_none() {
            return Ok(&self.inner.loaded);
        }
        if let Some(exact) = self.inner.exact.get() {
            return Ok(exact);
        }
        let alone = self.inner.making.lock();
        let _alone = alone.unwrap_or_else(PoisonError::into_inner);
        if let Some(exact) = self.inner.exact.get() {
            return Ok(exact);
        }
        let exact = make(&self.inner.wasm)?;
        Ok(self.inner.exact.get_or_init(|| exact))
    }
}

impl Running {
    /// A build of this contract.
    pub(crate) fn new(code: &Code, build: &Build) -> Self {
        Self {
            code: code.clone(),
            grown: build.is_grown(),
        }
    }

    /// The gas that the counter does not know yet at an operator, given as the engine gives it.
    pub(crate) fn owes(&self, function: u32, offset: usize) -> Result<Gas, Fault> {
        let Inner { loaded, exact, .. } = &*self.code.inner;
        let build = match exact.get() {
            Some(exact) if self.grown != loaded.is_grown() => exact,
            _ => loaded,
        };
        if let Some(owing) = build.owing.get() {
            return Ok(Gas(owing.at(function, offset)));
        }
        // A contract that has a grown build at all has it whatever the limit of memory.
        let form = match self.grown {
            true => Form::Grown {
                max_pages: u64::MAX,
            },
            false => Form::Exact,
        };
        let owing = meter::inject(&self.code.inner.wasm, form)?.owing;
        let owing = build.owing.get_or_init(|| owing);
        Ok(Gas(owing.at(function, offset)))
    }
}

impl Build {
    fn is_grown(&self) -> bool {
        self.exports.first.is_some()
    }

    /// A linked module. Memory may have `max_bytes`: one that begins with more was made for a larger limit.
    pub(crate) fn new(
        analysis: &Analysis,
        pre: InstancePre<Host>,
        max_bytes: u64,
    ) -> Result<Self, Fault> {
        let exports = Exports::of(pre.module(), analysis)?;
        if let Some(first) = exports.first
            && first.bytes > max_bytes
        {
            let detail = format!("{} bytes from the start, {max_bytes} allowed", first.bytes);
            return Err(Fault::new("taking a build with grown memory", detail));
        }
        Ok(Self {
            pre,
            exports,
            owing: OnceLock::new(),
        })
    }

    /// The compiled image, code and tables, and what a trap had made.
    fn held_bytes(&self) -> u64 {
        let image = self.pre.module().image_range();
        let bytes = image.end.addr().saturating_sub(image.start.addr());
        let owing = self.owing.get().map_or(0, Owing::bytes);
        u64::try_from(bytes)
            .unwrap_or(u64::MAX)
            .saturating_add(owing)
    }
}

impl Exports {
    fn of(module: &Module, analysis: &Analysis) -> Result<Self, Fault> {
        let entries = analysis.entry_points.iter();
        Ok(Self {
            memory: export(module, "memory")?,
            gas: export(module, GAS_EXPORT)?,
            stack: export(module, STACK_EXPORT)?,
            allocate: function(module, "allocate")?,
            deallocate: function(module, "deallocate")?,
            first: First::of(module)?,
            entry_points: entries
                .map(|entry| Ok((*entry, function(module, entry.name())?)))
                .collect::<Result<_, Fault>>()?,
        })
    }

    /// The export behind an entry point, if the contract has it.
    pub(crate) fn entry_point(&self, entry: EntryPoint) -> Option<Function> {
        let mut entries = self.entry_points.iter();
        entries.find(|(name, _)| *name == entry).map(|(_, f)| *f)
    }
}

impl First {
    /// What a grown build has; an exact one has nothing of it.
    fn of(module: &Module) -> Result<Option<Self>, Fault> {
        let (Some(reach), Some(ExternType::Memory(memory))) = (
            module.get_export_index(REACH_EXPORT),
            module.get_export("memory"),
        ) else {
            return Ok(None);
        };
        Ok(Some(Self {
            allocate: function(module, FIRST_ALLOCATE_EXPORT)?,
            reach,
            bytes: memory.minimum().saturating_mul(memory.page_size()),
        }))
    }
}

fn export(module: &Module, name: &'static str) -> Result<ModuleExport, Fault> {
    let index = module.get_export_index(name);
    index.ok_or_else(|| Fault::new("looking up an export of a checked module", name))
}

fn function(module: &Module, name: &'static str) -> Result<Function, Fault> {
    let Some(ExternType::Func(ty)) = module.get_export(name) else {
        return Err(Fault::new(
            "looking up a function of a checked module",
            name,
        ));
    };
    Ok(Function {
        name,
        export: export(module, name)?,
        shape: shape(&ty),
    })
}

fn shape(ty: &FuncType) -> Shape {
    let is_i32 = |ty: ValType| matches!(ty, ValType::I32);
    let mut results = ty.results();
    let results = match (results.next(), results.next()) {
        (None, _) => Results::None,
        (Some(ValType::I32), None) => Results::I32,
        _ => Results::Other,
    };
    Shape {
        params: ty.params().len(),
        params_are_i32: ty.params().all(is_i32),
        results,
    }
}
