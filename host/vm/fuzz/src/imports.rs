//! Owns the list of imports and what their parameters mean.

use wasm_encoder::ValType;

/// What a parameter of an import means.
#[derive(Clone, Copy)]
pub(crate) enum Param {
    /// A pointer to a region.
    Region,
    /// A number that is small in honest calls.
    Small,
}

/// Name, parameters, result.
pub(crate) type Import = (&'static str, &'static [Param], Option<ValType>);

use Param::{Region as R, Small as S};

const I32: Option<ValType> = Some(ValType::I32);
const I64: Option<ValType> = Some(ValType::I64);

/// All of them.
pub(crate) const ALL: [Import; 24] = [
    ("db_read", &[R], I32),
    ("db_write", &[R, R], None),
    ("db_remove", &[R], None),
    ("db_scan", &[R, R, S], I32),
    ("db_next", &[S], I32),
    ("db_next_key", &[S], I32),
    ("db_next_value", &[S], I32),
    ("addr_validate", &[R], I32),
    ("addr_canonicalize", &[R, R], I32),
    ("addr_humanize", &[R, R], I32),
    ("secp256k1_verify", &[R, R, R], I32),
    ("secp256k1_recover_pubkey", &[R, R, S], I64),
    ("secp256r1_verify", &[R, R, R], I32),
    ("secp256r1_recover_pubkey", &[R, R, S], I64),
    ("ed25519_verify", &[R, R, R], I32),
    ("ed25519_batch_verify", &[R, R, R], I32),
    ("bls12_381_aggregate_g1", &[R, R], I32),
    ("bls12_381_aggregate_g2", &[R, R], I32),
    ("bls12_381_pairing_equality", &[R, R, R, R], I32),
    ("bls12_381_hash_to_g1", &[S, R, R, R], I32),
    ("bls12_381_hash_to_g2", &[S, R, R, R], I32),
    ("debug", &[R], None),
    ("abort", &[R], None),
    ("query_chain", &[R], I32),
];

/// The import with this name.
pub(crate) fn find(name: &str) -> Option<&'static Import> {
    ALL.iter().find(|(known, _, _)| *known == name)
}

/// A module that imports those of which the bit is set, from which wasm-smith chooses.
pub(crate) fn module(bits: u32) -> Vec<u8> {
    let mut types = wasm_encoder::TypeSection::new();
    let mut imports = wasm_encoder::ImportSection::new();
    let chosen = (0..).zip(&ALL).filter(|(bit, _)| bits >> bit & 1 == 1);
    for (index, (_, (name, params, result))) in (0..).zip(chosen) {
        let params = vec![ValType::I32; params.len()];
        types.ty().function(params, *result);
        imports.import("env", name, wasm_encoder::EntityType::Function(index));
    }
    let mut module = wasm_encoder::Module::new();
    module.section(&types).section(&imports);
    module.finish()
}
