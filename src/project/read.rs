//! Reads the migrations of one set, in the order in which its runner applies them.

mod apart;
mod reach;
mod switch;
mod unread;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::affinity::is_generated;
use super::apart::underscored;
use super::discover::{Listing, migration_stem};
use super::foreign;
use super::layout::{Evidence, FileNaming, Layout, Order, is_companion, migration_folders};
use super::names::{FileName, compare_numbered, is_numbered, is_way_back, taken_back_by};
use super::sections::sections;
use super::tree::{Tree, ending, file_name, join, not_text, parent};
use super::{Direction, Migration, MigrationPart, NoTransaction, Unjudged, UnreadFile};
use crate::error::Result;
use crate::source::Source;
pub use reach::Reach;

/// Endings after `.sql` of files that a tool fills in.
const TEMPLATES: [&str; 12] = [
    "ejs", "erb", "gotmpl", "hbs", "in", "j2", "jinja", "jinja2", "mustache", "template", "tmpl",
    "tpl",
];

/// Why a file in a programming language is passed over.
pub(crate) const SCRIPT: &str = "a script: driftlint reads SQL";

/// A set before its dialect is known.
#[derive(Debug, Default)]
pub(crate) struct DraftSet {
    pub(crate) migrations: Vec<Migration>,
    /// Files that are not applied, and why.
    pub(crate) skipped: Vec<Unjudged>,
    /// Those that the runner applies after all migrations.
    pub(crate) unread_last: Vec<UnreadFile>,
    /// Why nobody can tell which files are applied, and in which order.
    pub(crate) unordered: Option<String>,
    /// Why its migrations are only a part of those that its database runs, where they are.
    pub(crate) fragment: Option<&'static str>,
    /// Configuration that was read.
    pub(crate) related: Vec<String>,
    /// The dialect that the tool's files name.
    pub(crate) dialect: Option<WrittenDialect>,
}

/// A dialect as a tool's file names it.
#[derive(Debug)]
pub(crate) struct WrittenDialect {
    /// The tool's own word.
    pub(crate) name: String,
    /// Where it stands, for people.
    pub(crate) place: &'static str,
}

impl DraftSet {
    /// A file that the runner never applies.
    pub(crate) fn skip(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(Unjudged::idle(path, reason));
    }

    /// A file that the runner applies, and that cannot be read here.
    pub(crate) fn skip_broken(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(Unjudged::broken(path, reason));
    }

    /// A file that the runner applies, in a language that driftlint does not read.
    pub(crate) fn skip_foreign(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.skipped.push(Unjudged::foreign(path, reason));
    }
}

pub(crate) struct TreeReader<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) listing: &'a Listing,
    pub(crate) folder: &'a str,
    pub(crate) layout: &'a Layout,
}

impl TreeReader<'_> {
    /// The sets in the folder: one, or one for each dialect that pop's suffixes name.
    pub(crate) fn sketches(&self) -> Result<Vec<DraftSet>> {
        let mut sketches = (self.layout.read)(self)?;
        for sketch in &mut sketches {
            self.place_unread(sketch)?;
        }
        Ok(sketches)
    }

    /// [`TreeReader::pairs`] for a layout.
    pub(crate) fn all_pairs(&self) -> Result<Vec<DraftSet>> {
        Ok(vec![self.pairs()?])
    }

    /// [`TreeReader::single`] for a layout.
    pub(crate) fn all_single(&self) -> Result<Vec<DraftSet>> {
        Ok(vec![self.single(self.sql_files())?])
    }

    /// Files whose names are all that says in which order they run, for a layout. A dump is no step
    /// after another one.
    pub(crate) fn by_name(&self) -> Result<Vec<DraftSet>> {
        let mut dumps = Vec::new();
        for path in self
            .sql_files()
            .filter(|path| !is_numbered(file_name(path)))
        {
            if self
                .source(path)?
                .is_ok_and(|source| is_generated(source.text()))
            {
                dumps.push(path);
            }
        }
        let several = dumps.len() > 1;
        dumps.retain(|path| several || file_name(path).to_ascii_lowercase().contains("dump"));
        let mut set = self.single(self.sql_files().filter(|path| !dumps.contains(path)))?;
        for path in dumps {
            set.skip(path, "a dump of a database, and no migration");
        }
        Ok(vec![set])
    }

    /// The numbered ones among its files, for a layout.
    pub(crate) fn numbered_single(&self) -> Result<Vec<DraftSet>> {
        let numbered = |path: &&str| is_numbered(file_name(path));
        let mut set = self.single(self.sql_files().filter(numbered))?;
        for path in self.sql_files().filter(|path| !numbered(path)) {
            set.skip(path, "it has no number, as the others have");
        }
        Ok(vec![set])
    }

    pub(crate) fn sql_files(&self) -> impl Iterator<Item = &str> {
        self.listing
            .children(self.folder)
            .filter(|path| migration_stem(file_name(path)).is_some())
    }

    /// The file as one part; a reason for skipping it if its content is not here.
    fn source(&self, path: &str) -> Result<std::result::Result<Source, String>> {
        // The tree before a change and the tree after it share nearly all of their contents, and
        // each is read once.
        let kept = self.tree.kept(path);
        if let Some(known) = kept.and_then(|kept| kept.downcast::<Source>().ok()) {
            return Ok(Ok((*known).clone()));
        }
        let read = self.read_source(path)?;
        if let Ok(source) = &read {
            self.tree.keep(path, Rc::new(source.clone()));
        }
        Ok(read)
    }

    fn read_source(&self, path: &str) -> Result<std::result::Result<Source, String>> {
        Ok(match self.tree.read(path)? {
            None => Err(match self.tree.refusal(path) {
                Some(reason) => reason,
                None => "there is no such file".to_owned(),
            }),
            Some(bytes) => match not_text(&bytes) {
                Some(reason) => Err(reason.to_owned()),
                None => Ok(match self.tree.remembered(path) {
                    Some(source) => source,
                    None => Source::from_bytes(path, bytes),
                }),
            },
        })
    }

    /// Reads a file or remembers why not.
    pub(crate) fn take(&self, sketch: &mut DraftSet, path: &str) -> Result<Option<Source>> {
        match self.source(path)? {
            Ok(source) => Ok(Some(source)),
            Err(reason) => {
                sketch.skip_broken(path, reason);
                Ok(None)
            }
        }
    }

    /// A file that is up as a whole or has sections.
    pub(crate) fn sectioned(&self, id: &str, source: &Source) -> Migration {
        let sections = sections(self.layout.runner, source);
        Migration {
            id: id.to_owned(),
            up: sections.up_parts(source),
            down: sections.down_parts(source),
            no_transaction: sections.no_transaction,
            after_switch: false,
            after_unread: Vec::new(),
        }
    }

    /// The files beside migrations that take them back, by the names of these, if the tool leaves
    /// that to the project.
    pub(crate) fn ways_back(&self) -> BTreeMap<&str, &str> {
        let files = self
            .sql_files()
            .filter(|_| self.layout.runner.leaves_downs_beside());
        let pairs = files.filter_map(|path| {
            let of = taken_back_by(migration_stem(file_name(path))?)?;
            let up = join(self.folder, &format!("{of}.sql"));
            self.listing.has(&up).then_some((of, path))
        });
        pairs.collect()
    }

    /// A migration with the file that takes it back. The project runs that by itself, so that no
    /// transaction of the tool's holds it.
    pub(crate) fn with_down(
        &self,
        sketch: &mut DraftSet,
        mut migration: Migration,
        down: Option<&str>,
    ) -> Result<Migration> {
        if let Some(path) = down.filter(|_| migration.down.is_none())
            && let Some(source) = self.take(sketch, path)?
        {
            migration.down = Some(vec![MigrationPart::whole(source)]);
            migration.no_transaction.down = true;
        }
        Ok(migration)
    }

    /// A folder for each migration, which holds `migration.sql`.
    pub(crate) fn folders(&self) -> Result<DraftSet> {
        let mut sketch = DraftSet::default();
        let mut folders = migration_folders(self.listing, self.folder, "migration.sql");
        folders.sort_unstable();
        for name in folders {
            let path = join(&join(self.folder, name), "migration.sql");
            if let Some(source) = self.take(&mut sketch, &path)? {
                let back = self.listing.children(parent(&path));
                let back = back.filter(|path| is_way_back(file_name(path))).last();
                let migration = self.with_down(&mut sketch, self.sectioned(name, &source), back)?;
                sketch.migrations.push(migration);
            }
        }
        self.skip_scripts(&mut sketch, "migration.sql");
        Ok(sketch)
    }

    /// Migrations in a programming language are applied by the tool, or by the project's own
    /// runner, but not read.
    pub(crate) fn skip_scripts(&self, sketch: &mut DraftSet, main: &str) {
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
                "sql" if is_way_back(file_name(path)) => {
                    if self.listing.has(&join(parent(path), main)) {
                        continue;
                    }
                    "there is no migration beside it"
                }
                "sql" if file_name(path) != main => "the runner knows no file of this name",
                _ => continue,
            };
            if ending(path) == "sql" {
                sketch.skip(path, reason);
            } else {
                sketch.skip_foreign(path, reason);
            }
        }
    }

    /// `x.up.sql` and `x.down.sql`; some tools also take a bare `x.sql`.
    fn pairs(&self) -> Result<DraftSet> {
        let mut sketch = DraftSet::default();
        let mut found: BTreeMap<&str, [Option<&str>; 2]> = BTreeMap::new();
        for path in self.sql_files() {
            let stem = migration_stem(file_name(path)).unwrap_or_default();
            let mut name = FileName::parse(stem);
            if self.layout.naming == FileNaming::Underscored
                && let Some((stem, direction)) = underscored(stem)
            {
                (name.stem, name.direction) = (stem, Some(direction));
            }
            match name.direction {
                Some(Direction::Up) => found.entry(name.stem).or_default()[0] = Some(path),
                Some(Direction::Down) => found.entry(name.stem).or_default()[1] = Some(path),
                None if self.layout.runner.takes_bare_files() && is_numbered(name.stem) => {
                    found.entry(name.stem).or_default()[0] = Some(path);
                }
                None => sketch.skip(path, "neither .up.sql nor .down.sql"),
            }
        }
        join_by_version(&mut found);
        let mut pairs: Vec<_> = found.into_iter().collect();
        pairs.sort_by(|left, right| compare_numbered(left.0, right.0));
        for (stem, [up, down]) in pairs {
            // Half of it is in another language, so that nobody knows what this half undoes.
            if let (None, Some(down)) = (up, down)
                && self.scripts().any(|path| {
                    FileName::parse(file_name(path)).version == FileName::parse(stem).version
                })
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
                after_unread: Vec::new(),
            };
            if let Some(source) = up
                .map(|path| self.take(&mut sketch, path))
                .transpose()?
                .flatten()
            {
                migration.no_transaction.up =
                    sections(self.layout.runner, &source).no_transaction.up;
                migration.up.push(MigrationPart::whole(source));
            }
            if let Some(source) = down
                .map(|path| self.take(&mut sketch, path))
                .transpose()?
                .flatten()
            {
                migration.no_transaction.down =
                    sections(self.layout.runner, &source).no_transaction.down;
                migration.down = Some(vec![MigrationPart::whole(source)]);
            }
            if !migration.up.is_empty() || migration.down.is_some() {
                sketch.migrations.push(migration);
            }
        }
        self.skip_numbered(&mut sketch);
        Ok(sketch)
    }

    /// One file for each migration, with or without sections.
    pub(crate) fn single<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Result<DraftSet> {
        let mut sketch = DraftSet::default();
        let mut files: Vec<&str> = paths.collect();
        match self.layout.order {
            Order::Numeric => {
                files.sort_by(|left, right| compare_numbered(file_name(left), file_name(right)));
            }
            Order::Bytes => files.sort_unstable(),
            Order::Listed => {}
        }
        // A folder whose only file is `schema.sql` is that one migration.
        let alone = files.len() == 1;
        let downs = self.ways_back();
        for path in files {
            let stem = migration_stem(file_name(path)).unwrap_or(path);
            if taken_back_by(stem).is_some_and(|of| downs.contains_key(of)) {
                continue;
            }
            if !alone && is_companion(stem) {
                sketch.skip(path, "not a migration by its name");
            } else if ending(path) == "fizz" {
                sketch.skip_foreign(path, "a fizz file: driftlint reads SQL");
            } else if let Some(source) = self.take(&mut sketch, path)? {
                let migration = self.sectioned(stem, &source);
                let back = downs.get(stem).copied();
                let migration = self.with_down(&mut sketch, migration, back)?;
                sketch.migrations.push(migration);
            }
        }
        for evidence in self.layout.evidence {
            if let Evidence::File(name) = evidence {
                sketch.related.push(join(self.folder, name));
            }
        }
        self.skip_numbered(&mut sketch);
        Ok(sketch)
    }

    /// Numbered files in a programming language.
    fn scripts(&self) -> impl Iterator<Item = &str> {
        self.listing
            .children(self.folder)
            .filter(|path| foreign::language_of(path).is_some() && is_numbered(file_name(path)))
    }

    /// Files that are migrations by their number or their ending, and are not read: in a
    /// programming language, SQL that a tool fills in first, SQL by another ending.
    fn skip_numbered(&self, sketch: &mut DraftSet) {
        for path in self.listing.children(self.folder) {
            let (stem, last) = file_name(path).rsplit_once('.').unwrap_or((path, ""));
            let reason = match last {
                "pgsql" | "psql" | "mysql" | "ddl" => "no file that ends in `.sql`",
                "gz" | "zst" | "bz2" | "zip" if stem.ends_with(".sql") => "it is packed",
                _ if TEMPLATES.contains(&last) && stem.ends_with(".sql") => {
                    "a template: what it is filled in with is not known here"
                }
                _ if is_numbered(stem) && foreign::language_of(path).is_some() => SCRIPT,
                _ => continue,
            };
            sketch.skip_foreign(path, reason);
        }
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
        let version = FileName::parse(down).version;
        let mut same = ups
            .iter()
            .filter(|up| !version.is_empty() && FileName::parse(up).version == version);
        if let (Some(&up), None) = (same.next(), same.next()) {
            let path = found.remove(down).and_then(|[_, down]| down);
            found.entry(up).or_default()[1] = path;
        }
    }
}
