//! A contract that does what its message says ([`Plan`]) and keeps what it was told: environment, sender and funds of every
//! call, every reply byte for byte, every answer to its own questions. It owns no rule and must never hide an error.
//!
//! Keys: `count` is how many records there are (8 bytes, big-endian), `log` followed by the number is a record, `own` followed
//! by a key is what a plan wrote.

use cosmwasm_std::{
    Attribute, Binary, CosmosMsg, Deps, DepsMut, Empty, Env, Event, MessageInfo, MigrateInfo, Order,
    QuerierWrapper, Reply, Response, StdError, StdResult, Storage, SubMsg, entry_point, from_json,
    to_json_binary, to_json_vec,
};
use serde::{Deserialize, Serialize};

const COUNT: &[u8] = b"count";

/// What a call does, in the order of these fields.
#[derive(Serialize, Deserialize, Clone, Debug, Default)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// Keep no record of this call.
    pub quiet: bool,
    /// Keys to write under `own`; an empty value removes the key.
    pub writes: Vec<(Binary, Binary)>,
    /// Questions to the chain, raw; the answers are kept.
    pub asks: Vec<Binary>,
    /// Rounds of needless work.
    pub spin: u64,
    /// Stop with this text as the contract's own error.
    pub fail: Option<String>,
    /// Panic with this text.
    pub panic: Option<String>,
    /// Attributes of the contract's own event.
    pub attributes: Vec<(String, String)>,
    /// Further events: type and attributes.
    pub events: Vec<(String, Vec<(String, String)>)>,
    /// Data of the answer.
    pub data: Option<Binary>,
    /// Submessages. The payload of one, where it is a plan, is what its reply does.
    pub messages: Vec<SubMsg>,
    /// Submessages as plain messages, which no reply follows.
    pub plain: Vec<CosmosMsg>,
}

/// Questions to the contract.
#[derive(Serialize, Deserialize, Clone, Debug)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// The same text back.
    Echo(String),
    /// An error with this text.
    Fail(String),
    /// A panic with this text.
    Panic(String),
    /// All records so far.
    Log {},
    /// The environment of the question.
    Env {},
    /// A question to the chain, raw; the chain's answer or error.
    Ask(Binary),
    /// Rounds of needless work.
    Spin(u64),
}

#[derive(Serialize)]
struct Record<'a, T: Serialize> {
    call: &'a str,
    env: &'a Env,
    told: T,
}

/// Makes the contract and carries the plan out.
#[entry_point]
pub fn instantiate(deps: DepsMut<'_>, env: Env, info: MessageInfo, plan: Plan) -> StdResult<Response> {
    carry_out(deps, &env, "instantiate", info, plan)
}

/// Carries the plan out.
#[entry_point]
pub fn execute(deps: DepsMut<'_>, env: Env, info: MessageInfo, plan: Plan) -> StdResult<Response> {
    carry_out(deps, &env, "execute", info, plan)
}

/// Carries the plan out, with what the chain says of the migration in the record.
#[entry_point]
pub fn migrate(deps: DepsMut<'_>, env: Env, plan: Plan, info: MigrateInfo) -> StdResult<Response> {
    carry_out(deps, &env, "migrate", info, plan)
}

/// Keeps the reply and carries the plan in its payload out, if there is one.
#[entry_point]
pub fn reply(deps: DepsMut<'_>, env: Env, reply: Reply) -> StdResult<Response> {
    let plan = if reply.payload.is_empty() {
        Plan::default()
    } else {
        from_json(&reply.payload)?
    };
    carry_out(deps, &env, "reply", reply, plan)
}

/// Answers a question.
#[entry_point]
pub fn query(deps: Deps<'_>, env: Env, question: Question) -> StdResult<Binary> {
    match question {
        Question::Echo(text) => to_json_binary(&text),
        Question::Fail(text) => Err(StdError::msg(text)),
        Question::Panic(text) => panic!("{text}"),
        Question::Log {} => {
            let records = deps.storage.range(Some(b"log"), Some(b"loh"), Order::Ascending);
            to_json_binary(&records.map(|(_, value)| Binary::new(value)).collect::<Vec<_>>())
        }
        Question::Env {} => to_json_binary(&env),
        Question::Ask(request) => to_json_binary(&deps.querier.raw_query(&request)),
        Question::Spin(rounds) => to_json_binary(&spin(rounds)),
    }
}

fn carry_out(deps: DepsMut<'_>, env: &Env, call: &str, told: impl Serialize, plan: Plan) -> StdResult<Response> {
    if !plan.quiet {
        record(deps.storage, &Record { call, env, told })?;
    }
    for (key, value) in &plan.writes {
        let key = [b"own", key.as_slice()].concat();
        if value.is_empty() {
            deps.storage.remove(&key);
        } else {
            deps.storage.set(&key, value);
        }
    }
    for request in &plan.asks {
        ask(deps.storage, deps.querier, env, request)?;
    }
    spin(plan.spin);
    if let Some(text) = plan.fail {
        return Err(StdError::msg(text));
    }
    if let Some(text) = plan.panic {
        panic!("{text}");
    }
    let mut response = Response::new().add_attributes(attributes(plan.attributes));
    for (kind, pairs) in plan.events {
        response = response.add_event(Event::new(kind).add_attributes(attributes(pairs)));
    }
    response.data = plan.data;
    Ok(response.add_submessages(plan.messages).add_messages(plan.plain))
}

// Made by hand: the constructor of the library refuses in a debug build what a chain should be seen to refuse.
fn attributes(pairs: Vec<(String, String)>) -> Vec<Attribute> {
    let build = |(key, value)| Attribute { key, value };
    pairs.into_iter().map(build).collect()
}

fn ask(storage: &mut dyn Storage, querier: QuerierWrapper<'_, Empty>, env: &Env, request: &Binary) -> StdResult<()> {
    let told = querier.raw_query(request);
    record(storage, &Record { call: "ask", env, told })
}

fn record<T: Serialize>(storage: &mut dyn Storage, record: &Record<'_, T>) -> StdResult<()> {
    let count = match storage.get(COUNT) {
        Some(bytes) => u64::from_be_bytes(bytes.try_into().map_err(|_| StdError::msg("count is no number"))?),
        None => 0,
    };
    storage.set(&[b"log", count.to_be_bytes().as_slice()].concat(), &to_json_vec(record)?);
    storage.set(COUNT, &(count + 1).to_be_bytes());
    Ok(())
}

fn spin(rounds: u64) -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for round in 0..rounds {
        state = std::hint::black_box(state.rotate_left(7) ^ round);
    }
    state
}
