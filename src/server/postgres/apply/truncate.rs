//! `TRUNCATE`.

use std::collections::BTreeSet;

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Mention, QName, Rejection, Table};
use crate::sql::change::ObjectName;

impl Apply<'_> {
    /// A table that others refer to is truncated together with them, or not at all, whether or not
    /// they hold rows.
    pub(crate) fn truncate(&mut self, tables: &[ObjectName], cascade: bool) -> Outcome {
        self.need_tables(tables)?;
        let named = tables.iter().map(|name| self.catalog.find_table(name));
        let named: BTreeSet<QName> = named.flatten().collect();
        if cascade {
            return Ok(());
        }
        for written in tables {
            let Some(name) = self.catalog.find_table(written) else {
                continue;
            };
            let mentioning = self.catalog.tables.with(Mention::Relation(&name.name));
            let mut others = mentioning.filter(|(_, table)| {
                table.has_key_to(&name)
                    && table.knowledge.is_exact()
                    && !self.is_truncated(table, &named)
            });
            if let Some((other, found)) = others.next() {
                let message = format!(
                    "table `{written}` cannot be truncated: a foreign key of `{}` refers to it",
                    self.catalog.shown(other)
                );
                let code = sqlstate::FEATURE_NOT_SUPPORTED;
                let key = found.foreign_keys.iter().find(|key| key.table == name);
                return Err(Rejection::new(code, written.span(), message)
                    .because(key.and_then(|key| key.origin.made), "it is made here"));
            }
        }
        Ok(())
    }

    /// Whether a table is one of those that are truncated, or a partition or child of one.
    fn is_truncated(&self, table: &Table, named: &BTreeSet<QName>) -> bool {
        let of = table.partition_of.iter().map(|of| &of.parent);
        let mut parents = of.chain(&table.inherits);
        named.contains(&table.name)
            || parents.any(|parent| {
                let found = self.catalog.tables.get(parent);
                found.is_none_or(|parent| self.is_truncated(parent, named))
            })
    }
}
