//! Balances, supply and transfers; it never asks who signed, and coins leave existence only by [`burn`].

use crate::account::{self, Module};
use crate::address::Address;
use crate::coin::{self, Coin, Wanted};
use crate::error::{Failure, Fault, Stop, bank, sdk, wasm};
use crate::event::{self, Event};
use crate::gas;
use crate::keys;
use crate::session::Session;
use commons_vm::Order;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{MsgMultiSend, MsgSend};
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Module that collects fees.
const FEE_COLLECTOR: Module = Module {
    name: "fee_collector",
    permissions: &[],
    from_genesis: true,
};
/// Module through which contracts burn coins.
const BURNER: Module = Module {
    name: "wasm",
    permissions: &["burner"],
    from_genesis: false,
};
/// Modules that nobody may send coins to (wasmd `BlockedAddresses`).
static BLOCKED: LazyLock<BTreeSet<Address>> = LazyLock::new(|| {
    let names = [
        "fee_collector",
        "distribution",
        "mint",
        "bonded_tokens_pool",
        "not_bonded_tokens_pool",
        "nft",
        "protocolpool",
        "protocolpool_escrow",
        "transfer",
        "interchainaccounts",
        "wasm",
    ];
    names.into_iter().map(Address::of_module).collect()
});

/// Whether an address may not receive coins.
pub(crate) fn is_blocked(address: &Address) -> bool {
    BLOCKED.contains(address)
}

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

/// Sets a balance, and pays for the index of holders by denomination.
fn set_balance(session: &Session, address: &Address, coin: &Coin) -> Result<(), Stop> {
    if coin.amount == 0 {
        session.charge(gas::DELETE, "Delete")?;
    } else {
        // Prefix, denomination and its end, length and address.
        let key = 1 + coin.denom.len() + 1 + 1 + address.as_bytes().len();
        session.charge_write(key, 0)?;
    }
    set_amount(session, keys::balance(address, &coin.denom), coin.amount)
}

/// What there is of a denomination.
pub(crate) fn supply(session: &Session, denom: &str) -> Result<u128, Stop> {
    amount_at(session, &keys::supply(denom))
}

/// Takes coins from an address, and says what was taken. Its account is looked at, because it might hold coins back; ours hold none.
fn subtract(
    session: &Session,
    from: &Address,
    wanted: &[Wanted],
    events: &mut Vec<Event>,
) -> Result<Vec<Coin>, Stop> {
    session.read(&keys::account(from))?;
    let mut taken = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        let held = balance(session, from, &wanted.denom)?;
        let coin = wanted.coin();
        let left = coin.as_ref().and_then(|coin| held.checked_sub(coin.amount));
        let (Some(coin), Some(left)) = (coin, left) else {
            let held = Coin::new(held, wanted.denom.clone());
            let text = format!("spendable balance {held} is smaller than {wanted}");
            return Err(sdk::INSUFFICIENT_FUNDS.because(text).into());
        };
        set_balance(session, from, &Coin::new(left, coin.denom.clone()))?;
        taken.push(coin);
    }
    events.push(
        Event::new("coin_spent")
            .with("spender", session.text(from))
            .with("amount", coin::list(wanted)),
    );
    Ok(taken)
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
        set_balance(session, to, &Coin::new(sum, coin.denom.clone()))?;
    }
    events.push(
        Event::new("coin_received")
            .with("receiver", session.text(to))
            .with("amount", coin::list(coins)),
    );
    Ok(())
}

/// Moves coins between two addresses, with the events of the SDK's `SendCoins`; opens the receiver's account if it has none.
fn transfer(
    session: &Session,
    from: &Address,
    to: &Address,
    wanted: &[Wanted],
    events: &mut Vec<Event>,
) -> Result<Vec<Coin>, Stop> {
    let coins = subtract(session, from, wanted, events)?;
    add(session, to, &coins, events)?;
    account::open_if_absent(session, to)?;
    let sender = session.text(from);
    events.push(transferred(
        session.text(to),
        sender.as_str(),
        coin::list(&coins),
    ));
    events.push(Event::new(event::MESSAGE).with("sender", sender));
    Ok(coins)
}

fn transferred(recipient: String, sender: &str, amount: String) -> Event {
    Event::new("transfer")
        .with("recipient", recipient)
        .with("sender", sender)
        .with("amount", amount)
}

/// Moves the funds of a contract call, and says what they are: a transfer without the `message` event.
pub(crate) fn transfer_funds(
    session: &Session,
    from: &Address,
    to: &Address,
    wanted: &[Wanted],
    events: &mut Vec<Event>,
) -> Result<Vec<Coin>, Stop> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    charge_enabled(session, wanted.len())?;
    refuse_blocked(to, || session.text(to))?;
    let mut emitted = Vec::new();
    let coins = transfer(session, from, to, wanted, &mut emitted)?;
    events.extend(event::of_submessage(emitted, false));
    Ok(coins)
}

/// Pays for asking whether coins of so many denominations may be sent; here they always may.
fn charge_enabled(session: &Session, denominations: usize) -> Result<(), Stop> {
    if denominations == 0 {
        return Ok(());
    }
    session.charge_read(gas::BANK_PARAMS)?;
    for _ in 0..denominations {
        session.charge(gas::HAS, "Has")?;
    }
    Ok(())
}

fn refuse_blocked(to: &Address, text: impl FnOnce() -> String) -> Result<(), Failure> {
    if is_blocked(to) {
        let text = format!("{} is not allowed to receive funds", text());
        return Err(sdk::UNAUTHORIZED.because(text));
    }
    Ok(())
}

fn address(session: &Session, what: &str, text: &str) -> Result<Address, Failure> {
    session
        .addresses
        .read(text)
        .map_err(|reason| sdk::INVALID_ADDRESS.because(format!("invalid {what} address: {reason}")))
}

/// Carries out a `MsgSend`. Bank messages have no earlier check: everything is refused here.
pub(crate) fn send(
    session: &Session,
    message: &MsgSend,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    let from = address(session, "from", &message.from_address)?;
    let to = address(session, "to", &message.to_address)?;
    let coins = positive(&message.amount)?;
    charge_enabled(session, coins.len())?;
    refuse_blocked(&to, || message.to_address.clone())?;
    transfer(session, &from, &to, &coins, events).map(|_| ())
}

/// Carries out a `MsgMultiSend`: from one to many. Its `message` event stands first.
pub(crate) fn multi_send(
    session: &Session,
    message: &MsgMultiSend,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    let input = match message.inputs.as_slice() {
        [] => return Err(bank::NO_INPUTS.bare().into()),
        [input] => input,
        _ => return Err(bank::MULTIPLE_SENDERS.bare().into()),
    };
    if message.outputs.is_empty() {
        return Err(bank::NO_OUTPUTS.bare().into());
    }
    let from = address(session, "input", &input.address)?;
    let total = positive(&input.coins)?;
    let mut parts = Vec::new();
    let mut sum = Vec::new();
    for output in &message.outputs {
        let to = address(session, "output", &output.address)?;
        let coins = positive(&output.coins)?;
        sum.extend(coins.iter().cloned());
        parts.push((to, &output.address, coins));
    }
    if coin::normalised(sum).ok().as_ref() != Some(&total) {
        return Err(bank::SUMS_DIFFER.bare().into());
    }
    charge_enabled(session, total.len())?;
    for (to, text, _) in &parts {
        refuse_blocked(to, || (*text).clone())?;
    }
    events.push(Event::new(event::MESSAGE).with("sender", input.address.as_str()));
    for (to, _, _) in &parts {
        account::open_if_absent(session, to)?;
    }
    subtract(session, &from, &total, events)?;
    for (to, text, coins) in &parts {
        // INVARIANT: a part is no more than the whole, which the sender held.
        let coins: Vec<Coin> = coins.iter().filter_map(Wanted::coin).collect();
        add(session, to, &coins, events)?;
        let amount = coin::list(&coins);
        events.push(transferred((*text).clone(), &input.address, amount));
    }
    Ok(())
}

fn positive(amount: &[ProtoCoin]) -> Result<Vec<Wanted>, Failure> {
    match coin::wanted(amount) {
        Some(coins) if !coins.is_empty() && coin::check_proto(amount).is_ok() => Ok(coins),
        _ => Err(sdk::INVALID_COINS.because(coin::proto_list(amount))),
    }
}

/// Destroys a contract's coins by way of the account of the wasm module, as wasmd does.
pub(crate) fn burn(
    session: &Session,
    from: &Address,
    wanted: &[Wanted],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    if wanted.is_empty() {
        return Err(wasm::EMPTY.because("amount").into());
    }
    let module = account::of_module(session, BURNER)?;
    transfer(session, from, &module, wanted, events)
        .map_err(|stop| stop.wrap("transfer to module"))?;
    session.read(&keys::account(&module))?;
    let coins =
        subtract(session, &module, wanted, events).map_err(|stop| stop.wrap("burn coins"))?;
    for coin in &coins {
        let left = supply(session, &coin.denom)?.saturating_sub(coin.amount);
        set_amount(session, keys::supply(&coin.denom), left)?;
    }
    events.push(
        Event::new("burn")
            .with("burner", session.text(&module))
            .with("amount", coin::list(&coins)),
    );
    Ok(())
}

/// Takes a fee from an address; the events are those of a transfer.
pub(crate) fn pay_fee(
    session: &Session,
    payer: &Address,
    wanted: &[Wanted],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    let collector = account::of_module(session, FEE_COLLECTOR)?;
    transfer(session, payer, &collector, wanted, events).map(|_| ())
}

/// Passes the fees of the last block on to the module that distributes them, as the SDK's `x/distribution` does when a block begins.
pub(crate) fn distribute_fees(session: &Session) -> Result<(), Fault> {
    let (from, to) = (
        Address::of_module(FEE_COLLECTOR.name),
        Address::of_module("distribution"),
    );
    let prefix = keys::balances(&from);
    let end = keys::end_of(&prefix);
    let mut cursor = session.cursor(prefix.clone(), end, Order::Ascending);
    while let Some((key, value)) = cursor.next()? {
        let denom = key.strip_prefix(prefix.as_slice()).unwrap_or_default();
        let denom = String::from_utf8_lossy(denom);
        let place = keys::balance(&to, &denom);
        let held = session.peek(&place)?.map(|bytes| decode(&bytes));
        let held = held.transpose()?.unwrap_or(0);
        // INVARIANT: the supply fits 128 bits, and so does a part of it.
        let sum = held.saturating_add(decode(&value)?);
        session.place(place, sum.to_string().into_bytes());
        session.drop_free(key);
    }
    Ok(())
}
