//! pop's migrations: one folder for several dialects, versions in several files.

use std::collections::BTreeMap;

use super::Facts;
use crate::error::Result;
use crate::project::discover::migration_stem;
use crate::project::layout::{FileNaming, Order, row};
use crate::project::names::{FileName, compare_numbered};
use crate::project::read::{DraftSet, TreeReader, WrittenDialect};
use crate::project::runner::Wrap;
use crate::project::tree::{ending, file_name};
use crate::project::{Direction, Migration, MigrationPart, NoTransaction};
use crate::sql::Unit;
use crate::tool::Tool;

pub(super) static TOOL: Facts = Facts {
    name: "pop",
    unit: Unit::File,
    wrap: Wrap::Migration,
    bookkeeping: &["schema_migration"],
    no_transaction: Some("`.autocommit` in the file's name, before `.up`"),
    layouts: &[row(
        Tool::Pop,
        FileNaming::Pop,
        |reader| reader.pop(),
        Order::Bytes,
        "N_name.dialect.up.sql, grouped by version",
        &[],
    )],
    ..Facts::PLAIN
};

impl TreeReader<'_> {
    /// pop: files that share a version's first 14 digits are one migration; one set for each
    /// dialect that is named.
    fn pop(&self) -> Result<Vec<DraftSet>> {
        let mut dialects: Vec<&str> = Vec::new();
        let mut files = Vec::new();
        for path in self.sql_files() {
            let name = FileName::parse(migration_stem(file_name(path)).unwrap_or_default());
            if let Some(dialect) = name.dialect.map(canonical)
                && !dialects.contains(&dialect)
            {
                dialects.push(dialect);
            }
            files.push((name, path));
        }
        dialects.sort_unstable();
        if dialects.is_empty() {
            return Ok(vec![self.pop_dialect(&files, None)?]);
        }
        // CockroachDB has its own SQL beside PostgreSQL's; alone it is read as PostgreSQL.
        if dialects.len() > 1 {
            dialects.retain(|dialect| *dialect != "cockroach");
        }
        dialects
            .iter()
            .map(|dialect| self.pop_dialect(&files, Some(dialect)))
            .collect()
    }

    fn pop_dialect(
        &self,
        files: &[(FileName<'_>, &str)],
        dialect: Option<&str>,
    ) -> Result<DraftSet> {
        let mut sketch = DraftSet {
            dialect: dialect.map(|name| WrittenDialect {
                name: name.to_owned(),
                place: "the names of the files",
            }),
            ..DraftSet::default()
        };
        let mut chosen: BTreeMap<(&str, Direction), (&FileName<'_>, &str)> = BTreeMap::new();
        for (name, path) in files {
            let own = name.dialect.map(canonical);
            let Some(direction) = name.direction else {
                sketch.skip(*path, "neither .up.sql nor .down.sql");
                continue;
            };
            if ending(path) == "fizz" {
                sketch.skip_foreign(*path, "a fizz file: driftlint reads SQL");
                continue;
            }
            if own.is_some() && own != dialect {
                continue;
            }
            let better = own.is_some() || !chosen.contains_key(&(name.stem, direction));
            if better {
                chosen.insert((name.stem, direction), (name, path));
            }
        }
        let mut migrations: BTreeMap<&str, Migration> = BTreeMap::new();
        let mut order: Vec<_> = chosen.into_iter().collect();
        order.sort_by(|left, right| compare_numbered(left.0.0, right.0.0));
        for ((stem, direction), (name, path)) in order {
            let Some(source) = self.take(&mut sketch, path)? else {
                continue;
            };
            let group = name
                .version
                .get(..14)
                .unwrap_or(if name.version.is_empty() {
                    stem
                } else {
                    name.version
                });
            let migration = migrations.entry(group).or_insert_with(|| Migration {
                id: stem.to_owned(),
                up: Vec::new(),
                down: None,
                no_transaction: NoTransaction::default(),
                after_switch: false,
                after_unread: Vec::new(),
            });
            match direction {
                Direction::Up => {
                    migration.no_transaction.up |= name.autocommit;
                    migration.up.push(MigrationPart::whole(source));
                }
                Direction::Down => {
                    migration.no_transaction.down |= name.autocommit;
                    migration
                        .down
                        .get_or_insert_default()
                        .insert(0, MigrationPart::whole(source));
                }
            }
        }
        sketch.migrations = migrations.into_values().collect();
        Ok(sketch)
    }
}

fn canonical(dialect: &str) -> &str {
    match dialect {
        "postgresql" | "pg" => "postgres",
        "sqlite3" => "sqlite",
        "mariadb" => "mysql",
        "cockroachdb" | "crdb" => "cockroach",
        other => other,
    }
}
