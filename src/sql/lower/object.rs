//! Schemas, types, sequences, views, policies and comments.

use sqlparser::ast::{
    self, AlterIndexOperation, AlterPolicyOperation, AlterSchemaOperation,
    AlterTypeAddValuePosition, AlterTypeOperation, CreatePolicyCommand, CreatePolicyType,
    SchemaName, Statement, UserDefinedTypeRepresentation,
};

use super::element::{self, Elements};
use super::expr::{default_of, expr_in};
use super::{Cx, data_type, name, query};
use crate::sql::change::{
    ChangeKind, ColumnRef, EnumPosition, FieldDef, Ident, ObjectName, PolicyCommand, TypeAction,
};

pub(super) fn lower(statement: &Statement, cx: &Cx) -> Option<ChangeKind> {
    let ident = |ident: &ast::Ident| name::ident(ident, cx);
    let object = |object: &ast::ObjectName| name::object_name(object, cx);
    Some(match statement {
        Statement::CreateSchema {
            schema_name,
            if_not_exists,
            ..
        } => {
            let name = match schema_name {
                SchemaName::Simple(name) | SchemaName::NamedAuthorization(name, _) => {
                    object(name).name
                }
                SchemaName::UnnamedAuthorization(role) => ident(role),
            };
            ChangeKind::CreateSchema {
                name,
                if_not_exists: *if_not_exists,
            }
        }
        Statement::AlterSchema(alter) => match alter.operations.as_slice() {
            [AlterSchemaOperation::Rename { name: to }] => ChangeKind::RenameSchema {
                from: object(&alter.name).name,
                to: object(to).name,
            },
            _ => return None,
        },
        Statement::CreateExtension(create) => ChangeKind::CreateExtension {
            name: ident(&create.name),
            schema: create.schema.as_ref().map(ident),
            if_not_exists: create.if_not_exists,
        },
        Statement::AlterIndex {
            name,
            operation: AlterIndexOperation::RenameIndex { index_name },
        } => ChangeKind::RenameIndex {
            from: object(name),
            to: object(index_name).name,
            if_exists: false,
        },
        Statement::CreateType {
            name,
            representation,
        } => create_type(object(name), representation.as_ref(), cx),
        Statement::CreateDomain(create) => create_domain(create, cx),
        Statement::AlterType(alter) => alter_type(alter, cx),
        Statement::CreateSequence {
            temporary,
            if_not_exists,
            name,
            data_type: of,
            owned_by,
            ..
        } => ChangeKind::CreateSequence {
            name: object(name),
            if_not_exists: *if_not_exists,
            data_type: of.as_ref().map(|of| data_type(of, cx)),
            owned_by: owned_by.as_ref().and_then(|column| column_ref(column, cx)),
            temporary: *temporary,
        },
        Statement::CreateView(create) => ChangeKind::CreateView {
            name: object(&create.name),
            columns: create
                .columns
                .iter()
                .map(|column| ident(&column.name))
                .collect(),
            query: query::query(&create.query, cx),
            or_replace: create.or_replace,
            if_not_exists: create.if_not_exists,
            materialized: create.materialized,
            temporary: create.temporary,
        },
        // MySQL's `ALTER VIEW v AS …` puts another query in place.
        Statement::AlterView {
            name,
            columns,
            query,
            ..
        } => ChangeKind::CreateView {
            name: object(name),
            columns: element::idents(columns, cx),
            query: query::query(query, cx),
            or_replace: true,
            if_not_exists: false,
            materialized: false,
            temporary: false,
        },
        Statement::CreatePolicy(create) => {
            let table = object(&create.table_name);
            ChangeKind::CreatePolicy {
                name: ident(&create.name),
                command: match &create.command {
                    None | Some(CreatePolicyCommand::All) => PolicyCommand::All,
                    Some(CreatePolicyCommand::Select) => PolicyCommand::Select,
                    Some(CreatePolicyCommand::Insert) => PolicyCommand::Insert,
                    Some(CreatePolicyCommand::Update) => PolicyCommand::Update,
                    Some(CreatePolicyCommand::Delete) => PolicyCommand::Delete,
                },
                restrictive: create.policy_type == Some(CreatePolicyType::Restrictive),
                using: create
                    .using
                    .as_ref()
                    .map(|expr| expr_in(expr, Some(&table), cx)),
                with_check: create
                    .with_check
                    .as_ref()
                    .map(|expr| expr_in(expr, Some(&table), cx)),
                table,
            }
        }
        Statement::AlterPolicy(alter) => {
            let table = object(&alter.table_name);
            let (rename, using, with_check) = match &alter.operation {
                AlterPolicyOperation::Rename { new_name } => (Some(ident(new_name)), None, None),
                AlterPolicyOperation::Apply {
                    using, with_check, ..
                } => (None, using.as_ref(), with_check.as_ref()),
            };
            ChangeKind::AlterPolicy {
                name: ident(&alter.name),
                rename,
                using: using.map(|expr| expr_in(expr, Some(&table), cx)),
                with_check: with_check.map(|expr| expr_in(expr, Some(&table), cx)),
                table,
            }
        }
        Statement::Comment {
            object_type,
            object_name,
            comment,
            ..
        } => comment_on(*object_type, object_name, comment.as_deref(), cx),
        _ => return None,
    })
}

/// `table.column` with whatever stands before.
fn column_ref(column: &ast::ObjectName, cx: &Cx) -> Option<ColumnRef> {
    let mut parts: Vec<Ident> = column
        .0
        .iter()
        .filter_map(|part| Some(name::ident(part.as_ident()?, cx)))
        .collect();
    let column = parts.pop()?;
    let relation = parts.pop().map(|name| ObjectName {
        schema: parts.pop(),
        name,
    });
    // `OWNED BY NONE` is no column.
    (relation.is_some() || !column.value.eq_ignore_ascii_case("none"))
        .then_some(ColumnRef { relation, column })
}

fn create_type(
    name: ObjectName,
    representation: Option<&UserDefinedTypeRepresentation>,
    cx: &Cx,
) -> ChangeKind {
    match representation {
        Some(UserDefinedTypeRepresentation::Enum { labels }) => ChangeKind::CreateEnum {
            name,
            labels: labels.iter().map(|label| name::label(label, cx)).collect(),
        },
        Some(UserDefinedTypeRepresentation::Composite { attributes }) => ChangeKind::CreateType {
            name,
            fields: attributes
                .iter()
                .map(|field| FieldDef {
                    name: name::ident(&field.name, cx),
                    data_type: data_type(&field.data_type, cx),
                })
                .collect(),
        },
        _ => ChangeKind::CreateType {
            name,
            fields: Vec::new(),
        },
    }
}

fn create_domain(create: &ast::CreateDomain, cx: &Cx) -> ChangeKind {
    let elements = Elements::of(cx);
    let checks = create
        .constraints
        .iter()
        .filter_map(|check| element::constraint(check, None, &elements, cx));
    // The default of PostgreSQL's grammar ends before `NOT NULL`; sqlparser takes both for one.
    let (default, not_null) = match &create.default {
        Some(ast::Expr::IsNotNull(inner)) => (Some(&**inner), true),
        default => (default.as_ref(), false),
    };
    ChangeKind::CreateDomain {
        name: name::object_name(&create.name, cx),
        base: data_type(&create.data_type, cx),
        not_null,
        default: default.map(|expr| default_of(expr, None, &Ident::synthetic("value"), cx)),
        checks: checks.collect(),
    }
}

fn alter_type(alter: &ast::AlterType, cx: &Cx) -> ChangeKind {
    let name = name::object_name(&alter.name, cx);
    match &alter.operation {
        AlterTypeOperation::Rename(rename) => ChangeKind::AlterType {
            name,
            action: TypeAction::RenameTo(name::ident(&rename.new_name, cx)),
        },
        AlterTypeOperation::AddValue(add) => ChangeKind::AddEnumValue {
            name,
            value: name::label(&add.value, cx),
            position: match &add.position {
                None => EnumPosition::Last,
                Some(AlterTypeAddValuePosition::Before(label)) => {
                    EnumPosition::Before(name::label(label, cx))
                }
                Some(AlterTypeAddValuePosition::After(label)) => {
                    EnumPosition::After(name::label(label, cx))
                }
            },
            if_not_exists: add.if_not_exists,
        },
        AlterTypeOperation::RenameValue(rename) => ChangeKind::RenameEnumValue {
            name,
            from: name::label(&rename.from, cx),
            to: name::label(&rename.to, cx),
        },
    }
}

fn comment_on(
    kind: ast::CommentObject,
    on: &ast::ObjectName,
    text: Option<&str>,
    cx: &Cx,
) -> ChangeKind {
    let column = if kind == ast::CommentObject::Column {
        column_ref(on, cx)
    } else {
        None
    };
    let (name, column) = match column {
        Some(ColumnRef {
            relation: Some(table),
            column,
        }) => (table, Some(column)),
        _ => (name::object_name(on, cx), None),
    };
    ChangeKind::Comment {
        overload: false,
        object: kind.to_string(),
        name,
        column,
        text: text.map(ToOwned::to_owned),
    }
}
