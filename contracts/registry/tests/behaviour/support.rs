//! Builds registries on a chain that knows codes and contracts. Asserts nothing by itself.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use commons_common::charter::{
    Charter, CustodianCharter, DecisionsCharter, IndexForm, MoneyCharter, RegistrarCharter,
    RollCharter, SpendingRule, SubjectCharter, SubjectKind, TrustKind, Unclaimed,
};
use commons_common::id::TrustId;
use commons_common::registry::{
    ExecuteMsg, ExpectedCode, InstantiateMsg, QueryMsg, Role, TrustEntry, Verification,
};
use commons_common::text::{Name, Prose};
use commons_common::units::{Bps, Hash, Seconds};
use commons_registry::RegistryError;
use commons_registry::contract::{execute, instantiate, query};
use cosmwasm_std::testing::{
    MockApi, MockQuerier, MockStorage, message_info, mock_dependencies, mock_env,
};
use cosmwasm_std::{
    Addr, Checksum, CodeInfoResponse, ContractInfoResponse, ContractResult, Env, MessageInfo,
    OwnedDeps, QuerierResult, Response, SystemError, SystemResult, Timestamp, WasmQuery, from_json,
    to_json_binary,
};
use serde::de::DeserializeOwned;

pub const FOUNDED: u64 = 1_700_000_000;

pub fn addr(name: &str) -> Addr {
    MockApi::default().addr_make(name)
}

pub fn name(text: &str) -> Name {
    Name::try_from(text.to_owned()).unwrap()
}

/// What the chain would answer: stored codes, and contracts with code and admin.
#[derive(Default)]
pub struct Chain {
    pub codes: BTreeMap<u64, Checksum>,
    pub contracts: BTreeMap<String, (u64, Option<Addr>)>,
}

impl Chain {
    fn answer(&self, request: &WasmQuery) -> QuerierResult {
        let answer = match request {
            WasmQuery::CodeInfo { code_id } => self.codes.get(code_id).map(|checksum| {
                to_json_binary(&CodeInfoResponse::new(
                    *code_id,
                    addr("developer"),
                    *checksum,
                ))
            }),
            WasmQuery::ContractInfo { contract_addr } => {
                self.contracts.get(contract_addr).map(|(code_id, admin)| {
                    to_json_binary(&ContractInfoResponse::new(
                        *code_id,
                        addr("registry"),
                        admin.clone(),
                        false,
                        None,
                        None,
                    ))
                })
            }
            _ => None,
        };
        match answer {
            Some(answer) => SystemResult::Ok(ContractResult::Ok(answer.unwrap())),
            None => SystemResult::Err(SystemError::Unknown {}),
        }
    }
}

/// The checksum of the code stored under an id in these tests.
pub fn checksum(code_id: u64) -> Checksum {
    Checksum::generate(&code_id.to_be_bytes())
}

pub fn hash(checksum: &Checksum) -> Hash {
    Hash(checksum.as_slice().try_into().unwrap())
}

/// A registry on a chain of its own, where codes 1 to 40 are stored.
pub struct Registry {
    pub deps: OwnedDeps<MockStorage, MockApi, MockQuerier>,
    pub env: Env,
    pub chain: Rc<RefCell<Chain>>,
}

impl Registry {
    /// Without approved code.
    pub fn empty() -> Self {
        let mut registry = Self::blank();
        let steward = addr("steward").into_string();
        registry.begin(InstantiateMsg { steward }).unwrap();
        registry
    }

    /// With code approved for every role: codes 1 to 4, in the order of [`Role::ALL`].
    pub fn new() -> Self {
        let mut registry = Self::empty();
        for (code_id, role) in (1..).zip(Role::ALL) {
            registry.approve(role, code_id).unwrap();
        }
        registry
    }

    pub fn blank() -> Self {
        let chain = Rc::new(RefCell::new(Chain::default()));
        chain.borrow_mut().codes = (1..=40).map(|id| (id, checksum(id))).collect();
        let mut deps = mock_dependencies();
        let answers = Rc::clone(&chain);
        deps.querier
            .update_wasm(move |request| answers.borrow().answer(request));
        let mut env = mock_env();
        env.block.time = Timestamp::from_seconds(FOUNDED);
        Self { deps, env, chain }
    }

    pub fn begin(&mut self, msg: InstantiateMsg) -> Result<Response, RegistryError> {
        let info = message_info(&addr("deployer"), &[]);
        instantiate(self.deps.as_mut(), self.env.clone(), info, msg)
    }

    pub fn send(&mut self, sender: &Addr, msg: ExecuteMsg) -> Result<Response, RegistryError> {
        self.send_with(message_info(sender, &[]), msg)
    }

    pub fn send_with(
        &mut self,
        info: MessageInfo,
        msg: ExecuteMsg,
    ) -> Result<Response, RegistryError> {
        execute(self.deps.as_mut(), self.env.clone(), info, msg)
    }

    pub fn ask<T: DeserializeOwned>(&self, msg: QueryMsg) -> T {
        from_json(query(self.deps.as_ref(), self.env.clone(), msg).unwrap()).unwrap()
    }

    pub fn ask_err(&self, msg: QueryMsg) -> RegistryError {
        query(self.deps.as_ref(), self.env.clone(), msg).unwrap_err()
    }

    pub fn approve(&mut self, role: Role, code_id: u64) -> Result<Response, RegistryError> {
        self.send(&addr("steward"), approval(role, code_id))
    }

    pub fn revoke(&mut self, role: Role, code_id: u64) -> Result<Response, RegistryError> {
        let checksum = hash(&checksum(code_id));
        self.send(&addr("steward"), ExecuteMsg::Revoke { role, checksum })
    }

    pub fn found(&mut self, charter: Charter) -> Result<Response, RegistryError> {
        self.found_expecting(charter, Vec::new())
    }

    pub fn found_expecting(
        &mut self,
        charter: Charter,
        checksums: Vec<ExpectedCode>,
    ) -> Result<Response, RegistryError> {
        let charter = Box::new(charter);
        self.send(&addr("founder"), ExecuteMsg::Found { charter, checksums })
    }

    pub fn trust(&self, id: u64) -> TrustEntry {
        self.ask(QueryMsg::Trust { trust: TrustId(id) })
    }

    pub fn by_name(&self, text: &str) -> Option<TrustEntry> {
        self.ask(QueryMsg::ByName { name: name(text) })
    }

    /// Founds a trust and lets the chain know its contracts, without admin.
    pub fn founded(&mut self, charter: Charter) -> TrustEntry {
        self.found(charter).unwrap();
        let trust: Vec<TrustEntry> = self.ask(QueryMsg::ListTrusts {
            kind: None,
            start_after: None,
            limit: Some(100),
        });
        let trust = trust.into_iter().next_back().unwrap();
        for (code_id, contract) in (1..).zip(&trust.contracts) {
            self.chain
                .borrow_mut()
                .contracts
                .insert(contract.address.to_string(), (code_id, None));
        }
        trust
    }

    pub fn verify(&self, address: &Addr) -> Verification {
        self.ask(QueryMsg::Verify {
            addr: address.to_string(),
        })
    }
}

pub fn approval(role: Role, code_id: u64) -> ExecuteMsg {
    ExecuteMsg::Approve {
        role,
        code_id,
        version: name("0.1.0"),
        source_hash: Hash::of(b"source"),
        builder: name("builder 1"),
    }
}

fn accounts(role: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|i| addr(&format!("{role} {i}")).into_string())
        .collect()
}

fn subject(text: &str, kind: SubjectKind) -> SubjectCharter {
    SubjectCharter {
        name: name(text),
        kind,
        unit: name("units"),
        reporters: accounts("reporter", 2),
        reports: 2,
        window: Seconds::days(14),
        valid_for: Seconds::days(365),
    }
}

/// A charter that holds together.
pub fn charter(text: &str) -> Charter {
    Charter {
        name: name(text),
        kind: TrustKind::Fund,
        purpose: Prose::try_from("To keep the valley's water for those who come.".to_owned())
            .unwrap(),
        licence: Prose::try_from("CC-BY-SA-4.0".to_owned()).unwrap(),
        denom: "ucommon".to_owned(),
        period: Seconds::days(365),
        classes: vec![name("residents")],
        roll: RollCharter {
            registrars: accounts("registrar", 3)
                .into_iter()
                .map(|account| RegistrarCharter { account, quota: 50 })
                .collect(),
            threshold: 2,
            epoch: Seconds::days(30),
            growth_bps: Bps(500),
            admission: Seconds::days(14),
            share_residence: Seconds::days(365),
            validity: Seconds::days(365),
            renewal: Seconds::days(90),
        },
        decisions: DecisionsCharter::default(),
        trustees: accounts("trustee", 3),
        term: Seconds::days(1_095),
        subjects: vec![
            subject("prices", SubjectKind::Index),
            subject("fund", SubjectKind::Value),
        ],
        money: money(),
    }
}

fn money() -> MoneyCharter {
    MoneyCharter {
        index: name("prices"),
        index_form: IndexForm::Ratchet,
        rise_bps: Bps(2_500),
        spending: SpendingRule::AvgRealised {
            bps: Bps(1_050),
            years: 5,
        },
        maintenance_bps: Bps(50),
        operating_bps: Bps(1_000),
        claim_window: Seconds::days(365),
        unclaimed: Unclaimed::Income,
        custodians: vec![CustodianCharter {
            account: addr("custodian").into_string(),
            subject: name("fund"),
        }],
        max_placed_bps: Bps(5_000),
    }
}
