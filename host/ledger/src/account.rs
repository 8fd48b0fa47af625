//! Accounts: number, sequence and public key of an address; it never checks a signature and moves no coin.

use crate::address::Address;
use crate::error::Stop;
use crate::keys;
use crate::session::{self, Session};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::BaseAccount;
use prost::Message;

/// Type URL of a stored account.
pub(crate) const TYPE_URL: &str = "/cosmos.auth.v1beta1.BaseAccount";

/// Reads a stored account.
pub(crate) fn decode(bytes: &[u8]) -> Result<BaseAccount, crate::Fault> {
    let any: Any = session::message(bytes, "account")?;
    session::message(&any.value, "account")
}

/// The stored form of an account.
pub(crate) fn encode(account: &BaseAccount) -> Vec<u8> {
    Any {
        type_url: TYPE_URL.to_owned(),
        value: account.encode_to_vec(),
    }
    .encode_to_vec()
}

/// The account of an address, if it has one.
pub(crate) fn load(session: &Session, address: &Address) -> Result<Option<BaseAccount>, Stop> {
    match session.read(&keys::account(address))? {
        Some(bytes) => Ok(Some(decode(&bytes)?)),
        None => Ok(None),
    }
}

/// Stores an account.
pub(crate) fn store(
    session: &Session,
    address: &Address,
    account: &BaseAccount,
) -> Result<(), Stop> {
    session.write(keys::account(address), encode(account))
}

/// Opens an account under the next number.
pub(crate) fn open(session: &Session, address: &Address) -> Result<(), Stop> {
    let account = BaseAccount {
        address: session.text(address),
        pub_key: None,
        account_number: session.next_id(keys::next_account_number(), 0)?,
        sequence: 0,
    };
    store(session, address, &account)
}

/// Opens an account unless the address has one.
pub(crate) fn open_if_absent(session: &Session, address: &Address) -> Result<(), Stop> {
    if session.has(&keys::account(address))? {
        return Ok(());
    }
    open(session, address)
}
