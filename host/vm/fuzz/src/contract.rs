//! Owns the shape of a contract around a grown module: an allocator that works, marker and entry points, memory, and imports that are given
//! regions more often than noise. What was grown stays as it is, but for the index of each import: a shim stands before it.

use std::convert::Infallible;

use arbitrary::{Result, Unstructured};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, ExportKind, ExportSection,
    Function, FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction as I, MemArg,
    MemorySection, MemoryType, Module, TableSection, TypeSection, ValType,
};
use wasmparser::{CompositeInnerType, FuncType, Parser, Payload, TypeRef};

use crate::grown::{self, Wild};
use crate::imports::{self, Param};

/// Where descriptions of regions lie, each in 16 bytes.
const REGIONS: i32 = 64;
const REGION_COUNT: i32 = 32;
/// Where what grown functions return is kept, and the description of all that a call returns.
const RESULTS: u64 = 1_024;
const RETURNED: i32 = 16;
/// Where the allocator begins.
const HEAP: i32 = 65_536;
const PAGES: u64 = 3;

/// A contract, grown from input bytes.
pub struct Contract {
    /// The wasm.
    pub wasm: Vec<u8>,
}

impl Contract {
    /// Grows one.
    pub fn grow(u: &mut Unstructured<'_>, wild: Wild) -> Result<Self> {
        let regions = regions(u)?;
        let grown = grown::grow(u, wild)?;
        let wasm = wrap(&grown, &regions);
        wasm.map(|wasm| Self { wasm })
            .ok_or(arbitrary::Error::IncorrectFormat)
    }
}

/// Arguments for an entry point that takes so many, from what is left of the input.
pub fn entry_arguments(u: &mut Unstructured<'_>, count: usize) -> Result<Vec<Vec<u8>>> {
    let mut arguments = Vec::new();
    for _ in 0..count {
        let length = u.int_in_range(0..=200)?;
        let length = length.min(u.len());
        arguments.push(u.bytes(length)?.to_vec());
    }
    Ok(arguments)
}

/// Descriptions of regions: most are sound, some are not.
fn regions(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    for index in 0..u32::try_from(REGION_COUNT).unwrap_or_default() {
        let place = 4_096 + index * 128;
        let length = u32::from(u.arbitrary::<u8>()?);
        let region = match u.int_in_range(0..=11)? {
            0..=5 => [place, 128, length.min(128)],
            6 => [place, 128, [0, 32, 48, 64, 65, 96][usize::try_from(length % 6).unwrap_or(0)]],
            7 => [place, length, 0],
            8 => [place, 128, 129],
            9 => [u.arbitrary()?, u.arbitrary()?, u.arbitrary()?],
            10 => [u32::try_from(PAGES).unwrap_or(1) * 65_536 - length, length, length],
            _ => [0, length, length],
        };
        for number in region {
            all.extend_from_slice(&number.to_le_bytes());
        }
        all.extend_from_slice(&[0; 4]);
    }
    Ok(all)
}

/// Passes on everything, but calls of imports go to shims.
struct Shift {
    imports: u32,
    shims: u32,
}

impl Reencode for Shift {
    type Error = Infallible;

    fn function_index(&mut self, func: u32) -> std::result::Result<u32, Error<Infallible>> {
        Ok(if func < self.imports {
            self.shims + func
        } else {
            func
        })
    }
}

/// What the contract around needs to know of the grown module.
#[derive(Default)]
struct Survey {
    types: Vec<FuncType>,
    imports: Vec<(String, u32)>,
    functions: Vec<u32>,
    globals: u32,
}

impl Survey {
    fn of(grown: &[u8]) -> Option<Self> {
        let mut survey = Self::default();
        for payload in Parser::new(0).parse_all(grown) {
            match payload.ok()? {
                Payload::TypeSection(section) => {
                    for group in section {
                        for ty in group.ok()?.into_types() {
                            match ty.composite_type.inner {
                                CompositeInnerType::Func(ty) => survey.types.push(ty),
                                _ => survey.types.push(FuncType::new([], [])),
                            }
                        }
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import.ok()?;
                        let TypeRef::Func(ty) = import.ty else {
                            return None;
                        };
                        survey.imports.push((import.name.to_owned(), ty));
                    }
                }
                Payload::FunctionSection(section) => {
                    for ty in section {
                        survey.functions.push(ty.ok()?);
                    }
                }
                Payload::GlobalSection(section) => survey.globals = section.count(),
                _ => {}
            }
        }
        Some(survey)
    }
}

/// The grown module inside a contract.
fn wrap(grown: &[u8], regions: &[u8]) -> Option<Vec<u8>> {
    let survey = Survey::of(grown)?;
    let imports = u32::try_from(survey.imports.len()).ok()?;
    let functions = u32::try_from(survey.functions.len()).ok()?;
    let own = imports + functions;
    let types = u32::try_from(survey.types.len()).ok()?;
    let mut shift = Shift {
        imports,
        shims: own + FIXED,
    };
    let mut parts = Parts::default();
    for payload in Parser::new(0).parse_all(grown) {
        parts.take(&mut shift, payload.ok()?)?;
    }
    let shape = Shape {
        survey,
        own,
        types,
    };
    Some(shape.finish(parts, regions))
}

/// The grown sections.
#[derive(Default)]
struct Parts {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    tables: Option<TableSection>,
    globals: GlobalSection,
    elements: Option<ElementSection>,
    code: CodeSection,
}

impl Parts {
    fn take(&mut self, shift: &mut Shift, payload: Payload<'_>) -> Option<()> {
        match payload {
            Payload::TypeSection(s) => shift.parse_type_section(&mut self.types, s).ok(),
            Payload::ImportSection(s) => shift.parse_import_section(&mut self.imports, s).ok(),
            Payload::FunctionSection(s) => {
                shift.parse_function_section(&mut self.functions, s).ok()
            }
            Payload::TableSection(s) => {
                let tables = self.tables.get_or_insert_with(TableSection::new);
                shift.parse_table_section(tables, s).ok()
            }
            Payload::GlobalSection(s) => shift.parse_global_section(&mut self.globals, s).ok(),
            Payload::ElementSection(s) => {
                let elements = self.elements.get_or_insert_with(ElementSection::new);
                shift.parse_element_section(elements, s).ok()
            }
            Payload::CodeSectionEntry(body) => {
                shift.parse_function_body(&mut self.code, body).ok()
            }
            _ => Some(()),
        }
    }
}

/// Functions of the contract before its shims: marker, allocate, deallocate, two forms of entry point.
const FIXED: u32 = 5;

/// The contract around.
struct Shape {
    survey: Survey,
    /// The first function that is the contract's own.
    own: u32,
    /// The first type that is the contract's own.
    types: u32,
}

impl Shape {
    fn finish(&self, mut parts: Parts, regions: &[u8]) -> Vec<u8> {
        let pointer = ValType::I32;
        for params in [0, 1, 1, 2, 3] {
            let params = vec![pointer; params];
            let types = parts.types.len() - self.types;
            let result = matches!(types, 1 | 3 | 4).then_some(pointer);
            parts.types.ty().function(params, result);
        }
        for ty in 0..FIXED {
            parts.functions.function(self.types + ty);
        }
        for (_, ty) in &self.survey.imports {
            parts.functions.function(*ty);
        }
        let heap = GlobalType {
            val_type: pointer,
            mutable: true,
            shared: false,
        };
        parts.globals.global(heap, &ConstExpr::i32_const(HEAP));
        parts.code.function(&function(&[], &[]));
        parts.code.function(&self.allocate());
        parts.code.function(&function(&[], &[]));
        parts.code.function(&self.entry(2));
        parts.code.function(&self.entry(3));
        for (index, (name, _)) in (0..).zip(&self.survey.imports) {
            parts.code.function(&shim(index, name));
        }
        self.module(&parts, regions)
    }

    fn module(&self, parts: &Parts, regions: &[u8]) -> Vec<u8> {
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: PAGES,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut data = DataSection::new();
        let returned = [1_u32, 8_191, 8_191].map(u32::to_le_bytes).concat();
        data.active(0, &ConstExpr::i32_const(RETURNED), returned);
        data.active(0, &ConstExpr::i32_const(REGIONS), regions.iter().copied());
        let mut module = Module::new();
        module
            .section(&parts.types)
            .section(&parts.imports)
            .section(&parts.functions);
        if let Some(tables) = &parts.tables {
            module.section(tables);
        }
        module
            .section(&memories)
            .section(&parts.globals)
            .section(&self.exports());
        if let Some(elements) = &parts.elements {
            module.section(elements);
        }
        module.section(&parts.code).section(&data);
        module.finish()
    }

    fn exports(&self) -> ExportSection {
        let mut exports = ExportSection::new();
        exports.export("memory", ExportKind::Memory, 0);
        let with_two = ["query", "sudo", "reply"].map(|name| (name, 3));
        let with_three = ["instantiate", "execute", "migrate"].map(|name| (name, 4));
        let others = [("interface_version_8", 0), ("allocate", 1), ("deallocate", 2)];
        for (name, function) in others.into_iter().chain(with_two).chain(with_three) {
            exports.export(name, ExportKind::Func, self.own + function);
        }
        exports
    }

    /// Takes the next bytes of memory; where there are none left, it traps.
    fn allocate(&self) -> Function {
        let heap = self.survey.globals;
        let region = 1;
        let body = [
            I::GlobalGet(heap),
            I::LocalTee(region),
            I::LocalGet(region),
            I::I32Const(12),
            I::I32Add,
            I::I32Store(at(0)),
            I::LocalGet(region),
            I::LocalGet(0),
            I::I32Store(at(4)),
            I::LocalGet(region),
            I::I32Const(0),
            I::I32Store(at(8)),
            I::LocalGet(region),
            I::LocalGet(0),
            I::I32Const(27),
            I::I32Add,
            I::I32Const(-8),
            I::I32And,
            I::I32Add,
            I::GlobalSet(heap),
            I::LocalGet(region),
        ];
        function(&[(1, ValType::I32)], &body)
    }

    /// Calls every grown function, keeps what it returns, and returns the beginning of memory.
    fn entry(&self, params: u32) -> Function {
        let mut body = Vec::new();
        let mut place = RESULTS;
        let imports = u32::try_from(self.survey.imports.len()).unwrap_or_default();
        for (index, ty) in (imports..).zip(&self.survey.functions) {
            let Some(ty) = self.survey.types.get(usize::try_from(*ty).unwrap_or_default()) else {
                continue;
            };
            if !ty.params().iter().chain(ty.results()).all(is_number) {
                continue;
            }
            if !ty.results().is_empty() {
                body.push(I::I32Const(0));
            }
            for (count, param) in (0..).zip(ty.params()) {
                body.push(argument(*param, count, params));
            }
            body.push(I::Call(index));
            if let [result] = ty.results() {
                body.push(keep(*result, place));
                place += 8;
            } else {
                body.extend(ty.results().iter().map(|_| I::Drop));
                if !ty.results().is_empty() {
                    body.push(I::Drop);
                }
            }
        }
        body.push(I::I32Const(RETURNED));
        function(&[], &body)
    }
}

fn is_number(ty: &wasmparser::ValType) -> bool {
    use wasmparser::ValType as T;
    matches!(ty, T::I32 | T::I64 | T::F32 | T::F64)
}

fn at(offset: u64) -> MemArg {
    MemArg {
        offset,
        align: 0,
        memory_index: 0,
    }
}

/// A function of these locals and instructions.
fn function(locals: &[(u32, ValType)], body: &[I<'_>]) -> Function {
    let mut function = Function::new(locals.iter().copied());
    for instruction in body {
        function.instruction(instruction);
    }
    function.instruction(&I::End);
    function
}

fn argument(ty: wasmparser::ValType, count: u32, params: u32) -> I<'static> {
    use wasmparser::ValType as T;
    match ty {
        T::I64 => I::I64Const(i64::from(count) * 0x1_0000_0001),
        T::F32 => I::F32Const((1.5_f32).into()),
        T::F64 => I::F64Const((-2.5e300_f64).into()),
        _ => I::LocalGet(count % params),
    }
}

fn keep(ty: wasmparser::ValType, place: u64) -> I<'static> {
    use wasmparser::ValType as T;
    match ty {
        T::I64 => I::I64Store(at(place)),
        T::F32 => I::F32Store(at(place)),
        T::F64 => I::F64Store(at(place)),
        _ => I::I32Store(at(place)),
    }
}

/// Passes a call on to the import; three of four arguments are brought near what they should be.
fn shim(index: u32, name: &str) -> Function {
    let mut function = Function::new([]);
    let params = imports::find(name).map_or(&[][..], |(_, params, _)| params);
    for (local, param) in (0..).zip(params) {
        for instruction in [
            I::LocalGet(local),
            I::I32Const(3),
            I::I32And,
            I::If(BlockType::Result(ValType::I32)),
            I::LocalGet(local),
            I::I32Const(2),
            I::I32ShrU,
        ] {
            function.instruction(&instruction);
        }
        match param {
            Param::Small => {
                function.instruction(&I::I32Const(3)).instruction(&I::I32And);
            }
            Param::Region => {
                for instruction in [
                    I::I32Const(REGION_COUNT - 1),
                    I::I32And,
                    I::I32Const(16),
                    I::I32Mul,
                    I::I32Const(REGIONS),
                    I::I32Add,
                ] {
                    function.instruction(&instruction);
                }
            }
        }
        for instruction in [I::Else, I::LocalGet(local), I::End] {
            function.instruction(&instruction);
        }
    }
    function.instruction(&I::Call(index));
    function.instruction(&I::End);
    function
}
