//! The accounts that a chain for development starts with, from one mnemonic as wallets derive them, and the one that hands out coins. Every
//! key here is known to everybody or read from elsewhere: it guards nothing.

use bech32::{Bech32, Hrp};
use bip32::XPrv;
use bip39::Mnemonic;
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

use crate::development;

/// Coin type of the Cosmos Hub, which wallets use for most chains.
pub const COIN_TYPE: u32 = 118;

/// What the words of the development mnemonic are made of.
const ENTROPY: &[u8] = b"commons development accounts";

/// The 24 words that every chain for development has unless it is given others. Anyone has them.
#[must_use]
pub fn development_mnemonic() -> String {
    let entropy: [u8; 32] = Sha256::digest(ENTROPY).into();
    // INVARIANT: 32 bytes are a length that mnemonics have.
    Mnemonic::from_entropy(&entropy).map_or_else(|_| String::new(), |words| words.to_string())
}

/// The path of the account with this index: `m/44'/118'/0'/0/index`.
#[must_use]
pub fn path(index: u32) -> String {
    format!("m/44'/{COIN_TYPE}'/0'/0/{index}")
}

/// The addresses of the first accounts of a mnemonic, under a prefix.
///
/// # Errors
/// What is wrong with the words or the prefix, without repeating them.
pub fn addresses(mnemonic: &str, prefix: &str, count: u32) -> Result<Vec<String>, String> {
    let words = Mnemonic::parse_normalized(mnemonic.trim()).map_err(|_| {
        "the words are no mnemonic: one is unknown, or their checksum does not fit".to_owned()
    })?;
    let seed = words.to_seed_normalized("");
    let hrp =
        Hrp::parse(prefix).map_err(|error| format!("`{prefix}` is no address prefix: {error}"))?;
    let address = |index| {
        let path = path(index).parse();
        let key = path.and_then(|path| XPrv::derive_from_path(seed, &path));
        let key = key.map_err(|error| format!("no key at {}: {error}", self::path(index)))?;
        let public = key.public_key().to_bytes();
        let payload = Ripemd160::digest(Sha256::digest(public));
        bech32::encode_lower::<Bech32>(hrp, &payload)
            .map_err(|error| format!("`{prefix}` is no address prefix: {error}"))
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
