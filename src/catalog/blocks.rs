//! `DO` blocks: conditions, handlers, and what cannot be followed.

use super::apply::{Apply, Outcome};
use super::rejection::sqlstate;
use super::{Catalog, Mention, Rejection};
use crate::source::Span;
use crate::sql::change::{Block, BlockItem, Change, Condition, DataType, ObjectName};

/// How a part of a block ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// The next one follows.
    Next,
    /// `RETURN`, `EXIT`.
    Leave,
}

impl Apply<'_> {
    /// Runs a block. Without a handler, an error in it is the statement's.
    pub(crate) fn run_block(&mut self, block: &Block, span: Span) -> Outcome {
        if let Some(fault) = &block.fault {
            return Err(Rejection::of_body(fault));
        }
        self.names.clone_from(&block.names);
        self.block(block, span).map(|_| ())
    }

    fn block(&mut self, block: &Block, span: Span) -> Outcome<Flow> {
        if block.handlers.is_empty() {
            return self.items(&block.items, span);
        }
        let before = self.catalog.clone();
        let rejection = match self.items(&block.items, span) {
            Ok(flow) => return Ok(flow),
            Err(rejection) => rejection,
        };
        let handler = block.handlers.iter().find(|handler| {
            let mut conditions = handler.conditions.iter();
            conditions.any(|name| sqlstate::caught_by(rejection.code, name))
        });
        let Some(handler) = handler else {
            return Err(rejection);
        };
        *self.catalog = before;
        self.items(&handler.items, span)
    }

    fn items(&mut self, items: &[BlockItem], span: Span) -> Outcome<Flow> {
        for item in items {
            let flow = match item {
                BlockItem::Changes(changes) => self.statement(changes)?,
                BlockItem::If(branches) => self.branches(branches, span)?,
                BlockItem::Loop(body) => {
                    self.perhaps(span, "a loop runs it an unknown number of times", |apply| {
                        apply.items(body, span).map(|_| ())
                    });
                    Flow::Next
                }
                BlockItem::Block(block) => self.block(block, span)?,
                BlockItem::Refused(fault) => return Err(Rejection::of_body(fault)),
                BlockItem::Raise => {
                    return Err(Rejection::new(
                        sqlstate::RAISE_EXCEPTION,
                        span,
                        "the block raises an exception",
                    ));
                }
                BlockItem::Leave => Flow::Leave,
                BlockItem::Unknown(_, words) => {
                    let why = "text that is not known before it runs may change it";
                    let words = words.iter().map(String::as_str);
                    let takes_away = words.clone().any(super::functions::takes_away);
                    let named = self.catalog.doubt_words(words, takes_away, why);
                    let all = "text that is not known before it runs may change the schema";
                    if takes_away && !named {
                        self.catalog.doubt_all(all, self.site);
                    }
                    self.catalog.doubt(all);
                    Flow::Next
                }
            };
            if flow == Flow::Leave {
                return Ok(Flow::Leave);
            }
        }
        Ok(Flow::Next)
    }

    /// One SQL statement of a block; its first error ends the block.
    fn statement(&mut self, changes: &[Change]) -> Outcome<Flow> {
        for change in changes {
            if let Some(rejection) = self
                .catalog
                .apply_in(change, self.site, true, self.names.clone())
                .into_iter()
                .next()
            {
                return Err(rejection);
            }
        }
        Ok(Flow::Next)
    }

    fn branches(&mut self, branches: &[(Condition, Vec<BlockItem>)], span: Span) -> Outcome<Flow> {
        for (at, (condition, items)) in branches.iter().enumerate() {
            match self.catalog.decide(condition) {
                Some(true) => return self.items(items, span),
                Some(false) => {}
                None => {
                    // Any of the branches from here on may run, or none.
                    for (_, items) in &branches[at..] {
                        self.perhaps(
                            span,
                            "it depends on a condition that is not known",
                            |apply| apply.items(items, span).map(|_| ()),
                        );
                    }
                    return Ok(Flow::Next);
                }
            }
        }
        Ok(Flow::Next)
    }

    /// Does what may or may not be done: it is done, and everything that it touched is no longer
    /// known exactly. Errors mean that it was not.
    fn perhaps(&mut self, _span: Span, why: &str, run: impl FnOnce(&mut Self) -> Outcome) {
        let before = self.catalog.clone();
        let rejections = self.rejections.len();
        let refused = run(self).is_err();
        self.rejections.truncate(rejections);
        if refused {
            *self.catalog = before;
        } else {
            self.catalog.doubt_changes(&before, why);
        }
    }
}

impl Catalog {
    /// Whether a condition holds; `None` when the schema does not tell.
    fn decide(&self, condition: &Condition) -> Option<bool> {
        match condition {
            Condition::Always => Some(true),
            Condition::Not(inner) => self.decide(inner).map(|holds| !holds),
            Condition::All(parts) => {
                let parts: Vec<Option<bool>> = parts.iter().map(|part| self.decide(part)).collect();
                if parts.contains(&Some(false)) {
                    Some(false)
                } else {
                    parts.into_iter().collect::<Option<Vec<_>>>().map(|_| true)
                }
            }
            Condition::Any(parts) => {
                let parts: Vec<Option<bool>> = parts.iter().map(|part| self.decide(part)).collect();
                if parts.contains(&Some(true)) {
                    Some(true)
                } else {
                    parts.into_iter().collect::<Option<Vec<_>>>().map(|_| false)
                }
            }
            Condition::TableExists(name) => self.known(
                self.find_table(name)
                    .or_else(|| self.find_view(name))
                    .is_some(),
            ),
            Condition::ColumnExists { table, column } => match self.table(table) {
                Some(found) if self.column_at(found, &column.value).is_some() => Some(true),
                Some(found) => found.knowledge.is_exact().then_some(false),
                None => self.known(false),
            },
            Condition::ColumnHasType {
                table,
                column,
                data_type,
            } => self.of_column(table, &column.value, |column| {
                has_type(self, &column.data_type, data_type)
            }),
            Condition::ColumnNullable { table, column } => {
                self.of_column(table, &column.value, |column| !column.not_null)
            }
            Condition::ConstraintExists {
                table: Some(table),
                name,
            } => match self.table(table) {
                Some(found) if found.constraint_origin(self.keep(&name.value)).is_some() => {
                    Some(true)
                }
                Some(found) => found.knowledge.is_exact().then_some(false),
                None => self.known(false),
            },
            Condition::ConstraintExists { table: None, name } => {
                let kept = self.keep(&name.value);
                let mut tables = self.tables.with(Mention::Constraint(kept));
                let found = tables.any(|(_, table)| table.constraint_origin(kept).is_some());
                self.known_in_tables(found)
            }
            Condition::ViewExists { name, materialized } => {
                match self.find_view(name).map(|name| &self.views[&name]) {
                    Some(view) => view
                        .knowledge
                        .is_exact()
                        .then_some(view.materialized == *materialized),
                    None => self.known(false),
                }
            }
            Condition::IndexExists(name) => self.known_in_tables(self.find_index(name).is_some()),
            Condition::IndexOfTable { table, name } => match self.table(table) {
                Some(found) => {
                    let mut names = found
                        .indexes
                        .iter()
                        .map(|index| &index.name)
                        .chain(found.keys().map(|key| &key.name));
                    let has = names.any(|known| self.same(known, &name.value));
                    (has || found.knowledge.is_exact()).then_some(has)
                }
                None => self.known(false),
            },
            Condition::TypeExists(name) => self.known(self.find_type(name).is_some()),
            Condition::EnumValueExists { name, value } => {
                match self.find_enum(name).map(|name| &self.enums[&name]) {
                    Some(found) if found.has_label(value) => Some(true),
                    Some(found) => found.knowledge.is_exact().then_some(false),
                    None => self.known(false),
                }
            }
            Condition::SchemaExists(name) => {
                if self.schemas.contains_key(self.keep(&name.value)) {
                    Some(true)
                } else {
                    self.known(false)
                }
            }
            // A new database may come with extensions and functions.
            Condition::ExtensionExists(name) => {
                self.extensions.contains_key(&name.value).then_some(true)
            }
            Condition::FunctionExists(name) => self.known(self.find_function(name).is_some()),
            Condition::TriggerExists { table, name } => {
                let kept = self.keep(&name.value);
                let has = |table: &super::Table| {
                    table.triggers.iter().any(|trigger| trigger.name == kept)
                };
                match table {
                    Some(table) => match self.table(table) {
                        Some(found) if has(found) => Some(true),
                        Some(found) => found.knowledge.is_exact().then_some(false),
                        None => self.known(false),
                    },
                    None => self.known_in_tables(
                        self.tables
                            .with(Mention::Trigger(kept))
                            .any(|(_, table)| has(table)),
                    ),
                }
            }
            Condition::Unknown => None,
        }
    }

    /// What is there is there; what is not may be, unless the whole is known exactly.
    fn known(&self, found: bool) -> Option<bool> {
        (found || self.knowledge.is_exact()).then_some(found)
    }

    fn known_in_tables(&self, found: bool) -> Option<bool> {
        (found || self.tables_are_known()).then_some(found)
    }

    fn of_column(
        &self,
        table: &ObjectName,
        name: &str,
        holds: impl Fn(&super::Column) -> bool,
    ) -> Option<bool> {
        let Some(table) = self.table(table) else {
            return self.known(false);
        };
        let Some(at) = self.column_at(table, name) else {
            return table.knowledge.is_exact().then_some(false);
        };
        let column = &table.columns[at];
        column.knowledge.is_exact().then(|| holds(column))
    }
}

/// Whether a column has a type as `information_schema` spells it.
fn has_type(catalog: &Catalog, data_type: &DataType, wanted: &DataType) -> bool {
    match wanted.name.to_ascii_lowercase().as_str() {
        "array" => data_type.array,
        "user-defined" => catalog.type_of(data_type).is_some(),
        name => !data_type.array && data_type.name == name,
    }
}
