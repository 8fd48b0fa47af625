//! Runs a scenario on a chain that has just begun, by RPC, and writes down every block and answer. Steps that do
//! not go as the scenario expects are named at the end: a scenario that misses its point compares nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use base64::{Engine, engine::general_purpose::STANDARD};
use cosmos_sdk_proto::cosmos::auth::v1beta1::{
    BaseAccount, QueryAccountRequest, QueryAccountResponse,
};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{QueryAllBalancesRequest, QueryAllBalancesResponse};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryAllContractStateRequest, QueryAllContractStateResponse, QuerySmartContractStateRequest,
    QuerySmartContractStateResponse,
};
use prost::Message as _;
use serde_json::{Value, json};

use crate::expand::{Names, expand};
use crate::message;
use crate::recording::{Answer, Block, Check, Delivered, Happened, Recording};
use crate::rpc::{Rpc, bytes, number};
use crate::scenario::{Scenario, Step};
use crate::sign::{Signer, address, sign};

/// Accounts of the genesis, in the order of their numbers.
pub const ACCOUNTS: [(&str, &str); 4] = [
    ("anna", "1000000000000ucosm,1000000000000ustake"),
    ("ben", "1000000000ucosm,1000000000ustake"),
    ("carol", "1000000000ucosm"),
    ("dora", "9ustake"),
];

/// A run under way.
pub struct Recorder {
    rpc: Rpc,
    artifacts: PathBuf,
    names: Names,
    /// Number and sequence of who has signed.
    signers: BTreeMap<String, (u64, u64)>,
    /// Names of sent transactions by their bytes.
    sent: BTreeMap<String, String>,
    /// Steps that went into blocks that are not read yet.
    open: Vec<(Step, String)>,
    contracts: BTreeSet<String>,
    /// Height up to which blocks were read, or cannot hold anything of ours.
    read_to: u64,
    /// Whether each transaction is simulated first, and its ante handler measured.
    pub thorough: bool,
    /// Steps that did not go as the scenario expects.
    pub surprises: Vec<String>,
    recording: Recording,
}

impl Recorder {
    /// Begins on a chain whose last block was just made; code is read from `artifacts`.
    pub fn begin(rpc: Rpc, artifacts: PathBuf, command: &str) -> Result<Recorder, String> {
        rpc.wait_for(1)?;
        let status = rpc.call("status", &json!({}))?;
        let first = rpc.call("block", &json!({"height": "1"}))?;
        let header = &first["block"]["header"];
        let mut names = Names::new();
        for (name, _) in ACCOUNTS {
            names.insert(name.to_owned(), address(name).into());
        }
        let software = abci_version(&rpc)?;
        let recording = Recording {
            software,
            command: command.to_owned(),
            scenario: String::new(),
            chain_id: text(&status["node_info"]["network"]),
            first_time: nanos(&text(&header["time"])).to_string(),
            accounts: ACCOUNTS
                .iter()
                .map(|(name, coins)| ((*name).to_owned(), address(name), (*coins).to_owned()))
                .collect(),
            steps: Vec::new(),
            blocks: Vec::new(),
            state: BTreeMap::new(),
            balances: BTreeMap::new(),
        };
        Ok(Recorder {
            rpc,
            artifacts,
            names,
            signers: BTreeMap::new(),
            sent: BTreeMap::new(),
            open: Vec::new(),
            contracts: BTreeSet::new(),
            read_to: 0,
            thorough: true,
            surprises: Vec::new(),
            recording,
        })
    }

    /// What has names so far.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Carries out a scenario, after what was carried out before.
    pub fn run(&mut self, scenario: &Scenario) -> Result<(), String> {
        if !self.recording.scenario.is_empty() {
            self.recording.scenario.push_str(", ");
        }
        self.recording.scenario.push_str(&scenario.name);
        for step in &scenario.steps {
            self.step(step)
                .map_err(|why| format!("{}: {}: {why}", scenario.name, step.name))?;
        }
        self.settle()
    }

    /// The recording so far.
    #[must_use]
    pub fn so_far(&self) -> &Recording {
        &self.recording
    }

    /// The bytes of a step's transaction as it would be sent now; nothing is sent.
    pub fn prepare(&mut self, step: &Step) -> Result<Vec<u8>, String> {
        let by = address(&step.by);
        let (number, sequence) = self.signer(&by)?;
        let messages = step.tx.iter().map(|message| {
            let message = expand(message, &self.names);
            message::encode(&message, &by, &self.artifacts)
        });
        let signer = Signer {
            chain_id: self.recording.chain_id.clone(),
            number,
            sequence,
        };
        Ok(sign(step, messages.collect(), &signer))
    }

    /// The recording, with balances and contracts' states of the end.
    pub fn finish(mut self) -> Result<Recording, String> {
        self.settle()?;
        // A block is known before the application has committed it.
        self.rpc.wait_for(self.rpc.height()? + 1)?;
        for contract in &self.contracts {
            let state = contract_state(&self.rpc, contract)?;
            self.recording.state.insert(contract.clone(), state);
        }
        let accounts = ACCOUNTS.iter().map(|(name, _)| address(name));
        for who in accounts.chain(self.contracts.iter().cloned()) {
            let balances = balances(&self.rpc, &who)?;
            self.recording.balances.insert(who, balances);
        }
        Ok(self.recording)
    }

    fn step(&mut self, step: &Step) -> Result<(), String> {
        if let Some((contract, question)) = &step.ask {
            self.settle()?;
            let happened = self.ask(&step.name, contract, question)?;
            self.recording.steps.push(happened);
        }
        if step.tx.is_empty() && step.by.is_empty() {
            return Ok(());
        }
        self.send(step)?;
        if !step.together {
            self.settle()?;
        }
        Ok(())
    }

    fn send(&mut self, step: &Step) -> Result<(), String> {
        let by = address(&step.by);
        let (number, sequence) = self.signer(&by)?;
        let tx = self.prepare(step)?;
        let thorough = self.thorough && !step.together && self.open.is_empty();
        let simulated = thorough.then(|| self.simulate(&tx)).transpose()?;
        let ante_gas = if thorough { self.ante_gas(&tx)? } else { None };
        let after = self.rpc.height()?;
        if self.open.is_empty() {
            self.read_to = after;
        }
        let written = STANDARD.encode(&tx);
        let answer = self
            .rpc
            .call("broadcast_tx_sync", &json!({"tx": written}))?;
        let check = check(&answer);
        let passed = check.code == 0;
        let seen = format!("check {}/{}", check.codespace, check.code);
        self.sent.insert(written.clone(), step.name.clone());
        self.recording.steps.push(Happened {
            name: step.name.clone(),
            after,
            tx: Some(written.clone()),
            check: Some(check.clone()),
            simulated,
            ante_gas,
            asked: None,
        });
        if !passed {
            if step.expect != seen && step.expect != "any" {
                self.surprises.push(format!(
                    "{}: expected {}, got {seen}: {}",
                    step.name, step.expect, check.log
                ));
            }
            return Ok(());
        }
        self.signers.insert(by, (number, sequence + 1));
        self.open.push((step.clone(), written));
        Ok(())
    }

    fn signer(&mut self, by: &str) -> Result<(u64, u64), String> {
        if let Some(known) = self.signers.get(by) {
            return Ok(*known);
        }
        let request = QueryAccountRequest {
            address: by.to_owned(),
        };
        let path = "/cosmos.auth.v1beta1.Query/Account";
        // Who has no account signs as a stranger would: number and sequence 0.
        let Ok(answer) = self.rpc.ask(path, &request.encode_to_vec(), 0) else {
            return Ok((0, 0));
        };
        let answer = QueryAccountResponse::decode(answer.as_slice()).map_err(|e| e.to_string())?;
        let any = answer.account.ok_or("an account without content")?;
        let account = BaseAccount::decode(any.value.as_slice()).map_err(|e| e.to_string())?;
        let known = (account.account_number, account.sequence);
        self.signers.insert(by.to_owned(), known);
        Ok(known)
    }

    fn simulate(&self, tx: &[u8]) -> Result<Result<u64, String>, String> {
        #[allow(deprecated)]
        let request = SimulateRequest {
            tx: None,
            tx_bytes: tx.to_vec(),
        };
        let path = "/cosmos.tx.v1beta1.Service/Simulate";
        let answer = self.rpc.abci(path, &request.encode_to_vec(), 0)?;
        if answer["code"].as_u64() != Some(0) {
            let check = check(&answer);
            return Ok(Err(format!(
                "{}/{}: {}",
                check.codespace, check.code, check.log
            )));
        }
        let answer = SimulateResponse::decode(bytes(&answer["value"]).as_slice());
        let answer = answer.map_err(|e| e.to_string())?;
        Ok(Ok(answer.gas_info.unwrap_or_default().gas_used))
    }

    /// Gas of the ante handler: `check_tx` tells it. It marks the sequence as used in the checks until the next block, so that is waited for.
    fn ante_gas(&self, tx: &[u8]) -> Result<Option<u64>, String> {
        let Ok(answer) = self
            .rpc
            .call("check_tx", &json!({"tx": STANDARD.encode(tx)}))
        else {
            return Ok(None);
        };
        if answer["code"].as_u64() != Some(0) {
            return Ok(None);
        }
        // A block is known before the application has committed it.
        self.rpc.wait_for(self.rpc.height()? + 2)?;
        Ok(Some(number(&answer["gas_used"])))
    }

    /// Waits until what was sent is in blocks, reads them, and compares with what the scenario expects.
    fn settle(&mut self) -> Result<(), String> {
        let open = std::mem::take(&mut self.open);
        let mut missing: BTreeSet<String> = open.iter().map(|(_, tx)| tx.clone()).collect();
        while !missing.is_empty() {
            self.read_to += 1;
            self.rpc.wait_for(self.read_to)?;
            let block = read_block(&self.rpc, self.read_to, &self.sent)?;
            for delivered in &block.txs {
                missing.remove(&delivered.tx);
                let step = open.iter().find(|(_, tx)| *tx == delivered.tx);
                if let Some((step, _)) = step {
                    self.learn(step, &delivered.answer)?;
                }
            }
            if !block.txs.is_empty() {
                self.recording.blocks.push(block);
            }
        }
        Ok(())
    }

    fn learn(&mut self, step: &Step, answer: &Answer) -> Result<(), String> {
        let seen = match answer.code {
            0 => "ok".to_owned(),
            code => format!("{}/{code}", answer.codespace),
        };
        if step.expect != seen && step.expect != "any" {
            let log = &answer.log;
            self.surprises.push(format!(
                "{}: expected {}, got {seen}: {log}",
                step.name, step.expect
            ));
        }
        for (kind, attributes) in &answer.events {
            let contract = attributes
                .iter()
                .find(|(key, _)| key == "_contract_address");
            if kind == "instantiate"
                && let Some((_, address)) = contract
            {
                self.contracts.insert(address.clone());
            }
        }
        for (name, kind, key, index) in &step.save {
            let events = answer.events.iter().filter(|(found, _)| found == kind);
            let values = events
                .flat_map(|(_, attributes)| attributes)
                .filter(|(found, _)| found == key);
            let value = values.map(|(_, value)| value).nth(*index);
            let value = value.ok_or_else(|| format!("{}: there is no {kind}.{key}", step.name))?;
            let value = value
                .parse::<u64>()
                .map_or_else(|_| json!(value), |number| json!(number));
            self.names.insert(name.clone(), value);
        }
        Ok(())
    }

    fn ask(&self, name: &str, contract: &Value, question: &Value) -> Result<Happened, String> {
        let contract = text(&expand(contract, &self.names));
        let question = match expand(question, &self.names) {
            Value::String(raw) => raw,
            document => document.to_string(),
        };
        let request = QuerySmartContractStateRequest {
            address: contract.clone(),
            query_data: question.clone().into_bytes(),
        };
        let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
        let after = self.rpc.height()?;
        self.rpc.wait_for(after + 1)?;
        let answer = self.rpc.abci(path, &request.encode_to_vec(), 0)?;
        let told = if answer["code"].as_u64() == Some(0) {
            let bytes = bytes(&answer["value"]);
            let answer = QuerySmartContractStateResponse::decode(bytes.as_slice());
            Ok(String::from_utf8_lossy(&answer.map_err(|e| e.to_string())?.data).into_owned())
        } else {
            Err(check(&answer))
        };
        Ok(Happened {
            name: name.to_owned(),
            after,
            tx: None,
            check: None,
            simulated: None,
            ante_gas: None,
            asked: Some((contract, question, told)),
        })
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn abci_version(rpc: &Rpc) -> Result<String, String> {
    let info = rpc.call("abci_info", &json!({}))?;
    let response = &info["response"];
    Ok(format!(
        "{} {}",
        text(&response["data"]),
        text(&response["version"])
    ))
}

fn check(answer: &Value) -> Check {
    Check {
        code: u32::try_from(number(&answer["code"])).expect("a code has 32 bits"),
        codespace: text(&answer["codespace"]),
        log: text(&answer["log"]),
    }
}

/// One block with its results.
pub fn read_block(
    rpc: &Rpc,
    height: u64,
    names: &BTreeMap<String, String>,
) -> Result<Block, String> {
    let at = json!({"height": height.to_string()});
    let block = rpc.call("block", &at)?;
    let block = &block["block"];
    let txs = block["data"]["txs"].as_array().cloned().unwrap_or_default();
    let mut delivered = Vec::new();
    if !txs.is_empty() {
        // Results are there once the application has committed the block: at the latest when the next one is.
        rpc.wait_for(height + 1)?;
        let results = rpc.call("block_results", &at)?;
        for (tx, result) in txs
            .iter()
            .zip(results["txs_results"].as_array().into_iter().flatten())
        {
            let tx = text(tx);
            delivered.push(Delivered {
                name: names.get(&tx).cloned().unwrap_or_default(),
                tx,
                answer: answer(result),
            });
        }
    }
    Ok(Block {
        height,
        time: nanos(&text(&block["header"]["time"])).to_string(),
        txs: delivered,
    })
}

fn answer(result: &Value) -> Answer {
    let check = check(result);
    let events = result["events"].as_array().cloned().unwrap_or_default();
    let attributes = |event: &Value| {
        let list = event["attributes"].as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|pair| (text(&pair["key"]), text(&pair["value"])))
            .collect()
    };
    Answer {
        code: check.code,
        codespace: check.codespace,
        data: text(&result["data"]),
        log: check.log,
        gas_wanted: number(&result["gas_wanted"]),
        gas_used: number(&result["gas_used"]),
        events: events
            .iter()
            .map(|event| (text(&event["type"]), attributes(event)))
            .collect(),
    }
}

/// What a contract stores: key and value in hex.
pub fn contract_state(rpc: &Rpc, contract: &str) -> Result<Vec<(String, String)>, String> {
    let mut entries = Vec::new();
    let mut key = Vec::new();
    loop {
        let request = QueryAllContractStateRequest {
            address: contract.to_owned(),
            pagination: Some(PageRequest {
                key,
                limit: 100,
                ..PageRequest::default()
            }),
        };
        let path = "/cosmwasm.wasm.v1.Query/AllContractState";
        let answer = rpc.ask(path, &request.encode_to_vec(), 0)?;
        let answer = QueryAllContractStateResponse::decode(answer.as_slice());
        let answer = answer.map_err(|e| e.to_string())?;
        let hex = |model: &cosmos_sdk_proto::cosmwasm::wasm::v1::Model| {
            (hex::encode(&model.key), hex::encode(&model.value))
        };
        entries.extend(answer.models.iter().map(hex));
        key = answer
            .pagination
            .map(|page| page.next_key)
            .unwrap_or_default();
        if key.is_empty() {
            return Ok(entries);
        }
    }
}

fn balances(rpc: &Rpc, who: &str) -> Result<Vec<String>, String> {
    let request = QueryAllBalancesRequest {
        address: who.to_owned(),
        ..QueryAllBalancesRequest::default()
    };
    let path = "/cosmos.bank.v1beta1.Query/AllBalances";
    let answer = rpc.ask(path, &request.encode_to_vec(), 0)?;
    let answer = QueryAllBalancesResponse::decode(answer.as_slice()).map_err(|e| e.to_string())?;
    Ok(answer
        .balances
        .iter()
        .map(|coin| format!("{}{}", coin.amount, coin.denom))
        .collect())
}

/// Nanoseconds since 1970 of a time such as `2026-11-23T19:38:02.123456789Z`.
#[must_use]
pub fn nanos(time: &str) -> u64 {
    let part = |from: usize, to: usize| time[from..to].parse::<i64>().expect("digits");
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    // Days since 1970 in the proleptic Gregorian calendar; the year begins in March, so that the odd day comes last.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 719_469;
    let seconds = days * 86_400 + part(11, 13) * 3_600 + part(14, 16) * 60 + part(17, 19);
    let fraction: String = time[19..].chars().filter(char::is_ascii_digit).collect();
    let fraction: u64 = format!("{fraction:0<9}").parse().expect("digits");
    u64::try_from(seconds).expect("after 1970") * 1_000_000_000 + fraction
}
