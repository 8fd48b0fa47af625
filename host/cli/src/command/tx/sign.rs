//! `commons tx sign` and `tx decode`: what a transaction says, decoded from the very bytes that are signed, and the signature over
//! them. Asks no chain: all that is signed stands in the file.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_client::shown::{self, Shown};
use commons_client::tx::tx_hash;
use commons_client::tx_file::TxFile;
use serde_json::json;

use super::{deliver, new};
use crate::args::TxSignArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, say_plainly};
use crate::passphrase::Wanted;
use crate::{input, settings};

/// Runs `tx sign`.
pub fn sign(args: &TxSignArgs) -> Result<Answer, Failure> {
    let file = TxFile::parse(&input::text(&args.file)?)?;
    let shown = file.shown()?;
    let sealed = settings::keys()?.get(&args.key)?;
    if sealed.public_key()? != shown.signer {
        return Err(Failure::no(
            format!("the transaction is not for key {} to sign", args.key),
            format!(
                "it names the signer {}",
                hex::encode(shown.signer.to_bytes())
            ),
            "give the key it was made for with `tx new --from`, or make it anew",
        ));
    }
    // Before the passphrase is asked for, so that not giving it is a way to say no.
    say_plainly(&format!("This is what will be signed:\n\n{}", shown.text));
    let passphrase = args.passphrase.passphrase_file.as_deref();
    let key = sealed.open(&Wanted::of_key(&args.key, passphrase).get()?)?;
    let signature = file.document()?.sign(&key);
    let signed = file.with_signature(&signature)?;
    let place = deliver(&args.out, &signed.to_json()?)?;
    let text = format!(
        "Signed by {} for {}, into {place}. Next: commons tx send {place} --network NAME\n",
        args.key,
        signed.document()?.chain_id()
    );
    new::answer(
        "commons/tx-sign/1",
        &args.out,
        &signed,
        &shown.document,
        text,
    )
}

/// Runs `tx decode`.
pub fn decode(path: &Path) -> Result<Answer, Failure> {
    let text = input::text(path)?;
    let text = text.trim();
    let (shown, state) = if text.starts_with('{') {
        let file = TxFile::parse(text)?;
        let state = match file.signed()? {
            Some(tx) => format!("signed by its signer; its hash is {}", tx_hash(&tx)),
            None => "not signed".to_owned(),
        };
        (file.shown()?, state)
    } else {
        raw(text)?
    };
    let text = format!("{}state     {state}\n", shown.text);
    let body = json!({ "shown": shown.document, "state": state });
    Answer::new("commons/tx-decode/1", Exit::Good, body, text)
}

/// `TxRaw` bytes in base64 or hex, as blocks and other tools have them.
fn raw(text: &str) -> Result<(Shown, String), Failure> {
    let bytes = hex::decode(text)
        .ok()
        .or_else(|| STANDARD.decode(text).ok())
        .ok_or_else(|| {
            Failure::input(
                "the transaction cannot be read",
                "it is neither a file of `commons tx`, nor base64, nor hex",
                "give a file that `commons tx new` or `tx sign` wrote, or a transaction's bytes in base64",
            )
        })?;
    let state = format!(
        "whether its signature holds depends on chain id and account number, which are not in it; its hash is {}",
        tx_hash(&bytes)
    );
    Ok((shown::tx_raw(&bytes)?, state))
}
