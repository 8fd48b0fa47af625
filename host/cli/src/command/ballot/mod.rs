//! `commons ballot`: what the four verbs share — the poll that is meant, and what can be said of a ballot file without
//! sending it. Whether a ballot counts, the assembly decides.

use std::path::Path;

use commons_client::ballot_file::{BallotFile, Finding};
use commons_client::mismatch::Mismatch;
use commons_common::assembly::{ProposalResponse, QueryMsg, VoteInfo, VotePath};
use commons_common::id::{PersonId, ProposalId};
use commons_common::registry::{Role, TrustEntry};
use commons_common::roll::{self, Standing};

pub mod check;
pub mod relay;
pub mod show;
pub mod sign;

use crate::chain::Chain;
use crate::failure::Failure;
use crate::{input, lookup};

/// One poll of one trust.
pub struct Poll {
    /// The trust.
    pub trust: TrustEntry,
    /// The proposal, as it stands now.
    pub response: ProposalResponse,
}

impl Poll {
    /// Asks for a proposal of a trust.
    pub fn load(chain: &Chain, trust: TrustEntry, proposal: ProposalId) -> Result<Self, Failure> {
        let assembly = lookup::address(&trust, Role::Assembly);
        let response = chain.ask(assembly, &QueryMsg::Proposal { proposal })?;
        Ok(Self { trust, response })
    }

    /// Address of the assembly.
    pub fn assembly(&self) -> &str {
        lookup::address(&self.trust, Role::Assembly)
    }

    /// Address of the roll.
    pub fn roll(&self) -> &str {
        lookup::address(&self.trust, Role::Roll)
    }

    /// The vote that is counted for a person, if any.
    pub fn vote_of(&self, chain: &Chain, person: PersonId) -> Result<Option<VoteInfo>, Failure> {
        let proposal = self.response.proposal.id;
        chain.ask(self.assembly(), &QueryMsg::Vote { proposal, person })
    }

    /// Where a person stands: key of now, vote at the electorate's height; none if there is no such person.
    pub fn standing_of(
        &self,
        chain: &Chain,
        person: PersonId,
    ) -> Result<Option<Standing>, Failure> {
        let question = roll::QueryMsg::Standings {
            persons: vec![person],
            height: self.response.proposal.electorate_height,
        };
        let standings: Vec<Option<Standing>> = chain.ask(self.roll(), &question)?;
        Ok(standings.into_iter().next().flatten())
    }

    /// Compares a ballot with what the chain expects of a person of this standing.
    pub fn examine(&self, chain: &Chain, ballot: &BallotFile, standing: &Standing) -> Finding {
        let poll_hash = &self.response.proposal.poll_hash;
        let expected = ballot.expected_text(chain.id(), self.assembly(), poll_hash);
        ballot.examine(&expected, &standing.voting_key)
    }
}

/// Reads a ballot file.
pub fn read_file(path: &Path) -> Result<BallotFile, Failure> {
    let text = input::text(path)?;
    BallotFile::parse(&text).map_err(|error| {
        let failure = Failure::from(error);
        Failure {
            what: format!("{} is not a ballot", input::name(path)),
            ..failure
        }
    })
}

/// The trust that is named, or the one whose assembly stands in the ballot's text.
pub fn trust_of(
    chain: &Chain,
    registry: &str,
    wanted: Option<&str>,
    ballot: &BallotFile,
) -> Result<TrustEntry, Failure> {
    if wanted.is_some() {
        return lookup::trust(chain, registry, wanted);
    }
    let named = ballot
        .text
        .lines()
        .find_map(|line| line.strip_prefix("assembly: "))
        .unwrap_or_default();
    lookup::by_address(chain, registry, named)?.ok_or_else(|| {
        Failure::no(
            "the ballot is not for a trust of this chain",
            format!("line 3 of its text names the assembly {named:?}, which belongs to no trust in this home's registry"),
            "check --home, or name the trust to compare with by --trust",
        )
    })
}

/// A finding in plain words.
pub fn explain(finding: &Finding) -> String {
    match finding {
        Finding::Good => "text and signature are what the chain expects".to_owned(),
        Finding::OtherText(mismatch) => explain_line(mismatch),
        Finding::OtherKey => {
            "the text is right, but signed with another key than the roll holds for this person"
                .to_owned()
        }
        Finding::Broken => {
            "the file was changed after signing: its signature does not fit its own text".to_owned()
        }
    }
}

fn explain_line(mismatch: &Mismatch) -> String {
    format!(
        "line {} differs ({}): the chain expects `{}`, signed was `{}`",
        mismatch.line, mismatch.key, mismatch.expected, mismatch.given
    )
}

/// How a vote came, in plain words.
pub fn path_of(vote: &VoteInfo) -> String {
    match vote.path {
        VotePath::Direct {} => "by a transaction from the person's own account".to_owned(),
        VotePath::Signed {
            key_epoch,
            sequence,
        } => {
            format!("as a signed ballot, sequence {sequence}, key epoch {key_epoch}")
        }
    }
}
