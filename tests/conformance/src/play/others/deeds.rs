//! Unique tokens, `cw721-base`.

use cosmwasm_std::Addr;
use serde_json::json;

use super::{Theatre, migrations, person};

/// Four deeds that are minted, handed on, approved for others and burnt.
pub(super) fn play(theatre: &mut Theatre) {
    let code = theatre.store("cw721-base");
    theatre.fail_to_create(code, &json!({"name": "Deeds"}));
    let setup = json!({"name": "Deeds", "symbol": "DEED", "minter": person("creator"), "creator": person("creator")});
    let deeds = theatre.create(code, &setup);
    life(theatre, &deeds);
    questions(theatre, &deeds);
    let update = json!({"with_update": {"minter": person("creator"), "creator": null}});
    migrations(theatre, &deeds, code, &update);
}

fn life(theatre: &mut Theatre, deeds: &Addr) {
    let (one, two) = (person("one"), person("two"));
    let mint = |id: &str| json!({"mint": {"token_id": id, "owner": one, "token_uri": "https://example.org/deed"}});
    for id in ["1", "2", "3", "4"] {
        theatre.act("creator", deeds, &mint(id));
    }
    theatre.fail("creator", deeds, &mint("1"));
    theatre.fail("one", deeds, &mint("5"));
    let transfer = |id: &str| json!({"transfer_nft": {"recipient": two, "token_id": id}});
    theatre.act("one", deeds, &transfer("1"));
    theatre.fail("one", deeds, &transfer("1"));
    theatre.fail("one", deeds, &transfer("9"));
    theatre.act(
        "one",
        deeds,
        &json!({"approve": {"spender": two, "token_id": "2"}}),
    );
    theatre.act("two", deeds, &transfer("2"));
    theatre.act(
        "one",
        deeds,
        &json!({"approve_all": {"operator": two, "expires": {"never": {}}}}),
    );
    theatre.act("two", deeds, &transfer("3"));
    theatre.act("one", deeds, &json!({"revoke_all": {"operator": two}}));
    theatre.fail("two", deeds, &transfer("4"));
    theatre.act("one", deeds, &json!({"burn": {"token_id": "4"}}));
    theatre.fail("one", deeds, &json!({"burn": {"token_id": "3"}}));
    theatre.fail(
        "one",
        deeds,
        &json!({"revoke": {"spender": two, "token_id": "1"}}),
    );
    theatre.act(
        "creator",
        deeds,
        &json!({"set_withdraw_address": {"address": one}}),
    );
    theatre.act(
        "creator",
        deeds,
        &json!({"update_minter_ownership": {"transfer_ownership": {"new_owner": one}}}),
    );
    theatre.act(
        "one",
        deeds,
        &json!({"update_minter_ownership": "accept_ownership"}),
    );
}

fn questions(theatre: &Theatre, deeds: &Addr) {
    let (one, two) = (person("one"), person("two"));
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
        theatre.ask(deeds, &question);
    }
    theatre.ask_in_vain(deeds, &json!({"owner_of": {"token_id": "9"}}));
    theatre.ask_in_vain(deeds, &json!({"unknown": {}}));
}
