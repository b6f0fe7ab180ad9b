//! What MySQL and MariaDB do online, and what they copy a table for. Measured on MariaDB 10.11 with
//! explicit `ALGORITHM` and `LOCK`; where MySQL 8 differs, by its manual.

mod column;
mod engine;
mod hindered;

use crate::catalog::{Catalog, QName, Table};
use crate::lock::{Algorithm, Blocks, Cause, Effect, Mode};
use crate::source::Span;
use crate::sql::change::{
    AlterTable, Change, ChangeKind, ColumnDef, ColumnPosition, ConstraintDef, ConstraintKind,
    ExprKind, ForeignKeyDef, IndexDef, ObjectName, OnlineOption, TableAction,
};
use crate::sql::{Release, Versions};

use engine::{INNODB, copies, engine_of, other_engine};

pub(crate) fn effects(change: &Change, catalog: &Catalog) -> Vec<Effect> {
    let at = MysqlEffects {
        catalog,
        span: change.span,
    };
    match &change.kind {
        ChangeKind::AlterTable(alter) => alter_table(alter, catalog),
        ChangeKind::CreateIndex { table, index } => {
            let target = at.named(table);
            let mut effect = at.index(&target, index);
            if let Some(engine) = catalog.tables.get(&target).and_then(|it| other_engine(it)) {
                copies(&mut effect, engine);
            }
            vec![effect]
        }
        ChangeKind::DropIndex {
            on: Some(table), ..
        } => vec![at.online(&at.named(table))],
        ChangeKind::DropTable { names, .. } | ChangeKind::Truncate { tables: names, .. } => names
            .iter()
            .map(|name| at.with(&at.named(name), Algorithm::InPlace, Blocks::ReadsAndWrites))
            .collect(),
        ChangeKind::RenameTable { from, .. } => {
            vec![at.with(&at.named(from), Algorithm::Instant, Blocks::Nothing)]
        }
        ChangeKind::CreateTable(create) => {
            let Some(query) = &create.query else {
                return Vec::new();
            };
            let mut effect = Effect::new(change.span, catalog.qualify(&create.name));
            for relation in &query.relations {
                let relation = at.named(relation);
                effect.lock(&relation, Mode::Online(Algorithm::InPlace, Blocks::Nothing));
                effect.scan(&relation);
            }
            effect.causes.push(Cause::Rows);
            vec![effect]
        }
        ChangeKind::LockTable { tables, mode } => {
            let writes = mode.as_deref().is_none_or(|mode| mode.contains("WRITE"));
            let blocks = if writes {
                Blocks::ReadsAndWrites
            } else {
                Blocks::Writes
            };
            let locks = tables.iter().map(|name| {
                let mut effect = Effect::new(change.span, at.named(name));
                effect.lock(&at.named(name), Mode::Tables(blocks));
                effect.causes.push(Cause::Explicit);
                effect
            });
            locks.collect()
        }
        _ => Vec::new(),
    }
}

/// One `ALTER TABLE` is one operation, and the server says no to what it was asked not to do.
fn alter_table(alter: &AlterTable, catalog: &Catalog) -> Vec<Effect> {
    let asked = RequestedMode::of(alter);
    alter
        .actions
        .iter()
        .map(|(kind, span)| {
            let at = MysqlEffects {
                catalog,
                span: *span,
            };
            let target = at.named(&alter.table);
            let action = MysqlAlter {
                at,
                alter,
                table: catalog.tables.get(&target).map(|table| &**table),
                target,
            };
            let mut effect = action.effect(kind);
            action.hinder(kind, &mut effect);
            action.copy_unless_innodb(kind, &mut effect);
            asked.limit(&mut effect);
            effect
        })
        .collect()
}

/// What the statement's own `ALGORITHM` and `LOCK` rule out: the server refuses instead of making
/// others wait.
#[derive(Clone, Copy, Default)]
struct RequestedMode {
    no_copy: bool,
    no_lock: bool,
}

impl RequestedMode {
    fn of(alter: &AlterTable) -> Self {
        let mut asked = Self::default();
        for (action, _) in &alter.actions {
            if let TableAction::OnlineMode { name, value } = action {
                match (name.as_str(), value.as_str()) {
                    ("algorithm", "INPLACE" | "NOCOPY" | "INSTANT") => asked.no_copy = true,
                    ("lock", "NONE") => asked.no_lock = true,
                    _ => {}
                }
            }
        }
        asked
    }

    fn limit(self, effect: &mut Effect) {
        for lock in &mut effect.locks {
            if let Mode::Online(algorithm, blocks) = lock.mode {
                let refused = self.no_lock || (self.no_copy && algorithm == Algorithm::Copy);
                if refused && blocks != Blocks::Nothing {
                    lock.mode = Mode::Online(Algorithm::InPlace, Blocks::Nothing);
                }
            }
        }
    }
}

/// Where a change stands, and the schema before it.
#[derive(Clone, Copy)]
struct MysqlEffects<'c> {
    catalog: &'c Catalog,
    span: Span,
}

impl MysqlEffects<'_> {
    fn named(self, name: &ObjectName) -> QName {
        self.catalog
            .find_table(name)
            .unwrap_or_else(|| self.catalog.qualify(name))
    }

    fn with(self, target: &QName, algorithm: Algorithm, blocks: Blocks) -> Effect {
        let mut effect = Effect::new(self.span, target.clone());
        effect.lock(target, Mode::Online(algorithm, blocks));
        effect
    }

    fn instant(self, target: &QName) -> Effect {
        self.with(target, Algorithm::Instant, Blocks::Nothing)
    }

    fn online(self, target: &QName) -> Effect {
        self.with(target, Algorithm::InPlace, Blocks::Nothing)
    }

    fn copied(self, target: &QName, cause: Cause) -> Effect {
        let mut effect = self.with(target, Algorithm::Copy, Blocks::Writes);
        effect.rewrite(target);
        effect.causes.push(cause);
        effect
    }

    fn index(self, table: &QName, index: &IndexDef) -> Effect {
        let slow = index.method.as_deref();
        let slow = slow.filter(|method| matches!(*method, "fulltext" | "spatial"));
        for OnlineOption { name, value } in &index.online {
            let blocks = match (*name, value.as_str()) {
                ("algorithm", "COPY") | ("lock", "SHARED") => Blocks::Writes,
                ("lock", "EXCLUSIVE") => Blocks::ReadsAndWrites,
                _ => continue,
            };
            let cause = Cause::Asked(format!("{}={value}", name.to_ascii_uppercase()));
            let mut effect = self.copied(table, cause);
            effect.lock(table, Mode::Online(Algorithm::Copy, blocks));
            return effect;
        }
        let mut online = index.online.iter();
        let unlocked = online.any(|it| it.name == "lock" && it.value == "NONE");
        let mut effect = match slow {
            Some(_) if !unlocked => self.with(table, Algorithm::InPlace, Blocks::Writes),
            _ => self.online(table),
        };
        effect.build(table);
        effect.causes.push(match slow {
            Some(method) => Cause::SlowIndex(method.to_ascii_uppercase()),
            None => Cause::Index,
        });
        effect
    }
}

/// An action's surroundings.
struct MysqlAlter<'c> {
    at: MysqlEffects<'c>,
    alter: &'c AlterTable,
    /// The table, where the history knows it.
    table: Option<&'c Table>,
    target: QName,
}

impl MysqlAlter<'_> {
    fn effect(&self, action: &TableAction) -> Effect {
        let at = self.at;
        match action {
            TableAction::AddColumn {
                column, position, ..
            } => self.add_column(column, position.as_ref()),
            TableAction::Modify { from, column, .. } => self.modify(&from.value, column),
            TableAction::AddConstraint(constraint) => self.add_constraint(constraint),
            TableAction::AddIndex(index) if index.unique && self.hashes(&index.columns) => {
                at.copied(&self.target, Cause::Hashed)
            }
            TableAction::AddIndex(index) => at.index(&self.target, index),
            TableAction::DropPrimaryKey if !self.adds_primary_key() => {
                at.copied(&self.target, Cause::NoPrimaryKey)
            }
            TableAction::ConvertCharset { .. } => at.copied(&self.target, Cause::Charset),
            TableAction::Option { name, value } if name == "engine" => {
                if self.has_engine(value) {
                    at.online(&self.target)
                } else {
                    at.copied(&self.target, Cause::Engine)
                }
            }
            TableAction::OnlineMode { name, value } => {
                let blocks = match (name.as_str(), value.as_str()) {
                    ("algorithm", "COPY") | ("lock", "SHARED") => Blocks::Writes,
                    ("lock", "EXCLUSIVE") => Blocks::ReadsAndWrites,
                    _ => return at.instant(&self.target),
                };
                let cause = Cause::Asked(format!("{}={value}", name.to_ascii_uppercase()));
                let mut effect = at.copied(&self.target, cause);
                effect.lock(&self.target, Mode::Online(Algorithm::Copy, blocks));
                effect
            }
            TableAction::DropColumn { .. } if !self.drops_instantly() => self.rebuilt(),
            TableAction::DropColumn { name, .. } if self.is_indexed(&name.value) => {
                at.online(&self.target)
            }
            TableAction::DropColumn { .. }
            | TableAction::RenameColumn { .. }
            | TableAction::SetDefault { .. }
            | TableAction::DropDefault { .. }
            | TableAction::RenameIndex { .. }
            | TableAction::RenameTo(_) => at.instant(&self.target),
            _ => at.online(&self.target),
        }
    }

    fn mariadb(&self) -> bool {
        self.at.catalog.versions.mariadb
    }

    fn versions(&self) -> Versions {
        self.at.catalog.versions
    }

    /// Whether DROP COLUMN leaves the rows as they are.
    fn drops_instantly(&self) -> bool {
        let versions = self.versions();
        if versions.mariadb {
            versions.mariadb_release >= Release::new(10, 4, 0)
        } else {
            versions.mysql >= Release::new(8, 0, 29)
        }
    }

    /// Whether ADD COLUMN leaves the rows as they are.
    fn adds_instantly(&self, last: bool) -> bool {
        let versions = self.versions();
        let (server, at_the_end, anywhere) = if versions.mariadb {
            let server = versions.mariadb_release;
            (server, Release::new(10, 3, 2), Release::new(10, 4, 0))
        } else {
            (
                versions.mysql,
                Release::new(8, 0, 12),
                Release::new(8, 0, 29),
            )
        };
        server >= if last { at_the_end } else { anywhere }
    }

    /// Every row is written again, while others go on.
    fn rebuilt(&self) -> Effect {
        let mut effect = self.at.online(&self.target);
        effect.rewrite(&self.target);
        effect
    }

    /// Whether the server looks at checks at all.
    fn knows_checks(&self) -> bool {
        let versions = self.versions();
        versions.mariadb || versions.mysql >= Release::new(8, 0, 16)
    }

    fn adds_primary_key(&self) -> bool {
        let is_key = |constraint: &ConstraintDef| {
            matches!(constraint.kind, ConstraintKind::PrimaryKey { .. })
        };
        self.alter.actions.iter().any(|(action, _)| match action {
            TableAction::AddConstraint(constraint) => is_key(constraint),
            TableAction::AddColumn { column, .. } | TableAction::Modify { column, .. } => {
                column.constraints.iter().any(is_key)
            }
            _ => false,
        })
    }

    /// Tables are InnoDB's unless they say otherwise.
    fn has_engine(&self, engine: &str) -> bool {
        let own = self.table.and_then(engine_of).unwrap_or(INNODB);
        own.eq_ignore_ascii_case(engine)
    }

    /// Whether an index or a key has the column, so that it changes with it.
    fn is_indexed(&self, column: &str) -> bool {
        self.table.is_some_and(|table| {
            let keys = table.indexes.iter().flat_map(|index| &index.keys);
            let mut named = keys.filter_map(|key| key.column.as_deref());
            named.any(|name| name.eq_ignore_ascii_case(column))
        })
    }

    fn add_column(&self, column: &ColumnDef, position: Option<&ColumnPosition>) -> Effect {
        let at = self.at;
        if column.generated.as_ref().is_some_and(|made| made.stored) {
            return at.copied(&self.target, Cause::Stored);
        }
        if column.auto_increment || column.serial {
            let mut effect = at.with(&self.target, Algorithm::InPlace, Blocks::Writes);
            effect.rewrite(&self.target);
            effect.causes.push(Cause::Serial);
            return effect;
        }
        if let Some(default) = &column.default {
            if !self.mariadb() && is_computed(&default.kind) {
                return at.copied(&self.target, Cause::ExpressionDefault);
            }
            let mut functions = default.functions.iter();
            if self.mariadb()
                && let Some(function) =
                    functions.find(|name| DIFFERS_BY_ROW.contains(&name.as_str()))
            {
                return at.copied(&self.target, Cause::VolatileDefault(function.clone()));
            }
            if self.mariadb() && !default.columns.is_empty() {
                return at.copied(&self.target, Cause::ExpressionDefault);
            }
        }
        for constraint in &column.constraints {
            match &constraint.kind {
                // MySQL reads a column's REFERENCES and forgets it.
                ConstraintKind::ForeignKey(key)
                    if self.mariadb()
                        && self.versions().mariadb_release >= Release::new(10, 5, 0) =>
                {
                    return self.foreign_key(key, Cause::InlineForeignKey);
                }
                ConstraintKind::Check { enforced: true, .. }
                    if !self.mariadb() && self.knows_checks() =>
                {
                    return at.copied(&self.target, Cause::InlineCheck);
                }
                ConstraintKind::Unique { .. } | ConstraintKind::PrimaryKey { .. } => {
                    let mut effect = at.online(&self.target);
                    effect.build(&self.target);
                    return effect;
                }
                _ => {}
            }
        }
        if self.adds_instantly(position.is_none()) {
            at.instant(&self.target)
        } else {
            self.rebuilt()
        }
    }

    fn modify(&self, from: &str, column: &ColumnDef) -> Effect {
        let known = self.table.and_then(|table| {
            let mut columns = table.columns.iter();
            Some((
                table,
                columns.find(|known| known.name.eq_ignore_ascii_case(from))?,
            ))
        });
        let Some((table, known)) = known.filter(|(_, column)| column.knowledge.is_exact()) else {
            let to = crate::catalog::format_type(&column.data_type, self.at.catalog.dialect);
            return self.at.copied(&self.target, Cause::UnknownType(to));
        };
        match column::change(known, column, table, self.mariadb()) {
            column::ColumnCost::Instant => self.at.instant(&self.target),
            column::ColumnCost::Online => self.at.online(&self.target),
            column::ColumnCost::Copies(cause) => self.at.copied(&self.target, cause),
        }
    }

    fn add_constraint(&self, constraint: &ConstraintDef) -> Effect {
        match &constraint.kind {
            ConstraintKind::ForeignKey(key) => self.foreign_key(key, Cause::ForeignKey),
            ConstraintKind::Check { enforced: true, .. } if self.knows_checks() => {
                self.at.copied(&self.target, Cause::Check)
            }
            ConstraintKind::Check { .. } => self.at.instant(&self.target),
            ConstraintKind::Unique { columns, .. } if self.hashes(columns) => {
                self.at.copied(&self.target, Cause::Hashed)
            }
            _ => {
                let mut effect = self.at.online(&self.target);
                effect.build(&self.target);
                effect
            }
        }
    }

    /// The table is copied row by row, so that each can be looked up in the other, unless the
    /// session does not look at foreign keys.
    fn foreign_key(&self, key: &ForeignKeyDef, cause: Cause) -> Effect {
        if !self.at.catalog.checks_foreign_keys() {
            return self.at.online(&self.target);
        }
        let mut effect = self.at.copied(&self.target, cause);
        let parent = self.at.named(&key.table);
        effect.lock(&parent, Mode::Online(Algorithm::Copy, Blocks::Writes));
        effect.scan(&parent);
        effect
    }
}

/// Functions that give every row a value of its own, for which MariaDB 10.11 copies the table;
/// `rand()` it evaluates once.
const DIFFERS_BY_ROW: [&str; 7] = [
    "nextval",
    "random_bytes",
    "sys_guid",
    "sysdate",
    "utc_timestamp",
    "uuid",
    "uuid_short",
];

/// Whether a default is an expression to MySQL; the time of the statement is not one.
fn is_computed(kind: &ExprKind) -> bool {
    match kind {
        ExprKind::Null | ExprKind::String(_) | ExprKind::Number(_) | ExprKind::Boolean(_) => false,
        ExprKind::Function(name) => !matches!(
            name.as_str(),
            "now" | "current_timestamp" | "localtime" | "localtimestamp"
        ),
        ExprKind::Column(_) | ExprKind::Other => true,
    }
}
