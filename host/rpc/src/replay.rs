//! Executes the blocks of a chain again, beside it and in memory: to make the index anew. It never writes to the chain.

use commons_node::{Block, Node, NodeError, View, Vm};

use crate::error::{IndexError, ServeError};
use crate::index::Index;

/// Executes the blocks of `view` up to a height from the genesis on, unsigned, and shows each to `seen`.
pub(crate) fn execute(
    vm: Vm,
    view: &View,
    height: u64,
    mut seen: impl FnMut(&Block) -> Result<(), IndexError>,
) -> Result<(), ServeError> {
    let mut node = Node::replaying(vm, view.origin())?;
    for at in 1..=height {
        let missing = || NodeError::RootMismatch { height: at };
        let record = view.block(at)?.ok_or_else(missing)?;
        let time = record.time_nanos();
        let time = time.map_err(|reason| NodeError::Record { height: at, reason })?;
        let block = node.apply(&record.txs, time)?;
        let (ours, theirs) = (&block.record, &record);
        if (ours.root, &ours.results) != (theirs.root, &theirs.results) {
            return Err(IndexError::Differs(at).into());
        }
        seen(&block)?;
    }
    Ok(())
}

/// Brings the index up to the height of the chain.
pub(crate) fn complete(index: &Index, vm: &Vm, view: &View) -> Result<(), ServeError> {
    let have = index.height()?;
    if have >= view.height() {
        return Ok(());
    }
    execute(vm.clone(), view, view.height(), |block| {
        if block.record.height() > have {
            index.add(block)?;
        }
        Ok(())
    })
}
