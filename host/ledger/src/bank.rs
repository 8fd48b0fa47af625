//! Balances, supply and transfers; it never asks who signed, and coins leave existence only by [`burn`].

use crate::account;
use crate::address::Address;
use crate::coin::{self, Coin};
use crate::error::{Failure, Fault, Stop, sdk, wasm};
use crate::event::{self, Event};
use crate::keys;
use crate::session::Session;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;

/// Module that collects fees.
pub(crate) const FEE_COLLECTOR: &str = "fee_collector";

/// An amount as it is stored.
pub(crate) fn decode(bytes: &[u8]) -> Result<u128, Fault> {
    let amount = std::str::from_utf8(bytes).ok().and_then(coin::parse_amount);
    amount.ok_or_else(|| Fault::Corrupt {
        what: "amount of coins",
        reason: String::from_utf8_lossy(bytes).into_owned(),
    })
}

fn amount_at(session: &Session, key: &[u8]) -> Result<u128, Stop> {
    match session.read(key)? {
        Some(bytes) => Ok(decode(&bytes)?),
        None => Ok(0),
    }
}

fn set_amount(session: &Session, key: Vec<u8>, amount: u128) -> Result<(), Stop> {
    if amount == 0 {
        return session.remove(key);
    }
    session.write(key, amount.to_string().into_bytes())
}

/// What an address holds of a denomination.
pub(crate) fn balance(session: &Session, address: &Address, denom: &str) -> Result<u128, Stop> {
    amount_at(session, &keys::balance(address, denom))
}

/// What there is of a denomination.
pub(crate) fn supply(session: &Session, denom: &str) -> Result<u128, Stop> {
    amount_at(session, &keys::supply(denom))
}

/// Takes coins from an address.
fn subtract(
    session: &Session,
    from: &Address,
    coins: &[Coin],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    for coin in coins {
        let held = balance(session, from, &coin.denom)?;
        let Some(left) = held.checked_sub(coin.amount) else {
            let held = Coin::new(held, coin.denom.clone());
            let text = format!("spendable balance {held} is smaller than {coin}");
            return Err(sdk::INSUFFICIENT_FUNDS.because(text).into());
        };
        set_amount(session, keys::balance(from, &coin.denom), left)?;
    }
    events.push(
        Event::new("coin_spent")
            .with("spender", session.text(from))
            .with("amount", coin::list(coins)),
    );
    Ok(())
}

/// Gives coins to an address.
fn add(
    session: &Session,
    to: &Address,
    coins: &[Coin],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    for coin in coins {
        let held = balance(session, to, &coin.denom)?;
        let Some(sum) = held.checked_add(coin.amount) else {
            return Err(sdk::INVALID_COINS.because("balance overflow").into());
        };
        set_amount(session, keys::balance(to, &coin.denom), sum)?;
    }
    events.push(
        Event::new("coin_received")
            .with("receiver", session.text(to))
            .with("amount", coin::list(coins)),
    );
    Ok(())
}

/// Moves coins between two addresses, with the events of the SDK's `SendCoins`; opens the receiver's account if it has none.
pub(crate) fn transfer(
    session: &Session,
    from: &Address,
    to: &Address,
    coins: &[Coin],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    subtract(session, from, coins, events)?;
    add(session, to, coins, events)?;
    account::open_if_absent(session, to)?;
    events.push(
        Event::new("transfer")
            .with("recipient", session.text(to))
            .with("sender", session.text(from))
            .with("amount", coin::list(coins)),
    );
    events.push(Event::new(event::MESSAGE).with("sender", session.text(from)));
    Ok(())
}

/// Moves the funds of a contract call: a transfer without the `message` event.
pub(crate) fn transfer_funds(
    session: &Session,
    from: &Address,
    to: &Address,
    coins: &[Coin],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    if coins.is_empty() {
        return Ok(());
    }
    let mut emitted = Vec::new();
    transfer(session, from, to, coins, &mut emitted)?;
    events.extend(event::of_submessage(emitted, false));
    Ok(())
}

/// Carries out a `MsgSend`. Bank messages have no earlier check: everything is refused here.
pub(crate) fn send(
    session: &Session,
    message: &MsgSend,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    let address = |what: &str, text: &str| {
        session.addresses.read(text).map_err(|reason| {
            sdk::INVALID_ADDRESS.because(format!("invalid {what} address: {reason}"))
        })
    };
    let from = address("from", &message.from_address)?;
    let to = address("to", &message.to_address)?;
    let coins = positive(&message.amount)?;
    if to == Address::of_module(FEE_COLLECTOR) {
        let text = format!("{} is not allowed to receive funds", message.to_address);
        return Err(sdk::UNAUTHORIZED.because(text).into());
    }
    transfer(session, &from, &to, &coins, events)
}

fn positive(
    amount: &[cosmos_sdk_proto::cosmos::base::v1beta1::Coin],
) -> Result<Vec<Coin>, Failure> {
    let text = || {
        let texts: Vec<String> = amount
            .iter()
            .map(|coin| format!("{}{}", coin.amount, coin.denom))
            .collect();
        texts.join(",")
    };
    let coins = coin::from_proto(amount).ok_or_else(|| sdk::INVALID_COINS.because(text()))?;
    if coins.is_empty() || coin::check_list(&coins).is_err() {
        return Err(sdk::INVALID_COINS.because(text()));
    }
    Ok(coins)
}

/// Destroys a contract's coins by way of the account of the wasm module, as wasmd does.
pub(crate) fn burn(
    session: &Session,
    from: &Address,
    coins: &[Coin],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    if coins.is_empty() {
        return Err(wasm::EMPTY.because("amount").into());
    }
    let module = Address::of_module("wasm");
    transfer(session, from, &module, coins, events)
        .map_err(|stop| stop.wrap("transfer to module"))?;
    subtract(session, &module, coins, events).map_err(|stop| stop.wrap("burn coins"))?;
    for coin in coins {
        let left = supply(session, &coin.denom)?.saturating_sub(coin.amount);
        set_amount(session, keys::supply(&coin.denom), left)?;
    }
    events.push(
        Event::new("burn")
            .with("burner", session.text(&module))
            .with("amount", coin::list(coins)),
    );
    Ok(())
}

/// Takes a fee from an address; the events are those of a transfer.
pub(crate) fn pay_fee(
    session: &Session,
    payer: &Address,
    coins: &[Coin],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    let collector = Address::of_module(FEE_COLLECTOR);
    transfer(session, payer, &collector, coins, events)
}
