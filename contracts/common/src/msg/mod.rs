//! Wire types, one module a contract. Nothing here has behaviour beyond its shape.

pub mod assembly;
pub mod registry;
pub mod roll;
pub mod survey;
pub mod trust;
