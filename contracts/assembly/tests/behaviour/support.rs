//! One assembly with its roll, a clock, and keys; refused messages change nothing, as on a chain.

use std::cell::RefCell;
use std::rc::Rc;

use commons_assembly::contract;
use commons_assembly::error::ContractError;
use commons_common::assembly::{
    Act, BallotRefusal, Choice, ExecuteMsg, InstantiateMsg, Proposal, ProposalResponse,
    ProposalStatus, QueryMsg, SignedBallot, VoteInfo,
};
use commons_common::charter::DecisionsCharter;
use commons_common::id::{PersonId, ProposalId};
use commons_common::roll::BatchReport;
use commons_common::signed::BallotText;
use commons_common::text::Name;
use commons_common::trust::AppropriationKind;
use commons_common::units::{Hash, Seconds, UnixTime};
use cosmwasm_std::testing::{MockApi, MockQuerier, MockStorage, message_info, mock_env};
use cosmwasm_std::{
    Addr, Empty, Env, HexBinary, Order, OwnedDeps, Response, Storage, Timestamp, Uint128, from_json,
};
use ed25519_dalek::{Signer, SigningKey};
use serde::de::DeserializeOwned;

use crate::roll::{Member, Roll};
use crate::strict_api::StrictApi;

/// Appropriations up to this are ordinary.
pub const SPECIAL_ABOVE: u128 = 1_000;
/// Block time at the founding.
pub const FOUNDED: u64 = 1_000_000_000;
/// The trustees' term.
pub const TERM: Seconds = Seconds::days(3 * 365);

pub type Outcome = Result<Response, ContractError>;

/// An account of this chain.
pub fn account(name: &str) -> Addr {
    MockApi::default().addr_make(name)
}

/// The account of the n-th person, from 1.
pub fn member(person: u64) -> Addr {
    account(&format!("person {person}"))
}

/// The account of the n-th trustee, from 1.
pub fn trustee(n: u64) -> Addr {
    account(&format!("trustee {n}"))
}

/// The voting key of the n-th person in one epoch.
pub fn key(person: u64, epoch: u32) -> SigningKey {
    let seed = Hash::of(format!("key {person} {epoch}").as_bytes());
    SigningKey::from_bytes(&seed.0)
}

pub fn charter_hash() -> Hash {
    Hash::of(b"charter")
}

pub fn decisions() -> DecisionsCharter {
    DecisionsCharter {
        special_above: Uint128::new(SPECIAL_ABOVE),
        ..DecisionsCharter::default()
    }
}

pub fn founding() -> InstantiateMsg {
    InstantiateMsg {
        roll: account("roll").into(),
        trust: account("trust").into(),
        charter_hash: charter_hash(),
        decisions: decisions(),
        trustees: (1..=3).map(|n| trustee(n).into()).collect(),
        term: TERM,
    }
}

pub fn ratify() -> Act {
    Act::Ratify {
        charter_hash: charter_hash(),
    }
}

/// The longest reservation that can be proposed at the founding.
pub const LAPSES: UnixTime = UnixTime(FOUNDED + 5 * 365 * 86_400);

/// An appropriation that lapses late.
pub fn appropriate(payee: &Addr, milestones: &[u128]) -> Act {
    Act::Appropriate {
        kind: AppropriationKind::Project,
        payee: payee.to_string(),
        milestones: milestones
            .iter()
            .map(|amount| Uint128::new(*amount))
            .collect(),
        purpose_hash: Hash::of(b"purpose"),
        lapses_at: LAPSES,
    }
}

pub fn place(custodian: &Addr) -> Act {
    Act::Place {
        custodian: custodian.to_string(),
        max: Uint128::new(5),
    }
}

pub fn set_registrar() -> Act {
    Act::SetRegistrar {
        account: account("registrar").into(),
        quota: Some(50),
    }
}

/// The system under test.
pub struct Assembly {
    pub deps: OwnedDeps<MockStorage, StrictApi, MockQuerier, Empty>,
    pub env: Env,
    pub roll: Rc<RefCell<Roll>>,
}

impl Assembly {
    /// Founded, with `persons` Active persons, not ratified.
    pub fn founded(persons: u64) -> Self {
        let mut assembly = Self::empty(persons);
        assembly.instantiate(founding()).unwrap();
        assembly.next_block();
        assembly
    }

    /// Ratified by everyone, by the whole procedure.
    pub fn ratified(persons: u64) -> Self {
        let mut assembly = Self::founded(persons);
        let id = assembly.propose(&trustee(1), ratify());
        assembly.open(id);
        for person in 1..=persons {
            assembly.vote(person, id, Choice::Yes).unwrap();
        }
        assembly.executable(id);
        assembly.carry_out(id).unwrap();
        assembly
    }

    /// Nothing instantiated yet.
    pub fn empty(persons: u64) -> Self {
        let roll = Rc::new(RefCell::new(Roll::default()));
        let answering = Rc::clone(&roll);
        let mut querier = MockQuerier::default();
        querier.update_wasm(move |query| answering.borrow().answer(query));
        let mut env = mock_env();
        env.block.time = Timestamp::from_seconds(FOUNDED);
        env.contract.address = account("assembly");
        let mut assembly = Self {
            deps: OwnedDeps {
                storage: MockStorage::default(),
                api: StrictApi::default(),
                querier,
                custom_query_type: std::marker::PhantomData,
            },
            env,
            roll,
        };
        for _ in 0..persons {
            assembly.admit(Some);
        }
        assembly
    }

    pub fn instantiate(&mut self, msg: InstantiateMsg) -> Outcome {
        let info = message_info(&account("registry"), &[]);
        contract::instantiate(self.deps.as_mut(), self.env.clone(), info, msg)
    }

    /// A new person, Active from the next block on.
    pub fn admit(&mut self, account: impl Fn(Addr) -> Option<Addr>) -> u64 {
        let person = self.roll.borrow().members.len() as u64 + 1;
        self.roll.borrow_mut().members.push(Member {
            account: account(member(person)),
            key: key(person, 0),
            key_epoch: 0,
            active_in: self.env.block.height,
            lapsed_in: None,
        });
        person
    }

    /// Makes a person hold another account.
    pub fn give_account(&mut self, person: u64, account: Addr) {
        self.roll.borrow_mut().members[person as usize - 1].account = Some(account);
    }

    /// The person's next key.
    pub fn rotate(&mut self, person: u64) {
        let mut roll = self.roll.borrow_mut();
        let member = &mut roll.members[person as usize - 1];
        member.key_epoch += 1;
        member.key = key(person, member.key_epoch);
    }

    pub fn next_block(&mut self) {
        self.env.block.height += 1;
        self.env.block.time = self.env.block.time.plus_seconds(5);
    }

    pub fn now(&self) -> UnixTime {
        UnixTime::now(&self.env)
    }

    /// The next block is at this time.
    pub fn at(&mut self, time: UnixTime) {
        self.env.block.height += 1;
        self.env.block.time = Timestamp::from_seconds(time.0);
    }

    /// Goes to the poll's first second.
    pub fn open(&mut self, id: ProposalId) {
        let opens = self.proposal(id).opens;
        self.at(opens);
    }

    /// Goes to the first second of execution.
    pub fn executable(&mut self, id: ProposalId) {
        let from = self.proposal(id).executable_from;
        self.at(from);
    }

    pub fn execute(&mut self, sender: &Addr, msg: ExecuteMsg) -> Outcome {
        let before: Vec<_> = self.dump();
        let info = message_info(sender, &[]);
        let outcome = contract::execute(self.deps.as_mut(), self.env.clone(), info, msg);
        if outcome.is_err() {
            self.restore(&before);
        }
        outcome
    }

    /// Every stored key and value.
    pub fn dump(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.deps
            .storage
            .range(None, None, Order::Ascending)
            .collect()
    }

    fn restore(&mut self, before: &[(Vec<u8>, Vec<u8>)]) {
        for (key, _) in self.dump() {
            self.deps.storage.remove(&key);
        }
        for (key, value) in before {
            self.deps.storage.set(key, value);
        }
    }

    pub fn try_propose(&mut self, sender: &Addr, act: Act) -> Outcome {
        let title = Name::try_from("an act".to_owned()).unwrap();
        self.execute(sender, ExecuteMsg::Propose { title, act })
    }

    pub fn propose(&mut self, sender: &Addr, act: Act) -> ProposalId {
        self.try_propose(sender, act).unwrap();
        let newest: Vec<ProposalResponse> = self.query(QueryMsg::ReverseProposals {
            start_before: None,
            limit: Some(1),
        });
        newest[0].proposal.id
    }

    pub fn vote(&mut self, person: u64, proposal: ProposalId, choice: Choice) -> Outcome {
        self.execute(&member(person), ExecuteMsg::Vote { proposal, choice })
    }

    pub fn carry_out(&mut self, proposal: ProposalId) -> Outcome {
        self.execute(&account("anyone"), ExecuteMsg::Execute { proposal })
    }

    pub fn declare(&mut self, trustee: &Addr, subject: &Addr) -> Outcome {
        let subjects = vec![subject.to_string()];
        self.execute(trustee, ExecuteMsg::DeclareInterest { subjects })
    }

    pub fn try_cast(&mut self, proposal: ProposalId, ballots: Vec<SignedBallot>) -> Outcome {
        self.execute(
            &account("relayer"),
            ExecuteMsg::CastBallots { proposal, ballots },
        )
    }

    pub fn cast(
        &mut self,
        proposal: ProposalId,
        ballots: Vec<SignedBallot>,
    ) -> BatchReport<BallotRefusal> {
        let response = self.try_cast(proposal, ballots).unwrap();
        from_json(response.data.unwrap()).unwrap()
    }

    /// A ballot signed with the person's current key.
    pub fn ballot(
        &self,
        proposal: ProposalId,
        person: u64,
        choice: Choice,
        sequence: u32,
    ) -> SignedBallot {
        let key_epoch = self.roll.borrow().members[person as usize - 1].key_epoch;
        let proposal = self.proposal(proposal);
        sign(
            &BallotText {
                chain_id: &self.env.block.chain_id,
                assembly: self.env.contract.address.as_str(),
                proposal: proposal.id,
                poll_hash: &proposal.poll_hash,
                person: PersonId(person),
                choice,
                key_epoch,
                sequence,
            },
            &key(person, key_epoch),
        )
    }

    pub fn query<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        from_json(contract::query(self.deps.as_ref(), self.env.clone(), msg).unwrap()).unwrap()
    }

    pub fn proposal(&self, proposal: ProposalId) -> Proposal {
        self.response(proposal).proposal
    }

    pub fn status(&self, proposal: ProposalId) -> ProposalStatus {
        self.response(proposal).status
    }

    fn response(&self, proposal: ProposalId) -> ProposalResponse {
        self.query(QueryMsg::Proposal { proposal })
    }

    /// The counts (yes, no, abstain).
    pub fn tally(&self, proposal: ProposalId) -> (u64, u64, u64) {
        let tally = self.proposal(proposal).tally;
        (tally.yes, tally.no, tally.abstain)
    }

    pub fn stored(&self, proposal: ProposalId, person: u64) -> Option<VoteInfo> {
        self.query(QueryMsg::Vote {
            proposal,
            person: PersonId(person),
        })
    }
}

/// A ballot whose fields are those of the text.
pub fn sign(text: &BallotText<'_>, key: &SigningKey) -> SignedBallot {
    SignedBallot {
        person: text.person,
        choice: text.choice,
        key_epoch: text.key_epoch,
        sequence: text.sequence,
        signature: HexBinary::from(key.sign(text.text().as_bytes()).to_bytes()),
    }
}

/// Asserts that an outcome is an error of one kind.
#[macro_export]
macro_rules! refused {
    ($outcome:expr, $pattern:pat $(if $guard:expr)?) => {{
        let error = $outcome.expect_err("must be refused");
        assert!(
            matches!(error, $pattern $(if $guard)?),
            "refused for another reason: {error:?}"
        );
    }};
}
