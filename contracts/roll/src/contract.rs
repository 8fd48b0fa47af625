//! Dispatches messages and queries of a roll. Contains no rule: see the verbs in `execute` and `query`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "the macro calls entry points with owned arguments"
)]

use commons_common::journal;
use commons_common::roll::{ExecuteMsg, InstantiateMsg, QueryMsg};
use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point};

use crate::error::RollError;
use crate::{event, execute, query};

/// Name under cw2.
pub const CONTRACT_NAME: &str = "crate:commons-roll";
/// Version under cw2.
pub const CONTRACT_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins a roll. Accepts no coins.
///
/// # Errors
/// Rules that do not hold together, invalid addresses, coins sent along.
#[entry_point]
pub fn instantiate(
    mut deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, RollError> {
    no_funds(&info)?;
    let entry = journal::begin(deps.storage, &env, &info, &msg)?;
    cw2::set_contract_version(deps.storage, CONTRACT_NAME, CONTRACT_VERSION)?;
    execute::instantiate(&mut deps, &env, msg)?;
    Ok(Response::new().add_event(event::journal(&entry)))
}

/// Executes one message and appends it to the journal (R34). Accepts no coins.
///
/// # Errors
/// What the message's verb refuses as a whole; entries of a batch are refused in the response instead.
#[entry_point]
pub fn execute(
    mut deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, RollError> {
    no_funds(&info)?;
    let entry = journal::append(deps.storage, &env, &info, &msg)?;
    let response = match msg {
        ExecuteMsg::Attest { persons } => execute::attest(&mut deps, &env, &info, persons),
        ExecuteMsg::Settle { limit } => execute::settle(&mut deps, &env, limit),
        ExecuteMsg::ExpireDue { limit } => execute::expire_due(&mut deps, &env, limit),
        ExecuteMsg::Renew { persons } => execute::renew(&mut deps, &env, &info, &persons),
        ExecuteMsg::Rotate {
            person,
            new_key,
            signature,
            possession,
        } => execute::rotate(
            &mut deps,
            &env,
            execute::Rotation {
                person,
                new_key,
                signature,
                possession,
            },
        ),
        ExecuteMsg::Ratify { electorate_height } => {
            execute::ratify(&mut deps, &env, &info, electorate_height)
        }
        ExecuteMsg::SetRegistrar { account, quota } => {
            execute::set_registrar(&mut deps, &info, &account, quota)
        }
    }?;
    Ok(response.add_event(event::journal(&entry)))
}

/// Answers one query. Changes nothing.
///
/// # Errors
/// Addresses that are none of this chain, persons that do not exist, lists that are too long.
#[entry_point]
pub fn query(deps: Deps<'_>, env: Env, msg: QueryMsg) -> Result<Binary, RollError> {
    query::answer(deps, &env, msg)
}

fn no_funds(info: &MessageInfo) -> Result<(), RollError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(RollError::FundsSent)
    }
}
