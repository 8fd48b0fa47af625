//! Owns the tree of the contract calls of one transaction, with the gas of each, for whoever wants to see where it went; it must never
//! change what a transaction does or costs.
//!
//! The virtual machine itemises one call; what one call leads to (queries while it runs, submessages and replies afterwards) is known
//! here. A call is noted from where its message is taken up to where the last of its submessages has ended.

use crate::address::Address;
use crate::block::TxResult;
use crate::error::Fault;
use crate::overlay::StateRead;
use crate::session::Session;
use crate::{BlockContext, EntryPoint, Ledger};
use commons_vm::{CallReport, Gas, GasBreakdown};
use cosmwasm_std::ContractResult;
use serde::de::IgnoredAny;
use std::rc::Rc;

/// A transaction and the calls it made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// What became of the transaction: the same as without an onlooker.
    pub result: TxResult,
    /// The calls that its messages made themselves, in order.
    pub calls: Vec<TracedCall>,
}

/// One call of a contract, with the calls it led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedCall {
    /// The contract; empty if the call failed before it was known.
    pub contract: String,
    /// What was called.
    pub entry: EntryPoint,
    /// The message, byte for byte; for a reply, what the contract was told.
    pub msg: Vec<u8>,
    /// SDK gas of the call and of all below it: instance, funds, events and submessages included.
    pub gas: u64,
    /// What the virtual machine did; none if it was not reached.
    pub run: Option<TracedRun>,
    /// Whether its changes were undone because a submessage failed, which the contract above lived with.
    pub undone: bool,
    /// Queries, submessages and replies, in order.
    pub calls: Vec<TracedCall>,
}

/// The part of a call that ran in the virtual machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedRun {
    /// Gas in the virtual machine's unit, of which 140,000 are one SDK gas; what the chain counted meanwhile is in it.
    pub gas: Gas,
    /// Where it went. The parts add up to [`Self::gas`].
    pub breakdown: GasBreakdown,
    /// The contract's own error, or what ended it.
    pub error: Option<String>,
}

/// The tree while it grows.
#[derive(Default)]
pub(crate) struct Tree {
    done: Vec<TracedCall>,
    /// Calls that have not ended, the innermost last, each with the gas that was used when it began.
    open: Vec<(TracedCall, u64)>,
}

impl Tree {
    /// Where the next call goes that ends.
    fn siblings(&mut self) -> &mut Vec<TracedCall> {
        match self.open.last_mut() {
            Some((above, _)) => &mut above.calls,
            None => &mut self.done,
        }
    }

    fn end(&mut self, used: u64) {
        if let Some((mut call, before)) = self.open.pop() {
            call.gas = used.saturating_sub(before);
            self.siblings().push(call);
        }
    }
}

/// A call that is noted until this is dropped.
#[must_use]
pub(crate) struct Noted(Option<Rc<Session>>);

impl Drop for Noted {
    fn drop(&mut self) {
        if let Some(session) = &self.0 {
            let used = session.meter().used();
            session.in_tree(|tree| tree.end(used));
        }
    }
}

impl Session {
    /// Starts to note calls.
    pub(crate) fn start_trace(&self) {
        self.tree.replace(Some(Tree::default()));
    }

    /// Whether calls are noted.
    pub(crate) fn is_traced(&self) -> bool {
        self.tree.borrow().is_some()
    }

    /// Notes a call that begins; its contract is not known yet if it is still to be made.
    pub(crate) fn begin_call(
        self: &Rc<Self>,
        entry: EntryPoint,
        contract: Option<&Address>,
        msg: &[u8],
    ) -> Noted {
        if !self.is_traced() {
            return Noted(None);
        }
        let call = TracedCall {
            contract: contract.map_or_else(String::new, |contract| self.text(contract)),
            entry,
            msg: msg.to_vec(),
            gas: 0,
            run: None,
            undone: false,
            calls: Vec::new(),
        };
        let used = self.meter().used();
        self.in_tree(|tree| tree.open.push((call, used)));
        Noted(Some(Rc::clone(self)))
    }

    /// Notes what the virtual machine did for the innermost call.
    pub(crate) fn trace_run(
        &self,
        contract: &Address,
        report: &CallReport,
        breakdown: GasBreakdown,
    ) {
        let contract = self.text(contract);
        let run = TracedRun {
            gas: report.gas_used,
            breakdown,
            error: error(report),
        };
        self.in_tree(|tree| {
            if let Some((call, _)) = tree.open.last_mut() {
                call.contract = contract;
                call.run = Some(run);
            }
        });
    }

    /// How many calls the innermost one has led to.
    pub(crate) fn traced_calls(&self) -> usize {
        let mut calls = 0;
        self.in_tree(|tree| calls = tree.siblings().len());
        calls
    }

    /// Marks the calls that the innermost one has led to since there were so many.
    pub(crate) fn mark_undone(&self, since: usize) {
        self.in_tree(|tree| {
            for call in tree.siblings().iter_mut().skip(since) {
                call.undone = true;
            }
        });
    }

    fn in_tree(&self, act: impl FnOnce(&mut Tree)) {
        if let Some(tree) = &mut *self.tree.borrow_mut() {
            act(tree);
        }
    }

    /// Takes the calls that were noted; none if none were to be.
    pub(crate) fn take_trace(&self) -> Vec<TracedCall> {
        self.tree.take().unwrap_or_default().done
    }
}

/// What ended a call, or the error that the contract answered with.
fn error(report: &CallReport) -> Option<String> {
    match &report.outcome {
        Err(error) => Some(error.to_string()),
        Ok(answer) => match serde_json::from_slice::<ContractResult<IgnoredAny>>(answer) {
            Ok(ContractResult::Err(text)) => Some(text),
            Ok(ContractResult::Ok(_)) => None,
            Err(error) => Some(format!("not an answer: {error}")),
        },
    }
}

impl Ledger {
    /// Runs the transactions of a block as [`Ledger::execute_block`] does, up to the one with this index, and notes the calls of that
    /// one. Nothing is kept. None if the block has no such transaction.
    ///
    /// # Errors
    /// [`Fault`] if the host is broken.
    pub fn trace(
        &self,
        state: Rc<dyn StateRead>,
        block: &BlockContext,
        txs: &[Vec<u8>],
        index: usize,
    ) -> Result<Option<Trace>, Fault> {
        let (Some(before), Some(tx)) = (txs.get(..index), txs.get(index)) else {
            return Ok(None);
        };
        let mut course = self.begin(state, block)?;
        for tx in before {
            self.deliver(&mut course, block, tx, false)?;
        }
        self.deliver(&mut course, block, tx, true).map(Some)
    }
}
