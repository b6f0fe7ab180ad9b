//! A catalog in the shape of `driftlint schema --format json`, flattened to one line a fact, so
//! that two can be compared as sets.
//!
//! The spelling of expressions is evened out, because a server prints `((price)::numeric >
//! (0)::numeric)` where `price > 0` was written; everything else must be equal to the letter. What
//! evening out could hide, the round trip through `driftlint schema --format sql` shows: there both
//! sides come from the server.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use driftlint::sql::Dialect;
use serde_json::Value;

/// How alike expressions must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// Compared after evening out.
    Loose,
    /// Compared as printed: both sides were printed by the same server.
    Exact,
}

/// One line a fact.
pub(crate) type Facts = BTreeSet<String>;

/// The facts of a catalog.
pub(crate) fn facts(catalog: &Value, dialect: Dialect, spelling: Spelling) -> Facts {
    let mut flat = Flat {
        dialect,
        spelling,
        facts: Facts::new(),
    };
    for (name, table) in catalog["tables"].as_object().into_iter().flatten() {
        flat.table(name, table);
    }
    for (name, labels) in catalog["enums"].as_object().into_iter().flatten() {
        flat.add(&format!("enum {name}: {labels}"));
    }
    for kind in [
        "sequences",
        "views",
        "materialized_views",
        "functions",
        "extensions",
        "domains",
    ] {
        for name in catalog[kind].as_array().into_iter().flatten() {
            let name = text(name);
            flat.add(&format!(
                "{kind} {}",
                name.split('(').next().unwrap_or_default()
            ));
        }
    }
    for trigger in catalog["triggers"].as_array().into_iter().flatten() {
        flat.add(&format!(
            "trigger {} on {}",
            text(&trigger["name"]),
            text(&trigger["table"])
        ));
    }
    flat.facts
}

/// What the two sides disagree on, one line each, or nothing.
pub(crate) fn difference(server: &Facts, replay: &Facts) -> String {
    let mut lines = String::new();
    for fact in server.difference(replay) {
        writeln!(lines, "  only the server:  {fact}").expect("a string can be written");
    }
    for fact in replay.difference(server) {
        writeln!(lines, "  only driftlint:   {fact}").expect("a string can be written");
    }
    lines
}

struct Flat {
    dialect: Dialect,
    spelling: Spelling,
    facts: Facts,
}

impl Flat {
    fn add(&mut self, fact: &str) {
        self.facts.insert(fact.to_owned());
    }

    fn table(&mut self, name: &str, table: &Value) {
        self.add(&format!(
            "table {name}: {}",
            names(
                table["columns"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|c| &c["name"])
            )
        ));
        if let Some(parent) = table["partition_of"].as_str() {
            self.add(&format!("partition {name} of {parent}"));
        }
        for column in list(table, "columns") {
            let data_type = self.data_type(text(&column["type"]));
            let mut fact = format!("column {name}.{}: {data_type}", text(&column["name"]));
            if column["nullable"] != true {
                fact += " not null";
            }
            if let Some(default) = column["default"]
                .as_str()
                .and_then(|default| self.default(default))
            {
                write!(fact, " default {default}").expect("a string can be written");
            }
            // Whether a partition's column is one too depends on the version.
            if let Some(identity) = column["identity"]
                .as_str()
                .filter(|_| table["partition_of"].is_null())
            {
                write!(
                    fact,
                    " identity {}",
                    identity.to_lowercase().replace('_', " ")
                )
                .expect("a string can be written");
            }
            if let Some(expr) = column["generated"].as_str() {
                let expr = if self.dialect == Dialect::Sqlite {
                    String::new()
                } else {
                    self.expression(expr)
                };
                write!(fact, " generated {expr}").expect("a string can be written");
            }
            self.add(&fact);
        }
        if let Some(columns) = table["primary_key"].as_array() {
            self.add(&format!("primary key {name}: {}", names(columns)));
        }
        for key in list(table, "uniques") {
            self.add(&format!(
                "unique {name} {}: {}",
                self.constraint_name(key),
                names(list(key, "columns"))
            ));
        }
        for key in list(table, "foreign_keys") {
            self.add(&format!(
                "foreign key {name} {}: {} references {} {} on delete {} on update {}",
                self.constraint_name(key),
                names(list(key, "columns")),
                self.target(text(&key["references"])),
                names(list(key, "referenced_columns")),
                self.action(&key["on_delete"]),
                self.action(&key["on_update"]),
            ));
        }
        if self.dialect != Dialect::Sqlite {
            for check in list(table, "checks") {
                let expr = unqualified(&self.expression(text(&check["expression"])), name);
                // MariaDB shows a column's own check by a name that the column had once.
                let check = if self.dialect == Dialect::MySql {
                    ""
                } else {
                    text(&check["name"])
                };
                self.add(&format!("check {name} {check}: {expr}"));
            }
        }
        for index in list(table, "indexes") {
            let unique = if index["unique"] == true {
                "unique "
            } else {
                ""
            };
            let keys = list(index, "columns").enumerate().map(|(at, column)| {
                let length = index["lengths"][at]
                    .as_u64()
                    .map(|length| format!("({length})"))
                    .unwrap_or_default();
                let order = index["orders"][at]
                    .as_str()
                    .map(|order| format!(" {order}"))
                    .unwrap_or_default();
                format!("{}{length}{order}", self.index_column(table, text(column)))
            });
            let columns: Vec<String> = keys.collect();
            let mut fact = format!(
                "{unique}index {name} {} {}: {}",
                text(&index["name"]),
                text(&index["method"]),
                columns.join(", ")
            );
            if let Some(condition) = index["where"].as_str() {
                let condition = if self.dialect == Dialect::Sqlite {
                    String::new()
                } else {
                    unqualified(&self.expression(condition), name)
                };
                write!(fact, " where {condition}").expect("a string can be written");
            }
            self.add(&fact);
        }
    }

    /// SQLite's catalog keeps no names of constraints.
    fn constraint_name<'a>(&self, constraint: &'a Value) -> &'a str {
        if self.dialect == Dialect::Sqlite {
            ""
        } else {
            text(&constraint["name"])
        }
    }

    /// SQLite keeps the case in which a foreign key names its table, and minds none.
    fn target(&self, table: &str) -> String {
        if self.dialect == Dialect::Sqlite {
            table.to_lowercase()
        } else {
            table.to_owned()
        }
    }

    /// MySQL means the same by both, and MariaDB and MySQL differ in which one they print.
    fn action(&self, action: &Value) -> String {
        let action = text(action).to_uppercase();
        if self.dialect == Dialect::MySql && action == "RESTRICT" {
            "NO ACTION".to_owned()
        } else {
            action
        }
    }

    fn data_type(&self, data_type: &str) -> String {
        match self.dialect {
            Dialect::Postgres => data_type.replace("public.", "").replace('"', ""),
            Dialect::MySql => without_width(data_type),
            // SQLite keeps the type as written, and compares without regard to case.
            Dialect::Sqlite => data_type.to_lowercase(),
        }
    }

    fn default(&self, default: &str) -> Option<String> {
        if self.spelling == Spelling::Exact {
            return Some(default.to_owned());
        }
        // SQLite takes a name in quotes for a string here, and keeps the quotes.
        let name = default
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .filter(|_| self.dialect == Dialect::Sqlite);
        let default = name.map_or_else(|| even(default), |text| format!("'{text}'"));
        let unquoted = default.trim_matches('\'');
        let number = unquoted.parse::<f64>().is_ok_and(f64::is_finite);
        // jsonb prints its own spelling.
        if let Ok(Value::Object(object)) = serde_json::from_str(unquoted) {
            let sorted: std::collections::BTreeMap<String, Value> = object.into_iter().collect();
            return Some(format!("{sorted:?}"));
        }
        match default.as_str() {
            "null" => None,
            _ if number => Some(unquoted.to_owned()),
            _ => Some(default),
        }
    }

    fn expression(&self, expr: &str) -> String {
        if self.spelling == Spelling::Exact {
            expr.to_owned()
        } else {
            even(expr)
        }
    }

    /// A column by its name; an expression evened out, and on SQLite, which does not tell it, only
    /// as such.
    fn index_column(&self, table: &Value, column: &str) -> String {
        let plain = list(table, "columns").any(|own| text(&own["name"]) == column);
        match self.dialect {
            _ if plain => column.to_owned(),
            Dialect::Sqlite => "an expression".to_owned(),
            _ => self.expression(column),
        }
    }
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn names<'a>(values: impl IntoIterator<Item = &'a Value>) -> String {
    let names: Vec<&str> = values.into_iter().map(text).collect();
    format!("({})", names.join(", "))
}

/// Without the table's name before its columns, which a server leaves away.
fn unqualified(expr: &str, table: &str) -> String {
    let own = table.rsplit('.').next().unwrap_or(table).to_lowercase();
    expr.replace(&format!("{own}."), "")
}

/// MySQL 8 prints no display widths of integers, `tinyint(1)` apart, and MariaDB prints one whether
/// it was written or not.
fn without_width(data_type: &str) -> String {
    let (name, rest) = data_type.split_once('(').unwrap_or((data_type, ""));
    let whole = matches!(
        name,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "year"
    );
    match rest.split_once(')') {
        Some((width, words))
            if whole && !(name == "tinyint" && width == "1") && !words.contains("zerofill") =>
        {
            format!("{name}{words}")
        }
        _ => data_type.to_owned(),
    }
}

/// Takes off what servers add: casts, parentheses, quotes around names, `public.`, blanks; string
/// literals stay as they are.
fn even(expr: &str) -> String {
    let mut out = String::new();
    let mut chars = expr.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                out.push(c);
                while let Some(inner) = chars.next() {
                    out.push(inner);
                    if inner == '\'' {
                        if chars.peek() != Some(&'\'') {
                            break;
                        }
                        out.extend(chars.next());
                    }
                }
            }
            ':' if chars.peek() == Some(&':') => {
                chars.next();
                skip_type(&mut chars);
            }
            '"' | '`' => out.extend(
                chars
                    .by_ref()
                    .take_while(|inner| *inner != c)
                    .flat_map(char::to_lowercase),
            ),
            '(' | ')' => {}
            c if c.is_whitespace() => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    out.replace("public.", "").replace("pg_catalog.", "")
}

/// Passes over the type of a cast: a name or a quoted one, `(10,2)`, `[]`, and the words that
/// belong to it.
fn skip_type(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    let rest: String = chars.clone().collect();
    let mut end = 0;
    let bytes = rest.as_bytes();
    let word = |from: usize| {
        rest[from..]
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.'))
            .map_or(rest.len(), |n| from + n)
    };
    if bytes.first() == Some(&b'"') {
        end = rest[1..].find('"').map_or(rest.len(), |n| n + 2);
    } else {
        end = word(end);
        for tail in [" varying", " precision"] {
            end += if rest[end..].starts_with(tail) {
                tail.len()
            } else {
                0
            };
        }
    }
    if rest[end..].starts_with('(') {
        end += rest[end..].find(')').map_or(0, |n| n + 1);
    }
    for tail in [" without time zone", " with time zone", "[]"] {
        end += if rest[end..].starts_with(tail) {
            tail.len()
        } else {
            0
        };
    }
    for _ in rest[..end].chars() {
        chars.next();
    }
}
