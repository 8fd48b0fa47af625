//! Accounts: number, sequence and public key of an address; it never checks a signature and moves no coin.

use crate::address::Address;
use crate::error::Stop;
use crate::gas;
use crate::keys;
use crate::session::{self, Session};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::{BaseAccount, ModuleAccount};
use prost::Message;

/// Type URL of a stored account.
pub(crate) const TYPE_URL: &str = "/cosmos.auth.v1beta1.BaseAccount";
/// Type URL of the stored account of a module of the chain.
const MODULE: &str = "/cosmos.auth.v1beta1.ModuleAccount";

/// Reads a stored account; of a module's account the part that all accounts have.
pub(crate) fn decode(bytes: &[u8]) -> Result<BaseAccount, crate::Fault> {
    let any: Any = session::message(bytes, "account")?;
    if any.type_url == MODULE {
        let module: ModuleAccount = session::message(&any.value, "account of a module")?;
        return Ok(module.base_account.unwrap_or_default());
    }
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
    charge_index(session, address)?;
    session.write(keys::account(address), encode(account))
}

/// Pays for the index by number: the entry of the account that was there is removed, and written again.
fn charge_index(session: &Session, address: &Address) -> Result<(), Stop> {
    if session.read(&keys::account(address))?.is_some() {
        session.charge(gas::DELETE, "Delete")?;
    }
    session.charge(gas::HAS, "Has")?;
    session.charge_write(gas::ACCOUNT_NUMBER_KEY, address.as_bytes().len())
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

/// A module of the chain that holds coins.
#[derive(Clone, Copy)]
pub(crate) struct Module {
    /// Its name, which makes its address.
    pub(crate) name: &'static str,
    /// What it may do with coins.
    pub(crate) permissions: &'static [&'static str],
    /// Whether real chains open its account in their genesis. Ours opens it when it is first needed, and then at no charge.
    pub(crate) from_genesis: bool,
}

/// The address of a module, whose account is opened if there is none.
pub(crate) fn of_module(session: &Session, module: Module) -> Result<Address, Stop> {
    let address = Address::of_module(module.name);
    let key = keys::account(&address);
    if module.from_genesis && session.peek(&key)?.is_none() {
        let next = session.peek(&keys::next_account_number())?;
        let number = next.map(|bytes| session::number(&bytes, "counter"));
        let number = number.transpose()?.unwrap_or(0);
        let after = number.saturating_add(1).to_be_bytes();
        session.place(keys::next_account_number(), after.to_vec());
        session.place(key.clone(), module.encode(session, &address, number));
    }
    if session.read(&key)?.is_none() {
        let number = session.next_id(keys::next_account_number(), 0)?;
        charge_index(session, &address)?;
        session.write(key, module.encode(session, &address, number))?;
    }
    Ok(address)
}

impl Module {
    fn encode(&self, session: &Session, address: &Address, account_number: u64) -> Vec<u8> {
        let account = ModuleAccount {
            base_account: Some(BaseAccount {
                address: session.text(address),
                pub_key: None,
                account_number,
                sequence: 0,
            }),
            name: self.name.to_owned(),
            permissions: self
                .permissions
                .iter()
                .map(|&text| text.to_owned())
                .collect(),
        };
        Any {
            type_url: MODULE.to_owned(),
            value: account.encode_to_vec(),
        }
        .encode_to_vec()
    }
}
