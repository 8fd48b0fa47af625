//! The state machine: what a transaction does to accounts, coins and contracts, as wasmd v0.61 defines it; it owns no storage, clock or network.
//!
//! A [`Ledger`] reads the committed state of one height through [`StateRead`], runs the transactions of a block over it, and returns what
//! happened ([`TxResult`]) and what changed ([`Changes`]). Who calls it commits the changes, or nothing at all on a [`Fault`].
//!
//! Life of a transaction: [`Ledger::check_tx`] on arrival (`tx`, `ante`), then [`Ledger::execute_block`] (`block`): decode, checks, fee,
//! signatures, then each message by its module (`bank`, `feegrant`, `wasm`) in layers that merge or roll back (`overlay`, `session`). `keys` lists every
//! storage key, `gas` every price.
//!
//! Nested smart queries run on the caller's thread: give a thread that calls [`Ledger`] at least [`STACK_BYTES`] of stack.

#![deny(clippy::float_arithmetic)]
#![forbid(unsafe_code)]

mod account;
mod address;
mod amount;
mod ante;
mod bank;
mod block;
mod coin;
mod error;
mod event;
mod feegrant;
mod gas;
mod genesis;
mod instant;
mod json;
mod keys;
mod overlay;
mod params;
mod read;
mod rehearse;
mod route;
mod session;
mod trace;
mod tx;
mod wasm;

pub use block::{BlockOutcome, CheckReport, Pending, TxResult};
pub use coin::Coin;
pub use commons_vm::{Checksum, EntryPoint, Gas, GasBreakdown, Import, ImportGas, Order};
pub use cosmos_sdk_proto::cosmwasm::wasm::v1::CodeInfo;
pub use error::{Fault, QueryError, Reject};
pub use event::Event;
pub use genesis::{Genesis, GenesisAccount};
pub use overlay::{Changes, Entry, StateRead};
pub use params::{Admission, ChainParams, DenomMetadata, DenomUnit, GasPrice};
pub use read::{Account, QUERY_GAS};
pub use rehearse::{Rehearsal, Signatures};
pub use trace::{Trace, TracedCall, TracedRun};
pub use wasm::ContractInfo;

use address::{Address, Addresses};
use commons_vm::Vm;
use std::sync::Arc;

/// Stack that a thread needs: a call and ten nested queries, each with the VM's own budget, and the dispatcher of a hundred nested messages.
pub const STACK_BYTES: usize = 11 * commons_vm::STACK_BYTES_PER_CALL + 8 * 1024 * 1024;

/// What a ledger is built with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerConfig {
    /// Prefix of all addresses, such as `commons`.
    pub address_prefix: String,
}

/// Where in the chain something happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockContext {
    /// Name of the chain.
    pub chain_id: String,
    /// Height of the block, from 1.
    pub height: u64,
    /// Time of the block in nanoseconds since 1970, the same for every transaction in it.
    pub time_nanos: u64,
}

/// An instantiation or execution of a contract that succeeded and was not rolled back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractCall {
    /// The contract that was called.
    pub contract: String,
    /// [`EntryPoint::Instantiate`] or [`EntryPoint::Execute`].
    pub entry: EntryPoint,
    /// Who called: an account or another contract.
    pub sender: String,
    /// Coins that came with the call.
    pub funds: Vec<Coin>,
    /// The message, byte for byte.
    pub msg: Vec<u8>,
    /// Position of the transaction in its block as contracts see it; none in a simulation.
    pub tx_index: Option<u32>,
}

/// The state machine. Cheap to clone; it holds compiled code and no state.
#[derive(Clone)]
pub struct Ledger {
    vm: Vm,
    addresses: Addresses,
    admission: Arc<Admission>,
}

impl Ledger {
    /// A ledger that runs its contracts on this VM.
    pub fn new(vm: Vm, config: LedgerConfig) -> Ledger {
        Ledger {
            vm,
            addresses: Addresses::new(config.address_prefix),
            admission: Arc::default(),
        }
    }

    /// The ledger of a node that sets conditions of its own for what may wait. Blocks are the same under all of them.
    #[must_use]
    pub fn with_admission(mut self, admission: Admission) -> Ledger {
        self.admission = Arc::new(admission);
        self
    }

    /// The address that a compressed secp256k1 public key (33 bytes) controls.
    pub fn account_address(&self, public_key: &[u8]) -> String {
        self.addresses.write(&Address::of_public_key(public_key))
    }

    /// The bytes of an address, or why it is none, in the words of the SDK.
    ///
    /// # Errors
    /// The reason, for people.
    pub fn address_bytes(&self, text: &str) -> Result<Vec<u8>, String> {
        let address = self.addresses.read(text)?;
        Ok(address.as_bytes().to_vec())
    }

    /// The text of an address of 20 or 32 bytes; none for other lengths.
    #[must_use]
    pub fn address_text(&self, bytes: &[u8]) -> Option<String> {
        let address = Address::from_bytes(bytes)?;
        Some(self.addresses.write(&address))
    }

    /// The address an `instantiate2` leads to; `None` if `creator` is no address. Contracts never fix the message: theirs is empty.
    pub fn predictable_address(
        &self,
        checksum: &Checksum,
        creator: &str,
        salt: &[u8],
        fixed_msg: &[u8],
    ) -> Option<String> {
        let creator = self.addresses.read(creator).ok()?;
        let address = Address::predictable(checksum, &creator, salt, fixed_msg);
        Some(self.addresses.write(&address))
    }

    /// The address of the instance with this number (from 1, over all codes) of a code.
    pub fn classic_address(&self, code_id: u64, instance_id: u64) -> String {
        self.addresses
            .write(&Address::classic(code_id, instance_id))
    }
}
