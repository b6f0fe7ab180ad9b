//! PostgreSQL: constraints first NOT VALID and then validated, indexes CONCURRENTLY, columns in
//! expand and contract. Locks and scans of each statement as measured on 12 to 18.

mod expand;
mod split;

pub(crate) use split::in_steps;

use crate::lock::{Work, effects};
use crate::project::runner::Wrap;
use crate::source::{Source, Span};
use crate::sql::change::DataType;
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Unit, script};
use crate::write::statement;
use crate::write::steps::target::{drop_column, edit, rebuilt};
use crate::write::steps::{ColumnName, DraftStage, Ground, NewColumn, NewIndex, Wish, direct};

const PG: Dialect = Dialect::Postgres;

const REWRITES: &str =
    "the table is written again under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile";

pub(crate) fn stages(ground: Ground, wish: &Wish) -> Result<Vec<DraftStage>, String> {
    match wish {
        Wish::NotNull { column, fill } => not_null(ground, column, fill.as_deref()),
        Wish::AddColumn(column) => add_column(ground, column),
        Wish::AddIndex(index) => add_index(ground, index).map(|stage| vec![stage]),
        Wish::AddUnique { table, columns } => {
            add_unique(ground, &NewIndex::of_constraint(ground, table, columns))
        }
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
    ground.nullable(of)?;
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
    match direct::fill(ground, of, fill) {
        Some(stage) => stages.push(stage.remark("on a big table run this in batches, by ranges of the primary key, before the next step")),
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

fn add_column(ground: Ground, column: &NewColumn) -> Result<Vec<DraftStage>, String> {
    let at_once = direct::add_column(ground, column)?;
    let sql = at_once
        .steps
        .iter()
        .find_map(|step| step.sql(PG, Quotes::All));
    if sql.is_some_and(|sql| is_brief(ground, &sql)) {
        return Ok(vec![at_once]);
    }
    let Some(default) = column.default.as_deref() else {
        return Ok(vec![at_once.remark(REWRITES)]);
    };
    // A default that is another one for each row has the server write every row at once.
    let (shown, quoted) = (
        ground.table_name(&column.table),
        ground.quoted(&column.name),
    );
    let first = DraftStage::new(at_once.name)
        .remark("a default like this one would rewrite the table if it came with the column; set afterwards, it is for new rows only")
        .sql(PG, format!("ALTER TABLE {shown} ADD COLUMN {quoted} {}", column.data_type))
        .sql(PG, format!("ALTER TABLE {shown} ALTER COLUMN {quoted} SET DEFAULT {default}"));
    let of = ColumnName {
        table: column.table.clone(),
        name: column.name.clone(),
    };
    let then = if column.not_null {
        let (after, _) = crate::drift::run(ground.catalog, &first.steps);
        let then = Ground {
            catalog: &after,
            ..ground
        };
        not_null(then, &of, Some(default))?
    } else {
        let fill = direct::fill(ground, &of, Some(default));
        let fill = fill.map(|stage| {
            stage.remark("on a big table run this in batches, by ranges of the primary key")
        });
        fill.into_iter().collect()
    };
    Ok([first].into_iter().chain(then).collect())
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

fn add_index(ground: Ground, index: &NewIndex) -> Result<DraftStage, String> {
    let list = ground.columns(&index.table, &index.columns)?;
    let name = ground.index_name(index)?;
    let (shown, quoted) = (ground.table_name(&index.table), ground.quoted(&name));
    let words = index.words();
    let partitioned = ground.table(&index.table)?.partition_by.is_some();
    let stage = DraftStage::new(format!("add_{name}"));
    if partitioned {
        return Ok(stage
            .remark("a partitioned table takes no CONCURRENTLY: to keep writers going, make the index on each partition CONCURRENTLY, then ON ONLY the parent, and attach")
            .sql(PG, format!("CREATE {words} {quoted} ON {shown} ({list})")));
    }
    if ground.wrap() == Wrap::Pending {
        return Ok(stage
            .remark(format!("this runner keeps all pending migrations in one transaction, which CONCURRENTLY cannot be in: run CREATE {words} CONCURRENTLY {quoted} ON {shown} ({list}) by hand before the release, and this finds it there"))
            .sql(PG, format!("CREATE {words} IF NOT EXISTS {quoted} ON {shown} ({list})")));
    }
    let mut stage = stage
        .remark("if it fails half-way it leaves an invalid index: DROP INDEX CONCURRENTLY it, and run this again")
        .sql(PG, format!("CREATE {words} CONCURRENTLY {quoted} ON {shown} ({list})"));
    stage.alone = true;
    Ok(stage)
}

/// A unique constraint from an index that is made first.
fn add_unique(ground: Ground, index: &NewIndex) -> Result<Vec<DraftStage>, String> {
    let table = &index.table;
    let list = ground.columns(table, &index.columns)?;
    let name = ground.index_name(index)?;
    let (shown, quoted) = (ground.table_name(table), ground.quoted(&name));
    if ground.table(table)?.partition_by.is_some() {
        return Err(format!(
            "`{table}` is partitioned: a unique constraint there cannot be made without a lock on all of it"
        ));
    }
    let index = add_index(ground, index)?.remark(format!(
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
    let name = ground.foreign_key_name(of, to, format!("{}_{}_fkey", of.table.name, of.name))?;
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
    let written = expand::collated(ground, column, data_type, &to);
    let whole = format!("ALTER TABLE {table} ALTER COLUMN {name} TYPE {written}{clause}");
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
        (Some(_), Some(default)) => DraftStage::new(label).sql(PG, format!("ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT, ALTER COLUMN {name} TYPE {written}{clause}, ALTER COLUMN {name} SET DEFAULT {}", default.expr.sql)),
    };
    if !is_brief {
        stage.remarks.push(REWRITES.to_owned());
    }
    Ok(vec![stage])
}
