//! What `FROM` brings into sight.

use std::rc::Rc;

use super::place::ClausePlace;
use super::reread::broken_view;
use super::{Columns, InSight, NameResolver, Output, Outputs};
use crate::catalog::Rejection;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::values::Typed;
use crate::sql::change::tree::{Alias, FromItem, JoinOn};
use crate::sql::change::{Ident, ObjectName};

impl<'c> NameResolver<'c> {
    /// Brings one thing into the innermost scope.
    pub(super) fn from(&mut self, item: &FromItem) -> Outcome {
        match item {
            FromItem::Relation { name, alias } => {
                let seen = self.relation(name);
                if let Some(why) = &seen.broken {
                    return Err((**why).clone());
                }
                self.see(seen, alias.as_ref())?;
            }
            FromItem::Query {
                query,
                alias,
                lateral,
            } => {
                // What stands beside it is out of its sight.
                let beside = if *lateral { None } else { self.scopes.pop() };
                let outputs = self.inner(query);
                self.scopes.extend(beside);
                let outputs = outputs?;
                self.refuse_nameless(alias.as_ref())?;
                if alias.as_ref().is_none_or(|alias| alias.columns.is_empty()) {
                    self.refuse_same_outputs(&outputs, "a derived table")?;
                }
                let seen = InSight {
                    name: String::new(),
                    relation: None,
                    columns: Columns::Made(Rc::new(outputs)),
                    qualified: false,
                    broken: None,
                };
                self.see(seen, alias.as_ref())?;
            }
            FromItem::Function { args, name } => {
                self.wide_terms(args)?;
                self.push(InSight {
                    name: name
                        .as_ref()
                        .map_or(String::new(), |name| name.value.clone()),
                    relation: None,
                    columns: Columns::Any,
                    qualified: false,
                    broken: None,
                });
            }
            FromItem::Join { left, right, on } => {
                let first = self.visible();
                self.from(left)?;
                let second = self.visible();
                self.from(right)?;
                self.join(on, first, second)?;
            }
        }
        Ok(())
    }

    /// Refuses a query without an alias. PostgreSQL needs none since 16.
    fn refuse_nameless(&self, alias: Option<&Alias>) -> Outcome {
        let (dialect, versions) = (self.catalog.dialect, self.catalog.versions);
        let old =
            dialect.expressions_have_types() && versions.postgres_is_said && versions.postgres < 16;
        if alias.is_some() || !(old || dialect.derived_tables_have_names()) {
            return Ok(());
        }
        let message = "a query in `FROM` has no alias";
        Err(Rejection::new(sqlstate::SYNTAX_ERROR, self.span, message))
    }

    fn join(&mut self, on: &JoinOn, first: usize, second: usize) -> Outcome {
        match on {
            JoinOn::Nothing => {}
            // SQLite looks at it as part of `WHERE`, where all of `FROM` is in sight.
            JoinOn::Condition(_) if self.catalog.dialect.words_can_be_strings() => {}
            JoinOn::Condition(condition) => {
                // What stands before a comma is out of sight.
                let hidden = match self.scopes.last_mut() {
                    Some(scope) => scope.visible.drain(..first).collect(),
                    None => Vec::new(),
                };
                let done = self.terms_in(ClausePlace::Join, [condition]);
                if let Some(scope) = self.scopes.last_mut() {
                    scope.visible.splice(..0, hidden);
                }
                done?;
            }
            JoinOn::Using(columns) => {
                let Some(scope) = self.scopes.last() else {
                    return Ok(());
                };
                for column in columns {
                    let (left, right) = (&scope.visible[first..second], &scope.visible[second..]);
                    self.joined_by(left, column, column.span)?;
                    self.joined_by(right, column, column.span)?;
                    self.joined_types(left, right, column)?;
                }
                if let Some(scope) = self.scopes.last_mut() {
                    let names = columns.iter().map(|column| column.value.clone());
                    scope.merged.extend(names);
                }
            }
            JoinOn::Natural => {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.natural = true;
                }
            }
        }
        Ok(())
    }

    /// How many things are in sight in the innermost scope.
    fn visible(&self) -> usize {
        self.scopes.last().map_or(0, |scope| scope.visible.len())
    }

    fn push(&mut self, seen: InSight<'c>) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.visible.push(seen);
        }
    }

    /// Brings something into sight, under its alias.
    fn see(&mut self, mut seen: InSight<'c>, alias: Option<&Alias>) -> Outcome {
        if let Some(alias) = alias {
            seen.name.clone_from(&alias.name.value);
            seen.relation = None;
            if !alias.columns.is_empty() {
                let outputs = self.outputs_of(&seen);
                refuse_more_names(alias, &outputs)?;
                seen.columns = Columns::Made(Rc::new(renamed(outputs, &alias.columns)));
            }
        }
        let span = alias.map_or(self.span, |alias| alias.name.span);
        self.refuse_same_alias(&seen, span)?;
        self.push(seen);
        Ok(())
    }

    /// A table, view or common table expression under its own name.
    pub(super) fn relation(&mut self, name: &ObjectName) -> InSight<'c> {
        let catalog = self.catalog;
        let mut ctes = self.ctes.iter().rev();
        if name.schema.is_none()
            && let Some(cte) = ctes.find(|cte| catalog.same(&cte.name, &name.name.value))
        {
            return cte.clone();
        }
        let found = catalog.find_relation(name);
        let mut broken = None;
        let (relation, columns) = if let Some(found) = found {
            self.reached.relations.push(found.clone());
            if let Some((key, table)) = catalog.tables.get_key_value(&found) {
                (Some(key), Columns::Table(table))
            } else if let Some((key, view)) = catalog.views.get_key_value(&found) {
                match self.reread(view) {
                    None => (Some(key), Columns::View(view)),
                    Some(Ok(outputs)) => (Some(key), Columns::Made(outputs)),
                    Some(Err(why)) => {
                        broken = Some(Rc::new(broken_view(view, name, &why)));
                        (Some(key), Columns::Any)
                    }
                }
            } else {
                (None, Columns::Any)
            }
        } else {
            self.missing.push(name.clone());
            (None, Columns::Any)
        };
        InSight {
            name: name.name.value.clone(),
            relation,
            columns,
            qualified: false,
            broken,
        }
    }

    /// All columns of something visible, as a query that takes them all yields them.
    pub(super) fn outputs_of(&self, seen: &InSight) -> Outputs {
        match &seen.columns {
            Columns::Any => Outputs::any(),
            Columns::Made(outputs) => (**outputs).clone(),
            Columns::Table(table) => Outputs {
                columns: table
                    .columns
                    .iter()
                    .map(|column| Output {
                        name: Some(column.name.clone()),
                        data_type: self.catalog.certain_type(table, column),
                    })
                    .collect(),
                open: !super::names::is_whole(table),
            },
            Columns::View(view) => Outputs {
                columns: view
                    .columns
                    .iter()
                    .enumerate()
                    .map(|(at, name)| Output {
                        name: Some(name.clone()),
                        data_type: Typed::of(view.column_types.get(at).cloned().flatten()),
                    })
                    .collect(),
                open: !view.knowledge.is_exact()
                    || view.columns.is_empty()
                    || !self.catalog.dialect.views_know_their_columns(),
            },
        }
    }
}

fn refuse_more_names(alias: &Alias, outputs: &Outputs) -> Outcome {
    let (named, yielded) = (alias.columns.len(), outputs.columns.len());
    if outputs.open || named <= yielded {
        return Ok(());
    }
    let name = &alias.name;
    let message = format!("`{}` names {named} columns, and has {yielded}", name.value);
    let code = sqlstate::INVALID_COLUMN_REFERENCE;
    Err(Rejection::new(code, name.span, message))
}

/// The first columns under other names.
pub(super) fn renamed(mut outputs: Outputs, names: &[Ident]) -> Outputs {
    if outputs.open {
        // Which of them the names are for is not known.
        outputs.columns.clear();
    }
    for (at, name) in names.iter().enumerate() {
        match outputs.columns.get_mut(at) {
            Some(output) => output.name = Some(name.value.clone()),
            None if outputs.open => outputs.columns.push(Output {
                name: Some(name.value.clone()),
                data_type: Typed::Unknown,
            }),
            None => {}
        }
    }
    outputs
}
