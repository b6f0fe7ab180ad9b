//! PostgreSQL's types that are recreated: renamed out of the way, made again under their name, and
//! dropped when nothing has the old one any more.

use std::collections::BTreeSet;

use super::enums::is_of;
use super::{Phase, RepairStep, Steps};
use crate::catalog::{Definition, Droppable, QName, Subject, Table, convert};
use crate::sql::change::{
    AlterTable, ChangeKind, ConstraintKind, DropMode, Expr, FunctionKind, Ident, ObjectName,
    TableAction, TypeAction,
};

impl Steps<'_> {
    /// Domains and composite types over a type that is recreated are recreated too: their columns
    /// would keep the old one in use.
    pub(super) fn swap_what_is_over_them(&mut self) {
        loop {
            let before = self.swapped.len();
            let over = |steps: &Self, data_type| steps.is_swapped(data_type);
            let domains = self.from.domains.values();
            let domains = domains.filter(|domain| over(self, &domain.base));
            let composites = self.from.composites.values().filter(|composite| {
                let mut fields = composite.fields.iter();
                fields.any(|field| over(self, &field.data_type))
            });
            let found: Vec<QName> = domains
                .map(|domain| domain.name.clone())
                .chain(composites.map(|composite| composite.name.clone()))
                .collect();
            self.swapped.extend(found);
            if self.swapped.len() == before {
                break;
            }
        }
    }

    /// Whether a column comes from a parent table, with which it changes.
    pub(super) fn is_inherited(&self, table: &QName, column: &str) -> bool {
        let Some(table) = self.from.tables.get(table) else {
            return false;
        };
        parents(table).any(|parent| {
            let parent = self.from.tables.get(parent);
            parent.is_some_and(|parent| parent.column(column).is_some())
        })
    }

    /// Whether a constraint or index comes from a parent table, and goes and comes with that one.
    pub(super) fn comes_from_parent(&self, object: &Droppable) -> bool {
        let (Droppable::Constraint(table, name) | Droppable::Index(table, name)) = object else {
            return false;
        };
        let Some(found) = self.from.tables.get(table) else {
            return false;
        };
        let mut parents = parents(found).filter_map(|parent| self.from.tables.get(parent));
        parents.any(|parent| {
            if matches!(object, Droppable::Constraint(..)) {
                let own = found.keys().find(|key| key.name == *name);
                let own = own.map(|key| key.columns.clone());
                let own = own.or_else(|| Some(found.foreign_key(name)?.columns.clone()));
                parent.check(name).is_some()
                    || (found.partition_of.is_some()
                        && own.is_some_and(|own| has_key_over(parent, &own)))
            } else {
                let own = found.index(name);
                found.partition_of.is_some()
                    && own.is_some_and(|own| {
                        parent.indexes.iter().any(|other| {
                            let keys = |index: &crate::catalog::Index| {
                                let keys = index.keys.iter();
                                keys.map(|key| (key.column.clone(), key.expr.sql.clone()))
                                    .collect::<Vec<_>>()
                            };
                            keys(own) == keys(other) && own.method == other.method
                        })
                    })
            }
        })
    }

    /// Renames, makes and drops the types.
    pub(super) fn swap(&mut self) {
        if self.swapped.is_empty() {
            return;
        }
        let mut drops = Vec::new();
        for definition in self.to.definitions() {
            let Definition::Change(change) = definition else {
                continue;
            };
            let (ChangeKind::CreateEnum { name, .. }
            | ChangeKind::CreateDomain { name, .. }
            | ChangeKind::CreateType { name, .. }) = &change.kind
            else {
                continue;
            };
            let qualified = self.to.qualify(name);
            let mut swapped = self.swapped.iter();
            let Some(kind) = swapped.find(|kind| **kind == qualified).cloned() else {
                continue;
            };
            self.say_what_goes(&kind);
            let old = self.free_name(&kind);
            let to = Ident::synthetic(old.name.clone());
            let is_domain = matches!(change.kind, ChangeKind::CreateDomain { .. });
            let rename = if is_domain {
                ChangeKind::AlterDomain {
                    name: convert::object_name(&kind),
                    action: crate::sql::change::DomainAction::RenameTo(to),
                }
            } else {
                ChangeKind::AlterType {
                    name: convert::object_name(&kind),
                    action: TypeAction::RenameTo(to),
                }
            };
            self.push(Phase::Types, rename);
            self.push(Phase::Types, change.kind);
            let (names, mode) = (vec![convert::object_name(&old)], DropMode::default());
            drops.push(if is_domain {
                ChangeKind::DropDomain { names, mode }
            } else {
                ChangeKind::DropType { names, mode }
            });
        }
        // What is over another goes before it.
        for drop in drops.into_iter().rev() {
            self.push(Phase::OldTypes, drop);
        }
        self.join_alterations();
        for phase in [Phase::NewKeys, Phase::OldColumns] {
            for step in self.phases[phase as usize].steps_mut() {
                for expr in expressions(&mut step.kind) {
                    expr.sql = as_list(&expr.sql);
                }
            }
        }
    }

    fn say_what_goes(&mut self, kind: &QName) {
        let (Some(from), Some(to)) = (self.from.enums.get(kind), self.to.enums.get(kind)) else {
            return;
        };
        let labels = |kind: &crate::catalog::Enum| -> BTreeSet<String> {
            kind.label_texts().cloned().collect()
        };
        let gone: Vec<String> = labels(from)
            .difference(&labels(to))
            .map(|label| format!("`{label}`"))
            .collect();
        if !gone.is_empty() {
            self.remark(format!(
                "`{kind}` is recreated without {}: change the rows that hold that first",
                gone.join(", ")
            ));
        }
    }

    /// A name that nothing has, for a type that is on its way out.
    fn free_name(&self, kind: &QName) -> QName {
        let mut name = QName::new(kind.schema.clone(), format!("{}_old", kind.name));
        let mut number = 2;
        while self.is_taken(&name) {
            name.name = format!("{}_old{number}", kind.name);
            number += 1;
        }
        name
    }

    fn is_taken(&self, name: &QName) -> bool {
        [self.from, self.to].iter().any(|catalog| {
            catalog.enums.contains_key(name)
                || catalog.domains.contains_key(name)
                || catalog.composites.contains_key(name)
                || catalog.tables.contains_key(name)
                || catalog.views.contains_key(name)
        })
    }

    /// One `ALTER TABLE` for the columns of a table, which is then written once.
    fn join_alterations(&mut self) {
        let swapped: Vec<_> = self
            .swapped_columns()
            .into_iter()
            .map(|column| (convert::object_name(&column.table), column.name))
            .collect();
        let steps = std::mem::take(self.phases[Phase::Columns as usize].steps_mut());
        let mut joined: Vec<RepairStep> = Vec::new();
        for step in steps {
            let last = joined.last_mut().map(|last| &mut last.kind);
            match (last, &step.kind) {
                (Some(ChangeKind::AlterTable(last)), ChangeKind::AlterTable(next))
                    if last.table == next.table
                        && is_of_swapped(last, &swapped)
                        && is_of_swapped(next, &swapped) =>
                {
                    last.actions.extend(next.actions.iter().cloned());
                }
                _ => joined.push(step),
            }
        }
        *self.phases[Phase::Columns as usize].steps_mut() = joined;
    }

    /// Drops functions whose signatures have a type that goes, and makes them again in the order of
    /// the history: a body of SQL calls only what is there.
    pub(super) fn remake_functions(&mut self, mut functions: Vec<Droppable>) {
        functions.sort_by_key(|object| match object {
            Droppable::Function(name, arguments) => {
                let found = self.from.overload(name, arguments);
                found.and_then(|function| function.written.or(function.origin.made))
            }
            _ => None,
        });
        let drops: Vec<ChangeKind> = functions
            .iter()
            .filter_map(|object| self.remake_function(object))
            .collect();
        for drop in drops.into_iter().rev() {
            self.push(Phase::Functions, drop);
        }
    }

    /// Makes one again; what drops it before.
    fn remake_function(&mut self, object: &Droppable) -> Option<ChangeKind> {
        let Droppable::Function(name, arguments) = object else {
            return None;
        };
        let subject = Subject::Function {
            name: name.clone(),
            arguments: arguments.clone(),
        };
        let returns = self.from.overload(name, arguments);
        let returns = returns.and_then(|function| function.returns.as_ref());
        let mut types = arguments.iter().chain(returns);
        // One over a type that goes for good cannot be made again.
        let comes_back = types.any(|data_type| self.is_swapped(data_type));
        let steps = self.texts_of(&subject).filter(|_| comes_back);
        let Some(steps) = steps else {
            let what = self.describe(object);
            self.remark(format!("{what} uses a type that goes: change it first"));
            return None;
        };
        let words = steps.first().and_then(|step| step.text.as_deref());
        let says = |word: &str| {
            words.is_some_and(|text| {
                let mut words = text.split_whitespace().take(4);
                words.any(|one| one.eq_ignore_ascii_case(word))
            })
        };
        let kind = if says("PROCEDURE") {
            FunctionKind::Procedure
        } else if says("AGGREGATE") {
            FunctionKind::Aggregate
        } else {
            FunctionKind::Function
        };
        // By now its arguments are of the type that was renamed out of the way.
        let arguments = arguments.iter().map(|data_type| {
            let mut data_type = data_type.clone();
            let swapped = self.swapped.iter().find(|kind| is_of(&data_type, kind));
            if let Some(kind) = swapped {
                data_type.name = self.free_name(kind).name;
            }
            data_type
        });
        let drop = ChangeKind::DropFunction {
            names: vec![(convert::object_name(name), Some(arguments.collect()))],
            kind,
            mode: DropMode::default(),
        };
        self.push_steps(Phase::NewFunctions, steps);
        Some(drop)
    }
}

/// Whether a table has a key over just these columns, its own or one to another table.
fn has_key_over(table: &Table, columns: &[String]) -> bool {
    table.keys().any(|key| key.columns == *columns)
        || table.foreign_keys.iter().any(|key| key.columns == *columns)
}

/// The tables that a table is a part of, or inherits from.
fn parents(table: &Table) -> impl Iterator<Item = &QName> {
    let partition = table.partition_of.iter().map(|partition| &partition.parent);
    partition.chain(&table.inherits)
}

/// Whether a statement only changes columns of types that are recreated.
fn is_of_swapped(alter: &AlterTable, swapped: &[(ObjectName, String)]) -> bool {
    alter.actions.iter().all(|(action, _)| {
        let (TableAction::SetType { column, .. }
        | TableAction::SetDefault { column, .. }
        | TableAction::DropDefault { column }) = action
        else {
            return false;
        };
        let mut swapped = swapped.iter();
        swapped.any(|(table, name)| *table == alter.table && *name == column.value)
    })
}

/// The conditions and expressions of what a step makes.
fn expressions(kind: &mut ChangeKind) -> Vec<&mut Expr> {
    match kind {
        ChangeKind::CreateIndex { index, .. } => {
            let keys = index.columns.iter_mut().map(|column| &mut column.expr);
            keys.chain(&mut index.condition).collect()
        }
        ChangeKind::AlterTable(alter) => {
            let actions = alter.actions.iter_mut();
            actions
                .filter_map(|(action, _)| match action {
                    TableAction::AddConstraint(constraint) => match &mut constraint.kind {
                        ConstraintKind::Check { expr, .. } => Some(expr),
                        _ => None,
                    },
                    TableAction::AddColumn { column, .. } => column
                        .generated
                        .as_mut()
                        .map(|generated| &mut generated.expr),
                    _ => None,
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// `= ANY (ARRAY['a', 'b'])`, as the server prints `IN ('a', 'b')`, written as a list again: labels
/// in an array without a type are text, which no enum is compared with.
fn as_list(sql: &str) -> String {
    let mut out = sql.to_owned();
    for (operator, word) in [("= ANY (ARRAY[", "IN ("), ("<> ALL (ARRAY[", "NOT IN (")] {
        let mut from = 0;
        while let Some(at) = out[from..].find(operator).map(|at| from + at) {
            let open = at + operator.len();
            let Some(close) = out[open..].find("])").map(|close| open + close) else {
                break;
            };
            let list = out[open..close].to_owned();
            let replaced = format!("{word}{list})");
            from = at + replaced.len();
            out.replace_range(at..close + 2, &replaced);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::as_list;

    #[test]
    fn lists_are_lists_again() {
        assert_eq!(
            as_list("m = ANY (ARRAY['a', 'b']) OR n <> ALL (ARRAY['c'])"),
            "m IN ('a', 'b') OR n NOT IN ('c')"
        );
        assert_eq!(as_list("m = 'a'"), "m = 'a'");
    }
}
