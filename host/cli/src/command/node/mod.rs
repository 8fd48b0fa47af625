//! `commons node`: a chain that real clients talk to. Owns the translation of the command line into a chain, and what people see of it
//! while it runs; serving it is `commons_rpc`'s.

mod backup;
mod banner;
mod check;
mod registry;
mod start;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args as Arguments, Subcommand};
use commons_rpc::{BlockTime, Config, GasPrice, Handle, Place, ServeError, spawn};
use serde_json::json;

use crate::compiled;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, note, say_plainly};

/// `commons node`.
#[derive(Debug, Arguments)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// Something else than to run.
    #[command(subcommand)]
    pub action: Option<Action>,
    /// Directory of the chain, made if it is absent. Without one the chain is in memory and gone with the node.
    #[arg(long, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// What a new chain starts from.
    #[command(flatten)]
    pub start: start::Args,
    /// When blocks are made: `instant` (with each transaction), an interval such as `200ms`, or `manual`.
    #[arg(long, value_name = "WHEN", default_value = "instant")]
    pub block_time: BlockTime,
    /// Where JSON-RPC and websocket are answered; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:26657")]
    pub rpc: SocketAddr,
    /// Where gRPC is answered; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9090")]
    pub grpc: SocketAddr,
    /// Where REST is answered, for wallets in browsers; port 0 takes a free one. Default: nowhere.
    #[arg(long, value_name = "ADDR")]
    pub rest: Option<SocketAddr>,
    /// Least price of a unit of gas, such as 0.025ustake; can be given more than once, one is enough then. Default: nothing.
    #[arg(long, value_name = "PRICE")]
    pub minimum_gas_price: Vec<GasPrice>,
    /// File with the key that signs blocks, as CometBFT writes it (priv_validator_key.json), readable by its owner only. What it signed
    /// last is kept beside it. Default: the development key, which anyone has.
    #[arg(long, value_name = "FILE", requires = "home")]
    pub validator_key: Option<PathBuf>,
    /// Write addresses, accounts and mnemonic as JSON, for scripts, once the node answers.
    #[arg(long, value_name = "FILE")]
    pub config_out: Option<PathBuf>,
    /// Write the chain's entry in the form of the chain registry. Default: chain.json in the directory of the chain.
    #[arg(long, value_name = "FILE")]
    pub chain_json: Option<PathBuf>,
}

/// What there is to do with a chain besides running it.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Copy a chain with all of its past into another directory, also while its node runs and makes blocks.
    ///
    /// The copy is a chain as good as the first: `commons node --home COPY` goes on with it. A validator's key and the file with what it
    /// signed last are not in it; keep them apart, for an older copy of that file could let the key sign a height twice.
    #[command(after_help = "Example:\n  commons node backup /mnt/copies/monday --home my-chain")]
    Backup {
        /// Directory of the copy, made if it is absent; it must not hold a chain.
        #[arg(value_name = "COPY")]
        copy: PathBuf,
        /// Directory of the chain.
        #[arg(long, value_name = "DIR")]
        home: PathBuf,
    },
    /// Read all of a chain's directory and say what does not fit: pages, blocks, state, tree, past. Nothing is mended. Exit code 1 if
    /// anything is found.
    ///
    /// The node must not run; a copy that `commons node backup` made can be checked while it does.
    #[command(
        after_help = "Examples:\n  commons node check --home my-chain\n  commons node check --home /mnt/copies/monday --json"
    )]
    Check {
        /// Directory of the chain.
        #[arg(long, value_name = "DIR")]
        home: PathBuf,
    },
}

/// Runs `node` until it is told to stop, or does what else is asked for.
pub fn run(args: &Args) -> Result<Answer, Failure> {
    match &args.action {
        None => serve(args),
        Some(Action::Backup { copy, home }) => backup::run(home, copy),
        Some(Action::Check { home }) => check::run(home),
    }
}

fn serve(args: &Args) -> Result<Answer, Failure> {
    let plan = start::plan(args)?;
    let place = match &args.home {
        Some(home) => Place::Directory(home.clone()),
        None => Place::Memory,
    };
    let handle = spawn(Config {
        vm: compiled::vm()?,
        place,
        genesis: plan.genesis.clone(),
        validator_key: args.validator_key.clone(),
        block_time: args.block_time,
        rpc: args.rpc,
        grpc: Some(args.grpc),
        rest: args.rest,
        minimum_gas_prices: args.minimum_gas_price.clone(),
        moniker: "commons".to_owned(),
    })
    .map_err(refused)?;
    if !handle.rpc().ip().is_loopback() {
        note(
            "the node answers on an address that others may reach: it is made for this machine alone",
        );
    }
    let chain_id = handle.genesis().chain_id.clone();
    if let Some(wanted) = &args.start.chain_id
        && *wanted != chain_id
    {
        return Err(Failure::new(
            Exit::Home,
            "the directory holds another chain",
            format!("its id is {chain_id}, not {wanted}"),
            "leave --chain-id out to go on with it, or choose another directory",
        ));
    }
    announce(args, &plan, &handle)?;
    handle.wait().map_err(refused)?;
    let text = format!("The node of {chain_id} has stopped.");
    Answer::new(
        "commons/node/1",
        Exit::Good,
        json!({ "chain_id": chain_id }),
        text,
    )
}

/// Writes the files and shows the banner: the node answers already.
fn announce(args: &Args, plan: &start::Plan, handle: &Handle) -> Result<(), Failure> {
    let chain_json = args.chain_json.clone();
    let chain_json = chain_json.or_else(|| Some(args.home.as_ref()?.join("chain.json")));
    if let Some(path) = &chain_json {
        registry::write(path, &registry::entry(args, handle))?;
    }
    let known = banner::Known {
        args,
        plan,
        handle,
        chain_json: chain_json.as_deref(),
    };
    if let Some(path) = &args.config_out {
        registry::write(path, &banner::document(&known))?;
    }
    say_plainly(&banner::text(&known));
    Ok(())
}

/// Why the node does not run.
fn refused(error: ServeError) -> Failure {
    match error {
        ServeError::Node(error) => error.into(),
        ServeError::Listen { .. } => Failure::input(
            "an address cannot be used",
            error.to_string(),
            "end what listens there, or choose others with --rpc, --grpc and --rest (port 0 takes a free one)",
        ),
        ServeError::NoFirstBlock(_) => Failure::input(
            "the chain cannot begin yet",
            error.to_string(),
            "set the clock right, or give an earlier --genesis-time",
        ),
        ServeError::NeverABlock(_) => Failure::new(
            Exit::Usage,
            "blocks cannot be made by hand here",
            error.to_string(),
            "give --block-time instant, or a --chain-id that ends in -dev",
        ),
        ServeError::NoGenesis(_) | ServeError::OtherGenesis { .. } => Failure::new(
            Exit::Home,
            "the directory holds another chain",
            error.to_string(),
            "choose another directory",
        ),
        ServeError::Index(_) => Failure::new(
            Exit::Home,
            "the index of the directory cannot be used",
            error.to_string(),
            "delete index.redb in the directory of the chain and start again",
        ),
        ServeError::System { .. } | ServeError::Panicked => Failure::internal(error),
    }
}
