//! The accounts that a chain for development starts with, from one mnemonic as wallets derive them, and the one that hands out coins. Every
//! key here is known to everybody or read from elsewhere: it guards nothing.

use commons_client::keys::{HdPath, Mnemonic};

use crate::development;

/// Coin type of the Cosmos Hub, which wallets use for most chains.
pub const COIN_TYPE: u32 = 118;

/// The words of 32 bytes, `sha256("commons development accounts")`.
const WORDS: &str = "build mansion market will damp rib client track age antenna helmet confirm curve practice clerk satisfy humor wreck economy topple balance creek rural will";

/// The 24 words that every chain for development has unless it is given others. Anyone has them.
#[must_use]
pub fn development_mnemonic() -> String {
    WORDS.to_owned()
}

/// The path of the account with this index: `m/44'/118'/0'/0/index`.
#[must_use]
pub fn path(index: u32) -> String {
    hd_path(index).to_string()
}

fn hd_path(index: u32) -> HdPath {
    HdPath {
        coin_type: COIN_TYPE,
        account: 0,
        index,
    }
}

/// The addresses of the first accounts of a mnemonic, under a prefix.
///
/// # Errors
/// What is wrong with the words or the prefix, without repeating them.
pub fn addresses(mnemonic: &str, prefix: &str, count: u32) -> Result<Vec<String>, String> {
    let words = Mnemonic::parse(mnemonic).map_err(|error| error.to_string())?;
    let address = |index| {
        let key = words.account(hd_path(index));
        let address = key.map_err(|error| error.to_string())?.address(prefix);
        match address.is_empty() {
            true => Err(format!("`{prefix}` is no address prefix")),
            false => Ok(address),
        }
    };
    (0..count).map(address).collect()
}

/// The account that hands out coins on a chain for development, if its genesis has it.
#[must_use]
pub fn faucet(prefix: &str) -> String {
    development::faucet().address(prefix)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_development_mnemonic_is_one_of_24_words() {
        let words = development_mnemonic();
        assert_eq!(words.split(' ').count(), 24);
        assert_eq!(addresses(&words, "wasm", 3).unwrap().len(), 3);
    }

    /// Address that CosmJS derives from the same words.
    #[test]
    fn addresses_are_those_of_wallets() {
        let words =
            "special sign fit simple patrol salute grocery chicken wheat radar tonight ceiling";
        let found = addresses(words, "cosmos", 1).unwrap();
        assert_eq!(found, ["cosmos1jhg0e7s6gn44tfc5k37kr04sznyhedtc9rzys5"]);
    }

    #[test]
    fn what_is_no_mnemonic_or_prefix_is_refused_without_being_repeated() {
        let words =
            "special sign fit simple patrol salute grocery chicken wheat radar tonight tonight";
        let refused = addresses(words, "wasm", 1).unwrap_err();
        assert!(!refused.contains("special"));
        assert!(addresses(&development_mnemonic(), "WASM\u{1}", 1).is_err());
    }
}
