//! Owns reading a validator's key file as CometBFT writes it. It never writes one and never shows what is in it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use zeroize::{Zeroize, Zeroizing};

use crate::guard::SignError;
use crate::validator::Validator;

/// A key file has about 350 bytes.
const MAX_BYTES: u64 = 4096;
const PRIVATE: &str = "tendermint/PrivKeyEd25519";
const PUBLIC: &str = "tendermint/PubKeyEd25519";

#[derive(Deserialize)]
struct KeyFile {
    address: String,
    pub_key: Typed,
    priv_key: Typed,
}

#[derive(Deserialize)]
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
