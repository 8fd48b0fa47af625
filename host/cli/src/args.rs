//! The command line: every command, option and example, defined once. Help, completions and parsing follow from it;
//! nothing is done here.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use commons_audit::replay::Wanted;
use commons_common::assembly::Choice;

mod contract;
mod key;
mod network;

pub use contract::{
    DeployArgs, ExecuteArgs, QueryCommand, RawArgs, TxNewArgs, TxReceiptArgs, TxSendArgs,
    TxSignArgs,
};
pub use key::{ArmorArgs, ImportArgs, KeyCommand, PassphraseArgs, PathArgs};
pub use network::{FeeArgs, NetworkArgs, NetworkCommand, SendArgs, WaitArgs};

use crate::command::node;
use crate::demo::{accounts, alaska};
use crate::exit::TABLE;
use crate::{compiled, settings};

/// Found trusts that keep a commons, decide in them by signed ballots, and check every step.
#[derive(Debug, Parser)]
#[command(
    name = "commons",
    version,
    propagate_version = true,
    after_help = "Begin with `commons demo alaska`: it makes a home directory that every other command can read."
)]
pub struct Cli {
    /// Print exactly one JSON document with a `schema` field instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// Print what contracts say through their `debug` import on stderr, while they run.
    #[arg(long, global = true)]
    pub debug: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The command line with the exit codes in every long help, below the examples; the environment stands in the first.
pub fn command() -> clap::Command {
    let command = with_exit_codes(Cli::command());
    let help = command.get_after_long_help().map(ToString::to_string);
    let help = format!(
        "{}\n\n{}\n{}",
        help.unwrap_or_default(),
        compiled::HELP,
        settings::HELP
    );
    command.after_long_help(help)
}

fn with_exit_codes(command: clap::Command) -> clap::Command {
    let examples = command.get_after_help().map(ToString::to_string);
    let help = examples.map_or_else(
        || TABLE.to_owned(),
        |examples| format!("{examples}\n\n{TABLE}"),
    );
    command
        .after_long_help(help)
        .mut_subcommands(with_exit_codes)
}

/// Commands, by noun.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Founding documents.
    #[command(subcommand)]
    Charter(CharterCommand),
    /// Trusts of a chain.
    #[command(subcommand)]
    Trust(TrustCommand),
    /// Signed ballots: sign, check, relay, and see whether one was counted.
    #[command(subcommand)]
    Ballot(BallotCommand),
    /// Proposals and their polls.
    #[command(subcommand)]
    Proposal(ProposalCommand),
    /// Transactions of a chain.
    #[command(subcommand)]
    Tx(TxCommand),
    /// Run a chain that the clients of real chains talk to: JSON-RPC, websocket, gRPC.
    ///
    /// It is for this machine: one node, known keys, no peers. A chain whose id ends in -dev also has time travel and a faucet (JSON-RPC
    /// methods dev_pass, dev_reach, dev_make_block, dev_faucet, dev_snapshot and dev_revert).
    ///
    /// The same options give the same genesis; --config-out writes it, and --genesis takes it again. SIGINT and SIGTERM stop the node in order.
    #[command(
        after_help = "Examples:\n  commons node\n  commons node --home my-chain --validator-key keys/priv_validator_key.json --chain-id my-chain-1\n  commons node --genesis genesis.json --minimum-gas-price 0.025ustake --config-out node.json\n  commons node --home my-chain --block-time 200ms --chain-id my-chain-1 --prefix commons --denom ucommons"
    )]
    Node(Box<node::Args>),
    /// Keys that sign transactions, on any network.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Networks: the local development chain, and real ones by their chain.json.
    #[command(subcommand)]
    Network(NetworkCommand),
    /// Store a contract's wasm on a network and make the contract.
    #[command(
        after_help = "Examples:\n  commons deploy artifacts/registry.wasm --label registry --msg @registry.json --from anna\n  commons deploy --code 7 --label again --msg '{}' --from anna --network osmosis.json"
    )]
    Deploy(DeployArgs),
    /// Call a contract on a network.
    #[command(
        after_help = "Examples:\n  commons execute commons1… '{\"close_period\":{}}' --from anna\n  commons execute osmo1… @call.json --funds 5uosmo --from anna --network osmosis.json"
    )]
    Execute(ExecuteArgs),
    /// Ask a network: contracts, accounts, transactions; with a proof where you do not trust the node.
    #[command(subcommand)]
    Query(QueryCommand),
    /// Show what stands in a home directory: chain, last block, trusts.
    #[command(after_help = "Example:\n  commons status --home alaska-home")]
    Status(HomeArgs),
    /// Execute the whole block log again from genesis, with nothing but the log, and compare.
    ///
    /// Contracts are compiled from the log's own bytes: no folder of compiled contracts is read or written.
    #[command(
        after_help = "Examples:\n  commons replay --home alaska-home\n  commons replay --log blocks.log --registry commons1..."
    )]
    Replay(ReplayArgs),
    /// Demonstrations.
    #[command(subcommand)]
    Demo(DemoCommand),
    /// Print the completions of a shell.
    #[command(
        after_help = "Example:\n  commons completions bash > ~/.local/share/bash-completion/completions/commons"
    )]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// Where the chain is.
#[derive(Debug, Args)]
pub struct HomeArgs {
    /// Home directory of the chain.
    #[arg(long, value_name = "DIR")]
    pub home: PathBuf,
}

/// When the block is made.
#[derive(Debug, Args)]
pub struct TimeArgs {
    /// Time of the block, RFC 3339. Default: one second after the last block, since the chain's clock is set by hand.
    #[arg(long, value_name = "TIME")]
    pub time: Option<String>,
}

/// `commons charter`.
#[derive(Debug, Subcommand)]
pub enum CharterCommand {
    /// Check a charter, naming the line of the first error; print its hash and whether it keeps the default windows.
    #[command(
        after_help = "Examples:\n  commons charter check my-trust.toml\n  commons charter check - < my-trust.toml"
    )]
    Check {
        /// The charter, TOML; - for stdin.
        file: PathBuf,
    },
}

/// `commons trust`.
#[derive(Debug, Subcommand)]
pub enum TrustCommand {
    /// Found a trust from a charter, through the registry of the home's chain.
    #[command(
        after_help = "The transaction is signed by the home's relayer, a demonstration key that anyone has.\n\nExample:\n  commons trust found my-trust.toml --home alaska-home"
    )]
    Found {
        /// The charter, TOML; - for stdin.
        charter: PathBuf,
        /// Where.
        #[command(flatten)]
        home: HomeArgs,
        /// When.
        #[command(flatten)]
        time: TimeArgs,
    },
    /// Show a trust: contracts, mark, ledgers with their identity, period, last dividend.
    #[command(
        after_help = "Examples:\n  commons trust show --home alaska-home \"Alaska as it spends\"\n  commons trust show --home alaska-home commons1…"
    )]
    Show {
        /// Its name in any spelling, or the address of any of its contracts. Default: the only one there is.
        #[arg(value_name = "NAME|ADDR")]
        trust: Option<String>,
        /// Where.
        #[command(flatten)]
        home: HomeArgs,
    },
    /// List the trusts of the home's registry.
    #[command(after_help = "Example:\n  commons trust list --home alaska-home")]
    List(HomeArgs),
}

/// A poll: home, trust and number.
#[derive(Debug, Args)]
pub struct PollArgs {
    /// Where.
    #[command(flatten)]
    pub home: HomeArgs,
    /// The trust: its name, or an address of it. Default: the only one there is.
    #[arg(long, value_name = "NAME|ADDR")]
    pub trust: Option<String>,
    /// Number of the proposal.
    #[arg(long, value_name = "N")]
    pub proposal: u64,
}

/// `commons ballot`.
#[derive(Debug, Subcommand)]
pub enum BallotCommand {
    /// Sign a ballot with a person's voting key. What is shown is the very text that is signed.
    #[command(
        after_help = "Examples:\n  commons ballot sign --home alaska-home --trust \"Alaska as it spends\" --proposal 6 --person 900 --choice yes --demo-key --out my.ballot\n  commons ballot sign --home alaska-home --trust commons1… --proposal 6 --person 7 --choice no --key voting.key --out -"
    )]
    Sign(SignArgs),
    /// Check a ballot file: signature, text line by line against what the chain expects, and whether it would count now.
    #[command(after_help = "Example:\n  commons ballot check my.ballot --home alaska-home")]
    Check {
        /// The ballot; - for stdin.
        file: PathBuf,
        /// Where.
        #[command(flatten)]
        home: HomeArgs,
        /// The trust it is for. Default: the one whose assembly the ballot's text names.
        #[arg(long, value_name = "NAME|ADDR")]
        trust: Option<String>,
    },
    /// Relay ballots of one poll in one batch, make the block, and say of each whether it was counted.
    #[command(
        after_help = "The transaction is signed by the home's relayer, a demonstration key that anyone has; the persons are counted, not the relayer.\n\nExample:\n  commons ballot relay my.ballot yours.ballot --home alaska-home"
    )]
    Relay {
        /// Ballots, 1 to 256 of one poll.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Where.
        #[command(flatten)]
        home: HomeArgs,
        /// The trust they are for. Default: the one whose assembly the first ballot's text names.
        #[arg(long, value_name = "NAME|ADDR")]
        trust: Option<String>,
        /// When.
        #[command(flatten)]
        time: TimeArgs,
    },
    /// Say whether, when and how a person's vote was counted. Exit code 1 if none is.
    #[command(
        after_help = "Example:\n  commons ballot show --home alaska-home --trust \"Alaska as it spends\" --proposal 2 --person 1"
    )]
    Show {
        /// Which poll.
        #[command(flatten)]
        poll: PollArgs,
        /// Number of the person on the roll.
        #[arg(long, value_name = "P")]
        person: u64,
    },
}

/// `commons ballot sign`.
#[derive(Debug, Args)]
pub struct SignArgs {
    /// Which poll.
    #[command(flatten)]
    pub poll: PollArgs,
    /// Number of the person on the roll.
    #[arg(long, value_name = "P")]
    pub person: u64,
    /// What they choose.
    #[arg(long)]
    pub choice: ChoiceArg,
    /// Higher replaces lower. Default: one more than what is counted, or 1.
    #[arg(long, value_name = "K")]
    pub sequence: Option<u32>,
    /// File with the person's voting key: 64 hex digits, readable by its owner only. Keys never go on the command line.
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "demo_key",
        conflicts_with = "demo_key"
    )]
    pub key: Option<PathBuf>,
    /// Use the person's demonstration key, derived from the seed in the home. Anyone has it.
    #[arg(long)]
    pub demo_key: bool,
    /// Where to write the ballot; - for stdout. An existing file is not replaced.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// A choice on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ChoiceArg {
    /// For the act.
    Yes,
    /// Against it.
    No,
    /// Counts for turnout only.
    Abstain,
}

impl From<ChoiceArg> for Choice {
    fn from(choice: ChoiceArg) -> Self {
        match choice {
            ChoiceArg::Yes => Self::Yes,
            ChoiceArg::No => Self::No,
            ChoiceArg::Abstain => Self::Abstain,
        }
    }
}

/// `commons proposal`.
#[derive(Debug, Subcommand)]
pub enum ProposalCommand {
    /// Show a proposal: act, tally beside its thresholds, how far from passing, windows, status.
    #[command(
        after_help = "Example:\n  commons proposal show --home alaska-home --trust \"Alaska as it spends\" 2"
    )]
    Show {
        /// Number of the proposal.
        #[arg(value_name = "N")]
        proposal: u64,
        /// Where.
        #[command(flatten)]
        home: HomeArgs,
        /// The trust: its name, or an address of it. Default: the only one there is.
        #[arg(long, value_name = "NAME|ADDR")]
        trust: Option<String>,
    },
}

/// `commons replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// What is replayed.
    #[command(flatten)]
    pub source: ReplaySource,
    /// A registry whose trusts are read a second time; can be given more than once. By default the registry that the home
    /// file names, and for a bare log every one that runs the registry's code as built into this program. What others call
    /// trusts is listed and not read.
    #[arg(long, value_name = "ADDRESS")]
    pub registry: Vec<String>,
}

/// `commons tx`.
#[derive(Debug, Subcommand)]
pub enum TxCommand {
    /// Make a transaction of several messages, to be signed elsewhere.
    #[command(
        after_help = "A message is one of\n  {\"send\":{\"to\":\"commons1…\",\"amount\":[{\"denom\":\"uusd\",\"amount\":\"5\"}]}}\n  {\"execute\":{\"contract\":\"commons1…\",\"msg\":{},\"funds\":[]}}\n  {\"instantiate\":{\"code_id\":7,\"label\":\"x\",\"msg\":{},\"admin\":null,\"salt\":null}}\n  {\"migrate\":{\"contract\":\"commons1…\",\"code_id\":8,\"msg\":{}}}\n  {\"update_admin\":{\"contract\":\"commons1…\",\"admin\":\"commons1…\"}}\n  {\"clear_admin\":{\"contract\":\"commons1…\"}}\n\nExamples:\n  commons tx new messages.json --from anna --out my.tx\n  commons tx new messages.json --from anna --account-number 7 --sequence 3 --gas 200000 --out my.tx"
    )]
    New(TxNewArgs),
    /// Sign a transaction. What is shown is decoded from the very bytes that are signed.
    #[command(after_help = "Example:\n  commons tx sign my.tx --key anna --out my.signed")]
    Sign(TxSignArgs),
    /// Send a signed transaction and wait until a block has it.
    #[command(after_help = "Example:\n  commons tx send my.signed --network osmosis.json")]
    Send(TxSendArgs),
    /// Show what a transaction says: a file of `tx new` or `tx sign`, or bytes in base64 or hex.
    #[command(
        after_help = "Examples:\n  commons tx decode my.tx\n  commons tx decode - < bytes.base64"
    )]
    Decode {
        /// The file; - for stdin.
        file: PathBuf,
    },
    /// Get the receipt that a node signed when it accepted a transaction, check it, and keep it.
    ///
    /// A receipt says that the chain's validator checked the transaction after a block and found it good. If it never comes into a block, the
    /// receipt shows that it was dropped: `commons tx promised` holds it against the chain's log.
    #[command(after_help = "Example:\n  commons tx receipt 5D1C0A77… --out my.receipt")]
    Receipt(TxReceiptArgs),
    /// Hold a receipt against a chain's log: kept, open, dropped, or a history that was rewritten. Exit code 1 for the last two.
    #[command(
        after_help = "Examples:\n  commons tx promised my.receipt --log blocks.log\n  commons tx promised my.receipt --home my-chain"
    )]
    Promised {
        /// What `commons tx receipt` wrote; - for stdin.
        receipt: PathBuf,
        /// Which log.
        #[command(flatten)]
        source: ReplaySource,
    },
    /// Execute the log again up to a transaction; show its calls as a tree, and where the gas of each went.
    ///
    /// The chain keeps no past state, so everything before the transaction is executed first, and compared with the log as
    /// `commons replay` does. Gas of the tree is the chain's, and includes what a call led to; the bill below it is of each
    /// call alone, in the virtual machine's unit, and adds up exactly.
    #[command(
        after_help = "Examples:\n  commons tx trace 12/0 --home alaska-home\n  commons tx trace 5D1C0A77 --log blocks.log"
    )]
    Trace(TraceArgs),
}

/// `commons tx trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// Which: its hash, of which 8 digits are enough, or height of the block and index in it, from 0.
    #[arg(value_name = "HASH|HEIGHT/INDEX")]
    pub transaction: Wanted,
    /// What is executed.
    #[command(flatten)]
    pub source: ReplaySource,
}

/// Where blocks are taken from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "source")]
pub struct ReplaySource {
    /// Home directory whose block log is replayed.
    #[arg(long, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// An exported block log.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
}

/// `commons demo`.
#[derive(Debug, Subcommand)]
pub enum DemoCommand {
    /// Two trusts on the figures of the Alaska Permanent Fund, 1983 to 2016: founded, played, voted in, attacked, replayed.
    #[command(
        after_help = "Examples:\n  commons demo alaska\n  commons demo alaska --home alaska-home --persons 100\n  commons demo alaska --network chain.json --clock clock --persons 30 --years 3"
    )]
    Alaska(Box<alaska::Args>),
    /// The accounts that a network needs in its genesis for `commons demo alaska --network`, one ADDRESS=COINS a line.
    #[command(after_help = "Example:\n  commons demo accounts --prefix wasm --persons 30")]
    Accounts(accounts::Args),
}
