//! Makes blocks in process: time, height, headers, and one durable commit a block. It never decides what a transaction
//! does (the ledger does) nor how bytes are kept (the store does).
//!
//! Life of a block: [`Node::broadcast`] checks a transaction and lets it wait; [`Node::make_block`] runs all that waits
//! at a given time, makes the header that follows from the block before ([`Parent`]), and commits state, state root
//! and [`BlockRecord`] together. [`Node::apply`] is the same for transactions that are given, which is how a recorded
//! chain is executed again.
//!
//! Headers are CometBFT's, field by field and hash by hash, but unsigned: see [`verify_links`] for what they prove.

mod error;
mod genesis;
mod hash;
mod link;
mod node;
mod record;
mod state;
mod validator;
mod view;
mod waiting;

pub use commons_vm::{Vm, VmConfig};
pub use error::{NodeError, Refused};
pub use genesis::{decode_genesis, encode_genesis};
pub use hash::{block_id, data_hash, header_hash, last_results_hash, merkle_of_nothing, tx_hash};
pub use link::{HeaderField, LinkError, MAX_BLOCK_BYTES, Parent, seal, verify_links};
pub use node::{Block, Node, TxHash};
pub use record::{BlockRecord, RECORD_FORMAT, RecordError, ResultDigest};
pub use state::State;
pub use tendermint::block::Header;
pub use validator::DEVELOPMENT_KEY;
pub use view::View;
