//! SQLite: what ALTER TABLE cannot do is a rebuild of the table, as drift writes it: foreign keys
//! off outside of the transaction, rows copied, indexes and triggers made again.

use std::sync::Arc;

use crate::catalog::{Catalog, ForeignKey, Origin};
use crate::sql::change::{Deferral, ReferentialAction};
use crate::sql::{Dialect, Statement};
use crate::write::split::StepsOrReason;
use crate::write::steps::target::{action, drop_column, rebuilt};
use crate::write::steps::{ColumnName, DraftStage, Ground, NewIndex, Wish, direct};

const LITE: Dialect = Dialect::Sqlite;

pub(crate) fn stages(ground: Ground, wish: &Wish) -> Result<Vec<DraftStage>, String> {
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
        Wish::ChangeType { using: Some(_), .. } => Err("SQLite copies values as they are: change them with UPDATE in a migration before this one".to_owned()),
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
    let mut stage = direct::not_null(ground, of);
    let Some(fill) = direct::fill(ground, of, fill) else {
        let name = ground.quoted(&of.name);
        stage.remarks.push(format!(
            "this fails where a row holds NULL in {name}: `--fill` writes what such rows get"
        ));
        return Ok(vec![stage]);
    };
    Ok(vec![fill, stage])
}

fn add_index(ground: Ground, index: &NewIndex) -> Result<DraftStage, String> {
    let list = ground.columns(&index.table, &index.columns)?;
    let name = ground.index_name(index)?;
    let sql = format!(
        "CREATE {} {} ON {} ({list})",
        index.words(),
        ground.quoted(&name),
        ground.table_name(&index.table)
    );
    Ok(DraftStage::new(format!("add_{name}")).sql(LITE, sql))
}

fn add_foreign_key(
    ground: Ground,
    of: &ColumnName,
    to: &ColumnName,
    on_delete: Option<&str>,
) -> Result<DraftStage, String> {
    ground.column(of)?;
    ground.column(to)?;
    let key = ForeignKey {
        name: String::new(),
        columns: vec![of.name.clone()],
        table: to.table.clone(),
        referenced: vec![to.name.clone()],
        on_delete: action(on_delete)?,
        on_update: ReferentialAction::NoAction,
        valid: true,
        deferral: Deferral::Never,
        origin: Origin::default(),
    };
    let label = format!("{}_{}_fk", of.table.name, of.name);
    let stage = rebuilt(ground, &label, |catalog| {
        if let Some(table) = catalog.tables.get_mut(&of.table) {
            Arc::make_mut(table).foreign_keys.push(key.clone());
        }
    });
    Ok(stage.remark(
        "rows that refer to nothing are not looked for: PRAGMA foreign_key_check finds them",
    ))
}

/// No statement is better in steps.
pub(crate) fn in_steps(_: Ground, _: &Catalog, _: &Statement) -> StepsOrReason {
    StepsOrReason::Kept(
        "SQLite has one writer, so that no steps are better than the statement".to_owned(),
    )
}
