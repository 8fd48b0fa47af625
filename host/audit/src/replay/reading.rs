//! The second reading of a replayed chain: every trust that its calls founded, read again and laid beside the answers of
//! the replayed contracts. Owns no rule; see `reference`.

use commons_node::Node;

use super::ReplayReport;
use crate::reference::{
    Answers, Difference, Family, Ledger, Now, SecondReader, Signatures, compare, families,
};

/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// The second reading of one trust.
#[derive(Clone, Debug)]
pub struct TrustReading {
    /// The trust.
    pub family: Family,
    /// Its ledgers as the second reader has them; none if it could not read to the end.
    pub ledger: Option<Ledger>,
    /// Messages read, by the journals of its contracts.
    pub messages: u64,
    /// Ballots, proofs of possession and rotations whose signatures were checked.
    pub signatures: Signatures,
    /// Answers of the contracts that were compared.
    pub compared: u64,
    /// The first difference, if any.
    pub difference: Option<Difference>,
}

/// Reads every trust of a replayed chain a second time.
#[must_use]
pub fn read_trusts(report: &ReplayReport) -> Vec<TrustReading> {
    let trusts = families(&report.steps).into_iter();
    trusts.map(|family| read(report, family)).collect()
}

fn read(report: &ReplayReport, family: Family) -> TrustReading {
    let mut reader = SecondReader::new(&report.chain_id, family.clone());
    let followed = report.steps.iter().try_for_each(|step| reader.step(step));
    let now = Now {
        height: report.node.height(),
        time: report.node.time_nanos() / SECOND,
    };
    let compared = followed.and_then(|()| compare(&reader, &Replayed(&report.node), now));
    let journals = reader.journals().into_iter().flatten();
    TrustReading {
        family,
        ledger: reader.ledger().copied(),
        messages: journals.fold(0, |sum, journal| sum.saturating_add(journal.n)),
        signatures: reader.signatures(),
        compared: compared.as_ref().copied().unwrap_or(0),
        difference: compared.err(),
    }
}

struct Replayed<'a>(&'a Node);

impl Answers for Replayed<'_> {
    fn ask(&self, address: &str, query: &[u8]) -> Result<Vec<u8>, String> {
        self.0
            .query_smart(address, query)
            .map_err(|error| error.to_string())
    }
}
