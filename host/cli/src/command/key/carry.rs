//! `commons key export`: a key as ASCII armor, under a passphrase of its own. Never writes a secret in clear.

use std::path::Path;

use commons_client::keys::{armor_key, write_private};
use serde_json::json;

use crate::args::{ArmorArgs, PassphraseArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;
use crate::passphrase::Wanted;
use crate::settings;

/// Runs `key export`.
pub fn export(
    name: &str,
    out: Option<&Path>,
    passphrase: &PassphraseArgs,
    armor: &ArmorArgs,
) -> Result<Answer, Failure> {
    let sealed = settings::keys()?.get(name)?;
    let file = passphrase.passphrase_file.as_deref();
    let key = sealed.open(&Wanted::of_key(name, file).get()?)?;
    let of = format!("the armor of {name}");
    let chosen = Wanted::of_armor(&of, armor.armor_passphrase_file.as_deref()).choose()?;
    let text = armor_key(&key, &chosen)?;
    let public = hex::encode(key.public());
    if let Some(out) = out {
        write_private(out, text.as_bytes())?;
        let shown = out.display().to_string();
        let body = json!({ "name": name, "public_key": public, "file": shown });
        let text =
            format!("The armor is in {shown}. `wasmd keys import {name} {shown}` reads it.\n");
        return Answer::new("commons/key-export/1", Exit::Good, body, text);
    }
    let body = json!({ "name": name, "public_key": public, "armor": text });
    Answer::new("commons/key-export/1", Exit::Good, body, text)
}
