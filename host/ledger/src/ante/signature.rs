//! Who signed: public keys, signatures and sequences of the accounts that must agree to a transaction.

use crate::account;
use crate::address::Address;
use crate::error::{Stop, sdk};
use crate::event::Event;
use crate::gas;
use crate::session::{Mode, Session};
use crate::tx::{Signer, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::BaseAccount;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::SignerInfo;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::Sum;
use prost::Message;

/// Type URL of the one kind of public key that signs transactions.
pub(crate) const PUBLIC_KEY: &str = "/cosmos.crypto.secp256k1.PubKey";

const MAX_SIGNATURES: usize = 7;

/// Stores the public keys that accounts use for the first time, and emits who signed what.
pub(super) fn set_public_keys(
    session: &Session,
    tx: &Tx,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    for (index, (signer, info, _)) in tx.signed().enumerate() {
        let simulated = session.mode == Mode::Simulate;
        let key = match &info.public_key {
            Some(any) => {
                let key = public_key(any).filter(|key| Address::of_public_key(key) == *signer);
                if key.is_none() && !simulated {
                    let text = session.text(signer);
                    let text = format!(
                        "pubKey does not match signer address {text} with signer index: {index}"
                    );
                    return Err(sdk::INVALID_PUBKEY.because(text).into());
                }
                any.clone()
            }
            None if simulated => placeholder_key(),
            None if session.unsigned.get() => continue,
            // A real wasmd panics here if the account has a key already.
            None => {
                let text = "the public key is missing";
                return Err(sdk::INVALID_PUBKEY.because(text).into());
            }
        };
        let mut account = require(session, signer)?;
        if account.pub_key.is_none() {
            account.pub_key = Some(key);
            account::store(session, signer, &account)?;
        }
    }
    for (signer, info, signature) in tx.signed() {
        let sequence = format!("{}/{}", session.text(signer), info.sequence);
        events.push(Event::new("tx").with("acc_seq", sequence));
        events.push(Event::new("tx").with("signature", STANDARD.encode(signature)));
    }
    Ok(())
}

/// Limits the signatures of a transaction.
pub(super) fn count(session: &Session, tx: &Tx) -> Result<(), Stop> {
    session.charge_read(gas::AUTH_PARAMS)?;
    let keys = tx.auth.signer_infos.iter();
    let keys = keys.filter(|info| info.public_key.is_some()).count();
    if keys > MAX_SIGNATURES {
        // The SDK stops counting at the first that is too many.
        let text = format!(
            "signatures: {}, limit: {MAX_SIGNATURES}",
            MAX_SIGNATURES + 1
        );
        return Err(sdk::TOO_MANY_SIGNATURES.because(text).into());
    }
    Ok(())
}

/// Charges for the work of checking signatures.
pub(super) fn charge(session: &Session, tx: &Tx) -> Result<(), Stop> {
    session.charge_read(gas::AUTH_PARAMS)?;
    for (signer, _, _) in tx.signed() {
        require(session, signer)?;
        session.charge(gas::SIGNATURE, "ante verify: secp256k1")?;
    }
    Ok(())
}

/// Checks sequences and signatures, and says how many signatures were good.
pub(super) fn verify(session: &Session, tx: &Tx) -> Result<u32, Stop> {
    if tx.timing.unordered {
        let text = "unordered transactions are not enabled";
        return Err(sdk::NOT_SUPPORTED.because(text).into());
    }
    let (expected, got) = (tx.signers.len(), tx.auth.signer_infos.len());
    if got != expected {
        let text = format!("invalid number of signer;  expected: {expected}, got {got}");
        return Err(sdk::UNAUTHORIZED.because(text).into());
    }
    let mut verified = 0u32;
    for (signer, info, signature) in tx.signed() {
        let account = require(session, signer)?;
        if info.sequence != account.sequence {
            let text = format!(
                "account sequence mismatch, expected {}, got {}",
                account.sequence, info.sequence
            );
            return Err(sdk::WRONG_SEQUENCE.because(text).into());
        }
        if session.mode == Mode::Simulate || session.unsigned.get() {
            continue;
        }
        check(session, tx, (info, signature), &account)?;
        verified = verified.saturating_add(1);
    }
    Ok(verified)
}

fn check(
    session: &Session,
    tx: &Tx,
    (info, signature): (&SignerInfo, &[u8]),
    account: &BaseAccount,
) -> Result<(), Stop> {
    let (chain_id, number) = (&session.block.chain_id, account.account_number);
    let signer = Signer {
        chain_id,
        account_number: number,
        sequence: account.sequence,
    };
    let mode = mode(info);
    let key = account.pub_key.as_ref().and_then(public_key);
    if key.is_some_and(|key| tx.verify(&key, signature, mode, &signer)) {
        return Ok(());
    }
    let about = if mode == Some(SignMode::LegacyAminoJson) {
        format!(
            "account number ({number}), sequence ({}) and chain-id ({chain_id})",
            account.sequence
        )
    } else {
        format!(
            "account number ({number}) and chain-id ({chain_id}): (unable to verify single signer signature)"
        )
    };
    let text = format!("signature verification failed; please verify {about}");
    Err(sdk::UNAUTHORIZED.because(text).into())
}

/// How a signer signed; none if it is not by one key, or in no way there is.
fn mode(info: &SignerInfo) -> Option<SignMode> {
    match info.mode_info.as_ref().and_then(|mode| mode.sum.as_ref()) {
        Some(Sum::Single(single)) => SignMode::try_from(single.mode).ok(),
        _ => None,
    }
}

/// Moves the sequences of all signers on.
pub(super) fn move_sequences(session: &Session, tx: &Tx) -> Result<(), Stop> {
    for signer in &tx.signers {
        let mut account = require(session, signer)?;
        account.sequence = account.sequence.saturating_add(1);
        account::store(session, signer, &account)?;
    }
    Ok(())
}

fn require(session: &Session, signer: &Address) -> Result<BaseAccount, Stop> {
    match account::load(session, signer)? {
        Some(account) => Ok(account),
        None => {
            let text = format!("account {} does not exist", session.text(signer));
            Err(sdk::UNKNOWN_ADDRESS.because(text).into())
        }
    }
}

/// A key of the right length, so that a simulation pays for storing one.
fn placeholder_key() -> Any {
    let key = PubKey { key: vec![0; 33] };
    Any {
        type_url: PUBLIC_KEY.to_owned(),
        value: key.encode_to_vec(),
    }
}

/// The compressed secp256k1 key inside an `Any`.
fn public_key(any: &Any) -> Option<Vec<u8>> {
    if any.type_url != PUBLIC_KEY {
        return None;
    }
    let key = PubKey::decode(any.value.as_slice());
    key.ok().map(|key| key.key).filter(|key| key.len() == 33)
}
