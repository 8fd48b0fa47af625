//! Arguments of `commons key`, and of every command that signs with a key of the folder.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::NetworkArgs;

/// The passphrase of a key.
#[derive(Debug, Args)]
pub struct PassphraseArgs {
    /// File with the key's passphrase, readable by you only. Default: COMMONS_PASSPHRASE, or the terminal is asked.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// The passphrase of an armored key.
#[derive(Debug, Args)]
pub struct ArmorArgs {
    /// File with the armor's passphrase, readable by you only. Default: COMMONS_ARMOR_PASSPHRASE, or the terminal is asked.
    #[arg(long, value_name = "FILE")]
    pub armor_passphrase_file: Option<PathBuf>,
}

/// Where below its words a key is.
#[derive(Clone, Copy, Debug, Args)]
pub struct PathArgs {
    /// SLIP-44 number of the coin. Default: the network's.
    #[arg(long, value_name = "N")]
    pub coin_type: Option<u32>,
    /// Account of m/44'/COIN'/ACCOUNT'/0/INDEX.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub account: u32,
    /// Index of m/44'/COIN'/ACCOUNT'/0/INDEX.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub index: u32,
}

/// `commons key`.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key from 24 new words, which are shown once, on stderr.
    #[command(
        after_help = "Write the words down: with them the key can be made again anywhere, without them a lost file is lost.\n\nExamples:\n  commons key new anna\n  commons key new anna --words anna.words --passphrase-file anna.pass"
    )]
    New {
        /// Its name: letters, digits, - and _.
        name: String,
        /// Write the words into this new file, readable by you only, and show them nowhere.
        #[arg(long, value_name = "FILE")]
        words: Option<PathBuf>,
        /// Where below the words.
        #[command(flatten)]
        path: PathArgs,
        /// Its passphrase.
        #[command(flatten)]
        passphrase: PassphraseArgs,
        /// For which network's addresses.
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Keep a key that exists: from its words, an ASCII armor, or 64 hex digits.
    #[command(
        after_help = "Secrets are read from files that only you can read, or from stdin; never from the command line, which everyone on this machine can see.\n\nExamples:\n  commons key import anna --words anna.words\n  wasmd keys export anna | commons key import anna --armor -"
    )]
    Import {
        /// Its name: letters, digits, - and _.
        name: String,
        /// What it is read from.
        #[command(flatten)]
        source: ImportArgs,
        /// Where below the words.
        #[command(flatten)]
        path: PathArgs,
        /// Its passphrase.
        #[command(flatten)]
        passphrase: PassphraseArgs,
        /// The armor's passphrase.
        #[command(flatten)]
        armor: ArmorArgs,
        /// For which network's addresses.
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Print a key as ASCII armor under a passphrase of its own, as `wasmd keys import` reads it.
    #[command(after_help = "Example:\n  commons key export anna --out anna.armor")]
    Export {
        /// Its name.
        name: String,
        /// Write the armor into this new file, readable by you only, instead of to stdout.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// The key's passphrase.
        #[command(flatten)]
        passphrase: PassphraseArgs,
        /// The armor's passphrase.
        #[command(flatten)]
        armor: ArmorArgs,
    },
    /// List your keys with their addresses.
    #[command(
        after_help = "Examples:\n  commons key list\n  commons key list --network chain.json"
    )]
    List(NetworkArgs),
    /// Show a key: address, public key, path. Opens nothing and needs no passphrase.
    #[command(after_help = "Example:\n  commons key show anna --network chain.json")]
    Show {
        /// Its name.
        name: String,
        /// For which network's addresses.
        #[command(flatten)]
        network: NetworkArgs,
    },
    /// Delete a key's file, for ever.
    #[command(after_help = "Example:\n  commons key delete anna --yes")]
    Delete {
        /// Its name.
        name: String,
        /// Yes, I have its words, or nothing depends on it.
        #[arg(long)]
        yes: bool,
    },
}

/// What a key is imported from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct ImportArgs {
    /// File with 12 to 24 English words; - for stdin.
    #[arg(long, value_name = "FILE")]
    pub words: Option<PathBuf>,
    /// File with an ASCII armor (`TENDERMINT PRIVATE KEY`); - for stdin.
    #[arg(long, value_name = "FILE")]
    pub armor: Option<PathBuf>,
    /// File with 64 hex digits; - for stdin.
    #[arg(long, value_name = "FILE")]
    pub hex: Option<PathBuf>,
}
