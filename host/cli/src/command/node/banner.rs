//! What people and scripts are told when a node runs: where it answers, who has coins, what to do next. It starts nothing.

use std::fmt::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_rpc::{Handle, accounts, is_development};
use serde_json::{Value, json};

use super::Args;
use super::start::Plan;
use crate::command::grouped;

/// All that is known of a running node.
pub struct Known<'a> {
    /// The command line.
    pub args: &'a Args,
    /// What the chain started from, if it is new.
    pub plan: &'a Plan,
    /// The node.
    pub handle: &'a Handle,
    /// Where the entry for the chain registry was written.
    pub chain_json: Option<&'a Path>,
}

/// The same for scripts.
pub fn document(known: &Known<'_>) -> Value {
    let genesis = known.handle.genesis();
    let validator = known.handle.validator();
    let prices: Vec<String> = known
        .args
        .minimum_gas_price
        .iter()
        .map(ToString::to_string)
        .collect();
    let faucet =
        is_development(&genesis.chain_id).then(|| accounts::faucet(&genesis.address_prefix));
    let addresses = (0u32..).zip(&known.plan.accounts);
    let addresses: Vec<Value> = addresses
        .map(|(index, address)| json!({ "address": address, "hd_path": accounts::path(index) }))
        .collect();
    json!({
        "schema": "commons/node-config/1",
        "chain_id": genesis.chain_id,
        "address_prefix": genesis.address_prefix,
        "denom": known.plan.denom,
        "rpc": format!("http://{}", known.handle.rpc()),
        "websocket": format!("ws://{}/websocket", known.handle.rpc()),
        "grpc": known.handle.grpc().map(|grpc| format!("http://{grpc}")),
        "rest": known.handle.rest().map(|rest| format!("http://{rest}")),
        "minimum_gas_prices": prices,
        "validator": {
            "address": validator.address().to_string(),
            "pub_key": STANDARD.encode(validator.key()),
            "development": validator.is_development(),
        },
        "home": known.args.home,
        "block_time": known.args.block_time.to_string(),
        "development": is_development(&genesis.chain_id),
        "mnemonic": known.plan.mnemonic,
        "accounts": addresses,
        "faucet": faucet,
        "chain_json": known.chain_json,
        "genesis": genesis,
        "pid": std::process::id(),
    })
}

/// For people.
pub fn text(known: &Known<'_>) -> String {
    let genesis = known.handle.genesis();
    let rpc = known.handle.rpc();
    let mut out = String::new();
    let mut line = |text: String| writeln!(out, "{text}").unwrap_or_default();
    line(format!("chain      {}", genesis.chain_id));
    line(format!("blocks     {}", known.args.block_time));
    let validator = known.handle.validator();
    let whose = if validator.is_development() {
        "  (the development key, which anyone has)"
    } else {
        ""
    };
    line(format!("validator  {}{whose}", validator.address()));
    line(format!(
        "JSON-RPC   http://{rpc}  (websocket: ws://{rpc}/websocket, metrics: http://{rpc}/metrics)"
    ));
    if let Some(grpc) = known.handle.grpc() {
        line(format!("gRPC       http://{grpc}"));
    }
    if let Some(rest) = known.handle.rest() {
        line(format!("REST       http://{rest}"));
    }
    match &known.args.home {
        Some(home) => line(format!("directory  {}", home.display())),
        None => line("directory  none: the chain is in memory and gone with this node".to_owned()),
    }
    if let Some(path) = known.chain_json {
        line(format!("registry   {}", path.display()));
    }
    if !known.plan.accounts.is_empty() {
        let balance = grouped(known.args.start.balance);
        line(format!(
            "\naccounts, each with {balance} {}:",
            known.plan.denom
        ));
        for (index, address) in known.plan.accounts.iter().enumerate() {
            line(format!("  ({index}) {address}"));
        }
    }
    if let Some(mnemonic) = &known.plan.mnemonic {
        line(format!(
            "\nmnemonic, for {} and so on; anyone has it, so never put anything of value there:\n  {mnemonic}",
            accounts::path(0)
        ));
    }
    line("\nnext:".to_owned());
    line(format!("  curl -s http://{rpc}/status"));
    if let Some(address) = known.plan.accounts.first() {
        line(format!(
            "  CosmJS: SigningCosmWasmClient.connectWithSigner(\"http://{rpc}\", wallet)  // {address}"
        ));
    }
    if is_development(&genesis.chain_id) {
        line(format!(
            "  curl -s http://{rpc} -d '{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"dev_pass\",\"params\":{{\"seconds\":\"86400\"}}}}'"
        ));
    }
    line("  Ctrl-C stops the node".to_owned());
    out
}
