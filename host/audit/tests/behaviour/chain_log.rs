//! A small chain that a node made, as a log: coins sent, a contract stored, begun and called, and one transaction that fails.

use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, sign};
use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount};
use commons_node::{Node, Vm, VmConfig};

pub const CHAIN: &str = "commons-test-1";
pub const DENOM: &str = "ucent";
const START: u64 = 1_767_225_600_000_000_000;
const SECOND: u64 = 1_000_000_000;

/// Answers every call with an empty response.
const CONTRACT: &str = r#"(module
  (memory (export "memory") 2)
  (global $free (mut i32) (i32.const 65536))
  (data (i32.const 16) "\40\00\00\00\32\00\00\00\32\00\00\00")
  (data (i32.const 64) "{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[]}}")
  (func (export "interface_version_8"))
  (func (export "allocate") (param i32) (result i32) (local i32)
    (local.set 1 (global.get $free))
    (global.set $free (i32.add (global.get $free) (i32.add (local.get 0) (i32.const 12))))
    (i32.store (local.get 1) (i32.add (local.get 1) (i32.const 12)))
    (i32.store offset=4 (local.get 1) (local.get 0))
    (i32.store offset=8 (local.get 1) (i32.const 0))
    (local.get 1))
  (func (export "deallocate") (param i32))
  (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 16))
  (func (export "execute") (param i32 i32 i32) (result i32) (i32.const 16)))"#;

pub fn key(label: &str) -> AccountKey {
    AccountKey::derive("replay", label)
}

pub fn address(label: &str) -> String {
    key(label).address("commons")
}

pub fn genesis() -> Genesis {
    let account = |label: &str| GenesisAccount {
        address: address(label),
        balance: vec![Coin::new(1_000_000, DENOM)],
    };
    Genesis {
        chain_id: CHAIN.to_owned(),
        time: START,
        address_prefix: "commons".to_owned(),
        accounts: vec![account("ada"), account("ben")],
        params: ChainParams::default(),
    }
}

/// A node under test, one transaction a block unless told otherwise.
pub struct Chain {
    pub node: Node,
}

impl Chain {
    pub fn begin(node: Node) -> Self {
        Self { node }
    }

    pub fn signed(&self, label: &str, message: Message, ahead: u64) -> Vec<u8> {
        let account = self.node.account(&address(label)).unwrap().unwrap();
        let context = SignContext {
            chain_id: CHAIN,
            prefix: "commons",
            account_number: account.number,
            sequence: account.sequence + ahead,
            gas_limit: 50_000_000,
            fee: Vec::new(),
            memo: "",
        };
        sign(&[message], &key(label), context)
    }

    pub fn block(&mut self, txs: &[Vec<u8>]) -> Vec<u32> {
        let time = self.node.time_nanos() + SECOND;
        let block = self.node.apply(txs, time).unwrap();
        block.results.iter().map(|result| result.code).collect()
    }

    fn send(&self, amount: u128, ahead: u64) -> Vec<u8> {
        let message = Message::Send {
            to: address("ben"),
            amount: cosmwasm_std::coins(amount, DENOM),
        };
        self.signed("ada", message, ahead)
    }

    /// Six blocks, seven transactions, of which the second of block 2 fails.
    pub fn play(&mut self) {
        let tx = self.send(5, 0);
        assert_eq!(self.block(&[tx]), [0]);
        let (tx, too_much) = (self.send(7, 0), self.send(9_000_000, 1));
        assert_eq!(self.block(&[tx, too_much]), [0, 5]);
        assert_eq!(self.block(&[]), [0_u32; 0]);
        let wasm = wat::parse_str(CONTRACT).unwrap();
        let tx = self.signed("ada", Message::StoreCode { wasm }, 0);
        assert_eq!(self.block(&[tx]), [0]);
        let begin = Message::Instantiate {
            code_id: 1,
            label: "a contract".to_owned(),
            msg: b"{}".to_vec(),
            funds: Vec::new(),
            admin: None,
        };
        let tx = self.signed("ada", begin, 0);
        assert_eq!(self.block(&[tx]), [0]);
        let contract = self.contract();
        let call = |n: u32| Message::Execute {
            contract: contract.clone(),
            msg: format!(r#"{{"add_number":{{"n":{n}}}}}"#).into_bytes(),
            funds: cosmwasm_std::coins(3, DENOM),
        };
        let txs = [
            self.signed("ada", call(4), 0),
            self.signed("ben", call(8), 0),
        ];
        assert_eq!(self.block(&txs), [0, 0]);
    }

    pub fn contract(&self) -> String {
        self.node.ledger().classic_address(1, 1)
    }

    pub fn log(&self) -> Vec<u8> {
        let mut log = Vec::new();
        self.node.export_log(&mut log).unwrap();
        log
    }
}

/// A virtual machine that keeps nothing on disk.
pub fn vm() -> Vm {
    Vm::new(VmConfig::default()).unwrap()
}

/// The chain that was played, in memory.
pub fn played() -> Chain {
    let mut chain = Chain::begin(Node::in_memory(vm(), &genesis()).unwrap());
    chain.play();
    chain
}
