//! The home file `home.json`: where a demonstration chain's registry is and from which seed its persons' keys come.
//! Owns the format and its replacement as a whole; what trusts there are, the registry on the chain says.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use commons_client::keys::{AccountKey, VotingKey};
use commons_common::id::PersonId;
use serde::{Deserialize, Serialize};

use crate::demo::cast::{Person, officer};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;

/// Name and version of the format.
const SCHEMA: &str = "commons/home/1";
/// Its name in the home directory.
const FILE: &str = "home.json";
/// The chain's own file, made before the home file.
const LEDGER: &str = "ledger.redb";

/// What a home directory says beside its chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    schema: String,
    /// Address of the registry.
    pub registry: String,
    /// Seed of the persons' demonstration keys: anyone who has this file has them.
    pub seed: String,
    /// Trusts founded from here.
    pub trusts: Vec<HomeTrust>,
    /// Label of the demonstration account that relays ballots and founds trusts.
    pub relayer_label: String,
}

/// One trust's contracts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeTrust {
    /// Its name.
    pub name: String,
    /// Address.
    pub roll: String,
    /// Address.
    pub assembly: String,
    /// Address.
    pub trust: String,
    /// Address.
    pub survey: String,
}

impl Home {
    /// A home of these trusts, with the demonstration's relayer.
    pub fn new(registry: &str, seed: &str, trusts: Vec<HomeTrust>) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            registry: registry.to_owned(),
            seed: seed.to_owned(),
            trusts,
            relayer_label: "relayer".to_owned(),
        }
    }

    /// Whether this program made the directory: it holds a home file, or a chain whose making was interrupted.
    pub fn exists(dir: &Path) -> bool {
        dir.join(FILE).is_file() || dir.join(LEDGER).is_file()
    }

    /// Whether the home file is there: the founding was reached.
    pub fn is_complete(dir: &Path) -> bool {
        dir.join(FILE).is_file()
    }

    /// Reads the home file.
    pub fn read(dir: &Path) -> Result<Self, Failure> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Err(Failure::new(
                Exit::Home,
                format!("{} has no {FILE}", dir.display()),
                "the chain was not made by a demonstration, or its making was interrupted before the founding",
                "make a new one with `commons demo alaska --home DIR`",
            ));
        }
        let damaged = |why: String| {
            Failure::new(
                Exit::Home,
                format!("{} cannot be used", path.display()),
                why,
                "restore the file from a copy, or make a new home with `commons demo alaska`",
            )
        };
        let text = input::text(&path).map_err(|failure| damaged(failure.why))?;
        let home: Self = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        if home.schema != SCHEMA {
            return Err(damaged(format!(
                "its schema is {:?}, not {SCHEMA:?}",
                home.schema
            )));
        }
        Ok(home)
    }

    /// Writes the home file, whole or not at all.
    pub fn write(&self, dir: &Path) -> anyhow::Result<()> {
        let (path, unfinished) = (dir.join(FILE), dir.join("home.json.new"));
        let text = serde_json::to_string_pretty(self)? + "\n";
        let written = File::create(&unfinished)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
            })
            .and_then(|()| std::fs::rename(&unfinished, &path))
            // The name itself must be durable too.
            .and_then(|()| File::open(dir)?.sync_all());
        written.map_err(|error| {
            let what = format!("cannot write {}", path.display());
            anyhow::Error::new(Failure::new(
                Exit::Home,
                what,
                error.to_string(),
                "check the rights and the space left",
            ))
        })
    }

    /// The account that relays ballots and founds trusts. A demonstration key: anyone has it.
    pub fn relayer(&self) -> AccountKey {
        officer(&self.relayer_label)
    }

    /// The voting key of a person of the demonstration. Anyone who has this file has it.
    pub fn voting_key(&self, person: PersonId) -> Result<VotingKey, Failure> {
        let number = u32::try_from(person.get()).map_err(|_| {
            Failure::no(
                format!("there is no demonstration key for person {person}"),
                "the demonstration numbers its persons with 32 bits",
                "give the person's own key with --key FILE",
            )
        })?;
        Ok(Person::derive(&self.seed, number).voting)
    }
}
