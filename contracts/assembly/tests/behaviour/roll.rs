//! A roll in memory: answers `PersonOf`, `Electorate` and `Standings` by height, as the real one does.

use commons_common::id::PersonId;
use commons_common::roll::{Electorate, Person, QueryMsg, Standing, Status};
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::{
    Addr, Binary, ContractResult, HexBinary, QuerierResult, SystemResult, WasmQuery, from_json,
    to_json_binary,
};
use ed25519_dalek::SigningKey;

/// One person.
pub struct Member {
    pub account: Option<Addr>,
    pub key: SigningKey,
    pub key_epoch: u32,
    /// The block in which the person became Active; the next one sees it at its start.
    pub active_in: u64,
    /// The block in which the person lapsed.
    pub lapsed_in: Option<u64>,
}

impl Member {
    fn votes(&self, height: u64) -> bool {
        self.active_in < height && self.lapsed_in.is_none_or(|lapsed| height <= lapsed)
    }
}

/// The roll.
#[derive(Default)]
pub struct Roll {
    pub members: Vec<Member>,
    pub expiries_due: bool,
}

impl Roll {
    pub fn answer(&self, query: &WasmQuery) -> QuerierResult {
        let WasmQuery::Smart { msg, .. } = query else {
            panic!("only smart queries are asked");
        };
        SystemResult::Ok(ContractResult::Ok(self.reply(from_json(msg).unwrap())))
    }

    fn reply(&self, question: QueryMsg) -> Binary {
        match question {
            QueryMsg::PersonOf { account } => to_json_binary(&self.person_of(&account)),
            QueryMsg::Electorate { height } => to_json_binary(&self.electorate(height)),
            QueryMsg::Standings { persons, height } => {
                let standings: Vec<_> = persons
                    .into_iter()
                    .map(|person| self.standing(person, height))
                    .collect();
                to_json_binary(&standings)
            }
            other => panic!("an assembly never asks {other:?}"),
        }
        .unwrap()
    }

    fn electorate(&self, height: u64) -> Electorate {
        let active = self.members.iter().filter(|m| m.votes(height)).count() as u64;
        Electorate {
            height,
            active,
            sharing: active,
            expiries_due: self.expiries_due,
        }
    }

    fn person_of(&self, account: &str) -> Option<Person> {
        let index = self.members.iter().position(|m| {
            m.account
                .as_ref()
                .is_some_and(|of_member| of_member.as_str() == account)
        })?;
        let member = &self.members[index];
        let status = match (member.active_in, member.lapsed_in) {
            (u64::MAX, _) => Status::Pending,
            (_, Some(_)) => Status::Lapsed,
            (_, None) => Status::Active,
        };
        Some(Person {
            id: PersonId(index as u64 + 1),
            account: member.account.clone(),
            voting_key: public(member),
            key_epoch: member.key_epoch,
            nullifier: Hash([index as u8; 32]),
            class: 0,
            admitted: UnixTime(0),
            votes_from: UnixTime(0),
            shares_from: UnixTime(0),
            valid_until: UnixTime(u64::MAX),
            status,
        })
    }

    fn standing(&self, person: PersonId, height: u64) -> Option<Standing> {
        let member = self.members.get((person.get() as usize).checked_sub(1)?)?;
        Some(Standing {
            person,
            account: member.account.clone(),
            voting_key: public(member),
            key_epoch: member.key_epoch,
            votes: member.votes(height),
            shares: member.votes(height),
        })
    }
}

fn public(member: &Member) -> HexBinary {
    HexBinary::from(member.key.verifying_key().to_bytes())
}
