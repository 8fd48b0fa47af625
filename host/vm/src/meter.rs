//! Owns the injection of gas counting into validated wasm; it must never change what a contract computes, only add the charge.
//!
//! The rule is that of CosmWasm 3.0. Costs of operators add up until an accounting operator (a branch, a branch target, a call, a
//! return); in front of it the sum is taken from a counter. Operators behind the last accounting operator before a trap are free.
//! The counter is one signed global: it goes below zero exactly when the gas is used up, and then the code traps. Only whole
//! sections that grow are rewritten (globals, exports, code); every other byte, and every index, stays as it was.

use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, Encode, ExportKind, GlobalType, Instruction, Module,
    RawSection, SectionId, ValType,
};
use wasmparser::{FunctionBody, Operator, Parser, Payload, SectionLimited};

use crate::check::GAS_EXPORT;
use crate::error::Fault;
use crate::price;

/// Returns the wasm with the counter, exported as [`GAS_EXPORT`]. The input has passed every check.
pub(crate) fn inject(wasm: &[u8]) -> Result<Vec<u8>, Fault> {
    Injection::new(wasm)
        .run()
        .map_err(|error| Fault::new("metering validated wasm", error.to_string()))
}

struct Injection<'a> {
    wasm: &'a [u8],
    module: Module,
    code: CodeSection,
    functions_left: u32,
    globals: Option<u32>,
}

impl<'a> Injection<'a> {
    fn new(wasm: &'a [u8]) -> Self {
        Self {
            wasm,
            module: Module::new(),
            code: CodeSection::new(),
            functions_left: 0,
            globals: None,
        }
    }

    fn run(mut self) -> wasmparser::Result<Vec<u8>> {
        for payload in Parser::new(0).parse_all(self.wasm) {
            self.add(payload?)?;
        }
        Ok(self.module.finish())
    }

    fn add(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::GlobalSection(section) => {
                self.add_globals(section.count(), items(&section, self.wasm));
            }
            Payload::ExportSection(section) => {
                if self.globals.is_none() {
                    self.add_globals(0, &[]);
                }
                self.add_export(section.count(), items(&section, self.wasm));
            }
            Payload::CodeSectionStart { count, .. } => self.functions_left = count,
            Payload::CodeSectionEntry(body) => self.add_function(&body)?,
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

    fn add_globals(&mut self, count: u32, items: &[u8]) {
        let ty = GlobalType {
            val_type: ValType::I64,
            mutable: true,
            shared: false,
        };
        let mut data = lengthened(count, items);
        ty.encode(&mut data);
        ConstExpr::i64_const(0).encode(&mut data);
        self.raw(SectionId::Global, &data);
        self.globals = Some(count);
    }

    fn add_export(&mut self, count: u32, items: &[u8]) {
        let mut data = lengthened(count, items);
        GAS_EXPORT.encode(&mut data);
        ExportKind::Global.encode(&mut data);
        self.counter().encode(&mut data);
        self.raw(SectionId::Export, &data);
    }

    fn raw(&mut self, id: SectionId, data: &[u8]) {
        let id = id.into();
        self.module.section(&RawSection { id, data });
    }

    fn add_function(&mut self, body: &FunctionBody<'a>) -> wasmparser::Result<()> {
        self.code.raw(&metered(body, self.counter())?);
        self.functions_left = self.functions_left.saturating_sub(1);
        if self.functions_left == 0 {
            self.module.section(&self.code);
        }
        Ok(())
    }

    /// The index of the counter: behind the contract's own globals.
    fn counter(&self) -> u32 {
        self.globals.unwrap_or_default()
    }
}

/// The bytes of a section behind its count.
fn items<'a, T>(section: &SectionLimited<'a, T>, wasm: &'a [u8]) -> &'a [u8] {
    wasm.get(section.original_position()..section.range().end)
        .unwrap_or_default()
}

/// The start of a section with one more item than before.
fn lengthened(count: u32, items: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(items.len().saturating_add(32));
    count.saturating_add(1).encode(&mut data);
    data.extend_from_slice(items);
    data
}

/// A body with charges in front of its accounting operators.
fn metered(body: &FunctionBody<'_>, counter: u32) -> wasmparser::Result<Vec<u8>> {
    let bytes = body.as_bytes();
    let start = body.range().start;
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(2));
    let mut reader = body.get_operators_reader()?;
    let mut copied = reader.original_position().saturating_sub(start);
    out.extend_from_slice(bytes.get(..copied).unwrap_or_default());
    let mut due = 0_u64;
    let mut entry = entry_cost(body)?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        let accounting = is_accounting(&operator);
        let surcharge = std::mem::take(&mut entry);
        if surcharge > 0 && !accounting {
            charge(&mut out, counter, surcharge);
        } else {
            due = due.saturating_add(surcharge);
        }
        if accounting {
            due = due.saturating_add(price::ACCOUNTING_OPERATOR);
            let here = offset.saturating_sub(start);
            out.extend_from_slice(bytes.get(copied..here).unwrap_or_default());
            copied = here;
            charge(&mut out, counter, std::mem::take(&mut due));
        } else {
            due = due.saturating_add(price::OPERATOR);
        }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    Ok(out)
}

/// The price of declaring many locals, which the engine has to clear.
fn entry_cost(body: &FunctionBody<'_>) -> wasmparser::Result<u64> {
    let mut locals = 0_u64;
    for group in body.get_locals_reader()? {
        locals = locals.saturating_add(u64::from(group?.0));
    }
    Ok(locals
        .saturating_sub(price::FREE_LOCALS)
        .saturating_mul(price::OPERATOR))
}

fn is_accounting(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Loop { .. }
            | Operator::End
            | Operator::If { .. }
            | Operator::Else
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Call { .. }
            | Operator::CallIndirect { .. }
            | Operator::Return
    )
}

/// Takes `cost` from the counter and traps below zero. A cost is far below 2^63: a body has fewer than 2^32 operators.
fn charge(out: &mut Vec<u8>, counter: u32, cost: u64) {
    let cost = i64::try_from(cost).unwrap_or(i64::MAX);
    for instruction in [
        Instruction::GlobalGet(counter),
        Instruction::I64Const(cost),
        Instruction::I64Sub,
        Instruction::GlobalSet(counter),
        Instruction::GlobalGet(counter),
        Instruction::I64Const(0),
        Instruction::I64LtS,
        Instruction::If(BlockType::Empty),
        Instruction::Unreachable,
        Instruction::End,
    ] {
        instruction.encode(out);
    }
}
