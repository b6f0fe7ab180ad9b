//! Functions, procedures and triggers.

use sqlparser::ast::{
    self, AlterFunctionKind, AlterFunctionOperation, ArgMode, CreateFunctionBody, FunctionBehavior,
    FunctionReturnType, Statement, TriggerEvent,
};

use super::walk::{SelectScope, Visible, Walker, Want, bare, string_value};
use super::{Cx, data_type, drops, expr, name, tree};
use crate::sql::block::{self, ReadRoutine};
use crate::sql::change::tree::{NameTree, QueryBody, QueryTree};
use crate::sql::change::{
    BodyFault, ChangeKind, DataType, Expr, ExprKind, FunctionKind, ObjectName, Parameter,
    ParameterMode, Query, RowEffect, RowWrite, Signature,
};

pub(super) fn lower(statement: &Statement, cx: &Cx) -> Option<ChangeKind> {
    match statement {
        Statement::CreateFunction(create) => Some(create_function(create, cx)),
        Statement::CreateProcedure {
            name,
            params,
            language,
            or_alter,
            ..
        } => {
            let arguments = params
                .iter()
                .flatten()
                .map(|param| data_type(&param.data_type, cx))
                .collect();
            Some(ChangeKind::CreateFunction {
                name: name::object_name(name, cx),
                arguments,
                signature: Signature {
                    parameters: params
                        .iter()
                        .flatten()
                        .map(|param| Parameter {
                            name: Some(name::ident(&param.name, cx)),
                            mode: mode_of(param.mode.as_ref()),
                            data_type: data_type(&param.data_type, cx),
                            has_default: param.default.is_some(),
                        })
                        .collect(),
                    returns_set: false,
                    is_volatile: true,
                    is_set_apart: false,
                },
                returns: None,
                language: language
                    .as_ref()
                    .map_or_else(|| "sql".to_owned(), |word| word.value.to_lowercase()),
                body: None,
                or_replace: *or_alter,
                kind: FunctionKind::Procedure,
                fault: None,
            })
        }
        Statement::AlterFunction(alter) if alter.kind == AlterFunctionKind::Function => {
            let (name, arguments) = drops::signature(&alter.function, cx);
            match &alter.operation {
                AlterFunctionOperation::RenameTo { new_name } => Some(ChangeKind::RenameFunction {
                    name,
                    arguments,
                    to: name::ident(new_name, cx),
                }),
                AlterFunctionOperation::SetSchema { schema_name } => {
                    let schema = name::last(schema_name, cx);
                    Some(ChangeKind::SetFunctionSchema {
                        name,
                        arguments,
                        schema,
                    })
                }
                _ => None,
            }
        }
        Statement::CreateTrigger(create) => Some(create_trigger(create, cx)),
        _ => None,
    }
}

/// Types of the arguments that make up a signature.
pub(super) fn inputs(args: &[ast::OperateFunctionArg], cx: &Cx) -> Vec<DataType> {
    args.iter()
        .filter(|arg| arg.mode != Some(ArgMode::Out))
        .map(|arg| data_type(&arg.data_type, cx))
        .collect()
}

fn parameters(args: &[ast::OperateFunctionArg], cx: &Cx) -> Vec<Parameter> {
    args.iter()
        .map(|arg| Parameter {
            name: arg.name.as_ref().map(|name| name::ident(name, cx)),
            mode: mode_of(arg.mode.as_ref()),
            data_type: data_type(&arg.data_type, cx),
            has_default: arg.default_expr.is_some(),
        })
        .collect()
}

fn mode_of(mode: Option<&ArgMode>) -> ParameterMode {
    match mode {
        None | Some(ArgMode::In) => ParameterMode::In,
        Some(ArgMode::Out) => ParameterMode::Out,
        Some(ArgMode::InOut) => ParameterMode::InOut,
        Some(ArgMode::Variadic) => ParameterMode::Variadic,
    }
}

fn create_function(create: &ast::CreateFunction, cx: &Cx) -> ChangeKind {
    let body = match &create.function_body {
        Some(
            CreateFunctionBody::AsBeforeOptions { body, .. }
            | CreateFunctionBody::AsAfterOptions(body)
            | CreateFunctionBody::Return(body)
            | CreateFunctionBody::AsReturnExpr(body),
        ) => Some(function_body(body, cx)),
        Some(
            other @ (CreateFunctionBody::AsBeginEnd(_) | CreateFunctionBody::AsReturnSelect(_)),
        ) => {
            let sql = match other {
                CreateFunctionBody::AsBeginEnd(block) => block.to_string(),
                CreateFunctionBody::AsReturnSelect(select) => select.to_string(),
                _ => String::new(),
            };
            Some(Expr {
                span: cx.span,
                sql,
                ..Expr::default()
            })
        }
        None => None,
    };
    let mut signature = Signature {
        parameters: parameters(create.args.as_deref().unwrap_or_default(), cx),
        returns_set: matches!(create.return_type, Some(FunctionReturnType::SetOf(_))),
        is_volatile: !matches!(
            create.behavior,
            Some(FunctionBehavior::Immutable | FunctionBehavior::Stable)
        ),
        is_set_apart: !create.set_params.is_empty()
            || matches!(create.security, Some(ast::FunctionSecurity::Definer)),
    };
    if let Some(FunctionReturnType::DataType(ast::DataType::Table(columns))) = &create.return_type {
        signature.returns_set = true;
        let columns = columns.iter().flatten();
        signature.parameters.extend(columns.map(|column| Parameter {
            name: Some(name::ident(&column.name, cx)),
            mode: ParameterMode::Out,
            data_type: data_type(&column.data_type, cx),
            has_default: false,
        }));
    }
    let returns = match &create.return_type {
        Some(FunctionReturnType::DataType(ast::DataType::Table(_))) => {
            Some(DataType::named("record"))
        }
        Some(FunctionReturnType::DataType(returned) | FunctionReturnType::SetOf(returned)) => {
            Some(data_type(returned, cx))
        }
        None => None,
    };
    let language = create
        .language
        .as_ref()
        .map_or_else(|| "sql".to_owned(), |word| word.value.to_lowercase());
    let name = name::object_name(&create.name, cx);
    let routine = ReadRoutine::of(&name, &signature, returns.as_ref(), FunctionKind::Function);
    let fault = fault_of(body.as_ref(), &language, &routine, cx);
    ChangeKind::CreateFunction {
        name,
        fault,
        arguments: inputs(create.args.as_deref().unwrap_or_default(), cx),
        signature,
        returns,
        body: body.map(|body| with_literals(body, &language, cx)),
        language,
        or_replace: create.or_replace,
        kind: FunctionKind::Function,
    }
}

/// What the server refuses of a body in PL/pgSQL when it reads it.
pub(crate) fn fault_of(
    body: Option<&Expr>,
    language: &str,
    routine: &ReadRoutine,
    cx: &Cx,
) -> Option<Box<BodyFault>> {
    let is_read = language == "plpgsql" && cx.dialect.routine_texts_are_code();
    block::body_fault(cx, body.filter(|_| is_read)?, routine)
}

/// A body in SQL, with the literals that its statements hold.
pub(crate) fn with_literals(body: Expr, language: &str, cx: &Cx) -> Expr {
    if language != "sql"
        || !cx.dialect.routine_texts_are_code()
        || !matches!(body.kind, ExprKind::String(_))
    {
        return body;
    }
    block::with_statements(cx, body)
}

/// A body that is a string keeps its text as it is.
fn function_body(body: &ast::Expr, cx: &Cx) -> Expr {
    match bare(body) {
        ast::Expr::Value(value) => match string_value(&value.value) {
            Some(text) => {
                let span = cx.span(value.span);
                Expr {
                    span,
                    sql: text.to_owned(),
                    kind: ExprKind::String(text.to_owned()),
                    ..Expr::default()
                }
            }
            None => expr::expr(body, cx),
        },
        other => expr::expr(other, cx),
    }
}

fn create_trigger(create: &ast::CreateTrigger, cx: &Cx) -> ChangeKind {
    let table = name::object_name(&create.table_name, cx);
    let columns = create.events.iter().flat_map(|event| match event {
        TriggerEvent::Update(columns) => columns.as_slice(),
        _ => &[],
    });
    let body = create
        .statements
        .as_ref()
        .map(|statements| trigger_body(statements.statements(), &table, cx));
    ChangeKind::CreateTrigger {
        name: name::last(&create.name, cx),
        or_replace: create.or_replace,
        if_not_exists: false,
        columns: columns.map(|column| name::ident(column, cx)).collect(),
        when: create
            .condition
            .as_ref()
            .map(|when| trigger_expr(when, &table, cx)),
        function: create
            .exec_body
            .as_ref()
            .map(|body| name::object_name(&body.func_desc.name, cx)),
        body,
        table,
    }
}

/// `NEW` and `OLD` are rows of the table.
fn rows_of(table: &ObjectName) -> SelectScope {
    SelectScope {
        visible: vec![Visible::alias("new", table), Visible::alias("old", table)],
        ..SelectScope::default()
    }
}

fn trigger_expr(when: &ast::Expr, table: &ObjectName, cx: &Cx) -> Expr {
    let mut walker = Walker::new(cx);
    walker.scopes.push(rows_of(table));
    walker.expr(when, Want::Unknown);
    expr::finish(when, walker)
}

fn trigger_body(statements: &[Statement], table: &ObjectName, cx: &Cx) -> Query {
    let mut walker = Walker::new(cx);
    walker.scopes.push(rows_of(table));
    for statement in statements {
        match statement {
            Statement::Query(query) => {
                walker.subquery(query, None);
            }
            Statement::Set(ast::Set::SingleAssignment {
                variable, values, ..
            }) => {
                let target = name::object_name(variable, cx);
                if target
                    .schema
                    .is_some_and(|row| row.value.eq_ignore_ascii_case("new"))
                {
                    walker.writes.push(RowWrite {
                        table: table.clone(),
                        effect: RowEffect::Settled(target.name),
                    });
                }
                walker.exprs(values);
            }
            other => {
                walker.rows_of(other);
            }
        }
    }
    Query {
        steps: statements.iter().map(|step| step_tree(step, cx)).collect(),
        ..walker.into_query(Vec::new())
    }
}

/// A statement of a trigger's body.
fn step_tree(step: &Statement, cx: &Cx) -> NameTree<QueryTree> {
    match step {
        Statement::Query(query) => NameTree::of(tree::query(query, cx)),
        other => match tree::statement_rows(other, cx) {
            Some(rows) => NameTree::of(QueryTree {
                body: QueryBody::Rows(Box::new(rows)),
                ..QueryTree::default()
            }),
            None => NameTree::default(),
        },
    }
}
