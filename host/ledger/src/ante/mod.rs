//! What happens to a transaction before its messages: limits, fee, signatures, sequence; it executes no message.
//!
//! The order of the checks is wasmd's, because the first that fails decides the code; so is the order of access to the state, because it
//! decides the gas.

mod fee;
mod form;
mod signature;

use crate::error::{Stop, sdk};
use crate::event::Event;
use crate::gas;
use crate::keys;
use crate::session::{Mode, Session};
use crate::tx::Tx;

/// What the checks of a transaction leave behind.
pub(crate) struct Passed {
    /// Events that stand before those of the messages, and alone if these fail.
    pub(crate) events: Vec<Event>,
    /// How many signatures were verified.
    pub(crate) signatures: u32,
}

/// Runs all checks and their effects; on an error the caller drops every effect.
pub(crate) fn run(session: &Session, tx: &Tx, size: usize) -> Result<Passed, Stop> {
    if let Some(limit) = session.max_gas.filter(|limit| tx.gas_limit() > *limit) {
        let text = format!(
            "tx gas limit {} exceeds block max gas {limit}",
            tx.gas_limit()
        );
        return Err(sdk::INVALID_GAS_LIMIT.because(text).into());
    }
    count(session)?;
    // The circuit breaker looks each message up; here it never breaks.
    for _ in &tx.messages {
        session.charge(gas::HAS, "Has")?;
    }
    form::check(session, tx)?;
    form::charge_size(session, tx, size)?;
    let mut events = Vec::new();
    fee::pay(session, tx, &mut events)?;
    signature::set_public_keys(session, tx, &mut events)?;
    signature::count(session, tx)?;
    signature::charge(session, tx)?;
    let signatures = signature::verify(session, tx)?;
    signature::move_sequences(session, tx)?;
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
