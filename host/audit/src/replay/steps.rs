//! What a chain did to contracts, in order: their calls, and coins that came to an address without a call. Reads results;
//! judges nothing.

use commons_ledger::{ContractCall, EntryPoint, Event, Genesis, TxResult};
use commons_node::Block;
use cosmwasm_std::{Coin, Uint256};

use crate::reference::{Call, Entry, Step};

/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// What a genesis gave: coins may lie at an address long before its contract is born.
#[must_use]
pub fn given(genesis: &Genesis) -> Vec<Step> {
    let accounts = genesis.accounts.iter();
    accounts
        .filter(|account| !account.balance.is_empty())
        .map(|account| Step::Transfer {
            to: account.address.clone(),
            coins: account.balance.iter().map(as_contracts_see).collect(),
        })
        .collect()
}

/// What a block did to contracts, in order: the second reader's input.
#[must_use]
pub fn steps(block: &Block) -> Vec<Step> {
    let height = block.record.height();
    // INVARIANT: the block was made, so its time can be told.
    let time = block.record.time_nanos().unwrap_or_default() / SECOND;
    let results = block.results.iter().filter(|result| result.code == 0);
    results
        .flat_map(|result| of_transaction(result, height, time))
        .collect()
}

/// Events and calls stand in the same order: a call's coins are received right before its event. Coins received otherwise
/// came without a message.
fn of_transaction(result: &TxResult, height: u64, time: u64) -> Vec<Step> {
    let mut calls = result.calls.iter();
    let mut steps = Vec::new();
    for event in &result.events {
        match event.kind.as_str() {
            "coin_received" => steps.extend(received(event)),
            "execute" | "instantiate" => {
                let Some(call) = calls.next() else { continue };
                if !call.funds.is_empty() {
                    take_back_funds(&mut steps, call);
                }
                steps.push(Step::Call(converted(call, height, time)));
            }
            _ => {}
        }
    }
    steps.extend(calls.map(|call| Step::Call(converted(call, height, time))));
    steps
}

/// Coins that came with a call are part of it, not a step of their own.
fn take_back_funds(steps: &mut Vec<Step>, call: &ContractCall) {
    let last = steps.last();
    if matches!(last, Some(Step::Transfer { to, .. }) if *to == call.contract) {
        steps.pop();
    }
}

fn received(event: &Event) -> Option<Step> {
    let value = |key: &str| {
        let found = event.attributes.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    };
    let coins = value("amount")?.split(',').filter_map(coin).collect();
    Some(Step::Transfer {
        to: value("receiver")?.to_owned(),
        coins,
    })
}

/// A coin as events write it: `12ucommons`.
fn coin(text: &str) -> Option<Coin> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit())?;
    let (amount, denom) = text.split_at_checked(digits)?;
    Some(Coin {
        denom: denom.to_owned(),
        amount: amount.parse().ok()?,
    })
}

fn as_contracts_see(coin: &commons_ledger::Coin) -> Coin {
    Coin {
        denom: coin.denom.clone(),
        amount: Uint256::from(coin.amount),
    }
}

fn converted(call: &ContractCall, height: u64, time: u64) -> Call {
    Call {
        contract: call.contract.clone(),
        entry: match call.entry {
            EntryPoint::Instantiate => Entry::Instantiate,
            _ => Entry::Execute,
        },
        sender: call.sender.clone(),
        funds: call.funds.iter().map(as_contracts_see).collect(),
        msg: call.msg.clone(),
        height,
        time,
        // As the journal has it for a call outside a transaction.
        transaction: call.tx_index.unwrap_or(u32::MAX),
    }
}
