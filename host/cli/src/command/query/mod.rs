//! `commons query`: what a chain of any network answers. Without a proof the node's word is all there is, and the answer says so.

mod raw;

use serde_json::{Value, json};

use crate::args::{NetworkArgs, QueryCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inert::line;
use crate::output::Answer;
use crate::submission::connect;
use crate::{message, outcome, settings};

/// Runs `query`.
pub fn run(command: &QueryCommand) -> Result<Answer, Failure> {
    match command {
        QueryCommand::Contract {
            contract,
            msg,
            height,
            network,
        } => ask(contract, msg, *height, network),
        QueryCommand::Raw(args) => raw::run(args),
        QueryCommand::Account {
            account: wanted,
            network,
        } => account(wanted, network),
        QueryCommand::Info { contract, network } => info(contract, network),
        QueryCommand::Tx { hash, network } => tx(hash, network),
    }
}

fn ask(contract: &str, msg: &str, height: u64, network: &NetworkArgs) -> Result<Answer, Failure> {
    let msg = message::read(msg)?;
    let answer = connect(network)?.smart(contract, &msg, height)?;
    // A contract's answer is JSON; what is not is shown as it is.
    let (value, text) = match serde_json::from_slice::<Value>(&answer) {
        Ok(value) => {
            let text = serde_json::to_string_pretty(&value).map_err(Failure::internal)?;
            (value, text + "\n")
        }
        Err(_) => {
            let hex = hex::encode(&answer);
            (json!({ "hex": hex }), format!("no JSON: 0x{hex}\n"))
        }
    };
    let body = json!({ "contract": contract, "answer": value, "proven": false });
    Answer::new("commons/query-contract/1", Exit::Good, body, text)
}

fn account(wanted: &str, network: &NetworkArgs) -> Result<Answer, Failure> {
    let chain = connect(network)?;
    let prefix = &chain.network().prefix;
    let own = settings::keys().ok().and_then(|keys| keys.get(wanted).ok());
    let address = match own {
        Some(key) => key.public_key()?.address(prefix),
        None => wanted.to_owned(),
    };
    let account = chain.account(&address)?.ok_or_else(|| {
        Failure::no(
            format!(
                "account {address} does not exist on {}",
                chain.network().chain_id
            ),
            "an account begins with the first coin sent to it, or with the genesis",
            "check address and network; have some coin sent to it",
        )
    })?;
    let balances = chain.balances(&address)?;
    let mut text = format!(
        "address   {}\nnumber    {}\nsequence  {}\n",
        line(&address),
        account.number,
        account.sequence
    );
    for coin in &balances {
        text += &format!("holds     {} {}\n", coin.amount, line(&coin.denom));
    }
    let body = json!({
        "address": address,
        "account_number": account.number.to_string(),
        "sequence": account.sequence.to_string(),
        "balances": balances,
    });
    Answer::new("commons/query-account/1", Exit::Good, body, text)
}

fn info(contract: &str, network: &NetworkArgs) -> Result<Answer, Failure> {
    let info = connect(network)?.contract_info(contract)?;
    let admin = if info.admin.is_empty() {
        "nobody, for ever"
    } else {
        &info.admin
    };
    let text = format!(
        "contract  {}\nlabel     {}\ncode      {}\ncreator   {}\nadmin     {}\n",
        line(contract),
        line(&info.label),
        info.code_id,
        line(&info.creator),
        line(admin)
    );
    let body = json!({
        "contract": contract,
        "label": info.label,
        "code_id": info.code_id.to_string(),
        "creator": info.creator,
        "admin": info.admin,
    });
    Answer::new("commons/query-info/1", Exit::Good, body, text)
}

fn tx(hash: &str, network: &NetworkArgs) -> Result<Answer, Failure> {
    let hash = hash.to_uppercase();
    if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Failure::new(
            Exit::Usage,
            format!("{hash:?} is not a transaction's hash"),
            "a hash has 64 hex digits",
            "give the hash that the command which sent it printed",
        ));
    }
    let chain = connect(network)?;
    let found = chain.find(&hash)?.ok_or_else(|| {
        Failure::no(
            format!("no block has transaction {hash}"),
            "it waits still, was never sent, or this node does not index that far back",
            "wait for some blocks and ask again, or ask another node",
        )
    })?;
    let (body, text) = outcome::described(&chain, &found)?;
    let exit = Exit::of(found.tx_result.code == 0);
    Answer::new("commons/query-tx/1", exit, body, text)
}
