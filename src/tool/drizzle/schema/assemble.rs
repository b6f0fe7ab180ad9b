//! Evaluated values to Drizzle's model: columns get their names, keys and indexes their columns,
//! defaults their SQL.

use std::rc::Rc;

use super::builder::{ColumnBuilder, GeneratedBuilder, TableBuilder};
use super::defaults::default_sql;
use super::eval::Evaluator;
use super::keys::{Reference, plain_name};
use super::kit::{
    Doubt, Kit, KitColumn, KitElement, KitEnum, KitGenerated, KitIndex, KitKey, KitName, KitTable,
    KitView,
};
use super::naming::{Casing, SchemaNaming};
use super::sql::SqlPlace;
use super::value::{ColumnHandle, JsValue, Unknown};
use crate::schema::Place;
use crate::source::{Source, Span};
use crate::sql::Dialect;

/// Gathers what modules export into one schema.
pub(super) struct Assembler<'e, 'a, 't> {
    pub(super) evaluator: &'e Evaluator<'a, 't>,
    pub(super) naming: SchemaNaming,
    pub(super) dialect: Dialect,
    pub(super) kit: Kit,
    /// A column is named by its key, which a casing may change.
    pub(super) cased: bool,
    seen: Vec<*const ()>,
}

impl<'e, 'a, 't> Assembler<'e, 'a, 't> {
    pub(super) fn new(
        evaluator: &'e Evaluator<'a, 't>,
        naming: SchemaNaming,
        dialect: Dialect,
    ) -> Self {
        let kit = Kit {
            dialect,
            enums: Vec::new(),
            sequences: Vec::new(),
            tables: Vec::new(),
            views: Vec::new(),
            open: Vec::new(),
            broken: Vec::new(),
        };
        Self {
            evaluator,
            naming,
            dialect,
            kit,
            cased: false,
            seen: Vec::new(),
        }
    }

    /// Takes in one exported value; the same object exported twice counts once.
    pub(super) fn add(&mut self, value: &JsValue<'a>) {
        let identity: *const () = match value {
            JsValue::Table(table) => Rc::as_ptr(table).cast(),
            JsValue::Enum(kind) => Rc::as_ptr(kind).cast(),
            JsValue::View(view) => Rc::as_ptr(view).cast(),
            JsValue::Sequence(sequence) => Rc::as_ptr(sequence).cast(),
            _ => return,
        };
        if self.seen.contains(&identity) {
            return;
        }
        self.seen.push(identity);
        match value {
            // drizzle-kit leaves MySQL tables of another database out.
            JsValue::Table(table) if table.dialect != self.dialect => {}
            JsValue::Table(table) if table.schema.is_some() && !self.dialect.has_schemas() => {}
            JsValue::Table(table) => match &table.name {
                Ok(name) => {
                    let made = self.table(table, name);
                    self.cased |= table.columns.iter().any(|(key, column)| {
                        let by_key = column.name.as_ref().is_ok_and(|name| name.is_empty());
                        by_key && Casing::matters(key)
                    });
                    self.kit.tables.retain(|other| other.name != made.name);
                    self.kit.tables.push(made);
                }
                Err(unknown) => self.kit.open.push(doubt(unknown)),
            },
            JsValue::Enum(kind) if self.dialect.types_are_objects() => {
                let labels = kind.labels.as_ref().map_err(doubt);
                let labels = labels.map(|labels| labels.iter().map(ToString::to_string).collect());
                let name = kit_name(kind.schema.as_ref(), &kind.name);
                self.kit.enums.retain(|other| other.name != name);
                self.kit.enums.push(KitEnum {
                    name,
                    labels,
                    place: place(&kind.source, kind.span),
                });
            }
            JsValue::View(view) => {
                let query = view
                    .query
                    .as_ref()
                    .and_then(|query| query.render(self.dialect, &self.naming).ok());
                self.kit.views.push(KitView {
                    name: kit_name(view.schema.as_ref(), &view.name),
                    materialized: view.materialized,
                    existing: view.existing,
                    query,
                    place: place(&view.source, view.span),
                });
            }
            JsValue::Sequence(sequence) => {
                self.kit
                    .sequences
                    .push(kit_name(sequence.schema.as_ref(), &sequence.name));
            }
            _ => {}
        }
    }

    fn table(&self, table: &Rc<TableBuilder<'a>>, name: &Rc<str>) -> KitTable {
        let mut made = KitTable::new(
            kit_name(table.schema.as_ref(), name),
            place(&table.source, table.span),
        );
        made.open = table.open.as_ref().map(doubt);
        made.row_security = table.row_security;
        for (index, (key, builder)) in table.columns.iter().enumerate() {
            match self.naming.column(key, builder) {
                Ok(column) => self.column(table, index, &column, builder, &mut made),
                Err(unknown) => {
                    made.open = Some(doubt(&unknown));
                    made.unnamed += 1;
                }
            }
        }
        if let Some(extra) = &table.extra {
            let extra = match extra {
                JsValue::Function(closure) => self
                    .evaluator
                    .invoke(closure, &[JsValue::Table(table.clone())]),
                other => other.clone(),
            };
            self.extra(&extra, &mut made);
        }
        if !self.dialect.constraints_have_names() {
            self.settle_keys(&mut made);
        }
        made
    }

    /// MySQL names every primary key; SQLite writes one of a single column at the column, and
    /// unique constraints as indexes.
    fn settle_keys(&self, made: &mut KitTable) {
        match self.dialect {
            Dialect::MySql => {
                if let Some(column) = made.columns.iter_mut().find(|column| column.primary) {
                    column.primary = false;
                    let name = format!("{}_{}", made.name.name, column.name);
                    made.primary_key.get_or_insert_with(|| KitKey {
                        name,
                        columns: vec![column.name.clone()],
                        nulls_not_distinct: false,
                        place: column.place.clone(),
                    });
                }
            }
            // Since 1.0, drizzle-kit keeps them as constraints, and leaves NOT NULL away at the
            // primary key.
            Dialect::Sqlite => {
                if let Some(key) = made.primary_key.take_if(|key| key.columns.len() == 1) {
                    for column in made
                        .columns
                        .iter_mut()
                        .filter(|column| column.name == key.columns[0])
                    {
                        column.primary = true;
                    }
                }
                if self.naming.since_v1 {
                    made.columns
                        .iter_mut()
                        .filter(|column| column.primary)
                        .for_each(|column| column.not_null = Ok(false));
                }
                let indexes = if self.naming.since_v1 {
                    0
                } else {
                    made.uniques.len()
                };
                made.indexes
                    .extend(made.uniques.drain(..indexes).map(|key| KitIndex {
                        name: key.name,
                        unique: true,
                        method: None,
                        elements: key.columns.into_iter().map(KitElement::column).collect(),
                        condition: None,
                        place: key.place,
                    }));
            }
            Dialect::Postgres => {}
        }
    }

    fn column(
        &self,
        table: &Rc<TableBuilder<'a>>,
        index: usize,
        name: &Rc<str>,
        builder: &ColumnBuilder<'a>,
        made: &mut KitTable,
    ) {
        let data_type = builder.data_type.as_ref().map_err(doubt);
        let data_type =
            data_type.map(|data_type| format!("{}{}", data_type.sql, data_type.dimensions));
        let kind = builder
            .data_type
            .as_ref()
            .ok()
            .and_then(|data_type| data_type.enumeration.as_ref());
        let default = default_sql(builder, data_type.as_ref().ok(), &self.naming)
            .map_err(|unknown| doubt(&unknown));
        let generated = match &builder.generated {
            None => Ok(None),
            Some(GeneratedBuilder { expression, stored }) => {
                let expression = match expression {
                    JsValue::Function(closure) => self.evaluator.invoke(closure, &[]),
                    other => other.clone(),
                };
                match expression {
                    JsValue::Sql(sql) => sql
                        .render_in(SqlPlace::Generated, self.dialect, &self.naming)
                        .map_err(|unknown| doubt(&unknown)),
                    JsValue::Unknown(unknown) => Err(doubt(&unknown)),
                    value => value
                        .to_text()
                        .map(|text| text.to_string())
                        .ok_or_else(|| Doubt {
                            place: place(&builder.source, builder.span),
                            reason: "the generation expression is not a constant".to_owned(),
                        }),
                }
                .map(|expression| {
                    Some(KitGenerated {
                        expression,
                        stored: *stored,
                    })
                })
            }
        };
        let mut column = KitColumn {
            name: name.to_string(),
            data_type,
            enum_schema: kind.map(|kind| kind.schema.as_deref().unwrap_or("public").to_owned()),
            not_null: Ok(builder.not_null),
            primary: builder.primary,
            auto_increment: builder.auto_increment,
            default,
            generated,
            identity: builder.identity,
            on_update_now: builder.on_update_now,
            client_default: builder.client_default,
            place: place(&builder.source, builder.span),
        };
        if let Some(open) = &builder.open {
            column.not_null = Err(doubt(open));
            column.default = Err(doubt(open));
            column.data_type = Err(doubt(open));
        }
        let place = column.place.clone();
        made.columns.push(column);
        if let Some(unique) = &builder.unique {
            let plain = plain_name(&table.columns[index].0, builder);
            let naming = &self.naming;
            let name = match &unique.name {
                Some(name) => name.to_string(),
                None => naming.column_unique(self.dialect, &made.name.name, &plain),
            };
            let columns = vec![made.columns[made.columns.len() - 1].name.clone()];
            made.uniques.push(KitKey {
                name,
                columns,
                nulls_not_distinct: unique.nulls_not_distinct,
                place,
            });
        }
        for reference in &builder.references {
            let target = match &reference.target {
                JsValue::Function(closure) => self.evaluator.invoke(closure, &[]),
                other => other.clone(),
            };
            let own = JsValue::ColumnRef(Rc::new(ColumnHandle::new(table, index)));
            let parts = Reference {
                columns: vec![own],
                foreign: match target {
                    JsValue::Array(items) => items.to_vec(),
                    other => vec![other],
                },
                name: JsValue::Undefined,
                on_delete: reference.actions.property("onDelete"),
                on_update: reference.actions.property("onUpdate"),
            };
            let place = self::place(&reference.source, reference.span);
            self.foreign_key(parts, place, made);
        }
    }
}

pub(super) fn kit_name(schema: Option<&Rc<str>>, name: &Rc<str>) -> KitName {
    let schema = schema.filter(|schema| &***schema != "public");
    KitName {
        schema: schema.map(ToString::to_string),
        name: name.to_string(),
    }
}

pub(super) fn place(source: &Source, span: Span) -> Place {
    Place {
        source: source.clone(),
        span,
    }
}

pub(super) fn doubt(unknown: &Unknown) -> Doubt {
    Doubt {
        place: place(unknown.source(), unknown.span()),
        reason: unknown.reason().to_owned(),
    }
}
