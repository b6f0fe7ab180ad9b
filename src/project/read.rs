//! Reads the migrations of one set, in the order in which its runner applies them.

mod pop;
mod switch;
mod unread;

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;

use super::discover::{Listing, is_vendor, migration_stem};
use super::layout::{Layout, Naming, Order, is_companion, migration_folders};
use super::names::{
    FlywayKind, Name, compare_flyway, compare_numbered, diesel_version, flyway, is_numbered,
};
use super::runner::Runner;
use super::sections::sections;
use super::tree::{Tree, ending, file_name, join, not_text, parent};
use super::{Direction, Migration, NoTransaction, Part, Unjudged};
use crate::error::Result;
use crate::source::Source;
use crate::tool::drizzle::journal;
use crate::tool::prisma::config as prisma;

/// Why a file in a programming language is passed over.
const SCRIPT: &str = "a script: driftlint reads SQL";

/// A set before its dialect is known.
#[derive(Debug, Default)]
pub(crate) struct Sketch {
    pub(crate) migrations: Vec<Migration>,
    /// Files that are not applied, and why.
    pub(crate) skipped: Vec<Unjudged>,
    /// One that the runner applies after all migrations.
    pub(crate) unread_last: Option<String>,
    /// Why nobody can tell which files are applied, and in which order.
    pub(crate) unordered: Option<String>,
    /// Configuration that was read.
    pub(crate) related: Vec<String>,
    /// The dialect's name in the tool's own words, and where it stands.
    pub(crate) dialect: Option<(String, String)>,
}

impl Sketch {
    /// A file that the runner never applies.
    fn skip(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(Unjudged::idle(path, reason));
    }

    /// A file that the runner applies, and that cannot be read here.
    fn skip_broken(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(Unjudged::broken(path, reason));
    }

    /// A file that the runner applies, in a language that driftlint does not read.
    fn skip_foreign(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(Unjudged::foreign(path, reason));
    }
}

pub(crate) struct Reader<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) listing: &'a Listing,
    pub(crate) folder: &'a str,
    pub(crate) layout: &'a Layout,
}

impl Reader<'_> {
    /// The sets in the folder: one, or one for each dialect that pop's suffixes name.
    pub(crate) fn sketches(&self) -> Result<Vec<Sketch>> {
        let mut sketches = match self.layout.naming {
            Naming::Journal => vec![self.journal()?],
            Naming::MigrationSql => vec![self.migration_sql()?],
            Naming::UpSql => vec![self.up_sql()?],
            Naming::Flyway => vec![self.flyway()?],
            Naming::Pop => self.pop()?,
            Naming::Pairs => vec![self.pairs()?],
            Naming::Single => vec![self.single(self.sql_files())?],
            Naming::Dump => vec![self.dump()],
        };
        for sketch in &mut sketches {
            self.place_unread(sketch)?;
        }
        Ok(sketches)
    }

    fn sql_files(&self) -> impl Iterator<Item = &str> {
        self.listing
            .children(self.folder)
            .filter(|path| migration_stem(file_name(path)).is_some())
    }

    /// The file as one part; a reason for skipping it if its content is not here.
    fn source(&self, path: &str) -> Result<std::result::Result<Source, String>> {
        Ok(match self.tree.read(path)? {
            None => Err("there is no such file".to_owned()),
            Some(bytes) => match not_text(&bytes) {
                Some(reason) => Err(reason.to_owned()),
                None => Ok(Source::from_bytes(path, bytes)),
            },
        })
    }

    /// Reads a file or remembers why not.
    fn take(&self, sketch: &mut Sketch, path: &str) -> Result<Option<Source>> {
        match self.source(path)? {
            Ok(source) => Ok(Some(source)),
            Err(reason) => {
                sketch.skip_broken(path, reason);
                Ok(None)
            }
        }
    }

    /// A file that is up as a whole or has sections.
    fn sectioned(&self, id: &str, source: &Source) -> Migration {
        let sections = sections(self.layout.runner, source);
        Migration {
            id: id.to_owned(),
            up: sections.up_parts(source),
            down: sections.down_parts(source),
            no_transaction: sections.no_transaction,
            after_switch: false,
            after_unread: None,
        }
    }

    fn journal(&self) -> Result<Sketch> {
        let mut sketch = Sketch::default();
        let path = join(self.folder, "meta/_journal.json");
        sketch.related.push(path.clone());
        let bytes = self.tree.read(&path)?.unwrap_or_default();
        let listed = match journal::read(Source::from_bytes(path.as_str(), bytes)) {
            Ok(listed) => listed,
            Err(broken) => {
                // The order is lost, but names still say most of it.
                let mut sketch = self.single(self.sql_files())?;
                sketch.related.push(path.clone());
                let why = broken.why;
                sketch.skip(
                    path,
                    format!("it {why}, so files are taken in the order of their names"),
                );
                return Ok(sketch);
            }
        };
        if let Some(dialect) = listed.dialect {
            sketch.dialect = Some((dialect, "`dialect` in meta/_journal.json".to_owned()));
        }
        let mut applied: Vec<String> = Vec::new();
        let folders = migration_folders(self.listing, self.folder, "migration.sql");
        let mut folders: Vec<&str> = folders
            .into_iter()
            .filter(|name| journal::is_folder(name))
            .collect();
        folders.sort_unstable();
        for tag in listed.entries.iter().map(|entry| entry.tag.as_str()) {
            let file = join(self.folder, &format!("{tag}.sql"));
            if !self.listing.has(&file) {
                // `drizzle-kit up` may have made a folder of it.
                if folders.is_empty() {
                    let reason = "meta/_journal.json names it, but there is no such file";
                    sketch.skip(file, reason);
                }
            } else if let Some(source) = self.take(&mut sketch, &file)? {
                sketch.migrations.push(self.sectioned(tag, &source));
                applied.push(file);
            }
        }
        for name in folders {
            let path = join(&join(self.folder, name), "migration.sql");
            if let Some(source) = self.take(&mut sketch, &path)? {
                sketch.migrations.push(self.sectioned(name, &source));
            }
        }
        for file in self
            .sql_files()
            .filter(|file| !applied.iter().any(|known| known == file))
        {
            if !sketch.skipped.iter().any(|known| known.path == file) {
                sketch.skip(file, "not in meta/_journal.json: drizzle-kit never runs it");
            }
        }
        Ok(sketch)
    }

    fn migration_sql(&self) -> Result<Sketch> {
        let mut sketch = Sketch::default();
        let mut folders = migration_folders(self.listing, self.folder, "migration.sql");
        folders.sort_unstable();
        for name in folders {
            let path = join(&join(self.folder, name), "migration.sql");
            if let Some(source) = self.take(&mut sketch, &path)? {
                sketch.migrations.push(self.sectioned(name, &source));
            }
        }
        if self.layout.runner == Runner::Prisma {
            let lock = join(self.folder, prisma::LOCK);
            if let Some(bytes) = self.tree.read(&lock)?.filter(|_| self.listing.has(&lock)) {
                let provider = prisma::lock_provider(&String::from_utf8_lossy(&bytes));
                sketch.dialect =
                    provider.map(|name| (name, "`provider` in migration_lock.toml".to_owned()));
                sketch.related.push(lock);
            }
        } else {
            sketch.dialect = self.snapshot_dialect()?;
            self.skip_loose(&mut sketch);
        }
        self.skip_scripts(&mut sketch, "migration.sql");
        Ok(sketch)
    }

    /// In the 1.0 layout a migration is the `migration.sql` of a folder; what lies there in another
    /// form is never run.
    fn skip_loose(&self, sketch: &mut Sketch) {
        for file in self
            .sql_files()
            .filter(|file| file_name(file).starts_with(|first: char| first.is_ascii_digit()))
        {
            let reason = "not in a folder of its own: drizzle-kit 1.0 never runs it";
            sketch.skip(file, reason);
        }
        for folder in migration_folders(self.listing, self.folder, "snapshot.json") {
            let file = join(&join(self.folder, folder), "migration.sql");
            if !self.listing.has(&file) {
                sketch.skip(
                    file,
                    "there is a snapshot beside it, but there is no such file",
                );
            }
        }
    }

    /// The 1.0 layout has no journal; each snapshot names the dialect.
    fn snapshot_dialect(&self) -> Result<Option<(String, String)>> {
        let mut snapshots = self
            .listing
            .under(self.folder)
            .iter()
            .filter(|path| file_name(path) == "snapshot.json");
        let Some(bytes) = snapshots
            .next_back()
            .map(|path| self.tree.read(path))
            .transpose()?
            .flatten()
        else {
            return Ok(None);
        };
        let snapshot: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let dialect = snapshot.get("dialect").and_then(Value::as_str);
        Ok(dialect.map(|name| (name.to_owned(), "`dialect` in snapshot.json".to_owned())))
    }

    /// Migrations in a programming language are applied by the tool, or by the project's own
    /// runner, but not read.
    fn skip_scripts(&self, sketch: &mut Sketch, main: &str) {
        let here = self
            .listing
            .under(self.folder)
            .iter()
            .filter(|path| parent(parent(path)) == self.folder);
        for path in here {
            let reason = match file_name(path)
                .rsplit_once('.')
                .map_or("", |(_, ending)| ending)
            {
                "ts" | "js" | "mjs" => SCRIPT,
                "sql"
                    if file_name(path) != main
                        && !(main == "up.sql" && file_name(path) == "down.sql") =>
                {
                    "the runner knows no file of this name"
                }
                "sql" if main == "up.sql" && !self.listing.has(&join(parent(path), "up.sql")) => {
                    "there is no up.sql beside it"
                }
                _ => continue,
            };
            if ending(path) == "sql" {
                sketch.skip(path, reason);
            } else {
                sketch.skip_foreign(path, reason);
            }
        }
    }

    fn up_sql(&self) -> Result<Sketch> {
        let mut sketch = Sketch::default();
        let mut folders = migration_folders(self.listing, self.folder, "up.sql");
        folders.sort_by_key(|name| diesel_version(name));
        for name in folders {
            let folder = join(self.folder, name);
            let Some(up) = self.take(&mut sketch, &join(&folder, "up.sql"))? else {
                continue;
            };
            let down_path = join(&folder, "down.sql");
            let down = if self.listing.has(&down_path) {
                self.take(&mut sketch, &down_path)?
            } else {
                None
            };
            let metadata = join(&folder, "metadata.toml");
            let mut no_transaction = false;
            if self.listing.has(&metadata)
                && let Some(bytes) = self.tree.read(&metadata)?
            {
                let table: Option<toml::Table> = String::from_utf8_lossy(&bytes).parse().ok();
                let run = table
                    .as_ref()
                    .and_then(|table| table.get("run_in_transaction"));
                no_transaction = run.and_then(toml::Value::as_bool) == Some(false);
            }
            sketch.migrations.push(Migration {
                id: name.to_owned(),
                up: vec![Part::whole(up)],
                down: down.map(|source| vec![Part::whole(source)]),
                no_transaction: NoTransaction {
                    up: no_transaction,
                    down: no_transaction,
                },
                after_switch: false,
                after_unread: None,
            });
        }
        self.skip_scripts(&mut sketch, "up.sql");
        self.join_files(&mut sketch)?;
        Ok(sketch)
    }

    fn flyway(&self) -> Result<Sketch> {
        let mut sketch = Sketch::default();
        let mut files: Vec<(FlywayKind, &str, &str, &str)> = Vec::new();
        for path in self.flyway_files() {
            match migration_stem(file_name(path)).and_then(flyway) {
                Some((FlywayKind::Baseline, ..)) => {
                    let reason =
                        "a baseline: it stands for migrations that are read one by one".to_owned();
                    sketch.skip(path, reason);
                }
                Some((kind, version, description)) => {
                    files.push((kind, version, description, path))
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
                    .map(|source| vec![Part::whole(source)]),
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
                up: vec![Part::whole(source)],
                down,
                no_transaction,
                after_switch: false,
                after_unread: None,
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

    /// `x.up.sql` and `x.down.sql`; sqlx also takes a bare `x.sql`.
    fn pairs(&self) -> Result<Sketch> {
        let mut sketch = Sketch::default();
        let mut found: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
        for path in self.sql_files() {
            let name = Name::parse(migration_stem(file_name(path)).unwrap_or_default());
            match name.direction {
                Some(Direction::Up) => found.entry(name.stem).or_default()[0] = Some(path),
                Some(Direction::Down) => found.entry(name.stem).or_default()[1] = Some(path),
                None if self.layout.runner == Runner::Sqlx && is_numbered(name.stem) => {
                    found.entry(name.stem).or_default()[0] = Some(path);
                }
                None => sketch.skip(path, "neither .up.sql nor .down.sql"),
            }
        }
        join_by_version(&mut found);
        let mut pairs: Vec<_> = found.into_iter().collect();
        pairs.sort_by(|left, right| compare_numbered(left.0, right.0));
        let of_script = |path: &str, stem: &str| {
            Name::parse(file_name(path)).version == Name::parse(stem).version
        };
        for (stem, [up, down]) in pairs {
            // Half of it is in another language, so that nobody knows what this half undoes.
            if let (None, Some(down)) = (up, down)
                && self.scripts().any(|path| of_script(path, stem))
            {
                sketch.skip_foreign(down, "what it undoes is a script: driftlint reads SQL");
                continue;
            }
            let mut migration = Migration {
                id: stem.to_owned(),
                up: Vec::new(),
                down: None,
                no_transaction: NoTransaction::default(),
                after_switch: false,
                after_unread: None,
            };
            if let Some(source) = up
                .map(|path| self.take(&mut sketch, path))
                .transpose()?
                .flatten()
            {
                migration.no_transaction.up =
                    sections(self.layout.runner, &source).no_transaction.up;
                migration.up.push(Part::whole(source));
            }
            if let Some(source) = down
                .map(|path| self.take(&mut sketch, path))
                .transpose()?
                .flatten()
            {
                migration.no_transaction.down =
                    sections(self.layout.runner, &source).no_transaction.down;
                migration.down = Some(vec![Part::whole(source)]);
            }
            if !migration.up.is_empty() || migration.down.is_some() {
                sketch.migrations.push(migration);
            }
        }
        for path in self.scripts() {
            sketch.skip_foreign(path, SCRIPT);
        }
        Ok(sketch)
    }

    /// One file for each migration, with or without sections.
    pub(crate) fn single<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Result<Sketch> {
        let mut sketch = Sketch::default();
        let mut files: Vec<&str> = paths.collect();
        match self.layout.order {
            Order::Numeric => {
                files.sort_by(|left, right| compare_numbered(file_name(left), file_name(right)))
            }
            Order::Bytes => files.sort_unstable(),
            Order::Listed => {}
        }
        let alone = files.len() == 1;
        for path in files {
            let stem = migration_stem(file_name(path)).unwrap_or(path);
            if !alone && is_companion(stem) {
                sketch.skip(path, "not a migration by its name");
            } else if ending(path) == "fizz" {
                sketch.skip_foreign(path, "a fizz file: driftlint reads SQL");
            } else if let Some(source) = self.take(&mut sketch, path)? {
                sketch.migrations.push(self.sectioned(stem, &source));
            }
        }
        if self.layout.runner == Runner::Atlas {
            sketch.related.push(join(self.folder, "atlas.sum"));
        }
        for path in self.scripts() {
            sketch.skip_foreign(path, SCRIPT);
        }
        Ok(sketch)
    }

    /// Numbered files in a programming language.
    fn scripts(&self) -> impl Iterator<Item = &str> {
        let numbered = |path: &&str| {
            let parts = file_name(path).rsplit_once('.');
            parts.is_some_and(|(stem, ending)| {
                matches!(ending, "go" | "js" | "ts" | "py" | "rb") && is_numbered(stem)
            })
        };
        self.listing.children(self.folder).filter(numbered)
    }

    /// The dump of a tool whose migrations are no SQL; the dump itself is a declared schema.
    fn dump(&self) -> Sketch {
        let mut sketch = Sketch::default();
        for path in self.listing.under(&join(self.folder, "migrate")) {
            sketch.skip_foreign(path, SCRIPT);
        }
        sketch
    }
}
/// A runner goes by the version alone: an up and a down that lack each other belong together
/// however the rest of their names differs.
fn join_by_version(found: &mut BTreeMap<&str, [Option<&str>; 2]>) {
    let ups: Vec<&str> = found
        .iter()
        .filter(|(_, [up, down])| up.is_some() && down.is_none())
        .map(|(&stem, _)| stem)
        .collect();
    let downs: Vec<&str> = found
        .iter()
        .filter(|(_, [up, _])| up.is_none())
        .map(|(&stem, _)| stem)
        .collect();
    for down in downs {
        let version = Name::parse(down).version;
        let mut same = ups
            .iter()
            .filter(|up| !version.is_empty() && Name::parse(up).version == version);
        if let (Some(&up), None) = (same.next(), same.next()) {
            let path = found.remove(down).and_then(|[_, down]| down);
            found.entry(up).or_default()[1] = path;
        }
    }
}
