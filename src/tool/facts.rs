//! [`Facts`]: all that a room says of its tool.

use super::Tool;
use crate::catalog::Catalog;
use crate::compare::Capabilities;
use crate::diagnostic::Edit;
use crate::drift::{RepairStep, SnapshotVerdict};
use crate::error::Result;
use crate::project::bookkeeping::Bookkeeping;
use crate::project::declared::{DeclaredEvidence, SchemaFile, Search};
use crate::project::dialect::{Decision, Manifest};
use crate::project::discover::Listing;
use crate::project::layout::Layout;
use crate::project::moment::ClockTime;
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
use crate::sql::change::ChangeKind;
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Unit};
use crate::workflow::command::{ApplyWords, CommandLine};

/// A file in which a tool keeps checksums of migrations.
#[derive(Clone, Copy, Debug)]
pub struct ChecksumFile {
    /// Its name, in the folder of the set.
    pub name: &'static str,
    /// The command that writes it.
    pub written_by: &'static str,
}

/// A file that lists migrations, which lie in folders beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlanFile {
    /// Its name.
    pub(crate) name: &'static str,
    /// The folder of what brings the schema forward.
    pub(crate) up: &'static str,
    /// The other folders that it lists the files of.
    pub(crate) beside: &'static [&'static str],
}

/// The migration of a set that is one of the base to the tool.
pub(crate) type Follow =
    for<'a> fn(&MigrationSet, &Migration, &'a MigrationSet) -> Option<&'a Migration>;

/// Says why a schema, or its configuration, belongs to no migrations; `None` for other files.
pub(crate) type UnmigratedFinder = fn(&dyn Tree, &Project, &str) -> Result<Option<Unmigrated>>;

/// What a tool is and does. A room fills in what differs from [`Facts::PLAIN`].
pub(super) struct Facts {
    /// As written in configuration and output.
    pub(super) name: &'static str,

    // How it runs migrations; measured on real servers and tools.
    /// What reaches the server as one string.
    pub(super) unit: Unit,
    /// The transaction that it opens.
    pub(super) wrap: Wrap,
    /// How one takes a migration out of that transaction, for help texts; `None` where there is no
    /// way.
    pub(super) no_transaction: Option<&'static str>,
    /// The edit that takes the migration of a part out of it; `None` where there is none to make.
    pub(super) take_out: fn(&MigrationPart) -> Option<Edit>,
    /// Why several of its folders may belong to one database, whose tables any of them makes: one
    /// configuration of it names folders in many modules.
    pub(super) shares_databases: Option<&'static str>,
    /// The tables in which it keeps what it applied; they exist before the first migration runs.
    pub(super) bookkeeping: &'static [&'static str],
    /// What it writes into the first of them; `None` where driftlint cannot read that.
    pub(super) bookkeeping_rows: Option<&'static Bookkeeping>,
    /// The name that its configuration gives the first of them, as `schema.name`.
    pub(super) configured_bookkeeping: fn(&dyn Tree, &MigrationSet) -> Result<Option<String>>,
    /// Statements that make the tables of `bookkeeping` on an empty database, where migrations in
    /// the wild refer to them.
    pub(super) bookkeeping_definitions: &'static [&'static str],
    /// Whether it records a checksum of each file it applies and refuses to go on when the file
    /// differs.
    pub(super) keeps_checksums: bool,
    /// The file beside the migrations in which it keeps checksums, if it is one.
    pub(super) checksum_file: Option<ChecksumFile>,
    /// Whether it runs a migration without a transaction, unasked, when each of its statements
    /// forbids one.
    pub(super) sees_what_forbids_a_transaction: bool,

    /// What it does with a migration that comes late, unless configured otherwise; `None` where the
    /// order does not come from the names.
    pub(super) late: Option<LateVersion>,
    /// What to do with a migration that comes late, for help texts.
    pub(super) late_help: &'static str,
    /// Finds the migration that is one of the base, where the tool goes neither by the file nor by
    /// the name.
    pub(super) follow: Option<Follow>,
    /// What it keeps as the version of a migration; `None` where it goes by the whole name.
    pub(super) version: fn(&Migration) -> Option<String>,
    /// Whether it runs nothing at all where two migrations have one version.
    pub(super) refuses_double_versions: bool,
    /// Whether it runs the file of this path again whenever that has changed.
    pub(super) is_repeatable: fn(&str) -> bool,
    /// Whether its generator drops a table only where it is meant, and it records what it ran.
    pub(super) drops_knowingly: bool,

    // How its migrations lie in folders.
    /// The layouts, the most telling first; none where it runs no migrations.
    pub(super) layouts: &'static [Layout],
    /// The file that lists its migrations.
    pub(super) plan: Option<&'static PlanFile>,
    /// Whether a file without `.up` stands for one where others have it.
    pub(super) takes_bare_files: bool,
    /// Whether a file such as `NAME-rollback.sql` beside `NAME.sql` takes that back: the tool runs
    /// only what a journal lists, or nobody knows the runner. Others run it like any migration.
    pub(super) leaves_downs_beside: bool,
    /// What a comment tells it.
    pub(super) mark: fn(&MarkLine<'_>) -> Option<SectionMark>,
    /// The lines that open up and down in a file that holds both.
    pub(super) sections: Option<[&'static str; 2]>,
    /// What is written beside a new migration: the entry of a journal, a snapshot. `None` where it
    /// cannot be.
    pub(super) register: fn(&MigrationSet, &Next) -> Option<Vec<Edit>>,
    /// Whether a file is the tool's own record of the schema after a migration.
    pub(super) is_record: fn(&str) -> bool,
    /// The files of the first migration of all, in these words and at this time, with what is
    /// written beside them; `None` where the tool's own names are not known.
    pub(super) first: fn(&MigrationSet, &str, ClockTime) -> Option<(Next, Vec<Edit>)>,
    /// The tool's record of an empty schema, where a set with migrations has none yet; `None` where
    /// it has one, or the tool keeps none.
    pub(super) begin_record: fn(&MigrationSet) -> Option<Edit>,
    /// What the tool keeps of the schema after the last migration, written where it says
    /// something else; spelled as the declared schema has it, where that says the same. The error is
    /// a reason for people.
    pub(super) record: fn(&MigrationSet, &Catalog, Option<&Declared>) -> Result<Vec<Edit>, String>,
    /// What of a change that record says nothing of, in words for people; `None` where it does.
    pub(super) unrecorded: fn(&ChangeKind) -> Option<String>,
    /// The language of its migrations, where that is not SQL.
    pub(super) scripts: Option<Scripts>,
    /// Reads what only this tool keeps beside its migrations.
    pub(super) extras: Option<fn(&dyn Tree, &str, &[String], &mut Extras) -> Result<()>>,
    /// The dialect of a set, as far as its own files say.
    pub(super) dialect: fn(&dyn Tree, &[SchemaFile]) -> Result<Option<Decision>>,
    /// Whether its own files name the dialect, so that no manifest is asked.
    pub(super) names_its_dialect: bool,

    // Where its schema is declared.
    /// Finds the schema of a folder of its migrations, whose own files may name a dialect.
    pub(super) find_schema: fn(&Search<'_>, Option<&str>) -> Result<DeclaredEvidence>,
    /// Finds a schema that migrations are written from which another tool runs.
    pub(super) find_for_others: Option<fn(&Search<'_>, Option<&str>) -> Result<DeclaredEvidence>>,
    /// The source of a schema that its configuration names for a folder, whoever runs that.
    pub(super) names_source: Option<fn(&Search<'_>) -> Result<DeclaredEvidence>>,
    /// Whether its configuration says that it writes the migrations of what a tool declares, and
    /// keeps them in another folder.
    pub(super) takes_over: Option<fn(&Search<'_>, Tool) -> Result<Option<Unjudged>>>,
    /// Files that let it speak of a folder from somewhere else in the repository.
    pub(super) speaks_from_afar: &'static [&'static str],
    /// Configuration that says which server a folder below is for.
    pub(super) manifests: &'static [Manifest],
    /// The variable of an environment that says which server it is used with.
    pub(super) server_variable: Option<&'static str>,
    /// Gives sets the schemas that configuration anywhere in the project names.
    pub(super) attach: Option<fn(&dyn Tree, &Listing, &mut Project) -> Result<()>>,
    /// Why a schema, or its configuration, belongs to no migrations; `None` for other files.
    pub(super) unmigrated: Option<UnmigratedFinder>,
    /// Schema files that may belong to a folder, where only its neighbourhood was listed.
    pub(super) near: Option<fn(&dyn Tree, &[String], &str) -> Result<Vec<String>>>,
    /// Folders that it puts schemas and configuration in.
    pub(super) folders: &'static [&'static str],
    /// Crates that a project uses it by; their features name servers.
    pub(super) crates: &'static [&'static str],
    /// Whether a file is a schema of its, by its name.
    pub(super) is_schema: fn(&str) -> bool,
    /// Whether a file by this name may declare or configure something, wherever it lies.
    pub(super) is_telling: fn(&str) -> bool,
    /// Whether it cannot work without a schema.
    pub(super) always_has_schema: bool,
    /// Whether its configuration may name a schema in any place.
    pub(super) schema_lies_anywhere: bool,
    /// Whether its schemas import whatever scripts they like.
    pub(super) imports_scripts: bool,
    /// A word that every script holds which declares a schema of the tool's.
    pub(super) script_word: Option<&'static str>,
    /// The ending of files in a language of the tool's own.
    pub(super) language: Option<&'static str>,
    /// What files of doubtful relevance may be its schema, and paths, as git's pathspecs, of which
    /// one is there where they are.
    pub(super) traces: Option<(Relevance, &'static [&'static str])>,
    /// Whether a folder of its schemas holds other things too, its migrations among them.
    pub(super) shares_its_folder: bool,
    /// Whether it makes names without a look at what the server takes.
    pub(super) makes_long_names: bool,
    /// Whether its generator drops a type that is used and not exported.
    pub(super) drops_unexported_types: bool,
    /// The roles to which its platform gives privileges on what migrations make, without a word in
    /// any of them.
    pub(super) gives_privileges_to: &'static [&'static str],
    /// What its configuration calls the setting that names the schema.
    pub(super) schema_setting: &'static str,

    // What the schema says.
    /// Its schema, for people.
    pub(super) schema_name: &'static str,
    /// Its generator's snapshot, for people.
    pub(super) snapshot_name: &'static str,
    /// Whether its schemas are SQL.
    pub(super) declares_sql: bool,
    /// Whether every word of a schema is understood, so that an empty one says that there shall be
    /// no tables.
    pub(super) understands_every_word: bool,
    /// What its language can express.
    pub(super) capabilities: fn(&Declared) -> Capabilities,
    /// Reads the files of a schema.
    pub(super) read_schema: Option<ReadSchema>,
    /// Reads what the tool remembers of the schema.
    pub(super) read_snapshot: Option<fn(&dyn Tree, &MigrationSet) -> Result<Option<Declared>>>,
    /// Reads the snapshot that a path stands for, or the last one below it.
    pub(super) snapshot_at: Option<fn(&dyn Tree, &str) -> Result<Declared>>,
    /// Reads the schema that a path stands for; `None` where there is none of its.
    pub(super) schema_at: Option<fn(&dyn Tree, &str, Option<Dialect>) -> Result<Option<Declared>>>,

    // What to do about drift.
    /// How its migrations quote names.
    pub(super) quotes: fn(Dialect) -> Quotes,
    /// The text of a migration of these statements.
    pub(super) script: fn(&[(&RepairStep, String)]) -> String,
    /// How a migration comes about that makes what only the schema has.
    pub(super) advice: fn(&SnapshotVerdict) -> String,
    /// How a migration comes about that drops what the schema lacks, after "declare it, or".
    pub(super) drop_advice: fn(&SnapshotVerdict) -> String,
    /// Whether the schema is printed from the database, so that nobody writes it by hand.
    pub(super) is_printed: bool,
    /// How one names an object in its schema: what it is, and the name.
    pub(super) naming: fn(&str, &str) -> Option<String>,
    /// The name that its generator gives to a unique constraint for which the schema names none: of a
    /// table, and its columns.
    pub(super) unique_name: fn(&MigrationSet, &str, &[String]) -> Option<String>,
    /// The same for a foreign key: of a table and a column, to a table and a column.
    pub(super) foreign_key_name: fn(&MigrationSet, [&str; 2], [&str; 2]) -> Option<String>,

    // How it is used.
    /// Its program, where all commands of that are known.
    pub(super) command_line: Option<&'static CommandLine>,
    /// Other commands that apply migrations.
    pub(super) applies: &'static [ApplyWords],
    /// The command that applies a set of its migrations to the database of `DATABASE_URL`, where no
    /// package manager runs it.
    pub(super) apply_command: Option<fn(&MigrationSet) -> String>,
}

/// Reads the files of a schema that stand beside a set. What cannot be read is added to the list.
pub(crate) type ReadSchema =
    fn(&Beside<'_>, Vec<Source>, &mut Vec<Unjudged>) -> Result<Vec<Declared>>;

/// Migrations in a programming language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scripts {
    /// What the language is called in a sentence.
    pub(crate) language: &'static str,
    /// The ending of its files.
    pub(crate) ending: &'static str,
}

impl Facts {
    /// A tool that sends files as they are, in no transaction, and knows dumps only.
    pub(super) const PLAIN: Self = Self {
        name: "plain",
        unit: Unit::File,
        wrap: Wrap::Nothing,
        no_transaction: None,
        take_out: |_| None,
        shares_databases: None,
        bookkeeping: &[],
        bookkeeping_rows: None,
        configured_bookkeeping: |_, _| Ok(None),
        bookkeeping_definitions: &[],
        keeps_checksums: false,
        checksum_file: None,
        sees_what_forbids_a_transaction: false,
        late: Some(LateVersion::Runs),
        late_help: "give it a later number, above every migration of the base",
        follow: None,
        version: |_| None,
        refuses_double_versions: false,
        is_repeatable: |_| false,
        drops_knowingly: false,
        layouts: &[],
        plan: None,
        takes_bare_files: false,
        leaves_downs_beside: false,
        mark: |_| None,
        sections: None,
        register: |_, _| Some(Vec::new()),
        is_record: |_| false,
        first: |_, _, _| None,
        begin_record: |_| None,
        record: |_, _, _| Ok(Vec::new()),
        unrecorded: |_| None,
        scripts: None,
        extras: None,
        dialect: |_, _| Ok(None),
        names_its_dialect: false,
        find_schema: |search, _| search.dump(None),
        find_for_others: None,
        names_source: None,
        takes_over: None,
        speaks_from_afar: &[],
        manifests: &[],
        server_variable: None,
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
        script_word: None,
        language: None,
        shares_its_folder: false,
        makes_long_names: false,
        drops_unexported_types: false,
        gives_privileges_to: &[],
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
        unique_name: |_, _, _| None,
        foreign_key_name: |_, _, _| None,
        command_line: None,
        applies: &[],
        apply_command: None,
    };
}

/// What writes the migration where no generator does.
pub(super) const PRINTED: &str = "`driftlint drift --format sql` prints";
