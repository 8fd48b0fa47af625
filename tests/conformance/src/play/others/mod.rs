//! Contracts of others, as crates.io has them, together on one stage: tokens, a group, a multisig over it, and unique tokens.

mod deeds;
mod tokens;
mod votes;

use std::cell::RefCell;
use std::rc::Rc;

use commons_tests::peers;
use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Addr, Checksum, Coin};
use cw_multi_test::{App, AppBuilder, Executor, next_block};
use serde_json::{Value, json};

use crate::stage::Doubled;
use crate::stand::Stand;

/// A chain on which contracts of others live.
struct Theatre {
    app: App,
    stand: Rc<RefCell<Stand>>,
}

pub(super) fn play(stand: &Rc<RefCell<Stand>>) {
    let mut theatre = Theatre::open(stand);
    let token = tokens::play(&mut theatre);
    let group = votes::group(&mut theatre);
    votes::multisig(&mut theatre, &group, &token);
    deeds::play(&mut theatre);
}

fn person(label: &str) -> Addr {
    MockApi::default().addr_make(label)
}

impl Theatre {
    fn open(stand: &Rc<RefCell<Stand>>) -> Self {
        let app = AppBuilder::new().build(|router, _, storage| {
            let coins = vec![Coin::new(1_000_000_u128, "earth")];
            router
                .bank
                .init_balance(storage, &person("creator"), coins)
                .expect("the balance is sound");
        });
        Self {
            app,
            stand: Rc::clone(stand),
        }
    }

    /// Builds, loads and stores; answers the code's id.
    fn store(&mut self, package: &str) -> u64 {
        let wasm = peers::built(package);
        let contract = self.stand.borrow_mut().load(package, &wasm);
        self.app.store_code(Box::new(Doubled {
            stand: Rc::clone(&self.stand),
            contract,
            checksum: Checksum::generate(&wasm),
            api: cosmwasm_vm::testing::MockApi::default(),
        }))
    }

    /// A new contract, which its creator may migrate.
    fn create(&mut self, code: u64, msg: &Value) -> Addr {
        let admin = Some(person("creator").into());
        let created =
            self.app
                .instantiate_contract(code, person("creator"), msg, &[], "contract", admin);
        created.unwrap_or_else(|error| panic!("{msg}: {error}"))
    }

    /// A new contract that refuses to be one.
    fn fail_to_create(&mut self, code: u64, msg: &Value) {
        let created =
            self.app
                .instantiate_contract(code, person("creator"), msg, &[], "contract", None);
        assert!(created.is_err(), "{msg} must be refused");
    }

    /// A message that takes effect, in a block of its own: weights count from the block after the one that sets them.
    fn act(&mut self, sender: &str, contract: &Addr, msg: &Value) {
        self.app.update_block(next_block);
        let done = self
            .app
            .execute_contract(person(sender), contract.clone(), msg, &[]);
        done.unwrap_or_else(|error| panic!("{sender}: {msg}: {error}"));
    }

    /// A message that is refused.
    fn fail(&mut self, sender: &str, contract: &Addr, msg: &Value) {
        let done = self
            .app
            .execute_contract(person(sender), contract.clone(), msg, &[]);
        assert!(done.is_err(), "{sender}: {msg} must be refused");
    }

    /// A question that has an answer.
    fn ask(&self, contract: &Addr, question: &Value) -> Value {
        let answer = self.app.wrap().query_wasm_smart(contract, question);
        answer.unwrap_or_else(|error| panic!("{question}: {error}"))
    }

    /// A question that has none.
    fn ask_in_vain(&self, contract: &Addr, question: &Value) {
        let answer = self
            .app
            .wrap()
            .query_wasm_smart::<Value>(contract, question);
        assert!(answer.is_err(), "{question} must be refused");
    }
}

/// A migration to the same code, and one that says nothing.
fn migrations(theatre: &mut Theatre, contract: &Addr, code: u64, msg: &Value) {
    let creator = person("creator");
    let migrated = theatre
        .app
        .migrate_contract(creator.clone(), contract.clone(), msg, code);
    migrated.unwrap_or_else(|error| panic!("{msg}: {error}"));
    let migrated = theatre
        .app
        .migrate_contract(creator, contract.clone(), &json!([1]), code);
    assert!(migrated.is_err(), "a list is no migration");
}
