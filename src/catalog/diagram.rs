//! `driftlint schema --format mermaid` and `dot`: tables, their columns, and which refers to which.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Catalog, ForeignKey, Table, format_type};
use text::{entity, quoted, word};

/// An entity-relationship diagram as Mermaid reads it, which GitHub and GitLab draw in Markdown.
pub fn mermaid(catalog: &Catalog) -> String {
    let mut text = String::from("erDiagram\n");
    for table in catalog.lasting_tables() {
        let _ = writeln!(text, "    {} {{", entity(&catalog.shown(&table.name)));
        for column in &table.columns {
            let keys = keys(table, &column.name).join(", ");
            let keys = if keys.is_empty() {
                keys
            } else {
                format!(" {keys}")
            };
            let null = if column.not_null { "" } else { " \"nullable\"" };
            let _ = writeln!(
                text,
                "        {} {}{keys}{null}",
                word(&format_type(&column.data_type, catalog.dialect)),
                word(&column.name)
            );
        }
        text.push_str("    }\n");
    }
    for (table, key) in relations(catalog) {
        let Multiplicity { many, one } = multiplicity(table, key);
        let _ = writeln!(
            text,
            "    {} {many}--{one} {} : \"{}\"",
            entity(&catalog.shown(&table.name)),
            entity(&catalog.shown(&key.table)),
            quoted(&key.columns.join(", "))
        );
    }
    text
}

/// A graph for Graphviz.
pub fn dot(catalog: &Catalog) -> String {
    let mut text = String::from(
        "digraph schema {\n    rankdir=LR;\n    node [shape=plaintext, fontname=\"sans-serif\"];\n",
    );
    for table in catalog.lasting_tables() {
        let name = catalog.shown(&table.name);
        let _ = write!(
            text,
            "    \"{}\" [label=<<table border=\"0\" cellborder=\"1\" cellspacing=\"0\"><tr><td bgcolor=\"lightgrey\"><b>{}</b></td></tr>",
            quoted(&name),
            markup(&name)
        );
        for column in &table.columns {
            let keys = keys(table, &column.name).join(" ");
            let null = if column.not_null { "" } else { "?" };
            let _ = write!(
                text,
                "<tr><td align=\"left\">{} {}{null} {keys}</td></tr>",
                markup(&column.name),
                markup(&format_type(&column.data_type, catalog.dialect))
            );
        }
        text.push_str("</table>>];\n");
    }
    for (table, key) in relations(catalog) {
        let _ = writeln!(
            text,
            "    \"{}\" -> \"{}\" [label=\"{}\"];",
            quoted(&catalog.shown(&table.name)),
            quoted(&catalog.shown(&key.table)),
            quoted(&key.columns.join(", "))
        );
    }
    text + "}\n"
}

/// The foreign keys between tables that are drawn.
fn relations(catalog: &Catalog) -> impl Iterator<Item = (&Table, &ForeignKey)> {
    let drawn: BTreeSet<_> = catalog.lasting_tables().map(|table| &table.name).collect();
    let all = catalog
        .lasting_tables()
        .flat_map(|table| table.foreign_keys.iter().map(move |key| (table, key)));
    all.filter(move |(_, key)| drawn.contains(&key.table))
}

fn keys(table: &Table, column: &str) -> Vec<&'static str> {
    let has = |columns: &[String]| columns.iter().any(|name| name == column);
    let mut keys = Vec::new();
    if table
        .primary_key
        .as_ref()
        .is_some_and(|key| has(&key.columns))
    {
        keys.push("PK");
    }
    if table.foreign_keys.iter().any(|key| has(&key.columns)) {
        keys.push("FK");
    }
    if is_unique(table, &[column.to_owned()]) {
        keys.push("UK");
    }
    keys
}

fn is_unique(table: &Table, columns: &[String]) -> bool {
    table.uniques.iter().any(|key| key.columns == columns)
}

/// How many rows stand at either end of a foreign key, in Mermaid's signs.
struct Multiplicity {
    /// Many rows that refer, or at most one.
    many: &'static str,
    /// One row that is referred to, or none.
    one: &'static str,
}

fn multiplicity(table: &Table, key: &ForeignKey) -> Multiplicity {
    let primary = table.primary_key.as_ref();
    let single = is_unique(table, &key.columns)
        || primary.is_some_and(|primary| primary.columns == key.columns);
    let needed = key.columns.iter().all(|name| {
        let column = table.column(name);
        column.is_some_and(|column| column.not_null)
    });
    Multiplicity {
        many: if single { "|o" } else { "}o" },
        one: if needed { "||" } else { "o|" },
    }
}

/// Names and words as Mermaid reads them.
pub(crate) mod text {
    /// A table's name, in quotes where Mermaid needs them.
    pub(crate) fn entity(name: &str) -> String {
        let mut signs = name.chars();
        let plain = signs.all(|sign| sign.is_ascii_alphanumeric() || sign == '_');
        if plain && name.starts_with(|sign: char| sign.is_ascii_alphabetic()) {
            name.to_owned()
        } else {
            format!("\"{}\"", quoted(name))
        }
    }

    /// A word of Mermaid's for a type or column: it takes letters, digits, `_`, `-`, `(`, `)`, `[`, `]`.
    pub(crate) fn word(text: &str) -> String {
        let text = text.replace(", ", "-").replace(',', "-");
        let mut word: String = text
            .chars()
            .map(|sign| match sign {
                '_' | '-' | '(' | ')' | '[' | ']' => sign,
                _ if sign.is_alphanumeric() => sign,
                _ => '_',
            })
            .collect();
        // A type may not begin with anything but a letter.
        if !word.starts_with(|sign: char| sign.is_alphabetic() || sign == '_') {
            word.insert(0, '_');
        }
        word
    }

    /// Text in double quotes, in one line.
    pub(crate) fn quoted(text: &str) -> String {
        text.chars()
            .map(|sign| match sign {
                '"' => '\'',
                '\\' => '/',
                sign if sign.is_control() => ' ',
                sign => sign,
            })
            .collect()
    }
}

/// Text within Graphviz's labels, which are markup.
fn markup(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|sign| if sign.is_control() { ' ' } else { sign })
        .collect();
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
