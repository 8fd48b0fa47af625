//! A light client: from a header that a person trusts to the header that is needed, by the validators' signatures alone, and from
//! there to a value. Owns what is asked of the node and in which order; every header passes `tendermint-light-client-verifier`, every
//! value a proof. A node can refuse, but not deceive: the worst it can do is to give no answer.

use std::thread::sleep;
use std::time::Duration;

use bech32::Bech32;
use bech32::primitives::decode::CheckedHrpstring;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tendermint::block::Header;
use tendermint::block::signed_header::SignedHeader;
use tendermint::{Time, account, validator};
use tendermint_light_client_verifier::options::Options;
use tendermint_light_client_verifier::types::{TrustedBlockState, UntrustedBlockState};
use tendermint_light_client_verifier::{ProdVerifier, Verdict, Verifier as _};

use crate::chain::{RemoteChain, answered};
use crate::error::ClientError;
use crate::proof::{Claim, check};
use crate::rpc::RpcError;

/// A header's clock may be ahead of ours by this much.
const DRIFT: Duration = Duration::from_secs(10);
/// Validators are told in pages of 100; the largest sets of today have 200.
const PAGES: u32 = 20;
/// Headers between the trusted one and the one that is needed, at most.
const STEPS: u32 = 1_000;
/// Looks for the header above an answer, and the time between two: a block takes some seconds.
const LOOKS: u32 = 40;
const PAUSE: Duration = Duration::from_millis(500);
/// Prefix of contracts' storage in the store of the wasm module.
const CONTRACT_STORE: u8 = 3;

/// A header that a person trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedHeader {
    /// Its height.
    pub height: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl TrustedHeader {
    /// Reads `HEIGHT:HASH`; none if it is not written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (height, hash) = text.split_once(':')?;
        let height: u64 = height.parse().ok().filter(|height| *height > 0)?;
        let hash = hex::decode(hash).ok()?.try_into().ok()?;
        Some(Self { height, hash })
    }
}

/// A value, or that there is none, as headers prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The value; none where nothing stands under the key.
    pub value: Option<Vec<u8>>,
    /// It holds after this block.
    pub height: u64,
    /// Hash of the header that proves it, which is of the block after.
    pub header_hash: Vec<u8>,
    /// Headers that were checked on the way.
    pub steps: u32,
}

/// See the module.
pub struct Light<'a> {
    chain: &'a RemoteChain,
    options: Options,
    now: Time,
    /// The last header that is trusted.
    header: Header,
    /// Who signs after it, once that was asked.
    next: Option<validator::Set>,
    steps: u32,
}

impl<'a> Light<'a> {
    /// Begins at a header that is trusted, for `period` from its time on. `now` is counted from 1970.
    ///
    /// # Errors
    /// `Rpc`; `Unproven` when the node has another header at that height.
    pub fn begin(
        chain: &'a RemoteChain,
        trusted: &TrustedHeader,
        period: Duration,
        now: Duration,
    ) -> Result<Self, ClientError> {
        let header = signed_header(chain, trusted.height)?.header;
        if header.hash().as_bytes() != trusted.hash {
            return Err(unproven(format!(
                "the node's header of block {} has the hash {}, not the trusted one: node or trusted hash is of another chain, or one of them lies",
                trusted.height,
                header.hash()
            )));
        }
        if header.chain_id.as_str() != chain.network().chain_id {
            return Err(unproven(format!(
                "the trusted header is of chain {}",
                header.chain_id
            )));
        }
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let now = Time::from_unix_timestamp(seconds, now.subsec_nanos())
            .map_err(|error| unproven(format!("this machine's clock cannot be used: {error}")))?;
        Ok(Self {
            chain,
            options: Options {
                trust_threshold: tendermint::trust_threshold::TrustThresholdFraction::ONE_THIRD,
                trusting_period: period,
                clock_drift: DRIFT,
            },
            now,
            header,
            next: None,
            steps: 0,
        })
    }

    /// One value of a contract's storage after block `height`, or after the last if that is 0.
    ///
    /// # Errors
    /// `Rpc`, `Query`, and `Unproven` with what does not hold.
    pub fn raw(&mut self, contract: &str, key: &[u8], height: u64) -> Result<Proven, ClientError> {
        let address = self.address(contract)?;
        let key = [&[CONTRACT_STORE][..], &address, key].concat();
        let rpc = self.chain.rpc();
        let answer = answered(rpc.abci_query("/store/wasm/key", &key, height, true)?)?;
        if answer.height == 0 || (height > 0 && answer.height != height) {
            return Err(unproven(format!(
                "the node answers for block {} instead of {height}",
                answer.height
            )));
        }
        self.advance(answer.height.saturating_add(1))?;
        let value = Some(answer.value).filter(|value| !value.is_empty());
        let claim = Claim {
            store: "wasm",
            key: &key,
            value: value.as_deref(),
        };
        let ops = answer.proof.map(|proof| proof.ops).unwrap_or_default();
        check(claim, &ops, self.header.app_hash.as_bytes())?;
        Ok(Proven {
            value,
            height: answer.height,
            header_hash: self.header.hash().as_bytes().to_vec(),
            steps: self.steps,
        })
    }

    /// Trusts the header of `target` if the validators' signatures lead there: at once where enough of those that are trusted
    /// signed it, else over a header half-way.
    fn advance(&mut self, target: u64) -> Result<(), ClientError> {
        if target < self.header.height.value() {
            return Err(unproven(format!(
                "what is asked for needs the header of block {target}, which is before the trusted one, {}",
                self.header.height
            )));
        }
        self.wait_for(target)?;
        while self.header.height.value() < target {
            let mut next = target;
            while !self.step(next)? {
                let trusted = self.header.height.value();
                if next <= trusted.saturating_add(1) {
                    return Err(unproven(format!(
                        "too few of the validators that are trusted signed block {next}"
                    )));
                }
                next = trusted + (next - trusted) / 2;
            }
        }
        Ok(())
    }

    /// Tries one header. Whether enough of the trusted validators signed it.
    fn step(&mut self, height: u64) -> Result<bool, ClientError> {
        self.steps = self.steps.saturating_add(1);
        if self.steps > STEPS {
            return Err(unproven(format!("more than {STEPS} headers were needed")));
        }
        let signed_header = signed_header(self.chain, height)?;
        if signed_header.header.height.value() != height {
            return Err(unproven(format!(
                "the node gives another header than that of block {height}"
            )));
        }
        let validators = validators(self.chain, height)?;
        let next = match self.next.take() {
            Some(next) => next,
            None => self.next_validators()?,
        };
        let untrusted = UntrustedBlockState {
            signed_header: &signed_header,
            validators: &validators,
            next_validators: None,
        };
        let trusted = TrustedBlockState {
            chain_id: &self.header.chain_id,
            header_time: self.header.time,
            height: self.header.height,
            next_validators: &next,
            next_validators_hash: self.header.next_validators_hash,
        };
        let verdict = ProdVerifier::default().verify_update_header(
            untrusted,
            trusted,
            &self.options,
            self.now,
        );
        match verdict {
            Verdict::Success => {
                self.header = signed_header.header;
                self.next = None;
                Ok(true)
            }
            Verdict::NotEnoughTrust(_) => {
                self.next = Some(next);
                Ok(false)
            }
            Verdict::Invalid(why) => Err(unproven(format!(
                "the header of block {height} is refused: {}",
                shortened(&why.to_string())
            ))),
        }
    }

    /// Who signs after the trusted header, as that header itself says.
    fn next_validators(&self) -> Result<validator::Set, ClientError> {
        let height = self.header.height.value().saturating_add(1);
        let next = validators(self.chain, height)?;
        if next.hash() == self.header.next_validators_hash {
            return Ok(next);
        }
        Err(unproven(format!(
            "the node's validators of block {height} are not those that the trusted header names"
        )))
    }

    /// The header above an answer comes with the next block.
    fn wait_for(&self, height: u64) -> Result<(), ClientError> {
        for look in 1.. {
            match self.chain.rpc().status() {
                Ok(status) if status.sync_info.latest_block_height >= height => break,
                Ok(_) if look < LOOKS => sleep(PAUSE),
                Ok(status) => {
                    return Err(unproven(format!(
                        "the answer needs the header of block {height}, and the chain stands at {}",
                        status.sync_info.latest_block_height
                    )));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The bytes of a contract's address on this chain.
    fn address(&self, text: &str) -> Result<Vec<u8>, ClientError> {
        let prefix = &self.chain.network().prefix;
        let checked = CheckedHrpstring::new::<Bech32>(text)
            .ok()
            .filter(|checked| checked.hrp().as_str() == prefix)
            .ok_or_else(|| ClientError::Address {
                text: text.to_owned(),
                prefix: prefix.clone(),
            })?;
        Ok(checked.byte_iter().collect())
    }
}

fn signed_header(chain: &RemoteChain, height: u64) -> Result<SignedHeader, ClientError> {
    let answer = chain.rpc().commit(height)?;
    field(&answer, "commit", "signed_header")
}

/// The validators of a block. Their addresses are computed, not believed: the hash of a set does not hold them.
fn validators(chain: &RemoteChain, height: u64) -> Result<validator::Set, ClientError> {
    let mut all: Vec<validator::Info> = Vec::new();
    for page in 1..=PAGES {
        let answer = chain.rpc().validators(height, page)?;
        let some: Vec<validator::Info> = field(&answer, "validators", "validators")?;
        let total: String = field(&answer, "validators", "total")?;
        let got_none = some.is_empty();
        all.extend(some);
        if got_none || total.parse() == Ok(all.len()) {
            break;
        }
    }
    let mut power: u64 = 0;
    for info in &all {
        if info.address != account::Id::from(info.pub_key) {
            return Err(unproven(
                "a validator's address is not its key's".to_owned(),
            ));
        }
        power = power.saturating_add(info.power.value());
    }
    // The library would end the process.
    if power > validator::Set::MAX_TOTAL_VOTING_POWER {
        return Err(unproven(
            "the validators' power is more than a chain allows".to_owned(),
        ));
    }
    Ok(validator::Set::without_proposer(all))
}

fn field<T: DeserializeOwned>(
    answer: &Value,
    method: &'static str,
    name: &str,
) -> Result<T, ClientError> {
    let value = answer.get(name).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|error| {
        ClientError::Rpc(RpcError::Malformed {
            endpoint: "the node".to_owned(),
            method,
            why: format!("{name}: {error}"),
        })
    })
}

/// Some reasons print whole signatures.
fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

fn unproven(why: String) -> ClientError {
    ClientError::Unproven(why)
}
