//! Makes blocks in process: time, height, headers, and one durable commit a block. It never decides what a transaction
//! does (the ledger does) nor how bytes are kept (the store does).
//!
//! Life of a block: [`Node::broadcast`] checks a transaction and lets it wait; [`Node::make_block`] runs all that waits
//! at a given time, makes the header that follows from the block before ([`Parent`]), and commits state, state root
//! and [`BlockRecord`] together. [`Node::apply`] is the same for transactions that are given, which is how a recorded
//! chain is executed again.
//!
//! A block is empty only if somebody makes one while nothing waits: [`Node::make_block`] at an interval, or
//! [`Node::seal_above`], which a proof at the last height asks for because its header is the next one's business. A node
//! that makes blocks at once makes no other empty ones.
//!
//! Headers are CometBFT's, field by field and hash by hash, and each block has a commit by the chain's one validator, so a
//! light client accepts them: see [`verify_links`] for what they prove, and [`Signer`] for whose key it is.

mod clock;
mod error;
mod genesis;
mod guard;
mod hash;
mod key_file;
mod link;
mod node;
mod past;
mod receipt;
mod record;
mod rewind;
mod signer;
mod start;
mod state;
mod validator;
mod view;
mod vote;
mod waiting;

pub use clock::{BlockClock, ClockError, Reading};
pub use commons_vm::{Vm, VmConfig};
pub use error::{NodeError, Refused};
pub use genesis::{ConsensusParams, HeaderRules, Origin, is_development};
pub use guard::SignError;
pub use hash::{data_hash, header_hash, last_results_hash, merkle_of_nothing, tx_hash};
pub use link::{HeaderField, LinkError, MAX_BLOCK_BYTES, Parent, seal, verify_links};
pub use node::{Block, Node, TxHash};
pub use receipt::{Receipt, ReceiptError};
pub use record::{BlockRecord, RECORD_FORMAT, RecordError, ResultDigest};
pub use signer::Signer;
pub use state::State;
pub use tendermint::block::{Commit, Header};
pub use validator::{DEVELOPMENT_KEY, Validator};
pub use view::View;
pub use vote::CommitField;
