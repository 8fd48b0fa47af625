//! Transactions of a scenario: one signer, SIGN_MODE_DIRECT, and on purpose wrong where the scenario says so. Equal inputs give equal bytes.

use commons_client::keys::AccountKey;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw, mode_info,
};
use prost::{Message as _, Name};

use crate::message::parse_coins;
use crate::scenario::{Flaw, Step};

/// Gas limit of a step that names none.
pub const GAS: u64 = 20_000_000;

/// Prefix of every address: wasmd's.
pub const PREFIX: &str = "wasm";

/// For which chain and as what an account signs.
#[derive(Debug, Clone)]
pub struct Signer {
    /// Chain id.
    pub chain_id: String,
    /// The account's number.
    pub number: u64,
    /// Its sequence.
    pub sequence: u64,
}

/// The key of an account of this name.
#[must_use]
pub fn key(name: &str) -> AccountKey {
    AccountKey::derive("differential", name)
}

/// The address of an account of this name.
#[must_use]
pub fn address(name: &str) -> String {
    key(name).address(PREFIX)
}

/// The bytes of a step's transaction.
#[must_use]
pub fn sign(step: &Step, messages: Vec<Any>, signer: &Signer) -> Vec<u8> {
    let key = key(&step.by);
    let flaw = step.flaw;
    let mut document = SignDoc {
        body_bytes: body(step, messages),
        auth_info_bytes: auth(step, &key, signer),
        chain_id: signer.chain_id.clone(),
        account_number: signer.number,
    };
    match flaw {
        Some(Flaw::ChainId) => document.chain_id.push_str("-other"),
        Some(Flaw::AccountNumber) => document.account_number += 1,
        _ => {}
    }
    let mut signature = key.sign(&document.encode_to_vec()).to_vec();
    match flaw {
        Some(Flaw::Signature) => signature[40] ^= 1,
        Some(Flaw::HighS) => raise_s(&mut signature),
        _ => {}
    }
    let raw = TxRaw {
        body_bytes: document.body_bytes,
        auth_info_bytes: document.auth_info_bytes,
        signatures: match flaw {
            Some(Flaw::NoSignature) => Vec::new(),
            _ => vec![signature],
        },
    };
    let mut bytes = raw.encode_to_vec();
    match flaw {
        Some(Flaw::TrailingByte) => bytes.push(0),
        Some(Flaw::Truncated) => {
            bytes.pop();
        }
        _ => {}
    }
    bytes
}

fn body(step: &Step, messages: Vec<Any>) -> Vec<u8> {
    let extension = Any {
        type_url: "/nobody.knows.This".to_owned(),
        value: vec![1],
    };
    let body = TxBody {
        messages,
        memo: step.memo.clone(),
        timeout_height: step.timeout,
        extension_options: match step.flaw {
            Some(Flaw::Extension) => vec![extension],
            _ => Vec::new(),
        },
        ..TxBody::default()
    };
    let mut bytes = body.encode_to_vec();
    match step.flaw {
        // Field 9 as a number; field 1024 has bit 11 set, counted from 1, which the body tolerates.
        Some(Flaw::UnknownField) => bytes.extend([0x48, 1]),
        Some(Flaw::ToleratedField) => bytes.extend([0x80, 0x40, 1]),
        // unordered = 4; timeout_timestamp = 5, with seconds since 1970.
        Some(Flaw::Unordered) => bytes.extend([0x20, 1]),
        Some(Flaw::TimeoutPassed) => bytes.extend([0x2a, 2, 0x08, 1]),
        Some(Flaw::TimeoutAhead) => bytes.extend([0x2a, 6, 0x08, 0x80, 0x80, 0x80, 0x80, 0x40]),
        _ => {}
    }
    bytes
}

fn auth(step: &Step, key: &AccountKey, signer: &Signer) -> Vec<u8> {
    let public = match step.flaw {
        Some(Flaw::OtherKey) => self::key("somebody else").public(),
        _ => key.public(),
    };
    let single = mode_info::Single {
        mode: SignMode::Direct.into(),
    };
    let info = SignerInfo {
        public_key: Some(Any {
            type_url: PubKey::type_url(),
            value: PubKey { key: public }.encode_to_vec(),
        }),
        mode_info: Some(ModeInfo {
            sum: Some(mode_info::Sum::Single(single)),
        }),
        sequence: match step.flaw {
            Some(Flaw::Sequence) => signer.sequence + 2,
            Some(Flaw::OldSequence) => signer.sequence.saturating_sub(1),
            _ => signer.sequence,
        },
    };
    let fee = Fee {
        amount: parse_coins(&step.fee),
        gas_limit: step.gas.unwrap_or(GAS),
        payer: String::new(),
        granter: match step.flaw {
            Some(Flaw::FeeGranter) => address("carol"),
            _ => String::new(),
        },
    };
    let info = AuthInfo {
        signer_infos: match step.flaw {
            Some(Flaw::NoSignerInfo) => Vec::new(),
            _ => vec![info],
        },
        fee: (step.flaw != Some(Flaw::NoFee)).then_some(fee),
        ..AuthInfo::default()
    };
    info.encode_to_vec()
}

/// Replaces s by the group's order less s: the other signature that would hold.
fn raise_s(signature: &mut [u8]) {
    const ORDER: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48, 0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36,
        0x41, 0x41,
    ];
    let mut borrow = false;
    for (digit, order) in signature[32..].iter_mut().zip(ORDER).rev() {
        let (part, first) = order.overflowing_sub(*digit);
        let (whole, second) = part.overflowing_sub(u8::from(borrow));
        *digit = whole;
        borrow = first || second;
    }
}
