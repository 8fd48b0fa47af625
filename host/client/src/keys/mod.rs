//! The two kinds of keys and the forms in which they are kept. Owns secrets in memory, which are wiped when dropped; never
//! prints them, and takes them from files, words or demonstration seeds only, never from arguments (U3).

mod account;
mod armor;
mod derive;
mod file;
mod folder;
mod mnemonic;
mod sealed;
mod voting;

pub use account::{AccountKey, PublicKey};
pub use armor::{armor_key, read_armor};
pub use file::{read_private, write_private};
pub use folder::KeyFolder;
pub use mnemonic::{HdPath, Mnemonic};
pub use sealed::SealedKey;
pub use voting::{VotingKey, verify};
