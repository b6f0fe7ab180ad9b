//! Keys, indexes and checks of a table: what its third argument and `references` say.

use crate::catalog::Part;
use std::rc::Rc;

use super::assemble::{Assembler, doubt, kit_name, place};
use super::builder::{ColumnBuilder, ForeignKeyBuilder, IndexBuilder};
use super::kit::{
    Doubt, KitCheck, KitElement, KitForeignKey, KitIndex, KitKey, KitPolicy, KitTable,
};
use super::sql::SqlPlace;
use super::value::{JsValue, Unknown};
use crate::schema::Place;
use crate::source::{Source, Span};

/// The columns of a key: each one's name before and after casing.
type KeyColumns = Vec<(Rc<str>, Rc<str>)>;

impl<'a> Assembler<'_, 'a, '_> {
    /// The array or object that the third argument yields.
    pub(super) fn extra(&self, extra: &JsValue<'a>, made: &mut KitTable) {
        let mut items: Vec<JsValue<'a>> = match extra {
            JsValue::Array(items) => items.to_vec(),
            JsValue::Object(object) => {
                if let Some(open) = &object.open {
                    made.open = Some(doubt(open));
                }
                object
                    .entries
                    .iter()
                    .map(|(_, value)| value.clone())
                    .collect()
            }
            JsValue::Undefined | JsValue::Null => return,
            JsValue::Unknown(unknown) => {
                made.open = Some(doubt(unknown));
                return;
            }
            other => vec![other.clone()],
        };
        // A helper may return several at once.
        while items.iter().any(|item| matches!(item, JsValue::Array(_))) {
            items = items
                .into_iter()
                .flat_map(|item| match item {
                    JsValue::Array(more) => more.to_vec(),
                    other => vec![other],
                })
                .collect();
        }
        for item in &items {
            match item {
                JsValue::Index(index) => self.index(index, made),
                JsValue::ForeignKey(key) => self.explicit_foreign_key(key, made),
                JsValue::Unique(key) => match self.columns(&key.columns) {
                    Ok(columns) => {
                        let plain: Vec<&str> = columns.iter().map(|(plain, _)| &**plain).collect();
                        let (naming, table) = (&self.naming, &made.name.name);
                        let name = match key.name.as_str() {
                            Some(name) => name.to_string(),
                            None => naming.unique(self.dialect, table, &plain.join("_")),
                        };
                        made.uniques.push(KitKey {
                            name,
                            columns: columns.iter().map(|(_, name)| name.to_string()).collect(),
                            nulls_not_distinct: key.nulls_not_distinct,
                            place: place(&key.source, key.span),
                        });
                    }
                    Err(unknown) => {
                        made.open = Some(doubt(
                            &unknown.unwrap_or_else(|| not_columns(&key.source, key.span)),
                        ));
                    }
                },
                JsValue::PrimaryKey(key) => match self.columns(&key.columns) {
                    Ok(columns) => {
                        let plain: Vec<&str> = columns.iter().map(|(plain, _)| &**plain).collect();
                        let name = key.name.as_str().map_or_else(
                            || {
                                self.naming.primary_key(
                                    self.dialect,
                                    &made.name.name,
                                    &plain.join("_"),
                                )
                            },
                            ToString::to_string,
                        );
                        made.primary_key = Some(KitKey {
                            name: self.naming.cased(name, &columns),
                            columns: columns.iter().map(|(_, name)| name.to_string()).collect(),
                            nulls_not_distinct: false,
                            place: place(&key.source, key.span),
                        });
                    }
                    Err(unknown) => {
                        let unknown = unknown.unwrap_or_else(|| not_columns(&key.source, key.span));
                        made.doubts.push((Part::PrimaryKey, doubt(&unknown)));
                    }
                },
                JsValue::Check(check) => {
                    let condition = match &check.condition {
                        JsValue::Sql(sql) => {
                            sql.render_in(SqlPlace::Check, self.dialect, &self.naming)
                        }
                        JsValue::Unknown(unknown) => Err(unknown.clone()),
                        _ => Err(Unknown::new(
                            &check.source,
                            check.span,
                            "the condition is not SQL",
                        )),
                    };
                    match (check.name.as_str(), condition) {
                        (Some(name), Ok(condition)) => made.checks.push(KitCheck {
                            name: name.to_string(),
                            condition,
                            place: place(&check.source, check.span),
                        }),
                        (Some(name), Err(unknown)) => {
                            made.doubts
                                .push((Part::Check(name.to_string()), doubt(&unknown)));
                        }
                        (None, _) => {
                            let reason = "the check's name is not a constant";
                            made.open =
                                Some(doubt(&Unknown::new(&check.source, check.span, reason)));
                        }
                    }
                }
                JsValue::Policy(policy) => made.policies.push(KitPolicy {
                    name: policy.name.to_string(),
                    place: place(&policy.source, policy.span),
                }),
                JsValue::Unknown(unknown) => made.open = Some(doubt(unknown)),
                // Drizzle leaves out whatever it did not make itself.
                _ => {}
            }
        }
    }

    fn index(&self, index: &IndexBuilder<'a>, made: &mut KitTable) {
        let place = place(&index.source, index.span);
        let mut elements = Vec::new();
        let mut trouble: Option<Unknown> = None;
        for column in &index.columns {
            match column {
                JsValue::ColumnRef(column) => {
                    match self.naming.column(column.key(), column.builder()) {
                        Ok(name) => elements.push(KitElement {
                            text: name.to_string(),
                            is_expression: false,
                            descending: column.descending,
                            nulls_first: column.nulls_first == Some(true),
                            opclass: column.opclass.as_ref().map(ToString::to_string),
                        }),
                        Err(unknown) => trouble = Some(unknown),
                    }
                }
                JsValue::Sql(sql) => match sql.render(self.dialect, &self.naming) {
                    Ok(text) => elements.push(KitElement {
                        is_expression: true,
                        ..KitElement::column(text)
                    }),
                    Err(unknown) => trouble = Some(unknown),
                },
                JsValue::Unknown(unknown) => trouble = Some(unknown.clone()),
                _ => trouble = Some(not_columns(&index.source, index.span)),
            }
        }
        let columns_known = trouble.is_none();
        let condition = match &index.condition {
            JsValue::Undefined | JsValue::Null => None,
            JsValue::Sql(sql) => sql
                .render_in(SqlPlace::IndexCondition, self.dialect, &self.naming)
                .map_err(|unknown| trouble = Some(unknown))
                .ok(),
            JsValue::Unknown(unknown) => {
                trouble = Some(unknown.clone());
                None
            }
            _ => {
                trouble = Some(Unknown::new(
                    &index.source,
                    index.span,
                    "the condition is not SQL",
                ));
                None
            }
        };
        let name = match &index.name {
            JsValue::String(name) => Some(name.to_string()),
            JsValue::Undefined if columns_known => {
                let columns: Vec<&str> = elements
                    .iter()
                    .map(|element| element.text.as_str())
                    .collect();
                Some(format!("{}_{}_index", made.name.name, columns.join("_")))
            }
            JsValue::Unknown(unknown) => {
                trouble = Some(unknown.clone());
                None
            }
            _ => None,
        };
        match (name, trouble) {
            (Some(name), None) => {
                let method = match &index.method {
                    JsValue::String(method) => Some(method.to_string()),
                    // Versions before 0.31 took SQL.
                    JsValue::Sql(sql) => sql.render(self.dialect, &self.naming).ok(),
                    _ => None,
                };
                made.indexes.retain(|other| other.name != name);
                made.indexes.push(KitIndex {
                    name,
                    unique: index.unique,
                    method,
                    elements,
                    condition,
                    place,
                });
            }
            (Some(name), Some(unknown)) if !index.unique || columns_known => {
                if index.unique {
                    let columns = elements.into_iter().map(|element| element.text).collect();
                    made.doubts.push((Part::Unique(columns), doubt(&unknown)));
                }
                made.doubts.push((Part::Index(name), doubt(&unknown)));
            }
            (_, trouble) => {
                made.open = Some(doubt(
                    &trouble.unwrap_or_else(|| not_columns(&index.source, index.span)),
                ));
            }
        }
    }

    fn explicit_foreign_key(&self, key: &ForeignKeyBuilder<'a>, made: &mut KitTable) {
        let list = |name: &str| match key.config.property(name) {
            JsValue::Array(items) => items.to_vec(),
            other => vec![other],
        };
        let parts = Reference {
            columns: list("columns"),
            foreign: list("foreignColumns"),
            name: key.config.property("name"),
            on_delete: key.on_delete.clone(),
            on_update: key.on_update.clone(),
        };
        self.foreign_key(parts, place(&key.source, key.span), made);
    }

    pub(super) fn foreign_key(&self, parts: Reference<'a>, place: Place, made: &mut KitTable) {
        let failed =
            |made: &mut KitTable, unknown: Option<Unknown>, columns: Option<Vec<String>>| {
                let doubt = unknown.as_ref().map_or_else(
                    || Doubt {
                        place: place.clone(),
                        reason: "what the foreign key references is not known".to_owned(),
                    },
                    doubt,
                );
                match columns {
                    Some(columns) => made.doubts.push((Part::ForeignKey(columns), doubt)),
                    None => made.open = Some(doubt),
                }
            };
        let columns = match self.columns(&JsValue::array(parts.columns)) {
            Ok(columns) => columns,
            Err(unknown) => return failed(made, unknown, None),
        };
        let own: Vec<String> = columns.iter().map(|(_, name)| name.to_string()).collect();
        let table = parts.foreign.first().and_then(|column| match column {
            JsValue::ColumnRef(column) => Some(column.table.clone()),
            _ => None,
        });
        let foreign = match self.columns(&JsValue::array(parts.foreign)) {
            Ok(foreign) => foreign,
            Err(unknown) => return failed(made, unknown, Some(own)),
        };
        let Some(table) = table else {
            return failed(made, None, Some(own));
        };
        let target = match &table.name {
            Ok(name) => name.clone(),
            Err(unknown) => return failed(made, Some(unknown.clone()), Some(own)),
        };
        let actions: Result<Vec<Option<String>>, Unknown> = [&parts.on_delete, &parts.on_update]
            .into_iter()
            .map(|action| match action {
                JsValue::Unknown(unknown) => Err(unknown.clone()),
                value => Ok(value.as_str().map(ToString::to_string)),
            })
            .collect();
        let [on_delete, on_update] = match actions.map(<[_; 2]>::try_from) {
            Ok(Ok(actions)) => actions,
            Err(unknown) => return failed(made, Some(unknown), Some(own)),
            Ok(Err(_)) => return,
        };
        let name = match &parts.name {
            JsValue::String(name) => name.to_string(),
            JsValue::Unknown(unknown) => return failed(made, Some(unknown.clone()), Some(own)),
            _ => {
                let plain = |pairs: &[(Rc<str>, Rc<str>)]| {
                    pairs
                        .iter()
                        .map(|(plain, _)| plain.to_string())
                        .collect::<Vec<_>>()
                        .join("_")
                };
                let (own, referenced) = (plain(&columns), plain(&foreign));
                self.naming
                    .foreign_key(self.dialect, &made.name.name, &own, &target, &referenced)
            }
        };
        let name = self
            .naming
            .cased(self.naming.cased(name, &columns), &foreign);
        made.foreign_keys.retain(|other| other.name != name);
        made.foreign_keys.push(KitForeignKey {
            name,
            columns: own,
            table: kit_name(table.schema.as_ref(), &target),
            referenced: foreign.iter().map(|(_, name)| name.to_string()).collect(),
            on_delete,
            on_update,
            place,
        });
    }

    /// Columns of a key, each with its name before and after casing; `Err(None)` for something that
    /// is no column.
    fn columns(&self, value: &JsValue<'a>) -> Result<KeyColumns, Option<Unknown>> {
        let items = match value {
            JsValue::Array(items) => items.clone(),
            JsValue::Unknown(unknown) => return Err(Some(unknown.clone())),
            other => Rc::new(vec![other.clone()]),
        };
        items
            .iter()
            .map(|item| match item {
                JsValue::ColumnRef(column) => {
                    let name = self
                        .naming
                        .column(column.key(), column.builder())
                        .map_err(Some)?;
                    Ok((plain_name(column.key(), column.builder()), name))
                }
                JsValue::Unknown(unknown) => Err(Some(unknown.clone())),
                _ => Err(None),
            })
            .collect()
    }
}

/// What a foreign key is made of.
pub(super) struct Reference<'a> {
    pub(super) columns: Vec<JsValue<'a>>,
    pub(super) foreign: Vec<JsValue<'a>>,
    pub(super) name: JsValue<'a>,
    pub(super) on_delete: JsValue<'a>,
    pub(super) on_update: JsValue<'a>,
}

impl KitElement {
    /// The key of a column and nothing else.
    pub(crate) fn column(text: String) -> Self {
        Self {
            text,
            is_expression: false,
            descending: false,
            nulls_first: false,
            opclass: None,
        }
    }
}

/// A column's name before casing.
pub(super) fn plain_name(key: &Rc<str>, builder: &ColumnBuilder<'_>) -> Rc<str> {
    match &builder.name {
        Ok(name) if !name.is_empty() => name.clone(),
        _ => key.clone(),
    }
}

fn not_columns(source: &Source, span: Span) -> Unknown {
    Unknown::new(source, span, "the columns are not known")
}
