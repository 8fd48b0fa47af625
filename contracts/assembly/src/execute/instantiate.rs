//! Founding: siblings, rules and the first trustees. What is written here is never written again.

use std::collections::BTreeSet;

use commons_common::assembly::{InstantiateMsg, RulesResponse, Seat};
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, DepsMut, Env, Response, StdResult};

use crate::error::ContractError;
use crate::state::{RULES, SEATS};

const NAME: &str = concat!("crate:", env!("CARGO_PKG_NAME"));
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Trustees of an assembly: submit, approve and pay are three persons (R30).
const TRUSTEES: std::ops::RangeInclusive<usize> = 3..=32;

/// Stores siblings and rules; seats the founding trustees from now.
///
/// # Errors
/// `Trustees`, or an address that is none of this chain.
pub fn run(deps: DepsMut<'_>, env: &Env, msg: InstantiateMsg) -> Result<Response, ContractError> {
    let named = msg.trustees.len();
    let trustees: BTreeSet<Addr> = msg
        .trustees
        .iter()
        .map(|account| deps.api.addr_validate(account))
        .collect::<StdResult<_>>()?;
    if !TRUSTEES.contains(&named) || trustees.len() != named {
        return Err(ContractError::Trustees {
            named,
            different: trustees.len(),
        });
    }
    let rules = RulesResponse {
        roll: deps.api.addr_validate(&msg.roll)?,
        trust: deps.api.addr_validate(&msg.trust)?,
        charter_hash: msg.charter_hash,
        decisions: msg.decisions,
    };
    let since = UnixTime::now(env);
    let until = since.after(msg.term);

    cw2::set_contract_version(deps.storage, NAME, VERSION)?;
    RULES.save(deps.storage, &rules)?;
    for account in trustees {
        let seat = Seat {
            account: account.clone(),
            since,
            until,
        };
        SEATS.save(deps.storage, &account, &seat)?;
    }
    Ok(Response::new())
}
