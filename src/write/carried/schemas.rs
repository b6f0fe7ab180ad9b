//! What is said of schemas, and of sequences that go with tables.

use super::{Carried, Named, NamedKind, StatementAbout, joined, unquoted};
use crate::catalog::{Catalog, QName};
use crate::sql::change::ObjectName;

impl Carried {
    /// The sequences that serial columns of tables count with go with these.
    pub(super) fn forget_counters(&mut self, tables: &[ObjectName], catalog: &Catalog) {
        for table in tables {
            let table = catalog.qualify(table);
            let start = format!("{}_", table.name);
            self.said.retain(|named, _| {
                let counts = named.kind == NamedKind::Sequence
                    && named.name.schema == table.schema
                    && named.name.name.starts_with(&start)
                    && named.name.name.ends_with("_seq");
                !counts
            });
            self.unsaid.retain(|column, _| column.table != table);
        }
    }

    /// Takes in `CREATE SCHEMA s AUTHORIZATION r`.
    pub(super) fn authorized(&mut self, words: &[&str]) {
        let is = |at: usize, word: &str| {
            words
                .get(at)
                .is_some_and(|found| found.eq_ignore_ascii_case(word))
        };
        let at = if is(2, "IF") { 5 } else { 2 };
        let (name, role) = if is(at, "AUTHORIZATION") {
            (words.get(at + 1), words.get(at + 1))
        } else {
            let role = words.get(at + 2).filter(|_| is(at + 1, "AUTHORIZATION"));
            (words.get(at), role)
        };
        let (Some(name), Some(role)) = (name, role) else {
            return;
        };
        let named = Named {
            kind: NamedKind::Schema,
            name: QName::new("", unquoted(name)),
        };
        self.said.entry(named).or_default().push(StatementAbout {
            before: "ALTER SCHEMA".to_owned(),
            after: format!("OWNER TO {role}"),
        });
    }

    /// Takes in `ALTER DEFAULT PRIVILEGES … IN SCHEMA …`, which goes with the schema.
    pub(super) fn default_privileges(&mut self, words: &[&str]) {
        let is = |word: &&str, other: &str| word.eq_ignore_ascii_case(other);
        let verb = words
            .iter()
            .position(|word| is(word, "GRANT") || is(word, "REVOKE"));
        let schema = words.iter().position(|word| is(word, "SCHEMA"));
        let (Some(verb), Some(schema)) = (verb, schema) else {
            return;
        };
        let names = words.get(schema + 1..verb).unwrap_or_default();
        let end = words[..verb]
            .iter()
            .skip(schema + 1)
            .position(|word| is(word, "FOR"))
            .map_or(names.len(), |at| at);
        let said = StatementAbout {
            before: joined(&words[..=schema]),
            after: format!("{} {}", joined(&names[end..]), joined(&words[verb..])),
        };
        for name in names[..end].iter().filter(|name| **name != ",") {
            let named = Named {
                kind: NamedKind::Schema,
                name: QName::new("", unquoted(name)),
            };
            self.said.entry(named).or_default().push(said.clone());
        }
    }
}
