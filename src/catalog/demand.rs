//! Whether what a statement takes for granted is so.

use super::apply::{Apply, Outcome};
use super::rejection::sqlstate;
use super::resolve::ClausePlace;
use super::{Rejection, RelationKind};
use crate::server::on_server;
use crate::source::Span;
use crate::sql::change::{Demand, Ident, ObjectName, TablePart};

impl Apply<'_> {
    pub(crate) fn demand(&mut self, demand: &Demand, span: Span) -> Outcome {
        match demand {
            Demand::Never { code, message } => Err(Rejection::new(code, span, message.clone())),
            Demand::Relation {
                name,
                kinds,
                columns,
            } => self.need_relation(name, kinds, columns),
            Demand::Schema(name) => self.need_schema(name),
            Demand::Routine { name, arguments } => {
                self.overload_of(name, arguments.as_deref()).map(|_| ())
            }
            Demand::Part { kind, name, table } => self.need_part(*kind, name, table),
            Demand::Condition { table, expr } => {
                let found = self.catalog.find_table(table);
                let found = found.and_then(|name| self.catalog.tables.get(&name).cloned());
                match found {
                    Some(table) => self.resolve_over(expr, &table, ClausePlace::Check),
                    None => Ok(()),
                }
            }
        }
    }

    /// Refuses a relation that certainly is not there, is of another kind, or lacks a column.
    fn need_relation(&self, name: &ObjectName, kinds: &[&str], columns: &[Ident]) -> Outcome {
        let catalog = &self.catalog;
        let Some(found) = catalog.find_any_relation(name) else {
            let kind = kinds.first().copied().unwrap_or("relation");
            return self.missing_relation(name, kind);
        };
        let kind = catalog.relation_kind(&found).map(RelationKind::name);
        let table = catalog.tables.get(&found);
        let unsure = table.is_some_and(|table| table.origin.made.is_none() || table.uncertain);
        if !kinds.is_empty() && kind.is_some_and(|kind| !kinds.contains(&kind)) {
            if unsure {
                return Ok(());
            }
            let wanted = kinds.first().copied().unwrap_or("relation");
            let article = if wanted.starts_with('i') { "an" } else { "a" };
            return Err(self.wrong_kind(name.span(), &found, &format!("{article} {wanted}")));
        }
        for column in columns {
            if catalog.tables.contains_key(&found) {
                let table = &catalog.tables[&found];
                let hidden = on_server!(catalog.dialect => apply::is_hidden(table, &column.value));
                if table.knowledge.is_exact()
                    && !hidden
                    && catalog.column_at(table, &column.value).is_none()
                {
                    return Err(catalog.unknown_column(table, column));
                }
            } else if let Some(names) = catalog.relation_columns(&found)
                && !names.iter().any(|name| catalog.same(name, &column.value))
            {
                let message = format!(
                    "column `{}` of `{}` does not exist",
                    column.value,
                    catalog.shown(&found)
                );
                let made = catalog.relation_origin(&found).and_then(|it| it.made);
                return Err(
                    Rejection::new(sqlstate::UNDEFINED_COLUMN, column.span, message)
                        .because(made, "made here"),
                );
            }
        }
        Ok(())
    }

    /// Refuses what a table, which is known exactly, does not have.
    fn need_part(&self, kind: TablePart, name: &Ident, table: &ObjectName) -> Outcome {
        let Some(found) = self.catalog.find_table(table) else {
            return match self.catalog.find_view(table) {
                Some(_) => Ok(()),
                None => self.missing_relation(table, "table"),
            };
        };
        let table = &self.catalog.tables[&found];
        let is_it = |other: &str| self.catalog.same(other, &name.value);
        let has = match kind {
            TablePart::Constraint => table.constraint_origin(&name.value).is_some(),
            TablePart::Index => table.index_origin(&name.value).is_some(),
            TablePart::Policy => table.policies.iter().any(|it| is_it(&it.name)),
            TablePart::Rule => table.rules.iter().any(|it| is_it(&it.name)),
            TablePart::Trigger => table.triggers.iter().any(|it| is_it(&it.name)),
        };
        if has || !table.knowledge.is_exact() || !self.catalog.knowledge.is_exact() {
            return Ok(());
        }
        let message = format!(
            "{} `{}` of table `{}` does not exist",
            kind.word(),
            name.value,
            self.catalog.shown(&found)
        );
        Err(
            Rejection::new(sqlstate::UNDEFINED_OBJECT, name.span, message)
                .because(table.origin.made, "the table is made here"),
        )
    }
}
