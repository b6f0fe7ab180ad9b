//! `--show-files`: what was found, and how it is read.

use std::fmt::Write as _;

use crate::config::Config;
use crate::project::{MigrationSet, NoTransaction, Project, Unjudged};

/// Every set with its migrations in order, and what is left out.
pub(super) fn show(project: &Project, config: &Config) -> String {
    let mut text = String::new();
    for set in &project.sets {
        show_set(set, config, &mut text);
    }
    for other in &project.unsupported {
        let files = if other.files == 0 {
            String::new()
        } else {
            format!(" ({} files)", other.files)
        };
        let _ = writeln!(
            text,
            "{}: not judged, {}{files}",
            name(&other.folder),
            other.reason
        );
    }
    if text.is_empty() {
        text.push_str("no migrations found\n");
    }
    text
}

fn show_set(set: &MigrationSet, config: &Config, text: &mut String) {
    let _ = writeln!(
        text,
        "{}: {}, {}",
        name(&set.folder),
        set.runner.name(),
        set.shape
    );
    let _ = writeln!(
        text,
        "  dialect {}, from {}",
        set.dialect.name(),
        set.dialect_from
    );
    let _ = writeln!(text, "  transactions: {}", set.sending.transactions());
    for declared in &set.declared {
        let _ = writeln!(text, "  schema {}", declared.path);
    }
    let applied = config.applied(set);
    for (number, migration) in set.migrations.iter().enumerate() {
        let down = if migration.down.is_some() {
            ", with down"
        } else {
            ""
        };
        let alone = match migration.no_transaction {
            NoTransaction {
                up: true,
                down: false,
            } if migration.down.is_some() => ", up in no transaction",
            NoTransaction { up: true, .. } => ", in no transaction",
            NoTransaction { down: true, .. } => ", down in no transaction",
            NoTransaction { .. } => "",
        };
        let baseline = if number < applied {
            ", before the baseline"
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "  {:>4}  {}{down}{alone}{baseline}",
            number + 1,
            migration.id
        );
    }
    for Unjudged { path, reason, .. } in &set.skipped {
        let _ = writeln!(text, "  skipped  {path}: {reason}");
    }
}

fn name(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}
