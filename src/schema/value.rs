//! Default values as declarations spell them, as the expressions a server would hold.

use crate::catalog::{DefaultValue, QName, sequence_text};
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::sql::change::{Expr, ExprKind};
use crate::sql::limit::clip;

/// A string literal in standard SQL, which knows no escapes.
pub(crate) fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A default as it is written.
pub(crate) fn written(sql: String) -> DefaultValue {
    DefaultValue {
        expr: Expr {
            sql,
            ..Expr::default()
        },
        literal_type: None,
    }
}

/// The next value of a sequence (PostgreSQL).
pub(crate) fn next_value(schema: &str, sequence: &str) -> Expr {
    let name = sequence_text(&QName::new(schema, sequence));
    Expr {
        sql: format!("nextval('{}'::regclass)", name.replace('\'', "''")),
        kind: ExprKind::Function("nextval".to_owned()),
        functions: vec!["nextval".to_owned()],
        ..Expr::default()
    }
}

/// The name PostgreSQL gives to the sequence of a serial column: table and column are shortened in
/// turn, the longer one first, until the whole fits in 63 bytes (`makeObjectName` in the server's
/// source).
pub(crate) fn sequence_name(table: &str, column: &str) -> String {
    let available = POSTGRES_BYTES - "_".len() - "_seq".len();
    let (mut left, mut right) = (table.len(), column.len());
    while left + right > available {
        if left > right { left -= 1 } else { right -= 1 }
    }
    let cut = |text: &str, at: usize| clip(text, at).to_owned();
    format!("{}_{}_seq", cut(table, left), cut(column, right))
}
