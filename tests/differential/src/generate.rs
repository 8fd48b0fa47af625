//! Scenarios drawn from a seed: trees of submessages with every `reply_on`, failures, data, events and coins at every level, on contracts
//! that [`setup`] makes. Equal seeds give equal scenarios; knows nothing of what a chain should answer.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::scenario::{Scenario, Step};

/// Deepest nesting of submessages: each level is base64 in the one above.
const DEPTH: u32 = 4;

/// A source of choices (xorshift64*).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall as the seed says.
    #[must_use]
    pub const fn new(seed: u64) -> Dice {
        Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        let length = u64::try_from(list.len()).expect("short");
        list[usize::try_from(self.below(length)).expect("short")].clone()
    }
}

/// Code, and three contracts that hold coins: `tree0` to `tree2`, admin of each is the one before, of the first anna.
#[must_use]
pub fn setup() -> Scenario {
    let store = |name: &str, save: &str, body: Value| -> Step {
        step(json!({
            "name": name, "by": "anna", "tx": [{"store": body}], "gas": 20_000_000,
            "save": [[save, "store_code", "code_id", 0]]
        }))
    };
    let mut steps = vec![
        store(
            "store the probe",
            "tree_code",
            json!({"wasm": "probe", "gzip": true}),
        ),
        store(
            "store the probe with a version",
            "tree_code2",
            json!({"wasm": "probe", "gzip": true, "migrate_version": 2}),
        ),
    ];
    for number in 0..3 {
        let admin = match number {
            0 => "@anna".to_owned(),
            other => format!("@tree{}", other - 1),
        };
        steps.push(step(json!({
            "name": format!("tree{number} begins"), "by": "anna",
            "tx": [{"instantiate": {"code": "@tree_code", "label": format!("tree {number}"), "msg": {}, "funds": "1000ucosm,500ustake", "admin": admin}}],
            "save": [[format!("tree{number}"), "instantiate", "_contract_address", 0]]
        })));
    }
    Scenario {
        name: "trees: setup".to_owned(),
        about: String::new(),
        steps,
    }
}

fn step(document: Value) -> Step {
    serde_json::from_value(document).expect("a step in the form of a scenario")
}

/// So many transactions drawn from a seed, some of them sent together.
#[must_use]
pub fn trees(seed: u64, cases: u32) -> Scenario {
    let mut dice = Dice::new(seed);
    let steps = (0..cases).map(|number| {
        let mut case = Case {
            dice: Dice::new(seed ^ (u64::from(number) << 32) ^ dice.below(u64::from(u32::MAX))),
            ids: 0,
        };
        let messages = 1 + u64::from(case.dice.one_in(5));
        let tx: Vec<Value> = (0..messages).map(|_| case.top()).collect();
        step(json!({
            "name": format!("tree {number} of seed {seed}"), "by": case.dice.pick(&["anna", "ben"]), "tx": tx,
            "gas": 10_000_000, "expect": "any", "together": number % 4 != 3
        }))
    });
    Scenario {
        name: format!("trees of seed {seed}"),
        about: String::new(),
        steps: steps.collect(),
    }
}

/// So many transfers of a cw20 token, of three accounts in turn. Nobody waits for a block but after every twentieth.
#[must_use]
pub fn transfers(count: u32) -> Scenario {
    let owners = ["anna", "ben", "carol"];
    let balances: Vec<Value> = owners
        .iter()
        .map(|owner| json!({"address": format!("@{owner}"), "amount": "1000000000"}))
        .collect();
    let token =
        json!({"name": "a token", "symbol": "TOKEN", "decimals": 6, "initial_balances": balances});
    let mut steps = vec![
        step(json!({
            "name": "store cw20", "by": "anna", "tx": [{"store": {"wasm": "cw20", "gzip": true}}], "gas": 20_000_000,
            "save": [["cw20_code", "store_code", "code_id", 0]]
        })),
        step(json!({
            "name": "a token", "by": "anna", "tx": [{"instantiate": {"code": "@cw20_code", "label": "a token", "msg": token}}],
            "save": [["token", "instantiate", "_contract_address", 0]]
        })),
    ];
    steps.extend((0..count).zip(owners.iter().cycle()).map(|(number, owner)| {
        let pay = json!({"transfer": {"recipient": "@dora", "amount": (1 + number % 7).to_string()}});
        step(json!({
            "name": format!("transfer {number}"), "by": owner, "together": number % 20 != 19,
            "tx": [{"execute": {"contract": "@token", "msg": pay}}]
        }))
    }));
    Scenario {
        name: "transfers".to_owned(),
        about: String::new(),
        steps,
    }
}

struct Case {
    dice: Dice,
    ids: u64,
}

impl Case {
    fn contract(&mut self) -> String {
        format!("@tree{}", self.dice.below(3))
    }

    fn coins(&mut self) -> &'static str {
        self.dice.pick(&[
            "",
            "",
            "",
            "",
            "1ucosm",
            "3ustake",
            "2ucosm,1ustake",
            "999999ucosm",
        ])
    }

    fn top(&mut self) -> Value {
        let (contract, funds) = (
            self.contract(),
            self.dice.pick(&["", "", "7ucosm", "2ucosm,3ustake"]),
        );
        let plan = self.plan(DEPTH);
        match self.dice.below(8) {
            0 => {
                json!({"instantiate": {"code": "@tree_code", "label": "grown", "msg": plan, "funds": funds, "admin": "@anna"}})
            }
            1 => {
                json!({"migrate": {"contract": "@tree0", "code": self.dice.pick(&["@tree_code", "@tree_code2"]), "msg": plan}})
            }
            _ => json!({"execute": {"contract": contract, "msg": plan, "funds": funds}}),
        }
    }

    fn plan(&mut self, depth: u32) -> Value {
        let mut plan = json!({});
        if self.dice.one_in(2) {
            plan["attributes"] = self.attributes();
        }
        if self.dice.one_in(4) {
            let kind = self.dice.pick(&["noted", " padded ", "zzz", "abc"]);
            plan["events"] = json!([[kind, self.attributes()]]);
        }
        if self.dice.one_in(3) {
            let text = self.dice.pick(&["", "data", "other data"]);
            plan["data"] = STANDARD.encode(text).into();
        }
        if self.dice.one_in(2) {
            let (key, value) = (self.dice.below(4), self.dice.below(3));
            let value = if value == 0 {
                String::new()
            } else {
                format!("value {value}")
            };
            plan["writes"] = json!([[
                STANDARD.encode(format!("key {key}")),
                STANDARD.encode(value)
            ]]);
        }
        if self.dice.one_in(6) {
            plan["asks"] = json!([{"$base64": self.question()}]);
        }
        match self.dice.below(30) {
            0 | 1 => plan["fail"] = format!("failure {}", self.dice.below(9)).into(),
            2 => plan["panic"] = "a panic".into(),
            3 => plan["spin"] = 5000.into(),
            _ => {}
        }
        if depth > 0 {
            let most = if depth == DEPTH { 4 } else { 3 };
            let count = if depth == DEPTH {
                1 + self.dice.below(most)
            } else {
                self.dice.below(most)
            };
            let messages: Vec<Value> = (0..count).map(|_| self.submessage(depth - 1)).collect();
            plan["messages"] = messages.into();
        }
        plan
    }

    fn attributes(&mut self) -> Value {
        const KEYS: [&str; 9] = [
            "b",
            "a",
            "Z",
            "zz",
            " padded",
            "_reserved",
            "amount",
            "~",
            "é",
        ];
        const VALUES: [&str; 5] = ["1", "", " two ", "drei", "ż\n"];
        let count = self.dice.below(4);
        let pair = |dice: &mut Dice| {
            // The reserved one fails the whole call: seldom.
            let key = match dice.pick(&KEYS) {
                "_reserved" if !dice.one_in(4) => "plain",
                key => key,
            };
            json!([key, dice.pick(&VALUES)])
        };
        (0..count).map(|_| pair(&mut self.dice)).collect()
    }

    fn submessage(&mut self, depth: u32) -> Value {
        self.ids += 1;
        let reply_on = self.dice.pick(&[
            "always", "always", "always", "error", "error", "success", "never",
        ]);
        let reply = if self.dice.one_in(3) {
            Value::Null
        } else {
            let less = u32::from(self.dice.one_in(2));
            self.plan(depth.min(1).saturating_sub(less))
        };
        let gas = match self.dice.below(8) {
            0 => json!(
                self.dice
                    .pick(&[1_000u64, 70_000, 90_000, 150_000, 400_000])
            ),
            _ => Value::Null,
        };
        let message = self.message(depth);
        json!({"$sub": [self.ids, message, reply_on, reply, gas]})
    }

    fn message(&mut self, depth: u32) -> Value {
        let coins = self.coins();
        let amount: Vec<Value> = crate::message::parse_coins(coins)
            .into_iter()
            .map(|coin| json!({"denom": coin.denom, "amount": coin.amount}))
            .collect();
        match self.dice.below(18) {
            0 => {
                json!({"bank": {"send": {"to_address": self.dice.pick(&["@carol", "@tree1", "nobody"]), "amount": amount}}})
            }
            1 => json!({"bank": {"burn": {"amount": amount}}}),
            2 => {
                json!({"wasm": {"instantiate": {"admin": "@tree0", "code_id": self.dice.pick(&[json!("@tree_code"), json!(99)]),
                "label": "sprout", "msg": {"$base64": self.plan(depth.min(1))}, "funds": amount}}})
            }
            3 => {
                json!({"wasm": {"instantiate2": {"admin": null, "code_id": "@tree_code", "label": "sprout 2",
                "msg": {"$base64": self.plan(0)}, "funds": amount, "salt": STANDARD.encode(format!("salt {}", self.dice.below(6)))}}})
            }
            4 => {
                json!({"wasm": {"migrate": {"contract_addr": self.contract(), "new_code_id": self.dice.pick(&["@tree_code", "@tree_code2"]),
                "msg": {"$base64": self.plan(depth.min(1))}}}})
            }
            5 => {
                json!({"wasm": {"execute": {"contract_addr": "@carol", "msg": {"$base64": {}}, "funds": amount}}})
            }
            6 => {
                json!({"wasm": {"execute": {"contract_addr": self.contract(), "msg": {"$base64": {"unheard": {}}}, "funds": amount}}})
            }
            _ => {
                let plan = self.plan(depth);
                json!({"$call": [self.contract(), plan, coins]})
            }
        }
    }

    fn question(&mut self) -> Value {
        let contract = self.contract();
        match self.dice.below(9) {
            0 => json!({"bank": {"balance": {"address": contract, "denom": "ucosm"}}}),
            1 => {
                json!({"wasm": {"smart": {"contract_addr": contract, "msg": {"$base64": {"echo": "hello"}}}}})
            }
            2 => {
                json!({"wasm": {"smart": {"contract_addr": contract, "msg": {"$base64": {"fail": "no answer"}}}}})
            }
            3 => {
                json!({"wasm": {"smart": {"contract_addr": contract, "msg": {"$base64": {"panic": "no answer"}}}}})
            }
            4 => {
                json!({"wasm": {"smart": {"contract_addr": "@carol", "msg": {"$base64": {"echo": "hello"}}}}})
            }
            5 => {
                json!({"wasm": {"raw": {"contract_addr": contract, "key": {"$base64": self.dice.pick(&["ownkey 1", "none"])}}}})
            }
            6 => json!({"wasm": {"contract_info": {"contract_addr": contract}}}),
            7 => json!({"wasm": {"code_info": {"code_id": self.dice.pick(&[1u64, 99])}}}),
            _ => json!({"bank": {"supply": {"denom": "unknown"}}}),
        }
    }
}
