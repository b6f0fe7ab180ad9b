//! Changes, tables and their surroundings as values of expressions. The table of variables in
//! `docs/custom-rules.md` lists every field.

use crate::catalog::{Catalog, QName, Table, format_type};
use crate::cel::CelValue;
use crate::context::Context;
use crate::sql::Dialect;
use crate::sql::change::{
    AlterTable, ChangeKind, ColumnDef, ConstraintDef, ConstraintKind, ExprKind, Ident, IndexDef,
    ObjectName, TableAction,
};

/// The fields of `change`, of which every change has all.
#[derive(Default)]
struct Fields {
    kind: &'static str,
    table: Option<String>,
    name: Option<String>,
    to: Option<String>,
    columns: Vec<CelValue>,
    column: Option<CelValue>,
    constraint: Option<&'static str>,
    references: Option<String>,
    method: Option<String>,
    if_exists: bool,
    if_not_exists: bool,
    cascade: bool,
    concurrently: bool,
    unique: bool,
    not_valid: bool,
    using: bool,
    has_where: bool,
}

impl Fields {
    fn value(self) -> CelValue {
        CelValue::map([
            ("kind", CelValue::from(self.kind)),
            ("table", self.table.into()),
            ("name", self.name.into()),
            ("to", self.to.into()),
            ("columns", CelValue::list(self.columns)),
            ("column", self.column.unwrap_or(CelValue::Null)),
            ("constraint", self.constraint.into()),
            ("references", self.references.into()),
            ("method", self.method.into()),
            ("if_exists", self.if_exists.into()),
            ("if_not_exists", self.if_not_exists.into()),
            ("cascade", self.cascade.into()),
            ("concurrently", self.concurrently.into()),
            ("unique", self.unique.into()),
            ("not_valid", self.not_valid.into()),
            ("using", self.using.into()),
            ("where", self.has_where.into()),
        ])
    }
}

/// The table that a change is about.
pub(super) fn table_of(kind: &ChangeKind) -> Option<&ObjectName> {
    match kind {
        ChangeKind::CreateTable(create) => Some(&create.name),
        ChangeKind::CreateIndex { table, .. }
        | ChangeKind::CreateTrigger { table, .. }
        | ChangeKind::CreatePolicy { table, .. }
        | ChangeKind::Insert { table, .. }
        | ChangeKind::Update { table, .. }
        | ChangeKind::Delete { table, .. } => Some(table),
        ChangeKind::DropTable { names, .. } => names.first(),
        ChangeKind::Truncate { tables, .. } => tables.first(),
        ChangeKind::RenameTable { from, .. } => Some(from),
        _ => None,
    }
}

/// The table's name after a renaming action.
pub(super) fn renamed(action: &TableAction) -> Option<String> {
    match action {
        TableAction::RenameTo(to) => Some(to.name.value.clone()),
        _ => None,
    }
}

/// A change that is no `ALTER TABLE`.
pub(super) fn change(kind: &ChangeKind) -> CelValue {
    let mut fields = Fields {
        table: table_of(kind).map(ToString::to_string),
        ..Fields::default()
    };
    let first = |names: &[ObjectName]| names.first().map(ToString::to_string);
    match kind {
        ChangeKind::CreateTable(create) => {
            fields.kind = "create_table";
            fields.name.clone_from(&fields.table);
            fields.columns = create.columns.iter().map(column).collect();
            fields.if_not_exists = create.if_not_exists;
        }
        ChangeKind::DropTable { mode, .. } => {
            fields.kind = "drop_table";
            fields.name.clone_from(&fields.table);
            (fields.if_exists, fields.cascade) = (mode.if_exists, mode.cascade);
        }
        ChangeKind::RenameTable { to, .. } => {
            fields.kind = "rename_table";
            fields.to = Some(to.to_string());
        }
        ChangeKind::Truncate { cascade, .. } => {
            fields.kind = "truncate";
            fields.cascade = *cascade;
        }
        ChangeKind::CreateIndex { index, .. } => index_fields(&mut fields, index),
        ChangeKind::DropIndex {
            names,
            concurrently,
            mode,
            ..
        } => {
            fields.kind = "drop_index";
            fields.name = first(names);
            fields.concurrently = *concurrently;
            (fields.if_exists, fields.cascade) = (mode.if_exists, mode.cascade);
        }
        ChangeKind::CreateEnum { name, labels } => {
            fields.kind = "create_enum";
            fields.name = Some(name.to_string());
            fields.columns = labels
                .iter()
                .map(|label| label.value.as_str().into())
                .collect();
        }
        ChangeKind::AddEnumValue { name, value, .. } => {
            fields.kind = "add_enum_value";
            fields.name = Some(name.to_string());
            fields.to = Some(value.value.clone());
        }
        ChangeKind::DropType { names, mode } => {
            fields.kind = "drop_type";
            fields.name = first(names);
            (fields.if_exists, fields.cascade) = (mode.if_exists, mode.cascade);
        }
        ChangeKind::CreateExtension { name, .. } => named(&mut fields, "create_extension", name),
        ChangeKind::CreateSchema { name, .. } => named(&mut fields, "create_schema", name),
        ChangeKind::CreateTrigger { name, .. } => named(&mut fields, "create_trigger", name),
        ChangeKind::CreatePolicy { name, .. } => named(&mut fields, "create_policy", name),
        ChangeKind::CreateView {
            name, materialized, ..
        } => {
            fields.kind = if *materialized {
                "create_materialized_view"
            } else {
                "create_view"
            };
            fields.name = Some(name.to_string());
        }
        ChangeKind::DropView { names, mode, .. } => {
            fields.kind = "drop_view";
            fields.name = first(names);
            (fields.if_exists, fields.cascade) = (mode.if_exists, mode.cascade);
        }
        ChangeKind::CreateFunction { name, .. } => {
            fields.kind = "create_function";
            fields.name = Some(name.to_string());
        }
        ChangeKind::Insert { .. } => fields.kind = "insert",
        ChangeKind::Update { condition, .. } => {
            fields.kind = "update";
            fields.has_where = condition.is_some();
        }
        ChangeKind::Delete { condition, .. } => {
            fields.kind = "delete";
            fields.has_where = condition.is_some();
        }
        ChangeKind::SetParameter { name, value, .. } => {
            fields.kind = "set";
            fields.name = Some(name.clone());
            fields.to.clone_from(value);
        }
        _ => fields.kind = "other",
    }
    fields.value()
}

fn named(fields: &mut Fields, kind: &'static str, name: &Ident) {
    fields.kind = kind;
    fields.name = Some(name.value.clone());
}

/// One action of an `ALTER TABLE`.
pub(super) fn action(alter: &AlterTable, action: &TableAction) -> CelValue {
    let mut fields = Fields {
        table: Some(alter.table.to_string()),
        ..Fields::default()
    };
    match action {
        TableAction::AddColumn {
            column: added,
            if_not_exists,
            ..
        } => {
            fields.kind = "add_column";
            fields.name = Some(added.name.value.clone());
            fields.column = Some(column(added));
            fields.if_not_exists = *if_not_exists;
        }
        TableAction::Modify {
            from,
            column: defined,
            ..
        } => {
            fields.kind = "modify_column";
            fields.name = Some(from.value.clone());
            fields.to = Some(defined.name.value.clone());
            fields.column = Some(column(defined));
        }
        TableAction::DropColumn {
            name,
            if_exists,
            cascade,
        } => {
            named(&mut fields, "drop_column", name);
            (fields.if_exists, fields.cascade) = (*if_exists, *cascade);
        }
        TableAction::RenameColumn { from, to } => {
            named(&mut fields, "rename_column", from);
            fields.to = Some(to.value.clone());
        }
        TableAction::SetType {
            column,
            data_type,
            using,
            ..
        } => {
            named(&mut fields, "set_type", column);
            fields.to = Some(format_type(data_type, Dialect::Postgres));
            fields.using = using.is_some();
        }
        TableAction::SetDefault { column, .. } => named(&mut fields, "set_default", column),
        TableAction::DropDefault { column } => named(&mut fields, "drop_default", column),
        TableAction::SetNotNull { column } => named(&mut fields, "set_not_null", column),
        TableAction::DropNotNull { column } => named(&mut fields, "drop_not_null", column),
        TableAction::AddConstraint(constraint) => constraint_fields(&mut fields, constraint),
        TableAction::DropConstraint {
            name,
            if_exists,
            cascade,
        } => {
            named(&mut fields, "drop_constraint", name);
            (fields.if_exists, fields.cascade) = (*if_exists, *cascade);
        }
        TableAction::ValidateConstraint { name } => {
            named(&mut fields, "validate_constraint", name);
        }
        TableAction::AddIndex(index) => index_fields(&mut fields, index),
        TableAction::DropIndex { name, .. } => named(&mut fields, "drop_index", name),
        TableAction::RenameTo(to) => {
            fields.kind = "rename_table";
            fields.to = Some(to.to_string());
        }
        _ => fields.kind = "other",
    }
    fields.value()
}

fn index_fields(fields: &mut Fields, index: &IndexDef) {
    fields.kind = "create_index";
    fields.name = index.name.as_ref().map(|name| name.value.clone());
    fields.concurrently = index.concurrently;
    fields.if_not_exists = index.if_not_exists;
    fields.unique = index.unique;
    fields.method.clone_from(&index.method);
    fields.has_where = index.condition.is_some();
    let keys = index.columns.iter().map(|key| match &key.expr.kind {
        ExprKind::Column(column) => column.value.as_str().into(),
        _ => key.expr.sql.as_str().into(),
    });
    fields.columns = keys.collect();
}

fn constraint_fields(fields: &mut Fields, constraint: &ConstraintDef) {
    fields.kind = "add_constraint";
    fields.name = constraint.name.as_ref().map(|name| name.value.clone());
    fields.not_valid = constraint.not_valid;
    fields.constraint = Some(match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } => "primary_key",
        ConstraintKind::Unique { .. } => "unique",
        ConstraintKind::ForeignKey(key) => {
            fields.references = Some(key.table.to_string());
            let columns = key.columns.iter();
            fields.columns = columns.map(|column| column.value.as_str().into()).collect();
            "foreign_key"
        }
        ConstraintKind::Check { .. } => "check",
        ConstraintKind::NotNull { .. } => "not_null",
        ConstraintKind::Exclude { .. } => "exclude",
    });
}

/// A column as a statement defines it.
fn column(column: &ColumnDef) -> CelValue {
    CelValue::map([
        ("name", CelValue::from(column.name.value.as_str())),
        (
            "type",
            format_type(&column.data_type, Dialect::Postgres).into(),
        ),
        ("not_null", (column.not_null == Some(true)).into()),
        (
            "default",
            column
                .default
                .as_ref()
                .map(|default| default.sql.as_str())
                .into(),
        ),
        ("generated", column.generated.is_some().into()),
        ("identity", column.identity.is_some().into()),
    ])
}

/// A table as the schema has it.
pub(super) fn table(catalog: &Catalog, table: &Table) -> CelValue {
    let strings = |names: &[String]| CelValue::list(names.iter().map(|name| name.as_str().into()));
    let columns = table.columns.iter().map(|column| {
        let default = column
            .default
            .as_ref()
            .map(|default| default.expr.sql.as_str());
        CelValue::map([
            ("name", CelValue::from(column.name.as_str())),
            (
                "type",
                format_type(&column.data_type, catalog.dialect).into(),
            ),
            ("not_null", column.not_null.into()),
            ("default", default.into()),
            ("generated", column.generated.is_some().into()),
            ("identity", column.identity.is_some().into()),
        ])
    });
    let key = table.primary_key.as_ref().map(|key| strings(&key.columns));
    let indexes = table.indexes.iter().map(|index| {
        let keys = index.keys.iter().map(|key| match &key.column {
            Some(column) => column.as_str().into(),
            None => key.expr.sql.as_str().into(),
        });
        CelValue::map([
            ("name", CelValue::from(index.name.as_str())),
            ("unique", index.unique.into()),
            ("method", index.method.as_str().into()),
            ("columns", CelValue::list(keys)),
        ])
    });
    let foreign = table.foreign_keys.iter().map(|key| {
        CelValue::map([
            ("name", CelValue::from(key.name.as_str())),
            ("columns", strings(&key.columns)),
            ("references", catalog.shown(&key.table).into()),
            ("valid", key.valid.into()),
        ])
    });
    let checks = table.checks.iter().map(|check| {
        CelValue::map([
            ("name", CelValue::from(check.name.as_str())),
            ("expression", check.expr.sql.as_str().into()),
            ("valid", check.valid.into()),
        ])
    });
    let triggers = table
        .triggers
        .iter()
        .map(|trigger| trigger.name.as_str().into());
    CelValue::map([
        ("name", CelValue::from(table.name.name.as_str())),
        ("schema", table.name.schema.as_str().into()),
        ("columns", CelValue::list(columns)),
        ("primary_key", key.unwrap_or(CelValue::Null)),
        ("indexes", CelValue::list(indexes)),
        ("foreign_keys", CelValue::list(foreign)),
        ("checks", CelValue::list(checks)),
        ("triggers", CelValue::list(triggers)),
        ("row_security", table.row_security.enabled.into()),
        ("comment", table.comment.as_deref().into()),
    ])
}

/// Where the change stands.
pub(super) fn file(context: &Context) -> CelValue {
    let path = context.current().map(|statement| statement.source.path());
    CelValue::map([
        ("path", CelValue::from(path.unwrap_or_default())),
        ("migration", context.run.migration.id.as_str().into()),
        ("runner", context.set.runner.name().into()),
        ("dialect", context.dialect().name().into()),
        ("has_down", context.run.migration.down.is_some().into()),
    ])
}

/// What driftlint knows besides.
pub(super) fn facts(context: &Context, table: Option<&QName>) -> CelValue {
    let known = table.and_then(|name| context.catalog.tables.get(name));
    let rows = table.and_then(|name| context.rows_of(name));
    let rows = rows.map(|rows| CelValue::Int(i64::try_from(rows).unwrap_or(i64::MAX)));
    CelValue::map([
        ("in_transaction", CelValue::from(context.transaction.open)),
        ("is_known", known.is_some().into()),
        (
            "is_new",
            known
                .is_some_and(|table| context.is_new(&table.origin))
                .into(),
        ),
        (
            "has_rows",
            known.is_none_or(|table| !context.has_no_rows(table)).into(),
        ),
        ("rows", rows.unwrap_or(CelValue::Null)),
    ])
}
