//! Declared policies that no migration makes. Without one, and without row level security, a table
//! shows its rows to whoever may read it.

use super::message::{self, Pair};
use super::{NOT_MIGRATED, label, place, verdict::SnapshotVerdict};
use crate::catalog::{Catalog, Slot, Table};
use crate::compare::Presence;
use crate::diagnostic::{Diagnostic, Object, Severity};
use crate::project::MigrationSet;
use crate::schema::{Declared, DeclaredPolicy};

const POLICY: &str = "policy";
const ROW_SECURITY: &str = "row_security";

/// Whether a diagnostic's object is a policy, or row level security.
pub(crate) fn is_policy(object: &Object) -> bool {
    [POLICY, ROW_SECURITY].contains(&object.kind)
}

/// One diagnostic for each, of tables that the migrations make and that are known. What only
/// migrations make is nobody's concern: policies are written by hand beside many a schema.
pub(crate) fn unmade(
    set: &MigrationSet,
    declared: &Declared,
    migrated: &Catalog,
) -> Vec<Diagnostic> {
    if !migrated.knowledge.is_exact() {
        return Vec::new();
    }
    let lacking = declared.policies.iter().filter_map(|policy| {
        let table = migrated.tables.get(&policy.table)?;
        (table.knowledge.is_exact() && !is_made(policy, table)).then_some((policy, &**table))
    });
    lacking
        .map(|(policy, table)| diagnostic(set, declared, policy, table))
        .collect()
}

fn is_made(policy: &DeclaredPolicy, table: &Table) -> bool {
    match &policy.name {
        Some(name) => table.policies.iter().any(|made| made.name == *name),
        None => table.row_security.enabled,
    }
}

fn diagnostic(
    set: &MigrationSet,
    declared: &Declared,
    policy: &DeclaredPolicy,
    table: &Table,
) -> Diagnostic {
    let message = match &policy.name {
        Some(name) => format!(
            "policy `{name}` of `{}` is declared, and no migration makes it",
            table.name
        ),
        None => format!(
            "row level security of `{}` is declared, and no migration turns it on",
            table.name
        ),
    };
    let made = table.origin.made;
    let made = made.and_then(|site| place(set, site, &Slot::table(&table.name)));
    let made = made.map(|place| label(place, "the migrations make the table here, without that"));
    let pair = Pair::Schema;
    let name = policy.name.clone();
    Diagnostic {
        help: Some(message::help(
            declared.language.tool,
            Presence::LeftOnly,
            &SnapshotVerdict::Silent,
        )),
        related: made.into_iter().collect(),
        object: Some(Object {
            kind: if name.is_some() { POLICY } else { ROW_SECURITY },
            table: Some(table.name.to_string()),
            values: [
                Some(name.clone().unwrap_or_else(|| "enabled".to_owned())),
                None,
            ],
            name: name.unwrap_or_else(|| table.name.name.clone()),
            direction: pair.direction(Presence::LeftOnly),
            sides: pair.sides(),
            snapshot: None,
            introduced: None,
            unmigrated: set.migrations.is_empty().then(|| set.folder.clone()),
        }),
        ..Diagnostic::new(
            NOT_MIGRATED,
            Severity::Error,
            policy.place.source.clone(),
            policy.place.span,
            message,
        )
    }
}
