//! The second reader at work on a test's chain, and the replay of its log. Finds nothing itself: any difference stops the
//! test with the auditor's sentence.

use std::collections::BTreeSet;

use commons_audit::reference::{Answers, Now, SecondReader, compare, families};
use commons_audit::replay::{Registries, read_trusts};

use crate::chain::{CHAIN_ID, Chain};
use crate::wasm::Wasm;

/// One trust of a chain, followed by the second reader.
pub struct Reading {
    reader: SecondReader,
    /// Steps of the chain that were read.
    seen: usize,
}

impl Reading {
    /// Begins to follow the one trust that `registry` founded.
    #[must_use]
    pub fn begin(node: &Wasm, registry: &str) -> Self {
        let mut founded = families(node.steps());
        founded.retain(|family| family.registry == registry);
        let family = founded.pop().expect("the registry founded a trust");
        assert!(founded.is_empty(), "and no other");
        Self {
            reader: SecondReader::new(CHAIN_ID, family),
            seen: 0,
        }
    }

    /// Reads on to the end of the chain, and compares every answer of the contracts.
    pub fn check(&mut self, node: &Wasm) {
        let mut unread = node.steps().iter().skip(self.seen);
        self.seen = node.steps().len();
        let compared = unread
            .try_for_each(|step| self.reader.step(step))
            .and_then(|()| {
                let now = Now {
                    height: node.height(),
                    time: node.now().0,
                };
                compare(&self.reader, &Asked(node), now)
            });
        if let Err(difference) = compared {
            panic!("the second reader: {difference}");
        }
    }
}

/// Replays the whole log, reads the registry's trusts again from what the replay saw, and answers how many answers were
/// compared.
pub fn replay(node: &Wasm, registry: &str) -> u64 {
    let report = node.replayed();
    if let Some(difference) = &report.difference {
        panic!("the replay: {difference}");
    }
    assert!(report.is_equal());
    let registries = Registries::Named(BTreeSet::from([registry.to_owned()]));
    let readings = read_trusts(&report, &registries).expect("the replayed state can be read");
    let mut compared = 0;
    for reading in readings.read {
        if let Some(difference) = reading.difference {
            panic!("the second reader, after the replay: {difference}");
        }
        compared += reading.compared;
    }
    compared
}

struct Asked<'a>(&'a Wasm);

impl Answers for Asked<'_> {
    fn ask(&self, address: &str, query: &[u8]) -> Result<Vec<u8>, String> {
        self.0.query_bytes(address, query)
    }
}
