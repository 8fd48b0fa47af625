//! Fees that one account pays for another: grants, their use and their end; it never moves a coin.
//!
//! Keys, order of access and events are those of the SDK's `x/feegrant`.

mod allowance;

pub(crate) use allowance::{Allowance, BASIC, Basic, MESSAGES, PERIODIC};

use crate::account;
use crate::address::Address;
use crate::bank;
use crate::coin::Coin;
use crate::error::{Failure, Fault, Stop, feegrant, sdk};
use crate::event::Event;
use crate::instant::Instant;
use crate::keys;
use crate::session::{self, Session};
use allowance::Use;
use commons_vm::Order;
use cosmos_sdk_proto::cosmos::feegrant::v1beta1::{Grant, MsgGrantAllowance, MsgRevokeAllowance};
use prost::Message;

/// Grants that are removed at the end of a block, at most, when their day is over.
const REMOVED_IN_BLOCK: usize = 200;

/// Who pays and for whom.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) granter: &'a Address,
    pub(crate) grantee: &'a Address,
}

impl Pair<'_> {
    fn key(&self) -> Vec<u8> {
        keys::grant(self.grantee, self.granter)
    }

    fn event(&self, session: &Session, kind: &str) -> Event {
        Event::new(kind)
            .with("granter", session.text(self.granter))
            .with("grantee", session.text(self.grantee))
    }
}

/// Carries out a `MsgGrantAllowance`.
pub(crate) fn grant(
    session: &Session,
    message: &MsgGrantAllowance,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    if message.grantee.eq_ignore_ascii_case(&message.granter) {
        let text = "cannot self-grant fee authorization";
        return Err(sdk::INVALID_ADDRESS.because(text).into());
    }
    let grantee = read_address(session, &message.grantee)?;
    let granter = read_address(session, &message.granter)?;
    let pair = Pair {
        granter: &granter,
        grantee: &grantee,
    };
    refuse_second(session, pair)?;
    let allowance = message.allowance.as_ref().map(Allowance::read);
    let Some(Ok(allowance)) = allowance else {
        let text = "failed to get allowance";
        return Err(feegrant::NO_ALLOWANCE.because(text).into());
    };
    allowance.check()?;
    refuse_second(session, pair)?;
    if account::load(session, &grantee)?.is_none() {
        if bank::is_blocked(&grantee) {
            let text = format!("{} is not allowed to receive funds", session.text(&grantee));
            return Err(sdk::UNAUTHORIZED.because(text).into());
        }
        account::open(session, &grantee)?;
    }
    let now = Instant::of_nanos(session.block.time_nanos);
    if let Some(end) = allowance.expiration() {
        if end < now {
            let text = "expiration is before current block time";
            return Err(sdk::INVALID_REQUEST.because(text).into());
        }
        session.enter(keys::grant_end(&end.sortable(), &grantee, &granter))?;
    }
    store(session, pair, &allowance)?;
    events.push(pair.event(session, "set_feegrant"));
    Ok(())
}

/// Carries out a `MsgRevokeAllowance`.
pub(crate) fn revoke(
    session: &Session,
    message: &MsgRevokeAllowance,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    if message.grantee == message.granter {
        let text = "addresses must be different";
        return Err(sdk::INVALID_ADDRESS.because(text).into());
    }
    let grantee = read_address(session, &message.grantee)?;
    let granter = read_address(session, &message.granter)?;
    let pair = Pair {
        granter: &granter,
        grantee: &grantee,
    };
    remove(session, pair, events)
}

/// Uses a grant for a fee, before the fee is taken.
pub(crate) fn pay(
    session: &Session,
    pair: Pair<'_>,
    fee: &[Coin],
    messages: &[&str],
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    let mut allowance = require(session, pair)?;
    let mut compared = 0u64;
    let now = Instant::of_nanos(session.block.time_nanos);
    let mut count = |amount: u64| compared = compared.saturating_add(amount);
    let used = allowance.take(fee, messages, now, &mut count);
    session.charge(compared, "check msg")?;
    // An allowance whose day is over would be removed here, but the transaction fails and with it the removal.
    match used? {
        Use::UsedUp => {
            remove(session, pair, events)?;
            events.push(pair.event(session, "use_feegrant"));
        }
        Use::Left => {
            events.push(pair.event(session, "use_feegrant"));
            require(session, pair)?;
            store(session, pair, &allowance)?;
            events.push(pair.event(session, "update_feegrant"));
        }
    }
    Ok(())
}

/// Removes grants whose day is over, at the end of a block.
pub(crate) fn expire(session: &Session) -> Result<(), Fault> {
    let now = Instant::of_nanos(session.block.time_nanos);
    let (start, end) = keys::grants_ending(&now.sortable());
    let mut over = Vec::new();
    let mut cursor = session.cursor(start, Some(end), Order::Ascending);
    while over.len() < REMOVED_IN_BLOCK
        && let Some((key, _)) = cursor.next()?
    {
        over.push(key);
    }
    for key in over {
        if let Some(grant) = keys::grant_of_end(&key) {
            session.drop_free(grant);
        }
        session.drop_free(key);
    }
    Ok(())
}

fn read_address(session: &Session, text: &str) -> Result<Address, Failure> {
    session.addresses.read(text).map_err(Failure::untyped)
}

fn refuse_second(session: &Session, pair: Pair<'_>) -> Result<(), Stop> {
    if load(session, pair)?.is_some() {
        let text = "fee allowance already exists";
        return Err(sdk::INVALID_REQUEST.because(text).into());
    }
    Ok(())
}

fn load(session: &Session, pair: Pair<'_>) -> Result<Option<Allowance>, Stop> {
    let Some(bytes) = session.read(&pair.key())? else {
        return Ok(None);
    };
    let grant: Grant = session::message(&bytes, "fee grant")?;
    let allowance = grant.allowance.as_ref().map(Allowance::read);
    match allowance {
        Some(Ok(allowance)) => Ok(Some(allowance)),
        Some(Err(reason)) => Err(corrupt(reason).into()),
        None => Err(corrupt("it has no allowance".to_owned()).into()),
    }
}

fn corrupt(reason: String) -> Fault {
    Fault::Corrupt {
        what: "fee grant",
        reason,
    }
}

fn require(session: &Session, pair: Pair<'_>) -> Result<Allowance, Stop> {
    match load(session, pair)? {
        Some(allowance) => Ok(allowance),
        None => Err(sdk::NOT_FOUND.because("fee-grant not found").into()),
    }
}

fn store(session: &Session, pair: Pair<'_>, allowance: &Allowance) -> Result<(), Stop> {
    let grant = Grant {
        granter: session.text(pair.granter),
        grantee: session.text(pair.grantee),
        allowance: Some(allowance.write()),
    };
    session.write(pair.key(), grant.encode_to_vec())
}

/// Removes a grant. The SDK also removes an entry of the list of ends, but looks for it with giver and taker exchanged: the entry stays
/// until its day and then removes a later grant of the same two.
fn remove(session: &Session, pair: Pair<'_>, events: &mut Vec<Event>) -> Result<(), Stop> {
    let allowance = require(session, pair)?;
    session.remove(pair.key())?;
    if let Some(end) = allowance.expiration() {
        session.remove(keys::grant_end(&end.sortable(), pair.granter, pair.grantee))?;
    }
    events.push(pair.event(session, "revoke_feegrant"));
    Ok(())
}
