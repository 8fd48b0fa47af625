//! Owns how a node comes to its chain: a new one, one in a directory, one in memory. It never makes a block but the one that
//! was signed already when the process before this one ended.

use std::path::Path;
use std::sync::Arc;

use commons_ledger::{Changes, Genesis, Ledger, LedgerConfig, Pending};
use commons_store::{Beginning, Keep, Snapshot, Store};
use commons_vm::Vm;

use crate::error::NodeError;
use crate::genesis::Origin;
use crate::link::Parent;
use crate::node::{Node, read_record};
use crate::signer::Signer;
use crate::validator::Validator;
use crate::waiting::Waiting;

impl Node {
    /// Starts a new chain in `dir`, which must not hold one. Contracts run on `vm`, which other nodes may share. Blocks are
    /// signed with the development key.
    pub fn create(vm: Vm, dir: &Path, genesis: &Genesis) -> Result<Self, NodeError> {
        Self::create_signed(vm, dir, genesis, Signer::development())
    }

    /// Starts a new chain whose blocks are signed with a key that has signed none before; the genesis record names it.
    pub fn create_signed(
        vm: Vm,
        dir: &Path,
        genesis: &Genesis,
        signer: Signer,
    ) -> Result<Self, NodeError> {
        signer.is_unused()?;
        let origin = origin(genesis, signer.validator());
        Self::begin(vm, origin, Some(signer), |record, initial| {
            Store::create(dir, &genesis.chain_id, record, initial)
        })
    }

    /// Goes on with the chain in `dir`, which the development key signs.
    pub fn open(vm: Vm, dir: &Path) -> Result<Self, NodeError> {
        Self::open_signed(vm, dir, Signer::development())
    }

    /// Goes on with the chain in `dir`, which the key of `signer` signs. If the next block was signed already and did not
    /// get into the store, it is made first.
    pub fn open_signed(vm: Vm, dir: &Path, signer: Signer) -> Result<Self, NodeError> {
        Self::resume(vm, Store::open(dir)?, Some(signer))
    }

    /// Opens the chain in `dir` for queries, without changing a byte; blocks are refused by the store.
    pub fn open_read_only(vm: Vm, dir: &Path) -> Result<Self, NodeError> {
        Self::resume(vm, Store::open_read_only(dir)?, None)
    }

    /// Starts a chain in memory, signed with the development key.
    pub fn in_memory(vm: Vm, genesis: &Genesis) -> Result<Self, NodeError> {
        Self::in_memory_signed(vm, genesis, Signer::development())
    }

    /// Starts a chain in memory, signed with a key of its own.
    pub fn in_memory_signed(vm: Vm, genesis: &Genesis, signer: Signer) -> Result<Self, NodeError> {
        let origin = origin(genesis, signer.validator());
        Self::begin(vm, origin, Some(signer), |record, initial| {
            Store::in_memory(&genesis.chain_id, record, initial)
        })
    }

    /// Starts a chain in memory that keeps so much of its past, as one in a directory does: for reads at earlier heights, and for
    /// [`Node::rewind`]. The others keep their last height alone.
    pub fn in_memory_keeping(
        vm: Vm,
        genesis: &Genesis,
        signer: Signer,
        keep: Keep,
    ) -> Result<Self, NodeError> {
        let origin = origin(genesis, signer.validator());
        Self::begin(vm, origin, Some(signer), |record, initial| {
            Store::begin_in_memory(&Beginning {
                chain_id: &genesis.chain_id,
                genesis: record,
                initial,
                keep,
            })
        })
    }

    /// Starts a chain in memory to execute a recorded one again. Its own records have no commits: only who has the key can
    /// sign, and the recorded signatures are for [`crate::verify_links`].
    pub fn replaying(vm: Vm, origin: &Origin) -> Result<Self, NodeError> {
        Self::begin(vm, origin.clone(), None, |record, initial| {
            Store::in_memory(&origin.genesis.chain_id, record, initial)
        })
    }

    fn begin(
        vm: Vm,
        origin: Origin,
        signer: Option<Signer>,
        store: impl FnOnce(&[u8], &Changes) -> Result<Store, commons_store::StoreError>,
    ) -> Result<Self, NodeError> {
        let genesis = &origin.genesis;
        let ledger = ledger(vm, genesis);
        let initial = ledger.init(genesis)?;
        // Before anything is written: a chain id that no header can have.
        Parent::genesis(&origin, [0; 32])?;
        let store = store(&origin.encode()?, &initial)?;
        let mut node = Self::on(ledger, store, origin)?;
        node.signer = signer;
        Ok(node)
    }

    fn resume(vm: Vm, store: Store, signer: Option<Signer>) -> Result<Self, NodeError> {
        let origin = Origin::decode(&store.genesis()?)?;
        let ledger = ledger(vm, &origin.genesis);
        let mut node = Self::on(ledger, store, origin)?;
        if let Some(mut signer) = signer {
            if signer.validator() != node.validator() {
                return Err(NodeError::OtherKey {
                    chain: node.validator().address().to_string(),
                    given: signer.validator().address().to_string(),
                });
            }
            let record = node.block(node.height())?;
            let last = record.as_ref().filter(|record| record.commit.is_some());
            let last = last.map(|record| (&record.header, record.block_id()));
            let signed = signer.resume(node.height(), last)?;
            node.signer = Some(signer);
            if let Some((txs, time_nanos)) = signed.and_then(|block| block.content()) {
                node.apply(&txs, time_nanos)?;
            }
        }
        Ok(node)
    }

    fn on(ledger: Ledger, store: Store, origin: Origin) -> Result<Self, NodeError> {
        let snapshot = store.snapshot()?;
        let last = parent(&store, &origin, &snapshot)?;
        drop(snapshot);
        Ok(Self {
            ledger,
            store: Arc::new(store),
            last,
            origin: Arc::new(origin),
            signer: None,
            waiting: Waiting::default(),
            pending: Pending::default(),
        })
    }
}

fn origin(genesis: &Genesis, validator: &Validator) -> Origin {
    Origin::of(genesis.clone(), validator.clone())
}

/// The block of a snapshot, or the genesis, as the next block refers to it.
pub(crate) fn parent(
    store: &Store,
    origin: &Origin,
    snapshot: &Snapshot,
) -> Result<Parent, NodeError> {
    let (height, root) = (snapshot.height(), snapshot.root().0);
    let parent = if height == 0 {
        Parent::genesis(origin, root)?
    } else {
        let record = read_record(store, height)?.ok_or(NodeError::RootMismatch { height })?;
        Parent::of(&record).map_err(|reason| NodeError::Record { height, reason })?
    };
    if (parent.height(), parent.root()) != (height, root) {
        return Err(NodeError::RootMismatch { height });
    }
    Ok(parent.signed_by(&origin.validator))
}

fn ledger(vm: Vm, genesis: &Genesis) -> Ledger {
    Ledger::new(
        vm,
        LedgerConfig {
            address_prefix: genesis.address_prefix.clone(),
        },
    )
}
