//! What happens to a transaction before its messages: limits, fee, signatures, sequence; it executes no message.
//!
//! The order of the checks is wasmd's, because the first that fails decides the code.

use crate::account;
use crate::address::Address;
use crate::bank;
use crate::coin;
use crate::error::{Failure, Stop, sdk};
use crate::event::Event;
use crate::gas;
use crate::keys;
use crate::session::{Mode, Session};
use crate::tx::Tx;
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

const MAX_MEMO: usize = 256;
const MAX_SIGNATURES: usize = 7;
const MAX_GAS: u64 = i64::MAX.unsigned_abs();

/// What the checks of a transaction leave behind.
pub(crate) struct Passed {
    /// Events that stand before those of the messages, and alone if these fail.
    pub(crate) events: Vec<Event>,
    /// How many signatures were verified.
    pub(crate) signatures: u32,
}

/// Runs all checks and their effects; on an error the caller drops every effect.
pub(crate) fn run(session: &Session, tx: &Tx, size: usize) -> Result<Passed, Stop> {
    count(session)?;
    check_form(session, tx)?;
    charge_size(session, tx, size)?;
    let mut events = Vec::new();
    pay_fee(session, tx, &mut events)?;
    set_public_keys(session, tx, &mut events)?;
    if tx.signatures.len() > MAX_SIGNATURES {
        let text = format!(
            "signatures: {}, limit: {MAX_SIGNATURES}",
            tx.signatures.len()
        );
        return Err(sdk::TOO_MANY_SIGNATURES.because(text).into());
    }
    for _ in &tx.signers {
        session.charge(gas::SIGNATURE, "ante verify: secp256k1")?;
    }
    let signatures = verify(session, tx)?;
    for signer in &tx.signers {
        let mut account = require(session, signer)?;
        account.sequence = account.sequence.saturating_add(1);
        account::store(session, signer, &account)?;
    }
    Ok(Passed { events, signatures })
}

/// Counts the transactions of the block; contracts see the count as `transaction.index`.
fn count(session: &Session) -> Result<(), Stop> {
    if session.mode == Mode::Simulate {
        return Ok(());
    }
    let stored = session.read(&keys::tx_counter())?.unwrap_or_default();
    let height = session.block.height.to_be_bytes();
    let index = match stored.split_first_chunk::<8>() {
        Some((at, counter)) if *at == height => counter.try_into().map_or(0, u32::from_be_bytes),
        _ => 0,
    };
    let next = index.saturating_add(1).to_be_bytes();
    session.write(keys::tx_counter(), [&height[..], &next[..]].concat())?;
    session.tx_index.set(Some(index));
    Ok(())
}

fn check_form(session: &Session, tx: &Tx) -> Result<(), Failure> {
    if !tx.body.extension_options.is_empty() {
        return Err(sdk::UNKNOWN_EXTENSION.bare());
    }
    if tx.gas_limit() > MAX_GAS {
        let text = format!("invalid gas supplied; {} > {MAX_GAS}", tx.gas_limit());
        return Err(sdk::INVALID_REQUEST.because(text));
    }
    if tx.signatures.is_empty() {
        return Err(sdk::NO_SIGNATURES.bare());
    }
    let expected = tx.signers.len();
    if tx.signatures.len() != expected || tx.auth.signer_infos.len() != expected {
        let got = tx.signatures.len().min(tx.auth.signer_infos.len());
        let text = format!("wrong number of signers; expected {expected}, got {got}");
        return Err(sdk::UNAUTHORIZED.because(text));
    }
    let timeout = tx.body.timeout_height;
    if timeout > 0 && session.block.height > timeout {
        let text = format!(
            "block height: {}, timeout height: {timeout}",
            session.block.height
        );
        return Err(sdk::TIMEOUT_HEIGHT.because(text));
    }
    let memo = tx.body.memo.len();
    if memo > MAX_MEMO {
        let text =
            format!("maximum number of characters is {MAX_MEMO} but received {memo} characters");
        return Err(sdk::MEMO_TOO_LARGE.because(text));
    }
    Ok(())
}

fn charge_size(session: &Session, tx: &Tx, size: usize) -> Result<(), Stop> {
    session.charge(gas::TX_BYTE.saturating_mul(gas::bytes(size)), "txSize")?;
    if session.mode == Mode::Simulate {
        for _ in tx
            .signatures
            .iter()
            .filter(|signature| signature.is_empty())
        {
            let cost = gas::TX_BYTE.saturating_mul(gas::SIMULATED_SIGNATURE_BYTES);
            session.charge(cost, "txSize")?;
        }
    }
    Ok(())
}

fn pay_fee(session: &Session, tx: &Tx, events: &mut Vec<Event>) -> Result<(), Stop> {
    let fee = tx.auth.fee.clone().unwrap_or_default();
    let first = tx.signers.first();
    let payer = match fee.payer.as_str() {
        "" => first.cloned(),
        text => session.addresses.read(text).ok(),
    };
    let Some(payer) = payer else {
        return Err(sdk::NO_SIGNATURES.bare().into());
    };
    let text = session.text(&payer);
    if !fee.granter.is_empty() && fee.granter != text {
        let text = format!("{} does not allow to pay fees for {text}", fee.granter);
        return Err(sdk::NOT_FOUND
            .because("fee-grant not found")
            .wrap(text)
            .into());
    }
    if account::load(session, &payer)?.is_none() {
        let text = format!("fee payer address: {text} does not exist");
        return Err(sdk::UNKNOWN_ADDRESS.because(text).into());
    }
    let coins = coin::from_proto(&fee.amount).filter(|coins| coin::check_list(coins).is_ok());
    let Some(coins) = coins else {
        return Err(sdk::INSUFFICIENT_FEE.because("invalid fee amount").into());
    };
    if !coins.is_empty() {
        bank::pay_fee(session, &payer, &coins, events)?;
    }
    let paid = Event::new("tx").with("fee", coin::list(&coins));
    events.push(paid.with("fee_payer", text));
    Ok(())
}

/// Stores the public keys that accounts use for the first time, and emits who signed what.
fn set_public_keys(session: &Session, tx: &Tx, events: &mut Vec<Event>) -> Result<(), Stop> {
    for (index, (signer, info, _)) in tx.signed().enumerate() {
        let mut account = require(session, signer)?;
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

fn verify(session: &Session, tx: &Tx) -> Result<u32, Stop> {
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
        let chain_id = &session.block.chain_id;
        let number = account.account_number;
        let key = account.pub_key.as_ref().and_then(public_key);
        let good =
            key.is_some_and(|key| is_direct(info) && tx.verify(&key, signature, chain_id, number));
        if !good {
            let text = format!(
                "signature verification failed; please verify account number ({number}) and chain-id ({chain_id}): (unable to verify single signer signature)"
            );
            return Err(sdk::UNAUTHORIZED.because(text).into());
        }
        verified = verified.saturating_add(1);
    }
    Ok(verified)
}

fn is_direct(info: &SignerInfo) -> bool {
    let mode = info.mode_info.as_ref().and_then(|mode| mode.sum.as_ref());
    matches!(mode, Some(Sum::Single(single)) if single.mode == SignMode::Direct as i32)
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
