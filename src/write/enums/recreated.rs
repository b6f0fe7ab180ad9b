//! What stands in the way of a type that is recreated: conditions about labels that go, defaults
//! that are one, rows that hold one.

use std::sync::Arc;

use super::super::{DraftScript, statement};
use super::Relabel;
use crate::catalog::convert::object_name;
use crate::catalog::{Catalog, Column, QName, Table, mentions};
use crate::drift::RepairStep;
use crate::sql::canonical::{quote_name, quote_string};
use crate::sql::change::{DataType, Deferral, Expr, ExprKind, LiteralTarget};
use crate::sql::{Dialect, render};

impl Relabel<'_> {
    /// What no server does, or what would change its meaning.
    pub(super) fn refuse_what_cannot_be(&self, catalog: &Catalog) -> Result<(), String> {
        for (table, column) in catalog.columns_of_enum(&self.kind.name) {
            if let Some(partition) = &table.partition_by
                && partition.keys.iter().any(|key| mentions(key, &column.name))
            {
                return Err(format!(
                    "`{}` is partitioned by `{}`, whose type no server changes: only labels can be added at any place, or renamed",
                    table.name, column.name
                ));
            }
        }
        for table in catalog.tables.values() {
            for check in &table.checks {
                self.refuse(
                    catalog,
                    table,
                    &check.expr,
                    &format!("check `{}`", check.name),
                )?;
            }
            for index in &table.indexes {
                let exprs = index
                    .keys
                    .iter()
                    .map(|key| &key.expr)
                    .chain(&index.condition);
                for expr in exprs {
                    self.refuse(catalog, table, expr, &format!("index `{}`", index.name))?;
                }
            }
            for column in &table.columns {
                if let Some(generated) = &column.generated {
                    let what = format!("generated column `{}`", column.name);
                    self.refuse(catalog, table, &generated.expr, &what)?;
                }
            }
        }
        Ok(())
    }

    /// A condition about a label that goes has no meaning afterwards.
    fn refuse(
        &self,
        catalog: &Catalog,
        table: &Table,
        expr: &Expr,
        what: &str,
    ) -> Result<(), String> {
        let of_kind = |data_type: &DataType| {
            let found = catalog.enum_of(data_type);
            found.is_some_and(|found| found.name == self.kind.name)
        };
        for literal in &expr.literals {
            let about = match &literal.target {
                LiteralTarget::Cast(data_type) => of_kind(data_type),
                LiteralTarget::Column(_, column) => table
                    .column(&column.value)
                    .is_some_and(|column| of_kind(&column.data_type)),
                LiteralTarget::Position(..) | LiteralTarget::Unknown => false,
            };
            if about && self.goes(&literal.value) {
                return Err(format!(
                    "{what} of `{}` speaks of `{}`, which goes: drop or change it in a migration before this one",
                    table.name, literal.value
                ));
            }
        }
        Ok(())
    }

    /// Defaults that are a label which goes.
    pub(super) fn map_defaults(&self, catalog: &Catalog, goal: &mut Catalog) -> Result<(), String> {
        for (table, column) in catalog.columns_of_enum(&self.kind.name) {
            let Some(default) = &column.default else {
                continue;
            };
            let new = self.mapped(&default.expr, &format!("`{}.{}`", table.name, column.name))?;
            let Some(new) = new else { continue };
            if let Some(table) = goal.tables.get_mut(&table.name) {
                let table = Arc::make_mut(table);
                let columns = table.columns.iter_mut();
                for column in columns.filter(|it| it.name == column.name) {
                    if let Some(default) = &mut column.default {
                        default.expr = new.clone();
                    }
                }
            }
        }
        let domains: Vec<QName> = catalog
            .domains
            .values()
            .filter(|domain| {
                let found = catalog.enum_of(&domain.base);
                found.is_some_and(|found| found.name == self.kind.name)
            })
            .map(|domain| domain.name.clone())
            .collect();
        for name in domains {
            let Some(default) = catalog.domains[&name].default.clone() else {
                continue;
            };
            if let Some(new) = self.mapped(&default, &format!("domain `{name}`"))?
                && let Some(domain) = goal.domains.get_mut(&name)
            {
                Arc::make_mut(domain).default = Some(new);
            }
        }
        Ok(())
    }

    /// A default with the label that it becomes; `None` where it stays.
    fn mapped(&self, expr: &Expr, of: &str) -> Result<Option<Expr>, String> {
        let ExprKind::String(label) = &expr.kind else {
            let gone = self.kind.label_texts();
            let mut gone = gone.filter(|label| self.goes(label));
            let spoken_of = gone.find(|label| {
                let mut words = expr.sql.split(|c: char| !c.is_alphanumeric() && c != '_');
                words.any(|word| word == label.as_str())
            });
            return match spoken_of {
                Some(label) => Err(format!(
                    "the default of {of} speaks of `{label}`, which goes: change it in a migration before this one"
                )),
                None => Ok(None),
            };
        };
        if !self.goes(label) {
            return Ok(None);
        }
        // An array's default holds labels in braces.
        if label.starts_with('{') {
            let mut held = label.trim_matches(['{', '}']).split(',');
            return match held.find(|held| {
                let held = held.trim().trim_matches('"');
                !held.is_empty() && self.goes(held)
            }) {
                Some(held) => Err(format!(
                    "the default of {of} holds `{held}`, which goes: change it in a migration before this one"
                )),
                None => Ok(None),
            };
        }
        let Some(to) = self.becomes(label) else {
            return Err(format!(
                "the default of {of} is `{label}`, which goes: say what it becomes with `--map {label}=…`"
            ));
        };
        Ok(Some(Expr {
            sql: quote_string(to, Dialect::Postgres),
            kind: ExprKind::String(to.to_owned()),
            ..Expr::default()
        }))
    }

    /// Moves rows from labels that go to those that they become.
    pub(super) fn moves(&self, catalog: &Catalog, script: &mut DraftScript) -> Vec<RepairStep> {
        let mut steps = Vec::new();
        let now = catalog.enums.get(&self.kind.name);
        let labels = now.iter().flat_map(|kind| kind.label_texts());
        let moved: Vec<(&String, &str)> = labels
            .filter(|label| self.goes(label))
            .filter_map(|label| Some((label, self.becomes(label)?)))
            .collect();
        if moved.is_empty() {
            return steps;
        }
        for (table, column) in catalog.columns_of_enum(&self.kind.name) {
            let parents = table.partition_of.iter().map(|it| &it.parent);
            let inherited = parents.chain(&table.inherits).any(|parent| {
                let parent = catalog.tables.get(parent);
                parent.is_some_and(|parent| parent.column(&column.name).is_some())
            });
            if inherited || column.generated.is_some() {
                continue;
            }
            for (from, to) in &moved {
                steps.push(move_of(catalog, table, column, from, to));
            }
            if !table.triggers.is_empty() {
                script.remarks.push(format!(
                    "the triggers of `{}` run for the rows that are moved",
                    table.name
                ));
            }
            let mut keys = table.foreign_keys.iter();
            if keys.any(|key| key.deferral == Deferral::Initially) {
                steps.push(statement(
                    "SET CONSTRAINTS ALL IMMEDIATE",
                    Dialect::Postgres,
                ));
            }
        }
        steps
    }
}

/// Moves the rows of one column from one label to another.
fn move_of(catalog: &Catalog, table: &Table, column: &Column, from: &str, to: &str) -> RepairStep {
    let dialect = Dialect::Postgres;
    let name = render::quoted_name(&object_name(&table.name), dialect);
    let quoted = quote_name(&column.name, dialect);
    let (from, to) = (quote_string(from, dialect), quote_string(to, dialect));
    let of = catalog.type_of(&column.data_type);
    let domain = of.and_then(|name| catalog.domains.get(&name));
    let is_array = column.data_type.array || domain.is_some_and(|domain| domain.base.array);
    // A domain has no operators of its own: its values are compared as text.
    let text = match (is_array, domain) {
        (true, None) => format!(
            "UPDATE {name} SET {quoted} = array_replace({quoted}, {from}, {to}) WHERE {from} = ANY ({quoted})"
        ),
        (true, Some(_)) => format!(
            "UPDATE {name} SET {quoted} = array_replace({quoted}::text[], {from}, {to})::{} WHERE {from} = ANY ({quoted}::text[])",
            column.data_type.sql(dialect)
        ),
        (false, None) => format!("UPDATE {name} SET {quoted} = {to} WHERE {quoted} = {from}"),
        (false, Some(_)) => {
            format!("UPDATE {name} SET {quoted} = {to} WHERE {quoted}::text = {from}")
        }
    };
    statement(text, dialect)
}
