//! PostgreSQL: constraints first NOT VALID and then validated, indexes CONCURRENTLY, columns in
//! expand and contract. Locks and scans of each statement as measured on 12 to 18.

mod expand;
mod split;

pub(crate) use split::in_steps;

use crate::catalog::QName;
use crate::lock::{Work, effects};
use crate::project::runner::Wrap;
use crate::source::{Source, Span};
use crate::sql::change::DataType;
use crate::sql::{Dialect, Unit, script};
use crate::write::statement;
use crate::write::steps::target::{drop_column, edit, rebuilt};
use crate::write::steps::{ColumnName, DraftStage, Ground, Wish};

const PG: Dialect = Dialect::Postgres;

pub(crate) fn stages(ground: Ground, wish: &Wish) -> Result<Vec<DraftStage>, String> {
    match wish {
        Wish::NotNull { column, fill } => not_null(ground, column, fill.as_deref()),
        Wish::AddColumn {
            table,
            name,
            data_type,
            not_null,
            default,
        } => add_column(
            ground,
            table,
            name,
            data_type,
            *not_null,
            default.as_deref(),
        ),
        Wish::AddIndex {
            table,
            columns,
            name,
            unique,
        } => add_index(ground, table, columns, name.as_deref(), *unique).map(|stage| vec![stage]),
        Wish::AddUnique { table, columns } => add_unique(ground, table, columns),
        Wish::AddForeignKey {
            column,
            to,
            on_delete,
        } => add_foreign_key(ground, column, to, on_delete.as_deref()),
        Wish::DropColumn { column } => drop_column(ground, column),
        Wish::Rename {
            column,
            to,
            at_once,
        } => expand::rename(ground, column, to, *at_once),
        Wish::ChangeType {
            column,
            data_type,
            using,
            at_once,
        } => change_type(ground, column, data_type, using.as_deref(), *at_once),
    }
}

fn not_null(
    ground: Ground,
    of: &ColumnName,
    fill: Option<&str>,
) -> Result<Vec<DraftStage>, String> {
    let column = ground.column(of)?;
    if column.not_null {
        return Err(format!("`{}.{}` takes no nulls already", of.table, of.name));
    }
    let (table, name) = (ground.table_name(&of.table), ground.quoted(&of.name));
    let check = ground.free(&format!("{}_{}_not_null", of.table.name, of.name))?;
    let quoted = ground.quoted(&check);
    let label = |what: &str| format!("{}_{}_{what}", of.table.name, of.name);
    let mut stages = vec![
        DraftStage::new(label("not_null_check"))
            .remark("new rows are checked from here on; existing rows are not read")
            .sql(
                PG,
                format!("ALTER TABLE {table} ADD CONSTRAINT {quoted} CHECK ({name} IS NOT NULL) NOT VALID"),
            ),
    ];
    match fill {
        Some(fill) => stages.push(
            DraftStage::new(label("fill"))
                .remark("on a big table run this in batches, by ranges of the primary key, before the next step")
                .sql(PG, format!("UPDATE {table} SET {name} = {fill} WHERE {name} IS NULL")),
        ),
        None => stages[0].remarks.push(format!(
            "no row may hold NULL when the next step runs: `--fill` writes what such rows get; look with SELECT count(*) FROM {table} WHERE {name} IS NULL"
        )),
    }
    let mut last = DraftStage::new(label("not_null"));
    if ground.catalog.versions.postgres >= 12 {
        last = last.remark("the check is validated while reads and writes go on, and proves to SET NOT NULL that no row needs to be read");
    } else {
        last = last.remark("before PostgreSQL 12 SET NOT NULL reads every row under ACCESS EXCLUSIVE: run this when nobody needs the table, or keep the check alone");
    }
    stages.push(
        last.sql(
            PG,
            format!("ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}"),
        )
        .sql(
            PG,
            format!("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL"),
        )
        .sql(PG, format!("ALTER TABLE {table} DROP CONSTRAINT {quoted}")),
    );
    Ok(stages)
}

fn add_column(
    ground: Ground,
    table: &QName,
    name: &str,
    data_type: &str,
    not_null: bool,
    default: Option<&str>,
) -> Result<Vec<DraftStage>, String> {
    let found = ground.table(table)?;
    if found.column(name).is_some() {
        return Err(format!("`{table}` has a column `{name}` already"));
    }
    let (shown, quoted) = (ground.table_name(table), ground.quoted(name));
    let label = format!("add_{}_{name}", table.name);
    if not_null && default.is_none() {
        return Err(format!(
            "existing rows of `{table}` would have no value for `{name}`: give one with `--default`, or leave `--not-null` to `driftlint not-null`"
        ));
    }
    let whole = |rest: &str| format!("ALTER TABLE {shown} ADD COLUMN {quoted} {data_type}{rest}");
    let default_clause = default
        .map(|default| format!(" DEFAULT {default}"))
        .unwrap_or_default();
    let at_once = whole(&format!(
        "{default_clause}{}",
        if not_null { " NOT NULL" } else { "" }
    ));
    if is_brief(ground, &at_once) {
        return Ok(vec![DraftStage::new(label).sql(PG, at_once)]);
    }
    let default = default.unwrap_or("NULL");
    // A default that is another one for each row has the server write every row at once.
    let column = ColumnName {
        table: table.clone(),
        name: name.to_owned(),
    };
    let mut stages = vec![
        DraftStage::new(label)
            .remark("a default like this one would rewrite the table if it came with the column; set afterwards, it is for new rows only")
            .sql(PG, whole(""))
            .sql(PG, format!("ALTER TABLE {shown} ALTER COLUMN {quoted} SET DEFAULT {default}")),
    ];
    let filled = format!("UPDATE {shown} SET {quoted} = {default} WHERE {quoted} IS NULL");
    if not_null {
        let mut after = ground.catalog.clone();
        let (next, _) = crate::drift::run(&after, &stages[0].steps);
        after = next;
        let then = Ground {
            catalog: &after,
            ..ground
        };
        stages.extend(not_null_of_new(then, &column, default)?);
    } else {
        stages.push(
            DraftStage::new(format!("fill_{}_{name}", table.name))
                .remark("on a big table run this in batches, by ranges of the primary key")
                .sql(PG, filled),
        );
    }
    Ok(stages)
}

fn not_null_of_new(ground: Ground, of: &ColumnName, fill: &str) -> Result<Vec<DraftStage>, String> {
    not_null(ground, of, Some(fill))
}

/// Whether a statement reads and writes no rows.
fn is_brief(ground: Ground, sql: &str) -> bool {
    let source = Source::new("step.sql", sql);
    let versions = ground.catalog.versions;
    let read = script(
        &source,
        Span::new(0, sql.len()),
        PG,
        versions,
        Unit::Statement,
    );
    let changes = read
        .statements
        .iter()
        .flat_map(|statement| &statement.changes);
    let mut changes = changes.peekable();
    changes.peek().is_some()
        && changes.all(|change| {
            let effects = effects(change, ground.catalog);
            effects.iter().all(|effect| effect.work() == Work::Brief)
        })
}

fn add_index(
    ground: Ground,
    table: &QName,
    columns: &[String],
    name: Option<&str>,
    unique: bool,
) -> Result<DraftStage, String> {
    let list = ground.columns(table, columns)?;
    let usual = format!("{}_{}_idx", table.name, columns.join("_"));
    let name = ground.free(name.unwrap_or(&usual))?;
    let (shown, quoted) = (ground.table_name(table), ground.quoted(&name));
    let word = if unique { "UNIQUE INDEX" } else { "INDEX" };
    let partitioned = ground.table(table)?.partition_by.is_some();
    let stage = DraftStage::new(format!("add_{name}"));
    if partitioned {
        return Ok(stage
            .remark("a partitioned table takes no CONCURRENTLY: to keep writers going, make the index on each partition CONCURRENTLY, then ON ONLY the parent, and attach")
            .sql(PG, format!("CREATE {word} {quoted} ON {shown} ({list})")));
    }
    if ground.wrap == Wrap::Pending {
        return Ok(stage
            .remark(format!("this runner keeps all pending migrations in one transaction, which CONCURRENTLY cannot be in: run CREATE {word} CONCURRENTLY {quoted} ON {shown} ({list}) by hand before the release, and this finds it there"))
            .sql(PG, format!("CREATE {word} IF NOT EXISTS {quoted} ON {shown} ({list})")));
    }
    let mut stage = stage
        .remark("if it fails half-way it leaves an invalid index: DROP INDEX CONCURRENTLY it, and run this again")
        .sql(PG, format!("CREATE {word} CONCURRENTLY {quoted} ON {shown} ({list})"));
    stage.alone = true;
    Ok(stage)
}

fn add_unique(
    ground: Ground,
    table: &QName,
    columns: &[String],
) -> Result<Vec<DraftStage>, String> {
    let name = ground.free(&format!("{}_{}_key", table.name, columns.join("_")))?;
    unique_stages(ground, table, columns, &name)
}

fn unique_stages(
    ground: Ground,
    table: &QName,
    columns: &[String],
    name: &str,
) -> Result<Vec<DraftStage>, String> {
    let list = ground.columns(table, columns)?;
    let (shown, quoted) = (ground.table_name(table), ground.quoted(name));
    if ground.table(table)?.partition_by.is_some() {
        return Err(format!(
            "`{table}` is partitioned: a unique constraint there cannot be made without a lock on all of it"
        ));
    }
    let mut index = add_index(ground, table, columns, Some(name), true)?;
    index.remarks.push(format!(
        "it fails where values are there twice: look with SELECT {list} FROM {shown} GROUP BY {list} HAVING count(*) > 1"
    ));
    let mut constraint = DraftStage::new(format!("add_{name}_constraint")).sql(
        PG,
        format!("ALTER TABLE {shown} ADD CONSTRAINT {quoted} UNIQUE USING INDEX {quoted}"),
    );
    // The index goes with its constraint, and the step before this one drops it.
    for text in [
        format!("ALTER TABLE {shown} DROP CONSTRAINT {quoted}"),
        format!("CREATE UNIQUE INDEX {quoted} ON {shown} ({list})"),
    ] {
        constraint.back.steps.push(statement(text, PG));
    }
    Ok(vec![index, constraint])
}

fn add_foreign_key(
    ground: Ground,
    of: &ColumnName,
    to: &ColumnName,
    on_delete: Option<&str>,
) -> Result<Vec<DraftStage>, String> {
    ground.column(of)?;
    ground.column(to)?;
    let name = ground.free(&format!("{}_{}_fkey", of.table.name, of.name))?;
    let (table, column) = (ground.table_name(&of.table), ground.quoted(&of.name));
    let (target, referenced) = (ground.table_name(&to.table), ground.quoted(&to.name));
    let quoted = ground.quoted(&name);
    let action = on_delete
        .map(|action| format!(" ON DELETE {}", action.to_uppercase()))
        .unwrap_or_default();
    let mut first = DraftStage::new(format!("add_{name}"))
        .remark("new rows are checked from here on; existing rows are not read")
        .sql(
            PG,
            format!("ALTER TABLE {table} ADD CONSTRAINT {quoted} FOREIGN KEY ({column}) REFERENCES {target} ({referenced}){action} NOT VALID"),
        );
    let found = ground.table(&of.table)?;
    let leads = found.indexes.iter().any(|index| {
        index
            .keys
            .first()
            .is_some_and(|key| key.column.as_ref() == Some(&of.name))
    }) || found
        .keys()
        .any(|key| key.columns.first() == Some(&of.name));
    if !leads {
        first.remarks.push(format!(
            "no index begins with {column}: every DELETE in {target} reads all of {table}; `driftlint add-index {} {}`",
            of.table.name, of.name
        ));
    }
    let second = DraftStage::new(format!("validate_{name}"))
        .remark(format!("it fails where a row refers to nothing: look with SELECT {column} FROM {table} t WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {target} r WHERE r.{referenced} = t.{column})"))
        .sql(PG, format!("ALTER TABLE {table} VALIDATE CONSTRAINT {quoted}"));
    Ok(vec![first, second])
}

fn change_type(
    ground: Ground,
    of: &ColumnName,
    data_type: &str,
    using: Option<&str>,
    at_once: bool,
) -> Result<Vec<DraftStage>, String> {
    let column = ground.column(of)?;
    let Some(to) = DataType::parse(data_type, PG) else {
        return Err(format!("`{data_type}` is no type that PostgreSQL has"));
    };
    let (table, name) = (ground.table_name(&of.table), ground.quoted(&of.name));
    let label = format!("retype_{}_{}", of.table.name, of.name);
    let clause = using
        .map(|using| format!(" USING {using}"))
        .unwrap_or_default();
    let whole = format!("ALTER TABLE {table} ALTER COLUMN {name} TYPE {data_type}{clause}");
    let is_brief = is_brief(ground, &whole);
    if is_brief && ground.refused(&whole).is_none() {
        return Ok(vec![
            DraftStage::new(label)
                .remark("no row is read or written for this")
                .sql(PG, whole),
        ]);
    }
    if !is_brief
        && !at_once
        && let Some(stages) = expand::retype(ground, of, (data_type, &to), using)?
    {
        return Ok(stages);
    }
    let mut stage = match (using, &column.default) {
        // With what stands in the way: views, checks, the default.
        (None, _) => rebuilt(ground, &label, |catalog| {
            edit(catalog, of, |column| column.data_type = to.clone());
        }),
        (Some(_), None) => DraftStage::new(label).sql(PG, whole),
        (Some(_), Some(default)) => DraftStage::new(label).sql(PG, format!("ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT, ALTER COLUMN {name} TYPE {data_type}{clause}, ALTER COLUMN {name} SET DEFAULT {}", default.expr.sql)),
    };
    if !is_brief {
        stage.remarks.push("the table is written again under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile".to_owned());
    }
    Ok(vec![stage])
}
