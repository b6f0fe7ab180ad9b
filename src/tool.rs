//! The tools that run migrations and declare schemas: one line for each, and a room with all that
//! is particular to it.
//!
//! A room's files belong to the layers that their names say: `layout`, `journal` and `config` to
//! the project, `schema` and `snapshot` to schemas, `advice` and `script` to drift. This list
//! stands beside the layers: it hands each of them what the rooms have, so that none of them names
//! a tool.

use crate::compare::Capabilities;
use crate::diagnostic::Edit;
use crate::drift::{RepairStep, SnapshotVerdict};
use crate::error::Result;
use crate::project::declared::{DeclaredEvidence, SchemaFile, Search};
use crate::project::dialect::Decision;
use crate::project::discover::Listing;
use crate::project::layout::Layout;
use crate::project::next::Next;
use crate::project::relevance::Relevance;
use crate::project::runner::Wrap;
use crate::project::sections::{MarkLine, SectionMark};
use crate::project::tree::Tree;
use crate::project::unmigrated::Unmigrated;
use crate::project::version::LateVersion;
use crate::project::{Extras, Migration, MigrationPart, MigrationSet, Project, Unjudged};
use crate::schema::Declared;
use crate::schema::load::Beside;
use crate::source::Source;
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Unit};
use crate::workflow::command::{ApplyWords, CommandLine};

pub(crate) use drizzle::advice as journal_advice;
pub use drizzle::journal::{Journal, JournalEntry};
pub(crate) use drizzle::upgrade::Upgraded;

/// What a tool is and does. A room fills in what differs from [`Facts::PLAIN`].
struct Facts {
    /// As written in configuration and output.
    name: &'static str,

    // How it runs migrations; measured on real servers and tools.
    /// What reaches the server as one string.
    unit: Unit,
    /// The transaction that it opens.
    wrap: Wrap,
    /// How one takes a migration out of that transaction, for help texts; `None` where there is no
    /// way.
    no_transaction: Option<&'static str>,
    /// The edit that takes the migration of a part out of it; `None` where there is none to make.
    take_out: fn(&MigrationPart) -> Option<Edit>,
    /// The tables in which it keeps what it applied; they exist before the first migration runs.
    bookkeeping: &'static [&'static str],
    /// Whether it records a checksum of each file it applies and refuses to go on when the file
    /// differs.
    keeps_checksums: bool,
    /// Whether it runs a migration without a transaction, unasked, when each of its statements
    /// forbids one.
    sees_what_forbids_a_transaction: bool,

    /// What it does with a migration that comes late, unless configured otherwise; `None` where the
    /// order does not come from the names.
    late: Option<LateVersion>,
    /// What it keeps as the version of a migration; `None` where it goes by the whole name.
    version: fn(&Migration) -> Option<String>,
    /// Whether it runs the file of this path again whenever that has changed.
    is_repeatable: fn(&str) -> bool,
    /// Whether its generator drops a table only where it is meant, and it records what it ran.
    drops_knowingly: bool,

    // How its migrations lie in folders.
    /// The layouts, the most telling first; none where it runs no migrations.
    layouts: &'static [Layout],
    /// Whether a file without `.up` stands for one where others have it.
    takes_bare_files: bool,
    /// What a comment tells it.
    mark: fn(&MarkLine<'_>) -> Option<SectionMark>,
    /// The lines that open up and down in a file that holds both.
    sections: Option<[&'static str; 2]>,
    /// What is written beside a new migration: the entry of a journal, a snapshot. `None` where it
    /// cannot be.
    register: fn(&MigrationSet, &Next) -> Option<Vec<Edit>>,
    /// The language of its migrations, where that is not SQL.
    scripts: Option<Scripts>,
    /// Reads what only this tool keeps beside its migrations.
    extras: Option<fn(&dyn Tree, &str, &[String], &mut Extras) -> Result<()>>,
    /// The dialect of a set, as far as its own files say.
    dialect: fn(&dyn Tree, &[SchemaFile]) -> Result<Option<Decision>>,
    /// Whether its own files name the dialect, so that no manifest is asked.
    names_its_dialect: bool,

    // Where its schema is declared.
    /// Finds the schema of a folder of its migrations, whose own files may name a dialect.
    find_schema: fn(&Search<'_>, Option<&str>) -> Result<DeclaredEvidence>,
    /// Finds a schema that migrations are written from which another tool runs.
    find_for_others: Option<fn(&Search<'_>, Option<&str>) -> Result<DeclaredEvidence>>,
    /// Gives sets the schemas that configuration anywhere in the project names.
    attach: Option<fn(&dyn Tree, &Listing, &mut Project) -> Result<()>>,
    /// Why a schema, or its configuration, belongs to no migrations; `None` for other files.
    unmigrated: Option<fn(&dyn Tree, &Project, &str) -> Result<Option<Unmigrated>>>,
    /// Schema files that may belong to a folder, where only its neighbourhood was listed.
    near: Option<fn(&dyn Tree, &[String], &str) -> Result<Vec<String>>>,
    /// Folders that it puts schemas and configuration in.
    folders: &'static [&'static str],
    /// Crates that a project uses it by; their features name servers.
    crates: &'static [&'static str],
    /// Whether a file is a schema of its, by its name.
    is_schema: fn(&str) -> bool,
    /// Whether a file by this name may declare or configure something, wherever it lies.
    is_telling: fn(&str) -> bool,
    /// Whether it cannot work without a schema.
    always_has_schema: bool,
    /// Whether its configuration may name a schema in any place.
    schema_lies_anywhere: bool,
    /// Whether its schemas import whatever scripts they like.
    imports_scripts: bool,
    /// What files of doubtful relevance may be its schema, and paths, as git's pathspecs, of which
    /// one is there where they are.
    traces: Option<(Relevance, &'static [&'static str])>,
    /// Whether a folder of its schemas holds other things too, its migrations among them.
    shares_its_folder: bool,
    /// Whether it makes names without a look at what the server takes.
    makes_long_names: bool,
    /// Whether its generator drops a type that is used and not exported.
    drops_unexported_types: bool,
    /// What its configuration calls the setting that names the schema.
    schema_setting: &'static str,

    // What the schema says.
    /// Its schema, for people.
    schema_name: &'static str,
    /// Its generator's snapshot, for people.
    snapshot_name: &'static str,
    /// Whether its schemas are SQL.
    declares_sql: bool,
    /// Whether every word of a schema is understood, so that an empty one says that there shall be
    /// no tables.
    understands_every_word: bool,
    /// What its language can express.
    capabilities: fn(&Declared) -> Capabilities,
    /// Reads the files of a schema.
    read_schema: Option<ReadSchema>,
    /// Reads what the tool remembers of the schema.
    read_snapshot: Option<fn(&dyn Tree, &MigrationSet) -> Result<Option<Declared>>>,
    /// Reads the snapshot that a path stands for, or the last one below it.
    snapshot_at: Option<fn(&dyn Tree, &str) -> Result<Declared>>,
    /// Reads the schema that a path stands for; `None` where there is none of its.
    schema_at: Option<fn(&dyn Tree, &str, Option<Dialect>) -> Result<Option<Declared>>>,

    // What to do about drift.
    /// How its migrations quote names.
    quotes: fn(Dialect) -> Quotes,
    /// The text of a migration of these statements.
    script: fn(&[(&RepairStep, String)]) -> String,
    /// How a migration comes about that makes what only the schema has.
    advice: fn(&SnapshotVerdict) -> String,
    /// How a migration comes about that drops what the schema lacks, after "declare it, or".
    drop_advice: fn(&SnapshotVerdict) -> String,
    /// Whether the schema is printed from the database, so that nobody writes it by hand.
    is_printed: bool,
    /// How one names an object in its schema: what it is, and the name.
    naming: fn(&str, &str) -> Option<String>,

    // How it is used.
    /// Its program, where all commands of that are known.
    command_line: Option<&'static CommandLine>,
    /// Other commands that apply migrations.
    applies: &'static [ApplyWords],
    /// The command that applies a set of its migrations to the database of `DATABASE_URL`, where no
    /// package manager runs it.
    apply_command: Option<fn(&MigrationSet) -> String>,
}

/// Reads the files of a schema that stand beside a set. What cannot be read is added to the list.
type ReadSchema = fn(&Beside<'_>, Vec<Source>, &mut Vec<Unjudged>) -> Result<Vec<Declared>>;

/// Migrations in a programming language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scripts {
    /// Its name.
    pub(crate) language: &'static str,
    /// The ending of its files.
    pub(crate) ending: &'static str,
}

impl Facts {
    /// A tool that sends files as they are, in no transaction, and knows dumps only.
    const PLAIN: Self = Self {
        name: "plain",
        unit: Unit::File,
        wrap: Wrap::Nothing,
        no_transaction: None,
        take_out: |_| None,
        bookkeeping: &[],
        keeps_checksums: false,
        sees_what_forbids_a_transaction: false,
        late: Some(LateVersion::Runs),
        version: |_| None,
        is_repeatable: |_| false,
        drops_knowingly: false,
        layouts: &[],
        takes_bare_files: false,
        mark: |_| None,
        sections: None,
        register: |_, _| Some(Vec::new()),
        scripts: None,
        extras: None,
        dialect: |_, _| Ok(None),
        names_its_dialect: false,
        find_schema: |search, _| search.dump(None),
        find_for_others: None,
        attach: None,
        unmigrated: None,
        near: None,
        folders: &[],
        crates: &[],
        is_schema: |_| false,
        is_telling: |_| false,
        always_has_schema: false,
        schema_lies_anywhere: false,
        imports_scripts: false,
        traces: None,
        shares_its_folder: false,
        makes_long_names: false,
        drops_unexported_types: false,
        schema_setting: "schema",
        schema_name: "schema",
        snapshot_name: "snapshot",
        declares_sql: false,
        understands_every_word: false,
        capabilities: |_| Capabilities::EVERYTHING,
        read_schema: None,
        read_snapshot: None,
        snapshot_at: None,
        schema_at: None,
        quotes: |_| Quotes::All,
        script: |steps| {
            let texts = steps.iter().map(|(_, text)| format!("{text};\n"));
            texts.collect()
        },
        advice: |_| format!("write the migration, which {PRINTED}"),
        drop_advice: |_| format!("write a migration that drops it, as {PRINTED}"),
        is_printed: false,
        naming: |_, _| None,
        command_line: None,
        applies: &[],
        apply_command: None,
    };
}

/// What writes the migration where no generator does.
const PRINTED: &str = "`driftlint drift --format sql` prints";

macro_rules! tools {
    ($($name:ident: $room:ident,)*) => {
        $(pub mod $room;)*

        /// A tool that runs migrations, declares a schema, or does both.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "the names of the tools")]
        pub enum Tool {
            $($name,)*
        }

        impl Tool {
            const ALL: &[Self] = &[$(Self::$name,)*];

            fn facts(self) -> &'static Facts {
                match self {
                    $(Self::$name => &$room::TOOL,)*
                }
            }
        }
    };
}

// Where something certain speaks for several tools, the first takes the folder.
tools! {
    Prisma: prisma,
    Drizzle: drizzle,
    Diesel: diesel,
    Sqlx: sqlx,
    GolangMigrate: golang_migrate,
    Goose: goose,
    Dbmate: dbmate,
    Flyway: flyway,
    GraphileMigrate: graphile_migrate,
    SqlMigrate: sql_migrate,
    Supabase: supabase,
    Atlas: atlas,
    Pop: pop,
    NodePgMigrate: node_pg_migrate,
    Plain: plain,
    Rails: rails,
    Sqlc: sqlc,
}

/// The endings of declared schemas, for people.
pub(crate) const SCHEMA_ENDINGS: &str = "`.prisma`, `.sql`, `.rs`, `.ts` and `.js`";

impl Tool {
    /// Every tool.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied()
    }

    /// Those that run migrations.
    pub fn runners() -> impl Iterator<Item = Self> {
        Self::all().filter(|tool| !tool.layouts().is_empty())
    }

    /// As written in configuration and output.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The runner of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::runners().find(|tool| tool.name() == name)
    }

    /// Its program, where all commands of that are known.
    pub(crate) fn command_line(self) -> Option<&'static CommandLine> {
        self.facts().command_line
    }

    /// Commands of tools of whose programs not everything is known that apply migrations.
    pub(crate) fn all_applies() -> impl Iterator<Item = &'static ApplyWords> {
        Self::all().flat_map(|tool| tool.facts().applies)
    }

    /// What it does with a migration that comes late, unless configured otherwise; `None` where the
    /// order does not come from the names.
    pub fn late(self) -> Option<LateVersion> {
        self.facts().late
    }

    /// What it keeps as the version of a migration; `None` where it goes by the whole name.
    pub(crate) fn version_of(self, migration: &Migration) -> Option<String> {
        (self.facts().version)(migration)
    }

    /// Whether it runs the file of this path again whenever that has changed.
    pub(crate) fn is_repeatable(self, path: &str) -> bool {
        (self.facts().is_repeatable)(path)
    }

    /// Whether its generator drops a table only where it is meant, and it records what it ran.
    pub(crate) fn drops_knowingly(self) -> bool {
        self.facts().drops_knowingly
    }

    /// The command that applies a set of its migrations to the database of `DATABASE_URL`.
    pub(crate) fn apply_command(self, set: &MigrationSet) -> Option<String> {
        self.facts().apply_command.map(|command| command(set))
    }

    /// What it sends to the server at once.
    pub fn unit(self) -> Unit {
        self.facts().unit
    }

    /// The transaction it opens, unless the migration's mark says otherwise.
    pub fn wrap(self) -> Wrap {
        self.facts().wrap
    }

    /// Whether it is a tool that driftlint knows, and not just files.
    pub(crate) fn is_known(self) -> bool {
        self != Self::Plain
    }

    /// Whether it runs a migration without a transaction, unasked, when each of its statements
    /// forbids one.
    pub fn sees_what_forbids_a_transaction(self) -> bool {
        self.facts().sees_what_forbids_a_transaction
    }

    /// The tables it keeps its own state in, which migrations may refer to.
    pub fn bookkeeping(self) -> &'static [&'static str] {
        self.facts().bookkeeping
    }

    /// How to take one migration out of the transaction; `None` where the tool knows no way or
    /// opens none.
    pub fn no_transaction_mark(self) -> Option<&'static str> {
        self.facts().no_transaction
    }

    /// Whether it records a checksum of each file it applies and refuses to go on when the file
    /// differs.
    pub fn keeps_checksums(self) -> bool {
        self.facts().keeps_checksums
    }

    /// The edit that takes the migration of a part out of the transaction.
    pub(crate) fn take_out(self, part: &MigrationPart) -> Option<Edit> {
        (self.facts().take_out)(part)
    }

    /// The lines that open up and down in a file that holds both.
    pub(crate) fn sections(self) -> Option<[&'static str; 2]> {
        self.facts().sections
    }

    /// What is written beside a new migration.
    pub(crate) fn register(self, set: &MigrationSet, next: &Next) -> Option<Vec<Edit>> {
        (self.facts().register)(set, next)
    }

    pub(crate) fn layouts(self) -> &'static [Layout] {
        self.facts().layouts
    }

    pub(crate) fn takes_bare_files(self) -> bool {
        self.facts().takes_bare_files
    }

    pub(crate) fn mark(self, line: &MarkLine<'_>) -> Option<SectionMark> {
        (self.facts().mark)(line)
    }

    /// The language of its migrations, where that is not SQL.
    pub(crate) fn scripts(self) -> Option<Scripts> {
        self.facts().scripts
    }

    /// What only this tool keeps in a folder of migrations, of which `files` are all files below.
    pub(crate) fn extras(self, tree: &dyn Tree, folder: &str, files: &[String]) -> Result<Extras> {
        let mut extras = Extras::default();
        if let Some(read) = self.facts().extras {
            read(tree, folder, files, &mut extras)?;
        }
        Ok(extras)
    }

    pub(crate) fn dialect(
        self,
        tree: &dyn Tree,
        declared: &[SchemaFile],
    ) -> Result<Option<Decision>> {
        (self.facts().dialect)(tree, declared)
    }

    pub(crate) fn names_its_dialect(self) -> bool {
        self.facts().names_its_dialect
    }

    /// The schema of a folder of its migrations, and what other tools declare for it.
    pub(crate) fn find_schema(
        self,
        search: &Search<'_>,
        dialect: Option<&str>,
    ) -> Result<DeclaredEvidence> {
        let mut found = (self.facts().find_schema)(search, dialect)?;
        for other in Self::all().filter(|other| *other != self) {
            let Some(find) = other.facts().find_for_others else {
                continue;
            };
            let theirs = find(search, dialect)?;
            found.declared.extend(theirs.declared);
            found.related.extend(theirs.related);
            found.config = theirs.config.or(found.config);
        }
        Ok(found)
    }

    pub(crate) fn attach_all(
        tree: &dyn Tree,
        listing: &Listing,
        project: &mut Project,
    ) -> Result<()> {
        for attach in Self::all().filter_map(|tool| tool.facts().attach) {
            attach(tree, listing, project)?;
        }
        Ok(())
    }

    /// Why a declared schema, or its configuration, belongs to no migrations.
    pub(crate) fn unmigrated(
        tree: &dyn Tree,
        project: &Project,
        path: &str,
    ) -> Result<Option<Unmigrated>> {
        for find in Self::all().filter_map(|tool| tool.facts().unmigrated) {
            if let Some(found) = find(tree, project, path)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Schema files that may belong to a folder, where only its neighbourhood was listed.
    pub(crate) fn near(tree: &dyn Tree, listed: &[String], folder: &str) -> Result<Vec<String>> {
        let mut files = Vec::new();
        for near in Self::all().filter_map(|tool| tool.facts().near) {
            files.extend(near(tree, listed, folder)?);
        }
        Ok(files)
    }

    /// Folders that tools put schemas and configuration in.
    pub(crate) fn all_folders() -> impl Iterator<Item = &'static str> {
        Self::all().flat_map(|tool| tool.facts().folders).copied()
    }

    /// Crates whose features name the server.
    pub(crate) fn all_crates() -> impl Iterator<Item = &'static str> {
        Self::all().flat_map(|tool| tool.facts().crates).copied()
    }

    /// Whose schema a file is, by its name.
    pub(crate) fn of_schema(path: &str) -> Option<Self> {
        Self::all().find(|tool| (tool.facts().is_schema)(path))
    }

    /// Whether a file by this name may declare a schema or configure one, wherever it lies.
    pub(crate) fn is_telling(path: &str) -> bool {
        Self::all().any(|tool| (tool.facts().is_telling)(path))
    }

    pub(crate) fn always_has_schema(self) -> bool {
        self.facts().always_has_schema
    }

    pub(crate) fn schema_lies_anywhere(self) -> bool {
        self.facts().schema_lies_anywhere
    }

    pub(crate) fn imports_scripts(self) -> bool {
        self.facts().imports_scripts
    }

    /// Pathspecs of which one matches where files of this relevance may be a schema.
    pub(crate) fn traces(relevance: Relevance) -> impl Iterator<Item = &'static str> {
        let all = Self::all().filter_map(|tool| tool.facts().traces);
        all.filter(move |(of, _)| *of == relevance)
            .flat_map(|(_, paths)| paths)
            .copied()
    }

    /// Whether its generator drops a type that is used and not exported.
    pub(crate) fn drops_unexported_types(self) -> bool {
        self.facts().drops_unexported_types
    }

    /// What its configuration calls the setting that names the schema.
    pub(crate) fn schema_setting(self) -> &'static str {
        self.facts().schema_setting
    }

    pub(crate) fn shares_its_folder(self) -> bool {
        self.facts().shares_its_folder
    }

    pub(crate) fn makes_long_names(self) -> bool {
        self.facts().makes_long_names
    }

    pub(crate) fn schema_name(self) -> &'static str {
        self.facts().schema_name
    }

    pub(crate) fn snapshot_name(self) -> &'static str {
        self.facts().snapshot_name
    }

    pub(crate) fn declares_sql(self) -> bool {
        self.facts().declares_sql
    }

    pub(crate) fn understands_every_word(self) -> bool {
        self.facts().understands_every_word
    }

    /// What the language of a schema can express.
    pub(crate) fn capabilities(self, declared: &Declared) -> Capabilities {
        (self.facts().capabilities)(declared)
    }

    pub(crate) fn read_schema(self) -> Option<ReadSchema> {
        self.facts().read_schema
    }

    /// What the tool remembers of the schema.
    pub(crate) fn snapshot(tree: &dyn Tree, set: &MigrationSet) -> Result<Option<Declared>> {
        for read in Self::all().filter_map(|tool| tool.facts().read_snapshot) {
            if let Some(snapshot) = read(tree, set)? {
                return Ok(Some(snapshot));
            }
        }
        Ok(None)
    }

    /// The snapshot that a path stands for.
    pub(crate) fn snapshot_at(tree: &dyn Tree, path: &str) -> Result<Option<Declared>> {
        let read = Self::all().find_map(|tool| tool.facts().snapshot_at);
        read.map(|read| read(tree, path)).transpose()
    }

    /// The schema that a path stands for.
    pub(crate) fn schema_at(
        tree: &dyn Tree,
        path: &str,
        dialect: Option<Dialect>,
    ) -> Result<Option<Declared>> {
        for read in Self::all().filter_map(|tool| tool.facts().schema_at) {
            if let Some(schema) = read(tree, path, dialect)? {
                return Ok(Some(schema));
            }
        }
        Ok(None)
    }

    pub(crate) fn quotes(self, dialect: Dialect) -> Quotes {
        (self.facts().quotes)(dialect)
    }

    /// The text of a migration of these statements.
    pub(crate) fn script(self, steps: &[(&RepairStep, String)]) -> String {
        (self.facts().script)(steps)
    }

    /// How a migration comes about that makes what only the schema has.
    pub(crate) fn advice(self, verdict: &SnapshotVerdict) -> String {
        (self.facts().advice)(verdict)
    }

    /// How a migration comes about that drops what the schema lacks.
    pub(crate) fn drop_advice(self, verdict: &SnapshotVerdict) -> String {
        (self.facts().drop_advice)(verdict)
    }

    pub(crate) fn is_printed(self) -> bool {
        self.facts().is_printed
    }

    /// How one names an object in its schema; `None` where there is no way, or none is known.
    pub(crate) fn naming(self, what: &str, name: &str) -> Option<String> {
        (self.facts().naming)(what, name)
    }
}
