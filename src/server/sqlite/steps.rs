//! SQLite: what ALTER TABLE cannot do is a rebuild of the table, as drift writes it: foreign keys
//! off outside of the transaction, rows copied, indexes and triggers made again.

use std::sync::Arc;

use crate::catalog::{Catalog, ForeignKey, Origin};
use crate::sql::change::{DataType, Deferral, ReferentialAction};
use crate::sql::{Dialect, Statement};
use crate::write::split::StepsOrReason;
use crate::write::steps::target::{action, drop_column, edit, rebuilt};
use crate::write::steps::{DraftStage, Ground, Wish};

const LITE: Dialect = Dialect::Sqlite;

pub(crate) fn stages(ground: Ground, wish: &Wish) -> Result<Vec<DraftStage>, String> {
    match wish {
        Wish::NotNull { column, fill } => {
            if ground.column(column)?.not_null {
                return Err(format!(
                    "`{}.{}` takes no nulls already",
                    column.table, column.name
                ));
            }
            let mut stages = Vec::new();
            let (table, name) = (
                ground.table_name(&column.table),
                ground.quoted(&column.name),
            );
            if let Some(fill) = fill {
                stages.push(
                    DraftStage::new(format!("fill_{}_{}", column.table.name, column.name)).sql(
                        LITE,
                        format!("UPDATE {table} SET {name} = {fill} WHERE {name} IS NULL"),
                    ),
                );
            }
            let mut stage = rebuilt(
                ground,
                &format!("{}_{}_not_null", column.table.name, column.name),
                |catalog| {
                    edit(catalog, column, |column| column.not_null = true);
                },
            );
            if fill.is_none() {
                stage.remarks.push(format!("this fails where a row holds NULL in {name}: `--fill` writes what such rows get"));
            }
            stages.push(stage);
            Ok(stages)
        }
        Wish::AddColumn {
            table,
            name,
            data_type,
            not_null,
            default,
        } => {
            let shown = ground.table_name(table);
            if ground.table(table)?.column(name).is_some() {
                return Err(format!("`{table}` has a column `{name}` already"));
            }
            if *not_null && default.is_none() {
                return Err(format!(
                    "existing rows of `{table}` would have no value for `{name}`: give one with `--default`"
                ));
            }
            let default = default
                .as_ref()
                .map(|default| format!(" DEFAULT {default}"))
                .unwrap_or_default();
            let not_null = if *not_null { " NOT NULL" } else { "" };
            Ok(vec![
                DraftStage::new(format!("add_{}_{name}", table.name)).sql(
                    LITE,
                    format!(
                        "ALTER TABLE {shown} ADD COLUMN {} {data_type}{not_null}{default}",
                        ground.quoted(name)
                    ),
                ),
            ])
        }
        Wish::AddIndex {
            table,
            columns,
            name,
            unique,
        } => {
            let list = ground.columns(table, columns)?;
            let usual = format!("{}_{}_idx", table.name, columns.join("_"));
            let name = ground.free(name.as_deref().unwrap_or(&usual))?;
            let word = if *unique { "UNIQUE INDEX" } else { "INDEX" };
            Ok(vec![DraftStage::new(format!("add_{name}")).sql(
                LITE,
                format!(
                    "CREATE {word} {} ON {} ({list})",
                    ground.quoted(&name),
                    ground.table_name(table)
                ),
            )])
        }
        Wish::AddUnique { table, columns } => stages(
            ground,
            &Wish::AddIndex {
                table: table.clone(),
                columns: columns.clone(),
                name: Some(format!("{}_{}_key", table.name, columns.join("_"))),
                unique: true,
            },
        ),
        Wish::AddForeignKey {
            column,
            to,
            on_delete,
        } => {
            ground.column(column)?;
            ground.column(to)?;
            let on_delete = action(on_delete.as_deref())?;
            let stage = rebuilt(
                ground,
                &format!("{}_{}_fk", column.table.name, column.name),
                |catalog| {
                    if let Some(table) = catalog.tables.get_mut(&column.table) {
                        Arc::make_mut(table).foreign_keys.push(ForeignKey {
                            name: String::new(),
                            columns: vec![column.name.clone()],
                            table: to.table.clone(),
                            referenced: vec![to.name.clone()],
                            on_delete,
                            on_update: ReferentialAction::NoAction,
                            valid: true,
                            deferral: Deferral::Never,
                            origin: Origin::default(),
                        });
                    }
                },
            );
            Ok(vec![stage.remark("rows that refer to nothing are not looked for: PRAGMA foreign_key_check finds them")])
        }
        Wish::DropColumn { column } => drop_column(ground, column),
        Wish::Rename { column, to, .. } => {
            ground.column(column)?;
            Ok(vec![
                DraftStage::new(format!("rename_{}_{}", column.table.name, column.name))
                    .remark("code that still uses the old name fails from here on: release both together")
                    .sql(
                        LITE,
                        format!(
                            "ALTER TABLE {} RENAME COLUMN {} TO {}",
                            ground.table_name(&column.table),
                            ground.quoted(&column.name),
                            ground.quoted(to)
                        ),
                    ),
            ])
        }
        Wish::ChangeType {
            column,
            data_type,
            using,
            ..
        } => {
            ground.column(column)?;
            if using.is_some() {
                return Err("SQLite copies values as they are: change them with UPDATE in a migration before this one".to_owned());
            }
            let Some(to) = DataType::parse(data_type, LITE) else {
                return Err(format!("`{data_type}` is no type"));
            };
            Ok(vec![rebuilt(
                ground,
                &format!("retype_{}_{}", column.table.name, column.name),
                |catalog| {
                    edit(catalog, column, |column| column.data_type = to.clone());
                },
            )])
        }
    }
}

/// No statement is better in steps.
pub(crate) fn in_steps(_: Ground, _: &Catalog, _: &Statement) -> StepsOrReason {
    StepsOrReason::Kept(
        "SQLite has one writer, so that no steps are better than the statement".to_owned(),
    )
}
