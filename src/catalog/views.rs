//! Views and materialized views, and what queries read and yield.

mod refused;

use std::sync::Arc;

use super::apply::{Apply, Outcome};
use super::lookup::TEMPORARY;
use super::rejection::sqlstate;
use super::resolve::throws_away_conditions;
use super::{Catalog, ColumnName, Index, Knowledge, Mention, QName, Rejection, View};
use crate::server::on_server;
use crate::sql::change::{AlterTable, ChangeKind, DataType, Ident, ObjectName, Query, TableAction};

/// A column of a query's result.
pub(crate) struct ResultColumn {
    pub(crate) name: String,
    pub(crate) data_type: Option<DataType>,
}

impl Apply<'_> {
    /// The view of that name, or `None` where it may have been there before the history started.
    pub(crate) fn need_view(&mut self, name: &ObjectName) -> Outcome<Option<QName>> {
        if let Some(found) = self.catalog.find_view(name) {
            return Ok(Some(found));
        }
        if let Some(table) = self.catalog.find_table(name) {
            return Err(self.wrong_kind(name.span(), &table, "a view"));
        }
        self.missing_relation(name, "view").map(|()| None)
    }

    /// A materialized view is refreshed beside its readers only by a key of all its rows.
    pub(crate) fn refresh_view(&mut self, name: &ObjectName, concurrently: bool) -> Outcome {
        let Some(found) = self.need_view(name)? else {
            return Ok(());
        };
        let Some(view) = self.catalog.views.get(&found) else {
            return Ok(());
        };
        let refusal = |code, message: String| {
            Err(Rejection::new(code, name.span(), message)
                .because(view.origin.made, "the view is made here"))
        };
        if !view.knowledge.is_exact() || !self.catalog.knowledge.is_exact() {
            return Ok(());
        }
        if !view.materialized {
            let message = format!("`{name}` is a view, not a materialized view");
            return refusal(sqlstate::WRONG_OBJECT_TYPE, message);
        }
        if concurrently && !view.indexes.iter().any(finds_each_row) {
            let message = format!(
                "materialized view `{name}` has no unique index by which it is refreshed concurrently"
            );
            return refusal(sqlstate::OBJECT_NOT_IN_PREREQUISITE_STATE, message);
        }
        Ok(())
    }

    pub(crate) fn create_view(&mut self, kind: &ChangeKind) -> Outcome {
        let ChangeKind::CreateView {
            name,
            columns,
            query,
            or_replace,
            if_not_exists,
            materialized,
            temporary,
        } = kind
        else {
            return Ok(());
        };
        let mut qname = self.place(name)?;
        if *temporary && self.catalog.dialect.has_temporary_schema() {
            TEMPORARY.clone_into(&mut qname.schema);
        }
        if *if_not_exists && self.catalog.relation_kind(&qname).is_some() {
            return Ok(());
        }
        let replaced = self
            .catalog
            .views
            .get(&qname)
            .filter(|view| *or_replace && view.materialized == *materialized);
        let replaced = replaced.cloned();
        if replaced.is_none() {
            self.refuse_taken(&qname, name.span())?;
        }
        let built = self.build_view(&qname, columns, query, *materialized);
        if built.is_err() && replaced.is_none() && self.resolve(query).is_err() {
            // Later statements need it all the same, and say nothing new by that.
            let doubtful = self.doubtful_view(&qname, *materialized);
            self.catalog.views.insert(qname.clone(), Arc::new(doubtful));
        }
        let mut view = built?;
        if let Some(old) = replaced {
            self.refuse_replacement(&old, &view, name)?;
            view.origin.made = old.origin.made;
        }
        self.catalog.views.insert(qname, Arc::new(view));
        Ok(())
    }

    /// A view of which nothing is known.
    fn doubtful_view(&self, name: &QName, materialized: bool) -> View {
        View {
            materialized,
            written: Some(self.site),
            origin: self.origin(),
            ..View::unknown(name.clone(), "the server refuses its query")
        }
    }

    fn build_view(
        &mut self,
        name: &QName,
        columns: &[Ident],
        query: &Query,
        materialized: bool,
    ) -> Outcome<View> {
        self.read(query)?;
        let yielded = self.yields_of(query, &[])?;
        self.refuse_same_names(columns, yielded.as_deref().unwrap_or_default(), query)?;
        self.refuse_named(name, columns.len(), yielded.as_deref())?;
        let mut relations: Vec<QName> = Vec::new();
        let mut knowledge = Knowledge::Exact;
        for relation in &query.relations {
            match self.catalog.find_relation(relation) {
                Some(found) if !relations.contains(&found) => relations.push(found),
                Some(_) => {}
                None if self.catalog.is_system(relation) => {}
                None => {
                    knowledge = Knowledge::Unknown(format!(
                        "nothing is known of `{relation}`, which it reads"
                    ));
                }
            }
        }
        let mut names: Vec<String> = columns.iter().map(|column| column.value.clone()).collect();
        let outputs = self.catalog.output_of(query).unwrap_or_default();
        // A list of names may leave out the last.
        names.extend(
            outputs
                .iter()
                .skip(names.len())
                .map(|output| output.name.clone()),
        );
        Ok(View {
            name: name.clone(),
            materialized,
            columns: names,
            column_types: outputs.into_iter().map(|output| output.data_type).collect(),
            uses: self.catalog.columns_read(query, &relations),
            relations,
            functions: query.functions.clone(),
            types: query
                .casts
                .iter()
                .filter_map(|cast| self.settle_type(cast, query_span(query)).ok())
                .collect(),
            indexes: Vec::<Index>::new(),
            sql: query.sql.clone(),
            written: Some(self.site),
            origin: self.origin(),
            knowledge,
            text: None,
        })
    }

    pub(crate) fn rename_view(
        &mut self,
        from: &ObjectName,
        to: &Ident,
        if_exists: bool,
    ) -> Outcome {
        if if_exists && self.catalog.find_view(from).is_none() {
            return Ok(());
        }
        let Some(old) = self.need_view(from)? else {
            return Ok(());
        };
        let new = QName::new(old.schema.clone(), self.catalog.keep(&to.value));
        self.refuse_taken(&new, to.span)?;
        self.move_view(&old, &new);
        let how = format!("renamed to `{}` here", to.value);
        self.gone(old, None, &how);
        Ok(())
    }

    pub(crate) fn set_view_schema(&mut self, view: &ObjectName, schema: &Ident) -> Outcome {
        let Some(old) = self.need_view(view)? else {
            return Ok(());
        };
        self.need_schema(schema)?;
        let new = QName::new(schema.value.clone(), old.name.clone());
        self.refuse_taken(&new, schema.span)?;
        self.move_view(&old, &new);
        let how = format!("moved to schema `{}` here", schema.value);
        self.gone(old, None, &how);
        Ok(())
    }

    /// Gives a view another name or schema; views that read it follow.
    pub(crate) fn move_view(&mut self, from: &QName, to: &QName) {
        let Some(mut view) = self.catalog.views.remove(from) else {
            return;
        };
        let moved = Arc::make_mut(&mut view);
        moved.name = to.clone();
        moved.origin.changed = Some(self.site);
        self.catalog.views.insert(to.clone(), view);
        self.relation_moved(from, to);
    }

    pub(crate) fn rename_view_column(
        &mut self,
        view: &ObjectName,
        from: &Ident,
        to: &Ident,
    ) -> Outcome {
        // Of a table, too: `ALTER VIEW t RENAME COLUMN` works.
        if self.catalog.find_view(view).is_none()
            && let Some(table) = self.catalog.find_table(view)
        {
            self.rename_column(&table, from, to)?;
            return Ok(());
        }
        let Some(name) = self.need_view(view)? else {
            return Ok(());
        };
        let site = self.site;
        let Some(view) = self.catalog.views.get_mut(&name).map(Arc::make_mut) else {
            return Ok(());
        };
        view.origin.changed = Some(site);
        if let Some(column) = view
            .columns
            .iter_mut()
            .find(|column| **column == from.value)
        {
            column.clone_from(&to.value);
        } else if !view.columns.is_empty() && view.knowledge.is_exact() {
            let message = format!(
                "column `{}` of view `{}` does not exist",
                from.value, name.name
            );
            return Err(
                Rejection::new(sqlstate::UNDEFINED_COLUMN, from.span, message)
                    .because(view.origin.made, "the view is made here"),
            );
        }
        let reads = |used: &ColumnName| used.is(&name, &from.value);
        self.catalog.views.change(
            Mention::Column(&name.name, &from.value),
            |other| other.uses.iter().any(reads),
            |other| {
                let uses = other.uses.iter_mut().filter(|uses| reads(uses));
                uses.for_each(|used| used.name.clone_from(&to.value));
            },
        );
        Ok(())
    }

    /// `ALTER TABLE` on a view: renames and moves work, the rest belongs to tables.
    pub(crate) fn alter_view(
        &mut self,
        _: &QName,
        alter: &AlterTable,
        action: &TableAction,
    ) -> Outcome {
        match action {
            TableAction::RenameTo(to) => self.rename_view(&alter.table, &to.name, alter.if_exists),
            TableAction::SetSchema(schema) => self.set_view_schema(&alter.table, schema),
            TableAction::RenameColumn { from, to } => {
                self.rename_view_column(&alter.table, from, to)
            }
            TableAction::AddColumn { .. }
            | TableAction::DropColumn { .. }
            | TableAction::AddConstraint(_) => {
                let found = self.catalog.find_view(&alter.table);
                found.map_or(Ok(()), |view| {
                    Err(self.wrong_kind(alter.table.span(), &view, "a table"))
                })
            }
            _ => Ok(()),
        }
    }

    /// Refuses a query that reads what certainly does not exist.
    pub(crate) fn read(&mut self, query: &Query) -> Outcome {
        let tree = query.tree.get();
        let unread = self.catalog.dialect.words_can_be_strings()
            && tree.is_some_and(|tree| throws_away_conditions(&tree.body));
        for relation in query.relations.iter().filter(|_| !unread) {
            if self.catalog.find_relation(relation).is_none() {
                self.missing_relation(relation, "table")?;
            }
        }
        self.call(query);
        Ok(())
    }

    /// A query that calls a function which may change the schema leaves the schema unknown.
    fn call(&mut self, query: &Query) {
        for function in &query.functions {
            let Some(found) = self.catalog.called_functions(function) else {
                let lower = function.to_lowercase();
                if !on_server!(self.catalog.dialect => apply::changes_no_table(&lower)) {
                    self.doubt_mentioned(
                        query,
                        &format!("`{function}()` may have changed it"),
                        true,
                    );
                }
                continue;
            };
            let alters = self.catalog.functions[&found]
                .iter()
                .any(|function| function.changes_schema);
            let takes_away = self.catalog.functions[&found]
                .iter()
                .any(|function| function.takes_away);
            if !alters {
                continue;
            }
            let words: Vec<Arc<[String]>> = self.catalog.functions[&found]
                .iter()
                .map(|function| Arc::clone(&function.words))
                .collect();
            let why = format!("`{function}()` may have changed it");
            let mentioned = self.doubt_mentioned(query, &why, takes_away);
            let all = format!("`{function}()` may have changed the schema");
            let words = words.iter().flat_map(|words| words.iter());
            let named = self
                .catalog
                .doubt_words(words.map(String::as_str), takes_away, &why);
            if takes_away && !mentioned && !named {
                self.catalog.doubt_all(&all, self.site);
            }
            let makes = self.catalog.functions[&found]
                .iter()
                .any(|function| function.makes);
            if !mentioned || makes {
                self.catalog.doubt(&all);
            }
        }
    }

    /// Says that a function may have changed the tables whose names it was given. Whether there are
    /// any.
    fn doubt_mentioned(&mut self, query: &Query, why: &str, takes_away: bool) -> bool {
        let tables: Vec<QName> = query
            .literals
            .iter()
            .filter_map(|literal| {
                let mut parts = literal.value.rsplit('.').map(|part| part.trim_matches('"'));
                let name = ObjectName {
                    name: Ident::synthetic(parts.next()?),
                    schema: parts.next().map(Ident::synthetic),
                };
                let folded = ObjectName::synthetic(name.name.value.to_lowercase());
                let found = self.catalog.find_table(&name);
                found.or_else(|| self.catalog.find_table(&folded))
            })
            .collect();
        for table in &tables {
            if let Some(table) = self.edit(table) {
                table.make_uncertain(why, takes_away);
            }
        }
        !tables.is_empty()
    }
}

/// Whether an index finds each row of a materialized view, so that it can be refreshed by it.
fn finds_each_row(index: &super::Index) -> bool {
    let mut keys = index.keys.iter();
    index.unique && index.condition.is_none() && keys.all(|key| key.column.is_some())
}

impl Catalog {
    /// The table, view or sequence that a query means.
    pub(crate) fn find_relation(&self, name: &ObjectName) -> Option<QName> {
        self.find_table(name)
            .or_else(|| self.find_view(name))
            .or_else(|| self.find_sequence(name))
    }

    /// Names and types of a query's result; `None` where they cannot be known.
    pub(crate) fn output_of(&self, query: &Query) -> Option<Vec<ResultColumn>> {
        if query.output.is_empty() {
            return None;
        }
        let mut outputs: Vec<ResultColumn> = Vec::new();
        for column in &query.output {
            match (&column.name, &column.from) {
                (None, Some(from)) if from.column.value == "*" => {
                    let stars: Vec<&ObjectName> = match &from.relation {
                        Some(relation) => vec![relation],
                        None => query.stars.iter().collect(),
                    };
                    if stars.is_empty() {
                        return None;
                    }
                    for star in stars {
                        for (at, name) in self
                            .relation_columns(&self.find_relation(star)?)?
                            .into_iter()
                            .enumerate()
                        {
                            let data_type = self.type_behind_star(&column.value, at);
                            // A column by which relations are joined comes once.
                            match outputs.iter_mut().find(|output| output.name == name) {
                                Some(twin) if twin.data_type != data_type => twin.data_type = None,
                                Some(_) => {}
                                None => outputs.push(ResultColumn {
                                    name: name.to_owned(),
                                    data_type,
                                }),
                            }
                        }
                    }
                }
                (Some(name), _) => {
                    outputs.push(ResultColumn {
                        name: name.value.clone(),
                        data_type: self.type_of_value(&column.value),
                    });
                }
                (None, _) => return None,
            }
        }
        Some(outputs)
    }

    /// The columns of tables and views that a query reads, those of `*` included.
    fn columns_read(&self, query: &Query, relations: &[QName]) -> Vec<ColumnName> {
        let mut read: Vec<ColumnName> = Vec::new();
        let mut add = |relation: QName, column: &str| {
            if !read.iter().any(|known| known.is(&relation, column)) {
                read.push(ColumnName::new(relation, column));
            }
        };
        // As the relation spells it.
        let known = |relation: &QName, column: &str| {
            let mut columns = self.relation_columns(relation)?.into_iter();
            columns.find(|known| self.same(known, column))
        };
        for reference in &query.columns {
            let column = reference.column.value.as_str();
            if let Some(relation) = &reference.relation {
                if let Some(found) = self.find_relation(relation)
                    && let Some(column) = known(&found, column)
                {
                    add(found.clone(), column);
                }
                continue;
            }
            let mut candidates = relations
                .iter()
                .filter_map(|relation| Some((relation, known(relation, column)?)));
            if let (Some((only, column)), None) = (candidates.next(), candidates.next()) {
                add(only.clone(), column);
            }
        }
        for star in &query.stars {
            let Some(found) = self.find_relation(star) else {
                continue;
            };
            for column in self.relation_columns(&found).unwrap_or_default() {
                add(found.clone(), column);
            }
        }
        read
    }
}

fn query_span(query: &Query) -> crate::source::Span {
    query
        .relations
        .first()
        .map(ObjectName::span)
        .unwrap_or_default()
}
