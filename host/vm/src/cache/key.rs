//! Owns the name of everything, beside the contract itself, that machine code depends on; it must never leave a part of it out.
//!
//! Machine code is a function of the wasm, of the instructions the meter adds, and of the compiler: its version, its settings, the
//! target and the processor's features. The wasm has its checksum; the rest is an [`Environment`]. What only matters while a call
//! runs (the prices of imports) is not in machine code, and what decides whether a contract is accepted is never read from a cache,
//! so neither is part of it. The limit of memory is not either: a build with grown memory that exceeds it is refused when linked.

use std::fmt;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasm_encoder::{
    BlockType, CodeSection, ExportKind, ExportSection, Function, FunctionSection, GlobalSection,
    GlobalType, Instruction, MemorySection, MemoryType, Module, RefType, TableSection, TableType,
    TypeSection, ValType,
};
use wasmtime::Engine;

use crate::error::Fault;
use crate::meter::{self, Form};

/// What else is compiled the same way: SHA-256 over the compiler's state and the meter's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Environment(pub(super) [u8; 32]);

impl Environment {
    /// The environment of this process.
    pub(super) fn of(engine: &Engine) -> Result<Self, Fault> {
        let mut compiler = Compiler::default();
        engine.precompile_compatibility_hash().hash(&mut compiler);
        Ok(Self::from_parts(&compiler.0, &meter_form()?))
    }

    /// The environment of a compiler and of what the meter makes of the probe.
    fn from_parts(compiler: &[u8], metered: &[u8]) -> Self {
        let mut hash = Sha256::new();
        let version = env!("CARGO_PKG_VERSION").as_bytes();
        for part in [
            b"commons environment 1".as_slice(),
            version,
            compiler,
            metered,
        ] {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            hash.update(length.to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Everything the engine would hash: its exact version, target, flags of the processor and of the compiler, and tunables. Kept as
/// bytes, because a standard hasher may differ from one release of Rust to the next and has only 64 bits.
#[derive(Default)]
struct Compiler(Vec<u8>);

impl Hasher for Compiler {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}

/// What the meter makes of the probe, in both builds, and the meter's own text: a change of price or of form, wherever it is made,
/// changes the environment without a version number that someone must remember to raise.
fn meter_form() -> Result<Vec<u8>, Fault> {
    let probe = probe();
    let max_pages = u64::MAX;
    let mut form = meter::inject(&probe, Form::Exact)?.wasm;
    form.extend(meter::inject(&probe, Form::Grown { max_pages })?.wasm);
    for source in meter::SOURCES {
        form.extend_from_slice(source);
    }
    Ok(form)
}

/// A module with every allowed instruction, to see what the meter does to it, also through the libraries it writes wasm with.
fn probe() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut functions = FunctionSection::new();
    let mut code = CodeSection::new();
    let bodies = [
        many_locals(&Instruction::Nop),
        many_locals(&Instruction::Loop(BlockType::Empty)),
        every_instruction(),
    ];
    for body in &bodies {
        functions.function(0);
        code.function(body);
    }
    let allocate = u32::try_from(bodies.len()).unwrap_or(u32::MAX);
    functions.function(1);
    code.function(&every_instruction());
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 1,
        maximum: Some(1),
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    let counter = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    globals.global(counter, &wasm_encoder::ConstExpr::i32_const(0));
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    // Entered by the host, hence counted: the count of stack shows too.
    exports.export("probe", ExportKind::Func, 0);
    // Copied in the grown build, with every instruction.
    exports.export("allocate", ExportKind::Func, allocate);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&tables)
        .section(&memories)
        .section(&globals)
        .section(&exports)
        .section(&code);
    module.finish()
}

/// A body whose locals cost something, with this as its first instruction.
fn many_locals(first: &Instruction<'_>) -> Function {
    let mut body = Function::new([(40, ValType::I32)]);
    body.instruction(first);
    if matches!(first, Instruction::Loop(_)) {
        body.instruction(&Instruction::End);
    }
    body.instruction(&Instruction::End);
    body
}

const UNREACHABLE: u8 = 0x00;
const END: u8 = 0x0b;

/// Each instruction stands behind an `unreachable`, where operands of any type count as given.
fn every_instruction() -> Function {
    let control: [&[u8]; 15] = [
        &[0x01],                         // nop
        &[0x02, 0x40, END],              // block
        &[0x03, 0x40, END],              // loop
        &[0x04, 0x40, 0x05, END],        // if, else
        &[0x0c, 0x00],                   // br
        &[0x0d, 0x00],                   // br_if
        &[0x0e, 0x01, 0x00, 0x00],       // br_table
        &[0x0f],                         // return
        &[0x10, 0x00],                   // call
        &[0x11, 0x00, 0x00],             // call_indirect
        &[0x1a],                         // drop
        &[0x1b],                         // select
        &[0x3f, 0x00],                   // memory.size
        &[0x40, 0x00],                   // memory.grow
        &[0x44, 0, 0, 0, 0, 0, 0, 0, 0], // f64.const
    ];
    let constants: [&[u8]; 3] = [&[0x41, 0x00], &[0x42, 0x00], &[0x43, 0, 0, 0, 0]];
    let variables = (0x20..=0x24).map(|opcode| vec![opcode, 0x00]);
    let memory = (0x28..=0x3e).map(|opcode| vec![opcode, 0x00, 0x00]);
    let numeric = (0x45..=0xc4).map(|opcode| vec![opcode]);
    let saturating = (0x00..=0x07).map(|opcode| vec![0xfc, opcode]);
    let fixed = control.into_iter().chain(constants).map(<[u8]>::to_vec);
    let mut body = Function::new([(1, ValType::I32)]);
    for instruction in fixed
        .chain(variables)
        .chain(memory)
        .chain(numeric)
        .chain(saturating)
    {
        body.raw([UNREACHABLE]).raw(instruction);
    }
    body.raw([UNREACHABLE, END]);
    body
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use wasmparser::{Parser, Payload, Validator, WasmFeatures};

    use super::*;
    use crate::check::{ALLOWED_PROPOSALS, proposal};
    use crate::config::VmConfig;
    use crate::engine;

    fn environment() -> Environment {
        Environment::of(&engine::build(&VmConfig::default()).unwrap()).unwrap()
    }

    /// Name and proposal of every instruction there is.
    fn known() -> BTreeSet<(&'static str, &'static str)> {
        macro_rules! names {
            ($( @$proposal:ident $name:ident $({ $($argument:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*) )*) => {
                [$( (stringify!($name), stringify!($proposal)), )*].into()
            };
        }
        wasmparser::for_each_operator!(names)
    }

    #[test]
    fn the_probe_has_every_instruction_that_a_contract_may_have() {
        let probe = probe();
        Validator::new_with_features(WasmFeatures::default())
            .validate_all(&probe)
            .unwrap();
        let mut used = BTreeSet::new();
        for payload in Parser::new(0).parse_all(&probe) {
            let Payload::CodeSectionEntry(body) = payload.unwrap() else {
                continue;
            };
            for operator in body.get_operators_reader().unwrap() {
                let operator = operator.unwrap();
                let name = format!("{operator:?}");
                let name = name.split([' ', '{']).next().unwrap().to_owned();
                used.insert((name, proposal(&operator)));
            }
        }
        let allowed = known()
            .into_iter()
            .filter(|(_, proposal)| ALLOWED_PROPOSALS.contains(proposal))
            .map(|(name, proposal)| (name.to_owned(), proposal));
        assert_eq!(used, allowed.collect());
    }

    /// CWA-2024-004: what was compiled at another price is not found.
    #[test]
    fn any_change_of_the_meter_is_another_environment() {
        let metered = meter_form().unwrap();
        let of = |metered: &[u8]| Environment::from_parts(b"compiler", metered);
        for position in 0..metered.len() {
            let mut changed = metered.clone();
            changed[position] ^= 1;
            assert_ne!(of(&changed), of(&metered));
        }
        assert_ne!(Environment::from_parts(b"Compiler", &metered), of(&metered));
        assert_ne!(
            Environment::from_parts(b"ab", b"c"),
            Environment::from_parts(b"a", b"bc")
        );
    }

    #[test]
    fn the_whole_meter_is_in_its_form() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/meter");
        let mut files: Vec<Vec<u8>> = std::fs::read_dir(folder)
            .unwrap()
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect();
        files.push(include_bytes!("../price.rs").to_vec());
        files.sort();
        let mut sources = meter::SOURCES.map(<[u8]>::to_vec);
        sources.sort();
        assert_eq!(files, sources);
    }

    #[test]
    fn the_same_settings_are_the_same_environment() {
        assert_eq!(environment(), environment());
        assert_eq!(environment().to_string().len(), 64);
    }

    #[test]
    fn another_setting_of_the_compiler_is_another_environment() {
        let mut settings = wasmtime::Config::new();
        settings.cranelift_nan_canonicalization(true);
        let with = Engine::new(&settings).unwrap();
        settings.cranelift_nan_canonicalization(false);
        let without = Engine::new(&settings).unwrap();
        assert_ne!(
            Environment::of(&with).unwrap(),
            Environment::of(&without).unwrap()
        );
    }
}
