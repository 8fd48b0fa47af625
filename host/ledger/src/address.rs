//! Addresses: bytes, their bech32 text, and how contract addresses are made; it never looks into state.
//!
//! An address is 20 bytes (an account: `ripemd160(sha256(key))`) or 32 bytes (a contract). The vectors are in the tests.

use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use commons_vm::Checksum;
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

/// A checked address: 20 or 32 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address(Vec<u8>);

impl Address {
    /// The raw bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The length as the byte that stands before an address in some keys.
    pub(crate) fn length_byte(&self) -> u8 {
        if self.0.len() == 32 { 32 } else { 20 }
    }

    /// Checks the length of raw bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Address> {
        matches!(bytes.len(), 20 | 32).then(|| Address(bytes.to_vec()))
    }

    /// The account that a compressed secp256k1 public key controls.
    pub(crate) fn of_public_key(key: &[u8]) -> Address {
        Address(Ripemd160::digest(Sha256::digest(key)).to_vec())
    }

    /// The account of a key whose type is part of its address (ADR-28): 32 bytes. The type URL is without its slash.
    pub(crate) fn of_typed_key(type_url: &str, key: &[u8]) -> Address {
        let kind = Sha256::digest(type_url.trim_start_matches('/'));
        Address(
            Sha256::new()
                .chain_update(kind)
                .chain_update(key)
                .finalize()
                .to_vec(),
        )
    }

    /// The account of an ed25519 key, or of one in its amino form: the first 20 bytes of its hash.
    pub(crate) fn of_hashed_key(key: &[u8]) -> Address {
        Address(Sha256::digest(key).iter().copied().take(20).collect())
    }

    /// The account of a module of the chain: the first 20 bytes of the hash of its name.
    pub(crate) fn of_module(name: &str) -> Address {
        let digest = Sha256::digest(name.as_bytes());
        Address(digest.iter().copied().take(20).collect())
    }

    /// Address of an instance in order of creation: code id and the chain's instance counter.
    pub(crate) fn classic(code_id: u64, instance_id: u64) -> Address {
        contract_address(&[code_id.to_be_bytes(), instance_id.to_be_bytes()].concat())
    }

    /// Address of an instance that can be known beforehand; `msg` is empty unless the creator fixed it.
    pub(crate) fn predictable(
        checksum: &Checksum,
        creator: &Address,
        salt: &[u8],
        msg: &[u8],
    ) -> Address {
        let mut key = Vec::new();
        for part in [&checksum.0, creator.as_bytes(), salt, msg] {
            // INVARIANT: a slice in memory is shorter than 2^64 bytes, so the conversion cannot fail.
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            key.extend_from_slice(&length.to_be_bytes());
            key.extend_from_slice(part);
        }
        contract_address(&key)
    }
}

/// `sha256(sha256("module") ‖ "wasm" ‖ 0 ‖ key)`.
fn contract_address(key: &[u8]) -> Address {
    let mut hash = Sha256::new();
    hash.update(Sha256::digest(b"module"));
    hash.update(b"wasm\0");
    hash.update(key);
    Address(hash.finalize().to_vec())
}

/// Reads and writes addresses under the chain's prefix.
#[derive(Debug, Clone)]
pub(crate) struct Addresses {
    prefix: String,
}

impl Addresses {
    /// The codec for a prefix. A prefix that bech32 does not know makes every address invalid.
    pub(crate) fn new(prefix: String) -> Addresses {
        Addresses { prefix }
    }

    /// The prefix of the chain.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The canonical text.
    pub(crate) fn write(&self, address: &Address) -> String {
        Hrp::parse(&self.prefix)
            .ok()
            .and_then(|hrp| bech32::encode::<Bech32>(hrp, &address.0).ok())
            .unwrap_or_default()
    }

    /// Reads a text. All-upper-case is read as its lower-case form, as the SDK does; mixed case is refused.
    pub(crate) fn read(&self, text: &str) -> Result<Address, String> {
        let (prefix, address) = decode(text)?;
        if prefix != self.prefix {
            return Err(format!(
                "invalid Bech32 prefix; expected {}, got {prefix}",
                self.prefix
            ));
        }
        address
    }

    /// Reads the text of a validator's address.
    pub(crate) fn read_validator(&self, text: &str) -> Result<Address, String> {
        let (prefix, address) = decode(text)?;
        let expected = format!("{}valoper", self.prefix);
        if prefix != expected {
            return Err(format!(
                "hrp does not match bech32 prefix: expected '{expected}' got '{prefix}': internal logic error"
            ));
        }
        address
    }

    /// Reads a text that must be the canonical one.
    pub(crate) fn validate(&self, text: &str) -> Result<Address, String> {
        let address = self.read(text)?;
        if self.write(&address) != text {
            return Err("address not normalized".to_owned());
        }
        Ok(address)
    }
}

/// Prefix and address of a text; the inner error is that of the address, which comes behind that of a wrong prefix.
fn decode(text: &str) -> Result<(String, Result<Address, String>), String> {
    if text.trim().is_empty() {
        return Err("empty address string is not allowed".to_owned());
    }
    let refused = |reason: String| format!("decoding bech32 failed: {reason}");
    let parsed = CheckedHrpstring::new::<Bech32>(text).map_err(|error| {
        let reason = flaw(&text.to_ascii_lowercase(), text);
        refused(reason.unwrap_or_else(|| error.to_string()))
    })?;
    let prefix = parsed.hrp().to_lowercase();
    let bytes: Vec<u8> = parsed.byte_iter().collect();
    let address = Address::from_bytes(&bytes).ok_or_else(|| {
        format!(
            "address length must be 20 or 32 bytes, got {}: invalid address",
            bytes.len()
        )
    });
    // Bits that no byte has room for are refused, not dropped.
    let again = bech32::encode::<Bech32>(parsed.hrp(), &bytes).unwrap_or_default();
    if again.to_lowercase() != text.to_lowercase() {
        return Err(refused("invalid incomplete group".to_owned()));
    }
    Ok((prefix, address))
}

/// What a real chain finds wrong with a text that is no bech32 (`cosmos/btcutil`), as far as it can be said in its words.
fn flaw(lower: &str, text: &str) -> Option<String> {
    if text.len() < 8 {
        return Some(format!("invalid bech32 string length {}", text.len()));
    }
    if let Some(odd) = text.chars().find(|c| !('!'..='~').contains(c)) {
        return Some(format!("invalid character in string: '{odd}'"));
    }
    if lower != text && text.to_ascii_uppercase() != text {
        return Some("string not all lowercase or all uppercase".to_owned());
    }
    let at = lower.rfind('1');
    let Some(data) = at.filter(|at| *at > 0).and_then(|at| lower.get(at + 1..)) else {
        return Some(format!(
            "invalid separator index {}",
            at.map_or("-1", |_| "0")
        ));
    };
    if data.len() < 6 {
        let at = lower.len() - data.len() - 1;
        return Some(format!("invalid separator index {at}"));
    }
    let odd = data.bytes().find(|byte| !CHARSET.contains(byte))?;
    Some(format!("invalid character not part of charset: {odd}"))
}

/// The 32 characters of bech32.
const CHARSET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
