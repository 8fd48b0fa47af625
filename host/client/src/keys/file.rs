//! Key files: one secret in hex, mode 0600. Owns the permission check; never overwrites a file and leaves no copy of
//! the secret in memory.

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

/// Reads the secret of a key file. The rights are those of the opened file, so that nothing can be swapped between
/// the check and the read.
pub fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, ClientError> {
    let file = File::open(path).map_err(at(path))?;
    let mode = file.metadata().map_err(at(path))?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(ClientError::KeyExposed {
            path: path.to_owned(),
            mode: mode & 0o777,
        });
    }
    // Reserved at once: a growing buffer would leave pieces of the secret behind.
    let mut text = Zeroizing::new(Vec::with_capacity(LENGTH + 2));
    let bound = u64::try_from(LENGTH + 1).unwrap_or(u64::MAX);
    file.take(bound).read_to_end(&mut text).map_err(at(path))?;
    let digits = text.strip_suffix(b"\n").unwrap_or(&text);
    let mut secret = Zeroizing::new([0; 32]);
    hex::decode_to_slice(digits, secret.as_mut_slice()).map_err(|_| ClientError::KeyMalformed {
        path: path.to_owned(),
    })?;
    Ok(secret)
}

/// Makes a key file.
pub fn write(path: &Path, secret: &[u8; 32]) -> Result<(), ClientError> {
    let mut line = Zeroizing::new([b'\n'; LENGTH]);
    if let Some((digits, _)) = line.split_last_mut().map(|(last, rest)| (rest, last)) {
        hex::encode_to_slice(secret, digits).map_err(|_| ClientError::KeyMalformed {
            path: path.to_owned(),
        })?;
    }
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(at(path))?;
    file.write_all(line.as_slice()).map_err(at(path))?;
    file.sync_all().map_err(at(path))
}
