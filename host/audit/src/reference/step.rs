//! What the second reader is told: what a chain did to contracts, in order. Owns the shape only.

use cosmwasm_std::Coin;

/// One thing that happened to a contract, in the order in which the chain did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A message that a contract executed with success, and whose effects stayed.
    Call(Call),
    /// Coins that the bank moved without a message to the receiver (R8).
    Transfer {
        /// The receiver.
        to: String,
        /// What came.
        coins: Vec<Coin>,
    },
}

/// A message that a contract executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Address of the contract.
    pub contract: String,
    /// Which entry point.
    pub entry: Entry,
    /// Who sent it: an account or a contract.
    pub sender: String,
    /// Coins that came with it.
    pub funds: Vec<Coin>,
    /// The message as sent.
    pub msg: Vec<u8>,
    /// Height of the block.
    pub height: u64,
    /// Time of the block in seconds, its fraction cut off.
    pub time: u64,
    /// Index of the transaction in the block.
    pub transaction: u32,
}

/// Entry points that are journalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The first message of a contract.
    Instantiate,
    /// Any later one.
    Execute,
}
