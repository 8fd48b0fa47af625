//! W18: files and folders of machine code that are not what they should be are never loaded, and never in the way. Full disks and
//! read-only folders need a process of their own: `processes`. What is inside a file: `cache::artifact`, `cache::disk`.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use commons_vm::{Checksum, Vm};

use crate::support::folder::{answer, answering, config, entries, environment, files, keeping};

/// Bytes in front of the code.
const HEADER: usize = 112;

/// Damages the file of one contract; the next machine must discard it, compile, and leave a whole file behind.
fn is_discarded_and_replaced(what: &str, damage: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let wasm = answering(42);
    keeping(folder.path()).load(&wasm).unwrap();
    let file = files(folder.path()).remove(0);
    damage(&file);
    let vm = keeping(folder.path());
    assert_eq!(answer(&vm, &wasm), 42, "{what}");
    let statistics = vm.cache_statistics();
    assert_eq!(statistics.discarded, 1, "{what}");
    assert_eq!((statistics.compilations, statistics.hits_disk), (1, 0));
    assert_eq!(statistics.disk_failures, 0, "{what}");
    let next = keeping(folder.path());
    assert_eq!(answer(&next, &wasm), 42, "{what}");
    assert_eq!(next.cache_statistics().hits_disk, 1, "{what}");
}

fn rewrite(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).unwrap();
    change(&mut bytes);
    fs::write(file, bytes).unwrap();
}

#[test]
fn w18_a_flipped_bit_is_noticed_wherever_it_is() {
    let whole = {
        let folder = tempfile::tempdir().unwrap();
        keeping(folder.path()).load(&answering(42)).unwrap();
        fs::metadata(&files(folder.path())[0]).unwrap().len()
    };
    let whole = usize::try_from(whole).unwrap();
    assert!(whole > 2 * HEADER);
    for offset in [0, 16, 48, 80, HEADER, whole / 2, whole - 1] {
        is_discarded_and_replaced(&format!("bit in byte {offset}"), |file| {
            rewrite(file, |bytes| bytes[offset] ^= 0x10);
        });
    }
}

#[test]
fn w18_a_file_of_another_length_is_noticed() {
    for length in [0, 1, HEADER - 1, HEADER, HEADER + 1, 4096] {
        is_discarded_and_replaced(&format!("{length} bytes"), |file| {
            rewrite(file, |bytes| bytes.truncate(length));
        });
    }
    is_discarded_and_replaced("one byte less", |file| {
        rewrite(file, |bytes| bytes.truncate(bytes.len() - 1));
    });
    is_discarded_and_replaced("one byte more", |file| {
        rewrite(file, |bytes| bytes.push(0));
    });
    is_discarded_and_replaced("zeroes", |file| rewrite(file, |bytes| bytes.fill(0)));
    let sparse = |file: &Path| {
        let file = fs::OpenOptions::new().write(true).open(file).unwrap();
        file.set_len(1 << 40).unwrap();
    };
    is_discarded_and_replaced("a terabyte of nothing", sparse);
}

#[test]
fn w18_two_swapped_files_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let contracts = [1, 2].map(answering);
    let vm = keeping(folder.path());
    for wasm in &contracts {
        vm.load(wasm).unwrap();
    }
    let names = files(folder.path());
    let spare = folder.path().join("spare");
    fs::rename(&names[0], &spare).unwrap();
    fs::rename(&names[1], &names[0]).unwrap();
    fs::rename(&spare, &names[1]).unwrap();
    let vm = keeping(folder.path());
    assert_eq!(contracts.each_ref().map(|wasm| answer(&vm, wasm)), [1, 2]);
    let statistics = vm.cache_statistics();
    assert_eq!((statistics.discarded, statistics.compilations), (2, 2));
}

/// Files of an older engine lie in a folder of another name. What engine or meter wrote a file also stands in it and is hashed;
/// `cache::disk` and `cache::artifact` have the tests of a file that is moved.
#[test]
fn w18_what_another_engine_left_is_not_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let wasm = answering(42);
    keeping(folder.path()).load(&wasm).unwrap();
    let older = folder.path().join("0".repeat(64));
    fs::rename(environment(folder.path()), &older).unwrap();
    let vm = keeping(folder.path());
    assert_eq!(answer(&vm, &wasm), 42);
    let statistics = vm.cache_statistics();
    assert_eq!((statistics.discarded, statistics.compilations), (0, 1));
    assert_eq!(entries(folder.path()).len(), 2);
    assert_eq!(entries(&older).len(), 1, "and stays for who needs it");
}

#[test]
fn a_file_that_others_may_write_to_is_not_used() {
    for mode in [0o620, 0o602, 0o666] {
        is_discarded_and_replaced(&format!("mode {mode:o}"), |file| {
            fs::set_permissions(file, Permissions::from_mode(mode)).unwrap();
        });
    }
}

#[test]
fn a_link_is_not_followed() {
    is_discarded_and_replaced("a link", |file| {
        let elsewhere = file.with_extension("elsewhere");
        fs::rename(file, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, file).unwrap();
    });
}

/// What cannot be removed or replaced is done without, every time.
#[test]
fn a_folder_in_place_of_a_file_harms_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let wasm = answering(42);
    drop(keeping(folder.path()));
    let place = environment(folder.path()).join(Checksum::of(&wasm).to_string());
    fs::create_dir(place).unwrap();
    let vm = keeping(folder.path());
    assert_eq!(answer(&vm, &wasm), 42);
    let statistics = vm.cache_statistics();
    assert_eq!((statistics.discarded, statistics.compilations), (1, 1));
    assert_eq!(statistics.disk_failures, 1);
    assert_eq!(files(folder.path()).len(), 1, "nothing unfinished is left");
}

#[test]
fn the_folder_is_made_for_its_owner_alone() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("new").join("modules");
    keeping(&folder).load(&answering(1)).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o7777;
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&environment(&folder)), 0o700);
    assert_eq!(mode(&files(&folder)[0]), 0o600);
}

fn refusal(folder: &Path) -> String {
    let error = Vm::new(config(folder)).err();
    error.expect("the folder is refused").to_string()
}

#[test]
fn a_folder_that_others_may_write_to_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("modules");
    drop(keeping(&folder));
    for mode in [0o777, 0o770, 0o702, 0o1777] {
        fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
        let refusal = refusal(&folder);
        assert!(refusal.contains("others may write to it"), "{refusal}");
        assert!(refusal.contains("chmod 700"), "it says what to do");
        assert!(refusal.contains(folder.to_str().unwrap()));
    }
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    drop(keeping(&folder));
    fs::set_permissions(environment(&folder), Permissions::from_mode(0o777)).unwrap();
    assert!(refusal(&folder).contains("others may write to it"));
}

#[test]
fn a_folder_of_somebody_else_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    let mut folder = parent.path().join("modules");
    fs::create_dir(&folder).unwrap();
    // Only root can give a folder away; others have one that is root's.
    if std::os::unix::fs::chown(&folder, Some(54_321), None).is_err() {
        folder = "/usr".into();
    }
    assert!(refusal(&folder).contains("it belongs to user"));
    let file = parent.path().join("file");
    fs::write(&file, b"").unwrap();
    assert!(refusal(&file).contains("it is not a folder"));
}
