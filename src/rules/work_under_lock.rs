//! Long work in a transaction that has locked a table before.

use super::{Check, Context};
use crate::catalog::{QName, Table};
use crate::lock::{Blocks, Effect, Work};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{Change, ChangeKind, Expr};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(statement: &Statement, context: &mut Context) {
    let Some(held) = held(context) else {
        return after_rows(context);
    };
    for effect in &*context.effects() {
        let reads = effect
            .scans
            .iter()
            .any(|relation| context.is_in_use(relation));
        if effect.work() > Work::Brief && reads {
            let does = match effect.work() {
                Work::Brief | Work::Scan => "reads every row",
                Work::Index => "builds an index",
                Work::Rewrite => "rewrites the table",
            };
            report(effect.span, does, &held, context);
            return;
        }
    }
    for reached in changes(&statement.changes) {
        if let Some(table) = written(reached.change, context) {
            report(
                reached.change.span,
                &format!("writes rows of `{table}`"),
                &held,
                context,
            );
            return;
        }
    }
}

/// A table that is locked after its rows were written: the transaction waits for the lock while
/// others wait for the rows.
fn after_rows(context: &mut Context) {
    let effects = context.effects();
    let exclusive = effects.iter().find(|effect| {
        effect.blocks() == Blocks::ReadsAndWrites && context.is_in_use(&effect.target)
    });
    let Some(effect) = exclusive else { return };
    let earlier = context.earlier_in_transaction().iter();
    let Some(first) = earlier
        .rev()
        .find(|statement| writes(statement, &effect.target, context))
    else {
        return;
    };
    let table = context.shown(&effect.target);
    let message = format!(
        "locks `{table}` in the transaction that has written its rows: who waits for these rows stands in the way of the lock"
    );
    let help = format!("change the schema {}", context.second_step());
    let help = context.supposing(help);
    let (source, span) = (first.source.clone(), first.span);
    context
        .report_lock(effect, message)
        .label(&source, span, "writes the rows")
        .help(help);
}

/// Whether a statement writes so many rows of the table that it takes a while.
fn writes(statement: &Statement, target: &QName, context: &Context) -> bool {
    let changes = changes(&statement.changes);
    changes.iter().any(|reached| {
        let (ChangeKind::Update { table, .. } | ChangeKind::Delete { table, .. }) =
            &reached.change.kind
        else {
            return false;
        };
        context.catalog.find_table(table).as_ref() == Some(target)
            && written(reached.change, context).is_some()
    })
}

/// A lock that an earlier statement of the transaction took.
struct EarlierLock {
    relation: QName,
    mode: String,
    blocks: Blocks,
    statement: Statement,
}

/// The strongest lock that the transaction holds on a table that is in use.
fn held(context: &Context) -> Option<EarlierLock> {
    let mut strongest: Option<EarlierLock> = None;
    for statement in context.earlier_in_transaction() {
        let effects = context.effects_of(statement);
        let locks = effects.iter().flat_map(|effect: &Effect| &effect.locks);
        for lock in locks.filter(|lock| context.is_in_use(&lock.relation)) {
            let blocks = lock.mode.blocks();
            let known = strongest
                .as_ref()
                .map_or(Blocks::Nothing, |held| held.blocks);
            if blocks > known {
                strongest = Some(EarlierLock {
                    relation: lock.relation.clone(),
                    mode: lock.mode.to_string(),
                    blocks,
                    statement: statement.clone(),
                });
            }
        }
    }
    strongest
}

fn report(span: Span, does: &str, held: &EarlierLock, context: &mut Context) {
    let table = context.shown(&held.relation);
    let message = format!(
        "{does} while the transaction holds the {} lock on `{table}`: {} wait until it commits",
        held.mode,
        held.blocks.name()
    );
    let help = context.supposing(format!("do it {}", context.second_step()));
    let rows = context.rows_of(&held.relation);
    let EarlierLock { statement, .. } = held;
    context
        .report(span, message)
        .rows(rows)
        .label(&statement.source, statement.span, "takes the lock")
        .help(help);
}

/// The table of which a statement writes rows that nobody counted; one row by its key is quick.
fn written(change: &Change, context: &Context) -> Option<String> {
    let (name, condition) = match &change.kind {
        ChangeKind::Update {
            table, condition, ..
        }
        | ChangeKind::Delete {
            table, condition, ..
        } => (table, condition.as_ref()),
        ChangeKind::Insert { query, .. } => {
            let mut sources = query.relations.iter();
            let source = sources.find(|source| {
                let table = context.table(source);
                table.is_none_or(|table| !context.has_no_rows(table))
            })?;
            return Some(source.to_string());
        }
        _ => return None,
    };
    let table = context.table(name);
    let by_key = table
        .zip(condition)
        .is_some_and(|(table, condition)| is_by_key(table, condition));
    let empty = table.is_some_and(|table| context.has_no_rows(table));
    (!by_key && !empty).then(|| name.to_string())
}

fn is_by_key(table: &Table, condition: &Expr) -> bool {
    table.keys().any(|key| {
        key.columns.iter().all(|own| {
            let mut columns = condition.columns.iter();
            columns.any(|column| column.value == *own)
        })
    })
}
