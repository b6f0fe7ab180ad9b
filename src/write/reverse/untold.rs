//! What a migration does that no catalog keeps: settings of functions, statistics, publications,
//! roles, how a table is partitioned. No comparison shows it, so each such statement is said, unless
//! what it speaks of was made by the migration and goes with it.

use crate::catalog::Catalog;
use crate::server::sqlite::is_kept_in_file;
use crate::sql::change::{AlterTable, Change, ChangeKind, ObjectName, TableAction, TypeAction};
use crate::sql::{Statement, Understood, code, walk};
use crate::write::carried::joined;
use crate::write::spoken;

/// A remark for each statement that is not taken back.
pub(super) fn remarks(before: &Catalog, after: &Catalog, up: &[Statement]) -> Vec<String> {
    let mut remarks = Vec::new();
    for statement in up {
        if !is_untold(statement, before, after) {
            continue;
        }
        let remark = not_taken_back(statement, before);
        if !remarks.contains(&remark) {
            remarks.push(remark);
        }
    }
    remarks
}

/// That a statement stays as it is.
pub(in crate::write) fn not_taken_back(statement: &Statement, catalog: &Catalog) -> String {
    const SHOWN: usize = 80;
    let words: Vec<&str> = code(statement.text(), catalog.dialect).collect();
    let text = joined(&words);
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown = format!("{}…", shown.trim_end());
    }
    format!("`{shown}` is not taken back here: add by hand what undoes it")
}

fn is_untold(statement: &Statement, before: &Catalog, after: &Catalog) -> bool {
    if matches!(statement.understood, Understood::Opaque { .. }) {
        return true;
    }
    let dynamic = !walk::unknown(&statement.changes).is_empty();
    let in_block = statement
        .changes
        .iter()
        .any(|change| matches!(change.kind, ChangeKind::Block(_)));
    let mut reached = walk::changes(&statement.changes).into_iter();
    dynamic
        || reached.any(|reached| {
            let scope = Passage {
                before,
                after,
                statement,
                in_block,
            };
            scope.is_untold(reached.change)
        })
}

/// Whether a statement is of a kind that leaves nothing: settings of a session, transactions,
/// maintenance, reading.
pub(in crate::write) fn leaves_nothing(statement: &Statement, catalog: &Catalog) -> bool {
    use ChangeKind as Kind;
    let harmless = |kind: &Kind| {
        matches!(
            kind,
            Kind::Begin
                | Kind::Commit
                | Kind::Rollback { .. }
                | Kind::Savepoint(_)
                | Kind::Release(_)
                | Kind::SetParameter { .. }
                | Kind::Pragma { .. }
                | Kind::UseDatabase(_)
                | Kind::LockTable { .. }
                | Kind::Maintenance { .. }
                | Kind::Reindex { .. }
                | Kind::RefreshView { .. }
                | Kind::Demand(_)
                | Kind::Select(_)
        )
    };
    !is_untold(statement, catalog, catalog)
        && !statement.changes.is_empty()
        && statement.changes.iter().all(|it| harmless(&it.kind))
}

/// Between which schemas a change stands, and in which statement.
struct Passage<'a> {
    before: &'a Catalog,
    after: &'a Catalog,
    statement: &'a Statement,
    in_block: bool,
}

impl Passage<'_> {
    /// Whether a relation is there before, and after.
    fn stays(&self, name: &ObjectName) -> bool {
        let name = self.after.qualify(name);
        let is_in = |catalog: &Catalog| catalog.relation_kind(&name).is_some();
        is_in(self.before) && is_in(self.after)
    }

    fn is_untold(&self, change: &Change) -> bool {
        use ChangeKind as Kind;
        match &change.kind {
            Kind::AlterTable(alter) => {
                self.stays(&alter.table)
                    && (leaves_something(alter) || self.spreads_otherwise(alter))
            }
            // Of the triggers of a view a catalog knows nothing.
            Kind::DropTrigger {
                table: Some(table), ..
            } => {
                let name = self.after.qualify(table);
                self.before.views.contains_key(&name) && self.after.views.contains_key(&name)
            }
            Kind::DropTrigger { name, .. } => {
                let mut tables = self.before.tables.values();
                !tables.any(|table| table.trigger(&name.name.value).is_some())
            }
            Kind::AttachIndex { parent, .. } => {
                let name = self.after.qualify(parent);
                let mut tables = self.before.tables.values();
                tables.any(|table| table.index(&name.name).is_some())
            }
            Kind::AlterType { name, action } => {
                let name = self.after.qualify(name);
                !matches!(action, TypeAction::RenameTo(_))
                    && self.before.composites.contains_key(&name)
                    && self.after.composites.contains_key(&name)
                    || matches!(action, TypeAction::SetSchema(_)) && self.before.has_type(&name)
            }
            Kind::AlterSequence {
                name,
                rename,
                set_schema,
                ..
            } => set_schema.is_some() || rename.is_none() && self.stays(name),
            Kind::SetViewSchema { view, .. } => {
                self.before.views.contains_key(&self.after.qualify(view))
            }
            Kind::RenameViewColumn { view, .. } => self.stays(view),
            Kind::SetFunctionSchema { name, .. } => {
                let name = self.after.qualify(name);
                self.before.functions.contains_key(&name)
            }
            Kind::Select(query) => query.functions.iter().any(|name| self.does_something(name)),
            Kind::Comment { object, name, .. } => {
                let is_table = ["TABLE", "COLUMN"].contains(&object.as_str())
                    && self.after.find_table(name).is_some();
                !is_table && (self.in_block || !spoken::speaks(self.statement, self.after))
            }
            Kind::Maintenance { name, .. } => has_effect(name),
            Kind::Pragma { name, value } => value.is_some() && is_kept_in_file(name),
            Kind::Publication { .. } => self.is_about_old(),
            Kind::Inert(words) => {
                has_effect(words)
                    && (self.in_block || !spoken::speaks(self.statement, self.after))
                    && { self.in_block || self.is_about_old() }
            }
            // A comparison shows what these do, rows are said by themselves, and sessions end.
            _ => false,
        }
    }

    /// Whether a table has other partitions than before, which nobody knows.
    fn spreads_otherwise(&self, alter: &AlterTable) -> bool {
        let spreads = alter.actions.iter().any(|(action, _)| {
            matches!(
                action,
                TableAction::PartitionBy(_) | TableAction::RemovePartitioning
            )
        });
        let table = self.before.tables.get(&self.after.qualify(&alter.table));
        let partitions = table.and_then(|table| table.partition_by.as_ref());
        spreads && partitions.is_some_and(|partitions| partitions.written.is_none())
    }

    /// Whether it is not plain that the migration made what the statement speaks of.
    fn is_about_old(&self) -> bool {
        spoken::may_be_of(self.before, self.statement, self.after)
    }

    /// Whether a function that is called may leave something behind.
    fn does_something(&self, name: &str) -> bool {
        let plain = name.rsplit('.').next().unwrap_or(name);
        let own = self
            .before
            .functions
            .keys()
            .chain(self.after.functions.keys())
            .any(|function| function.name.eq_ignore_ascii_case(plain));
        own || plain.eq_ignore_ascii_case("setval")
    }
}

/// Whether an `ALTER TABLE` does what neither a comparison nor a way back of its own shows.
fn leaves_something(alter: &AlterTable) -> bool {
    alter.actions.iter().any(|(action, _)| match action {
        TableAction::Storage { .. }
        | TableAction::Trigger { .. }
        | TableAction::Option { .. }
        | TableAction::ConvertCharset { .. }
        | TableAction::Unknown(_) => true,
        TableAction::Inert(words) => {
            // Owners are said elsewhere; how a table is partitioned has a way back of its own.
            !matches!(
                words.as_str(),
                "OWNER TO" | "FORCE" | "ENABLE KEYS" | "DISABLE KEYS"
            )
        }
        _ => false,
    })
}

/// Whether a statement that starts with these words leaves something behind.
fn has_effect(words: &str) -> bool {
    const FIRST: &[&str] = &[
        "CREATE",
        "ALTER",
        "DROP",
        "GRANT",
        "REVOKE",
        "COMMENT",
        "SECURITY",
        "REASSIGN",
        "IMPORT",
        "CALL",
        "EXECUTE",
        "RENAME",
        "REPLACE",
        "MERGE",
        "INSTALL",
        "UNINSTALL",
    ];
    let first = words.split(' ').next().unwrap_or_default();
    FIRST.iter().any(|word| first.eq_ignore_ascii_case(word))
}
