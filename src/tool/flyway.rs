//! Flyway: files named `V1__name.sql` in folders below its location, each with a `.conf` of its
//! own.

mod bookkeeping;

use std::cmp::Ordering;

use super::{ApplyWords, Facts};
use crate::error::Result;
use crate::project::discover::{is_vendor, migration_stem};
use crate::project::layout::{FileNaming, Order, row};
use crate::project::names::{PrefixKind, PrefixedName, compare_dotted, prefixed};
use crate::project::read::{DraftSet, SCRIPT, TreeReader};
use crate::project::runner::Wrap;
use crate::project::sections::new_file;
use crate::project::tree::{file_name, parent};
use crate::project::version::LateVersion;
use crate::project::{Migration, MigrationPart, NoTransaction};
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "flyway",
    unit: Unit::Statement,
    wrap: Wrap::Migration,
    sees_what_forbids_a_transaction: true,
    keeps_checksums: true,
    bookkeeping: &["flyway_schema_history"],
    bookkeeping_rows: Some(&bookkeeping::BOOKKEEPING),
    no_transaction: Some(
        "`executeInTransaction=false` in a file of the same name with `.conf` appended",
    ),
    take_out: |part| {
        let path = format!("{}.conf", part.source.path());
        Some(new_file(path, "executeInTransaction=false\n"))
    },
    layouts: &[row(
        Tool::Flyway,
        FileNaming::Prefixed,
        |reader| Ok(vec![reader.flyway()?]),
        Order::Listed,
        "V1__name.sql",
        &[],
    )],
    shares_databases: Some("other folders of Flyway's may belong to its database"),
    late: Some(LateVersion::Refuses),
    version,
    refuses_double_versions: true,
    is_repeatable: |path| kind_of(path) == Some(PrefixKind::Repeatable),
    applies: &[ApplyWords::new("flyway", &["migrate"])],
    ..Facts::PLAIN
};

fn kind_of(path: &str) -> Option<PrefixKind> {
    Some(prefixed(migration_stem(file_name(path))?)?.kind)
}

/// Whether Flyway runs a file at an event: `afterMigrate.sql`, `beforeEachMigrate__vacuum.sql`.
fn is_callback(path: &str) -> bool {
    let stem = migration_stem(file_name(path)).unwrap_or_default();
    let event = stem.split("__").next().unwrap_or_default();
    let rest = event
        .strip_prefix("before")
        .or_else(|| event.strip_prefix("after"));
    event == "createSchema"
        || rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

fn version(migration: &Migration) -> Option<String> {
    let path = migration.up.first()?.source.path();
    let name = prefixed(migration_stem(file_name(path))?)?;
    (name.kind == PrefixKind::Versioned).then(|| dotted(name.version))
}

/// Flyway's version: parts as numbers, zeros at the end left out.
fn dotted(version: &str) -> String {
    let mut parts: Vec<&str> = version
        .split(['.', '_'])
        .map(|part| part.trim_start_matches('0'))
        .collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    let shown: Vec<&str> = parts
        .into_iter()
        .map(|part| if part.is_empty() { "0" } else { part })
        .collect();
    shown.join(".")
}

impl TreeReader<'_> {
    fn flyway(&self) -> Result<DraftSet> {
        let mut sketch = DraftSet::default();
        let mut files: Vec<(PrefixedName, &str)> = Vec::new();
        for path in self.flyway_files() {
            match migration_stem(file_name(path)).and_then(prefixed) {
                Some(name) if name.kind == PrefixKind::Baseline => {
                    let reason =
                        "a baseline: it stands for migrations that are read one by one".to_owned();
                    sketch.skip(path, reason);
                }
                Some(name) => files.push((name, path)),
                None if is_callback(path) => {
                    sketch.skip(path, "a callback, which Flyway runs beside the migrations");
                }
                None => sketch.skip(path, "Flyway knows no file of this name"),
            }
        }
        for path in self.flyway_scripts() {
            sketch.skip_foreign(path, SCRIPT);
        }
        files.sort_by(|(left, _), (right, _)| {
            let comes_last = |name: &PrefixedName| name.kind == PrefixKind::Repeatable;
            comes_last(left)
                .cmp(&comes_last(right))
                .then_with(|| compare_dotted(left.version, right.version))
                .then_with(|| left.description.cmp(right.description))
        });
        let ups = files
            .iter()
            .filter(|(name, _)| name.kind != PrefixKind::Undo);
        for &(name, path) in ups {
            let Some(source) = self.take(&mut sketch, path)? else {
                continue;
            };
            let undo = files.iter().find(|(other, _)| {
                other.kind == PrefixKind::Undo
                    && name.kind == PrefixKind::Versioned
                    && compare_dotted(other.version, name.version) == Ordering::Equal
            });
            let undo = undo.map(|&(_, path)| path);
            let down = match undo {
                Some(undo) => self
                    .take(&mut sketch, undo)?
                    .map(|source| vec![MigrationPart::whole(source)]),
                None => None,
            };
            let up = self.flyway_alone(path)?;
            let id = migration_stem(file_name(path)).unwrap_or(path).to_owned();
            let no_transaction = NoTransaction {
                up,
                down: undo.map_or(Ok(false), |undo| self.flyway_alone(undo))?,
            };
            sketch.migrations.push(Migration {
                id,
                up: vec![MigrationPart::whole(source)],
                down,
                no_transaction,
                after_switch: false,
                after_unread: Vec::new(),
            });
        }
        Ok(sketch)
    }

    fn flyway_files(&self) -> impl Iterator<Item = &str> {
        let below = self.listing.under(self.folder).iter().map(String::as_str);
        below.filter(|path| {
            let folders = parent(path)[self.folder.len()..].split('/');
            migration_stem(file_name(path)).is_some() && !folders.into_iter().any(is_vendor)
        })
    }

    /// Migrations in Java and its relatives, which lie beside the resources or in a tree
    /// of their own.
    fn flyway_scripts(&self) -> Vec<String> {
        const TREES: [&str; 4] = ["java", "kotlin", "groovy", "scala"];
        let others = TREES
            .iter()
            .map(|tree| self.folder.replace("/resources/", &format!("/{tree}/")))
            .filter(|folder| folder != self.folder);
        let folders = std::iter::once(self.folder.to_owned()).chain(others);
        folders
            .flat_map(|folder| {
                self.listing
                    .under(&folder)
                    .iter()
                    .filter(|path| is_code(path))
            })
            .cloned()
            .collect()
    }

    fn flyway_alone(&self, path: &str) -> Result<bool> {
        let conf = format!("{path}.conf");
        if !self.listing.has(&conf) {
            return Ok(false);
        }
        let bytes = self.tree.read(&conf)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes)
            .replace([' ', '\t'], "")
            .to_ascii_lowercase();
        Ok(text
            .lines()
            .any(|line| line == "executeintransaction=false"))
    }
}

/// Whether a file is a migration in a language of the JVM.
fn is_code(path: &str) -> bool {
    let parts = file_name(path).rsplit_once('.');
    parts.is_some_and(|(stem, ending)| {
        matches!(ending, "java" | "kt" | "groovy" | "scala")
            && prefixed(stem).is_some_and(|name| name.kind != PrefixKind::Undo)
    })
}
