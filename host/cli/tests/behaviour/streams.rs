//! U2: closed pipes, no terminal, narrow terminals, no environment, arguments that are not text.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::support::{Run, commons, run};

#[test]
fn a_closed_pipe_is_success() {
    let mut child = commons()
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let shown = Run::of(child.wait_with_output().unwrap()).expect(0);
    assert_eq!(shown.err, "");
}

#[test]
fn an_error_with_nobody_listening_keeps_its_exit_code() {
    let mut child = commons()
        .args(["charter", "check", "/nowhere"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn arguments_that_are_not_text_are_no_panic() {
    let strange = OsStr::from_bytes(b"\xff\x1b[31m");
    for arguments in [
        &[strange][..],
        &[OsStr::new("charter"), OsStr::new("check"), strange],
        &[OsStr::new("status"), OsStr::new("--home"), strange],
        &[
            OsStr::new("trust"),
            OsStr::new("show"),
            strange,
            OsStr::new("--home"),
            OsStr::new("x"),
        ],
        &[OsStr::new("replay"), OsStr::new("--log"), strange],
        &[OsStr::new("key"), OsStr::new("new"), strange],
        &[OsStr::new("network"), OsStr::new("show"), strange],
        &[
            OsStr::new("deploy"),
            strange,
            OsStr::new("--store-only"),
            OsStr::new("--from"),
            OsStr::new("x"),
        ],
        &[
            OsStr::new("query"),
            OsStr::new("contract"),
            strange,
            OsStr::new("{}"),
        ],
        &[OsStr::new("tx"), OsStr::new("decode"), strange],
    ] {
        let shown = run(arguments);
        assert!(
            (2..=4).contains(&shown.code),
            "{arguments:?}: {}",
            shown.code
        );
        assert!(
            !shown.err.contains("panicked") && !shown.err.contains('\u{1b}'),
            "{:?}",
            shown.err
        );
    }
}

#[test]
fn a_terminal_of_twenty_columns_gets_all_words() {
    let output = commons()
        .env("COLUMNS", "20")
        .args(["ballot", "sign", "-h"])
        .output()
        .unwrap();
    let shown = Run::of(output).expect(0);
    assert!(shown.out.contains("--demo-key"));
    for command in [
        &["deploy", "-h"][..],
        &["query", "raw", "-h"],
        &["key", "import", "-h"],
    ] {
        let output = commons()
            .env("COLUMNS", "20")
            .args(command)
            .output()
            .unwrap();
        assert!(
            Run::of(output).expect(0).out.contains("--network"),
            "{command:?}"
        );
    }
}

#[test]
fn an_answer_of_a_network_that_nobody_reads_is_success() {
    let settings = tempfile::tempdir().unwrap();
    for command in [
        &["network", "list"][..],
        &["network", "show", "--json"],
        &["key", "list"],
    ] {
        let mut child = commons()
            .args(command)
            .env("COMMONS_CONFIG", settings.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let shown = Run::of(child.wait_with_output().unwrap()).expect(0);
        assert_eq!(shown.err, "", "{command:?}");
    }
}
