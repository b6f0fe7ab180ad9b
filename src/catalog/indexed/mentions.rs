//! What tables, views and sequences hold and speak of.

use super::{Mention, Mentions, Stretch};
use crate::catalog::depend::calls_nextval;
use crate::catalog::rewrite::{any_expr, sequence_name};
use crate::catalog::{ColumnName, Composite, Domain, Enum, Sequence, Table, View};
use crate::sql::change::{Expr, LiteralTarget, Persistence};

impl Mentions for Table {
    fn mentions(&self, tell: &mut dyn FnMut(Mention)) {
        tell(Mention::Named(&self.name.name));
        if self.persistence == Persistence::Temporary {
            tell(Mention::Temporary);
        }
        for name in self
            .keys()
            .map(|key| &key.name)
            .chain(self.exclusions.iter().map(|found| &found.name))
        {
            tell(Mention::Index(name));
            tell(Mention::Constraint(name));
        }
        self.indexes
            .iter()
            .for_each(|index| tell(Mention::Index(&index.name)));
        self.checks
            .iter()
            .for_each(|check| tell(Mention::Constraint(&check.name)));
        for key in &self.foreign_keys {
            tell(Mention::Constraint(&key.name));
            tell(Mention::Relation(&key.table.name));
            let columns = key.referenced.iter();
            columns.for_each(|column| tell(Mention::Column(&key.table.name, column)));
        }
        if let Some(partition) = &self.partition_of {
            partition.mentions(tell);
        }
        let partition = self.partition_of.iter().map(|partition| &partition.parent);
        for parent in partition.chain(&self.inherits) {
            tell(Mention::Relation(&parent.name));
            tell(Mention::Parent(&parent.name));
        }
        for trigger in &self.triggers {
            tell(Mention::Trigger(&trigger.name));
            trigger
                .function
                .iter()
                .for_each(|function| tell(Mention::Function(&function.name)));
            trigger
                .relations
                .iter()
                .for_each(|relation| tell(Mention::Relation(&relation.name)));
        }
        for reached in self.reaches() {
            let relations = reached.relations.iter();
            relations.for_each(|relation| tell(Mention::Relation(&relation.name)));
            for ColumnName { table, name } in &reached.columns {
                tell(Mention::Relation(&table.name));
                tell(Mention::Column(&table.name, name));
            }
            let calls = reached.calls.iter();
            calls.for_each(|call| tell(Mention::Function(bare(&call.name))));
        }
        for column in &self.columns {
            tell(Mention::Type(&column.data_type.name));
            let Some(default) = &column.default else {
                continue;
            };
            default
                .literal_type
                .iter()
                .for_each(|literal| tell(Mention::Type(&literal.name)));
            if calls_nextval(&default.expr) {
                let named = default
                    .expr
                    .literals
                    .iter()
                    .filter_map(|literal| sequence_name(&literal.value));
                named.for_each(|sequence| tell(Mention::Sequence(&sequence.name)));
            }
        }
        each_expr(self, &mut |expr| {
            expr.casts
                .iter()
                .for_each(|cast| tell(Mention::Type(&cast.name)));
            casts_in(&expr.sql, tell);
            for literal in &expr.literals {
                if let LiteralTarget::Cast(cast) = &literal.target {
                    tell(Mention::Type(&cast.name));
                }
            }
            expr.functions
                .iter()
                .for_each(|function| tell(Mention::Function(bare(function))));
        });
    }

    fn stretch(&self) -> Option<Stretch<'_>> {
        self.partition_of.as_ref()?.stretch()
    }
}

impl Mentions for View {
    fn mentions(&self, tell: &mut dyn FnMut(Mention)) {
        tell(Mention::Named(&self.name.name));
        self.indexes
            .iter()
            .for_each(|index| tell(Mention::Index(&index.name)));
        self.relations
            .iter()
            .for_each(|relation| tell(Mention::Relation(&relation.name)));
        for ColumnName { table, name } in &self.uses {
            tell(Mention::Relation(&table.name));
            tell(Mention::Column(&table.name, name));
        }
        self.types
            .iter()
            .for_each(|data_type| tell(Mention::Type(&data_type.name)));
        self.functions
            .iter()
            .for_each(|function| tell(Mention::Function(bare(function))));
    }
}

impl Mentions for Enum {
    fn mentions(&self, tell: &mut dyn FnMut(Mention)) {
        tell(Mention::Named(&self.name.name));
    }
}

impl Mentions for Domain {
    fn mentions(&self, tell: &mut dyn FnMut(Mention)) {
        tell(Mention::Named(&self.name.name));
        tell(Mention::Type(&self.base.name));
        self.checks
            .iter()
            .for_each(|check| tell(Mention::Constraint(&check.name)));
    }
}

impl Mentions for Composite {
    fn mentions(&self, tell: &mut dyn FnMut(Mention)) {
        tell(Mention::Named(&self.name.name));
        self.fields
            .iter()
            .for_each(|field| tell(Mention::Type(&field.data_type.name)));
    }
}

impl Mentions for Sequence {
    fn mentions(&self, tell: &mut dyn FnMut(Mention)) {
        tell(Mention::Named(&self.name.name));
        self.owner
            .iter()
            .for_each(|column| tell(Mention::Relation(&column.table.name)));
    }
}

/// The types that a text casts to.
fn casts_in(sql: &str, tell: &mut dyn FnMut(Mention)) {
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
                None => break tell(Mention::Type(name)),
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
