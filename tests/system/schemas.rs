//! The JSON schemas under `schema/`: generated from the message types, held to what is committed. Never edited by hand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use commons_common::charter::Charter;
use commons_common::{assembly, registry, roll, survey, trust};
use cosmwasm_schema::{generate_api, schema_for};

/// Name of a file in `schema/` without its ending, and what it must hold.
type Document = (&'static str, String);

macro_rules! contract {
    ($module:ident, $name:literal) => {
        (
            stringify!($module),
            generate_api! {
                name: $name,
                instantiate: $module::InstantiateMsg,
                execute: $module::ExecuteMsg,
                query: $module::QueryMsg,
            }
            .render()
            .to_string()
            .expect("a schema is JSON"),
        )
    };
}

/// A changed message without its changed schema is drift, and so is a schema of nothing. With `COMMONS_SCHEMA=write` in
/// the environment the documents are written first: that is how `scripts/schemas` makes them.
#[test]
fn schemas_are_what_the_messages_say() {
    let documents = documents();
    if std::env::var("COMMONS_SCHEMA").is_ok_and(|mode| mode == "write") {
        for (name, document) in &documents {
            std::fs::write(path(name), document).expect("schema/ can be written");
        }
    }
    for (name, document) in &documents {
        let committed = std::fs::read_to_string(path(name)).unwrap_or_default();
        assert!(
            committed == *document,
            "schema/{name}.json differs from the messages in line {}. Run scripts/schemas and review the difference",
            first_difference(&committed, document)
        );
    }
    let named: BTreeSet<String> = documents
        .iter()
        .map(|(name, _)| format!("{name}.json"))
        .collect();
    assert_eq!(
        json_files(),
        named,
        "every schema has messages, and every message a schema"
    );
}

fn documents() -> Vec<Document> {
    let charter = serde_json::to_string_pretty(&schema_for!(Charter)).expect("a schema is JSON");
    let mut documents = vec![
        contract!(registry, "commons-registry"),
        contract!(roll, "commons-roll"),
        contract!(assembly, "commons-assembly"),
        contract!(survey, "commons-survey"),
        contract!(trust, "commons-trust"),
        ("charter", charter),
    ];
    for (_, document) in &mut documents {
        document.push('\n');
    }
    documents
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema")
}

fn path(name: &str) -> PathBuf {
    folder().join(format!("{name}.json"))
}

/// Number of the first line that differs, from 1.
fn first_difference(left: &str, right: &str) -> usize {
    let same = left.lines().zip(right.lines()).take_while(|(l, r)| l == r);
    same.count() + 1
}

fn json_files() -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder()).expect("schema/ is there");
    let names = entries.map(|entry| entry.expect("schema/ can be read").file_name());
    names
        .map(|name| name.into_string().expect("a file name is text"))
        .filter(|name| name.ends_with(".json"))
        .collect()
}
