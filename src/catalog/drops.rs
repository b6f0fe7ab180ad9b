//! `DROP`, with `RESTRICT` and `CASCADE`.

use std::sync::Arc;

use super::apply::{Apply, Outcome};
use super::depend::{Droppable, Strength};
use super::publications;
use super::rejection::sqlstate;
use super::{Catalog, FoundIndex, QName, Rejection, Site};
use crate::source::Span;
use crate::sql::change::{DropMode, ObjectName};

impl Apply<'_> {
    /// Drops objects and all that silently go with them; with `cascade` also what depends on them,
    /// without it is refused.
    pub(crate) fn drop_objects(
        &mut self,
        targets: &[Droppable],
        cascade: bool,
        span: Span,
    ) -> Outcome {
        let mut going = targets.to_vec();
        let mut blockers: Vec<(Droppable, usize)> = Vec::new();
        let mut at = 0;
        while at < going.len() {
            for (dependent, strength) in self.catalog.dependents(&going[at]) {
                if going.contains(&dependent)
                    || going.iter().any(|object| object.covers(&dependent))
                {
                    continue;
                }
                if cascade || strength == Strength::Auto {
                    going.push(dependent);
                } else {
                    blockers.push((dependent, at));
                }
            }
            at += 1;
        }
        blockers.retain(|(object, _)| {
            !going.contains(object)
                && !matches!(object, Droppable::View(name) if self.catalog.is_doubtful_view(name))
                && !going.iter().any(|gone| gone.covers(object))
        });
        if let Some((blocker, at)) = blockers.first() {
            let object = self.catalog.describe(&targets[0]);
            let blocker_shown = self.catalog.describe(blocker);
            let through = if going[*at] == targets[0] {
                object.clone()
            } else {
                self.catalog.describe(&going[*at])
            };
            let more = match blockers.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            let message =
                format!("{object} cannot be dropped: {blocker_shown} depends on {through}{more}");
            let made = self.catalog.object_site(blocker);
            return Err(
                Rejection::new(sqlstate::DEPENDENT_OBJECTS_STILL_EXIST, span, message)
                    .because(made, format!("{blocker_shown} is made here")),
            );
        }
        // Dependents first, so that nothing is looked up in what is gone.
        for object in going.iter().rev() {
            self.remove(object);
        }
        Ok(())
    }

    fn remove(&mut self, object: &Droppable) {
        let site = self.site;
        match object {
            Droppable::Table(name) => {
                publications::forget(&mut self.catalog.publications, name);
                if self.catalog.tables.remove(name).is_some() {
                    self.gone(name.clone(), None, "dropped here");
                }
            }
            Droppable::View(name) => {
                if self.catalog.views.remove(name).is_some() {
                    self.gone(name.clone(), None, "dropped here");
                }
            }
            Droppable::Type(name) => {
                self.catalog.enums.remove(name);
                self.catalog.domains.remove(name);
                self.catalog.composites.remove(name);
                self.gone(name.clone(), None, "dropped here");
            }
            Droppable::Sequence(name) => {
                self.catalog.sequences.remove(name);
                self.gone(name.clone(), None, "dropped here");
            }
            Droppable::Function(name, arguments) => {
                if let Some(overloads) = self.catalog.functions.get_mut(name) {
                    overloads.retain(|function| function.arguments != *arguments);
                    if overloads.is_empty() {
                        self.catalog.functions.remove(name);
                    }
                }
            }
            Droppable::Column(table, name) => {
                if let Some(table) = self.edit(table) {
                    table.take_column(name);
                }
                self.gone(table.clone(), Some(name.clone()), "dropped here");
            }
            Droppable::Default(table, name) => {
                let Some(table) = self.edit(table) else {
                    return;
                };
                if let Some(column) = table.columns.iter_mut().find(|column| column.name == *name) {
                    column.default = None;
                    column.origin.changed = Some(site);
                }
            }
            Droppable::Index(relation, name) => {
                if let Some(view) = self.catalog.views.get_mut(relation) {
                    Arc::make_mut(view)
                        .indexes
                        .retain(|index| index.name != *name);
                } else if let Some(table) = self.edit(relation) {
                    table.indexes.retain(|index| index.name != *name);
                }
                self.gone(
                    QName::new(relation.schema.clone(), name),
                    None,
                    "dropped here",
                );
            }
            Droppable::Constraint(table, name) => {
                if let Some(table) = self.edit(table) {
                    table.drop_constraint(name);
                }
            }
            Droppable::Trigger(table, name) => {
                if let Some(table) = self.edit(table) {
                    table.triggers.retain(|trigger| trigger.name != *name);
                }
            }
            Droppable::Rule(table, name) => {
                if let Some(table) = self.edit(table) {
                    table.rules.retain(|rule| rule.name != *name);
                }
            }
            Droppable::Policy(table, name) => {
                if let Some(table) = self.edit(table) {
                    table.policies.retain(|policy| policy.name != *name);
                }
            }
        }
    }

    /// Remembers that something went.
    pub(crate) fn gone(&mut self, name: QName, column: Option<String>, how: &str) {
        self.catalog
            .dropped_names
            .push(name, column, self.site, how.to_owned());
    }

    pub(crate) fn drop_tables(&mut self, names: &[ObjectName], mode: DropMode) -> Outcome {
        let mut targets = Vec::new();
        for name in names {
            match self.catalog.find_table(name) {
                Some(found) => targets.push(Droppable::Table(found)),
                None => self.missing_to_drop(name, "table", mode)?,
            }
        }
        self.drop_targets(&targets, mode, names)
    }

    pub(crate) fn drop_views(
        &mut self,
        names: &[ObjectName],
        materialized: bool,
        mode: DropMode,
    ) -> Outcome {
        let mut targets = Vec::new();
        for name in names {
            match self.catalog.find_view(name) {
                Some(found) if self.catalog.views[&found].materialized == materialized => {
                    targets.push(Droppable::View(found));
                }
                Some(found) => {
                    let wanted = if materialized {
                        "a materialized view"
                    } else {
                        "a view"
                    };
                    return Err(self.wrong_kind(name.span(), &found, wanted));
                }
                None => self.missing_to_drop(
                    name,
                    if materialized {
                        "materialized view"
                    } else {
                        "view"
                    },
                    mode,
                )?,
            }
        }
        self.drop_targets(&targets, mode, names)
    }

    pub(crate) fn drop_sequences(&mut self, names: &[ObjectName], mode: DropMode) -> Outcome {
        let mut targets = Vec::new();
        for name in names {
            match self.catalog.find_sequence(name) {
                Some(found) => targets.push(Droppable::Sequence(found)),
                None => self.missing_to_drop(name, "sequence", mode)?,
            }
        }
        self.drop_targets(&targets, mode, names)
    }

    pub(crate) fn drop_types(&mut self, names: &[ObjectName], mode: DropMode) -> Outcome {
        let mut targets = Vec::new();
        for name in names {
            match self.catalog.find_own_type(name) {
                Some(found) => targets.push(Droppable::Type(found)),
                None if mode.if_exists => {}
                None => {
                    if let Some(rejection) = self.missing_type(name) {
                        return Err(rejection);
                    }
                }
            }
        }
        self.drop_targets(&targets, mode, names)
    }

    pub(crate) fn drop_indexes(&mut self, names: &[ObjectName], mode: DropMode) -> Outcome {
        let mut targets = Vec::new();
        for name in names {
            let Some(FoundIndex { table, name: index }) = self.catalog.find_index(name) else {
                self.missing_to_drop(name, "index", mode)?;
                continue;
            };
            if let Some(found) = self.catalog.tables.get(&table)
                && let Some(origin) = found.constraint_origin(&index.name)
            {
                let message = format!(
                    "index `{}` cannot be dropped: constraint `{}` on table `{}` requires it",
                    index.name,
                    index.name,
                    self.catalog.shown(&table)
                );
                return Err(Rejection::new(
                    sqlstate::DEPENDENT_OBJECTS_STILL_EXIST,
                    name.span(),
                    message,
                )
                .because(origin.made, "the constraint is made here"));
            }
            if let Some(parent) = self.catalog.parent_index(&table, &index.name) {
                let message = format!(
                    "index `{}` cannot be dropped: index `{parent}` of its parent requires it",
                    index.name
                );
                return Err(Rejection::new(
                    sqlstate::DEPENDENT_OBJECTS_STILL_EXIST,
                    name.span(),
                    message,
                ));
            }
            for child in self.catalog.children(&table) {
                let label = self.catalog.child_index(&table, &child, &index.name);
                targets.extend(label.map(|label| Droppable::Index(child, label)));
            }
            targets.insert(0, Droppable::Index(table, index.name));
        }
        self.drop_targets(&targets, mode, names)
    }

    fn drop_targets(
        &mut self,
        targets: &[Droppable],
        mode: DropMode,
        names: &[ObjectName],
    ) -> Outcome {
        let span = names
            .iter()
            .map(ObjectName::span)
            .reduce(Span::to)
            .unwrap_or_default();
        if targets.is_empty() {
            Ok(())
        } else {
            self.drop_objects(targets, mode.cascade, span)
        }
    }

    /// A relation to be dropped that is not there, or is of another kind.
    fn missing_to_drop(&self, name: &ObjectName, kind: &str, mode: DropMode) -> Outcome {
        if let Some(other) = self.catalog.find_any_relation(name) {
            let article = if kind.starts_with('i') { "an" } else { "a" };
            return Err(self.wrong_kind(name.span(), &other, &format!("{article} {kind}")));
        }
        if mode.if_exists {
            return Ok(());
        }
        // It may be one of a table that the history did not make.
        if kind == "index" && !self.catalog.tables_are_known() {
            return Ok(());
        }
        let code = if kind == "index" {
            sqlstate::UNDEFINED_OBJECT
        } else {
            sqlstate::UNDEFINED_TABLE
        };
        self.missing_relation(name, kind)
            .map_err(|rejection| Rejection {
                code,
                // Where somebody else makes what is missing, it is taken for a table.
                missing: rejection.missing.filter(|_| kind != "index"),
                ..rejection
            })
    }
}

impl Catalog {
    /// Where an object was made.
    pub(crate) fn object_site(&self, object: &Droppable) -> Option<Site> {
        let of_table = |table: &QName| self.tables.get(table);
        let origin = match object {
            Droppable::Table(name) => of_table(name)?.origin,
            Droppable::Column(table, name) | Droppable::Default(table, name) => {
                of_table(table)?.column(name)?.origin
            }
            Droppable::Constraint(table, name) => of_table(table)?.constraint_origin(name)?,
            Droppable::Index(table, name) => of_table(table)?.index_origin(name)?,
            Droppable::Trigger(table, name) => {
                of_table(table)?
                    .triggers
                    .iter()
                    .find(|trigger| trigger.name == *name)?
                    .origin
            }
            Droppable::Rule(table, name) => {
                of_table(table)?
                    .rules
                    .iter()
                    .find(|rule| rule.name == *name)?
                    .origin
            }
            Droppable::Policy(table, name) => {
                of_table(table)?
                    .policies
                    .iter()
                    .find(|policy| policy.name == *name)?
                    .origin
            }
            Droppable::View(name) => self.views.get(name)?.origin,
            Droppable::Type(name) => self
                .enums
                .get(name)
                .map(|found| found.origin)
                .or_else(|| self.domains.get(name).map(|domain| domain.origin))
                .or_else(|| self.composites.get(name).map(|composite| composite.origin))?,
            Droppable::Sequence(name) => self.sequences.get(name)?.origin,
            Droppable::Function(name, arguments) => self.overload(name, arguments)?.origin,
        };
        origin.made
    }
}

impl Droppable {
    /// Whether another object goes as a part of this one.
    pub(crate) fn covers(&self, part: &Self) -> bool {
        let (Self::Column(table, _)
        | Self::Default(table, _)
        | Self::Constraint(table, _)
        | Self::Index(table, _)
        | Self::Trigger(table, _)
        | Self::Rule(table, _)
        | Self::Policy(table, _)) = part
        else {
            return false;
        };
        match self {
            Self::Table(name) | Self::View(name) => name == table,
            Self::Column(of, column) => {
                matches!(part, Self::Default(_, name) if of == table && name == column)
            }
            _ => false,
        }
    }
}

impl Catalog {
    /// The type that a name means, and that somebody made.
    pub(crate) fn find_own_type(&self, name: &ObjectName) -> Option<QName> {
        self.resolve(name, |name| {
            self.enums.contains_key(name)
                || self.domains.contains_key(name)
                || self.composites.contains_key(name)
        })
    }
}
