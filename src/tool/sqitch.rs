//! sqitch: changes that a plan lists, with a script for each to deploy, revert and verify it.

mod config;
mod plan;

use std::collections::BTreeSet;

use super::{ApplyWords, Facts, PlanFile};
use crate::error::Result;
use crate::project::discover::{Listing, ancestors};
use crate::project::layout::{FileNaming, Order, row};
use crate::project::read::{DraftSet, TreeReader, WrittenDialect};
use crate::project::runner::Wrap;
use crate::project::tree::{Tree, file_name, is_under, join, parent};
use crate::project::unmigrated::Unmigrated;
use crate::project::version::LateVersion;
use crate::project::{Migration, MigrationPart, MigrationSet, NoTransaction, Project, Unjudged};
use crate::sql::Unit;
use crate::tool::Tool;
use plan::{PlannedChange, changes};

const REVERT: &str = "revert";
const VERIFY: &str = "verify";
const CONFIG: &str = "sqitch.conf";

static PLAN: PlanFile = PlanFile {
    name: "sqitch.plan",
    up: "deploy",
    beside: &[REVERT, VERIFY],
};

pub(super) static TOOL: Facts = Facts {
    name: "sqitch",
    // Each script is given to the server's own client, which sends one statement after another.
    // `BEGIN` and `COMMIT` stand in the scripts.
    unit: Unit::Statement,
    wrap: Wrap::Nothing,
    // Its tables, `changes` and `tags` among them, lie in a schema or database of their own.
    layouts: &[row(
        Tool::Sqitch,
        FileNaming::Planned,
        |reader| reader.planned(),
        Order::Listed,
        "deploy/NAME.sql, in the order of sqitch.plan",
        &[],
    )],
    plan: Some(&PLAN),
    // It goes on from the change that it deployed last.
    late: Some(LateVersion::Skips),
    late_help: "move its line to the end of sqitch.plan",
    follow: Some(follow),
    // The line of a plan says who planned it.
    register: |_, _| None,
    is_telling: |path| matches!(file_name(path), "sqitch.plan" | CONFIG),
    unmigrated: Some(unmigrated),
    near: Some(near),
    applies: &[ApplyWords::new("sqitch", &["deploy"])],
    ..Facts::PLAIN
};

/// The plan that lists what lies in a folder: beside it, or the nearest above.
fn plan_of(listing: &Listing, folder: &str) -> Option<String> {
    let mut plans = ancestors(parent(folder)).map(|above| join(above, PLAN.name));
    plans.find(|path| listing.has(path))
}

/// The change of the plan that one of the base is now. `rework` copies the scripts of a change to
/// others, named after a tag, and those that had the names are a new change.
fn follow<'a>(
    base: &MigrationSet,
    old: &Migration,
    now: &'a MigrationSet,
) -> Option<&'a Migration> {
    if base.runner != Tool::Sqitch {
        return None;
    }
    let same = |one: &&Migration| name(one) == name(old);
    let which = base.migrations.iter().filter(same);
    let at = which.take_while(|one| one.id != old.id).count();
    now.migrations.iter().filter(same).nth(at)
}

/// The name of a change, without the tag up to which its scripts are meant.
fn name(migration: &Migration) -> &str {
    let id = migration.id.as_str();
    id.split_once('@').map_or(id, |(name, _)| name)
}

/// A plan that lists changes of which no scripts were found.
fn unmigrated(tree: &dyn Tree, project: &Project, path: &str) -> Result<Option<Unmigrated>> {
    let mut related = project.sets.iter().flat_map(|set| &set.related);
    let refused = || {
        let mut others = project.unsupported.iter();
        others.any(|other| is_under(&other.folder, parent(path)))
    };
    if file_name(path) != PLAN.name || related.any(|known| known == path) || refused() {
        return Ok(None);
    }
    let bytes = tree.read(path)?.unwrap_or_default();
    let planned = !changes(&String::from_utf8_lossy(&bytes)).is_empty();
    let reason = "no folder `deploy` lies beside this plan: driftlint looks nowhere else";
    Ok(planned.then(|| Unmigrated::Unknown(Unjudged::foreign(path, reason))))
}

/// The scripts beside those that were named.
fn near(tree: &dyn Tree, listed: &[String], folder: &str) -> Result<Vec<String>> {
    let mut files = Vec::new();
    if listed.iter().any(|path| file_name(path) == PLAN.name) {
        let is_part = |name: &str| name == PLAN.up || PLAN.beside.contains(&name);
        for part in ancestors(folder).filter(|folder| is_part(file_name(folder))) {
            for name in PLAN.beside.iter().chain([&PLAN.up]) {
                files.extend(tree.files_under(&join(parent(part), name))?);
            }
        }
    }
    Ok(files)
}

impl TreeReader<'_> {
    /// The changes of the plan, each with the script that takes it back.
    fn planned(&self) -> Result<Vec<DraftSet>> {
        let mut draft = DraftSet::default();
        let home = parent(self.folder);
        let mut listed = BTreeSet::new();
        if let Some(path) = plan_of(self.listing, self.folder)
            && let Some(plan) = self.take(&mut draft, &path)?
        {
            draft.related.push(path);
            for change in changes(plan.text()) {
                if change.needs_another_project {
                    draft.fragment = Some("it requires changes of another sqitch project");
                }
                let file = self.script(&change);
                let up = join(self.folder, &file);
                let Some(source) = self.take(&mut draft, &up)? else {
                    continue;
                };
                listed.insert(up);
                let down = join(&join(home, REVERT), &file);
                let down = if self.listing.has(&down) {
                    self.take(&mut draft, &down)?
                } else {
                    None
                };
                draft.migrations.push(Migration {
                    id: file.trim_end_matches(".sql").to_owned(),
                    up: vec![MigrationPart::whole(source)],
                    down: down.map(|source| vec![MigrationPart::whole(source)]),
                    no_transaction: NoTransaction::default(),
                    after_switch: false,
                    after_unread: Vec::new(),
                });
            }
        }
        for path in self.listing.under(self.folder) {
            if path.ends_with(".sql") && !listed.contains(path) {
                draft.skip(path, "not in sqitch.plan");
            }
        }
        for folder in PLAN.beside {
            let files = self.listing.under(&join(home, folder)).iter();
            draft.related.extend(files.cloned());
        }
        self.configure(&mut draft)?;
        Ok(vec![draft])
    }

    /// The script of a change below its folder. What was reworked is kept under the name of a tag.
    fn script(&self, change: &PlannedChange) -> String {
        let mut tagged = change
            .tags
            .iter()
            .map(|tag| format!("{}@{tag}.sql", change.name));
        let first = tagged.clone().next();
        let there = tagged.find(|file| self.listing.has(&join(self.folder, file)));
        there
            .or(first)
            .unwrap_or_else(|| format!("{}.sql", change.name))
    }

    /// Reads the server from the configuration, which lies where the tool is run.
    fn configure(&self, draft: &mut DraftSet) -> Result<()> {
        let home = parent(self.folder);
        for above in ancestors(home) {
            let path = join(above, CONFIG);
            if !self.listing.has(&path) {
                continue;
            }
            let bytes = self.tree.read(&path)?.unwrap_or_default();
            let engine = config::engine(&String::from_utf8_lossy(&bytes), above, home);
            draft.dialect = engine.map(|name| WrittenDialect {
                name,
                place: "`engine` in sqitch.conf",
            });
            draft.related.push(path);
            break;
        }
        Ok(())
    }
}
