//! The strict form of transactions on the wire; it builds no value.
//!
//! `TxRaw` follows ADR-027: fields ascending, each length in its shortest form, nothing else. In all other parts every field must be known
//! with its wire type; only fields of the body with bit 11 of their number set may be unknown (Cosmos SDK `x/tx/decode`).

use crate::feegrant;

/// How a field is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wire {
    Varint,
    Bytes,
}

/// What is inside a field.
enum Inner {
    /// Nothing to look into.
    Leaf(Wire),
    /// Another message.
    Message(&'static Shape),
    /// A `google.protobuf.Any` whose type must be one we know.
    Known,
}

/// The fields of a message, by number.
pub(super) struct Shape {
    /// The type as a real chain names it in errors.
    name: &'static str,
    fields: &'static [(u64, Inner)],
}

/// Unknown fields with this bit may stand in a body.
const NON_CRITICAL: u64 = 1 << 10;

const TEXT: Inner = Inner::Leaf(Wire::Bytes);
const NUMBER: Inner = Inner::Leaf(Wire::Varint);

macro_rules! shape {
    ($vis:vis $name:ident = $text:literal { $($number:literal: $inner:expr),* $(,)? }) => {
        $vis static $name: Shape = Shape { name: $text, fields: &[$(($number, $inner)),*] };
    };
}

shape!(pub(super) BODY = "*tx.TxBody" {
    1: Inner::Known, 2: TEXT, 3: NUMBER, 4: NUMBER, 5: Inner::Message(&TIME), 1023: Inner::Known, 2047: Inner::Known,
});
shape!(pub(super) AUTH = "*tx.AuthInfo" {
    1: Inner::Message(&SIGNER), 2: Inner::Message(&FEE), 3: Inner::Message(&TIP),
});
shape!(SIGNER = "*tx.SignerInfo" { 1: Inner::Known, 2: Inner::Message(&MODE), 3: NUMBER });
shape!(MODE = "*tx.ModeInfo" { 1: Inner::Message(&SINGLE), 2: Inner::Message(&MULTI) });
shape!(MULTI = "*tx.ModeInfo_Multi" { 1: Inner::Message(&BITS), 2: Inner::Message(&MODE) });
shape!(BITS = "*types.CompactBitArray" { 1: NUMBER, 2: TEXT });
shape!(SINGLE = "*tx.ModeInfo_Single" { 1: NUMBER });
shape!(FEE = "*tx.Fee" { 1: Inner::Message(&COIN), 2: NUMBER, 3: TEXT, 4: TEXT });
shape!(TIP = "*tx.Tip" { 1: Inner::Message(&COIN), 2: TEXT });
shape!(COIN = "*types.Coin" { 1: TEXT, 2: TEXT });
shape!(KEY = "*secp256k1.PubKey" { 1: TEXT });
shape!(KEY_R1 = "*secp256r1.PubKey" { 1: TEXT });
shape!(KEY_ED = "*ed25519.PubKey" { 1: TEXT });
shape!(THRESHOLD = "*multisig.LegacyAminoPubKey" { 1: NUMBER, 2: Inner::Known });
shape!(SEND = "*types.MsgSend" { 1: TEXT, 2: TEXT, 3: Inner::Message(&COIN) });
shape!(TIME = "*types.Timestamp" { 1: NUMBER, 2: NUMBER });
shape!(PARTY = "*types.Output" { 1: TEXT, 2: Inner::Message(&COIN) });
shape!(MULTI_SEND = "*types.MsgMultiSend" { 1: Inner::Message(&PARTY), 2: Inner::Message(&PARTY) });
shape!(GRANT = "*feegrant.MsgGrantAllowance" { 1: TEXT, 2: TEXT, 3: Inner::Known });
shape!(REVOKE = "*feegrant.MsgRevokeAllowance" { 1: TEXT, 2: TEXT });
shape!(BASIC = "*feegrant.BasicAllowance" { 1: Inner::Message(&COIN), 2: Inner::Message(&TIME) });
shape!(PERIODIC = "*feegrant.PeriodicAllowance" {
    1: Inner::Message(&BASIC), 2: Inner::Message(&TIME), 3: Inner::Message(&COIN), 4: Inner::Message(&COIN),
    5: Inner::Message(&TIME),
});
shape!(MESSAGES = "*feegrant.AllowedMsgAllowance" { 1: Inner::Known, 2: TEXT });
shape!(ACCESS = "*types.AccessConfig" { 1: NUMBER, 3: TEXT });
shape!(STORE = "*types.MsgStoreCode" { 1: TEXT, 2: TEXT, 5: Inner::Message(&ACCESS) });
shape!(INSTANTIATE = "*types.MsgInstantiateContract" {
    1: TEXT, 2: TEXT, 3: NUMBER, 4: TEXT, 5: TEXT, 6: Inner::Message(&COIN),
});
shape!(INSTANTIATE2 = "*types.MsgInstantiateContract2" {
    1: TEXT, 2: TEXT, 3: NUMBER, 4: TEXT, 5: TEXT, 6: Inner::Message(&COIN), 7: TEXT, 8: NUMBER,
});
shape!(EXECUTE = "*types.MsgExecuteContract" { 1: TEXT, 2: TEXT, 3: TEXT, 5: Inner::Message(&COIN) });
shape!(MIGRATE = "*types.MsgMigrateContract" { 1: TEXT, 2: TEXT, 3: NUMBER, 4: TEXT });
shape!(UPDATE_ADMIN = "*types.MsgUpdateAdmin" { 1: TEXT, 2: TEXT, 3: TEXT });
shape!(CLEAR_ADMIN = "*types.MsgClearAdmin" { 1: TEXT, 3: TEXT });

fn known_type(url: &str) -> Option<&'static Shape> {
    let shape = match url {
        super::message::SEND => &SEND,
        super::message::MULTI_SEND => &MULTI_SEND,
        super::message::GRANT_ALLOWANCE => &GRANT,
        super::message::REVOKE_ALLOWANCE => &REVOKE,
        feegrant::BASIC => &BASIC,
        feegrant::PERIODIC => &PERIODIC,
        feegrant::MESSAGES => &MESSAGES,
        super::message::STORE_CODE => &STORE,
        super::message::INSTANTIATE => &INSTANTIATE,
        super::message::INSTANTIATE2 => &INSTANTIATE2,
        super::message::EXECUTE => &EXECUTE,
        super::message::MIGRATE => &MIGRATE,
        super::message::UPDATE_ADMIN => &UPDATE_ADMIN,
        super::message::CLEAR_ADMIN => &CLEAR_ADMIN,
        super::key::SECP256K1 => &KEY,
        super::key::SECP256R1 => &KEY_R1,
        super::key::ED25519 => &KEY_ED,
        super::key::THRESHOLD => &THRESHOLD,
        _ => return None,
    };
    Some(shape)
}

/// One field read from the wire.
struct Field<'bytes> {
    number: u64,
    wire: u64,
    /// The bytes of a length-delimited field.
    value: &'bytes [u8],
    /// All lengths and numbers were in their shortest form.
    shortest: bool,
}

/// Checks that bytes are a `TxRaw` by ADR-027.
pub(super) fn check_raw(mut bytes: &[u8]) -> Result<(), String> {
    let mut previous = 0;
    while !bytes.is_empty() {
        let (field, rest) = next(bytes).map_err(|flaw| format!("invalid length; {flaw}"))?;
        let (number, wire) = (field.number, field.wire);
        if wire != 2 {
            return Err(format!("expected 2 wire type, got {wire}"));
        }
        if number < previous || (number == previous && number != 3) {
            return Err(format!(
                "txRaw must follow ADR-027, got tagNum {number} after tagNum {previous}"
            ));
        }
        if !field.shortest {
            return Err(format!(
                "length prefix varint for tagNum {number} is not as short as possible"
            ));
        }
        if number > 3 {
            return Err(unknown("*tx.TxRaw", &field));
        }
        previous = number;
        bytes = rest;
    }
    Ok(())
}

fn unknown(name: &str, field: &Field<'_>) -> String {
    format!(
        "errUnknownField {name:?}: {{TagNum: {}, WireType:{:?}}}",
        field.number,
        wire_name(field.wire)
    )
}

fn wire_name(wire: u64) -> &'static str {
    match wire {
        0 => "varint",
        1 => "fixed64",
        2 => "bytes",
        3 => "start_group",
        4 => "end_group",
        5 => "fixed32",
        _ => "unknown type",
    }
}

/// Messages that may lie inside each other; only allowances can be nested without end.
const MAX_DEPTH: u32 = 32;

/// Checks that every field is known and written as its type demands.
pub(super) fn check(bytes: &[u8], shape: &Shape, tolerant: bool) -> Result<(), String> {
    check_at(bytes, shape, tolerant, 0)
}

fn check_at(mut bytes: &[u8], shape: &Shape, tolerant: bool, depth: u32) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("messages are nested too deep".to_owned());
    }
    while !bytes.is_empty() {
        let (field, rest) = next(bytes)?;
        bytes = rest;
        let known = shape
            .fields
            .iter()
            .find(|(number, _)| *number == field.number);
        let Some((_, inner)) = known else {
            if tolerant && field.number & NON_CRITICAL != 0 {
                continue;
            }
            return Err(unknown(shape.name, &field));
        };
        let wire = match inner {
            Inner::Leaf(Wire::Varint) => 0,
            _ => 2,
        };
        if field.wire != wire {
            return Err(format!(
                "Mismatched {:?}: {{TagNum: {}, GotWireType: {:?} != WantWireType: {:?}}}",
                shape.name,
                field.number,
                wire_name(field.wire),
                wire_name(wire)
            ));
        }
        match inner {
            Inner::Leaf(_) => {}
            Inner::Message(shape) => check_at(field.value, shape, tolerant, depth + 1)?,
            Inner::Known => check_any(field.value, tolerant, depth + 1)?,
        }
    }
    Ok(())
}

fn check_any(bytes: &[u8], tolerant: bool, depth: u32) -> Result<(), String> {
    let (url, value) = split_any(bytes)?;
    match known_type(&url) {
        Some(shape) => check_at(value, shape, tolerant, depth),
        None => Err(format!("unable to resolve type URL {url}")),
    }
}

fn split_any(mut bytes: &[u8]) -> Result<(String, &[u8]), String> {
    let (mut url, mut value): (&[u8], &[u8]) = (&[], &[]);
    while !bytes.is_empty() {
        let (field, rest) = next(bytes)?;
        bytes = rest;
        match (field.number, field.wire) {
            (1, 2) => url = field.value,
            (2, 2) => value = field.value,
            _ => return Err(unknown("*types.Any", &field)),
        }
    }
    let url = std::str::from_utf8(url).map_err(|_| "a type URL is not UTF-8".to_owned())?;
    Ok((url.to_owned(), value))
}

/// Takes one field off the front; what is wrong with it is said in the words of Go's `protowire`.
fn next(bytes: &[u8]) -> Result<(Field<'_>, &[u8]), String> {
    let (tag, shortest, rest) = varint(bytes)?;
    let field = |value, shortest| Field {
        number: tag >> 3,
        wire: tag & 7,
        value,
        shortest,
    };
    if tag >> 3 == 0 {
        return Err("proto: invalid field number".to_owned());
    }
    match tag & 7 {
        0 => {
            let (_, number_shortest, rest) = varint(rest)?;
            Ok((field(&[], shortest && number_shortest), rest))
        }
        1 => Ok((field(&[], shortest), skip(rest, 8)?.1)),
        2 => {
            let (length, length_shortest, rest) = varint(rest)?;
            let length = usize::try_from(length).map_err(|_| truncated())?;
            let (value, rest) = skip(rest, length)?;
            Ok((field(value, shortest && length_shortest), rest))
        }
        5 => Ok((field(&[], shortest), skip(rest, 4)?.1)),
        3 | 4 => Err("proto: mismatching end group marker".to_owned()),
        _ => Err("proto: cannot parse reserved wire type".to_owned()),
    }
}

fn skip(bytes: &[u8], length: usize) -> Result<(&[u8], &[u8]), String> {
    bytes.split_at_checked(length).ok_or_else(truncated)
}

fn truncated() -> String {
    "unexpected EOF".to_owned()
}

/// A number, whether it is in its shortest form, and the rest.
fn varint(bytes: &[u8]) -> Result<(u64, bool, &[u8]), String> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        let bits = u64::from(byte & 0x7f);
        if index == 9 && bits > 1 {
            break;
        }
        value |= bits << (7 * index);
        if byte & 0x80 == 0 {
            let shortest = index == 0 || *byte != 0;
            let (_, rest) = skip(bytes, index + 1)?;
            return Ok((value, shortest, rest));
        }
    }
    if bytes.len() < 10 {
        return Err(truncated());
    }
    Err("proto: variable length integer overflow".to_owned())
}
