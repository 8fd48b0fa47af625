//! Which trusts a chain holds, as its calls tell: a registry executes `Found`, and instantiates a trust that names its
//! siblings. Asks no registry, and believes none: any contract can execute a message of this shape, so a family says who
//! founded it, and the reader's user says which registries count. What somebody instantiates without one is nobody's trust.

use std::collections::BTreeMap;

use commons_common::registry::ExecuteMsg;
use commons_common::trust::InstantiateMsg;
use commons_common::units::Hash;
use sha2::{Digest, Sha256};

use super::{Entry, Step};

/// The contracts of one trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// What the trust is called.
    pub name: String,
    /// Address of the contract that founded it.
    pub registry: String,
    /// Address of the roll.
    pub roll: String,
    /// Address of the assembly.
    pub assembly: String,
    /// Address of the survey.
    pub survey: String,
    /// Address of the trust.
    pub trust: String,
}

/// The trusts that registries founded, in order, whoever they are.
#[must_use]
pub fn families(steps: &[Step]) -> Vec<Family> {
    // By registry and charter: the name.
    let mut foundings: BTreeMap<(&str, Hash), String> = BTreeMap::new();
    let mut found = Vec::new();
    for step in steps {
        let Step::Call(call) = step else { continue };
        if call.entry == Entry::Execute {
            if let Some((hash, name)) = founded(&call.msg) {
                foundings.insert((call.contract.as_str(), hash), name);
            }
        } else if let Ok(msg) = serde_json::from_slice::<InstantiateMsg>(&call.msg) {
            let founding = foundings.get(&(call.sender.as_str(), msg.charter_hash));
            found.extend(founding.map(|name| Family {
                name: name.clone(),
                registry: call.sender.clone(),
                roll: msg.roll,
                assembly: msg.assembly,
                survey: msg.survey,
                trust: call.contract.clone(),
            }));
        }
    }
    found
}

/// Name of a charter that a message founds a trust with, and its hash: SHA-256 over the charter as JSON.
fn founded(msg: &[u8]) -> Option<(Hash, String)> {
    let ExecuteMsg::Found { charter, .. } = serde_json::from_slice(msg).ok()? else {
        return None;
    };
    let json = serde_json::to_vec(&charter).ok()?;
    Some((Hash(Sha256::digest(&json).into()), charter.name.to_string()))
}
