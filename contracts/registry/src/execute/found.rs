//! `Found`: anyone founds a trust from the newest approved code. All its contracts or none, in one transaction.

use commons_common::charter::Charter;
use commons_common::id::TrustId;
use commons_common::registry::{ApprovedCode, ExpectedCode, Role, TrustContract, TrustEntry};
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::{Api, DepsMut, Env, Response, StdResult, Storage, WasmMsg};

use super::codes;
use crate::error::RegistryError;
use crate::event;
use crate::founding::{self, Siblings};
use crate::state::{CONTRACTS, LAST_TRUST, NAMES, TRUSTS};

/// Checks the charter, enters the trust and instantiates its contracts.
///
/// # Errors
/// A charter that does not hold together, accounts that are none of this chain, a name that is taken, a role
/// without approved code or with other code than the founder expects.
pub fn found(
    deps: &mut DepsMut<'_>,
    env: &Env,
    charter: &Charter,
    checksums: &[ExpectedCode],
) -> Result<Response, RegistryError> {
    charter.check()?;
    check_accounts(deps.api, charter)?;
    let name_key = charter.name.key();
    if let Some(holder) = NAMES.may_load(deps.storage, &name_key)? {
        return Err(RegistryError::NameTaken {
            holder: TrustId(holder),
        });
    }
    let id = TrustId(LAST_TRUST.load(deps.storage)? + 1);
    let codes = Role::ALL
        .into_iter()
        .map(|role| newest(deps.storage, role))
        .collect::<Result<Vec<_>, _>>()?;
    check_code(&codes, checksums)?;
    let creator = deps.api.addr_canonicalize(env.contract.address.as_str())?;
    let contracts = codes
        .iter()
        .map(|code| founding::contract(deps.api, &creator, id, code))
        .collect::<Result<Vec<_>, _>>()?;
    let trust = entry(env, id, charter, contracts)?;
    let messages = messages(&trust, charter, &codes)?;

    LAST_TRUST.save(deps.storage, &id.get())?;
    NAMES.save(deps.storage, &name_key, &id.get())?;
    for contract in &trust.contracts {
        CONTRACTS.save(deps.storage, &contract.address, &id.get())?;
    }
    TRUSTS.save(deps.storage, id.get(), &trust)?;
    Ok(Response::new()
        .add_messages(messages)
        .add_event(event::founded(&trust)))
}

/// Every account that the charter names is an address of this chain.
fn check_accounts(api: &dyn Api, charter: &Charter) -> StdResult<()> {
    let registrars = charter.roll.registrars.iter().map(|r| &r.account);
    let reporters = charter.subjects.iter().flat_map(|s| &s.reporters);
    let custodians = charter.money.custodians.iter().map(|c| &c.account);
    for account in registrars
        .chain(&charter.trustees)
        .chain(reporters)
        .chain(custodians)
    {
        api.addr_validate(account)?;
    }
    Ok(())
}

fn newest(storage: &dyn Storage, role: Role) -> Result<ApprovedCode, RegistryError> {
    codes(storage, role)?
        .into_iter()
        .next()
        .map(|(_, code)| code)
        .ok_or(RegistryError::NoCode { role })
}

/// The steward cannot slip other code under a founder who said what to expect.
fn check_code(codes: &[ApprovedCode], expected: &[ExpectedCode]) -> Result<(), RegistryError> {
    for expected in expected {
        let other = codes
            .iter()
            .find(|code| code.role == expected.role && code.checksum != expected.checksum);
        if let Some(code) = other {
            return Err(RegistryError::OtherCode {
                role: code.role,
                approved: code.checksum.clone(),
                expected: expected.checksum.clone(),
            });
        }
    }
    Ok(())
}

fn entry(
    env: &Env,
    id: TrustId,
    charter: &Charter,
    contracts: Vec<TrustContract>,
) -> StdResult<TrustEntry> {
    Ok(TrustEntry {
        id,
        name: charter.name.clone(),
        kind: charter.kind,
        purpose_hash: Hash::of(charter.purpose.as_str().as_bytes()),
        charter_hash: charter.hash()?,
        contracts,
        founded_at: UnixTime::now(env),
        keeps_default_windows: charter.keeps_default_windows(),
    })
}

fn messages(
    trust: &TrustEntry,
    charter: &Charter,
    codes: &[ApprovedCode],
) -> StdResult<Vec<WasmMsg>> {
    let siblings = Siblings { trust, charter };
    codes
        .iter()
        .map(|code| {
            Ok(WasmMsg::Instantiate2 {
                admin: None,
                code_id: code.code_id,
                label: founding::label(trust.id, code.role),
                msg: siblings.message(code.role)?,
                funds: Vec::new(),
                salt: founding::salt(trust.id, code.role).into(),
            })
        })
        .collect()
}
