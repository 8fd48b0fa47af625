//! Passphrases: from a file, the environment, or the terminal, in this order. Owns asking; keeps none, and takes none from the
//! command line, which every process of the machine can read (U3).

use std::env;
use std::io::IsTerminal as _;
use std::path::Path;

use commons_client::keys::read_private;
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::Failure;

/// Bytes of a passphrase at most.
const MAX: usize = 1024;
/// Characters of a new one at least; Cosmos command lines demand as many.
const MIN: usize = 8;

/// Which passphrase is meant, and where else than on a terminal it may be found.
pub struct Wanted<'a> {
    /// What it opens or closes, for the question.
    pub of: &'a str,
    /// A file, if one was named.
    pub file: Option<&'a Path>,
    /// How the file's option is called.
    pub option: &'static str,
    /// The variable.
    pub variable: &'static str,
}

impl<'a> Wanted<'a> {
    /// That of a key in the folder.
    pub const fn of_key(of: &'a str, file: Option<&'a Path>) -> Self {
        Self {
            of,
            file,
            option: "--passphrase-file",
            variable: "COMMONS_PASSPHRASE",
        }
    }

    /// That of an armored key on its way in or out.
    pub const fn of_armor(of: &'a str, file: Option<&'a Path>) -> Self {
        Self {
            of,
            file,
            option: "--armor-passphrase-file",
            variable: "COMMONS_ARMOR_PASSPHRASE",
        }
    }

    /// One that exists.
    pub fn get(&self) -> Result<Zeroizing<String>, Failure> {
        if let Some(given) = self.given()? {
            return Ok(given);
        }
        self.ask(&format!("Passphrase of {}: ", self.of))
    }

    /// A new one, asked for twice.
    pub fn choose(&self) -> Result<Zeroizing<String>, Failure> {
        let chosen = match self.given()? {
            Some(given) => given,
            None => {
                let first = self.ask(&format!("New passphrase for {}: ", self.of))?;
                let again = self.ask("The same again: ")?;
                if first != again {
                    return Err(Failure::input(
                        "the passphrases differ",
                        "the second is not the first",
                        "nothing was made; run the command again",
                    ));
                }
                first
            }
        };
        if chosen.chars().count() < MIN {
            return Err(Failure::input(
                "the passphrase is too short",
                format!("a new one has {MIN} characters at least"),
                "nothing was made; choose a longer one, such as four words by chance",
            ));
        }
        Ok(chosen)
    }

    fn given(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        if let Some(path) = self.file {
            let bytes = read_private(path, MAX)?;
            let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
            let text = std::str::from_utf8(line).map_err(|_| self.not_text("the file"))?;
            return Ok(Some(Zeroizing::new(text.to_owned())));
        }
        match env::var(self.variable) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(env::VarError::NotPresent) => Ok(None),
            Err(env::VarError::NotUnicode(_)) => Err(self.not_text(self.variable)),
        }
    }

    fn ask(&self, question: &str) -> Result<Zeroizing<String>, Failure> {
        // A terminal that nobody looks at would wait for ever.
        let attended = std::io::stdin().is_terminal() || std::io::stderr().is_terminal();
        let nobody = |why: String| {
            Failure::new(
                Exit::Usage,
                format!("the passphrase of {} is needed", self.of),
                why,
                format!(
                    "name a file with {}, readable by you only, or set {}",
                    self.option, self.variable
                ),
            )
        };
        if !attended {
            return Err(nobody("there is no terminal to ask on".to_owned()));
        }
        rpassword::prompt_password(question)
            .map(Zeroizing::new)
            .map_err(|error| nobody(error.to_string()))
    }

    fn not_text(&self, place: &str) -> Failure {
        Failure::input(
            format!("the passphrase of {} cannot be read", self.of),
            format!("{place} does not hold UTF-8 text"),
            format!("write it to the file of {} as UTF-8", self.option),
        )
    }
}
