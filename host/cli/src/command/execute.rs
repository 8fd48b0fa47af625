//! `commons execute`: one call of one contract, in one transaction, on any network.

use commons_client::network::parse_coins;
use commons_client::tx::Message;

use crate::args::ExecuteArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;
use crate::submission::Sender;
use crate::{message, outcome};

/// Runs `execute`.
pub fn run(args: &ExecuteArgs) -> Result<Answer, Failure> {
    let call = Message::Execute {
        contract: args.contract.clone(),
        msg: message::read(&args.msg)?,
        funds: parse_coins(&args.funds)?,
    };
    let sender = Sender::open(&args.send)?;
    let sent = sender.send(&[call])?;
    let (body, text) = outcome::sent(&sender.chain, &sent)?;
    Answer::new("commons/execute/1", Exit::Good, body, text)
}
