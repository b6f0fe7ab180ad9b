//! PostgreSQL's grammar.

use sqlparser::dialect::{Dialect, PostgreSqlDialect};

/// The grammar that sqlparser reads statements with.
pub(crate) fn grammar() -> &'static dyn Dialect {
    &PostgreSqlDialect {}
}
