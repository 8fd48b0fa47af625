//! Who signed: public keys, signatures and sequences of the accounts that must agree to a transaction.

use crate::account;
use crate::address::Address;
use crate::error::{Failure, Stop, sdk};
use crate::event::Event;
use crate::gas;
use crate::session::{Mode, Session};
use crate::tx::{PublicKey, SECP256K1, Signed, Signer, Tx};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::BaseAccount;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use prost::Message;

/// Keys that may sign a transaction, each key of a threshold counted.
pub(super) const MAX_SIGNATURES: usize = 7;

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
                let key = PublicKey::read(any).filter(|key| key.address() == *signer);
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
        for bytes in Signed::read(info.mode_info.as_ref(), signature)?.shown() {
            events.push(Event::new("tx").with("signature", STANDARD.encode(bytes)));
        }
    }
    Ok(())
}

/// Limits the signatures of a transaction.
pub(super) fn count(session: &Session, tx: &Tx) -> Result<(), Stop> {
    session.charge_read(gas::AUTH_PARAMS)?;
    let mut count = 0usize;
    for key in tx
        .auth
        .signer_infos
        .iter()
        .filter_map(|info| info.public_key.as_ref())
    {
        count += PublicKey::read(key).map_or(1, |key| key.count());
        if count > MAX_SIGNATURES {
            let text = format!("signatures: {count}, limit: {MAX_SIGNATURES}");
            return Err(sdk::TOO_MANY_SIGNATURES.because(text).into());
        }
    }
    Ok(())
}

/// Charges for the work of checking signatures.
pub(super) fn charge(session: &Session, tx: &Tx) -> Result<(), Stop> {
    session.charge_read(gas::AUTH_PARAMS)?;
    for (signer, info, signature) in tx.signed() {
        let account = require(session, signer)?;
        let key = account.pub_key.as_ref().and_then(PublicKey::read);
        let signed = Signed::read(info.mode_info.as_ref(), signature)?;
        match key {
            Some(key) => charge_key(session, &key, &signed)?,
            None => session.charge(gas::SIGNATURE, K1)?,
        }
    }
    Ok(())
}

const K1: &str = "ante verify: secp256k1";

/// Charges for each key that signed.
fn charge_key(session: &Session, key: &PublicKey, signed: &Signed) -> Result<(), Stop> {
    match (key, signed) {
        (PublicKey::Secp256k1(_), _) => session.charge(gas::SIGNATURE, K1),
        (PublicKey::Secp256r1(_), _) => session.charge(gas::SIGNATURE_R1, "ante verify: secp256r1"),
        (PublicKey::Ed25519(_), _) => session.charge(gas::SIGNATURE_ED, "ante verify: ed25519"),
        (PublicKey::Threshold(..), Signed::Single(..)) => {
            let text = "expected *signing.MultiSignatureData, got, *signing.SingleSignatureData";
            Err(Failure::untyped(text).into())
        }
        (PublicKey::Threshold(_, keys), Signed::Several(bits, parts)) => {
            let chosen = keys.iter().zip(bits).filter(|(_, bit)| **bit);
            for ((key, _), part) in chosen.zip(parts) {
                charge_key(session, key, part)?;
            }
            Ok(())
        }
    }
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
        let signed = Signed::read(info.mode_info.as_ref(), signature)?;
        check(session, tx, &signed, &account)?;
        verified = verified.saturating_add(signed.count());
    }
    Ok(verified)
}

fn check(session: &Session, tx: &Tx, signed: &Signed, account: &BaseAccount) -> Result<(), Stop> {
    let (chain_id, number) = (&session.block.chain_id, account.account_number);
    let signer = Signer {
        chain_id,
        account_number: number,
        sequence: account.sequence,
    };
    let key = account.pub_key.as_ref().and_then(PublicKey::read);
    let Some(key) = key else {
        let text = "pubkey on account is not set";
        return Err(sdk::INVALID_PUBKEY.because(text).into());
    };
    let Err(reason) = tx.verify(&key, signed, &signer) else {
        return Ok(());
    };
    let about = if signed.all_amino() {
        format!(
            "account number ({number}), sequence ({}) and chain-id ({chain_id})",
            account.sequence
        )
    } else {
        format!("account number ({number}) and chain-id ({chain_id}): ({reason})")
    };
    let text = format!("signature verification failed; please verify {about}");
    Err(sdk::UNAUTHORIZED.because(text).into())
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
        type_url: SECP256K1.to_owned(),
        value: key.encode_to_vec(),
    }
}
