//! The forms of answers in JSON, field by field as CometBFT 0.38 writes them: numbers of 64 bits as texts, bytes in base64, hashes in
//! upper-case hexadecimal. It asks nothing and decides nothing.

pub(crate) mod block;
pub(crate) mod node;
pub(crate) mod tx;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Bytes as base64.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Bytes as base64; nothing for none, as Go writes an empty slice that was never made.
pub(crate) fn base64_or_null(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| base64(bytes))
}
