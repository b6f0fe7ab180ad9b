//! `DROP`, tables' parts apart.

use sqlparser::ast::{self, ObjectType, ReferentialAction, Statement};

use super::{Cx, drop_mode, element, name};
use crate::sql::change::{ChangeKind, DataType, DropMode, FunctionKind, ObjectName};

pub(super) fn lower(statement: &Statement, cx: &Cx) -> Option<ChangeKind> {
    Some(match statement {
        Statement::Drop {
            object_type,
            if_exists,
            names,
            cascade,
            temporary,
            table,
            ..
        } => {
            let mode = DropMode {
                if_exists: *if_exists,
                cascade: *cascade,
            };
            let objects: Vec<ObjectName> = names
                .iter()
                .map(|name| name::object_name(name, cx))
                .collect();
            let on = table.as_ref().map(|table| name::object_name(table, cx));
            drop(*object_type, objects, on, *temporary, mode)?
        }
        Statement::DropFunction(drop) => ChangeKind::DropFunction {
            names: drop
                .func_desc
                .iter()
                .map(|function| signature(function, cx))
                .collect(),
            kind: FunctionKind::Function,
            mode: drop_mode(drop.if_exists, drop.drop_behavior.as_ref()),
        },
        Statement::DropProcedure {
            if_exists,
            proc_desc,
            drop_behavior,
        } => ChangeKind::DropFunction {
            names: proc_desc
                .iter()
                .map(|function| signature(function, cx))
                .collect(),
            kind: FunctionKind::Procedure,
            mode: drop_mode(*if_exists, drop_behavior.as_ref()),
        },
        Statement::DropDomain(drop) => ChangeKind::DropDomain {
            names: vec![name::object_name(&drop.name, cx)],
            mode: drop_mode(drop.if_exists, drop.drop_behavior.as_ref()),
        },
        Statement::DropExtension(drop) => ChangeKind::DropExtension {
            names: element::idents(&drop.names, cx),
            mode: mode(drop.if_exists, drop.cascade_or_restrict),
        },
        Statement::DropTrigger(drop) => ChangeKind::DropTrigger {
            name: name::object_name(&drop.trigger_name, cx),
            table: drop
                .table_name
                .as_ref()
                .map(|table| name::object_name(table, cx)),
            mode: mode(drop.if_exists, drop.option),
        },
        Statement::DropPolicy(drop) => ChangeKind::DropPolicy {
            name: name::ident(&drop.name, cx),
            table: name::object_name(&drop.table_name, cx),
            mode: drop_mode(drop.if_exists, drop.drop_behavior.as_ref()),
        },
        _ => return None,
    })
}

fn mode(if_exists: bool, behavior: Option<ReferentialAction>) -> DropMode {
    DropMode {
        if_exists,
        cascade: behavior == Some(ReferentialAction::Cascade),
    }
}

/// A function's name and, if written, the types of its input arguments.
pub(super) fn signature(
    function: &ast::FunctionDesc,
    cx: &Cx,
) -> (ObjectName, Option<Vec<DataType>>) {
    (
        name::object_name(&function.name, cx),
        function
            .args
            .as_deref()
            .map(|args| super::routine::inputs(args, cx)),
    )
}

fn drop(
    object: ObjectType,
    names: Vec<ObjectName>,
    on: Option<ObjectName>,
    temporary: bool,
    mode: DropMode,
) -> Option<ChangeKind> {
    Some(match object {
        ObjectType::Table => ChangeKind::DropTable {
            names,
            mode,
            temporary,
        },
        ObjectType::View => ChangeKind::DropView {
            names,
            materialized: false,
            mode,
        },
        ObjectType::MaterializedView => ChangeKind::DropView {
            names,
            materialized: true,
            mode,
        },
        ObjectType::Index => ChangeKind::DropIndex {
            names,
            on,
            concurrently: false,
            mode,
        },
        ObjectType::Schema => ChangeKind::DropSchema {
            names: names.into_iter().map(|name| name.name).collect(),
            mode,
        },
        ObjectType::Sequence => ChangeKind::DropSequence { names, mode },
        ObjectType::Type => ChangeKind::DropType { names, mode },
        ObjectType::Collation
        | ObjectType::Database
        | ObjectType::Role
        | ObjectType::Stage
        | ObjectType::User
        | ObjectType::Stream
        | ObjectType::Warehouse => return None,
    })
}
