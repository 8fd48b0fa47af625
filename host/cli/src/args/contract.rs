//! Arguments of `commons deploy`, `execute`, `query` and the transactions behind them.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::key::PassphraseArgs;
use super::network::{FeeArgs, NetworkArgs, SendArgs, WaitArgs};

/// `commons deploy`.
#[derive(Debug, Args)]
pub struct DeployArgs {
    /// The contract's wasm.
    #[arg(
        value_name = "WASM",
        required_unless_present = "code",
        conflicts_with = "code"
    )]
    pub wasm: Option<PathBuf>,
    /// Use code that the chain has already, by its number.
    #[arg(long, value_name = "ID")]
    pub code: Option<u64>,
    /// Store the code and make no contract of it.
    #[arg(long, conflicts_with_all = ["code", "label", "msg"])]
    pub store_only: bool,
    /// What the contract is called.
    #[arg(long, required_unless_present = "store_only")]
    pub label: Option<String>,
    /// JSON for its making; @FILE or - for stdin.
    #[arg(
        long,
        value_name = "JSON|@FILE",
        required_unless_present = "store_only"
    )]
    pub msg: Option<String>,
    /// Coins sent along, like 5uusd,7ustake.
    #[arg(long, value_name = "COINS", default_value = "")]
    pub funds: String,
    /// Who may give it other code later. Default: nobody, for ever.
    #[arg(long, value_name = "ADDRESS")]
    pub admin: Option<String>,
    /// Make it at the address that follows from code, sender and these 1 to 64 bytes of hex.
    #[arg(long, value_name = "HEX")]
    pub salt: Option<String>,
    /// Who sends, and how.
    #[command(flatten)]
    pub send: SendArgs,
}

/// `commons execute`.
#[derive(Debug, Args)]
pub struct ExecuteArgs {
    /// Address of the contract.
    pub contract: String,
    /// JSON for it; @FILE or - for stdin.
    #[arg(value_name = "JSON|@FILE")]
    pub msg: String,
    /// Coins sent along, like 5uusd,7ustake.
    #[arg(long, value_name = "COINS", default_value = "")]
    pub funds: String,
    /// Who sends, and how.
    #[command(flatten)]
    pub send: SendArgs,
}

/// `commons query`.
#[derive(Debug, Subcommand)]
pub enum QueryCommand {
    /// Ask a contract.
    #[command(
        after_help = "Examples:\n  commons query contract commons1… '{\"status\":{}}'\n  commons query contract osmo1… @question.json --network osmosis.json --height 1000"
    )]
    Contract {
        /// Address of the contract.
        contract: String,
        /// JSON for it; @FILE or - for stdin.
        #[arg(value_name = "JSON|@FILE")]
        msg: String,
        /// As after this block. Default: the last.
        #[arg(long, value_name = "N", default_value_t = 0)]
        height: u64,
        /// Which chain.
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Read one value of a contract's storage; with --prove, believe only what the chain's validators signed.
    #[command(
        after_help = "Without --prove the node's word is all there is. With it, headers are checked from the one you trust to the one that holds the answer, and the answer is checked against that header: the node need not be believed.\n\nExamples:\n  commons query raw commons1… contract_info\n  commons query raw commons1… 0x0003 --prove --trust 1000:5D1C…"
    )]
    Raw(RawArgs),
    /// Show an account: number, sequence, coins.
    #[command(
        after_help = "Examples:\n  commons query account anna\n  commons query account osmo1… --network osmosis.json"
    )]
    Account {
        /// Its address, or the name of a key of yours.
        #[arg(value_name = "ADDRESS|NAME")]
        account: String,
        /// Which chain.
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Show a contract: code, creator, admin, label.
    #[command(after_help = "Example:\n  commons query info commons1…")]
    Info {
        /// Address of the contract.
        contract: String,
        /// Which chain.
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Show a transaction in a block: what it did, its events.
    #[command(after_help = "Example:\n  commons query tx 5D1C0A77…")]
    Tx {
        /// Its hash: 64 hex digits.
        hash: String,
        /// Which chain.
        #[command(flatten)]
        network: NetworkArgs,
    },
}

/// `commons query raw`.
#[derive(Debug, Args)]
pub struct RawArgs {
    /// Address of the contract.
    pub contract: String,
    /// The key: text, or hex behind 0x.
    pub key: String,
    /// As after this block. Default: the last.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub height: u64,
    /// Check the answer against headers that the chain's validators signed.
    #[arg(long, requires = "trust")]
    pub prove: bool,
    /// A header you trust: its height and its hash, from a source that is not this node.
    #[arg(long, value_name = "HEIGHT:HASH", requires = "prove")]
    pub trust: Option<String>,
    /// Days for which a trusted header counts: less than the chain's unbonding time.
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    pub trusting_period: u32,
    /// Which chain.
    #[command(flatten)]
    pub network: NetworkArgs,
}

/// `commons tx new`.
#[derive(Debug, Args)]
pub struct TxNewArgs {
    /// JSON list of messages; - for stdin. See the examples.
    pub messages: PathBuf,
    /// Which chain.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Name of the key that will sign. It is not opened.
    #[arg(long, value_name = "NAME")]
    pub from: String,
    /// What is paid.
    #[command(flatten)]
    pub fee: FeeArgs,
    /// Refused by the chain after this block; 0 for never.
    #[arg(long, value_name = "HEIGHT", default_value_t = 0)]
    pub timeout_height: u64,
    /// The account's number, where no node is to be asked; with --sequence and --gas.
    #[arg(long, value_name = "N", requires_all = ["sequence", "gas"])]
    pub account_number: Option<u64>,
    /// Transactions the account made before.
    #[arg(long, value_name = "N", requires = "account_number")]
    pub sequence: Option<u64>,
    /// Where to write it; - for stdout. An existing file is not replaced.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `commons tx sign`.
#[derive(Debug, Args)]
pub struct TxSignArgs {
    /// What `commons tx new` wrote; - for stdin.
    pub file: PathBuf,
    /// Name of the key that signs: the one the transaction names.
    #[arg(long, value_name = "NAME")]
    pub key: String,
    /// Its passphrase.
    #[command(flatten)]
    pub passphrase: PassphraseArgs,
    /// Where to write it; - for stdout. An existing file is not replaced.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `commons tx send`.
#[derive(Debug, Args)]
pub struct TxSendArgs {
    /// What `commons tx sign` wrote; - for stdin.
    pub file: PathBuf,
    /// Which chain: the one it was made for.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// How long is waited.
    #[command(flatten)]
    pub wait: WaitArgs,
}

/// `commons tx receipt`.
#[derive(Debug, Args)]
pub struct TxReceiptArgs {
    /// Its hash: 64 hex digits.
    pub hash: String,
    /// Which chain.
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Public key of the chain's validator in base64, from a source that is not this node. Default: the one that the node names.
    #[arg(long, value_name = "KEY")]
    pub validator: Option<String>,
    /// Where to write it; - for stdout. An existing file is not replaced.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}
