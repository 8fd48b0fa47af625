//! Builds rolls, registrars and applicants with real keys. Asserts nothing by itself.

use std::marker::PhantomData;

use commons_common::charter::{RegistrarCharter, RollCharter};
use commons_common::id::PersonId;
use commons_common::roll::{
    Attestation, BatchReport, Electorate, ExecuteMsg, InstantiateMsg, Person, QueryMsg,
    RollRefusal, Standing,
};
use commons_common::signed::{PossessionText, RotationText};
use commons_common::text::Name;
use commons_common::units::{Bps, Hash, Seconds};
use commons_roll::RollError;
use commons_roll::contract::{execute, instantiate, query};
use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, message_info, mock_env};
use cosmwasm_std::{Addr, Env, HexBinary, MessageInfo, OwnedDeps, Response, Timestamp, from_json};
use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
use ed25519_dalek::{Sha512, Signer, SigningKey};
use serde::de::DeserializeOwned;

use crate::strict_api::StrictApi;

pub const EPOCH: u64 = 1_000;
pub const ADMISSION: u64 = 100;
pub const RESIDENCE: u64 = 3_000;
pub const VALIDITY: u64 = 10_000;
pub const RENEWAL: u64 = 2_000;
pub const FOUNDED: u64 = 1_700_000_000;
pub const QUOTA: u32 = 300;

pub fn addr(name: &str) -> Addr {
    MockApi::default().addr_make(name)
}

pub fn registrar(index: usize) -> Addr {
    addr(&format!("registrar {index}"))
}

/// Five registrars, two admit.
pub fn rules() -> RollCharter {
    RollCharter {
        registrars: (0..5)
            .map(|i| RegistrarCharter {
                account: registrar(i).into_string(),
                quota: QUOTA,
            })
            .collect(),
        threshold: 2,
        epoch: Seconds(EPOCH),
        growth_bps: Bps(500),
        admission: Seconds(ADMISSION),
        share_residence: Seconds(RESIDENCE),
        validity: Seconds(VALIDITY),
        renewal: Seconds(RENEWAL),
    }
}

pub fn instantiate_msg(rules: RollCharter) -> InstantiateMsg {
    InstantiateMsg {
        assembly: addr("assembly").into_string(),
        classes: ["residents", "workers"]
            .map(|name| Name::try_from(name.to_owned()).unwrap())
            .to_vec(),
        rules,
    }
}

/// A roll on a chain of its own.
pub struct Roll {
    pub deps: OwnedDeps<MockStorage, StrictApi, MockQuerier>,
    pub env: Env,
}

impl Roll {
    pub fn new() -> Self {
        Self::with(rules())
    }

    pub fn with(rules: RollCharter) -> Self {
        let mut roll = Self::blank();
        roll.begin(instantiate_msg(rules)).unwrap();
        roll.env.block.height += 1;
        roll
    }

    /// A chain without a roll yet.
    pub fn blank() -> Self {
        let mut env = mock_env();
        env.block.time = Timestamp::from_seconds(FOUNDED);
        Self {
            deps: OwnedDeps {
                storage: MockStorage::default(),
                api: StrictApi::default(),
                querier: MockQuerier::default(),
                custom_query_type: PhantomData,
            },
            env,
        }
    }

    pub fn begin(&mut self, msg: InstantiateMsg) -> Result<Response, RollError> {
        let info = message_info(&addr("registry"), &[]);
        instantiate(self.deps.as_mut(), self.env.clone(), info, msg)
    }

    /// The next block, `seconds` later.
    pub fn pass(&mut self, seconds: u64) {
        self.env.block.height += 1;
        self.env.block.time = self.env.block.time.plus_seconds(seconds);
    }

    /// The next block, at a time counted from the founding.
    pub fn at(&mut self, since_founding: u64) {
        self.env.block.height += 1;
        self.env.block.time = Timestamp::from_seconds(FOUNDED + since_founding);
    }

    pub fn now(&self) -> u64 {
        self.env.block.time.seconds()
    }

    pub fn height(&self) -> u64 {
        self.env.block.height
    }

    pub fn send(&mut self, sender: &Addr, msg: ExecuteMsg) -> Result<Response, RollError> {
        self.send_with(message_info(sender, &[]), msg)
    }

    pub fn send_with(&mut self, info: MessageInfo, msg: ExecuteMsg) -> Result<Response, RollError> {
        execute(self.deps.as_mut(), self.env.clone(), info, msg)
    }

    pub fn ask<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        from_json(query(self.deps.as_ref(), self.env.clone(), msg).unwrap()).unwrap()
    }

    pub fn ask_err(&self, msg: QueryMsg) -> RollError {
        query(self.deps.as_ref(), self.env.clone(), msg).unwrap_err()
    }

    pub fn attest(
        &mut self,
        registrar_index: usize,
        persons: Vec<Attestation>,
    ) -> BatchReport<RollRefusal> {
        let msg = ExecuteMsg::Attest { persons };
        report(&self.send(&registrar(registrar_index), msg).unwrap())
    }

    /// Registrars 0 and 1 attest; answers how many were admitted.
    pub fn admit(&mut self, persons: Vec<Attestation>) -> u32 {
        self.attest(0, persons.clone());
        self.attest(1, persons).accepted
    }

    /// One person who votes: admitted, window over, settled.
    pub fn settled(&mut self, applicant: &Applicant) -> PersonId {
        let attestation = applicant.attestation(&self.env);
        assert_eq!(self.admit(vec![attestation]), 1);
        self.pass(ADMISSION);
        self.settle(u32::MAX);
        self.person_with(&applicant.nullifier()).id
    }

    pub fn person_with(&self, nullifier: &Hash) -> Person {
        (1..)
            .map(|id| self.person(id))
            .find(|person| person.nullifier == *nullifier)
            .unwrap()
    }

    pub fn settle(&mut self, limit: u32) {
        self.send(&addr("anyone"), ExecuteMsg::Settle { limit })
            .unwrap();
    }

    pub fn expire(&mut self, limit: u32) {
        self.send(&addr("anyone"), ExecuteMsg::ExpireDue { limit })
            .unwrap();
    }

    pub fn renew(&mut self, registrar_index: usize, persons: &[u64]) -> BatchReport<RollRefusal> {
        let persons = persons.iter().copied().map(PersonId).collect();
        let msg = ExecuteMsg::Renew { persons };
        report(&self.send(&registrar(registrar_index), msg).unwrap())
    }

    /// Ratified by the roll as it stands, in the next block.
    pub fn ratify(&mut self) {
        self.pass(0);
        self.ratify_as_of(self.height()).unwrap();
    }

    pub fn ratify_as_of(&mut self, electorate_height: u64) -> Result<Response, RollError> {
        let msg = ExecuteMsg::Ratify { electorate_height };
        self.send(&addr("assembly"), msg)
    }

    pub fn person(&self, id: u64) -> Person {
        self.ask(QueryMsg::Person {
            person: PersonId(id),
        })
    }

    pub fn electorate(&self, height: u64) -> Electorate {
        self.ask(QueryMsg::Electorate { height })
    }

    pub fn standing(&self, id: u64, height: u64) -> Option<Standing> {
        let persons = vec![PersonId(id)];
        let mut standings: Vec<Option<Standing>> =
            self.ask(QueryMsg::Standings { persons, height });
        standings.pop().unwrap()
    }

    /// (vote, share) once this block is over.
    pub fn marks(&self, id: u64) -> (bool, bool) {
        let standing = self.standing(id, self.height() + 1).unwrap();
        (standing.votes, standing.shares)
    }
}

pub fn report(response: &Response) -> BatchReport<RollRefusal> {
    from_json(response.data.as_ref().unwrap()).unwrap()
}

/// Reasons of a report, by index.
pub fn refusals(report: &BatchReport<RollRefusal>) -> Vec<(u32, RollRefusal)> {
    report.refused.iter().map(|r| (r.index, r.reason)).collect()
}

pub fn signing_key(seed: u16) -> SigningKey {
    let mut bytes = [0x5a; 32];
    bytes[..2].copy_from_slice(&seed.to_be_bytes());
    SigningKey::from_bytes(&bytes)
}

pub fn public(key: &SigningKey) -> HexBinary {
    HexBinary::from(key.verifying_key().to_bytes())
}

pub fn sign(key: &SigningKey, text: &str) -> HexBinary {
    HexBinary::from(key.sign(text.as_bytes()).to_bytes())
}

/// Another valid signature of the same key over the same text: its nonce comes from another prefix.
pub fn sign_with_nonce(key: &SigningKey, text: &str) -> HexBinary {
    let mut secret = ExpandedSecretKey::from(key.as_bytes());
    secret.hash_prefix = [0x77; 32];
    let signature = raw_sign::<Sha512>(&secret, text.as_bytes(), &key.verifying_key());
    HexBinary::from(signature.to_bytes())
}

/// Someone who wants to be on the roll: each part from a number of its own.
#[derive(Clone, Debug)]
pub struct Applicant {
    pub nullifier: u16,
    pub account: Option<u16>,
    pub key: u16,
    pub class: u8,
}

impl Applicant {
    /// Nullifier, account and key all from one number.
    pub fn new(number: u16) -> Self {
        Self {
            nullifier: number,
            account: Some(number),
            key: number,
            class: 0,
        }
    }

    pub fn nullifier(&self) -> Hash {
        Hash::of(&self.nullifier.to_be_bytes())
    }

    pub fn account(&self) -> Option<Addr> {
        self.account.map(account)
    }

    pub fn signing_key(&self) -> SigningKey {
        signing_key(self.key)
    }

    /// The text to sign on the chain and for the roll of `env`.
    pub fn possession_text(&self, env: &Env) -> String {
        PossessionText {
            chain_id: &env.block.chain_id,
            roll: env.contract.address.as_str(),
            nullifier: &self.nullifier(),
            account: self.account().as_ref().map(Addr::as_str),
            class: self.class,
            voting_key: &public(&self.signing_key()),
        }
        .text()
    }

    pub fn attestation(&self, env: &Env) -> Attestation {
        let key = self.signing_key();
        Attestation {
            nullifier: self.nullifier(),
            account: self.account().map(Addr::into_string),
            voting_key: public(&key),
            class: self.class,
            possession: sign(&key, &self.possession_text(env)),
        }
    }
}

pub fn account(number: u16) -> Addr {
    addr(&format!("account {number}"))
}

pub fn attestations(env: &Env, numbers: std::ops::Range<u16>) -> Vec<Attestation> {
    numbers
        .map(|number| Applicant::new(number).attestation(env))
        .collect()
}

/// A rotation to the key with seed `to`, signed by both, for the epoch given.
pub fn rotation(env: &Env, person: u64, keys: (u16, u16), key_epoch: u32) -> ExecuteMsg {
    let (from, to) = (signing_key(keys.0), signing_key(keys.1));
    let text = RotationText {
        chain_id: &env.block.chain_id,
        roll: env.contract.address.as_str(),
        person: PersonId(person),
        new_key: &public(&to),
        key_epoch,
    }
    .text();
    ExecuteMsg::Rotate {
        person: PersonId(person),
        new_key: public(&to),
        signature: sign(&from, &text),
        possession: sign(&to, &text),
    }
}
