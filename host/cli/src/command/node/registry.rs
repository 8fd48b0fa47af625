//! The entry of the chain in the form of the chain registry, so that clients need no other setting than this file. Owns writing of files that
//! appear as a whole.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use commons_rpc::{Handle, accounts};
use serde_json::{Value, json};

use super::Args;
use crate::failure::Failure;

/// The release of wasmd whose rules the chain has, and of the SDK and CometBFT below it.
const WASMD: &str = "0.61.14";
const SDK: &str = "0.53.6";

/// The entry of a running chain.
pub fn entry(args: &Args, handle: &Handle) -> Value {
    let genesis = handle.genesis();
    let coins = genesis.accounts.iter().flat_map(|account| &account.balance);
    let mut denoms: Vec<&str> = args.start.denom.iter().map(String::as_str).collect();
    denoms.extend(coins.map(|coin| coin.denom.as_str()));
    let mut fees: Vec<Value> = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    for denom in denoms {
        if known.contains(&denom) {
            continue;
        }
        known.push(denom);
        let least = args
            .minimum_gas_price
            .iter()
            .find(|price| price.denom == denom);
        let least = least.map_or_else(
            || "0".to_owned(),
            |price| price.to_string().replace(denom, ""),
        );
        // The registry has numbers here.
        let least: Value = serde_json::from_str(&least).unwrap_or_else(|_| json!(0));
        fees.push(json!({
            "denom": denom,
            "fixed_min_gas_price": least,
            "low_gas_price": least,
            "average_gas_price": least,
            "high_gas_price": least,
        }));
    }
    let staking: Vec<Value> = known
        .first()
        .map(|denom| json!({ "denom": denom }))
        .into_iter()
        .collect();
    let grpc: Vec<Value> = handle
        .grpc()
        .map(|grpc| json!({ "address": format!("http://{grpc}") }))
        .into_iter()
        .collect();
    let rest: Vec<Value> = handle
        .rest()
        .map(|rest| json!({ "address": format!("http://{rest}") }))
        .into_iter()
        .collect();
    json!({
        "$schema": "../chain.schema.json",
        "chain_name": genesis.chain_id.replace(['-', '_', '.'], ""),
        "chain_type": "cosmos",
        "chain_id": genesis.chain_id,
        "pretty_name": genesis.chain_id,
        "status": "live",
        "network_type": "devnet",
        "bech32_prefix": genesis.address_prefix,
        "slip44": accounts::COIN_TYPE,
        "key_algos": ["secp256k1"],
        "fees": { "fee_tokens": fees },
        "staking": { "staking_tokens": staking },
        "codebase": {
            "sdk": { "type": "cosmos", "version": SDK },
            "consensus": { "type": "cometbft", "version": commons_rpc::COMETBFT_VERSION },
            "cosmwasm": { "version": WASMD, "enabled": true },
        },
        "apis": {
            "rpc": [{ "address": format!("http://{}", handle.rpc()) }],
            "rest": rest,
            "grpc": grpc,
            "wss": [{ "address": format!("ws://{}/websocket", handle.rpc()) }],
        },
    })
}

/// Writes a file of JSON, readable by its owner only, so that nobody sees half of it.
pub fn write(path: &Path, value: &Value) -> Result<(), Failure> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(format!(".{}", std::process::id()));
    let unfinished = Path::new(&unfinished);
    let written = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(unfinished)
        .and_then(|mut file| file.write_all(format!("{value:#}\n").as_bytes()))
        .and_then(|()| fs::rename(unfinished, path));
    written.map_err(|error| {
        let what = format!("{} cannot be written", path.display());
        Failure::input(what, error.to_string(), "check its path and rights")
    })
}
