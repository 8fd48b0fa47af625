//! Owns the build of a contract whose memory has, from the start, the page that the contract will ask for first. It must never let
//! the contract see that: what it does and what it costs is what the exact build does and costs, or it is not decided here.
//!
//! The allocator of every contract in Rust takes one page when it is first used, which is when the host hands over the first
//! argument. Changing the size of memory costs a system call, and another one to make the next instance begin with the old size: a
//! quarter of a small call. So in this build the page is there already, and the first allocation runs in copies of the functions
//! it needs, in which each access is compared with how far memory reaches by the contract's own count, and growing only counts. If
//! the contract has asked for the page by the end of that allocation, its count and memory agree, and everything that follows
//! runs in the contract's own functions. If not, or if a copy comes to something it cannot do, the host makes the call again in
//! the exact build; until then nothing but the instance has changed.

use wasm_encoder::{BlockType, ConstExpr, Encode, GlobalType, Instruction, ValType};
use wasmparser::{FunctionBody, MemArg, Operator};

use super::charge::{self, Counter, Locals};
use super::depth::{Counted, Depths};
use super::module::Module;
use super::tape::{Metered, Step, Tape};

/// Pages that the first allocation is expected to take.
const GROWTH: u64 = 1;
/// Functions the first allocation may need; Rust's allocators have 5 to 10.
const MAX_COPIES: usize = 32;
/// Bytes of all copied bodies; Rust's allocators have 4,000 to 8,000.
const MAX_COPIED_BYTES: usize = 32 * 1024;

const PAGE_BYTES: u64 = 64 * 1024;
/// The reach of a contract whose first allocation is not decided in this build.
const UNDECIDED: i64 = -1;

/// What this build has more than the exact one.
pub(super) struct Growth<'a> {
    /// The pages the contract asks for at the start.
    pub(super) pages: u64,
    /// The functions to copy; the first is `allocate`.
    copies: Vec<(u32, FunctionBody<'a>)>,
    /// The types of the copies, and at last that of the function which counts the stack of the first.
    pub(super) types: Vec<u32>,
    params: Vec<u32>,
    root: Counted,
    /// The index of the first copy.
    start: u32,
}

impl<'a> Growth<'a> {
    /// What to add to a module, unless its first allocation cannot be decided in this build, or takes no memory at all.
    /// Memory may have `max_pages`.
    pub(super) fn plan(module: &Module<'a>, depths: &Depths, max_pages: u64) -> Option<Self> {
        let begins = module.pages.checked_mul(PAGE_BYTES)?;
        let is_in_reach = |end: &Option<u64>| end.is_some_and(|end| end <= begins);
        if !module.data_ends.iter().all(is_in_reach) || module.pages >= max_pages {
            return None;
        }
        let places = copied(module, depths)?;
        let root = depths.of(u32::try_from(*places.first()?).ok()?)?.clone();
        let mut copies = Vec::new();
        let mut types = Vec::new();
        let mut params = Vec::new();
        for place in &places {
            let function = module.functions.get(*place)?;
            let index = module.imports.checked_add(u32::try_from(*place).ok()?)?;
            copies.push((index, function.body.clone()?));
            types.push(function.ty);
            params.push(module.params(function.ty));
        }
        types.push(root.ty);
        Some(Self {
            pages: module.pages,
            copies,
            types,
            params,
            root,
            start: depths.moved_to(depths.counted().len()),
        })
    }

    /// The pages memory has from the start in this build.
    pub(super) fn grown_pages(&self) -> u64 {
        self.pages.saturating_add(GROWTH)
    }

    /// The index of the function by which the host allocates first.
    pub(super) fn first_allocate(&self) -> u32 {
        self.index(self.copies.len())
    }

    /// The bodies behind all others: the copies, and the function that counts the stack of the first.
    pub(super) fn bodies(&self, counters: Counters) -> wasmparser::Result<Vec<Metered>> {
        let mut bodies = Vec::with_capacity(self.types.len());
        for ((_, body), params) in self.copies.iter().zip(&self.params) {
            bodies.push(self.copy(body, *params, counters)?);
        }
        let counting = super::depth::counting(&self.root, self.start, counters.stack);
        bodies.push(counting.into());
        Ok(bodies)
    }

    fn copy(
        &self,
        body: &FunctionBody<'a>,
        params: u32,
        counters: Counters,
    ) -> wasmparser::Result<Metered> {
        let mut locals = Locals::of(body, params)?;
        let scratch = Scratch::behind(&mut locals);
        let writer = Writer {
            growth: self,
            reach: counters.reach,
            scratch,
        };
        let counter = Counter::new(counters.gas, &mut locals);
        let mut tape = Tape::default();
        charge::record(body, &mut tape, |operator, due, _, tape| {
            Ok(writer.put(operator, due, tape))
        })?;
        Ok(tape.write(&locals, counter))
    }

    fn index(&self, copy: usize) -> u32 {
        let copy = u32::try_from(copy).unwrap_or(u32::MAX);
        self.start.saturating_add(copy)
    }

    /// The copy that stands for a function.
    fn copy_of(&self, function: u32) -> Option<u32> {
        let copy = self.copies.iter().position(|(index, _)| *index == function);
        copy.map(|copy| self.index(copy))
    }
}

/// The indices of the counters.
#[derive(Clone, Copy)]
pub(super) struct Counters {
    pub(super) gas: u32,
    pub(super) stack: u32,
    /// How many bytes of memory the contract may use by its own count, or [`UNDECIDED`].
    pub(super) reach: u32,
}

/// The global that counts how far memory reaches.
pub(super) fn reach_global(pages: u64) -> (GlobalType, ConstExpr) {
    let ty = GlobalType {
        val_type: ValType::I64,
        mutable: true,
        shared: false,
    };
    (ty, ConstExpr::i64_const(bytes(pages)))
}

/// The functions that the first allocation may need, `allocate` first: what it calls, directly or not, as far as they call neither
/// imports nor through the table and close no cycle. The others are ways to report that memory has run out.
fn copied(module: &Module<'_>, depths: &Depths) -> Option<Vec<usize>> {
    let root = module.place(module.exported("allocate")?)?;
    let ty = module.ty(module.functions.get(root)?.ty)?;
    let i32 = [wasmparser::ValType::I32];
    if ty.params() != i32 || ty.results() != i32 {
        return None;
    }
    let mut copied = vec![root];
    let mut grows = false;
    let mut bytes = 0_usize;
    let mut next = 0;
    while let Some(function) = copied.get(next).and_then(|at| module.functions.get(*at)) {
        next = next.saturating_add(1);
        grows |= function.grows_memory;
        bytes = bytes.saturating_add(function.body.as_ref()?.as_bytes().len());
        if copied.len() > MAX_COPIES || bytes > MAX_COPIED_BYTES {
            return None;
        }
        for call in &function.calls {
            if let Some(place) = module.place(*call)
                && !copied.contains(&place)
                && is_plain(module, depths, place)
            {
                copied.push(place);
            }
        }
    }
    grows.then_some(copied)
}

/// Whether a function ends without the help of imports, the table or recursion of its own.
fn is_plain(module: &Module<'_>, depths: &Depths, place: usize) -> bool {
    let Some(function) = module.functions.get(place) else {
        return false;
    };
    let calls_import = function.calls.iter().any(|f| module.place(*f).is_none());
    let is_counted = u32::try_from(place).is_ok_and(|place| depths.of(place).is_some());
    !calls_import && !is_counted && function.calls_through_table.is_empty()
}

/// Locals of a copy in which a guard keeps the operands of an access.
#[derive(Clone, Copy)]
struct Scratch {
    address: u32,
}

/// The types of kept values, in the order of their locals behind the address.
const KEPT: [ValType; 4] = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];

impl Scratch {
    fn behind(locals: &mut Locals) -> Self {
        let address = locals.add(ValType::I32);
        for ty in KEPT {
            locals.add(ty);
        }
        Self { address }
    }

    fn value(self, ty: ValType) -> u32 {
        let place = KEPT.iter().position(|kept| *kept == ty).unwrap_or(0);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        self.address.saturating_add(1).saturating_add(place)
    }
}

/// Writes what stands in a copy in the place of an operator.
struct Writer<'a> {
    growth: &'a Growth<'a>,
    reach: u32,
    scratch: Scratch,
}

impl Writer<'_> {
    /// Puts on the tape what stands in the place of an operator, or in front of it; says whether the operator itself is done with.
    fn put(&self, operator: &Operator<'_>, due: u64, tape: &mut Tape) -> bool {
        let mut out = Vec::new();
        let step = match operator {
            Operator::Call { function_index } => {
                match self.growth.copy_of(*function_index) {
                    Some(copy) => write(&mut out, &[Instruction::Call(copy)]),
                    None => self.give_up(&mut out),
                }
                Step::Call
            }
            Operator::CallIndirect { .. } => {
                self.give_up(&mut out);
                Step::Call
            }
            Operator::MemorySize { .. } => {
                self.size(&mut out);
                Step::Plain
            }
            Operator::MemoryGrow { .. } => {
                self.grow(&mut out);
                Step::Plain
            }
            other => {
                if let Some(access) = Access::of(other) {
                    self.guard(&access, &mut out);
                    tape.add(Step::Plain, 0, &out);
                }
                return false;
            }
        };
        tape.add(step, due, &out);
        true
    }

    fn size(&self, out: &mut Vec<u8>) {
        let bits = i64::from(PAGE_BYTES.trailing_zeros());
        let size = [
            Instruction::GlobalGet(self.reach),
            Instruction::I64Const(bits),
            Instruction::I64ShrU,
            Instruction::I32WrapI64,
        ];
        write(out, &size);
    }

    /// Grows once, by what memory has more already; anything else is not decided here.
    fn grow(&self, out: &mut Vec<u8>) {
        let pages = self.growth.pages;
        let other = [
            Instruction::I64ExtendI32U,
            Instruction::I64Const(i64::try_from(GROWTH).unwrap_or(i64::MAX)),
            Instruction::I64Ne,
            Instruction::GlobalGet(self.reach),
            Instruction::I64Const(bytes(pages)),
            Instruction::I64Ne,
            Instruction::I32Or,
            Instruction::If(BlockType::Empty),
        ];
        write(out, &other);
        self.give_up(out);
        let old = u32::try_from(pages).unwrap_or(u32::MAX).cast_signed();
        let grow = [
            Instruction::End,
            Instruction::I64Const(bytes(self.growth.grown_pages())),
            Instruction::GlobalSet(self.reach),
            Instruction::I32Const(old),
        ];
        write(out, &grow);
    }

    /// Stands in front of an access and goes on only if it is within reach.
    fn guard(&self, access: &Access, out: &mut Vec<u8>) {
        let value = access.stored.map(|ty| self.scratch.value(ty));
        if let Some(value) = value {
            write(out, &[Instruction::LocalSet(value)]);
        }
        let is_beyond = [
            Instruction::LocalTee(self.scratch.address),
            Instruction::I64ExtendI32U,
            Instruction::I64Const(access.end),
            Instruction::I64Add,
            Instruction::GlobalGet(self.reach),
            Instruction::I64GtS,
            Instruction::If(BlockType::Empty),
        ];
        write(out, &is_beyond);
        self.give_up(out);
        let go_on = [
            Instruction::End,
            Instruction::LocalGet(self.scratch.address),
        ];
        write(out, &go_on);
        if let Some(value) = value {
            write(out, &[Instruction::LocalGet(value)]);
        }
    }

    fn give_up(&self, out: &mut Vec<u8>) {
        let give_up = [
            Instruction::I64Const(UNDECIDED),
            Instruction::GlobalSet(self.reach),
            Instruction::Unreachable,
        ];
        write(out, &give_up);
    }
}

fn write(out: &mut Vec<u8>, instructions: &[Instruction<'_>]) {
    for instruction in instructions {
        instruction.encode(out);
    }
}

fn bytes(pages: u64) -> i64 {
    i64::try_from(pages.saturating_mul(PAGE_BYTES)).unwrap_or(i64::MAX)
}

/// A load or a store.
struct Access {
    /// Where it ends, in bytes from its address.
    end: i64,
    /// The type of the value, if it stores one.
    stored: Option<ValType>,
}

impl Access {
    fn of(operator: &Operator<'_>) -> Option<Self> {
        let (memarg, bytes, stored) = match operator {
            Operator::I32Load8S { memarg }
            | Operator::I32Load8U { memarg }
            | Operator::I64Load8S { memarg }
            | Operator::I64Load8U { memarg } => (memarg, 1, None),
            Operator::I32Load16S { memarg }
            | Operator::I32Load16U { memarg }
            | Operator::I64Load16S { memarg }
            | Operator::I64Load16U { memarg } => (memarg, 2, None),
            Operator::I32Load { memarg }
            | Operator::F32Load { memarg }
            | Operator::I64Load32S { memarg }
            | Operator::I64Load32U { memarg } => (memarg, 4, None),
            Operator::I64Load { memarg } | Operator::F64Load { memarg } => (memarg, 8, None),
            Operator::I32Store8 { memarg } => (memarg, 1, Some(ValType::I32)),
            Operator::I32Store16 { memarg } => (memarg, 2, Some(ValType::I32)),
            Operator::I32Store { memarg } => (memarg, 4, Some(ValType::I32)),
            Operator::I64Store8 { memarg } => (memarg, 1, Some(ValType::I64)),
            Operator::I64Store16 { memarg } => (memarg, 2, Some(ValType::I64)),
            Operator::I64Store32 { memarg } => (memarg, 4, Some(ValType::I64)),
            Operator::I64Store { memarg } => (memarg, 8, Some(ValType::I64)),
            Operator::F32Store { memarg } => (memarg, 4, Some(ValType::F32)),
            Operator::F64Store { memarg } => (memarg, 8, Some(ValType::F64)),
            _ => return None,
        };
        let MemArg { offset, .. } = *memarg;
        let end = offset.saturating_add(bytes);
        Some(Self {
            end: i64::try_from(end).unwrap_or(i64::MAX),
            stored,
        })
    }
}
