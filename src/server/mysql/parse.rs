//! MySQL's grammar.

use sqlparser::dialect::{Dialect, MySqlDialect};

/// The grammar that sqlparser reads statements with.
pub(crate) fn grammar() -> &'static dyn Dialect {
    &MySqlDialect {}
}
