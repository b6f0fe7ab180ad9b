//! `ADD COLUMN` on PostgreSQL: what makes the server write the table again.

use std::collections::HashSet;

use super::{CHECK_PROVES_NOT_NULL, FAST_DEFAULTS};
use crate::catalog::{Catalog, Domain, QName, Table};
use crate::lock::Cause;
use crate::sql::change::{ColumnDef, DataType, Expr, ExprKind};

/// Functions of the server and of the extensions that come with it whose value differs from row to
/// row. The time of the transaction (`now()`, `current_date`) does not, and is stored once.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "currval",
    "gen_random_bytes",
    "gen_random_uuid",
    "gen_salt",
    "lastval",
    "nextval",
    "pg_sleep",
    "random",
    "random_normal",
    "set_config",
    "setval",
    "timeofday",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// Why a new column makes the server write every row.
pub(super) fn rewrites(column: &ColumnDef, catalog: &Catalog) -> Option<Cause> {
    if column.serial {
        return Some(Cause::Serial);
    }
    if column.identity.is_some() {
        return Some(Cause::Identity);
    }
    if column.generated.as_ref().is_some_and(|made| made.stored) {
        return Some(Cause::Stored);
    }
    let domain = domain_of(&column.data_type, catalog);
    let inherited = domain.and_then(|domain| domain.default.as_ref());
    if let Some(default) = column.default.as_ref().or(inherited) {
        if let Some(function) = volatile(default, catalog) {
            return Some(Cause::VolatileDefault(function.to_owned()));
        }
        if catalog.versions.postgres < FAST_DEFAULTS && default.kind != ExprKind::Null {
            return Some(Cause::AnyDefault);
        }
    }
    let constrained = domain.filter(|domain| is_constrained(domain, catalog))?;
    Some(Cause::Domain(constrained.name.name.clone()))
}

/// The function that makes an expression differ from row to row.
fn volatile<'e>(expr: &'e Expr, catalog: &Catalog) -> Option<&'e str> {
    let mut called = expr.functions.iter().map(String::as_str);
    called.find(|name| is_volatile(name, catalog, &mut HashSet::new()))
}

fn is_volatile(name: &str, catalog: &Catalog, seen: &mut HashSet<QName>) -> bool {
    let bare = name.rsplit('.').next().unwrap_or(name);
    VOLATILE.contains(&bare) || is_own_volatile(name, catalog, seen)
}

/// Whether a function of the history, whichever of that name is meant, yields something else each
/// time. The server puts the body of a simple function in SQL in its place, and then looks at that.
fn is_own_volatile(name: &str, catalog: &Catalog, seen: &mut HashSet<QName>) -> bool {
    let own = catalog.called_functions(name);
    own.is_some_and(|own| {
        if !seen.insert(own.clone()) {
            return false;
        }
        let mut overloads = catalog.functions[&own].iter();
        overloads.all(|own| {
            let by_body = own
                .inlined
                .as_ref()
                .is_none_or(|called| called.iter().any(|name| is_volatile(name, catalog, seen)));
            own.is_volatile && by_body
        })
    })
}

/// The domain of that name; arrays of a domain are no domain.
pub(super) fn domain_of<'c>(data_type: &DataType, catalog: &'c Catalog) -> Option<&'c Domain> {
    if data_type.array {
        return None;
    }
    let name = catalog.type_of(data_type)?;
    catalog.domains.get(&name).map(|domain| &**domain)
}

/// Whether a domain, or one that it is made of, demands anything of its values.
pub(super) fn is_constrained(domain: &Domain, catalog: &Catalog) -> bool {
    domain.not_null
        || !domain.checks.is_empty()
        || domain_of(&domain.base, catalog).is_some_and(|base| is_constrained(base, catalog))
}

/// Whether the server knows without looking that no row holds a null there.
pub(super) fn is_never_null(table: &Table, name: &str, catalog: &Catalog) -> bool {
    let by_check = {
        let valid = table.checks.iter().filter(|check| check.valid);
        let mut proved = valid.flat_map(|check| &check.expr.proves_not_null);
        catalog.versions.postgres >= CHECK_PROVES_NOT_NULL
            && proved.any(|column| column.value == name)
    };
    table.column(name).is_some_and(|column| column.not_null) || by_check
}
