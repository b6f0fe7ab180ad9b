//! Schemas, the search path, and moving objects between schemas.

use crate::server::is_home_schema;
use crate::server::postgres::names;
use std::sync::Arc;

use super::apply::{Apply, Outcome};
use super::depend::{Droppable, refers_to};
use super::lookup::TEMPORARY;
use super::publications;
use super::rejection::sqlstate;
use super::rewrite::{any_expr, each_expr, may_name_sequence, rename_sequence};
use super::{Catalog, Mention, QName, Rejection};
use crate::sql::change::{DropMode, Ident, ObjectName};

/// Schemas that exist in every PostgreSQL database.
const SYSTEM: &[&str] = &[
    names::HOME,
    "pg_catalog",
    "information_schema",
    "pg_toast",
    TEMPORARY,
];

impl Apply<'_> {
    /// Where a new object is made; refused in a schema that certainly does not exist.
    pub(crate) fn place(&mut self, name: &ObjectName) -> Outcome<QName> {
        if let Some(schema) = &name.schema {
            self.need_schema(schema)?;
        }
        Ok(self.catalog.qualify(name))
    }

    /// Refuses a schema that certainly does not exist. Which schemas a database came with is not
    /// known, so that is only one that was dropped or renamed.
    pub(crate) fn need_schema(&mut self, schema: &Ident) -> Outcome {
        if !self.catalog.dialect.has_schemas()
            || self.catalog.schemas.contains_key(&schema.value)
            || SYSTEM.contains(&schema.value.as_str())
        {
            return Ok(());
        }
        if let Some(gone) = self
            .catalog
            .dropped_names
            .find(&QName::new(&schema.value, ""), None)
        {
            let message = format!("schema `{}` does not exist any more", schema.value);
            return Err(
                Rejection::new(sqlstate::INVALID_SCHEMA_NAME, schema.span, message)
                    .because(Some(gone.site), gone.how.clone()),
            );
        }
        self.catalog
            .schemas
            .insert(schema.value.clone(), super::Origin::default());
        Ok(())
    }

    pub(crate) fn create_schema(&mut self, name: &Ident, if_not_exists: bool) -> Outcome {
        if let Some(origin) = self.catalog.schemas.get(&name.value) {
            if if_not_exists || origin.made.is_none() && !is_home_schema(&name.value) {
                return Ok(());
            }
            let message = format!("schema `{}` already exists", name.value);
            return Err(
                Rejection::new(sqlstate::DUPLICATE_SCHEMA, name.span, message)
                    .because(origin.made, "created here"),
            );
        }
        let origin = self.origin();
        self.catalog.schemas.insert(name.value.clone(), origin);
        Ok(())
    }

    pub(crate) fn drop_schemas(&mut self, names: &[Ident], mode: DropMode) -> Outcome {
        for name in names {
            let schema = &name.value;
            if !self.catalog.schemas.contains_key(schema) {
                let gone = self
                    .catalog
                    .dropped_names
                    .find(&QName::new(schema, ""), None);
                if let (Some(gone), false) = (gone, mode.if_exists) {
                    let message = format!("schema `{schema}` does not exist any more");
                    return Err(
                        Rejection::new(sqlstate::INVALID_SCHEMA_NAME, name.span, message)
                            .because(Some(gone.site), gone.how.clone()),
                    );
                }
                continue;
            }
            let inside = self.catalog.objects_in(schema);
            if let Some(object) = inside.first().filter(|_| !mode.cascade) {
                let object_shown = self.catalog.describe(object);
                let message =
                    format!("schema `{schema}` cannot be dropped: {object_shown} is in it");
                let made = self.catalog.object_site(object);
                return Err(Rejection::new(
                    sqlstate::DEPENDENT_OBJECTS_STILL_EXIST,
                    name.span,
                    message,
                )
                .because(made, format!("{object_shown} is made here")));
            }
            if !inside.is_empty() {
                self.drop_objects(&inside, true, name.span)?;
            }
            self.catalog.schemas.remove(schema);
            self.gone(QName::new(schema, ""), None, "dropped here");
        }
        Ok(())
    }

    pub(crate) fn rename_schema(&mut self, from: &Ident, to: &Ident) -> Outcome {
        if self.catalog.schemas.contains_key(&to.value) {
            let message = format!("schema `{}` already exists", to.value);
            return Err(Rejection::new(sqlstate::DUPLICATE_SCHEMA, to.span, message));
        }
        self.need_schema(from)?;
        let mut origin = self.catalog.schemas.remove(&from.value).unwrap_or_default();
        origin.changed = Some(self.site);
        self.catalog.schemas.insert(to.value.clone(), origin);
        for object in self.catalog.objects_in(&from.value) {
            let moved = |name: &QName| QName::new(to.value.clone(), name.name.clone());
            match &object {
                Droppable::Table(name) => self.move_table(name, &moved(name)),
                Droppable::View(name) => self.move_view(name, &moved(name)),
                Droppable::Sequence(name) => self.move_sequence(name, &moved(name)),
                Droppable::Type(name) => self.move_any_type(name, &moved(name)),
                Droppable::Function(name, arguments) => {
                    self.move_function(name, arguments, &moved(name));
                }
                _ => {}
            }
        }
        self.gone(
            QName::new(&from.value, ""),
            None,
            &format!("renamed to `{}` here", to.value),
        );
        Ok(())
    }

    fn move_any_type(&mut self, from: &QName, to: &QName) {
        if let Some(mut found) = self.catalog.enums.remove(from) {
            Arc::make_mut(&mut found).name = to.clone();
            self.catalog.enums.insert(to.clone(), found);
        }
        if let Some(mut found) = self.catalog.domains.remove(from) {
            Arc::make_mut(&mut found).name = to.clone();
            self.catalog.domains.insert(to.clone(), found);
        }
        if let Some(mut found) = self.catalog.composites.remove(from) {
            Arc::make_mut(&mut found).name = to.clone();
            self.catalog.composites.insert(to.clone(), found);
        }
        self.type_moved(from, to);
    }

    /// Gives a table another name, schema or both: foreign keys, views, sequences and row types
    /// follow, names of its indexes stay.
    pub(crate) fn move_table(&mut self, from: &QName, to: &QName) {
        let Some(mut table) = self.catalog.tables.remove(from) else {
            return;
        };
        let moved = Arc::make_mut(&mut table);
        moved.name = to.clone();
        moved.origin.changed = Some(self.site);
        self.catalog.tables.insert(to.clone(), table);
        self.each_table(
            Mention::Relation(&from.name),
            |table| refers_to(table, from),
            |table| {
                for key in table
                    .foreign_keys
                    .iter_mut()
                    .filter(|key| key.table == *from)
                {
                    key.table = to.clone();
                }
                if let Some(partition) = table
                    .partition_of
                    .as_mut()
                    .filter(|partition| partition.parent == *from)
                {
                    partition.parent = to.clone();
                }
                table
                    .inherits
                    .iter_mut()
                    .filter(|parent| *parent == from)
                    .for_each(|parent| *parent = to.clone());
            },
        );
        self.relation_moved(from, to);
        let owned: Vec<QName> = self
            .catalog
            .owned_sequences(from, None)
            .map(|(name, _)| name.clone())
            .collect();
        for name in owned {
            if let Some(sequence) = self.catalog.sequences.get_mut(&name)
                && let Some(owner) = &mut Arc::make_mut(sequence).owner
            {
                owner.table = to.clone();
            }
            // A table takes its sequences along to another schema.
            if from.schema != to.schema {
                self.move_sequence(&name, &QName::new(to.schema.clone(), name.name.clone()));
            }
        }
        self.type_moved(from, to);
    }

    /// Views that read a relation follow it.
    pub(crate) fn relation_moved(&mut self, from: &QName, to: &QName) {
        publications::follow(&mut self.catalog.publications, from, to);
        self.each_table(
            Mention::Relation(&from.name),
            |table| table.reaches().any(|reached| reached.has_relation(from)),
            |table| {
                let reached = table.reaches_mut();
                reached.for_each(|reached| reached.move_relation(from, to));
            },
        );
        self.catalog.views.change(
            Mention::Relation(&from.name),
            |view| view.relations.contains(from),
            |view| {
                view.relations
                    .iter_mut()
                    .filter(|name| *name == from)
                    .for_each(|name| *name = to.clone());
                view.uses
                    .iter_mut()
                    .filter(|used| used.table == *from)
                    .for_each(|used| used.table = to.clone());
            },
        );
    }

    /// Gives a sequence another name or schema; defaults that use it follow.
    pub(crate) fn move_sequence(&mut self, from: &QName, to: &QName) {
        let Some(mut sequence) = self.catalog.sequences.remove(from) else {
            return;
        };
        let moved = Arc::make_mut(&mut sequence);
        moved.name = to.clone();
        moved.origin.changed = Some(self.site);
        self.catalog.sequences.insert(to.clone(), sequence);
        self.catalog.tables.change_any(
            |table| any_expr(table, &|expr| may_name_sequence(expr, from)),
            |table| {
                each_expr(table, &mut |expr| rename_sequence(expr, from, to));
            },
        );
    }

    /// `SET search_path`.
    pub(crate) fn set_parameter(&mut self, name: &str, value: Option<&str>) {
        if !self.catalog.dialect.has_schemas() {
            return;
        }
        // Whether a timestamp changes when its column gets a time zone depends on it.
        if matches!(name.to_ascii_lowercase().as_str(), "timezone" | "time zone") {
            let zone = value.unwrap_or_default().to_owned();
            self.catalog.settings.insert("timezone".to_owned(), zone);
        }
        if name.eq_ignore_ascii_case("check_function_bodies") {
            let value = value.unwrap_or("on").to_owned();
            self.catalog
                .settings
                .insert(name.to_ascii_lowercase(), value);
        }
        if !name.eq_ignore_ascii_case("search_path") {
            return;
        }
        let path: Vec<String> = value
            .unwrap_or(names::HOME)
            .split(',')
            .map(|schema| schema.trim().trim_matches(['\'', '"']).to_owned())
            .filter(|schema| !schema.is_empty() && schema != "$user" && schema != "pg_catalog")
            .collect();
        for schema in &path {
            // A path may name a schema that the history did not make.
            let gone = self
                .catalog
                .dropped_names
                .find(&QName::new(schema, ""), None)
                .is_some();
            if !gone {
                self.catalog.schemas.get_or_default(schema);
            }
        }
        self.catalog.search_path = path;
    }
}

impl Catalog {
    /// Everything in a schema that a drop of it would have to take along.
    fn objects_in(&self, schema: &str) -> Vec<Droppable> {
        let mut objects = Vec::new();
        let here = |name: &QName| name.schema == schema;
        objects.extend(
            self.tables
                .keys()
                .filter(|name| here(name))
                .cloned()
                .map(Droppable::Table),
        );
        objects.extend(
            self.views
                .keys()
                .filter(|name| here(name))
                .cloned()
                .map(Droppable::View),
        );
        objects.extend(
            self.sequences
                .keys()
                .filter(|name| here(name))
                .cloned()
                .map(Droppable::Sequence),
        );
        let types = self
            .enums
            .keys()
            .chain(self.domains.keys())
            .chain(self.composites.keys());
        objects.extend(
            types
                .filter(|name| here(name))
                .cloned()
                .map(Droppable::Type),
        );
        for (name, overloads) in self.functions.iter().filter(|(name, _)| here(name)) {
            objects.extend(
                overloads
                    .iter()
                    .map(|found| Droppable::Function(name.clone(), found.arguments.clone())),
            );
        }
        objects
    }
}
