//! Owns what an operator may choose about the VM; it must never hold anything that could differ between nodes of one chain unnoticed.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// The capabilities that wasmd 0.61 announces to contracts. `cosmwasm_3_0` is not among them, though contracts of that release run
/// here and its query for ranges is answered: a contract that requires it is refused by wasmd 0.61, and what is accepted must be the
/// same. Who follows a chain that announces it adds it with [`VmConfigBuilder::capability`].
const CAPABILITIES: [&str; 11] = [
    "iterator",
    "staking",
    "stargate",
    "cosmwasm_1_1",
    "cosmwasm_1_2",
    "cosmwasm_1_3",
    "cosmwasm_1_4",
    "cosmwasm_2_0",
    "cosmwasm_2_1",
    "cosmwasm_2_2",
    "ibc2",
];

/// A page of wasm memory: a smaller limit would refuse every contract.
const MIN_MEMORY: u64 = 64 * 1024;
/// What 32 bits can address: a larger limit would say what no contract can have.
const MAX_MEMORY: u64 = 4 * 1024 * 1024 * 1024;
/// The header of a wasm file.
const MIN_WASM: u64 = 8;

/// Settings of a [`Vm`](crate::Vm); the default is wasmd's. [`VmConfig::builder`] checks them where they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmConfig {
    /// Linear memory one instance may hold, in bytes, rounded down to whole 64 KiB pages. Part of consensus.
    pub memory_limit_bytes: u64,
    /// Capabilities a contract may require through `requires_*` exports. Part of consensus.
    pub capabilities: BTreeSet<String>,
    /// Bytes a wasm file may have. Part of consensus.
    pub max_wasm_bytes: u64,
    /// Instances that may live at once: threads times the depth of nested queries. One more is a [`Fault`](crate::Fault).
    pub max_instances: u32,
    /// Compiled contracts to keep in memory, in bytes of their images and their wasm, beside the pinned ones. Changes no outcome, only time.
    pub cache_memory_bytes: u64,
    /// A folder to keep machine code in across processes; none by default. It is made if it is missing, and
    /// [`Vm::new`](crate::Vm::new) refuses it if anyone but this user owns it or may write to it: machine code from there is run.
    /// Several processes, also of different versions, may share it. Changes no outcome, only time.
    pub cache_dir: Option<PathBuf>,
    /// Whether to ask the kernel which pages a call wrote, where it can say (Linux since 6.7): only these are cleaned for the next call,
    /// and the others stay mapped. Off, or on an older kernel, all of an instance's memory is given back and mapped anew. Changes no
    /// outcome, only time; to turn it off is for comparing the two.
    pub pagemap_scan: bool,
}

impl Default for VmConfig {
    fn default() -> Self {
        Self {
            memory_limit_bytes: 32 * 1024 * 1024,
            capabilities: CAPABILITIES.map(str::to_owned).into(),
            max_wasm_bytes: 800 * 1024,
            max_instances: 128,
            cache_memory_bytes: 100 * 1024 * 1024,
            cache_dir: None,
            pagemap_scan: true,
        }
    }
}

impl VmConfig {
    /// Begins with the default.
    pub fn builder() -> VmConfigBuilder {
        VmConfigBuilder {
            config: Self::default(),
        }
    }

    /// Whether a VM can be started with these settings.
    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        if !(MIN_MEMORY..=MAX_MEMORY).contains(&self.memory_limit_bytes) {
            return Err(ConfigError::Memory(self.memory_limit_bytes));
        }
        if self.max_wasm_bytes < MIN_WASM {
            return Err(ConfigError::Wasm(self.max_wasm_bytes));
        }
        if self.max_instances == 0 {
            return Err(ConfigError::Instances);
        }
        match self.capabilities.iter().find(|name| !is_capability(name)) {
            Some(name) => Err(ConfigError::Capability(name.clone())),
            None => Ok(()),
        }
    }
}

/// Whether a contract could ask for it: small letters, digits and underscores, not the export's name by mistake.
fn is_capability(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !name.is_empty() && name.chars().all(allowed) && !name.starts_with("requires_")
}

/// A [`VmConfig`] in the making.
#[derive(Clone, Debug)]
#[must_use]
pub struct VmConfigBuilder {
    config: VmConfig,
}

impl VmConfigBuilder {
    /// Sets [`VmConfig::memory_limit_bytes`].
    pub fn memory_limit_bytes(mut self, bytes: u64) -> Self {
        self.config.memory_limit_bytes = bytes;
        self
    }

    /// Sets [`VmConfig::capabilities`]: these and no other.
    pub fn capabilities<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.config.capabilities = names.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a capability to those there are.
    pub fn capability(mut self, name: impl Into<String>) -> Self {
        self.config.capabilities.insert(name.into());
        self
    }

    /// Sets [`VmConfig::max_wasm_bytes`].
    pub fn max_wasm_bytes(mut self, bytes: u64) -> Self {
        self.config.max_wasm_bytes = bytes;
        self
    }

    /// Sets [`VmConfig::max_instances`].
    pub fn max_instances(mut self, instances: u32) -> Self {
        self.config.max_instances = instances;
        self
    }

    /// Sets [`VmConfig::cache_memory_bytes`].
    pub fn cache_memory_bytes(mut self, bytes: u64) -> Self {
        self.config.cache_memory_bytes = bytes;
        self
    }

    /// Sets [`VmConfig::cache_dir`].
    pub fn cache_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.config.cache_dir = Some(folder.into());
        self
    }

    /// Sets [`VmConfig::pagemap_scan`].
    pub fn pagemap_scan(mut self, wanted: bool) -> Self {
        self.config.pagemap_scan = wanted;
        self
    }

    /// The settings, if a VM can be started with them. The folder is looked at by [`Vm::new`](crate::Vm::new) only.
    pub fn build(self) -> Result<VmConfig, ConfigError> {
        self.config.check().map(|()| self.config)
    }
}

/// A setting with which no VM can be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The memory limit is not one a contract can have.
    #[error(
        "the memory limit is {0} bytes: it must be between {MIN_MEMORY}, one page, and {MAX_MEMORY}, all that 32 bits address"
    )]
    Memory(u64),
    /// No wasm file is that short.
    #[error(
        "wasm files may have {0} bytes: no file has fewer than {MIN_WASM}, so that every contract would be refused"
    )]
    Wasm(u64),
    /// No instance may live.
    #[error(
        "0 instances may live at once: every call would fail; it takes one for each thread and level of nested queries"
    )]
    Instances,
    /// Not the name of a capability.
    #[error(
        "{0:?} is no capability: a name has small letters, digits and underscores, and no `requires_` in front"
    )]
    Capability(String),
}
