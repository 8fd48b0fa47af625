//! Owns going back: a chain for development is taken back to an earlier block, durably. It never takes back a block of any other chain.

use crate::error::NodeError;
use crate::genesis::is_development;
use crate::node::Node;
use crate::start::parent;

impl Node {
    /// Takes the chain back to the block of `height`, or to the genesis with 0, as if no later one had been made. It is so on disk when
    /// this returns. What waits stays as far as it still passes its check; what [`Node::view`] gave before stays as it was.
    ///
    /// If the key has a file, its memory is taken back too, and says so for ever: such a key signs for no chain but one for development.
    ///
    /// # Errors
    /// Nothing has changed: [`NodeError::NotDevelopment`], [`NodeError::NoBlock`] above the last block, and the store's refusal of a
    /// height whose state is not kept.
    pub fn rewind(&mut self, height: u64) -> Result<(), NodeError> {
        let last = self.height();
        if !is_development(self.chain_id()) {
            let chain_id = self.chain_id().to_owned();
            return Err(NodeError::NotDevelopment { chain_id });
        }
        if height > last {
            return Err(NodeError::NoBlock { height, last });
        }
        if height == last {
            return Ok(());
        }
        let there = parent(&self.store, &self.origin, &self.store.snapshot_at(height)?)?;
        // The memory before the store: if the process ends between them, the chain is where it was, and says what was signed.
        let record = self.block(height)?;
        if let Some(signer) = &mut self.signer {
            let signed = record.as_ref().filter(|record| record.commit.is_some());
            let signed = signed.map(|record| (&record.header, record.block_id()));
            signer.rewind(height, signed)?;
        }
        self.store.rewind(height)?;
        self.last = there;
        self.check_again();
        Ok(())
    }
}
