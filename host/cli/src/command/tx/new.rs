//! `commons tx new`: messages from a file to a transaction that can be carried to whoever signs it. Opens no key.

use std::path::Path;

use commons_client::chain::Account;
use commons_client::network::Network;
use commons_client::tx::{Message, SignContext, Tx};
use commons_client::tx_file::TxFile;
use cosmwasm_std::{Coin, HexBinary};
use serde::Deserialize;
use serde_json::{Value, json};

use super::deliver;
use crate::args::TxNewArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;
use crate::submission::{Draft, connect, fee};
use crate::{input, networks, settings};

/// Runs `tx new`.
pub fn run(args: &TxNewArgs) -> Result<Answer, Failure> {
    let messages = messages(&args.messages)?;
    let public = settings::keys()?.get(&args.from)?.public_key()?;
    let document = match (args.account_number, args.sequence, args.fee.gas) {
        (Some(number), Some(sequence), Some(gas)) => {
            let network: Network = networks::find(&args.network.network)?.network;
            let account = Account { number, sequence };
            Tx::new(&messages)
                .timeout_height(args.timeout_height)
                .document(&public, offline(args, &network, account, gas)?)
        }
        _ => Draft {
            messages: &messages,
            timeout_height: args.timeout_height,
            fee: &args.fee,
        }
        .document(&connect(&args.network)?, &public)?,
    };
    let file = TxFile::new(&document);
    let shown = file.shown()?;
    let place = deliver(&args.out, &file.to_json()?)?;
    let text = format!(
        "{}\nThe transaction is in {place}, still unsigned. Next: commons tx sign {place} --key {} --out SIGNED\n",
        shown.text, args.from
    );
    answer("commons/tx-new/1", &args.out, &file, &shown.document, text)
}

/// The answer of a command that writes a transaction file; where that goes to stdout, the file is the answer.
pub fn answer(
    schema: &str,
    out: &Path,
    file: &TxFile,
    shown: &Value,
    text: String,
) -> Result<Answer, Failure> {
    if out.as_os_str() == "-" {
        let json = file.to_json()?;
        return Ok(Answer {
            exit: Exit::Good,
            document: json.clone(),
            text: json,
        });
    }
    let body = json!({ "file": out.display().to_string(), "shown": shown, "transaction": file });
    Answer::new(schema, Exit::Good, body, text)
}

fn offline<'a>(
    args: &'a TxNewArgs,
    network: &'a Network,
    account: Account,
    gas: u64,
) -> Result<SignContext<'a>, Failure> {
    Ok(SignContext {
        chain_id: &network.chain_id,
        prefix: &network.prefix,
        account_number: account.number,
        sequence: account.sequence,
        gas_limit: gas,
        fee: fee(&args.fee, network.gas_price.as_ref(), gas)?,
        memo: &args.fee.memo,
    })
}

/// A message as people write it: like the fields of the chain's own, with JSON where the chain has bytes.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Written {
    Send {
        to: String,
        amount: Vec<Coin>,
    },
    Instantiate {
        code_id: u64,
        label: String,
        msg: Value,
        #[serde(default)]
        funds: Vec<Coin>,
        admin: Option<String>,
        salt: Option<HexBinary>,
    },
    Execute {
        contract: String,
        msg: Value,
        #[serde(default)]
        funds: Vec<Coin>,
    },
    Migrate {
        contract: String,
        code_id: u64,
        msg: Value,
    },
    UpdateAdmin {
        contract: String,
        admin: String,
    },
    ClearAdmin {
        contract: String,
    },
}

fn messages(path: &Path) -> Result<Vec<Message>, Failure> {
    let shown = input::name(path);
    let refused = |why: String| {
        Failure::input(
            format!("{shown} holds no list of messages"),
            why,
            "write it like [{\"execute\":{\"contract\":\"commons1…\",\"msg\":{},\"funds\":[{\"denom\":\"uusd\",\"amount\":\"5\"}]}}]; numbers of a contract's message that have a point or more than 64 bits go into quotes",
        )
    };
    let text = input::text(path)?;
    let written: Vec<Written> =
        serde_json::from_str(&text).map_err(|error| refused(error.to_string()))?;
    if written.is_empty() {
        return Err(refused("the list is empty".to_owned()));
    }
    written
        .into_iter()
        .map(|message| message.read().map_err(&refused))
        .collect()
}

impl Written {
    fn read(self) -> Result<Message, String> {
        Ok(match self {
            Self::Send { to, amount } => Message::Send {
                to,
                amount: sorted(amount),
            },
            Self::Instantiate {
                code_id,
                label,
                msg,
                funds,
                admin,
                salt: None,
            } => Message::Instantiate {
                code_id,
                label,
                msg: bytes(&msg)?,
                funds: sorted(funds),
                admin,
            },
            Self::Instantiate {
                code_id,
                label,
                msg,
                funds,
                admin,
                salt: Some(salt),
            } => Message::Instantiate2 {
                code_id,
                label,
                msg: bytes(&msg)?,
                funds: sorted(funds),
                admin,
                salt: salt.into(),
            },
            Self::Execute {
                contract,
                msg,
                funds,
            } => Message::Execute {
                contract,
                msg: bytes(&msg)?,
                funds: sorted(funds),
            },
            Self::Migrate {
                contract,
                code_id,
                msg,
            } => Message::Migrate {
                contract,
                code_id,
                msg: bytes(&msg)?,
            },
            Self::UpdateAdmin { contract, admin } => Message::UpdateAdmin { contract, admin },
            Self::ClearAdmin { contract } => Message::ClearAdmin { contract },
        })
    }
}

/// JSON without white space. A number that JSON readers round would be signed as another than was written.
fn bytes(msg: &Value) -> Result<Vec<u8>, String> {
    if let Some(number) = rounded(msg) {
        return Err(format!("the number {number} is not exact in JSON"));
    }
    serde_json::to_vec(msg).map_err(|error| error.to_string())
}

fn rounded(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if !number.is_u64() && !number.is_i64() => Some(number.to_string()),
        Value::Array(items) => items.iter().find_map(rounded),
        Value::Object(fields) => fields.values().find_map(rounded),
        _ => None,
    }
}

fn sorted(mut coins: Vec<Coin>) -> Vec<Coin> {
    coins.sort_by(|a, b| a.denom.cmp(&b.denom));
    coins
}
