//! What is granted, and on what.

use sqlparser::tokenizer::Token;

use crate::sql::change::{Demand, Ident, ObjectName};
use crate::sql::demand::Demands;
use crate::sql::recognise::Cursor;

/// A privilege, and the columns that it is for.
struct Privilege {
    name: String,
    columns: Vec<Ident>,
}

/// What can be granted at all.
const PRIVILEGES: &[&str] = &[
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
    "MAINTAIN",
    "USAGE",
    "CREATE",
    "CONNECT",
    "TEMPORARY",
    "TEMP",
    "EXECUTE",
    "SET",
    "ALTER SYSTEM",
    "ALL",
    "ALL PRIVILEGES",
];

/// A demand of one relation.
pub(super) fn relation(name: ObjectName, kinds: &'static [&'static str], demands: &mut Demands) {
    let span = name.span();
    let columns = Vec::new();
    let demand = Demand::Relation {
        name,
        kinds,
        columns,
    };
    demands.add(span, demand);
}

/// `FUNCTION f(int)` and its relatives; `at` stands after the word.
pub(super) fn routine(word: &str, mut at: Cursor, demands: &mut Demands) -> Option<()> {
    if !matches!(word, "FUNCTION" | "PROCEDURE" | "ROUTINE") {
        return None;
    }
    loop {
        let name = at.name()?;
        let arguments = match at.group() {
            Some(group) => Some(crate::sql::recognise::routine::arguments(group)?),
            None => None,
        };
        demands.add(at.cx.span, Demand::Routine { name, arguments });
        if !at.symbol(&Token::Comma) {
            return Some(());
        }
    }
}

/// `at` stands after `GRANT` or `REVOKE`.
pub(super) fn grant(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    let list = at.until(&["ON", "TO", "FROM"]);
    if !at.take("ON") {
        // A role to a role.
        return None;
    }
    let mut privileges = Vec::new();
    for mut part in list.split_commas() {
        let whole = part;
        let mut words = vec![part.keyword()?];
        while !part.done() && part.peek() != Some(&Token::LParen) {
            words.push(part.keyword()?);
        }
        let columns = match part.group() {
            Some(group) => idents(group)?,
            None => Vec::new(),
        };
        let name = words.join(" ");
        if !PRIVILEGES.contains(&name.as_str()) {
            demands.never("42601", whole.span(), format!("`{name}` is no privilege"));
            return None;
        }
        privileges.push(Privilege { name, columns });
    }
    let kind = at.take_any(&[
        "ALL TABLES IN SCHEMA",
        "ALL SEQUENCES IN SCHEMA",
        "ALL FUNCTIONS IN SCHEMA",
        "ALL PROCEDURES IN SCHEMA",
        "ALL ROUTINES IN SCHEMA",
        "FOREIGN DATA WRAPPER",
        "FOREIGN SERVER",
        "LARGE OBJECT",
        "DATABASE",
        "DOMAIN",
        "FUNCTION",
        "LANGUAGE",
        "PARAMETER",
        "PROCEDURE",
        "ROUTINE",
        "SCHEMA",
        "SEQUENCE",
        "TABLESPACE",
        "TABLE",
        "TYPE",
    ]);
    let kind = kind.unwrap_or("TABLE");
    for Privilege { name, .. } in &privileges {
        if !name.starts_with("ALL") && !fits(name, kind) {
            let what = kind
                .strip_suffix(" IN SCHEMA")
                .unwrap_or(kind)
                .to_lowercase();
            let message = format!("`{name}` is no privilege on a {what}");
            demands.never("0LP01", list.span(), message);
        }
    }
    if kind.ends_with("IN SCHEMA") || kind == "SCHEMA" {
        for name in at.names()? {
            demands.add(name.span(), Demand::Schema(name.name));
        }
        return Some(());
    }
    let columns: Vec<Ident> = privileges
        .iter()
        .flat_map(|privilege| privilege.columns.iter().cloned())
        .collect();
    let is_usage = privileges.iter().any(|it| it.name == "USAGE");
    let kinds: &[&str] = match kind {
        "SEQUENCE" => &["sequence"],
        "TABLE" if is_usage => &["sequence"],
        "TABLE" => &["table", "view", "materialized view", "sequence"],
        word => return routine(word, at, demands),
    };
    for name in at.names()? {
        let span = name.span();
        let demand = Demand::Relation {
            name,
            kinds,
            columns: columns.clone(),
        };
        demands.add(span, demand);
    }
    Some(())
}

/// Whether a privilege can be granted on such an object.
fn fits(name: &str, kind: &str) -> bool {
    match kind {
        "TABLE" | "ALL TABLES IN SCHEMA" => !matches!(
            name,
            "EXECUTE" | "CREATE" | "CONNECT" | "TEMPORARY" | "TEMP"
        ),
        "SEQUENCE" | "ALL SEQUENCES IN SCHEMA" => matches!(name, "SELECT" | "UPDATE" | "USAGE"),
        "SCHEMA" => matches!(name, "USAGE" | "CREATE"),
        "FUNCTION"
        | "PROCEDURE"
        | "ROUTINE"
        | "ALL FUNCTIONS IN SCHEMA"
        | "ALL PROCEDURES IN SCHEMA"
        | "ALL ROUTINES IN SCHEMA" => name == "EXECUTE",
        "TYPE" | "DOMAIN" | "LANGUAGE" => name == "USAGE",
        _ => true,
    }
}

/// `at` stands after `ALTER DEFAULT`.
pub(super) fn defaults(mut at: Cursor, demands: &mut Demands) -> Option<()> {
    if !at.take("PRIVILEGES") {
        return None;
    }
    let mut schemas = at.until(&["GRANT", "REVOKE"]);
    schemas.until(&["IN"]);
    if schemas.take("IN SCHEMA") {
        for name in idents(schemas.until(&["FOR"]))? {
            demands.add(name.span, Demand::Schema(name));
        }
    }
    Some(())
}

/// Names between commas, and nothing else.
pub(super) fn idents(mut at: Cursor) -> Option<Vec<Ident>> {
    let mut names = Vec::new();
    loop {
        names.push(at.ident()?);
        if !at.symbol(&Token::Comma) {
            return at.done().then_some(names);
        }
    }
}
