//! Transactions: one or more messages to a document that one account signs in SIGN_MODE_DIRECT, and from there to `TxRaw`
//! bytes. Owns the encoding (ADR-027: fields in order, defaults left out); never asks a chain for a number or a sequence.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw, mode_info,
};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2,
    MsgMigrateContract, MsgStoreCode, MsgUpdateAdmin,
};
use cosmwasm_std::Coin;
use prost::{Message as _, Name};
use sha2::{Digest as _, Sha256};

use crate::error::ClientError;
use crate::keys::{AccountKey, PublicKey};

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
    /// Gives a contract another code; for its admin.
    Migrate {
        /// Its address.
        contract: String,
        /// The new code.
        code_id: u64,
        /// JSON for the new code.
        msg: Vec<u8>,
    },
    /// Gives a contract another admin; for its admin.
    UpdateAdmin {
        /// Its address.
        contract: String,
        /// The new one.
        admin: String,
    },
    /// Takes a contract's admin away, for ever; for its admin.
    ClearAdmin {
        /// Its address.
        contract: String,
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
        let document = self.document(&key.public_key(), context);
        document.signed(&document.sign(key))
    }

    /// What the holder of `public` signs.
    #[must_use]
    pub fn document(self, public: &PublicKey, context: SignContext<'_>) -> Document {
        Document(SignDoc {
            body_bytes: self.body(public, &context).encode_to_vec(),
            chain_id: context.chain_id.to_owned(),
            account_number: context.account_number,
            auth_info_bytes: auth_info(public, SignMode::Direct, context).encode_to_vec(),
        })
    }

    /// What a node simulates: nothing is signed, and no gas is named.
    #[must_use]
    pub fn unsigned(self, public: &PublicKey, context: SignContext<'_>) -> Vec<u8> {
        TxRaw {
            body_bytes: self.body(public, &context).encode_to_vec(),
            auth_info_bytes: auth_info(public, SignMode::Unspecified, context).encode_to_vec(),
            signatures: vec![Vec::new()],
        }
        .encode_to_vec()
    }

    fn body(self, public: &PublicKey, context: &SignContext<'_>) -> TxBody {
        let sender = public.address(context.prefix);
        TxBody {
            messages: self.messages.iter().map(|m| m.encode(&sender)).collect(),
            memo: context.memo.to_owned(),
            timeout_height: self.timeout_height,
            ..TxBody::default()
        }
    }
}

/// A sign document: the very bytes that are signed, and what is sent with the signature.
#[derive(Clone, Debug, PartialEq)]
pub struct Document(SignDoc);

impl Document {
    /// Reads sign bytes; only bytes that would be written again in the same way are one.
    ///
    /// # Errors
    /// `Document`.
    pub fn parse(sign_bytes: &[u8]) -> Result<Self, ClientError> {
        let document = SignDoc::decode(sign_bytes)
            .map_err(|error| ClientError::Document(format!("no sign document: {error}")))?;
        if document.encode_to_vec() != sign_bytes {
            return Err(ClientError::Document(
                "the sign document has fields that this program does not know".to_owned(),
            ));
        }
        Ok(Self(document))
    }

    /// The bytes that are signed.
    #[must_use]
    pub fn sign_bytes(&self) -> Vec<u8> {
        self.0.encode_to_vec()
    }

    /// Chain id that the signature is bound to.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.0.chain_id
    }

    /// The document itself.
    #[must_use]
    pub const fn inner(&self) -> &SignDoc {
        &self.0
    }

    /// The signature of `key`.
    #[must_use]
    pub fn sign(&self, key: &AccountKey) -> [u8; 64] {
        key.sign(&self.sign_bytes())
    }

    /// `TxRaw` bytes with this signature.
    #[must_use]
    pub fn signed(&self, signature: &[u8]) -> Vec<u8> {
        TxRaw {
            body_bytes: self.0.body_bytes.clone(),
            auth_info_bytes: self.0.auth_info_bytes.clone(),
            signatures: vec![signature.to_vec()],
        }
        .encode_to_vec()
    }
}

/// Name of a transaction: SHA-256 of its bytes in upper-case hex.
#[must_use]
pub fn tx_hash(tx: &[u8]) -> String {
    hex::encode_upper(Sha256::digest(tx))
}

fn auth_info(public: &PublicKey, mode: SignMode, context: SignContext<'_>) -> AuthInfo {
    let single = mode_info::Sum::Single(mode_info::Single { mode: mode.into() });
    AuthInfo {
        signer_infos: vec![SignerInfo {
            public_key: Some(any(&PubKey {
                key: public.to_bytes(),
            })),
            mode_info: Some(ModeInfo { sum: Some(single) }),
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
            Self::Migrate {
                contract,
                code_id,
                msg,
            } => any(&MsgMigrateContract {
                sender,
                contract,
                code_id,
                msg,
            }),
            Self::UpdateAdmin { contract, admin } => any(&MsgUpdateAdmin {
                sender,
                new_admin: admin,
                contract,
            }),
            Self::ClearAdmin { contract } => any(&MsgClearAdmin { sender, contract }),
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
