//! What stands in `FROM`.

use crate::sql::change::{Ident, ObjectName, OutputColumn};
use crate::sql::lower::name;
use crate::sql::lower::walk::{SelectScope, Visible, Walker, Want};
use sqlparser::ast::{self, JoinConstraint, TableFactor};

use super::constraint;

impl Walker<'_, '_> {
    /// Brings the relations of a `FROM` list into the innermost scope.
    pub(in crate::sql::lower) fn from(&mut self, from: &[ast::TableWithJoins]) {
        for table in from {
            self.joined(table);
        }
    }

    pub(in crate::sql::lower) fn joined(&mut self, table: &ast::TableWithJoins) {
        self.factor(&table.relation);
        self.selective |= !table.joins.is_empty();
        for join in &table.joins {
            self.factor(&join.relation);
            match constraint(&join.join_operator) {
                Some(JoinConstraint::On(condition)) => self.expr(condition, Want::Unknown),
                Some(JoinConstraint::Using(columns)) => {
                    let merged: Vec<Ident> = columns
                        .iter()
                        .map(|column| name::last(column, self.cx))
                        .collect();
                    if let Some(scope) = self.scopes.last_mut() {
                        scope
                            .merged
                            .extend(merged.into_iter().map(|column| column.value));
                    }
                }
                Some(JoinConstraint::Natural) => {
                    if let Some(scope) = self.scopes.last_mut() {
                        scope.natural = true;
                    }
                }
                Some(JoinConstraint::None) | None => {}
            }
        }
    }

    pub(in crate::sql::lower) fn factor(&mut self, factor: &TableFactor) {
        match factor {
            TableFactor::Table {
                name: table,
                alias,
                args: None,
                ..
            } => {
                let table = self.object_name(table);
                let visible = self.visible_table(&table, alias.as_ref());
                self.see(visible);
            }
            TableFactor::Table {
                name: function,
                alias,
                args: Some(args),
                with_ordinality,
                ..
            } => {
                self.functions.push(name::function_name(function, self.cx));
                let written = || args.args.iter().filter_map(super::super::walk::argument);
                self.exprs(written());
                let outputs = self.columns_of_function(function, written(), alias.as_ref());
                let outputs = if *with_ordinality {
                    Vec::new()
                } else {
                    outputs
                };
                self.see_derived(alias.as_ref(), Some(function), outputs);
            }
            TableFactor::Function {
                name: function,
                args,
                alias,
                with_ordinality,
                ..
            } => {
                self.functions.push(name::function_name(function, self.cx));
                let written = || args.iter().filter_map(super::super::walk::argument);
                self.exprs(written());
                let outputs = self.columns_of_function(function, written(), alias.as_ref());
                let outputs = if *with_ordinality {
                    Vec::new()
                } else {
                    outputs
                };
                self.see_derived(alias.as_ref(), Some(function), outputs);
            }
            TableFactor::Derived {
                subquery, alias, ..
            } => {
                let outputs = self.subquery(subquery, None);
                let columns = alias
                    .as_ref()
                    .map(|alias| alias.columns.as_slice())
                    .unwrap_or_default();
                let outputs = self.derived(outputs, columns);
                self.see_derived(alias.as_ref(), None, outputs);
            }
            TableFactor::NestedJoin {
                table_with_joins, ..
            } => self.joined(table_with_joins),
            TableFactor::TableFunction { expr, alias } => {
                self.expr(expr, Want::Unknown);
                self.see_derived(alias.as_ref(), None, Vec::new());
            }
            TableFactor::UNNEST {
                array_exprs, alias, ..
            } => {
                self.exprs(array_exprs);
                self.functions.push("unnest".to_owned());
                self.see_derived(alias.as_ref(), None, Vec::new());
            }
            TableFactor::JsonTable {
                json_expr, alias, ..
            } => {
                self.expr(json_expr, Want::Unknown);
                self.see_derived(alias.as_ref(), None, Vec::new());
            }
            TableFactor::Pivot { alias, .. }
            | TableFactor::Unpivot { alias, .. }
            | TableFactor::MatchRecognize { alias, .. }
            | TableFactor::OpenJsonTable { alias, .. }
            | TableFactor::XmlTable { alias, .. }
            | TableFactor::SemanticView { alias, .. } => {
                self.see_derived(alias.as_ref(), None, Vec::new());
            }
            TableFactor::UnpivotExpr { .. } => self.see_derived(None, None, Vec::new()),
        }
    }

    /// What a table name in a query stands for: a CTE or a relation, which is recorded.
    pub(in crate::sql::lower) fn visible_table(
        &mut self,
        table: &ObjectName,
        alias: Option<&ast::TableAlias>,
    ) -> Visible {
        let cte = self
            .ctes
            .iter()
            .rev()
            .find(|cte| table.schema.is_none() && self.same(&cte.name, &table.name.value));
        let mut visible = cte.cloned().unwrap_or_else(|| Visible::table(table));
        self.recursions += usize::from(visible.table.is_none() && visible.outputs.is_empty());
        if visible.table.is_some() {
            self.relation(table);
        }
        if let Some(alias) = alias {
            visible.name = name::ident(&alias.name, self.cx).value;
            visible.aliased = true;
        }
        visible
    }

    pub(in crate::sql::lower) fn see(&mut self, visible: Visible) {
        match self.scopes.last_mut() {
            Some(scope) => scope.visible.push(visible),
            None => self.scopes.push(SelectScope {
                visible: vec![visible],
                ..SelectScope::default()
            }),
        }
    }

    pub(in crate::sql::lower) fn see_derived(
        &mut self,
        alias: Option<&ast::TableAlias>,
        function: Option<&ast::ObjectName>,
        outputs: Vec<OutputColumn>,
    ) {
        let name = match (alias, function) {
            (Some(alias), _) => name::ident(&alias.name, self.cx).value,
            (None, Some(function)) => name::last(function, self.cx).value,
            (None, None) => String::new(),
        };
        self.see(Visible {
            name,
            table: None,
            aliased: true,
            outputs,
        });
    }
}
