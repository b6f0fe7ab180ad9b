//! Which table a name in an expression or query belongs to.

use sqlparser::ast;

use super::name;
use super::walk::{ResolvedColumn, Visible, Walker};
use crate::sql::change::{ColumnRef, Ident, ObjectName, OutputColumn};

impl Walker<'_, '_> {
    pub(super) fn relation(&mut self, table: &ObjectName) {
        let known = self
            .relations
            .iter()
            .any(|known| known.to_string() == table.to_string());
        if !known {
            self.relations.push(table.clone());
        }
    }

    /// What `a`, `t.a` or `s.t.a` stands for.
    pub(super) fn resolve(&self, parts: &[Ident]) -> ResolvedColumn {
        let Some((column, qualifier)) = parts.split_last() else {
            return ResolvedColumn::Derived(None);
        };
        let scopes = || self.scopes.iter().rev();
        if let Some(relation) = qualifier.last() {
            let found = scopes()
                .flat_map(|scope| &scope.visible)
                .find(|seen| self.same(&seen.name, &relation.value));
            if let Some(found) = found {
                return self.column_of(found, column);
            }
            let schema = qualifier
                .len()
                .checked_sub(2)
                .map(|index| qualifier[index].clone());
            let relation = Some(ObjectName {
                schema,
                name: relation.clone(),
            });
            return ResolvedColumn::Base(ColumnRef {
                relation,
                column: column.clone(),
            });
        }
        let named = scopes()
            .flat_map(|scope| &scope.visible)
            .find(|seen| self.same(&seen.name, &column.value));
        match named {
            Some(Visible {
                table: Some(_),
                aliased: true,
                ..
            }) => return ResolvedColumn::Row,
            Some(Visible {
                table: None,
                outputs,
                ..
            }) if outputs.is_empty() => return ResolvedColumn::Derived(None),
            _ => {}
        }
        for scope in scopes() {
            let derived = scope.visible.iter().filter(|seen| seen.table.is_none());
            if let Some(output) = derived.clone().find_map(|seen| self.output(seen, column)) {
                return ResolvedColumn::Derived(output.from.clone());
            }
            if scope
                .visible
                .iter()
                .any(|seen| seen.table.is_some() || hides(seen))
            {
                break;
            }
        }
        let mut visible = scopes().flat_map(|scope| &scope.visible);
        match (visible.next(), visible.next()) {
            (Some(only), None) if named.is_none() => self.column_of(only, column),
            _ => ResolvedColumn::Base(ColumnRef {
                relation: None,
                column: column.clone(),
            }),
        }
    }

    fn column_of(&self, visible: &Visible, column: &Ident) -> ResolvedColumn {
        if let Some(table) = &visible.table {
            ResolvedColumn::Base(ColumnRef {
                relation: Some(table.clone()),
                column: column.clone(),
            })
        } else {
            ResolvedColumn::Derived(
                self.output(visible, column)
                    .and_then(|output| output.from.clone()),
            )
        }
    }

    pub(super) fn output<'v>(
        &self,
        visible: &'v Visible,
        column: &Ident,
    ) -> Option<&'v OutputColumn> {
        visible.outputs.iter().find(|output| {
            let name = output.name.as_ref();
            name.is_some_and(|name| self.same(&name.value, &column.value))
        })
    }

    /// Records a column and says which it is.
    pub(super) fn column(&mut self, parts: &[ast::Ident]) -> Option<ColumnRef> {
        let parts: Vec<Ident> = parts.iter().map(|part| self.ident(part)).collect();
        if let [only] = parts.as_slice() {
            let scope = self.scopes.last();
            let mut names = scope.into_iter().flat_map(|scope| &scope.output_names);
            if names.any(|name| self.same(name, &only.value)) {
                return None;
            }
        }
        match self.resolve(&parts) {
            ResolvedColumn::Base(column) => {
                if !self.columns.iter().any(|known| same_column(known, &column)) {
                    self.columns.push(column.clone());
                }
                Some(column)
            }
            ResolvedColumn::Derived(from) => from,
            // A whole row depends on its table, and on none of the columns.
            ResolvedColumn::Row => None,
        }
    }

    /// Which column that is, without recording it.
    pub(super) fn peek(&self, parts: &[ast::Ident]) -> Option<ColumnRef> {
        let parts: Vec<Ident> = parts
            .iter()
            .map(|part| name::ident(part, self.cx))
            .collect();
        match self.resolve(&parts) {
            ResolvedColumn::Base(column) => Some(column),
            ResolvedColumn::Derived(from) => from,
            ResolvedColumn::Row => None,
        }
    }
}

/// Whether a subquery has columns whose names are not known here.
fn hides(visible: &Visible) -> bool {
    visible.outputs.is_empty() || visible.outputs.iter().any(|output| output.name.is_none())
}

fn same_column(a: &ColumnRef, b: &ColumnRef) -> bool {
    a.column.value == b.column.value
        && a.relation.as_ref().map(ToString::to_string)
            == b.relation.as_ref().map(ToString::to_string)
}
