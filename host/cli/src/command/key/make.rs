//! `commons key new` and `key import`: a key into the folder. Reads secrets from files, stdin and the terminal only; shows words once
//! and keeps them nowhere.

use std::io::Read as _;
use std::path::Path;

use commons_client::keys::{
    AccountKey, HdPath, Mnemonic, SealedKey, read_armor, read_private, write_private,
};
use zeroize::Zeroizing;

use super::{describe, document};
use crate::args::{ArmorArgs, ImportArgs, NetworkArgs, PassphraseArgs, PathArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, show_secret};
use crate::passphrase::Wanted;
use crate::{input, networks, settings};

/// Bytes of words, armor or hex digits at most.
const MAX: usize = 16 * 1024;

/// Runs `key new`.
pub fn new(
    name: &str,
    words: Option<&Path>,
    path: PathArgs,
    passphrase: &PassphraseArgs,
    network: &NetworkArgs,
) -> Result<Answer, Failure> {
    let place = place(path, network)?;
    free(name)?;
    let mnemonic = Mnemonic::generate()?;
    let key = mnemonic.account(place)?;
    let keeping = Keeping {
        name,
        path: Some(place.to_string()),
        passphrase,
        network,
    };
    // The words are on disk before the key is, so that no key ever stands without its words.
    let chosen = keeping.passphrase()?;
    if let Some(file) = words {
        let mut line = mnemonic.words();
        line.push('\n');
        write_private(file, line.as_bytes())?;
    }
    let answer = keeping.keep(&key, &chosen, "commons/key-new/1")?;
    if words.is_none() {
        show_secret(
            "These words are the key. Write them down; they are not shown again:\n\n  ",
            &mnemonic.words(),
            "\n\n",
        );
    }
    Ok(answer)
}

/// `key import`'s arguments.
pub struct Import<'a> {
    pub name: &'a str,
    pub source: &'a ImportArgs,
    pub path: PathArgs,
    pub passphrase: &'a PassphraseArgs,
    pub armor: &'a ArmorArgs,
    pub network: &'a NetworkArgs,
}

/// Runs `key import`.
pub fn import(args: &Import<'_>) -> Result<Answer, Failure> {
    free(args.name)?;
    let place = place(args.path, args.network)?;
    let (key, path) = match (&args.source.words, &args.source.armor, &args.source.hex) {
        (Some(file), _, _) => {
            let key = Mnemonic::parse(&secret(file)?)?.account(place)?;
            (key, Some(place.to_string()))
        }
        (_, Some(file), _) => {
            let text = secret(file)?;
            let given = args.armor.armor_passphrase_file.as_deref();
            let passphrase = Wanted::of_armor("the armored key", given).get()?;
            (read_armor(&text, &passphrase)?, None)
        }
        (_, _, Some(file)) => (from_hex(&secret(file)?)?, None),
        _ => return Err(Failure::internal("nothing to import from was given")),
    };
    let keeping = Keeping {
        name: args.name,
        path,
        passphrase: args.passphrase,
        network: args.network,
    };
    let chosen = keeping.passphrase()?;
    keeping.keep(&key, &chosen, "commons/key-import/1")
}

/// A key on its way into the folder.
struct Keeping<'a> {
    name: &'a str,
    path: Option<String>,
    passphrase: &'a PassphraseArgs,
    network: &'a NetworkArgs,
}

impl Keeping<'_> {
    fn passphrase(&self) -> Result<Zeroizing<String>, Failure> {
        let file = self.passphrase.passphrase_file.as_deref();
        Wanted::of_key(self.name, file).choose()
    }

    fn keep(self, key: &AccountKey, passphrase: &str, schema: &str) -> Result<Answer, Failure> {
        let sealed = SealedKey::seal(key, self.path, passphrase)?;
        let file = settings::keys()?.put(self.name, &sealed)?;
        let prefix = networks::find(&self.network.network)?.network.prefix;
        let public = key.public_key();
        let text = describe(self.name, &sealed, &public, &prefix)
            + &format!("file     {}\n", file.display());
        let mut body = document(self.name, &sealed, &public, &prefix);
        if let Some(fields) = body.as_object_mut() {
            fields.insert("file".to_owned(), file.display().to_string().into());
        }
        Answer::new(schema, Exit::Good, body, text)
    }
}

/// Refuses a name that is taken before anything secret is made or asked for.
fn free(name: &str) -> Result<(), Failure> {
    use commons_client::ClientError;
    match settings::keys()?.get(name) {
        Err(ClientError::NoKey { .. }) => Ok(()),
        Err(other) => Err(other.into()),
        Ok(_) => Err(ClientError::KeyExists(name.to_owned()).into()),
    }
}

fn place(path: PathArgs, network: &NetworkArgs) -> Result<HdPath, Failure> {
    let coin_type = match path.coin_type {
        Some(coin_type) => coin_type,
        None => networks::find(&network.network)?.network.coin_type,
    };
    Ok(HdPath {
        coin_type,
        account: path.account,
        index: path.index,
    })
}

/// A secret's text, from a file that nobody else can read, or from stdin.
fn secret(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let shown = input::name(path);
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Zeroizing::new(Vec::with_capacity(MAX + 1));
        let most = u64::try_from(MAX).unwrap_or(u64::MAX);
        let read = std::io::stdin().take(most).read_to_end(&mut bytes);
        read.map_err(|error| {
            Failure::input(
                format!("cannot read {shown}"),
                error.to_string(),
                "give a file instead",
            )
        })?;
        bytes
    } else {
        read_private(path, MAX)?
    };
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(Failure::input(
            format!("cannot read {shown}"),
            "it is not UTF-8 text",
            "give the file that holds the words, the armor or the digits",
        )),
    }
}

fn from_hex(text: &str) -> Result<AccountKey, Failure> {
    let digits = text.trim();
    let mut bytes = Zeroizing::new([0_u8; 32]);
    hex::decode_to_slice(digits, bytes.as_mut_slice()).map_err(|_| {
        Failure::input(
            "the key cannot be read",
            "it is not 64 hex digits",
            "give the secret as 64 hex digits on one line, without 0x",
        )
    })?;
    Ok(AccountKey::from_secret(bytes.as_slice())?)
}
