//! One transaction that locks several tables that are in use.

use super::{Check, Context};
use crate::catalog::QName;
use crate::lock::{Blocks, Effect};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(_: &Statement, context: &mut Context) {
    if !context.transaction.open {
        return;
    }
    let current = context.effects();
    let Some((effect, table)) = current
        .iter()
        .find_map(|effect| Some((effect, locked(effect, context)?)))
    else {
        return;
    };
    let mut others: Vec<(QName, &Statement)> = Vec::new();
    // One statement may name several tables.
    let own = context.run.statements.get(context.index);
    let (effect, table) = match current
        .iter()
        .rev()
        .find_map(|it| Some((it, locked(it, context)?)))
    {
        Some((last, other)) if other != table => {
            others.extend(own.map(|statement| (table.clone(), statement)));
            (last, other)
        }
        _ => (effect, table),
    };
    for statement in context.earlier_in_transaction() {
        for effect in context.effects_of(statement) {
            if let Some(other) = locked(&effect, context) {
                others.push((other, statement));
            }
        }
    }
    // The third table of a transaction would say the same as the second.
    let is_second = others.first().is_some_and(|(first, _)| {
        *first != table
            && others
                .iter()
                .all(|(other, _)| other == first || *other == table)
    });
    let Some((other, statement)) = others.first().filter(|_| is_second) else {
        return;
    };
    let message = format!(
        "locks `{}` while the transaction holds the lock on `{}`: nobody reads either, and code that takes them in another order deadlocks",
        context.shown(&table),
        context.shown(other)
    );
    let help = format!("change the second table {}", context.second_step());
    let help = context.supposing(help);
    let (source, span) = (statement.source.clone(), statement.span);
    context
        .report_lock(effect, message)
        .label(&source, span, "takes the first lock")
        .help(help);
}

/// The table in use that nobody can read because of this.
fn locked(effect: &Effect, context: &Context) -> Option<QName> {
    let lock = effect.locks.iter().find(|lock| {
        lock.relation == effect.target && lock.mode.blocks() == Blocks::ReadsAndWrites
    })?;
    context
        .is_in_use(&lock.relation)
        .then(|| lock.relation.clone())
}
