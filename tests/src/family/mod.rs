//! Steps through a trust's life, on any chain. Every step says who signs; after each the ledger identity is checked.

mod polls;

use commons_client::keys::AccountKey;
use commons_client::tx::Message;
use commons_common::charter::Charter;
use commons_common::id::PeriodId;
use commons_common::registry::{self, Role, TrustEntry};
use commons_common::roll::{self, BatchReport};
use commons_common::survey;
use commons_common::trust::{self, LedgersResponse};
use commons_common::units::{Hash, Seconds, UnixTime};
use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Api, Checksum, Uint128, from_json, instantiate2_address};
use serde::Serialize;

use crate::artifact;
use crate::cast::{OFFICERS, PURSE, Person, address, officer};
use crate::chain::{Chain, Outcome, PREFIX, Receipt, Setup, call, coins};
use crate::charter::{ADMISSION, SURVEY_WINDOW, name};

/// Time of the genesis: 2026-01-01T00:00:00Z.
pub const GENESIS: UnixTime = UnixTime(1_767_225_600);

/// A trust with its registry and everyone around it.
pub struct Family<C> {
    /// Where it lives.
    pub chain: C,
    /// What it was founded from.
    pub charter: Charter,
    /// The registry's entry.
    pub entry: TrustEntry,
    /// Address.
    pub registry: String,
    /// Address.
    pub roll: String,
    /// Address.
    pub assembly: String,
    /// Address.
    pub survey: String,
    /// Address.
    pub trust: String,
    /// Persons, in order of their numbers.
    pub persons: Vec<Person>,
    /// Time that passes before the next transaction, at least until here.
    until: UnixTime,
}

/// A chain with the officers' accounts and, for persons up to a number, theirs.
pub fn begin<C: Chain>(persons: u64) -> C {
    let officers = OFFICERS.iter().map(|label| (officer(label), PURSE));
    let persons = (1..=persons).filter_map(|n| Some((Person::new(n).account?, 0)));
    C::begin(&Setup {
        time: GENESIS,
        accounts: officers.chain(persons).collect(),
    })
}

/// Stores all code and begins a registry of which `steward` approves it. Answers the registry's address.
pub fn registry<C: Chain>(chain: &mut C) -> String {
    let deployer = officer("deployer");
    for name in artifact::NAMES {
        let wasm = artifact::wasm(name);
        chain
            .submit(&deployer, Message::StoreCode { wasm })
            .unwrap_or_else(|error| panic!("storing {name}: {error}"));
    }
    let msg = registry::InstantiateMsg {
        steward: address("steward"),
    };
    let begun = chain.submit(
        &deployer,
        Message::Instantiate {
            code_id: 1,
            label: "commons registry".to_owned(),
            msg: cosmwasm_std::to_json_vec(&msg).expect("a message is JSON"),
            funds: Vec::new(),
            admin: None,
        },
    );
    let begun = begun.expect("the registry begins");
    let address = begun.attribute("instantiate", "_contract_address");
    address.expect("the chain names the contract").to_owned()
}

/// The steward's approval of a role's code.
#[must_use]
pub fn approve(role: Role) -> registry::ExecuteMsg {
    let index = artifact::NAMES.iter().position(|n| *n == role.as_str());
    let code_id = index.and_then(|index| u64::try_from(index + 1).ok());
    registry::ExecuteMsg::Approve {
        role,
        code_id: code_id.expect("every role has code"),
        version: name("0.1.0"),
        source_hash: Hash::of(b"source"),
        builder: name("scripts/build-contracts"),
    }
}

impl<C: Chain> Family<C> {
    /// Founds a trust from approved code. Nobody is on its roll yet.
    pub fn found(chain: C, charter: Charter) -> Self {
        Self::found_with_coins(chain, charter, 0)
    }

    /// The same, where somebody sent coins to the trust's address before there was a trust: the address can be computed by
    /// anyone, and coins can be sent to any address.
    pub fn found_with_coins(mut chain: C, charter: Charter, early: u128) -> Self {
        let registry = registry(&mut chain);
        if early > 0 {
            let send = Message::Send {
                to: first_trust(&registry),
                amount: coins(early),
            };
            let sent = chain.submit(&officer("stranger"), send);
            sent.expect("coins can be sent to anyone");
        }
        for role in Role::ALL {
            let message = call(&registry, &approve(role), 0);
            chain
                .submit(&officer("steward"), message)
                .expect("the steward approves");
        }
        let found = registry::ExecuteMsg::Found {
            charter: Box::new(charter.clone()),
            checksums: Vec::new(),
        };
        chain
            .submit(&officer("stranger"), call(&registry, &found, 0))
            .expect("the trust is founded");
        let by_name = registry::QueryMsg::ByName {
            name: charter.name.clone(),
        };
        let entry: Option<TrustEntry> = chain.query(&registry, &by_name);
        let entry = entry.expect("the registry knows the trust");
        let of = |role: Role| {
            let contract = entry.contracts.iter().find(|c| c.role == role);
            contract.expect("every role").address.to_string()
        };
        Self {
            roll: of(Role::Roll),
            assembly: of(Role::Assembly),
            survey: of(Role::Survey),
            trust: of(Role::Trust),
            entry,
            registry,
            charter,
            chain,
            persons: Vec::new(),
            until: GENESIS,
        }
    }

    /// Every contract: registry, roll, assembly, survey, trust.
    #[must_use]
    pub fn contracts(&self) -> [&str; 5] {
        [
            &self.registry,
            &self.roll,
            &self.assembly,
            &self.survey,
            &self.trust,
        ]
    }

    /// A call that may be refused. Afterwards the ledgers agree with the bank.
    pub fn attempt(
        &mut self,
        signer: &AccountKey,
        contract: &str,
        msg: &impl Serialize,
        funds: u128,
    ) -> Outcome {
        let outcome = self.chain.submit(signer, call(contract, msg, funds));
        self.check_identity();
        outcome
    }

    /// Transactions in one block, where the host can; else a block each. Afterwards the ledgers agree with the bank.
    pub fn together(&mut self, transactions: Vec<(AccountKey, Message)>) -> Vec<Outcome> {
        let outcomes = self.chain.submit_together(transactions);
        self.check_identity();
        outcomes
    }

    /// A call by an officer that takes effect.
    pub fn run(
        &mut self,
        label: &str,
        contract: &str,
        msg: &impl Serialize,
        funds: u128,
    ) -> Receipt {
        self.attempt(&officer(label), contract, msg, funds)
            .unwrap_or_else(|error| panic!("{label}: {}: {error}", json(msg)))
    }

    /// A call by an officer that is refused; answers why.
    pub fn refused(
        &mut self,
        label: &str,
        contract: &str,
        msg: &impl Serialize,
        funds: u128,
    ) -> String {
        match self.attempt(&officer(label), contract, msg, funds) {
            Err(reason) => reason,
            Ok(_) => panic!("{label}: {} must be refused", json(msg)),
        }
    }

    /// I10 and R2: `B + X = (F - L) + I + P + D + O + G` with `G >= 0`, and `B >= I + P + D + O`.
    pub fn check_identity(&self) {
        let LedgersResponse {
            ledgers: l,
            free,
            reserved,
            balance,
            stray,
        } = self.ledgers();
        let held = balance + l.placed;
        let owed = l.income + l.gifts + l.declared + l.operating;
        assert!(l.loss <= l.floor, "L <= F");
        assert_eq!(held, l.floor - l.loss + owed + stray, "the ledger identity");
        assert!(balance >= owed, "what is owed to others is here");
        let purses = free.operating + free.maintenance + free.gifts;
        assert_eq!(purses + reserved, l.operating, "O is purses and reserved");
        assert_eq!(balance, Uint128::new(self.chain.balance(&self.trust)));
    }

    /// The ledgers.
    #[must_use]
    pub fn ledgers(&self) -> LedgersResponse {
        self.chain.query(&self.trust, &trust::QueryMsg::Ledgers {})
    }

    /// Lets time pass; one wait after another adds up.
    pub fn wait(&mut self, span: Seconds) {
        self.until = self.chain.now().max(self.until).after(span);
        self.chain.wait_until(self.until);
    }

    /// Two registrars attest persons; after the public window they are settled. Everyone must be admitted.
    pub fn enrol(&mut self, persons: Vec<Person>) {
        let attest = roll::ExecuteMsg::Attest {
            persons: persons.iter().map(|p| p.attestation(&self.roll)).collect(),
        };
        for registrar in ["registrar-1", "registrar-2"] {
            let receipt = self.run(registrar, &self.roll.clone(), &attest, 0);
            let report: BatchReport<roll::RollRefusal> = report(&receipt);
            assert_eq!(report.refused, [], "everyone is admitted");
        }
        self.wait(ADMISSION);
        self.settle_roll();
        self.persons.extend(persons);
    }

    /// Works off the roll's queues.
    pub fn settle_roll(&mut self) -> Receipt {
        let settle = roll::ExecuteMsg::Settle { limit: 1_000 };
        self.run("stranger", &self.roll.clone(), &settle, 0)
    }

    /// The person of a number.
    #[must_use]
    pub fn person(&self, number: u64) -> &Person {
        let found = self.persons.iter().find(|person| person.number == number);
        found.unwrap_or_else(|| panic!("nobody has number {number}"))
    }

    /// Both reporters report the same value; the reading settles after its window.
    pub fn measure(&mut self, subject: &str, period: u64, value: u128) {
        self.report(subject, period, [value, value]);
        self.wait(SURVEY_WINDOW);
        self.settle(subject, period);
    }

    /// Both reporters report.
    pub fn report(&mut self, subject: &str, period: u64, values: [u128; 2]) {
        for (label, value) in ["reporter-1", "reporter-2"].into_iter().zip(values) {
            let report = survey::ExecuteMsg::Report {
                subject: name(subject),
                period: PeriodId(period),
                value: Uint128::new(value),
                evidence_hash: Hash::of(b"evidence"),
            };
            self.run(label, &self.survey.clone(), &report, 0);
        }
    }

    /// Anyone settles a reading.
    pub fn settle(&mut self, subject: &str, period: u64) {
        let settle = survey::ExecuteMsg::Settle {
            subject: name(subject),
            period: PeriodId(period),
        };
        self.run("stranger", &self.survey.clone(), &settle, 0);
    }

    /// Sends a message to the trust.
    pub fn money(&mut self, label: &str, msg: &trust::ExecuteMsg, funds: u128) -> Receipt {
        self.run(label, &self.trust.clone(), msg, funds)
    }

    /// Sends a message to the trust that is refused.
    pub fn no_money(&mut self, label: &str, msg: &trust::ExecuteMsg, funds: u128) -> String {
        self.refused(label, &self.trust.clone(), msg, funds)
    }
}

/// The address that the first trust of a registry will have.
fn first_trust(registry: &str) -> String {
    let api = MockApi::default().with_prefix(PREFIX);
    let creator = api.addr_canonicalize(registry).expect("an address");
    let checksum = Checksum::generate(&artifact::wasm(Role::Trust.as_str()));
    let mut salt = 1_u64.to_be_bytes().to_vec();
    salt.extend_from_slice(Role::Trust.as_str().as_bytes());
    let address = instantiate2_address(checksum.as_slice(), &creator, &salt).expect("an address");
    let address = api.addr_humanize(&address).expect("it can be spelled");
    address.to_string()
}

/// The report in a batch message's answer.
#[must_use]
pub fn report<R: serde::de::DeserializeOwned>(receipt: &Receipt) -> BatchReport<R> {
    from_json(&receipt.data).expect("a batch answers with its report")
}

fn json(msg: &impl Serialize) -> String {
    let text = cosmwasm_std::to_json_string(msg).expect("a message is JSON");
    text.chars().take(200).collect()
}
