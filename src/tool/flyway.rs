//! Flyway: files named `V1__name.sql` in folders below its location, each with a `.conf` of its
//! own.

use std::cmp::Ordering;

use super::{ApplyWords, Facts};
use crate::error::Result;
use crate::project::discover::{is_vendor, migration_stem};
use crate::project::layout::{FileNaming, Order, row};
use crate::project::names::{FlywayKind, compare_flyway, flyway};
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
    no_transaction: Some(
        "`executeInTransaction=false` in a file of the same name with `.conf` appended",
    ),
    take_out: |part| {
        let path = format!("{}.conf", part.source.path());
        Some(new_file(path, "executeInTransaction=false\n"))
    },
    layouts: &[row(
        Tool::Flyway,
        FileNaming::Flyway,
        |reader| Ok(vec![reader.flyway()?]),
        Order::Listed,
        "V1__name.sql",
        &[],
    )],
    late: Some(LateVersion::Refuses),
    version,
    is_repeatable: |path| kind_of(path) == Some(FlywayKind::Repeatable),
    applies: &[ApplyWords::new("flyway", &["migrate"])],
    ..Facts::PLAIN
};

fn kind_of(path: &str) -> Option<FlywayKind> {
    Some(flyway(migration_stem(file_name(path))?)?.0)
}

fn version(migration: &Migration) -> Option<String> {
    let path = migration.up.first()?.source.path();
    let (kind, version, _) = flyway(migration_stem(file_name(path))?)?;
    (kind == FlywayKind::Versioned).then(|| dotted(version))
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
        let mut files: Vec<(FlywayKind, &str, &str, &str)> = Vec::new();
        for path in self.flyway_files() {
            match migration_stem(file_name(path)).and_then(flyway) {
                Some((FlywayKind::Baseline, ..)) => {
                    let reason =
                        "a baseline: it stands for migrations that are read one by one".to_owned();
                    sketch.skip(path, reason);
                }
                Some((kind, version, description)) => {
                    files.push((kind, version, description, path));
                }
                None => sketch.skip(path, "Flyway knows no file of this name"),
            }
        }
        for path in self.flyway_scripts() {
            sketch.skip_foreign(path, SCRIPT);
        }
        files.sort_by(|left, right| {
            let by_version = compare_flyway(left.1, right.1).then_with(|| left.2.cmp(right.2));
            let group = |kind: FlywayKind| kind == FlywayKind::Repeatable;
            group(left.0).cmp(&group(right.0)).then(by_version)
        });
        for &(kind, version, _, path) in files.iter().filter(|file| file.0 != FlywayKind::Undo) {
            let Some(source) = self.take(&mut sketch, path)? else {
                continue;
            };
            let undo = files.iter().find(|file| {
                file.0 == FlywayKind::Undo
                    && kind == FlywayKind::Versioned
                    && compare_flyway(file.1, version) == Ordering::Equal
            });
            let down = match undo {
                Some(undo) => self
                    .take(&mut sketch, undo.3)?
                    .map(|source| vec![MigrationPart::whole(source)]),
                None => None,
            };
            let up = self.flyway_alone(path)?;
            let id = migration_stem(file_name(path)).unwrap_or(path).to_owned();
            let no_transaction = NoTransaction {
                up,
                down: undo.map_or(Ok(false), |undo| self.flyway_alone(undo.3))?,
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
