//! Reads of a registry; never writes. Every list is bounded.

use commons_common::charter::TrustKind;
use commons_common::id::TrustId;
use commons_common::registry::{
    ApprovedCode, QueryMsg, Role, TrustContract, TrustEntry, Verification,
};
use commons_common::text::Name;
use commons_common::{journal, page};
use cosmwasm_std::{Binary, Deps, Order, StdResult, Storage, to_json_binary};
use cw_storage_plus::Bound;

use crate::error::RegistryError;
use crate::founding::checksum_of;
use crate::state::{CODES, CONTRACTS, NAMES, STEWARD, TRUSTS};

/// Dispatches a query.
///
/// # Errors
/// See [`contract::query`](crate::contract::query).
pub fn answer(deps: Deps<'_>, msg: QueryMsg) -> Result<Binary, RegistryError> {
    let answer = match msg {
        QueryMsg::Steward {} => to_json_binary(&STEWARD.load(deps.storage)?),
        QueryMsg::Trust { trust } => to_json_binary(&self::trust(deps.storage, trust)?),
        QueryMsg::ListTrusts {
            kind,
            start_after,
            limit,
        } => to_json_binary(&list_trusts(deps.storage, kind, start_after, limit)?),
        QueryMsg::ByName { name } => to_json_binary(&by_name(deps.storage, &name)?),
        QueryMsg::Codes {} => to_json_binary(&codes(deps.storage)?),
        QueryMsg::Verify { addr } => to_json_binary(&verify(deps, &addr)?),
        QueryMsg::Journal {} => to_json_binary(&journal::load(deps.storage)?),
    };
    Ok(answer?)
}

fn trust(storage: &dyn Storage, id: TrustId) -> Result<TrustEntry, RegistryError> {
    TRUSTS
        .may_load(storage, id.get())?
        .ok_or(RegistryError::NoSuchTrust(id))
}

fn list_trusts(
    storage: &dyn Storage,
    kind: Option<TrustKind>,
    start_after: Option<TrustId>,
    limit: Option<u32>,
) -> StdResult<Vec<TrustEntry>> {
    let from = start_after.map(|id| Bound::exclusive(id.get()));
    TRUSTS
        .range(storage, from, None, Order::Ascending)
        .map(|entry| entry.map(|(_, trust)| trust))
        .filter(|entry| match (entry, kind) {
            (Ok(trust), Some(kind)) => trust.kind == kind,
            _ => true,
        })
        .take(page::limit(limit))
        .collect()
}

fn by_name(storage: &dyn Storage, name: &Name) -> Result<Option<TrustEntry>, RegistryError> {
    NAMES
        .may_load(storage, &name.key())?
        .map(|id| trust(storage, TrustId(id)))
        .transpose()
}

/// Approved codes by role, oldest first; each role has few: see `approve`.
fn codes(storage: &dyn Storage) -> StdResult<Vec<ApprovedCode>> {
    CODES
        .range(storage, None, None, Order::Ascending)
        .map(|entry| entry.map(|(_, code)| code))
        .collect()
}

fn verify(deps: Deps<'_>, addr: &str) -> Result<Verification, RegistryError> {
    let addr = deps.api.addr_validate(addr)?;
    let id = CONTRACTS
        .may_load(deps.storage, &addr)?
        .ok_or(RegistryError::NotOfATrust(addr))?;
    let trust = trust(deps.storage, TrustId(id))?;
    let mut verification = Verification {
        trust: trust.id,
        code_unchanged: true,
        code_approved: true,
        no_admin: true,
        keeps_default_windows: trust.keeps_default_windows,
    };
    for contract in &trust.contracts {
        let info = deps.querier.query_wasm_contract_info(&contract.address)?;
        let running = checksum_of(&deps.querier, info.code_id)?;
        verification.code_unchanged &= running == contract.checksum;
        verification.code_approved &= is_approved(deps.storage, contract)?;
        verification.no_admin &= info.admin.is_none();
    }
    Ok(verification)
}

fn is_approved(storage: &dyn Storage, contract: &TrustContract) -> StdResult<bool> {
    let role: Role = contract.role;
    let approved = CODES
        .prefix(role.as_str())
        .range(storage, None, None, Order::Ascending)
        .collect::<StdResult<Vec<_>>>()?;
    Ok(approved
        .iter()
        .any(|(_, code)| code.checksum == contract.checksum))
}
