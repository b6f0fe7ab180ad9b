//! Expressions as SQLite shows them.

use sqlparser::ast::Expr;

use crate::sql::Dialect;
use crate::sql::canonical::written;
use crate::sql::lower::walk::bare;

/// Writes the expression as it was written, with one spelling for keywords and blanks.
pub(crate) fn expr(expr: &Expr, out: &mut String) {
    written::expr(bare(expr), Dialect::Sqlite, out);
}
