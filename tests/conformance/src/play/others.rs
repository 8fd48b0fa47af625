//! Contracts of others, as crates.io has them, together on one stage: tokens, a group, a multisig over it, and unique tokens.

use std::cell::RefCell;
use std::rc::Rc;

use commons_tests::peers;
use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Addr, Checksum, Coin, to_json_binary};
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
    let token = tokens(&mut theatre);
    let group = group(&mut theatre);
    multisig(&mut theatre, &group, &token);
    unique_tokens(&mut theatre);
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

fn tokens(theatre: &mut Theatre) -> Addr {
    let code = theatre.store("cw20-base");
    let (one, two) = (person("one"), person("two"));
    let setup = |symbol: &str| {
        json!({
            "name": "A token", "symbol": symbol, "decimals": 6,
            "initial_balances": [
                {"address": one, "amount": "1000000"}, {"address": two, "amount": "500"},
            ],
            "mint": {"minter": person("creator"), "cap": "2000000"},
            "marketing": {"project": "A project", "description": "What for", "marketing": person("creator"), "logo": {"url": "https://example.org/logo"}},
        })
    };
    theatre.fail_to_create(code, &setup("!"));
    theatre.fail_to_create(code, &json!({}));
    let token = theatre.create(code, &setup("TOKEN"));
    let contract = &token;
    theatre.act(
        "one",
        contract,
        &json!({"transfer": {"recipient": two, "amount": "400"}}),
    );
    theatre.act(
        "two",
        contract,
        &json!({"transfer": {"recipient": person("three"), "amount": "900"}}),
    );
    theatre.fail(
        "two",
        contract,
        &json!({"transfer": {"recipient": one, "amount": "1"}}),
    );
    theatre.fail(
        "one",
        contract,
        &json!({"transfer": {"recipient": "nobody", "amount": "1"}}),
    );
    theatre.act("one", contract, &json!({"burn": {"amount": "1000"}}));
    theatre.fail("two", contract, &json!({"burn": {"amount": "1000"}}));
    theatre.act(
        "creator",
        contract,
        &json!({"mint": {"recipient": two, "amount": "70"}}),
    );
    theatre.fail(
        "one",
        contract,
        &json!({"mint": {"recipient": two, "amount": "70"}}),
    );
    theatre.fail(
        "creator",
        contract,
        &json!({"mint": {"recipient": two, "amount": "2000000"}}),
    );
    let allow = json!({"increase_allowance": {"spender": two, "amount": "5000", "expires": {"at_height": 99_999_999}}});
    theatre.act("one", contract, &allow);
    theatre.act(
        "one",
        contract,
        &json!({"decrease_allowance": {"spender": two, "amount": "100"}}),
    );
    theatre.fail(
        "one",
        contract,
        &json!({"increase_allowance": {"spender": one, "amount": "1"}}),
    );
    let take =
        |amount: &str| json!({"transfer_from": {"owner": one, "recipient": two, "amount": amount}});
    theatre.act("two", contract, &take("800"));
    theatre.fail("two", contract, &take("900000"));
    theatre.act(
        "two",
        contract,
        &json!({"burn_from": {"owner": one, "amount": "10"}}),
    );
    let sent = to_json_binary(&json!({"anything": {}})).expect("it is JSON");
    theatre.fail(
        "one",
        contract,
        &json!({"send": {"contract": token, "amount": "5", "msg": sent}}),
    );
    theatre.fail(
        "two",
        contract,
        &json!({"send_from": {"owner": one, "contract": token, "amount": "5", "msg": sent}}),
    );
    theatre.act(
        "creator",
        contract,
        &json!({"update_marketing": {"description": "Another"}}),
    );
    theatre.act("creator", contract, &json!({"upload_logo": picture()}));
    theatre.fail(
        "one",
        contract,
        &json!({"update_marketing": {"description": "Another"}}),
    );
    theatre.act(
        "creator",
        contract,
        &json!({"update_minter": {"new_minter": one}}),
    );
    for question in [
        json!({"balance": {"address": one}}),
        json!({"token_info": {}}),
        json!({"minter": {}}),
        json!({"allowance": {"owner": one, "spender": two}}),
        json!({"all_allowances": {"owner": one}}),
        json!({"all_spender_allowances": {"spender": two, "limit": 5}}),
        json!({"all_accounts": {"limit": 2}}),
        json!({"all_accounts": {"start_after": one}}),
        json!({"marketing_info": {}}),
        json!({"download_logo": {}}),
    ] {
        theatre.ask(contract, &question);
    }
    theatre.ask_in_vain(contract, &json!({"balance": {"address": "nobody"}}));
    theatre.ask_in_vain(contract, &json!({"unknown": {}}));
    migrations(theatre, contract, code, &json!({}));
    token
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

/// The beginning of a picture, which is all that the token looks at.
fn picture() -> Value {
    let mut picture = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    picture.resize(200, 7);
    json!({"embedded": {"png": cosmwasm_std::Binary::new(picture)}})
}

const MEMBERS: [(&str, u64); 4] = [("one", 1), ("two", 2), ("three", 3), ("four", 4)];

fn group(theatre: &mut Theatre) -> Addr {
    let code = theatre.store("cw4-group");
    let members = MEMBERS.map(|(label, weight)| json!({"addr": person(label), "weight": weight}));
    let setup = json!({"admin": person("creator"), "members": members});
    theatre.fail_to_create(code, &json!({"admin": "nobody", "members": []}));
    theatre.fail_to_create(code, &json!({}));
    let group = theatre.create(code, &setup);
    let five = json!({"addr": person("five"), "weight": 5});
    let update = json!({"update_members": {"remove": [person("four")], "add": [five]}});
    theatre.act("creator", &group, &update);
    theatre.fail("one", &group, &update);
    let twice = json!({"update_members": {"remove": [], "add": [five, five]}});
    theatre.fail("creator", &group, &twice);
    theatre.act(
        "creator",
        &group,
        &json!({"add_hook": {"addr": person("hook")}}),
    );
    theatre.fail(
        "creator",
        &group,
        &json!({"add_hook": {"addr": person("hook")}}),
    );
    theatre.act(
        "creator",
        &group,
        &json!({"remove_hook": {"addr": person("hook")}}),
    );
    theatre.fail(
        "one",
        &group,
        &json!({"update_admin": {"admin": person("one")}}),
    );
    for question in [
        json!({"admin": {}}),
        json!({"total_weight": {}}),
        json!({"total_weight": {"at_height": 1}}),
        json!({"list_members": {}}),
        json!({"list_members": {"start_after": person("one"), "limit": 2}}),
        json!({"member": {"addr": person("one")}}),
        json!({"member": {"addr": person("nobody"), "at_height": 5}}),
        json!({"hooks": {}}),
    ] {
        theatre.ask(&group, &question);
    }
    theatre.ask_in_vain(&group, &json!({"member": {"addr": "nobody"}}));
    theatre.ask_in_vain(&group, &json!({"unknown": {}}));
    group
}

fn multisig(theatre: &mut Theatre, group: &Addr, token: &Addr) {
    let code = theatre.store("cw3-flex-multisig");
    let setup = |threshold: Value, voting: Value| json!({"group_addr": group, "threshold": threshold, "max_voting_period": voting});
    let quorum = json!({"threshold_quorum": {"threshold": "0.51", "quorum": "0.3"}});
    theatre.fail_to_create(
        code,
        &setup(
            json!({"absolute_count": {"weight": 0}}),
            json!({"height": 10}),
        ),
    );
    theatre.fail_to_create(
        code,
        &setup(
            json!({"absolute_percentage": {"percentage": "1.5"}}),
            json!({"height": 10}),
        ),
    );
    let multisig = theatre.create(code, &setup(quorum, json!({"time": 3600})));
    theatre.act("creator", group, &json!({"add_hook": {"addr": multisig}}));
    theatre.act(
        "one",
        token,
        &json!({"transfer": {"recipient": multisig, "amount": "100"}}),
    );
    let transfer = json!({"transfer": {"recipient": person("two"), "amount": "60"}});
    let transfer = to_json_binary(&transfer).expect("it is JSON");
    let pay = json!({"wasm": {"execute": {"contract_addr": token, "msg": transfer, "funds": []}}});
    let propose =
        |title: &str| json!({"propose": {"title": title, "description": "d", "msgs": [pay]}});
    theatre.act("one", &multisig, &propose("Pay"));
    theatre.fail("nobody", &multisig, &propose("Pay"));
    theatre.fail("one", &multisig, &json!({"execute": {"proposal_id": 1}}));
    theatre.act(
        "two",
        &multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "no"}}),
    );
    theatre.fail(
        "two",
        &multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "yes"}}),
    );
    theatre.act(
        "three",
        &multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "yes"}}),
    );
    theatre.act(
        "five",
        &multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "yes"}}),
    );
    theatre.fail(
        "four",
        &multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "abstain"}}),
    );
    theatre.act("three", &multisig, &json!({"execute": {"proposal_id": 1}}));
    theatre.fail("three", &multisig, &json!({"execute": {"proposal_id": 1}}));
    theatre.act("two", &multisig, &propose("Pay again"));
    theatre.fail("two", &multisig, &json!({"close": {"proposal_id": 2}}));
    let five = json!({"addr": person("five"), "weight": 50});
    let update = json!({"update_members": {"remove": [person("three")], "add": [five]}});
    theatre.act("creator", group, &update);
    theatre
        .app
        .update_block(|block| block.time = block.time.plus_seconds(4_000));
    theatre.act("two", &multisig, &json!({"close": {"proposal_id": 2}}));
    theatre.fail("two", &multisig, &json!({"close": {"proposal_id": 7}}));
    for question in [
        json!({"threshold": {}}),
        json!({"proposal": {"proposal_id": 1}}),
        json!({"list_proposals": {}}),
        json!({"list_proposals": {"start_after": 1, "limit": 1}}),
        json!({"reverse_proposals": {}}),
        json!({"vote": {"proposal_id": 1, "voter": person("two")}}),
        json!({"list_votes": {"proposal_id": 1}}),
        json!({"voter": {"address": person("two")}}),
        json!({"list_voters": {}}),
        json!({"config": {}}),
    ] {
        theatre.ask(&multisig, &question);
    }
    theatre.ask_in_vain(&multisig, &json!({"proposal": {"proposal_id": 9}}));
    theatre.ask_in_vain(&multisig, &json!({"unknown": {}}));
}

fn unique_tokens(theatre: &mut Theatre) {
    let code = theatre.store("cw721-base");
    let (one, two) = (person("one"), person("two"));
    theatre.fail_to_create(code, &json!({"name": "Deeds"}));
    let setup = json!({"name": "Deeds", "symbol": "DEED", "minter": person("creator"), "creator": person("creator")});
    let deeds = theatre.create(code, &setup);
    let mint = |id: &str| json!({"mint": {"token_id": id, "owner": one, "token_uri": "https://example.org/deed"}});
    for id in ["1", "2", "3", "4"] {
        theatre.act("creator", &deeds, &mint(id));
    }
    theatre.fail("creator", &deeds, &mint("1"));
    theatre.fail("one", &deeds, &mint("5"));
    let transfer = |id: &str| json!({"transfer_nft": {"recipient": two, "token_id": id}});
    theatre.act("one", &deeds, &transfer("1"));
    theatre.fail("one", &deeds, &transfer("1"));
    theatre.fail("one", &deeds, &transfer("9"));
    theatre.act(
        "one",
        &deeds,
        &json!({"approve": {"spender": two, "token_id": "2"}}),
    );
    theatre.act("two", &deeds, &transfer("2"));
    theatre.act(
        "one",
        &deeds,
        &json!({"approve_all": {"operator": two, "expires": {"never": {}}}}),
    );
    theatre.act("two", &deeds, &transfer("3"));
    theatre.act("one", &deeds, &json!({"revoke_all": {"operator": two}}));
    theatre.fail("two", &deeds, &transfer("4"));
    theatre.act("one", &deeds, &json!({"burn": {"token_id": "4"}}));
    theatre.fail("one", &deeds, &json!({"burn": {"token_id": "3"}}));
    theatre.fail(
        "one",
        &deeds,
        &json!({"revoke": {"spender": two, "token_id": "1"}}),
    );
    theatre.act(
        "creator",
        &deeds,
        &json!({"set_withdraw_address": {"address": one}}),
    );
    theatre.act(
        "creator",
        &deeds,
        &json!({"update_minter_ownership": {"transfer_ownership": {"new_owner": one}}}),
    );
    theatre.act(
        "one",
        &deeds,
        &json!({"update_minter_ownership": "accept_ownership"}),
    );
    for question in [
        json!({"owner_of": {"token_id": "1"}}),
        json!({"approvals": {"token_id": "1"}}),
        json!({"all_operators": {"owner": one}}),
        json!({"num_tokens": {}}),
        json!({"get_all_info": {}}),
        json!({"get_minter_ownership": {}}),
        json!({"get_creator_ownership": {}}),
        json!({"nft_info": {"token_id": "1"}}),
        json!({"all_nft_info": {"token_id": "1"}}),
        json!({"tokens": {"owner": two}}),
        json!({"all_tokens": {"limit": 2}}),
        json!({"get_withdraw_address": {}}),
    ] {
        theatre.ask(&deeds, &question);
    }
    theatre.ask_in_vain(&deeds, &json!({"owner_of": {"token_id": "9"}}));
    theatre.ask_in_vain(&deeds, &json!({"unknown": {}}));
    let update = json!({"with_update": {"minter": person("creator"), "creator": null}});
    migrations(theatre, &deeds, code, &update);
}
