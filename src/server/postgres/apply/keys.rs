//! Primary keys and unique constraints.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::depend::as_key;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Key, QName, Rejection};
use crate::server::postgres::apply::names::joined;
use crate::sql::change::{ConstraintDef, ExprKind, Ident, IndexColumn};

impl Apply<'_> {
    fn key_columns(
        &mut self,
        table: &QName,
        columns: &[IndexColumn],
        inline: Option<&Ident>,
    ) -> Outcome<Vec<String>> {
        let mut names = Vec::new();
        for column in columns {
            let name = match &column.expr.kind {
                ExprKind::Column(name) => name.clone(),
                _ => Ident {
                    span: column.expr.span,
                    ..Ident::synthetic(column.expr.sql.clone())
                },
            };
            let at = self.need_column(table, &name)?;
            let found = self
                .catalog
                .tables
                .get(table)
                .and_then(|table| table.columns.get(at?));
            names.push(found.map_or(name.value, |found| found.name.clone()));
        }
        if let Some(inline) = inline.filter(|_| names.is_empty()) {
            names.push(self.catalog.keep(&inline.value).to_owned());
        }
        Ok(names)
    }

    pub(crate) fn add_key(
        &mut self,
        table: &QName,
        definition: &ConstraintDef,
        (columns, include, nulls_not_distinct): (&[IndexColumn], &[Ident], bool),
        inline: Option<&Ident>,
        primary: bool,
        new: bool,
    ) -> Outcome {
        let names = self.key_columns(table, columns, inline)?;
        if let Some(twice) = self
            .catalog
            .first_repeated(names.iter().map(String::as_str))
        {
            let message = format!("column `{}` stands in the key twice", names[twice]);
            let code = sqlstate::DUPLICATE_COLUMN;
            return Err(Rejection::new(code, definition.span, message));
        }
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        if primary && let Some(key) = &found.primary_key {
            let message = format!(
                "table `{}` already has a primary key",
                self.catalog.shown(table)
            );
            return Err(Rejection::new(
                sqlstate::INVALID_TABLE_DEFINITION,
                definition.span,
                message,
            )
            .because(key.origin.made, "added here"));
        }
        self.refuse_partial_key(found, &names, definition.span)?;
        let mut unkeyed = Vec::new();
        for name in &names {
            if let Some(column) = found
                .column(name)
                .filter(|column| column.knowledge.is_exact())
            {
                let outcome = self.refuse_type(&column.data_type, "btree", definition.span);
                if let Err(rejection) = outcome {
                    unkeyed.push(rejection);
                }
            }
        }
        self.rejections.extend(unkeyed);
        let key = Key {
            name: String::new(),
            columns: names,
            include: include.iter().map(|column| column.value.clone()).collect(),
            nulls_not_distinct,
            deferral: definition.deferral,
            origin: self.origin(),
        };
        // In one CREATE TABLE, a unique constraint like an earlier key is the same constraint.
        let merges = new && !primary;
        let earlier = found.keys().find(|other| {
            merges
                && other.columns == key.columns
                && other.include == key.include
                && other.nulls_not_distinct == key.nulls_not_distinct
                && other.deferral == key.deferral
        });
        let earlier = earlier.map(|earlier| earlier.name.clone());
        if let Some(earlier) = earlier {
            // The name of the later one stays when the earlier one has none.
            let made_up = format!(
                "{}_{}_key",
                table.name,
                joined(key.columns.iter().map(String::as_str))
            );
            if let Some(name) = definition.name.as_ref().filter(|_| earlier == made_up) {
                let name = self.catalog.keep(&name.value).to_owned();
                let uniques = self
                    .edit(table)
                    .into_iter()
                    .flat_map(|table| &mut table.uniques);
                uniques
                    .filter(|key| key.name == earlier)
                    .for_each(|key| key.name.clone_from(&name));
            }
            return Ok(());
        }
        let name = if primary {
            self.index_name_for(table, definition.name.as_ref(), "", "pkey")?
        } else {
            let addition = joined(key.columns.iter().chain(&key.include).map(String::as_str));
            self.index_name_for(table, definition.name.as_ref(), &addition, "key")?
        };
        self.put_key(
            table,
            Key {
                name,
                ..key.clone()
            },
            primary,
        );
        // pg_dump gives every partition its key, and attaches it afterwards.
        for child in if self.only {
            Vec::new()
        } else {
            self.catalog.children(table)
        } {
            if self.catalog.tables[&child].partition_of.is_some() {
                self.copy_key(&child, &key, primary);
            }
        }
        Ok(())
    }

    fn put_key(&mut self, table: &QName, key: Key, primary: bool) {
        let Some(table) = self.edit(table) else {
            return;
        };
        if primary {
            table
                .columns
                .iter_mut()
                .filter(|column| key.columns.contains(&column.name))
                .for_each(|column| {
                    column.not_null = true;
                });
            table.primary_key = Some(key);
        } else {
            table.uniques.push(key);
        }
    }

    /// The same key on another table, under a name made for it.
    pub(crate) fn copy_key(&mut self, table: &QName, key: &Key, primary: bool) {
        if primary
            && self
                .catalog
                .tables
                .get(table)
                .is_some_and(|table| table.primary_key.is_some())
        {
            return;
        }
        let addition = joined(key.columns.iter().chain(&key.include).map(String::as_str));
        let name = if primary {
            self.catalog.choose_relation_name(table, "", "pkey", true)
        } else {
            self.catalog
                .choose_relation_name(table, &addition, "key", true)
        };
        let origin = self.origin();
        self.put_key(
            table,
            Key {
                name,
                origin,
                ..key.clone()
            },
            primary,
        );
    }

    /// `ADD PRIMARY KEY | UNIQUE USING INDEX`: the index becomes the constraint's, and takes its
    /// name.
    pub(crate) fn adopt_index(
        &mut self,
        table: &QName,
        definition: &ConstraintDef,
        index: &Ident,
        primary: bool,
    ) -> Outcome {
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let kept = self.catalog.keep(&index.value).to_owned();
        let Some(at) = found.indexes.iter().position(|other| other.name == kept) else {
            if !found.knowledge.is_exact() {
                return Ok(());
            }
            let message = format!("index `{kept}` does not exist");
            let gone = self
                .catalog
                .dropped_names
                .find(&QName::new(table.schema.clone(), kept), None);
            let rejection = Rejection::new(sqlstate::UNDEFINED_OBJECT, index.span, message);
            return Err(match gone {
                Some(gone) => rejection.because(Some(gone.site), gone.how.clone()),
                None => rejection,
            });
        };
        let Some(key) = as_key(&found.indexes[at]) else {
            let message = format!(
                "index `{kept}` cannot back a constraint: it is not unique, partial or on an expression"
            );
            return Err(
                Rejection::new(sqlstate::WRONG_OBJECT_TYPE, index.span, message)
                    .because(found.indexes[at].origin.made, "made here"),
            );
        };
        if primary && let Some(key) = &found.primary_key {
            let message = format!(
                "table `{}` already has a primary key",
                self.catalog.shown(table)
            );
            return Err(Rejection::new(
                sqlstate::INVALID_TABLE_DEFINITION,
                definition.span,
                message,
            )
            .because(key.origin.made, "added here"));
        }
        let name = match &definition.name {
            Some(name) if name.value != kept => self.index_name_for(table, Some(name), "", "")?,
            _ => kept,
        };
        let origin = self.origin();
        let Some(found) = self.edit(table) else {
            return Ok(());
        };
        let index = found.indexes.remove(at);
        let made = Key {
            name,
            include: index.include,
            nulls_not_distinct: index.nulls_not_distinct,
            deferral: definition.deferral,
            origin,
            ..key
        };
        self.put_key(table, made, primary);
        Ok(())
    }
}
