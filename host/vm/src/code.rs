//! Owns a compiled contract; it must never hold anything of a single call.

use std::sync::Arc;

use wasmtime::{ExternType, FuncType, InstancePre, Module, ModuleExport, ValType};

use crate::analysis::{Analysis, EntryPoint};
use crate::check::{GAS_EXPORT, STACK_EXPORT};
use crate::error::Fault;
use crate::frame::Host;

/// A contract ready to run. Cheap to clone; it belongs to the [`Vm`](crate::Vm) that loaded it.
#[derive(Clone)]
pub struct Code {
    inner: Arc<Inner>,
}

struct Inner {
    analysis: Analysis,
    pre: InstancePre<Host>,
    exports: Exports,
}

/// The exports the host uses, looked up once.
pub(crate) struct Exports {
    pub(crate) memory: ModuleExport,
    pub(crate) gas: ModuleExport,
    pub(crate) stack: ModuleExport,
    pub(crate) allocate: Function,
    pub(crate) deallocate: Function,
    entry_points: Vec<(EntryPoint, Function)>,
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
    pub(crate) fn new(analysis: Analysis, pre: InstancePre<Host>) -> Result<Self, Fault> {
        let exports = Exports::of(pre.module(), &analysis)?;
        let inner = Inner {
            analysis,
            pre,
            exports,
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// What the static checks found.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        &self.inner.analysis
    }

    /// The size of the compiled image, code and tables.
    pub(crate) fn image_bytes(&self) -> u64 {
        let image = self.inner.pre.module().image_range();
        let bytes = image.end.addr().saturating_sub(image.start.addr());
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    pub(crate) fn pre(&self) -> &InstancePre<Host> {
        &self.inner.pre
    }

    pub(crate) fn exports(&self) -> &Exports {
        &self.inner.exports
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
