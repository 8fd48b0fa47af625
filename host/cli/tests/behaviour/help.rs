//! Help of every command against a golden file; refreshed by COMMONS_GOLDEN=1.

use std::fmt::Write as _;

use crate::support::run;

const COMMANDS: [&[&str]; 41] = [
    &[],
    &["charter", "check"],
    &["trust", "found"],
    &["trust", "show"],
    &["trust", "list"],
    &["ballot", "sign"],
    &["ballot", "check"],
    &["ballot", "relay"],
    &["ballot", "show"],
    &["proposal", "show"],
    &["key", "new"],
    &["key", "import"],
    &["key", "export"],
    &["key", "list"],
    &["key", "show"],
    &["key", "delete"],
    &["network", "list"],
    &["network", "show"],
    &["network", "add"],
    &["deploy"],
    &["execute"],
    &["query", "contract"],
    &["query", "raw"],
    &["query", "account"],
    &["query", "info"],
    &["query", "tx"],
    &["tx", "new"],
    &["tx", "sign"],
    &["tx", "send"],
    &["tx", "decode"],
    &["tx", "receipt"],
    &["tx", "promised"],
    &["tx", "trace"],
    &["node"],
    &["node", "backup"],
    &["node", "check"],
    &["status"],
    &["replay"],
    &["demo", "alaska"],
    &["demo", "accounts"],
    &["completions"],
];

#[test]
fn help_is_what_the_golden_file_says() {
    let mut all = String::new();
    for command in COMMANDS {
        let shown = run(command.iter().chain(&["-h"])).expect(0);
        writeln!(all, "$ commons {} -h\n{}", command.join(" "), shown.out).unwrap();
        assert_eq!(shown.err, "");
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/behaviour/help.txt");
    if std::env::var_os("COMMONS_GOLDEN").is_some() {
        std::fs::write(golden, &all).unwrap();
    }
    let expected = std::fs::read_to_string(golden).unwrap_or_default();
    assert!(
        all == expected,
        "help changed; if it should, set COMMONS_GOLDEN=1 and read the diff:\n{all}"
    );
}

#[test]
fn long_help_of_every_command_has_the_exit_codes_and_an_example() {
    for command in COMMANDS {
        if command == ["completions"] {
            continue;
        }
        let shown = run(command.iter().chain(&["--help"])).expect(0);
        assert!(shown.out.contains("Exit codes:"), "{command:?}");
        for code in ["4  the home directory is missing", "6  the network's node"] {
            assert!(shown.out.contains(code), "{command:?}");
        }
        if !command.is_empty() {
            let short = run(command.iter().chain(&["-h"])).expect(0);
            assert!(short.out.contains("Example"), "{command:?}");
        }
    }
}

#[test]
fn version_and_completions_are_answers() {
    assert_eq!(
        run(["--version"]).expect(0).out,
        concat!("commons ", env!("CARGO_PKG_VERSION"), "\n")
    );
    for shell in ["bash", "zsh", "fish"] {
        assert!(run(["completions", shell]).expect(0).out.contains("ballot"));
    }
    let document = run(["completions", "bash", "--json"]).expect(0).json();
    assert_eq!(document["schema"], "commons/completions/1");
}

#[test]
fn a_wrong_command_line_ends_with_two() {
    for wrong in [
        &[][..],
        &["nonsense"],
        &["node", "--block-time", "soon"],
        &["status"],
        &["replay"],
        &["replay", "--home", "a", "--log", "b"],
        &[
            "ballot",
            "sign",
            "--home",
            "h",
            "--proposal",
            "1",
            "--person",
            "1",
            "--choice",
            "maybe",
            "--demo-key",
            "--out",
            "-",
        ],
        &[
            "ballot",
            "sign",
            "--home",
            "h",
            "--proposal",
            "1",
            "--person",
            "1",
            "--choice",
            "yes",
            "--out",
            "-",
        ],
        &[
            "ballot",
            "show",
            "--home",
            "h",
            "--proposal",
            "-1",
            "--person",
            "1",
        ],
    ] {
        let shown = run(wrong).expect(2);
        assert_eq!(shown.out, "", "{wrong:?}");
        assert!(!shown.err.is_empty());
    }
    let document = run(["status", "--json"]).expect(2).json();
    assert_eq!(document["error"]["exit"], 2);
}
