//! Data types: which exist, how they are kept, and which turn into which.

use super::extensions;
use crate::catalog::absence::Absence;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::later::MadeKind;
use crate::catalog::rejection::sqlstate;
use crate::catalog::rewrite::is_type;
use crate::catalog::{Catalog, Mention, QName, Rejection, Site};
use crate::server::postgres::{names, types};
use crate::source::Span;
use crate::sql::change::{DataType, Ident, ObjectName};

/// Families of types of which it is certain how they turn into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TypeFamily {
    Text,
    Number,
    Boolean,
    Uuid,
    Json,
    Bytes,
    /// `date`, `timestamp`, with and without time zone.
    Moment,
    Time,
    Interval,
    Enum,
    Array,
}

/// The server's own types that take nothing in brackets.
const PLAIN: &[&str] = &[
    "bigint", "boolean", "bytea", "cidr", "date", "inet", "integer", "json", "jsonb", "macaddr",
    "money", "name", "oid", "point", "regclass", "smallint", "text", "tsquery", "tsvector", "uuid",
    "xml",
];

/// Types of what functions are given and yield, which no column has.
const PSEUDO: &[&str] = &[
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anyelement",
    "anyenum",
    "anynonarray",
    "anyrange",
    "cstring",
    "event_trigger",
    "internal",
    "language_handler",
    "record",
    "trigger",
    "unknown",
    "void",
];

/// Refuses lengths and precisions that a type of the server's own does not have.
fn refuse_modifiers(data_type: &DataType, span: Span) -> Outcome {
    let name = data_type.name.as_str();
    let refusal = |code, message: String| Err(Rejection::new(code, span, message));
    let number = |at: usize| data_type.args.get(at)?.trim().parse::<i64>().ok();
    if PLAIN.contains(&name) && !data_type.args.is_empty() {
        let message = format!("type `{name}` takes nothing in brackets");
        return refusal(sqlstate::SYNTAX_ERROR, message);
    }
    let wrong = sqlstate::INVALID_PARAMETER_VALUE;
    match (name, number(0), number(1)) {
        ("character varying" | "character" | "bit" | "bit varying", Some(0), _) => refusal(
            wrong,
            format!("the length of type `{name}` must be at least 1"),
        ),
        ("character varying" | "character", Some(length), _) if length > 10_485_760 => refusal(
            wrong,
            format!("the length of type `{name}` cannot exceed 10485760"),
        ),
        ("numeric", Some(precision), _) if !(1..=1000).contains(&precision) => refusal(
            wrong,
            format!("the precision {precision} of `numeric` must be between 1 and 1000"),
        ),
        ("numeric", _, Some(scale)) if !(-1000..=1000).contains(&scale) => refusal(
            wrong,
            format!("the scale {scale} of `numeric` must be between -1000 and 1000"),
        ),
        _ => Ok(()),
    }
}

/// Refuses a type that no column has.
pub(crate) fn refuse_pseudo_type(data_type: &DataType, span: Span) -> Outcome {
    let name = data_type.name.as_str();
    if data_type.schema.is_some() || !PSEUDO.contains(&name) {
        return Ok(());
    }
    let message = format!("no column is of the pseudo-type `{name}`");
    let code = sqlstate::INVALID_TABLE_DEFINITION;
    Err(Rejection::new(code, span, message))
}

impl Apply<'_> {
    /// Refuses another type for an attribute while a table holds values of the composite type.
    pub(crate) fn refuse_stored(&self, name: &QName, field: &Ident) -> Outcome {
        let mut tables = self.catalog.tables.with(Mention::Type(&name.name));
        let found = tables.find_map(|(table, it)| {
            let mut known = it
                .columns
                .iter()
                .filter(|column| column.knowledge.is_exact());
            let column =
                known.find(|column| self.catalog.type_of(&column.data_type).as_ref() == Some(name));
            Some((table, column?))
        });
        let Some((table, column)) = found else {
            return Ok(());
        };
        let message = format!(
            "type `{}` cannot be changed so: column `{}` of table `{}` holds its values",
            name.name,
            column.name,
            self.catalog.shown(table)
        );
        let code = sqlstate::FEATURE_NOT_SUPPORTED;
        Err(Rejection::new(code, field.span, message)
            .because(column.origin.made, "the column is made here"))
    }

    /// The type as the catalog keeps it: a user's type outside `public` with the schema in which it
    /// was found. Refused when it cannot exist.
    pub(crate) fn settle_type(&self, data_type: &DataType, span: Span) -> Outcome<DataType> {
        let mut settled = data_type.clone();
        if !self.catalog.dialect.types_are_objects() {
            return Ok(settled);
        }
        let schema = settled.schema.take();
        let name = ObjectName {
            schema: schema.map(Ident::synthetic),
            name: Ident::synthetic(data_type.name.clone()),
        };
        let own = types::is_own(&data_type.name);
        if own
            && name
                .schema
                .as_ref()
                .is_none_or(|schema| schema.value == "pg_catalog")
        {
            refuse_modifiers(&settled, span)?;
            return Ok(settled);
        }
        if let Some(found) = self.catalog.find_type(&name) {
            settled.schema = (found.schema != names::HOME).then_some(found.schema);
            return Ok(settled);
        }
        settled.schema = name
            .schema
            .as_ref()
            .map(|schema| schema.value.clone())
            .filter(|schema| schema != names::HOME);
        if own || extensions::brings_type(&data_type.name) {
            return Ok(DataType {
                schema: None,
                ..settled
            });
        }
        match self.missing_type(&ObjectName {
            name: Ident { span, ..name.name },
            ..name
        }) {
            Some(rejection) => Err(rejection),
            None => Ok(settled),
        }
    }

    /// The refusal of an unknown type, when that is certain.
    pub(crate) fn missing_type(&self, name: &ObjectName) -> Option<Rejection> {
        self.catalog.missing_type(name, self.site)
    }
}

impl Catalog {
    /// The refusal of an unknown type, when that is certain.
    pub(crate) fn missing_type(&self, name: &ObjectName, site: Site) -> Option<Rejection> {
        let unknown = || {
            let message = format!("type `{name}` does not exist");
            Rejection::new(sqlstate::UNDEFINED_OBJECT, name.span(), message)
        };
        match self.absence(name, site.migration) {
            Absence::Gone(site, how) => Some(unknown().because(Some(site), how)),
            Absence::Never
                if self
                    .extensions
                    .keys()
                    .all(|name| extensions::is_known(name))
                    && !self.types_unknown() =>
            {
                Some(unknown())
            }
            _ => {
                let later = self.made_later(MadeKind::Type, name, site, || false);
                later.map(|making| unknown().before(making))
            }
        }
    }

    fn types_unknown(&self) -> bool {
        self.enums
            .values()
            .any(|found| !found.knowledge.is_exact() && !found.is_stub())
    }

    fn family(&self, data_type: &DataType) -> Option<TypeFamily> {
        if data_type.array {
            return Some(TypeFamily::Array);
        }
        if data_type.schema.is_some() || !types::is_own(&data_type.name) {
            let mut enums = self.enums.with(Mention::Named(&data_type.name));
            let is_enum = enums.any(|(_, found)| is_type(data_type, &found.name));
            return is_enum.then_some(TypeFamily::Enum);
        }
        Some(match data_type.name.as_str() {
            "text" | "character varying" | "character" => TypeFamily::Text,
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => {
                TypeFamily::Number
            }
            "boolean" => TypeFamily::Boolean,
            "uuid" => TypeFamily::Uuid,
            "json" | "jsonb" => TypeFamily::Json,
            "bytea" => TypeFamily::Bytes,
            "date" | "timestamp without time zone" | "timestamp with time zone" => {
                TypeFamily::Moment
            }
            "time without time zone" | "time with time zone" => TypeFamily::Time,
            "interval" => TypeFamily::Interval,
            _ => return None,
        })
    }

    /// Whether it is certain that a value of one type does not become one of another by itself, as
    /// a column's values and default have to when its type changes.
    pub(crate) fn cannot_assign(&self, from: &DataType, to: &DataType) -> bool {
        let (Some(one), Some(other)) = (self.family(from), self.family(to)) else {
            return false;
        };
        match (one, other) {
            // An array is converted if its elements are, and to text through its printed form.
            (TypeFamily::Array, TypeFamily::Array) => {
                let element = |data_type: &DataType| DataType {
                    array: false,
                    ..data_type.clone()
                };
                self.cannot_assign(&element(from), &element(to))
            }
            (_, TypeFamily::Text)
            | (TypeFamily::Moment | TypeFamily::Interval, TypeFamily::Time)
            | (TypeFamily::Time, TypeFamily::Interval) => false,
            (TypeFamily::Enum, TypeFamily::Enum) => self.type_of(from) != self.type_of(to),
            _ => one != other,
        }
    }

    /// Whether it is certain that no cast, written out, makes a value of one type one of another
    /// (`pg_cast`, and text as the way between).
    pub(crate) fn cannot_cast(&self, from: &DataType, to: &DataType) -> bool {
        use TypeFamily::{Array, Boolean, Bytes, Enum, Interval, Json, Moment, Number, Text, Time};
        let (Some(one), Some(other)) = (self.family(from), self.family(to)) else {
            return false;
        };
        match (one, other) {
            (Text, _)
            | (_, Text)
            | (Array, Array)
            | (Moment | Interval, Time)
            | (Time, Interval)
            // `integer` has casts that its relatives have not.
            | (Number, Boolean | Bytes)
            | (Boolean | Bytes, Number) => false,
            (Json, Number | Boolean) => from.name == "json",
            (Enum, Enum) => self.type_of(from) != self.type_of(to),
            _ => one != other,
        }
    }

    /// Whether it is certain that a foreign key cannot compare its column with the one that it
    /// refers to: that one's operators decide, and a wider number is not made a narrower one.
    pub(crate) fn cannot_refer(&self, from: &DataType, to: &DataType) -> bool {
        let name = |data_type: &DataType| data_type.name.clone();
        let is_whole = matches!(name(to).as_str(), "smallint" | "integer" | "bigint");
        let is_broken = matches!(name(from).as_str(), "numeric" | "real" | "double precision");
        let numbers = self.family(from) == Some(TypeFamily::Number)
            && self.family(to) == Some(TypeFamily::Number);
        self.cannot_compare(from, to) || (numbers && is_whole && is_broken)
    }

    /// Whether it is certain that two types cannot be compared, as the columns of a foreign key
    /// have to be.
    pub(crate) fn cannot_compare(&self, from: &DataType, to: &DataType) -> bool {
        let (Some(one), Some(other)) = (self.family(from), self.family(to)) else {
            return false;
        };
        match (one, other) {
            (TypeFamily::Enum, TypeFamily::Enum) => self.type_of(from) != self.type_of(to),
            (TypeFamily::Array, TypeFamily::Array) => false,
            _ => one != other,
        }
    }
}
