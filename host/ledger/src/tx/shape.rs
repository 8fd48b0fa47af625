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
    /// A `google.protobuf.Any` of any type.
    Opaque,
}

/// The fields of a message, by number.
pub(super) struct Shape {
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

shape!(pub(super) BODY = "TxBody" {
    1: Inner::Known, 2: TEXT, 3: NUMBER, 4: NUMBER, 5: Inner::Message(&TIME), 1023: Inner::Opaque, 2047: Inner::Opaque,
});
shape!(pub(super) AUTH = "AuthInfo" {
    1: Inner::Message(&SIGNER), 2: Inner::Message(&FEE), 3: Inner::Message(&TIP),
});
shape!(SIGNER = "SignerInfo" { 1: Inner::Known, 2: Inner::Message(&MODE), 3: NUMBER });
// What is inside a multi-signature is not looked into: it is refused later as a whole.
shape!(MODE = "ModeInfo" { 1: Inner::Message(&SINGLE), 2: TEXT });
shape!(SINGLE = "ModeInfo.Single" { 1: NUMBER });
shape!(FEE = "Fee" { 1: Inner::Message(&COIN), 2: NUMBER, 3: TEXT, 4: TEXT });
shape!(TIP = "Tip" { 1: Inner::Message(&COIN), 2: TEXT });
shape!(COIN = "Coin" { 1: TEXT, 2: TEXT });
shape!(KEY = "PubKey" { 1: TEXT });
shape!(SEND = "MsgSend" { 1: TEXT, 2: TEXT, 3: Inner::Message(&COIN) });
shape!(TIME = "Timestamp" { 1: NUMBER, 2: NUMBER });
shape!(PARTY = "Input or Output" { 1: TEXT, 2: Inner::Message(&COIN) });
shape!(MULTI_SEND = "MsgMultiSend" { 1: Inner::Message(&PARTY), 2: Inner::Message(&PARTY) });
shape!(GRANT = "MsgGrantAllowance" { 1: TEXT, 2: TEXT, 3: Inner::Known });
shape!(REVOKE = "MsgRevokeAllowance" { 1: TEXT, 2: TEXT });
shape!(BASIC = "BasicAllowance" { 1: Inner::Message(&COIN), 2: Inner::Message(&TIME) });
shape!(PERIODIC = "PeriodicAllowance" {
    1: Inner::Message(&BASIC), 2: Inner::Message(&TIME), 3: Inner::Message(&COIN), 4: Inner::Message(&COIN),
    5: Inner::Message(&TIME),
});
shape!(MESSAGES = "AllowedMsgAllowance" { 1: Inner::Known, 2: TEXT });
shape!(ACCESS = "AccessConfig" { 1: NUMBER, 3: TEXT });
shape!(STORE = "MsgStoreCode" { 1: TEXT, 2: TEXT, 5: Inner::Message(&ACCESS) });
shape!(INSTANTIATE = "MsgInstantiateContract" {
    1: TEXT, 2: TEXT, 3: NUMBER, 4: TEXT, 5: TEXT, 6: Inner::Message(&COIN),
});
shape!(INSTANTIATE2 = "MsgInstantiateContract2" {
    1: TEXT, 2: TEXT, 3: NUMBER, 4: TEXT, 5: TEXT, 6: Inner::Message(&COIN), 7: TEXT, 8: NUMBER,
});
shape!(EXECUTE = "MsgExecuteContract" { 1: TEXT, 2: TEXT, 3: TEXT, 5: Inner::Message(&COIN) });
shape!(MIGRATE = "MsgMigrateContract" { 1: TEXT, 2: TEXT, 3: NUMBER, 4: TEXT });
shape!(UPDATE_ADMIN = "MsgUpdateAdmin" { 1: TEXT, 2: TEXT, 3: TEXT });
shape!(CLEAR_ADMIN = "MsgClearAdmin" { 1: TEXT, 3: TEXT });

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
        crate::ante::PUBLIC_KEY => &KEY,
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
        let (field, rest) = next(bytes)?;
        if !(1..=3).contains(&field.number) || field.wire != 2 {
            return Err(format!("unknown field {} in TxRaw", field.number));
        }
        if field.number < previous || (field.number == previous && field.number != 3) {
            return Err("fields of TxRaw are not in ascending order".to_owned());
        }
        if !field.shortest {
            return Err("a length in TxRaw is not in its shortest form".to_owned());
        }
        previous = field.number;
        bytes = rest;
    }
    Ok(())
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
            return Err(format!("unknown field {} in {}", field.number, shape.name));
        };
        let wire = match inner {
            Inner::Leaf(Wire::Varint) => 0,
            _ => 2,
        };
        if field.wire != wire {
            return Err(format!(
                "field {} of {} has wire type {}, expected {wire}",
                field.number, shape.name, field.wire
            ));
        }
        match inner {
            Inner::Leaf(_) => {}
            Inner::Message(shape) => check_at(field.value, shape, tolerant, depth + 1)?,
            Inner::Known => check_any(field.value, tolerant, depth + 1)?,
            Inner::Opaque => drop(split_any(field.value)?),
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
            _ => return Err(format!("unknown field {} in Any", field.number)),
        }
    }
    let url = std::str::from_utf8(url).map_err(|_| "a type URL is not UTF-8".to_owned())?;
    Ok((url.to_owned(), value))
}

/// Takes one field off the front.
fn next(bytes: &[u8]) -> Result<(Field<'_>, &[u8]), String> {
    let (tag, shortest, rest) = varint(bytes)?;
    let field = |value, shortest| Field {
        number: tag >> 3,
        wire: tag & 7,
        value,
        shortest,
    };
    if tag >> 3 == 0 {
        return Err("a field has number 0".to_owned());
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
        wire => Err(format!("wire type {wire} is not used")),
    }
}

fn skip(bytes: &[u8], length: usize) -> Result<(&[u8], &[u8]), String> {
    bytes.split_at_checked(length).ok_or_else(truncated)
}

fn truncated() -> String {
    "the bytes end inside a field".to_owned()
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
    Err("a number passes 64 bits".to_owned())
}
