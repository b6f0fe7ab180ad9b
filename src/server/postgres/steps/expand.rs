//! Expand and contract: a column that is copied to another one, with a trigger that keeps both alike
//! while code changes over.

use super::PG;
use crate::catalog::Column;
use crate::server::postgres::types::{cast_cuts, has_collation, too_long};
use crate::source::Span;
use crate::sql::change::DataType;
use crate::sql::patch::{Patch, Renamed, RenamedKind};
use crate::write::steps::{ColumnName, DraftStage, Ground, direct};
use crate::write::{DraftScript, statement};

pub(super) fn rename(
    ground: Ground,
    of: &ColumnName,
    to: &str,
    at_once: bool,
) -> Result<Vec<DraftStage>, String> {
    let column = ground.column(of)?;
    ground.no_column(&of.table, to)?;
    let (table, old, new) = (
        ground.table_name(&of.table),
        ground.quoted(&of.name),
        ground.quoted(to),
    );
    if at_once {
        return direct::rename(ground, of, to).map(|stage| vec![stage]);
    }
    if is_in_a_part(ground, of)? {
        return Err(format!(
            "`{}.{}` is in a key, an index or a check, which a copy would not be in: rename it in one statement with `--at-once`, together with the code, or give the copy its own first",
            of.table, of.name
        ));
    }
    if let Some(why) = ground.refused(&format!("ALTER TABLE {table} DROP COLUMN {old}")) {
        return Err(format!(
            "{why}, so that a copy could not take its place: `--at-once` renames it in one statement, which everything follows"
        ));
    }
    let data_type = collated(ground, column, &column.data_type.sql(PG), &column.data_type);
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
            comment: comment(column),
            granted: said_of(ground, of, to, &column.data_type),
            granted_back: said_of(ground, of, &of.name, &column.data_type),
            label: format!("rename_{}_{}", of.table.name, of.name),
        },
    ))
}

/// Whether a part of its table is made of a column, so that a copy of it would not be enough.
fn is_in_a_part(ground: Ground, of: &ColumnName) -> Result<bool, String> {
    let found = ground.table(&of.table)?;
    let column = ground.column(of)?;
    let mut checks = found.checks.iter();
    let mut indexes = found.indexes.iter();
    let mut foreign_keys = found.foreign_keys.iter();
    Ok(column.generated.is_some()
        || column.identity.is_some()
        || found.keys().any(|key| key.columns.contains(&of.name))
        || foreign_keys.any(|key| key.columns.contains(&of.name))
        || indexes.any(|index| crate::catalog::index_mentions(index, &of.name))
        || checks.any(|check| crate::catalog::mentions(&check.expr, &of.name)))
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
    /// What `COMMENT ON COLUMN` says of it, in quotes.
    comment: Option<String>,
    /// Who may use the new one, as the old one.
    granted: Vec<String>,
    /// Who may use the old one when it comes back.
    granted_back: Vec<String>,
    label: String,
}

/// A type as it is written, and the collation that a column has, if the type takes one.
pub(super) fn collated(ground: Ground, column: &Column, written: &str, to: &DataType) -> String {
    match &column.collation {
        Some(collation) if has_collation(to) => {
            format!("{written} COLLATE {}", ground.table_name(collation))
        }
        _ => written.to_owned(),
    }
}

/// What the history grants and sets for a column, said of one that takes its place.
fn said_of(ground: Ground, of: &ColumnName, to: &str, data_type: &DataType) -> Vec<String> {
    let mut said = ground.past.granted(of, to, ground.catalog);
    said.extend(ground.past.settings(of, to, data_type, ground.catalog));
    said
}

/// A column's comment as a literal.
fn comment(column: &Column) -> Option<String> {
    let text = column.comment.as_ref()?;
    Some(format!("'{}'", text.replace('\'', "''")))
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
    let mut first = DraftStage::new(format!("{label}_expand"))
        .remark(format!(
            "after this, code may use either column; a trigger keeps {old} and {new} alike"
        ))
        .sql(
            PG,
            format!("ALTER TABLE {table} ADD COLUMN {new} {data_type}"),
        );
    if let Some(comment) = &copied.comment {
        first = first.sql(PG, format!("COMMENT ON COLUMN {table}.{new} IS {comment}"));
    }
    for grant in &copied.granted {
        first = first.sql(PG, grant.clone());
    }
    vec![
        first.sql(PG, body).sql(PG, made),
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
    if let Some(comment) = &copied.comment {
        texts.push(format!("COMMENT ON COLUMN {table}.{old} IS {comment}"));
    }
    texts.extend_from_slice(&copied.granted_back);
    texts.extend(kept_alike.map(str::to_owned));
    DraftScript {
        remarks: vec![format!("{old} comes back with the values of {new}")],
        steps: texts.into_iter().map(|text| statement(text, PG)).collect(),
    }
}

/// Another type through a second column, which a trigger fills: the table is never written as a
/// whole while nobody may use it. `None` where the column is in more than its own values: a key, an
/// index, a check, a view, a sequence, partitions.
pub(super) fn retype(
    ground: Ground,
    of: &ColumnName,
    (data_type, to): (&str, &DataType),
    using: Option<&str>,
) -> Result<Option<Vec<DraftStage>>, String> {
    let column = ground.column(of)?;
    let found = ground.table(&of.table)?;
    let (table, old) = (ground.table_name(&of.table), ground.quoted(&of.name));
    let default = column.default.as_ref();
    if is_in_a_part(ground, of)?
        || default.is_some_and(|it| it.expr.functions.iter().any(|name| name == "nextval"))
        || found.partition_by.is_some()
        || found.partition_of.is_some()
        || !found.inherits.is_empty()
        || ground
            .refused(&format!("ALTER TABLE {table} DROP COLUMN {old}"))
            .is_some()
    {
        return Ok(None);
    }
    let other = format!("{}_new", of.name);
    if found.column(&other).is_some() {
        return Ok(None);
    }
    let retyping = Retyping {
        table: &table,
        old: &old,
        new: &ground.quoted(&other),
        was: &column.data_type.sql(PG),
        old_type: &collated(ground, column, &column.data_type.sql(PG), &column.data_type),
        new_type: &collated(ground, column, data_type, to),
        comment: comment(column),
        granted: said_of(ground, of, &other, to),
        granted_back: said_of(ground, of, &of.name, &column.data_type),
        value: using.map_or_else(|| cast(&old, &column.data_type, to), str::to_owned),
        back: cast(&ground.quoted(&other), to, &column.data_type),
        too_long: if using.is_none() && cast_cuts(&column.data_type, to) {
            too_long(&table, &old, to)
        } else {
            None
        },
        check: ground.quoted(&ground.free(&format!("{}_{other}_not_null", of.table.name))?),
        not_null: column.not_null,
        default: default.map(|default| default.expr.sql.as_str()),
    };
    let names: Vec<Renamed> = found
        .columns
        .iter()
        .map(|column| Renamed {
            kind: RenamedKind::Column,
            from: column.name.clone(),
            to: format!("NEW.{}", ground.quoted(&column.name)),
        })
        .collect();
    let mut patch = Patch::default();
    let whole = Span::new(0, retyping.value.len());
    patch.rename(&retyping.value, whole, PG, &names);
    let of_new_row = patch.apply(&retyping.value, whole);
    let label = format!("retype_{}_{}", of.table.name, of.name);
    let sync = ground.quoted(&format!("{label}_sync"));
    let function = match of.table.other_schema().filter(|schema| !schema.is_empty()) {
        Some(schema) => format!("{}.{sync}", ground.quoted(schema)),
        None => sync.clone(),
    };
    Ok(Some(retyping.stages(&label, &sync, &function, &of_new_row)))
}

/// A column's values as another type. Where a cast would cut them, an assignment refuses them.
fn cast(column: &str, from: &DataType, to: &DataType) -> String {
    if cast_cuts(from, to) {
        column.to_owned()
    } else {
        format!("{column}::{}", to.sql(PG))
    }
}

/// What a column of another type is made with; all names in quotes.
struct Retyping<'a> {
    table: &'a str,
    old: &'a str,
    new: &'a str,
    was: &'a str,
    /// The types with their collations.
    old_type: &'a str,
    new_type: &'a str,
    /// What `COMMENT ON COLUMN` says of it, in quotes.
    comment: Option<String>,
    /// Who may use the new one, as the old one.
    granted: Vec<String>,
    /// Who may use the old one when it comes back.
    granted_back: Vec<String>,
    /// What the new one becomes.
    value: String,
    /// What the old one becomes on the way back.
    back: String,
    /// Finds the rows for which the new type is too short.
    too_long: Option<String>,
    /// What holds for new rows before the old column goes.
    check: String,
    not_null: bool,
    default: Option<&'a str>,
}

impl Retyping<'_> {
    fn stages(&self, label: &str, sync: &str, function: &str, value: &str) -> Vec<DraftStage> {
        let Self {
            table, old, new, ..
        } = self;
        let made = [
            format!(
                "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.{new} := {value};\n  RETURN NEW;\nEND $$"
            ),
            format!(
                "CREATE TRIGGER {sync} BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
            ),
        ];
        let mut expand = DraftStage::new(format!("{label}_expand"))
            .remark(format!(
                "a trigger fills {new} from {old} from here on; code goes on with {old}"
            ))
            .sql(
                PG,
                format!("ALTER TABLE {table} ADD COLUMN {new} {}", self.new_type),
            );
        if let Some(comment) = &self.comment {
            expand = expand.sql(PG, format!("COMMENT ON COLUMN {table}.{new} IS {comment}"));
        }
        for grant in &self.granted {
            expand = expand.sql(PG, grant.clone());
        }
        for text in &made {
            expand = expand.sql(PG, text.clone());
        }
        if self.not_null {
            expand = expand.sql(PG, self.checked());
        }
        let mut copy = DraftStage::new(format!("{label}_copy"))
            .remark("on a big table run this in batches, by ranges of the primary key, before the next step");
        if let Some(query) = &self.too_long {
            copy = copy.remark(format!("it fails where a value is too long, and new rows with one are refused: look with {query}"));
        }
        let copy = copy.sql(
            PG,
            format!(
                "UPDATE {table} SET {new} = {} WHERE {new} IS NULL AND {old} IS NOT NULL",
                self.value
            ),
        );
        let mut contract = DraftStage::new(format!("{label}_contract")).remark(format!(
            "{new} takes the place of {old}: code reads the new type from here on"
        ));
        if self.not_null {
            for action in [
                format!("VALIDATE CONSTRAINT {}", self.check),
                format!("ALTER COLUMN {new} SET NOT NULL"),
                format!("DROP CONSTRAINT {}", self.check),
            ] {
                contract = contract.sql(PG, format!("ALTER TABLE {table} {action}"));
            }
        }
        contract = contract
            .sql(PG, format!("DROP TRIGGER {sync} ON {table}"))
            .sql(PG, format!("DROP FUNCTION {function}()"))
            .sql(PG, format!("ALTER TABLE {table} DROP COLUMN {old}"))
            .sql(
                PG,
                format!("ALTER TABLE {table} RENAME COLUMN {new} TO {old}"),
            );
        if let Some(default) = self.default {
            contract = contract.sql(
                PG,
                format!("ALTER TABLE {table} ALTER COLUMN {old} SET DEFAULT {default}"),
            );
        }
        contract.back = self.back(&made);
        vec![expand, copy, contract]
    }

    fn checked(&self) -> String {
        format!(
            "ALTER TABLE {} ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID",
            self.table, self.check, self.new
        )
    }

    /// From the new type alone back to both columns, with what fills the new one.
    fn back(&self, made: &[String]) -> DraftScript {
        let Self {
            table, old, new, ..
        } = self;
        let alter = |column: &str, action: &str| {
            format!("ALTER TABLE {table} ALTER COLUMN {column} {action}")
        };
        let mut texts = vec![
            format!("ALTER TABLE {table} RENAME COLUMN {old} TO {new}"),
            format!("ALTER TABLE {table} ADD COLUMN {old} {}", self.old_type),
            format!("UPDATE {table} SET {old} = {}", self.back),
        ];
        if let Some(default) = self.default {
            texts.push(alter(new, "DROP DEFAULT"));
            texts.push(alter(old, &format!("SET DEFAULT {default}")));
        }
        if self.not_null {
            texts.push(alter(new, "DROP NOT NULL"));
            texts.push(alter(old, "SET NOT NULL"));
        }
        if let Some(comment) = &self.comment {
            texts.push(format!("COMMENT ON COLUMN {table}.{old} IS {comment}"));
        }
        texts.extend_from_slice(&self.granted_back);
        texts.extend_from_slice(made);
        if self.not_null {
            texts.push(self.checked());
        }
        DraftScript {
            remarks: vec![format!(
                "{old} comes back with the values that it has now, cast to {}",
                self.was
            )],
            steps: texts.into_iter().map(|text| statement(text, PG)).collect(),
        }
    }
}
