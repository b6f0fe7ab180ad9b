//! SQLite: one writer at a time, whatever it changes. What takes time is an index that is built
//! and a table that is copied.

use crate::catalog::{Catalog, QName};
use crate::lock::{Cause, Effect, Mode};
use crate::sql::change::{Change, ChangeKind, ObjectName, TableAction};

pub(crate) fn effects(change: &Change, catalog: &Catalog) -> Vec<Effect> {
    let named = |name: &ObjectName| {
        catalog
            .find_table(name)
            .unwrap_or_else(|| catalog.qualify(name))
    };
    let on = |target: QName| {
        let mut effect = Effect::new(change.span, target.clone());
        effect.lock(&target, Mode::Database);
        effect
    };
    match &change.kind {
        ChangeKind::AlterTable(alter) => {
            let target = named(&alter.table);
            alter
                .actions
                .iter()
                .map(|(action, span)| {
                    let mut effect = Effect {
                        span: *span,
                        ..on(target.clone())
                    };
                    // The column is taken out of every row.
                    if matches!(action, TableAction::DropColumn { .. }) {
                        effect.rewrite(&target);
                    }
                    effect
                })
                .collect()
        }
        ChangeKind::CreateIndex { table, .. } => {
            let mut effect = on(named(table));
            let target = effect.target.clone();
            effect.build(&target);
            effect.causes.push(Cause::Index);
            vec![effect]
        }
        ChangeKind::DropTable { names, .. } => names.iter().map(|name| on(named(name))).collect(),
        ChangeKind::Insert { table, query, .. } => {
            let mut effect = on(named(table));
            for relation in &query.relations {
                effect.scan(&named(relation));
            }
            vec![effect]
        }
        ChangeKind::Update {
            table, condition, ..
        }
        | ChangeKind::Delete {
            table, condition, ..
        } => {
            let mut effect = on(named(table));
            if condition.is_none() {
                let target = effect.target.clone();
                effect.scan(&target);
                effect.causes.push(Cause::Rows);
            }
            vec![effect]
        }
        _ => Vec::new(),
    }
}
