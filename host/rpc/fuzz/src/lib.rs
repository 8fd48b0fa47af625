//! The chain that the targets of this workspace work on: one account with coins, no contract, no sockets that matter. It owns no rule.

use std::net::SocketAddr;

use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, sign};
use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount};
use commons_node::{Vm, VmConfig};
use commons_rpc::{BlockTime, Config, Handle, Place};
use cosmwasm_std::Coin as StdCoin;

/// Id of the chain.
pub const CHAIN: &str = "fuzz-1";
/// Prefix of its addresses.
pub const PREFIX: &str = "wasm";

/// The account that has coins.
#[must_use]
pub fn key() -> AccountKey {
    AccountKey::derive("fuzz", "anna")
}

/// The beginning of the chain.
#[must_use]
pub fn genesis() -> Genesis {
    Genesis {
        chain_id: CHAIN.to_owned(),
        time: 1_700_000_000_000_000_000,
        address_prefix: PREFIX.to_owned(),
        accounts: vec![GenesisAccount {
            address: key().address(PREFIX),
            balance: vec![Coin::new(1_000_000, "ustake")],
        }],
        params: ChainParams::default(),
    }
}

/// A machine for contracts.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn vm() -> Vm {
    Vm::new(VmConfig::default()).expect("a machine")
}

/// A good transaction of another sequence, which no chain takes.
#[must_use]
pub fn transaction(messages: &[Message]) -> Vec<u8> {
    let context = SignContext {
        chain_id: CHAIN,
        prefix: PREFIX,
        account_number: 0,
        sequence: 7,
        gas_limit: 1_000_000,
        fee: vec![StdCoin::new(1u128, "ustake")],
        memo: "a memo",
    };
    sign(messages, &key(), context)
}

/// One transaction of each kind that the chain has a word for.
#[must_use]
pub fn examples() -> Vec<(&'static str, Vec<u8>)> {
    let to = AccountKey::derive("fuzz", "bert").address(PREFIX);
    let coins = vec![StdCoin::new(5u128, "ustake")];
    let msg = b"{\"a\":[1,null,\"b\"]}".to_vec();
    let (label, admin) = ("label".to_owned(), Some(to.clone()));
    let of = |message| transaction(&[message]);
    vec![
        (
            "send",
            of(Message::Send {
                to: to.clone(),
                amount: coins.clone(),
            }),
        ),
        (
            "store",
            of(Message::StoreCode {
                wasm: b"\0asm\x01\0\0\0".to_vec(),
            }),
        ),
        (
            "instantiate",
            of(Message::Instantiate {
                code_id: 1,
                label: label.clone(),
                msg: msg.clone(),
                funds: coins.clone(),
                admin: admin.clone(),
            }),
        ),
        (
            "instantiate2",
            of(Message::Instantiate2 {
                code_id: 1,
                label,
                msg: msg.clone(),
                funds: coins.clone(),
                admin,
                salt: vec![1, 2],
            }),
        ),
        (
            "execute",
            of(Message::Execute {
                contract: to.clone(),
                msg: msg.clone(),
                funds: coins,
            }),
        ),
        (
            "migrate",
            of(Message::Migrate {
                contract: to,
                code_id: 2,
                msg,
            }),
        ),
    ]
}

/// A served chain in memory, asked in this process.
///
/// # Panics
/// If it does not start.
#[must_use]
pub fn served() -> Handle {
    let anywhere: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    commons_rpc::spawn(Config {
        vm: vm(),
        place: Place::Memory,
        genesis: Some(genesis()),
        validator_key: None,
        block_time: BlockTime::Instant,
        rpc: anywhere,
        grpc: None,
        rest: None,
        minimum_gas_prices: Vec::new(),
        moniker: "fuzz".to_owned(),
    })
    .expect("a chain")
}
