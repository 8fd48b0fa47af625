//! Owns what a node tells of earlier heights: their state, and proofs of single keys. It never changes anything.

use commons_store::Proof;

use crate::error::NodeError;
use crate::node::Node;
use crate::state::State;

impl Node {
    /// The state after the block of `height`, pinned; refused by the store outside of the heights that it keeps.
    pub fn state_at(&self, height: u64) -> Result<State, NodeError> {
        Ok(State(self.store.snapshot_at(height)?))
    }

    /// Proves that `key` of the store with this name (`wasm`, `bank`, `acc`) has its value at `height`, or has none: what
    /// a client asks for at the path `/store/NAME/key`. The root that the proof leads to is the `app_hash` in the header
    /// of the next height; until that block is made, nobody but this node can vouch for it.
    pub fn prove(&self, store: &str, key: &[u8], height: u64) -> Result<Proof, NodeError> {
        let key = [store.as_bytes(), b"/", key].concat();
        Ok(self.store.prove(height, &key)?)
    }
}
