//! What a new chain starts from, as the command line says it: its id, prefix, time, accounts and coins. It opens no chain.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args as Arguments;
use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount};
use commons_rpc::{accounts, is_development};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::exit::Exit;
use crate::failure::Failure;

/// Chain id unless another is given: one for development.
const CHAIN_ID: &str = "commons-local-dev";
/// Address prefix unless another is given.
const PREFIX: &str = "wasm";
/// Denomination unless another is given.
const DENOM: &str = "ustake";
/// What the faucet has of each denomination.
const FAUCET: u128 = 1_000_000_000_000_000_000;
/// The file of a chain, in its directory.
const LEDGER: &str = "ledger.redb";

/// The beginning of a new chain. A directory that holds a chain goes on with it, and these are left out then.
#[derive(Debug, Arguments)]
pub struct Args {
    /// Chain id. One that ends in -dev marks the chain for development for ever [default: commons-local-dev].
    #[arg(long, value_name = "ID")]
    pub chain_id: Option<String>,
    /// Prefix of addresses [default: wasm].
    #[arg(long, value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// A denomination of the development accounts; can be given more than once, the first is the one of fees [default: ustake].
    #[arg(long, value_name = "DENOM")]
    pub denom: Vec<String>,
    /// How many accounts of the mnemonic are there from the start.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=1_000))]
    pub accounts: u32,
    /// What each of them has of each denomination.
    #[arg(long, value_name = "AMOUNT", default_value_t = 1_000_000_000_000)]
    pub balance: u128,
    /// File with a mnemonic for them, readable by its owner only. Default: 24 words that anyone has.
    #[arg(long, value_name = "FILE")]
    pub mnemonic: Option<PathBuf>,
    /// A further account, after them: ADDRESS=1000ustake,5ucosm; can be given more than once.
    #[arg(long, value_name = "ADDR=COINS", value_parser = account)]
    pub account: Vec<GenesisAccount>,
    /// Time of the beginning, RFC 3339 [default: now].
    #[arg(long, value_name = "TIME")]
    pub genesis_time: Option<String>,
    /// Most gas that the transactions of a block may use together; 0 for no limit [default: 100000000].
    #[arg(long, value_name = "GAS")]
    pub max_gas: Option<u64>,
    /// Most bytes of transactions in a block [default: 22020096].
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..=22_020_096))]
    pub max_bytes: Option<u64>,
    /// The denomination that contracts are told when they ask for the staking coin [default: stake].
    #[arg(long, value_name = "DENOM")]
    pub bond_denom: Option<String>,
    /// A genesis file in this program's form, in place of all of these.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["chain_id", "prefix", "denom", "mnemonic", "account", "genesis_time", "max_gas", "max_bytes", "bond_denom"])]
    pub genesis: Option<PathBuf>,
}

/// What the chain starts from, and what people are told of it.
pub struct Plan {
    /// None for a chain that is there already.
    pub genesis: Option<Genesis>,
    /// The words of the development accounts, unless they were given: those are nobody's business.
    pub mnemonic: Option<String>,
    /// Addresses of the development accounts.
    pub accounts: Vec<String>,
    /// The denomination of fees.
    pub denom: String,
}

/// Reads `ADDRESS=COINS`.
fn account(text: &str) -> Result<GenesisAccount, String> {
    let (address, coins) = text
        .split_once('=')
        .ok_or("an account is ADDRESS=COINS, such as wasm1...=1000ustake")?;
    let coins = coins
        .split(',')
        .filter(|coin| !coin.is_empty())
        .map(|coin| {
            let split = coin.find(|c: char| !c.is_ascii_digit());
            let split = split.ok_or_else(|| format!("`{coin}` has no denomination"))?;
            let (amount, denom) = coin.split_at(split);
            let amount = amount
                .parse()
                .map_err(|_| format!("`{coin}` has no amount"))?;
            Ok(Coin::new(amount, denom))
        });
    let mut balance = coins.collect::<Result<Vec<Coin>, String>>()?;
    balance.sort_by(|left, right| left.denom.cmp(&right.denom));
    let address = address.to_owned();
    Ok(GenesisAccount { address, balance })
}

/// Makes the plan.
pub fn plan(args: &super::Args) -> Result<Plan, Failure> {
    let start = &args.start;
    let denom = start.denom.first().map_or(DENOM, String::as_str).to_owned();
    if let Some(path) = &start.genesis {
        let bytes = fs::read(path).map_err(|error| unreadable(path, &error.to_string()))?;
        let genesis: Genesis =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(path, &error.to_string()))?;
        let coins = genesis.accounts.iter().flat_map(|account| &account.balance);
        let denom = coins.map(|coin| coin.denom.clone()).next().unwrap_or(denom);
        return Ok(Plan {
            genesis: Some(genesis),
            mnemonic: None,
            accounts: Vec::new(),
            denom,
        });
    }
    if args
        .home
        .as_ref()
        .is_some_and(|home| home.join(LEDGER).exists())
    {
        return Ok(Plan {
            genesis: None,
            mnemonic: None,
            accounts: Vec::new(),
            denom,
        });
    }
    let (words, shown) = match &start.mnemonic {
        Some(path) => (read_mnemonic(path)?, None),
        None => {
            let words = accounts::development_mnemonic();
            (words.clone(), Some(words))
        }
    };
    let prefix = start.prefix.as_deref().unwrap_or(PREFIX);
    let addresses = accounts::addresses(&words, prefix, start.accounts).map_err(|why| {
        Failure::new(
            Exit::Usage,
            "the accounts cannot be made",
            why,
            "check --mnemonic and --prefix",
        )
    })?;
    let genesis = compose(start, prefix, &addresses)?;
    Ok(Plan {
        genesis: Some(genesis),
        mnemonic: shown,
        accounts: addresses,
        denom,
    })
}

fn compose(start: &Args, prefix: &str, addresses: &[String]) -> Result<Genesis, Failure> {
    let mut denoms = start.denom.clone();
    if denoms.is_empty() {
        denoms.push(DENOM.to_owned());
    }
    denoms.sort();
    denoms.dedup();
    let coins = |amount| -> Vec<Coin> {
        let denoms = denoms.iter().filter(|_| amount > 0);
        denoms
            .map(|denom| Coin::new(amount, denom.clone()))
            .collect()
    };
    let mut accounts: Vec<GenesisAccount> = addresses
        .iter()
        .map(|address| GenesisAccount {
            address: address.clone(),
            balance: coins(start.balance),
        })
        .collect();
    accounts.extend(start.account.iter().cloned());
    let chain_id = start.chain_id.as_deref().unwrap_or(CHAIN_ID).to_owned();
    if is_development(&chain_id) {
        let address = accounts::faucet(prefix);
        accounts.push(GenesisAccount {
            address,
            balance: coins(FAUCET),
        });
    }
    Ok(Genesis {
        chain_id,
        time: time(start.genesis_time.as_deref())?,
        address_prefix: prefix.to_owned(),
        accounts,
        params: params(start),
    })
}

fn params(start: &Args) -> ChainParams {
    let usual = ChainParams::default();
    ChainParams {
        max_gas: start
            .max_gas
            .map_or(usual.max_gas, |gas| Some(gas).filter(|gas| *gas > 0)),
        max_bytes: start.max_bytes.unwrap_or(usual.max_bytes),
        bond_denom: start.bond_denom.clone().unwrap_or(usual.bond_denom),
        denoms: usual.denoms,
    }
}

/// Nanoseconds since 1970.
fn time(text: Option<&str>) -> Result<u64, Failure> {
    let time = match text {
        None => Ok(now()),
        Some(text) => OffsetDateTime::parse(text, &Rfc3339).map_err(|error| error.to_string()),
    };
    let nanos = time.and_then(|time| {
        u64::try_from(time.unix_timestamp_nanos())
            .map_err(|_| "it lies before 1970 or after 2554".to_owned())
    });
    nanos.map_err(|why| {
        let next = "give a time such as 2026-01-01T00:00:00Z";
        Failure::new(
            Exit::Usage,
            "the time of the genesis cannot be read",
            why,
            next,
        )
    })
}

#[allow(clippy::disallowed_methods)] // A chain's beginning is the moment it is made, unless the command line says another.
fn now() -> OffsetDateTime {
    std::time::SystemTime::now().into()
}

fn unreadable(path: &Path, why: &str) -> Failure {
    let what = format!("{} cannot be read as a genesis", path.display());
    Failure::input(
        what,
        why,
        "give a file in the form that the node writes with --config-out, under `genesis`",
    )
}

fn read_mnemonic(path: &Path) -> Result<String, Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let refuse = |why: String| {
        let what = format!("the mnemonic in {} is not taken", path.display());
        Failure::input(what, why, "check its path and rights: chmod 600 FILE")
    };
    let data = fs::metadata(path).map_err(|error| refuse(error.to_string()))?;
    if data.permissions().mode() & 0o077 != 0 {
        return Err(refuse("others may read it".to_owned()));
    }
    fs::read_to_string(path).map_err(|error| refuse(error.to_string()))
}
