//! One change, applied as the server would apply it: the dispatch, and what every part of it needs.

use std::sync::Arc;

use super::absence::{Absence, HistoryStart};
use super::later::MadeKind;
use super::rejection::sqlstate;
use super::resolve::OWN_CONVERSIONS;
use super::{Catalog, Column, Knowledge, Origin, QName, Rejection, RelationKind, Site, Table};
use crate::server::on_server;
use crate::source::Span;
use crate::sql::change::{Change, ChangeKind, Ident, ObjectName};

/// A change on its way into a catalog. A part that the server would refuse is recorded, left out,
/// and the rest goes on.
pub(crate) struct Apply<'a> {
    /// The schema before the change, which is altered in place.
    pub(crate) catalog: &'a mut Catalog,
    /// The statement's place in the history.
    pub(crate) site: Site,
    /// What the server would refuse.
    pub(crate) rejections: Vec<Rejection>,
    /// Whether it is about `ONLY` the table, not those below.
    pub(crate) only: bool,
    /// Whether a name may be a variable: in a block.
    pub(crate) variables: bool,
    /// Which names, where all are known.
    pub(crate) names: Option<Arc<[String]>>,
}

/// The server takes it, or refuses it with a reason.
pub(crate) type Outcome<T = ()> = Result<T, Rejection>;

impl Catalog {
    /// Does what the server would do; returns what it would refuse. Refusals are only given where
    /// everything they rest on is known exactly.
    pub fn apply(&mut self, change: &Change, site: Site) -> Vec<Rejection> {
        self.apply_in(change, site, false, None)
    }

    /// The same, where names may be variables: those of `names`, or any.
    pub(crate) fn apply_in(
        &mut self,
        change: &Change,
        site: Site,
        variables: bool,
        names: Option<Arc<[String]>>,
    ) -> Vec<Rejection> {
        self.meet_databases(change, site);
        self.keep_inserted(change, site);
        let mut apply = Apply {
            catalog: self,
            site,
            rejections: Vec::new(),
            only: false,
            variables,
            names,
        };
        let done = on_server!(apply.catalog.dialect => apply::apply(&mut apply, change));
        if !done {
            apply.change(change);
        }
        let mut rejections = apply.rejections;
        // A refusal rests on the object that it points at ("made here"). If text that nobody read
        // may have dropped or changed that since, the server may well take the statement.
        rejections.retain(|rejection| !self.rests_on_doubt(rejection));
        rejections
    }

    /// Whether what refuses a change may not be there.
    fn rests_on_doubt(&self, rejection: &Rejection) -> bool {
        let rests_on = rejection.related.as_ref().map(|it| it.site);
        rejection.doubtful
            || rests_on
                .is_some_and(|site| self.is_doubted(site) || self.is_of_uncertain_table(site))
    }
}

impl Apply<'_> {
    /// What servers have in common.
    pub(crate) fn change(&mut self, change: &Change) {
        use ChangeKind as Kind;
        let outcome = match &change.kind {
            Kind::CreateSchema {
                name,
                if_not_exists,
            } => self.create_schema(name, *if_not_exists),
            Kind::DropSchema { names, mode } => self.drop_schemas(names, *mode),
            Kind::RenameSchema { from, to } => self.rename_schema(from, to),
            Kind::DropIndex { names, mode, .. } => self.drop_indexes(names, *mode),
            Kind::DropType { names, mode } | Kind::DropDomain { names, mode } => {
                self.drop_types(names, *mode)
            }
            Kind::CreateSequence {
                name,
                if_not_exists,
                data_type,
                owned_by,
                temporary,
            } => self.create_sequence(
                name,
                *if_not_exists,
                data_type.as_ref(),
                owned_by.as_ref(),
                *temporary,
            ),
            Kind::AlterSequence {
                name,
                owned_by,
                rename,
                set_schema,
                if_exists,
            } => self.alter_sequence(
                name,
                owned_by.as_ref(),
                rename.as_ref(),
                set_schema.as_ref(),
                *if_exists,
            ),
            Kind::DropSequence { names, mode } => self.drop_sequences(names, *mode),
            Kind::CreateView { .. } => self.create_view(&change.kind),
            Kind::DropView {
                names,
                materialized,
                mode,
            } => self.drop_views(names, *materialized, *mode),
            Kind::RenameView {
                from,
                to,
                if_exists,
                ..
            } => self.rename_view(from, to, *if_exists),
            Kind::RenameViewColumn { view, from, to } => self.rename_view_column(view, from, to),
            Kind::SetViewSchema { view, schema, .. } => self.set_view_schema(view, schema),
            Kind::RefreshView {
                name, concurrently, ..
            } => self.refresh_view(name, *concurrently),
            Kind::CreateFunction { .. } => self.create_function(&change.kind),
            Kind::DropFunction { names, kind, mode } => self.drop_functions(names, *kind, *mode),
            Kind::RenameFunction {
                name,
                arguments,
                to,
            } => self.rename_function(name, arguments.as_deref(), to),
            Kind::SetFunctionSchema {
                name,
                arguments,
                schema,
            } => self.set_function_schema(name, arguments.as_deref(), schema),
            Kind::CreateTrigger { .. } => self.create_trigger(&change.kind),
            Kind::DropTrigger { name, table, mode } => {
                self.drop_trigger(name, table.as_ref(), *mode)
            }
            Kind::RenameTrigger { name, table, to } => self.rename_trigger(name, table, to),
            Kind::CreateRule {
                name,
                table,
                or_replace,
                query,
            } => self.create_rule(name, table, *or_replace, query),
            Kind::DropRule { name, table, mode } => self.drop_rule(name, table, *mode),
            Kind::CreatePolicy {
                name,
                table,
                command,
                using,
                with_check,
                ..
            } => self.create_policy(name, table, *command, using.as_ref(), with_check.as_ref()),
            Kind::AlterPolicy {
                name,
                table,
                rename,
                using,
                with_check,
            } => self.alter_policy(
                name,
                table,
                rename.as_ref(),
                using.as_ref(),
                with_check.as_ref(),
            ),
            Kind::DropPolicy { name, table, mode } => self.drop_policy(name, table, *mode),
            Kind::Comment {
                overload: false,
                object,
                name,
                ..
            } if object.eq_ignore_ascii_case("function") => self.need_one_function(name),
            Kind::Comment {
                object,
                name,
                column,
                text,
                ..
            } => self.comment(object, name, column.as_ref(), text.as_deref()),
            Kind::Publication { name, action } => self.publication(name, action),
            Kind::Truncate { tables, .. } | Kind::LockTable { tables, .. } => {
                self.need_tables(tables)
            }
            Kind::Insert {
                table,
                columns,
                query,
            } => self.insert(table, columns, Some(query)),
            Kind::CopyInto { table, columns } => self.insert(table, columns, None),
            Kind::Update {
                table,
                assignments,
                query,
                ..
            } => self.update(table, assignments, query),
            Kind::Delete { table, query, .. } => self.delete(table, query),
            Kind::Select(query) => self.read(query).and_then(|()| self.resolve(query)),
            Kind::SetParameter { name, value, .. } => {
                self.set_parameter(name, value.as_deref());
                Ok(())
            }
            Kind::Demand(demand) => self.demand(demand, change.span),
            Kind::Block(block) => self.run_block(block, change.span),
            // Each server that has these applies them in its room.
            Kind::CreateExtension { .. }
            | Kind::DropExtension { .. }
            | Kind::CreateTable(_)
            | Kind::AlterTable { .. }
            | Kind::DropTable { .. }
            | Kind::RenameTable { .. }
            | Kind::CreateIndex { .. }
            | Kind::RenameIndex { .. }
            | Kind::AttachIndex { .. }
            | Kind::CreateEnum { .. }
            | Kind::CreateDomain { .. }
            | Kind::CreateType { .. }
            | Kind::AddEnumValue { .. }
            | Kind::RenameEnumValue { .. }
            | Kind::AlterType { .. }
            | Kind::AlterDomain { .. } => Ok(()),
            Kind::Reindex { .. }
            | Kind::Begin
            | Kind::Commit
            | Kind::Rollback { .. }
            | Kind::Savepoint(_)
            | Kind::Release(_)
            | Kind::Pragma { .. }
            | Kind::UseDatabase(_)
            | Kind::Maintenance { .. } => Ok(()),
            Kind::Inert(words) => {
                if matches!(words.as_str(), "CREATE CAST" | "CREATE OPERATOR") {
                    let settings = &mut self.catalog.settings;
                    settings.insert(OWN_CONVERSIONS.to_owned(), String::new());
                }
                Ok(())
            }
        };
        self.record(outcome);
    }

    /// Keeps a refusal, so that the rest of the change goes on without its part.
    pub(crate) fn record(&mut self, outcome: Outcome) {
        if let Err(rejection) = outcome {
            self.rejections.push(rejection);
        }
    }

    /// A new object's origin.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            made: Some(self.site),
            changed: Some(self.site),
        }
    }

    /// The table of that name, to be changed; it remembers who did.
    pub(crate) fn edit(&mut self, name: &QName) -> Option<&mut Table> {
        let table = Arc::make_mut(self.catalog.tables.get_mut(name)?);
        table.origin.changed = Some(self.site);
        Some(table)
    }

    /// The table of that name. One that is not there is refused when that is certain; otherwise the
    /// history is incomplete, and a table of which nothing is known takes its place.
    pub(crate) fn need_table(&mut self, name: &ObjectName) -> Outcome<Option<QName>> {
        if let Some(found) = self.catalog.find_table(name) {
            return Ok(Some(found));
        }
        if let Some(view) = self.catalog.find_view(name) {
            return Err(self.wrong_kind(name.span(), &view, "a table"));
        }
        self.missing_relation(name, "table")?;
        if self.catalog.is_system(name) {
            return Ok(None);
        }
        let stub = self.catalog.qualify(name);
        if self.catalog.relation_kind(&stub).is_some() {
            return Ok(None);
        }
        self.catalog.schemas.get_or_default(&stub.schema);
        if (self.catalog.is_bookkeeping)(&stub.name) {
            self.catalog.add_state_of_tool(stub.clone());
            return Ok(Some(stub));
        }
        // The statement is taken to work, or it would not have been committed. A table that may
        // have any column stands in, so that what follows about it is followed too, and nothing of
        // it is refused.
        let why = "the history does not say how it was made".to_owned();
        if self.catalog.knowledge.is_exact() && self.catalog.history_start == HistoryStart::Older {
            self.catalog.knowledge =
                Knowledge::Unknown("the history starts after the first table was made".to_owned());
        }
        let table = Table {
            name: stub.clone(),
            origin: Origin {
                made: None,
                changed: Some(self.site),
            },
            knowledge: Knowledge::Unknown(why),
            ..Table::default()
        };
        self.catalog.tables.insert(stub.clone(), Arc::new(table));
        Ok(Some(stub))
    }

    /// Refuses when a relation's absence is certain.
    pub(crate) fn missing_relation(&self, name: &ObjectName, kind: &str) -> Outcome {
        let refusal = || {
            let message = format!("{kind} `{name}` does not exist");
            Rejection::new(sqlstate::UNDEFINED_TABLE, name.span(), message)
        };
        let later = |whole| {
            let passed_over =
                self.catalog.is_system(name) || (self.catalog.is_bookkeeping)(&name.name.value);
            self.catalog
                .made_later(MadeKind::Relation, name, self.site, || whole)
                .filter(|_| !passed_over)
        };
        match self.catalog.absence(name, self.site.migration) {
            Absence::Unsure => match later(false) {
                Some(making) => Err(refusal().before(making)),
                None => Ok(()),
            },
            Absence::Never => Err(match later(true) {
                Some(making) => refusal().before(making),
                None => refusal().of_missing(name.to_string()),
            }),
            Absence::Gone(site, how) => {
                let message = format!("{kind} `{name}` does not exist any more");
                Err(
                    Rejection::new(sqlstate::UNDEFINED_TABLE, name.span(), message)
                        .because(Some(site), how),
                )
            }
        }
    }

    /// Refuses a relation of another kind.
    pub(crate) fn wrong_kind(&self, span: Span, name: &QName, wanted: &str) -> Rejection {
        let kind = self
            .catalog
            .relation_kind(name)
            .map_or("something else", RelationKind::name);
        let made = self
            .catalog
            .relation_origin(name)
            .and_then(|origin| origin.made);
        let shown = self.catalog.shown(name);
        let message = format!("`{shown}` is a {kind}, not {wanted}");
        Rejection {
            doubtful: self.catalog.is_doubtful_view(name) || self.may_be_gone(name),
            ..Rejection::new(sqlstate::WRONG_OBJECT_TYPE, span, message).because(made, "made here")
        }
    }

    /// Whether it is a table that no statement certainly made, or that may not be there any more.
    fn may_be_gone(&self, name: &QName) -> bool {
        let table = self.catalog.tables.get(name);
        table.is_some_and(|table| table.origin.made.is_none() || table.uncertain)
    }

    /// Refuses a name that a relation has already. What may not be there makes way.
    pub(crate) fn refuse_taken(&mut self, name: &QName, span: Span) -> Outcome {
        let Some(kind) = self.catalog.relation_kind(name) else {
            return Ok(());
        };
        if self.may_be_gone(name) {
            self.catalog.tables.remove(name);
            return Ok(());
        }
        // An index of a table that may have lost it.
        let table = self.catalog.index_table(name);
        if table.is_some_and(|table| self.may_be_gone(&table)) {
            return Ok(());
        }
        if self.catalog.is_doubtful_view(name) {
            self.catalog.views.remove(name);
            return Ok(());
        }
        let made = self
            .catalog
            .relation_origin(name)
            .and_then(|origin| origin.made);
        let message = format!(
            "{} `{}` already exists",
            kind.name(),
            self.catalog.shown(name)
        );
        Err(Rejection::new(sqlstate::DUPLICATE_TABLE, span, message).because(made, "made here"))
    }

    /// The column's position; `None` of a table that nobody has seen, and of a column that the
    /// server adds by itself. One that is not there is refused when the table is known exactly;
    /// otherwise it is taken to exist.
    pub(crate) fn need_column(&mut self, table: &QName, column: &Ident) -> Outcome<Option<usize>> {
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(None);
        };
        if let Some(at) = self.catalog.column_at(found, &column.value) {
            return Ok(Some(at));
        }
        if on_server!(self.catalog.dialect => apply::is_hidden(found, &column.value)) {
            return Ok(None);
        }
        if found.knowledge.is_exact() {
            return Err(self.catalog.unknown_column(found, column));
        }
        let value = self.catalog.keep(&column.value).to_owned();
        let Some(table) = self.edit(table) else {
            return Ok(None);
        };
        table.columns.push(Column {
            name: value,
            knowledge: Knowledge::Unknown("the history does not say how it was made".to_owned()),
            ..Column::default()
        });
        Ok(Some(table.columns.len() - 1))
    }

    /// Every table, for its existence only.
    pub(crate) fn need_tables(&mut self, names: &[ObjectName]) -> Outcome {
        for name in names {
            if self.catalog.find_view(name).is_none() {
                self.need_table(name)?;
            }
        }
        Ok(())
    }
}
