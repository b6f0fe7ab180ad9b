//! SQLite's rebuild of a table that deletes rows: those of tables that refer to it, or its own.

use super::{Check, Context};
use crate::catalog::{ForeignKey, QName, Table};
use crate::diagnostic::Severity;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ObjectName, ReferentialAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let span = reached.change.span;
        if let ChangeKind::DropTable {
            names,
            temporary: false,
            ..
        } = &reached.change.kind
        {
            for name in names {
                copies_nothing(name, span, context);
                takes_children(name, span, context);
            }
        }
    }
}

fn copies_nothing(name: &ObjectName, span: Span, context: &mut Context) {
    let Some(rebuild) = context.rebuild(name) else {
        return;
    };
    // A table that was there before has been filled by whoever kept both.
    if context.has_no_rows(rebuild.old)
        || !context.is_new(&rebuild.new.origin)
        || !rebuild.copies.is_empty()
        || context.is_copied_elsewhere(&rebuild.old.name)
    {
        return;
    }
    let new = context.catalog.shown(&rebuild.new.name);
    let made = rebuild.old.origin.made;
    context
        .report(
            span,
            format!("`{new}` takes the place of `{name}`, and nothing copies the rows into it before they go"),
        )
        .label_site(made, "the table was made here")
        .help(format!("`INSERT INTO {new} (…) SELECT … FROM {name}` before the drop"));
}

/// `DROP TABLE` deletes every row first, and foreign keys act on that. Measured on SQLite 3.40:
/// neither a PRAGMA inside of a transaction nor `defer_foreign_keys` keeps the rows.
fn takes_children(name: &ObjectName, span: Span, context: &mut Context) {
    let Some(table) = context.table(name) else {
        return;
    };
    let replaced = context.rebuild(name).is_some() || {
        let kept = table.name.clone();
        context.is_copied_elsewhere(&kept) && context.name_is_taken_over(&kept, span)
    };
    if !replaced || context.catalog.foreign_keys_are_off() || context.has_no_rows(table) {
        return;
    }
    let hit: Vec<(&Table, &ForeignKey)> = context
        .catalog
        .tables
        .values()
        .filter(|child| child.name != table.name && !context.has_no_rows(child))
        .filter(|child| !goes_too(child, span, context))
        .filter_map(|child| Some((&**child, key_that_acts(child, &table.name)?)))
        .collect();
    let Some(&(first, key)) = hit.first() else {
        return;
    };
    let shown: Vec<String> = hit
        .iter()
        .map(|(child, _)| format!("`{}`", context.catalog.shown(&child.name)))
        .collect();
    let deletes = hit
        .iter()
        .any(|(_, key)| key.on_delete == ReferentialAction::Cascade);
    let what = if deletes {
        "deletes the rows of"
    } else {
        "takes the reference out of every row of"
    };
    let pragma = context.changes_earlier().any(|reached| {
        matches!(&reached.change.kind, ChangeKind::Pragma { name, .. } if name == "foreign_keys")
    });
    let without_effect = if pragma {
        ", since the PRAGMA stands in a transaction, where SQLite takes no notice of it"
    } else {
        ""
    };
    // Who runs the files may switch foreign keys off before: a program that does so for its
    // rebuilds was accused three times of losing rows.
    let supposed = !context.set.sending.certain && !pragma;
    let where_on = if supposed {
        " where foreign keys are on"
    } else {
        ""
    };
    let made = key.origin.made.or(first.origin.made);
    let help = if context.transaction.open {
        "`PRAGMA foreign_keys=OFF` has to run before the transaction begins: run this migration outside of one, or copy the rows of those tables aside and back"
    } else {
        "`PRAGMA foreign_keys=OFF` first, outside of any transaction"
    };
    let reported = context
        .report(
            span,
            format!(
                "dropping `{name}` for its rebuild {what} {} by ON DELETE {}{where_on}{without_effect}",
                shown.join(", "),
                key.on_delete.sql()
            ),
        )
        .label_site(made, "the foreign key was made here")
        .help(help);
    if supposed {
        reported.severity(Severity::Warning);
    }
}

/// Whether a later statement drops a table, and none before it reads what is in it.
fn goes_too(child: &Table, after: Span, context: &Context) -> bool {
    for reached in context.changes_after(after) {
        match &reached.change.kind {
            ChangeKind::Insert { query, .. } => {
                let mut read = query.relations.iter();
                if read.any(|name| context.is_named(name, &child.name)) {
                    return false;
                }
            }
            ChangeKind::DropTable { names, .. }
                if names.iter().any(|name| context.is_named(name, &child.name)) =>
            {
                return true;
            }
            _ => {}
        }
    }
    false
}

/// The foreign key of a table that acts when rows of another are deleted, the worst first.
fn key_that_acts<'t>(child: &'t Table, parent: &QName) -> Option<&'t ForeignKey> {
    let acts = |action: ReferentialAction| {
        child.foreign_keys.iter().find(move |key| {
            key.on_delete == action && key.table.name.eq_ignore_ascii_case(&parent.name)
        })
    };
    acts(ReferentialAction::Cascade)
        .or_else(|| acts(ReferentialAction::SetNull))
        .or_else(|| acts(ReferentialAction::SetDefault))
}
