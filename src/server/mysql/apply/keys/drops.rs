//! Keys, indexes and constraints that go or are renamed.

use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Knowledge, Rejection};
use crate::server::mysql::apply::{Draft, columns::is_column_check, taken, unknown};
use crate::source::Span;
use crate::sql::change::Ident;

impl Draft {
    /// An index goes, unless a foreign key needs it. `PRIMARY` is the primary key.
    pub(in crate::server::mysql::apply) fn drop_index(
        &mut self,
        name: &Ident,
        if_exists: bool,
    ) -> Outcome {
        if name.value.eq_ignore_ascii_case("primary") {
            return self.drop_primary_key(name.span);
        }
        let found = self
            .table
            .indexes
            .iter()
            .position(|index| index.name.eq_ignore_ascii_case(&name.value));
        match found {
            Some(at) => {
                self.table.indexes.remove(at);
            }
            None if if_exists || !self.table.knowledge.is_exact() => {}
            None => return Err(unknown(name.span, "index", &name.value, &self.table)),
        }
        Ok(())
    }

    pub(in crate::server::mysql::apply) fn drop_primary_key(&mut self, span: Span) -> Outcome {
        if self.table.primary_key.take().is_none() && self.table.knowledge.is_exact() {
            let message = format!("table `{}` has no primary key", self.table.name);
            return Err(Rejection::new(sqlstate::UNDEFINED_OBJECT, span, message)
                .because(self.table.origin.made, "made here"));
        }
        Ok(())
    }

    pub(in crate::server::mysql::apply) fn rename_index(
        &mut self,
        from: &Ident,
        to: &Ident,
    ) -> Outcome {
        if !from.value.eq_ignore_ascii_case(&to.value)
            && let Some(index) = self.index(&to.value)
        {
            return Err(taken(to.span, "index", &to.value, index.origin.made));
        }
        match self
            .table
            .indexes
            .iter_mut()
            .find(|index| index.name.eq_ignore_ascii_case(&from.value))
        {
            Some(index) => {
                index.name.clone_from(&to.value);
                index.origin.changed = Some(self.site);
                // Who names it owns it: the server does not take it away any more.
                index.implicit = false;
                Ok(())
            }
            None if !self.table.knowledge.is_exact() => Ok(()),
            None => Err(unknown(from.span, "index", &from.value, &self.table)),
        }
    }

    /// `DROP CONSTRAINT`: a foreign key, a check or a unique key; the server looks in that order.
    pub(in crate::server::mysql::apply) fn drop_constraint(
        &mut self,
        name: &Ident,
        if_exists: bool,
    ) -> Outcome {
        let same = |other: &str| other.eq_ignore_ascii_case(&name.value);
        if let Some(at) = self
            .table
            .foreign_keys
            .iter()
            .position(|key| same(&key.name))
        {
            self.table.foreign_keys.remove(at);
            return Ok(());
        }
        if let Some(at) = self.table.checks.iter().position(|check| {
            same(&check.name) && !(self.mariadb && is_column_check(check, &name.value))
        }) {
            self.table.checks.remove(at);
            return Ok(());
        }
        let unique = self
            .table
            .indexes
            .iter()
            .any(|index| index.unique && same(&index.name));
        if unique || same("primary") {
            return self.drop_index(name, if_exists);
        }
        if if_exists || !self.table.knowledge.is_exact() {
            return Ok(());
        }
        Err(unknown(name.span, "constraint", &name.value, &self.table))
    }

    /// What a column takes with it: its place in every index, and the indexes that are then empty.
    pub(in crate::server::mysql::apply) fn leave_keys(
        &mut self,
        column: &str,
        span: Span,
    ) -> Outcome {
        let is = |name: &str| name.eq_ignore_ascii_case(column);
        let message =
            |key: &str| format!("column `{column}` cannot be dropped: {key} has other columns too");
        if let Some(key) = &mut self.table.primary_key
            && key.columns.iter().any(|name| is(name))
        {
            // MySQL takes the column out of the key; what is left may then not be unique, which
            // MariaDB 10.11 does not let happen.
            if self.mariadb && key.columns.len() > 1 {
                return Err(Rejection::new(
                    sqlstate::DEPENDENT_OBJECTS_STILL_EXIST,
                    span,
                    message("the primary key"),
                )
                .because(key.origin.made, "made here"));
            }
            key.columns.retain(|name| !is(name));
            if key.columns.is_empty() {
                self.table.primary_key = None;
            }
        }
        for index in &mut self.table.indexes {
            let mut columns = index.keys.iter().filter_map(|key| key.column.as_deref());
            if !columns.any(is) {
                continue;
            }
            if self.mariadb && index.unique && index.keys.len() > 1 {
                let key = format!("unique key `{}`", index.name);
                return Err(Rejection::new(
                    sqlstate::DEPENDENT_OBJECTS_STILL_EXIST,
                    span,
                    message(&key),
                )
                .because(index.origin.made, "made here"));
            }
            index
                .keys
                .retain(|key| !key.column.as_deref().is_some_and(is));
            index.origin.changed = Some(self.site);
        }
        self.table.indexes.retain(|index| !index.keys.is_empty());
        Ok(())
    }

    /// Something of the statement was not understood.
    pub(in crate::server::mysql::apply) fn unsure(&mut self, why: &str) {
        self.table.knowledge = Knowledge::Unknown(why.to_owned());
    }
}
