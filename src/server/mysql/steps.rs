//! MySQL and MariaDB: one statement each, with the ALGORITHM and LOCK that the lock table knows to
//! be true; the server then refuses instead of copying the table in silence.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::drift::RepairStep;
use crate::lock::{Algorithm, Blocks, Mode, effects};
use crate::source::{Source, Span};
use crate::sql::change::TableOption;
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Statement, Unit, script};
use crate::write::split::StepsOrReason;
use crate::write::steps::target::{action, drop_column};
use crate::write::steps::{ColumnName, DraftStage, Ground, NewIndex, Wish, direct};

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
        Wish::NotNull { column, fill } => not_null(ground, column, fill.as_deref()),
        Wish::AddColumn(column) => direct::add_column(ground, column).map(|stage| vec![stage]),
        Wish::AddIndex(index) => add_index(ground, index).map(|stage| vec![stage]),
        Wish::AddUnique { table, columns } => {
            add_index(ground, &NewIndex::of_constraint(ground, table, columns)).map(|stage| vec![stage])
        }
        Wish::AddForeignKey {
            column,
            to,
            on_delete,
        } => add_foreign_key(ground, column, to, on_delete.as_deref()).map(|stage| vec![stage]),
        Wish::DropColumn { column } => drop_column(ground, column),
        Wish::Rename { column, to, .. } => {
            direct::rename(ground, column, to).map(|stage| vec![stage])
        }
        Wish::ChangeType { using: Some(_), .. } => Err("MySQL converts values by its own rules: change them with UPDATE in a migration before this one".to_owned()),
        Wish::ChangeType {
            column, data_type, ..
        } => direct::change_type(ground, column, data_type).map(|stage| vec![stage]),
    }
}

fn not_null(
    ground: Ground,
    of: &ColumnName,
    fill: Option<&str>,
) -> Result<Vec<DraftStage>, String> {
    ground.nullable(of)?;
    let fill = direct::fill(ground, of, fill).map(|stage| {
        stage.remark("on a big table run this in batches, by ranges of the primary key, before the next step")
    });
    let stage = direct::not_null(ground, of).remark("with a strict sql_mode this fails where a row holds NULL; without one, such rows become 0 or the empty text");
    Ok(fill.into_iter().chain([stage]).collect())
}

fn add_index(ground: Ground, index: &NewIndex) -> Result<DraftStage, String> {
    let list = ground.columns(&index.table, &index.columns)?;
    let name = ground.index_name(index)?;
    let sql = format!(
        "ALTER TABLE {} ADD {} {} ({list})",
        ground.table_name(&index.table),
        index.words(),
        ground.quoted(&name)
    );
    Ok(DraftStage::new(format!("add_{name}")).sql(MY, sql))
}

fn add_foreign_key(
    ground: Ground,
    of: &ColumnName,
    to: &ColumnName,
    on_delete: Option<&str>,
) -> Result<DraftStage, String> {
    ground.column(of)?;
    ground.column(to)?;
    let name = ground.foreign_key_name(of, to, format!("{}_{}_fk", of.table.name, of.name))?;
    let clause = match on_delete {
        Some(_) => format!(" ON DELETE {}", action(on_delete)?.sql()),
        None => String::new(),
    };
    let sql = format!(
        "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} ({}){clause}",
        ground.table_name(&of.table),
        ground.quoted(&name),
        ground.quoted(&of.name),
        ground.table_name(&to.table),
        ground.quoted(&to.name)
    );
    Ok(DraftStage::new(format!("add_{name}")).sql(MY, sql))
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
