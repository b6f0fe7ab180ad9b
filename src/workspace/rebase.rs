//! Two branches that both added a migration: those of this branch are put after those of the other,
//! as if they had been written today.
//!
//! Each of this branch's migrations is taken out, and put in again through the one writer, which
//! names it, gives it an entry in the journal, and has the tool's snapshot made from the replay. So
//! whatever git could not merge in journal and snapshots is written again.

mod contested;
mod own;

use std::collections::BTreeSet;

pub use contested::Contested;
use own::{OwnMigration, order, own_migrations};

use super::{SetName, Workspace, WritePlan};
use crate::catalog::Catalog;
use crate::check::Report;
use crate::error::{Error, Result};
use crate::page::Group;
use crate::project::git::{Repository, TreeSnapshot};
use crate::project::moment::ClockTime;
use crate::project::tree::{Tree, ending, is_under};
use crate::project::{LoadOptions, MigrationSet, Project};
use crate::replay::catalog_of;
use crate::rules;
use crate::sql::on_big_stack;
use crate::write;

/// What git writes where it could not merge.
const CONFLICT: &str = "<<<<<<<";

/// What a rebase is about.
#[derive(Clone, Debug)]
pub struct Onto {
    /// The revision that this branch's migrations come after.
    pub revision: String,
    /// The set that it belongs to.
    pub set: SetName,
}

/// What a rebase leads to.
#[derive(Debug, Default)]
pub struct Rebased {
    /// What is written; nothing where this branch's migrations are where they should be.
    pub plan: WritePlan,
    /// This branch's migrations, in order.
    pub names: Vec<Renaming>,
    /// What both branches changed, so that only people know what is meant.
    pub contested: Vec<Contested>,
}

/// The old and the new name of a migration.
#[derive(Clone, Debug)]
pub struct Renaming {
    /// Its name so far.
    pub from: String,
    /// Its name from now on; the same one where only what the tool keeps beside it changes.
    pub to: String,
}

impl Workspace {
    /// Finds the revision that migrations come after, and its set. `folder` picks one where there
    /// are several.
    pub fn onto(
        &self,
        revision: Option<&str>,
        folder: &str,
        options: &LoadOptions,
    ) -> Result<Onto> {
        let repository = self.repository()?;
        let revision = match revision {
            Some(revision) => revision.to_owned(),
            None => repository.upstream(self.config.base.as_deref())?,
        };
        let base = repository.commit(&revision)?;
        let project = Project::load(&base, options)?;
        let sets = project.sets.iter().filter(|set| set.belongs(folder));
        match sets.collect::<Vec<_>>().as_slice() {
            [set] => Ok(Onto {
                revision,
                set: SetName::of(set),
            }),
            [] => Err(Error::Usage {
                message: format!("{revision} has no migrations there"),
                help: Some("name another revision with `--onto`".to_owned()),
            }),
            several => {
                let folders: Vec<&str> = several.iter().map(|set| set.folder.as_str()).collect();
                Err(Error::Usage {
                    message: format!("{} migration sets lie there", folders.len()),
                    help: Some(format!("name one: {}", folders.join(", "))),
                })
            }
        }
    }

    fn repository(&self) -> Result<Repository> {
        Repository::discover(&self.root)?.ok_or_else(|| Error::Usage {
            message: format!("{} is not in a git repository", self.root.display()),
            help: None,
        })
    }

    /// Puts this branch's migrations after those of the other.
    ///
    /// # Errors
    /// Where the other branch's migrations are not all here, or nothing tells how one would be
    /// named after them.
    pub fn rebase(mut self, onto: &Onto, options: &LoadOptions, now: ClockTime) -> Result<Rebased> {
        let repository = self.repository()?;
        let base = repository.commit(&onto.revision)?;
        let project = Project::load(&base, options)?;
        let Some(theirs) = onto.set.find_in(&project) else {
            return Ok(Rebased::default());
        };
        let disk = self.worktree();
        let here: BTreeSet<String> = disk.files_under(&theirs.folder)?.into_iter().collect();
        let there: BTreeSet<String> = base.files_under(&theirs.folder)?.into_iter().collect();
        all_are_here(theirs, &here, &onto.revision)?;
        let own = own_migrations(theirs, &here, &there, &disk)?;
        let before = self.reported(options)?;
        if self.is_settled(theirs, &own, &before, options)? {
            return Ok(Rebased::default());
        }
        for one in &own {
            self.removed.extend(one.files.iter().cloned());
        }
        self.take_theirs(&base, &there, !own.is_empty())?;
        let snapshots = here.iter().filter(|path| {
            theirs.runner.is_record(path) && !there.contains(*path) && !own.is_empty()
        });
        self.removed.extend(snapshots.cloned());
        if own.is_empty() && self.edited.is_empty() {
            return Ok(Rebased::default());
        }
        let mut rebased = Rebased::default();
        for one in &own {
            let renaming = self.put_last(one, onto, options, now, &mut rebased.plan)?;
            rebased.names.push(renaming);
        }
        rebased.contested = self.contested(theirs, &own, &repository, onto, options)?;
        rebased.plan = self.finish(rebased.plan, &before, options)?;
        Ok(rebased)
    }

    /// Whether this branch's migrations come after the others already, and nothing that a tool
    /// keeps beside them says otherwise.
    fn is_settled(
        &self,
        theirs: &MigrationSet,
        own: &[OwnMigration],
        before: &Report,
        options: &LoadOptions,
    ) -> Result<bool> {
        let disk = self.worktree();
        for path in disk.files_under(&theirs.folder)? {
            let bytes = disk.read(&path)?.unwrap_or_default();
            if ending(&path) == "json" && String::from_utf8_lossy(&bytes).contains(CONFLICT) {
                return Ok(false);
            }
        }
        let findings = before.diagnostics.iter();
        let in_folder = findings.filter(|it| is_under(it.source.path(), &theirs.folder));
        let mut rules = in_folder.filter_map(|it| rules::find(it.rule));
        if rules.any(|rule| rule.meta.group == Group::History) {
            return Ok(false);
        }
        let input = self.everything_in(options)?;
        let Some(set) = SetName::of(theirs).find(&input) else {
            return Ok(false);
        };
        let Some(at) = set.migrations.len().checked_sub(own.len()) else {
            return Ok(false);
        };
        let (first, last) = set.migrations.split_at(at);
        let is_last = last.iter().zip(own).all(|(it, own)| it.id == own.moved.id);
        let is_later = match (first.last(), last.first()) {
            (Some(left), Some(right)) => order(&left.id, &right.id).is_lt(),
            _ => true,
        };
        Ok(is_last && is_later)
    }

    /// Takes what the other side has where git could not merge, before ours is put in again.
    fn take_theirs(
        &mut self,
        base: &TreeSnapshot,
        there: &BTreeSet<String>,
        has_own: bool,
    ) -> Result<()> {
        let disk = self.worktree();
        let text = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        for path in there.iter().filter(|path| ending(path) == "json") {
            let theirs = text(base.read(path)?);
            let ours = text(disk.read(path)?);
            // Without a migration of ours only what git could not merge is theirs.
            let is_meant = has_own || ours.as_ref().is_some_and(|text| text.contains(CONFLICT));
            if let Some(theirs) = theirs.filter(|theirs| ours.as_ref() != Some(theirs) && is_meant)
            {
                self.edited.insert(path.clone(), theirs);
            }
        }
        Ok(())
    }

    /// Puts one of this branch's migrations after the last one of the set.
    fn put_last(
        &mut self,
        one: &OwnMigration,
        onto: &Onto,
        options: &LoadOptions,
        now: ClockTime,
        plan: &mut WritePlan,
    ) -> Result<Renaming> {
        let from = one.moved.id.clone();
        let input = self.everything_in(options)?;
        let set = onto.set.find(&input).ok_or_else(|| onto.set.gone())?;
        let known: BTreeSet<&str> = set.migrations.iter().map(|it| it.id.as_str()).collect();
        let mut edits = write::moved(set, &one.moved, Some(now));
        if edits.is_none() {
            // Their last migration may have been written by hand, with nothing kept of it.
            self.record(&onto.set, options, plan)?;
            let input = self.everything_in(options)?;
            let set = onto.set.find(&input).ok_or_else(|| onto.set.gone())?;
            edits = write::moved(set, &one.moved, Some(now));
        }
        self.apply(edits.ok_or_else(|| Error::Usage {
            message: format!("nothing tells what `{from}` would be called after the last one"),
            help: None,
        })?)?;
        self.record(&onto.set, options, plan)?;
        let after = self.everything_in(options)?;
        let made = onto.set.find(&after).into_iter();
        let mut made = made.flat_map(|set| &set.migrations).map(|it| &it.id);
        let to = made.find(|id| !known.contains(id.as_str()));
        Ok(Renaming {
            to: to.cloned().unwrap_or_else(|| from.clone()),
            from,
        })
    }

    /// What both sides changed since they parted.
    fn contested(
        &self,
        theirs: &MigrationSet,
        own: &[OwnMigration],
        repository: &Repository,
        onto: &Onto,
        options: &LoadOptions,
    ) -> Result<Vec<Contested>> {
        let versions = self.config.versions();
        let whole =
            |set: &MigrationSet| on_big_stack(|| catalog_of(set, versions, set.migrations.len()));
        let fork = repository.forked(&onto.revision)?;
        let fork = fork.map(|tree| Project::load(&tree, options)).transpose()?;
        let forked = fork.as_ref().and_then(|fork| onto.set.find_in(fork));
        let shared: Catalog = if let Some(set) = forked {
            whole(set)
        } else {
            // After the merge only the names tell which of theirs this branch did not know.
            let first = own.first().map_or("", |own| own.moved.id.as_str());
            let all = theirs.migrations.iter();
            let known = all.take_while(|it| order(&it.id, first).is_lt()).count();
            on_big_stack(|| catalog_of(theirs, versions, known))
        };
        let input = self.everything_in(options)?;
        let Some(set) = onto.set.find(&input) else {
            return Ok(Vec::new());
        };
        Ok(contested::between(&shared, &whole(theirs), &whole(set)))
    }
}

/// Makes sure that all that the other side has is here, as after a merge.
fn all_are_here(theirs: &MigrationSet, here: &BTreeSet<String>, revision: &str) -> Result<()> {
    let mut paths = theirs.parts().map(|part| part.source.path());
    match paths.find(|path| !here.contains(*path)) {
        None => Ok(()),
        Some(missing) => Err(Error::Usage {
            message: format!("{missing} of {revision} is not here yet"),
            help: Some(format!(
                "merge {revision} or rebase onto it first: `git merge {revision}`; in the middle of it, run this again"
            )),
        }),
    }
}
