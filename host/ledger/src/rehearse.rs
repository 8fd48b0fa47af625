//! Owns trying one transaction out for whoever writes a contract: result, calls and changes at once, and if wanted without
//! signatures. It commits nothing, and no node calls it: a block that holds an unsigned transaction is refused by every replay.

use crate::block::{Place, run};
use crate::error::Fault;
use crate::overlay::{Changes, Overlay, StateRead};
use crate::session::Mode;
use crate::trace::Trace;
use crate::{BlockContext, Ledger};
use std::rc::Rc;

/// Whether a rehearsal asks for signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signatures {
    /// As in a block.
    Checked,
    /// Whoever a transaction names as its signer is taken to have signed; the public key may be absent.
    Ignored,
}

/// What a transaction does as the only one of its block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsal {
    /// Its result and the calls it makes.
    pub trace: Trace,
    /// What it changes in the state.
    pub changes: Changes,
}

impl Ledger {
    /// Runs a transaction as the only one of a block. With [`Signatures::Checked`] result and changes are those of
    /// [`Ledger::execute_block`].
    ///
    /// # Errors
    /// [`Fault`] if the host is broken.
    pub fn rehearse(
        &self,
        state: Rc<dyn StateRead>,
        block: &BlockContext,
        tx: &[u8],
        signatures: Signatures,
    ) -> Result<Rehearsal, Fault> {
        let place = Place::of(state.as_ref(), Mode::Deliver)?;
        let overlay = Overlay::new(state, Changes::new());
        let session = self.open(place, block, tx, overlay);
        session.unsigned.set(signatures == Signatures::Ignored);
        session.start_trace();
        let result = run(&session, tx)?;
        let changes = session.take_changes();
        let calls = session.take_trace();
        let trace = Trace { result, calls };
        Ok(Rehearsal { trace, changes })
    }
}
