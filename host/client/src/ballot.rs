//! Signing the texts that people sign (R49). Owns no format: the texts are those of [`commons_common::signed`].

use commons_common::signed::{BallotText, PossessionText, RotationText};
use cosmwasm_std::HexBinary;

use crate::keys::VotingKey;

/// Signs a ballot: 64 bytes over the very text that is shown.
#[must_use]
pub fn sign_ballot(key: &VotingKey, text: &BallotText<'_>) -> HexBinary {
    signed(key, &text.text())
}

/// Signs a proof of possession, for registration.
#[must_use]
pub fn sign_possession(key: &VotingKey, text: &PossessionText<'_>) -> HexBinary {
    signed(key, &text.text())
}

/// Signs a rotation: once with the current key, once with the new one (R45).
#[must_use]
pub fn sign_rotation(key: &VotingKey, text: &RotationText<'_>) -> HexBinary {
    signed(key, &text.text())
}

fn signed(key: &VotingKey, text: &str) -> HexBinary {
    HexBinary::from(key.sign(text.as_bytes()))
}
