//! A token of others, and a contract that takes what it is sent.

use commons_testing::{Account, TestChain};
use serde_json::{Value, json};
use std::sync::OnceLock;

/// A chain with cw20-base, of which alice has 1,000.
pub struct Token {
    pub chain: TestChain,
    pub alice: Account,
    pub bob: Account,
    pub code: u64,
    pub address: String,
}

impl Token {
    pub fn begin() -> Self {
        let mut chain = TestChain::new();
        let (alice, bob) = (chain.account("alice"), chain.account("bob"));
        let code = chain.store(&alice, &cw20()).unwrap();
        let begin = json!({ "name": "Token", "symbol": "TOK", "decimals": 6,
            "initial_balances": [{ "address": alice.address(), "amount": "1000" }] });
        let address = chain.instantiate(&alice, code, &begin).unwrap();
        Self {
            chain,
            alice,
            bob,
            code,
            address,
        }
    }

    pub fn balance(&self, of: &str) -> String {
        let ask = json!({ "balance": { "address": of } });
        let answer: Value = self.chain.query(&self.address, &ask).unwrap();
        answer["balance"].as_str().unwrap().to_owned()
    }

    /// Stores and makes the contract below.
    pub fn keeper(&mut self) -> String {
        let wasm = wat::parse_str(KEEPER).unwrap();
        let code = self.chain.store(&self.alice, &wasm).unwrap();
        self.chain
            .instantiate(&self.alice, code, &json!({}))
            .unwrap()
    }
}

pub fn transfer(to: &str, amount: u64) -> Value {
    json!({ "transfer": { "recipient": to, "amount": amount.to_string() } })
}

pub fn cw20() -> Vec<u8> {
    static WASM: OnceLock<Vec<u8>> = OnceLock::new();
    WASM.get_or_init(|| commons_tests::peers::built("cw20-base"))
        .clone()
}

/// `execute` writes its message under the key `last`.
const KEEPER: &str = r#"(module
  (import "env" "db_write" (func $write (param i32 i32)))
  (memory (export "memory") 2)
  (global $free (mut i32) (i32.const 1024))
  (data (i32.const 64) "\64\00\00\00\37\00\00\00\37\00\00\00")
  (data (i32.const 88) "\2c\01\00\00\04\00\00\00\04\00\00\00")
  (data (i32.const 100) "{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[]     }}")
  (data (i32.const 300) "last")
  (func (export "interface_version_8"))
  (func (export "allocate") (param $size i32) (result i32) (local $region i32)
    (local.set $region (global.get $free))
    (i32.store (local.get $region) (i32.add (local.get $region) (i32.const 12)))
    (i32.store offset=4 (local.get $region) (local.get $size))
    (i32.store offset=8 (local.get $region) (i32.const 0))
    (global.set $free (i32.add (global.get $free) (i32.add (local.get $size) (i32.const 16))))
    (local.get $region))
  (func (export "deallocate") (param i32))
  (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 64))
  (func (export "execute") (param i32 i32 i32) (result i32)
    (call $write (i32.const 88) (local.get 2))
    (i32.const 64)))"#;
