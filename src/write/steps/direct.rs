//! What is one statement, or one rebuild of the table, on a server that has no gentler way.

use super::target::{edit, rebuilt};
use super::{ColumnName, DraftStage, Ground, NewColumn};
use crate::sql::change::DataType;

/// The values that rows get which have none; only where there is a `fill`.
pub(crate) fn fill(ground: Ground, of: &ColumnName, fill: Option<&str>) -> Option<DraftStage> {
    let (table, name) = (ground.table_name(&of.table), ground.quoted(&of.name));
    let stage = DraftStage::new(format!("fill_{}_{}", of.table.name, of.name));
    let sql = format!("UPDATE {table} SET {name} = {} WHERE {name} IS NULL", fill?);
    Some(stage.sql(ground.catalog.dialect, sql))
}

/// A column that takes no nulls any more.
pub(crate) fn not_null(ground: Ground, of: &ColumnName) -> DraftStage {
    let label = format!("{}_{}_not_null", of.table.name, of.name);
    rebuilt(ground, &label, |catalog| {
        edit(catalog, of, |column| column.not_null = true);
    })
}

/// A new column.
pub(crate) fn add_column(ground: Ground, column: &NewColumn) -> Result<DraftStage, String> {
    ground.takes(column)?;
    let sql = format!(
        "ALTER TABLE {} ADD COLUMN {} {}{}",
        ground.table_name(&column.table),
        ground.quoted(&column.name),
        column.data_type,
        column.clauses()
    );
    let label = format!("add_{}_{}", column.table.name, column.name);
    Ok(DraftStage::new(label).sql(ground.catalog.dialect, sql))
}

/// A column with another name.
pub(crate) fn rename(ground: Ground, of: &ColumnName, to: &str) -> Result<DraftStage, String> {
    ground.column(of)?;
    ground.no_column(&of.table, to)?;
    let sql = format!(
        "ALTER TABLE {} RENAME COLUMN {} TO {}",
        ground.table_name(&of.table),
        ground.quoted(&of.name),
        ground.quoted(to)
    );
    let label = format!("rename_{}_{}", of.table.name, of.name);
    Ok(DraftStage::new(label)
        .remark("code that still uses the old name fails from here on: release both together")
        .sql(ground.catalog.dialect, sql))
}

/// A column of another type, its values as the server converts them.
pub(crate) fn change_type(
    ground: Ground,
    of: &ColumnName,
    data_type: &str,
) -> Result<DraftStage, String> {
    ground.column(of)?;
    let dialect = ground.catalog.dialect;
    let Some(to) = DataType::parse(data_type, dialect) else {
        return Err(format!(
            "`{data_type}` is no type that {} has",
            dialect.label()
        ));
    };
    let label = format!("retype_{}_{}", of.table.name, of.name);
    Ok(rebuilt(ground, &label, |catalog| {
        edit(catalog, of, |column| column.data_type = to.clone());
    }))
}
