//! Owns the names and types of the tables in the database file. It never reads or writes one.

use redb::TableDefinition;

use crate::versions::Versions;

type Bytes = &'static [u8];

/// Names to values: format, chain id, kind of tree, how much of the past is kept.
pub(crate) const META: TableDefinition<'static, &'static str, Bytes> = TableDefinition::new("meta");
/// Heights to block log entries.
pub(crate) const BLOCKS: TableDefinition<'static, u64, Bytes> = TableDefinition::new("blocks");
/// State keys and their values.
pub(crate) const STATE: Versions = Versions {
    now: TableDefinition::new("state"),
    past: TableDefinition::new("state_past"),
    replaced: TableDefinition::new("state_replaced"),
};
/// Paths of tree nodes and the nodes.
pub(crate) const TREE: Versions = Versions {
    now: TableDefinition::new("tree"),
    past: TableDefinition::new("tree_past"),
    replaced: TableDefinition::new("tree_replaced"),
};

pub(crate) const META_FORMAT: &str = "format";
pub(crate) const META_CHAIN_ID: &str = "chain_id";
pub(crate) const META_TREE: &str = "tree";
