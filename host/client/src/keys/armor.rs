//! The ASCII armor in which Cosmos command lines exchange keys: `TENDERMINT PRIVATE KEY`, as written since Cosmos SDK 0.47.
//! Owns the envelope (RFC 4880, section 6) and its cipher; never writes an older form, and says of one how to renew it.
//!
//! ```text
//! key  = argon2id(passphrase, salt; 64 MiB, one pass, four lanes), 32 bytes
//! body = chacha20poly1305(key, twelve zero bytes, e1b0f79b 20 ‖ secret)
//! ```
//!
//! The nonce may be constant because every armor has a salt, and so a key, of its own.

use std::collections::BTreeMap;

use argon2::Params;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use zeroize::Zeroizing;

use super::account::AccountKey;
use super::sealed::stretched;
use crate::error::ClientError;

const BEGIN: &str = "-----BEGIN TENDERMINT PRIVATE KEY-----";
const END: &str = "-----END TENDERMINT PRIVATE KEY-----";
/// Amino's name for `tendermint/PrivKeySecp256k1`, and the length of what follows.
const AMINO: [u8; 5] = [0xe1, 0xb0, 0xf7, 0x9b, 32];
/// Characters of a line of base64.
const WIDTH: usize = 64;
/// An armor has about 300.
const MAX: usize = 16 * 1024;

/// Writes `key` under `passphrase`, as `wasmd keys import` reads it.
///
/// # Errors
/// `Randomness`, `Armor`.
pub fn armor_key(key: &AccountKey, passphrase: &str) -> Result<String, ClientError> {
    let mut salt = [0_u8; 16];
    getrandom::fill(&mut salt).map_err(|error| ClientError::Randomness(error.to_string()))?;
    let mut plain = Zeroizing::new(Vec::with_capacity(AMINO.len() + 32));
    plain.extend_from_slice(&AMINO);
    plain.extend_from_slice(key.secret().as_slice());
    let body = cipher(passphrase, &salt)?
        .encrypt(&Nonce::default(), plain.as_slice())
        .map_err(|_| wrong("the cipher refuses"))?;
    let mut text = format!(
        "{BEGIN}\nkdf: argon2\nsalt: {}\ntype: secp256k1\n\n",
        hex::encode_upper(salt)
    );
    let encoded = STANDARD.encode(&body);
    let mut rest = encoded.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(WIDTH));
        text += line;
        text.push('\n');
        rest = after;
    }
    text += &format!("={}\n{END}\n", STANDARD.encode(crc24(&body)));
    Ok(text)
}

/// Reads an armor.
///
/// # Errors
/// `Armor` with the reason, `Passphrase` when it is wrong or the armor was changed.
pub fn read_armor(text: &str, passphrase: &str) -> Result<AccountKey, ClientError> {
    let (headers, body) = parse(text)?;
    let header = |name: &str| headers.get(name).map(String::as_str);
    match header("kdf") {
        Some("argon2") => {}
        Some("bcrypt") => {
            return Err(wrong(
                "it is of the older form (bcrypt): import it into a current wasmd and export it again, or import the words",
            ));
        }
        _ => return Err(wrong("its header names no kdf that is known")),
    }
    if let Some(kind) = header("type").filter(|kind| *kind != "secp256k1") {
        return Err(wrong(format!("the key is of type {kind:?}, not secp256k1")));
    }
    let salt = header("salt")
        .and_then(|salt| hex::decode(salt).ok())
        .ok_or_else(|| wrong("its header has no salt in hex"))?;
    let plain = cipher(passphrase, &salt)?
        .decrypt(&Nonce::default(), body.as_slice())
        .map(Zeroizing::new)
        .map_err(|_| ClientError::Passphrase)?;
    let secret = plain
        .strip_prefix(AMINO.as_slice())
        .ok_or_else(|| wrong("what it holds is not a secp256k1 key"))?;
    AccountKey::from_secret(secret)
}

/// Headers and body.
fn parse(text: &str) -> Result<(BTreeMap<String, String>, Vec<u8>), ClientError> {
    if text.len() > MAX {
        return Err(wrong(format!("it has more than {MAX} bytes")));
    }
    let mut lines = text
        .lines()
        .map(str::trim)
        .skip_while(|line| *line != BEGIN);
    lines
        .next()
        .ok_or_else(|| wrong(format!("no line says {BEGIN}")))?;
    let mut headers = BTreeMap::new();
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once(": ")
            .ok_or_else(|| wrong("a header is not written `name: value`"))?;
        headers.insert(name.to_owned(), value.to_owned());
    }
    let (mut body, mut sum, mut ended) = (String::new(), None, false);
    for line in lines {
        if line == END {
            ended = true;
            break;
        }
        match line.strip_prefix('=') {
            Some(written) => sum = Some(written.to_owned()),
            None => body += line,
        }
    }
    if !ended {
        return Err(wrong("its last line is missing: it was cut"));
    }
    let body = STANDARD
        .decode(&body)
        .map_err(|_| wrong("its body is not base64"))?;
    if sum.is_some_and(|sum| sum != STANDARD.encode(crc24(&body))) {
        return Err(wrong("its checksum does not hold: it was changed or cut"));
    }
    Ok((headers, body))
}

fn cipher(passphrase: &str, salt: &[u8]) -> Result<ChaCha20Poly1305, ClientError> {
    let params =
        Params::new(64 * 1024, 1, 4, Some(32)).map_err(|error| wrong(error.to_string()))?;
    let key = stretched(params, passphrase, salt)?;
    ChaCha20Poly1305::new_from_slice(key.as_slice())
        .map_err(|_| wrong("the cipher refuses its key"))
}

/// RFC 4880, section 6.1.
fn crc24(bytes: &[u8]) -> [u8; 3] {
    let mut crc: u32 = 0x00b7_04ce;
    for byte in bytes {
        crc ^= u32::from(*byte) << 16;
        for _ in 0..8 {
            crc <<= 1;
            if crc & 0x0100_0000 != 0 {
                crc ^= 0x0186_4cfb;
            }
        }
    }
    let [_, high, middle, low] = crc.to_be_bytes();
    [high, middle, low]
}

fn wrong(why: impl Into<String>) -> ClientError {
    ClientError::Armor(why.into())
}
