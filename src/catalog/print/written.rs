//! Objects that are printed as the history wrote them, with the names that they have now.

use super::Texts;
use crate::catalog::definitions::object_name;
use crate::catalog::{Catalog, QName, Site, Subject, View, Written};
use crate::project::runner::Unit;
use crate::source::{Source, Span};
use crate::sql::change::{Change, ChangeKind, DataType, Ident, ObjectName, Query};
use crate::sql::patch::{self, Patch, Renamed, RenamedKind};
use crate::sql::{Dialect, Statement, render, script};

/// The statements that make an object; `None` when they cannot be found or do not fit what the object is now.
pub(super) fn statements(catalog: &Catalog, texts: &Texts, object: &Written) -> Option<Vec<String>> {
    if object.sites.is_empty() {
        return None;
    }
    object.sites.iter().map(|site| Read::at(catalog, texts, *site)?.statement(&object.subject)).collect()
}

/// A statement of the history, read again.
struct Read<'a> {
    catalog: &'a Catalog,
    source: &'a Source,
    statement: Statement,
}

impl<'a> Read<'a> {
    /// The one statement at a place. A part of a `DO` block is one too, unless it is a string that is executed.
    fn at(catalog: &'a Catalog, texts: &'a Texts, site: Site) -> Option<Self> {
        let source = texts.at(site)?;
        let mut script = script(source, site.span, catalog.dialect, catalog.versions, Unit::Statement);
        let statement = script.statements.pop().filter(|_| script.statements.is_empty())?;
        Some(Self { catalog, source, statement })
    }

    fn statement(&self, subject: &Subject) -> Option<String> {
        self.statement.changes.iter().find_map(|change| self.change(subject, change))
    }

    fn change(&self, subject: &Subject, change: &Change) -> Option<String> {
        use ChangeKind as Kind;
        let mut patch = Patch::default();
        match (subject, &change.kind) {
            (Subject::Extension(name), Kind::CreateExtension { name: written, .. }) if written.value == *name => {}
            (Subject::Type(name), Kind::CreateType { name: written, fields }) if fields.is_empty() => {
                self.name(&mut patch, written, name)?;
            }
            (Subject::Sequence(name), Kind::CreateSequence { name: written, owned_by, temporary: false, .. }) => {
                self.name(&mut patch, written, name)?;
                if let Some(owner) = owned_by {
                    let start = owner.relation.as_ref().map_or(owner.column.span, ObjectName::span);
                    let owner = start.to(owner.column.span);
                    let (text, whole) = (self.source.text(), self.statement.span);
                    patch.remove_clause(text, whole, &["OWNED", "BY"], owner, self.catalog.dialect);
                }
            }
            (Subject::VirtualTable(name), Kind::CreateTable(create)) => {
                self.name(&mut patch, &create.name, name)?;
            }
            (
                Subject::Function { name, arguments: now },
                Kind::CreateFunction { name: written, arguments, returns, .. },
            ) => {
                self.name(&mut patch, written, name)?;
                let functions = self.catalog.functions.get(name)?;
                let function = functions.iter().find(|function| function.arguments == *now)?;
                let types = arguments.iter().zip(now).chain(returns.iter().zip(&function.returns));
                self.types(&mut patch, types);
            }
            (Subject::Trigger { table, name }, Kind::CreateTrigger { name: written, table: on, function, .. }) => {
                self.ident(&mut patch, written, name)?;
                self.name(&mut patch, on, table)?;
                let trigger = self.catalog.tables.get(table)?.triggers.iter().find(|trigger| trigger.name == *name)?;
                if let (Some(written), Some(function)) = (function, &trigger.function)
                    && self.catalog.functions.contains_key(function)
                {
                    self.name(&mut patch, written, function)?;
                }
            }
            (Subject::Rule { table, name }, Kind::CreateRule { name: written, table: on, .. })
            | (Subject::Policy { table, name }, Kind::CreatePolicy { name: written, table: on, .. })
            | (Subject::Policy { table, name }, Kind::AlterPolicy { name: written, table: on, .. }) => {
                self.ident(&mut patch, written, name)?;
                self.name(&mut patch, on, table)?;
            }
            (Subject::View(name), Kind::CreateView { name: written, columns, query, .. }) => {
                // `ALTER VIEW` needs a view to alter.
                if !self.statement.text().trim_start().get(..6)?.eq_ignore_ascii_case("create") {
                    return None;
                }
                let view = self.catalog.views.get(name)?;
                self.name(&mut patch, written, name)?;
                self.view(&mut patch, view, written, columns, query)?;
            }
            _ => return None,
        }
        Some(patch.apply(self.source.text(), self.statement.span))
    }

    /// Puts the name in place of the one that was written, unless that means the same.
    fn name(&self, patch: &mut Patch, written: &ObjectName, name: &QName) -> Option<()> {
        let home = if self.catalog.dialect == Dialect::Postgres { "public" } else { "" };
        let schema = written.schema.as_ref().map_or(home, |schema| schema.value.as_str());
        if schema == name.schema && self.catalog.same(&written.name.value, &name.name) {
            return Some(());
        }
        if written.span().is_empty() || !self.statement.span.contains(written.span()) {
            return None;
        }
        patch.replace(written.span(), render::name(&object_name(name), self.catalog.dialect));
        Some(())
    }

    /// Types have other names now where the catalog says so. What stands in a string, as a body does, is left alone.
    fn types<'t>(&self, patch: &mut Patch, types: impl Iterator<Item = (&'t DataType, &'t DataType)>) {
        let dialect = self.catalog.dialect;
        let moved = types.filter(|(written, now)| {
            let user = |data_type: &DataType| self.catalog.is_user_type(data_type);
            written.name != now.name && user(now) && !user(written)
        });
        let names: Vec<Renamed> = moved
            .map(|(written, now)| Renamed {
                kind: RenamedKind::Relation(written.schema.clone()),
                from: written.name.clone(),
                to: DataType { args: Vec::new(), modifiers: Vec::new(), array: false, ..now.clone() }.sql(dialect),
            })
            .collect();
        if !names.is_empty() {
            patch.rename(self.source.text(), self.statement.span, dialect, &names);
        }
    }

    fn ident(&self, patch: &mut Patch, written: &Ident, name: &str) -> Option<()> {
        if self.catalog.same(&written.value, name) {
            return Some(());
        }
        if written.span.is_empty() {
            return None;
        }
        patch.replace(written.span, render::name(&ObjectName::synthetic(name), self.catalog.dialect));
        Some(())
    }

    /// What a view reads may have other names now; a server keeps the view's own columns as they were.
    fn view(&self, patch: &mut Patch, view: &View, name: &ObjectName, columns: &[Ident], query: &Query) -> Option<()> {
        let dialect = self.catalog.dialect;
        if dialect != Dialect::Postgres {
            return Some(());
        }
        let text = self.source.text();
        let behind = Span::new(name.span().end, self.statement.span.end);
        let mut names = renamed(&view.relations, &query.relations, dialect)?;
        let used = view.uses.iter().map(|(_, column)| column.as_str());
        let missing: Vec<&str> =
            used.filter(|column| !patch::mentions(self.source.slice(behind), column, dialect)).collect();
        let starred = !query.stars.is_empty() || query.output.iter().any(|output| output.name.is_none());
        let mut relabelled = !names.is_empty();
        if !missing.is_empty() && !starred {
            let gone = query.columns.iter().map(|reference| reference.column.value.as_str());
            let mut gone: Vec<&str> = gone.filter(|column| view.uses.iter().all(|(_, used)| used != column)).collect();
            gone.dedup();
            if gone.len() != missing.len() {
                return None;
            }
            let word = |name: &str| render::name(&ObjectName::synthetic(name), dialect);
            names.extend(gone.iter().zip(&missing).map(|(from, to)| Renamed {
                kind: RenamedKind::Column,
                from: (*from).to_owned(),
                to: word(to),
            }));
            relabelled = true;
        }
        patch.rename(text, behind, dialect, &names);
        if query.casts.len() == view.types.len() {
            self.types(patch, query.casts.iter().zip(&view.types));
        }
        let outputs: Option<Vec<String>> = if columns.is_empty() {
            self.catalog.output_of(query).map(|outputs| outputs.into_iter().map(|output| output.name).collect())
        } else {
            Some(columns.iter().map(|column| column.value.clone()).collect())
        };
        let differs =
            outputs.as_ref().is_some_and(|outputs| *outputs != view.columns) || (outputs.is_none() && relabelled);
        if differs && !view.columns.is_empty() {
            if !columns.is_empty() {
                return None;
            }
            let list: Vec<String> = view
                .columns
                .iter()
                .map(|column| render::name(&ObjectName::synthetic(column.clone()), dialect))
                .collect();
            patch.insert_after(name.span(), format!(" ({})", list.join(", ")));
        }
        Some(())
    }
}

/// What the relations that a query reads are called now: those that changed, as (written, now). `None` when they cannot be told apart.
fn renamed(now: &[QName], written: &[ObjectName], dialect: Dialect) -> Option<Vec<Renamed>> {
    let is = |written: &ObjectName, now: &QName| {
        written.name.value == now.name && written.schema.as_ref().is_none_or(|schema| schema.value == now.schema)
    };
    let new: Vec<&QName> = now.iter().filter(|now| written.iter().all(|written| !is(written, now))).collect();
    if new.is_empty() {
        return Some(Vec::new());
    }
    let old: Vec<&ObjectName> = written.iter().filter(|written| now.iter().all(|now| !is(written, now))).collect();
    if old.len() != new.len() {
        return None;
    }
    let pair = |(old, new): (&&ObjectName, &&QName)| Renamed {
        kind: RenamedKind::Relation(old.schema.as_ref().map(|schema| schema.value.clone())),
        from: old.name.value.clone(),
        to: render::name(&object_name(new), dialect),
    };
    Some(old.iter().zip(&new).map(pair).collect())
}
