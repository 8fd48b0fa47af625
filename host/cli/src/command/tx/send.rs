//! `commons tx send`: a signed transaction to a network. Signs nothing, and sends to no other chain than the one that was signed for.

use commons_client::tx_file::TxFile;

use crate::args::TxSendArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;
use crate::submission::{connect, hand_over};
use crate::{input, outcome};

/// Runs `tx send`.
pub fn run(args: &TxSendArgs) -> Result<Answer, Failure> {
    let file = TxFile::parse(&input::text(&args.file)?)?;
    let tx = file.signed()?.ok_or_else(|| {
        Failure::no(
            "the transaction is not signed",
            "its file holds no signature",
            "sign it first: commons tx sign FILE --key NAME --out SIGNED",
        )
    })?;
    let document = file.document()?;
    let chain = connect(&args.network)?;
    if document.chain_id() != chain.network().chain_id {
        return Err(Failure::no(
            "the transaction is for another chain",
            format!(
                "it is signed for {:?}, and the network is {:?}",
                document.chain_id(),
                chain.network().chain_id
            ),
            "name the network it was made for with --network",
        ));
    }
    let sent = hand_over(&chain, &tx, args.wait)?;
    let (body, text) = outcome::sent(&chain, &sent)?;
    Answer::new("commons/tx-send/1", Exit::Good, body, text)
}
