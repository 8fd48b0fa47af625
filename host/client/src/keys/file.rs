//! Key files: mode 0600. Owns the permission check; never overwrites a file and leaves no copy of a secret in memory.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use crate::error::ClientError;

/// Rights of group and others.
const OTHERS: u32 = 0o077;
/// 64 hex digits and a line feed; one byte more is read, to see that nothing follows.
const LENGTH: usize = 65;

fn at(path: &Path) -> impl Fn(std::io::Error) -> ClientError + '_ {
    |source| ClientError::File {
        path: path.to_owned(),
        source,
    }
}

/// Reads a file that only its owner may read, up to `bound` bytes; longer ones are refused. The rights are those of the
/// opened file, so that nothing can be swapped between the check and the read. For passphrases, words and keys.
///
/// # Errors
/// `File`, `KeyExposed` if group or others have any right to it, `KeyMalformed` if it is longer.
pub fn read_private(path: &Path, bound: usize) -> Result<Zeroizing<Vec<u8>>, ClientError> {
    let file = File::open(path).map_err(at(path))?;
    let mode = file.metadata().map_err(at(path))?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(ClientError::KeyExposed {
            path: path.to_owned(),
            mode: mode & 0o777,
        });
    }
    // Reserved at once: a growing buffer would leave pieces of the secret behind.
    let mut text = Zeroizing::new(Vec::with_capacity(bound.saturating_add(2)));
    let most = u64::try_from(bound.saturating_add(1)).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut text).map_err(at(path))?;
    if text.len() > bound {
        return Err(ClientError::KeyMalformed {
            path: path.to_owned(),
        });
    }
    Ok(text)
}

/// Reads the secret of a voting key's file.
pub fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, ClientError> {
    let text = read_private(path, LENGTH)?;
    let digits = text.strip_suffix(b"\n").unwrap_or(&text);
    let mut secret = Zeroizing::new([0; 32]);
    hex::decode_to_slice(digits, secret.as_mut_slice()).map_err(|_| ClientError::KeyMalformed {
        path: path.to_owned(),
    })?;
    Ok(secret)
}

/// Makes a voting key's file.
pub fn write(path: &Path, secret: &[u8; 32]) -> Result<(), ClientError> {
    let mut line = Zeroizing::new([b'\n'; LENGTH]);
    if let Some((digits, _)) = line.split_last_mut().map(|(last, rest)| (rest, last)) {
        hex::encode_to_slice(secret, digits).map_err(|_| ClientError::KeyMalformed {
            path: path.to_owned(),
        })?;
    }
    write_private(path, line.as_slice())
}

/// Makes a file that only its owner may read. Never overwrites.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), ClientError> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(at(path))?;
    file.write_all(bytes).map_err(at(path))?;
    file.sync_all().map_err(at(path))
}
