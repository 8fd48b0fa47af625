//! What roll, assembly, survey and the bank answer.

use std::collections::{BTreeMap, BTreeSet};

use commons_common::id::{PeriodId, PersonId};
use commons_common::text::Name;
use commons_common::units::UnixTime;
use commons_common::{assembly, roll, survey};
use cosmwasm_std::{
    Addr, BalanceResponse, BankQuery, Binary, Coin, ContractResult, Empty, HexBinary, Querier,
    QuerierResult, QueryRequest, SystemResult, Uint128, WasmQuery, from_json, to_json_binary,
};

use super::{DENOM, addr, hash};

/// One person on the roll.
#[derive(Clone)]
pub struct Member {
    pub account: Option<Addr>,
    /// A share at the start of blocks in this range.
    pub shares: std::ops::Range<u64>,
}

/// A settled value: of which period, how much, when its window opened, whether it is fresh.
#[derive(Clone)]
pub struct Value {
    pub period: u64,
    pub value: u128,
    pub opened_at: u64,
    pub fresh: bool,
}

/// What the siblings know.
#[derive(Clone)]
pub struct Siblings {
    /// Persons by number.
    pub persons: BTreeMap<u64, Member>,
    /// Trustees in office.
    pub trustees: BTreeSet<Addr>,
    /// Declared interests: trustee and subject.
    pub interests: BTreeSet<(Addr, Addr)>,
    /// Settled index readings by period.
    pub index: BTreeMap<u64, u128>,
    /// Settled values that count now.
    pub values: BTreeMap<Name, Value>,
    /// Whether the roll has expiries to work off.
    pub expiries_due: bool,
    /// Proposals so far.
    pub proposals: u64,
}

impl Siblings {
    /// `persons` persons with a share and an account (`person 1` and so on) and the trustees anna, bert, cleo, dora.
    pub fn new(persons: u64) -> Self {
        Self {
            persons: (1..=persons)
                .map(|id| {
                    let member = Member {
                        account: Some(addr(&format!("person {id}"))),
                        shares: 0..u64::MAX,
                    };
                    (id, member)
                })
                .collect(),
            trustees: ["anna", "bert", "cleo", "dora"].map(addr).into(),
            interests: BTreeSet::new(),
            index: BTreeMap::new(),
            values: BTreeMap::new(),
            expiries_due: false,
            proposals: 0,
        }
    }

    fn standing(&self, id: PersonId, height: u64) -> Option<roll::Standing> {
        let member = self.persons.get(&id.get())?;
        Some(roll::Standing {
            person: id,
            account: member.account.clone(),
            voting_key: HexBinary::from([7; 32]),
            key_epoch: 0,
            votes: true,
            shares: member.shares.contains(&height),
        })
    }

    fn roll(&self, question: roll::QueryMsg) -> Binary {
        match question {
            roll::QueryMsg::Electorate { height } => json(&roll::Electorate {
                height,
                active: 0,
                sharing: self.sharing(height),
                expiries_due: self.expiries_due,
            }),
            roll::QueryMsg::Standings { persons, height } => {
                let standings: Vec<_> = persons
                    .into_iter()
                    .map(|id| self.standing(id, height))
                    .collect();
                json(&standings)
            }
            roll::QueryMsg::PersonOf { account } => {
                let found = self.persons.iter().find(|(_, member)| {
                    member
                        .account
                        .as_ref()
                        .is_some_and(|a| a.as_str() == account)
                });
                json(&found.map(|(id, member)| person(*id, member)))
            }
            other => panic!("a trust does not ask {other:?}"),
        }
    }

    /// Persons with a share at the start of block `height`.
    pub fn sharing(&self, height: u64) -> u64 {
        let sharing = self
            .persons
            .values()
            .filter(|member| member.shares.contains(&height));
        u64::try_from(sharing.count()).unwrap()
    }

    fn survey(&self, question: survey::QueryMsg) -> Binary {
        match question {
            survey::QueryMsg::Reading { subject, period } => {
                let settled = self.index.get(&period.get()).map(|value| survey::Settled {
                    value: Uint128::new(*value),
                    at: UnixTime(0),
                });
                json(&Some(survey::Reading {
                    subject,
                    period,
                    reports: vec![],
                    complete_at: None,
                    settled,
                }))
            }
            survey::QueryMsg::Effective { subject } => json(&match self.values.get(&subject) {
                None => survey::Effective::None {},
                Some(value) => survey::Effective::Settled {
                    period: PeriodId(value.period),
                    value: Uint128::new(value.value),
                    reported_at: UnixTime(value.opened_at),
                    opened_at: UnixTime(value.opened_at),
                    settled_at: UnixTime(value.opened_at),
                    fresh: value.fresh,
                },
            }),
            other => panic!("a trust does not ask {other:?}"),
        }
    }

    fn assembly(&self, question: assembly::QueryMsg) -> Binary {
        let assembly::QueryMsg::Trustee { account, subject } = question else {
            panic!("a trust asks nothing else");
        };
        let (account, subject) = (Addr::unchecked(account), Addr::unchecked(subject));
        json(&assembly::TrusteeResponse {
            in_office: self.trustees.contains(&account),
            interested: self.interests.contains(&(account, subject)),
        })
    }
}

fn person(id: u64, member: &Member) -> roll::Person {
    roll::Person {
        id: PersonId(id),
        account: member.account.clone(),
        voting_key: HexBinary::from([7; 32]),
        key_epoch: 0,
        nullifier: hash(),
        class: 0,
        admitted: UnixTime(0),
        votes_from: UnixTime(0),
        shares_from: UnixTime(0),
        valid_until: UnixTime(u64::MAX),
        status: roll::Status::Active,
    }
}

fn json(value: &impl serde::Serialize) -> Binary {
    to_json_binary(value).unwrap()
}

/// The chain as a contract asks it.
pub struct Chain<'a> {
    pub siblings: &'a Siblings,
    pub bank: &'a BTreeMap<Addr, u128>,
}

impl Querier for Chain<'_> {
    fn raw_query(&self, request: &[u8]) -> QuerierResult {
        let answer = match from_json::<QueryRequest<Empty>>(request).unwrap() {
            QueryRequest::Bank(BankQuery::Balance { address, denom }) => {
                assert_eq!(denom, DENOM);
                let held = self.bank.get(&Addr::unchecked(address)).copied();
                json(&BalanceResponse::new(Coin::new(held.unwrap_or(0), denom)))
            }
            QueryRequest::Wasm(WasmQuery::Smart { contract_addr, msg }) => {
                let asked = Addr::unchecked(contract_addr);
                if asked == addr("roll") {
                    self.siblings.roll(from_json(msg).unwrap())
                } else if asked == addr("survey") {
                    self.siblings.survey(from_json(msg).unwrap())
                } else {
                    assert_eq!(asked, addr("assembly"));
                    self.siblings.assembly(from_json(msg).unwrap())
                }
            }
            other => panic!("a trust does not ask {other:?}"),
        };
        SystemResult::Ok(ContractResult::Ok(answer))
    }
}
