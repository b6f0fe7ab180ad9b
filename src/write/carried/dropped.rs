//! What a change drops of what statements speak of, and is there afterwards.

use super::{NamedKind, has_part};
use crate::catalog::{Catalog, ColumnName, QName};
use crate::sql::change::{ChangeKind, DomainAction, ObjectName, TableAction, TypeAction};

/// What a change drops that has a name of its own and is there afterwards.
pub(super) fn dropped(kind: &ChangeKind, to: &Catalog) -> Vec<(NamedKind, Vec<QName>)> {
    let all = |names: &[ObjectName]| {
        names
            .iter()
            .map(|name| to.qualify(name))
            .collect::<Vec<_>>()
    };
    match kind {
        // A type that is recreated is renamed out of the way first.
        ChangeKind::AlterType {
            name,
            action: TypeAction::RenameTo(_),
        } => vec![(NamedKind::Type, vec![to.qualify(name)])],
        ChangeKind::AlterDomain {
            name,
            action: DomainAction::RenameTo(_),
        } => vec![(NamedKind::Type, vec![to.qualify(name)])],
        ChangeKind::DropView { names, .. } => {
            let mut names = all(names);
            names.retain(|name| to.views.contains_key(name));
            let views = names.iter().filter_map(|name| to.views.get(name));
            let indexes = views.flat_map(|view| {
                let indexes = view.indexes.iter();
                indexes.map(|index| QName::new(view.name.schema.clone(), index.name.clone()))
            });
            let indexes = indexes.collect();
            vec![(NamedKind::Relation, names), (NamedKind::Index, indexes)]
        }
        ChangeKind::DropTable { names, .. } => {
            let mut names = all(names);
            names.retain(|name| to.tables.contains_key(name));
            let counters = counters(to, |owner| names.contains(&owner.table));
            vec![
                (NamedKind::Relation, names),
                (NamedKind::Sequence, counters),
            ]
        }
        // A column that is made again counts with a new sequence.
        ChangeKind::AlterTable(alter) => {
            let table = to.qualify(&alter.table);
            let actions = alter.actions.iter();
            let new: Vec<&str> = actions
                .filter_map(|(action, _)| match action {
                    TableAction::AddColumn { column, .. } => Some(column.name.value.as_str()),
                    _ => None,
                })
                .collect();
            let is_new =
                |owner: &ColumnName| owner.table == table && new.contains(&owner.name.as_str());
            vec![(NamedKind::Sequence, counters(to, is_new))]
        }
        ChangeKind::DropSequence { names, .. } => {
            let mut names = all(names);
            names.retain(|name| to.sequences.contains_key(name));
            vec![(NamedKind::Sequence, names)]
        }
        ChangeKind::DropSchema { names, .. } => {
            let names = names.iter().map(|name| name.value.clone());
            in_schemas(to, &names.collect::<Vec<_>>())
        }
        ChangeKind::DropType { names, .. } | ChangeKind::DropDomain { names, .. } => {
            let mut names = all(names);
            names.retain(|name| to.has_type(name));
            vec![(NamedKind::Type, names)]
        }
        ChangeKind::DropFunction { names, .. } => {
            let names = names.iter().map(|(name, _)| to.qualify(name));
            let names = names.filter(|name| to.functions.contains_key(name));
            vec![(NamedKind::Function, names.collect())]
        }
        ChangeKind::DropIndex { names, .. } => {
            let found = names.iter().filter(|name| to.find_index(name).is_some());
            let found = found.map(|name| to.qualify(name));
            vec![(NamedKind::Index, found.collect())]
        }
        _ => Vec::new(),
    }
}

/// The sequences that columns count with.
fn counters(to: &Catalog, of: impl Fn(&ColumnName) -> bool) -> Vec<QName> {
    let owned = to.sequences.iter().filter(|(_, sequence)| {
        let owner = sequence.owner.as_ref();
        owner.is_some_and(&of)
    });
    owned.map(|(name, _)| name.clone()).collect()
}

/// Schemas, and what lies in them.
fn in_schemas(to: &Catalog, schemas: &[String]) -> Vec<(NamedKind, Vec<QName>)> {
    let here = |name: &&QName| schemas.contains(&name.schema);
    let there = schemas.iter().filter(|name| to.schemas.contains_key(*name));
    let relations = to.tables.keys().chain(to.views.keys()).filter(here);
    let types = to.enums.keys().chain(to.domains.keys());
    let types = types.chain(to.composites.keys()).filter(here);
    vec![
        (
            NamedKind::Schema,
            there.map(|name| QName::new("", name.clone())).collect(),
        ),
        (NamedKind::Relation, relations.cloned().collect()),
        (NamedKind::Type, types.cloned().collect()),
        (
            NamedKind::Function,
            to.functions.keys().filter(here).cloned().collect(),
        ),
        (
            NamedKind::Sequence,
            to.sequences.keys().filter(here).cloned().collect(),
        ),
    ]
}

/// A part of a table that is dropped.
pub(super) struct DroppedPart {
    pub(super) table: QName,
    pub(super) name: String,
    /// What it is: `TRIGGER`.
    pub(super) words: &'static str,
}

impl DroppedPart {
    /// Whether a schema has it. What is on a view comes back with the view.
    fn is_in(&self, to: &Catalog) -> bool {
        let name = self.name.as_str();
        let Some(table) = to.tables.get(&self.table) else {
            return to.views.contains_key(&self.table);
        };
        has_part(table, self.words, name)
    }
}

/// The part of a table that a change drops.
pub(super) fn part(kind: &ChangeKind, to: &Catalog) -> Option<DroppedPart> {
    let (table, name, words) = match kind {
        ChangeKind::DropTrigger {
            name,
            table: Some(table),
            ..
        } => (table, &name.name, "TRIGGER"),
        ChangeKind::DropPolicy { name, table, .. } => (table, name, "POLICY"),
        ChangeKind::DropRule { name, table, .. } => (table, name, "RULE"),
        ChangeKind::AlterTable(alter) => match alter.actions.as_slice() {
            [(TableAction::DropConstraint { name, .. }, _)] => (&alter.table, name, "CONSTRAINT"),
            _ => return None,
        },
        _ => return None,
    };
    let dropped = DroppedPart {
        table: to.qualify(table),
        name: name.value.clone(),
        words,
    };
    dropped.is_in(to).then_some(dropped)
}
