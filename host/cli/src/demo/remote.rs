//! The demonstration on a network: its validators make the blocks, and the blocks have their clock. Owns how a moment is waited for;
//! a clock that cannot be set is waited for in real time, or not at all if that would take longer than anybody waits.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use commons_client::ClientError;
use commons_client::chain::{Account, RemoteChain};
use commons_client::rpc::{Executed, FoundTx, RpcError};
use commons_client::tx::tx_hash;
use commons_common::units::{Seconds, UnixTime};

use super::cast::DENOM;
use super::chain::{Chain, Refusal, Terms};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant;

/// Between two looks at a chain.
const PAUSE: Duration = Duration::from_millis(20);
/// Looks for a transaction or a moment before giving up: a minute.
const LOOKS: u32 = 3_000;
/// The longest wait for a clock that cannot be set.
const PATIENCE: Seconds = Seconds(600);

/// See the module.
pub struct Remote {
    chain: RemoteChain,
    clock: Option<PathBuf>,
    terms: Terms,
    height: u64,
    time: UnixTime,
    waiting: Vec<String>,
}

impl Remote {
    /// Plays on a chain. `clock` is the file from which its validator reads the time, seconds since 1970, if there is one.
    pub fn new(chain: RemoteChain, clock: Option<PathBuf>) -> Result<Self> {
        let network = chain.network();
        let terms = Terms {
            chain_id: network.chain_id.clone(),
            prefix: network.prefix.clone(),
        };
        let mut remote = Self {
            chain,
            clock,
            terms,
            height: 0,
            time: UnixTime(0),
            waiting: Vec::new(),
        };
        (remote.height, remote.time) = remote.last()?;
        Ok(remote)
    }

    /// Height and time of the chain's last block.
    fn last(&self) -> Result<(u64, UnixTime)> {
        let info = self.chain.rpc().status()?.sync_info;
        Ok((info.latest_block_height, time(&info.latest_block_time)?))
    }

    /// Waits until the chain's last block is no earlier than `moment`: then the next one is later.
    fn reach(&self, moment: UnixTime) -> Result<()> {
        let (_, now) = self.last()?;
        if now >= moment {
            return Ok(());
        }
        let left = Seconds(moment.0.saturating_sub(now.0));
        if let Some(clock) = &self.clock {
            // As a whole: the validator reads the old moment or the new one, never half of it.
            let next = clock.with_extension("next");
            fs::write(&next, format!("{}\n", moment.0))
                .and_then(|()| fs::rename(&next, clock))
                .with_context(|| format!("setting the clock {}", clock.display()))?;
        } else if left > PATIENCE {
            bail!(Failure::new(
                Exit::Input,
                format!("the story goes on {} from now", instant::span(left)),
                "this network's blocks have the time of its validators, and nobody waits that long",
                "play on a network whose validator's clock can be set, and name that clock with --clock; \
                 scripts/chain makes one",
            ));
        } else {
            sleep(Duration::from_secs(left.0));
        }
        for _ in 0..LOOKS {
            if self.last()?.1 >= moment {
                return Ok(());
            }
            sleep(PAUSE);
        }
        bail!(
            "no block of {} came as late as {}",
            self.terms.chain_id,
            instant::rfc3339(moment)
        )
    }

    fn included(&self, hash: &str) -> Result<FoundTx> {
        for _ in 0..LOOKS {
            if let Some(found) = self.chain.find(hash)? {
                return Ok(found);
            }
            sleep(PAUSE);
        }
        bail!("transaction {hash} was taken, and no block had it within a minute")
    }
}

impl Chain for Remote {
    fn terms(&self) -> &Terms {
        &self.terms
    }

    fn height(&self) -> u64 {
        self.height
    }

    fn time(&self) -> UnixTime {
        self.time
    }

    fn root(&self) -> Option<String> {
        None
    }

    fn account(&self, address: &str) -> Result<Option<Account>> {
        Ok(self.chain.account(address)?)
    }

    fn hand_in(&mut self, tx: Vec<u8>, from: UnixTime) -> Result<Option<Refusal>> {
        self.reach(from)?;
        let answer = match self.chain.broadcast(&tx) {
            Ok(answer) => answer,
            // Without a code: the node has had the very same bytes before.
            Err(ClientError::Rpc(RpcError::Refused { why, .. })) => {
                return Ok(Some(Refusal {
                    block: None,
                    codespace: String::new(),
                    code: 0,
                    reason: why,
                }));
            }
            Err(error) => return Err(error.into()),
        };
        if answer.code != 0 {
            return Ok(Some(Refusal {
                block: None,
                codespace: answer.codespace,
                code: answer.code,
                reason: answer.log,
            }));
        }
        self.waiting.push(tx_hash(&tx));
        Ok(None)
    }

    fn include(&mut self, from: UnixTime) -> Result<Vec<Executed>> {
        self.reach(from)?;
        let mut results = Vec::new();
        for hash in std::mem::take(&mut self.waiting) {
            let found = self.included(&hash)?;
            self.height = self.height.max(found.height);
            results.push(found.tx_result);
        }
        if results.is_empty() {
            (self.height, self.time) = self.last()?;
        } else {
            self.time = time(&self.chain.rpc().header(self.height)?.time)?;
        }
        Ok(results)
    }

    fn ask(&self, contract: &str, question: &[u8]) -> Result<Vec<u8>> {
        Ok(self.chain.smart(contract, question, 0)?)
    }

    fn balance(&self, address: &str) -> Result<u128> {
        let coins = self.chain.balances(address)?;
        let held = coins.into_iter().find(|coin| coin.denom == DENOM);
        held.map_or(Ok(0), |coin| {
            let amount = coin.amount.to_string().parse();
            amount.with_context(|| format!("{address} holds more than 2^128 of one coin"))
        })
    }
}

fn time(text: &str) -> Result<UnixTime> {
    let nanos = instant::parse(text).map_err(|_| anyhow!("{text} is no time of a block"))?;
    ensure!(nanos > 0, "{text} is no time of a block");
    Ok(UnixTime(nanos / instant::NANOS))
}
