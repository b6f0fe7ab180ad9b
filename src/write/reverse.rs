//! What takes a migration back: from the schema after it to the schema before it.
//!
//! What was renamed is renamed back, so that no row is lost; then the differences of tables, types
//! and views are closed as drift closes them; then follows what no comparison looks at: functions,
//! triggers, policies, domains. What comes out is run in memory, and what it leaves is said.

mod others;
pub(in crate::write) mod renames;
mod rows;
mod settings;
mod unknown;
pub(super) mod untold;
mod views;

use std::sync::Arc;

use super::DraftScript;
use crate::catalog::{Catalog, Enum, Knowledge, QName, Texts};
use crate::compare::{Side, diff};
use crate::drift::{Goal, RepairStep, reach, run};
use crate::schema::{Declared, Language};
use crate::sql::change::ChangeKind;
use crate::sql::{Statement, walk};
use crate::tool::Tool;
use others::Others;
pub use renames::{NamePair, renamed};

/// The statements that take a migration back, and what they cannot bring back.
#[derive(Clone, Debug, Default)]
pub struct Reverse {
    /// What it does, and what a person has to know of it.
    pub script: DraftScript,
    /// Rows and values that do not come back, each in a sentence.
    pub lost: Vec<String>,
    /// What is not as it was before, in words; empty where the schema is the same.
    pub left: Vec<String>,
}

/// What leads from `after` to `before`. `texts` hold what made both, `up` are the statements
/// between them. Call it where the stack is deep: see [`crate::sql::on_big_stack`].
pub fn reverse(before: &Catalog, after: &Catalog, texts: &Texts, up: &[Statement]) -> Reverse {
    let renames = renames::back(before, after, up);
    // Before the comparison: to compare, a renamed column is one that is gone and one that is new,
    // and closing that would drop its rows.
    let (renamed, refused) = run(after, &renames);
    let mut steps = renames;
    let mut remarks: Vec<String> = refused.iter().map(|refusal| expected(refusal)).collect();
    // To compare, a view is there or it is not. One that says something else goes, so that it is
    // found missing.
    let changed = views::changed(before, &renamed, texts);
    let (mut renamed, refused) = run(&renamed, &changed);
    remarks.extend(refused.iter().map(|refusal| expected(refusal)));
    steps.extend(views::new_triggers(before, after, up));
    steps.extend(changed);
    let (partitions, dropped) = settings::new_partitions(before, &renamed);
    renamed = run(&renamed, &partitions).0;
    steps.extend(partitions);
    remarks.extend(dropped);
    let (first, last) = settings::back(before, &renamed);
    let (mut renamed, refused) = run(&renamed, &first);
    remarks.extend(refused.iter().map(|refusal| expected(refusal)));
    steps.extend(first);
    let mut goal = as_goal(before);
    // What something unread may have made is doubted on both sides. What the migration makes or
    // drops itself is certain all the same.
    goal.catalog.knowledge = Knowledge::Exact;
    renamed.knowledge = Knowledge::Exact;
    let added = renamed.tables.iter();
    let added = added.filter(|(name, table)| table.uncertain && !before.tables.contains_key(*name));
    let added: Vec<QName> = added.map(|(name, _)| name.clone()).collect();
    for name in added {
        if let Some(table) = renamed.tables.get_mut(&name) {
            Arc::make_mut(table).uncertain = false;
        }
    }
    let mut older = before.tables_perhaps_older(after);
    older.extend(made_where_missing(before, up));
    for name in older {
        renamed.tables.remove(&name);
        remarks.push(format!(
            "`{}` may have been there before, so it is not dropped here",
            before.shown(&name)
        ));
    }
    let differences = diff(Side::declared(&goal), Side::migrated(&renamed));
    let recreated = recreated(before, &renamed);
    let goal = Goal {
        declared: &goal,
        texts,
        recreated: &recreated,
    };
    let repair = reach(goal, &renamed, texts, &differences);
    let others = Others::between(before, &renamed, texts);
    let unknown = unknown::back(before, after, up);
    let lost = rows::not_restored(before, after, up);
    remarks.extend(lost.iter().cloned());
    remarks.extend(repair.remarks);
    remarks.extend(repair.in_transaction);
    remarks.extend(others.remarks);
    remarks.extend(unknown.remarks);
    remarks.extend(untold::remarks(before, after, up));
    steps.extend(unknown.steps);
    let made = |again: &RepairStep| {
        matches!(again.kind, ChangeKind::CreateSchema { .. })
            && others.first.iter().any(|step| step.kind == again.kind)
    };
    let repaired: Vec<RepairStep> = repair.steps.into_iter().filter(|it| !made(it)).collect();
    steps.extend(others.first);
    steps.extend(repaired);
    steps.extend(last);
    steps.extend(others.last);
    steps.extend(others.end);
    let (back, refused) = run(after, &steps);
    for refusal in refused {
        let remark = expected(&refusal);
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    let left = back.leftovers(before);
    for what in &left {
        remarks.push(format!("this does not lead back in everything: {what}"));
    }
    Reverse {
        script: DraftScript { remarks, steps },
        lost,
        left,
    }
}

/// Enum types that had labels which cannot be had by adding some: others, or in another order.
fn recreated(before: &Catalog, now: &Catalog) -> Vec<QName> {
    let labels = |kind: &Enum| -> Vec<String> { kind.label_texts().cloned().collect() };
    let types = before.enums.iter().filter(|(name, was)| {
        now.enums.get(*name).is_some_and(|is| {
            let (was, is) = (labels(was), labels(is));
            let mut kept = was.clone();
            kept.retain(|label| is.contains(label));
            was != is && kept != is
        })
    });
    types.map(|(name, _)| name.clone()).collect()
}

/// Tables that are made where they are not there, when that is not known.
fn made_where_missing(before: &Catalog, up: &[Statement]) -> Vec<QName> {
    if before.knowledge.is_exact() {
        return Vec::new();
    }
    let changes = up.iter().flat_map(|it| walk::changes(&it.changes));
    let names = changes.filter_map(|reached| match &reached.change.kind {
        ChangeKind::CreateTable(create) if create.if_not_exists => {
            Some(before.qualify(&create.name))
        }
        _ => None,
    });
    names
        .filter(|name| !before.tables.contains_key(name))
        .collect()
}

fn expected(refusal: &str) -> String {
    format!("the server is expected to refuse a statement of this: {refusal}")
}

/// A schema as something to be reached: all of it is meant.
pub(crate) fn as_goal(catalog: &Catalog) -> Declared {
    let mut declared = Declared::new(Language::of(Tool::Plain), catalog.dialect);
    declared.catalog = catalog.clone();
    declared.is_whole = true;
    declared
}

/// The statements of some changes.
fn step(kind: ChangeKind) -> RepairStep {
    RepairStep { kind, text: None }
}
