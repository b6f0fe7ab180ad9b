//! Queries: what they read, in whose scope, and what they yield.

mod from;

use sqlparser::ast::{
    self, Distinct, GroupByExpr, JoinConstraint, JoinOperator, LimitClause, NamedWindowExpr,
    OrderByKind, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
};

use super::truth::truth;
use super::walk::{SelectScope, Visible, Walker, Want};
use super::yields::{first_of_union, united};
use super::{Cx, name, tree};
use crate::sql::change::tree::NameTree;
use crate::sql::change::{ColumnRef, Ident, ObjectName, OutputColumn, Query, ValueType};

/// Where the rows of a query go.
#[derive(Clone, Copy)]
pub(super) struct Destination<'w> {
    pub(super) table: &'w ObjectName,
    pub(super) columns: &'w [Ident],
}

impl<'w> Destination<'w> {
    fn want(self, index: usize) -> Want<'w> {
        match self.columns.get(index) {
            Some(column) => Want::Column(Some(self.table), column),
            None if self.columns.is_empty() => Want::Position(self.table, index),
            None => Want::Unknown,
        }
    }
}

/// A query, with its text.
pub(crate) fn query(query: &ast::Query, cx: &Cx) -> Query {
    let mut walker = Walker::new(cx);
    let output = walker.subquery(query, None);
    Query {
        sql: query.to_string(),
        takes_no_row: takes_no_row(query),
        tree: NameTree::of(tree::query(query, cx)),
        ..walker.into_query(output)
    }
}

/// Whether a query says `WHERE false`, or something that is as false for every row, or `LIMIT 0`.
fn takes_no_row(query: &ast::Query) -> bool {
    let never = |condition: &ast::Expr| truth(condition) == Some(false);
    let limit = match &query.limit_clause {
        Some(LimitClause::LimitOffset { limit, .. }) => limit.as_ref(),
        Some(LimitClause::OffsetCommaLimit { limit, .. }) => Some(limit),
        None => None,
    };
    let filtered = match &*query.body {
        SetExpr::Select(select) => select.selection.as_ref().is_some_and(never),
        _ => false,
    };
    filtered || limit.is_some_and(never)
}

fn want(into: Option<Destination<'_>>, index: usize) -> Want<'_> {
    into.map_or(Want::Unknown, |into| into.want(index))
}

impl Walker<'_, '_> {
    /// What was found, as a query.
    pub(super) fn into_query(self, output: Vec<OutputColumn>) -> Query {
        Query {
            relations: self.relations,
            columns: self.columns,
            stars: self.stars,
            output,
            functions: self.functions,
            casts: self.casts,
            literals: self.literals,
            selective: self.selective,
            takes_no_row: false,
            writes: self.writes,
            sql: String::new(),
            tree: NameTree::default(),
            steps: Vec::new(),
        }
    }

    /// Walks a query and says what it yields.
    pub(super) fn subquery(
        &mut self,
        query: &ast::Query,
        into: Option<Destination>,
    ) -> Vec<OutputColumn> {
        let known = self.ctes.len();
        if let Some(with) = &query.with {
            self.with(with);
        }
        let scopes = self.scopes.len();
        let output = self.body(&query.body, into, query.order_by.as_ref());
        self.scopes.truncate(scopes);
        self.selective |= query.limit_clause.is_some() || query.fetch.is_some();
        match &query.limit_clause {
            Some(LimitClause::LimitOffset {
                limit,
                offset,
                limit_by,
            }) => {
                self.exprs(
                    limit
                        .iter()
                        .chain(offset.iter().map(|offset| &offset.value))
                        .chain(limit_by),
                );
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => self.exprs([offset, limit]),
            None => {}
        }
        self.ctes.truncate(known);
        output
    }

    /// Walks common table expressions; they stay visible until the caller forgets them.
    pub(super) fn with(&mut self, with: &ast::With) {
        for cte in &with.cte_tables {
            let alias = name::ident(&cte.alias.name, self.cx);
            let index = self.ctes.len();
            // SQLite asks for no `RECURSIVE`.
            if with.recursive || self.cx.dialect.with_is_recursive() {
                self.ctes.push(Visible {
                    name: alias.value.clone(),
                    table: None,
                    aliased: true,
                    outputs: Vec::new(),
                });
            }
            let recursions = self.recursions;
            let mut outputs = self.subquery(&cte.query, None);
            if self.recursions > recursions {
                first_of_union(&mut outputs);
            }
            let outputs = self.derived(outputs, &cte.alias.columns);
            self.ctes.truncate(index);
            self.ctes.push(Visible {
                name: alias.value,
                table: None,
                aliased: true,
                outputs,
            });
        }
    }

    fn body(
        &mut self,
        body: &SetExpr,
        into: Option<Destination>,
        order: Option<&ast::OrderBy>,
    ) -> Vec<OutputColumn> {
        let output = match body {
            SetExpr::Select(select) => self.select(select, into),
            SetExpr::Query(query) => self.subquery(query, into),
            SetExpr::SetOperation { left, right, .. } => {
                let scopes = self.scopes.len();
                let output = self.body(left, into, None);
                self.scopes.truncate(scopes);
                let other = self.body(right, into, None);
                self.scopes.truncate(scopes);
                self.scopes.push(SelectScope::default());
                united(output, other)
            }
            SetExpr::Values(values) => {
                for row in &values.rows {
                    for (index, value) in row.content.iter().enumerate() {
                        self.expr(value, want(into, index));
                    }
                }
                self.columns_of_values(values)
            }
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement)
            | SetExpr::Merge(statement) => self.rows_of(statement),
            SetExpr::Table(table) => {
                let schema = table.schema_name.as_deref().map(Ident::synthetic);
                let name = ObjectName {
                    schema,
                    name: Ident::synthetic(table.table_name.clone().unwrap_or_default()),
                };
                let visible = self.visible_table(&name, None);
                let output = star_of(&visible);
                self.take_star(&visible);
                output
            }
        };
        if let Some(order) = order {
            if let Some(scope) = self.scopes.last_mut() {
                scope.output_names = output
                    .iter()
                    .filter_map(|column| Some(column.name.as_ref()?.value.clone()))
                    .collect();
            }
            if let OrderByKind::Expressions(exprs) = &order.kind {
                self.exprs(exprs.iter().map(|by| &by.expr));
            }
        }
        output
    }

    /// Leaves the scope of the `SELECT` open, for `ORDER BY`.
    fn select(&mut self, select: &ast::Select, into: Option<Destination>) -> Vec<OutputColumn> {
        self.scopes.push(SelectScope::default());
        self.from(&select.from);
        let mut output = Vec::new();
        for item in &select.projection {
            let index = output.len();
            self.item(item, want(into, index), &mut output);
        }
        if let Some(Distinct::On(exprs)) = &select.distinct {
            self.exprs(exprs);
        }
        self.selective |= select.selection.is_some() || select.having.is_some();
        self.exprs(select.selection.iter());
        if let GroupByExpr::Expressions(exprs, _) = &select.group_by {
            let aliases = select.projection.iter().filter_map(|item| match item {
                SelectItem::ExprWithAlias { alias, .. } => Some(name::ident(alias, self.cx).value),
                _ => None,
            });
            let aliases: Vec<String> = aliases.collect();
            if let Some(scope) = self.scopes.last_mut() {
                scope.output_names = aliases;
            }
            self.exprs(exprs);
            self.exprs(
                select
                    .having
                    .iter()
                    .filter(|_| self.cx.dialect.having_sees_outputs()),
            );
            if let Some(scope) = self.scopes.last_mut() {
                scope.output_names.clear();
            }
        }
        if !self.cx.dialect.having_sees_outputs() {
            self.exprs(select.having.iter());
        }
        for window in &select.named_window {
            if let NamedWindowExpr::WindowSpec(spec) = &window.1 {
                self.window(spec);
            }
        }
        output
    }

    pub(super) fn item(&mut self, item: &SelectItem, want: Want, output: &mut Vec<OutputColumn>) {
        match item {
            SelectItem::UnnamedExpr(expr) => {
                self.expr(expr, want);
                output.push(self.yields(expr, None));
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                let alias = name::ident(alias, self.cx);
                self.expr(expr, want);
                output.push(self.yields(expr, Some(alias)));
            }
            SelectItem::ExprWithAliases { expr, aliases } => {
                self.expr(expr, want);
                output.extend(aliases.iter().map(|alias| OutputColumn {
                    name: Some(name::ident(alias, self.cx)),
                    from: None,
                    value: ValueType::Unknown,
                }));
            }
            SelectItem::QualifiedWildcard(
                SelectItemQualifiedWildcardKind::ObjectName(relation),
                _,
            ) => {
                let relation = name::object_name(relation, self.cx);
                let visible = self.scopes.iter().rev().flat_map(|scope| &scope.visible);
                let found = visible
                    .into_iter()
                    .find(|seen| self.same(&seen.name, &relation.name.value))
                    .cloned();
                let visible = found.unwrap_or_else(|| Visible::table(&relation));
                self.take_star(&visible);
                output.extend(star_of(&visible));
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::Expr(expr), _) => {
                self.expr(expr, Want::Unknown);
            }
            SelectItem::Wildcard(_) => {
                let visible = self
                    .scopes
                    .last()
                    .map(|scope| scope.visible.clone())
                    .unwrap_or_default();
                let joined = visible.len() > 1 && !self.cx.dialect.queries_keep_defaults();
                for visible in &visible {
                    self.take_star(visible);
                    let columns = star_of(visible).into_iter();
                    output.extend(columns.map(|column| {
                        if joined {
                            OutputColumn {
                                value: ValueType::Unknown,
                                ..column
                            }
                        } else {
                            column
                        }
                    }));
                }
            }
        }
    }

    fn take_star(&mut self, visible: &Visible) {
        if let Some(table) = &visible.table
            && !self
                .stars
                .iter()
                .any(|known| known.to_string() == table.to_string())
        {
            self.stars.push(table.clone());
        }
    }
}

/// The output of `relation.*`.
fn star_of(visible: &Visible) -> Vec<OutputColumn> {
    match &visible.table {
        Some(table) => {
            let from = ColumnRef {
                relation: Some(table.clone()),
                column: Ident::synthetic("*"),
            };
            vec![OutputColumn {
                name: None,
                value: ValueType::Column(from.clone()),
                from: Some(from),
            }]
        }
        // Columns that cannot be known count as one of which nothing is known.
        None if visible.outputs.is_empty() => {
            vec![OutputColumn {
                name: None,
                from: None,
                value: ValueType::Unknown,
            }]
        }
        None => visible.outputs.clone(),
    }
}

pub(super) fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::CrossJoin(constraint)
        | JoinOperator::Semi(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::RightSemi(constraint)
        | JoinOperator::Anti(constraint)
        | JoinOperator::LeftAnti(constraint)
        | JoinOperator::RightAnti(constraint)
        | JoinOperator::StraightJoin(constraint)
        | JoinOperator::AsOf { constraint, .. } => Some(constraint),
        JoinOperator::CrossApply
        | JoinOperator::OuterApply
        | JoinOperator::ArrayJoin
        | JoinOperator::LeftArrayJoin
        | JoinOperator::InnerArrayJoin => None,
    }
}
