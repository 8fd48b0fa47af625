//! The virtual machine of a command, and the folder where compiled contracts outlive it. Owns the choice of that folder;
//! a folder that nobody asked for never stops a command.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use commons_vm::{Vm, VmConfig};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Names the folder, or says [`NOWHERE`].
const VARIABLE: &str = "COMMONS_CACHE";
const NOWHERE: &str = "off";

/// In the long help.
pub const HELP: &str = "\
Environment:
  COMMONS_CACHE  folder for compiled contracts, yours alone to write, or `off`
                 (default: ~/.cache/commons-trust/modules; replay uses none)";

/// Where compiled contracts are kept.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// Nowhere.
    Nowhere,
    /// In the folder that was asked for.
    Asked(PathBuf),
    /// In the user's cache folder.
    Usual(PathBuf),
}

/// A virtual machine.
pub fn vm() -> Result<Vm, Failure> {
    let place = place(
        env::var_os(VARIABLE),
        env::var_os("XDG_CACHE_HOME"),
        env::var_os("HOME"),
    );
    match place {
        Place::Nowhere => plain(),
        Place::Asked(folder) => keeping(folder).or_else(|why| {
            plain()?;
            Err(Failure::new(
                Exit::Input,
                format!("{VARIABLE} names a folder that cannot be used"),
                why.to_string(),
                format!("do what the reason says, or set {VARIABLE}={NOWHERE}"),
            ))
        }),
        Place::Usual(folder) => keeping(folder).or_else(|why| {
            let vm = plain()?;
            output::warn(&format!("{why}; contracts are compiled anew"));
            Ok(vm)
        }),
    }
}

fn keeping(folder: PathBuf) -> Result<Vm, commons_vm::Fault> {
    Vm::new(VmConfig {
        cache_dir: Some(folder),
        ..VmConfig::default()
    })
}

/// A machine that keeps nothing; where even this one does not start, the folder is not to blame.
fn plain() -> Result<Vm, Failure> {
    Vm::new(VmConfig::default()).map_err(Failure::internal)
}

/// A variable that is empty, or names a cache folder by a relative path, counts as not set, as the XDG base directory rules have it.
fn place(asked: Option<OsString>, caches: Option<OsString>, home: Option<OsString>) -> Place {
    match asked {
        Some(asked) if asked == NOWHERE => return Place::Nowhere,
        Some(asked) if !asked.is_empty() => return Place::Asked(asked.into()),
        _ => {}
    }
    let absolute =
        |path: Option<OsString>| path.map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute(caches).or_else(|| Some(absolute(home)?.join(".cache")));
    caches.map_or(Place::Nowhere, |caches| {
        Place::Usual(caches.join("commons-trust").join("modules"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(asked: Option<&str>, caches: Option<&str>, home: Option<&str>) -> Place {
        let text = |text: Option<&str>| text.map(OsString::from);
        place(text(asked), text(caches), text(home))
    }

    #[test]
    fn the_folder_is_the_users_unless_another_is_asked_for() {
        let usual = |folder: &str| Place::Usual(folder.into());
        let home = Some("/home/anna");
        assert_eq!(
            chosen(None, None, home),
            usual("/home/anna/.cache/commons-trust/modules")
        );
        assert_eq!(
            chosen(None, Some("/caches"), home),
            usual("/caches/commons-trust/modules")
        );
        assert_eq!(
            chosen(Some(""), Some("relative"), home),
            chosen(None, None, home)
        );
        assert_eq!(
            chosen(Some("/there"), Some("/caches"), home),
            Place::Asked("/there".into())
        );
        assert_eq!(chosen(Some("off"), Some("/caches"), home), Place::Nowhere);
    }

    #[test]
    fn without_a_home_nothing_is_kept() {
        assert_eq!(chosen(None, None, None), Place::Nowhere);
        assert_eq!(chosen(None, Some(""), Some("")), Place::Nowhere);
        assert_eq!(chosen(None, None, Some("relative")), Place::Nowhere);
    }
}
