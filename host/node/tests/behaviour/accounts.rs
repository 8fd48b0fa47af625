//! Builders for tests: accounts that sign, a genesis with them, and a contract that keeps the last message it got.

use std::sync::OnceLock;

use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount, Ledger, LedgerConfig};
use commons_node::{Block, Node};
use commons_vm::{Vm, VmConfig};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw,
};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgStoreCode,
};
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use prost::Message;

use crate::support::{CHAIN, SECOND, START};

pub const PREFIX: &str = "commons";
pub const DENOM: &str = "ucommon";
/// What each account of the genesis holds.
pub const BALANCE: u128 = 1_000_000;

/// One virtual machine for all tests of this process: starting one reserves much address space.
pub fn vm() -> Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| Vm::new(VmConfig::default()).unwrap())
        .clone()
}

/// An account with a key of its own; `number` is also its account number.
pub struct Signing {
    key: SigningKey,
    number: u64,
    pub address: String,
}

pub fn account(number: u8) -> Signing {
    let key = SigningKey::from_slice(&[number + 1; 32]).unwrap();
    let public = key.verifying_key().to_encoded_point(true);
    let ledger = Ledger::new(
        vm(),
        LedgerConfig {
            address_prefix: PREFIX.to_owned(),
        },
    );
    Signing {
        key,
        number: number.into(),
        address: ledger.account_address(public.as_bytes()),
    }
}

/// A genesis with accounts 0 to 2.
pub fn genesis() -> Genesis {
    let balance = vec![Coin::new(BALANCE, DENOM)];
    let accounts = (0..3)
        .map(|n| GenesisAccount {
            address: account(n).address,
            balance: balance.clone(),
        })
        .collect();
    Genesis {
        chain_id: CHAIN.to_owned(),
        time: START,
        address_prefix: PREFIX.to_owned(),
        accounts,
        params: ChainParams::default(),
    }
}

pub fn node() -> Node {
    Node::in_memory(vm(), &genesis()).unwrap()
}

impl Signing {
    /// A signed transaction with one message.
    pub fn tx(&self, sequence: u64, type_url: &str, message: &impl Message) -> Vec<u8> {
        self.tx_for(CHAIN, sequence, type_url, message)
    }

    pub fn tx_for(
        &self,
        chain_id: &str,
        sequence: u64,
        type_url: &str,
        message: &impl Message,
    ) -> Vec<u8> {
        let any = |type_url: &str, value: Vec<u8>| Any {
            type_url: type_url.to_owned(),
            value,
        };
        let body = TxBody {
            messages: vec![any(type_url, message.encode_to_vec())],
            ..TxBody::default()
        };
        let public = self
            .key
            .verifying_key()
            .to_encoded_point(true)
            .as_bytes()
            .to_vec();
        let public = cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey { key: public };
        let signer = SignerInfo {
            public_key: Some(any(
                "/cosmos.crypto.secp256k1.PubKey",
                public.encode_to_vec(),
            )),
            mode_info: Some(ModeInfo {
                sum: Some(Sum::Single(Single { mode: 1 })),
            }),
            sequence,
        };
        let fee = Fee {
            gas_limit: 3_000_000,
            ..Fee::default()
        };
        let auth = AuthInfo {
            signer_infos: vec![signer],
            fee: Some(fee),
            ..AuthInfo::default()
        };
        let (body_bytes, auth_info_bytes) = (body.encode_to_vec(), auth.encode_to_vec());
        let document = SignDoc {
            body_bytes: body_bytes.clone(),
            auth_info_bytes: auth_info_bytes.clone(),
            chain_id: chain_id.to_owned(),
            account_number: self.number,
        };
        let signature: Signature = self.key.sign(&document.encode_to_vec());
        TxRaw {
            body_bytes,
            auth_info_bytes,
            signatures: vec![signature.to_vec()],
        }
        .encode_to_vec()
    }

    /// A transfer to `to`.
    pub fn send(&self, sequence: u64, to: &Signing, amount: u128) -> Vec<u8> {
        self.tx(
            sequence,
            "/cosmos.bank.v1beta1.MsgSend",
            &self.transfer(to, amount),
        )
    }

    pub fn send_for(&self, chain_id: &str, sequence: u64, to: &Signing, amount: u128) -> Vec<u8> {
        let message = self.transfer(to, amount);
        self.tx_for(chain_id, sequence, "/cosmos.bank.v1beta1.MsgSend", &message)
    }

    pub fn transfer(&self, to: &Signing, amount: u128) -> MsgSend {
        let coin = ProtoCoin {
            denom: DENOM.to_owned(),
            amount: amount.to_string(),
        };
        MsgSend {
            from_address: self.address.clone(),
            to_address: to.address.clone(),
            amount: vec![coin],
        }
    }
}

/// Makes a block one second after the last.
pub fn next_block(node: &mut Node) -> Block {
    node.make_block(node.time_nanos() + SECOND).unwrap()
}

/// Stores and instantiates the contract below in two blocks of account 0; returns its address.
pub fn deploy(node: &mut Node) -> String {
    let owner = account(0);
    let store = MsgStoreCode {
        sender: owner.address.clone(),
        wasm_byte_code: contract(),
        ..MsgStoreCode::default()
    };
    node.broadcast(owner.tx(0, "/cosmwasm.wasm.v1.MsgStoreCode", &store))
        .unwrap();
    assert_eq!(log(&next_block(node)), "");
    let instantiate = MsgInstantiateContract {
        sender: owner.address.clone(),
        code_id: 1,
        label: "keeper".to_owned(),
        msg: b"{}".to_vec(),
        ..MsgInstantiateContract::default()
    };
    node.broadcast(owner.tx(1, "/cosmwasm.wasm.v1.MsgInstantiateContract", &instantiate))
        .unwrap();
    let block = next_block(node);
    assert_eq!(log(&block), "");
    node.ledger().classic_address(1, 1)
}

/// An execution of the contract below.
pub fn execute(sender: &Signing, sequence: u64, contract: &str, msg: &str) -> Vec<u8> {
    let message = MsgExecuteContract {
        sender: sender.address.clone(),
        contract: contract.to_owned(),
        msg: msg.as_bytes().to_vec(),
        funds: Vec::new(),
    };
    sender.tx(sequence, "/cosmwasm.wasm.v1.MsgExecuteContract", &message)
}

/// Logs of a block's results, one after another.
pub fn log(block: &Block) -> String {
    block
        .results
        .iter()
        .map(|result| result.log.as_str())
        .collect()
}

/// A contract in a few lines: `execute` writes its message under the key `last`, `query` answers `"kept"`.
fn contract() -> Vec<u8> {
    wat::parse_str(
        r#"(module
          (import "env" "db_write" (func $write (param i32 i32)))
          (memory (export "memory") 2)
          (global $free (mut i32) (i32.const 1024))
          ;; 64: region of the response at 100; 76: region of the query's answer at 200; 88: region of the key at 300
          (data (i32.const 64) "\64\00\00\00\37\00\00\00\37\00\00\00\c8\00\00\00\11\00\00\00\11\00\00\00\2c\01\00\00\04\00\00\00\04\00\00\00")
          (data (i32.const 100) "{\"ok\":{\"messages\":[],\"attributes\":[],\"events\":[]     }}")
          (data (i32.const 200) "{\"ok\":\"ImtlcHQi\"}")
          (data (i32.const 300) "last")
          (func (export "interface_version_8"))
          (func (export "allocate") (param $size i32) (result i32) (local $region i32)
            (local.set $region (global.get $free))
            (i32.store (local.get $region) (i32.add (local.get $region) (i32.const 12)))
            (i32.store offset=4 (local.get $region) (local.get $size))
            (i32.store offset=8 (local.get $region) (i32.const 0))
            (global.set $free (i32.add (global.get $free) (i32.add (local.get $size) (i32.const 16))))
            (local.get $region))
          (func (export "deallocate") (param i32))
          (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 64))
          (func (export "execute") (param i32 i32 i32) (result i32)
            (call $write (i32.const 88) (local.get 2))
            (i32.const 64))
          (func (export "query") (param i32 i32) (result i32) (i32.const 76)))"#,
    )
    .unwrap()
}
