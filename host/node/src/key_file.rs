//! Owns a validator's key file, which has CometBFT's form. It never writes over one and never shows what is in it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::guard::SignError;
use crate::validator::Validator;

/// A key file has about 350 bytes.
const MAX_BYTES: u64 = 4096;
const PRIVATE: &str = "tendermint/PrivKeyEd25519";
const PUBLIC: &str = "tendermint/PubKeyEd25519";

#[derive(Serialize, Deserialize)]
struct KeyFile {
    address: String,
    pub_key: Typed,
    priv_key: Typed,
}

#[derive(Serialize, Deserialize)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

/// Writes a new file for the key of a seed.
pub(crate) fn write(path: &Path, seed: &[u8; 32]) -> Result<(), SignError> {
    let key = ed25519_dalek::SigningKey::from_bytes(seed);
    let public = key.verifying_key().to_bytes();
    let validator = Validator::new(public).ok_or(SignError::Seed)?;
    let pair = Zeroizing::new(key.to_keypair_bytes());
    let typed = |kind: &str, bytes: &[u8]| Typed {
        kind: kind.to_owned(),
        value: STANDARD.encode(bytes),
    };
    let file = KeyFile {
        address: validator.address().to_string(),
        pub_key: typed(PUBLIC, &public),
        priv_key: typed(PRIVATE, pair.as_slice()),
    };
    let text = serde_json::to_vec_pretty(&file).map(Zeroizing::new);
    let text = text.map_err(|error| SignError::Key {
        path: path.to_path_buf(),
        reason: error.to_string(),
    })?;
    let written = create(path).and_then(|mut file| {
        file.write_all(&text)?;
        file.sync_all()
    });
    written.map_err(|source| SignError::Io {
        doing: "write the key file",
        path: path.to_path_buf(),
        source,
    })
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// The seed of the key in the file.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<[u8; 32]>, SignError> {
    let io = |doing| {
        move |source| SignError::Io {
            doing,
            path: path.to_path_buf(),
            source,
        }
    };
    let file = File::open(path).map_err(io("open the key file"))?;
    private(&file, path)?;
    let mut text = Zeroizing::new(Vec::new());
    file.take(MAX_BYTES)
        .read_to_end(&mut text)
        .map_err(io("read the key file"))?;
    seed(&text).map_err(|reason| SignError::Key {
        path: path.to_path_buf(),
        reason,
    })
}

fn seed(text: &[u8]) -> Result<Zeroizing<[u8; 32]>, String> {
    // The parser's own words could repeat what it read.
    let file: KeyFile = serde_json::from_slice(text)
        .map_err(|_| "it is not JSON with address, pub_key and priv_key".to_owned())?;
    if file.priv_key.kind != PRIVATE || file.pub_key.kind != PUBLIC {
        return Err(format!(
            "its keys are of the types {} and {}, they should be {PRIVATE} and {PUBLIC}",
            file.priv_key.kind, file.pub_key.kind
        ));
    }
    let pair = STANDARD.decode(&file.priv_key.value).map(Zeroizing::new);
    let pair = pair.map_err(|_| "its private key is not base64".to_owned())?;
    let public = STANDARD.decode(&file.pub_key.value);
    let public = public.map_err(|_| "its public key is not base64".to_owned())?;
    let (Some((seed, second)), 64) = (pair.split_first_chunk::<32>(), pair.len()) else {
        return Err("its private key has not 64 bytes".to_owned());
    };
    let seed = Zeroizing::new(*seed);
    let own = ed25519_dalek::SigningKey::from_bytes(&seed)
        .verifying_key()
        .to_bytes();
    if own != *second || own != *public {
        return Err("its public key is not that of its private key".to_owned());
    }
    let address = Validator::new(own).map(|validator| validator.address().to_string());
    if address.is_none_or(|address| !address.eq_ignore_ascii_case(&file.address)) {
        return Err("its address is not that of its key".to_owned());
    }
    Ok(seed)
}

/// Refuses a file that others than its owner may read or write.
#[cfg(unix)]
fn private(file: &File, path: &Path) -> Result<(), SignError> {
    use std::os::unix::fs::PermissionsExt;
    let found = file.metadata().map_err(|source| SignError::Io {
        doing: "read the permissions of the key file",
        path: path.to_path_buf(),
        source,
    })?;
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(SignError::Permissions {
            path: path.to_path_buf(),
            mode,
        })
    }
}

#[cfg(not(unix))]
fn private(_: &File, _: &Path) -> Result<(), SignError> {
    Ok(())
}
