//! The registry: which trusts exist, founded from approved code. A catalogue and a mark, never a key: no trust asks
//! it anything, and it can change none.
//!
//! A founding instantiates every contract of a trust in one transaction, without admin. Addresses follow from code,
//! registry and trust id, so that each contract is born knowing its siblings.

#![deny(clippy::float_arithmetic)]

pub mod contract;
pub mod error;
mod event;
mod execute;
mod founding;
mod query;
mod state;

pub use error::RegistryError;
pub use founding::salt;
