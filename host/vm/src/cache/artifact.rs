//! Owns the form of a file of machine code: a header that names what it is, a hash over all of it, the code. It must never give
//! out code whose hash or name does not agree.

use sha2::{Digest, Sha256};

use super::key::Environment;
use crate::checksum::Checksum;

const MAGIC: [u8; 16] = *b"commons module 1";
/// Magic, environment, checksum of the wasm, hash.
const HEADER_BYTES: usize = 16 + 3 * 32;

/// What a file must be to be used: made in this environment from this contract.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub(super) environment: Environment,
    pub(super) checksum: Checksum,
}

/// Machine code that was in a file as this program wrote it.
pub(super) struct Artifact {
    file: Vec<u8>,
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub(super) enum Doubt {
    #[error("it is shorter than a header")]
    Short,
    #[error("it does not begin as a file of machine code")]
    Magic,
    #[error("it belongs to another compiler, meter or contract")]
    OtherName,
    #[error("its content does not agree with its hash")]
    Hash,
    #[error("it is longer than {0} bytes")]
    Long(u64),
    #[error("it is not a file")]
    NoFile,
    #[error("{0}")]
    NotOurs(String),
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    #[error("the engine refuses it: {0}")]
    Engine(String),
}

/// The header of a file that holds this code.
pub(super) fn header(name: &Name, code: &[u8]) -> Vec<u8> {
    let mut header = Vec::with_capacity(HEADER_BYTES);
    header.extend_from_slice(&MAGIC);
    header.extend_from_slice(&name.environment.0);
    header.extend_from_slice(&name.checksum.0);
    header.extend_from_slice(&hash(name, code));
    header
}

impl Artifact {
    /// Takes a file if it is what the name says and nothing in it has changed.
    pub(super) fn open(name: &Name, file: Vec<u8>) -> Result<Self, Doubt> {
        let (magic, rest) = file.split_first_chunk::<16>().ok_or(Doubt::Short)?;
        let (environment, rest) = rest.split_first_chunk::<32>().ok_or(Doubt::Short)?;
        let (checksum, rest) = rest.split_first_chunk::<32>().ok_or(Doubt::Short)?;
        let (expected, code) = rest.split_first_chunk::<32>().ok_or(Doubt::Short)?;
        if *magic != MAGIC {
            return Err(Doubt::Magic);
        }
        if (*environment, *checksum) != (name.environment.0, name.checksum.0) {
            return Err(Doubt::OtherName);
        }
        if *expected != hash(name, code) {
            return Err(Doubt::Hash);
        }
        Ok(Self { file })
    }

    pub(super) fn code(&self) -> &[u8] {
        self.file.get(HEADER_BYTES..).unwrap_or_default()
    }
}

/// The name is hashed with the code: a file under another's name does not agree, even if its header is changed too.
fn hash(name: &Name, code: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(MAGIC);
    hash.update(name.environment.0);
    hash.update(name.checksum.0);
    hash.update(code);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const CODE: &[u8] = b"machine code";

    fn name(environment: u8, checksum: u8) -> Name {
        Name {
            environment: Environment([environment; 32]),
            checksum: Checksum([checksum; 32]),
        }
    }

    fn file(name: &Name) -> Vec<u8> {
        [header(name, CODE), CODE.to_vec()].concat()
    }

    #[test]
    fn a_file_gives_back_the_code() {
        let artifact = Artifact::open(&name(1, 2), file(&name(1, 2))).unwrap();
        assert_eq!(artifact.code(), CODE);
        assert_eq!(header(&name(1, 2), CODE).len(), HEADER_BYTES);
    }

    /// W18: every bit and every length matters.
    #[test]
    fn w18_a_changed_file_is_doubted() {
        let good = file(&name(1, 2));
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Artifact::open(&name(1, 2), bad).is_err(), "bit {bit}");
        }
        for length in 0..good.len() {
            let short = good[..length].to_vec();
            assert!(Artifact::open(&name(1, 2), short).is_err(), "{length}");
        }
        let long = [good, vec![0]].concat();
        assert!(matches!(
            Artifact::open(&name(1, 2), long),
            Err(Doubt::Hash)
        ));
    }

    /// W18: a whole file under the wrong name, with its own header or with the one expected.
    #[test]
    fn w18_a_file_of_another_name_is_doubted() {
        for other in [name(1, 3), name(9, 2)] {
            let swapped = Artifact::open(&name(1, 2), file(&other));
            assert!(matches!(swapped, Err(Doubt::OtherName)));
            let mut forged = file(&other);
            forged[..80].copy_from_slice(&file(&name(1, 2))[..80]);
            let forged = Artifact::open(&name(1, 2), forged);
            assert!(matches!(forged, Err(Doubt::Hash)));
        }
    }
}
