//! An object that statements grant for, comment on or give to somebody.

use crate::catalog::{Catalog, QName};
use crate::write::carried::unquoted;

/// An object that a statement speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SpokenOf {
    /// What stands before `GRANT`: `ALTER DEFAULT PRIVILEGES IN SCHEMA s`, or nothing.
    pub(super) prefix: String,
    /// The kind, in capitals: `TABLE`, `MATERIALIZED VIEW`. `GRANT` calls views tables.
    pub(super) kind: String,
    /// Its name, with the schema where one is known.
    pub(super) name: QName,
    /// What follows the name: the arguments of a function, the table of a trigger.
    pub(super) rest: String,
}

/// Who holds a privilege, and whether it may be passed on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PrivilegeHolder {
    pub(super) role: String,
    pub(super) passes_on: bool,
}

impl PrivilegeHolder {
    /// Whether it is about passing the privilege on.
    pub(super) fn passes_on(&self) -> bool {
        self.passes_on
    }

    /// Everybody.
    pub(super) fn public() -> Self {
        Self {
            role: "PUBLIC".to_owned(),
            passes_on: false,
        }
    }
}

/// What a statement says of one object.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SaidOfObject {
    /// The literal, or `NULL`.
    Comment(String),
    Owner(String),
    Grant(PrivilegeHolder, Vec<String>),
    Revoke(PrivilegeHolder, Vec<String>),
}

impl SpokenOf {
    /// What everybody may do with one of its kind.
    pub(super) fn given_to_all(&self) -> Option<&'static str> {
        let everywhere = !self.prefix.contains("IN SCHEMA");
        match self.kind.as_str() {
            "FUNCTIONS" | "ROUTINES" if everywhere => Some("EXECUTE"),
            "TYPES" if everywhere => Some("USAGE"),
            "ROUTINE" if self.prefix.is_empty() => Some("EXECUTE"),
            "TYPE" | "DOMAIN" if self.prefix.is_empty() => Some("USAGE"),
            _ => None,
        }
    }

    /// Whether the history made it, as far as it shows, so that it says all that there is to say.
    pub(super) fn is_of_history(&self, before: &Catalog) -> bool {
        let name = &self.name;
        let made = |origin: &crate::catalog::Origin| origin.made.is_some();
        let relation = |name: &QName| {
            let table = before.tables.get(name);
            table.is_some_and(|table| made(&table.origin))
                || before
                    .views
                    .get(name)
                    .is_some_and(|view| made(&view.origin))
        };
        match self.kind.as_str() {
            _ if !self.prefix.is_empty() => true,
            "SCHEMA" => before.schemas.get(&name.name).is_some_and(made),
            "SEQUENCE" => before.sequences.contains_key(name),
            "ROUTINE" | "AGGREGATE" => before.functions.contains_key(name),
            "TYPE" | "DOMAIN" => {
                before.enums.contains_key(name)
                    || before.domains.contains_key(name)
                    || before.composites.contains_key(name)
            }
            "INDEX" => has_index(before, name),
            "TRIGGER" | "POLICY" | "CONSTRAINT" | "RULE" => true,
            "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "COLUMN" | "FOREIGN TABLE" => relation(name),
            _ => false,
        }
    }

    /// Whether it goes with what the migration made, or is gone already.
    pub(super) fn goes(&self, before: &Catalog, after: &Catalog) -> bool {
        let name = &self.name;
        let there = |catalog: &Catalog| match self.kind.as_str() {
            _ if !self.prefix.is_empty() => {
                let schema = self.prefix.rsplit_once("IN SCHEMA ");
                schema.is_none_or(|(_, schemas)| {
                    let schema = unquoted(schemas);
                    schemas.contains(',')
                        || catalog.schemas.contains_key(&schema)
                        || crate::server::is_home_schema(&schema)
                })
            }
            "SCHEMA" => {
                catalog.schemas.contains_key(&name.name)
                    || crate::server::is_home_schema(&name.name)
            }
            "SEQUENCE" => catalog.sequences.contains_key(name),
            "ROUTINE" | "AGGREGATE" => catalog.functions.contains_key(name),
            "TYPE" | "DOMAIN" => {
                catalog.enums.contains_key(name)
                    || catalog.domains.contains_key(name)
                    || catalog.composites.contains_key(name)
            }
            "INDEX" => has_index(catalog, name),
            "TRIGGER" | "POLICY" | "CONSTRAINT" | "RULE" => self.is_part_of(catalog),
            "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "COLUMN" | "FOREIGN TABLE" => {
                catalog.tables.contains_key(name)
                    || catalog.views.contains_key(name)
                    || catalog.sequences.contains_key(name)
            }
            _ => true,
        };
        !there(before) || !there(after)
    }

    fn is_part_of(&self, catalog: &Catalog) -> bool {
        let on = self.rest.strip_prefix("ON ").unwrap_or(&self.rest);
        if catalog.views.keys().any(|name| quoted(name) == on) {
            return true;
        }
        let mut tables = catalog.tables.values();
        let name = self.name.name.as_str();
        tables
            .find(|table| quoted(&table.name) == on)
            .is_some_and(|table| match self.kind.as_str() {
                "TRIGGER" => table.trigger(name).is_some(),
                "POLICY" => table.policies.iter().any(|policy| policy.name == name),
                "RULE" => table.rules.iter().any(|rule| rule.name == name),
                _ => table.constraint_origin(name).is_some(),
            })
    }

    /// Whether it is what is granted of objects that are made later.
    pub(super) fn is_default(&self) -> bool {
        !self.prefix.is_empty()
    }

    /// Its name.
    pub(super) fn name(&self) -> &QName {
        &self.name
    }

    /// The same, where the object has got another name.
    pub(super) fn renamed(&self, to: &QName) -> Self {
        Self {
            name: to.clone(),
            ..self.clone()
        }
    }

    /// Its kind and name, as statements have them.
    pub(super) fn shown(&self) -> String {
        let blank = if self.rest.is_empty() || self.rest.starts_with(['(', '.']) {
            ""
        } else {
            " "
        };
        format!("{} {}{blank}{}", self.kind, quoted(&self.name), self.rest)
    }

    /// `GRANT … ON … TO …`, or `REVOKE … FROM …`.
    pub(super) fn sentence(&self, verb: &str, names: &[&str], holder: &PrivilegeHolder) -> String {
        let names = names.join(", ");
        let role = &holder.role;
        let of = if self.prefix.is_empty() {
            self.shown()
        } else {
            self.kind.clone()
        };
        let prefix = if self.prefix.is_empty() {
            String::new()
        } else {
            format!("{} ", self.prefix)
        };
        if verb == "GRANT" {
            let option = if holder.passes_on {
                " WITH GRANT OPTION"
            } else {
                ""
            };
            format!("{prefix}GRANT {names} ON {of} TO {role}{option}")
        } else {
            let option = if holder.passes_on {
                "GRANT OPTION FOR "
            } else {
                ""
            };
            format!("{prefix}REVOKE {option}{names} ON {of} FROM {role}")
        }
    }
}

pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(super) fn quoted(name: &QName) -> String {
    match name.other_schema().filter(|schema| !schema.is_empty()) {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
        None => quote(&name.name),
    }
}

/// Whether an index of that name is there, one that a constraint made among them.
fn has_index(catalog: &Catalog, name: &QName) -> bool {
    let schema = name.schema.as_str();
    let tables = catalog
        .tables
        .values()
        .filter(|table| table.name.schema == schema);
    let views = catalog
        .views
        .values()
        .filter(|view| view.name.schema == schema);
    let mut tables = tables.flat_map(|table| {
        let keys = table.keys().map(|key| key.name.as_str());
        let indexes = table.indexes.iter().map(|index| index.name.as_str());
        keys.chain(indexes).collect::<Vec<_>>()
    });
    let mut views = views.flat_map(|view| view.indexes.iter().map(|index| index.name.as_str()));
    tables.any(|index| index == name.name) || views.any(|index| index == name.name)
}
