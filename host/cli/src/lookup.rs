//! Which trust is meant: by name in any spelling, by an address of it, or because there is only one. Asks the registry;
//! believes no list in a file.

use commons_common::registry::{QueryMsg, Role, TrustEntry, Verification};
use commons_common::text::Name;

use crate::chain::Chain;
use crate::exit::Exit;
use crate::failure::Failure;

/// The trust that is wanted, or the only one.
pub fn trust(chain: &Chain, registry: &str, wanted: Option<&str>) -> Result<TrustEntry, Failure> {
    let Some(wanted) = wanted else {
        return only(chain, registry);
    };
    if let Ok(name) = Name::try_from(wanted.to_owned()) {
        let found: Option<TrustEntry> = chain.ask(registry, &QueryMsg::ByName { name })?;
        if let Some(entry) = found {
            return Ok(entry);
        }
    }
    by_address(chain, registry, wanted)?.ok_or_else(|| {
        Failure::no(
            format!("there is no trust {wanted:?}"),
            "it is neither the name of a trust in this home's registry nor the address of a contract of one",
            "`commons trust list --home DIR` shows names and addresses",
        )
    })
}

/// The trust that a contract belongs to.
pub fn by_address(
    chain: &Chain,
    registry: &str,
    address: &str,
) -> Result<Option<TrustEntry>, Failure> {
    let looks_right = address
        .strip_prefix(chain.prefix())
        .is_some_and(|rest| rest.starts_with('1'));
    if !looks_right {
        return Ok(None);
    }
    let addr = address.to_owned();
    // The registry answers a foreign address with an error, as it should: no trust then.
    let verification: Verification = match chain.ask(registry, &QueryMsg::Verify { addr }) {
        Ok(verification) => verification,
        Err(failure) if failure.exit == Exit::No => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let trust = verification.trust;
    chain.ask(registry, &QueryMsg::Trust { trust }).map(Some)
}

/// Every trust, oldest first.
pub fn all(chain: &Chain, registry: &str) -> Result<Vec<TrustEntry>, Failure> {
    let mut trusts: Vec<TrustEntry> = Vec::new();
    loop {
        let page: Vec<TrustEntry> = chain.ask(
            registry,
            &QueryMsg::ListTrusts {
                kind: None,
                start_after: trusts.last().map(|entry| entry.id),
                limit: None,
            },
        )?;
        if page.is_empty() {
            return Ok(trusts);
        }
        trusts.extend(page);
    }
}

fn only(chain: &Chain, registry: &str) -> Result<TrustEntry, Failure> {
    let mut trusts = all(chain, registry)?;
    let names: Vec<String> = trusts
        .iter()
        .map(|entry| format!("{:?}", entry.name.as_str()))
        .collect();
    match (trusts.pop(), trusts.len()) {
        (Some(entry), 0) => Ok(entry),
        (None, _) => Err(Failure::no(
            "there is no trust yet",
            "this home's registry has founded none",
            "found one with `commons trust found CHARTER --home DIR`",
        )),
        (Some(_), _) => Err(Failure::new(
            Exit::Usage,
            "which trust is meant?",
            format!("this home has {}: {}", names.len(), names.join(", ")),
            "give its name, in any spelling, or an address of it",
        )),
    }
}

/// The address of one of a trust's contracts; empty if it has none in this role, which no registry answers.
pub fn address(entry: &TrustEntry, role: Role) -> &str {
    entry
        .contracts
        .iter()
        .find(|contract| contract.role == role)
        .map_or("", |contract| contract.address.as_str())
}
