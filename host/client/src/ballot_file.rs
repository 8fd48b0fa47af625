//! A ballot file: one signed ballot, as JSON, on its way from the person to whoever relays it. Owns the format; asks
//! no chain. What is relayed are the fields, from which the contract builds the text again; what was signed is the
//! text. [`BallotFile::examine`] says whether both are the same and the signature the person's.

use commons_common::assembly::{Choice, SignedBallot};
use commons_common::id::{PersonId, ProposalId};
use commons_common::signed::BallotText;
use cosmwasm_std::HexBinary;
use serde::{Deserialize, Serialize};

use crate::ballot::sign_ballot;
use crate::error::ClientError;
use crate::keys::{VotingKey, verify};
use crate::mismatch::{Mismatch, explain_mismatch};

/// The format's name and version.
pub const SCHEMA: &str = "commons/ballot/1";

/// A signed ballot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BallotFile {
    /// [`SCHEMA`].
    pub schema: String,
    /// The text that was shown and signed.
    pub text: String,
    /// The poll.
    pub proposal: ProposalId,
    /// Who votes.
    pub person: PersonId,
    /// What they choose.
    pub choice: Choice,
    /// Epoch of the voting key.
    pub key_epoch: u32,
    /// Higher replaces lower within one epoch.
    pub sequence: u32,
    /// The public key that signed, 32 bytes.
    pub voting_key: HexBinary,
    /// ed25519 over `text`, 64 bytes.
    pub signature: HexBinary,
}

/// What a ballot is worth beside the text that a chain expects and the key that its roll holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The chain would find the signature right.
    Good,
    /// Another text was signed; the first line that differs.
    OtherText(Mismatch),
    /// The text is right, and signed by another key than the roll holds for this person.
    OtherKey,
    /// The signature is not the file's own key's over the file's own text: the file was changed or cut.
    Broken,
}

impl BallotFile {
    /// Signs `text` and puts it into a file.
    #[must_use]
    pub fn sign(key: &VotingKey, text: &BallotText<'_>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            text: text.text(),
            proposal: text.proposal,
            person: text.person,
            choice: text.choice,
            key_epoch: text.key_epoch,
            sequence: text.sequence,
            voting_key: HexBinary::from(key.public()),
            signature: sign_ballot(key, text),
        }
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// `BallotMalformed`, `BallotSchema`.
    pub fn parse(json: &str) -> Result<Self, ClientError> {
        let file: Self = serde_json::from_str(json)?;
        if file.schema != SCHEMA {
            return Err(ClientError::BallotSchema {
                found: file.schema,
                expected: SCHEMA,
            });
        }
        Ok(file)
    }

    /// The file's text, ended by a line feed.
    ///
    /// # Errors
    /// `BallotMalformed`; serialisation of plain fields does not fail in practice.
    pub fn to_json(&self) -> Result<String, ClientError> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// What is sent to the assembly.
    #[must_use]
    pub fn relayed(&self) -> SignedBallot {
        SignedBallot {
            person: self.person,
            choice: self.choice,
            key_epoch: self.key_epoch,
            sequence: self.sequence,
            signature: self.signature.clone(),
        }
    }

    /// The text that the assembly at `assembly` on `chain_id` builds from this ballot's fields, for a poll of
    /// `poll_hash`.
    #[must_use]
    pub fn expected_text(
        &self,
        chain_id: &str,
        assembly: &str,
        poll_hash: &commons_common::units::Hash,
    ) -> String {
        BallotText {
            chain_id,
            assembly,
            proposal: self.proposal,
            poll_hash,
            person: self.person,
            choice: self.choice,
            key_epoch: self.key_epoch,
            sequence: self.sequence,
        }
        .text()
    }

    /// Compares with the text that the chain expects and with the key that the roll holds for the person.
    #[must_use]
    pub fn examine(&self, expected: &str, registered_key: &[u8]) -> Finding {
        let own = verify(&self.voting_key, self.text.as_bytes(), &self.signature);
        if let Some(mismatch) = explain_mismatch(expected, &self.text) {
            return match own {
                Ok(()) => Finding::OtherText(mismatch),
                Err(_) => Finding::Broken,
            };
        }
        let registered = verify(registered_key, expected.as_bytes(), &self.signature);
        match (registered, own) {
            (Ok(()), _) => Finding::Good,
            (Err(_), Ok(())) => Finding::OtherKey,
            (Err(_), Err(_)) => Finding::Broken,
        }
    }
}
