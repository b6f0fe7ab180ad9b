//! The known layouts of migration folders, as a table. The first row whose evidence holds decides
//! the runner.

use super::Direction;
use super::declared::is_config;
use super::discover::{Kind, Listing, ancestors, migration_stem};
use super::names::{Name, flyway, is_numbered};
use super::runner::Runner;
use super::script::readings;
use super::sections::has_marks;
use super::tree::{Tree, ending, file_name, is_under, join, parent};
use crate::error::Result;
use crate::tool::drizzle::config::DrizzleConfig;

/// How files of a set are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// As `meta/_journal.json` says.
    Journal,
    /// Folders with `migration.sql`.
    MigrationSql,
    /// Folders with `up.sql` and `down.sql`.
    UpSql,
    /// `V1__x.sql`.
    Flyway,
    /// `1_x.postgres.up.sql`, grouped by version.
    Pop,
    /// `1_x.up.sql` and `1_x.down.sql`.
    Pairs,
    /// `1_x.sql`.
    Single,
    /// No SQL migrations, only a dump.
    Dump,
}

/// The order in which a runner applies what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As listed.
    Listed,
    /// By name, byte by byte.
    Bytes,
    /// By leading number, then by name.
    Numeric,
}

/// Something that must hold for a row to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    /// A file of this name in the set's folder.
    File(&'static str),
    /// A file of this name in the folder of a migration.
    Beside(&'static str),
    /// Marks of the row's runner in a file.
    Marks,
    /// The folder's path ends so.
    Path(&'static str),
    /// The nearest manifest above is this one.
    Manifest(&'static str),
    /// A Cargo.toml or Cargo.lock above names this crate.
    Crate(&'static str),
    /// Every migration's name starts with a number, and there are at least this many.
    Numbered(usize),
    /// A configuration of drizzle-kit above names this folder as its `out`.
    DrizzleOut,
    /// The names of some migrations start with a number.
    SomeNumbered,
    /// A schema of Prisma's lies above the folder, or in one beside it.
    PrismaSchema,
    /// The folder is called `migrations`, `migration` or `migrate`.
    Named,
    /// The folder is called `migrations`: files without numbers need a clearer name than `migrate`,
    /// where scripts live too.
    MigrationsFolder,
    /// The folder's name does not speak of something else.
    NotElse,
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) runner: Runner,
    pub(crate) naming: Naming,
    pub(crate) order: Order,
    /// For people.
    pub(crate) shape: &'static str,
    evidence: &'static [Evidence],
}

const fn row(
    runner: Runner,
    naming: Naming,
    order: Order,
    shape: &'static str,
    evidence: &'static [Evidence],
) -> Layout {
    Layout {
        runner,
        naming,
        order,
        shape,
        evidence,
    }
}

use Evidence::{
    Beside, Crate, DrizzleOut, File, Manifest, Marks, MigrationsFolder, Named, NotElse, Numbered,
    Path, PrismaSchema, SomeNumbered,
};

const PRISMA: &str = "a folder for each migration, with migration.sql";
const PAIRS: &str = "N_name.up.sql and N_name.down.sql";
const SECTIONS: &str = "N_name.sql with sections for up and down";
const SINGLE: &str = "N_name.sql";

#[rustfmt::skip]
static TABLE: &[Layout] = &[
    row(Runner::Drizzle, Naming::Journal, Order::Listed, "files named by meta/_journal.json", &[]),
    row(Runner::Drizzle, Naming::MigrationSql, Order::Bytes, "a folder for each migration, with migration.sql and snapshot.json", &[Beside("snapshot.json")]),
    row(Runner::Prisma, Naming::MigrationSql, Order::Bytes, PRISMA, &[File("migration_lock.toml")]),
    row(Runner::Drizzle, Naming::MigrationSql, Order::Bytes, "a folder for each migration, with migration.sql", &[DrizzleOut]),
    row(Runner::Prisma, Naming::MigrationSql, Order::Bytes, PRISMA, &[Numbered(1)]),
    row(Runner::Prisma, Naming::MigrationSql, Order::Bytes, PRISMA, &[Named, SomeNumbered]),
    row(Runner::Prisma, Naming::MigrationSql, Order::Bytes, PRISMA, &[Named, PrismaSchema]),
    row(Runner::Diesel, Naming::UpSql, Order::Bytes, "a folder for each migration, with up.sql and down.sql", &[Numbered(1)]),
    row(Runner::Flyway, Naming::Flyway, Order::Listed, "V1__name.sql", &[]),
    row(Runner::Goose, Naming::Single, Order::Numeric, SECTIONS, &[Marks]),
    row(Runner::Dbmate, Naming::Single, Order::Bytes, SECTIONS, &[Marks]),
    row(Runner::SqlMigrate, Naming::Single, Order::Numeric, SECTIONS, &[Marks]),
    row(Runner::NodePgMigrate, Naming::Single, Order::Numeric, SECTIONS, &[Marks]),
    row(Runner::Pop, Naming::Pop, Order::Bytes, "N_name.dialect.up.sql, grouped by version", &[]),
    row(Runner::Sqlx, Naming::Pairs, Order::Numeric, PAIRS, &[Manifest("Cargo.toml")]),
    row(Runner::GolangMigrate, Naming::Pairs, Order::Numeric, PAIRS, &[]),
    row(Runner::Supabase, Naming::Single, Order::Bytes, SINGLE, &[Path("supabase/migrations")]),
    row(Runner::Atlas, Naming::Single, Order::Bytes, SINGLE, &[File("atlas.sum")]),
    row(Runner::Sqlx, Naming::Single, Order::Numeric, SINGLE, &[Manifest("Cargo.toml"), Crate("sqlx"), Numbered(1), Named]),
    row(Runner::Plain, Naming::Single, Order::Numeric, SINGLE, &[Numbered(1), Named]),
    row(Runner::Plain, Naming::Single, Order::Numeric, SINGLE, &[Numbered(2), NotElse]),
    row(Runner::Plain, Naming::Single, Order::Bytes, "files by name", &[MigrationsFolder]),
    row(Runner::Rails, Naming::Dump, Order::Listed, "structure.sql", &[Path("db")]),
];

/// Taken when somebody names a folder that no row claims.
static ASKED: Layout = row(Runner::Plain, Naming::Single, Order::Numeric, SINGLE, &[]);

/// Words in the name of a folder of numbered SQL files that are no migrations.
const ELSE: &[&str] = &[
    "seed",
    "seeds",
    "seeder",
    "seeders",
    "seeding",
    "test",
    "tests",
    "testing",
    "query",
    "queries",
    "example",
    "examples",
    "sample",
    "samples",
    "schema",
    "schemas",
    "dump",
    "dumps",
    "backup",
    "backups",
    "bench",
    "benchmark",
    "benchmarks",
    "docs",
    "doc",
    "init",
    "initdb",
    "entrypoint",
    "mock",
    "mocks",
    "report",
    "reports",
    "view",
    "views",
    "functions",
    "procedures",
    "tutorial",
    "exercise",
    "exercises",
    "analytics",
    "analysis",
    "models",
    "snapshots",
    "data",
];

/// Names in a folder of migrations that are none.
const COMPANIONS: &[&str] = &[
    "schema",
    "structure",
    "seed",
    "seeds",
    "readme",
    "template",
    "dump",
];

const MANIFESTS: &[&str] = &[
    "Cargo.toml",
    "go.mod",
    "package.json",
    "pyproject.toml",
    "composer.json",
    "Gemfile",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "mix.exs",
    "deno.json",
];

/// What a row is judged on.
pub(crate) struct Site<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) listing: &'a Listing,
    pub(crate) folder: &'a str,
    pub(crate) kind: Kind,
}

/// The layout of a folder, `None` if its files are no migrations. `asked` is for a folder that was
/// named by the user.
pub(crate) fn recognise(site: &Site<'_>, asked: bool) -> Result<Option<&'static Layout>> {
    let namings = site.namings();
    let mut texts = None;
    for layout in TABLE
        .iter()
        .filter(|layout| namings.contains(&layout.naming))
    {
        let mut holds = true;
        for &evidence in layout.evidence {
            holds = holds && site.holds(layout, evidence, &mut texts)?;
        }
        if holds {
            return Ok(Some(layout));
        }
    }
    Ok((asked && namings.contains(&Naming::Single)).then_some(&ASKED))
}

/// How a tool lays out what it writes first.
pub(crate) fn of_tool(runner: Runner) -> Option<&'static Layout> {
    TABLE.iter().find(|layout| layout.runner == runner)
}

/// The layout of files that the user named and that lie in no set.
pub(crate) fn asked() -> &'static Layout {
    &ASKED
}

/// The layout that configuration asks for: the row of this runner that fits the files best.
pub(crate) fn configured(site: &Site<'_>, runner: Runner) -> Option<&'static Layout> {
    let namings = site.namings();
    let mut rows = TABLE.iter().filter(|layout| layout.runner == runner);
    rows.clone()
        .find(|layout| namings.contains(&layout.naming))
        .or_else(|| rows.next())
}

/// Whether the name of a file marks it as a companion of migrations.
pub(crate) fn is_companion(stem: &str) -> bool {
    COMPANIONS.contains(&stem.to_ascii_lowercase().as_str())
}

impl Site<'_> {
    fn stems(&self) -> impl Iterator<Item = &str> {
        self.listing
            .children(self.folder)
            .filter_map(|file| migration_stem(file_name(file)))
    }

    fn namings(&self) -> Vec<Naming> {
        match self.kind {
            Kind::Journal => vec![Naming::Journal],
            Kind::MigrationSql => vec![Naming::MigrationSql],
            Kind::UpSql => vec![Naming::UpSql],
            Kind::Structure => vec![Naming::Dump],
            Kind::Flyway => vec![Naming::Flyway],
            Kind::Flat => self.flat_namings(),
        }
    }

    fn flat_namings(&self) -> Vec<Naming> {
        let names: Vec<Name> = self.stems().map(Name::parse).collect();
        let fizz = self
            .listing
            .children(self.folder)
            .any(|file| ending(file) == "fizz");
        if self.stems().filter_map(flyway).count() * 2 > names.len() {
            vec![Naming::Flyway]
        } else if fizz
            || names
                .iter()
                .any(|name| name.dialect.is_some() || name.autocommit)
        {
            vec![Naming::Pop]
        } else if is_paired(&names) {
            vec![Naming::Pairs]
        } else if self.listing.has(&join(self.folder, "structure.sql")) {
            vec![Naming::Single, Naming::Dump]
        } else {
            vec![Naming::Single]
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
            Manifest(name) => self.manifest().is_some_and(|path| file_name(&path) == name),
            Crate(name) => self.mentions_crate(name)?,
            Numbered(least) => self.numbered() >= least,
            SomeNumbered => self.names().into_iter().any(is_numbered),
            PrismaSchema => self.has_prisma_schema(),
            DrizzleOut => self.is_drizzle_out()?,
            Named => is_named(self.folder),
            MigrationsFolder => file_name(self.folder) == "migrations",
            NotElse => !self.is_else(),
        })
    }

    /// The names of the migrations.
    fn names(&self) -> Vec<&str> {
        match self.kind {
            Kind::Flat => self.stems().filter(|stem| !is_companion(stem)).collect(),
            _ => migration_folders(
                self.listing,
                self.folder,
                if self.kind == Kind::UpSql {
                    "up.sql"
                } else {
                    "migration.sql"
                },
            ),
        }
    }

    /// A crate or a package that is called `migration` holds folders with a `migration.sql` too,
    /// such as `src`; Prisma's have a schema near them.
    fn has_prisma_schema(&self) -> bool {
        let is_schema = |path: &str| ending(path) == "prisma";
        ancestors(parent(self.folder)).any(|above| {
            ["", "prisma", "schema", "prisma/schema"]
                .iter()
                .any(|beside| {
                    let folder = if beside.is_empty() {
                        above.to_owned()
                    } else {
                        join(above, beside)
                    };
                    self.listing.children(&folder).any(is_schema)
                })
        })
    }

    fn is_drizzle_out(&self) -> Result<bool> {
        for above in ancestors(parent(self.folder)) {
            let configs = self.listing.children(above);
            for path in configs.filter(|path| is_config(file_name(path), "drizzle")) {
                let Some(bytes) = self.tree.read(path)? else {
                    continue;
                };
                let read = readings(&String::from_utf8_lossy(&bytes));
                let out = |values| DrizzleConfig::from_values(path, above, values).out;
                if read.iter().any(|values| out(values) == self.folder) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
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

    /// The first migrations' texts, where reading is worth it: a folder of queries is told by its
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

    fn is_else(&self) -> bool {
        let speaks = |part: &str| {
            part.split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| ELSE.contains(&word.to_ascii_lowercase().as_str()))
        };
        self.folder.split('/').any(speaks)
    }
}

/// Whether files come in pairs of up and down. Where no down is among them and numbered files say
/// no direction, `.up` is only a habit.
fn is_paired(names: &[Name]) -> bool {
    let mut numbered = names.iter().filter(|name| !name.version.is_empty());
    let directed = numbered.clone().any(|name| name.direction.is_some());
    let down = numbered
        .clone()
        .any(|name| name.direction == Some(Direction::Down));
    directed && (down || numbered.all(|name| name.direction.is_some()))
}

fn is_named(folder: &str) -> bool {
    matches!(file_name(folder), "migrations" | "migration" | "migrate")
}

/// The names of folders in `folder` that hold a file of this name.
pub(crate) fn migration_folders<'a>(
    listing: &'a Listing,
    folder: &str,
    file: &str,
) -> Vec<&'a str> {
    let inner = |path: &&'a str| {
        file_name(path) == file && parent(parent(path)) == folder && is_under(path, folder)
    };
    listing
        .under(folder)
        .iter()
        .map(String::as_str)
        .filter(inner)
        .map(|path| file_name(parent(path)))
        .collect()
}
