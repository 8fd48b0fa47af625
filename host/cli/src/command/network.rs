//! `commons network`: which chains are known by name, and what is known of each. Asks no node.

use std::path::Path;

use serde_json::{Value, json};

use crate::args::NetworkCommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inert::line;
use crate::networks::{self, Described};
use crate::output::Answer;

/// Runs `network`.
pub fn run(command: &NetworkCommand) -> Result<Answer, Failure> {
    match command {
        NetworkCommand::List => list(),
        NetworkCommand::Show { network } => show(&networks::find(network)?),
        NetworkCommand::Add { file, name } => add(file, name.as_deref()),
    }
}

fn list() -> Result<Answer, Failure> {
    let all = networks::all()?;
    let text = all
        .iter()
        .map(|described| {
            let network = &described.network;
            let node = network.rpc.first().map_or("", String::as_str);
            format!(
                "{:<16} {:<20} {}\n",
                described.name,
                line(&network.chain_id),
                line(node)
            )
        })
        .collect();
    let body = json!({ "networks": all.iter().map(document).collect::<Vec<_>>() });
    Answer::new("commons/networks/1", Exit::Good, body, text)
}

fn show(described: &Described) -> Result<Answer, Failure> {
    let network = &described.network;
    let price = network.gas_price.as_ref();
    let text = format!(
        "name    {}\nfrom    {}\nchain   {}\nprefix  {}\ncoin    {}\ngas     {}\nnodes   {}\n",
        line(&described.name),
        line(&described.source),
        line(&network.chain_id),
        line(&network.prefix),
        network.coin_type,
        price.map_or("no price is named".to_owned(), ToString::to_string),
        line(&network.rpc.join(" ")),
    );
    Answer::new("commons/network/1", Exit::Good, document(described), text)
}

fn add(file: &Path, name: Option<&str>) -> Result<Answer, Failure> {
    show(&networks::add(file, name)?)
}

fn document(described: &Described) -> Value {
    let network = &described.network;
    json!({
        "name": described.name,
        "from": described.source,
        "chain_id": network.chain_id,
        "prefix": network.prefix,
        "coin_type": network.coin_type,
        "gas_price": network.gas_price.as_ref().map(ToString::to_string),
        "rpc": network.rpc,
    })
}
