//! What tables, views and sequences hold and speak of.

use super::{Fact, Facts};
use crate::catalog::depend::calls_nextval;
use crate::catalog::rewrite::{any_expr, sequence_name};
use crate::catalog::{Sequence, Table, View};
use crate::sql::change::{Expr, LiteralTarget, Persistence};

impl Facts for Table {
    fn facts(&self, tell: &mut dyn FnMut(Fact)) {
        tell(Fact::Named(&self.name.name));
        if self.persistence == Persistence::Temporary {
            tell(Fact::Temporary);
        }
        for name in self
            .keys()
            .map(|key| &key.name)
            .chain(self.exclusions.iter().map(|found| &found.name))
        {
            tell(Fact::Index(name));
            tell(Fact::Constraint(name));
        }
        self.indexes
            .iter()
            .for_each(|index| tell(Fact::Index(&index.name)));
        self.checks
            .iter()
            .for_each(|check| tell(Fact::Constraint(&check.name)));
        for key in &self.foreign_keys {
            tell(Fact::Constraint(&key.name));
            tell(Fact::Relation(&key.table.name));
        }
        self.partition_of
            .iter()
            .for_each(|partition| tell(Fact::Relation(&partition.parent.name)));
        self.inherits
            .iter()
            .for_each(|parent| tell(Fact::Relation(&parent.name)));
        for trigger in &self.triggers {
            tell(Fact::Trigger(&trigger.name));
            trigger
                .function
                .iter()
                .for_each(|function| tell(Fact::Function(&function.name)));
            trigger
                .relations
                .iter()
                .for_each(|relation| tell(Fact::Relation(&relation.name)));
        }
        for column in &self.columns {
            tell(Fact::Type(&column.data_type.name));
            let Some(default) = &column.default else {
                continue;
            };
            default
                .literal_type
                .iter()
                .for_each(|literal| tell(Fact::Type(&literal.name)));
            if calls_nextval(&default.expr) {
                let named = default
                    .expr
                    .literals
                    .iter()
                    .filter_map(|literal| sequence_name(&literal.value));
                named.for_each(|sequence| tell(Fact::Sequence(&sequence.name)));
            }
        }
        each_expr(self, &mut |expr| {
            expr.casts
                .iter()
                .for_each(|cast| tell(Fact::Type(&cast.name)));
            casts_in(&expr.sql, tell);
            for literal in &expr.literals {
                if let LiteralTarget::Cast(cast) = &literal.target {
                    tell(Fact::Type(&cast.name));
                }
            }
            expr.functions
                .iter()
                .for_each(|function| tell(Fact::Function(bare(function))));
        });
    }
}

impl Facts for View {
    fn facts(&self, tell: &mut dyn FnMut(Fact)) {
        tell(Fact::Named(&self.name.name));
        self.indexes
            .iter()
            .for_each(|index| tell(Fact::Index(&index.name)));
        self.relations
            .iter()
            .for_each(|relation| tell(Fact::Relation(&relation.name)));
        self.uses
            .iter()
            .for_each(|(relation, _)| tell(Fact::Relation(&relation.name)));
        self.types
            .iter()
            .for_each(|data_type| tell(Fact::Type(&data_type.name)));
        self.functions
            .iter()
            .for_each(|function| tell(Fact::Function(bare(function))));
    }
}

impl Facts for Sequence {
    fn facts(&self, tell: &mut dyn FnMut(Fact)) {
        tell(Fact::Named(&self.name.name));
        self.owner
            .iter()
            .for_each(|(table, _)| tell(Fact::Relation(&table.name)));
    }
}

/// The types that a text casts to.
fn casts_in(sql: &str, tell: &mut dyn FnMut(Fact)) {
    for (at, sign) in sql.match_indices("::") {
        let mut rest = &sql[at + sign.len()..];
        loop {
            let (name, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => rest.split_at(
                    rest.find(|next: char| !(next.is_alphanumeric() || "_$".contains(next)))
                        .unwrap_or(rest.len()),
                ),
            };
            match after.strip_prefix('.') {
                Some(more) => rest = more,
                None => break tell(Fact::Type(name)),
            }
        }
    }
}

/// A function's name without its schema.
fn bare(function: &str) -> &str {
    function.split_once('.').map_or(function, |(_, name)| name)
}

/// Every expression of a table, for reading.
fn each_expr(table: &Table, read: &mut dyn FnMut(&Expr)) {
    let read = std::cell::RefCell::new(read);
    any_expr(table, &|expr| {
        read.borrow_mut()(expr);
        false
    });
}
