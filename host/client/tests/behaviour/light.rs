//! The light client against a chain that is signed here, and against every forgery of it alone: the node need not be believed.

use std::sync::Arc;
use std::time::Duration;

use commons_client::ClientError;
use commons_client::chain::RemoteChain;
use commons_client::light::{Light, Proven, TrustedHeader};
use commons_client::network::Network;
use cosmwasm_std::Binary;
use serde_json::{Value, json};

use crate::fake::{FakeNode, Reply, quick};
use crate::signed_chain::{
    ADDRESS, CONTRACT, GENESIS_SECONDS, KEY, SignedChain, VALUE, absent, wasm_key,
};

const LAST: u64 = 60;

/// A node of the chain. `forge` may change the answer to a method.
fn node(
    chain: &Arc<SignedChain>,
    forge: impl Fn(&str, u64, &mut Value) + Send + 'static,
) -> FakeNode {
    let chain = Arc::clone(chain);
    FakeNode::new(move |request| {
        let (method, params) = (request["method"].as_str().unwrap(), &request["params"]);
        let height = params["height"]
            .as_str()
            .and_then(|h| h.parse().ok())
            .unwrap_or(0);
        let mut answer = match method {
            "status" => json!({
                "node_info": {"network": "light-1"},
                "sync_info": {"latest_block_height": LAST.to_string()}
            }),
            "commit" => chain.commit(height),
            "validators" => chain.validators(height),
            "abci_query" => {
                let at = if height == 0 { LAST - 1 } else { height };
                json!({"response": chain.query(at, &hex::decode(params["data"].as_str().unwrap()).unwrap())})
            }
            other => panic!("{other}"),
        };
        forge(method, height, &mut answer);
        Reply::Result(answer)
    })
}

fn connect(node: &FakeNode) -> RemoteChain {
    let file = json!({"chain_id": "light-1", "bech32_prefix": "commons", "apis": {"rpc": [{"address": node.url}]}});
    RemoteChain::connect(Network::parse(&file.to_string()).unwrap(), quick()).unwrap()
}

struct Asked<'a> {
    trusted: u64,
    height: u64,
    key: &'a [u8],
    now: u64,
}

const USUAL: Asked<'static> = Asked {
    trusted: 1,
    height: 20,
    key: KEY,
    now: GENESIS_SECONDS + 1_000,
};

fn ask(
    chain: &Arc<SignedChain>,
    node: &FakeNode,
    asked: &Asked<'_>,
) -> Result<Proven, ClientError> {
    let trusted = TrustedHeader {
        height: asked.trusted,
        hash: chain.hash(asked.trusted),
    };
    let remote = connect(node);
    let period = Duration::from_secs(86_400);
    let mut light = Light::begin(&remote, &trusted, period, Duration::from_secs(asked.now))?;
    light.raw(CONTRACT, asked.key, asked.height)
}

fn refused(
    chain: &Arc<SignedChain>,
    asked: &Asked<'_>,
    words: &str,
    forge: impl Fn(&str, u64, &mut Value) + Send + 'static,
) {
    match ask(chain, &node(chain, forge), asked) {
        Err(ClientError::Unproven(why)) => assert!(why.contains(words), "{words}: {why}"),
        other => panic!("{words}: {other:?}"),
    }
}

#[test]
fn a_value_is_proven_from_a_trusted_header() {
    let chain = SignedChain::iavl(LAST);
    let node = node(&chain, |_, _, _| {});
    let proven = ask(&chain, &node, &USUAL).unwrap();
    assert_eq!(proven.value.as_deref(), Some(VALUE));
    assert_eq!(
        (proven.height, proven.header_hash),
        (20, chain.hash(21).to_vec())
    );
    let last = ask(&chain, &node, &Asked { height: 0, ..USUAL }).unwrap();
    assert_eq!(last.height, LAST - 1);
    let adjacent = ask(
        &chain,
        &node,
        &Asked {
            trusted: 20,
            ..USUAL
        },
    )
    .unwrap();
    assert_eq!(adjacent.steps, 1);
    let same = ask(
        &chain,
        &node,
        &Asked {
            trusted: 21,
            ..USUAL
        },
    )
    .unwrap();
    assert_eq!((same.steps, same.value.as_deref()), (0, Some(VALUE)));
}

#[test]
fn that_nothing_stands_under_a_key_is_proven_too() {
    for chain in [SignedChain::iavl(LAST), SignedChain::jmt(LAST)] {
        let node = node(&chain, |_, _, _| {});
        let proven = ask(
            &chain,
            &node,
            &Asked {
                key: absent(),
                ..USUAL
            },
        )
        .unwrap();
        assert_eq!(proven.value, None);
    }
}

#[test]
fn a_tree_of_our_own_kind_is_read() {
    let chain = SignedChain::jmt(LAST);
    let node = node(&chain, |_, _, _| {});
    assert_eq!(
        ask(&chain, &node, &USUAL).unwrap().value.as_deref(),
        Some(VALUE)
    );
}

/// The validators change every ten blocks, one of three at a time: the way from block 1 needs headers between.
#[test]
fn when_the_validators_have_changed_headers_between_are_asked_for() {
    let chain = SignedChain::iavl(LAST);
    let node = node(&chain, |_, _, _| {});
    let near = ask(&chain, &node, &Asked { height: 8, ..USUAL }).unwrap();
    assert_eq!(near.steps, 1);
    let far = ask(
        &chain,
        &node,
        &Asked {
            height: 55,
            ..USUAL
        },
    )
    .unwrap();
    assert!(far.steps > 2 && far.steps < 30, "{}", far.steps);
    assert_eq!(far.value.as_deref(), Some(VALUE));
}

#[test]
fn every_forgery_alone_is_refused() {
    let chain = SignedChain::iavl(LAST);
    let respond = |method: &str, answer: &mut Value, change: &dyn Fn(&mut Value)| {
        if method == "abci_query" {
            change(&mut answer["response"]);
        }
    };
    refused(&chain, &USUAL, "presence", move |m, _, a| {
        respond(m, a, &|r| r["value"] = json!(Binary::from(b"other")));
    });
    refused(&chain, &USUAL, "absence", move |m, _, a| {
        respond(m, a, &|r| r["value"] = Value::Null);
    });
    refused(&chain, &USUAL, "not known", move |m, _, a| {
        respond(m, a, &|r| r["proofOps"] = Value::Null);
    });
    refused(&chain, &USUAL, "not known", move |m, _, a| {
        respond(m, a, &|r| {
            r["proofOps"]["ops"][0]["type"] = json!("ics23:smt");
        });
    });
    refused(&chain, &USUAL, "not known", move |m, _, a| {
        respond(m, a, &|r| {
            r["proofOps"]["ops"].as_array_mut().unwrap().pop();
        });
    });
    // A proof of the whole tree's root under the very kind of the last step, and garbage.
    refused(&chain, &USUAL, "ics23:jmt", move |m, _, a| {
        respond(m, a, &|r| {
            let ops = r["proofOps"]["ops"].as_array_mut().unwrap();
            ops.pop();
            ops[0]["type"] = json!("ics23:jmt");
        });
    });
    refused(&chain, &USUAL, "ics23:iavl", move |m, _, a| {
        respond(m, a, &|r| {
            r["proofOps"]["ops"][0]["data"] = json!("/////w==");
        });
    });
    refused(&chain, &USUAL, "answers for block 19", move |m, _, a| {
        respond(m, a, &|r| r["height"] = json!("19"));
    });
    refused(
        &chain,
        &USUAL,
        "not the trusted one",
        |method, height, answer| {
            if method == "commit" && height == 1 {
                answer["signed_header"]["header"]["app_hash"] = json!("AA".repeat(32));
            }
        },
    );
    refused(&chain, &USUAL, "refused", |method, height, answer| {
        if method == "commit" && height == 21 {
            answer["signed_header"]["header"]["app_hash"] = json!("AA".repeat(32));
        }
    });
    refused(&chain, &USUAL, "refused", |method, height, answer| {
        if method == "commit" && height == 21 {
            let signature = &mut answer["signed_header"]["commit"]["signatures"][0]["signature"];
            let mut bytes = Binary::from_base64(signature.as_str().unwrap())
                .unwrap()
                .to_vec();
            bytes[5] ^= 1;
            *signature = json!(Binary::from(bytes));
        }
    });
    refused(&chain, &USUAL, "refused", |method, height, answer| {
        if method == "validators" && height == 21 {
            answer["validators"][0]["voting_power"] = json!("11");
        }
    });
    refused(
        &chain,
        &USUAL,
        "not those that the trusted header names",
        |method, height, answer| {
            if method == "validators" && height == 2 {
                answer["validators"].as_array_mut().unwrap().pop();
                answer["total"] = json!("2");
            }
        },
    );
    refused(
        &chain,
        &USUAL,
        "address is not its key's",
        |method, height, answer| {
            if method == "validators" && height == 21 {
                let other = answer["validators"][1]["address"].clone();
                answer["validators"][0]["address"] = other;
            }
        },
    );
}

#[test]
fn a_header_of_another_chain_height_or_time_is_refused() {
    let chain = SignedChain::iavl(LAST);
    let other = SignedChain::of("other-1", LAST);
    let commits = Arc::clone(&other);
    refused(&chain, &USUAL, "refused", move |method, height, answer| {
        if method == "commit" && height == 21 {
            *answer = commits.commit(height);
        }
    });
    // All of another chain's headers, with its own trusted hash: the network says which chain is meant.
    match ask(&other, &node(&other, |_, _, _| {}), &USUAL) {
        Err(ClientError::Unproven(why)) => assert!(why.contains("is of chain other-1"), "{why}"),
        answered => panic!("{answered:?}"),
    }
    let replayed = Arc::clone(&chain);
    refused(
        &chain,
        &USUAL,
        "another header than",
        move |method, height, answer| {
            if method == "commit" && height == 21 {
                *answer = replayed.commit(22);
            }
        },
    );
    let late = Asked {
        now: GENESIS_SECONDS + 10 * 86_400,
        ..USUAL
    };
    refused(&chain, &late, "trusting period", |_, _, _| {});
    let early = Asked {
        now: GENESIS_SECONDS - 86_400,
        ..USUAL
    };
    refused(&chain, &early, "future", |_, _, _| {});
    let before = Asked {
        trusted: 40,
        ..USUAL
    };
    refused(&chain, &before, "before the trusted one", |_, _, _| {});
}

/// A proof that holds, of the wrong key, is no proof of the right one.
#[test]
fn a_good_proof_of_another_key_is_refused() {
    for chain in [SignedChain::iavl(LAST), SignedChain::jmt(LAST)] {
        let foreign = Arc::clone(&chain);
        refused(
            &chain,
            &Asked {
                key: b"other",
                ..USUAL
            },
            "does not prove",
            move |method, _, answer| {
                if method == "abci_query" {
                    answer["response"] = foreign.query(20, &wasm_key(KEY));
                }
            },
        );
    }
}

#[test]
fn malformed_headers_and_sets_are_errors_and_never_panics() {
    let chain = SignedChain::iavl(LAST);
    let cases: [(&str, Value); 7] = [
        ("commit", json!({})),
        (
            "commit",
            json!({"signed_header": {"header": null, "commit": null}}),
        ),
        (
            "commit",
            json!({"signed_header": {"header": {"height": "-1"}}}),
        ),
        ("validators", json!({})),
        ("validators", json!({"validators": [], "total": "5"})),
        (
            "validators",
            json!({"validators": [{"address": "x"}], "total": "1"}),
        ),
        ("validators", Value::Null),
    ];
    for (of, value) in cases {
        let shown = value.to_string();
        let node = node(&chain, move |method, _, answer| {
            if method == of {
                *answer = value.clone();
            }
        });
        ask(&chain, &node, &USUAL).expect_err(&shown);
    }
    // More power than any set may have: the library would panic.
    refused(&chain, &USUAL, "power", |method, _, answer| {
        if method == "validators" {
            for validator in answer["validators"].as_array_mut().unwrap() {
                validator["voting_power"] = json!((u64::MAX / 4).to_string());
            }
        }
    });
    // The same validator many times.
    refused(&chain, &USUAL, "", |method, height, answer| {
        if method == "validators" && height == 21 {
            let first = answer["validators"][0].clone();
            answer["validators"] = json!([first.clone(), first.clone(), first]);
        }
    });
    let node = node(&chain, |_, _, _| {});
    let remote = connect(&node);
    let trusted = TrustedHeader {
        height: 1,
        hash: chain.hash(1),
    };
    let mut light = Light::begin(
        &remote,
        &trusted,
        Duration::from_secs(9),
        Duration::from_secs(GENESIS_SECONDS),
    )
    .unwrap();
    for address in [
        "",
        "commons1x",
        "other1abc",
        ADDRESS.to_uppercase().as_str(),
    ] {
        let wrong = light.raw(address, KEY, 20);
        assert!(
            matches!(wrong, Err(ClientError::Address { .. })),
            "{address}: {wrong:?}"
        );
    }
}

#[test]
fn a_trusted_header_is_written_as_height_and_hash() {
    let hash = "ab".repeat(32);
    let read = TrustedHeader::parse(&format!("7:{hash}")).unwrap();
    assert_eq!((read.height, read.hash), (7, [0xab; 32]));
    assert_eq!(
        TrustedHeader::parse(&format!("7:{}", hash.to_uppercase())),
        Some(read)
    );
    for wrong in [
        "",
        "7",
        ":",
        &format!("0:{hash}"),
        &format!("-1:{hash}"),
        "7:abcd",
        &format!("7:{hash}00"),
    ] {
        assert_eq!(TrustedHeader::parse(wrong), None, "{wrong}");
    }
}
