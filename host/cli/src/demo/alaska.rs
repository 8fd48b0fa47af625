//! `commons demo alaska`: the six steps in order, on a chain of its own or on a network. Owns the data directory it makes; takes no
//! shortcut into contract state.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use commons_client::chain::RemoteChain;
use commons_client::rpc::Bounds;
use commons_common::charter::Charter;
use commons_common::id::DeclarationId;
use commons_common::trust;
use commons_common::units::UnixTime;
use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount};
use commons_node::Node;

use super::attacks;
use super::cast::{CHAIN_ID, DENOM, OFFICER_LABELS, PREFIX, Person, accounts, officer};
use super::checks::checks;
use super::desk::Desk;
use super::figures::{FiscalYear, years};
use super::fiscal::{self, Plan};
use super::founding::{Family, Founded, enrol, found, ratify, verify};
use super::local::Local;
use super::poll;
use super::progress::Progress;
use super::remote::Remote;
use super::report;
use super::story::{SCHEMA, Story, TrustStory};
use super::verdict;
use crate::compiled;
use crate::contracts;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::{Home, HomeTrust};
use crate::networks;

/// The two charters, as they stand in the repository.
pub const CHARTERS: [(&str, &str); 2] = [
    (
        "as-alaska-spends.toml",
        include_str!("../../charters/as-alaska-spends.toml"),
    ),
    (
        "spend-everything.toml",
        include_str!("../../charters/spend-everything.toml"),
    ),
];

/// 1982-01-01T00:00:00Z: the chain begins.
const GENESIS: UnixTime = UnixTime(378_691_200);
/// 1982-07-01T00:00:00Z: fiscal year 1983 begins, and with it period 1.
const RATIFIED: UnixTime = UnixTime(394_329_600);
/// Options of the demonstration.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Play on a network instead: a name of `commons network list`, or a chain.json. Its genesis needs the accounts of `commons demo accounts`.
    #[arg(long, value_name = "NAME|FILE", conflicts_with_all = ["home", "force"])]
    pub network: Option<String>,
    /// File from which the network's validator reads its time, in seconds since 1970: the story sets it. Without one, years are waited for.
    #[arg(long, value_name = "FILE", requires = "network")]
    pub clock: Option<PathBuf>,
    /// Data directory to make. Default: a fresh one, ./alaska-home or the first free ./alaska-home-N.
    #[arg(long, value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Replace the data directory if it exists and was made by this command.
    #[arg(long)]
    pub force: bool,
    /// Persons on the roll of each trust.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(30..=100_000))]
    pub persons: u32,
    /// Seed of the persons' keys. The same seed gives the same roots.
    #[arg(long, default_value = "alaska")]
    pub seed: String,
    /// Play only the first N fiscal years and end there.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub years: Option<u16>,
    /// Read the contracts from this folder instead of those built in.
    #[arg(long, value_name = "DIR")]
    pub artifacts: Option<PathBuf>,
}

/// Runs the demonstration. The story says whether everything that must hold holds.
pub fn run(args: &Args) -> Result<Story> {
    let mut progress = Progress::new();
    let home = match args.network {
        Some(_) => None,
        None => Some(prepare(args)?),
    };
    let all = years()?;
    let count = usize::from(args.years.unwrap_or(u16::MAX)).min(all.len());
    let years = all.get(..count).unwrap_or(&all);
    if let Some(home) = &home {
        progress.say(&format!("data directory: {}", home.display()));
    }
    progress.say(&format!(
        "seed: {} (persons' keys are derived from it; demonstration keys, anyone has them)",
        args.seed
    ));
    let persons = Person::all(&args.seed, args.persons);

    progress.begin("1 found two trusts from their charters", 1);
    let mut desk = open(args, home.as_deref(), &persons)?;
    let charters = charters(args.persons, desk.prefix())?;
    let mut founded = found(
        &mut desk,
        &contracts::load(args.artifacts.as_deref())?,
        charters,
    )?;
    if let Some(home) = &home {
        write_home(home, args, &founded)?;
    }

    let start = enrol_and_ratify(&mut desk, &mut founded, &persons, &mut progress)?;

    progress.begin(
        &format!("3 play {} fiscal years", years.len()),
        u64::try_from(years.len())?,
    );
    let plan = Plan {
        years,
        persons: &persons,
        start,
    };
    let rows = fiscal::play(&mut desk, &mut founded.families, &plan, &progress)?;

    let mut story = Story {
        schema: SCHEMA,
        home: home.as_ref().map(|home| home.display().to_string()),
        seed: args.seed.clone(),
        persons: args.persons,
        chain_id: desk.chain_id().to_owned(),
        registry: founded.registry.clone(),
        trusts: trusts(&desk, &founded)?,
        checks: checks(years, &rows, args.persons),
        rows,
        poll: None,
        attacks: Vec::new(),
        height: 0,
        transactions: 0,
        root: None,
        verdict: None,
    };
    decide_and_attack(&mut desk, &mut founded, &persons, &mut story, &mut progress)?;
    for (trust, family) in story.trusts.iter_mut().zip(&founded.families) {
        trust.ledgers = desk.query(&family.trust, &trust::QueryMsg::Ledgers {})?;
    }
    story.height = desk.height();
    story.transactions = desk.transactions();
    story.root = desk.root();
    drop(desk);

    if let Some(home) = &home {
        progress.begin(
            "6 replay everything in a second process, then falsify the log",
            4,
        );
        story.verdict = Some(verdict::reach(home, &story, &progress)?);
        write_report(home, &story, years)?;
    }
    progress.end();
    progress.say(&format!(
        "all steps: {:.1} s",
        progress.elapsed().as_secs_f32()
    ));
    Ok(story)
}

/// A chain of its own in the data directory, or the network that is named.
fn open(args: &Args, home: Option<&Path>, persons: &[Person]) -> Result<Desk> {
    if let Some(home) = home {
        let node = Node::create(compiled::vm()?, home, &genesis(persons))?;
        return Ok(Desk::new(Box::new(Local::new(node, PREFIX))));
    }
    let network = networks::find(args.network.as_deref().unwrap_or_default())?.network;
    let chain = RemoteChain::connect(network, Bounds::default()).map_err(Failure::from)?;
    Ok(Desk::new(Box::new(Remote::new(chain, args.clock.clone())?)))
}

/// The second step; answers when period 1 of both trusts began.
fn enrol_and_ratify(
    desk: &mut Desk,
    founded: &mut Founded,
    persons: &[Person],
    progress: &mut Progress,
) -> Result<UnixTime> {
    let batches = 4 * u64::try_from(persons.len())?.div_ceil(256);
    progress.begin(
        &format!(
            "2 enrol {} persons through registrars, two thirds ratify",
            persons.len()
        ),
        batches,
    );
    for family in &founded.families {
        fiscal::check_officers(desk, family)?;
        enrol(desk, family, persons, progress)?;
    }
    ratify(desk, &mut founded.families, persons, RATIFIED)?;
    Ok(RATIFIED)
}

fn decide_and_attack(
    desk: &mut Desk,
    founded: &mut Founded,
    persons: &[Person],
    story: &mut Story,
    progress: &mut Progress,
) -> Result<()> {
    progress.begin("4 put one appropriation to the vote", 1);
    let [a, b] = &mut founded.families;
    let poll = poll::play(desk, a, b, persons, &mut story.attacks)?;
    progress.begin("5 try to break the trust", 1);
    let last = story
        .rows
        .first()
        .and_then(|rows| rows.iter().rev().find_map(|r| r.report.declaration));
    let last: DeclarationId = last.context("no dividend was declared: nothing to claim twice")?;
    story
        .attacks
        .extend(attacks::play(desk, a, persons, last, poll.friend)?);
    story.poll = Some(poll);
    Ok(())
}

/// The charters from the binary, with the officers' addresses as the chain writes them; the registrars' quotas hold more persons than
/// the demonstration allows.
fn charters(persons: u32, prefix: &str) -> Result<[Charter; 2]> {
    let read = |(name, text): (&str, &str)| -> Result<Charter> {
        let mut text = text.to_owned();
        for label in OFFICER_LABELS {
            let key = officer(label);
            text = text.replace(&key.address(PREFIX), &key.address(prefix));
        }
        let charter: Charter = toml::from_str(&text).with_context(|| format!("charter {name}"))?;
        charter.check().with_context(|| format!("charter {name}"))?;
        let quota = charter
            .roll
            .registrars
            .iter()
            .map(|r| r.quota)
            .min()
            .unwrap_or(0);
        ensure!(
            quota >= persons,
            "charter {name}: a registrar may attest {quota} persons in an epoch, this run wants {persons}"
        );
        Ok(charter)
    };
    let [a, b] = CHARTERS;
    Ok([read(a)?, read(b)?])
}

fn genesis(persons: &[Person]) -> Genesis {
    let accounts = accounts(PREFIX, persons)
        .into_iter()
        .map(|(address, purse)| GenesisAccount {
            address,
            balance: match purse {
                0 => Vec::new(),
                purse => vec![Coin::new(purse, DENOM)],
            },
        });
    Genesis {
        chain_id: CHAIN_ID.to_owned(),
        time: GENESIS.0 * 1_000_000_000,
        address_prefix: PREFIX.to_owned(),
        accounts: accounts.collect(),
        params: ChainParams {
            // As `wasmd init` has it: a block holds whatever waits.
            max_gas: None,
            ..ChainParams::default()
        },
    }
}

/// The directory to use; made by the node, so only its place is decided here.
fn prepare(args: &Args) -> Result<PathBuf> {
    let Some(home) = &args.home else {
        return free_directory();
    };
    if !home.exists() {
        return Ok(home.clone());
    }
    if !args.force {
        bail!(Failure::new(
            Exit::Home,
            format!("{} exists", home.display()),
            "a run makes its own directory and never writes into another",
            "choose a new directory, or replace this one with --force",
        ));
    }
    let empty = home.is_dir() && std::fs::read_dir(home)?.next().is_none();
    if !empty && !Home::exists(home) {
        bail!(Failure::new(
            Exit::Home,
            format!("{} is not a home", home.display()),
            "this program did not make it, so --force does not remove it",
            "choose a new directory",
        ));
    }
    std::fs::remove_dir_all(home).with_context(|| format!("removing {}", home.display()))?;
    Ok(home.clone())
}

fn free_directory() -> Result<PathBuf> {
    let names = std::iter::once("alaska-home".to_owned())
        .chain((2..10_000).map(|n| format!("alaska-home-{n}")));
    names
        .map(PathBuf::from)
        .find(|path| !path.exists())
        .context("every name from alaska-home to alaska-home-9999 is taken here: use --home DIR")
}

fn write_home(home: &Path, args: &Args, founded: &Founded) -> Result<()> {
    let trust = |family: &Family| HomeTrust {
        name: family.charter.name.to_string(),
        roll: family.roll.clone(),
        assembly: family.assembly.clone(),
        trust: family.trust.clone(),
        survey: family.survey.clone(),
    };
    let home_file = Home::new(
        &founded.registry,
        &args.seed,
        founded.families.iter().map(trust).collect(),
    );
    home_file.write(home)
}

fn trusts(desk: &Desk, founded: &Founded) -> Result<Vec<TrustStory>> {
    founded
        .families
        .iter()
        .map(|family| {
            Ok(TrustStory {
                name: family.charter.name.to_string(),
                roll: family.roll.clone(),
                assembly: family.assembly.clone(),
                trust: family.trust.clone(),
                survey: family.survey.clone(),
                verification: verify(desk, &founded.registry, family)?,
                ledgers: desk.query(&family.trust, &trust::QueryMsg::Ledgers {})?,
            })
        })
        .collect()
}

fn write_report(home: &Path, story: &Story, years: &[FiscalYear]) -> Result<()> {
    let path = home.join("report.html");
    std::fs::write(&path, report::page(story, years))
        .with_context(|| format!("writing {}", path.display()))
}
