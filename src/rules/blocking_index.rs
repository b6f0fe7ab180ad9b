//! Indexes that are built, dropped or built again while writes wait.

use super::{Check, Context};
use crate::catalog::TableKind;
use crate::diagnostic::Fix;
use crate::lock::{Blocks, Cause, Effect};
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{Change, ChangeKind, ObjectName};
use crate::sql::edit::keyword;
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

/// The first version with `REINDEX … CONCURRENTLY`.
const REINDEX_CONCURRENTLY: u16 = 12;

fn check(statement: &Statement, context: &mut Context) {
    for effect in &*context.effects() {
        if effect.blocks() < Blocks::Writes || !context.waits(effect) {
            continue;
        }
        match effect.cause() {
            Some(Cause::Index) if context.dialect().has_concurrently() => built(effect, context),
            Some(Cause::PartitionedIndex) => built_on_partitions(effect, context),
            Some(Cause::SlowIndex(kind)) => slow(kind, effect, context),
            Some(Cause::Reindex) => rebuilt(effect, context),
            _ => {}
        }
    }
    for reached in changes(&statement.changes) {
        dropped(reached.change, context);
    }
}

fn built(effect: &Effect, context: &mut Context) {
    if effect.builds.is_empty() {
        return;
    }
    let table = context.shown(&effect.target);
    let help = context.concurrently(
        "CREATE INDEX CONCURRENTLY",
        Some("CREATE INDEX IF NOT EXISTS"),
    );
    let message =
        format!("builds an index on `{table}` while every write to it waits (SHARE lock)");
    let fix = concurrently(effect.span, context);
    context.report_lock(effect, message).help(help).fix(fix);
}

/// The fix that builds or drops an index while others go on.
fn concurrently(change: Span, context: &Context) -> Option<Fix> {
    let source = &context.current()?.source;
    let word = keyword(source, change, context.dialect(), "INDEX")?;
    let own = context.edit(Span::new(word.end, word.end), " CONCURRENTLY")?;
    context.fix_outside_transaction(change, own)
}

fn built_on_partitions(effect: &Effect, context: &mut Context) {
    let partitions = effect
        .builds
        .iter()
        .filter(|relation| context.is_in_use(relation))
        .count();
    if partitions == 0 {
        return;
    }
    let table = context.shown(&effect.target);
    let message = format!(
        "builds an index on every partition of `{table}` while all writes to it wait (SHARE lock)"
    );
    context.report_lock(effect, message).help(
        "a partitioned table takes no CONCURRENTLY: `CREATE INDEX … ON ONLY` the table, build one CONCURRENTLY on each partition, then `ALTER INDEX … ATTACH PARTITION` each",
    );
}

fn slow(kind: &str, effect: &Effect, context: &mut Context) {
    let table = context.shown(&effect.target);
    let message =
        format!("builds a {kind} index on `{table}` while every write to it waits (LOCK=SHARED)");
    context
        .report_lock(effect, message)
        .help("no such index is built online: do it when nobody writes, or with gh-ost or pt-online-schema-change");
}

fn rebuilt(effect: &Effect, context: &mut Context) {
    let table = context.shown(&effect.target);
    let message = format!(
        "builds indexes of `{table}` again: writes wait, and so does what reads by these indexes"
    );
    let help = if context.versions().postgres < REINDEX_CONCURRENTLY {
        "before PostgreSQL 12: build a second index CONCURRENTLY, and drop the first one CONCURRENTLY".to_owned()
    } else {
        context.concurrently("REINDEX … CONCURRENTLY", None)
    };
    let fix = rebuilt_concurrently(effect, context);
    context.report_lock(effect, message).help(help).fix(fix);
}

fn rebuilt_concurrently(effect: &Effect, context: &Context) -> Option<Fix> {
    let statement = context.current()?;
    let ChangeKind::Reindex { target, .. } = &statement.changes.first()?.kind else {
        return None;
    };
    let word = keyword(&statement.source, effect.span, context.dialect(), target)?;
    let own = context.edit(Span::new(word.end, word.end), " CONCURRENTLY")?;
    let known = context.versions().postgres >= REINDEX_CONCURRENTLY;
    context
        .fix_outside_transaction(effect.span, own)
        .filter(|_| known)
}

/// `DROP INDEX`, where CONCURRENTLY can be written: for one index, that belongs to no constraint
/// and to no partitioned table, without CASCADE.
fn dropped(change: &Change, context: &mut Context) {
    let ChangeKind::DropIndex {
        names,
        concurrently: false,
        mode,
        ..
    } = &change.kind
    else {
        return;
    };
    // PostgreSQL's page on DROP INDEX: CONCURRENTLY takes one name, and no CASCADE.
    let [name] = names.as_slice() else { return };
    if !context.dialect().has_concurrently() || mode.cascade || !is_worth(name, context) {
        return;
    }
    for effect in crate::lock::effects(change, context.catalog) {
        if !context.waits(&effect) || is_locked_anyway(&effect, context) {
            continue;
        }
        let help = context.concurrently("DROP INDEX CONCURRENTLY", Some("DROP INDEX IF EXISTS"));
        let fix = concurrently(change.span, context);
        let message = format!(
            "drops `{name}` under an ACCESS EXCLUSIVE lock on its table, which waits for every running query while all others queue up"
        );
        context.report_lock(&effect, message).help(help).fix(fix);
    }
}

/// Whether another statement of the transaction keeps everybody from the table: then nothing is
/// gained where the index goes `CONCURRENTLY`.
fn is_locked_anyway(effect: &Effect, context: &Context) -> bool {
    let Some(current) = context.current().filter(|_| context.transaction.open) else {
        return false;
    };
    let others = context.run.statements.iter();
    let mut others = others.filter(|other| other.span != current.span);
    others.any(|other| {
        let alters = |change: &Change| !matches!(change.kind, ChangeKind::DropIndex { .. });
        let alters = other.changes.iter().all(alters);
        alters
            && context
                .effects_of(other)
                .iter()
                .flat_map(|it| &it.locks)
                .any(|lock| {
                    lock.mode.blocks() == Blocks::ReadsAndWrites
                        && effect.locks.iter().any(|own| own.relation == lock.relation)
                })
    })
}

fn is_worth(name: &ObjectName, context: &Context) -> bool {
    let Some(index) = context.catalog.find_index(name) else {
        return true;
    };
    let Some(found) = context.catalog.tables.get(&index.table) else {
        return true;
    };
    let own = found.indexes.iter().find(|own| own.name == index.name.name);
    let of_partitions = found.kind == TableKind::Partitioned || found.partition_of.is_some();
    !of_partitions && own.is_some_and(|own| !context.is_new(&own.origin))
}
