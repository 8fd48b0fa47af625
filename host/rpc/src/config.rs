//! Owns what a served chain is started with. It opens nothing.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use commons_ledger::Genesis;
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

/// The least that a node takes for a unit of gas: `0.025ustake`. Kept in units of 10^-18.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GasPrice {
    /// Price of one unit of gas, times 10^18.
    pub atto: u128,
    /// Denomination.
    pub denom: String,
}

impl GasPrice {
    /// What so much gas costs at least, rounded up; none if that passes 128 bits.
    #[must_use]
    pub fn of(&self, gas: u64) -> Option<u128> {
        let product = self.atto.checked_mul(u128::from(gas))?;
        Some(product.div_ceil(ATTO))
    }
}

/// Units of a price in one.
const ATTO: u128 = 1_000_000_000_000_000_000;

impl FromStr for GasPrice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is no gas price; give a number of at most 18 decimals and a denomination, such as `0.025ustake`"
            )
        };
        let split = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or_else(wrong)?;
        let (number, denom) = text.split_at_checked(split).ok_or_else(wrong)?;
        let (whole, part) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() || part.len() > 18 || part.contains('.') {
            return Err(wrong());
        }
        let atto = format!("{whole}{part:0<18}").parse().map_err(|_| wrong())?;
        let denom = denom.to_owned();
        Ok(Self { atto, denom })
    }
}

impl fmt::Display for GasPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{:018}{}",
            self.atto / ATTO,
            self.atto % ATTO,
            self.denom
        )
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

    #[test]
    fn a_gas_price_is_rounded_up_and_never_overflows() {
        let price: GasPrice = "0.025ustake".parse().unwrap();
        assert_eq!(price.of(200_000), Some(5_000));
        assert_eq!(price.of(1), Some(1));
        assert_eq!("3ustake".parse::<GasPrice>().unwrap().of(7), Some(21));
        let dear: GasPrice = "99999999999999999999ustake".parse().unwrap();
        assert_eq!(dear.of(u64::MAX), None);
        for text in [
            "",
            "ustake",
            "1",
            ".5ustake",
            "1.2.3ustake",
            "1.0000000000000000001u",
        ] {
            assert!(text.parse::<GasPrice>().is_err(), "{text}");
        }
    }
}
