//! A contract of others on our ledger: cw20-base 2.0.0 as crates.io has it, built to wasm here, run by signed transactions.

use commons_client::tx::Message;
use commons_tests::cast::{address, officer};
use commons_tests::chain::{Chain, call};
use commons_tests::family;
use commons_tests::peers;
use commons_tests::wasm::Wasm;
use serde_json::{Value, json};

struct Token {
    chain: Wasm,
    contract: String,
}

impl Token {
    /// Stored and instantiated; `sponsor` has 1,000,000 of it, `payee` 500.
    fn begin() -> Self {
        let mut chain: Wasm = family::begin(0);
        let deployer = officer("deployer");
        let wasm = peers::built("cw20-base");
        let stored = chain.submit(&deployer, Message::StoreCode { wasm });
        let stored = stored.expect("the wasm is taken");
        let code_id = stored
            .attribute("store_code", "code_id")
            .expect("the chain numbers the code");
        let msg = json!({
            "name": "A token of others",
            "symbol": "OTHER",
            "decimals": 6,
            "initial_balances": [
                {"address": address("sponsor"), "amount": "1000000"},
                {"address": address("payee"), "amount": "500"},
            ],
        });
        let instantiate = Message::Instantiate {
            code_id: code_id.parse().expect("a number"),
            label: "a token of others".to_owned(),
            msg: serde_json::to_vec(&msg).expect("JSON"),
            funds: Vec::new(),
            admin: None,
        };
        let begun = chain
            .submit(&deployer, instantiate)
            .expect("the token begins");
        let contract = begun
            .attribute("instantiate", "_contract_address")
            .expect("an address")
            .to_owned();
        Self { chain, contract }
    }

    fn transfer(&mut self, from: &str, to: &str, amount: u128) -> Result<(), String> {
        let msg = json!({"transfer": {"recipient": address(to), "amount": amount.to_string()}});
        let receipt = self
            .chain
            .submit(&officer(from), call(&self.contract, &msg, 0))?;
        assert_eq!(receipt.attribute("wasm", "action"), Some("transfer"));
        assert_eq!(
            receipt.attribute("wasm", "amount"),
            Some(amount.to_string().as_str())
        );
        Ok(())
    }

    fn ask(&self, question: &Value) -> Value {
        self.chain.query(&self.contract, question)
    }

    fn balance(&self, label: &str) -> Value {
        self.ask(&json!({"balance": {"address": address(label)}}))["balance"].clone()
    }
}

/// Stored, instantiated, transferred from and asked: an unmodified contract does here what it does elsewhere.
#[test]
fn cw20_base_runs_unmodified() {
    let mut token = Token::begin();
    let info = token.ask(&json!({"token_info": {}}));
    assert_eq!(
        info,
        json!({"name": "A token of others", "symbol": "OTHER", "decimals": 6, "total_supply": "1000500"})
    );

    token
        .transfer("sponsor", "payee", 40)
        .expect("a transfer of what one has");
    token
        .transfer("payee", "stranger", 540)
        .expect("a transfer of all one has");
    assert_eq!(token.balance("sponsor"), "999960");
    assert_eq!(token.balance("payee"), "0");
    assert_eq!(token.balance("stranger"), "540");

    let accounts = token.ask(&json!({"all_accounts": {}}));
    let listed = accounts["accounts"].as_array().expect("a list");
    for label in ["sponsor", "payee", "stranger"] {
        assert!(
            listed.contains(&json!(address(label))),
            "{label} is listed: {accounts}"
        );
    }
    assert_eq!(listed.len(), 3);
}

/// More than one has: the contract says so, in its own words, and nothing moves.
#[test]
fn a_token_that_one_does_not_have_is_not_transferred() {
    let mut token = Token::begin();
    let before = token.chain.dump(&token.contract);
    let reason = token
        .transfer("payee", "stranger", 501)
        .expect_err("501 of 500");
    assert!(
        reason.contains("Overflow") || reason.contains("Cannot Sub"),
        "{reason}"
    );
    assert_eq!(token.chain.dump(&token.contract), before);
    assert_eq!(token.balance("payee"), "500");
}
