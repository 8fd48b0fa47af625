//! Owns the facts about a contract that metering needs, read in one pass over validated wasm; it must never decide anything by them.

use wasmparser::{
    BlockType, CompositeInnerType, ConstExpr, Data, DataKind, ElementItems, Export, ExternalKind,
    FuncType, FunctionBody, Operator, Parser, Payload,
};

/// A validated module, as far as its call graph and its first memory go.
#[derive(Default)]
pub(super) struct Module<'a> {
    pub(super) types: Vec<FuncType>,
    pub(super) imports: u32,
    /// The names of the imports, all of which are functions.
    pub(super) import_names: Vec<&'a str>,
    pub(super) functions: Vec<Function<'a>>,
    pub(super) exports: Vec<Export<'a>>,
    /// Functions that a table may hold.
    pub(super) referenced: Vec<u32>,
    /// The pages memory begins with.
    pub(super) pages: u64,
    /// Where each data segment ends in memory, in bytes; nothing where the offset is no plain number.
    pub(super) data_ends: Vec<Option<u64>>,
}

/// A function of the module's own.
#[derive(Default)]
pub(super) struct Function<'a> {
    pub(super) ty: u32,
    pub(super) body: Option<FunctionBody<'a>>,
    pub(super) calls: Vec<u32>,
    /// Types of indirect calls.
    pub(super) calls_through_table: Vec<u32>,
    /// Locals, parameters apart, and operators that leave a new value.
    pub(super) slots: u64,
    pub(super) grows_memory: bool,
    /// Locals, parameters apart.
    pub(super) locals: u64,
    pub(super) operators: u32,
    pub(super) loops: bool,
    /// Whether its last operator is a trap, as in functions that report an error.
    pub(super) fails: bool,
}

impl<'a> Module<'a> {
    pub(super) fn read(wasm: &'a [u8]) -> wasmparser::Result<Self> {
        let mut module = Self::default();
        let mut bodies = 0_u32;
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::CodeSectionEntry(body) => {
                    module.add_body(bodies, body)?;
                    bodies = bodies.saturating_add(1);
                }
                other => module.add(other)?,
            }
        }
        Ok(module)
    }

    /// How many parameters the type with this index has.
    pub(super) fn params(&self, ty: u32) -> u32 {
        let params = self.ty(ty).map_or(0, |ty| ty.params().len());
        u32::try_from(params).unwrap_or(u32::MAX)
    }

    pub(super) fn ty(&self, ty: u32) -> Option<&FuncType> {
        self.types.get(position(ty))
    }

    /// The place of a function among those of the module; imports have none.
    pub(super) fn place(&self, function: u32) -> Option<usize> {
        let place = position(function.checked_sub(self.imports)?);
        (place < self.functions.len()).then_some(place)
    }

    /// The index of the function exported under this name.
    pub(super) fn exported(&self, name: &str) -> Option<u32> {
        let mut functions = self.exported_functions();
        functions.find_map(|(exported, index)| (exported == name).then_some(index))
    }

    pub(super) fn exported_functions(&self) -> impl Iterator<Item = (&'a str, u32)> + '_ {
        let functions = self.exports.iter();
        let functions = functions.filter(|export| export.kind == ExternalKind::Func);
        functions.map(|export| (export.name, export.index))
    }

    fn add(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.into_types() {
                        if let CompositeInnerType::Func(function) = ty.composite_type.inner {
                            self.types.push(function);
                        }
                    }
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.import_names.push(import?.name);
                    self.imports = self.imports.saturating_add(1);
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    self.functions.push(Function {
                        ty: ty?,
                        ..Function::default()
                    });
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    self.pages = memory?.initial;
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    self.exports.push(export?);
                }
            }
            Payload::ElementSection(section) => {
                for element in section {
                    self.add_references(element?.items)?;
                }
            }
            Payload::DataSection(section) => {
                for segment in section {
                    self.data_ends.push(end(&segment?)?);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn add_references(&mut self, items: ElementItems<'_>) -> wasmparser::Result<()> {
        match items {
            ElementItems::Functions(functions) => {
                for function in functions {
                    self.referenced.push(function?);
                }
            }
            ElementItems::Expressions(_, expressions) => {
                for expression in expressions {
                    for operator in expression?.get_operators_reader() {
                        if let Operator::RefFunc { function_index } = operator? {
                            self.referenced.push(function_index);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn add_body(&mut self, index: u32, body: FunctionBody<'a>) -> wasmparser::Result<()> {
        let Some(function) = self.functions.get_mut(position(index)) else {
            return Ok(());
        };
        for group in body.get_locals_reader()? {
            function.locals = function.locals.saturating_add(u64::from(group?.0));
        }
        function.slots = function.locals;
        let mut last = false;
        for operator in body.get_operators_reader()? {
            let operator = operator?;
            let slots = slots(&operator, &self.types);
            function.slots = function.slots.saturating_add(slots);
            function.operators = function.operators.saturating_add(1);
            function.fails =
                std::mem::replace(&mut last, matches!(operator, Operator::Unreachable));
            match operator {
                Operator::Call { function_index } => function.calls.push(function_index),
                Operator::CallIndirect { type_index, .. } => {
                    function.calls_through_table.push(type_index);
                }
                Operator::Loop { .. } => function.loops = true,
                Operator::MemoryGrow { .. } => function.grows_memory = true,
                _ => {}
            }
        }
        function.body = Some(body);
        Ok(())
    }
}

/// The values that an operator may have kept. What enters or leaves a block is one of them, whatever it was before: where ways come
/// together, even a constant becomes a value that must be kept.
fn slots(operator: &Operator<'_>, types: &[FuncType]) -> u64 {
    match operator {
        Operator::Block { blockty } | Operator::Loop { blockty } | Operator::If { blockty } => {
            match blockty {
                BlockType::Empty => 0,
                BlockType::Type(_) => 1,
                BlockType::FuncType(ty) => types.get(position(*ty)).map_or(0, |ty| {
                    let values = ty.params().len().saturating_add(ty.results().len());
                    u64::try_from(values).unwrap_or(u64::MAX)
                }),
            }
        }
        other => u64::from(leaves_value(other)),
    }
}

/// Whether an operator leaves a value that may have to be kept. A constant need not: it is made anew where it is wanted.
fn leaves_value(operator: &Operator<'_>) -> bool {
    !matches!(
        operator,
        Operator::Unreachable
            | Operator::Nop
            | Operator::Block { .. }
            | Operator::Loop { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::End
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Return
            | Operator::Drop
            | Operator::LocalSet { .. }
            | Operator::LocalTee { .. }
            | Operator::GlobalSet { .. }
            | Operator::I32Const { .. }
            | Operator::I64Const { .. }
            | Operator::F32Const { .. }
            | Operator::F64Const { .. }
            | Operator::I32Store { .. }
            | Operator::I64Store { .. }
            | Operator::F32Store { .. }
            | Operator::F64Store { .. }
            | Operator::I32Store8 { .. }
            | Operator::I32Store16 { .. }
            | Operator::I64Store8 { .. }
            | Operator::I64Store16 { .. }
            | Operator::I64Store32 { .. }
    )
}

/// Where a data segment ends, if that can be told without running anything.
fn end(segment: &Data<'_>) -> wasmparser::Result<Option<u64>> {
    let DataKind::Active { offset_expr, .. } = &segment.kind else {
        return Ok(None);
    };
    let offset = number(offset_expr)?;
    let length = u64::try_from(segment.data.len()).unwrap_or(u64::MAX);
    Ok(offset.map(|offset| u64::from(offset).saturating_add(length)))
}

fn number(expression: &ConstExpr<'_>) -> wasmparser::Result<Option<u32>> {
    let mut operators = expression.get_operators_reader();
    Ok(match operators.read()? {
        Operator::I32Const { value } => Some(value.cast_unsigned()),
        _ => None,
    })
}

pub(super) fn position(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
