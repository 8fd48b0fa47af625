//! Who plays: accounts of officers, and persons with their two keys. Officers' keys come from a fixed seed, because the
//! charters name their addresses; persons' keys come from the seed that is printed. Demonstration keys: anyone has them.

use commons_client::keys::{AccountKey, VotingKey};
use commons_common::units::Hash;

/// Bech32 prefix of the demonstration's own chain, and of the addresses in the charters.
pub const PREFIX: &str = "commons";
/// Chain id of the demonstration's own chain.
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

/// What the state, the markets and the sponsor have: more than all of Alaska's figures at full scale.
const PURSE: u128 = 1_000_000_000_000_000_000;

/// Who must have an account before the story begins, and what they hold of [`DENOM`].
pub fn accounts(prefix: &str, persons: &[Person]) -> Vec<(String, u128)> {
    let rich = ["state", "markets", "sponsor"];
    let officers = OFFICER_LABELS.iter().map(|label| {
        let purse = if rich.contains(label) { PURSE } else { 0 };
        (officer(label).address(prefix), purse)
    });
    let persons = persons.iter().map(|p| (p.account.address(prefix), 0));
    officers.chain(persons).collect()
}

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
    /// The first `count` persons of a seed.
    pub fn all(seed: &str, count: u32) -> Vec<Self> {
        (1..=count).map(|n| Self::derive(seed, n)).collect()
    }

    /// The `number`-th person, from 1.
    pub fn derive(seed: &str, number: u32) -> Self {
        Self {
            account: AccountKey::derive(seed, &format!("person-{number}-account")),
            voting: VotingKey::derive(seed, &format!("person-{number}-voting")),
            nullifier: Hash::of(format!("{seed}/person-{number}/nullifier").as_bytes()),
        }
    }
}
