//! Votes: a group of members with weights, `cw4-group`, and a multisig over it, `cw3-flex-multisig`.

use cosmwasm_std::{Addr, to_json_binary};
use serde_json::{Value, json};

use super::{Theatre, person};

const MEMBERS: [(&str, u64); 4] = [("one", 1), ("two", 2), ("three", 3), ("four", 4)];

/// A group of four, of which one leaves and another comes; answers its address.
pub(super) fn group(theatre: &mut Theatre) -> Addr {
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

/// A multisig over the group: a proposal that is carried out, one that is closed.
pub(super) fn multisig(theatre: &mut Theatre, group: &Addr, token: &Addr) {
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
    let parties = Parties {
        multisig: &multisig,
        group,
        token,
    };
    ballots(theatre, &parties);
    questions(theatre, &multisig);
}

/// Who takes part in a vote.
struct Parties<'a> {
    multisig: &'a Addr,
    group: &'a Addr,
    token: &'a Addr,
}

fn ballots(theatre: &mut Theatre, parties: &Parties<'_>) {
    let Parties {
        multisig,
        group,
        token,
    } = *parties;
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
    theatre.act("one", multisig, &propose("Pay"));
    theatre.fail("nobody", multisig, &propose("Pay"));
    theatre.fail("one", multisig, &json!({"execute": {"proposal_id": 1}}));
    theatre.act(
        "two",
        multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "no"}}),
    );
    theatre.fail(
        "two",
        multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "yes"}}),
    );
    theatre.act(
        "three",
        multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "yes"}}),
    );
    theatre.act(
        "five",
        multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "yes"}}),
    );
    theatre.fail(
        "four",
        multisig,
        &json!({"vote": {"proposal_id": 1, "vote": "abstain"}}),
    );
    theatre.act("three", multisig, &json!({"execute": {"proposal_id": 1}}));
    theatre.fail("three", multisig, &json!({"execute": {"proposal_id": 1}}));
    theatre.act("two", multisig, &propose("Pay again"));
    theatre.fail("two", multisig, &json!({"close": {"proposal_id": 2}}));
    let five = json!({"addr": person("five"), "weight": 50});
    let update = json!({"update_members": {"remove": [person("three")], "add": [five]}});
    theatre.act("creator", group, &update);
    theatre
        .app
        .update_block(|block| block.time = block.time.plus_seconds(4_000));
    theatre.act("two", multisig, &json!({"close": {"proposal_id": 2}}));
    theatre.fail("two", multisig, &json!({"close": {"proposal_id": 7}}));
}

fn questions(theatre: &Theatre, multisig: &Addr) {
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
        theatre.ask(multisig, &question);
    }
    theatre.ask_in_vain(multisig, &json!({"proposal": {"proposal_id": 9}}));
    theatre.ask_in_vain(multisig, &json!({"unknown": {}}));
}
