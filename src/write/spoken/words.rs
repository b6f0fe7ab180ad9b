//! `GRANT`, `REVOKE`, `COMMENT ON`, `OWNER TO` and `ALTER DEFAULT PRIVILEGES`, read from their words.

use super::of::{CloudedKinds, PrivilegeHolder, SaidOfObject, SpokenOf, quoted};
use crate::catalog::{Catalog, QName};
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Statement, code, walk};
use crate::write::carried::{joined, qualified, unquoted};

/// The words of a statement.
struct SpokenWords<'a> {
    words: Vec<&'a str>,
    upper: Vec<String>,
    catalog: &'a Catalog,
}

/// What a statement says, object by object.
pub(super) fn read(statement: &Statement, catalog: &Catalog) -> Vec<(SpokenOf, SaidOfObject)> {
    let words = SpokenWords::of(statement, catalog);
    match words.word(0) {
        "COMMENT" => words.comment(),
        "ALTER" if words.is(1, "DEFAULT") => words.defaults(),
        "ALTER" => words.owner(),
        "GRANT" | "REVOKE" => words.privileges(0, ""),
        _ => Vec::new(),
    }
}

/// The object that an `ALTER` begins with.
pub(super) fn altered(statement: &Statement, catalog: &Catalog) -> Option<SpokenOf> {
    let words = SpokenWords::of(statement, catalog);
    if !words.is(0, "ALTER") {
        return None;
    }
    let (kind, from) = words.altered();
    let end = from + if words.is(from + 1, ".") { 3 } else { 1 };
    words.object(kind, from, end)
}

/// Of what kinds of objects a statement may grant or revoke without saying of which: by default those
/// that it names, in a block all.
pub(super) fn clouded(statement: &Statement, catalog: &Catalog) -> Option<CloudedKinds> {
    let words = SpokenWords::of(statement, catalog);
    if words.is(0, "ALTER") && words.is(1, "DEFAULT") {
        let on = words.find(2, "ON")?;
        return Some(CloudedKinds::One(words.word(on + 1).to_owned()));
    }
    let text = statement.text().to_ascii_uppercase();
    let speaks = text.contains("GRANT ") || text.contains("REVOKE ");
    let is_unread = speaks || !walk::unknown(&statement.changes).is_empty();
    (words.is(0, "DO") && is_unread).then_some(CloudedKinds::All)
}

impl<'a> SpokenWords<'a> {
    fn of(statement: &'a Statement, catalog: &'a Catalog) -> Self {
        let words: Vec<&str> = code(statement.text(), catalog.dialect).collect();
        let upper = words.iter().map(|word| word.to_ascii_uppercase()).collect();
        Self {
            words,
            upper,
            catalog,
        }
    }

    fn word(&self, at: usize) -> &str {
        self.upper.get(at).map_or("", String::as_str)
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.word(at) == word
    }

    fn find(&self, from: usize, word: &str) -> Option<usize> {
        (from..self.upper.len()).find(|&at| self.is(at, word))
    }

    fn text(&self, from: usize, to: usize) -> String {
        self.words.get(from..to).map(joined).unwrap_or_default()
    }

    /// The kind of object that stands there, and where its name begins.
    fn kind(&self, at: usize) -> (String, usize) {
        let two = ["MATERIALIZED", "FOREIGN", "EVENT", "LARGE", "TEXT"];
        if two.contains(&self.word(at)) {
            return (format!("{} {}", self.word(at), self.word(at + 1)), at + 2);
        }
        let kind = match self.word(at) {
            "FUNCTION" | "PROCEDURE" => "ROUTINE",
            other => other,
        };
        (kind.to_owned(), at + 1)
    }

    /// The object whose name begins there and ends before `to`.
    fn object(&self, kind: String, from: usize, to: usize) -> Option<SpokenOf> {
        let path = if self.is(from + 1, ".") { 3 } else { 1 };
        let end = from + path;
        if end > to {
            return None;
        }
        let at: Vec<usize> = (from..end).collect();
        let name = if matches!(kind.as_str(), "SCHEMA" | "DATABASE" | "EXTENSION" | "ROLE") {
            QName::new("", unquoted(self.words.get(from)?))
        } else if kind == "COLUMN" {
            return self.column(from, to);
        } else if matches!(kind.as_str(), "TRIGGER" | "POLICY" | "CONSTRAINT" | "RULE") {
            QName::new("", unquoted(self.words.get(from)?))
        } else {
            qualified(&self.words, &at, self.catalog)?
        };
        let overloads = self
            .catalog
            .functions
            .get(&name)
            .filter(|_| kind == "ROUTINE");
        let rest = if let Some([one]) = overloads.map(Vec::as_slice) {
            let arguments: Vec<String> = one.arguments.iter().map(ToString::to_string).collect();
            format!("({})", arguments.join(", "))
        } else if self.is(end, "ON") && !self.is(end + 1, "DOMAIN") {
            let table: Vec<usize> = (end + 1..to).collect();
            let table = qualified(&self.words, &table, self.catalog)?;
            format!("ON {}", quoted(&table))
        } else {
            self.text(end, to)
        };
        Some(SpokenOf {
            prefix: String::new(),
            kind,
            name,
            rest,
        })
    }

    /// `table.column` or `schema.table.column`.
    fn column(&self, from: usize, to: usize) -> Option<SpokenOf> {
        let column = to.checked_sub(1)?;
        let table: Vec<usize> = (from..column.checked_sub(1)?).collect();
        Some(SpokenOf {
            prefix: String::new(),
            kind: "COLUMN".to_owned(),
            name: qualified(&self.words, &table, self.catalog)?,
            rest: format!(
                ".{}",
                Quotes::All.put(&unquoted(self.words.get(column)?), Dialect::Postgres)
            ),
        })
    }

    fn comment(&self) -> Vec<(SpokenOf, SaidOfObject)> {
        let (kind, from) = self.kind(2);
        let end = self.upper.iter().rposition(|word| word == "IS");
        let Some(end) = end else { return Vec::new() };
        // The catalog has those of tables and their columns.
        let of = self.object(kind, from, end).filter(|of| {
            let is_table = self.catalog.tables.contains_key(&of.name);
            !(of.kind == "TABLE" || of.kind == "COLUMN" && is_table)
        });
        let text = self.text(end + 1, self.words.len());
        of.map(|of| (of, SaidOfObject::Comment(text)))
            .into_iter()
            .collect()
    }

    /// The kind of object that is altered, and where its name begins.
    fn altered(&self) -> (String, usize) {
        let (kind, mut from) = self.kind(1);
        if self.is(from, "IF") {
            from += 2;
        }
        (kind, from + usize::from(self.is(from, "ONLY")))
    }

    fn owner(&self) -> Vec<(SpokenOf, SaidOfObject)> {
        let (kind, from) = self.altered();
        let end = self.find(from, "OWNER").filter(|at| self.is(at + 1, "TO"));
        let Some(end) = end else { return Vec::new() };
        let of = self.object(kind, from, end);
        let role = self.text(end + 2, self.words.len());
        of.map(|of| (of, SaidOfObject::Owner(role)))
            .into_iter()
            .collect()
    }

    fn defaults(&self) -> Vec<(SpokenOf, SaidOfObject)> {
        let at = (3..self.upper.len()).find(|&at| self.is(at, "GRANT") || self.is(at, "REVOKE"));
        let Some(at) = at else { return Vec::new() };
        let mut prefix = self.text(0, at);
        if !prefix.contains('"') {
            prefix = prefix.to_ascii_uppercase();
        }
        self.privileges(at, &prefix)
    }

    fn privileges(&self, at: usize, prefix: &str) -> Vec<(SpokenOf, SaidOfObject)> {
        let grants = self.is(at, "GRANT");
        let only_passing = self.is(at + 1, "GRANT") && self.is(at + 2, "OPTION");
        let first = if only_passing { at + 4 } else { at + 1 };
        let to = self.find(first, if grants { "TO" } else { "FROM" });
        let Some(to) = to else { return Vec::new() };
        let on = self.find(first, "ON").filter(|on| *on < to);
        let Some(on) = on else {
            // Membership in a role.
            let of = SpokenOf {
                prefix: String::new(),
                kind: "ROLE".to_owned(),
                name: QName::new("", self.text(first, to)),
                rest: String::new(),
            };
            return vec![(
                of,
                SaidOfObject::Grant(PrivilegeHolder::public(), vec!["MEMBER".to_owned()]),
            )];
        };
        let end = (to..self.upper.len())
            .find(|&at| ["WITH", "GRANTED", "CASCADE", "RESTRICT"].contains(&self.word(at)))
            .unwrap_or(self.upper.len());
        let passes_on = only_passing || self.is(end, "WITH") && self.is(end + 1, "GRANT");
        let names = self.names(first, on);
        let mut found = Vec::new();
        for of in self.objects(on + 1, to, prefix) {
            for (from, stop) in self.parts(to + 1, end) {
                let from = from + usize::from(self.is(from, "GROUP"));
                let role = if self.is(from, "PUBLIC") {
                    "PUBLIC".to_owned()
                } else {
                    self.text(from, stop)
                };
                let mut say = |passes_on: bool| {
                    let holder = PrivilegeHolder {
                        role: role.clone(),
                        passes_on,
                    };
                    let said = if grants {
                        SaidOfObject::Grant(holder, names.clone())
                    } else {
                        SaidOfObject::Revoke(holder, names.clone())
                    };
                    found.push((of.clone(), said));
                };
                if !only_passing {
                    say(false);
                }
                // What is taken can be passed on no more.
                if passes_on || !grants {
                    say(true);
                }
            }
        }
        found
    }

    /// The pieces between commas that are in no parentheses.
    fn parts(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let mut parts = Vec::new();
        let (mut depth, mut start) = (0_i32, from);
        for at in from..to {
            match self.word(at) {
                "(" => depth += 1,
                ")" => depth -= 1,
                "," if depth == 0 => {
                    parts.push((start, at));
                    start = at + 1;
                }
                _ => {}
            }
        }
        parts.push((start, to));
        parts
    }

    /// Privileges, one for each column that is named.
    fn names(&self, from: usize, to: usize) -> Vec<String> {
        let mut names = Vec::new();
        for (start, stop) in self.parts(from, to) {
            let open = (start..stop).find(|&at| self.is(at, "("));
            let words = &self.upper[start..open.unwrap_or(stop)];
            let name = words.join(" ").replace("ALL PRIVILEGES", "ALL");
            match open {
                None => names.push(name),
                Some(open) => {
                    for (column, _) in self.parts(open + 1, stop - 1) {
                        let column = self.words.get(column).map(|word| unquoted(word));
                        let column = column.unwrap_or_default();
                        names.push(format!(
                            "{name} ({})",
                            Quotes::All.put(&column, Dialect::Postgres)
                        ));
                    }
                }
            }
        }
        names
    }

    /// The objects of a `GRANT`.
    fn objects(&self, from: usize, to: usize, prefix: &str) -> Vec<SpokenOf> {
        if !prefix.is_empty() {
            return vec![SpokenOf {
                prefix: prefix.to_owned(),
                kind: self.text(from, to).to_ascii_uppercase(),
                name: QName::default(),
                rest: String::new(),
            }];
        }
        if self.is(from, "ALL") && self.is(from + 2, "IN") {
            let schemas = self.parts(from + 4, to);
            let schemas = schemas.into_iter().filter_map(|(at, _)| self.words.get(at));
            return schemas
                .flat_map(|schema| self.all_of(self.word(from + 1), &unquoted(schema)))
                .collect();
        }
        let named = [
            "TABLE",
            "SEQUENCE",
            "FUNCTION",
            "PROCEDURE",
            "ROUTINE",
            "SCHEMA",
            "DATABASE",
            "TYPE",
            "DOMAIN",
            "LANGUAGE",
            "FOREIGN",
            "LARGE",
            "TABLESPACE",
            "PARAMETER",
        ];
        // `ON schema.table` may be of a schema that is called so.
        let is_kind = named.contains(&self.word(from)) && !self.is(from + 1, ".") && from + 1 < to;
        let (kind, from) = if is_kind {
            self.kind(from)
        } else {
            ("TABLE".to_owned(), from)
        };
        let parts = self.parts(from, to).into_iter();
        parts
            .filter_map(|(from, to)| self.object(kind.clone(), from, to))
            .collect()
    }

    /// All objects of a kind in a schema. Functions are not told apart.
    fn all_of(&self, kind: &str, schema: &str) -> Vec<SpokenOf> {
        let of = |kind: &str, name: &QName| SpokenOf {
            prefix: String::new(),
            kind: kind.to_owned(),
            name: name.clone(),
            rest: String::new(),
        };
        let here = |name: &&QName| name.schema == schema;
        match kind {
            "TABLES" => {
                let tables = self.catalog.tables.keys();
                let names = tables.chain(self.catalog.views.keys()).filter(here);
                names.map(|name| of("TABLE", name)).collect()
            }
            "SEQUENCES" => {
                let names = self.catalog.sequences.keys().filter(here);
                names.map(|name| of("SEQUENCE", name)).collect()
            }
            other => {
                let name = QName::new(schema, "");
                vec![of(&format!("ALL {other} IN SCHEMA"), &name)]
            }
        }
    }
}
