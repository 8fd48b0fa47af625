//! `commons demo accounts`: the accounts that a network's genesis must have before the story can be played on it. Prints; asks no chain.

use serde::Serialize;

use super::cast::{DENOM, Person, accounts};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;

/// Options of the list.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Prefix of the network's addresses.
    #[arg(long, value_name = "PREFIX", default_value = "wasm")]
    pub prefix: String,
    /// Persons on the roll of each trust, as `commons demo alaska` is told.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(30..=100_000))]
    pub persons: u32,
    /// Seed of the persons' keys, as `commons demo alaska` is told.
    #[arg(long, default_value = "alaska")]
    pub seed: String,
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    accounts: Vec<Account>,
}

#[derive(Serialize)]
struct Account {
    address: String,
    coins: String,
}

/// Lists them, one `ADDRESS=COINS` a line.
pub fn run(args: &Args) -> Result<Answer, Failure> {
    let persons = Person::all(&args.seed, args.persons);
    let accounts: Vec<Account> = accounts(&args.prefix, &persons)
        .into_iter()
        .map(|(address, purse)| Account {
            address,
            coins: match purse {
                0 => String::new(),
                purse => format!("{purse}{DENOM}"),
            },
        })
        .collect();
    let lines = accounts
        .iter()
        .map(|a| format!("{}={}\n", a.address, a.coins));
    let text = lines.collect();
    let document = Document {
        schema: "commons/demo-accounts/1",
        accounts,
    };
    Ok(Answer {
        exit: Exit::Good,
        document: serde_json::to_string_pretty(&document).map_err(Failure::internal)?,
        text,
    })
}
