//! Two branches that both added a migration: those of this branch are put after those of the other,
//! as if they had been written today.
//!
//! Each of this branch's migrations is taken out, and put in again through the one writer, which
//! names it, gives it an entry in the journal, and has the tool's snapshot made from the replay. So
//! whatever git could not merge in journal and snapshots is written again.

use std::collections::BTreeSet;

use super::{SetName, Workspace, WritePlan};
use crate::check::Report;
use crate::error::{Error, Result};
use crate::project::git::Repository;
use crate::project::moment::ClockTime;
use crate::project::names::{self, PrefixKind};
use crate::project::tree::{Tree, ending, file_name, is_under, join, parent};
use crate::project::{LoadOptions, MigrationSet, Project};
use crate::write::{self, Moved};

/// What a rebase is about.
#[derive(Clone, Debug)]
pub struct Onto {
    /// The revision that this branch's migrations come after.
    pub revision: String,
    /// Its set.
    pub set: SetName,
}

/// One of this branch's migrations.
struct OwnMigration {
    /// Its name, which orders them.
    id: String,
    /// Its files.
    files: Vec<String>,
    moved: Moved,
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

    /// Puts this branch's migrations after those of the other. Returns the plan, and the old and
    /// new name of each.
    pub fn rebase(
        mut self,
        onto: &Onto,
        options: &LoadOptions,
        now: ClockTime,
    ) -> Result<(WritePlan, Vec<(String, String)>)> {
        let base = self.repository()?.commit(&onto.revision)?;
        let project = Project::load(&base, options)?;
        let Some(theirs) = project
            .sets
            .iter()
            .find(|set| set.folder == onto.set.folder && set.dialect == onto.set.dialect)
        else {
            return Ok((WritePlan::default(), Vec::new()));
        };
        let folder = theirs.folder.clone();
        let disk = self.worktree();
        let here: BTreeSet<String> = disk.files_under(&folder)?.into_iter().collect();
        let there: BTreeSet<String> = base.files_under(&folder)?.into_iter().collect();
        if let Some(missing) = theirs
            .parts()
            .map(|part| part.source.path())
            .find(|path| !here.contains(*path))
        {
            return Err(Error::Usage {
                message: format!("{missing} of {} is not here yet", onto.revision),
                help: Some(format!(
                    "merge {0} or rebase onto it first: `git merge {0}`; in the middle of it, run this again",
                    onto.revision
                )),
            });
        }
        let own = own_migrations(theirs, &here, &there, &disk)?;
        for one in &own {
            self.removed.extend(one.files.iter().cloned());
        }
        // What git could not merge is what the other side has, before ours is put in again.
        for path in &there {
            let theirs = base
                .read(path)?
                .and_then(|bytes| String::from_utf8(bytes).ok());
            let ours = disk
                .read(path)?
                .and_then(|bytes| String::from_utf8(bytes).ok());
            // Without a migration of ours only what git could not merge is theirs.
            let in_conflict = |text: &String| text.contains("<<<<<<<");
            let is_meant = !own.is_empty() || ours.as_ref().is_some_and(in_conflict);
            if let Some(theirs) = theirs.filter(|theirs| ours.as_ref() != Some(theirs))
                && ending(path) == "json"
                && is_meant
            {
                self.edited.insert(path.clone(), theirs);
            }
        }
        let snapshots = here.iter().filter(|path| {
            path.ends_with("_snapshot.json") && !there.contains(*path) && !own.is_empty()
        });
        self.removed.extend(snapshots.cloned());
        if own.is_empty() && self.edited.is_empty() {
            return Ok((WritePlan::default(), Vec::new()));
        }
        let before = Report::default();
        let mut plan = WritePlan::default();
        let mut names = Vec::new();
        for one in &own {
            let input = self.everything_in(options)?;
            let set = onto.set.find(&input).ok_or_else(|| Error::Usage {
                message: format!("{folder} holds no migrations any more"),
                help: None,
            })?;
            let known: BTreeSet<String> = set.migrations.iter().map(|it| it.id.clone()).collect();
            let edits = write::moved(set, &one.moved, Some(now)).ok_or_else(|| Error::Usage {
                message: format!(
                    "nothing tells what `{}` would be called after the last one",
                    one.id
                ),
                help: None,
            })?;
            self.apply(edits)?;
            self.record(&onto.set, options, &mut plan)?;
            let input = self.everything_in(options)?;
            let set = onto.set.find(&input);
            let made = set.into_iter().flat_map(|set| &set.migrations);
            let made = made.map(|it| it.id.clone()).find(|id| !known.contains(id));
            names.push((one.id.clone(), made.unwrap_or_default()));
        }
        let plan = self.finish(plan, &before, options)?;
        Ok((plan, names))
    }
}

/// The migrations that only this branch has, in order.
fn own_migrations(
    theirs: &MigrationSet,
    here: &BTreeSet<String>,
    there: &BTreeSet<String>,
    disk: &dyn Tree,
) -> Result<Vec<OwnMigration>> {
    let example = theirs.migrations.last().and_then(|last| last.up.last());
    let example = example.map_or("", |part| file_name(part.source.path()));
    let in_folders = matches!(example, "up.sql" | "migration.sql");
    let paired = example.ends_with(".up.sql");
    let text = |path: &str| -> Result<String> {
        let bytes = disk.read(path)?.unwrap_or_default();
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let mut own = Vec::new();
    for up in here.difference(there) {
        let name = file_name(up);
        let is_up = if in_folders {
            name == example
        } else if paired {
            name.ends_with(".up.sql")
        } else {
            ending(name) == "sql" && !name.ends_with("-rollback.sql") && parent(up) == theirs.folder
        };
        let stem = name.strip_suffix(".sql").unwrap_or(name);
        let prefixed = names::prefixed(stem);
        if !is_up || prefixed.is_some_and(|it| it.kind != PrefixKind::Versioned) {
            continue;
        }
        let id = if in_folders {
            file_name(parent(up)).to_owned()
        } else {
            let stem = name.strip_suffix(".sql").unwrap_or(name);
            stem.strip_suffix(".up").unwrap_or(stem).to_owned()
        };
        let down = if in_folders {
            join(parent(up), "down.sql")
        } else {
            join(parent(up), &format!("{id}.down.sql"))
        };
        let mut moved = Moved {
            words: names::words_of(&id).to_owned(),
            up: text(up)?,
            ..Moved::default()
        };
        let mut files = vec![up.clone()];
        if here.contains(&down) && !there.contains(&down) {
            moved.down = Some(text(&down)?);
            files.push(down);
        }
        let beside = here.iter().filter(|path| {
            let in_folder = in_folders && is_under(path, parent(up));
            let of_file = !in_folders && path.starts_with(&format!("{up}."));
            (in_folder || of_file) && !files.contains(path)
        });
        let beside: Vec<String> = beside.cloned().collect();
        for path in beside {
            moved
                .beside
                .push((file_name(&path).to_owned(), text(&path)?));
            files.push(path);
        }
        own.push(OwnMigration { id, files, moved });
    }
    own.sort_by(|left, right| {
        let version = |id: &str| names::folder_version(id.trim_start_matches(['V', 'v']));
        names::compare_digits(&version(&left.id), &version(&right.id))
            .then_with(|| left.id.cmp(&right.id))
    });
    Ok(own)
}
