//! Owns what is added to validated wasm before it is compiled: the counting of gas and of stack. It must never change what a
//! contract computes, only when it has to stop.
//!
//! Both are counted in globals of the contract's own, signed, so that each goes below zero exactly when what it counts is used up,
//! and then the code traps. Only whole sections that grow are rewritten (functions, globals, exports, code, and the size of memory
//! in one of the two builds, [`grown`]); every other byte, and every index, stays as it was.

mod charge;
mod depth;
mod grown;
mod inline;
mod module;
mod tape;

use wasm_encoder::{
    CodeSection, ConstExpr, Encode, ExportKind, GlobalType, MemorySection, MemoryType, RawSection,
    SectionId, ValType,
};
use wasmparser::{Parser, Payload, SectionLimited};

use crate::check::{FIRST_ALLOCATE_EXPORT, GAS_EXPORT, REACH_EXPORT, STACK_EXPORT};
use crate::error::Fault;
use depth::Depths;
use grown::{Counters, Growth};
use module::Module;
use tape::{Metered, Owed};

pub(crate) use depth::STACK_BYTES;

/// The text of all that decides what the meter makes of a contract: the thresholds of [`inline`] and the graph behind [`depth`] do
/// not show in what it makes of any one contract.
pub(crate) const SOURCES: [&[u8]; 8] = [
    include_bytes!("charge.rs"),
    include_bytes!("depth.rs"),
    include_bytes!("grown.rs"),
    include_bytes!("inline.rs"),
    include_bytes!("mod.rs"),
    include_bytes!("module.rs"),
    include_bytes!("tape.rs"),
    include_bytes!("../price.rs"),
];

/// How a contract is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// With memory as the contract has it.
    Exact,
    /// With memory that has already what the contract will ask for first, where that can be done; else like [`Self::Exact`]. Such a
    /// build also exports [`FIRST_ALLOCATE_EXPORT`] and [`REACH_EXPORT`]. Memory may have `max_pages`.
    Grown { max_pages: u64 },
}

/// A contract with its counters.
pub(crate) struct Injected {
    /// The module; the counters are exported as [`GAS_EXPORT`] and [`STACK_EXPORT`].
    pub(crate) wasm: Vec<u8>,
    pub(crate) owing: Owing,
}

/// What the counter of gas does not know yet where a contract traps.
pub(crate) struct Owing {
    imports: u32,
    functions: Vec<Owed>,
    bytes: u64,
}

impl Owing {
    fn new(imports: u32, functions: Vec<Owed>) -> Self {
        let bytes = functions.iter().map(Owed::bytes);
        let bytes = bytes.fold(0, u64::saturating_add);
        Self {
            imports,
            functions,
            bytes,
        }
    }

    /// The memory that this takes.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What is owed at an operator, given by the function's index and by the distance from the beginning of its body in bytes.
    pub(crate) fn at(&self, function: u32, offset: usize) -> u64 {
        let place = function.checked_sub(self.imports).map(module::position);
        let function = place.and_then(|place| self.functions.get(place));
        function.map_or(0, |function| function.at(offset))
    }
}

/// Gives a contract its counters. The input has passed every check.
pub(crate) fn inject(wasm: &[u8], form: Form) -> Result<Injected, Fault> {
    let injected = Module::read(wasm).and_then(|module| {
        let depths = depth::plan(&module);
        let growth = match form {
            Form::Exact => None,
            Form::Grown { max_pages } => Growth::plan(&module, &depths, max_pages),
        };
        Injection::new(wasm, &module, depths, growth).run()
    });
    injected.map_err(|error| fault(&error))
}

fn fault(error: &wasmparser::BinaryReaderError) -> Fault {
    Fault::new("metering validated wasm", error.to_string())
}

struct Injection<'a> {
    wasm: &'a [u8],
    source: &'a Module<'a>,
    depths: Depths,
    growth: Option<Growth<'a>>,
    module: wasm_encoder::Module,
    code: CodeSection,
    /// Bodies of counted functions, which move behind all others: in their place stands what counts them.
    moved: Vec<Metered>,
    owed: Vec<Owed>,
    functions_seen: u32,
    functions: u32,
    globals: Option<u32>,
}

impl<'a> Injection<'a> {
    fn new(
        wasm: &'a [u8],
        source: &'a Module<'a>,
        depths: Depths,
        growth: Option<Growth<'a>>,
    ) -> Self {
        Self {
            wasm,
            source,
            depths,
            growth,
            module: wasm_encoder::Module::new(),
            code: CodeSection::new(),
            moved: Vec::new(),
            owed: Vec::new(),
            functions_seen: 0,
            functions: 0,
            globals: None,
        }
    }

    fn run(mut self) -> wasmparser::Result<Injected> {
        for payload in Parser::new(0).parse_all(self.wasm) {
            self.add(payload?)?;
        }
        Ok(Injected {
            wasm: self.module.finish(),
            owing: Owing::new(self.source.imports, self.owed),
        })
    }

    fn add(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::FunctionSection(section) => {
                self.add_functions(section.count(), items(&section, self.wasm));
            }
            Payload::MemorySection(_) if self.growth.is_some() => self.add_memory(),
            Payload::GlobalSection(section) => {
                self.add_globals(section.count(), items(&section, self.wasm));
            }
            Payload::ExportSection(section) => {
                if self.globals.is_none() {
                    self.add_globals(0, &[]);
                }
                self.add_exports(section.count(), items(&section, self.wasm));
            }
            Payload::CodeSectionStart { count, .. } => self.functions = count,
            Payload::CodeSectionEntry(_) => self.add_body()?,
            // Names and other custom sections mean nothing to the engine.
            Payload::CustomSection(_) => {}
            other => self.copy(&other),
        }
        Ok(())
    }

    fn copy(&mut self, payload: &Payload<'a>) {
        if let Some((id, range)) = payload.as_section() {
            let data = self.wasm.get(range).unwrap_or_default();
            self.module.section(&RawSection { id, data });
        }
    }

    fn add_functions(&mut self, count: u32, items: &[u8]) {
        let moved = self.depths.counted();
        let moved = moved.into_iter().map(|function| function.ty);
        let copied = self.growth.iter().flat_map(|growth| growth.types.iter());
        let types: Vec<u32> = moved.chain(copied.copied()).collect();
        let mut data = lengthened(count, types.len(), items);
        for ty in types {
            ty.encode(&mut data);
        }
        self.raw(SectionId::Function, &data);
    }

    /// A contract has one memory, without a maximum.
    fn add_memory(&mut self) {
        let pages = self.growth.as_ref().map_or(0, Growth::grown_pages);
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: pages,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        self.module.section(&memories);
    }

    fn add_globals(&mut self, count: u32, items: &[u8]) {
        let more = if self.growth.is_some() { 3 } else { 2 };
        let mut data = lengthened(count, more, items);
        let stack = i64::try_from(STACK_BYTES).unwrap_or(i64::MAX);
        for start in [0, stack] {
            let ty = GlobalType {
                val_type: ValType::I64,
                mutable: true,
                shared: false,
            };
            ty.encode(&mut data);
            ConstExpr::i64_const(start).encode(&mut data);
        }
        if let Some(growth) = &self.growth {
            let (ty, start) = grown::reach_global(growth.pages);
            ty.encode(&mut data);
            start.encode(&mut data);
        }
        self.raw(SectionId::Global, &data);
        self.globals = Some(count);
    }

    fn add_exports(&mut self, count: u32, items: &[u8]) {
        let counters = self.counters();
        let mut more = vec![
            (GAS_EXPORT, ExportKind::Global, counters.gas),
            (STACK_EXPORT, ExportKind::Global, counters.stack),
        ];
        if let Some(growth) = &self.growth {
            let first = growth.first_allocate();
            more.push((FIRST_ALLOCATE_EXPORT, ExportKind::Func, first));
            more.push((REACH_EXPORT, ExportKind::Global, counters.reach));
        }
        let mut data = lengthened(count, more.len(), items);
        for (name, kind, index) in more {
            name.encode(&mut data);
            kind.encode(&mut data);
            index.encode(&mut data);
        }
        self.raw(SectionId::Export, &data);
    }

    fn raw(&mut self, id: SectionId, data: &[u8]) {
        let id = id.into();
        self.module.section(&RawSection { id, data });
    }

    fn add_body(&mut self) -> wasmparser::Result<()> {
        let metered = self.metered()?;
        match self.depths.of(self.functions_seen) {
            None => self.write(metered),
            Some(function) => {
                let target = self.depths.moved_to(self.moved.len());
                let counting = depth::counting(function, target, self.counters().stack);
                self.write(counting.into());
                self.moved.push(metered);
            }
        }
        self.functions_seen = self.functions_seen.saturating_add(1);
        if self.functions_seen == self.functions {
            let mut behind = std::mem::take(&mut self.moved);
            if let Some(growth) = &self.growth {
                behind.extend(growth.bodies(self.counters())?);
            }
            for metered in behind {
                self.write(metered);
            }
            self.module.section(&self.code);
        }
        Ok(())
    }

    fn write(&mut self, metered: Metered) {
        self.code.raw(&metered.body);
        self.owed.push(metered.owed);
    }

    /// The next function's body, metered.
    fn metered(&self) -> wasmparser::Result<Metered> {
        let place = module::position(self.functions_seen);
        let function = self.source.functions.get(place);
        match (function, self.depths.inlining.of(place)) {
            (Some(function), Some(taken)) => {
                inline::metered(self.source, function, taken, self.counters().gas)
            }
            _ => Ok(Metered::default()),
        }
    }

    /// The indices of the counters: behind the contract's own globals.
    fn counters(&self) -> Counters {
        let gas = self.globals.unwrap_or_default();
        let stack = gas.saturating_add(1);
        let reach = stack.saturating_add(1);
        Counters { gas, stack, reach }
    }
}

/// The bytes of a section behind its count.
fn items<'a, T>(section: &SectionLimited<'a, T>, wasm: &'a [u8]) -> &'a [u8] {
    wasm.get(section.original_position()..section.range().end)
        .unwrap_or_default()
}

/// The start of a section with so many items more than before.
fn lengthened(count: u32, more: usize, items: &[u8]) -> Vec<u8> {
    let more = u32::try_from(more).unwrap_or(u32::MAX);
    let mut data = Vec::with_capacity(items.len().saturating_add(64));
    count.saturating_add(more).encode(&mut data);
    data.extend_from_slice(items);
    data
}
