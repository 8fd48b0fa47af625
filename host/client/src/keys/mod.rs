//! The two kinds of keys. Owns secrets in memory, which are wiped when dropped; never prints them, and takes them from
//! files or demonstration seeds only, never from arguments or the environment (U3).

mod account;
mod derive;
mod file;
mod voting;

pub use account::AccountKey;
pub use voting::{VotingKey, verify};
