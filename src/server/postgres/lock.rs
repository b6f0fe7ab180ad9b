//! PostgreSQL's locks. Every row is measured on servers 12 to 18; where they differ, the version
//! stands in the code.

mod alter;
mod column;
mod index;
mod relations;
mod retype;

use crate::catalog::{Catalog, Mention, QName};
use crate::lock::{Cause, Effect, Level, Mode};
use crate::source::Span;
use crate::sql::change::{
    Change, ChangeKind, ConstraintKind, CreateTable, DomainAction, DropMode, ObjectName, Query,
};
use relations::{default_partition, named, referencing};

/// The first version that adds a column with a constant default without writing the table again.
const FAST_DEFAULTS: u16 = 11;
/// The first version that takes a valid check for a proof that a column holds no null.
const CHECK_PROVES_NOT_NULL: u16 = 12;

pub(crate) fn effects(change: &Change, catalog: &Catalog) -> Vec<Effect> {
    let at = PostgresEffects {
        catalog,
        span: change.span,
    };
    match &change.kind {
        ChangeKind::AlterTable(alter) => alter::effects(alter, catalog),
        ChangeKind::CreateTable(create) => at.create_table(create),
        ChangeKind::DropTable { names, mode, .. } => names
            .iter()
            .map(|name| at.drop_table(name, *mode))
            .collect(),
        ChangeKind::Truncate { tables, cascade } => tables
            .iter()
            .map(|name| at.truncate(name, *cascade))
            .collect(),
        ChangeKind::CreateIndex { table, index } => vec![at.create_index(table, index)],
        ChangeKind::DropIndex {
            names,
            concurrently,
            mode,
            ..
        } => names
            .iter()
            .filter_map(|name| at.drop_index(name, *concurrently, mode.if_exists))
            .collect(),
        ChangeKind::Reindex {
            target,
            name,
            concurrently,
        } => vec![at.reindex(target, name.as_ref(), *concurrently)],
        ChangeKind::AttachIndex { parent, index } => at.attach_index(parent, index),
        ChangeKind::CreateTrigger { table, .. } => {
            vec![at.on(table, Level::ShareRowExclusive, Some(Cause::Trigger))]
        }
        ChangeKind::DropTrigger {
            table: Some(table), ..
        } => vec![at.on(table, Level::AccessExclusive, Some(Cause::Trigger))],
        ChangeKind::RenameTrigger { table, .. }
        | ChangeKind::CreateRule { table, .. }
        | ChangeKind::DropRule { table, .. }
        | ChangeKind::CreatePolicy { table, .. }
        | ChangeKind::AlterPolicy { table, .. }
        | ChangeKind::DropPolicy { table, .. } => vec![at.on(table, Level::AccessExclusive, None)],
        ChangeKind::Comment { object, name, .. } => match object.as_str() {
            "TABLE" | "COLUMN" => vec![at.on(name, Level::ShareUpdateExclusive, None)],
            _ => Vec::new(),
        },
        ChangeKind::AlterDomain { name, action } => at.alter_domain(name, action),
        ChangeKind::LockTable { tables, mode } => {
            let level = mode.as_deref().and_then(Level::from_name);
            let level = level.unwrap_or(Level::AccessExclusive);
            tables
                .iter()
                .map(|table| at.on(table, level, Some(Cause::Explicit)))
                .collect()
        }
        ChangeKind::Maintenance {
            name,
            table: Some(table),
            ..
        } => at.maintenance(name, table),
        ChangeKind::Maintenance { name, .. }
            if matches!(name.as_str(), "VACUUM FULL" | "CLUSTER") =>
        {
            let all = QName::new("", "every table");
            let mut effect = at.locks(&all, Level::AccessExclusive);
            effect.rewrite(&all);
            effect.causes.push(Cause::Maintenance(name.clone()));
            vec![effect]
        }
        ChangeKind::Maintenance { name, .. } if name.ends_with("ALL IN TABLESPACE") => {
            let all = QName::new("", "every table in it");
            let mut effect = at.locks(&all, Level::AccessExclusive);
            effect.rewrite(&all);
            effect.causes.push(Cause::Storage("TABLESPACE"));
            vec![effect]
        }
        _ => at.views_and_rows(&change.kind),
    }
}

/// Where a change stands, and the schema before it.
#[derive(Clone, Copy)]
struct PostgresEffects<'c> {
    catalog: &'c Catalog,
    span: Span,
}

impl PostgresEffects<'_> {
    fn locks(self, target: &QName, level: Level) -> Effect {
        let mut effect = Effect::new(self.span, target.clone());
        effect.lock(target, Mode::Table(level));
        effect
    }

    /// A short lock on one relation.
    fn on(self, name: &ObjectName, level: Level, cause: Option<Cause>) -> Effect {
        let mut effect = self.locks(&named(self.catalog, name), level);
        effect.causes.extend(cause);
        effect
    }

    fn create_table(self, create: &CreateTable) -> Vec<Effect> {
        let own = self.catalog.qualify(&create.name);
        let mut effect = Effect::new(self.span, own.clone());
        let inline = create.columns.iter().flat_map(|column| &column.constraints);
        for constraint in inline.chain(&create.constraints) {
            if let ConstraintKind::ForeignKey(key) = &constraint.kind {
                let parent = named(self.catalog, &key.table);
                if parent != own {
                    effect.lock(&parent, Mode::Table(Level::ShareRowExclusive));
                }
            }
        }
        for parent in &create.inherits {
            let parent = named(self.catalog, parent);
            effect.lock(&parent, Mode::Table(Level::ShareUpdateExclusive));
        }
        for like in &create.like {
            let source = named(self.catalog, &like.table);
            effect.lock(&source, Mode::Table(Level::AccessShare));
        }
        if let Some(query) = &create.query {
            self.read(&mut effect, query, true);
            effect.causes.push(Cause::Rows);
        }
        // `ATTACH PARTITION` of a table that was made before takes SHARE UPDATE EXCLUSIVE on the
        // parent; this takes all of it.
        if let Some((parent, bound)) = &create.partition_of {
            let parent = named(self.catalog, parent);
            effect.target = parent.clone();
            effect.lock(&parent, Mode::Table(Level::AccessExclusive));
            effect.causes.push(Cause::Partition);
            if let Some(default) = default_partition(self.catalog, &parent)
                && bound.sql != "DEFAULT"
            {
                effect.lock(&default, Mode::Table(Level::AccessExclusive));
                effect.scan(&default);
                effect.causes.insert(0, Cause::DefaultPartition);
            }
        }
        if effect.locks.is_empty() {
            return Vec::new();
        }
        vec![effect]
    }

    fn drop_table(self, name: &ObjectName, mode: DropMode) -> Effect {
        let target = named(self.catalog, name);
        let mut effect = self.locks(&target, Level::AccessExclusive);
        let exclusive = Mode::Table(Level::AccessExclusive);
        if let Some(table) = self.catalog.tables.get(&target) {
            // The keys' triggers stand on the other side too, and go with the table: whoever reads
            // that one waits.
            for key in &table.foreign_keys {
                effect.lock(&key.table, exclusive);
            }
            if let Some(partition) = &table.partition_of {
                effect.lock(&partition.parent, exclusive);
            }
        }
        if mode.cascade {
            for referencing in referencing(self.catalog, &target) {
                effect.lock(&referencing, exclusive);
            }
        }
        effect
    }

    fn truncate(self, name: &ObjectName, cascade: bool) -> Effect {
        let target = named(self.catalog, name);
        let mut effect = self.locks(&target, Level::AccessExclusive);
        effect.causes.push(Cause::Truncate);
        if cascade {
            let mut reached = vec![target];
            while let Some(table) = reached.pop() {
                for other in referencing(self.catalog, &table) {
                    if effect.locks.iter().all(|lock| lock.relation != other) {
                        effect.lock(&other, Mode::Table(Level::AccessExclusive));
                        reached.push(other);
                    }
                }
            }
        }
        effect
    }

    /// A constraint of a domain is checked in every table that has a column of it.
    fn alter_domain(self, name: &ObjectName, action: &DomainAction) -> Vec<Effect> {
        let checks = match action {
            DomainAction::AddConstraint { not_valid, .. } => !not_valid,
            DomainAction::SetNotNull | DomainAction::ValidateConstraint(_) => true,
            _ => false,
        };
        if !checks {
            return Vec::new();
        }
        let found = self.catalog.find_domain(name);
        let domain = found.clone().unwrap_or_else(|| self.catalog.qualify(name));
        let cause = match action {
            DomainAction::ValidateConstraint(_) => Cause::Validate,
            _ => Cause::DomainConstraint,
        };
        let mut effect = Effect::new(self.span, domain.clone());
        for domain in self.domains_over(domain.clone()) {
            for (table, found) in self.catalog.tables.with(Mention::Type(&domain.name)) {
                let mut types = found.columns.iter().map(|column| &column.data_type);
                if types.any(|data_type| self.catalog.type_of(data_type).as_ref() == Some(&domain))
                {
                    effect.lock(table, Mode::Table(Level::Share));
                    effect.scan(table);
                }
            }
        }
        if found.is_none() && !self.shows_all_tables() {
            effect.lock(&domain, Mode::Table(Level::Share));
            effect.scan(&domain);
        }
        if effect.locks.is_empty() {
            return Vec::new();
        }
        effect.causes.push(cause);
        vec![effect]
    }

    /// Whether the history shows every table: one that makes none begins elsewhere.
    fn shows_all_tables(self) -> bool {
        self.catalog.tables_are_known() && self.catalog.tables.values().any(|it| !it.bookkeeping)
    }

    /// A domain and those that are made of it.
    fn domains_over(self, domain: QName) -> Vec<QName> {
        let mut found = vec![domain];
        let mut next = 0;
        while let Some(of) = found.get(next).cloned() {
            next += 1;
            for (name, over) in self.catalog.domains.with(Mention::Type(&of.name)) {
                let is_over =
                    !over.base.array && self.catalog.type_of(&over.base).as_ref() == Some(&of);
                if is_over && !found.contains(name) {
                    found.push(name.clone());
                }
            }
        }
        found
    }

    fn maintenance(self, name: &str, table: &ObjectName) -> Vec<Effect> {
        match name {
            "VACUUM FULL" | "CLUSTER" => {
                let cause = Cause::Maintenance(name.to_owned());
                let mut effect = self.on(table, Level::AccessExclusive, Some(cause));
                let target = effect.target.clone();
                effect.rewrite(&target);
                vec![effect]
            }
            "ALTER MATERIALIZED VIEW SET TABLESPACE" => {
                let cause = Cause::Storage("TABLESPACE");
                let mut effect = self.on(table, Level::AccessExclusive, Some(cause));
                let target = effect.target.clone();
                effect.rewrite(&target);
                vec![effect]
            }
            "ALTER INDEX SET TABLESPACE" => self.move_index(table),
            "VACUUM" | "ANALYZE" => vec![self.on(table, Level::ShareUpdateExclusive, None)],
            _ => Vec::new(),
        }
    }

    fn views_and_rows(self, kind: &ChangeKind) -> Vec<Effect> {
        match kind {
            ChangeKind::CreateView {
                name,
                query,
                or_replace,
                materialized,
                ..
            } => {
                let own = self.catalog.qualify(name);
                let mut effect = Effect::new(self.span, own.clone());
                if *or_replace && self.catalog.views.contains_key(&own) {
                    effect.lock(&own, Mode::Table(Level::AccessExclusive));
                }
                self.read(&mut effect, query, *materialized);
                some(effect)
            }
            ChangeKind::DropView { names, .. } => names
                .iter()
                .map(|name| self.on(name, Level::AccessExclusive, None))
                .collect(),
            ChangeKind::RenameView { from: view, .. }
            | ChangeKind::RenameViewColumn { view, .. }
            | ChangeKind::SetViewSchema { view, .. } => {
                vec![self.on(view, Level::AccessExclusive, None)]
            }
            ChangeKind::RefreshView {
                name,
                concurrently,
                with_data,
            } => vec![self.refresh(name, *concurrently, *with_data)],
            ChangeKind::AlterSequence { name, .. } => {
                vec![self.on(name, Level::ShareRowExclusive, None)]
            }
            ChangeKind::DropSequence { names, .. } => names
                .iter()
                .map(|name| self.on(name, Level::AccessExclusive, None))
                .collect(),
            ChangeKind::Insert { table, query, .. } => {
                let mut effect = self.on(table, Level::RowExclusive, None);
                self.read(&mut effect, query, false);
                vec![effect]
            }
            ChangeKind::Update {
                table,
                condition,
                query,
                ..
            }
            | ChangeKind::Delete {
                table,
                condition,
                query,
            } => {
                let mut effect = self.on(table, Level::RowExclusive, None);
                if condition.is_none() {
                    let target = effect.target.clone();
                    effect.scan(&target);
                    effect.causes.push(Cause::Rows);
                }
                self.read(&mut effect, query, false);
                vec![effect]
            }
            ChangeKind::CopyInto { table, .. } => vec![self.on(table, Level::RowExclusive, None)],
            _ => Vec::new(),
        }
    }

    fn refresh(self, name: &ObjectName, concurrently: bool, with_data: bool) -> Effect {
        let level = if concurrently {
            Level::Exclusive
        } else {
            Level::AccessExclusive
        };
        let mut effect = self.on(name, level, Some(Cause::Refresh));
        let target = effect.target.clone();
        if !with_data {
            return effect;
        }
        if concurrently {
            effect.scan(&target);
        } else {
            effect.rewrite(&target);
        }
        if let Some(view) = self.catalog.views.get(&target) {
            for relation in &view.relations {
                effect.lock(relation, Mode::Table(Level::AccessShare));
                effect.scan(relation);
            }
        }
        effect
    }

    /// The relations that a query reads; all of their rows if it is kept.
    fn read(self, effect: &mut Effect, query: &Query, all: bool) {
        for relation in &query.relations {
            let relation = named(self.catalog, relation);
            effect.lock(&relation, Mode::Table(Level::AccessShare));
            if all {
                effect.scan(&relation);
            }
        }
    }
}

fn some(effect: Effect) -> Vec<Effect> {
    if effect.locks.is_empty() {
        Vec::new()
    } else {
        vec![effect]
    }
}
