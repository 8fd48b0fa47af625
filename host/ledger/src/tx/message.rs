//! The messages this ledger carries out and what can be said about them without state; it executes none.

use super::label;
use crate::address::Addresses;
use crate::coin;
use crate::error::{Failure, sdk, wasm};
use crate::feegrant::Allowance;
use crate::json;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{MsgMultiSend, MsgSend};
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmos::feegrant::v1beta1::{MsgGrantAllowance, MsgRevokeAllowance};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig, AccessType, MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract,
    MsgInstantiateContract2, MsgMigrateContract, MsgStoreCode, MsgUpdateAdmin,
};
use prost::Message as _;
use std::collections::BTreeSet;

pub(super) const SEND: &str = "/cosmos.bank.v1beta1.MsgSend";
pub(super) const MULTI_SEND: &str = "/cosmos.bank.v1beta1.MsgMultiSend";
pub(super) const GRANT_ALLOWANCE: &str = "/cosmos.feegrant.v1beta1.MsgGrantAllowance";
pub(super) const REVOKE_ALLOWANCE: &str = "/cosmos.feegrant.v1beta1.MsgRevokeAllowance";
pub(super) const STORE_CODE: &str = "/cosmwasm.wasm.v1.MsgStoreCode";
pub(super) const INSTANTIATE: &str = "/cosmwasm.wasm.v1.MsgInstantiateContract";
pub(super) const INSTANTIATE2: &str = "/cosmwasm.wasm.v1.MsgInstantiateContract2";
pub(super) const EXECUTE: &str = "/cosmwasm.wasm.v1.MsgExecuteContract";
pub(super) const MIGRATE: &str = "/cosmwasm.wasm.v1.MsgMigrateContract";
pub(super) const UPDATE_ADMIN: &str = "/cosmwasm.wasm.v1.MsgUpdateAdmin";
pub(super) const CLEAR_ADMIN: &str = "/cosmwasm.wasm.v1.MsgClearAdmin";

const MAX_SALT: usize = 64;
const MAX_ACCESS_ADDRESSES: usize = 50;

/// A message of a transaction or of a contract.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// Moves coins.
    Send(MsgSend),
    /// Moves coins from one to many.
    MultiSend(MsgMultiSend),
    /// Lets another use one's coins for fees.
    GrantAllowance(MsgGrantAllowance),
    /// Ends that.
    RevokeAllowance(MsgRevokeAllowance),
    /// Stores code.
    StoreCode(MsgStoreCode),
    /// Makes a contract at the next address.
    Instantiate(MsgInstantiateContract),
    /// Makes a contract at an address known beforehand.
    Instantiate2(MsgInstantiateContract2),
    /// Calls a contract.
    Execute(MsgExecuteContract),
    /// Gives a contract other code.
    Migrate(MsgMigrateContract),
    /// Gives a contract another admin.
    UpdateAdmin(MsgUpdateAdmin),
    /// Takes a contract's admin away.
    ClearAdmin(MsgClearAdmin),
}

impl Message {
    /// Longest code as it is sent, and after inflation.
    pub(crate) const MAX_CODE: usize = 800 * 1024;

    /// Reads a message of a transaction.
    pub(crate) fn decode(any: &Any) -> Result<Message, String> {
        let bytes = any.value.as_slice();
        let message = match any.type_url.as_str() {
            SEND => MsgSend::decode(bytes).map(Message::Send),
            MULTI_SEND => MsgMultiSend::decode(bytes).map(Message::MultiSend),
            GRANT_ALLOWANCE => MsgGrantAllowance::decode(bytes).map(Message::GrantAllowance),
            REVOKE_ALLOWANCE => MsgRevokeAllowance::decode(bytes).map(Message::RevokeAllowance),
            STORE_CODE => MsgStoreCode::decode(bytes).map(Message::StoreCode),
            INSTANTIATE => MsgInstantiateContract::decode(bytes).map(Message::Instantiate),
            INSTANTIATE2 => MsgInstantiateContract2::decode(bytes).map(Message::Instantiate2),
            EXECUTE => MsgExecuteContract::decode(bytes).map(Message::Execute),
            MIGRATE => MsgMigrateContract::decode(bytes).map(Message::Migrate),
            UPDATE_ADMIN => MsgUpdateAdmin::decode(bytes).map(Message::UpdateAdmin),
            CLEAR_ADMIN => MsgClearAdmin::decode(bytes).map(Message::ClearAdmin),
            url => return Err(format!("unable to resolve type URL {url}")),
        };
        let mut message = message.map_err(|error| error.to_string())?;
        coin::canonicalise(message.coins())?;
        if let Message::GrantAllowance(grant) = &message
            && let Some(allowance) = &grant.allowance
        {
            Allowance::read(allowance)?;
        }
        Ok(message)
    }

    /// The type URL.
    pub(crate) fn type_url(&self) -> &'static str {
        match self {
            Message::Send(_) => SEND,
            Message::MultiSend(_) => MULTI_SEND,
            Message::GrantAllowance(_) => GRANT_ALLOWANCE,
            Message::RevokeAllowance(_) => REVOKE_ALLOWANCE,
            Message::StoreCode(_) => STORE_CODE,
            Message::Instantiate(_) => INSTANTIATE,
            Message::Instantiate2(_) => INSTANTIATE2,
            Message::Execute(_) => EXECUTE,
            Message::Migrate(_) => MIGRATE,
            Message::UpdateAdmin(_) => UPDATE_ADMIN,
            Message::ClearAdmin(_) => CLEAR_ADMIN,
        }
    }

    /// The name of the module that carries the message out.
    pub(crate) fn module(&self) -> &'static str {
        match self {
            Message::Send(_) | Message::MultiSend(_) => "bank",
            Message::GrantAllowance(_) | Message::RevokeAllowance(_) => "feegrant",
            _ => "wasm",
        }
    }

    /// Whose signatures it needs; only a transfer from several has more than one, and is refused later.
    pub(crate) fn signers(&self) -> Vec<&str> {
        let signer = match self {
            Message::Send(message) => &message.from_address,
            Message::MultiSend(message) => {
                let inputs = message.inputs.iter();
                return inputs.map(|input| input.address.as_str()).collect();
            }
            Message::GrantAllowance(message) => &message.granter,
            Message::RevokeAllowance(message) => &message.granter,
            Message::StoreCode(message) => &message.sender,
            Message::Instantiate(message) => &message.sender,
            Message::Instantiate2(message) => &message.sender,
            Message::Execute(message) => &message.sender,
            Message::Migrate(message) => &message.sender,
            Message::UpdateAdmin(message) => &message.sender,
            Message::ClearAdmin(message) => &message.sender,
        };
        vec![signer]
    }

    /// Every coin of it that moves.
    fn coins(&mut self) -> Vec<&mut ProtoCoin> {
        match self {
            Message::Send(message) => message.amount.iter_mut().collect(),
            Message::MultiSend(message) => {
                let inputs = message.inputs.iter_mut().flat_map(|side| &mut side.coins);
                let outputs = message.outputs.iter_mut().flat_map(|side| &mut side.coins);
                inputs.chain(outputs).collect()
            }
            Message::Instantiate(message) => message.funds.iter_mut().collect(),
            Message::Instantiate2(message) => message.funds.iter_mut().collect(),
            Message::Execute(message) => message.funds.iter_mut().collect(),
            _ => Vec::new(),
        }
    }

    /// The type as a real chain names it in errors.
    pub(crate) fn go_type(&self) -> String {
        let name = self.type_url().rsplit('.').next().unwrap_or_default();
        let package = match self {
            Message::GrantAllowance(_) | Message::RevokeAllowance(_) => "feegrant",
            _ => "types",
        };
        format!("*{package}.{name}")
    }

    /// The checks that need no state: wasm messages have them, bank messages are refused in the block.
    pub(crate) fn validate(&self, addresses: &Addresses) -> Result<(), Failure> {
        match self {
            Message::Send(_)
            | Message::MultiSend(_)
            | Message::GrantAllowance(_)
            | Message::RevokeAllowance(_) => Ok(()),
            Message::StoreCode(message) => store_code(message, addresses),
            Message::Instantiate(message) => {
                let admin = &message.admin;
                instantiate(addresses, &message.sender, message.code_id, &message.label)?;
                funds_admin_payload(addresses, &message.funds, admin, &message.msg)
            }
            Message::Instantiate2(message) => {
                let admin = &message.admin;
                instantiate(addresses, &message.sender, message.code_id, &message.label)?;
                funds_admin_payload(addresses, &message.funds, admin, &message.msg)?;
                salt(&message.salt)
            }
            Message::Execute(message) => {
                address(addresses, "sender", &message.sender)?;
                address(addresses, "contract", &message.contract)?;
                funds_admin_payload(addresses, &message.funds, "", &message.msg)
            }
            Message::Migrate(message) => {
                code_id(message.code_id)?;
                address(addresses, "sender", &message.sender)?;
                address(addresses, "contract", &message.contract)?;
                payload(&message.msg)
            }
            Message::UpdateAdmin(message) => {
                address(addresses, "sender", &message.sender)?;
                address(addresses, "contract", &message.contract)?;
                address(addresses, "new admin", &message.new_admin)?;
                if message.sender.eq_ignore_ascii_case(&message.new_admin) {
                    return Err(wasm::INVALID.because("new admin is the same as the old"));
                }
                Ok(())
            }
            Message::ClearAdmin(message) => {
                address(addresses, "sender", &message.sender)?;
                address(addresses, "contract", &message.contract)
            }
        }
    }
}

fn address(addresses: &Addresses, what: &str, text: &str) -> Result<(), Failure> {
    match addresses.read(text) {
        Ok(_) => Ok(()),
        Err(reason) => Err(Failure::untyped(format!("{what}: {reason}"))),
    }
}

fn code_id(id: u64) -> Result<(), Failure> {
    if id == 0 {
        return Err(sdk::INVALID_REQUEST.because("code id is required"));
    }
    Ok(())
}

fn store_code(message: &MsgStoreCode, addresses: &Addresses) -> Result<(), Failure> {
    addresses.read(&message.sender).map_err(Failure::untyped)?;
    let text = match message.wasm_byte_code.len() {
        0 => "code bytes is required: empty".to_owned(),
        length if length > Message::MAX_CODE => {
            format!(
                "code bytes cannot be longer than {} bytes: exceeds limit",
                Message::MAX_CODE
            )
        }
        _ => return access(message.instantiate_permission.as_ref(), addresses),
    };
    Err(sdk::INVALID_REQUEST.because(text))
}

fn access(config: Option<&AccessConfig>, addresses: &Addresses) -> Result<(), Failure> {
    let Some(config) = config else {
        return Ok(());
    };
    let fail = |failure: Failure| Err(failure.wrap("instantiate permission"));
    match AccessType::try_from(config.permission) {
        Ok(AccessType::Nobody | AccessType::Everybody) => Ok(()),
        Ok(AccessType::AnyOfAddresses) => address_list(&config.addresses, addresses)
            .or_else(|failure| fail(failure.wrap("addresses"))),
        Ok(AccessType::Unspecified) => fail(wasm::EMPTY.because("type")),
        Err(_) => fail(wasm::INVALID.because(format!("unknown type: {}", config.permission))),
    }
}

fn address_list(list: &[String], addresses: &Addresses) -> Result<(), Failure> {
    if list.is_empty() {
        return Err(wasm::EMPTY.because("addresses"));
    }
    if list.len() > MAX_ACCESS_ADDRESSES {
        let text = format!("total number of addresses is greater than {MAX_ACCESS_ADDRESSES}");
        return Err(sdk::INVALID_REQUEST.because(text));
    }
    let mut seen = BTreeSet::new();
    for text in list {
        let one = addresses
            .read(text)
            .map_err(|reason| Failure::untyped(format!("address: {text}: {reason}")))?;
        if !seen.insert(one) {
            return Err(wasm::DUPLICATE.because("duplicate addresses"));
        }
    }
    Ok(())
}

fn instantiate(
    addresses: &Addresses,
    sender: &str,
    id: u64,
    label_text: &str,
) -> Result<(), Failure> {
    address(addresses, "sender", sender)?;
    code_id(id)?;
    label::check(label_text).map_err(|failure| failure.wrap("label"))
}

fn funds_admin_payload(
    addresses: &Addresses,
    funds: &[ProtoCoin],
    admin: &str,
    msg: &[u8],
) -> Result<(), Failure> {
    coin::check_proto(funds).map_err(|reason| Failure::untyped(format!("funds: {reason}")))?;
    if !admin.is_empty() {
        address(addresses, "admin", admin)?;
    }
    payload(msg)
}

fn payload(msg: &[u8]) -> Result<(), Failure> {
    if json::is_valid(msg) {
        return Ok(());
    }
    Err(wasm::INVALID.because("payload msg"))
}

fn salt(salt: &[u8]) -> Result<(), Failure> {
    match salt.len() {
        0 => Err(wasm::EMPTY.because("is required").wrap("salt")),
        length if length > MAX_SALT => Err(wasm::LIMIT
            .because(format!("cannot be longer than {MAX_SALT} characters"))
            .wrap("salt")),
        _ => Ok(()),
    }
}
