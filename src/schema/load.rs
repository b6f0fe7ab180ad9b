//! Finds out which reader a declared schema needs, and calls it. Call these where the stack is deep: see [`crate::sql::on_big_stack`].

use super::{Declared, diesel, drizzle, dump, prisma, snapshot};
use crate::catalog::Catalog;
use crate::error::{Error, Result};
use crate::project::tree::{Tree, is_under, join};
use crate::project::{DeclaredKind, MigrationSet, Project};
use crate::source::Source;
use crate::sql::{Dialect, Versions};

/// What stands beside the migrations of a set and should agree with them.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// What people declare.
    pub declared: Option<Declared>,
    /// What the generator remembers.
    pub snapshot: Option<Declared>,
    /// Files that are there and cannot be compared, and why.
    pub unread: Vec<(String, String)>,
}

impl Schemas {
    /// Whether there is nothing to compare migrations with.
    pub fn is_empty(&self) -> bool {
        self.declared.is_none() && self.snapshot.is_none()
    }
}

/// Reads all that stands beside a migration set.
pub fn beside(tree: &dyn Tree, set: &MigrationSet, versions: Versions) -> Result<Schemas> {
    let mut schemas = Schemas { declared: of_set(tree, set, versions)?, ..Schemas::default() };
    match snapshot_of_set(tree, set) {
        Ok(snapshot) => schemas.snapshot = snapshot,
        // Broken for the generator too, and no reason to judge nothing else.
        Err(Error::Usage { message, .. }) => schemas.unread.push((set.folder.clone(), message)),
        Err(error) => return Err(error),
    }
    let Schemas { declared, snapshot, unread } = &mut schemas;
    for side in [declared, snapshot] {
        if let Some(other) = side.take_if(|side| side.catalog.dialect != set.dialect) {
            let (theirs, ours) = (other.catalog.dialect.name(), set.dialect.name());
            let reason = format!("the {} is for {theirs} and the migrations are for {ours}", other.language.name());
            unread.push((set.folder.clone(), reason));
        }
    }
    Ok(schemas)
}

/// Reads what stands beside each set of a project that is wanted.
pub fn all(
    tree: &dyn Tree,
    project: &mut Project,
    versions: Versions,
    wanted: impl Fn(&MigrationSet) -> bool,
) -> Result<()> {
    for set in project.sets.iter_mut().filter(|set| wanted(set)) {
        set.schemas = Some(beside(tree, set, versions)?);
    }
    Ok(())
}

/// The schema that is declared beside a migration set; `None` where there is none that driftlint reads.
pub fn of_set(tree: &dyn Tree, set: &MigrationSet, versions: Versions) -> Result<Option<Declared>> {
    let files = |kind: DeclaredKind| {
        let files = set.declared.iter().filter(move |declared| declared.kind == kind);
        files.map(|declared| declared.path.clone()).collect::<Vec<_>>()
    };
    let prisma = files(DeclaredKind::Prisma);
    if !prisma.is_empty() {
        return Ok(prisma::read(&sources(tree, &prisma)?, Some(set.dialect)));
    }
    let sql = [files(DeclaredKind::Sql), files(DeclaredKind::Dump)].concat();
    if !sql.is_empty() {
        return Ok(Some(dump::read(&sources(tree, &sql)?, set.dialect, versions)));
    }
    if let Some(source) = sources(tree, &files(DeclaredKind::Diesel))?.first() {
        return Ok(Some(of_diesel(tree, set, source, versions)?));
    }
    let drizzle = files(DeclaredKind::Drizzle);
    if drizzle.is_empty() {
        return Ok(None);
    }
    // The project reads a configuration from its tokens; here it is evaluated, so that imported constants are known.
    let config = set.drizzle.as_ref().and_then(|config| drizzle::config(tree, &config.path));
    Ok(Some(drizzle::read(tree, &drizzle, set.dialect, config.as_ref())))
}

/// Diesel's schema, with what `diesel.toml` leaves out of it.
fn of_diesel(tree: &dyn Tree, set: &MigrationSet, source: &Source, versions: Versions) -> Result<Declared> {
    let path = set.related.iter().find(|path| path.rsplit('/').next() == Some("diesel.toml"));
    let mut config = diesel::Config::default();
    if let Some(path) = path
        && let Some(text) = tree.read(path)?
    {
        config = diesel::Config::parse(&String::from_utf8_lossy(&text));
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if let Some(patch) = &config.patch_file
            && let Some(text) = tree.read(&join(folder, patch.trim_start_matches("./")))?
        {
            config.patch(&String::from_utf8_lossy(&text));
        }
    }
    let mut declared = diesel::read(source, set.dialect, &config);
    if config.filters() {
        let migrated = Catalog::of_set(set, versions, set.migrations.len());
        diesel::leave_out(&mut declared, &config, migrated.tables.keys().cloned());
    }
    Ok(declared)
}

/// The schema that the last snapshot of a migration set describes; `None` where there is no snapshot.
pub fn snapshot_of_set(tree: &dyn Tree, set: &MigrationSet) -> Result<Option<Declared>> {
    let last = set.journal.as_ref().and_then(|journal| journal.last_snapshot());
    last.map(|last| snapshot_at(tree, last.source.path())).transpose()
}

/// The schema that a path stands for: a schema file, a folder of them, a configuration, a project.
pub fn at(tree: &dyn Tree, path: &str, dialect: Option<Dialect>) -> Result<Declared> {
    let mut models: Vec<String> = tree.files_under(path)?.into_iter().filter(|file| is_model(file)).collect();
    if tree.read(path)?.is_some() {
        models = if is_model(path) { vec![path.to_owned()] } else { Vec::new() };
    }
    if !models.is_empty()
        && let Some(declared) = prisma::read(&sources(tree, &models)?, dialect)
    {
        return Ok(declared);
    }
    drizzle::read_at(tree, path, dialect).ok_or_else(|| Error::Usage {
        message: format!("no declared schema is known at {}", if path.is_empty() { "this place" } else { path }),
        help: Some("name a Prisma schema, a Drizzle schema or a drizzle-kit configuration".to_owned()),
    })
}

/// The schema that a snapshot describes; for a folder, that of the last one below it.
pub fn snapshot_at(tree: &dyn Tree, path: &str) -> Result<Declared> {
    let files = tree.files_under(path)?;
    let snapshots = files.iter().filter(|file| file.ends_with("snapshot.json") && is_under(file, path));
    let last = snapshots.max().map_or(path, String::as_str);
    let bytes = tree.read(last)?.ok_or_else(|| Error::Usage {
        message: format!("there is no snapshot at {path}"),
        help: Some("name a `…_snapshot.json` or the folder that holds it".to_owned()),
    })?;
    snapshot::read(&Source::from_bytes(last, bytes)).map_err(|reason| Error::Usage {
        message: format!("{last} cannot be read: {reason}"),
        help: Some("driftlint reads Drizzle's snapshots of versions 5, 6, 7 and 9".to_owned()),
    })
}

fn is_model(path: &str) -> bool {
    path.rsplit('.').next() == Some("prisma")
}

fn sources(tree: &dyn Tree, paths: &[String]) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for path in paths {
        if let Some(bytes) = tree.read(path)? {
            sources.push(Source::from_bytes(path, bytes));
        }
    }
    Ok(sources)
}
