//! Keys and exclusion constraints whose index is built under the strongest lock.

use super::{Check, Context};
use crate::catalog::TableKind;
use crate::lock::{Blocks, Cause, Effect};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(_: &Statement, context: &mut Context) {
    for effect in &*context.effects() {
        let in_use = effect
            .builds
            .iter()
            .any(|relation| context.is_in_use(relation));
        if effect.blocks() == Blocks::ReadsAndWrites && in_use && effect.rewrites.is_empty() {
            report(effect, context);
        }
    }
}

fn report(effect: &Effect, context: &mut Context) {
    let table = context.shown(&effect.target);
    let what = match effect.cause() {
        Some(Cause::Unique) => "a unique constraint",
        Some(Cause::PrimaryKey) => "a primary key",
        Some(Cause::Exclusion) => "an exclusion constraint",
        _ => return,
    };
    let found = context.catalog.tables.get(&effect.target);
    let partitioned = found.is_some_and(|table| table.kind == TableKind::Partitioned);
    let help = match effect.cause() {
        Some(Cause::Exclusion) => {
            "its index is never built CONCURRENTLY: set a `lock_timeout`, and do it while nobody uses the table"
                .to_owned()
        }
        _ if partitioned => {
            "a partitioned table takes no USING INDEX: build a unique index `ON ONLY` it and CONCURRENTLY on each partition, and attach these".to_owned()
        }
        Some(Cause::PrimaryKey) => format!(
            "{}, make its columns NOT NULL, then `ADD PRIMARY KEY USING INDEX`",
            context.concurrently("CREATE UNIQUE INDEX CONCURRENTLY", Some("CREATE UNIQUE INDEX IF NOT EXISTS"))
        ),
        _ => format!(
            "{}, then `ADD CONSTRAINT … UNIQUE USING INDEX`",
            context.concurrently("CREATE UNIQUE INDEX CONCURRENTLY", Some("CREATE UNIQUE INDEX IF NOT EXISTS"))
        ),
    };
    let message = format!(
        "builds the index of {what} on `{table}` under an ACCESS EXCLUSIVE lock; nobody reads or writes it meanwhile"
    );
    context.report_lock(effect, message).help(help);
}
