//! The folder of compiled contracts: where it is, what is done without it, and that no answer depends on it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::support::{Home, Run, commons};

const VARIABLE: &str = "COMMONS_CACHE";

/// Asks the registry, and so needs one contract, with this environment and no other.
fn list(home: &Home, environment: &[(&str, &Path)]) -> Run {
    run(&["trust", "list", "--json"], home, environment)
}

fn run(arguments: &[&str], home: &Home, environment: &[(&str, &Path)]) -> Run {
    let mut command = commons();
    command.env_remove(VARIABLE).args(arguments);
    command.arg("--home").arg(home.path());
    command.envs(environment.iter().copied());
    Run::of(command.output().unwrap())
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.append(&mut files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_folder_is_the_users_or_the_one_asked_for() {
    let (home, user) = (Home::new(), tempfile::tempdir().unwrap());
    let usual = user.path().join(".cache/commons-trust/modules");
    let first = list(&home, &[("HOME", user.path())]).expect(0);
    assert!(!files(&usual).is_empty());
    let asked = user.path().join("asked");
    let other = list(&home, &[("HOME", user.path()), (VARIABLE, &asked)]).expect(0);
    assert_eq!(files(&asked).len(), files(&usual).len());
    assert_eq!((first.out, first.err), (other.out, other.err));
}

#[test]
fn off_without_a_home_and_in_a_replay_nothing_is_kept() {
    let (home, user) = (Home::new(), tempfile::tempdir().unwrap());
    let at_home = ("HOME", user.path());
    list(&home, &[at_home, (VARIABLE, Path::new("off"))]).expect(0);
    list(&home, &[]).expect(0);
    run(&["replay"], &home, &[at_home]).expect(0);
    assert_eq!(fs::read_dir(user.path()).unwrap().count(), 0);
}

/// W18, as a person meets it.
#[test]
fn w18_damaged_files_change_no_answer() {
    let (home, folder) = (Home::new(), tempfile::tempdir().unwrap());
    let environment = [(VARIABLE, folder.path())];
    let right = list(&home, &environment).expect(0).json();
    for file in files(folder.path()) {
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(file, bytes).unwrap();
    }
    assert_eq!(list(&home, &environment).expect(0).json(), right);
    assert_eq!(list(&home, &environment).expect(0).json(), right);
}

#[test]
fn a_folder_that_others_may_write_to_is_refused_or_done_without() {
    let (home, user) = (Home::new(), tempfile::tempdir().unwrap());
    let folder = user.path().join(".cache/commons-trust/modules");
    fs::create_dir_all(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o777)).unwrap();
    list(&home, &[(VARIABLE, &folder)]).refused(
        3,
        &["others may write to it", "chmod 700", "COMMONS_CACHE=off"],
    );
    let shown = list(&home, &[("HOME", user.path())]).expect(0);
    assert!(shown.err.contains("warning"), "{}", shown.err);
    assert!(
        shown.err.contains("others may write to it"),
        "{}",
        shown.err
    );
    assert!(files(&folder).is_empty());
}

#[test]
fn the_long_help_names_the_variable() {
    let shown = Run::of(commons().arg("--help").output().unwrap()).expect(0);
    assert!(shown.out.contains(VARIABLE), "{}", shown.out);
}
