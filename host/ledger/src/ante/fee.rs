//! Takes the fee of a transaction from who pays it: the first signer, a payer who signs too, or one who granted it.

use crate::account;
use crate::address::Address;
use crate::bank;
use crate::coin::{self, Coin, Wanted};
use crate::error::{Failure, Stop, sdk};
use crate::event::Event;
use crate::feegrant::{self, Pair};
use crate::session::{Mode, Session};
use crate::tx::{Message, Tx};
use cosmwasm_std::Uint256;

/// Takes the fee, also in a simulation; what it must be at least is asked on arrival alone.
pub(super) fn pay(session: &Session, tx: &Tx, events: &mut Vec<Event>) -> Result<(), Stop> {
    let fee = tx.auth.fee.clone().unwrap_or_default();
    if session.mode != Mode::Simulate && fee.gas_limit == 0 {
        return Err(sdk::INVALID_GAS_LIMIT
            .because("must provide positive gas")
            .into());
    }
    let payer = match fee.payer.as_str() {
        "" => tx.signers.first().cloned(),
        text => session.addresses.read(text).ok(),
    };
    let Some(payer) = payer else {
        return Err(sdk::NO_SIGNATURES.bare().into());
    };
    // INVARIANT: the form was checked, so that no amount is negative.
    let coins = coin::wanted(&fee.amount).unwrap_or_default();
    if session.mode == Mode::Check {
        require_minimum(session, &coins, fee.gas_limit)?;
    }
    let payer = match fee.granter.as_str() {
        "" => payer,
        text => granter(session, tx, (text, &payer), &coins, events)?,
    };
    let text = session.text(&payer);
    if account::load(session, &payer)?.is_none() {
        let text = format!("fee payer address: {text} does not exist");
        return Err(sdk::UNKNOWN_ADDRESS.because(text).into());
    }
    if coins.iter().any(|coin| !coin.amount.is_zero()) {
        if coin::check_proto(&fee.amount).is_err() {
            let text = format!("invalid fee amount: {}", coin::list(&coins));
            return Err(sdk::INSUFFICIENT_FEE.because(text).into());
        }
        // Whatever the bank says, the code is that of insufficient funds.
        bank::pay_fee(session, &payer, &coins, events).map_err(|stop| match stop {
            Stop::Failed(failure) => sdk::INSUFFICIENT_FUNDS.because(failure.text).into(),
            other => other,
        })?;
    }
    let paid = Event::new("tx").with("fee", coin::list(&coins));
    events.push(paid.with("fee_payer", text));
    Ok(())
}

/// The node's own condition: enough of one of the denominations that it names.
fn require_minimum(session: &Session, coins: &[Wanted], gas: u64) -> Result<(), Failure> {
    let prices = &session.admission.min_gas_prices;
    let required: Vec<Coin> = prices
        .iter()
        .map(|price| Coin::new(price.fee(gas), price.denom.clone()))
        .collect();
    let enough = |coin: &Wanted| {
        let same = required.iter().find(|least| least.denom == coin.denom);
        same.is_some_and(|least| least.amount > 0 && coin.amount >= Uint256::from(least.amount))
    };
    if required.iter().all(|least| least.amount == 0) || coins.iter().any(enough) {
        return Ok(());
    }
    let (got, least) = (coin::list(coins), coin::list(&required));
    Err(sdk::INSUFFICIENT_FEE.because(format!("insufficient fees; got: {got} required: {least}")))
}

fn granter(
    session: &Session,
    tx: &Tx,
    (text, payer): (&str, &Address),
    coins: &[Wanted],
    events: &mut Vec<Event>,
) -> Result<Address, Stop> {
    let granter = session
        .addresses
        .read(text)
        .map_err(|reason| sdk::INVALID_ADDRESS.because(format!("fee granter: {reason}")))?;
    if granter == *payer {
        return Ok(granter);
    }
    let pair = Pair {
        granter: &granter,
        grantee: payer,
    };
    let messages: Vec<&str> = tx.messages.iter().map(Message::type_url).collect();
    // More than anybody can hold passes every limit; where there is none, the bank refuses it.
    let most = |coin: &Wanted| {
        let coin_or_all = coin.coin();
        coin_or_all.unwrap_or_else(|| Coin::new(u128::MAX, coin.denom.clone()))
    };
    let coins: Vec<Coin> = coins.iter().map(most).collect();
    feegrant::pay(session, pair, &coins, &messages, events).map_err(|stop| {
        let payer = session.text(payer);
        stop.wrap(format!("{text} does not allow to pay fees for {payer}"))
    })?;
    Ok(granter)
}
