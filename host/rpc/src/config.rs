//! Owns what a served chain is started with. It opens nothing.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use commons_ledger::{GasPrice, Genesis};
use commons_node::Vm;

/// When blocks are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockTime {
    /// As soon as a transaction is there.
    Instant,
    /// At each beat, also an empty one.
    Interval(Duration),
    /// When asked to.
    Manual,
}

impl fmt::Display for BlockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant => f.write_str("instant"),
            Self::Interval(beat) => write!(f, "{}ms", beat.as_millis()),
            Self::Manual => f.write_str("manual"),
        }
    }
}

impl FromStr for BlockTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = match text {
            "instant" => return Ok(Self::Instant),
            "manual" => return Ok(Self::Manual),
            _ => match text.strip_suffix("ms") {
                Some(number) => (number, 1),
                None => (text.strip_suffix('s').unwrap_or_default(), 1_000),
            },
        };
        let millis = number.parse::<u64>().ok().and_then(|n| n.checked_mul(unit));
        match millis {
            Some(millis @ 10..=86_400_000) => Ok(Self::Interval(Duration::from_millis(millis))),
            _ => Err(format!(
                "`{text}` is no block time; give `instant`, `manual`, or an interval from 10ms to 86400s such as `200ms`"
            )),
        }
    }
}

/// Where the chain is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory, gone with the node.
    Memory,
    /// In a directory.
    Directory(PathBuf),
}

/// What a served chain is started with.
pub struct Config {
    /// Where contracts run.
    pub vm: Vm,
    /// Where the chain is.
    pub place: Place,
    /// What a new chain starts from. A directory that holds a chain must hold one with this genesis, if one is given.
    pub genesis: Option<Genesis>,
    /// File with the key that blocks are signed with, as CometBFT writes it (`priv_validator_key.json`); the development key without one.
    pub validator_key: Option<PathBuf>,
    /// When blocks are made.
    pub block_time: BlockTime,
    /// Where JSON-RPC is answered; port 0 takes a free one.
    pub rpc: SocketAddr,
    /// Where gRPC is answered, if it is.
    pub grpc: Option<SocketAddr>,
    /// Where REST is answered, if it is: what wallets in browsers ask for.
    pub rest: Option<SocketAddr>,
    /// What a transaction has to offer for its gas to be taken in by this node; one of them is enough, and nothing is asked without any.
    pub minimum_gas_prices: Vec<GasPrice>,
    /// What the node calls itself.
    pub moniker: String,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn block_times_are_read_and_written_alike() {
        for text in ["instant", "manual", "200ms"] {
            assert_eq!(text.parse::<BlockTime>().unwrap().to_string(), text);
        }
        let second = BlockTime::Interval(Duration::from_secs(1));
        assert_eq!("1s".parse::<BlockTime>().unwrap(), second);
        for text in ["", "s", "9ms", "1h", "-1s", "99999999999999999999s"] {
            assert!(text.parse::<BlockTime>().is_err(), "{text}");
        }
    }
}
