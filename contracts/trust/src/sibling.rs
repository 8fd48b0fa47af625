//! Questions to the siblings: who has a share, who is a trustee, what was measured. Asks; decides nothing.

use commons_common::id::{PeriodId, PersonId};
use commons_common::text::Name;
use commons_common::trust::ConfigResponse;
use commons_common::{assembly, roll, survey};
use cosmwasm_std::{Addr, QuerierWrapper, StdResult, Uint128};

/// The settled value of an index for a period; one of 0 counts as none, for no ratio can be taken from it.
pub fn index(
    querier: QuerierWrapper<'_>,
    config: &ConfigResponse,
    period: PeriodId,
) -> StdResult<Option<Uint128>> {
    let question = survey::QueryMsg::Reading {
        subject: config.money.index.clone(),
        period,
    };
    let reading: Option<survey::Reading> = querier.query_wasm_smart(&config.survey, &question)?;
    Ok(reading
        .and_then(|reading| reading.settled)
        .map(|settled| settled.value)
        .filter(|value| !value.is_zero()))
}

/// What counts now of a subject of kind Value.
pub fn effective(
    querier: QuerierWrapper<'_>,
    config: &ConfigResponse,
    subject: &Name,
) -> StdResult<survey::Effective> {
    let question = survey::QueryMsg::Effective {
        subject: subject.clone(),
    };
    querier.query_wasm_smart(&config.survey, &question)
}

/// Who has a share at the start of block `height`, and whether the roll has expiries to work off.
pub fn electorate(
    querier: QuerierWrapper<'_>,
    config: &ConfigResponse,
    height: u64,
) -> StdResult<roll::Electorate> {
    let question = roll::QueryMsg::Electorate { height };
    querier.query_wasm_smart(&config.roll, &question)
}

/// Standing of `persons` at the start of block `height`, in their order.
pub fn standings(
    querier: QuerierWrapper<'_>,
    config: &ConfigResponse,
    persons: Vec<PersonId>,
    height: u64,
) -> StdResult<Vec<Option<roll::Standing>>> {
    let question = roll::QueryMsg::Standings { persons, height };
    querier.query_wasm_smart(&config.roll, &question)
}

/// The person to whom `account` belongs.
pub fn person_of(
    querier: QuerierWrapper<'_>,
    config: &ConfigResponse,
    account: &Addr,
) -> StdResult<Option<PersonId>> {
    let question = roll::QueryMsg::PersonOf {
        account: account.to_string(),
    };
    let person: Option<roll::Person> = querier.query_wasm_smart(&config.roll, &question)?;
    Ok(person.map(|person| person.id))
}

/// Whether `account` is a trustee in office, and interested in `subject` (R30).
pub fn trustee(
    querier: QuerierWrapper<'_>,
    config: &ConfigResponse,
    account: &Addr,
    subject: &Addr,
) -> StdResult<assembly::TrusteeResponse> {
    let question = assembly::QueryMsg::Trustee {
        account: account.to_string(),
        subject: subject.to_string(),
    };
    querier.query_wasm_smart(&config.assembly, &question)
}
