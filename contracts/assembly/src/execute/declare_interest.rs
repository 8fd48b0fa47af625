//! A trustee names accounts in which they have an interest (R30). From then on they have no vote on what those accounts
//! gain by; a vote that was counted before stands. Cannot be taken back.

use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, DepsMut, Empty, Env, Order, Response, StdResult};

use super::in_office;
use crate::error::ContractError;
use crate::event;
use crate::state::INTERESTS;

/// Accounts in one message at most.
pub const MAX_SUBJECTS: usize = 32;
/// Accounts that one trustee may declare in all: what one answer lists.
pub const MAX_INTERESTS: usize = 256;

/// Stores the interests.
///
/// # Errors
/// `NotATrustee`, `Interests`, or an address that is none of this chain.
pub fn run(
    deps: DepsMut<'_>,
    env: &Env,
    trustee: &Addr,
    subjects: &[String],
) -> Result<Response, ContractError> {
    if !in_office(deps.storage, trustee, UnixTime::now(env))? {
        return Err(ContractError::NotATrustee {
            account: trustee.to_string(),
        });
    }
    let subjects: Vec<Addr> = subjects
        .iter()
        .map(|subject| deps.api.addr_validate(subject))
        .collect::<StdResult<_>>()?;
    let declared = INTERESTS
        .prefix(trustee)
        .keys_raw(deps.storage, None, None, Order::Ascending)
        .count();
    if !(1..=MAX_SUBJECTS).contains(&subjects.len()) || declared + subjects.len() > MAX_INTERESTS {
        return Err(ContractError::Interests {
            each: MAX_SUBJECTS,
            all: MAX_INTERESTS,
        });
    }

    for subject in &subjects {
        INTERESTS.save(deps.storage, (trustee, subject), &Empty {})?;
    }
    let events = subjects
        .iter()
        .map(|subject| event::interest(trustee, subject));
    Ok(Response::new().add_events(events))
}
