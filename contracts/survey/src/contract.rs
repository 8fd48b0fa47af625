//! Dispatches messages and queries of a survey. Contains no rule: see the verbs in `execute` and `query`.

#![expect(
    clippy::needless_pass_by_value,
    reason = "the macro calls entry points with owned arguments"
)]

use commons_common::journal;
use commons_common::survey::{ExecuteMsg, InstantiateMsg, QueryMsg};
use cosmwasm_std::{Binary, Deps, DepsMut, Env, MessageInfo, Response, entry_point};

use crate::error::SurveyError;
use crate::{event, execute, query};

/// Name under cw2.
pub const CONTRACT_NAME: &str = "crate:commons-survey";
/// Version under cw2.
pub const CONTRACT_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Begins a survey. Accepts no coins.
///
/// # Errors
/// Subjects that do not hold together, invalid addresses, coins sent along.
#[entry_point]
pub fn instantiate(
    mut deps: DepsMut<'_>,
    env: Env,
    info: MessageInfo,
    msg: InstantiateMsg,
) -> Result<Response, SurveyError> {
    no_funds(&info)?;
    let entry = journal::begin(deps.storage, &env, &info, &msg)?;
    cw2::set_contract_version(deps.storage, CONTRACT_NAME, CONTRACT_VERSION)?;
    execute::instantiate(&mut deps, msg)?;
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
) -> Result<Response, SurveyError> {
    no_funds(&info)?;
    let entry = journal::append(deps.storage, &env, &info, &msg)?;
    let response = match msg {
        ExecuteMsg::Report {
            subject,
            period,
            value,
            evidence_hash,
        } => execute::report(
            &mut deps,
            &env,
            info,
            execute::NewReport {
                subject,
                period,
                value,
                evidence_hash,
            },
        ),
        ExecuteMsg::Settle { subject, period } => {
            execute::settle(&mut deps, &env, &subject, period)
        }
    }?;
    Ok(response.add_event(event::journal(&entry)))
}

/// Answers one query. Changes nothing.
///
/// # Errors
/// Subjects that do not exist.
#[entry_point]
pub fn query(deps: Deps<'_>, env: Env, msg: QueryMsg) -> Result<Binary, SurveyError> {
    query::answer(deps, &env, msg)
}

fn no_funds(info: &MessageInfo) -> Result<(), SurveyError> {
    if info.funds.is_empty() {
        Ok(())
    } else {
        Err(SurveyError::FundsSent)
    }
}
