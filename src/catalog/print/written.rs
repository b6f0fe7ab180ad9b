//! Objects that are printed as the history wrote them, with the names that they have now.

mod renames;

use renames::{moved, renamed_columns};

use super::Texts;
use crate::catalog::definitions::object_name;
use crate::catalog::rewrite::ColumnRename;
use crate::catalog::{Catalog, QName, RenamedLabel, Site, Subject, View, Written};
use crate::server::is_home_schema;
use crate::source::{Source, Span};
use crate::sql::Unit;
use crate::sql::change::{
    Change, ChangeKind, DataType, Expr, Ident, LiteralTarget, LiteralUse, ObjectName, Query,
};
use crate::sql::patch::{self, Patch, Renamed, RenamedKind};
use crate::sql::{Statement, render, script};

/// The statements that make an object; `None` when they cannot be found or do not fit what the
/// object is now.
pub(super) fn statements(
    catalog: &Catalog,
    texts: &Texts,
    object: &Written,
) -> Option<Vec<String>> {
    if object.sites.is_empty() {
        return None;
    }
    object
        .sites
        .iter()
        .map(|site| Read::at(catalog, texts, *site)?.statement(&object.subject))
        .collect()
}

/// A statement of the history, read again.
struct Read<'a> {
    catalog: &'a Catalog,
    source: &'a Source,
    statement: Statement,
    /// Migration, file and first byte.
    site: (u32, u32, usize),
}

impl<'a> Read<'a> {
    /// The one statement at a place. A part of a `DO` block is one too, unless it is a string that
    /// is executed.
    fn at(catalog: &'a Catalog, texts: &'a Texts, site: Site) -> Option<Self> {
        let source = texts.at(site)?;
        let mut script = script(
            source,
            site.span,
            catalog.dialect,
            catalog.versions,
            Unit::Statement,
        );
        let statement = script
            .statements
            .pop()
            .filter(|_| script.statements.is_empty())?;
        Some(Self {
            catalog,
            source,
            statement,
            site: (site.migration, site.file, site.span.start),
        })
    }

    fn statement(&self, subject: &Subject) -> Option<String> {
        self.statement
            .changes
            .iter()
            .find_map(|change| self.change(subject, change))
    }

    fn change(&self, subject: &Subject, change: &Change) -> Option<String> {
        use ChangeKind as Kind;
        let mut patch = Patch::default();
        match (subject, &change.kind) {
            (Subject::Extension(name), Kind::CreateExtension { name: written, .. })
                if written.value == *name => {}
            (
                Subject::Type(name),
                Kind::CreateType {
                    name: written,
                    fields,
                },
            ) if fields.is_empty() => {
                self.name(&mut patch, written, name)?;
            }
            (
                Subject::Sequence(name),
                Kind::CreateSequence {
                    name: written,
                    owned_by,
                    temporary: false,
                    ..
                },
            ) => {
                self.name(&mut patch, written, name)?;
                if let Some(owner) = owned_by {
                    let start = owner
                        .relation
                        .as_ref()
                        .map_or(owner.column.span, ObjectName::span);
                    let owner = start.to(owner.column.span);
                    let (text, whole) = (self.source.text(), self.statement.span);
                    patch.remove_clause(text, whole, &["OWNED", "BY"], owner, self.catalog.dialect);
                }
            }
            (Subject::VirtualTable(name), Kind::CreateTable(create)) => {
                self.name(&mut patch, &create.name, name)?;
            }
            (
                Subject::Function {
                    name,
                    arguments: now,
                },
                Kind::CreateFunction {
                    name: written,
                    arguments,
                    returns,
                    ..
                },
            ) => {
                self.name(&mut patch, written, name)?;
                let functions = self.catalog.functions.get(name)?;
                let function = functions
                    .iter()
                    .find(|function| function.arguments == *now)?;
                let types = arguments
                    .iter()
                    .zip(now)
                    .chain(returns.iter().zip(&function.returns));
                self.types(&mut patch, types);
            }
            (
                Subject::Trigger { table, name },
                Kind::CreateTrigger {
                    name: written,
                    table: on,
                    function,
                    columns,
                    when,
                    ..
                },
            ) => {
                self.ident(&mut patch, written, name)?;
                self.name(&mut patch, on, table)?;
                // Of one on a view nothing more is known.
                let trigger = match self.catalog.tables.get(table) {
                    Some(table) => Some(table.trigger(name)?),
                    None => None,
                };
                if let Some(trigger) = trigger {
                    self.exprs(&mut patch, when.iter(), columns, &trigger.columns);
                    if let (Some(written), Some(function)) = (function, &trigger.function)
                        && self.catalog.functions.contains_key(function)
                    {
                        self.name(&mut patch, written, function)?;
                    }
                }
            }
            (
                Subject::Rule { table, name },
                Kind::CreateRule {
                    name: written,
                    table: on,
                    query,
                    ..
                },
            ) => {
                self.ident(&mut patch, written, name)?;
                self.name(&mut patch, on, table)?;
                self.labels(&mut patch, &query.literals);
            }
            (
                Subject::Policy { table, name },
                Kind::CreatePolicy {
                    name: written,
                    table: on,
                    using,
                    with_check,
                    ..
                }
                | Kind::AlterPolicy {
                    name: written,
                    table: on,
                    using,
                    with_check,
                    rename: None,
                },
            ) => {
                self.ident(&mut patch, written, name)?;
                self.name(&mut patch, on, table)?;
                let policy = self
                    .catalog
                    .tables
                    .get(table)?
                    .policies
                    .iter()
                    .find(|policy| policy.name == *name)?;
                let exprs = [using, with_check].into_iter().flatten();
                self.exprs(&mut patch, exprs, &[], &policy.columns);
            }
            (
                Subject::View(name),
                Kind::CreateView {
                    name: written,
                    columns,
                    query,
                    ..
                },
            ) => {
                // `ALTER VIEW` needs a view to alter.
                if !self
                    .statement
                    .text()
                    .trim_start()
                    .get(..6)?
                    .eq_ignore_ascii_case("create")
                {
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
        let home = self.catalog.dialect.home_schema();
        let schema = written
            .schema
            .as_ref()
            .map_or(home, |schema| schema.value.as_str());
        if schema == name.schema && self.catalog.same(&written.name.value, &name.name) {
            return Some(());
        }
        if written.span().is_empty() || !self.statement.span.contains(written.span()) {
            return None;
        }
        patch.replace(
            written.span(),
            render::name(&object_name(name), self.catalog.dialect),
        );
        Some(())
    }

    /// Types have other names now where the catalog says so. What stands in a string, as a body
    /// does, is left alone.
    fn types<'t>(
        &self,
        patch: &mut Patch,
        types: impl Iterator<Item = (&'t DataType, &'t DataType)>,
    ) {
        let dialect = self.catalog.dialect;
        let moved = types.filter(|(written, now)| {
            let user = |data_type: &DataType| self.catalog.is_user_type(data_type);
            let full = |data_type: &DataType| {
                (
                    data_type
                        .schema
                        .clone()
                        .filter(|schema| !is_home_schema(schema)),
                    data_type.name.clone(),
                )
            };
            full(written) != full(now) && user(now) && !user(written)
        });
        let names: Vec<Renamed> = moved
            .map(|(written, now)| Renamed {
                kind: RenamedKind::Relation(written.schema.clone()),
                from: written.name.clone(),
                to: DataType {
                    args: Vec::new(),
                    modifiers: Vec::new(),
                    array: false,
                    ..now.clone()
                }
                .sql(dialect),
            })
            .collect();
        if !names.is_empty() {
            patch.rename(self.source.text(), self.statement.span, dialect, &names);
        }
    }

    /// Columns in expressions have the names now that the catalog kept, in the same order; their
    /// labels follow, too.
    fn exprs<'e>(
        &self,
        patch: &mut Patch,
        exprs: impl Iterator<Item = &'e Expr> + Clone,
        columns: &[Ident],
        now: &[String],
    ) {
        let written = columns
            .iter()
            .chain(exprs.clone().flat_map(|expr| &expr.columns));
        if written.clone().count() == now.len() {
            let renamed = written
                .zip(now)
                .filter(|(written, now)| !self.catalog.same(&written.value, now));
            let names: Vec<Renamed> = renamed
                .map(|(written, now)| Renamed {
                    kind: RenamedKind::Column,
                    from: written.value.clone(),
                    to: render::name(&ObjectName::synthetic(now.clone()), self.catalog.dialect),
                })
                .collect();
            let places = columns
                .iter()
                .map(|column| column.span)
                .chain(exprs.clone().map(|expr| expr.span));
            for place in places.filter(|_| !names.is_empty()) {
                patch.rename(self.source.text(), place, self.catalog.dialect, &names);
            }
        }
        for expr in exprs {
            self.labels(patch, &expr.literals);
        }
    }

    /// Labels of enums that were renamed since.
    fn labels(&self, patch: &mut Patch, literals: &[LiteralUse]) {
        for literal in literals {
            let mut now = literal.value.as_str();
            for found in self.catalog.enums.values() {
                for RenamedLabel { site, from, to } in &found.renamed {
                    if (site.migration, site.file, site.span.start) <= self.site {
                        continue;
                    }
                    let other = matches!(&literal.target, LiteralTarget::Cast(cast) if cast.name != found.name.name);
                    if now == from && !other {
                        now = to;
                    }
                }
            }
            if now != literal.value {
                patch.replace(literal.span, patch::string(now, self.catalog.dialect));
            }
        }
    }

    fn ident(&self, patch: &mut Patch, written: &Ident, name: &str) -> Option<()> {
        if self.catalog.same(&written.value, name) {
            return Some(());
        }
        if written.span.is_empty() {
            return None;
        }
        patch.replace(
            written.span,
            render::name(&ObjectName::synthetic(name), self.catalog.dialect),
        );
        Some(())
    }

    /// What a view reads may have other names now; a server keeps the view's own columns as they
    /// were.
    fn view(
        &self,
        patch: &mut Patch,
        view: &View,
        name: &ObjectName,
        columns: &[Ident],
        query: &Query,
    ) -> Option<()> {
        let dialect = self.catalog.dialect;
        if !dialect.views_keep_columns() {
            return Some(());
        }
        let moved = moved(&view.relations, &query.relations)?;
        let mut names: Vec<Renamed> = moved
            .iter()
            .map(|(written, now)| Renamed {
                kind: RenamedKind::Relation(
                    written.schema.as_ref().map(|schema| schema.value.clone()),
                ),
                from: written.name.value.clone(),
                to: render::name(&object_name(now), dialect),
            })
            .collect();
        names.extend(renamed_columns(view, query, &moved)?.into_iter().map(
            |ColumnRename { from, to }| Renamed {
                kind: RenamedKind::Column,
                from,
                to: render::name(&ObjectName::synthetic(to), dialect),
            },
        ));
        let after = Span::new(name.span().end, self.statement.span.end);
        patch.rename(self.source.text(), after, dialect, &names);
        self.labels(patch, &query.literals);
        if query.casts.len() == view.types.len() {
            self.types(patch, query.casts.iter().zip(&view.types));
        }
        let outputs: Option<Vec<String>> = if columns.is_empty() {
            let outputs = if names.is_empty() {
                self.catalog.output_of(query)
            } else {
                None
            };
            outputs.map(|outputs| outputs.into_iter().map(|output| output.name).collect())
        } else {
            Some(columns.iter().map(|column| column.value.clone()).collect())
        };
        let differs = outputs.map_or(!names.is_empty(), |outputs| outputs != view.columns);
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
