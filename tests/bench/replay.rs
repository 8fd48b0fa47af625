//! P8: cw20 transfers that a real wasmd executed, executed once more: by wasmd from its own block store, by our replay with every check
//! on, and their signatures alone. Owns a chain in a folder of its own, and ends it; says why where there is no wasmd.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use commons_client::keys::AccountKey;
use commons_tests::cargo::{finish, programs, root};
use commons_tests::peers::built;
use commons_tests::table::{Direction, Gap, Line, Peer, Spread};

const PORTS: [&str; 3] = ["28757", "28756", "28790"];

/// The lines, or why there are none.
pub fn measure(quick: bool) -> Result<Vec<Line>, Gap> {
    let gap = |why: &str| Gap {
        id: "P8".to_owned(),
        why: why.to_owned(),
    };
    let script = root().join("scripts/chain");
    let is_built = Command::new(&script).arg("built").status();
    if !is_built.is_ok_and(|status| status.success()) {
        return Err(gap("wasmd is not built here; scripts/chain build makes it"));
    }
    let count: u32 = if quick { 300 } else { 3_000 };
    let runs = if quick { 1 } else { 3 };
    let folder = tempfile::tempdir().expect("a directory for the chains");
    let chain = Chain {
        script,
        home: folder.path().join("wasmd"),
    };
    let recording = folder.path().join("recording.json");
    chain.record(folder.path(), &recording, count);
    let ours = folder.path().join("ours");
    let rebuilt = finish(
        Command::new(programs().join("differential"))
            .arg("rebuild")
            .args([&recording, &ours]),
    );
    let told = String::from_utf8_lossy(&rebuilt.stdout).into_owned();
    let mut told = told.split_whitespace();
    let height = told.next().unwrap_or("?").to_owned();

    let (mut plain, mut whole, mut replay) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        plain.push(chain.restart(false));
        whole.push(chain.restart(true));
        replay.push(seconds(
            Command::new(programs().join("commons"))
                .args(["replay", "--home"])
                .arg(&ours),
        ));
    }
    let start = Spread::of(plain).median;
    let each = |runs: Vec<f64>| -> Vec<f64> {
        runs.into_iter().map(|run| f64::from(count) / run).collect()
    };
    let replayed = each(replay);
    let executed = each(whole.iter().map(|run| (run - start).max(0.001)).collect());
    let signed = each((0..runs).map(|_| signatures(count)).collect());
    let inputs = format!(
        "{count} cw20-base 2.0.0 transfers of three accounts, in a chain of {height} blocks that wasmd made; ours is the whole process \
         `commons replay --home`, its compiling of contracts and the empty blocks included"
    );
    let line = |id: &str, name: &str, peer: (&str, &str, Vec<f64>)| {
        let (ours, theirs) = (Spread::of(replayed.clone()), Spread::of(peer.2));
        Line {
            id: id.to_owned(),
            name: name.to_owned(),
            unit: "transfers/s".to_owned(),
            ratio: Some(ours.median / theirs.median),
            ratio_is: Some(Direction::OursOverPeer),
            ours,
            peer: Some(Peer {
                name: peer.0.to_owned(),
                version: peer.1.to_owned(),
                spread: theirs,
            }),
            pairs: None,
            inputs: inputs.clone(),
        }
    };
    Ok(vec![
        line(
            "P8.wasmd",
            "replay with every check, beside wasmd executing its own block store (application.db deleted; less a plain start)",
            ("wasmd", "0.61.14", executed),
        ),
        line(
            "P8.signatures",
            "replay with every check, beside checking as many signatures of transactions alone (one thread)",
            ("k256", "0.13", signed),
        ),
    ])
}

/// Seconds to check so many signatures, one by one.
fn signatures(count: u32) -> f64 {
    let key = AccountKey::derive("bench", "signatures");
    let signed: Vec<(Vec<u8>, [u8; 64])> = (0..count)
        .map(|number| {
            // As long as the sign document of a transfer.
            let bytes = format!("{number:>400}").into_bytes();
            let signature = key.sign(&bytes);
            (bytes, signature)
        })
        .collect();
    let public = key.public_key();
    let began = now();
    for (bytes, signature) in &signed {
        assert!(public.verifies(bytes, signature), "a good signature");
    }
    began.elapsed().as_secs_f64()
}

fn seconds(command: &mut Command) -> f64 {
    let began = now();
    finish(command);
    began.elapsed().as_secs_f64()
}

/// A real wasmd.
struct Chain {
    script: PathBuf,
    home: PathBuf,
}

impl Chain {
    fn run(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.script);
        command.arg(verb).arg("--home").arg(&self.home);
        command
    }

    /// Begins, takes the transfers, stops.
    fn record(&self, folder: &Path, recording: &Path, count: u32) {
        std::fs::write(folder.join("cw20.wasm"), built("cw20-base")).expect("a file for cw20");
        let program = programs().join("differential");
        let accounts = finish(Command::new(&program).arg("accounts"));
        let [rpc, p2p, grpc] = PORTS;
        let mut start = self.run("start");
        start.args([
            "--rpc",
            rpc,
            "--p2p",
            p2p,
            "--grpc",
            grpc,
            "--block-time",
            "50ms",
        ]);
        for account in String::from_utf8_lossy(&accounts.stdout).lines() {
            start.args(["--account", account]);
        }
        finish(&mut start);
        let mut record = Command::new(&program);
        record.args(["record", "--rpc", &format!("127.0.0.1:{rpc}")]);
        record
            .arg("--artifacts")
            .arg(folder)
            .arg("--out")
            .arg(recording);
        record.args(["--transfers", &count.to_string()]);
        let done = record.output();
        finish(&mut self.run("stop"));
        assert!(
            done.as_ref().is_ok_and(|done| done.status.success()),
            "recording failed: {done:?}"
        );
    }

    /// Seconds from its start to its first answer, with the application's state or without.
    fn restart(&self, forget: bool) -> f64 {
        if forget {
            std::fs::remove_dir_all(self.home.join("data/application.db")).expect("its state");
        }
        let took = seconds(&mut self.run("again"));
        finish(&mut self.run("stop"));
        took
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        // Where it runs no longer there is nothing to stop.
        drop(self.run("stop").output());
    }
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}
