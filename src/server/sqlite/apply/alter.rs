//! `ALTER TABLE` of SQLite and libSQL.

use super::columns::{
    add_column_to, add_constraint, build_column, refuse_loose_type, resolve_column,
};
use super::{free_name, need_table, put};
use super::{malformed, need_position, position};
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{ColumnName, Mention, QName, Rejection, Table, TableKind, Trigger, rewrite};
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::{
    AlterTable, ColumnDef, ConstraintKind, Expr, Ident, ObjectName, TableAction,
};
use std::sync::Arc;

pub(super) fn alter_table(apply: &mut Apply<'_>, alter: &AlterTable, span: Span) -> Outcome {
    for (action, action_span) in &alter.actions {
        let Some(table) = need_table(apply, &alter.table)? else {
            return Ok(());
        };
        match action {
            TableAction::AddColumn { column, .. } => add_column(apply, table, column)?,
            TableAction::DropColumn { name, .. } => drop_column(apply, table, name, *action_span)?,
            TableAction::RenameColumn { from, to } => {
                rename_column(apply, table, from, to, *action_span)?;
            }
            TableAction::Modify { from, column, .. } => {
                redefine_column(apply, table, from, column)?;
            }
            TableAction::RenameTo(to) => rename_table(apply, table, to, span)?,
            _ => {}
        }
    }
    Ok(())
}

fn add_column(apply: &mut Apply<'_>, mut table: Table, definition: &ColumnDef) -> Outcome {
    refuse_virtual(&table, definition.name.span, "gets no other columns")?;
    for constraint in &definition.constraints {
        let what = match constraint.kind {
            ConstraintKind::PrimaryKey { .. } => "`PRIMARY KEY`",
            ConstraintKind::Unique { .. } => "`UNIQUE`",
            _ => continue,
        };
        let message = format!(
            "column `{}` cannot be added with {what}",
            definition.name.value
        );
        return Err(malformed(constraint.span, message));
    }
    refuse_loose_type(&table, definition)?;
    add_column_to(apply, &mut table, definition)?;
    for constraint in &definition.constraints {
        add_constraint(apply, &mut table, constraint, Some(&definition.name))?;
    }
    resolve_column(apply, &table, definition)?;
    put(apply, table);
    Ok(())
}

/// Refuses what cannot be done to a virtual table.
pub(super) fn refuse_virtual(table: &Table, span: Span, what: &str) -> Outcome {
    if table.kind != TableKind::Virtual || !table.knowledge.is_exact() {
        return Ok(());
    }
    let message = format!("virtual table `{}` {what}", table.name);
    let refusal = Rejection::new(sqlstate::WRONG_OBJECT_TYPE, span, message);
    Err(refusal.because(table.origin.made, "made here"))
}

/// A column goes only when nothing but its own definition mentions it.
fn drop_column(apply: &mut Apply<'_>, mut table: Table, name: &Ident, span: Span) -> Outcome {
    refuse_virtual(&table, span, "loses no columns")?;
    let at = need_position(&mut table, name)?;
    refuse_broken(apply, &table.name, span)?;
    let before = table.clone();
    let column = table.columns[at].name.clone();
    let is = |other: &str| other.eq_ignore_ascii_case(&column);
    let uses = |columns: &[Ident]| columns.iter().any(|mentioned| is(&mentioned.value));
    let held = |what: String, made| {
        let message = format!("column `{column}` cannot be dropped: {what}");
        Err(
            Rejection::new(sqlstate::DEPENDENT_OBJECTS_STILL_EXIST, span, message)
                .because(made, "made here"),
        )
    };
    let mut keys = table.primary_key.iter().chain(&table.uniques);
    if let Some(key) = keys.find(|key| key.columns.iter().any(|name| is(name))) {
        let is_primary = table
            .primary_key
            .as_ref()
            .is_some_and(|primary| primary == key);
        return held(
            format!(
                "it is part of a {}",
                if is_primary {
                    "primary key"
                } else {
                    "`UNIQUE` constraint"
                }
            ),
            key.origin.made,
        );
    }
    let index = table.indexes.iter().find(|index| {
        let expressions = index
            .keys
            .iter()
            .map(|key| &key.expr)
            .chain(&index.condition);
        index
            .keys
            .iter()
            .any(|key| key.column.as_deref().is_some_and(is))
            || expressions.into_iter().any(|expr| uses(&expr.columns))
    });
    if let Some(index) = index {
        return held(format!("index `{}` uses it", index.name), index.origin.made);
    }
    // A check that mentions nothing else is taken for part of the column's own definition,
    // which goes with it.
    if let Some(check) = table
        .checks
        .iter()
        .find(|check| uses(&check.expr.columns) && check.expr.columns.len() > 1)
    {
        return held("a check uses it".to_owned(), check.origin.made);
    }
    if let Some(key) = table
        .foreign_keys
        .iter()
        .find(|key| key.columns.len() > 1 && key.columns.iter().any(|name| is(name)))
    {
        return held(
            "a foreign key of several columns uses it".to_owned(),
            key.origin.made,
        );
    }
    let generated = table.columns.iter().find(|other| {
        other.name != column
            && other
                .generated
                .as_ref()
                .is_some_and(|generated| uses(&generated.expr.columns))
    });
    if let Some(other) = generated {
        return held(
            format!("generated column `{}` uses it", other.name),
            other.origin.made,
        );
    }
    if apply.catalog.renames_everywhere() {
        let mut views = apply
            .catalog
            .views
            .with(Mention::Column(&table.name.name, &column))
            .map(|(_, view)| view);
        let reader = views.find(|view| {
            let mut uses = view.uses.iter();
            uses.any(|used| used.table == table.name && is(&used.name))
        });
        if let Some(view) = reader {
            return held(format!("view `{}` uses it", view.name), view.origin.made);
        }
    }
    if table.columns.len() == 1 && table.knowledge.is_exact() {
        return Err(malformed(
            span,
            format!(
                "column `{column}` is the only one of table `{}`",
                table.name
            ),
        ));
    }
    table.checks.retain(|check| !uses(&check.expr.columns));
    table
        .foreign_keys
        .retain(|key| !key.columns.iter().any(|name| is(name)));
    table.columns.remove(at);
    put(apply, table);
    if let Err(broken) = refuse_broken(apply, &before.name, span) {
        put(apply, before);
        return Err(broken);
    }
    apply.gone(before.name, Some(column), "dropped here");
    Ok(())
}

fn rename_column(
    apply: &mut Apply<'_>,
    mut table: Table,
    from: &Ident,
    to: &Ident,
    span: Span,
) -> Outcome {
    let at = need_position(&mut table, from)?;
    if let Some(other) = position(&table, &to.value).filter(|other| *other != at) {
        let message = format!(
            "column `{}` of table `{}` already exists",
            to.value, table.name
        );
        return Err(Rejection::new(sqlstate::DUPLICATE_COLUMN, span, message)
            .because(table.columns[other].origin.made, "made here"));
    }
    refuse_broken(apply, &table.name, span)?;
    let old = std::mem::replace(&mut table.columns[at].name, to.value.clone());
    table.columns[at].origin.changed = Some(apply.site);
    rename_in_keys(&mut table, &old, &to.value);
    rewrite::each_expr(&mut table, &mut |expr| {
        rewrite::rename_column(expr, &old, &to.value, Dialect::Sqlite);
    });
    let name = table.name.clone();
    put(apply, table);
    let fact = Mention::Column(&name.name, &old);
    apply.catalog.tables.change(
        fact,
        |table| has_key_to(table, &name),
        |other| {
            let keys = other
                .foreign_keys
                .iter_mut()
                .filter(|key| points_at(&key.table, &name));
            for column in keys
                .flat_map(|key| &mut key.referenced)
                .filter(|column| column.eq_ignore_ascii_case(&old))
            {
                to.value.clone_into(column);
            }
        },
    );
    if apply.catalog.renames_everywhere() {
        apply.catalog.views.change(
            Mention::Relation(&name.name),
            |view| view.relations.iter().any(|read| points_at(read, &name)),
            |view| view.text = None,
        );
        forget_bodies(apply, &name);
    }
    let is = |used: &ColumnName| used.table == name && used.name.eq_ignore_ascii_case(&old);
    apply.catalog.views.change(
        fact,
        |view| view.uses.iter().any(is),
        |view| {
            view.uses
                .iter_mut()
                .filter(|used| is(used))
                .for_each(|used| to.value.clone_into(&mut used.name));
        },
    );
    apply.gone(name, Some(old), &format!("renamed to `{}` here", to.value));
    Ok(())
}

/// libSQL's `ALTER COLUMN … TO`: a new definition, constraints included, for rows that are
/// written from then on.
fn redefine_column(
    apply: &mut Apply<'_>,
    mut table: Table,
    from: &Ident,
    definition: &ColumnDef,
) -> Outcome {
    let at = need_position(&mut table, from)?;
    let old = std::mem::take(&mut table.columns[at]);
    let mut column = build_column(apply, definition);
    column.origin.made = old.origin.made;
    let name = column.name.clone();
    table.columns[at] = column;
    if old.name != name {
        rename_in_keys(&mut table, &old.name, &name);
        rewrite::each_expr(&mut table, &mut |expr| {
            rewrite::rename_column(expr, &old.name, &name, Dialect::Sqlite);
        });
    }
    table
        .foreign_keys
        .retain(|key| key.columns.as_slice() != std::slice::from_ref(&name));
    table.checks.retain(|check| {
        check.expr.columns.is_empty() || check.expr.columns.iter().any(|used| used.value != name)
    });
    for constraint in &definition.constraints {
        let there = matches!(
            constraint.kind,
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. }
        );
        if !there {
            add_constraint(apply, &mut table, constraint, Some(&definition.name))?;
        }
    }
    put(apply, table);
    Ok(())
}

fn rename_table(apply: &mut Apply<'_>, mut table: Table, to: &ObjectName, span: Span) -> Outcome {
    let old = table.name.clone();
    // The table's own name is taken as well, in whichever case.
    if table.origin.made.is_some() || !old.name.eq_ignore_ascii_case(&to.name.value) {
        free_name(apply, to)?;
    }
    refuse_broken(apply, &old, span)?;
    let new = QName::new("", to.name.value.clone());
    apply.catalog.tables.remove(&old);
    table.name = new.clone();
    put(apply, table);
    if apply.catalog.renames_foreign_keys() {
        apply.catalog.tables.change(
            Mention::Relation(&old.name),
            |table| has_key_to(table, &old),
            |other| {
                let keys = other
                    .foreign_keys
                    .iter_mut()
                    .filter(|key| points_at(&key.table, &old));
                keys.for_each(|key| key.table = new.clone());
            },
        );
    }
    if apply.catalog.renames_everywhere() {
        rename_in_views_and_triggers(apply, &old, &new);
    }
    apply.gone(old, None, &format!("renamed to `{new}` here"));
    Ok(())
}

fn rename_in_views_and_triggers(apply: &mut Apply<'_>, old: &QName, new: &QName) {
    let rename = |name: &mut QName| {
        if points_at(name, old) {
            name.clone_from(new);
        }
    };
    let fact = Mention::Relation(&old.name);
    let any = |relations: &[QName]| relations.iter().any(|relation| points_at(relation, old));
    apply.catalog.views.change(
        fact,
        |view| any(&view.relations),
        |view| {
            view.text = None;
            view.relations.iter_mut().for_each(rename);
            view.uses
                .iter_mut()
                .for_each(|used| rename(&mut used.table));
        },
    );
    apply.catalog.tables.change(
        fact,
        |table| table.triggers.iter().any(|trigger| any(&trigger.relations)),
        |table| {
            table
                .triggers
                .iter_mut()
                .flat_map(|trigger| &mut trigger.relations)
                .for_each(rename);
        },
    );
    forget_bodies(apply, new);
}

/// The text of triggers that use a table is another one after a rename.
fn forget_bodies(apply: &mut Apply<'_>, name: &QName) {
    let forget = |table: &mut Table| {
        let own = table.name.clone();
        for trigger in &mut table.triggers {
            let mut read = trigger.relations.iter();
            if points_at(&own, name) || read.any(|read| points_at(read, name)) {
                trigger.body.clear();
                trigger.when = Expr::default();
            }
        }
    };
    apply.catalog.tables.change(
        Mention::Relation(&name.name),
        |table| {
            table
                .triggers
                .iter()
                .any(|trigger| has_to_do_with(table, trigger, name))
        },
        forget,
    );
    if let Some(own) = apply.catalog.tables.get_mut(name) {
        forget(Arc::make_mut(own));
    }
}

/// Whether a trigger is on a table of that name, or reads one.
fn has_to_do_with(table: &Table, trigger: &Trigger, name: &QName) -> bool {
    let mut read = trigger.relations.iter();
    points_at(&table.name, name) || read.any(|read| points_at(read, name))
}

/// `RENAME` reads every view and trigger again, and fails when one names a table that is not
/// there.
fn refuse_broken(apply: &mut Apply<'_>, of: &QName, span: Span) -> Outcome {
    if !apply.catalog.renames_everywhere() || !apply.catalog.knowledge.is_exact() {
        return Ok(());
    }
    let catalog = &*apply.catalog;
    let missing = |relation: &&QName| {
        let name = ObjectName::synthetic(relation.name.clone());
        catalog.find_table(&name).is_none()
            && catalog.find_view(&name).is_none()
            && !catalog.is_system(&name)
    };
    let broken = |kind: &str, name: &str, relation: &QName, made| {
        let message = format!("{kind} `{name}` uses table `{relation}`, which does not exist");
        Err(Rejection::new(sqlstate::UNDEFINED_TABLE, span, message).because(made, "made here"))
    };
    let suspects = catalog.broken_suspects();
    let views = suspects.views.into_values();
    for view in views.filter(|view| view.knowledge.is_exact()) {
        if let Some(relation) = view.relations.iter().find(missing) {
            return broken("view", &view.name.name, relation, view.origin.made);
        }
    }
    let tables = suspects.tables.into_values();
    for trigger in tables.flat_map(|table| &table.triggers) {
        if let Some(relation) = trigger.relations.iter().find(missing) {
            return broken("trigger", &trigger.name, relation, trigger.origin.made);
        }
    }
    apply.catalog.is_unbroken();
    apply.refuse_unreadable(of, span)
}

/// Keys, indexes and the table's foreign keys follow a column's new name.
fn rename_in_keys(table: &mut Table, from: &str, to: &str) {
    let rename = |name: &mut String| {
        if name.eq_ignore_ascii_case(from) {
            to.clone_into(name);
        }
    };
    table
        .primary_key
        .iter_mut()
        .chain(&mut table.uniques)
        .flat_map(|key| &mut key.columns)
        .for_each(rename);
    table
        .foreign_keys
        .iter_mut()
        .flat_map(|key| &mut key.columns)
        .for_each(rename);
    table
        .indexes
        .iter_mut()
        .flat_map(|index| &mut index.keys)
        .filter_map(|key| key.column.as_mut())
        .for_each(rename);
}

fn has_key_to(table: &Table, other: &QName) -> bool {
    let mut keys = table.foreign_keys.iter();
    keys.any(|key| points_at(&key.table, other))
}

fn points_at(name: &QName, table: &QName) -> bool {
    name.name.eq_ignore_ascii_case(&table.name)
}
