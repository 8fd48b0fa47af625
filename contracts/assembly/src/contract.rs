//! Entry points: dispatch only. There is no `migrate` (R37), no `sudo` and no `reply`.

use commons_common::assembly::{ExecuteMsg, InstantiateMsg, QueryMsg};
use commons_common::journal;
use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point};

use crate::error::ContractError;
use crate::{event, execute, query};

/// Founds an assembly: bound to its roll and its trust, trustees in office from now.
///
/// # Errors
/// [`ContractError`]; nothing is stored then.
#[entry_point]
pub fn instantiate(
    deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, ContractError> {
    let entry = journal::begin(deps.storage, &env, &info, &msg)?;
    refuse_funds(&info)?;
    let response = execute::instantiate::run(deps, &env, msg)?;
    Ok(response.add_event(event::journal(&entry)))
}

/// Journals the message, then does what it says.
///
/// # Errors
/// [`ContractError`]; nothing is stored then.
#[entry_point]
pub fn execute(
    deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, ContractError> {
    let entry = journal::append(deps.storage, &env, &info, &msg)?;
    refuse_funds(&info)?;
    let sender = info.sender;
    let response = match msg {
        ExecuteMsg::Propose { title, act } => {
            execute::propose::run(deps, &env, sender, title, act, &entry)
        }
        ExecuteMsg::Vote { proposal, choice } => {
            execute::vote::run(deps, &env, &sender, proposal, choice)
        }
        ExecuteMsg::CastBallots { proposal, ballots } => {
            execute::cast_ballots::run(deps, &env, proposal, &ballots)
        }
        ExecuteMsg::Execute { proposal } => execute::execute::run(deps, &env, proposal),
        ExecuteMsg::DeclareInterest { subjects } => {
            execute::declare_interest::run(deps, &env, &sender, &subjects)
        }
    }?;
    Ok(response.add_event(event::journal(&entry)))
}

/// Answers a question.
///
/// # Errors
/// [`ContractError`].
#[entry_point]
pub fn query(deps: Deps<'_>, env: Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    query::answer(deps, &env, msg)
}

fn refuse_funds(info: &MessageInfo) -> Result<(), ContractError> {
    if info.funds.is_empty() {
        return Ok(());
    }
    Err(ContractError::Funds {})
}
