//! `commons deploy`: wasm to a contract on any network: store the code, make the contract. The same on the local chain and on a real
//! one; only the network's file differs.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use commons_client::network::parse_coins;
use commons_client::response::{Answered, answers};
use commons_client::tx::Message;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::args::DeployArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Answer, note};
use crate::submission::Sender;
use crate::{message, outcome};

/// Bytes of wasm that any chain takes, at most.
const MAX: u64 = 819_200;

/// Runs `deploy`.
pub fn run(args: &DeployArgs) -> Result<Answer, Failure> {
    let wasm = args.wasm.as_deref().map(wasm).transpose()?;
    let plan = Plan::read(args)?;
    let sender = Sender::open(&args.send)?;
    let mut stored = json!(null);
    let mut text = String::new();
    let code_id = match (wasm, args.code) {
        (Some(wasm), _) => {
            note(&format!(
                "storing {} bytes, sha256 {}",
                wasm.len(),
                hex::encode(Sha256::digest(&wasm))
            ));
            let found = sender.carry_out(&[Message::StoreCode { wasm: wasm.clone() }])?;
            let (document, shown) = outcome::described(&sender.chain, &found)?;
            (stored, text) = (document, shown);
            stored_code(&answers(&found.tx_result.data)?, &wasm)?
        }
        (None, Some(code)) => code,
        (None, None) => return Err(Failure::internal("neither wasm nor a code was given")),
    };
    let Some(plan) = plan else {
        let body = json!({ "code_id": code_id.to_string(), "stored": stored, "contract": null });
        return Answer::new("commons/deploy/1", Exit::Good, body, text);
    };
    let found = sender.carry_out(&[plan.message(code_id)])?;
    let (made, shown) = outcome::described(&sender.chain, &found)?;
    let contract = answers(&found.tx_result.data)?
        .into_iter()
        .find_map(|answer| match answer {
            Answered::Made { address, .. } => Some(address),
            _ => None,
        })
        .ok_or_else(|| unread("no address of a contract is in it"))?;
    text += &shown;
    text += &format!(
        "\nContract {contract} is made from code {code_id} by {}.\nAsk it: commons query contract {contract} '{{…}}' --network {}\n",
        sender.address(),
        args.send.network.network
    );
    let body = json!({
        "code_id": code_id.to_string(),
        "stored": stored,
        "contract": contract,
        "made": made,
    });
    Answer::new("commons/deploy/1", Exit::Good, body, text)
}

/// What is made of the code; read and checked before anything is sent.
struct Plan {
    label: String,
    msg: Vec<u8>,
    funds: Vec<cosmwasm_std::Coin>,
    admin: Option<String>,
    salt: Option<Vec<u8>>,
}

impl Plan {
    fn read(args: &DeployArgs) -> Result<Option<Self>, Failure> {
        let (Some(label), Some(msg)) = (&args.label, &args.msg) else {
            return Ok(None);
        };
        let salt = args.salt.as_deref().map(|salt| {
            hex::decode(salt)
                .ok()
                .filter(|salt| (1..=64).contains(&salt.len()))
                .ok_or_else(|| {
                    Failure::new(
                        Exit::Usage,
                        "the salt cannot be used",
                        format!("{salt:?} is not 1 to 64 bytes in hex"),
                        "give an even number of hex digits, 2 to 128",
                    )
                })
        });
        Ok(Some(Self {
            label: label.clone(),
            msg: message::read(msg)?,
            funds: parse_coins(&args.funds)?,
            admin: args.admin.clone(),
            salt: salt.transpose()?,
        }))
    }

    fn message(self, code_id: u64) -> Message {
        let Self {
            label,
            msg,
            funds,
            admin,
            salt,
        } = self;
        match salt {
            None => Message::Instantiate {
                code_id,
                label,
                msg,
                funds,
                admin,
            },
            Some(salt) => Message::Instantiate2 {
                code_id,
                label,
                msg,
                funds,
                admin,
                salt,
            },
        }
    }
}

/// The code's number, if the chain holds what was sent.
fn stored_code(answered: &[Answered], wasm: &[u8]) -> Result<u64, Failure> {
    let Some(Answered::Stored { code_id, checksum }) = answered.first() else {
        return Err(unread("no number of a code is in it"));
    };
    if !checksum.is_empty() && *checksum != Sha256::digest(wasm).to_vec() {
        return Err(unread(
            "the checksum is not that of the bytes that were sent",
        ));
    }
    Ok(*code_id)
}

fn unread(why: &str) -> Failure {
    Failure::new(
        Exit::Network,
        "the chain's answer cannot be read",
        why,
        "look at the transaction with `commons query tx HASH` before doing it again",
    )
}

fn wasm(path: &Path) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| {
            Failure::input(
                format!("cannot read {shown}"),
                error.to_string(),
                "give the wasm of a contract; scripts/build-contracts makes ours in artifacts/",
            )
        })?;
    if !bytes.starts_with(b"\0asm") {
        return Err(Failure::input(
            format!("{shown} is not wasm"),
            "it does not begin with the bytes 00 61 73 6d",
            "give the compiled contract, uncompressed",
        ));
    }
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX) {
        return Err(Failure::input(
            format!("{shown} is too large"),
            format!("chains take {MAX} bytes of wasm at most"),
            "build it for size",
        ));
    }
    Ok(bytes)
}
