//! Statements about rows.

use sqlparser::ast::{self, CopySource, FromTable, JoinConstraint, JoinOperator, Statement};

use super::walk::{Walker, Want};
use super::writes::{Inserted, targets};
use super::{Cx, element, name, query, tree};
use crate::sql::change::tree::{NameTree, QueryBody, QueryTree, RowsTree};
use crate::sql::change::{Change, ChangeKind, Ident, ObjectName, Query};

/// An `INSERT` or `REPLACE`; `None` into anything but a table.
pub(super) fn insert(insert: &ast::Insert, cx: &Cx) -> Option<ChangeKind> {
    let mut walker = Walker::new(cx);
    let Inserted {
        table,
        columns,
        output,
    } = walker.insert(insert)?;
    Some(ChangeKind::Insert {
        table,
        columns,
        query: of_rows(walker.into_query(output), tree::insert(insert, cx)),
    })
}

pub(super) fn update(update: &ast::Update, cx: &Cx) -> Option<ChangeKind> {
    let mut walker = Walker::new(cx);
    let table = walker.update(update)?;
    let mut assignments = Vec::with_capacity(update.assignments.len());
    for assignment in &update.assignments {
        let owner = walker.owner(&assignment.target);
        if owner.is_some_and(|owner| owner.to_string() != table.to_string()) {
            continue;
        }
        for target in targets(&assignment.target, cx) {
            let value = walker.part(&assignment.value, Want::Column(Some(&table), &target));
            assignments.push((target, value));
        }
    }
    let condition = update
        .selection
        .as_ref()
        .or_else(|| joined_on(std::slice::from_ref(&update.table)))
        .map(|condition| walker.part(condition, Want::Unknown));
    Some(ChangeKind::Update {
        table,
        assignments,
        condition,
        query: of_rows(walker.into_query(Vec::new()), tree::update(update, cx)),
    })
}

pub(super) fn delete(delete: &ast::Delete, cx: &Cx) -> Option<ChangeKind> {
    let mut walker = Walker::new(cx);
    let table = walker.delete(delete)?;
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
    let condition = delete
        .selection
        .as_ref()
        .or_else(|| joined_on(from))
        .map(|condition| walker.part(condition, Want::Unknown));
    Some(ChangeKind::Delete {
        table,
        condition,
        query: of_rows(walker.into_query(Vec::new()), tree::delete(delete, cx)),
    })
}

/// The condition of a join, which limits the rows that MySQL's `UPDATE` and `DELETE` reach.
fn joined_on(from: &[ast::TableWithJoins]) -> Option<&ast::Expr> {
    let mut joins = from.iter().flat_map(|table| &table.joins);
    joins.find_map(|join| match &join.join_operator {
        JoinOperator::Join(JoinConstraint::On(condition))
        | JoinOperator::Inner(JoinConstraint::On(condition)) => Some(condition),
        _ => None,
    })
}

/// MySQL's `RENAME TABLE a TO b, c TO d`.
pub(super) fn rename_tables(renames: &[ast::RenameTable], cx: &Cx) -> Vec<Change> {
    renames
        .iter()
        .map(|rename| rename_table(rename, cx))
        .collect()
}

fn rename_table(rename: &ast::RenameTable, cx: &Cx) -> Change {
    let from = name::object_name(&rename.old_name, cx);
    let to = name::object_name(&rename.new_name, cx);
    Change {
        span: from.span().to(to.span()),
        kind: ChangeKind::RenameTable { from, to },
    }
}

/// Whatever else reads or writes rows.
pub(super) fn lower(statement: &Statement, cx: &Cx) -> Option<ChangeKind> {
    Some(match statement {
        Statement::Query(select) => match &*select.body {
            // `WITH x AS (…) INSERT …`.
            ast::SetExpr::Insert(inner)
            | ast::SetExpr::Update(inner)
            | ast::SetExpr::Delete(inner) => with_rows(select, inner, cx)?,
            // MySQL puts rows into variables and files.
            ast::SetExpr::Select(only)
                if only.into.is_some() && cx.dialect.select_into_makes_tables() =>
            {
                into_table(select, cx)?
            }
            _ => ChangeKind::Select(unprinted(select, cx)),
        },
        Statement::Truncate(truncate) => ChangeKind::Truncate {
            tables: truncate
                .table_names
                .iter()
                .map(|target| name::object_name(&target.name, cx))
                .collect(),
            cascade: matches!(truncate.cascade, Some(ast::CascadeOption::Cascade)),
        },
        Statement::Copy {
            source:
                CopySource::Table {
                    table_name,
                    columns,
                },
            to: false,
            ..
        } => ChangeKind::CopyInto {
            table: name::object_name(table_name, cx),
            columns: element::idents(columns, cx),
        },
        Statement::Copy {
            source: CopySource::Query(select),
            ..
        } => ChangeKind::Select(unprinted(select, cx)),
        Statement::LoadData { table_name, .. } => ChangeKind::CopyInto {
            table: name::object_name(table_name, cx),
            columns: Vec::new(),
        },
        Statement::Call(function) => {
            let mut walker = Walker::new(cx);
            walker.expr(&ast::Expr::Function(function.clone()), Want::Unknown);
            ChangeKind::Select(walker.into_query(Vec::new()))
        }
        Statement::Merge(merge) => {
            let mut walker = Walker::new(cx);
            walker.rows_of(statement);
            let found = walker.into_query(Vec::new());
            ChangeKind::Select(of_rows(found, tree::merge(merge, cx)))
        }
        Statement::Explain {
            statement,
            analyze: true,
            ..
        } => {
            return super::statement(statement, cx)
                .pop()
                .map(|change| change.kind);
        }
        _ => return None,
    })
}

fn unprinted(select: &ast::Query, cx: &Cx) -> Query {
    let mut walker = Walker::new(cx);
    let output = walker.subquery(select, None);
    Query {
        tree: NameTree::of(tree::query(select, cx)),
        ..walker.into_query(output)
    }
}

/// A statement about rows with its tree, where it has one.
fn of_rows(query: Query, rows: Option<RowsTree>) -> Query {
    Query {
        tree: rows
            .map(|rows| {
                NameTree::of(QueryTree {
                    body: QueryBody::Rows(Box::new(rows)),
                    ..QueryTree::default()
                })
            })
            .unwrap_or_default(),
        ..query
    }
}

/// `SELECT … INTO table`, which makes a table.
fn into_table(select: &ast::Query, cx: &Cx) -> Option<ChangeKind> {
    let ast::SetExpr::Select(only) = &*select.body else {
        return None;
    };
    let into = only.into.as_ref()?;
    let name = match into.targets.first()? {
        ast::Expr::Identifier(name) => ObjectName {
            schema: None,
            name: name::ident(name, cx),
        },
        ast::Expr::CompoundIdentifier(parts) => {
            let parts: Vec<Ident> = parts.iter().map(|part| name::ident(part, cx)).collect();
            let (name, rest) = parts.split_last()?;
            ObjectName {
                schema: rest.last().cloned(),
                name: name.clone(),
            }
        }
        _ => return None,
    };
    let persistence = match (into.temporary, into.unlogged) {
        (true, _) => crate::sql::change::Persistence::Temporary,
        (false, true) => crate::sql::change::Persistence::Unlogged,
        (false, false) => crate::sql::change::Persistence::Permanent,
    };
    Some(ChangeKind::CreateTable(Box::new(
        crate::sql::change::CreateTable {
            name,
            persistence,
            query: Some(query::query(select, cx)),
            ..crate::sql::change::CreateTable::default()
        },
    )))
}

fn with_rows(select: &ast::Query, inner: &Statement, cx: &Cx) -> Option<ChangeKind> {
    let mut outer = Walker::new(cx);
    if let Some(with) = &select.with {
        outer.with(with);
    }
    let mut kind = super::statement(inner, cx).pop()?.kind;
    if let ChangeKind::Insert { query, .. }
    | ChangeKind::Update { query, .. }
    | ChangeKind::Delete { query, .. } = &mut kind
    {
        let names: Vec<String> = outer.ctes.iter().map(|cte| cte.name.clone()).collect();
        query
            .relations
            .retain(|table| table.schema.is_some() || !names.contains(&table.name.value));
        let found = outer.into_query(Vec::new());
        query.relations.extend(found.relations);
        query.columns.extend(found.columns);
        query.stars.extend(found.stars);
        query.functions.extend(found.functions);
        query.casts.extend(found.casts);
        query.literals.extend(found.literals);
        query.writes.extend(found.writes);
        query.tree = NameTree::of(tree::query(select, cx));
    }
    Some(kind)
}
