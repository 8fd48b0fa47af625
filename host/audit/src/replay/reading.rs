//! The second reading of a replayed chain: every trust that a named registry founded, read again and laid beside the
//! answers of the replayed contracts. Owns no rule; see `reference`. Never reads what another registry says that it
//! founded: anyone can write a contract that says anything.

use std::collections::BTreeSet;

use commons_node::{Node, NodeError};

use super::ReplayReport;
use crate::reference::{
    Answers, Difference, Family, Ledger, Now, SecondReader, Signatures, compare, families,
};

/// Nanoseconds in a second.
const SECOND: u64 = 1_000_000_000;

/// Whose trusts are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Registries {
    /// Those at these addresses.
    Named(BTreeSet<String>),
    /// Those that run code with one of these SHA-256 checksums, as known from elsewhere than the chain.
    Running(BTreeSet<[u8; 32]>),
}

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

/// The trusts of a chain: those of the registries that were named, read, and what others say that they founded.
#[derive(Clone, Debug, Default)]
pub struct TrustReadings {
    /// Read, in order of their founding.
    pub read: Vec<TrustReading>,
    /// Not read: what other contracts call trusts of theirs.
    pub unread: Vec<Family>,
}

/// Reads every trust of a replayed chain that these registries founded a second time.
///
/// # Errors
/// The replayed state cannot be read.
pub fn read_trusts(
    report: &ReplayReport,
    registries: &Registries,
) -> Result<TrustReadings, NodeError> {
    let (ours, unread) = sorted(report, registries)?;
    Ok(TrustReadings {
        read: ours
            .into_iter()
            .map(|family| reading(report, family))
            .collect(),
        unread,
    })
}

/// Families of these registries, and of others.
fn sorted(
    report: &ReplayReport,
    registries: &Registries,
) -> Result<(Vec<Family>, Vec<Family>), NodeError> {
    let (mut ours, mut others) = (Vec::new(), Vec::new());
    for family in families(&report.steps) {
        let named = match registries {
            Registries::Named(addresses) => addresses.contains(&family.registry),
            Registries::Running(checksums) => {
                checksum(&report.node, &family.registry)?.is_some_and(|it| checksums.contains(&it))
            }
        };
        if named { &mut ours } else { &mut others }.push(family);
    }
    Ok((ours, others))
}

/// The checksum of a contract's code.
fn checksum(node: &Node, contract: &str) -> Result<Option<[u8; 32]>, NodeError> {
    let Some(contract) = node.contract_info(contract)? else {
        return Ok(None);
    };
    let code = node.code_info(contract.code_id)?;
    Ok(code.and_then(|code| code.code_hash.try_into().ok()))
}

fn reading(report: &ReplayReport, family: Family) -> TrustReading {
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
