//! The folder of this user's settings: keys and networks. Owns the choice of that folder; makes nothing.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use commons_client::keys::KeyFolder;

use crate::exit::Exit;
use crate::failure::Failure;

/// Names the folder.
const VARIABLE: &str = "COMMONS_CONFIG";

/// In the help of every command that uses it.
pub const HELP: &str = "\
  COMMONS_CONFIG      folder for keys and networks (default: ~/.config/commons-trust)
  COMMONS_PASSPHRASE  passphrase of the key, where no terminal can be asked";

/// Where keys are kept.
pub fn keys() -> Result<KeyFolder, Failure> {
    Ok(KeyFolder::new(folder()?.join("keys")))
}

/// Where networks are kept.
pub fn networks() -> Result<PathBuf, Failure> {
    Ok(folder()?.join("networks"))
}

fn folder() -> Result<PathBuf, Failure> {
    let found = place(
        env::var_os(VARIABLE),
        env::var_os("XDG_CONFIG_HOME"),
        env::var_os("HOME"),
    );
    found.ok_or_else(|| {
        Failure::new(
            Exit::Input,
            "there is no folder for keys and networks",
            format!("neither {VARIABLE} nor XDG_CONFIG_HOME nor HOME names one"),
            format!("set {VARIABLE} to a folder that only you can read"),
        )
    })
}

/// A variable that is empty counts as not set; one of the other two that is no absolute path too, as the XDG base directory
/// rules have it.
fn place(
    asked: Option<OsString>,
    config: Option<OsString>,
    home: Option<OsString>,
) -> Option<PathBuf> {
    if let Some(asked) = asked.filter(|asked| !asked.is_empty()) {
        return Some(asked.into());
    }
    let absolute =
        |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let config = absolute(config).or_else(|| Some(absolute(home)?.join(".config")));
    Some(config?.join("commons-trust"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_users_unless_another_is_asked_for() {
        let chosen = |asked: &str, config: &str, home: &str| {
            place(Some(asked.into()), Some(config.into()), Some(home.into()))
        };
        assert_eq!(
            chosen("", "", "/home/anna"),
            Some("/home/anna/.config/commons-trust".into())
        );
        assert_eq!(
            chosen("", "/etc/x", "/home/anna"),
            Some("/etc/x/commons-trust".into())
        );
        assert_eq!(chosen("here", "/etc/x", "/h"), Some("here".into()));
        assert_eq!(chosen("", "relative", "also"), None);
        assert_eq!(place(None, None, None), None);
    }
}
