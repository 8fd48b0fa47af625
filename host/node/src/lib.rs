//! Makes blocks in process: time, height, headers, and one durable commit a block. It never decides what a transaction
//! does (the ledger does) nor how bytes are kept (the store does).

mod hash;
mod link;
mod record;
mod validator;

pub use hash::{data_hash, header_hash, last_results_hash, merkle_of_nothing, tx_hash};
pub use link::{HeaderField, LinkError, MAX_BLOCK_BYTES, Parent, seal, verify_links};
pub use record::{BlockRecord, RECORD_FORMAT, RecordError, ResultDigest};
pub use tendermint::block::Header;
pub use validator::DEVELOPMENT_KEY;
