//! Arguments that name a network, what is paid on it, and how long is waited for it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::key::PassphraseArgs;

/// Which chain.
#[derive(Clone, Debug, Args)]
pub struct NetworkArgs {
    /// Network: a name of `commons network list`, or a chain.json as the chain registry has it.
    #[arg(long, value_name = "NAME|FILE", default_value = "local")]
    pub network: String,
}

/// `commons network`.
#[derive(Debug, Subcommand)]
pub enum NetworkCommand {
    /// List the networks that are known by name.
    #[command(after_help = "Example:\n  commons network list")]
    List,
    /// Show a network: chain id, prefix, nodes, price of gas. Asks no node.
    #[command(
        after_help = "Examples:\n  commons network show local\n  commons network show ./chain.json"
    )]
    Show {
        /// Its name, or its chain.json.
        #[arg(value_name = "NAME|FILE", default_value = "local")]
        network: String,
    },
    /// Keep a chain.json under a name.
    #[command(after_help = "Example:\n  commons network add ./chain.json --name juno")]
    Add {
        /// The chain.json; - for stdin.
        file: PathBuf,
        /// Its name. Default: the file's `chain_name`.
        #[arg(long)]
        name: Option<String>,
    },
}

/// Who signs, what is paid, how long is waited: of every command that sends.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// Which chain.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Name of the key that signs and pays; see `commons key list`.
    #[arg(long, value_name = "NAME")]
    pub from: String,
    /// Its passphrase.
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    /// What is paid.
    #[command(flatten)]
    pub fee: FeeArgs,
    /// How long is waited.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// What is paid.
#[derive(Clone, Debug, Args)]
pub struct FeeArgs {
    /// Gas at most. Default: what a simulation uses, times 1.3.
    #[arg(long, value_name = "N")]
    pub gas: Option<u64>,
    /// Price of a unit of gas, like 0.025uosmo. Default: the network's average.
    #[arg(long, value_name = "PRICE", conflicts_with = "fee")]
    pub gas_price: Option<String>,
    /// The fee itself, like 5000uosmo, instead of gas times price.
    #[arg(long, value_name = "COINS")]
    pub fee: Option<String>,
    /// A note that everyone can read.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub memo: String,
}

/// How long is waited for a block.
#[derive(Clone, Copy, Debug, Args)]
pub struct WaitArgs {
    /// Seconds to wait until a block has the transaction; 0 to wait for nothing.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub wait: u32,
}
