//! The command line `commons`. Owns what people see — arguments, answers, errors, exit codes — and never a rule: what a
//! chain accepts, its contracts say; what is counted and owed, they answer.
//!
//! Output: stdout carries the primary result, stderr progress, hints, warnings and errors. With `--json` stdout carries
//! exactly one document with a `schema` field, also when a command fails. Text from ledgers and files is made inert
//! before it is shown.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done; what was asked holds (a closed pipe is success) |
//! | 1 | a check failed, or the rules refused: the answer says which |
//! | 2 | the command line is wrong |
//! | 3 | a file cannot be read, or is not what it should be |
//! | 4 | the home directory is missing, in use by another process, or damaged |
//! | 5 | a fault of this program or of the machine; nothing was committed |
//! | 6 | the network's node cannot be reached, or does not answer as a node does |

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches as _;

mod args;
mod chain;
mod charter_file;
mod command;
mod compiled;
mod contract_log;
mod contracts;
mod demo;
mod exit;
mod failure;
mod home;
mod inert;
mod input;
mod instant;
mod lookup;
mod message;
mod networks;
mod outcome;
mod output;
mod passphrase;
mod replay;
mod settings;
mod submission;
mod threshold;

use args::{
    BallotCommand, CharterCommand, Cli, Command, DemoCommand, ProposalCommand, TrustCommand,
    TxCommand,
};
use command::{
    ballot, charter, completions, deploy, execute, key, network, node, proposal, query, status,
    trust, tx,
};
use exit::Exit;
use failure::Failure;
use output::Answer;

/// Runs one command line, the program's name first.
pub fn run(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.collect();
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let parsed = args::command()
        .try_get_matches_from(&arguments)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(cli) => output::finish(obey(cli.command, cli.debug), cli.json).into(),
        Err(error) => usage(&error, wants_json).into(),
    }
}

/// Help and version go to stdout and are success; everything else is a wrong command line.
fn usage(error: &clap::Error, json: bool) -> Exit {
    if !error.use_stderr() {
        return output::print(&error.render().ansi().to_string()).unwrap_or(Exit::Good);
    }
    let shown = error.render().to_string();
    output::say_plainly(&shown);
    if json {
        return output::print_usage(&shown).unwrap_or(Exit::Usage);
    }
    Exit::Usage
}

fn obey(command: Command, debug: bool) -> Result<Answer, Failure> {
    if debug {
        contract_log::listen()?;
    }
    dispatch(command)
}

fn dispatch(command: Command) -> Result<Answer, Failure> {
    match command {
        Command::Charter(CharterCommand::Check { file }) => charter::check(&file),
        Command::Trust(command) => dispatch_trust(command),
        Command::Ballot(command) => dispatch_ballot(command),
        Command::Proposal(ProposalCommand::Show {
            proposal,
            home,
            trust,
        }) => proposal::show(proposal, &home, trust.as_deref()),
        Command::Node(args) => node::run(&args),
        Command::Status(home) => status::run(&home),
        Command::Tx(command) => dispatch_tx(command),
        Command::Key(command) => key::run(&command),
        Command::Network(command) => network::run(&command),
        Command::Deploy(args) => deploy::run(&args),
        Command::Execute(args) => execute::run(&args),
        Command::Query(command) => query::run(&command),
        Command::Replay(args) => replay::run(&args),
        Command::Demo(DemoCommand::Alaska(args)) => alaska(&args),
        Command::Demo(DemoCommand::Accounts(args)) => demo::accounts::run(&args),
        Command::Completions { shell } => completions::run(shell),
    }
}

fn dispatch_trust(command: TrustCommand) -> Result<Answer, Failure> {
    match command {
        TrustCommand::Found {
            charter,
            home,
            time,
        } => trust::found(&charter, &home, &time),
        TrustCommand::Show { trust, home } => trust::show(trust.as_deref(), &home),
        TrustCommand::List(home) => trust::list(&home),
    }
}

fn dispatch_ballot(command: BallotCommand) -> Result<Answer, Failure> {
    match command {
        BallotCommand::Sign(args) => ballot::sign::run(&args),
        BallotCommand::Check { file, home, trust } => {
            ballot::check::run(&file, &home, trust.as_deref())
        }
        BallotCommand::Relay {
            files,
            home,
            trust,
            time,
        } => ballot::relay::run(&files, &home, trust.as_deref(), &time),
        BallotCommand::Show { poll, person } => ballot::show::run(&poll, person),
    }
}

fn dispatch_tx(command: TxCommand) -> Result<Answer, Failure> {
    match command {
        TxCommand::New(args) => tx::new::run(&args),
        TxCommand::Sign(args) => tx::sign::sign(&args),
        TxCommand::Send(args) => tx::send::run(&args),
        TxCommand::Decode { file } => tx::sign::decode(&file),
        TxCommand::Receipt(args) => tx::receipt::get(&args),
        TxCommand::Promised { receipt, source } => tx::receipt::promised(&receipt, &source),
        TxCommand::Trace(args) => tx::trace::run(&args),
    }
}

/// The story is the document; people read the same as tables and sentences.
fn alaska(args: &demo::alaska::Args) -> Result<Answer, Failure> {
    let story = demo::alaska::run(args)?;
    Ok(Answer {
        exit: Exit::of(story.holds()),
        document: serde_json::to_string_pretty(&story).map_err(Failure::internal)?,
        text: demo::text(&story)?,
    })
}
