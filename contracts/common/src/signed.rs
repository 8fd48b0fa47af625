//! The texts that people sign with their ed25519 voting key (R49): plain UTF-8, every line ended by `\n`, nothing
//! else, so that any ed25519 tool can make or check a signature. Each kind has a first line of its own and names chain
//! and contract, so that no signature serves twice. Builds texts only; verifies nothing.

use cosmwasm_std::HexBinary;

use crate::assembly::Choice;
use crate::id::{PersonId, ProposalId};
use crate::units::Hash;

/// Bytes of any signed text at most (R49).
pub const MAX_TEXT: usize = 512;

/// What a ballot says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BallotText<'a> {
    /// Chain id.
    pub chain_id: &'a str,
    /// Address of the assembly.
    pub assembly: &'a str,
    /// The proposal that is polled.
    pub proposal: ProposalId,
    /// The poll's hash: act, electorate, window and journal head at creation.
    pub poll_hash: &'a Hash,
    /// Who votes.
    pub person: PersonId,
    /// What they choose.
    pub choice: Choice,
    /// How often the person's voting key was rotated before.
    pub key_epoch: u32,
    /// Higher replaces lower within one epoch.
    pub sequence: u32,
}

impl BallotText<'_> {
    /// The bytes to sign.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "commons ballot 1\nchain: {}\nassembly: {}\npoll: proposal {}\npoll-hash: {}\nperson: {}\nchoice: {}\nkey-epoch: {}\nsequence: {}\n",
            self.chain_id,
            self.assembly,
            self.proposal,
            self.poll_hash,
            self.person,
            self.choice,
            self.key_epoch,
            self.sequence
        )
    }
}

/// Proof that who is admitted holds the voting key: signed with that key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PossessionText<'a> {
    /// Chain id.
    pub chain_id: &'a str,
    /// Address of the roll.
    pub roll: &'a str,
    /// The person's nullifier: unique for ever, so the text serves once.
    pub nullifier: &'a Hash,
    /// The account to be registered, or none.
    pub account: Option<&'a str>,
    /// Index of the class.
    pub class: u8,
    /// The voting key, 32 bytes.
    pub voting_key: &'a HexBinary,
}

impl PossessionText<'_> {
    /// The bytes to sign.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "commons possession 1\nchain: {}\nroll: {}\nnullifier: {}\naccount: {}\nclass: {}\nvoting-key: {}\n",
            self.chain_id,
            self.roll,
            self.nullifier,
            self.account.unwrap_or("none"),
            self.class,
            self.voting_key
        )
    }
}

/// A change of voting key (R45): signed with the current key and with the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RotationText<'a> {
    /// Chain id.
    pub chain_id: &'a str,
    /// Address of the roll.
    pub roll: &'a str,
    /// Whose key.
    pub person: PersonId,
    /// The new voting key, 32 bytes.
    pub new_key: &'a HexBinary,
    /// The epoch that the new key begins: the current one plus 1, so the text serves once.
    pub key_epoch: u32,
}

impl RotationText<'_> {
    /// The bytes to sign.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "commons rotation 1\nchain: {}\nroll: {}\nperson: {}\nnew-key: {}\nkey-epoch: {}\n",
            self.chain_id, self.roll, self.person, self.new_key, self.key_epoch
        )
    }
}
