//! Attacks on the ledger through contracts and through the state below, by row; those on single subjects stand with their subjects.

#![allow(clippy::needless_pass_by_value)] // JSON is written where it is passed

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use commons_ledger::{ChainParams, Fault, Order, QUERY_GAS, StateRead};
use serde_json::{Value, json};

use crate::support::{
    Chain, ECHO, HOARDER, Memory, NOTHING, PROBER, PUPPET, STAIRS, execute, of_message, saying,
    wanting, with_room,
};

fn call(contract: &str, msg: &str) -> Value {
    json!({"wasm":{"execute":{"contract_addr":contract,"msg":STANDARD.encode(msg),"funds":[]}}})
}

fn sub(msg: Value, reply_on: &str) -> Value {
    json!({"id":1,"payload":"","msg":msg,"gas_limit":null,"reply_on":reply_on})
}

/// What contracts answer is read with a bound on depth, and by one reading only.
#[test]
fn w10_answers_that_are_no_answers_fail_their_call() {
    let mut chain = Chain::new();
    let code_id = chain.store(ECHO);
    let echo = chain.instantiate(code_id, "{}");
    let deep = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));
    let wrapped = format!(r#"{{"ok":{deep}}}"#);
    let in_a_message = wanting(&format!("[{}]", sub(json!("DEEP"), "never")));
    let in_a_message = in_a_message.replace("\"DEEP\"", &deep);
    let huge = "9".repeat(1_000);
    for answer in [
        deep.as_str(),
        &wrapped,
        &in_a_message,
        r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null,"messages":[]}}"#,
        r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null},"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#,
        r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null},"error":"both"}"#,
        &wanting(&format!("[{}]", sub(json!({}), "never")))
            .replace(r#""id":1"#, &format!(r#""id":{huge}"#)),
        &wanting(&format!("[{}]", sub(json!({}), "never"))).replace(r#""id":1"#, r#""id":-1"#),
        &wanting(&format!("[{}]", sub(json!({}), "never"))).replace(r#""id":1"#, r#""id":1e3"#),
        "[]",
        "null",
    ] {
        let result = chain.execute(&echo, answer);
        let shown = answer.get(..80).unwrap_or(answer);
        assert_eq!(
            (result.codespace.as_str(), result.code),
            ("wasm", 29),
            "{shown}"
        );
    }
    assert_eq!(chain.execute(&echo, NOTHING).code, 0);
}

/// Questions of contracts are read with the same bound, and the contract is told.
#[test]
fn w10_questions_that_are_no_questions_are_answered_as_such() {
    let mut chain = Chain::new();
    let code_id = chain.store(PROBER);
    let prober = chain.instantiate(code_id, "{}");
    let deep = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));
    for question in [
        deep.clone(),
        format!(r#"{{"wasm":{deep}}}"#),
        "{".to_owned(),
        format!(
            r#"{{"bank":{{"supply":{{"denom":{}}}}}}}"#,
            "9".repeat(1_000)
        ),
    ] {
        let result = chain.execute(&prober, &question);
        let answer = chain.stored(&prober, "answer");
        if result.code == 0 {
            let answer: Value = serde_json::from_str(&answer.unwrap()).unwrap();
            assert!(answer["error"].is_object(), "{answer}");
        } else {
            // wasmd refuses a message that is no JSON before the contract sees it.
            assert_eq!((result.codespace.as_str(), result.code), ("wasm", 14));
        }
    }
}

/// Each iterator keeps its view; keeping ten thousand of them beside as many writes must not cost more memory than was paid for.
#[test]
fn w11_iterators_beside_writes_stay_bounded() {
    let mut chain = Chain::new();
    let code_id = chain.store(HOARDER);
    let hoarder = chain.instantiate(code_id, "{}");
    let anna = chain.anna.clone();
    let message = execute(&anna.address, &hoarder, "{}", &[]);
    let tx = chain
        .draft(&anna, vec![message])
        .with_gas(20_000_000)
        .sign();
    let before = peak();
    let result = chain.deliver_one(tx);
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 11));
    let grown = peak() - before;
    assert!(grown < 512 * 1024, "{grown} KiB");
}

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let size = line.unwrap().trim().trim_end_matches(" kB");
    size.parse().unwrap()
}

#[test]
fn w12_a_query_cannot_write() {
    let mut chain = Chain::new();
    let code_id = chain.store(ECHO);
    let echo = chain.instantiate(code_id, "{}");
    let before = chain.state.0.clone();
    let answer = chain
        .ledger
        .query_smart(chain.reader(), &chain.block(), &echo, b"{}", QUERY_GAS);
    let error = answer.unwrap().unwrap_err();
    assert!(
        error
            .log
            .contains("must not call a writing storage function"),
        "{}",
        error.log
    );
    assert_eq!(chain.state.0, before);
    // Nor when a contract asks it in a transaction.
    let code_id = chain.store(PROBER);
    let prober = chain.instantiate(code_id, "{}");
    let smart = json!({"wasm":{"smart":{"contract_addr":echo,"msg":STANDARD.encode("{}")}}});
    let result = chain.execute(&prober, &smart.to_string());
    assert_eq!(result.code, 0, "{}", result.log);
    let answer: Value = serde_json::from_str(&chain.stored(&prober, "answer").unwrap()).unwrap();
    assert!(answer["ok"]["error"].is_string(), "{answer}");
    assert_eq!(chain.stored(&echo, "last"), None);
}

/// Fifty replies inside each other: each calls the same contract and is told of it, in the order of calls.
#[test]
fn w14_a_tree_of_depth_fifty_runs_in_order() {
    with_room(|| {
        let mut chain = Chain::new();
        let second = chain.puppet("{}");
        let again = wanting(&format!(
            "[{}]",
            sub(call(&second, &saying("at", "a step")), "success")
        ));
        let code_id = chain.store(STAIRS);
        let stairs = chain.instantiate(code_id, &again);
        let anna = chain.anna.clone();
        let message = execute(&anna.address, &stairs, "{}", &[]);
        let tx = chain
            .draft(&anna, vec![message])
            .with_gas(100_000_000)
            .sign();
        let result = chain.deliver_one(tx);
        assert_eq!(result.code, 0, "{}", result.log);
        let mut expected = vec![format!("execute{{_contract_address={stairs}}}")];
        for _ in 0..50 {
            expected.push(format!("execute{{_contract_address={second}}}"));
            expected.push(format!("wasm{{_contract_address={second},at=a step}}"));
            expected.push(format!("reply{{_contract_address={stairs}}}"));
        }
        assert_eq!(of_message(&result), expected);
        assert_eq!(result.calls.len(), 51, "replies are no calls");
    });
}

/// A thousand submessages of one answer: carried out in their order, the failing ones undone one by one.
#[test]
fn w14_a_fan_of_a_thousand_runs_in_order() {
    let mut chain = Chain::new();
    let code_id = chain.store(ECHO);
    let echo = chain.instantiate(code_id, "{}");
    let puppet = chain.puppet(NOTHING);
    let bert = chain.bert.address.clone();
    let anna = chain.anna.clone();
    let before = chain.balance(&bert, "utoken");
    let messages: Vec<Value> = (0..1_000)
        .map(|n| {
            // Every tenth asks for more than there is, and nobody wants to hear of it.
            let amount = if n % 10 == 9 { "5000" } else { "1" };
            let coins = json!([{"denom":"utoken","amount":amount}]);
            sub(
                json!({"bank":{"send":{"to_address":bert,"amount":coins}}}),
                "never",
            )
        })
        .collect();
    let fan = wanting(&Value::from(messages).to_string());
    let fail = |chain: &mut Chain, fan: &str| {
        let message = execute(&anna.address, &echo, fan, &[(2_000, "utoken")]);
        let tx = chain
            .draft(&anna, vec![message])
            .with_gas(100_000_000)
            .sign();
        chain.deliver_one(tx)
    };
    let result = fail(&mut chain, &fan);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 5),
        "{}",
        result.log
    );
    assert_eq!(chain.balance(&bert, "utoken"), before, "all or nothing");
    assert_eq!(chain.balance(&echo, "utoken"), 0);
    // The echo takes no replies: where one fails, it is the puppet's failure, inside a layer of its own.
    let messages: Vec<Value> = (0..1_000)
        .map(|n| {
            let coins = json!([{"denom":"utoken","amount":(n % 3 + 1).to_string()}]);
            sub(
                json!({"bank":{"send":{"to_address":bert,"amount":coins}}}),
                "never",
            )
        })
        .collect();
    let result = fail(&mut chain, &wanting(&Value::from(messages).to_string()));
    assert_eq!(result.code, 0, "{}", result.log);
    let sent: Vec<String> = of_message(&result)
        .into_iter()
        .filter(|event| event.starts_with("transfer") && event.contains(&format!("sender={echo}")))
        .collect();
    assert_eq!(sent.len(), 1_000);
    for (n, event) in sent.iter().enumerate() {
        let amount = n % 3 + 1;
        assert_eq!(
            *event,
            format!("transfer{{recipient={bert},sender={echo},amount={amount}utoken}}")
        );
    }
    assert_eq!(chain.balance(&bert, "utoken"), before + 1_999);
    assert_eq!(chain.stored(&puppet, "last"), None);
}

/// Committed state that stops answering after so many reads.
struct Failing {
    inner: Memory,
    reads: Cell<u32>,
    panics: bool,
}

impl Failing {
    fn read<T>(&self, read: impl FnOnce(&Memory) -> Result<T, Fault>) -> Result<T, Fault> {
        let Some(left) = self.reads.get().checked_sub(1) else {
            assert!(!self.panics, "the disk is gone");
            return Err(Fault::Corrupt {
                what: "disk",
                reason: "gone".to_owned(),
            });
        };
        self.reads.set(left);
        read(&self.inner)
    }
}

impl StateRead for Failing {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.read(|inner| inner.get(key))
    }

    fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, Fault> {
        self.read(|inner| inner.range(start, end, order, limit))
    }
}

/// Whichever read fails, in the ledger or below a contract, even one that would save what is left by a reply: there is no block.
#[test]
fn w15_a_state_that_breaks_makes_no_block() {
    let mut chain = Chain::new();
    let code_id = chain.store(PUPPET);
    let first = chain.instantiate(code_id, NOTHING);
    let second = chain.instantiate(code_id, "{}");
    let message = wanting(&format!("[{}]", sub(call(&second, NOTHING), "always")));
    let message = execute(&chain.anna.address, &first, &message, &[]);
    let tx = chain.draft(&chain.anna, vec![message]).sign();
    let txs = std::slice::from_ref(&tx);
    let run = |reads: u32, panics: bool| {
        let state = Rc::new(Failing {
            inner: chain.state.clone(),
            reads: Cell::new(reads),
            panics,
        });
        chain.ledger.execute_block(state, &chain.block(), txs)
    };
    let whole = run(u32::MAX, false).unwrap();
    assert_eq!(whole.results[0].code, 0, "{}", whole.results[0].log);
    let mut reads = 0;
    let needed = loop {
        match run(reads, false) {
            Err(_) => reads += 1,
            Ok(outcome) => {
                assert_eq!(outcome, whole, "after {reads} reads");
                break reads;
            }
        }
    };
    assert!(needed > 10, "{needed} reads");
    // A panic stops the node wherever it is; below a contract the VM hands it on as a fault. An outcome it never is.
    for reads in 0..needed {
        let result = catch_unwind(AssertUnwindSafe(|| run(reads, true)));
        assert!(!matches!(result, Ok(Ok(_))), "after {reads} reads");
    }
    assert_eq!(run(u32::MAX, false).unwrap(), whole);
}

/// The largest amounts of gas there can be are amounts like any other: a conversion that overflows would make them small.
#[test]
fn w17_the_largest_gas_limits_are_limits() {
    let mut chain = Chain::with(ChainParams {
        max_gas: None,
        ..ChainParams::default()
    });
    let code_id = chain.store(PUPPET);
    let first = chain.instantiate(code_id, NOTHING);
    let second = chain.instantiate(code_id, "{}");
    let anna = chain.anna.clone();
    let with = |limit: Value| {
        let mut inner = sub(call(&second, NOTHING), "never");
        inner["gas_limit"] = limit;
        wanting(&format!("[{inner}]"))
    };
    let mut used = Vec::new();
    for gas in [20_000_000, u64::MAX / 140_000 + 1, i64::MAX.unsigned_abs()] {
        for limit in [Value::Null, json!(u64::MAX), json!(u64::MAX / 140_000 + 1)] {
            let message = execute(&anna.address, &first, &with(limit), &[]);
            let tx = chain.draft(&anna, vec![message]).with_gas(gas).sign();
            let result = chain
                .ledger
                .execute_block(chain.reader(), &chain.block(), &[tx]);
            let result = result.unwrap().results.remove(0);
            assert_eq!(result.code, 0, "{}", result.log);
            used.push(result.gas_used);
        }
    }
    // The transactions differ by a few bytes, and so does their price.
    let (least, most) = (used.iter().min().unwrap(), used.iter().max().unwrap());
    assert!(most - least < 2_000, "{used:?}");
}
