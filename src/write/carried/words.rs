//! The words of statements, and statements of words.

use super::NamedKind;
use crate::catalog::{Catalog, QName, Table};
use crate::sql::change::ObjectName;
use crate::sql::render::{self, Quotes};
use crate::sql::{Dialect, code};

/// The kind of object that words name, and how many words that takes.
pub(super) fn kind_at(upper: &[String], at: usize) -> Option<(NamedKind, usize)> {
    let word = |at: usize| upper.get(at).map(String::as_str);
    Some(match (word(at)?, word(at + 1)) {
        ("TYPE" | "DOMAIN", _) => (NamedKind::Type, 1),
        ("MATERIALIZED", Some("VIEW")) => (NamedKind::Relation, 2),
        ("VIEW" | "TABLE", _) => (NamedKind::Relation, 1),
        ("FUNCTION" | "PROCEDURE" | "ROUTINE" | "AGGREGATE", _) => (NamedKind::Function, 1),
        ("SEQUENCE", _) => (NamedKind::Sequence, 1),
        ("SCHEMA", _) => (NamedKind::Schema, 1),
        ("TRIGGER" | "POLICY" | "CONSTRAINT" | "RULE", _) => (NamedKind::Part, 1),
        ("INDEX", _) => (NamedKind::Index, 1),
        ("COLUMN" | "DATABASE" | "EXTENSION" | "LANGUAGE" | "ALL", _) => {
            return None;
        }
        _ => (NamedKind::Relation, 0),
    })
}

/// The name that tokens spell.
pub(in crate::write) fn qualified(
    words: &[&str],
    path: &[usize],
    catalog: &Catalog,
) -> Option<QName> {
    match path {
        [one] => Some(catalog.qualify(&ObjectName::synthetic(unquoted(words[*one])))),
        [schema, dot, one] if words[*dot] == "." => {
            Some(QName::new(unquoted(words[*schema]), unquoted(words[*one])))
        }
        _ => None,
    }
}

/// A name as the server keeps it.
pub(in crate::write) fn unquoted(word: &str) -> String {
    let inner = word
        .strip_prefix('"')
        .and_then(|word| word.strip_suffix('"'));
    match inner {
        Some(inner) => inner.replace("\"\"", "\""),
        None => word.to_ascii_lowercase(),
    }
}

/// Tokens as a statement: blanks between words.
pub(in crate::write) fn joined(words: &[&str]) -> String {
    let mut text = String::new();
    for word in words {
        let tight = matches!(*word, "," | "." | ")" | "(") || text.ends_with(['.', '(', ':']);
        if !text.is_empty() && !tight {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

pub(super) fn spaced(text: &str) -> String {
    let text = text.trim();
    if text.starts_with(['(', '.']) {
        text.to_owned()
    } else {
        format!(" {text}")
    }
}

/// Whether `name ON table`, as a statement has it, is that part of that table.
pub(super) fn speaks_of(written: &str, name: &str, table: &QName, catalog: &Catalog) -> bool {
    let words: Vec<&str> = code(written, catalog.dialect).collect();
    let Some(on) = words
        .iter()
        .position(|word| word.eq_ignore_ascii_case("on"))
    else {
        return false;
    };
    let own = qualified(&words, &(0..on).collect::<Vec<_>>(), catalog);
    let of = qualified(&words, &(on + 1..words.len()).collect::<Vec<_>>(), catalog);
    own.is_some_and(|own| own.name == name) && of.as_ref() == Some(table)
}

/// Whether a table has a part of that kind, in the words of a statement, and name.
pub(in crate::write) fn has_part(table: &Table, kind: &str, name: &str) -> bool {
    match kind {
        "TRIGGER" => table.trigger(name).is_some(),
        "POLICY" => table.policies.iter().any(|policy| policy.name == name),
        "RULE" => table.rules.iter().any(|rule| rule.name == name),
        _ => table.constraint_origin(name).is_some(),
    }
}

pub(in crate::write) fn in_quotes(name: &QName, dialect: Dialect, quotes: Quotes) -> String {
    let one = |text: &str| match quotes {
        Quotes::Needed => render::name(&ObjectName::synthetic(text), dialect),
        other => other.put(text, dialect),
    };
    match name.other_schema().filter(|schema| !schema.is_empty()) {
        Some(schema) => format!("{}.{}", one(schema), one(&name.name)),
        None => one(&name.name),
    }
}
