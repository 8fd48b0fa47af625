//! Messages of contracts to modules that have nothing here: no validator, no proposal, no other chain. Each is refused as a real chain refuses it
//! that knows no such validator, proposal or channel, at the same price; none changes anything.

use super::outgoing::{unknown, variant};
use crate::bank;
use crate::coin;
use crate::error::{Failure, Stop, distribution, gov, ibc, sdk, staking, wasm};
use crate::gas::{self, Constant};
use crate::session::Session;
use cosmwasm_std::{Decimal, Uint256};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeSet;

/// Parameters of transfers to other chains, both switched on; and the port of transfers.
const TRANSFER_PARAMS: Constant = Constant { key: 6, value: 4 };
const TRANSFER_PORT: Constant = Constant { key: 1, value: 8 };
const MAX_RECEIVER: usize = 2048;

#[derive(Deserialize)]
struct Coin {
    denom: String,
    amount: Uint256,
}

#[derive(Deserialize)]
struct Stake {
    #[serde(default, alias = "src_validator")]
    validator: String,
    #[serde(default)]
    dst_validator: Option<String>,
    amount: Coin,
}

#[derive(Deserialize)]
struct Reward {
    #[serde(default)]
    validator: String,
}

#[derive(Deserialize)]
struct Payee {
    #[serde(default)]
    address: String,
}

#[derive(Deserialize)]
struct Vote {
    proposal_id: u64,
    option: String,
}

#[derive(Deserialize)]
struct Weighted {
    proposal_id: u64,
    options: Vec<Part>,
}

#[derive(Deserialize)]
struct Part {
    option: String,
    weight: Decimal,
}

#[derive(Deserialize)]
struct Transfer {
    channel_id: String,
    #[serde(default)]
    to_address: String,
    amount: Coin,
}

/// Why a message to one of these modules cannot be carried out.
pub(super) fn refuse(session: &Session, module: &str, body: &Value) -> Stop {
    let refused = match (module, variant(body)) {
        ("staking", Some((verb @ ("delegate" | "undelegate" | "redelegate"), body))) => {
            stake(session, verb, body)
        }
        ("distribution", Some(("withdraw_delegator_reward", body))) => reward(session, body),
        ("distribution", Some(("set_withdraw_address", body))) => payee(session, body),
        ("distribution", Some(("fund_community_pool", _))) => fund(session),
        ("gov", Some(("vote", body))) => vote(session, body),
        ("gov", Some(("vote_weighted", body))) => weighted(session, body),
        ("ibc", Some(("transfer", body))) => transfer(session, body),
        ("ibc", Some(("send_packet" | "write_acknowledgement", _))) => {
            let text = "ibc not supported";
            Err(wasm::UNSUPPORTED_FOR_CONTRACT.because(text).into())
        }
        _ => Err(unknown()),
    };
    match refused {
        Ok(never) => match never {},
        Err(stop) => stop,
    }
}

/// Nothing here is ever carried out.
enum Never {}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Stop> {
    serde_json::from_value(body.clone()).map_err(|_| unknown())
}

/// The circuit breaker looks each message up.
fn route(session: &Session) -> Result<(), Stop> {
    session.charge(gas::HAS, "Has")
}

fn validator(session: &Session, what: &str, text: &str) -> Result<usize, Failure> {
    match session.addresses.read_validator(text) {
        Ok(address) => Ok(address.as_bytes().len()),
        Err(reason) => {
            Err(sdk::INVALID_ADDRESS.because(format!("invalid {what} address: {reason}")))
        }
    }
}

/// Looks for a validator that cannot be there.
fn no_validator(session: &Session, length: usize) -> Result<Never, Stop> {
    session.charge_miss(2 + length)?;
    Err(staking::NO_VALIDATOR.bare().into())
}

fn stake(session: &Session, verb: &str, body: &Value) -> Result<Never, Stop> {
    let asked: Stake = read(body)?;
    coin::check_denom(&asked.amount.denom).map_err(Failure::untyped)?;
    route(session)?;
    let first = match verb {
        "redelegate" => "source validator",
        _ => "validator",
    };
    let length = validator(session, first, &asked.validator)?;
    if let Some(target) = &asked.dst_validator {
        validator(session, "destination validator", target)?;
    }
    if asked.amount.amount.is_zero() {
        let text = match verb {
            "delegate" => "invalid delegation amount",
            _ => "invalid shares amount",
        };
        return Err(sdk::INVALID_REQUEST.because(text).into());
    }
    no_validator(session, length)
}

fn reward(session: &Session, body: &Value) -> Result<Never, Stop> {
    let asked: Reward = read(body)?;
    route(session)?;
    let length = validator(session, "validator", &asked.validator)?;
    no_validator(session, length)
}

/// Nobody earns rewards here: as on a chain that does not let them be paid elsewhere.
fn payee(session: &Session, body: &Value) -> Result<Never, Stop> {
    let asked: Payee = read(body)?;
    route(session)?;
    let address = session.addresses.read(&asked.address);
    let address = address.map_err(|reason| {
        sdk::INVALID_ADDRESS.because(format!("invalid withdraw address: {reason}"))
    })?;
    if bank::is_blocked(&address) {
        let text = format!(
            "{} is not allowed to receive external funds",
            session.text(&address)
        );
        return Err(sdk::UNAUTHORIZED.because(text).into());
    }
    Err(distribution::SET_WITHDRAW_ADDRESS_DISABLED.bare().into())
}

fn fund(session: &Session) -> Result<Never, Stop> {
    route(session)?;
    let text = "external community pool is enabled - use the FundCommunityPool method exposed by the external community pool";
    Err(sdk::INVALID_REQUEST.because(text).into())
}

fn check_option(option: &str) -> Result<(), Failure> {
    match option {
        "yes" | "no" | "no_with_veto" | "abstain" => Ok(()),
        _ => Err(wasm::INVALID.bare().wrap("vote option")),
    }
}

fn vote(session: &Session, body: &Value) -> Result<Never, Stop> {
    let asked: Vote = read(body)?;
    check_option(&asked.option)?;
    route(session)?;
    no_proposal(session, asked.proposal_id)
}

fn weighted(session: &Session, body: &Value) -> Result<Never, Stop> {
    let asked: Weighted = read(body)?;
    for part in &asked.options {
        check_option(&part.option)?;
    }
    route(session)?;
    if asked.options.is_empty() {
        return Err(sdk::INVALID_REQUEST.because("[]").into());
    }
    let invalid = |text: &str| Err(gov::INVALID_VOTE.because(text).into());
    let mut total = Decimal::zero();
    let mut used = BTreeSet::new();
    for part in &asked.options {
        if part.weight.is_zero() || part.weight > Decimal::one() {
            return invalid(&part.option);
        }
        total = total.saturating_add(part.weight);
        if !used.insert(&part.option) {
            return invalid("duplicated vote option");
        }
    }
    if total > Decimal::one() {
        return invalid("total weight overflow 1.00");
    }
    if total < Decimal::one() {
        return invalid("total weight lower than 1.00");
    }
    no_proposal(session, asked.proposal_id)
}

/// Looks for a proposal that cannot be there.
fn no_proposal(session: &Session, id: u64) -> Result<Never, Stop> {
    session.charge(gas::HAS, "Has")?;
    Err(gov::INACTIVE_PROPOSAL.because(id).into())
}

fn transfer(session: &Session, body: &Value) -> Result<Never, Stop> {
    let asked: Transfer = read(body)?;
    coin::check_denom(&asked.amount.denom)
        .map_err(|reason| Failure::untyped(reason).wrap("amount"))?;
    session.charge_read(TRANSFER_PORT)?;
    check_transfer(&asked).map_err(|failure| {
        let detail = "failed basic validation for message type *types.MsgTransfer";
        failure.wrap(detail)
    })?;
    route(session)?;
    session.charge_read(TRANSFER_PARAMS)?;
    let channel = &asked.channel_id;
    session.charge_miss(format!("channelEnds/ports/transfer/channels/{channel}").len())?;
    // The newer protocol is tried where the older one has no such channel.
    route(session)?;
    session.charge_miss(format!("clients/{channel}/counterparty").len())?;
    let missing =
        ibc::NO_COUNTERPARTY.because(format!("counterparty not found for client: {channel}"));
    let detail = format!("send packet failed for source id: {channel}");
    Err(missing.wrap(detail).into())
}

fn check_transfer(asked: &Transfer) -> Result<(), Failure> {
    if asked.amount.amount.is_zero() {
        let text = format!("{}{}", asked.amount.amount, asked.amount.denom);
        return Err(ibc::INVALID_COINS.because(text));
    }
    if asked.to_address.trim().is_empty() {
        return Err(ibc::INVALID_ADDRESS.because("missing recipient address"));
    }
    if asked.to_address.len() > MAX_RECEIVER {
        let text = format!("recipient address must not exceed {MAX_RECEIVER} bytes");
        return Err(ibc::INVALID_ADDRESS.because(text));
    }
    Ok(())
}
