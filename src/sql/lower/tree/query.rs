//! Queries.

use sqlparser::ast::{
    self, Distinct, GroupByExpr, JoinConstraint, LimitClause, OrderByKind, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, Statement, TableFactor, TableWithJoins,
};

use super::super::query::constraint;
use super::super::walk::argument;
use super::super::{Cx, name};
use super::{idents, object, rows, term, terms, window};
use crate::sql::change::Ident;
use crate::sql::change::tree::{
    Alias, Cte, FromItem, Item, JoinOn, QueryBody, QueryTree, RowsTree, SelectTree, Term,
};

/// Rows of `VALUES` beyond which nobody looks: they come out of generators, and are alike.
const ROWS: usize = 64;

pub(in crate::sql::lower) fn query(query: &ast::Query, cx: &Cx) -> QueryTree {
    let (ctes, recursive) = with(query.with.as_ref(), cx);
    let order = match query.order_by.as_ref().map(|order| &order.kind) {
        Some(OrderByKind::Expressions(exprs)) => terms(exprs.iter().map(|by| &by.expr), cx),
        _ => Vec::new(),
    };
    let limits = match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit, offset, .. }) => {
            let offset = offset.iter().map(|offset| &offset.value);
            terms(limit.iter().chain(offset), cx)
        }
        Some(LimitClause::OffsetCommaLimit { offset, limit }) => terms([offset, limit], cx),
        None => Vec::new(),
    };
    QueryTree {
        ctes,
        recursive,
        body: body(&query.body, cx),
        order,
        limits,
    }
}

/// Common table expressions, and whether they see themselves.
pub(super) fn with(with: Option<&ast::With>, cx: &Cx) -> (Vec<Cte>, bool) {
    let Some(with) = with else {
        return (Vec::new(), false);
    };
    let ctes = with.cte_tables.iter().map(|cte| Cte {
        name: name::ident(&cte.alias.name, cx),
        columns: column_names(&cte.alias, cx),
        query: query(&cte.query, cx),
    });
    let recursive = with.recursive || cx.dialect.with_is_recursive();
    (ctes.collect(), recursive)
}

fn column_names(alias: &ast::TableAlias, cx: &Cx) -> Vec<Ident> {
    let columns = alias.columns.iter();
    columns
        .map(|column| name::ident(&column.name, cx))
        .collect()
}

fn alias(alias: &ast::TableAlias, cx: &Cx) -> Alias {
    Alias {
        name: name::ident(&alias.name, cx),
        columns: column_names(alias, cx),
    }
}

fn body(body: &SetExpr, cx: &Cx) -> QueryBody {
    match body {
        SetExpr::Select(only) => QueryBody::Select(Box::new(select(only, cx))),
        SetExpr::Query(inner) => QueryBody::Query(Box::new(query(inner, cx))),
        SetExpr::SetOperation {
            left,
            right,
            op,
            set_quantifier,
        } => QueryBody::Union {
            word: match op {
                ast::SetOperator::Union => "UNION",
                ast::SetOperator::Intersect => "INTERSECT",
                ast::SetOperator::Except | ast::SetOperator::Minus => "EXCEPT",
            },
            all: matches!(set_quantifier, ast::SetQuantifier::All),
            left: Box::new(self::body(left, cx)),
            right: Box::new(self::body(right, cx)),
        },
        SetExpr::Values(values) => {
            let rows = values.rows.iter().take(ROWS);
            QueryBody::Values(rows.map(|row| terms(&row.content, cx)).collect())
        }
        SetExpr::Insert(statement)
        | SetExpr::Update(statement)
        | SetExpr::Delete(statement)
        | SetExpr::Merge(statement) => statement_rows(statement, cx)
            .map_or(QueryBody::Opaque, |rows| QueryBody::Rows(Box::new(rows))),
        SetExpr::Table(_) => QueryBody::Opaque,
    }
}

/// A statement about rows.
pub(in crate::sql::lower) fn statement_rows(statement: &Statement, cx: &Cx) -> Option<RowsTree> {
    match statement {
        Statement::Insert(insert) => rows::insert(insert, cx),
        Statement::Update(update) => rows::update(update, cx),
        Statement::Delete(delete) => rows::delete(delete, cx),
        Statement::Merge(merge) => rows::merge(merge, cx),
        _ => None,
    }
}

fn select(select: &ast::Select, cx: &Cx) -> SelectTree {
    let group = grouped(&select.group_by, cx);
    let (windows, named_windows) = window::named(&select.named_window, cx);
    let distinct = match &select.distinct {
        Some(Distinct::On(exprs)) => terms(exprs, cx),
        _ => Vec::new(),
    };
    let opaque = !select.lateral_views.is_empty() || !select.connect_by.is_empty();
    let mut from: Vec<FromItem> = select.from.iter().map(|from| joined(from, cx)).collect();
    if opaque {
        from.push(unknown(None));
    }
    SelectTree {
        from,
        items: items(&select.projection, cx),
        condition: select.selection.as_ref().map(|expr| term(expr, cx)),
        group: group.terms,
        plain_group: group.plain,
        group_sets: group.sets,
        having: select.having.as_ref().map(|expr| term(expr, cx)),
        windows,
        named_windows,
        differs: matches!(select.distinct, Some(Distinct::Distinct)),
        distinct,
    }
}

/// What `GROUP BY` says.
struct Grouped {
    terms: Vec<Term>,
    plain: bool,
    sets: bool,
}

fn grouped(written: &GroupByExpr, cx: &Cx) -> Grouped {
    use ast::Expr::{Cube, GroupingSets, Rollup, Tuple};
    let mut found = Grouped {
        terms: Vec::new(),
        plain: true,
        sets: false,
    };
    let GroupByExpr::Expressions(exprs, modifiers) = written else {
        found.plain = false;
        return found;
    };
    found.plain = modifiers.is_empty();
    for expr in exprs {
        match expr {
            Cube(sets) | GroupingSets(sets) | Rollup(sets) => {
                found.sets = true;
                let each = sets.iter().flatten();
                let each = each.flat_map(|one| match one {
                    Tuple(parts) => parts.as_slice(),
                    other => std::slice::from_ref(other),
                });
                found.terms.extend(terms(each, cx));
            }
            Tuple(parts) => found.terms.extend(terms(parts, cx)),
            other => found.terms.push(term(other, cx)),
        }
    }
    found
}

/// Something whose columns nobody can know.
fn unknown(name: Option<Ident>) -> FromItem {
    FromItem::Function {
        args: Vec::new(),
        name,
    }
}

/// What a `SELECT` or `RETURNING` yields.
pub(super) fn items(items: &[SelectItem], cx: &Cx) -> Vec<Item> {
    let mut found = Vec::with_capacity(items.len());
    for item in items {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                found.push(Item::Value(own_name(expr, cx), term(expr, cx)));
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                found.push(Item::Value(Some(name::ident(alias, cx)), term(expr, cx)));
            }
            SelectItem::ExprWithAliases { expr, .. } => {
                found.push(Item::Value(None, Term::Parts(vec![term(expr, cx)])));
            }
            SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(relation),
                _,
            ) => found.push(Item::All(Some(object(relation, cx)))),
            // `(row).*`: as many columns as the row has.
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), _) => {
                found.push(Item::All(None));
                found.push(Item::Value(None, term(expr, cx)));
            }
            SelectItem::Wildcard(_) => found.push(Item::All(None)),
        }
    }
    found
}

/// The name that a column has of its expression, where that is certain. MySQL and SQLite call a
/// column by the text of its expression.
fn own_name(expr: &ast::Expr, cx: &Cx) -> Option<Ident> {
    match super::super::walk::bare(expr) {
        ast::Expr::Identifier(ident) => Some(name::ident(ident, cx)),
        ast::Expr::CompoundIdentifier(parts) => parts.last().map(|part| name::ident(part, cx)),
        ast::Expr::Function(function) if cx.dialect.expressions_have_types() => {
            Some(name::last(&function.name, cx))
        }
        _ => None,
    }
}

pub(super) fn joined(table: &ast::TableWithJoins, cx: &Cx) -> FromItem {
    add_joins(factor(&table.relation, cx), &table.joins, cx)
}

fn add_joins(mut left: FromItem, joins: &[ast::Join], cx: &Cx) -> FromItem {
    for join in joins {
        let on = match constraint(&join.join_operator) {
            Some(JoinConstraint::On(condition)) => JoinOn::Condition(term(condition, cx)),
            Some(JoinConstraint::Using(columns)) => {
                let columns = columns.iter().map(|column| name::last(column, cx));
                JoinOn::Using(columns.collect())
            }
            Some(JoinConstraint::Natural) => JoinOn::Natural,
            Some(JoinConstraint::None) | None => JoinOn::Nothing,
        };
        // The parser reads `a JOIN b JOIN c ON …` as `a JOIN (b JOIN c ON …)`, and such a server as
        // `(a JOIN b) JOIN c ON …`.
        let (relation, more) = match &join.relation {
            TableFactor::NestedJoin {
                table_with_joins,
                alias: None,
            } if matches!(on, JoinOn::Nothing) && cx.dialect.joins_may_lack_conditions() => {
                let TableWithJoins { relation, joins } = &**table_with_joins;
                (relation, joins.as_slice())
            }
            relation => (relation, &[][..]),
        };
        let right = Box::new(factor(relation, cx));
        let join = FromItem::Join {
            left: Box::new(left),
            right,
            on,
        };
        left = add_joins(join, more, cx);
    }
    left
}

pub(super) fn factor(factor: &TableFactor, cx: &Cx) -> FromItem {
    let own = |alias: &Option<ast::TableAlias>| {
        let alias = alias.as_ref();
        alias.map(|alias| name::ident(&alias.name, cx))
    };
    match factor {
        TableFactor::Table {
            name: table,
            alias: written,
            args: None,
            json_path: None,
            ..
        } => FromItem::Relation {
            name: object(table, cx),
            alias: written.as_ref().map(|written| alias(written, cx)),
        },
        TableFactor::Table {
            name: function,
            alias,
            args,
            ..
        } => FromItem::Function {
            args: {
                let args = args.iter().flat_map(|args| &args.args);
                terms(args.filter_map(argument), cx)
            },
            name: own(alias).or_else(|| Some(name::last(function, cx))),
        },
        TableFactor::Function {
            name: function,
            args,
            alias,
            ..
        } => FromItem::Function {
            args: terms(args.iter().filter_map(argument), cx),
            name: own(alias).or_else(|| Some(name::last(function, cx))),
        },
        TableFactor::Derived {
            subquery,
            alias: written,
            lateral,
            ..
        } => FromItem::Query {
            query: query(subquery, cx),
            alias: written.as_ref().map(|written| alias(written, cx)),
            lateral: *lateral,
        },
        TableFactor::NestedJoin {
            table_with_joins,
            alias: None,
        } => joined(table_with_joins, cx),
        // An alias hides the names inside, and keeps their columns.
        TableFactor::NestedJoin { alias, .. } => unknown(own(alias)),
        TableFactor::TableFunction { expr, alias } => FromItem::Function {
            args: vec![term(expr, cx)],
            name: own(alias),
        },
        TableFactor::UNNEST {
            array_exprs, alias, ..
        } => FromItem::Function {
            args: terms(array_exprs, cx),
            name: own(alias),
        },
        TableFactor::JsonTable {
            json_expr, alias, ..
        } => FromItem::Function {
            args: vec![term(json_expr, cx)],
            name: own(alias),
        },
        TableFactor::Pivot { alias, .. }
        | TableFactor::Unpivot { alias, .. }
        | TableFactor::MatchRecognize { alias, .. }
        | TableFactor::OpenJsonTable { alias, .. }
        | TableFactor::XmlTable { alias, .. }
        | TableFactor::SemanticView { alias, .. } => unknown(own(alias)),
        TableFactor::UnpivotExpr { .. } => unknown(None),
    }
}

/// Names in a list.
pub(super) fn names(list: &[ast::Ident], cx: &Cx) -> Vec<Ident> {
    idents(list, cx)
}
