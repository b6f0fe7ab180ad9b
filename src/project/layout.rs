//! How migrations lie in folders. Each tool lists its layouts; the first whose evidence holds
//! decides who runs a folder.

mod words;

use super::Direction;
use super::apart::{are_underscored, other_half};
use super::discover::{FolderKind, Listing, ancestors, migration_stem};
use super::names::{FileName, is_numbered, prefixed};
use super::read::{DraftSet, TreeReader};
use super::sections::has_marks;
use super::tree::{Tree, ending, file_name, is_named_after_migrations, is_under, join, parent};
use crate::error::Result;
use crate::tool::Tool;
use Evidence::{
    Beside, Called, Configured, Crate, File, Manifest, Marks, MigrationsFolder, MostlyNumbered,
    Named, Nearby, NotElse, Numbered, Path, SomeNumbered,
};
use words::{COMPANIONS, ELSE, MANIFESTS, TESTS};

/// How files of a set are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileNaming {
    /// Named and ordered by `meta/_journal.json`.
    Journal,
    /// Named and ordered by a plan beside the folder.
    Planned,
    /// Each in a folder of its own, as `migration.sql`.
    MigrationSql,
    /// Folders with `up.sql` and `down.sql`.
    UpSql,
    /// `V1__x.sql`.
    Prefixed,
    /// `1_x.postgres.up.sql`, grouped by version.
    Pop,
    /// `1_x.up.sql` and `1_x.down.sql`.
    Pairs,
    /// `1_x_up.sql` and `1_x_down.sql`.
    Underscored,
    /// Ups in one folder, downs in another.
    Halves,
    /// A folder for each release.
    Releases,
    /// `1_x.sql`.
    Single,
    /// No SQL migrations, only a dump.
    Dump,
}

/// The order in which a runner applies what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// In the order in which the tool's own list has them.
    Listed,
    /// By name, byte by byte.
    Bytes,
    /// By leading number, then by name.
    Numeric,
}

/// Something that must hold for a row to apply.
#[derive(Clone, Copy)]
pub(crate) enum Evidence {
    /// A file of this name in the set's folder.
    File(&'static str),
    /// A file of this name in the folder of a migration.
    Beside(&'static str),
    /// Marks of the row's runner in a file.
    Marks,
    /// The folder's path ends so, as only this tool has it.
    Path(&'static str),
    /// The folder is called so, which says little by itself.
    Called(&'static str),
    /// The nearest manifest above is this one.
    Manifest(&'static str),
    /// A Cargo.toml or Cargo.lock above names this crate.
    Crate(&'static str),
    /// Every migration's name starts with a number, and there are at least this many.
    Numbered(usize),
    /// Every migration's name but a few starts with a number.
    MostlyNumbered,
    /// The names of some migrations start with a number.
    SomeNumbered,
    /// The tool's own configuration says that the folder is its.
    Configured(fn(&LayoutEvidence<'_>) -> Result<bool>),
    /// Something of the tool's lies near, which may be about another folder.
    Nearby(fn(&LayoutEvidence<'_>) -> bool),
    /// The folder is called `migrations`, `migration` or `migrate`.
    Named,
    /// The folder is called `migrations`: files without numbers need a clearer name than `migrate`,
    /// where scripts live too.
    MigrationsFolder,
    /// The folder's name does not speak of something else.
    NotElse,
}

/// How a tool's migrations lie in a folder.
pub(crate) struct Layout {
    pub(crate) runner: Tool,
    pub(crate) naming: FileNaming,
    /// Reads the sets of such a folder: one, or one for each dialect that the files' names tell.
    pub(crate) read: fn(&TreeReader<'_>) -> Result<Vec<DraftSet>>,
    pub(crate) order: Order,
    /// The form of its names, for people: `N_name.sql`.
    pub(crate) shape: &'static str,
    pub(crate) evidence: &'static [Evidence],
}

impl Layout {
    /// Whether something speaks for the tool that no other tool leaves behind.
    fn is_certain(&self) -> bool {
        let mut evidence = self.evidence.iter();
        evidence.any(|it| matches!(it, File(_) | Beside(_) | Marks | Path(_) | Configured(_)))
    }
}

/// A row of a tool's layouts.
pub(crate) const fn row(
    runner: Tool,
    naming: FileNaming,
    read: fn(&TreeReader<'_>) -> Result<Vec<DraftSet>>,
    order: Order,
    shape: &'static str,
    evidence: &'static [Evidence],
) -> Layout {
    Layout {
        runner,
        naming,
        read,
        order,
        shape,
        evidence,
    }
}

pub(crate) const PAIRS: &str = "N_name.up.sql and N_name.down.sql";
pub(crate) const SECTIONS: &str = "N_name.sql with sections for up and down";
pub(crate) const SINGLE: &str = "N_name.sql";

/// Taken when somebody names a folder that no row claims.
static ASKED: Layout = row(
    Tool::Plain,
    FileNaming::Single,
    |reader| reader.all_single(),
    Order::Numeric,
    SINGLE,
    &[],
);

/// What a row is judged on.
pub(crate) struct LayoutEvidence<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) listing: &'a Listing,
    pub(crate) folder: &'a str,
    pub(crate) kind: FolderKind,
}

/// The layout of a folder, `None` if its files are no migrations. `asked` is for a folder that was
/// named by the user.
pub(crate) fn recognise(site: &LayoutEvidence<'_>, asked: bool) -> Result<Option<&'static Layout>> {
    let namings = site.namings();
    let mut texts = None;
    for layout in rows().filter(|layout| namings.contains(&layout.naming)) {
        let mut holds = true;
        for &evidence in layout.evidence {
            holds = holds && site.holds(layout, evidence, &mut texts)?;
        }
        if holds {
            return Ok(Some(layout));
        }
    }
    Ok((asked && namings.contains(&FileNaming::Single)).then_some(&ASKED))
}

/// Whether a folder would hold migrations if nothing in its path spoke of tests.
pub(crate) fn is_for_tests(site: &LayoutEvidence<'_>) -> Result<bool> {
    Ok(site.speaks_of(TESTS)
        && would_hold(site, |layout| {
            layout.evidence.iter().any(|it| matches!(it, NotElse))
        })?)
}

/// Whether a folder of tests would hold migrations if it were called otherwise.
pub(crate) fn is_passed_over(site: &LayoutEvidence<'_>) -> Result<bool> {
    would_hold(site, |_| true)
}

/// Whether one of these layouts fits, whatever the path says of tests.
fn would_hold(site: &LayoutEvidence<'_>, asked: impl Fn(&Layout) -> bool) -> Result<bool> {
    let namings = site.namings();
    let speaks_of_else = site.speaks_of(ELSE);
    let mut texts = None;
    for layout in rows().filter(|layout| namings.contains(&layout.naming) && asked(layout)) {
        let mut holds = true;
        for &evidence in layout.evidence {
            holds = holds
                && match evidence {
                    NotElse => !speaks_of_else,
                    other => site.holds(layout, other, &mut texts)?,
                };
        }
        if holds {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The layouts of all tools, those first that something certain speaks for: a numbered file may be
/// any tool's.
fn rows() -> impl Iterator<Item = &'static Layout> {
    let all = || Tool::all().flat_map(Tool::layouts);
    let certain = all().filter(|layout| layout.is_certain());
    certain.chain(all().filter(|layout| !layout.is_certain()))
}

/// How a tool lays out what it writes first.
pub(crate) fn of_tool(tool: Tool) -> Option<&'static Layout> {
    tool.layouts().first()
}

/// The layout of files that the user named and that lie in no set.
pub(crate) fn asked() -> &'static Layout {
    &ASKED
}

/// The layout that configuration asks for: the row of this runner that fits the files best, where the
/// folder looks like another tool's by its names alone.
pub(crate) fn configured(site: &LayoutEvidence<'_>, runner: Tool) -> Option<&'static Layout> {
    let rows = runner.layouts();
    let fitting = |namings: &[FileNaming]| {
        let mut rows = rows.iter();
        rows.find(|layout| namings.contains(&layout.naming))
    };
    fitting(&site.namings())
        .or_else(|| fitting(&site.flat_namings()))
        .or_else(|| rows.first())
}

/// Whether the name of a file marks it as a companion of migrations.
pub(crate) fn is_companion(stem: &str) -> bool {
    COMPANIONS.contains(&stem.to_ascii_lowercase().as_str())
}

impl LayoutEvidence<'_> {
    fn stems(&self) -> impl Iterator<Item = &str> {
        self.listing
            .children(self.folder)
            .filter_map(|file| migration_stem(file_name(file)))
    }

    fn namings(&self) -> Vec<FileNaming> {
        match self.kind {
            FolderKind::Journal => vec![FileNaming::Journal],
            FolderKind::Planned => vec![FileNaming::Planned],
            FolderKind::MigrationSql => vec![FileNaming::MigrationSql],
            FolderKind::UpSql => vec![FileNaming::UpSql],
            FolderKind::Structure => vec![FileNaming::Dump],
            FolderKind::Prefixed => vec![FileNaming::Prefixed],
            FolderKind::Releases => vec![FileNaming::Releases],
            FolderKind::Flat => self.flat_namings(),
        }
    }

    fn flat_namings(&self) -> Vec<FileNaming> {
        let names: Vec<FileName> = self.stems().map(FileName::parse).collect();
        let fizz = self
            .listing
            .children(self.folder)
            .any(|file| ending(file) == "fizz");
        match other_half(self.listing, self.folder) {
            Some((Direction::Up, _)) => return vec![FileNaming::Halves],
            Some((Direction::Down, _)) => return Vec::new(),
            None => {}
        }
        if self.stems().filter_map(prefixed).count() * 2 > names.len() {
            vec![FileNaming::Prefixed]
        } else if fizz
            || names
                .iter()
                .any(|name| name.dialect.is_some() || name.autocommit)
        {
            vec![FileNaming::Pop]
        } else if is_paired(&names) {
            vec![FileNaming::Pairs]
        } else if are_underscored(&self.stems().collect::<Vec<_>>()) {
            vec![FileNaming::Underscored]
        } else if self.listing.has(&join(self.folder, "structure.sql")) {
            vec![FileNaming::Single, FileNaming::Dump]
        } else {
            vec![FileNaming::Single]
        }
    }

    fn holds(
        &self,
        layout: &Layout,
        evidence: Evidence,
        texts: &mut Option<Vec<String>>,
    ) -> Result<bool> {
        Ok(match evidence {
            File(name) => self.listing.has(&join(self.folder, name)),
            Beside(name) => self
                .listing
                .under(self.folder)
                .iter()
                .any(|file| file_name(file) == name && parent(parent(file)) == self.folder),
            Marks => {
                let texts = match texts {
                    Some(texts) => texts,
                    None => texts.insert(self.sample()?),
                };
                texts.iter().any(|text| has_marks(layout.runner, text))
            }
            Path(end) => self
                .folder
                .strip_suffix(end)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/')),
            Called(name) => file_name(self.folder) == name,
            Manifest(name) => self.manifest().is_some_and(|path| file_name(&path) == name),
            Crate(name) => self.mentions_crate(name)?,
            Numbered(least) => self.numbered() >= least,
            MostlyNumbered => mostly_numbered(&self.names()),
            SomeNumbered => self.names().into_iter().any(is_numbered),
            Configured(says) => says(self)?,
            Nearby(lies) => lies(self),
            Named => is_named(self.folder),
            MigrationsFolder => file_name(self.folder) == "migrations",
            NotElse => !self.speaks_of(ELSE) && !self.speaks_of(TESTS),
        })
    }

    /// The names of the migrations.
    fn names(&self) -> Vec<&str> {
        match self.kind {
            FolderKind::Flat => self.stems().filter(|stem| !is_companion(stem)).collect(),
            _ => migration_folders(
                self.listing,
                self.folder,
                if self.kind == FolderKind::UpSql {
                    "up.sql"
                } else {
                    "migration.sql"
                },
            ),
        }
    }

    /// How many migrations there are if all are numbered; 0 if one is not.
    fn numbered(&self) -> usize {
        let mut count = 0;
        for name in self.names() {
            if !is_numbered(name) {
                return 0;
            }
            count += 1;
        }
        count
    }

    /// The first migrations' texts, where reading is worth it: a folder of queries is known by its
    /// names.
    fn sample(&self) -> Result<Vec<String>> {
        if self.numbered() == 0 && !is_named(self.folder) {
            return Ok(Vec::new());
        }
        let mut texts = Vec::new();
        for path in self
            .listing
            .children(self.folder)
            .filter(|file| migration_stem(file_name(file)).is_some())
            .take(3)
        {
            if let Some(bytes) = self.tree.read(path)? {
                texts.push(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
        Ok(texts)
    }

    fn manifest(&self) -> Option<String> {
        ancestors(self.folder).find_map(|folder| {
            MANIFESTS
                .iter()
                .map(|name| join(folder, name))
                .find(|path| self.listing.has(path))
        })
    }

    fn mentions_crate(&self, name: &str) -> Result<bool> {
        let line = format!("name = \"{name}\"");
        for folder in ancestors(self.folder) {
            for (file, needle) in [("Cargo.toml", name), ("Cargo.lock", line.as_str())] {
                let path = join(folder, file);
                if self.listing.has(&path)
                    && let Some(bytes) = self.tree.read(&path)?
                    && String::from_utf8_lossy(&bytes).contains(needle)
                {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Whether one of these words is in the name of the folder, or of one around it.
    fn speaks_of(&self, words: &[&str]) -> bool {
        self.folder.split('/').any(|part| {
            part.split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| words.contains(&word.to_ascii_lowercase().as_str()))
        })
    }
}

/// Whether names are numbered but for a few, as notes and drafts beside the migrations are.
pub(crate) fn mostly_numbered(names: &[&str]) -> bool {
    const FEW: usize = 10;
    let numbered = names.iter().filter(|name| is_numbered(name)).count();
    let others = names.len() - numbered;
    numbered >= 3 && others * FEW <= numbered
}

/// Whether files come in pairs of up and down. Where no down is among them and numbered files say
/// no direction, `.up` is only a habit.
fn is_paired(names: &[FileName]) -> bool {
    let mut numbered = names.iter().filter(|name| !name.version.is_empty());
    let directed = numbered.clone().any(|name| name.direction.is_some());
    let down = numbered
        .clone()
        .any(|name| name.direction == Some(Direction::Down));
    directed && (down || numbered.all(|name| name.direction.is_some()))
}

/// Whether a folder is called as the place of migrations.
pub(super) fn is_named(folder: &str) -> bool {
    is_named_after_migrations(file_name(folder))
}

/// The names of folders in `folder` that hold a file of this name.
pub(crate) fn migration_folders<'a>(
    listing: &'a Listing,
    folder: &str,
    file: &str,
) -> Vec<&'a str> {
    listing
        .under(folder)
        .iter()
        .map(String::as_str)
        .filter(|path| {
            file_name(path) == file && parent(parent(path)) == folder && is_under(path, folder)
        })
        .map(|path| file_name(parent(path)))
        .collect()
}
