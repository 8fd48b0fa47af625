//! Which network a command means: a file, or a name in the user's folder, or the local one. Owns the folder's names; what a
//! `chain.json` says, the client reads.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use commons_client::network::Network;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::{input, settings};

/// The network without which nobody needs to ask: the development chain on this machine.
pub const LOCAL: &str = "local";
const LOCAL_FILE: &str = include_str!("local.json");
/// A name's longest form.
const NAME: usize = 64;

/// A network and where it is described.
pub struct Described {
    /// Its name, or its file.
    pub name: String,
    /// Where its description is.
    pub source: String,
    /// What it says.
    pub network: Network,
}

/// The network that is meant. What has a slash or ends in `.json` is a file.
pub fn find(wanted: &str) -> Result<Described, Failure> {
    if wanted.contains('/') || wanted.ends_with(".json") {
        return read(wanted, Path::new(wanted));
    }
    let path = match (file(wanted), wanted) {
        // It needs no folder, where there is none.
        (Err(_), LOCAL) => return local(),
        (path, _) => path?,
    };
    match (path.is_file(), wanted) {
        (true, _) => read(wanted, &path),
        (false, LOCAL) => local(),
        (false, _) => Err(Failure::input(
            format!("there is no network {wanted:?}"),
            format!("{} does not exist", path.display()),
            "`commons network list` shows which there are; `commons network add chain.json` adds one",
        )),
    }
}

/// Every network by name, the local one among them.
pub fn all() -> Result<Vec<Described>, Failure> {
    let mut names = vec![LOCAL.to_owned()];
    let entries = settings::networks().map(fs::read_dir);
    if let Ok(Ok(entries)) = entries {
        for entry in entries.flatten() {
            let file = entry.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".json"));
            if let Some(name) = name.filter(|name| is_name(name) && *name != LOCAL) {
                names.push(name.to_owned());
            }
        }
    }
    names.sort();
    names.iter().map(|name| find(name)).collect()
}

/// Copies a description into the user's folder, under a name that is free.
pub fn add(path: &Path, name: Option<&str>) -> Result<Described, Failure> {
    let text = input::text(path)?;
    let network = parse(&input::name(path), &text)?;
    let name = name.unwrap_or(&network.name).to_owned();
    let target = file(&name)?;
    let written = fs::create_dir_all(settings::networks()?)
        .and_then(|()| fs::File::create_new(&target))
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| {
        Failure::input(
            format!("cannot write {}", target.display()),
            error.to_string(),
            "choose another name with --name, or delete the file first",
        )
    })?;
    Ok(Described {
        name,
        source: target.display().to_string(),
        network,
    })
}

fn local() -> Result<Described, Failure> {
    Ok(Described {
        name: LOCAL.to_owned(),
        source: "built in".to_owned(),
        network: parse(LOCAL, LOCAL_FILE)?,
    })
}

fn read(name: &str, path: &Path) -> Result<Described, Failure> {
    let text = input::text(path)?;
    Ok(Described {
        name: name.to_owned(),
        source: path.display().to_string(),
        network: parse(&input::name(path), &text)?,
    })
}

fn parse(name: &str, text: &str) -> Result<Network, Failure> {
    Network::parse(text).map_err(|error| {
        let mut failure = Failure::from(error);
        failure.what = format!("the network {name} cannot be used");
        failure
    })
}

fn file(name: &str) -> Result<PathBuf, Failure> {
    if is_name(name) {
        return Ok(settings::networks()?.join(format!("{name}.json")));
    }
    Err(Failure::new(
        Exit::Usage,
        format!("{name:?} is not a name for a network"),
        "names have 1 to 64 letters, digits, - and _; anything else is taken for a file if it has a slash or ends in .json",
        "give a name from `commons network list`, or a file like ./chain.json",
    ))
}

fn is_name(name: &str) -> bool {
    (1..=NAME).contains(&name.len())
        && !name.starts_with('-')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
