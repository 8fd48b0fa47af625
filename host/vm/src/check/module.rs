//! Owns the facts the rules look at, read in one pass over a file; it must never judge them beyond wasm validity itself.

use std::collections::BTreeSet;

use wasmparser::{
    CompositeInnerType, ElementItems, Export, ExternalKind, FuncToValidate, FuncType, FunctionBody,
    GlobalType, Import, MemoryType, Parser, Payload, TableType, TypeSectionReader, ValType,
    ValidPayload, Validator, ValidatorResources, WasmFeatures,
};

use crate::error::Reject;

const MIGRATE_VERSION_SECTION: &str = "cw_migrate_version";
const REQUIRES_PREFIX: &str = "requires_";

/// The proposals of which at least the encoding is allowed; [`super::operators`] refuses the instructions of reference types.
pub(super) const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::REFERENCE_TYPES);

/// A function whose body is not validated yet.
pub(super) type PendingFunction<'a> = (FuncToValidate<ValidatorResources>, FunctionBody<'a>);

/// The parts of a module that rules are about.
#[derive(Default)]
pub(super) struct Summary<'a> {
    pub(super) types: Vec<FuncType>,
    pub(super) imports: Vec<Import<'a>>,
    pub(super) exports: Vec<Export<'a>>,
    pub(super) tables: Vec<TableType>,
    pub(super) memories: Vec<MemoryType>,
    pub(super) globals: Vec<GlobalType>,
    pub(super) functions: Vec<PendingFunction<'a>>,
    pub(super) function_count: u64,
    pub(super) params_total: u64,
    pub(super) locals_max: u64,
    pub(super) locals_total: u64,
    /// The types of locals that are not one of the four numbers, each once at least.
    pub(super) local_types: Vec<ValType>,
    pub(super) element_segments: u64,
    pub(super) element_items: u64,
    pub(super) data_segments: u64,
    pub(super) custom_sections: u64,
    pub(super) has_start: bool,
    pub(super) migrate_version: Option<u64>,
}

impl<'a> Summary<'a> {
    /// Reads a file whose sections, but not yet whose function bodies, are valid wasm of the allowed features.
    pub(super) fn read(wasm: &'a [u8]) -> Result<Self, Reject> {
        let mut summary = Self::default();
        let mut validator = Validator::new_with_features(FEATURES);
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload.map_err(malformed)?;
            let valid = validator.payload(&payload).map_err(malformed)?;
            if let ValidPayload::Func(validator, body) = valid {
                summary.add_function(validator, body).map_err(malformed)?;
            }
            summary.add(payload)?;
        }
        Ok(summary)
    }

    fn add(&mut self, payload: Payload<'a>) -> Result<(), Reject> {
        let Payload::CustomSection(section) = payload else {
            return self.add_section(payload).map_err(malformed);
        };
        self.custom_sections = self.custom_sections.saturating_add(1);
        if section.name() == MIGRATE_VERSION_SECTION {
            self.migrate_version = Some(migrate_version(section.data())?);
        }
        Ok(())
    }

    fn add_section(&mut self, payload: Payload<'a>) -> wasmparser::Result<()> {
        match payload {
            Payload::TypeSection(section) => self.types = function_types(section)?,
            Payload::ImportSection(section) => {
                self.imports = section.into_imports().collect::<Result<_, _>>()?;
            }
            Payload::FunctionSection(section) => self.add_params(section)?,
            Payload::TableSection(section) => {
                let tables = section.into_iter().map(|table| table.map(|table| table.ty));
                self.tables = tables.collect::<Result<_, _>>()?;
            }
            Payload::MemorySection(section) => {
                self.memories = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::GlobalSection(section) => {
                let globals = section.into_iter().map(|global| global.map(|g| g.ty));
                self.globals = globals.collect::<Result<_, _>>()?;
            }
            Payload::ExportSection(section) => {
                self.exports = section.into_iter().collect::<Result<_, _>>()?;
            }
            Payload::ElementSection(section) => self.add_elements(section)?,
            Payload::DataSection(section) => self.data_segments = u64::from(section.count()),
            Payload::StartSection { .. } => self.has_start = true,
            _ => {}
        }
        Ok(())
    }

    fn add_params(
        &mut self,
        section: wasmparser::FunctionSectionReader<'_>,
    ) -> wasmparser::Result<()> {
        for index in section {
            let params = self.function_type(index?).map_or(0, |ty| ty.params().len());
            self.params_total = self.params_total.saturating_add(count(params));
        }
        Ok(())
    }

    fn add_elements(
        &mut self,
        section: wasmparser::ElementSectionReader<'_>,
    ) -> wasmparser::Result<()> {
        self.element_segments = u64::from(section.count());
        for element in section {
            let items = match element?.items {
                ElementItems::Functions(items) => items.count(),
                ElementItems::Expressions(_, items) => items.count(),
            };
            self.element_items = self.element_items.saturating_add(u64::from(items));
        }
        Ok(())
    }

    fn add_function(
        &mut self,
        validator: FuncToValidate<ValidatorResources>,
        body: FunctionBody<'a>,
    ) -> wasmparser::Result<()> {
        let mut locals = 0_u64;
        for group in body.get_locals_reader()? {
            let (number, ty) = group?;
            locals = locals.saturating_add(u64::from(number));
            if matches!(ty, ValType::Ref(_) | ValType::V128) {
                self.local_types.push(ty);
            }
        }
        self.function_count = self.function_count.saturating_add(1);
        self.locals_max = self.locals_max.max(locals);
        self.locals_total = self.locals_total.saturating_add(locals);
        self.functions.push((validator, body));
        Ok(())
    }

    /// The function type with this index, if there is one.
    pub(super) fn function_type(&self, index: u32) -> Option<&FuncType> {
        self.types.get(usize::try_from(index).ok()?)
    }

    /// The names of exported functions.
    pub(super) fn exported_functions(&self) -> impl Iterator<Item = &'a str> {
        self.exports
            .iter()
            .filter(|export| export.kind == ExternalKind::Func)
            .map(|export| export.name)
    }

    /// What follows `requires_` in the names of exported functions.
    pub(super) fn required_capabilities(&self) -> BTreeSet<String> {
        self.exported_functions()
            .filter_map(|name| name.strip_prefix(REQUIRES_PREFIX))
            .filter(|capability| !capability.is_empty())
            .map(str::to_owned)
            .collect()
    }
}

/// A count as a number of 64 bits.
pub(super) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A rejection with the parser's words.
#[allow(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
pub(super) fn malformed(error: wasmparser::Error) -> Reject {
    Reject::Malformed(error.to_string())
}

fn function_types(section: TypeSectionReader<'_>) -> wasmparser::Result<Vec<FuncType>> {
    let mut types = Vec::new();
    for group in section {
        for ty in group?.into_types() {
            // Other kinds of types belong to proposals that the validator has refused already.
            if let CompositeInnerType::Func(function) = ty.composite_type.inner {
                types.push(function);
            }
        }
    }
    Ok(types)
}

fn migrate_version(data: &[u8]) -> Result<u64, Reject> {
    let text = std::str::from_utf8(data).map_err(|e| Reject::MigrateVersion(e.to_string()))?;
    text.parse()
        .map_err(|_| Reject::MigrateVersion(format!("{text:?} is not a number of 64 bits")))
}
