//! How a command's messages become a transaction in a block: who signs, gas by simulation, fee, handing over, waiting. Owns what is
//! said on the way; signs nothing that the messages do not say.

use std::thread::sleep;
use std::time::Duration;

use commons_client::ClientError;
use commons_client::chain::{Account, RemoteChain};
use commons_client::keys::{AccountKey, PublicKey};
use commons_client::network::{GasPrice, parse_coins};
use commons_client::rpc::{Bounds, Broadcast, FoundTx, RpcError};
use commons_client::tx::{Document, Message, SignContext, Tx, tx_hash};
use cosmwasm_std::Coin;

use crate::args::{FeeArgs, NetworkArgs, SendArgs, WaitArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::note;
use crate::passphrase::Wanted;
use crate::{networks, settings};

/// Gas is what a simulation used, times this many tenths: a block later the same call may cost a little more.
const MARGIN_TENTHS: u64 = 13;
/// Between two looks for a transaction.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(50),
    Duration::from_millis(150),
    Duration::from_millis(300),
    Duration::from_secs(1),
];
/// What a node says of a transaction that it has had before.
const HAD_BEFORE: &str = "already exists in cache";
/// The SDK's code for a transaction that waits already.
const WAITS_ALREADY: (&str, u32) = ("sdk", 19);

/// A chain, and the account that sends.
pub struct Sender<'a> {
    /// The chain.
    pub chain: RemoteChain,
    key: AccountKey,
    args: &'a SendArgs,
}

/// A transaction that was handed over.
pub enum Sent {
    /// It is in a block.
    Included(Box<FoundTx>),
    /// Nobody waited for that.
    Waiting {
        /// Its hash.
        hash: String,
    },
}

/// Connects to a network.
pub fn connect(network: &NetworkArgs) -> Result<RemoteChain, Failure> {
    let described = networks::find(&network.network)?;
    Ok(RemoteChain::connect(described.network, Bounds::default())?)
}

impl<'a> Sender<'a> {
    /// Connects, and opens the key. The chain is asked first: without it nobody needs to give a passphrase.
    pub fn open(args: &'a SendArgs) -> Result<Self, Failure> {
        let sealed = settings::keys()?.get(&args.from)?;
        let chain = connect(&args.network)?;
        account(&chain, &sealed.public_key()?)?;
        let file = args.passphrase.passphrase_file.as_deref();
        let passphrase = Wanted::of_key(&args.from, file).get()?;
        Ok(Self {
            chain,
            key: sealed.open(&passphrase)?,
            args,
        })
    }

    /// The sender's address.
    pub fn address(&self) -> String {
        self.key.address(&self.chain.network().prefix)
    }

    /// Sends messages as one transaction and waits until a block has it.
    pub fn send(&self, messages: &[Message]) -> Result<Sent, Failure> {
        let public = self.key.public_key();
        let draft = Draft {
            messages,
            timeout_height: 0,
            fee: &self.args.fee,
        };
        let document = draft.document(&self.chain, &public)?;
        let tx = document.signed(&document.sign(&self.key));
        hand_over(&self.chain, &tx, self.args.wait)
    }

    /// The same, for a command that cannot go on without the result.
    pub fn carry_out(&self, messages: &[Message]) -> Result<FoundTx, Failure> {
        match self.send(messages)? {
            Sent::Included(found) => Ok(*found),
            Sent::Waiting { hash } => Err(Failure::new(
                Exit::Usage,
                "this command has to wait for a block",
                format!("its next step needs the result of transaction {hash}, and --wait is 0"),
                "give --wait SECONDS; the transaction itself was sent",
            )),
        }
    }
}

/// Messages and what is allowed for them, before gas and numbers are known.
pub struct Draft<'a> {
    /// What is done.
    pub messages: &'a [Message],
    /// Refused after this block; 0 for never.
    pub timeout_height: u64,
    /// What is paid.
    pub fee: &'a FeeArgs,
}

impl Draft<'_> {
    /// What `public` signs, by what the chain says of the account and of the gas.
    pub fn document(&self, chain: &RemoteChain, public: &PublicKey) -> Result<Document, Failure> {
        let network = chain.network();
        let account = account(chain, public)?;
        let price = network.gas_price.as_ref();
        // What is wrong with the fee is said before anything is asked.
        fee(self.fee, price, 1)?;
        let tx = Tx::new(self.messages).timeout_height(self.timeout_height);
        let mut context = SignContext {
            chain_id: &network.chain_id,
            prefix: &network.prefix,
            account_number: account.number,
            sequence: account.sequence,
            gas_limit: 0,
            fee: Vec::new(),
            memo: &self.fee.memo,
        };
        context.gas_limit = match self.fee.gas {
            Some(gas) => gas,
            None => {
                let used = simulated(chain, tx.unsigned(public, context.clone()))?;
                // Taking a fee costs gas too: what is simulated must pay one.
                context.fee = fee(self.fee, price, with_margin(used))?;
                let used = match context.fee.is_empty() {
                    true => used,
                    false => simulated(chain, tx.unsigned(public, context.clone()))?,
                };
                let limit = with_margin(used);
                note(&format!(
                    "gas: a simulation used {used}; {limit} are allowed, that times 1.3"
                ));
                limit
            }
        };
        context.fee = fee(self.fee, price, context.gas_limit)?;
        Ok(tx.document(public, context))
    }
}

const fn with_margin(used: u64) -> u64 {
    used.saturating_mul(MARGIN_TENTHS).div_ceil(10)
}

/// Number and sequence of the account of a key.
pub fn account(chain: &RemoteChain, public: &PublicKey) -> Result<Account, Failure> {
    let address = public.address(&chain.network().prefix);
    chain.account(&address)?.ok_or_else(|| {
        Failure::no(
            format!(
                "account {address} does not exist on {}",
                chain.network().chain_id
            ),
            "an account begins with the first coin sent to it, or with the genesis",
            "have some coin sent to it; on a development chain the node's faucet or genesis does",
        )
    })
}

fn simulated(chain: &RemoteChain, tx: Vec<u8>) -> Result<u64, Failure> {
    chain.simulate(tx).map_err(|error| {
        let mut failure = Failure::from(error);
        if failure.exit == Exit::No {
            failure.what = "the transaction would fail".to_owned();
            failure.next =
                "nothing was sent; correct what the reason names. --gas N sends it without trying first"
                    .to_owned();
        }
        failure
    })
}

/// The fee, as asked for or by the network's price.
pub fn fee(args: &FeeArgs, price: Option<&GasPrice>, gas: u64) -> Result<Vec<Coin>, Failure> {
    if let Some(fee) = &args.fee {
        return Ok(parse_coins(fee)?);
    }
    if let Some(price) = &args.gas_price {
        return Ok(GasPrice::parse(price)?.fee(gas)?);
    }
    match price {
        Some(price) => Ok(price.fee(gas)?),
        None => Err(Failure::new(
            Exit::Usage,
            "what gas costs is not known",
            "the network's file names no price under fees.fee_tokens",
            "give --gas-price like 0.025uosmo, or --fee",
        )),
    }
}

/// Hands a signed transaction to the node and waits until a block has it.
pub fn hand_over(chain: &RemoteChain, tx: &[u8], wait: WaitArgs) -> Result<Sent, Failure> {
    let hash = tx_hash(tx);
    let doubt = match chain.broadcast(tx) {
        Ok(answer) => {
            accepted(&answer)?;
            None
        }
        Err(ClientError::Rpc(error @ RpcError::Refused { .. }))
            if !error.to_string().contains(HAD_BEFORE) =>
        {
            return Err(ClientError::Rpc(error).into());
        }
        // The node may have it all the same: only a look for it can say.
        Err(error) => Some(Failure::from(error)),
    };
    if wait.wait == 0 {
        return match doubt {
            Some(failure) => Err(unknown(&hash, &failure.why)),
            None => Ok(Sent::Waiting { hash }),
        };
    }
    note(&format!("sent {hash}; waiting for a block"));
    let mut waited = Duration::ZERO;
    let most = Duration::from_secs(wait.wait.into());
    let mut pauses = PAUSES.into_iter();
    let mut pause = Duration::ZERO;
    while waited < most {
        pause = pauses.next().unwrap_or(pause);
        sleep(pause);
        waited += pause;
        match chain.find(&hash) {
            Ok(Some(found)) => return carried_out(found),
            Ok(None) => {}
            Err(error) => return Err(unknown(&hash, &error.to_string())),
        }
    }
    match doubt {
        Some(failure) => Err(unknown(&hash, &failure.why)),
        None => Err(unknown(
            &hash,
            &format!(
                "the node took it, and no block had it within {} s",
                wait.wait
            ),
        )),
    }
}

/// Whether the node took it.
fn accepted(answer: &Broadcast) -> Result<(), Failure> {
    let waits = (answer.codespace.as_str(), answer.code) == WAITS_ALREADY;
    if answer.code == 0 || waits {
        return Ok(());
    }
    let why = format!("{} ({}/{})", answer.log, answer.codespace, answer.code);
    let next = advice(&answer.codespace, answer.code)
        .unwrap_or("nothing changed; correct what the reason names and send it again");
    Err(Failure::no("the chain refuses the transaction", why, next))
}

/// Whether it did what it should.
fn carried_out(found: FoundTx) -> Result<Sent, Failure> {
    let result = &found.tx_result;
    if result.code == 0 {
        return Ok(Sent::Included(Box::new(found)));
    }
    let why = format!("{} ({}/{})", result.log, result.codespace, result.code);
    let next = advice(&result.codespace, result.code).unwrap_or(
        "fee and sequence are used up, nothing else changed; correct what the reason names and try again",
    );
    let what = format!(
        "transaction {} failed in block {}",
        found.hash, found.height
    );
    Err(Failure::no(what, why, next))
}

/// What helps against the refusals that everyone meets, by the SDK's registered codes.
fn advice(codespace: &str, code: u32) -> Option<&'static str> {
    if codespace != "sdk" {
        return None;
    }
    Some(match code {
        4 => {
            "the signature is not over what the chain expects: key, chain id, account number and sequence must all be this account's here"
        }
        5 => "have coins sent to the account, or lower --fee or --gas-price",
        11 => "it needs more gas than was allowed: give more with --gas",
        13 => "pay more: raise --gas-price or --fee to what the reason requires",
        20 => "the node has too much to do: try again later",
        30 => "the block up to which it was allowed has passed: make it anew",
        32 => {
            "another transaction of this account came first, or one is missing before this: run the command again, it asks for the sequence anew; a file of `tx new` must be made anew"
        }
        _ => return None,
    })
}

/// Nobody knows whether it happened.
fn unknown(hash: &str, why: &str) -> Failure {
    Failure::new(
        Exit::Network,
        format!("whether transaction {hash} is in a block is not known"),
        why.to_owned(),
        format!(
            "look for it with `commons query tx {hash}` before you do it again; the same signed bytes count only once"
        ),
    )
}
