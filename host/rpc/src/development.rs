//! What only a chain for development does: travel in time, make blocks on demand, go back, hand out coins. It refuses every other chain;
//! whatever it does to state is a block like any other, so that the log replays.

use std::time::Duration;

use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, sign};
use commons_ledger::Admission;
use commons_node::{BlockClock, is_development};
use cosmwasm_std::Coin;
use serde_json::{Value, json};

use crate::chain::Chain;
use crate::error::ServeError;

/// The account that hands out coins, if the genesis has it: a demonstration key that anyone has.
const SEED: &str = "commons development";
const LABEL: &str = "faucet";
/// Gas of a gift.
const GAS: u64 = 200_000;

/// The key of the faucet.
pub(crate) fn faucet() -> AccountKey {
    AccountKey::derive(SEED, LABEL)
}

/// What may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Make a block of what waits.
    Block,
    /// Let so much time pass, then make a block.
    Pass(Duration),
    /// Let it be this time in the next block, in nanoseconds since 1970, and make it.
    Reach(u64),
    /// Remember this height.
    Snapshot,
    /// Go back.
    Revert(Back),
    /// Give coins to an address.
    Give {
        /// Who gets them.
        address: String,
        /// How many.
        amount: u128,
        /// Of what.
        denom: String,
    },
}

/// Where to go back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Back {
    /// To what was remembered under this number.
    Snapshot(u64),
    /// To this height.
    Height(u64),
}

/// Does it. The inner error is for the asker alone.
pub(crate) fn fulfil(chain: &mut Chain, wish: Wish) -> Result<Result<Value, String>, ServeError> {
    let chain_id = chain.node.chain_id();
    if !is_development(chain_id) {
        return Ok(Err(format!(
            "{chain_id} is not a chain for development: those have an id that ends in -dev"
        )));
    }
    match wish {
        Wish::Block => block(chain),
        Wish::Pass(time) => {
            chain.clock.advance(time);
            block(chain)
        }
        Wish::Reach(time) => {
            let next = match chain.time() {
                Ok(next) => next,
                Err(reason) => return Ok(Err(reason)),
            };
            let Some(ahead) = time.checked_sub(next) else {
                return Ok(Err(format!(
                    "the next block's time is {next} (nanoseconds since 1970) at least: time only rises"
                )));
            };
            chain.clock.advance(Duration::from_nanos(ahead));
            block(chain)
        }
        Wish::Snapshot => {
            chain.snapshots.push(chain.node.height());
            let height = chain.node.height().to_string();
            Ok(Ok(
                json!({ "snapshot": chain.snapshots.len().to_string(), "height": height }),
            ))
        }
        Wish::Revert(back) => revert(chain, back),
        Wish::Give {
            address,
            amount,
            denom,
        } => give(chain, address, Coin::new(amount, denom)),
    }
}

fn block(chain: &mut Chain) -> Result<Result<Value, String>, ServeError> {
    let block = chain.make_block()?;
    Ok(block.map(|block| {
        json!({
            "height": block.record.height().to_string(),
            "time": block.record.header.time.to_rfc3339(),
            "transactions": block.record.txs.len().to_string(),
        })
    }))
}

/// Goes back, on disk too. The chain first: an index that is ahead of it is made anew when the node starts.
fn revert(chain: &mut Chain, back: Back) -> Result<Result<Value, String>, ServeError> {
    let height = match back {
        Back::Height(0) => return Ok(Err("the first block stays".to_owned())),
        Back::Height(height) => height,
        Back::Snapshot(number) => {
            let place = number.checked_sub(1);
            let place = place.and_then(|place| usize::try_from(place).ok());
            match place.and_then(|place| chain.snapshots.get(place)) {
                Some(height) => *height,
                None => return Ok(Err(format!("there is no snapshot {number}"))),
            }
        }
    };
    match chain.node.rewind(height) {
        Ok(()) => {}
        Err(error) if error.is_fault() => return Err(error.into()),
        Err(error) => return Ok(Err(error.to_string())),
    }
    chain.index.cut(height)?;
    chain.snapshots.retain(|kept| *kept <= height);
    chain.seen.clear();
    chain.clock = BlockClock::after(chain.node.time_nanos());
    chain.publish()?;
    Ok(Ok(json!({ "height": height.to_string() })))
}

fn give(
    chain: &mut Chain,
    address: String,
    coin: Coin,
) -> Result<Result<Value, String>, ServeError> {
    let key = faucet();
    let genesis = chain.node.genesis();
    let (chain_id, prefix) = (genesis.chain_id.clone(), genesis.address_prefix.clone());
    let Some(account) = chain.node.account(&key.address(&prefix))? else {
        return Ok(Err("this chain was started without a faucet".to_owned()));
    };
    // With transactions of the faucet waiting, the sequence would be another; blocks are made at once, so none waits for long.
    let context = SignContext {
        chain_id: &chain_id,
        prefix: &prefix,
        account_number: account.number,
        sequence: account.sequence,
        gas_limit: GAS,
        fee: Vec::new(),
        memo: "faucet",
    };
    let gift = Message::Send {
        to: address,
        amount: vec![coin],
    };
    let tx = sign(&[gift], &key, context);
    // A gift is free on every chain for development.
    chain.node.set_admission(Admission::default());
    let checked = chain.check(tx);
    chain.node.set_admission(chain.admission.clone());
    match checked? {
        Err(reason) => return Ok(Err(reason)),
        Ok(checked) if checked.code != 0 => return Ok(Err(checked.log)),
        Ok(_) => {}
    }
    let block = match chain.make_block()? {
        Ok(block) => block,
        Err(reason) => return Ok(Err(reason)),
    };
    let given = block.results.last();
    match given {
        Some(result) if result.code == 0 => Ok(Ok(json!({
            "height": block.record.height().to_string(),
            "hash": hex::encode_upper(result.hash),
        }))),
        Some(result) => Ok(Err(result.log.clone())),
        None => Ok(Err("the block did not take the gift".to_owned())),
    }
}
