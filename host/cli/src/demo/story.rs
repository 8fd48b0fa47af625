//! Everything a run of the demonstration found: what `--json` prints as one document and the report shows.

use serde::Serialize;

use super::attacks::Attack;
use super::checks::Check;
use super::fiscal::Row;
use super::poll::PollStory;
use super::verdict::Verdict;

/// Name and version of the document.
pub const SCHEMA: &str = "commons/demo-alaska/1";

/// One run.
#[derive(Debug, Serialize)]
pub struct Story {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The data directory; none on a network.
    pub home: Option<String>,
    /// Seed of the persons' keys.
    pub seed: String,
    /// Persons on each roll.
    pub persons: u32,
    /// Chain id.
    pub chain_id: String,
    /// The registry's address.
    pub registry: String,
    /// Addresses of both trusts.
    pub trusts: Vec<TrustStory>,
    /// Years of (a) and of (b).
    pub rows: [Vec<Row>; 2],
    /// What must be seen.
    pub checks: Vec<Check>,
    /// The appropriation; none where the run ended before.
    pub poll: Option<PollStory>,
    /// Attempts to break the trust.
    pub attacks: Vec<Attack>,
    /// Height of the last block.
    pub height: u64,
    /// Transactions in blocks.
    pub transactions: u64,
    /// State root after the last block, hex; none on a network.
    pub root: Option<String>,
    /// Replay, second reading, tampering; none on a network, whose log is not here.
    pub verdict: Option<Verdict>,
}

/// One trust in the document.
#[derive(Debug, Serialize)]
pub struct TrustStory {
    /// Its name.
    pub name: String,
    /// Address of the roll.
    pub roll: String,
    /// Address of the assembly.
    pub assembly: String,
    /// Address of the trust contract.
    pub trust: String,
    /// Address of the survey.
    pub survey: String,
    /// What the registry says of it.
    pub verification: commons_common::registry::Verification,
    /// Its books at the end.
    pub ledgers: commons_common::trust::LedgersResponse,
}

impl Story {
    /// Whether everything that must hold holds.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|c| c.holds) && self.verdict.as_ref().is_none_or(Verdict::holds)
    }
}
