//! Owns the passage of a grown module into a contract. What was grown stays as it is, but for three things: before each import stands a
//! shim; of four constants three are small, so that they are addresses more often; and conversions between floats go through functions that
//! leave one form of NaN, because another form is the one thing in which machines may differ.

use std::convert::Infallible;

use arbitrary::{Result, Unstructured};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    CodeSection, DataSection, ElementSection, FunctionSection, GlobalSection, ImportSection,
    Instruction, TableSection, TagSection, TypeSection,
};
use wasmparser::{CompositeInnerType, FuncType, Operator, Parser, Payload, TypeRef};

use crate::frame::{Allocator, DEMOTE, FIXED, Frame, PROMOTE};
use crate::grown::{self, Wild};
use crate::places;

/// A contract, grown from input bytes.
pub struct Contract {
    /// The wasm.
    pub wasm: Vec<u8>,
}

impl Contract {
    /// Grows one.
    pub fn grow(u: &mut Unstructured<'_>, wild: Wild) -> Result<Self> {
        let allocator = Allocator::of(u.arbitrary()?);
        let places = places::arbitrary(u)?;
        let grown = grown::grow(u, wild)?;
        let wasm = wrap(&grown, &places, allocator);
        wasm.map(|wasm| Self { wasm })
            .ok_or(arbitrary::Error::IncorrectFormat)
    }
}

/// Arguments for an entry point that takes so many. Only the last is anything: its length says which functions are called, and it begins
/// with bytes of the input.
pub fn entry_arguments(u: &mut Unstructured<'_>, count: usize) -> Result<Vec<Vec<u8>>> {
    let mut arguments = vec![b"{}".to_vec(); count];
    if let Some(last) = arguments.last_mut() {
        let length = usize::from(u.arbitrary::<u8>()?);
        let given = length.min(8).min(u.len());
        *last = u.bytes(given)?.to_vec();
        last.resize(length, 0);
    }
    Ok(arguments)
}

/// Passes on everything but what the module's documentation names.
struct Shift {
    imports: u32,
    /// The first function of the frame.
    own: u32,
}

impl Reencode for Shift {
    type Error = Infallible;

    fn function_index(&mut self, func: u32) -> std::result::Result<u32, Error<Infallible>> {
        Ok(if func < self.imports {
            self.own + FIXED + func
        } else {
            func
        })
    }

    fn instruction<'a>(
        &mut self,
        operator: Operator<'a>,
    ) -> std::result::Result<Instruction<'a>, Error<Infallible>> {
        match operator {
            Operator::I32Const { value } if value & 0x3000_0000 != 0 => {
                Ok(Instruction::I32Const(value & 0x3_ffff))
            }
            Operator::F32DemoteF64 => Ok(Instruction::Call(self.own + DEMOTE)),
            Operator::F64PromoteF32 => Ok(Instruction::Call(self.own + PROMOTE)),
            other => utils::instruction(self, other),
        }
    }
}

/// What the frame needs to know of the grown module.
#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) types: Vec<FuncType>,
    pub(crate) imports: Vec<(String, u32)>,
    /// The types of its functions, imports not among them.
    pub(crate) functions: Vec<u32>,
    pub(crate) globals: u32,
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
fn wrap(grown: &[u8], places: &[u8], allocator: Allocator) -> Option<Vec<u8>> {
    let survey = Survey::of(grown)?;
    let imports = u32::try_from(survey.imports.len()).ok()?;
    let functions = u32::try_from(survey.functions.len()).ok()?;
    let types = u32::try_from(survey.types.len()).ok()?;
    let own = imports + functions;
    let mut shift = Shift { imports, own };
    let mut parts = Parts::default();
    for payload in Parser::new(0).parse_all(grown) {
        parts.take(&mut shift, payload.ok()?)?;
    }
    let frame = Frame {
        survey,
        own,
        types,
        allocator,
    };
    Some(frame.around(parts, places))
}

/// The grown sections.
#[derive(Default)]
pub(crate) struct Parts {
    pub(crate) types: TypeSection,
    pub(crate) imports: ImportSection,
    pub(crate) functions: FunctionSection,
    pub(crate) tables: Option<TableSection>,
    pub(crate) tags: Option<TagSection>,
    pub(crate) globals: GlobalSection,
    pub(crate) start: Option<u32>,
    pub(crate) elements: Option<ElementSection>,
    pub(crate) counts_data: bool,
    pub(crate) code: CodeSection,
    pub(crate) data: DataSection,
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
            Payload::TagSection(s) => {
                let tags = self.tags.get_or_insert_with(TagSection::new);
                shift.parse_tag_section(tags, s).ok()
            }
            Payload::GlobalSection(s) => shift.parse_global_section(&mut self.globals, s).ok(),
            Payload::StartSection { func, .. } => {
                self.start = Some(shift.function_index(func).ok()?);
                Some(())
            }
            Payload::ElementSection(s) => {
                let elements = self.elements.get_or_insert_with(ElementSection::new);
                shift.parse_element_section(elements, s).ok()
            }
            Payload::DataCountSection { .. } => {
                self.counts_data = true;
                Some(())
            }
            Payload::CodeSectionEntry(body) => shift.parse_function_body(&mut self.code, body).ok(),
            Payload::DataSection(s) => shift.parse_data_section(&mut self.data, s).ok(),
            // Its own memory gives way to the contract's, and it has no exports.
            _ => Some(()),
        }
    }
}
