//! One name, from the innermost scope outwards.

use super::{Columns, InSight, NameResolver, NameScope};
use crate::catalog::ColumnName;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::catalog::{QName, Rejection, Table, TableKind};
use crate::server::on_server;
use crate::server::sqlite::names::is_rowid;
use crate::source::Span;
use crate::sql::change::{Ident, ObjectName};

/// How many columns of a name there are.
enum Found {
    None,
    /// One, of that type.
    One(Typed),
    /// More than one.
    Several,
    /// Nobody can know.
    Perhaps,
}

impl NameResolver<'_> {
    /// `a`, `t.a` or `s.t.a`.
    pub(super) fn name(&mut self, parts: &[Ident]) -> Outcome<Typed> {
        if parts.len() > 1 {
            self.refuse_qualifier(parts)?;
        }
        match parts {
            [column] => self.bare(column),
            [relation, column] => self.qualified(None, relation, column),
            [schema, relation, column] => self.qualified(Some(schema), relation, column),
            _ => Ok(Typed::Unknown),
        }
    }

    /// Whether a name may be a variable's, or a block's in which there are some.
    fn may_be_variable(&self, name: &str) -> bool {
        let known = self.names.as_ref();
        self.variables && known.is_none_or(|known| known.iter().any(|one| one == name))
    }

    /// A column that says nothing of its relation.
    fn bare(&mut self, column: &Ident) -> Outcome<Typed> {
        if let Some(found) = self.look_up(column)? {
            return Ok(found);
        }
        let mut words = self.words.iter();
        if self.may_be_variable(&column.value)
            || words.any(|word| self.catalog.same(word, &column.value))
        {
            return Ok(Typed::Unknown);
        }
        Err(self.no_column(column))
    }

    /// What a word means, if anything.
    pub(super) fn look_up(&mut self, column: &Ident) -> Outcome<Option<Typed>> {
        for at in (0..self.scopes.len()).rev() {
            match self.in_scope(at, column) {
                Found::One(data_type) => return Ok(Some(data_type)),
                Found::Perhaps => return Ok(Some(Typed::Unknown)),
                Found::Several => return Err(self.ambiguous(column, at)),
                Found::None => {}
            }
        }
        // The row of a relation.
        let visible = self.scopes.iter().flat_map(|scope| &scope.visible);
        let mut rows = visible.filter(|seen| self.catalog.same(&seen.name, &column.value));
        Ok(rows.next().map(|_| Typed::Unknown))
    }

    fn in_scope(&mut self, at: usize, column: &Ident) -> Found {
        let scope = &self.scopes[at];
        let catalog = self.catalog;
        let same = |name: &String| catalog.same(name, &column.value);
        let (mut one, mut perhaps) = (None, false);
        let mut from = None;
        for seen in scope.visible.iter().filter(|seen| !seen.qualified) {
            match column_of(catalog, seen, column) {
                Found::None => {}
                Found::Perhaps => perhaps = true,
                Found::Several => return Found::Several,
                Found::One(_) if one.is_some() => {
                    let merged = scope.natural || scope.merged.iter().any(same);
                    return if merged || perhaps {
                        Found::Perhaps
                    } else {
                        Found::Several
                    };
                }
                Found::One(data_type) => {
                    one = Some(data_type);
                    from = base(seen);
                }
            }
        }
        if let Some(data_type) = one {
            if let Some(name) = from {
                self.reached
                    .columns
                    .push(ColumnName::new(name.clone(), &column.value));
            }
            return Found::One(data_type);
        }
        let outputs = &scope.outputs;
        let mut names = outputs.columns.iter().filter_map(|one| one.name.as_ref());
        if perhaps || names.any(same) {
            return Found::Perhaps;
        }
        let unnamed = outputs.columns.iter().any(|one| one.name.is_none());
        let never = scope.expressions && super::mysql::is_plain(&column.value);
        if outputs.open || (unnamed && !never) {
            return Found::Perhaps;
        }
        Found::None
    }

    fn qualified(
        &mut self,
        schema: Option<&Ident>,
        relation: &Ident,
        column: &Ident,
    ) -> Outcome<Typed> {
        let catalog = self.catalog;
        let scopes = self.scopes.iter().rev();
        let visible = scopes.flat_map(|scope| &scope.visible);
        let named = visible.filter(|seen| catalog.same(&seen.name, &relation.value));
        let mut all = named.filter(|seen| {
            schema.is_none_or(|schema| {
                seen.relation
                    .is_some_and(|name| name.schema.is_empty() || name.schema == schema.value)
            })
        });
        let first = all.next();
        // The others look further out for a relation of that name which has the column.
        let has = |seen: &&InSight| !matches!(column_of(catalog, seen, column), Found::None);
        let found = match first {
            Some(seen) if !catalog.dialect.expressions_have_types() && !has(&seen) => {
                all.find(has).or(first).cloned()
            }
            found => found.cloned(),
        };
        let Some(seen) = found else {
            return self.no_relation(schema, relation, column);
        };
        match column_of(catalog, &seen, column) {
            Found::One(data_type) => {
                if let Some(name) = base(&seen) {
                    self.reached
                        .columns
                        .push(ColumnName::new(name.clone(), &column.value));
                }
                Ok(data_type)
            }
            Found::Perhaps => Ok(Typed::Unknown),
            Found::Several => Err(Rejection::new(
                sqlstate::AMBIGUOUS_COLUMN,
                column.span,
                format!("column `{}.{}` is ambiguous", seen.name, column.value),
            )),
            Found::None if self.is_call(column) || self.may_be_variable(&relation.value) => {
                Ok(Typed::Unknown)
            }
            Found::None => Err(self.no_column_of(&seen, column)),
        }
    }

    /// Whether `t.f` may be `f(t)`, which PostgreSQL takes for the same.
    fn is_call(&self, column: &Ident) -> bool {
        self.catalog.dialect.expressions_have_types()
            && self
                .catalog
                .find_function(&ObjectName {
                    schema: None,
                    name: column.clone(),
                })
                .is_some()
    }

    /// A qualifier that names nothing in sight.
    fn no_relation(
        &self,
        schema: Option<&Ident>,
        relation: &Ident,
        column: &Ident,
    ) -> Outcome<Typed> {
        let known_word = self.words.contains(&relation.value);
        let alone = self.scopes.is_empty() && self.catalog.dialect.has_several_databases();
        if self.may_be_variable(&relation.value) || known_word || schema.is_some() || alone {
            return Ok(Typed::Unknown);
        }
        let message = format!(
            "`{}.{}` is of no table that is in sight",
            relation.value, column.value
        );
        Err(Rejection::new(
            sqlstate::UNDEFINED_TABLE,
            relation.span.to(column.span),
            message,
        ))
    }

    fn ambiguous(&self, column: &Ident, at: usize) -> Rejection {
        let names = self.scopes[at].visible.iter().filter(|seen| {
            !seen.qualified && !matches!(column_of(self.catalog, seen, column), Found::None)
        });
        let names: Vec<String> = names.map(|seen| format!("`{}`", seen.name)).collect();
        let message = format!(
            "column `{}` is ambiguous: {} have one",
            column.value,
            names.join(" and ")
        );
        Rejection::new(sqlstate::AMBIGUOUS_COLUMN, column.span, message)
    }

    /// Refuses a column that nothing in sight has.
    fn no_column(&self, column: &Ident) -> Rejection {
        let mut tables = self.scopes.iter().rev().flat_map(|scope| &scope.visible);
        if let (Some(only), None) = (tables.next(), tables.next()) {
            return self.no_column_of(only, column);
        }
        let message = format!("column `{}` does not exist", column.value);
        let rejection = Rejection::new(sqlstate::UNDEFINED_COLUMN, column.span, message);
        let tables = self.scopes.iter().rev().flat_map(|scope| &scope.visible);
        let gone = tables.filter_map(base).find_map(|name| {
            let dropped = &self.catalog.dropped_names;
            dropped.find(name, Some(&column.value))
        });
        match gone {
            Some(gone) => rejection.because(Some(gone.site), gone.how.clone()),
            None => rejection,
        }
    }

    pub(super) fn no_column_of(&self, seen: &InSight, column: &Ident) -> Rejection {
        match &seen.columns {
            Columns::Table(table) => self.catalog.unknown_column(table, column),
            Columns::View(view) => {
                let message = format!(
                    "column `{}` of view `{}` does not exist",
                    column.value,
                    self.catalog.shown(&view.name)
                );
                Rejection::new(sqlstate::UNDEFINED_COLUMN, column.span, message)
                    .because(view.origin.made, "the view is made here")
            }
            Columns::Made(_) | Columns::Any => {
                let message = format!("column `{}.{}` does not exist", seen.name, column.value);
                Rejection::new(sqlstate::UNDEFINED_COLUMN, column.span, message)
            }
        }
    }

    /// Whether something visible has a column, where that is certain.
    pub(super) fn has_column(&self, seen: &InSight, column: &Ident) -> Option<bool> {
        match column_of(self.catalog, seen, column) {
            Found::None => Some(false),
            Found::One(_) | Found::Several => Some(true),
            Found::Perhaps => None,
        }
    }

    /// Refuses a column of `USING` that one side certainly lacks.
    pub(super) fn joined_by(&self, side: &[InSight], column: &Ident, span: Span) -> Outcome {
        let mut found = side
            .iter()
            .map(|seen| column_of(self.catalog, seen, column));
        if found.any(|found| !matches!(found, Found::None)) {
            return Ok(());
        }
        if let [only] = side {
            return Err(self.no_column_of(only, column));
        }
        let message = format!(
            "column `{}` is missing on one side of the join",
            column.value
        );
        Err(Rejection::new(sqlstate::UNDEFINED_COLUMN, span, message))
    }

    /// Refuses columns of `USING` that have no type in common.
    pub(super) fn joined_types(
        &self,
        left: &[InSight],
        right: &[InSight],
        column: &Ident,
    ) -> Outcome {
        let of = |side: &[InSight]| {
            let mut found =
                side.iter()
                    .filter_map(|seen| match column_of(self.catalog, seen, column) {
                        Found::None => None,
                        Found::One(data_type) => Some(data_type),
                        Found::Several | Found::Perhaps => Some(Typed::Unknown),
                    });
            match (found.next(), found.next()) {
                (Some(only), None) => only,
                _ => Typed::Unknown,
            }
        };
        if !self.looks_at_types() {
            return Ok(());
        }
        match self.catalog.common_type(&[of(left), of(right)]) {
            Ok(_) => Ok(()),
            Err(two) => {
                let [one, other] = &*two;
                Err(self.no_common("USING", one, other, Some(column.span)))
            }
        }
    }

    /// Refuses a column that a table certainly lacks, to which something is assigned.
    pub(super) fn assigned(&self, scope: &NameScope, column: &Ident) -> Outcome<Typed> {
        let Some(target) = scope.visible.first() else {
            return Ok(Typed::Unknown);
        };
        match column_of(self.catalog, target, column) {
            Found::One(data_type) => Ok(data_type),
            Found::None if self.targets_are_free => Ok(Typed::Unknown),
            Found::None => Err(self.no_column_of(target, column)),
            Found::Several | Found::Perhaps => Ok(Typed::Unknown),
        }
    }
}

/// The table or view itself.
fn base<'c>(seen: &InSight<'c>) -> Option<&'c QName> {
    match &seen.columns {
        Columns::Table(table) => Some(&table.name),
        Columns::View(view) => Some(&view.name),
        Columns::Made(_) | Columns::Any => None,
    }
}

/// Whether all columns of a table are here.
pub(super) fn is_whole(table: &Table) -> bool {
    table.knowledge.is_exact() && !matches!(table.kind, TableKind::Virtual | TableKind::Foreign)
}

/// Whether SQLite may give it to rows that no table has.
fn is_row_number(catalog: &crate::catalog::Catalog, column: &Ident) -> bool {
    catalog.dialect.words_can_be_strings() && is_rowid(&column.value)
}

fn column_of(catalog: &crate::catalog::Catalog, seen: &InSight, column: &Ident) -> Found {
    match &seen.columns {
        Columns::Any => Found::Perhaps,
        Columns::Table(table) => {
            if let Some(at) = catalog.column_at(table, &column.value) {
                return Found::One(catalog.certain_type(table, &table.columns[at]));
            }
            let hidden = on_server!(catalog.dialect => apply::is_hidden(table, &column.value));
            if hidden || !is_whole(table) {
                Found::Perhaps
            } else {
                Found::None
            }
        }
        Columns::View(view) => {
            let mut names = view.columns.iter();
            match names.position(|name| catalog.same(name, &column.value)) {
                Some(at) => Found::One(Typed::of(view.column_types.get(at).cloned().flatten())),
                None if view.knowledge.is_exact()
                    && !view.columns.is_empty()
                    && catalog.dialect.views_know_their_columns() =>
                {
                    Found::None
                }
                None => Found::Perhaps,
            }
        }
        Columns::Made(outputs) => {
            let mut named = outputs.columns.iter().filter(|one| {
                let name = one.name.as_ref();
                name.is_some_and(|name| catalog.same(name, &column.value))
            });
            let unnamed = outputs.columns.iter().any(|one| one.name.is_none());
            match (named.next(), named.next()) {
                (Some(only), None) => Found::One(only.data_type.clone()),
                // A join without an alias in a subquery may merge what has one name.
                (Some(_), Some(_)) if outputs.open || !catalog.dialect.expressions_have_types() => {
                    Found::Perhaps
                }
                (Some(_), Some(_)) => Found::Several,
                (None, _) if outputs.open || unnamed || is_row_number(catalog, column) => {
                    Found::Perhaps
                }
                (None, _) => Found::None,
            }
        }
    }
}
