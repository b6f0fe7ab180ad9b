//! Constraints that the server checks on every row while others wait.

use super::{Check, Context};
use crate::catalog::TableKind;
use crate::diagnostic::{Applicability, Fix};
use crate::lock::{Blocks, Cause, Effect, Work};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{Ident, TableAction};
use crate::sql::quote::quote;
use crate::sql::walk::actions;

pub(super) const CHECK: Check = Check::Statement(check);

/// The first version in which a partitioned table takes a foreign key that is NOT VALID.
const PARTITIONED_NOT_VALID: u16 = 18;
/// The first version in which a NOT NULL constraint can be NOT VALID.
const NOT_NULL_NOT_VALID: u16 = 18;
/// The first version in which a validated check spares `SET NOT NULL` the scan.
const PROOF_SPARES_THE_SCAN: u16 = 12;

fn check(statement: &Statement, context: &mut Context) {
    for effect in &*context.effects() {
        if effect.work() < Work::Scan || effect.blocks() < Blocks::Writes {
            continue;
        }
        let read = if effect.scans.contains(&effect.target) {
            context.is_in_use(&effect.target)
        } else {
            effect
                .scans
                .iter()
                .any(|relation| context.is_in_use(relation))
        };
        // A new table that was filled is checked row by row too, while the other one is locked.
        let loaded = matches!(effect.cause(), Some(Cause::ForeignKey))
            && context.waits(effect)
            && context.is_loaded(&effect.target);
        let Some(cause) = effect.cause().filter(|_| read || loaded) else {
            continue;
        };
        let unavoidable = matches!(cause, Cause::ForeignKey) && takes_no_not_valid(effect, context);
        let filled = matches!(cause, Cause::NotNull) && is_filled(statement, effect, context);
        if !unavoidable && !filled {
            report(statement, effect, cause, context);
        }
    }
}

fn report(statement: &Statement, effect: &Effect, cause: &Cause, context: &mut Context) {
    let table = context.shown(&effect.target);
    let copies = context.dialect().copies_tables();
    let waits = match effect.blocks() {
        Blocks::ReadsAndWrites => "nobody reads or writes it meanwhile",
        _ if matches!(cause, Cause::ForeignKey | Cause::InlineForeignKey) => {
            "writes to both tables wait meanwhile"
        }
        _ => "every write waits meanwhile",
    };
    let message = match cause {
        Cause::ForeignKey | Cause::InlineForeignKey if copies => {
            format!("copies `{table}` to check a foreign key on every row; {waits}")
        }
        Cause::Check | Cause::InlineCheck if copies => {
            format!("copies `{table}` to check every row; {waits}")
        }
        Cause::ForeignKey | Cause::InlineForeignKey => {
            format!("checks a foreign key on every row of `{table}`; {waits}")
        }
        Cause::Check | Cause::InlineCheck => format!("checks every row of `{table}`; {waits}"),
        Cause::CheckAgain(name) => format!(
            "changes no value, but checks `{name}` on every row of `{table}` again; {waits}"
        ),
        Cause::NotNull => format!("looks for a null in every row of `{table}`; {waits}"),
        Cause::PrimaryKeyNotNull(column) => format!(
            "`{column}` may be null, so a primary key over it looks at every row of `{table}`; {waits}"
        ),
        Cause::DomainConstraint => format!(
            "checks every row of every table with a column of the domain `{table}`; every write to them waits meanwhile"
        ),
        _ => return,
    };
    let help = help(cause, copies, context);
    let fix = if copies {
        None
    } else {
        in_steps(statement, effect, cause, context)
    };
    context.report_lock(effect, message).help(help).fix(fix);
}

/// The same in two steps, of which the second lets others go on while it reads the rows.
fn in_steps(
    statement: &Statement,
    effect: &Effect,
    cause: &Cause,
    context: &Context,
) -> Option<Fix> {
    let found = actions(&statement.changes).find(|found| found.span == effect.span)?;
    if !context.is_plain(found.reached.change.span) {
        return None;
    }
    let table = context.written(&found.alter.table);
    match (found.action, cause) {
        (TableAction::AddConstraint(constraint), Cause::Check | Cause::ForeignKey) => {
            let name = constraint.name.as_ref()?;
            let written = statement.source.slice(name.span);
            let validate = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {written}");
            let later =
                context.second_step_edits(&format!("validate_{}", name.value), &[validate])?;
            let end = Span::new(found.span.end, found.span.end);
            let own = context.edit(end, " NOT VALID");
            let edits = std::iter::once(own).chain(later.into_iter().map(Some));
            context.fix(
                "add it NOT VALID, and validate it in a second step",
                Applicability::Unsafe,
                edits,
            )
        }
        (TableAction::SetNotNull { column }, Cause::NotNull)
            if context.versions().postgres >= PROOF_SPARES_THE_SCAN =>
        {
            let check = format!("{}_{}_not_null", effect.target.name, column.value);
            let quoted = quote(&check);
            let written = statement.source.slice(column.span);
            let later = [
                format!("ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}"),
                format!("ALTER TABLE {table} ALTER COLUMN {written} SET NOT NULL"),
                format!("ALTER TABLE {table} DROP CONSTRAINT {quoted}"),
            ];
            let later = context.second_step_edits(&format!("validate_{check}"), &later)?;
            let own = format!("ADD CONSTRAINT {quoted} CHECK ({written} IS NOT NULL) NOT VALID");
            let own = context.edit(found.span, own);
            let back = format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quoted}");
            let others = context.first_in_down(&back).into_iter().chain(later);
            let edits = std::iter::once(own).chain(others.map(Some));
            context.fix(
                "prove it with a CHECK, and set NOT NULL in a second step",
                Applicability::Unsafe,
                edits,
            )
        }
        _ => None,
    }
}

fn help(cause: &Cause, copies: bool, context: &Context) -> String {
    let later = context.second_step();
    match cause {
        _ if copies => {
            "no way does it online: copy a large table with gh-ost or pt-online-schema-change, or leave it to the application"
                .to_owned()
        }
        Cause::InlineCheck => {
            format!("add the column alone, then `ADD CONSTRAINT … CHECK … NOT VALID`, and `VALIDATE CONSTRAINT` {later}")
        }
        Cause::InlineForeignKey => {
            format!("add the column alone, then the foreign key `NOT VALID`, and `VALIDATE CONSTRAINT` {later}")
        }
        Cause::CheckAgain(_) => {
            format!("drop the check first, add it again `NOT VALID` after the change, and `VALIDATE CONSTRAINT` {later}")
        }
        Cause::NotNull | Cause::PrimaryKeyNotNull(_)
            if context.versions().postgres >= NOT_NULL_NOT_VALID =>
        {
            format!("`ADD CONSTRAINT … NOT NULL column NOT VALID`, then `VALIDATE CONSTRAINT` {later}")
        }
        Cause::NotNull | Cause::PrimaryKeyNotNull(_) if context.versions().postgres < PROOF_SPARES_THE_SCAN => {
            "before PostgreSQL 12 there is no proof that spares the scan: a validated `CHECK (column IS NOT NULL)` does the same as NOT NULL".to_owned()
        }
        Cause::NotNull | Cause::PrimaryKeyNotNull(_) => {
            format!("`ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID`, `VALIDATE CONSTRAINT` {later}, and then `SET NOT NULL` reads nothing")
        }
        Cause::DomainConstraint => {
            "add it `NOT VALID`: it holds for new values, and `VALIDATE CONSTRAINT` can wait for a quiet hour".to_owned()
        }
        _ => format!("add it `NOT VALID`, and `VALIDATE CONSTRAINT` {later}, while others go on"),
    }
}

fn takes_no_not_valid(effect: &Effect, context: &Context) -> bool {
    let table = context.catalog.tables.get(&effect.target);
    table.is_some_and(|table| table.kind == TableKind::Partitioned)
        && context.versions().postgres < PARTITIONED_NOT_VALID
}

/// Whether the column is a new one that came with a value in every row, or may have its proof.
fn is_filled(statement: &Statement, effect: &Effect, context: &Context) -> bool {
    actions(&statement.changes)
        .filter(|found| found.span == effect.span)
        .any(|found| {
            let TableAction::SetNotNull { column } = found.action else {
                return false;
            };
            if context.validates_unseen(&found.alter.table) {
                return true;
            }
            let with_value = context.rows.born_with_value(&effect.target, &column.value);
            found
                .alter
                .actions
                .iter()
                .any(|(action, _)| adds(action, column))
                || with_value.is_some_and(|site| context.in_batch(site))
        })
}

/// Whether an action adds the column.
fn adds(action: &TableAction, name: &Ident) -> bool {
    match action {
        TableAction::AddColumn { column, .. } => column.name.value == name.value,
        _ => false,
    }
}
