//! `commons query raw`: one value of a contract's storage; with `--prove` only what headers and a proof lead to.

use std::time::Duration;

use commons_client::chain::RemoteChain;
use commons_client::light::{Light, Proven, TrustedHeader};
use serde_json::{Value, json};

use crate::args::RawArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::inert::line;
use crate::output::{Answer, note};
use crate::submission::connect;

/// Runs `query raw`.
pub fn run(args: &RawArgs) -> Result<Answer, Failure> {
    let key = key(&args.key)?;
    let trust = args.trust.as_deref().map(trusted).transpose()?;
    let chain = connect(&args.network)?;
    match trust {
        Some(trust) => proven(args, &chain, &key, &trust),
        None => plain(args, &chain, &key),
    }
}

fn plain(args: &RawArgs, chain: &RemoteChain, key: &[u8]) -> Result<Answer, Failure> {
    let value = chain.raw(&args.contract, key, args.height)?;
    let body = json!({
        "contract": args.contract,
        "key": hex::encode(key),
        "value": hex::encode(&value),
        "text": text_of(&value),
        "proven": false,
    });
    Answer::new("commons/query-raw/1", Exit::Good, body, shown(&value))
}

fn proven(
    args: &RawArgs,
    chain: &RemoteChain,
    key: &[u8],
    trust: &TrustedHeader,
) -> Result<Answer, Failure> {
    let period = Duration::from_secs(u64::from(args.trusting_period).saturating_mul(86_400));
    let mut light = Light::begin(chain, trust, period, now()?)?;
    let answer = light.raw(&args.contract, key, args.height)?;
    let Proven {
        value,
        height,
        header_hash,
        steps,
    } = &answer;
    note(&format!(
        "proven after block {height}: header {} of block {} is signed by the validators, {steps} headers from the trusted one",
        hex::encode_upper(header_hash),
        height.saturating_add(1)
    ));
    let text = match value {
        Some(value) => shown(value),
        None => "nothing stands under this key, and that is proven\n".to_owned(),
    };
    let value = value.as_deref();
    let body = json!({
        "contract": args.contract,
        "key": hex::encode(key),
        "value": value.map(hex::encode),
        "text": value.map_or(Value::Null, text_of),
        "proven": true,
        "height": height.to_string(),
        "header_hash": hex::encode_upper(header_hash),
        "headers": steps,
    });
    Answer::new("commons/query-raw/1", Exit::Good, body, text)
}

fn shown(value: &[u8]) -> String {
    if value.is_empty() {
        return "nothing stands under this key, says the node\n".to_owned();
    }
    match std::str::from_utf8(value) {
        Ok(text) => format!("{}\n", line(text)),
        Err(_) => format!("0x{}\n", hex::encode(value)),
    }
}

fn text_of(value: &[u8]) -> Value {
    std::str::from_utf8(value).map_or(Value::Null, Into::into)
}

fn key(given: &str) -> Result<Vec<u8>, Failure> {
    let Some(digits) = given.strip_prefix("0x") else {
        return Ok(given.as_bytes().to_vec());
    };
    hex::decode(digits).map_err(|error| {
        Failure::new(
            Exit::Usage,
            "the key cannot be read",
            format!("{given:?}: {error}"),
            "give an even number of hex digits behind 0x, or the key as text",
        )
    })
}

fn trusted(given: &str) -> Result<TrustedHeader, Failure> {
    TrustedHeader::parse(given).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("{given:?} names no header"),
            "a trusted header is its height, a colon, and the 64 hex digits of its hash",
            "take both from a source that is not this node: an explorer, a friend's node, a printed checkpoint",
        )
    })
}

/// Nanoseconds are left out: what is compared are days.
#[allow(clippy::disallowed_methods)] // How old a trusted header is can only be told by this machine's clock; no outcome depends on it.
fn now() -> Result<Duration, Failure> {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_err(Failure::internal)
}
