//! `DROP COLUMN`, and a rebuild that leaves a column out.

use super::{Check, Context};
use crate::catalog::QName;
use crate::context::{Rebuild, TableEdit};
use crate::history::released::AtBase;
use crate::sql::Statement;
use crate::sql::change::TableAction;

pub(super) const CHECK: Check = Check::Statement(check);

const HELP: &str = "first release code that neither reads nor writes it, then drop it";

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        if let TableAction::DropColumn {
            name, if_exists, ..
        } = edit.action
        {
            dropped(&edit, &name.value, *if_exists, context);
        }
    }
    context.each_rebuild(statement, left_out);
}

fn dropped(edit: &TableEdit, name: &str, if_exists: bool, context: &mut Context) {
    if !context.may_hold_rows(edit.table) {
        return;
    }
    let table = context.table(edit.table);
    let column = table.and_then(|table| context.column(table, name));
    match (table, column) {
        (_, Some(column)) => {
            let computed = column
                .generated
                .as_ref()
                .is_some_and(|generated| !generated.stored);
            if computed || context.is_new(&column.origin) {
                return;
            }
        }
        (Some(table), None) if table.knowledge.is_exact() => return,
        _ => {}
    }
    let release = table.map_or(AtBase::Unknown, |table| asked(&table.name, name, context));
    if release == AtBase::Left {
        return;
    }
    let guess = column.is_none() && if_exists;
    let made = column.and_then(|column| column.origin.made);
    let consequence = context.still_named(release);
    let reported = context
        .report(
            edit.span,
            format!(
                "drops `{}.{name}` with its values, and {consequence}",
                edit.table
            ),
        )
        .label_site(made, "the column was made here")
        .help(HELP);
    if guess {
        reported.low_confidence();
    }
}

/// What the schema of the base says of a column.
fn asked<'a>(table: &QName, column: &str, context: &Context<'a>) -> AtBase<'a> {
    let released = context.released;
    released.map_or(AtBase::Unknown, |released| released.column(table, column))
}

/// Columns of the old table that neither the new one has nor the copy reads.
fn left_out(rebuild: &Rebuild, span: crate::source::Span, context: &mut Context) {
    let (old, new) = (rebuild.old, rebuild.new);
    if context.has_no_rows(old)
        || rebuild.copies.is_empty()
        || !old.knowledge.is_exact()
        || !new.knowledge.is_exact()
    {
        return;
    }
    let lost: Vec<(&str, AtBase)> = old
        .columns
        .iter()
        .filter(|column| {
            column.generated.is_none()
                && !context.is_new(&column.origin)
                && context.column(new, &column.name).is_none()
                && !rebuild
                    .copies
                    .iter()
                    .any(|copied| copied.reads(&column.name, context))
        })
        .map(|column| {
            (
                column.name.as_str(),
                asked(&old.name, &column.name, context),
            )
        })
        .filter(|(_, release)| *release != AtBase::Left)
        .collect();
    let Some(&(_, first)) = lost.first() else {
        return;
    };
    let names: Vec<String> = lost.iter().map(|(name, _)| format!("`{name}`")).collect();
    let name = context.catalog.shown(&old.name);
    let consequence = context.still_named(first);
    context
        .report(
            span,
            format!(
                "the table that takes the place of `{name}` has no {}, whose values are gone, and {consequence}",
                names.join(", ")
            ),
        )
        .label_site(old.origin.made, "the table was made here")
        .help(HELP);
}
