//! Who plays: accounts of officers, and persons with their two keys. Officers' keys come from a fixed seed, because the
//! charters name their addresses; persons' keys come from the seed that is printed. Demonstration keys: anyone has them.

use commons_client::keys::{AccountKey, VotingKey};
use commons_common::units::Hash;

/// Bech32 prefix of the demonstration chain.
pub const PREFIX: &str = "commons";
/// Chain id of the demonstration chain.
pub const CHAIN_ID: &str = "commons-alaska-1";
/// The charters' denomination: a millionth of a dollar.
pub const DENOM: &str = "udollar";
/// The officers' seed. Changing it changes the addresses in the charters.
const OFFICERS: &str = "commons demonstration officers";

/// An officer's account, by what they do.
pub fn officer(label: &str) -> AccountKey {
    AccountKey::derive(OFFICERS, label)
}

/// Labels of every officer, in genesis order.
pub const OFFICER_LABELS: [&str; 17] = [
    "steward",
    "deployer",
    "registrar-1",
    "registrar-2",
    "registrar-3",
    "trustee-1",
    "trustee-2",
    "trustee-3",
    "reporter",
    "custodian-a",
    "custodian-b",
    "state",
    "markets",
    "sponsor",
    "payee",
    "friend",
    "relayer",
];

/// A person of the demonstration.
pub struct Person {
    /// For direct votes and dividends.
    pub account: AccountKey,
    /// For ballots.
    pub voting: VotingKey,
    /// Stands for what the registrars' scheme would compute.
    pub nullifier: Hash,
}

impl Person {
    /// The `number`-th person, from 1.
    pub fn derive(seed: &str, number: u32) -> Self {
        Self {
            account: AccountKey::derive(seed, &format!("person-{number}-account")),
            voting: VotingKey::derive(seed, &format!("person-{number}-voting")),
            nullifier: Hash::of(format!("{seed}/person-{number}/nullifier").as_bytes()),
        }
    }
}
