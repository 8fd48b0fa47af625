//! The auditor: believes neither the node nor the contracts. Owns two independent checks of a chain, and never changes what
//! it checks.
//!
//! - [`reference`] re-derives the outcomes of a trust from its messages by a second implementation.

pub mod reference;
