//! Owns what stands around a grown module so that it is a contract: marker, an allocator that works, entry points, memory, and shims that
//! give imports regions more often than noise.

use wasm_encoder::{
    BlockType, ConstExpr, DataCountSection, DataSection, ExportKind, ExportSection, Function,
    GlobalType, Instruction as I, MemArg, MemorySection, MemoryType, Module, StartSection, ValType,
};

use wasmparser::FuncType;

use crate::contents;
use crate::contract::{Parts, Survey};
use crate::imports::{self, Param};
use crate::places;

/// Functions of the frame before its shims: marker, allocate, deallocate, two forms of entry point, two conversions, two that shims call.
pub(crate) const FIXED: u32 = 9;
pub(crate) const DEMOTE: u32 = 5;
pub(crate) const PROMOTE: u32 = 6;
const NEAR_REGION: u32 = 7;
const NEAR_SMALL: u32 = 8;

/// Where what grown functions return is kept, and the description of all that a call returns.
const RESULTS: u64 = 1_024;
const RETURNED: i32 = 16;
/// Where an allocator begins that takes what is there.
const HEAP: i32 = 65_536;

/// The contract around a grown module.
pub(crate) struct Frame {
    pub(crate) survey: Survey,
    /// The first function of the frame.
    pub(crate) own: u32,
    /// The first type of the frame.
    pub(crate) types: u32,
    pub(crate) allocator: Allocator,
}

/// How a contract takes memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allocator {
    /// It has all it ever takes.
    Plain,
    /// It asks for a page when it is first used, as those of Rust do.
    Usual,
    /// The same, but first it calls one of the grown functions.
    CallsBefore(u8),
    /// The same, but afterwards.
    CallsAfter(u8),
}

impl Allocator {
    /// One for each byte.
    pub(crate) fn of(byte: u8) -> Self {
        match byte % 8 {
            0 | 1 => Self::Plain,
            2..=5 => Self::Usual,
            6 => Self::CallsBefore(byte / 8),
            _ => Self::CallsAfter(byte / 8),
        }
    }

    /// Where the memory begins that it gives away.
    fn heap(self) -> i32 {
        match self {
            Self::Plain => HEAP,
            _ => places::end().cast_signed(),
        }
    }
}

impl Frame {
    /// Puts the frame around.
    pub(crate) fn around(&self, mut parts: Parts, places: &[u8]) -> Vec<u8> {
        use ValType::{F32, F64, I32};
        let types: [(&[ValType], Option<ValType>); 9] = [
            (&[], None),
            (&[I32], Some(I32)),
            (&[I32], None),
            (&[I32, I32], Some(I32)),
            (&[I32, I32, I32], Some(I32)),
            (&[F64], Some(F32)),
            (&[F32], Some(F64)),
            (&[I32], Some(I32)),
            (&[I32], Some(I32)),
        ];
        for (index, (params, result)) in (self.types..).zip(types) {
            parts.types.ty().function(params.iter().copied(), result);
            parts.functions.function(index);
        }
        for (_, ty) in &self.survey.imports {
            parts.functions.function(*ty);
        }
        let heap = GlobalType {
            val_type: I32,
            mutable: true,
            shared: false,
        };
        let begin = ConstExpr::i32_const(self.allocator.heap());
        parts.globals.global(heap, &begin);
        parts.code.function(&function(&[], &[]));
        parts.code.function(&self.allocate());
        parts.code.function(&function(&[], &[]));
        parts.code.function(&self.entry(2));
        parts.code.function(&self.entry(3));
        parts.code.function(&demote());
        parts.code.function(&promote());
        parts.code.function(&near(&region()));
        parts.code.function(&near(&[I::I32Const(3), I::I32And]));
        for (index, (name, _)) in (0..).zip(&self.survey.imports) {
            parts.code.function(&shim(index, name, self.own));
        }
        fill(&mut parts.data, places);
        self.module(&parts)
    }

    fn module(&self, parts: &Parts) -> Vec<u8> {
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: places::PAGES,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut module = Module::new();
        module
            .section(&parts.types)
            .section(&parts.imports)
            .section(&parts.functions);
        if let Some(tables) = &parts.tables {
            module.section(tables);
        }
        module.section(&memories);
        if let Some(tags) = &parts.tags {
            module.section(tags);
        }
        module.section(&parts.globals).section(&self.exports());
        if let Some(function_index) = parts.start {
            module.section(&StartSection { function_index });
        }
        if let Some(elements) = &parts.elements {
            module.section(elements);
        }
        if parts.counts_data {
            let count = parts.data.len();
            module.section(&DataCountSection { count });
        }
        module.section(&parts.code).section(&parts.data);
        module.finish()
    }

    fn exports(&self) -> ExportSection {
        let mut exports = ExportSection::new();
        exports.export("memory", ExportKind::Memory, 0);
        let with_two = ["query", "sudo", "reply"].map(|name| (name, 3));
        let with_three = ["instantiate", "execute", "migrate"].map(|name| (name, 4));
        let others = [
            ("interface_version_8", 0),
            ("allocate", 1),
            ("deallocate", 2),
        ];
        for (name, function) in others.into_iter().chain(with_two).chain(with_three) {
            exports.export(name, ExportKind::Func, self.own + function);
        }
        exports
    }

    /// Takes the next bytes of memory; where there are none left, it traps.
    fn allocate(&self) -> Function {
        let mut body = Vec::new();
        if let Allocator::CallsBefore(choice) = self.allocator {
            self.call_for_nothing(choice, &mut body);
        }
        if self.allocator != Allocator::Plain {
            body.extend([
                I::MemorySize(0),
                I::I32Const(i32::try_from(places::PAGES).unwrap_or(0)),
                I::I32Eq,
                I::If(BlockType::Empty),
                I::I32Const(1),
                I::MemoryGrow(0),
                I::Drop,
                I::End,
            ]);
        }
        if let Allocator::CallsAfter(choice) = self.allocator {
            self.call_for_nothing(choice, &mut body);
        }
        body.extend(self.take());
        function(&[(1, ValType::I32)], &body)
    }

    fn take(&self) -> [I<'static>; 21] {
        let heap = self.survey.globals;
        let region = 1;
        [
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
        ]
    }

    /// Calls one of the grown functions that can be called.
    fn call_for_nothing(&self, choice: u8, body: &mut Vec<I<'static>>) {
        let callable = self.callable();
        let place = usize::from(choice) % callable.len().max(1);
        let Some((index, ty)) = callable.get(place) else {
            return;
        };
        for (count, param) in (0..).zip(ty.params()) {
            body.push(argument(*param, count, 1));
        }
        body.push(I::Call(*index));
        body.extend(ty.results().iter().map(|_| I::Drop));
    }

    /// The grown functions that take and give numbers only, imports not among them.
    fn callable(&self) -> Vec<(u32, &FuncType)> {
        let imports = u32::try_from(self.survey.imports.len()).unwrap_or_default();
        let functions = (imports..).zip(&self.survey.functions);
        let typed = functions.filter_map(|(index, ty)| {
            let ty = self.survey.types.get(usize::try_from(*ty).ok()?)?;
            let mut all = ty.params().iter().chain(ty.results());
            all.all(is_number).then_some((index, ty))
        });
        typed.collect()
    }

    /// Calls grown functions, keeps what they return, and returns the beginning of memory. A function is left out if its bit is set in the
    /// length of the last argument.
    fn entry(&self, params: u32) -> Function {
        let mut body = Vec::new();
        let mut place = RESULTS;
        for (bit, (index, ty)) in (0..).zip(self.callable()) {
            body.extend([
                I::LocalGet(params - 1),
                I::I32Load(at(8)),
                I::I32Const(1 << (bit % 8)),
                I::I32And,
                I::I32Eqz,
                I::If(BlockType::Empty),
            ]);
            // The place of the result, for the one result that a contract's function may have.
            body.push(I::I32Const(0));
            for (count, param) in (0..).zip(ty.params()) {
                body.push(argument(*param, count, params));
            }
            body.push(I::Call(index));
            if let [result] = ty.results() {
                body.push(keep(*result, place));
                place += 8;
            } else {
                body.extend(ty.results().iter().map(|_| I::Drop));
                body.push(I::Drop);
            }
            body.push(I::End);
        }
        body.push(I::I32Const(RETURNED));
        function(&[], &body)
    }
}

/// The regions, what they hold, and the description of what a call returns.
fn fill(data: &mut DataSection, places: &[u8]) {
    let returned = [1_u32, 8_191, 8_191].map(u32::to_le_bytes).concat();
    let mut contents = Vec::new();
    for mut content in contents::all() {
        content.resize(contents::CAPACITY, 0);
        contents.extend(content);
    }
    data.active(0, &ConstExpr::i32_const(RETURNED), returned);
    data.active(
        0,
        &ConstExpr::i32_const(places::DESCRIPTIONS),
        places.iter().copied(),
    );
    data.active(0, &ConstExpr::i32_const(places::CONTENTS), contents);
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

/// Demotes; every NaN becomes the same.
fn demote() -> Function {
    let body = [
        I::LocalGet(0),
        I::F32DemoteF64,
        I::F32Const(f32::NAN.into()),
        I::LocalGet(0),
        I::LocalGet(0),
        I::F64Eq,
        I::Select,
    ];
    function(&[], &body)
}

/// Promotes; every NaN becomes the same.
fn promote() -> Function {
    let body = [
        I::LocalGet(0),
        I::F64PromoteF32,
        I::F64Const(f64::NAN.into()),
        I::LocalGet(0),
        I::LocalGet(0),
        I::F32Eq,
        I::Select,
    ];
    function(&[], &body)
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

/// A number becomes the place of a description.
fn region() -> [I<'static>; 6] {
    [
        I::I32Const(places::COUNT - 1),
        I::I32And,
        I::I32Const(16),
        I::I32Mul,
        I::I32Const(places::DESCRIPTIONS),
        I::I32Add,
    ]
}

/// Brings three of four numbers near what they should be, by these instructions.
fn near(instructions: &[I<'static>]) -> Function {
    let mut body = vec![I::LocalGet(0), I::I32Const(2), I::I32ShrU];
    body.extend_from_slice(instructions);
    body.extend([
        I::LocalGet(0),
        I::LocalGet(0),
        I::I32Const(3),
        I::I32And,
        I::Select,
    ]);
    function(&[], &body)
}

/// Passes a call on to the import, with other arguments.
fn shim(index: u32, name: &str, own: u32) -> Function {
    let params = imports::find(name).map_or(&[][..], |(_, params, _)| params);
    let mut body = Vec::new();
    for (local, param) in (0..).zip(params) {
        let near = match param {
            Param::Region => NEAR_REGION,
            Param::Small => NEAR_SMALL,
        };
        body.extend([I::LocalGet(local), I::Call(own + near)]);
    }
    body.push(I::Call(index));
    function(&[], &body)
}
