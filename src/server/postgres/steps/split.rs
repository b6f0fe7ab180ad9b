//! Which steps take the place of a statement, or why it stays as it is.

use super::{PG, add_column, add_unique, change_type, not_null};
use crate::catalog::{Catalog, QName};
use crate::lock::{Work, effects};
use crate::project::runner::Wrap;
use crate::sql::Statement;
use crate::sql::change::{
    AlterTable, ChangeKind, ColumnDef, ConstraintDef, ConstraintKind, TableAction,
};
use crate::sql::edit;
use crate::write::split::StepsOrReason;
use crate::write::steps::{ColumnName, DraftStage, Ground, NewColumn, NewIndex};

pub(crate) fn in_steps(ground: Ground, before: &Catalog, statement: &Statement) -> StepsOrReason {
    match stages(ground, before, statement) {
        Ok(stages) => StepsOrReason::Steps(stages),
        Err(why) => StepsOrReason::Kept(why),
    }
}

/// The steps; the error is why there are none.
fn stages(
    ground: Ground,
    before: &Catalog,
    statement: &Statement,
) -> Result<Vec<DraftStage>, String> {
    let all: Vec<_> = statement
        .changes
        .iter()
        .flat_map(|change| effects(change, ground.catalog))
        .filter(|effect| effect.work() != Work::Brief)
        .collect();
    if statement.changes.is_empty() {
        return Err("driftlint does not know what it locks".to_owned());
    }
    if all.is_empty() {
        return Err("it reads and writes no rows under a lock".to_owned());
    }
    if !all
        .iter()
        .any(|effect| before.tables.contains_key(&effect.target))
    {
        return Err("its table is new in this migration, so nobody waits".to_owned());
    }
    let unknown = || Err("no steps are known for it".to_owned());
    let [change] = statement.changes.as_slice() else {
        return unknown();
    };
    match &change.kind {
        ChangeKind::CreateIndex { table, index } => {
            let name = index.name.as_ref().map(|name| name.value.clone());
            let partitioned = ground
                .catalog
                .tables
                .get(&ground.catalog.qualify(table))
                .is_some_and(|table| table.partition_by.is_some());
            create_index(ground, statement, name, partitioned).map(|stage| vec![stage])
        }
        ChangeKind::AlterTable(alter) => match alter.actions.as_slice() {
            [(action, _)] => alter_table(ground, statement, alter, action),
            _ => unknown(),
        },
        _ => unknown(),
    }
}

fn create_index(
    ground: Ground,
    statement: &Statement,
    name: Option<String>,
    partitioned: bool,
) -> Result<DraftStage, String> {
    if partitioned {
        return Err("a partitioned table takes no CONCURRENTLY".to_owned());
    }
    if ground.wrap() == Wrap::Pending {
        return Err("this runner keeps all pending migrations in one transaction, which CONCURRENTLY cannot be in: make the index by hand before the release, and write IF NOT EXISTS here".to_owned());
    }
    let Some(word) = edit::keyword(&statement.source, statement.span, PG, "INDEX") else {
        return Err("no steps are known for it".to_owned());
    };
    let Some(name) = name else {
        return Err("it has no name, so that nobody could drop what a failure leaves".to_owned());
    };
    let mut text = statement.text().to_owned();
    text.insert_str(word.end - statement.span.start, " CONCURRENTLY");
    let mut stage = DraftStage::new(format!("add_{name}"))
        .remark("if it fails half-way it leaves an invalid index: DROP INDEX CONCURRENTLY it, and run this again")
        .sql(PG, text);
    stage.alone = true;
    Ok(stage)
}

fn alter_table(
    ground: Ground,
    statement: &Statement,
    alter: &AlterTable,
    action: &TableAction,
) -> Result<Vec<DraftStage>, String> {
    let table = ground.catalog.qualify(&alter.table);
    let column = |name: &str| ColumnName {
        table: table.clone(),
        name: name.to_owned(),
    };
    match action {
        TableAction::SetNotNull { column: name } => not_null(ground, &column(&name.value), None),
        TableAction::SetType {
            column: name,
            data_type,
            using,
            ..
        } => {
            let using = using.as_ref().map(|using| using.sql.as_str());
            let stages = change_type(
                ground,
                &column(&name.value),
                &data_type.sql(PG),
                using,
                false,
            )?;
            if stages.len() == 1 {
                return Err(format!(
                    "`{}` is in a key, an index, a check, a view or a sequence, so that a copy could not take its place",
                    name.value
                ));
            }
            Ok(stages)
        }
        TableAction::AddConstraint(constraint) => constrained(ground, statement, alter, constraint),
        TableAction::AddColumn { column: new, .. } => {
            let stages = new_column(ground, &table, new)?;
            if stages.len() == 1 {
                return Err("no steps are known for it".to_owned());
            }
            Ok(stages)
        }
        _ => Err("no steps are known for it".to_owned()),
    }
}

fn new_column(ground: Ground, table: &QName, new: &ColumnDef) -> Result<Vec<DraftStage>, String> {
    let plain = !new.serial
        && new.collation.is_none()
        && new.identity.is_none()
        && new.generated.is_none()
        && new.constraints.is_empty();
    if !plain {
        return Err("what comes with the column would be lost: add it bare, and the rest by `driftlint add-fk`, `add-unique` …".to_owned());
    }
    let column = NewColumn {
        table: table.clone(),
        name: new.name.value.clone(),
        data_type: new.data_type.sql(PG),
        not_null: new.not_null == Some(true),
        default: new.default.as_ref().map(|default| default.sql.clone()),
    };
    add_column(ground, &column)
}

fn constrained(
    ground: Ground,
    statement: &Statement,
    alter: &AlterTable,
    constraint: &ConstraintDef,
) -> Result<Vec<DraftStage>, String> {
    let table = ground.catalog.qualify(&alter.table);
    let Some(name) = &constraint.name else {
        return Err("it has no name, which the second step needs".to_owned());
    };
    let (shown, quoted) = (ground.table_name(&table), ground.quoted(&name.value));
    match &constraint.kind {
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check { .. } => {
            let first = format!("{} NOT VALID", statement.text());
            if let Some(why) = ground.refused(&first) {
                return Err(why);
            }
            Ok(vec![
                DraftStage::new(format!("add_{}", name.value))
                    .remark("new rows are checked from here on; existing rows are not read")
                    .sql(PG, first),
                DraftStage::new(format!("validate_{}", name.value))
                    .remark("it reads the rows while reads and writes go on, and fails where one does not fit")
                    .sql(PG, format!("ALTER TABLE {shown} VALIDATE CONSTRAINT {quoted}")),
            ])
        }
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct: false,
            using_index: None,
            ..
        } if include.is_empty() => {
            if ground.wrap() == Wrap::Pending {
                return Err("this runner keeps all pending migrations in one transaction, which CONCURRENTLY cannot be in".to_owned());
            }
            let names: Option<Vec<String>> = columns.iter().map(|column| column.expr.columns.first().map(|name| name.value.clone())).collect();
            let index = NewIndex {
                columns: names.ok_or_else(|| "no steps are known for it".to_owned())?,
                table,
                name: Some(name.value.clone()),
                unique: true,
            };
            add_unique(ground, &index)
        }
        ConstraintKind::PrimaryKey { .. } => Err("a primary key is made of NOT NULL columns and a unique index: `driftlint not-null` and `add-index --unique` make those, then PRIMARY KEY USING INDEX".to_owned()),
        _ => Err("no steps are known for it".to_owned()),
    }
}
