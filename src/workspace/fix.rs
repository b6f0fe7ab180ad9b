//! Fixes, applied pass by pass until nothing is left to fix, in memory first.
//!
//! A fix proves itself before it is kept: the text that comes out is checked like any other, and
//! must hold nothing that driftlint understands less, and no finding that was not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::read::{Selection, repository};
use super::{Workspace, io};
use crate::check::Report;
use crate::diagnostic::{Applicability, Diagnostic, FindingIdentity, Fix, Severity};
use crate::error::{Error, Result};
use crate::fix::{self, FileTexts};
use crate::project::Project;
use crate::project::tree::{Tree, is_under, join};

/// More passes than these are a sign that fixes undo each other.
const PASSES: usize = 50;

/// What fixes make of a project.
#[derive(Debug, Default)]
pub struct Fixed {
    /// What the last pass left to report.
    pub report: Report,
    /// The files that change: the text before, `None` for a new file, and the text after.
    pub files: BTreeMap<String, PlannedEdit>,
    /// How many fixes were applied.
    pub applied: usize,
    /// How many were not, since they would edit a migration that is merged.
    pub merged: usize,
    /// How many were not, since what came out was no better.
    pub refused: usize,
    /// What remains to be done by the migration tool, for people.
    pub left_to_do: Vec<String>,
}

/// What becomes of a file.
#[derive(Clone, Debug)]
pub struct PlannedEdit {
    /// Its text; `None` for a file that is made.
    pub before: Option<String>,
    /// The text after the fixes.
    pub after: String,
}

/// What a state of the files leads to.
pub(crate) struct Judged {
    pub(crate) project: Project,
    pub(crate) report: Report,
}

impl Workspace {
    /// Applies every fix of what is reported, as far as `level` allows. `judge` checks the files as
    /// [`Workspace::edited`] has them.
    pub(crate) fn fix(
        mut self,
        level: Applicability,
        range: &Selection,
        judge: impl Fn(&Self) -> Result<Judged>,
    ) -> Result<Fixed> {
        let disk = self.worktree();
        let index = match range {
            Selection::Staged(_) => Some(repository(&self)?.index()?),
            Selection::Everything | Selection::Since(_) => None,
        };
        let judged: &dyn Tree = match &index {
            Some(index) => index,
            None => &disk,
        };
        let mut fixed = Fixed::default();
        let mut refused: BTreeSet<FixIdentity> = BTreeSet::new();
        let mut now = judge(&self)?;
        let merged = self.merged_files(&now.project)?.unwrap_or_default();
        for _ in 0..PASSES {
            let migrations = migrations(&now.project);
            let wanted: Vec<(&Diagnostic, &Fix)> = now
                .report
                .diagnostics
                .iter()
                .flat_map(|diagnostic| diagnostic.fixes.iter().map(move |fix| (diagnostic, fix)))
                .filter(|(diagnostic, fix)| {
                    let allowed =
                        level == Applicability::Unsafe || fix.applicability == Applicability::Safe;
                    allowed && !refused.contains(&FixIdentity::new(diagnostic, fix))
                })
                .collect();
            // Nobody edits a migration that others may have applied.
            let (hidden, wanted): (Vec<_>, Vec<_>) = wanted.into_iter().partition(|(_, fix)| {
                let mut paths = fix.edits.iter().map(|edit| edit.source.path());
                paths.any(|path| merged.contains(path) && migrations.contains(path))
            });
            fixed.merged = hidden.len();
            let known = self.edited.clone();
            let text = |path: &str| known.get(path).cloned().or_else(|| read(judged, path));
            let pass = fix::pass(wanted.iter().map(|(_, fix)| *fix), text);
            if pass.applied.is_empty() {
                break;
            }
            if let Some(next) = self.accepted(&now.report, &pass.texts, &judge)? {
                fixed.applied += pass.applied.len();
                self.edited.extend(pass.texts);
                now = next;
                continue;
            }
            // All were checked together, which costs one check; only now are they tried one by one.
            // One of them is no good: the first that is takes the pass by itself.
            let mut kept = None;
            for (diagnostic, one) in &wanted {
                let alone = fix::pass([*one], text);
                if alone.applied.is_empty() {
                    continue;
                }
                if let Some(next) = self.accepted(&now.report, &alone.texts, &judge)? {
                    kept = Some((alone.texts, next));
                    break;
                }
                refused.insert(FixIdentity::new(diagnostic, one));
            }
            let Some((texts, next)) = kept else { break };
            fixed.applied += 1;
            self.edited.extend(texts);
            now = next;
        }
        fixed.refused = refused.len();
        for (path, after) in self.edited {
            let before = read(judged, &path);
            if before.as_ref() == Some(&after) {
                continue;
            }
            // What was judged is the index. Writing its text over the working tree would undo what
            // the user has changed there since.
            if read(&disk, &path) != before {
                return Err(Error::Usage {
                    message: format!(
                        "nothing is fixed: {path} is staged otherwise than it is in the working tree"
                    ),
                    help: Some("stage all of it, or leave `--staged` out".to_owned()),
                });
            }
            fixed.files.insert(path, PlannedEdit { before, after });
        }
        fixed.left_to_do = left_to_do(&now.project, &fixed.files);
        fixed.report = now.report;
        Ok(fixed)
    }

    /// What the project looks like with these texts, if it is better for them.
    fn accepted(
        &mut self,
        before: &Report,
        texts: &FileTexts,
        judge: impl Fn(&Self) -> Result<Judged>,
    ) -> Result<Option<Judged>> {
        let kept = self.edited.clone();
        self.edited.extend(texts.clone());
        let next = judge(self);
        self.edited = kept;
        let next = next?;
        Ok(is_better(before, &next.report).then_some(next))
    }
}

/// A file's text, where it has one.
fn read(tree: &dyn Tree, path: &str) -> Option<String> {
    let bytes = tree.read(path).ok().flatten()?;
    String::from_utf8(bytes).ok()
}

/// Checksum files that no longer fit what is edited, and what writes them.
fn left_to_do(project: &Project, files: &BTreeMap<String, PlannedEdit>) -> Vec<String> {
    let mut lines = Vec::new();
    for set in &project.sets {
        let Some(sums) = set.runner.checksum_file() else {
            continue;
        };
        let path = join(&set.folder, sums.name);
        if set.belongs(&path) && files.keys().any(|path| is_under(path, &set.folder)) {
            lines.push(format!(
                "{path} does not fit any more: `{}` writes it again",
                sums.written_by
            ));
        }
    }
    lines
}

/// What makes a fix the same one in the next pass, wherever its lines are by then.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct FixIdentity {
    of: FindingIdentity,
    title: String,
}

impl FixIdentity {
    fn new(diagnostic: &Diagnostic, fix: &Fix) -> Self {
        Self {
            of: diagnostic.identity(),
            title: fix.title.clone(),
        }
    }
}

/// The files of all migrations.
fn migrations(project: &Project) -> BTreeSet<String> {
    let paths = project.parts().map(|part| part.source.path().to_owned());
    paths.collect()
}

/// Whether a report says less than another: nothing less is understood, fewer findings of some
/// severity are left, and no rule has more to say, unless what it says is less severe than what
/// is gone. A completed swap of types is a rewrite, and no longer an error.
pub fn is_better(before: &Report, after: &Report) -> bool {
    let (old, new) = (counts(before), counts(after));
    let (worst_new, worst_gone) = (worst_beyond(&new, &old), worst_beyond(&old, &new));
    let Some(worst_gone) = worst_gone else {
        return false;
    };
    worst_new.is_none_or(|worst| worst < worst_gone)
        && after.summary.opaque <= before.summary.opaque
        && after.summary.ledger.unanswered().len() <= before.summary.ledger.unanswered().len()
}

/// How bad the worst is of which one report has more than another.
fn worst_beyond(counts: &BTreeMap<Kind, usize>, other: &BTreeMap<Kind, usize>) -> Option<Severity> {
    let more = counts
        .iter()
        .filter(|(kind, count)| *count > other.get(kind).unwrap_or(&0));
    more.map(|((severity, _), _)| *severity).max()
}

/// Findings are counted by how bad they are and by their rule.
type Kind = (Severity, &'static str);

fn counts(report: &Report) -> BTreeMap<Kind, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in &report.diagnostics {
        *counts
            .entry((diagnostic.severity, diagnostic.rule))
            .or_default() += 1;
    }
    counts
}

/// Writes the files of a fixed project: each beside its place first, and only when all of them are
/// there, into it.
///
/// # Errors
/// Where a file cannot be written; then none has changed, unless the last step itself fails.
pub fn write(root: &Path, files: &BTreeMap<String, PlannedEdit>) -> Result<()> {
    let mut staged: Vec<StagedFile> = Vec::new();
    let result = stage(root, files, &mut staged).and_then(|()| {
        staged.iter().try_for_each(|StagedFile { beside, path }| {
            // A rename replaces the file at once: whoever reads it meanwhile has the old text or
            // the new one, never half of it.
            fs::rename(beside, path).map_err(|error| io("write", path, error))
        })
    });
    if result.is_err() {
        for file in &staged {
            let _ = fs::remove_file(&file.beside);
        }
    }
    result
}

/// A file that is written, and not in its place yet.
struct StagedFile {
    /// Where it is.
    beside: PathBuf,
    /// Where it belongs.
    path: PathBuf,
}

fn stage(
    root: &Path,
    files: &BTreeMap<String, PlannedEdit>,
    staged: &mut Vec<StagedFile>,
) -> Result<()> {
    for (path, change) in files {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| io("make", folder, error))?;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!(".{name}.driftlint"));
        staged.push(StagedFile {
            beside: beside.clone(),
            path: path.clone(),
        });
        fs::write(&beside, &change.after).map_err(|error| io("write", &beside, error))?;
        if let Ok(known) = fs::metadata(&path) {
            let _ = fs::set_permissions(&beside, known.permissions());
        }
    }
    Ok(())
}
