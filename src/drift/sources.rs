//! Reads every source of truth that a set has.

use crate::catalog::{Catalog, Replay, Step};
use crate::error::Result;
use crate::project::runner::Wrap;
use crate::project::tree::{Tree, is_under};
use crate::project::{DeclaredKind, MigrationSet};
use crate::schema::{Declared, drizzle, dump, prisma, snapshot};
use crate::source::Source;
use crate::sql::{self, Dialect, Versions};

/// The stories that are to agree.
#[derive(Clone, Debug)]
pub struct Sources {
    /// What the migrations make.
    pub migrated: Catalog,
    /// What people declare.
    pub declared: Option<Declared>,
    /// What the generator remembers.
    pub snapshot: Option<Declared>,
}

/// Reads them all. Call it where the stack is deep: see [`sql::on_big_stack`].
pub fn sources(tree: &dyn Tree, set: &MigrationSet, versions: Versions) -> Result<Sources> {
    let declared = declared(tree, set, versions)?;
    let snapshot = last_snapshot(tree, set)?;
    let migrated = replay(set, versions);
    Ok(Sources { migrated, declared, snapshot })
}

/// The catalog after every migration of a set.
pub fn replay(set: &MigrationSet, versions: Versions) -> Catalog {
    let mut replay = Replay::new(set.dialect, versions, set.runner);
    for (number, migration) in (0..).zip(&set.migrations) {
        let (mut statements, mut files) = (Vec::new(), Vec::new());
        for (file, part) in (0..).zip(&migration.up) {
            let script = sql::script(&part.source, part.span, set.dialect, versions, set.runner.unit());
            files.extend(std::iter::repeat_n(file, script.statements.len()));
            statements.extend(script.statements);
        }
        let wrap = if migration.no_transaction.up { Wrap::Nothing } else { set.runner.wrap() };
        replay.begin(&Step { number, wrap, statements: &statements, files: &files });
        for (statement, &file) in statements.iter().zip(&files) {
            replay.statement(file, statement);
        }
    }
    replay.end();
    replay.into_catalog()
}

fn declared(tree: &dyn Tree, set: &MigrationSet, versions: Versions) -> Result<Option<Declared>> {
    let Some(first) = set.declared.first() else { return Ok(None) };
    let files: Vec<String> =
        set.declared.iter().filter(|file| file.kind == first.kind).map(|file| file.path.clone()).collect();
    read(tree, set, first.kind, &files, versions)
}

fn read(
    tree: &dyn Tree,
    set: &MigrationSet,
    kind: DeclaredKind,
    files: &[String],
    versions: Versions,
) -> Result<Option<Declared>> {
    Ok(match kind {
        DeclaredKind::Prisma => prisma::read(&texts(tree, files)?, Some(set.dialect)),
        DeclaredKind::Drizzle => {
            let config = set.drizzle.as_ref().and_then(|config| drizzle::config(tree, &config.path));
            Some(drizzle::read(tree, files, set.dialect, config.as_ref()))
        }
        DeclaredKind::Dump | DeclaredKind::Sql => Some(dump::read(&texts(tree, files)?, set.dialect, versions)),
        // Diesel prints its file from the database: it says nothing that the migrations do not.
        DeclaredKind::Diesel => None,
    }
    .filter(|declared| declared.catalog.dialect == set.dialect))
}

fn texts(tree: &dyn Tree, files: &[String]) -> Result<Vec<Source>> {
    let mut texts = Vec::new();
    for path in files {
        if let Some(bytes) = tree.read(path)? {
            texts.push(Source::from_bytes(path, bytes));
        }
    }
    Ok(texts)
}

fn last_snapshot(tree: &dyn Tree, set: &MigrationSet) -> Result<Option<Declared>> {
    let Some(journal) = &set.journal else { return Ok(None) };
    // drizzle-kit generates from the snapshot that comes last by name.
    let Some(last) = journal.snapshots.iter().max_by(|a, b| a.name.cmp(&b.name)) else { return Ok(None) };
    let Some(bytes) = tree.read(last.source.path())? else { return Ok(None) };
    let read = snapshot::read(&Source::from_bytes(last.source.path(), bytes)).ok();
    Ok(read.filter(|snapshot| snapshot.catalog.dialect == set.dialect))
}

/// The schema declared at a path: a schema file, a folder of them, or the project of an ORM.
pub fn declared_at(tree: &dyn Tree, path: &str, dialect: Option<Dialect>) -> Result<Option<Declared>> {
    let all = tree.files_under(path)?;
    let with = |ending: &str| -> Vec<String> {
        all.iter().filter(|file| is_under(file, path) && file.ends_with(ending)).cloned().collect()
    };
    let prisma_files = with(".prisma");
    if !prisma_files.is_empty() {
        return Ok(prisma::read(&texts(tree, &prisma_files)?, dialect));
    }
    if let Some(declared) = drizzle::read_at(tree, path, dialect) {
        return Ok(Some(declared));
    }
    let sql_files = with(".sql");
    match dialect {
        Some(dialect) if !sql_files.is_empty() => {
            Ok(Some(dump::read(&texts(tree, &sql_files)?, dialect, Versions::default())))
        }
        _ => Ok(None),
    }
}
