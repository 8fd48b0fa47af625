//! Owns the validator's secret key while a chain runs, and signs with it: never two blocks of one height, if the key has a
//! file. It never shows the key.

use std::fmt;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256};
use tendermint::block::{self, Commit, Header};

use crate::genesis::is_development;
use crate::guard::{Guard, Proposal, SignError};
use crate::key_file;
use crate::validator::Validator;
use crate::vote;

/// What the seed of the development key is the SHA-256 of.
const DEVELOPMENT_SEED: &[u8] = b"commons development validator";

/// A validator's key, with the memory of what it signed last if it is kept in a file.
pub struct Signer {
    key: SigningKey,
    validator: Validator,
    guard: Option<Guard>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.validator.address())
    }
}

impl Signer {
    /// The key that everybody has. Nothing remembers what it signs: no memory would bind the others.
    #[must_use]
    pub fn development() -> Self {
        let seed: [u8; 32] = Sha256::digest(DEVELOPMENT_SEED).into();
        Self {
            key: SigningKey::from_bytes(&seed),
            validator: Validator::development(),
            guard: None,
        }
    }

    /// A key without memory, for a chain in memory: what it signs is gone when the process is.
    ///
    /// # Errors
    /// [`SignError::Seed`] if no public key belongs to the seed.
    pub fn in_memory(seed: &[u8; 32]) -> Result<Self, SignError> {
        let key = SigningKey::from_bytes(seed);
        let validator = Validator::new(key.verifying_key().to_bytes()).ok_or(SignError::Seed)?;
        Ok(Self {
            key,
            validator,
            guard: None,
        })
    }

    /// A new key in a new file, which [`Signer::open`] reads and CometBFT too. The seed is the secret: 32 bytes that nobody can
    /// guess.
    ///
    /// # Errors
    /// [`SignError::Io`] if there is such a file already, or it cannot be written.
    pub fn create(key_file: &Path, seed: &[u8; 32]) -> Result<Self, SignError> {
        key_file::write(key_file, seed)?;
        Self::open(key_file)
    }

    /// The key in a file as CometBFT writes it (`priv_validator_key.json`), which nobody but its owner may read. What was
    /// signed last is in a file beside it (`priv_validator_state.json`, made if absent); both are this process's alone
    /// until the signer is dropped.
    ///
    /// # Errors
    /// [`SignError`] says which file is wrong and why.
    pub fn open(key_file: &Path) -> Result<Self, SignError> {
        let seed = key_file::read(key_file)?;
        Ok(Self {
            guard: Some(Guard::open(key_file)?),
            ..Self::in_memory(&seed)?
        })
    }

    /// Whose key it is.
    #[must_use]
    pub fn validator(&self) -> &Validator {
        &self.validator
    }

    /// Signs a block. With a memory, the block is remembered durably before the signature is handed out, together with
    /// `txs`, so that it can be made again if it is lost on the way into the store.
    pub(crate) fn sign(
        &mut self,
        header: &Header,
        id: block::Id,
        txs: &[Vec<u8>],
    ) -> Result<Commit, SignError> {
        let bytes = vote::sign_bytes(header, id);
        let signature = self.key.sign(&bytes).to_bytes();
        if let Some(guard) = &mut self.guard {
            if !is_development(header.chain_id.as_str()) {
                guard.never_rewound()?;
            }
            let proposal = Proposal::new(header, txs);
            guard.pass(header.height.value(), &bytes, &signature, proposal)?;
        }
        Ok(vote::commit(header, id, signature))
    }

    /// Signs a block and remembers nothing: for whoever falsifies a chain of the development key.
    pub(crate) fn commit(&self, header: &Header, id: block::Id) -> Commit {
        let signature = self.key.sign(&vote::sign_bytes(header, id));
        vote::commit(header, id, signature.to_bytes())
    }

    /// Signs the text of a receipt, which is no vote: its memory has nothing to guard there.
    pub(crate) fn sign_receipt(&self, text: &[u8]) -> [u8; 64] {
        self.key.sign(text).to_bytes()
    }

    /// Refuses a key that has signed a block of some chain: its memory knows heights, not chains.
    pub(crate) fn is_unused(&self) -> Result<(), SignError> {
        self.guard.as_ref().map_or(Ok(()), Guard::is_unused)
    }

    /// Forgets what was signed above the block that a chain for development is taken back to.
    pub(crate) fn rewind(
        &mut self,
        height: u64,
        last: Option<(&Header, block::Id)>,
    ) -> Result<(), SignError> {
        let Some(guard) = &mut self.guard else {
            return Ok(());
        };
        let bytes = last.map(|(header, id)| vote::sign_bytes(header, id));
        guard.rewind(height, bytes.as_deref())
    }

    /// Holds the memory against the last block of a chain that is opened; answers the next block if it was signed already.
    pub(crate) fn resume(
        &mut self,
        height: u64,
        last: Option<(&Header, block::Id)>,
    ) -> Result<Option<Proposal>, SignError> {
        let Some(guard) = &mut self.guard else {
            return Ok(None);
        };
        let bytes = last.map(|(header, id)| vote::sign_bytes(header, id));
        guard.resume(height, bytes.as_deref())
    }
}
