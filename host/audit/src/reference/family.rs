//! Which trusts a chain holds, as its calls tell: a registry's `Found` gives the name, the instantiation of a trust names
//! its siblings. Asks no registry.

use commons_common::registry::ExecuteMsg;
use commons_common::trust::InstantiateMsg;
use commons_common::units::Hash;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::{Entry, Step};

/// The contracts of one trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// What the trust is called; its address where no registry founded it.
    pub name: String,
    /// Address of the roll.
    pub roll: String,
    /// Address of the assembly.
    pub assembly: String,
    /// Address of the survey.
    pub survey: String,
    /// Address of the trust.
    pub trust: String,
}

/// The trusts that the calls of a chain founded, in order.
#[must_use]
pub fn families(steps: &[Step]) -> Vec<Family> {
    let mut names: BTreeMap<Hash, String> = BTreeMap::new();
    let mut found = Vec::new();
    for step in steps {
        let Step::Call(call) = step else { continue };
        if call.entry == Entry::Execute {
            if let Some((hash, name)) = founded(&call.msg) {
                names.insert(hash, name);
            }
        } else if let Ok(msg) = serde_json::from_slice::<InstantiateMsg>(&call.msg) {
            let name = names.get(&msg.charter_hash).unwrap_or(&call.contract);
            found.push(Family {
                name: name.clone(),
                roll: msg.roll,
                assembly: msg.assembly,
                survey: msg.survey,
                trust: call.contract.clone(),
            });
        }
    }
    found
}

/// Name of a charter that a message founds a trust with, and its hash: SHA-256 over the charter as JSON.
fn founded(msg: &[u8]) -> Option<(Hash, String)> {
    if !msg.starts_with(b"{\"found\"") {
        return None;
    }
    let ExecuteMsg::Found { charter } = serde_json::from_slice(msg).ok()? else {
        return None;
    };
    let json = serde_json::to_vec(&charter).ok()?;
    Some((Hash(Sha256::digest(&json).into()), charter.name.to_string()))
}
