//! Default values as declarations spell them, as the expressions a server would hold.

use crate::catalog::{QName, sequence_text};
use crate::sql::Dialect;
use crate::sql::change::{Expr, ExprKind};
use crate::sql::limit::{POSTGRES_BYTES, clip};

/// A string literal.
pub(super) fn string(dialect: Dialect, text: &str) -> Expr {
    let mut quoted = text.replace('\'', "''");
    if dialect == Dialect::MySql {
        quoted = quoted.replace('\\', "\\\\");
    }
    Expr { sql: format!("'{quoted}'"), kind: ExprKind::String(text.to_owned()), ..Expr::default() }
}

/// A number as written.
pub(super) fn number(text: &str) -> Expr {
    Expr { sql: text.to_owned(), kind: ExprKind::Number(text.to_owned()), ..Expr::default() }
}

/// `true` or `false`; MySQL and SQLite keep numbers for some, which comparison knows.
pub(super) fn boolean(value: bool) -> Expr {
    Expr { sql: value.to_string(), kind: ExprKind::Boolean(value), ..Expr::default() }
}

/// SQL that somebody wrote.
pub(super) fn raw(_dialect: Dialect, sql: &str) -> Expr {
    Expr { sql: sql.trim().to_owned(), ..Expr::default() }
}

/// The time of the statement, to so many digits of a second.
pub(super) fn current_timestamp(precision: Option<&str>) -> Expr {
    let digits = precision.filter(|it| *it != "0").map(|it| format!("({it})")).unwrap_or_default();
    let name = "current_timestamp".to_owned();
    Expr {
        sql: format!("CURRENT_TIMESTAMP{digits}"),
        kind: ExprKind::Function(name.clone()),
        functions: vec![name],
        ..Expr::default()
    }
}

/// The next value of a sequence (PostgreSQL).
pub(super) fn next_value(schema: &str, sequence: &str) -> Expr {
    let name = sequence_text(&QName::new(schema, sequence));
    Expr {
        sql: format!("nextval('{}'::regclass)", name.replace('\'', "''")),
        kind: ExprKind::Function("nextval".to_owned()),
        functions: vec!["nextval".to_owned()],
        ..Expr::default()
    }
}

/// The name PostgreSQL gives to the sequence of a serial column: table and column are shortened in turn, the longer one first, until
/// the whole fits in 63 bytes (`makeObjectName` in the server's source).
pub(super) fn sequence_name(table: &str, column: &str) -> String {
    let available = POSTGRES_BYTES - "_".len() - "_seq".len();
    let (mut left, mut right) = (table.len(), column.len());
    while left + right > available {
        if left > right { left -= 1 } else { right -= 1 }
    }
    let cut = |text: &str, at: usize| clip(text, at).to_owned();
    format!("{}_{}_seq", cut(table, left), cut(column, right))
}
