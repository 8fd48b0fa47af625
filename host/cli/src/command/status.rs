//! `commons status`: what stands in a home directory. Reads only, also where the last writer was killed.

use commons_common::registry::{Role, TrustEntry};
use commons_common::trust::{QueryMsg, StatusResponse};
use commons_common::units::UnixTime;
use serde_json::{Value, json};

use crate::args::HomeArgs;
use crate::chain::Chain;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::instant::{rfc3339, shown};
use crate::lookup;
use crate::output::{Answer, note};

/// Runs `status`.
pub fn run(args: &HomeArgs) -> Result<Answer, Failure> {
    let chain = Chain::read(&args.home)?;
    let home = if Home::is_complete(&args.home) {
        Some(Home::read(&args.home)?)
    } else {
        note(
            "no home.json: the making of this home was interrupted before the founding, so no trust is known",
        );
        None
    };
    let entries = match &home {
        Some(home) => lookup::all(&chain, &home.registry)?,
        None => Vec::new(),
    };
    let (trusts, lines) = list(&chain, &entries)?;
    let (dir, root, time) = (
        args.home.display().to_string(),
        hex::encode(chain.root()),
        rfc3339(chain.now()),
    );
    let text = format!(
        "home    {dir}\nchain   {}\nblock   {}\ntime    {time}\nroot    {root}\ntrusts  {}\n{lines}",
        chain.id(),
        chain.height(),
        entries.len()
    );
    let body = json!({
        "home": dir,
        "chain_id": chain.id(),
        "height": chain.height(),
        "root": root,
        "time": chain.now(),
        "time_rfc3339": time,
        "registry": home.map(|home| home.registry),
        "trusts": trusts,
    });
    Answer::new("commons/status/1", Exit::Good, body, text)
}

/// Trusts with their status, as a document and as lines.
pub fn list(chain: &Chain, entries: &[TrustEntry]) -> Result<(Vec<Value>, String), Failure> {
    let (mut trusts, mut text) = (Vec::new(), String::new());
    for entry in entries {
        let trust = lookup::address(entry, Role::Trust);
        let status: StatusResponse = chain.ask(trust, &QueryMsg::Status {})?;
        text += &format!(
            "  {} {}\n    {trust}\n    {}\n",
            entry.id,
            entry.name,
            life(&status, chain.now())
        );
        trusts
            .push(json!({ "id": entry.id, "name": entry.name, "trust": trust, "status": status }));
    }
    Ok((trusts, text))
}

/// Where a trust stands in its life.
pub fn life(status: &StatusResponse, now: UnixTime) -> String {
    match status {
        StatusResponse::Founding {} => "founding: takes contributions, not ratified yet".to_owned(),
        StatusResponse::Living {
            ratified_at,
            period,
            closes_from,
        } => format!(
            "living since {}; period {period} can be closed from {}",
            rfc3339(*ratified_at),
            shown(*closes_from, now)
        ),
    }
}
