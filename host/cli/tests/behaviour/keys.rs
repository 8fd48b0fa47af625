//! U3: keys, passphrases and who may read them; `commons key` as a person meets it.

use std::path::Path;

use crate::served::{PASSPHRASE, Served, WORDS, key_file, set_mode};
use crate::support::{Run, commons};

/// The address of [`WORDS`] on the local network.
const ADDRESS: &str = "wasm1r5v5srda7xfth3hn2s26txvrcrntldju3hkw75";

/// A folder of settings without a chain behind it.
struct Desk {
    dir: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    fn secret(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        set_mode(Path::new(&path), 0o600);
        path
    }

    fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = commons();
        command
            .args(arguments)
            .env("COMMONS_CONFIG", self.dir.path().join("config"));
        command
    }

    /// With the passphrase in a file.
    fn run(&self, arguments: &[&str]) -> Run {
        let file = self.secret("pass", &format!("{PASSPHRASE}\n"));
        let all = [arguments, &["--passphrase-file", &file]].concat();
        Run::of(self.command(&all).output().unwrap())
    }

    fn plain(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }
}

#[test]
fn a_new_key_shows_its_words_once_and_is_made_again_from_them() {
    let desk = Desk::new();
    let made = desk.run(&["key", "new", "anna", "--json"]).expect(0);
    let address = made.json()["address"].as_str().unwrap().to_owned();
    assert!(address.starts_with("wasm1"));
    assert_eq!(made.json()["path"], "m/44'/118'/0'/0/0");
    let words: Vec<&str> = made
        .err
        .lines()
        .find(|line| line.split_whitespace().count() == 24)
        .unwrap()
        .split_whitespace()
        .collect();
    let words = words.join(" ");
    assert!(!made.out.contains(&words), "stdout has no secret");
    let file = desk.secret("words", &words);
    let again = desk.run(&["key", "import", "again", "--words", &file, "--json"]);
    assert_eq!(again.expect(0).json()["address"], *address);
    let other = desk.run(&[
        "key", "import", "other", "--words", &file, "--index", "1", "--json",
    ]);
    assert_ne!(other.expect(0).json()["address"], *address);
    let list = desk.plain(&["key", "list", "--json"]).expect(0).json();
    let names: Vec<&str> = list["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["again", "anna", "other"]);
    desk.run(&["key", "new", "anna"]).refused(3, &["already"]);
    let kept = std::fs::read_to_string(desk.dir.path().join("config/keys/anna.key.json")).unwrap();
    for word in ["abandon", words.split(' ').next().unwrap()] {
        assert!(!kept.contains(&format!(" {word} ")));
    }
}

#[test]
fn words_go_into_a_file_that_nobody_else_can_read_if_asked() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let file = desk.path("anna.words");
    let made = desk
        .run(&["key", "new", "anna", "--words", &file])
        .expect(0);
    let words = std::fs::read_to_string(&file).unwrap();
    assert_eq!(words.split_whitespace().count(), 24);
    assert!(!made.err.contains(words.trim()) && !made.out.contains(words.trim()));
    let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    desk.run(&["key", "new", "bert", "--words", &file])
        .refused(3, &[]);
    desk.plain(&["key", "show", "bert"]).refused(3, &["no key"]);
    desk.run(&["key", "import", "again", "--words", &file])
        .expect(0);
}

#[test]
fn secrets_that_others_can_read_are_refused_with_what_to_do() {
    let desk = Desk::new();
    let words = desk.secret("words", WORDS);
    set_mode(Path::new(&words), 0o644);
    desk.run(&["key", "import", "anna", "--words", &words])
        .refused(3, &["mode 644", "chmod 600"]);
    set_mode(Path::new(&words), 0o600);
    let pass = desk.secret("open", PASSPHRASE);
    set_mode(Path::new(&pass), 0o640);
    desk.plain(&[
        "key",
        "import",
        "anna",
        "--words",
        &words,
        "--passphrase-file",
        &pass,
    ])
    .refused(3, &["mode 640", "chmod 600"]);
    desk.run(&["key", "import", "anna", "--words", &words])
        .expect(0);
    let key = desk.dir.path().join("config/keys/anna.key.json");
    set_mode(&key, 0o604);
    for command in [
        &["key", "show", "anna"][..],
        &["key", "list"],
        &["key", "export", "anna"],
    ] {
        desk.plain(command).refused(3, &["mode 604", "chmod 600"]);
    }
    set_mode(&key, 0o600);
    set_mode(key.parent().unwrap(), 0o777);
    desk.plain(&["key", "show", "anna"])
        .refused(3, &["mode 777", "chmod 700"]);
}

#[test]
fn no_option_takes_a_secret_and_help_names_the_variable() {
    let desk = Desk::new();
    for option in [
        "--passphrase",
        "--password",
        "--mnemonic",
        "--secret",
        "--private-key",
    ] {
        desk.plain(&["key", "import", "anna", option, "x"])
            .expect(2);
    }
    let help = desk.plain(&["--help"]).expect(0).out;
    assert!(help.contains("COMMONS_PASSPHRASE") && help.contains("COMMONS_CONFIG"));
    let help = desk.plain(&["key", "new", "--help"]).expect(0).out;
    assert!(help.contains("COMMONS_PASSPHRASE"));
}

#[test]
fn without_a_terminal_the_passphrase_must_be_given_and_be_right() {
    let desk = Desk::new();
    let words = desk.secret("words", WORDS);
    desk.plain(&["key", "import", "anna", "--words", &words])
        .refused(2, &["--passphrase-file", "COMMONS_PASSPHRASE"]);
    let short = desk.secret("short", "1234567");
    desk.plain(&[
        "key",
        "import",
        "anna",
        "--words",
        &words,
        "--passphrase-file",
        &short,
    ])
    .refused(3, &["8 characters"]);
    desk.plain(&["key", "show", "anna"]).refused(3, &["no key"]);
    desk.run(&["key", "import", "anna", "--words", &words])
        .expect(0);
    let wrong = desk.secret("wrong", "another passphrase");
    desk.plain(&["key", "export", "anna", "--passphrase-file", &wrong])
        .refused(3, &["passphrase"]);
}

#[test]
fn an_armor_leaves_and_comes_back_under_a_passphrase_of_its_own() {
    let desk = Desk::new();
    let words = desk.secret("words", WORDS);
    let made = desk
        .run(&["key", "import", "anna", "--words", &words, "--json"])
        .expect(0);
    assert_eq!(made.json()["address"], ADDRESS);
    let other = desk.secret("other", "another passphrase");
    let armor = desk
        .run(&["key", "export", "anna", "--armor-passphrase-file", &other])
        .expect(0)
        .out;
    assert!(
        armor.starts_with("-----BEGIN TENDERMINT PRIVATE KEY-----\nkdf: argon2\n"),
        "{armor}"
    );
    let file = desk.secret("anna.armor", &armor);
    desk.run(&[
        "key",
        "import",
        "back",
        "--armor",
        &file,
        "--armor-passphrase-file",
        &other,
    ])
    .expect(0);
    let shown = desk
        .plain(&["key", "show", "back", "--json"])
        .expect(0)
        .json();
    assert_eq!(shown["address"], ADDRESS);
    assert!(shown["path"].is_null());
    let own = desk.path("pass");
    desk.run(&[
        "key",
        "import",
        "never",
        "--armor",
        &file,
        "--armor-passphrase-file",
        &own,
    ])
    .refused(3, &["passphrase"]);
    let out = desk.path("out.armor");
    let export = [
        "key",
        "export",
        "anna",
        "--armor-passphrase-file",
        &other,
        "--out",
        &out,
    ];
    desk.run(&export).expect(0);
    desk.run(&export).refused(3, &[]);
}

#[test]
fn a_key_is_deleted_only_with_a_yes() {
    let desk = Desk::new();
    let words = desk.secret("words", WORDS);
    desk.run(&["key", "import", "anna", "--words", &words])
        .expect(0);
    desk.plain(&["key", "delete", "anna"])
        .refused(2, &["--yes"]);
    desk.plain(&["key", "show", "anna"]).expect(0);
    desk.plain(&["key", "delete", "anna", "--yes"]).expect(0);
    desk.plain(&["key", "delete", "anna", "--yes"])
        .refused(3, &["no key"]);
}

#[test]
fn what_is_no_key_is_said_without_repeating_it() {
    let desk = Desk::new();
    for (option, text, words) in [
        ("--words", "hunter2hunter2 abandon", "words"),
        ("--words", &WORDS.replace("art", "zoo"), "checksum"),
        ("--hex", "hunter2", "64 hex digits"),
        ("--hex", &"0".repeat(64), "secp256k1"),
        ("--armor", "hunter2", "BEGIN TENDERMINT"),
    ] {
        let file = desk.secret("bad", text);
        let other = desk.secret("other", "another passphrase");
        let run = desk.run(&[
            "key",
            "import",
            "anna",
            option,
            &file,
            "--armor-passphrase-file",
            &other,
        ]);
        let run = run.refused(3, &[words]);
        assert!(!run.err.contains("hunter2"), "{}", run.err);
    }
    for name in ["../anna", "a b", "", "\u{1b}[31m"] {
        let refused = desk.run(&["key", "new", name]).refused(2, &["not a name"]);
        assert!(!refused.err.contains('\u{1b}'));
    }
    let hex = desk.secret(
        "hex",
        "8088c2ed2149c34f6d6533b774da4e1692eb5cb426fdbaef6898eeda489630b7\n",
    );
    let made = desk
        .run(&["key", "import", "anna", "--hex", &hex, "--json"])
        .expect(0);
    assert_eq!(made.json()["address"], ADDRESS);
}

/// U2: no HOME and nothing else that names a folder.
#[test]
fn without_any_folder_it_says_which_variable_to_set() {
    let run = Run::of(commons().args(["key", "list"]).output().unwrap());
    run.refused(3, &["COMMONS_CONFIG"]);
}

/// U3: what a process list shows while a command runs are names and files.
#[test]
fn a_signing_command_needs_no_secret_among_its_arguments() {
    let served = Served::new();
    let file = std::fs::read_to_string(key_file(&served, "anna")).unwrap();
    assert!(!file.contains("8088c2ed2149c34f6d6533b774da4e1692eb5cb426fdbaef6898eeda489630b7"));
    let command = served.command(&["execute", "commons1x", "{}", "--from", "anna"]);
    let shown = format!("{:?}", command.get_args().collect::<Vec<_>>());
    assert!(!shown.contains(PASSPHRASE));
}
