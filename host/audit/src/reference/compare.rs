//! What the second reader found beside what the contracts answer. Asks and compares; decides nothing, and stops at the
//! first difference.

use commons_common::assembly::{QueryMsg as AskAssembly, VoteInfo};
use commons_common::id::{AppropriationId, DeclarationId, PeriodId, PersonId, ProposalId};
use commons_common::journal::Entry as JournalEntry;
use commons_common::page::{MAX_BATCH, MAX_LIMIT};
use commons_common::roll::{Electorate, QueryMsg as AskRoll, Standing, TotalWeightResponse};
use commons_common::survey::QueryMsg as AskSurvey;
use commons_common::trust::{LedgersResponse, QueryMsg as AskTrust, StatusResponse};
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, Uint128};
use serde::Serialize;
use serde_json::Value;

use super::assembly::Assembly;
use super::json::{first_difference, words};
use super::roll::Roll;
use super::survey::Survey;
use super::trust::Trust;
use super::{Chain, Difference, SecondReader};

/// Who answers for the contracts: a node at the height where the reading ended.
pub trait Answers {
    /// The answer of the contract at `address` to `query`, both JSON.
    ///
    /// # Errors
    /// What the contract or the node said instead, for people.
    fn ask(&self, address: &str, query: &[u8]) -> Result<Vec<u8>, String>;
}

/// Where in the chain the answers are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Height of the last block.
    pub height: u64,
    /// Its time in seconds.
    pub time: u64,
}

/// Compares every answer of a trust's contracts with the second reading of everything up to `now`. Answers the number of
/// answers compared.
///
/// # Errors
/// The first difference.
pub fn compare(reader: &SecondReader, answers: &dyn Answers, now: Now) -> Result<u64, Difference> {
    let mut comparison = Comparison {
        name: &reader.family.name,
        now,
        answers,
        compared: 0,
    };
    let family = &reader.family;
    if let Some(read) = &reader.trust {
        comparison.trust(&family.trust, &read.model)?;
        comparison.journal(&family.trust, "journal of the trust", &read.journal)?;
    }
    if let Some(read) = &reader.assembly {
        comparison.assembly(&family.assembly, &read.model)?;
        comparison.journal(&family.assembly, "journal of the assembly", &read.journal)?;
    }
    if let Some(read) = &reader.survey {
        comparison.survey(&family.survey, &read.model)?;
        comparison.journal(&family.survey, "journal of the survey", &read.journal)?;
    }
    if let Some(read) = &reader.roll {
        comparison.roll(&family.roll, &read.model)?;
        comparison.journal(&family.roll, "journal of the roll", &read.journal)?;
    }
    Ok(comparison.compared)
}

struct Comparison<'a> {
    name: &'a str,
    now: Now,
    answers: &'a dyn Answers,
    compared: u64,
}

impl Comparison<'_> {
    fn journal(&mut self, at: &str, place: &str, chain: &Chain) -> Result<(), Difference> {
        let found = JournalEntry {
            n: chain.n,
            head: chain.head.clone(),
        };
        // Every contract asks for its journal by the same name.
        self.same(at, place, &AskTrust::Journal {}, &found)
    }

    fn trust(&mut self, at: &str, trust: &Trust) -> Result<(), Difference> {
        self.pages(
            at,
            &trust.periods,
            |after: Option<usize>| AskTrust::ListPeriods {
                start_after: after.map(|n| PeriodId(wide(n))),
                limit: Some(MAX_LIMIT),
            },
            "period",
        )?;
        let ledgers = LedgersResponse {
            ledgers: trust.ledger.to_answer(),
            free: trust.ledger.free.to_answer(),
            reserved: Uint128::new(trust.ledger.reserved),
            balance: Uint128::new(trust.ledger.balance),
            stray: Uint128::new(trust.ledger.stray),
        };
        self.same(at, "ledgers", &AskTrust::Ledgers {}, &ledgers)?;
        self.pages(
            at,
            &trust.declarations,
            |after| AskTrust::ListDeclarations {
                start_after: after.map(|n| DeclarationId(wide(n))),
                limit: Some(MAX_LIMIT),
            },
            "declaration",
        )?;
        self.pages(
            at,
            &trust.appropriations,
            |after| AskTrust::ListAppropriations {
                start_after: after.map(|n| AppropriationId(wide(n))),
                limit: Some(MAX_LIMIT),
            },
            "appropriation",
        )?;
        let placements: Vec<_> = trust.placements.values().collect();
        self.same(at, "placements", &AskTrust::Placements {}, &placements)?;
        for (proposal, found) in &trust.authorisations {
            let query = AskTrust::Authorisation {
                proposal: *proposal,
            };
            let place = format!("authorisation by proposal {proposal}");
            self.same(at, &place, &query, found)?;
        }
        let status = match trust.ratified_at {
            None => StatusResponse::Founding {},
            Some(at) => StatusResponse::Living {
                ratified_at: UnixTime(at),
                period: trust.open_period(),
                closes_from: UnixTime(trust.closes_from(trust.open_period()).unwrap_or(u64::MAX)),
            },
        };
        self.same(at, "status", &AskTrust::Status {}, &status)
    }

    fn assembly(&mut self, at: &str, assembly: &Assembly) -> Result<(), Difference> {
        for proposal in &assembly.proposals {
            let id = proposal.id;
            let place = format!("proposal {id}");
            let answer = self.ask(at, &place, &AskAssembly::Proposal { proposal: id })?;
            let stored = answer.get("proposal").cloned().unwrap_or(Value::Null);
            self.equal(&place, &stored, proposal)?;
            let votes: Vec<VoteInfo> = assembly
                .votes
                .range((id, PersonId(0))..=(id, PersonId(u64::MAX)))
                .map(|((_, person), vote)| VoteInfo {
                    person: *person,
                    choice: vote.choice,
                    path: vote.path,
                    at: UnixTime(vote.at),
                    height: vote.height,
                })
                .collect();
            self.votes(at, id, &votes)?;
        }
        let next = AskAssembly::ListProposals {
            start_after: Some(ProposalId(wide(assembly.proposals.len()))),
            limit: Some(1),
        };
        self.same(at, "proposals after the last", &next, &Vec::<u8>::new())
    }

    fn votes(&mut self, at: &str, id: ProposalId, votes: &[VoteInfo]) -> Result<(), Difference> {
        let mut after = None;
        let page = usize::try_from(MAX_LIMIT).unwrap_or(usize::MAX);
        let mut chunks = votes.chunks(page);
        loop {
            let chunk = chunks.next().unwrap_or_default();
            let query = AskAssembly::ListVotes {
                proposal: id,
                start_after: after,
                limit: Some(MAX_LIMIT),
            };
            self.same(
                at,
                &format!(
                    "votes on proposal {id} after person {}",
                    after.unwrap_or(PersonId(0))
                ),
                &query,
                &chunk,
            )?;
            let Some(last) = chunk.last().filter(|_| chunk.len() == page) else {
                return Ok(());
            };
            after = Some(last.person);
        }
    }

    fn survey(&mut self, at: &str, survey: &Survey) -> Result<(), Difference> {
        for reading in survey.readings.values() {
            let query = AskSurvey::Reading {
                subject: reading.subject.clone(),
                period: reading.period,
            };
            let place = format!(
                "reading of '{}' for period {}",
                reading.subject, reading.period
            );
            self.same(at, &place, &query, reading)?;
        }
        Ok(())
    }

    fn roll(&mut self, at: &str, roll: &Roll) -> Result<(), Difference> {
        let height = self.now.height.saturating_add(1);
        let (active, sharing) = roll.counts(height);
        let total = TotalWeightResponse { weight: active };
        self.same(
            at,
            "total weight",
            &AskRoll::TotalWeight { at_height: None },
            &total,
        )?;
        let electorate = Electorate {
            height,
            active,
            sharing,
            expiries_due: roll.expiries_due_at(self.now.time, self.now.height),
        };
        self.same(
            at,
            "electorate",
            &AskRoll::Electorate { height },
            &electorate,
        )?;
        let ids: Vec<PersonId> = (1..=wide(roll.persons.len()).saturating_add(1))
            .map(PersonId)
            .collect();
        for batch in ids.chunks(MAX_BATCH) {
            let found: Vec<Option<Standing>> =
                batch.iter().map(|id| standing(roll, *id, height)).collect();
            let query = AskRoll::Standings {
                persons: batch.to_vec(),
                height,
            };
            let first = batch.first().copied().unwrap_or(PersonId(0));
            self.same(
                at,
                &format!("standings from person {first}"),
                &query,
                &found,
            )?;
        }
        Ok(())
    }

    /// Compares a list that is answered in pages and counted from 1; one item more would be found, too.
    fn pages<T: Serialize, Q: Serialize>(
        &mut self,
        at: &str,
        items: &[T],
        query: impl Fn(Option<usize>) -> Q,
        noun: &str,
    ) -> Result<(), Difference> {
        let page = usize::try_from(MAX_LIMIT).unwrap_or(usize::MAX);
        let mut done = 0;
        loop {
            let asked = query((done > 0).then_some(done));
            let answer = self.ask(at, noun, &asked)?;
            let found = answer.as_array().cloned().unwrap_or_default();
            let chunk: Vec<&T> = items.iter().skip(done).take(page).collect();
            for (index, item) in chunk.iter().enumerate() {
                let place = format!("{noun} {}", done.saturating_add(index).saturating_add(1));
                self.equal(&place, found.get(index).unwrap_or(&Value::Null), item)?;
            }
            self.equal(
                &format!("list of {noun}s from {done}"),
                &wide(found.len()).into(),
                &wide(chunk.len()),
            )?;
            done = done.saturating_add(chunk.len());
            if chunk.len() < page {
                return Ok(());
            }
        }
    }

    fn same(
        &mut self,
        at: &str,
        place: &str,
        query: &impl Serialize,
        found: &impl Serialize,
    ) -> Result<(), Difference> {
        let answer = self.ask(at, place, query)?;
        self.equal(place, &answer, found)
    }

    fn ask(&self, at: &str, place: &str, query: &impl Serialize) -> Result<Value, Difference> {
        let ask = || {
            let query = serde_json::to_vec(query).map_err(|error| error.to_string())?;
            let answer = self.answers.ask(at, &query)?;
            serde_json::from_slice(&answer).map_err(|error| error.to_string())
        };
        ask().map_err(|reason: String| Difference::Silent {
            trust: self.name.to_owned(),
            place: place.to_owned(),
            reason,
        })
    }

    fn equal(
        &mut self,
        place: &str,
        answer: &Value,
        found: &impl Serialize,
    ) -> Result<(), Difference> {
        self.compared = self.compared.saturating_add(1);
        let found = serde_json::to_value(found).unwrap_or(Value::Null);
        let Some((path, contract, reader)) = first_difference(answer, &found) else {
            return Ok(());
        };
        Err(Difference::Answer {
            trust: self.name.to_owned(),
            place: place.to_owned(),
            what: if path.is_empty() {
                "answer".to_owned()
            } else {
                path
            },
            contract: words(contract),
            reader: words(reader),
        })
    }
}

fn standing(roll: &Roll, id: PersonId, height: u64) -> Option<Standing> {
    roll.person(id).map(|person| Standing {
        person: id,
        account: person.account.as_ref().map(Addr::unchecked),
        voting_key: person.key.clone(),
        key_epoch: person.key_epoch,
        votes: person.votes.at(height),
        shares: person.shares.at(height),
    })
}

fn wide(n: usize) -> u64 {
    // INVARIANT: a count of things in memory fits 64 bits.
    u64::try_from(n).unwrap_or(u64::MAX)
}
