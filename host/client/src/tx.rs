//! Transactions: one or more messages to `TxRaw` bytes, signed in SIGN_MODE_DIRECT by one account. Owns the encoding
//! (ADR-027: fields in order, defaults left out); never asks a chain for a number or a sequence.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw, mode_info,
};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2, MsgStoreCode,
};
use cosmwasm_std::Coin;
use prost::{Message as _, Name};

use crate::keys::AccountKey;

/// What a transaction does. The sender is always who signs. Coins must be in the order of their denominations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Moves coins.
    Send {
        /// Address of who gets them.
        to: String,
        /// How many.
        amount: Vec<Coin>,
    },
    /// Stores wasm.
    StoreCode {
        /// The bytes, uncompressed.
        wasm: Vec<u8>,
    },
    /// Makes a contract at an address that the chain numbers.
    Instantiate {
        /// Which code.
        code_id: u64,
        /// What it is called.
        label: String,
        /// JSON for the contract.
        msg: Vec<u8>,
        /// Coins sent along.
        funds: Vec<Coin>,
        /// Who may migrate it; none for our contracts (R37).
        admin: Option<String>,
    },
    /// Makes a contract at an address that follows from code, sender and salt.
    Instantiate2 {
        /// Which code.
        code_id: u64,
        /// What it is called.
        label: String,
        /// JSON for the contract.
        msg: Vec<u8>,
        /// Coins sent along.
        funds: Vec<Coin>,
        /// Who may migrate it; none for our contracts (R37).
        admin: Option<String>,
        /// 1 to 64 bytes.
        salt: Vec<u8>,
    },
    /// Calls a contract.
    Execute {
        /// Its address.
        contract: String,
        /// JSON for the contract.
        msg: Vec<u8>,
        /// Coins sent along.
        funds: Vec<Coin>,
    },
}

/// Who signs for which chain, and what the signer allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignContext<'a> {
    /// Chain id.
    pub chain_id: &'a str,
    /// Prefix of the chain's addresses.
    pub prefix: &'a str,
    /// The account's number on that chain.
    pub account_number: u64,
    /// Transactions the account made there before.
    pub sequence: u64,
    /// Gas at most, in the chain's unit.
    pub gas_limit: u64,
    /// What is paid for it.
    pub fee: Vec<Coin>,
    /// A note for people.
    pub memo: &'a str,
}

/// Messages about to be signed.
#[derive(Clone, Copy, Debug)]
pub struct Tx<'a> {
    messages: &'a [Message],
    timeout_height: u64,
}

/// Signs `messages` as one transaction without a timeout: `TxRaw` bytes.
#[must_use]
pub fn sign(messages: &[Message], key: &AccountKey, context: SignContext<'_>) -> Vec<u8> {
    Tx::new(messages).sign(key, context)
}

impl<'a> Tx<'a> {
    /// A transaction of these messages, in this order, all or nothing.
    #[must_use]
    pub const fn new(messages: &'a [Message]) -> Self {
        Self {
            messages,
            timeout_height: 0,
        }
    }

    /// Refused by the chain in any block above `height`; 0 for no bound.
    #[must_use]
    pub const fn timeout_height(self, height: u64) -> Self {
        Self {
            timeout_height: height,
            ..self
        }
    }

    /// Signs in SIGN_MODE_DIRECT: `TxRaw` bytes. The same input gives the same bytes.
    #[must_use]
    pub fn sign(self, key: &AccountKey, context: SignContext<'_>) -> Vec<u8> {
        let sender = key.address(context.prefix);
        let (chain_id, account_number) = (context.chain_id, context.account_number);
        let body = TxBody {
            messages: self.messages.iter().map(|m| m.encode(&sender)).collect(),
            memo: context.memo.to_owned(),
            timeout_height: self.timeout_height,
            ..TxBody::default()
        };
        let document = SignDoc {
            body_bytes: body.encode_to_vec(),
            auth_info_bytes: auth_info(key, context).encode_to_vec(),
            chain_id: chain_id.to_owned(),
            account_number,
        };
        let signature = key.sign(&document.encode_to_vec());
        TxRaw {
            body_bytes: document.body_bytes,
            auth_info_bytes: document.auth_info_bytes,
            signatures: vec![signature.to_vec()],
        }
        .encode_to_vec()
    }
}

fn auth_info(key: &AccountKey, context: SignContext<'_>) -> AuthInfo {
    let direct = mode_info::Sum::Single(mode_info::Single {
        mode: SignMode::Direct.into(),
    });
    AuthInfo {
        signer_infos: vec![SignerInfo {
            public_key: Some(any(&PubKey { key: key.public() })),
            mode_info: Some(ModeInfo { sum: Some(direct) }),
            sequence: context.sequence,
        }],
        fee: Some(Fee {
            amount: coins(context.fee),
            gas_limit: context.gas_limit,
            ..Fee::default()
        }),
        ..AuthInfo::default()
    }
}

impl Message {
    fn encode(&self, sender: &str) -> Any {
        let sender = sender.to_owned();
        match self.clone() {
            Self::Send { to, amount } => any(&MsgSend {
                from_address: sender,
                to_address: to,
                amount: coins(amount),
            }),
            Self::StoreCode { wasm } => any(&MsgStoreCode {
                sender,
                wasm_byte_code: wasm,
                instantiate_permission: None,
            }),
            Self::Instantiate {
                code_id,
                label,
                msg,
                funds,
                admin,
            } => any(&MsgInstantiateContract {
                sender,
                admin: admin.unwrap_or_default(),
                code_id,
                label,
                msg,
                funds: coins(funds),
            }),
            Self::Instantiate2 {
                code_id,
                label,
                msg,
                funds,
                admin,
                salt,
            } => any(&MsgInstantiateContract2 {
                sender,
                admin: admin.unwrap_or_default(),
                code_id,
                label,
                msg,
                funds: coins(funds),
                salt,
                fix_msg: false,
            }),
            Self::Execute {
                contract,
                msg,
                funds,
            } => any(&MsgExecuteContract {
                sender,
                contract,
                msg,
                funds: coins(funds),
            }),
        }
    }
}

fn any<M: prost::Message + Name>(message: &M) -> Any {
    Any {
        type_url: M::type_url(),
        value: message.encode_to_vec(),
    }
}

fn coins(coins: Vec<Coin>) -> Vec<ProtoCoin> {
    coins
        .into_iter()
        .map(|coin| ProtoCoin {
            amount: coin.amount.to_string(),
            denom: coin.denom,
        })
        .collect()
}
