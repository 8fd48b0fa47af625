//! Owns the functions a contract may import and their signatures; it must never offer one that the price list does not know.

mod address;
mod bls;
mod chain;
mod ecdsa;
mod ed25519;
mod name;
mod storage;

use wasmparser::ValType;
use wasmtime::{Caller, Engine, Linker};

use crate::error::{Fault, Stop};
use crate::frame::{Frame, Host};

pub use name::Import;

/// The wasm module name of every import.
pub(crate) const MODULE: &str = "env";

const KIB: u32 = 1024;
const MIB: u32 = 1024 * 1024;

/// The signature of an import: all parameters are `i32`.
pub(crate) struct Signature {
    pub(crate) params: usize,
    pub(crate) result: Option<ValType>,
}

/// The signature of the import with this name, if there is one.
pub(crate) fn signature(name: &str) -> Option<Signature> {
    let (params, result) = match name {
        "debug" | "abort" | "db_remove" => (1, None),
        "db_write" => (2, None),
        "db_read" | "db_next" | "db_next_key" | "db_next_value" | "addr_validate"
        | "query_chain" => (1, Some(ValType::I32)),
        "addr_canonicalize"
        | "addr_humanize"
        | "bls12_381_aggregate_g1"
        | "bls12_381_aggregate_g2" => (2, Some(ValType::I32)),
        "db_scan"
        | "secp256k1_verify"
        | "secp256r1_verify"
        | "ed25519_verify"
        | "ed25519_batch_verify" => (3, Some(ValType::I32)),
        "secp256k1_recover_pubkey" | "secp256r1_recover_pubkey" => (3, Some(ValType::I64)),
        "bls12_381_pairing_equality" | "bls12_381_hash_to_g1" | "bls12_381_hash_to_g2" => {
            (4, Some(ValType::I32))
        }
        _ => return None,
    };
    Some(Signature { params, result })
}

/// The imports, bound for one engine.
pub(crate) fn linker(engine: &Engine) -> Result<Linker<Host>, Fault> {
    let mut linker = Linker::new(engine);
    link_chain(&mut linker)
        .and_then(|()| link_crypto(&mut linker))
        .map_err(|error| Fault::new("binding the imports", error.to_string()))?;
    Ok(linker)
}

type In<'a> = Caller<'a, Host>;
type Out<T> = wasmtime::Result<T>;

fn link_chain(linker: &mut Linker<Host>) -> Out<()> {
    linker
        .func_wrap(MODULE, "db_read", |mut c: In<'_>, key: u32| {
            enter(&mut c, Import::DbRead, |f| storage::read(f, key))
        })?
        .func_wrap(MODULE, "db_write", |mut c: In<'_>, key: u32, value: u32| {
            enter(&mut c, Import::DbWrite, |f| storage::write(f, key, value))
        })?
        .func_wrap(MODULE, "db_remove", |mut c: In<'_>, key: u32| {
            enter(&mut c, Import::DbRemove, |f| storage::remove(f, key))
        })?
        .func_wrap(
            MODULE,
            "db_scan",
            |mut c: In<'_>, start: u32, end: u32, order: i32| {
                enter(&mut c, Import::DbScan, |f| {
                    storage::scan(f, start, end, order)
                })
            },
        )?
        .func_wrap(MODULE, "db_next", |mut c: In<'_>, id: u32| {
            enter(&mut c, Import::DbNext, |f| storage::next(f, id))
        })?
        .func_wrap(MODULE, "db_next_key", |mut c: In<'_>, id: u32| {
            enter(&mut c, Import::DbNextKey, |f| storage::next_key(f, id))
        })?
        .func_wrap(MODULE, "db_next_value", |mut c: In<'_>, id: u32| {
            enter(&mut c, Import::DbNextValue, |f| storage::next_value(f, id))
        })?
        .func_wrap(MODULE, "addr_validate", |mut c: In<'_>, human: u32| {
            enter(&mut c, Import::AddrValidate, |f| {
                address::validate(f, human)
            })
        })?
        .func_wrap(
            MODULE,
            "addr_canonicalize",
            |mut c: In<'_>, human: u32, out: u32| {
                enter(&mut c, Import::AddrCanonicalize, |f| {
                    address::canonicalize(f, human, out)
                })
            },
        )?
        .func_wrap(
            MODULE,
            "addr_humanize",
            |mut c: In<'_>, canonical: u32, out: u32| {
                enter(&mut c, Import::AddrHumanize, |f| {
                    address::humanize(f, canonical, out)
                })
            },
        )?
        .func_wrap(MODULE, "query_chain", |mut c: In<'_>, request: u32| {
            enter(&mut c, Import::QueryChain, |f| chain::query(f, request))
        })?
        .func_wrap(MODULE, "debug", |mut c: In<'_>, text: u32| {
            enter(&mut c, Import::Debug, |f| chain::debug(f, text))
        })?
        .func_wrap(MODULE, "abort", |mut c: In<'_>, text: u32| {
            enter(&mut c, Import::Abort, |f| chain::abort(f, text))
        })?;
    Ok(())
}

fn link_crypto(linker: &mut Linker<Host>) -> Out<()> {
    for (import, curve) in [
        (Import::Secp256k1Verify, ecdsa::SECP256K1),
        (Import::Secp256r1Verify, ecdsa::SECP256R1),
    ] {
        linker.func_wrap(
            MODULE,
            import.name(),
            move |mut c: In<'_>, hash: u32, signature: u32, key: u32| {
                enter(&mut c, import, |f| curve.verify(f, hash, signature, key))
            },
        )?;
    }
    for (import, curve) in [
        (Import::Secp256k1RecoverPubkey, ecdsa::SECP256K1),
        (Import::Secp256r1RecoverPubkey, ecdsa::SECP256R1),
    ] {
        linker.func_wrap(
            MODULE,
            import.name(),
            move |mut c: In<'_>, hash: u32, signature: u32, param: u32| {
                enter(&mut c, import, |f| curve.recover(f, hash, signature, param))
            },
        )?;
    }
    linker
        .func_wrap(
            MODULE,
            "ed25519_verify",
            |mut c: In<'_>, message: u32, signature: u32, key: u32| {
                enter(&mut c, Import::Ed25519Verify, |f| {
                    ed25519::verify(f, message, signature, key)
                })
            },
        )?
        .func_wrap(
            MODULE,
            "ed25519_batch_verify",
            |mut c: In<'_>, messages: u32, signatures: u32, keys: u32| {
                enter(&mut c, Import::Ed25519BatchVerify, |f| {
                    ed25519::batch_verify(f, messages, signatures, keys)
                })
            },
        )?;
    link_bls(linker)
}

fn link_bls(linker: &mut Linker<Host>) -> Out<()> {
    linker
        .func_wrap(
            MODULE,
            "bls12_381_aggregate_g1",
            |mut c: In<'_>, points: u32, out: u32| {
                enter(&mut c, Import::Bls12381AggregateG1, |f| {
                    bls::aggregate_g1(f, points, out)
                })
            },
        )?
        .func_wrap(
            MODULE,
            "bls12_381_aggregate_g2",
            |mut c: In<'_>, points: u32, out: u32| {
                enter(&mut c, Import::Bls12381AggregateG2, |f| {
                    bls::aggregate_g2(f, points, out)
                })
            },
        )?
        .func_wrap(
            MODULE,
            "bls12_381_pairing_equality",
            |mut c: In<'_>, ps: u32, qs: u32, r: u32, s: u32| {
                enter(&mut c, Import::Bls12381PairingEquality, |f| {
                    bls::pairing_equality(f, [ps, qs, r, s])
                })
            },
        )?
        .func_wrap(
            MODULE,
            "bls12_381_hash_to_g1",
            |mut c: In<'_>, hash: u32, message: u32, domain: u32, out: u32| {
                let to_g1 = |f: &mut Frame<'_>| bls::hash_to_g1(f, hash, [message, domain, out]);
                enter(&mut c, Import::Bls12381HashToG1, to_g1)
            },
        )?
        .func_wrap(
            MODULE,
            "bls12_381_hash_to_g2",
            |mut c: In<'_>, hash: u32, message: u32, domain: u32, out: u32| {
                let to_g2 = |f: &mut Frame<'_>| bls::hash_to_g2(f, hash, [message, domain, out]);
                enter(&mut c, Import::Bls12381HashToG2, to_g2)
            },
        )?;
    Ok(())
}

/// Enters an import, which pays for the entry, then acts.
fn enter<T>(
    caller: &mut In<'_>,
    import: Import,
    act: impl FnOnce(&mut Frame<'_>) -> Result<T, Stop>,
) -> Out<T> {
    Ok(Frame::import(caller, import, act)?)
}
