//! Steps that follow from the schema that they lead to, on any server.

use std::sync::Arc;

use super::super::reverse::as_goal;
use super::{ColumnName, DraftStage, Ground};
use crate::catalog::{Catalog, Column, Definition, Subject, Table};
use crate::compare::{Side, diff};
use crate::drift::{Goal, reach};
use crate::project::runner::Wrap;
use crate::sql::change::ReferentialAction;

/// Drops a column with what stands in the way.
pub(crate) fn drop_column(ground: Ground, of: &ColumnName) -> Result<Vec<DraftStage>, String> {
    let found = ground.column(of)?;
    let shown = format!("{}.{}", ground.catalog.shown(&of.table), of.name);
    let table = ground.table(&of.table)?;
    if table
        .primary_key
        .as_ref()
        .is_some_and(|key| key.columns.contains(&of.name))
    {
        return Err(format!(
            "`{shown}` is in the primary key: change that first"
        ));
    }
    let referring = ground.catalog.tables.values().find(|table| {
        let mut keys = table.foreign_keys.iter();
        keys.any(|key| key.table == of.table && key.referenced.contains(&of.name))
    });
    if let Some(referring) = referring {
        return Err(format!(
            "a foreign key of `{}` refers to `{shown}`: drop that first",
            referring.name
        ));
    }
    // A server that keeps the text of a view alone reads it again: that is seen from what it leaves.
    let reading = ground.catalog.views.values().find(|view| {
        let mut used = view.uses.iter();
        view.text.is_none()
            && used.any(|used| used.table == of.table && ground.catalog.same(&used.name, &of.name))
    });
    if let Some(view) = reading {
        return Err(format!(
            "view `{}` reads `{shown}`: change or drop it first",
            ground.catalog.shown(&view.name)
        ));
    }
    if let Some(part) = part_that_names(table, &of.name) {
        return Err(format!(
            "{part} of `{}` names `{shown}`: change or drop it first",
            ground.catalog.shown(&of.table)
        ));
    }
    let computed = found.generated.is_some();
    let stage = rebuilt(
        ground,
        &format!("drop_{}_{}", of.table.name, of.name),
        |catalog| {
            let Some(table) = catalog.tables.get_mut(&of.table) else {
                return;
            };
            let table: &mut Table = Arc::make_mut(table);
            table.columns.retain(|column| column.name != of.name);
            table.uniques.retain(|key| !key.columns.contains(&of.name));
            table
                .foreign_keys
                .retain(|key| !key.columns.contains(&of.name));
            table
                .indexes
                .retain(|index| !crate::catalog::index_mentions(index, &of.name));
            table
                .checks
                .retain(|check| !crate::catalog::mentions(&check.expr, &of.name));
        },
    );
    let remark = if computed {
        format!("`{shown}` is computed: nothing is lost")
    } else {
        format!("first release code that neither reads nor writes `{shown}`")
    };
    let mut stage = stage.remark(remark);
    stage.remarks.extend(named_in_triggers(ground, table, of));
    Ok(vec![stage])
}

/// A trigger, a policy or a rule of a table that cannot be made again without a column.
fn part_that_names(table: &Table, column: &str) -> Option<String> {
    let has = |columns: &[String]| columns.iter().any(|name| name == column);
    let mut triggers = table.triggers.iter().filter(|it| has(&it.columns));
    let mut policies = table.policies.iter().filter(|it| has(&it.columns));
    let mut rules = table.rules.iter().filter(|it| has(&it.columns));
    let trigger = triggers.next().map(|it| format!("trigger `{}`", it.name));
    trigger
        .or_else(|| policies.next().map(|it| format!("policy `{}`", it.name)))
        .or_else(|| rules.next().map(|it| format!("rule `{}`", it.name)))
}

/// What triggers of the table say the column's name, themselves or in the function that they call. A
/// server looks at such a text when a row is written, and only then.
fn named_in_triggers(ground: Ground, table: &Table, of: &ColumnName) -> Vec<String> {
    if table.triggers.is_empty() {
        return Vec::new();
    }
    let mut remarks = Vec::new();
    for definition in ground.catalog.definitions() {
        let Definition::Text(object) = definition else {
            continue;
        };
        let what = match &object.subject {
            Subject::Trigger { table, name } if *table == of.table => format!("trigger `{name}`"),
            Subject::Function { name, .. }
                if table
                    .triggers
                    .iter()
                    .any(|trigger| trigger.function.as_ref() == Some(name)) =>
            {
                format!(
                    "function `{}`, which a trigger calls,",
                    ground.catalog.shown(name)
                )
            }
            _ => continue,
        };
        let texts = ground.texts.statements(ground.catalog, &object);
        let mut texts = texts.into_iter().flatten();
        let says = |text: String| {
            let mut words = text.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
            words.any(|word| word.eq_ignore_ascii_case(&of.name))
        };
        if texts.any(says) {
            remarks.push(format!(
                "{what} says `{}`: unless that is another column, change it first, or the next row that is written fails",
                of.name
            ));
        }
    }
    remarks
}

/// The steps to a schema that is edited.
pub(crate) fn rebuilt(ground: Ground, name: &str, change: impl Fn(&mut Catalog)) -> DraftStage {
    let mut goal = ground.catalog.clone();
    change(&mut goal);
    let declared = as_goal(&goal);
    let differences = diff(Side::declared(&declared), Side::migrated(ground.catalog));
    let goal = Goal {
        declared: &declared,
        texts: ground.texts,
        recreated: &[],
    };
    let repair = reach(goal, ground.catalog, ground.texts, &differences);
    let mut remarks = repair.remarks.into_vec();
    if ground.wrap() != Wrap::Nothing {
        remarks.extend(repair.in_transaction);
    }
    DraftStage {
        name: name.to_owned(),
        remarks,
        steps: repair.steps,
        ..DraftStage::default()
    }
}

/// Edits one column of a schema.
pub(crate) fn edit(catalog: &mut Catalog, of: &ColumnName, change: impl Fn(&mut Column)) {
    let Some(table) = catalog.tables.get_mut(&of.table) else {
        return;
    };
    let columns = Arc::make_mut(table).columns.iter_mut();
    columns
        .filter(|column| column.name == of.name)
        .for_each(change);
}

/// `cascade`, `set null` … as a person writes them.
pub(crate) fn action(text: Option<&str>) -> Result<ReferentialAction, String> {
    use ReferentialAction as Action;
    let all = [
        Action::NoAction,
        Action::Restrict,
        Action::Cascade,
        Action::SetNull,
        Action::SetDefault,
    ];
    let Some(text) = text else {
        return Ok(Action::NoAction);
    };
    all.into_iter()
        .find(|action| action.sql().eq_ignore_ascii_case(text))
        .ok_or_else(|| {
            format!("`{text}` is no action: cascade, restrict, set null, set default or no action")
        })
}
