//! Words that hold keys: BIP 39 to a seed, BIP 32 to the account at a path. Owns the words, which are wiped when dropped;
//! never prints them by itself.

use std::fmt;
use std::str::FromStr as _;

use bip32::{DerivationPath, XPrv};
use zeroize::Zeroizing;

use super::account::AccountKey;
use crate::error::ClientError;

/// Entropy of 24 words.
const ENTROPY: usize = 32;
/// Numbers of a path are below this; the bit itself marks the hardened ones.
const HARDENED: u32 = 1 << 31;

/// English words by BIP 39, without a passphrase of their own, as wallets of Cosmos chains use them.
pub struct Mnemonic(bip39::Mnemonic);

impl Mnemonic {
    /// Twenty-four words from the system's randomness.
    ///
    /// # Errors
    /// `Randomness`.
    pub fn generate() -> Result<Self, ClientError> {
        let mut entropy = Zeroizing::new([0_u8; ENTROPY]);
        getrandom::fill(entropy.as_mut_slice())
            .map_err(|error| ClientError::Randomness(error.to_string()))?;
        bip39::Mnemonic::from_entropy(entropy.as_slice())
            .map(Self)
            .map_err(|error| ClientError::Randomness(error.to_string()))
    }

    /// Reads 12, 15, 18, 21 or 24 words, separated by any white space, in any case.
    ///
    /// # Errors
    /// `Words`: an unknown word (named by its place, never by itself), a wrong number of them, or a checksum that does
    /// not hold.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        let words = Zeroizing::new(text.to_lowercase());
        let plain = Zeroizing::new(words.split_whitespace().collect::<Vec<_>>().join(" "));
        bip39::Mnemonic::parse_in_normalized(bip39::Language::English, &plain)
            .map(Self)
            .map_err(|error| {
                ClientError::Words(match error {
                    bip39::Error::UnknownWord(place) => {
                        format!(
                            "word {} is not one of the English list",
                            place.saturating_add(1)
                        )
                    }
                    bip39::Error::BadWordCount(count) => {
                        format!("there are {count} words, not 12, 15, 18, 21 or 24")
                    }
                    _ => {
                        "their checksum does not hold: a word is wrong, or the order is".to_owned()
                    }
                })
            })
    }

    /// The words, one blank between two.
    #[must_use]
    pub fn words(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(24 * 9));
        for (i, word) in self.0.words().enumerate() {
            if i > 0 {
                text.push(' ');
            }
            text.push_str(word);
        }
        text
    }

    /// The account key at `path`.
    ///
    /// # Errors
    /// `Path` for numbers of 2^31 and above.
    pub fn account(&self, path: HdPath) -> Result<AccountKey, ClientError> {
        let shown = path.to_string();
        if [path.coin_type, path.account, path.index]
            .iter()
            .any(|number| *number >= HARDENED)
        {
            return Err(ClientError::Path(shown));
        }
        let steps =
            DerivationPath::from_str(&shown).map_err(|_| ClientError::Path(shown.clone()))?;
        let seed = Zeroizing::new(self.0.to_seed_normalized(""));
        let key = XPrv::derive_from_path(seed.as_slice(), &steps)
            .map_err(|_| ClientError::Path(shown))?;
        let secret = Zeroizing::new(key.to_bytes());
        AccountKey::from_secret(secret.as_slice())
    }
}

impl fmt::Debug for Mnemonic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mnemonic(..)")
    }
}

/// Where below the words an account is: `m/44'/coin_type'/account'/0/index`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HdPath {
    /// SLIP-44 number of the chain's coin; 118 for most.
    pub coin_type: u32,
    /// Which account.
    pub account: u32,
    /// Which address of it.
    pub index: u32,
}

impl fmt::Display for HdPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "m/44'/{}'/{}'/0/{}",
            self.coin_type, self.account, self.index
        )
    }
}
