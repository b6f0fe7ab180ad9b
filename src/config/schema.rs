//! JSON Schema of `driftlint.toml`, for editors that complete and check it. Made of the same keys as
//! `docs/configuration.md`.

use serde_json::{Map, Value, json};

use super::CUSTOM;
use super::keys::{ALLOW, ConfigKey, ConfigTable, OVERRIDES, ROOT, SETS, SIZES, VERSIONS};
use crate::rules::{self, Group};
use crate::sql::Dialect;
use crate::tool::Tool;

/// The schema, draft 7, which all editors read.
pub fn schema() -> Value {
    let mut root = table(&ROOT);
    root["$schema"] = "http://json-schema.org/draft-07/schema#".into();
    root["$id"] = concat!(
        env!("CARGO_PKG_REPOSITORY"),
        "/raw/main/schemas/driftlint.toml.json"
    )
    .into();
    root["title"] = "driftlint.toml".into();
    root
}

fn table(of: &ConfigTable) -> Value {
    let mut properties = Map::new();
    for key in of.keys {
        let mut value = takes(of, key);
        value["description"] = key.about.into();
        properties.insert(key.name.to_owned(), value);
    }
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn list(of: &ConfigTable) -> Value {
    json!({"type": "array", "items": table(of)})
}

/// What may stand after a key. What it takes is said in words beside it, and in the same words
/// wherever it is the same.
fn takes(of: &ConfigTable, key: &ConfigKey) -> Value {
    let dialects = || {
        let names = Dialect::ALL.iter().map(|dialect| dialect.name());
        names.chain(["mariadb"]).collect::<Vec<&str>>()
    };
    match (of.heading, key.name) {
        ("", "migrations") => list(&SETS),
        ("", "versions") => table(&VERSIONS),
        ("", "tables") => {
            let mut sizes = table(&SIZES);
            sizes["additionalProperties"] = json!({"type": "integer", "minimum": 0});
            sizes
        }
        ("", "rule") => custom_rules(&dialects()),
        (_, "rules") if of.heading != ALLOW.heading => levels(),
        ("", "overrides") => list(&OVERRIDES),
        ("", "allow") => list(&ALLOW),
        ("", "require-reason") => json!({"type": "boolean"}),
        ("", "max-file-size") => json!({"type": ["string", "integer"]}),
        (_, "dialect") => json!({"enum": dialects()}),
        (_, "runner") => {
            let names: Vec<&str> = Tool::all().map(Tool::name).collect();
            json!({"enum": names})
        }
        (_, "transaction") => json!({"enum": ["each", "all", "none"]}),
        ("[versions]", "mariadb") => json!({"type": ["string", "integer", "number", "boolean"]}),
        ("[versions]", _) => json!({"type": ["string", "integer", "number"]}),
        (_, "pushed" | "schema" | "models" | "paths" | "objects" | "rules") => one_or_several(),
        _ => json!({"type": "string"}),
    }
}

fn one_or_several() -> Value {
    json!({"anyOf": [
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
    ]})
}

/// `[rules]`: every rule and group by name; what is else there is a rule of the project's own.
fn levels() -> Value {
    let level = || json!({"enum": ["off", "note", "warning", "error"]});
    let mut properties = Map::new();
    for rule in rules::all() {
        let mut value = level();
        value["description"] = rule.meta.title.into();
        properties.insert(rule.meta.name.to_owned(), value);
    }
    for group in Group::ALL {
        let mut value = level();
        value["description"] = "a group of rules".into();
        properties.insert(group.name().to_owned(), value);
    }
    for name in [CUSTOM, "all"] {
        properties.insert(name.to_owned(), level());
    }
    json!({"type": "object", "properties": properties, "additionalProperties": level()})
}

fn custom_rules(dialects: &[&str]) -> Value {
    let text = || json!({"type": "string"});
    let texts = || {
        json!({"anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"type": "string"}},
        ]})
    };
    json!({"type": "array", "items": {
        "type": "object",
        "required": ["name", "when", "message"],
        "additionalProperties": false,
        "properties": {
            "name": {"type": "string", "pattern": "^[a-z0-9-]+$"},
            "when": text(),
            "message": text(),
            "severity": {"enum": ["note", "warning", "error"]},
            "help": text(),
            "dialect": {"enum": dialects},
            "good": texts(),
            "bad": texts(),
        },
    }})
}
