//! Writes the JSON schema of every contract to `schema/`, or (COMMONS_SCHEMA=check) says which one differs.

use std::path::PathBuf;
use std::process::ExitCode;

use commons_common::{assembly, registry, roll, survey, trust};
use cosmwasm_schema::{generate_api, schema_for};

macro_rules! api {
    ($module:ident) => {
        (
            stringify!($module),
            generate_api! {
                name: concat!("commons-", stringify!($module)),
                instantiate: $module::InstantiateMsg,
                execute: $module::ExecuteMsg,
                query: $module::QueryMsg,
            }
            .render(),
        )
    };
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let check = std::env::var("COMMONS_SCHEMA").is_ok_and(|v| v == "check");
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../schema");
    let mut documents: Vec<(&str, String)> = Vec::new();
    for (name, api) in [api!(registry), api!(roll), api!(assembly), api!(survey), api!(trust)] {
        documents.push((name, api.to_string()?));
    }
    documents.push((
        "charter",
        serde_json::to_string_pretty(&schema_for!(commons_common::charter::Charter))?,
    ));
    for (name, document) in documents {
        let path = folder.join(format!("{name}.json"));
        let document = document + "\n";
        if !check {
            std::fs::write(&path, document)?;
        } else if std::fs::read_to_string(&path).unwrap_or_default() != document {
            return Err(format!(
                "schema/{name}.json is not what the messages say. Run scripts/schemas and review the difference"
            )
            .into());
        }
    }
    Ok(())
}
