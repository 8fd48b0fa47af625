//! Fungible tokens, `cw20-base`: transfers, allowances, marketing, and what is asked about them.

use cosmwasm_std::{Addr, to_json_binary};
use serde_json::{Value, json};

use super::{Theatre, migrations, person};

/// A token with two holders; answers its address.
pub(super) fn play(theatre: &mut Theatre) -> Addr {
    let code = theatre.store("cw20-base");
    let (one, two) = holders();
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
    transfers(theatre, &token);
    allowances(theatre, &token);
    marketing(theatre, &token);
    questions(theatre, &token);
    migrations(theatre, &token, code, &json!({}));
    token
}

fn holders() -> (Addr, Addr) {
    (person("one"), person("two"))
}

fn transfers(theatre: &mut Theatre, contract: &Addr) {
    let (one, two) = holders();
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
}

fn allowances(theatre: &mut Theatre, contract: &Addr) {
    let (one, two) = holders();
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
        &json!({"send": {"contract": contract, "amount": "5", "msg": sent}}),
    );
    theatre.fail(
        "two",
        contract,
        &json!({"send_from": {"owner": one, "contract": contract, "amount": "5", "msg": sent}}),
    );
}

fn marketing(theatre: &mut Theatre, contract: &Addr) {
    let (one, _) = holders();
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
}

fn questions(theatre: &mut Theatre, contract: &Addr) {
    let (one, two) = holders();
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
}

/// The beginning of a picture, which is all that the token looks at.
fn picture() -> Value {
    let mut picture = vec![0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
    picture.resize(200, 7);
    json!({"embedded": {"png": cosmwasm_std::Binary::new(picture)}})
}
