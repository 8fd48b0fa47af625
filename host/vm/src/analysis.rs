//! Owns what can be known about a contract without running it; it must never hold anything that compilation could change.

use std::collections::BTreeSet;
use std::fmt;

use crate::checksum::Checksum;

/// The result of the static checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    /// SHA-256 of the file.
    pub checksum: Checksum,
    /// The entry points the contract exports.
    pub entry_points: BTreeSet<EntryPoint>,
    /// Whether all six entry points of the classic IBC interface are exported.
    pub has_ibc_entry_points: bool,
    /// What follows `requires_` in the names of exported functions.
    pub required_capabilities: BTreeSet<String>,
    /// The number in the custom section `cw_migrate_version`.
    pub migrate_version: Option<u64>,
}

/// A function the chain may call. Arguments are JSON: `(env, info, msg)` for the first two, `(env, msg, migrate_info)` for migrate
/// (the last is dropped for contracts that take two), `(env, msg)` for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryPoint {
    /// Sets up a new contract.
    Instantiate,
    /// Acts for a sender.
    Execute,
    /// Answers without writing.
    Query,
    /// Moves a contract to new code.
    Migrate,
    /// Acts for the chain.
    Sudo,
    /// Takes the outcome of a sub-message.
    Reply,
}

impl EntryPoint {
    /// Every entry point.
    pub const ALL: [EntryPoint; 6] = [
        EntryPoint::Instantiate,
        EntryPoint::Execute,
        EntryPoint::Query,
        EntryPoint::Migrate,
        EntryPoint::Sudo,
        EntryPoint::Reply,
    ];

    /// The name of the export.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            EntryPoint::Instantiate => "instantiate",
            EntryPoint::Execute => "execute",
            EntryPoint::Query => "query",
            EntryPoint::Migrate => "migrate",
            EntryPoint::Sudo => "sudo",
            EntryPoint::Reply => "reply",
        }
    }
}

impl fmt::Display for EntryPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
