//! `commons key`: keys that sign transactions, each in a file of its own under a passphrase. Shows what is public; a secret leaves
//! as words at its making, or as armor under a passphrase, and in no other way.

mod carry;
mod make;

use commons_client::keys::{PublicKey, SealedKey};
use serde_json::{Value, json};

use crate::args::{KeyCommand, NetworkArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;
use crate::{networks, settings};

/// Runs `key`.
pub fn run(command: &KeyCommand) -> Result<Answer, Failure> {
    match command {
        KeyCommand::New {
            name,
            words,
            path,
            passphrase,
            network,
        } => make::new(name, words.as_deref(), *path, passphrase, network),
        KeyCommand::Import {
            name,
            source,
            path,
            passphrase,
            armor,
            network,
        } => make::import(&make::Import {
            name,
            source,
            path: *path,
            passphrase,
            armor,
            network,
        }),
        KeyCommand::Export {
            name,
            out,
            passphrase,
            armor,
        } => carry::export(name, out.as_deref(), passphrase, armor),
        KeyCommand::List(network) => list(network),
        KeyCommand::Show { name, network } => show(name, network),
        KeyCommand::Delete { name, yes } => delete(name, *yes),
    }
}

fn list(network: &NetworkArgs) -> Result<Answer, Failure> {
    let (folder, prefix) = (settings::keys()?, prefix(network)?);
    let (mut keys, mut text) = (Vec::new(), String::new());
    for name in folder.names()? {
        let sealed = folder.get(&name)?;
        let public = sealed.public_key()?;
        text += &format!("{name:<16} {}\n", public.address(&prefix));
        keys.push(document(&name, &sealed, &public, &prefix));
    }
    if text.is_empty() {
        text = format!(
            "There are no keys in {}. `commons key new NAME` makes one.\n",
            folder.dir().display()
        );
    }
    let body = json!({ "folder": folder.dir().display().to_string(), "keys": keys });
    Answer::new("commons/keys/1", Exit::Good, body, text)
}

fn show(name: &str, network: &NetworkArgs) -> Result<Answer, Failure> {
    let sealed = settings::keys()?.get(name)?;
    let (public, prefix) = (sealed.public_key()?, prefix(network)?);
    let text = describe(name, &sealed, &public, &prefix);
    let body = document(name, &sealed, &public, &prefix);
    Answer::new("commons/key-show/1", Exit::Good, body, text)
}

fn delete(name: &str, yes: bool) -> Result<Answer, Failure> {
    let folder = settings::keys()?;
    let public = folder.get(name)?.public_key()?;
    let key = hex::encode(public.to_bytes());
    if !yes {
        return Err(Failure::new(
            Exit::Usage,
            format!("key {name} is not deleted yet"),
            format!("who has not its words loses all that key {key} holds and may do, for ever"),
            "give --yes if you have the words, or nothing depends on it",
        ));
    }
    folder.delete(name)?;
    let body = json!({ "name": name, "public_key": key });
    let text = format!(
        "Key {name} is deleted. Its words make it again: commons key import {name} --words FILE\n"
    );
    Answer::new("commons/key-delete/1", Exit::Good, body, text)
}

/// Prefix of a network's addresses.
fn prefix(network: &NetworkArgs) -> Result<String, Failure> {
    Ok(networks::find(&network.network)?.network.prefix)
}

fn document(name: &str, sealed: &SealedKey, public: &PublicKey, prefix: &str) -> Value {
    json!({
        "name": name,
        "address": public.address(prefix),
        "public_key": hex::encode(public.to_bytes()),
        "path": sealed.path(),
    })
}

fn describe(name: &str, sealed: &SealedKey, public: &PublicKey, prefix: &str) -> String {
    format!(
        "name     {name}\naddress  {}\npublic   {}\npath     {}\n",
        public.address(prefix),
        hex::encode(public.to_bytes()),
        sealed.path().unwrap_or("none: it came without words"),
    )
}
