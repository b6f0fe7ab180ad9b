//! An object that statements grant for, comment on or give to somebody.

use crate::catalog::{Catalog, Origin, QName};
use crate::server::is_home_schema;
use crate::sql::Dialect;
use crate::sql::render::Quotes;
use crate::write::carried::{has_part, in_quotes, unquoted};

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
    /// Everybody.
    pub(super) fn public() -> Self {
        Self {
            role: "PUBLIC".to_owned(),
            passes_on: false,
        }
    }
}

/// Objects of which something else may have granted or revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum CloudedKinds {
    /// Those of one kind, as `ALTER DEFAULT PRIVILEGES` has it: `TABLES`.
    One(String),
    All,
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
        let made = |origin: Option<Origin>| origin.is_some_and(|origin| origin.made.is_some());
        match self.kind.as_str() {
            _ if self.is_default() => true,
            "SCHEMA" => made(before.schemas.get(&self.name.name).copied()),
            "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "COLUMN" | "FOREIGN TABLE" => {
                made(before.relation_origin(&self.name))
            }
            "SEQUENCE" | "INDEX" | "ROUTINE" | "AGGREGATE" | "TYPE" | "DOMAIN" => {
                self.is_in(before)
            }
            "TRIGGER" | "POLICY" | "CONSTRAINT" | "RULE" => true,
            _ => false,
        }
    }

    /// Whether it is among objects of which others may have granted or revoked.
    pub(super) fn is_among(&self, clouded: &CloudedKinds) -> bool {
        let CloudedKinds::One(kind) = clouded else {
            return true;
        };
        let own: &[&str] = match self.kind.as_str() {
            "SEQUENCE" => &["SEQUENCES"],
            "ROUTINE" | "AGGREGATE" => &["FUNCTIONS", "ROUTINES"],
            "TYPE" | "DOMAIN" => &["TYPES"],
            "SCHEMA" => &["SCHEMAS"],
            _ => &["TABLES"],
        };
        own.contains(&kind.as_str())
    }

    /// Whether it goes with what the migration made, or is gone already.
    pub(super) fn goes(&self, before: &Catalog, after: &Catalog) -> bool {
        !self.is_in(before) || !self.is_in(after)
    }

    /// Whether a schema has it. What no catalog keeps is taken to be there.
    pub(super) fn is_in(&self, catalog: &Catalog) -> bool {
        let name = &self.name;
        let has_schema =
            |schema: &str| catalog.schemas.contains_key(schema) || is_home_schema(schema);
        match self.kind.as_str() {
            _ if self.is_default() => {
                let schema = self.prefix.rsplit_once("IN SCHEMA ");
                schema.is_none_or(|(_, named)| named.contains(',') || has_schema(&unquoted(named)))
            }
            "SCHEMA" => has_schema(&name.name),
            "ROUTINE" | "AGGREGATE" => catalog.functions.contains_key(name),
            "TYPE" | "DOMAIN" => catalog.has_type(name),
            "TRIGGER" | "POLICY" | "CONSTRAINT" | "RULE" => self.is_part_in(catalog),
            "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "COLUMN" | "FOREIGN TABLE" | "SEQUENCE"
            | "INDEX" => catalog.relation_kind(name).is_some(),
            _ => true,
        }
    }

    fn is_part_in(&self, catalog: &Catalog) -> bool {
        let on = self.rest.strip_prefix("ON ").unwrap_or(&self.rest);
        if catalog.views.keys().any(|name| quoted(name) == on) {
            return true;
        }
        let mut tables = catalog.tables.values();
        tables
            .find(|table| quoted(&table.name) == on)
            .is_some_and(|table| has_part(table, &self.kind, &self.name.name))
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
        let (prefix, of) = if self.is_default() {
            (format!("{} ", self.prefix), self.kind.clone())
        } else {
            (String::new(), self.shown())
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

/// A name in double quotes.
pub(super) fn quoted(name: &QName) -> String {
    in_quotes(name, Dialect::Postgres, Quotes::All)
}
