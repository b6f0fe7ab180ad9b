//! What the layers ask of a tool. Each question has its answer in [`Facts`](super::facts::Facts).

use super::facts::{ChecksumFile, ReadSchema, Scripts, UnmigratedFinder};
use super::{Journal, Tool};
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
use crate::project::{Extras, MigrationPart, MigrationSet, Project};
use crate::schema::Declared;
use crate::sql::change::ChangeKind;
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Unit};
use crate::workflow::command::{ApplyWords, CommandLine};

impl Tool {
    /// Its program, where all commands of that are known.
    pub(crate) fn command_line(self) -> Option<&'static CommandLine> {
        self.facts().command_line
    }

    /// Commands of tools of whose programs not everything is known that apply migrations.
    pub(crate) fn all_applies() -> impl Iterator<Item = &'static ApplyWords> {
        Self::all().flat_map(|tool| tool.facts().applies)
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

    /// What it writes into the first of these tables; `None` where driftlint cannot read that.
    pub fn bookkeeping_rows(self) -> Option<&'static Bookkeeping> {
        self.facts().bookkeeping_rows
    }

    /// The names that the first of these tables may have, as `schema.name`: the one that the tool
    /// is configured to give it, and its usual one.
    pub fn bookkeeping_names(self, tree: &dyn Tree, set: &MigrationSet) -> Result<Vec<String>> {
        let configured = (self.facts().configured_bookkeeping)(tree, set)?;
        let usual = self.bookkeeping().first().map(|&name| name.to_owned());
        Ok(configured.into_iter().chain(usual).collect())
    }

    /// Statements that make these tables, as far as migrations are known to refer to them.
    pub fn bookkeeping_definitions(self) -> &'static [&'static str] {
        self.facts().bookkeeping_definitions
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

    /// The file beside the migrations in which it keeps their checksums.
    pub fn checksum_file(self) -> Option<ChecksumFile> {
        self.facts().checksum_file
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

    /// Whether a file is the tool's own record of the schema after a migration.
    pub(crate) fn is_record(self, path: &str) -> bool {
        (self.facts().is_record)(path)
    }

    /// The files of the first migration of a set, with what is written beside them; `None` where
    /// the tool's own names are not known.
    pub(crate) fn first(
        self,
        set: &MigrationSet,
        words: &str,
        now: ClockTime,
    ) -> Option<(Next, Vec<Edit>)> {
        (self.facts().first)(set, words, now)
    }

    /// The tool's record of an empty schema, for a set that has migrations and no record.
    pub(crate) fn begin_record(self, set: &MigrationSet) -> Option<Edit> {
        (self.facts().begin_record)(set)
    }

    /// Whether a set has a record of the schema that its generator goes on from.
    pub(crate) fn keeps_snapshots(set: &MigrationSet) -> bool {
        Journal::of(set).is_some_and(|journal| !journal.snapshots.is_empty())
    }

    /// The edits after which the tool's own record of the schema says what the migrations lead to;
    /// none where it keeps no record, or that is right. Where `declared` says the same, its own
    /// spelling is taken, which the generator will compare with.
    pub(crate) fn record(
        self,
        set: &MigrationSet,
        migrated: &Catalog,
        declared: Option<&Declared>,
    ) -> Result<Vec<Edit>, String> {
        (self.facts().record)(set, migrated, declared)
    }

    /// What of a change the tool's own record of the schema leaves out, in words for people.
    pub(crate) fn unrecorded(self, change: &ChangeKind) -> Option<String> {
        (self.facts().unrecorded)(change)
    }

    pub(crate) fn layouts(self) -> &'static [Layout] {
        self.facts().layouts
    }

    pub(crate) fn takes_bare_files(self) -> bool {
        self.facts().takes_bare_files
    }

    /// Whether a file such as `NAME-rollback.sql` beside `NAME.sql` takes that back, and is no
    /// migration of its own.
    pub(crate) fn leaves_downs_beside(self) -> bool {
        self.facts().leaves_downs_beside
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
        for takes_over in Self::all().filter_map(|tool| tool.facts().takes_over) {
            if let Some(elsewhere) = takes_over(search, self)? {
                found.declared.clear();
                found.rejected.push(elsewhere);
            }
        }
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

    /// The source of a schema that the configuration of any tool names for a folder.
    pub(crate) fn named_source(search: &Search<'_>) -> Result<DeclaredEvidence> {
        for find in Self::all().filter_map(|tool| tool.facts().names_source) {
            let found = find(search)?;
            if !found.declared.is_empty() || !found.rejected.is_empty() {
                return Ok(found);
            }
        }
        Ok(DeclaredEvidence::default())
    }

    /// Files that let a tool speak of a folder from somewhere else in the repository.
    pub(crate) fn all_speaking_from_afar() -> impl Iterator<Item = &'static str> {
        Self::all().flat_map(|tool| tool.facts().speaks_from_afar.iter().copied())
    }

    /// Configuration of tools that says which server a folder below is for. Who only reads a schema
    /// stands last in the list and comes first here: it names one server, where a runner may be
    /// given several.
    pub(crate) fn all_manifests() -> impl Iterator<Item = &'static Manifest> {
        Self::ALL
            .iter()
            .rev()
            .flat_map(|tool| tool.facts().manifests)
    }

    /// Variables of an environment that say which server a tool is used with.
    pub(crate) fn all_server_variables() -> impl Iterator<Item = &'static str> {
        Self::all().filter_map(|tool| tool.facts().server_variable)
    }

    /// Why several of its folders may belong to one database, if they may.
    pub(crate) fn shares_databases(self) -> Option<&'static str> {
        self.facts().shares_databases
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

    /// Those who know why a declared schema, or its configuration, belongs to no migrations.
    pub(crate) fn unmigrated() -> Vec<UnmigratedFinder> {
        let finders = Self::all().filter_map(|tool| tool.facts().unmigrated);
        finders.collect()
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

    /// Whether a script may declare a schema, by its words.
    pub(crate) fn may_declare(script: &str) -> bool {
        let mut words = Self::all().filter_map(|tool| tool.facts().script_word);
        words.any(|word| script.contains(word))
    }

    /// The endings of files in languages of tools.
    pub(crate) fn all_languages() -> impl Iterator<Item = &'static str> {
        Self::all().filter_map(|tool| tool.facts().language)
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

    /// The roles to which its platform gives privileges on what migrations make, without a word in
    /// any of them.
    pub(crate) fn gives_privileges_to(self) -> &'static [&'static str] {
        self.facts().gives_privileges_to
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

    /// The name that its generator gives to a unique constraint for which the schema names none. With
    /// another one, the next generated migration renames it.
    pub(crate) fn unique_name(
        self,
        set: &MigrationSet,
        table: &str,
        columns: &[String],
    ) -> Option<String> {
        (self.facts().unique_name)(set, table, columns)
    }

    /// The same for a foreign key: of a table and a column, to a table and a column.
    pub(crate) fn foreign_key_name(
        self,
        set: &MigrationSet,
        from: [&str; 2],
        to: [&str; 2],
    ) -> Option<String> {
        (self.facts().foreign_key_name)(set, from, to)
    }
}
