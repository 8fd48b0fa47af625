//! Answers queries of a trust. Reads only.

use commons_common::id::{AppropriationId, DeclarationId, PeriodId, PersonId};
use commons_common::trust::{LedgersResponse, QueryMsg, StatusResponse};
use commons_common::{journal, page};
use cosmwasm_std::{Binary, Deps, Env, Order, StdResult, Storage, Uint128, to_json_binary};
use cw_storage_plus::{Bound, Map};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::TrustError;
use crate::{ledger, purse, state};

/// Answers one question.
pub fn answer(deps: Deps<'_>, env: &Env, msg: &QueryMsg) -> Result<Binary, TrustError> {
    let storage = deps.storage;
    let answer = match msg {
        QueryMsg::Config {} => to_json_binary(&state::CONFIG.load(storage)?),
        QueryMsg::Status {} => to_json_binary(&status(storage)?),
        QueryMsg::Ledgers {} => to_json_binary(&ledgers(deps, env)?),
        QueryMsg::Period { period } => {
            to_json_binary(&state::PERIODS.may_load(storage, period.get())?)
        }
        QueryMsg::ListPeriods { start_after, limit } => list(
            storage,
            &state::PERIODS,
            start_after.map(PeriodId::get),
            *limit,
        ),
        QueryMsg::Declaration { declaration } => {
            to_json_binary(&state::declaration(storage, *declaration)?)
        }
        QueryMsg::ListDeclarations { start_after, limit } => list(
            storage,
            &state::DECLARATIONS,
            start_after.map(DeclarationId::get),
            *limit,
        ),
        QueryMsg::Claimed {
            declaration,
            person,
        } => to_json_binary(&claimed(storage, *declaration, *person)),
        QueryMsg::Appropriation { appropriation } => {
            to_json_binary(&state::appropriation(storage, *appropriation)?)
        }
        QueryMsg::ListAppropriations { start_after, limit } => list(
            storage,
            &state::APPROPRIATIONS,
            start_after.map(AppropriationId::get),
            *limit,
        ),
        QueryMsg::Placements {} => to_json_binary(&state::placements(storage)?),
        QueryMsg::Authorisation { proposal } => {
            to_json_binary(&state::AUTHORISATIONS.may_load(storage, proposal.get())?)
        }
        QueryMsg::Journal {} => to_json_binary(&journal::load(storage)?),
    };
    Ok(answer?)
}

fn status(storage: &dyn Storage) -> StdResult<StatusResponse> {
    let Some(life) = state::LIFE.may_load(storage)? else {
        return Ok(StatusResponse::Founding {});
    };
    let config = state::CONFIG.load(storage)?;
    Ok(StatusResponse::Living {
        ratified_at: life.ratified_at,
        period: life.period,
        closes_from: life.began.after(config.period),
    })
}

fn ledgers(deps: Deps<'_>, env: &Env) -> Result<LedgersResponse, TrustError> {
    let config = state::CONFIG.load(deps.storage)?;
    let ledgers = state::LEDGERS.load(deps.storage)?;
    let free = state::FREE.load(deps.storage)?;
    let balance = ledger::balance(deps.querier, &env.contract.address, &config.denom)?;
    let stray = ledger::stray(&ledgers, balance)?;
    Ok(LedgersResponse {
        ledgers,
        free,
        reserved: ledgers.operating.checked_sub(purse::total(&free)?)?,
        balance: Uint128::try_from(balance).unwrap_or(Uint128::MAX),
        stray: Uint128::try_from(stray).unwrap_or(Uint128::MAX),
    })
}

fn claimed(storage: &dyn Storage, declaration: DeclarationId, person: PersonId) -> bool {
    state::CLAIMS.has(storage, (declaration.get(), person.get()))
}

/// A page of a map by number, oldest first.
fn list<T: Serialize + DeserializeOwned>(
    storage: &dyn Storage,
    map: &Map<u64, T>,
    start_after: Option<u64>,
    limit: Option<u32>,
) -> StdResult<Binary> {
    let from = start_after.map(Bound::exclusive);
    let entries = map
        .range(storage, from, None, Order::Ascending)
        .take(page::limit(limit))
        .map(|entry| entry.map(|(_, value)| value))
        .collect::<StdResult<Vec<_>>>()?;
    to_json_binary(&entries)
}
