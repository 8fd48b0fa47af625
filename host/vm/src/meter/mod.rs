//! Owns what is added to validated wasm before it is compiled: the counting of gas and of stack. It must never change what a
//! contract computes, only when it has to stop.
//!
//! Both are counted in globals of the contract's own, signed, so that each goes below zero exactly when what it counts is used up,
//! and then the code traps. Only whole sections that grow are rewritten (functions, globals, exports, code); every other byte, and
//! every index, stays as it was.

mod charge;
mod depth;

use wasm_encoder::{
    CodeSection, ConstExpr, Encode, ExportKind, GlobalType, Module, RawSection, SectionId, ValType,
};
use wasmparser::{FunctionBody, Parser, Payload, SectionLimited};

use crate::check::{GAS_EXPORT, STACK_EXPORT};
use crate::error::Fault;
use depth::Depths;

pub(crate) use depth::STACK_BYTES;

/// Returns the wasm with its counters, exported as [`GAS_EXPORT`] and [`STACK_EXPORT`]. The input has passed every check.
pub(crate) fn inject(wasm: &[u8]) -> Result<Vec<u8>, Fault> {
    metered(wasm).map_err(|error| Fault::new("metering validated wasm", error.to_string()))
}

fn metered(wasm: &[u8]) -> wasmparser::Result<Vec<u8>> {
    let depths = depth::plan(wasm)?;
    let mut injection = Injection::new(wasm, depths);
    for payload in Parser::new(0).parse_all(wasm) {
        injection.add(payload?)?;
    }
    Ok(injection.module.finish())
}

struct Injection<'a> {
    wasm: &'a [u8],
    depths: Depths,
    module: Module,
    code: CodeSection,
    /// Bodies of counted functions, which move behind all others: in their place stands what counts them.
    moved: Vec<Vec<u8>>,
    functions_seen: u32,
    functions: u32,
    globals: Option<u32>,
}

impl<'a> Injection<'a> {
    fn new(wasm: &'a [u8], depths: Depths) -> Self {
        Self {
            wasm,
            depths,
            module: Module::new(),
            code: CodeSection::new(),
            moved: Vec::new(),
            functions_seen: 0,
            functions: 0,
            globals: None,
        }
    }

    fn add(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::FunctionSection(section) => {
                self.add_functions(section.count(), items(&section, self.wasm));
            }
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
            Payload::CodeSectionEntry(body) => self.add_body(&body)?,
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
        let mut data = lengthened(count, moved.len(), items);
        for function in moved {
            function.ty.encode(&mut data);
        }
        self.raw(SectionId::Function, &data);
    }

    fn add_globals(&mut self, count: u32, items: &[u8]) {
        let mut data = lengthened(count, 2, items);
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
        self.raw(SectionId::Global, &data);
        self.globals = Some(count);
    }

    fn add_exports(&mut self, count: u32, items: &[u8]) {
        let mut data = lengthened(count, 2, items);
        for (name, global) in [
            (GAS_EXPORT, self.gas_counter()),
            (STACK_EXPORT, self.stack_counter()),
        ] {
            name.encode(&mut data);
            ExportKind::Global.encode(&mut data);
            global.encode(&mut data);
        }
        self.raw(SectionId::Export, &data);
    }

    fn raw(&mut self, id: SectionId, data: &[u8]) {
        let id = id.into();
        self.module.section(&RawSection { id, data });
    }

    fn add_body(&mut self, body: &FunctionBody<'a>) -> wasmparser::Result<()> {
        let metered = charge::metered(body, self.gas_counter())?;
        match self.depths.of(self.functions_seen) {
            None => {
                self.code.raw(&metered);
            }
            Some(function) => {
                let target = self.depths.moved_to(self.moved.len());
                self.code
                    .raw(&depth::counting(function, target, self.stack_counter()));
                self.moved.push(metered);
            }
        }
        self.functions_seen = self.functions_seen.saturating_add(1);
        if self.functions_seen == self.functions {
            for body in std::mem::take(&mut self.moved) {
                self.code.raw(&body);
            }
            self.module.section(&self.code);
        }
        Ok(())
    }

    /// The index of the gas counter: behind the contract's own globals.
    fn gas_counter(&self) -> u32 {
        self.globals.unwrap_or_default()
    }

    fn stack_counter(&self) -> u32 {
        self.gas_counter().saturating_add(1)
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
