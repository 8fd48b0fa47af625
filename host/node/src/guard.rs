//! Owns the memory of what a validator's key signed last, in a file beside the key: the form of CometBFT's
//! `priv_validator_state.json`, with the content of the block besides. It never lets a signature out before it is durable
//! there, and never two for one height.
//!
//! The memory lies with the key and not with the chain, so an older copy of the chain's directory does not take it back.
//! The block's content is kept because a process can end after the block was signed and before the store has it: the chain
//! then goes on with that very block and no other.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use tendermint::block::Header;

/// CometBFT's number for the step of a precommit.
const PRECOMMIT: i8 = 3;

/// Why a block is not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// A file could not be read or written.
    #[error("could not {doing} {}: {source}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Others may read the key.
    #[error(
        "the key file {} has mode {mode:03o}: others than its owner may use it; run `chmod 600` on it, and think of who had it",
        path.display()
    )]
    Permissions {
        /// The key file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// The key file is not one.
    #[error("{} is no validator key as CometBFT writes it: {reason}", path.display())]
    Key {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it, without its content.
        reason: String,
    },
    /// No public key belongs to a seed.
    #[error("no public key belongs to this seed")]
    Seed,
    /// Another process has the key.
    #[error("the key file {} is in use by another process; one key signs for one node", path.display())]
    InUse {
        /// The key file.
        path: PathBuf,
    },
    /// The memory of what was signed is not readable.
    #[error(
        "{} does not say what was signed last: {reason}; without it the key could sign two blocks of one height, so bring the file back, \
         or delete it if you know that no block was signed after those in the chain's directory",
        path.display()
    )]
    Memory {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Another block of this height is signed.
    #[error(
        "the key has signed another block {height} already and does not sign a second; {}",
        "open the chain again, which makes the signed block first; if its directory is an older copy, bring the later one back"
    )]
    Conflict {
        /// The height.
        height: u64,
    },
    /// The key signed heights that were taken back.
    #[error(
        "the key has signed up to height {last} in a chain for development that was taken back, and signs for no other kind of chain; {}",
        "give a key of its own to this one"
    )]
    Rewound {
        /// Greatest height that was ever signed.
        last: u64,
    },
    /// A block of a greater height is signed.
    #[error(
        "the key has signed block {last} already and signs no block {height} after it; {}",
        "if the chain's directory is an older copy, bring the later one back; a new chain needs a new key"
    )]
    Behind {
        /// Height that was to be signed.
        height: u64,
        /// Greatest height that is signed.
        last: u64,
    },
}

/// Content of a block that was signed: what it takes to make it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Proposal {
    /// Nanoseconds since 1970.
    time: String,
    /// Base64 of each transaction.
    txs: Vec<String>,
}

impl Proposal {
    pub(crate) fn new(header: &Header, txs: &[Vec<u8>]) -> Self {
        Self {
            time: header.time.unix_timestamp_nanos().to_string(),
            txs: txs.iter().map(|tx| STANDARD.encode(tx)).collect(),
        }
    }

    /// Transactions and time in nanoseconds; `None` if a file had something else there.
    pub(crate) fn content(&self) -> Option<(Vec<Vec<u8>>, u64)> {
        let txs: Result<_, _> = self.txs.iter().map(|tx| STANDARD.decode(tx)).collect();
        Some((txs.ok()?, self.time.parse().ok()?))
    }
}

/// The file: CometBFT's fields, and `block`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Memory {
    height: String,
    round: i32,
    step: i8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signbytes: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    block: Option<Proposal>,
    /// Greatest height that was signed before the chain, one for development, was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rewound_from: Option<String>,
}

impl Memory {
    fn height(&self) -> u64 {
        // INVARIANT: a memory is made by this program or checked when read.
        self.height.parse().unwrap_or(u64::MAX)
    }

    /// As above, of heights that were taken back.
    fn rewound_from(&self) -> Option<u64> {
        let from = self.rewound_from.as_ref()?;
        Some(from.parse().unwrap_or(u64::MAX))
    }
}

/// See the module.
pub(crate) struct Guard {
    path: PathBuf,
    memory: Memory,
    /// The key file, locked; named only to be held.
    _lock: KeyLock,
}

/// A locked file, unlocked by name when dropped: a child process that is just being started may share it for a moment.
struct KeyLock(File);

impl Drop for KeyLock {
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
}

impl Guard {
    /// Locks the key file and reads the memory beside it.
    pub(crate) fn open(key_file: &Path) -> Result<Self, SignError> {
        let file = File::open(key_file).map_err(io_error("open the key file", key_file))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(SignError::InUse {
                    path: key_file.to_path_buf(),
                });
            }
            Err(TryLockError::Error(source)) => {
                return Err(io_error("lock the key file", key_file)(source));
            }
        }
        let path = memory_path(key_file);
        Ok(Self {
            memory: read(&path)?,
            path,
            _lock: KeyLock(file),
        })
    }

    pub(crate) fn is_unused(&self) -> Result<(), SignError> {
        let rewound_from = self.memory.rewound_from().unwrap_or(0);
        match self.memory.height().max(rewound_from) {
            0 => Ok(()),
            last => Err(SignError::Behind { height: 1, last }),
        }
    }

    /// Lets one signature pass: when this returns, it and its block are durable in the memory.
    pub(crate) fn pass(
        &mut self,
        height: u64,
        sign_bytes: &[u8],
        signature: &[u8; 64],
        block: Proposal,
    ) -> Result<(), SignError> {
        let (last, hex) = (self.memory.height(), hex::encode_upper(sign_bytes));
        if height < last || (height == last && self.is_past_precommit()) {
            return Err(SignError::Behind { height, last });
        }
        if height == last && self.memory.step == PRECOMMIT {
            return if self.memory.signbytes.as_deref() == Some(&hex) {
                Ok(())
            } else {
                Err(SignError::Conflict { height })
            };
        }
        self.keep(Memory {
            height: height.to_string(),
            round: 0,
            step: PRECOMMIT,
            signature: Some(STANDARD.encode(signature)),
            signbytes: Some(hex),
            block: Some(block),
            rewound_from: self.memory.rewound_from.clone(),
        })
    }

    /// Refuses a key whose heights were taken back once: it may have signed two blocks of a height.
    pub(crate) fn never_rewound(&self) -> Result<(), SignError> {
        match self.memory.rewound_from() {
            None => Ok(()),
            Some(last) => Err(SignError::Rewound { last }),
        }
    }

    /// Forgets what was signed above a height, whose block has these bytes, and remembers for ever that it did: only a chain for
    /// development may ask for it.
    pub(crate) fn rewind(
        &mut self,
        height: u64,
        sign_bytes: Option<&[u8]>,
    ) -> Result<(), SignError> {
        let before = self.memory.rewound_from().unwrap_or(0);
        let from = self.memory.height().max(before);
        self.keep(Memory {
            height: height.to_string(),
            step: sign_bytes.map_or(0, |_| PRECOMMIT),
            signbytes: sign_bytes.map(hex::encode_upper),
            rewound_from: Some(from.to_string()),
            ..Memory::default()
        })
    }

    /// Whether a CometBFT node went on to another round, or to a step that this program does not know.
    fn is_past_precommit(&self) -> bool {
        self.memory.round > 0 || self.memory.step > PRECOMMIT
    }

    /// Holds the memory against the last block of a chain; answers the block after it if that one was signed already.
    pub(crate) fn resume(
        &mut self,
        height: u64,
        sign_bytes: Option<&[u8]>,
    ) -> Result<Option<Proposal>, SignError> {
        let last = self.memory.height();
        let hex = sign_bytes.map(hex::encode_upper);
        if last == height && self.memory.signbytes.is_some() && self.memory.signbytes != hex {
            return Err(SignError::Conflict { height });
        }
        if last < height && hex.is_some() {
            // The memory is an older copy, or new: the chain itself says what was signed.
            self.keep(Memory {
                height: height.to_string(),
                step: PRECOMMIT,
                signbytes: hex,
                rewound_from: self.memory.rewound_from.clone(),
                ..Memory::default()
            })?;
        }
        let next = Some(last) == height.checked_add(1) && self.memory.step == PRECOMMIT;
        Ok(self.memory.block.clone().filter(|_| next))
    }

    /// Replaces the file: written beside it, made durable, put in its place, and that made durable too.
    fn keep(&mut self, memory: Memory) -> Result<(), SignError> {
        let new = self.path.with_extension("json.new");
        let text = serde_json::to_vec_pretty(&memory).map_err(|error| SignError::Memory {
            path: self.path.clone(),
            reason: error.to_string(),
        })?;
        let mut file = create(&new).map_err(io_error("create", &new))?;
        let written = file.write_all(&text).and_then(|()| file.sync_all());
        written.map_err(io_error("write", &new))?;
        fs::rename(&new, &self.path).map_err(io_error("replace", &self.path))?;
        if let Some(dir) = self.path.parent() {
            sync_directory(dir).map_err(io_error("make durable", dir))?;
        }
        self.memory = memory;
        Ok(())
    }
}

/// `priv_validator_state.json` for `priv_validator_key.json`, `x_state.json` for `x.json`.
fn memory_path(key_file: &Path) -> PathBuf {
    let stem = key_file.file_stem().unwrap_or_default().to_string_lossy();
    let name = stem.strip_suffix("_key").unwrap_or(&stem);
    key_file.with_file_name(format!("{name}_state.json"))
}

fn read(path: &Path) -> Result<Memory, SignError> {
    let wrong = |reason: String| SignError::Memory {
        path: path.to_path_buf(),
        reason,
    };
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Memory {
                height: "0".to_owned(),
                ..Memory::default()
            });
        }
        Err(error) => return Err(io_error("read", path)(error)),
    };
    if let Some(mode) = writable_by_others(path)? {
        return Err(wrong(format!(
            "others than its owner may write it (mode {mode:03o}), so it may be anybody's; look at it, and run `chmod 600` on it"
        )));
    }
    let memory: Memory = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
    let heights = [Some(&memory.height), memory.rewound_from.as_ref()];
    for height in heights.into_iter().flatten() {
        if height.parse::<u64>().is_err() {
            return Err(wrong(format!("a height in it is {height:?}")));
        }
    }
    if memory
        .block
        .as_ref()
        .is_some_and(|block| block.content().is_none())
    {
        return Err(wrong("the block in it is not readable".to_owned()));
    }
    Ok(memory)
}

/// The mode of a file that others than its owner may write.
#[cfg(unix)]
fn writable_by_others(path: &Path) -> Result<Option<u32>, SignError> {
    use std::os::unix::fs::PermissionsExt;
    let data = fs::metadata(path).map_err(io_error("read the permissions of", path))?;
    let mode = data.permissions().mode() & 0o777;
    Ok(Some(mode).filter(|mode| mode & 0o022 != 0))
}

#[cfg(not(unix))]
fn writable_by_others(_: &Path) -> Result<Option<u32>, SignError> {
    Ok(None)
}

fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SignError + use<> {
    let path = path.to_path_buf();
    move |source| SignError::Io {
        doing,
        path,
        source,
    }
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(unix)]
fn sync_directory(dir: &Path) -> io::Result<()> {
    // A file named without a directory lies in the current one.
    let dir = if dir.as_os_str().is_empty() {
        Path::new(".")
    } else {
        dir
    };
    File::open(dir)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}
