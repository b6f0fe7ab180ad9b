//! A key that runs out at two thousand million rows, or at 32 767.

use super::{Check, Context};
use crate::context::Defined;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ConstraintKind, ExprKind, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for defined in crate::context::defined_columns(statement) {
        let Some(most) = most(&defined) else {
            continue;
        };
        let counts = defined.column.serial
            || defined.column.identity.is_some()
            || defined.column.auto_increment;
        if !counts && !is_key(&defined, statement) {
            continue;
        }
        let column = &defined.column;
        context
            .report(
                defined.span,
                format!(
                    "the key `{}.{}` runs out at {most}",
                    defined.table, column.name.value
                ),
            )
            .help("use `bigint`: to change it later rewrites the table and all that refer to it");
    }
}

/// The highest number of a type that is too small for most tables.
fn most(defined: &Defined) -> Option<&'static str> {
    let unsigned = defined
        .column
        .data_type
        .modifiers
        .iter()
        .any(|word| word == "unsigned");
    match (defined.column.data_type.name.as_str(), unsigned) {
        ("integer" | "int", false) => Some("2 147 483 647"),
        ("integer" | "int", true) => Some("4 294 967 295"),
        ("mediumint", _) => Some("16 777 215"),
        ("smallint", false) => Some("32 767"),
        ("smallint", true) => Some("65 535"),
        _ => None,
    }
}

/// Whether the column alone is the primary key.
fn is_key(defined: &Defined, statement: &Statement) -> bool {
    let own = defined
        .column
        .constraints
        .iter()
        .any(|constraint| matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }));
    let named = |kind: &ConstraintKind| match kind {
        ConstraintKind::PrimaryKey { columns, .. } => match columns.as_slice() {
            [only] => {
                matches!(&only.expr.kind, ExprKind::Column(name) if name.value == defined.column.name.value)
            }
            _ => false,
        },
        _ => false,
    };
    own || changes(&statement.changes)
        .iter()
        .any(|reached| match &reached.change.kind {
            ChangeKind::CreateTable(create) if create.name == *defined.table => create
                .constraints
                .iter()
                .any(|constraint| named(&constraint.kind)),
            ChangeKind::AlterTable(alter) if alter.table == *defined.table => {
                alter.actions.iter().any(|(action, _)| {
                    matches!(action, TableAction::AddConstraint(constraint) if named(&constraint.kind))
                })
            }
            _ => false,
        })
}
