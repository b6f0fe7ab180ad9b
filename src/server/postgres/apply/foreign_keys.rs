//! Foreign keys.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::depend::as_key;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Column, ForeignKey, QName, Rejection, Table, format_type};
use crate::server::postgres::apply::names::joined;
use crate::source::Span;
use crate::sql::change::{ConstraintDef, ForeignKeyDef, Ident, ObjectName, Persistence};

impl Apply<'_> {
    pub(crate) fn add_foreign_key(
        &mut self,
        table: &QName,
        definition: &ConstraintDef,
        foreign: &ForeignKeyDef,
        inline: Option<&Ident>,
    ) -> Outcome {
        let mut columns = foreign.columns.clone();
        if let Some(inline) = inline.filter(|_| columns.is_empty()) {
            columns.push(inline.clone());
        }
        let names = self.need_columns(table, &columns)?;
        let target = self.need_table(&foreign.table)?;
        let target = target.unwrap_or_else(|| self.catalog.qualify(&foreign.table));
        let mut referenced = self.need_columns(&target, &foreign.referenced)?;
        if let Some(found) = self.catalog.tables.get(&target) {
            // Without a list it refers to the primary key.
            if referenced.is_empty()
                && let Some(key) = &found.primary_key
            {
                referenced.clone_from(&key.columns);
            }
            if let Some(source) = self.catalog.tables.get(table) {
                self.check_foreign_key(
                    source,
                    &names,
                    found,
                    &referenced,
                    &foreign.table,
                    definition.span,
                )?;
            }
        }
        let name = self.constraint_name(table, definition, || {
            let addition = joined(names.iter().map(String::as_str));
            self.catalog
                .choose_constraint_name(table, &addition, "fkey")
        })?;
        let made = ForeignKey {
            name,
            columns: names,
            table: target,
            referenced,
            on_delete: foreign.on_delete,
            on_update: foreign.on_update,
            valid: !definition.not_valid,
            deferral: definition.deferral,
            origin: self.origin(),
        };
        // Partitions get it, tables that inherit do not (PostgreSQL's manual, 5.11.1, Caveats).
        for child in self.catalog.children(table) {
            if let Some(child) = self
                .edit(&child)
                .filter(|child| child.partition_of.is_some())
            {
                child.foreign_keys.push(made.clone());
            }
        }
        if let Some(table) = self.edit(table) {
            table.foreign_keys.push(made);
        }
        Ok(())
    }

    /// Columns as their table spells them, or as they are written where the table is not known.
    fn need_columns(&mut self, table: &QName, columns: &[Ident]) -> Outcome<Vec<String>> {
        let mut names = Vec::new();
        for column in columns {
            let at = self.need_column(table, column)?;
            let found = self.catalog.tables.get(table);
            let found = found.and_then(|table| table.columns.get(at?));
            names.push(found.map_or_else(|| column.value.clone(), |found| found.name.clone()));
        }
        Ok(names)
    }

    /// Refuses a foreign key that rests on no key, or whose columns cannot be compared.
    fn check_foreign_key(
        &self,
        source: &Table,
        columns: &[String],
        target: &Table,
        referenced: &[String],
        written: &ObjectName,
        span: Span,
    ) -> Outcome {
        if !target.knowledge.is_exact() {
            return Ok(());
        }
        let shown = self.catalog.shown(&target.name);
        if referenced.is_empty() {
            let message = format!("table `{shown}` has no primary key to refer to");
            return Err(
                Rejection::new(sqlstate::UNDEFINED_OBJECT, written.span(), message)
                    .because(target.origin.made, "the table is made here"),
            );
        }
        if let Some(message) = refused_by_persistence(source, target) {
            let code = sqlstate::INVALID_TABLE_DEFINITION;
            return Err(Rejection::new(code, written.span(), message)
                .because(target.origin.made, "the table is made here"));
        }
        if columns.len() != referenced.len() {
            let message = "the foreign key has not as many columns as it refers to";
            return Err(Rejection::new(sqlstate::INVALID_FOREIGN_KEY, span, message));
        }
        let same = |key: &[String]| {
            key.len() == referenced.len() && key.iter().all(|name| referenced.contains(name))
        };
        let indexes = target.indexes.iter().filter_map(as_key);
        if !target.keys().any(|key| same(&key.columns))
            && !indexes.into_iter().any(|key| same(&key.columns))
        {
            let message = format!(
                "no primary key or unique constraint of table `{shown}` is on `{}`",
                referenced.join("`, `")
            );
            return Err(Rejection::new(sqlstate::INVALID_FOREIGN_KEY, span, message)
                .because(target.origin.made, "the table is made here"));
        }
        for (own, other) in columns.iter().zip(referenced) {
            let (Some(own), Some(other)) = (source.column(own), target.column(other)) else {
                continue;
            };
            if own.knowledge.is_exact()
                && other.knowledge.is_exact()
                && self.catalog.cannot_refer(&own.data_type, &other.data_type)
            {
                let print = |column: &Column| format_type(&column.data_type, self.catalog.dialect);
                let message = format!(
                    "column `{}` is `{}` but refers to `{}`, which is `{}`",
                    own.name,
                    print(own),
                    other.name,
                    print(other)
                );
                return Err(Rejection::new(sqlstate::DATATYPE_MISMATCH, span, message)
                    .because(other.origin.changed, "last changed here"));
            }
        }
        Ok(())
    }
}

/// Why rows of one table may not refer to those of another, which may be gone before them.
fn refused_by_persistence(source: &Table, target: &Table) -> Option<&'static str> {
    use Persistence::{Permanent, Temporary, Unlogged};
    if !target.knowledge.is_exact() || target.origin.made.is_none() {
        return None;
    }
    match (source.persistence, target.persistence) {
        (Permanent, Unlogged | Temporary) => {
            Some("constraints on permanent tables may reference only permanent tables")
        }
        (Unlogged, Temporary) => {
            Some("constraints on unlogged tables may reference only permanent or unlogged tables")
        }
        (Temporary, Permanent | Unlogged) => {
            Some("constraints on temporary tables may reference only temporary tables")
        }
        _ => None,
    }
}
