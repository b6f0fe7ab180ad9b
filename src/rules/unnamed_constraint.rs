//! A constraint that the server has to name.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::ConstraintKind;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for added in crate::context::added_constraints(statement) {
        // What is made with its table has the same name everywhere.
        let named = added.constraint.name.is_some()
            || added.with_table
            || matches!(
                &added.constraint.kind,
                ConstraintKind::Unique {
                    using_index: Some(_),
                    ..
                } | ConstraintKind::PrimaryKey { .. }
                    | ConstraintKind::NotNull { .. }
                    | ConstraintKind::Unique {
                        index_name: Some(_),
                        ..
                    }
            );
        if named {
            continue;
        }
        context
            .report(
                added.constraint.span,
                format!("the server makes up a name for this constraint of `{}`, and another one where that is taken", added.table),
            )
            .help("name it, so that a later migration can drop it everywhere: `CONSTRAINT name …`");
    }
}
