//! Owns what a node tells of earlier heights: their state, and proofs of single keys. It never changes anything.

use commons_store::{Proof, Store};

use crate::error::NodeError;
use crate::link::Parent;
use crate::node::Node;
use crate::state::State;
use crate::view::View;

impl Node {
    /// The state after the block of `height`, pinned; refused by the store outside of the heights that it keeps.
    pub fn state_at(&self, height: u64) -> Result<State, NodeError> {
        Ok(State(self.store.snapshot_at(height)?))
    }

    /// Proves that `key` of the store with this name (`wasm`, `bank`, `acc`) has its value at `height`, or has none: what
    /// a client asks for at the path `/store/NAME/key`. The root that the proof leads to is the `app_hash` in the header
    /// of the next height; until that block is made, nobody but this node can vouch for it.
    pub fn prove(&self, store: &str, key: &[u8], height: u64) -> Result<Proof, NodeError> {
        prove(&self.store, store, key, height)
    }
}

impl View {
    /// The same chain as it stood after the block of `height`; refused above this view's, and by the store outside of the
    /// heights that it keeps.
    pub fn at(&self, height: u64) -> Result<Self, NodeError> {
        let last = self.height();
        if height == last {
            return Ok(self.clone());
        }
        let missing = || NodeError::NoBlock { height, last };
        let record = self.block(height)?.ok_or_else(missing)?;
        let block = Parent::of(&record).map_err(|reason| NodeError::Record { height, reason })?;
        Ok(Self {
            state: State(self.store.snapshot_at(height)?).into(),
            last: block.signed_by(&self.origin.validator),
            ..self.clone()
        })
    }

    /// As [`Node::prove`], at any height up to this view's.
    pub fn prove(&self, store: &str, key: &[u8], height: u64) -> Result<Proof, NodeError> {
        let last = self.height();
        if height > last {
            return Err(NodeError::NoBlock { height, last });
        }
        prove(&self.store, store, key, height)
    }

    /// First heights at which the state can be read, and at which keys can be proved.
    pub fn first_kept(&self) -> Result<(u64, u64), NodeError> {
        Ok(self.store.first_kept()?)
    }
}

fn prove(from: &Store, store: &str, key: &[u8], height: u64) -> Result<Proof, NodeError> {
    let key = [store.as_bytes(), b"/", key].concat();
    Ok(from.prove(height, &key)?)
}
