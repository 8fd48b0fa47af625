//! Reads of a roll; never writes. Every list is bounded.

use commons_common::id::PersonId;
use commons_common::journal;
use commons_common::page::{self, MAX_BATCH};
use commons_common::roll::{
    AdminResponse, Electorate, HooksResponse, Member, MemberListResponse, MemberResponse, Person,
    QueryMsg, Standing, TotalWeightResponse,
};
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, Binary, Deps, Env, Order, StdResult, to_json_binary};
use cw_storage_plus::Bound;

use crate::error::RollError;
use crate::registrars;
use crate::standing::due;
use crate::state::{
    ACCOUNTS, CONFIG, EXPIRIES, LAST_EXPIRY, MEMBERS, PERSONS, SHARING, STANDING, TOTAL,
};

/// Dispatches a query.
///
/// # Errors
/// See [`contract::query`](crate::contract::query).
pub fn answer(deps: Deps<'_>, env: &Env, msg: QueryMsg) -> Result<Binary, RollError> {
    let answer = match msg {
        QueryMsg::Member { addr, at_height } => to_json_binary(&member(deps, &addr, at_height)?),
        QueryMsg::TotalWeight { at_height } => to_json_binary(&total_weight(deps, at_height)?),
        QueryMsg::ListMembers { start_after, limit } => {
            to_json_binary(&list_members(deps, start_after, limit)?)
        }
        QueryMsg::Admin {} => to_json_binary(&AdminResponse { admin: None }),
        QueryMsg::Hooks {} => to_json_binary(&HooksResponse { hooks: Vec::new() }),
        QueryMsg::Person { person } => to_json_binary(&self::person(deps, person)?),
        QueryMsg::PersonOf { account } => to_json_binary(&person_of(deps, &account)?),
        QueryMsg::Electorate { height } => to_json_binary(&electorate(deps, env, height)?),
        QueryMsg::Standings { persons, height } => {
            to_json_binary(&standings(deps, &persons, height)?)
        }
        QueryMsg::Registrars {} => {
            let config = CONFIG.load(deps.storage)?;
            let epoch = registrars::epoch_at(&config, UnixTime::now(env));
            to_json_binary(&registrars::list(deps.storage, epoch)?)
        }
        QueryMsg::Journal {} => to_json_binary(&journal::load(deps.storage)?),
    };
    Ok(answer?)
}

fn member(deps: Deps<'_>, addr: &str, at_height: Option<u64>) -> StdResult<MemberResponse> {
    let account = deps.api.addr_validate(addr)?;
    let weight = match at_height {
        Some(height) => MEMBERS.may_load_at_height(deps.storage, &account, height),
        None => MEMBERS.may_load(deps.storage, &account),
    }?;
    Ok(MemberResponse { weight })
}

fn total_weight(deps: Deps<'_>, at_height: Option<u64>) -> StdResult<TotalWeightResponse> {
    let weight = match at_height {
        // Before the roll began there was nobody.
        Some(height) => TOTAL.may_load_at_height(deps.storage, height)?.unwrap_or(0),
        None => TOTAL.load(deps.storage)?,
    };
    Ok(TotalWeightResponse { weight })
}

fn list_members(
    deps: Deps<'_>,
    start_after: Option<String>,
    limit: Option<u32>,
) -> StdResult<MemberListResponse> {
    let start_after = start_after
        .map(|account| deps.api.addr_validate(&account))
        .transpose()?;
    let from = start_after.as_ref().map(Bound::exclusive);
    let members = MEMBERS
        .range(deps.storage, from, None, Order::Ascending)
        .take(page::limit(limit))
        .map(|entry| {
            let (account, weight): (Addr, u64) = entry?;
            Ok(Member {
                addr: account.into_string(),
                weight,
            })
        })
        .collect::<StdResult<_>>()?;
    Ok(MemberListResponse { members })
}

fn person(deps: Deps<'_>, id: PersonId) -> Result<Person, RollError> {
    PERSONS
        .may_load(deps.storage, id.get())?
        .ok_or(RollError::NoSuchPerson(id))
}

fn person_of(deps: Deps<'_>, account: &str) -> Result<Option<Person>, RollError> {
    let account = deps.api.addr_validate(account)?;
    ACCOUNTS
        .may_load(deps.storage, &account)?
        .map(|id| person(deps, PersonId(id)))
        .transpose()
}

fn electorate(deps: Deps<'_>, env: &Env, height: u64) -> StdResult<Electorate> {
    let waiting = due(deps.storage, &EXPIRIES, UnixTime::now(env))
        .next()
        .is_some();
    // Counts are those of the block's start, so who lapsed within the block is still in them.
    let lapsed_now = LAST_EXPIRY.may_load(deps.storage)? == Some(env.block.height);
    Ok(Electorate {
        height,
        active: TOTAL.may_load_at_height(deps.storage, height)?.unwrap_or(0),
        sharing: SHARING
            .may_load_at_height(deps.storage, height)?
            .unwrap_or(0),
        expiries_due: waiting || lapsed_now,
    })
}

fn standings(
    deps: Deps<'_>,
    persons: &[PersonId],
    height: u64,
) -> Result<Vec<Option<Standing>>, RollError> {
    if persons.len() > MAX_BATCH {
        return Err(RollError::BatchSize {
            length: persons.len(),
            max: MAX_BATCH,
        });
    }
    persons
        .iter()
        .map(|id| Ok(standing(deps, *id, height)?))
        .collect()
}

fn standing(deps: Deps<'_>, id: PersonId, height: u64) -> StdResult<Option<Standing>> {
    let Some(person) = PERSONS.may_load(deps.storage, id.get())? else {
        return Ok(None);
    };
    // Who never stood for anything by then had neither vote nor share.
    let marks = STANDING
        .may_load_at_height(deps.storage, id.get(), height)?
        .unwrap_or_default();
    Ok(Some(Standing {
        person: id,
        account: person.account,
        voting_key: person.voting_key,
        key_epoch: person.key_epoch,
        votes: marks.votes,
        shares: marks.shares,
    }))
}
