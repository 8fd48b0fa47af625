//! Owns the socket by which the owner of a chain's directory has its running node copy the chain: the node alone may read its files. It is
//! a socket of the file system, in that directory and open to its owner only, and never one of the network.
//!
//! A question is one line of JSON, `{"backup":"/absolute/directory"}`; so is the answer, `{"height":"12"}` or `{"error":"why"}`.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::net::UnixListener;

use crate::shared::{Shared, stopped};

/// Name of the socket in the directory of a chain.
const NAME: &str = "control.sock";
/// Longest question or answer: a path and a sentence.
const MAX_BYTES: u64 = 64 * 1024;
/// For a question to come.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Question {
    Backup(PathBuf),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Height(String),
    Error(String),
}

/// Has the node that runs on the chain in `home` copy it to `copy`, an absolute path of a directory without a chain; answers the height
/// that was copied. Blocks go on being made meanwhile.
///
/// # Errors
/// What the node says, or the system if no node answers.
pub fn backup(home: &Path, copy: &Path) -> io::Result<u64> {
    let mut stream = UnixStream::connect(home.join(NAME))?;
    let mut line = serde_json::to_vec(&Question::Backup(copy.to_path_buf()))?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut text = String::new();
    BufReader::new(stream.take(MAX_BYTES)).read_line(&mut text)?;
    match serde_json::from_str(&text)? {
        Answer::Height(height) => height.parse().map_err(io::Error::other),
        Answer::Error(why) => Err(io::Error::other(why)),
    }
}

/// The socket of a node, removed with it.
pub(crate) struct Control {
    listener: std::os::unix::net::UnixListener,
    path: PathBuf,
}

impl Drop for Control {
    fn drop(&mut self) {
        // What is left over is removed by the next node.
        drop(fs::remove_file(&self.path));
    }
}

impl Control {
    /// Opens the socket in the directory that this process has locked. A node without one is none the worse in all else: a path of more
    /// than some hundred bytes cannot have one.
    pub(crate) fn open(home: &Path) -> io::Result<Self> {
        let path = home.join(NAME);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = std::os::unix::net::UnixListener::bind(&path)?;
        let control = Self { listener, path };
        fs::set_permissions(&control.path, fs::Permissions::from_mode(0o600))?;
        control.listener.set_nonblocking(true)?;
        Ok(control)
    }

    /// Answers until the node stops, one question after another.
    pub(crate) async fn serve(self, shared: Arc<Shared>) {
        let mut stopping = shared.stopping.clone();
        let listener = self.listener.try_clone().and_then(UnixListener::from_std);
        let Ok(listener) = listener else { return };
        loop {
            let accepted = tokio::select! {
                () = stopped(&mut stopping) => return,
                accepted = listener.accept() => accepted,
            };
            let Ok(stream) = accepted.and_then(|(stream, _)| stream.into_std()) else {
                continue;
            };
            let answered = shared.blocking(move |asked| {
                answer(stream, |copy| {
                    let copied = asked.view.backup(copy);
                    copied.map_err(|error| error.to_string())
                })
            });
            // Whoever asked and went away gets no answer.
            drop(answered.await);
        }
    }
}

fn answer(
    mut stream: UnixStream,
    backup: impl FnOnce(&Path) -> Result<u64, String>,
) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut text = String::new();
    BufReader::new(stream.try_clone()?.take(MAX_BYTES)).read_line(&mut text)?;
    let answer = match serde_json::from_str(&text) {
        Err(error) => Answer::Error(format!("not a question: {error}")),
        Ok(Question::Backup(copy)) if !copy.is_absolute() => {
            Answer::Error("the directory of the copy has to be an absolute path".to_owned())
        }
        Ok(Question::Backup(copy)) => match backup(&copy) {
            Ok(height) => Answer::Height(height.to_string()),
            Err(why) => Answer::Error(why),
        },
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    stream.write_all(&line)
}
