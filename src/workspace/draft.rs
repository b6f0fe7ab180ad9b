//! New migrations in memory: put into their set, replayed and checked before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlannedEdit, Selection, Workspace};
use crate::check::Report;
use crate::diagnostic::{Applicability, Confidence, Diagnostic, Edit, Fix, Severity};
use crate::error::{Error, Result};
use crate::fix;
use crate::project::moment::ClockTime;
use crate::project::runner::Wrap;
use crate::project::tree::Tree;
use crate::project::{Direction, LoadOptions, MigrationSet, Project};
use crate::replay::{Lowered, ReadOptions, catalog_of};
use crate::rules::name;
use crate::schema::input::Input;
use crate::sql::{Dialect, Versions, on_big_stack};
use crate::write::{self, MigrationDraft};

/// Rules about a migration that no server takes: nothing is written that they speak of.
const REFUSED: [&str; 5] = [
    name::down_will_fail,
    name::migration_will_fail,
    name::syntax_error,
    name::unclosed_transaction,
    name::unparsed_statement,
];

/// Files that are to be written, and what is said of them.
#[derive(Debug, Default)]
pub struct WritePlan {
    /// The files that change, by path.
    pub files: BTreeMap<String, PlannedEdit>,
    /// What a check reports that it did not report before.
    pub findings: Vec<Diagnostic>,
    /// The files that go.
    pub removed: BTreeSet<String>,
    /// What the tool keeps beside its migrations and could not be written.
    pub unrecorded: Vec<String>,
    /// What that leaves out though the last migration changes it, in words for people.
    pub left_out: BTreeSet<String>,
}

impl WritePlan {
    /// The findings because of which nothing may be written.
    pub fn refusals(&self) -> impl Iterator<Item = &Diagnostic> {
        self.findings.iter().filter(|finding| {
            self.files.contains_key(finding.source.path())
                && finding.severity == Severity::Error
                && REFUSED.contains(&finding.rule)
        })
    }
}

/// Which set of a project is written to.
#[derive(Clone, Debug)]
pub struct SetName {
    /// The folder of its migrations.
    pub folder: String,
    /// Its dialect; a folder may hold several.
    pub dialect: Dialect,
}

impl SetName {
    /// The name of a set.
    pub fn of(set: &MigrationSet) -> Self {
        Self {
            folder: set.folder.clone(),
            dialect: set.dialect,
        }
    }

    /// The set of that name.
    pub fn find<'a>(&self, input: &'a Input) -> Option<&'a MigrationSet> {
        self.find_in(&input.project)
    }

    /// The set of that name in a project.
    pub fn find_in<'a>(&self, project: &'a Project) -> Option<&'a MigrationSet> {
        project.sets.iter().find(|set| self.is(set))
    }

    fn is(&self, set: &MigrationSet) -> bool {
        set.folder == self.folder && set.dialect == self.dialect
    }

    pub(super) fn gone(&self) -> Error {
        Error::Usage {
            message: format!("{} holds no migrations any more", self.folder),
            help: None,
        }
    }
}

impl Workspace {
    /// Puts drafts into a set, each after the one before it, and checks what comes out.
    pub fn draft(
        mut self,
        of: &SetName,
        options: &LoadOptions,
        drafts: &[MigrationDraft],
        now: ClockTime,
    ) -> Result<WritePlan> {
        let before = self.reported(options)?;
        let mut plan = WritePlan::default();
        self.append(of, options, drafts, now, &mut plan)?;
        self.finish(plan, &before, options)
    }

    /// Puts drafts in place of the last migration of a set, which the first of them keeps the name
    /// of, and checks what comes out.
    pub fn replace_last(
        mut self,
        of: &SetName,
        options: &LoadOptions,
        drafts: &[MigrationDraft],
        now: ClockTime,
    ) -> Result<WritePlan> {
        let before = self.reported(options)?;
        let mut plan = WritePlan::default();
        let Some((first, others)) = drafts.split_first() else {
            return Ok(plan);
        };
        let input = self.everything_in(options)?;
        let set = of.find(&input).ok_or_else(|| of.gone())?;
        let text = first.text(set.runner, set.dialect);
        let at = set.migrations.len().saturating_sub(1);
        let edits = write::replaced(set, at, &text);
        self.apply(edits.ok_or_else(|| unnamed(set, false))?)?;
        if first.alone {
            let input = self.everything_in(options)?;
            let set = of.find(&input).ok_or_else(|| of.gone())?;
            let last = set.migrations.last();
            let is_out = last.is_some_and(|last| last.no_transaction.up);
            if set.sending.wrap != Wrap::Nothing && !is_out {
                let part = last.and_then(|last| last.up.first());
                let mark = part.and_then(|part| set.runner.take_out(part));
                self.apply(vec![mark.ok_or_else(|| unnamed(set, true))?])?;
            }
        }
        self.record(of, options, &mut plan)?;
        self.append(of, options, others, now, &mut plan)?;
        self.finish(plan, &before, options)
    }

    /// Whether the migration at that place of a set is on the default branch.
    pub fn is_merged(&self, project: &Project, at: usize, of: &SetName) -> Result<bool> {
        let Some(merged) = self.merged_files(project)? else {
            return Ok(false);
        };
        let parts = of
            .find_in(project)
            .and_then(|set| set.migrations.get(at))
            .into_iter();
        let mut parts = parts.flat_map(|migration| &migration.up);
        Ok(parts.any(|part| merged.contains(part.source.path())))
    }

    fn append(
        &mut self,
        of: &SetName,
        options: &LoadOptions,
        drafts: &[MigrationDraft],
        now: ClockTime,
        plan: &mut WritePlan,
    ) -> Result<()> {
        for draft in drafts {
            let input = self.everything_in(options)?;
            let set = of.find(&input).ok_or_else(|| of.gone())?;
            let text = draft.text(set.runner, set.dialect);
            let edits = write::edits(set, &draft.name, &text, Some(now));
            self.apply(edits.ok_or_else(|| unnamed(set, draft.alone))?)?;
            self.record(of, options, plan)?;
        }
        Ok(())
    }

    /// Has the tool take note of what the last migration leads to, where it keeps such a record.
    pub(crate) fn record(
        &mut self,
        of: &SetName,
        options: &LoadOptions,
        plan: &mut WritePlan,
    ) -> Result<()> {
        let input = self.everything_in(options)?;
        let set = of.find(&input).ok_or_else(|| of.gone())?;
        let versions = self.config.versions();
        let recorded = on_big_stack(|| {
            let catalog = catalog_of(set, versions, set.migrations.len());
            let mut beside = input.sets().filter(|beside| of.is(beside.set));
            let schemas = beside.find_map(|beside| beside.schemas);
            let mut declared = schemas.into_iter().flat_map(|schemas| &schemas.declared);
            let own = declared.find(|declared| declared.language.tool == set.runner);
            let edits = set.runner.record(set, &catalog, own)?;
            let left_out = left_out(set, versions, &edits);
            Ok((edits, left_out))
        });
        match recorded {
            Ok((edits, left_out)) => {
                plan.left_out.extend(left_out);
                self.apply(edits)
            }
            Err(why) => {
                plan.unrecorded.push(why);
                Ok(())
            }
        }
    }

    /// Applies edits in memory.
    pub(crate) fn apply(&mut self, edits: Vec<Edit>) -> Result<()> {
        if edits.is_empty() {
            return Ok(());
        }
        let fix = Fix {
            title: String::new(),
            applicability: Applicability::Safe,
            edits,
        };
        let known = self.edited.clone();
        let disk = self.worktree();
        let removed = self.removed.clone();
        let pass = fix::pass([&fix], |path| {
            known.get(path).cloned().or_else(|| {
                let bytes = disk.read(path).ok().flatten()?;
                String::from_utf8(bytes)
                    .ok()
                    .filter(|_| !removed.contains(path))
            })
        });
        if pass.applied.is_empty() {
            let paths: Vec<&str> = fix.edits.iter().map(|edit| edit.source.path()).collect();
            return Err(Error::Usage {
                message: format!("one of these files is there already: {}", paths.join(", ")),
                help: Some("nothing is overwritten; move it away, or take another name".to_owned()),
            });
        }
        self.edited.extend(pass.texts);
        Ok(())
    }

    /// Compares the files in memory with those on disk, and what a check says of both.
    pub(crate) fn finish(
        self,
        mut plan: WritePlan,
        before: &Report,
        options: &LoadOptions,
    ) -> Result<WritePlan> {
        let after = self.reported(options)?;
        let known = before.diagnostics.iter();
        let mut known: Vec<_> = known.map(Diagnostic::identity).collect();
        for finding in after.diagnostics {
            match known.iter().position(|known| *known == finding.identity()) {
                Some(at) => _ = known.swap_remove(at),
                None => plan.findings.push(finding),
            }
        }
        let disk = self.worktree();
        for (path, after) in &self.edited {
            let on_disk = disk
                .read(path)?
                .and_then(|bytes| String::from_utf8(bytes).ok());
            if on_disk.as_ref() != Some(after) {
                let edit = PlannedEdit {
                    before: on_disk,
                    after: after.clone(),
                };
                plan.files.insert(path.clone(), edit);
            }
        }
        let gone = self.removed.iter();
        let gone = gone.filter(|path| !self.edited.contains_key(*path));
        plan.removed = gone.cloned().collect();
        Ok(plan)
    }

    /// The project as the files in memory have it.
    pub(crate) fn everything_in(&self, options: &LoadOptions) -> Result<Input> {
        let (input, _) = self.read(&Selection::Everything, options)?;
        Ok(input)
    }

    /// What a check says, without guesses.
    pub(crate) fn reported(&self, options: &LoadOptions) -> Result<Report> {
        let (input, scope) = self.read(&Selection::Everything, options)?;
        let mut report = on_big_stack(|| crate::check(&input, &self.config, &scope));
        report
            .diagnostics
            .retain(|diagnostic| diagnostic.confidence == Confidence::High);
        Ok(report)
    }
}

/// What the last migration changes and the edits of the tool's own record do not say.
fn left_out(set: &MigrationSet, versions: Versions, edits: &[Edit]) -> Vec<String> {
    let Some(last) = set.migrations.last().filter(|_| !edits.is_empty()) else {
        return Vec::new();
    };
    let lowered = Lowered::of(last, Direction::Up, ReadOptions::of(set, versions));
    let statements = lowered.statements.iter();
    let changes = statements.flat_map(|statement| &statement.changes);
    changes
        .filter_map(|change| set.runner.unrecorded(&change.kind))
        .collect()
}

/// Why a set cannot be given another migration.
fn unnamed(set: &MigrationSet, alone: bool) -> Error {
    let folder = if set.folder.is_empty() {
        "."
    } else {
        &set.folder
    };
    let why = match (set.migrations.last(), &set.unordered) {
        (None, _) => "it holds none yet, so nothing shows how they are named".to_owned(),
        (_, Some(why)) => why.clone(),
        (Some(_), None) if alone && set.runner.no_transaction_mark().is_none() => format!(
            "no transaction may hold it, and {} knows no way out of its own",
            set.runner.name()
        ),
        (Some(last), None) => format!(
            "nothing tells which name comes after `{}`, or its journal or snapshots are not in order",
            last.id
        ),
    };
    Error::Usage {
        message: format!("{folder} cannot be given another migration: {why}"),
        help: Some(
            "make an empty migration with your tool and put there what `--sql` prints".to_owned(),
        ),
    }
}
