//! The wasm module: code, contracts, their calls and messages, as wasmd v0.61 defines them; it checks no signature.
//!
//! A message enters through [`crate::route`]; [`entry`] runs a contract, [`response`] takes what it answered, [`dispatch`] carries out its
//! submessages, and [`query`] answers its questions. Every step that may be undone works in a layer of its own.

mod admin;
mod backend;
mod dispatch;
mod entry;
mod execute;
mod foreign;
mod instantiate;
mod migrate;
mod outgoing;
pub(crate) mod query;
mod record;
mod reply;
mod response;
mod store_code;

pub(crate) use admin::{clear_admin, update_admin};
pub(crate) use execute::execute;
pub(crate) use instantiate::{instantiate, instantiate2};
pub(crate) use migrate::migrate;
pub use record::ContractInfo;
pub(crate) use record::{decode_code, decode_contract};
pub(crate) use store_code::store_code;
