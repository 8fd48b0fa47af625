//! Builds histories of a trust's family, call by call, as a chain would report them. Knows no outcome.

use commons_audit::reference::{Call, Difference, Entry, Family, Ledger, SecondReader, Step};
use commons_client::ballot::{sign_ballot, sign_possession};
use commons_client::keys::{AccountKey, VotingKey};
use commons_common::assembly::{Act, Choice, SignedBallot};
use commons_common::charter::{
    Charter, CustodianCharter, DecisionRules, DecisionsCharter, IndexForm, MoneyCharter,
    RegistrarCharter, RollCharter, SpendingRule, SubjectCharter, SubjectKind, TrustKind, Unclaimed,
};
use commons_common::id::{PeriodId, PersonId, PlacementId, ProposalId};
use commons_common::roll::Attestation;
use commons_common::signed::{BallotText, PossessionText};
use commons_common::text::{Name, Prose};
use commons_common::trust::{GiftLedger, PeriodReport};
use commons_common::units::{Bps, Hash, Seconds};
use commons_common::{assembly, registry, roll, survey, trust};
use cosmwasm_std::{Coin, HexBinary, Uint128, coins};
use curve25519_dalek::Scalar;
use curve25519_dalek::constants::ED25519_BASEPOINT_TABLE;
use curve25519_dalek::scalar::clamp_integer;
use serde::Serialize;
use sha2::{Digest, Sha512};

pub const CHAIN: &str = "commons-test-1";
pub const DENOM: &str = "ucent";
pub const PERIOD: u64 = 1_000;
pub const START: u64 = 1_000_000;
/// How long an admission is valid, and how long a value.
pub const VALIDITY: u64 = 1_000_000;
pub const VALID_FOR: u64 = 100_000;
const WINDOW: u64 = 10;

pub fn name(text: &str) -> Name {
    Name::try_from(text.to_owned()).unwrap()
}

pub fn account(label: &str) -> String {
    AccountKey::derive("audit", label).address("commons")
}

pub fn voting_key(n: u64) -> VotingKey {
    VotingKey::derive("audit", &format!("person {n}"))
}

/// The rules of money that most histories use: no shares for maintenance or operating, everything spent.
pub fn money() -> MoneyCharter {
    MoneyCharter {
        index: name("prices"),
        index_form: IndexForm::Yearly,
        rise_bps: Bps(2_500),
        spending: SpendingRule::AvgRealised {
            bps: Bps(10_000),
            years: 1,
        },
        maintenance_bps: Bps(0),
        operating_bps: Bps(0),
        claim_window: Seconds(500),
        unclaimed: Unclaimed::Income,
        custodians: vec![CustodianCharter {
            account: account("custodian"),
            subject: name("holdings"),
        }],
        max_placed_bps: Bps(10_000),
    }
}

/// A history under way.
pub struct History {
    pub reader: SecondReader,
    pub steps: Vec<Step>,
    pub family: Family,
    pub height: u64,
    pub time: u64,
    money: MoneyCharter,
}

impl History {
    /// The family is instantiated; nobody is on the roll.
    pub fn begin(money: MoneyCharter) -> Self {
        Self::begin_with_coins(money, 0)
    }

    /// The same, where coins came to the trust's address before.
    pub fn begin_with_coins(money: MoneyCharter, early: u128) -> Self {
        let family = Family {
            name: "The Well".to_owned(),
            registry: account("registry"),
            roll: account("roll"),
            assembly: account("assembly"),
            survey: account("survey"),
            trust: account("trust"),
        };
        let mut history = Self {
            reader: SecondReader::new(CHAIN, family.clone()),
            steps: Vec::new(),
            family: family.clone(),
            height: 1,
            time: START,
            money: money.clone(),
        };
        if early > 0 {
            let to = history.family.trust.clone();
            history.transfer(&to, early);
        }
        let charter = charter(money.clone());
        let charter_hash = charter.hash().unwrap();
        let found = registry::ExecuteMsg::Found {
            charter: Box::new(charter),
            checksums: Vec::new(),
        };
        history
            .call(&account("registry"), &account("founder"), &found, vec![])
            .unwrap();
        history.instantiate(
            &family.roll,
            &roll::InstantiateMsg {
                assembly: family.assembly.clone(),
                classes: vec![name("commoners")],
                rules: roll_rules(),
            },
        );
        history.instantiate(
            &family.assembly,
            &assembly::InstantiateMsg {
                roll: family.roll.clone(),
                trust: family.trust.clone(),
                charter_hash: charter_hash.clone(),
                decisions: decisions(),
                trustees: trustees(),
                term: Seconds(1_000_000),
            },
        );
        history.instantiate(
            &family.survey,
            &survey::InstantiateMsg {
                subjects: subjects(),
            },
        );
        let first = trust::InstantiateMsg {
            charter_hash,
            ..trust_message(money)
        };
        history.instantiate(&family.trust, &first);
        history
    }

    /// A living trust with `persons` persons who have a share, `principal` given to it, and a base of the index.
    pub fn living(money: MoneyCharter, persons: u64, principal: u128) -> Self {
        let mut history = Self::without_base(money, persons, principal);
        history.index(0, 1_000);
        history
    }

    /// The same, where nobody measured the base of the index.
    pub fn without_base(money: MoneyCharter, persons: u64, principal: u128) -> Self {
        let mut history = Self::begin(money);
        history.admit(1..=persons);
        history.wait(100);
        history.roll("anyone", &roll::ExecuteMsg::Settle { limit: 1_000 });
        history.give(GiftLedger::Principal, principal);
        let ratify = history.ratification();
        history.decide(ratify, 1..=persons);
        history.ratify().unwrap();
        history
    }

    /// The act that ratifies the charter.
    pub fn ratification(&self) -> Act {
        Act::Ratify {
            charter_hash: charter(self.money.clone()).hash().unwrap(),
        }
    }

    /// What the assembly says once the first proposal, the ratification, is carried out.
    pub fn ratify(&mut self) -> Result<(), Difference> {
        let assembly = self.family.assembly.clone();
        let electorate_height = self.reader.proposals()[0].electorate_height;
        let ratify = roll::ExecuteMsg::Ratify { electorate_height };
        let roll = self.family.roll.clone();
        self.call(&roll, &assembly, &ratify, vec![])?;
        self.trust_as(&assembly, &trust::ExecuteMsg::Ratify {}, 0)
    }

    /// The next block, `seconds` later.
    pub fn wait(&mut self, seconds: u64) {
        self.height += 1;
        self.time += seconds;
    }

    pub fn call(
        &mut self,
        contract: &str,
        sender: &str,
        msg: &impl Serialize,
        funds: Vec<Coin>,
    ) -> Result<(), Difference> {
        let step = Step::Call(Call {
            contract: contract.to_owned(),
            entry: Entry::Execute,
            sender: sender.to_owned(),
            funds,
            msg: serde_json::to_vec(msg).unwrap(),
            height: self.height,
            time: self.time,
            transaction: 0,
        });
        self.steps.push(step.clone());
        self.reader.step(&step)
    }

    /// Coins without a message.
    pub fn transfer(&mut self, to: &str, amount: u128) {
        let step = Step::Transfer {
            to: to.to_owned(),
            coins: coins(amount, DENOM),
        };
        self.steps.push(step.clone());
        self.reader.step(&step).unwrap();
    }

    fn instantiate(&mut self, contract: &str, msg: &impl Serialize) {
        let step = Step::Call(Call {
            contract: contract.to_owned(),
            entry: Entry::Instantiate,
            sender: account("registry"),
            funds: Vec::new(),
            msg: serde_json::to_vec(msg).unwrap(),
            height: self.height,
            time: self.time,
            transaction: 0,
        });
        self.steps.push(step.clone());
        self.reader.step(&step).unwrap();
    }

    pub fn roll(&mut self, who: &str, msg: &roll::ExecuteMsg) {
        self.wait(1);
        self.call(&self.family.roll.clone(), &account(who), msg, vec![])
            .unwrap();
    }

    pub fn assembly(&mut self, who: &str, msg: &assembly::ExecuteMsg) -> Result<(), Difference> {
        self.wait(1);
        self.call(&self.family.assembly.clone(), &account(who), msg, vec![])
    }

    /// A message to the trust with `amount` coins.
    pub fn trust(
        &mut self,
        who: &str,
        msg: &trust::ExecuteMsg,
        amount: u128,
    ) -> Result<(), Difference> {
        self.wait(1);
        self.trust_as(&account(who), msg, amount)
    }

    pub fn trust_as(
        &mut self,
        sender: &str,
        msg: &trust::ExecuteMsg,
        amount: u128,
    ) -> Result<(), Difference> {
        let funds = if amount == 0 {
            vec![]
        } else {
            coins(amount, DENOM)
        };
        self.call(&self.family.trust.clone(), sender, msg, funds)
    }

    /// A message to the trust that is refused, and nothing happened; answers why.
    pub fn refused(&mut self, who: &str, msg: &trust::ExecuteMsg, amount: u128) -> String {
        let (reader, steps) = (self.reader.clone(), self.steps.len());
        let refused = self.trust(who, msg, amount).unwrap_err();
        self.reader = reader;
        self.steps.truncate(steps);
        refused.to_string()
    }

    pub fn give(&mut self, to: GiftLedger, amount: u128) {
        self.trust("giver", &trust::ExecuteMsg::Contribute { to }, amount)
            .unwrap();
    }

    /// Person `n` as registrars attest them; the tenth is a trustee.
    pub fn attestation(&self, n: u64) -> Attestation {
        self.attested(n, sign_possession)
    }

    /// The same, with another valid signature of the same key.
    pub fn attestation_signed_again(&self, n: u64) -> Attestation {
        self.attested(n, |key, text| {
            HexBinary::from(signed_again(key, text.text().as_bytes()))
        })
    }

    fn attested(
        &self,
        n: u64,
        sign: impl FnOnce(&VotingKey, &PossessionText<'_>) -> HexBinary,
    ) -> Attestation {
        let key = voting_key(n);
        let nullifier = Hash::of(&n.to_be_bytes());
        let own = match n {
            10 => account("trustee 3"),
            _ => account(&format!("person {n}")),
        };
        let voting_key = HexBinary::from(key.public());
        let text = PossessionText {
            chain_id: CHAIN,
            roll: &self.family.roll,
            nullifier: &nullifier,
            account: Some(&own),
            class: 0,
            voting_key: &voting_key,
        };
        Attestation {
            possession: sign(&key, &text),
            nullifier,
            account: Some(own.clone()),
            voting_key,
            class: 0,
        }
    }

    /// Two registrars attest persons.
    pub fn admit(&mut self, persons: std::ops::RangeInclusive<u64>) {
        let persons: Vec<Attestation> = persons.map(|n| self.attestation(n)).collect();
        for registrar in ["registrar 1", "registrar 2"] {
            self.roll(
                registrar,
                &roll::ExecuteMsg::Attest {
                    persons: persons.clone(),
                },
            );
        }
    }

    /// Proposes; answers the proposal's number. The poll opens a second later.
    pub fn propose(&mut self, act: Act) -> ProposalId {
        let title = name("an act");
        self.assembly("trustee 1", &assembly::ExecuteMsg::Propose { title, act })
            .unwrap();
        self.wait(1);
        self.reader.proposals().last().unwrap().id
    }

    pub fn ballot(
        &self,
        proposal: ProposalId,
        person: u64,
        choice: Choice,
        sequence: u32,
    ) -> SignedBallot {
        let poll = &self.reader.proposals()[usize::try_from(proposal.get()).unwrap() - 1];
        let text = BallotText {
            chain_id: CHAIN,
            assembly: &self.family.assembly,
            proposal,
            poll_hash: &poll.poll_hash,
            person: PersonId(person),
            choice,
            key_epoch: 0,
            sequence,
        };
        SignedBallot {
            person: PersonId(person),
            choice,
            key_epoch: 0,
            sequence,
            signature: sign_ballot(&voting_key(person), &text),
        }
    }

    pub fn cast(
        &mut self,
        proposal: ProposalId,
        ballots: Vec<SignedBallot>,
    ) -> Result<(), Difference> {
        self.assembly(
            "anyone",
            &assembly::ExecuteMsg::CastBallots { proposal, ballots },
        )
    }

    /// Puts an act to the vote, lets these persons say yes, and carries it out; the sibling's call is the caller's.
    pub fn decide(&mut self, act: Act, persons: std::ops::RangeInclusive<u64>) -> ProposalId {
        let proposal = self.propose(act);
        let ballots = persons
            .map(|n| self.ballot(proposal, n, Choice::Yes, 1))
            .collect();
        self.cast(proposal, ballots).unwrap();
        self.wait(200);
        self.assembly("anyone", &assembly::ExecuteMsg::Execute { proposal })
            .unwrap();
        proposal
    }

    fn read(&mut self, subject: &str, period: u64, value: u128) {
        self.report(subject, period, value);
        self.wait(WINDOW);
        self.settle(subject, period);
    }

    pub fn report(&mut self, subject: &str, period: u64, value: u128) {
        let survey = self.family.survey.clone();
        self.wait(1);
        let report = survey::ExecuteMsg::Report {
            subject: name(subject),
            period: PeriodId(period),
            value: Uint128::new(value),
            evidence_hash: Hash::of(b"evidence"),
        };
        self.call(&survey, &account("reporter"), &report, vec![])
            .unwrap();
    }

    pub fn settle(&mut self, subject: &str, period: u64) {
        let survey = self.family.survey.clone();
        let settle = survey::ExecuteMsg::Settle {
            subject: name(subject),
            period: PeriodId(period),
        };
        self.call(&survey, &account("anyone"), &settle, vec![])
            .unwrap();
    }

    pub fn index(&mut self, period: u64, value: u128) {
        self.read("prices", period, value);
    }

    pub fn value(&mut self, period: u64, value: u128) {
        self.read("holdings", period, value);
    }

    /// Places with the custodian under a vote of `persons`, which allows as much again.
    pub fn place(&mut self, persons: std::ops::RangeInclusive<u64>, amount: u128) -> ProposalId {
        let proposal = self.place_again(persons, amount);
        self.trust("trustee 1", &place(proposal, amount), 0)
            .unwrap();
        proposal
    }

    /// Authorises a placement, and places nothing yet.
    pub fn place_again(
        &mut self,
        persons: std::ops::RangeInclusive<u64>,
        amount: u128,
    ) -> ProposalId {
        let (custodian, max) = (account("custodian"), Uint128::new(amount * 2));
        let act = Act::Place {
            custodian: custodian.clone(),
            max,
        };
        let proposal = self.decide(act, persons);
        let assembly = self.family.assembly.clone();
        let authorise = trust::ExecuteMsg::AuthorisePlacement {
            proposal,
            custodian,
            max,
        };
        self.trust_as(&assembly, &authorise, 0).unwrap();
        proposal
    }

    /// The custodian returns `coins`, of which `book` is book value.
    pub fn take_back(&mut self, book: u128, coins: u128) {
        let back = trust::ExecuteMsg::Return {
            placement: PlacementId(1),
            book: Uint128::new(book),
        };
        self.trust("custodian", &back, coins).unwrap();
    }

    /// Waits until the open period is over and closes it; answers its report.
    pub fn close(&mut self) -> PeriodReport {
        self.wait(PERIOD);
        self.trust("anyone", &trust::ExecuteMsg::ClosePeriod {}, 0)
            .unwrap();
        self.reader.periods().last().unwrap().clone()
    }

    pub fn ledger(&self) -> Ledger {
        *self.reader.ledger().unwrap()
    }
}

/// The first message of a trust, under no charter yet.
pub fn trust_message(money: MoneyCharter) -> trust::InstantiateMsg {
    trust::InstantiateMsg {
        assembly: account("assembly"),
        roll: account("roll"),
        survey: account("survey"),
        charter_hash: Hash::of(b"no charter"),
        purpose_hash: Hash::of(b"purpose"),
        denom: DENOM.to_owned(),
        period: Seconds(PERIOD),
        money,
    }
}

/// A trustee's message to place.
pub fn place(authorisation: ProposalId, amount: u128) -> trust::ExecuteMsg {
    trust::ExecuteMsg::Place {
        authorisation,
        amount: Uint128::new(amount),
    }
}

/// A signature that verifies and whose nonce is not that of RFC 8032.
fn signed_again(key: &VotingKey, bytes: &[u8]) -> [u8; 64] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    key.write(&path).unwrap();
    let secret = hex::decode(std::fs::read_to_string(&path).unwrap().trim()).unwrap();
    let half = <[u8; 32]>::try_from(&Sha512::digest(&secret)[..32]).unwrap();
    let scalar = Scalar::from_bytes_mod_order(clamp_integer(half));
    let nonce = Scalar::from(1_234_567_u64);
    let point = (&nonce * ED25519_BASEPOINT_TABLE).compress();
    let challenge = Sha512::new()
        .chain_update(point.as_bytes())
        .chain_update(key.public())
        .chain_update(bytes);
    let challenge = Scalar::from_bytes_mod_order_wide(&challenge.finalize().into());
    let s = nonce + challenge * scalar;
    <[u8; 64]>::try_from([point.to_bytes(), s.to_bytes()].concat()).unwrap()
}

fn roll_rules() -> RollCharter {
    let registrar = |n: u32| RegistrarCharter {
        account: account(&format!("registrar {n}")),
        quota: 12,
    };
    RollCharter {
        registrars: (1..=3).map(registrar).collect(),
        threshold: 2,
        epoch: Seconds(10_000),
        growth_bps: Bps(500),
        admission: Seconds(100),
        share_residence: Seconds(1_000),
        validity: Seconds(VALIDITY),
        renewal: Seconds(1_000),
    }
}

fn decisions() -> DecisionsCharter {
    let quick = |rules: DecisionRules| DecisionRules {
        notice: Seconds(1),
        vote: Seconds(100),
        delay: Seconds(50),
        ..rules
    };
    DecisionsCharter {
        ordinary: quick(DecisionRules::ordinary()),
        special: quick(DecisionRules::special()),
        ratification: quick(DecisionRules::ratification()),
        special_above: Uint128::zero(),
        expiry: Seconds(1_000),
    }
}

fn subject(text: &str, kind: SubjectKind) -> SubjectCharter {
    SubjectCharter {
        name: name(text),
        kind,
        unit: name("units"),
        reporters: vec![account("reporter")],
        reports: 1,
        window: Seconds(WINDOW),
        valid_for: Seconds(VALID_FOR),
    }
}

fn subjects() -> Vec<SubjectCharter> {
    vec![
        subject("prices", SubjectKind::Index),
        subject("holdings", SubjectKind::Value),
    ]
}

fn trustees() -> Vec<String> {
    (1..=3).map(|n| account(&format!("trustee {n}"))).collect()
}

pub fn charter(money: MoneyCharter) -> Charter {
    let prose = |text: &str| Prose::try_from(text.to_owned()).unwrap();
    Charter {
        name: name("The Well"),
        kind: TrustKind::Fund,
        purpose: prose("To keep the well."),
        licence: prose("CC-BY-SA-4.0"),
        denom: DENOM.to_owned(),
        period: Seconds(PERIOD),
        classes: vec![name("commoners")],
        roll: roll_rules(),
        decisions: decisions(),
        trustees: trustees(),
        term: Seconds(1_000_000),
        subjects: subjects(),
        money,
    }
}
