//! Expand and contract: a column that is copied to another one, with a trigger that keeps both alike
//! while code changes over.

use super::PG;
use crate::write::steps::{ColumnName, DraftStage, Ground};
use crate::write::{DraftScript, statement};

pub(super) fn rename(
    ground: Ground,
    of: &ColumnName,
    to: &str,
    at_once: bool,
) -> Result<Vec<DraftStage>, String> {
    let column = ground.column(of)?;
    if ground.table(&of.table)?.column(to).is_some() {
        return Err(format!("`{}` has a column `{to}` already", of.table));
    }
    let (table, old, new) = (
        ground.table_name(&of.table),
        ground.quoted(&of.name),
        ground.quoted(to),
    );
    let label = format!("rename_{}_{}", of.table.name, of.name);
    if at_once {
        return Ok(vec![
            DraftStage::new(label)
                .remark(
                    "code that still uses the old name fails from here on: release both together",
                )
                .sql(
                    PG,
                    format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}"),
                ),
        ]);
    }
    let found = ground.table(&of.table)?;
    let is_key = found.keys().any(|key| key.columns.contains(&of.name))
        || found
            .foreign_keys
            .iter()
            .any(|key| key.columns.contains(&of.name))
        || column.generated.is_some()
        || column.identity.is_some()
        || found
            .indexes
            .iter()
            .any(|index| crate::catalog::index_mentions(index, &of.name))
        || found
            .checks
            .iter()
            .any(|check| crate::catalog::mentions(&check.expr, &of.name));
    if is_key {
        return Err(format!(
            "`{}.{}` is in a key, an index or a check, which a copy would not be in: rename it in one statement with `--at-once`, together with the code, or give the copy its own first",
            of.table, of.name
        ));
    }
    let data_type = column.data_type.sql(PG);
    Ok(expand(
        ground,
        of,
        &table,
        &ColumnCopy {
            old: &old,
            new: &new,
            data_type: &data_type,
            forward: format!("NEW.{old}"),
            backward: format!("NEW.{new}"),
            not_null: column.not_null,
            default: column
                .default
                .as_ref()
                .map(|default| default.expr.sql.clone()),
            label,
        },
    ))
}

/// A column that is copied to another one, and both are kept alike for a while.
struct ColumnCopy<'a> {
    old: &'a str,
    new: &'a str,
    data_type: &'a str,
    /// What the new one becomes, of a row called `NEW`.
    forward: String,
    /// What the old one becomes.
    backward: String,
    not_null: bool,
    default: Option<String>,
    label: String,
}

/// Expand, copy, contract.
fn expand(ground: Ground, of: &ColumnName, table: &str, copied: &ColumnCopy) -> Vec<DraftStage> {
    let ColumnCopy {
        old,
        new,
        data_type,
        forward,
        backward,
        label,
        ..
    } = copied;
    let function = ground.quoted(&format!("{label}_sync"));
    let function = match of.table.other_schema().filter(|schema| !schema.is_empty()) {
        Some(schema) => format!("{}.{function}", ground.quoted(schema)),
        None => function,
    };
    let trigger = ground.quoted(&format!("{label}_sync"));
    let body = format!(
        "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  IF TG_OP = 'INSERT' THEN\n    IF NEW.{new} IS NULL THEN NEW.{new} := {forward};\n    ELSE NEW.{old} := {backward};\n    END IF;\n  ELSIF NEW.{new} IS DISTINCT FROM OLD.{new} THEN NEW.{old} := {backward};\n  ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN NEW.{new} := {forward};\n  END IF;\n  RETURN NEW;\nEND $$"
    );
    let copy = forward.replace("NEW.", "");
    let mut contract = DraftStage::new(format!("{label}_contract"))
        .remark(format!("run this when no code uses {old} any more; the column is dropped, and its values are in {new}"))
        .sql(PG, format!("DROP TRIGGER {trigger} ON {table}"))
        .sql(PG, format!("DROP FUNCTION {function}()"));
    if let Some(default) = &copied.default {
        contract = contract.sql(
            PG,
            format!("ALTER TABLE {table} ALTER COLUMN {new} SET DEFAULT {default}"),
        );
    }
    if copied.not_null {
        contract = contract
            .remark(format!("{new} is read once for its NOT NULL: on a big table do that with `driftlint not-null` before this"))
            .sql(PG, format!("ALTER TABLE {table} ALTER COLUMN {new} SET NOT NULL"));
    }
    contract = contract.sql(PG, format!("ALTER TABLE {table} DROP COLUMN {old}"));
    let made = format!(
        "CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    );
    contract.back = contracted_back(table, copied, [&body, &made]);
    vec![
        DraftStage::new(format!("{label}_expand"))
            .remark(format!(
                "after this, code may use either column; a trigger keeps {old} and {new} alike"
            ))
            .sql(
                PG,
                format!("ALTER TABLE {table} ADD COLUMN {new} {data_type}"),
            )
            .sql(PG, body)
            .sql(PG, made),
        DraftStage::new(format!("{label}_copy"))
            .remark("on a big table run this in batches, by ranges of the primary key")
            .sql(
                PG,
                format!(
                    "UPDATE {table} SET {new} = {copy} WHERE {new} IS NULL AND {old} IS NOT NULL"
                ),
            ),
        contract,
    ]
}

/// From the new column alone back to both, with what keeps them alike. The values of the old one
/// are those of the new one.
fn contracted_back(table: &str, copied: &ColumnCopy, kept_alike: [&str; 2]) -> DraftScript {
    let ColumnCopy {
        old,
        new,
        data_type,
        backward,
        ..
    } = copied;
    let value = backward.replace("NEW.", "");
    let alter =
        |column: &str, action: &str| format!("ALTER TABLE {table} ALTER COLUMN {column} {action}");
    let mut texts = vec![format!("ALTER TABLE {table} ADD COLUMN {old} {data_type}")];
    texts.push(format!("UPDATE {table} SET {old} = {value}"));
    if let Some(default) = &copied.default {
        texts.push(alter(new, "DROP DEFAULT"));
        texts.push(alter(old, &format!("SET DEFAULT {default}")));
    }
    if copied.not_null {
        texts.push(alter(new, "DROP NOT NULL"));
        texts.push(alter(old, "SET NOT NULL"));
    }
    texts.extend(kept_alike.map(str::to_owned));
    DraftScript {
        remarks: vec![format!("{old} comes back with the values of {new}")],
        steps: texts.into_iter().map(|text| statement(text, PG)).collect(),
    }
}
