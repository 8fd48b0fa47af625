//! Limits that a transaction must keep before anybody is asked to pay: options, numbers of signatures, timeouts, memo, size.

use super::signature::MAX_SIGNATURES;
use crate::account;
use crate::coin;
use crate::error::{Stop, sdk};
use crate::gas;
use crate::instant::{FIRST_SECOND, Instant};
use crate::session::{Mode, Session};
use crate::tx::{PublicKey, Signed, Tx};

const MAX_MEMO: usize = 256;
const MAX_GAS: u64 = i64::MAX.unsigned_abs();

/// Checks everything that needs no account.
pub(super) fn check(session: &Session, tx: &Tx) -> Result<(), Stop> {
    if !tx.body.extension_options.is_empty() {
        return Err(sdk::UNKNOWN_EXTENSION.bare().into());
    }
    if tx.gas_limit() > MAX_GAS {
        let text = format!("invalid gas supplied; {} > {MAX_GAS}", tx.gas_limit());
        return Err(sdk::INVALID_REQUEST.because(text).into());
    }
    let fee = tx.auth.fee.as_ref();
    let fee = fee.map_or(&[][..], |fee| fee.amount.as_slice());
    if coin::wanted(fee).is_none() {
        let text = format!("invalid fee provided: {}", coin::proto_list(fee));
        return Err(sdk::INSUFFICIENT_FEE.because(text).into());
    }
    if tx.signatures.is_empty() {
        return Err(sdk::NO_SIGNATURES.bare().into());
    }
    let (expected, got) = (tx.signers.len(), tx.signatures.len());
    if got != expected {
        let text = format!("wrong number of signers; expected {expected}, got {got}");
        return Err(sdk::UNAUTHORIZED.because(text).into());
    }
    timeouts(session, tx)?;
    let memo = tx.body.memo.len();
    if memo == 0 {
        return Ok(());
    }
    session.charge_read(gas::AUTH_PARAMS)?;
    if memo > MAX_MEMO {
        let text =
            format!("maximum number of characters is {MAX_MEMO} but received {memo} characters");
        return Err(sdk::MEMO_TOO_LARGE.because(text).into());
    }
    Ok(())
}

fn timeouts(session: &Session, tx: &Tx) -> Result<(), Stop> {
    // Outside of a block a real chain still stands at its last one.
    let ahead = u64::from(session.mode != Mode::Deliver);
    let height = session.block.height.saturating_sub(ahead);
    let timeout = tx.body.timeout_height;
    if timeout > 0 && height > timeout {
        let text = format!("block height: {height}, timeout height: {timeout}");
        return Err(sdk::TIMEOUT_HEIGHT.because(text).into());
    }
    let now = Instant::of_nanos(session.block.time_nanos);
    // The first moment and the second of 1970 mean: no timeout.
    let end = tx.timing.timeout_timestamp;
    let end = end.filter(|end| end.seconds != 0 && (end.seconds, end.nanos) != (FIRST_SECOND, 0));
    if let Some(end) = end.filter(|end| *end < now) {
        let text = format!(
            "block time: {}, timeout timestamp: {}",
            now.shown(),
            end.shown()
        );
        return Err(sdk::TIMEOUT.because(text).into());
    }
    Ok(())
}

/// Charges for the bytes, in a simulation also for those of the signatures that are still to come.
pub(super) fn charge_size(session: &Session, tx: &Tx, size: usize) -> Result<(), Stop> {
    session.charge_read(gas::AUTH_PARAMS)?;
    session.charge(gas::TX_BYTE.saturating_mul(gas::bytes(size)), "txSize")?;
    if session.mode != Mode::Simulate {
        return Ok(());
    }
    for (index, signer) in tx.signers.iter().enumerate() {
        let info = tx.auth.signer_infos.get(index);
        if let (Some(info), Some(bytes)) = (info, tx.signatures.get(index))
            && !Signed::read(info.mode_info.as_ref(), bytes)?.is_incomplete()
        {
            continue;
        }
        let key = account::load(session, signer)?.and_then(|account| account.pub_key);
        let bytes = match key.as_ref().and_then(PublicKey::read) {
            Some(key @ PublicKey::Threshold(..)) => threshold_bytes(&key),
            _ => gas::SIMULATED_SIGNATURE_BYTES,
        };
        session.charge(gas::TX_BYTE.saturating_mul(bytes), "txSize")?;
    }
    Ok(())
}

/// Bytes that a simulated transaction is charged for the signature of a threshold: key and signature in amino, as often as there may be signatures.
fn threshold_bytes(key: &PublicKey) -> u64 {
    let mut signature = Vec::new();
    prost::encoding::bytes::encode(1, &key.amino(), &mut signature);
    prost::encoding::bytes::encode(2, &vec![0u8; 64], &mut signature);
    let most = gas::bytes(MAX_SIGNATURES);
    gas::bytes(signature.len())
        .saturating_add(6)
        .saturating_mul(most)
}
