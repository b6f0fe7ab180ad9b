//! [`impact`]: what the migrations in scope do to the schema, without judging it.

use super::{Locked, Scope, drift, locks};
use crate::catalog::{Catalog, Column, Part, Texts, format_type};
use crate::compare::{Difference, Presence, Side, diff};
use crate::config::Config;
use crate::drift::run;
use crate::project::{Direction, Migration, MigrationSet, Project};
use crate::replay::{Lowered, ReadOptions, catalog_of, texts_of};
use crate::sql::{Statement, Versions};
use crate::write::{NamePair, renamed, reverse};

/// What a change does, for people who review it.
#[derive(Debug, Default)]
pub struct Impact {
    /// For each set that the change touches.
    pub sets: Vec<SetImpact>,
    /// What its statements lock.
    pub locks: Vec<Locked>,
}

/// What a change does to the schema of one set.
#[derive(Debug)]
pub struct SetImpact {
    /// The folder of its migrations.
    pub folder: String,
    /// What it does there.
    pub effect: SchemaEffect,
}

/// What statements do to a schema.
#[derive(Debug, Default)]
pub struct SchemaEffect {
    /// What got another name.
    pub renames: Vec<NamePair>,
    /// What is there after it and was not before, or the reverse, or differs, by object.
    pub changes: Vec<SchemaChange>,
    /// What no way back restores: rows, values, and what driftlint cannot write; each in words.
    pub lost: Vec<String>,
}

/// One difference between the schema before and after.
#[derive(Debug)]
pub struct SchemaChange {
    /// What it is about; the left side is the schema before.
    pub difference: Difference,
    /// Of a table that is made, its columns with their types.
    pub columns: Vec<String>,
}

/// What the migrations in scope do: from the schema before the first of them to that after the last
/// one; with a base, from the schema there to that of all migrations. Call it where the stack is
/// deep: see [`crate::sql::on_big_stack`].
pub fn impact(project: &Project, config: &Config, scope: &Scope) -> Impact {
    let versions = config.versions();
    let sets = project.sets.iter().filter(|set| scope.touches(set));
    let mut found = Impact {
        sets: sets
            .filter_map(|set| of_set(set, versions, scope))
            .collect(),
        locks: locks(project, config, scope),
    };
    let merged = scope.merged.as_ref();
    found
        .locks
        .retain(|locked| merged.is_none_or(|merged| !merged.contains(locked.source.path())));
    found
}

fn of_set(set: &MigrationSet, versions: Versions, scope: &Scope) -> Option<SetImpact> {
    let is_new = |migration: &Migration| {
        migration.up.iter().any(|part| {
            let path = part.source.path();
            let merged = scope.merged.as_ref();
            scope.covers(path) && merged.is_none_or(|merged| !merged.contains(path))
        })
    };
    let first = set.migrations.iter().position(is_new)?;
    let last = set.migrations.iter().rposition(is_new)?;
    let base = scope.changes.as_ref().and_then(|changes| {
        let mut sets = changes.base.project.sets.iter();
        sets.find(|base| drift::is_same(base, set))
    });
    let before = match base {
        Some(base) => catalog_of(base, versions, base.migrations.len()),
        None => catalog_of(set, versions, first),
    };
    let end = match base {
        Some(_) => set.migrations.len(),
        None => last + 1,
    };
    let after = catalog_of(set, versions, end);
    let reading = ReadOptions::of(set, versions);
    let new = set.migrations[first..end]
        .iter()
        .filter(|migration| is_new(migration));
    let up: Vec<Statement> = new
        .flat_map(|migration| Lowered::of(migration, Direction::Up, reading).statements)
        .collect();
    Some(SetImpact {
        folder: set.folder.clone(),
        effect: effect(&before, &after, &texts_of(set), &up),
    })
}

/// What statements do that lead from one schema to another; the texts are those of their set.
pub(super) fn effect(
    before: &Catalog,
    after: &Catalog,
    texts: &Texts,
    up: &[Statement],
) -> SchemaEffect {
    let (renames, back) = renamed(before, after, up);
    let (unrenamed, _) = run(after, &back);
    let differences = diff(Side::migrated(before), Side::migrated(&unrenamed));
    let way_back = reverse(before, after, texts, up);
    SchemaEffect {
        renames,
        changes: differences
            .into_iter()
            .map(|difference| with_columns(difference, after))
            .collect(),
        lost: way_back.lost.into_iter().chain(way_back.left).collect(),
    }
}

/// A table that is made is not told column by column, so that its columns come with it. Of a column
/// that is added, what a comparison does not ask for matters too.
fn with_columns(mut difference: Difference, after: &Catalog) -> SchemaChange {
    let made = difference.direction == Presence::RightOnly;
    let table = after.tables.get(&difference.slot.owner).filter(|_| made);
    let mut columns = Vec::new();
    match (table, &difference.slot.part) {
        (Some(table), Part::Table) => {
            let all = table.columns.iter();
            columns.extend(all.map(|it| format!("{} {}", it.name, definition(it, after))));
        }
        (Some(table), Part::Column(name)) => {
            if let Some(column) = table.column(name) {
                difference.right = Some(definition(column, after));
            }
        }
        _ => {}
    }
    SchemaChange {
        difference,
        columns,
    }
}

/// A column's type, whether it takes nulls, and its default.
fn definition(column: &Column, catalog: &Catalog) -> String {
    let mut text = format_type(&column.data_type, catalog.dialect);
    if column.not_null {
        text.push_str(" not null");
    }
    if let Some(default) = &column.default {
        text.push_str(&format!(" default {}", default.expr.sql));
    }
    text
}
