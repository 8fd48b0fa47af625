//! Exit codes: one number for each way a command can end. Owns the table that the help prints; decides nothing.

use std::process::ExitCode;

/// The table in the long help of every command.
pub const TABLE: &str = "\
Exit codes:
  0  done; what was asked holds (a closed pipe is success)
  1  a check failed, or the rules refused: the answer says which
  2  the command line is wrong
  3  a file cannot be read, or is not what it should be
  4  the home directory is missing, in use by another process, or damaged
  5  a fault of this program or of the machine; nothing was committed
  6  the network's node cannot be reached, or does not answer as a node does";

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done; what was asked holds.
    Good,
    /// A check failed, or the rules refused.
    No,
    /// The command line is wrong.
    Usage,
    /// A file cannot be read, or is malformed.
    Input,
    /// The home directory is missing, locked or corrupt.
    Home,
    /// A fault of this program or of the machine.
    Internal,
    /// A network's node cannot be reached, or does not answer as one.
    Network,
}

impl Exit {
    /// The number that the process ends with.
    pub const fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Home => 4,
            Self::Internal => 5,
            Self::Network => 6,
        }
    }

    /// [`Good`](Self::Good) if it holds, [`No`](Self::No) otherwise.
    pub const fn of(holds: bool) -> Self {
        if holds { Self::Good } else { Self::No }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
