//! Dispatches messages and queries of a registry. Contains no rule: see the verbs in `execute` and `query`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "the macro calls entry points with owned arguments"
)]

use commons_common::journal;
use commons_common::registry::{ExecuteMsg, InstantiateMsg, QueryMsg};
use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point};

use crate::error::RegistryError;
use crate::{event, execute, query};

/// Name under cw2.
pub const CONTRACT_NAME: &str = "crate:commons-registry";
/// Version under cw2.
pub const CONTRACT_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins a registry. Accepts no coins.
///
/// # Errors
/// An invalid steward, coins sent along.
#[entry_point]
pub fn instantiate(
    mut deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, RegistryError> {
    no_funds(&info)?;
    let entry = journal::begin(deps.storage, &env, &info, &msg)?;
    cw2::set_contract_version(deps.storage, CONTRACT_NAME, CONTRACT_VERSION)?;
    execute::instantiate(&mut deps, &msg)?;
    Ok(Response::new().add_event(event::journal(&entry)))
}

/// Executes one message and appends it to the journal (R34). Accepts no coins.
///
/// # Errors
/// What the message's verb refuses.
#[entry_point]
pub fn execute(
    mut deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: ExecuteMsg,
) -> Result<Response, RegistryError> {
    no_funds(&info)?;
    let entry = journal::append(deps.storage, &env, &info, &msg)?;
    let response = match msg {
        ExecuteMsg::Approve {
            role,
            code_id,
            version,
            source_hash,
            builder,
        } => execute::approve(
            &mut deps,
            &info,
            execute::Approval {
                role,
                code_id,
                version,
                source_hash,
                builder,
            },
        ),
        ExecuteMsg::Revoke { role, checksum } => execute::revoke(&mut deps, &info, role, checksum),
        ExecuteMsg::Found { charter, checksums } => {
            execute::found(&mut deps, &env, &charter, &checksums)
        }
    }?;
    Ok(response.add_event(event::journal(&entry)))
}

/// Answers one query. Changes nothing.
///
/// # Errors
/// Trusts that do not exist, addresses of no trust, refusals of the chain's own queries.
#[entry_point]
pub fn query(deps: Deps<'_>, _env: Env, msg: QueryMsg) -> Result<Binary, RegistryError> {
    query::answer(deps, msg)
}

fn no_funds(info: &MessageInfo) -> Result<(), RegistryError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(RegistryError::FundsSent)
    }
}
