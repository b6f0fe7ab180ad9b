//! `ALTER COLUMN … TYPE` on PostgreSQL: which changes leave the rows as they are.

use super::column::{domain_of, is_constrained};
use crate::catalog::{Catalog, format_type};
use crate::lock::Cause;
use crate::server::postgres::names;
use crate::sql::change::{DataType, Expr, ExprKind};

/// What a change of type takes, the least first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Retype {
    /// The catalog alone changes; indexes keep their files.
    Keeps,
    /// Rows stay; the indexes on the column are built again.
    Indexes,
    /// Every row is written again.
    Rewrites(Cause),
}

/// From one type to another through `USING`, if there is one.
pub(super) fn retype(
    column: &str,
    from: &DataType,
    to: &DataType,
    using: Option<&Expr>,
    catalog: &Catalog,
) -> Retype {
    let Some(using) = using else {
        return step(from, to, catalog);
    };
    let bare = matches!(&using.kind, ExprKind::Column(name) if name.value == column)
        && using.functions.is_empty();
    // The server looks no further than casts of the column: `ts AT TIME ZONE 'UTC'` writes every
    // row, also in a session in UTC, where it changes nothing.
    if !bare {
        return Retype::Rewrites(Cause::Using);
    }
    let mut at = from;
    let mut worst = Retype::Keeps;
    for next in using.casts.iter().chain([to]) {
        match step(at, next, catalog) {
            Retype::Keeps => {}
            Retype::Indexes => worst = Retype::Indexes,
            Retype::Rewrites(_) => {
                let print = |data_type| format_type(data_type, catalog.dialect);
                return Retype::Rewrites(Cause::Type(print(from), print(to)));
            }
        }
        at = next;
    }
    worst
}

/// From one type to another as an assignment converts.
fn step(from: &DataType, to: &DataType, catalog: &Catalog) -> Retype {
    let print = |data_type| format_type(data_type, catalog.dialect);
    let rewrites = || Retype::Rewrites(Cause::Type(print(from), print(to)));
    if same(from, to) {
        return Retype::Keeps;
    }
    if let Some(domain) = domain_of(to, catalog) {
        let own = domain_of(from, catalog);
        return if own.is_some_and(|own| own.name == domain.name) {
            Retype::Keeps
        } else if is_constrained(domain, catalog) {
            Retype::Rewrites(Cause::Domain(domain.name.name.clone()))
        } else {
            step(from, &domain.base, catalog)
        };
    }
    if let Some(domain) = domain_of(from, catalog) {
        return step(&domain.base, to, catalog);
    }
    if from.array || to.array {
        return rewrites();
    }
    // Measured on 12 to 18 by the files of table and indexes. A longer or no limit of a `varchar`
    // touches neither; `text` to `varchar(50)` writes every row, for any may be too long;
    // `char(10)` to `char(20)` does, for each is padded; to `citext` the rows stay and the indexes,
    // which sort otherwise, do not.
    match (from.name.as_str(), to.name.as_str()) {
        ("character varying" | "text" | "xml", "text") => Retype::Keeps,
        ("character varying" | "text" | "xml", "character varying") if to.args.is_empty() => {
            Retype::Keeps
        }
        ("character varying", "character varying") | ("bit varying", "bit varying") => {
            keeps_if(grows(from, to), rewrites)
        }
        ("cidr", "inet") => Retype::Keeps,
        ("citext", "text") | ("text" | "character varying", "citext") => Retype::Indexes,
        ("citext", "character varying") if to.args.is_empty() => Retype::Indexes,
        ("integer", "oid" | "regclass" | "regproc" | "regtype" | "regrole")
        | ("oid", "integer") => Retype::Indexes,
        ("numeric", "numeric") => keeps_if(numeric_grows(from, to), rewrites),
        (one, other) if one == other && is_moment(one) => {
            keeps_if(precision(from) <= precision(to), rewrites)
        }
        ("timestamp without time zone", "timestamp with time zone")
        | ("timestamp with time zone", "timestamp without time zone") => {
            // The two keep the same number for the same moment in UTC alone.
            let utc = catalog
                .settings
                .get("timezone")
                .is_some_and(|zone| is_utc(zone));
            keeps_if(utc && precision(from) <= precision(to), rewrites)
        }
        _ => rewrites(),
    }
}

fn keeps_if(keeps: bool, otherwise: impl Fn() -> Retype) -> Retype {
    if keeps { Retype::Keeps } else { otherwise() }
}

fn same(from: &DataType, to: &DataType) -> bool {
    let schema = |data_type: &DataType| match data_type.schema.as_deref() {
        Some(names::HOME | "pg_catalog") | None => None,
        Some(other) => Some(other.to_owned()),
    };
    from.name == to.name
        && from.args == to.args
        && from.array == to.array
        && from.modifiers == to.modifiers
        && schema(from) == schema(to)
}

fn number(data_type: &DataType, at: usize) -> Option<i64> {
    data_type.args.get(at)?.trim().parse().ok()
}

/// A longer limit, or none.
fn grows(from: &DataType, to: &DataType) -> bool {
    match (number(from, 0), number(to, 0)) {
        (_, None) => to.args.is_empty(),
        (Some(old), Some(new)) => old <= new,
        (None, Some(_)) => false,
    }
}

/// More digits before the point and as many after it, or no limit.
fn numeric_grows(from: &DataType, to: &DataType) -> bool {
    if to.args.is_empty() {
        return true;
    }
    let scale = |data_type| number(data_type, 1).unwrap_or(0);
    match (number(from, 0), number(to, 0)) {
        (Some(old), Some(new)) => old <= new && scale(from) == scale(to),
        _ => false,
    }
}

fn is_moment(name: &str) -> bool {
    matches!(
        name,
        "timestamp without time zone"
            | "timestamp with time zone"
            | "time without time zone"
            | "time with time zone"
            | "interval"
    )
}

/// Digits of a second; six where none are written.
fn precision(data_type: &DataType) -> i64 {
    number(data_type, 0).unwrap_or(6)
}

fn is_utc(zone: &str) -> bool {
    let zone = zone.trim_matches('\'').to_ascii_lowercase();
    matches!(
        zone.as_str(),
        "utc" | "etc/utc" | "gmt" | "etc/gmt" | "zulu" | "0" | "+00" | "+00:00"
    )
}
