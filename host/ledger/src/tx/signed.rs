//! What a signer says of a signature beside its bytes: by which of several keys, and each in which way; it checks none.

use crate::error::Failure;
use cosmos_sdk_proto::cosmos::crypto::multisig::v1beta1::{CompactBitArray, MultiSignature};
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::ModeInfo;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::Sum;
use prost::Message;

/// A signature as the chain reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signed {
    /// By one key; the mode is none if it is one that there is not.
    Single(Option<SignMode>, Vec<u8>),
    /// By the keys of a threshold whose bits are set, in their order.
    Several(Vec<bool>, Vec<Signed>),
}

impl Signed {
    /// Reads a signature as its signer describes it.
    pub(crate) fn read(info: Option<&ModeInfo>, bytes: &[u8]) -> Result<Signed, Failure> {
        match info.and_then(|info| info.sum.as_ref()) {
            Some(Sum::Single(single)) => {
                let mode = SignMode::try_from(single.mode).ok();
                Ok(Signed::Single(mode, bytes.to_vec()))
            }
            Some(Sum::Multi(multi)) => {
                let signatures = split(bytes)?;
                if signatures.len() != multi.mode_infos.len() {
                    return Err(Failure::untyped("got empty SignatureData"));
                }
                let parts = multi.mode_infos.iter().zip(&signatures);
                let parts = parts.map(|(info, bytes)| Signed::read(Some(info), bytes));
                let bits = bits(multi.bitarray.as_ref())?;
                Ok(Signed::Several(bits, parts.collect::<Result<_, _>>()?))
            }
            None => Ok(Signed::Single(None, bytes.to_vec())),
        }
    }

    /// Whether bytes are missing, as in a simulation.
    pub(crate) fn is_incomplete(&self) -> bool {
        match self {
            Signed::Single(_, bytes) => bytes.is_empty(),
            Signed::Several(_, parts) => {
                parts.is_empty() || parts.iter().any(Signed::is_incomplete)
            }
        }
    }

    /// Whether every key signed amino JSON: then a wrong sequence shows as a wrong signature.
    pub(crate) fn all_amino(&self) -> bool {
        match self {
            Signed::Single(mode, _) => *mode == Some(SignMode::LegacyAminoJson),
            Signed::Several(_, parts) => parts.iter().all(Signed::all_amino),
        }
    }

    /// The signatures for events: each single one, and behind those of a threshold all of them as one.
    pub(crate) fn shown(&self) -> Vec<Vec<u8>> {
        match self {
            Signed::Single(_, bytes) => vec![bytes.clone()],
            Signed::Several(_, parts) => {
                let mut all: Vec<Vec<u8>> = parts.iter().flat_map(Signed::shown).collect();
                let signatures = all.clone();
                all.push(MultiSignature { signatures }.encode_to_vec());
                all
            }
        }
    }

    /// How many single signatures there are.
    pub(crate) fn count(&self) -> u32 {
        match self {
            Signed::Single(..) => 1,
            Signed::Several(_, parts) => parts.iter().map(Signed::count).sum(),
        }
    }
}

/// The signatures of a `MultiSignature`, which must hold nothing else.
fn split(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
    let several =
        MultiSignature::decode(bytes).map_err(|error| Failure::untyped(error.to_string()))?;
    if several.encode_to_vec() != bytes {
        let text = "rejecting unrecognized fields found in MultiSignature";
        return Err(Failure::untyped(text));
    }
    Ok(several.signatures)
}

fn bits(array: Option<&CompactBitArray>) -> Result<Vec<bool>, Failure> {
    let Some(array) = array else {
        return Ok(Vec::new());
    };
    let stored = array.elems.len() * 8;
    let count = match array.extra_bits_stored {
        0 => Some(stored),
        // The last byte is not full.
        extra @ 1..=7 => usize::try_from(extra)
            .ok()
            .and_then(|extra| (stored + extra).checked_sub(8)),
        _ => None,
    };
    let count = count.ok_or_else(|| Failure::untyped("malformed bit array"))?;
    let each = array.elems.iter().flat_map(|byte| {
        let byte = *byte;
        (0..8).map(move |bit| byte & (0x80 >> bit) != 0)
    });
    Ok(each.take(count).collect())
}
