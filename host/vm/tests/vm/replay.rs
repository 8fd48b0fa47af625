//! What fuzzing kept: its inputs, played again without the fuzzer.

use std::path::Path;

#[allow(dead_code)]
#[path = "../../fuzz/src/chain.rs"]
mod chain;
#[allow(dead_code)]
#[path = "../../fuzz/src/contents.rs"]
mod contents;
#[allow(dead_code)]
#[path = "../../fuzz/src/obedient.rs"]
mod obedient;
#[allow(dead_code)]
#[path = "../../fuzz/src/uploads.rs"]
mod uploads;

use obedient::Regions;
use uploads::{Judged, Uploads};

/// The kept inputs of a target.
fn kept(target: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let entries = std::fs::read_dir(folder).expect("inputs are kept");
    let mut kept: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            (
                entry.file_name().into_string().unwrap(),
                std::fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    kept.sort();
    kept
}

#[test]
fn no_kept_message_breaks_the_host() {
    let regions = Regions::default();
    let kept = kept("regions");
    let entered = kept
        .iter()
        .filter(|(_, message)| regions.obey(message))
        .count();
    assert!(kept.len() >= 50, "only {} are kept", kept.len());
    assert!(
        10 * entered >= 3 * kept.len(),
        "only {entered} enter the contract"
    );
}

#[test]
fn no_kept_file_breaks_the_host() {
    let uploads = Uploads::default();
    let files = kept("upload")
        .into_iter()
        .filter(|(name, _)| name.ends_with(".wasm"));
    let judged: Vec<Judged> = files.map(|(_, wasm)| uploads.judge(&wasm)).collect();
    for class in [Judged::Refused, Judged::Entered] {
        let count = judged.iter().filter(|judged| **judged == class).count();
        assert!(count >= 10, "only {count} are {class:?}");
    }
}
