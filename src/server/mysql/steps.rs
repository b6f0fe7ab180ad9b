//! MySQL and MariaDB: one statement each, with the ALGORITHM and LOCK that the lock table knows to
//! be true; the server then refuses instead of copying the table in silence.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::drift::RepairStep;
use crate::lock::{Algorithm, Blocks, Mode, effects};
use crate::source::{Source, Span};
use crate::sql::change::{DataType, TableOption};
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Statement, Unit, script};
use crate::write::split::StepsOrReason;
use crate::write::steps::target::{action, drop_column, edit, rebuilt};
use crate::write::steps::{DraftStage, Ground, Wish};

const MY: Dialect = Dialect::MySql;

pub(crate) fn stages(ground: Ground, wish: &Wish) -> Result<Vec<DraftStage>, String> {
    let mut stages = plain(ground, wish)?;
    for stage in &mut stages {
        online(ground, stage);
    }
    Ok(stages)
}

fn plain(ground: Ground, wish: &Wish) -> Result<Vec<DraftStage>, String> {
    match wish {
        Wish::NotNull { column, fill } => {
            if ground.column(column)?.not_null {
                return Err(format!(
                    "`{}.{}` takes no nulls already",
                    column.table, column.name
                ));
            }
            let (table, name) = (
                ground.table_name(&column.table),
                ground.quoted(&column.name),
            );
            let mut stages = Vec::new();
            if let Some(fill) = fill {
                stages.push(
                    DraftStage::new(format!("fill_{}_{}", column.table.name, column.name))
                        .remark("on a big table run this in batches, by ranges of the primary key, before the next step")
                        .sql(MY, format!("UPDATE {table} SET {name} = {fill} WHERE {name} IS NULL")),
                );
            }
            let mut stage = rebuilt(
                ground,
                &format!("{}_{}_not_null", column.table.name, column.name),
                |catalog| {
                    edit(catalog, column, |column| column.not_null = true);
                },
            );
            stage.remarks.push("with a strict sql_mode this fails where a row holds NULL; without one, such rows become 0 or the empty text".to_owned());
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
                    MY,
                    format!(
                        "ALTER TABLE {} ADD COLUMN {} {data_type}{not_null}{default}",
                        ground.table_name(table),
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
                MY,
                format!(
                    "ALTER TABLE {} ADD {word} {} ({list})",
                    ground.table_name(table),
                    ground.quoted(&name)
                ),
            )])
        }
        Wish::AddUnique { table, columns } => plain(
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
            let name = ground.free(&format!("{}_{}_fk", column.table.name, column.name))?;
            let action = action(on_delete.as_deref())?;
            let action = on_delete
                .as_ref()
                .map(|_| format!(" ON DELETE {}", action.sql()))
                .unwrap_or_default();
            Ok(vec![DraftStage::new(format!("add_{name}")).sql(
                MY,
                format!(
                    "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}){action}",
                    ground.table_name(&column.table),
                    ground.quoted(&name),
                    ground.quoted(&column.name),
                    ground.table_name(&to.table),
                    ground.quoted(&to.name)
                ),
            )])
        }
        Wish::DropColumn { column } => drop_column(ground, column),
        Wish::Rename { column, to, .. } => {
            ground.column(column)?;
            Ok(vec![
                DraftStage::new(format!("rename_{}_{}", column.table.name, column.name))
                    .remark("code that still uses the old name fails from here on: release both together")
                    .sql(
                        MY,
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
                return Err("MySQL converts values by its own rules: change them with UPDATE in a migration before this one".to_owned());
            }
            let Some(to) = DataType::parse(data_type, MY) else {
                return Err(format!("`{data_type}` is no type that MySQL has"));
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

/// The heaviest thing that statements do.
fn worst(statements: &[Statement], catalog: &Catalog) -> Option<(Algorithm, Blocks)> {
    let changes = statements.iter().flat_map(|statement| &statement.changes);
    let effects = changes.flat_map(|change| effects(change, catalog));
    let modes = effects.filter_map(|effect| match effect.mode()? {
        Mode::Online(algorithm, blocks) => Some((algorithm, blocks)),
        _ => None,
    });
    modes.max()
}

/// The schema on a server that takes utf8mb4 where nothing says another character set: MariaDB's own
/// default is another one, and most people's is this.
fn with_wide_text(catalog: &Catalog) -> Catalog {
    let mut wide = catalog.clone();
    for name in catalog.tables.keys() {
        let Some(table) = wide.tables.get_mut(name) else {
            continue;
        };
        if table.option("charset").is_none() && table.option("collate").is_none() {
            let options = &mut Arc::make_mut(table).options;
            options.push(TableOption {
                name: "charset".to_owned(),
                value: "utf8mb4".to_owned(),
            });
        }
    }
    wide
}

/// Adds to each `ALTER TABLE` what the server does: without it, it takes the next best way unasked.
fn online(ground: Ground, stage: &mut DraftStage) {
    let mut copies = false;
    let wide = with_wide_text(ground.catalog);
    for step in &mut stage.steps {
        let Some(sql) = step.sql(MY, Quotes::All) else {
            continue;
        };
        if !sql.to_uppercase().starts_with("ALTER TABLE") {
            continue;
        }
        let source = Source::new("step.sql", sql.as_str());
        let versions = ground.catalog.versions;
        let read = script(
            &source,
            Span::new(0, sql.len()),
            MY,
            versions,
            Unit::Statement,
        );
        let worst = worst(&read.statements, ground.catalog);
        if worst != self::worst(&read.statements, &wide) {
            stage.remarks.push("whether the server copies the table for this depends on its character set, which no migration says: ALGORITHM=INPLACE has it refuse to".to_owned());
            continue;
        }
        let clause = match worst {
            Some((Algorithm::Instant, _)) => ", ALGORITHM=INSTANT",
            Some((Algorithm::InPlace, Blocks::Nothing)) => ", ALGORITHM=INPLACE, LOCK=NONE",
            Some((Algorithm::InPlace, _)) => ", ALGORITHM=INPLACE, LOCK=SHARED",
            Some((Algorithm::Copy, _)) => {
                copies = true;
                ", ALGORITHM=COPY, LOCK=SHARED"
            }
            None => continue,
        };
        *step = RepairStep {
            kind: step.kind.clone(),
            text: Some(format!("{sql}{clause}")),
        };
    }
    if copies {
        stage.remarks.push("the server copies the table, and nobody writes it meanwhile: on a big one use gh-ost or pt-online-schema-change".to_owned());
    }
}

/// No statement is better in steps.
pub(crate) fn in_steps(_: Ground, _: &Catalog, _: &Statement) -> StepsOrReason {
    StepsOrReason::Kept("MySQL changes the table by itself, in place where it can: `driftlint locks` says how, and gh-ost or pt-online-schema-change do the rest".to_owned())
}
