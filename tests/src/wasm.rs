//! The contracts as wasm, on our node in memory. Every step is a signed transaction that passes CheckTx and is in a block;
//! there is no other way into a contract's state.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use commons_audit::reference::Step;
use commons_audit::replay::{Options, ReplayReport, given, run_on, steps};
use commons_client::keys::AccountKey;
use commons_client::response::contract_data;
use commons_client::tx::{Message, SignContext, sign};
use commons_common::units::UnixTime;
use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount, TxResult};
use commons_node::Node;
use commons_vm::{Vm, VmConfig};

use crate::chain::{CHAIN_ID, Chain, DENOM, Outcome, PREFIX, Receipt, Setup, State, next_time};

const NANOS: u64 = 1_000_000_000;
/// Gas of one transaction at most; nobody pays for it here, it bounds a mistake.
const GAS_LIMIT: u64 = 2_000_000_000;

/// See the module.
pub struct Wasm {
    /// The node itself.
    pub node: Node,
    /// What the chain did to contracts so far, as the second reader is told.
    steps: Vec<Step>,
    earliest: UnixTime,
}

impl Chain for Wasm {
    fn begin(setup: &Setup) -> Self {
        let accounts = setup.accounts.iter().map(|(key, amount)| GenesisAccount {
            address: key.address(PREFIX),
            balance: balance(*amount),
        });
        let genesis = Genesis {
            chain_id: CHAIN_ID.to_owned(),
            time: setup.time.0 * NANOS,
            address_prefix: PREFIX.to_owned(),
            accounts: accounts.collect(),
            params: ChainParams {
                // As `wasmd init` has it: a block holds whatever waits.
                max_gas: None,
                ..ChainParams::default()
            },
        };
        Self {
            node: Node::in_memory(vm(), &genesis).expect("the genesis is sound"),
            steps: given(&genesis),
            earliest: setup.time,
        }
    }

    fn wait_until(&mut self, time: UnixTime) {
        self.earliest = self.earliest.max(time);
    }

    fn submit(&mut self, signer: &AccountKey, message: Message) -> Outcome {
        let tx = self.signed(signer, message);
        self.deliver(tx)
    }

    fn submit_together(&mut self, transactions: Vec<(AccountKey, Message)>) -> Vec<Outcome> {
        let mut ahead: BTreeMap<String, u64> = BTreeMap::new();
        for (signer, message) in transactions {
            let ahead = ahead.entry(signer.address(PREFIX)).or_default();
            let tx = self.signed_after(&signer, message, *ahead);
            *ahead += 1;
            self.broadcast(tx);
        }
        self.next_block()
    }

    fn node(&self) -> Option<&Wasm> {
        Some(self)
    }

    fn query_bytes(&self, contract: &str, question: &[u8]) -> Result<Vec<u8>, String> {
        self.node
            .query_smart(contract, question)
            .map_err(|error| error.to_string())
    }

    fn dump(&self, contract: &str) -> State {
        self.node
            .contract_state(contract)
            .expect("the state can be read")
    }

    fn balance(&self, address: &str) -> u128 {
        self.node
            .balance(address, DENOM)
            .expect("the state can be read")
    }

    fn height(&self) -> u64 {
        self.node.height()
    }

    fn now(&self) -> UnixTime {
        UnixTime(self.node.time_nanos() / NANOS)
    }
}

/// One virtual machine for every chain of a test run: each contract is compiled once.
fn vm() -> Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| Vm::new(VmConfig::default()).expect("the virtual machine starts"))
        .clone()
}

impl Wasm {
    /// What the chain did to contracts so far.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Executes the whole log again from its genesis.
    #[must_use]
    pub fn replayed(&self) -> ReplayReport {
        let mut log = Vec::new();
        self.node.export_log(&mut log).expect("the log is whole");
        run_on(log.as_slice(), Options::default(), vm()).expect("the log can be read")
    }

    /// A transaction of one message, as the signer's client makes it for the next block.
    #[must_use]
    pub fn signed(&self, signer: &AccountKey, message: Message) -> Vec<u8> {
        self.signed_after(signer, message, 0)
    }

    /// The same, after so many others of the same signer that wait already.
    fn signed_after(&self, signer: &AccountKey, message: Message, ahead: u64) -> Vec<u8> {
        let address = signer.address(PREFIX);
        let account = self.node.account(&address).expect("the state can be read");
        let account = account.unwrap_or_else(|| panic!("{address} has no account"));
        let context = SignContext {
            chain_id: CHAIN_ID,
            prefix: PREFIX,
            account_number: account.number,
            sequence: account.sequence + ahead,
            gas_limit: GAS_LIMIT,
            fee: Vec::new(),
            memo: "",
        };
        sign(&[message], signer, context)
    }

    /// Hands a signed transaction in and makes the block that holds it.
    pub fn deliver(&mut self, tx: Vec<u8>) -> Outcome {
        self.broadcast(tx);
        let mut outcomes = self.next_block();
        let outcome = outcomes.pop().expect("one transaction, one result");
        assert!(outcomes.is_empty(), "one transaction, one result");
        outcome
    }

    fn broadcast(&mut self, tx: Vec<u8>) {
        self.node
            .broadcast(tx)
            .expect("the transaction passes CheckTx");
    }

    /// Makes a block of what waits.
    fn next_block(&mut self) -> Vec<Outcome> {
        let time = next_time(self.now(), self.earliest);
        let block = self
            .node
            .make_block(time.0 * NANOS)
            .expect("a block is made");
        self.steps.extend(steps(&block));
        block.results.iter().map(outcome).collect()
    }
}

fn outcome(result: &TxResult) -> Outcome {
    if result.code != 0 {
        return Err(result.log.clone());
    }
    let data = contract_data(&result.data).expect("the result decodes");
    Ok(Receipt {
        events: result.events.clone(),
        data: data.into_iter().next().unwrap_or_default(),
    })
}

fn balance(amount: u128) -> Vec<Coin> {
    if amount == 0 {
        return Vec::new();
    }
    vec![Coin {
        denom: DENOM.to_owned(),
        amount,
    }]
}
