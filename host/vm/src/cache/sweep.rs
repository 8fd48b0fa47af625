//! Owns what is removed from the folder of machine code without being asked for; it must never touch what it did not name itself,
//! and nothing that it removes may be missed: whoever looks for it compiles again.

use std::ffi::OsStr;
use std::fs::{DirEntry, read_dir};
use std::path::Path;
use std::time::SystemTime;

/// Folders of other environments that stay, the newest: a program before and after an upgrade may be used side by side.
const KEPT_ENVIRONMENTS: usize = 3;

/// The length of a name in hexadecimal.
const NAME_LENGTH: usize = 64;

/// Removes folders of environments that nobody has used for long, when a new one was made.
pub(super) fn other_environments(root: &Path, own: &Path) {
    let mut others: Vec<(SystemTime, DirEntry)> = entries(root)
        .filter(|entry| is_name(&entry.file_name()) && entry.path() != own)
        .filter_map(|entry| {
            let metadata = entry.metadata().ok().filter(std::fs::Metadata::is_dir)?;
            Some((metadata.modified().ok()?, entry))
        })
        .collect();
    others.sort_by_key(|(modified, _)| std::cmp::Reverse(*modified));
    for (_, entry) in others.iter().skip(KEPT_ENVIRONMENTS) {
        drop(std::fs::remove_dir_all(entry.path()));
    }
}

/// Removes files whose writer was ended before it was done.
pub(super) fn interrupted(folder: &Path) {
    let processes = Path::new("/proc");
    if !processes.join("self").exists() {
        return;
    }
    for entry in entries(folder) {
        let name = entry.file_name();
        let writer = writer(&name);
        if writer.is_some_and(|process| !processes.join(process).exists()) {
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> {
    read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
}

fn is_name(name: &OsStr) -> bool {
    let digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    name.len() == NAME_LENGTH && name.as_encoded_bytes().iter().all(digit)
}

/// The process in `<checksum>.<process>.<number>.new`.
fn writer(name: &OsStr) -> Option<&str> {
    let mut parts = name.to_str()?.split('.');
    let (checksum, process) = (parts.next()?, parts.next()?);
    let is_ours = is_name(OsStr::new(checksum))
        && process.bytes().all(|byte| byte.is_ascii_digit())
        && parts.nth(1) == Some("new");
    is_ours.then_some(process)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = entries(folder)
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_newest_environments_stay_and_nothing_foreign_is_touched() {
        let root = tempfile::tempdir().unwrap();
        let environment = |digit: u64| root.path().join(digit.to_string().repeat(NAME_LENGTH));
        for age in 0..6 {
            let path = environment(age);
            std::fs::create_dir(&path).unwrap();
            std::fs::write(path.join("file"), b"code").unwrap();
            let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000 - age);
            std::fs::File::open(&path)
                .unwrap()
                .set_modified(time)
                .unwrap();
        }
        std::fs::create_dir(root.path().join("a folder of someone else")).unwrap();
        std::fs::write(environment(7), b"a file, not a folder").unwrap();
        other_environments(root.path(), &environment(5));
        let kept = [0, 1, 2, 5, 7].map(|digit: u64| digit.to_string().repeat(NAME_LENGTH));
        let mut kept = kept.to_vec();
        kept.push("a folder of someone else".to_owned());
        assert_eq!(names(root.path()), kept);
    }

    #[test]
    fn files_of_ended_writers_go_and_those_of_living_ones_stay() {
        let folder = tempfile::tempdir().unwrap();
        let checksum = "ab".repeat(32);
        let mine = format!("{checksum}.{}.0.new", std::process::id());
        // Process ids end far below this number.
        let ended = format!("{checksum}.4294967295.0.new");
        for name in [&checksum, &mine, &ended, "other.4294967295.0.new"] {
            std::fs::write(folder.path().join(name), b"code").unwrap();
        }
        interrupted(folder.path());
        assert_eq!(
            names(folder.path()),
            [checksum.as_str(), &mine, "other.4294967295.0.new"]
        );
    }
}
