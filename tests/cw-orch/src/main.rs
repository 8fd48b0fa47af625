//! cw-orch on a chain, by gRPC: uploads the registry, makes it in both ways, calls it, asks it, and is refused. The same assertions hold of
//! a real wasmd and of our node. Usage: commons-cw-orch GRPC-URL CHAIN-ID REGISTRY-WASM
//! Who signs is the first account of the mnemonic that everybody has; it needs ustake.

use std::path::PathBuf;
use std::sync::OnceLock;

use cosmwasm_std::{Binary, coins};
use cw_orch::anyhow::{Context, Result, ensure};
use cw_orch::daemon::{Daemon, DaemonBuilder};
use cw_orch::environment::{ChainInfoOwned, ChainKind, NetworkInfoOwned};
use cw_orch::interface;
use cw_orch::prelude::*;
use serde_json::{Value, json};

const MNEMONIC: &str = "build mansion market will damp rib client track age antenna helmet confirm curve practice clerk satisfy humor wreck economy topple balance creek rural will";
/// Where the wasm is: cw-orch asks a type for it, not a value.
static WASM: OnceLock<PathBuf> = OnceLock::new();

#[interface(Value, Value, Value, Empty)]
struct Registry;

impl<Chain> Uploadable for Registry<Chain> {
    fn wasm(_chain: &ChainInfoOwned) -> WasmPath {
        let path = WASM.get().expect("main sets it before anything else");
        WasmPath::new(path.clone()).expect("a file of wasm")
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, chain_id, wasm] = arguments.as_slice() else {
        cw_orch::anyhow::bail!("usage: commons-cw-orch GRPC-URL CHAIN-ID REGISTRY-WASM");
    };
    WASM.get_or_init(|| wasm.into());
    let chain = ChainInfoOwned {
        chain_id: chain_id.clone(),
        gas_denom: "ustake".to_owned(),
        gas_price: 0.0,
        grpc_urls: vec![url.clone()],
        lcd_url: None,
        fcd_url: None,
        network_info: NetworkInfoOwned {
            chain_name: "commons".to_owned(),
            pub_address_prefix: "wasm".to_owned(),
            coin_type: 118,
        },
        kind: ChainKind::Local,
    };
    let daemon = DaemonBuilder::new(chain)
        .mnemonic(MNEMONIC)
        .is_test(true)
        .load_network(false)
        .build()
        .context("connecting")?;
    let answers = play(&daemon)?;
    println!("cw-orch on {url}: {answers} answers as expected");
    Ok(())
}

fn play(daemon: &Daemon) -> Result<u32> {
    let me = daemon.sender_addr();
    let mut passed = 0;
    let mut holds = |what: &str, holds: bool| -> Result<()> {
        ensure!(holds, "{what}: not as expected");
        passed += 1;
        Ok(())
    };
    let had = daemon.balance(&me, Some("ustake".to_owned()))?;
    let had = had.first().context("the account has no ustake")?.amount;

    let registry = Registry::new("commons:registry", daemon.clone());
    let uploaded = registry.upload().context("uploading")?;
    let code_id = uploaded.uploaded_code_id()?;
    holds("code id of the upload", code_id == registry.code_id()?)?;
    holds("checksum of the code", registry.latest_is_uploaded()?)?;

    let begin = json!({ "steward": me });
    registry
        .instantiate(&begin, None, &[])
        .context("instantiating")?;
    holds("runs the code", registry.is_running_latest()?)?;
    let steward: String = registry
        .query(&json!({ "steward": {} }))
        .context("asking")?;
    holds("steward", steward == me.as_str())?;

    let approve = json!({ "approve": {
        "role": "roll", "code_id": code_id, "version": "1", "source_hash": "00".repeat(32), "builder": "cw-orch",
    }});
    let approved = registry.execute(&approve, &[]).context("executing")?;
    let called = approved.get_events("execute");
    let called = called
        .first()
        .and_then(|event| event.get_first_attribute_value("_contract_address"));
    holds("events of the call", called == registry.addr_str().ok())?;
    holds(
        "gas of the call",
        approved.gas_used > 0 && approved.gas_used <= approved.gas_wanted,
    )?;
    let codes: Value = registry.query(&json!({ "codes": {} }))?;
    holds(
        "approved code",
        codes[0]["code_id"] == json!(code_id) && codes[0]["builder"] == json!("cw-orch"),
    )?;
    let info = registry.raw_query(b"contract_info".to_vec())?;
    let info: Value = serde_json::from_slice(&info).context("raw state")?;
    holds(
        "raw state",
        info["contract"].is_string() && info["version"].is_string(),
    )?;

    let nonsense = registry.execute(&json!({ "nonsense": {} }), &[]);
    let why = nonsense
        .err()
        .context("nonsense was taken")?
        .root()
        .to_string();
    holds("text of a refusal", why.contains("nonsense"))?;
    let nothing = registry.query::<Value>(&json!({ "nothing": {} }));
    holds("refusal of a question", nothing.is_err())?;

    let salt = Binary::new(daemon.block_info()?.height.to_be_bytes().to_vec());
    let second = Registry::new("commons:second", daemon.clone());
    second.set_code_id(code_id);
    second.instantiate2(&begin, Some(&me), &[], salt.clone())?;
    let foretold = daemon
        .wasm_querier()
        .instantiate2_addr(code_id, &me, salt)?;
    holds("foretold address", second.addr_str()? == foretold)?;
    second
        .migrate(&Empty {}, code_id)
        .err()
        .context("a contract without migration was migrated")?;

    let other = Addr::unchecked("wasm1qyqszqgpqyqszqgpqyqszqgpqyqszqgpc0styh");
    let before = daemon.balance(&other, Some("ustake".to_owned()))?;
    daemon.bank_send(&other, &coins(5, "ustake"))?;
    let after = daemon.balance(&other, Some("ustake".to_owned()))?;
    let amount = |coins: &[cosmwasm_std::Coin]| coins.first().map_or(0, |coin| coin.amount.u128());
    holds("coins arrived", amount(&after) == amount(&before) + 5)?;
    let left = daemon.balance(&me, Some("ustake".to_owned()))?;
    // cw-orch adds 1 to every fee, also where gas costs nothing.
    holds("and were taken", had.u128() >= amount(&left) + 5)?;
    let height = daemon.block_info()?.height;
    daemon.wait_blocks(2)?;
    holds("blocks go on", daemon.block_info()?.height >= height + 2)?;
    Ok(passed)
}
