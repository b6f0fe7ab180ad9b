//! What the commands that write migrations share: which set is meant, what is shown, who is asked.

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::SystemTime;

use clap::Args;

use super::server::ServerFlags;
use super::{Session, Status, note, print, workspace};
use crate::error::{Error, Result};
use crate::fix::unified;
use crate::project::moment::ClockTime;
use crate::project::tree::ending;
use crate::project::{LoadOptions, MigrationSet, Project};
use crate::schema::input::Input;
use crate::sql::Dialect;
use crate::workspace::{self as files, SetName, Workspace, WritePlan, io};
use crate::write::MigrationDraft;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct WriteFlags {
    /// Write without asking
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Show what would be written, and stop
    #[arg(long, conflicts_with = "yes")]
    pub(super) dry_run: bool,
    /// Print the statements only
    #[arg(long, conflicts_with_all = ["yes", "dry_run"])]
    pub(super) sql: bool,
}

/// A workspace, and the one set in it that a command is about.
pub(super) struct Opened {
    pub(super) workspace: Workspace,
    pub(super) options: LoadOptions,
    pub(super) input: Input,
    pub(super) name: SetName,
}

impl Opened {
    /// Opens the workspace of a path, or of the current folder.
    pub(super) fn new(session: &Session, path: Option<&str>, server: &ServerFlags) -> Result<Self> {
        let mut workspace = workspace::open(session, path.as_slice())?;
        server.overrule(&mut workspace);
        let options = workspace.load_options(server.dialect());
        let input = workspace.everything_in(&options)?;
        workspace.check_sets(&input.project)?;
        let here = workspace.paths.first().unwrap_or(&workspace.here);
        let near = if path.is_some() || input.project.lies_under(here) {
            here.as_str()
        } else {
            ""
        };
        let name = SetName::of(the_set(&input.project, near, server.dialect())?);
        Ok(Self {
            workspace,
            options,
            input,
            name,
        })
    }

    /// The set.
    pub(super) fn set(&self) -> Result<&MigrationSet> {
        self.name.find(&self.input).ok_or_else(|| Error::Usage {
            message: format!("{} holds no migrations", self.name.folder),
            help: None,
        })
    }

    /// Writes drafts as the flags say.
    pub(super) fn write(
        self,
        drafts: &[MigrationDraft],
        flags: &WriteFlags,
        session: &Session,
    ) -> Result<Status> {
        if flags.sql {
            let set = self.set()?;
            for draft in drafts {
                print(&draft.up.text(set.runner, set.dialect))?;
            }
            return Ok(Status::Clean);
        }
        let root = self.workspace.root.clone();
        let plan = self
            .workspace
            .draft(&self.name, &self.options, drafts, now())?;
        deliver(&root, &plan, flags, session)
    }
}

/// The moment at which a migration is written.
pub(super) fn now() -> ClockTime {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.map(|since| since.as_millis()).unwrap_or_default();
    ClockTime {
        millis: i64::try_from(millis).unwrap_or(i64::MAX),
    }
}

/// Shows a plan, asks, and writes it.
pub(super) fn deliver(
    root: &Path,
    plan: &WritePlan,
    flags: &WriteFlags,
    session: &Session,
) -> Result<Status> {
    let refusals: Vec<String> = plan
        .refusals()
        .map(|finding| format!("{}: {}", finding.rule, finding.message))
        .collect();
    if !flags.yes || !refusals.is_empty() {
        print(&shown(plan))?;
    }
    for why in &plan.unrecorded {
        note(&format!("not written: {why}\n"));
    }
    for what in &plan.left_out {
        note(&format!(
            "the snapshot says nothing of {what}: where the schema declares it, the generator writes it again\n"
        ));
    }
    if !session.global.quiet {
        for finding in &plan.findings {
            let at = finding.source.position(finding.span.start);
            note(&format!(
                "{}[{}] {}:{}: {}\n",
                finding.severity.name(),
                finding.rule,
                finding.source.path(),
                at.line,
                finding.message
            ));
        }
    }
    if let [first, ..] = refusals.as_slice() {
        return Err(Error::Usage {
            message: format!("nothing is written: {first}"),
            help: Some("what is shown above is where to begin by hand".to_owned()),
        });
    }
    if plan.files.is_empty() && plan.removed.is_empty() {
        print("nothing to write\n")?;
        return Ok(Status::Clean);
    }
    if flags.dry_run {
        return Ok(Status::Clean);
    }
    if !flags.yes && !asked()? {
        print("nothing was written\n")?;
        return Ok(Status::Clean);
    }
    // Somebody may have made one since it was planned.
    for (path, change) in &plan.files {
        if change.before.is_none() && root.join(path).exists() {
            return Err(Error::Usage {
                message: format!("{path} is there already, so nothing was written"),
                help: Some("nothing is overwritten; move it away, or take another name".to_owned()),
            });
        }
    }
    files::write(root, &plan.files)?;
    for path in plan.files.keys() {
        print(&format!("{path}: written\n"))?;
    }
    for path in &plan.removed {
        let full = root.join(path);
        std::fs::remove_file(&full).map_err(|source| io("remove", &full, source))?;
        // A folder that held nothing else goes with its last file.
        if let Some(folder) = full.parent() {
            let _ = std::fs::remove_dir(folder);
        }
        print(&format!("{path}: removed\n"))?;
    }
    Ok(Status::Clean)
}

/// The plan for people: new files as they are, changed ones as a difference. A record that a
/// generator keeps is nothing to read.
fn shown(plan: &WritePlan) -> String {
    let mut text = String::new();
    for (path, change) in &plan.files {
        match &change.before {
            None if ending(path) == "json" => {
                text += &format!("-- {path}: {} lines\n", change.after.lines().count());
            }
            None => text += &format!("-- {path}\n{}\n", change.after.trim_end()),
            Some(before) => text += &unified(path, Some(before), &change.after),
        }
        text.push('\n');
    }
    for path in &plan.removed {
        text += &format!("-- {path}: removed\n");
    }
    text
}

/// Asks, where somebody can answer.
pub(super) fn asked() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(Error::Usage {
            message: "there is no terminal to ask on, so nothing was written".to_owned(),
            help: Some("`--yes` writes without asking, `--dry-run` only shows".to_owned()),
        });
    }
    print("Write this? [y/N] ")?;
    let mut answer = String::new();
    std::io::stdin()
        .read_line(&mut answer)
        .map_err(|source| io("read", Path::new("standard input"), source))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// The set that the path means. Where several lie there, one must be named.
pub(super) fn the_set<'a>(
    project: &'a Project,
    path: &str,
    dialect: Option<Dialect>,
) -> Result<&'a MigrationSet> {
    let here: Vec<&MigrationSet> = project
        .sets
        .iter()
        .filter(|set| dialect.is_none_or(|dialect| set.dialect == dialect))
        .filter(|set| set.belongs(path))
        .collect();
    let exact: Vec<&MigrationSet> = here
        .iter()
        .copied()
        .filter(|set| set.folder == path)
        .collect();
    let sets = if exact.is_empty() { here } else { exact };
    match &sets[..] {
        [set] => Ok(set),
        [] => {
            let why = project
                .unsupported
                .first()
                .map(|other| format!("`{}` holds {}", other.folder, other.reason));
            let path = if path.is_empty() { "." } else { path };
            Err(Error::Usage {
                message: format!("no migrations were found in {path}"),
                help: why,
            })
        }
        several => {
            let names: Vec<String> = several
                .iter()
                .map(|set| format!("{} ({})", set.folder, set.dialect.name()))
                .collect();
            Err(Error::Usage {
                message: format!("{} migration sets lie there", names.len()),
                help: Some(format!(
                    "name a folder, and a dialect where one folder has several: {}",
                    names.join(", ")
                )),
            })
        }
    }
}

/// The folder of a migration that is named by its path, which says in which set it lies.
pub(super) fn folder_of(migration: &str) -> Option<&str> {
    let folder = Path::new(migration).parent()?;
    let is_path = !folder.as_os_str().is_empty() && folder.is_dir();
    folder.to_str().filter(|_| is_path)
}

/// The index of the migration of that name.
pub(super) fn the_migration(set: &MigrationSet, name: &str) -> Result<usize> {
    use crate::project::Unnamed;
    match set.called(name) {
        Ok(index) => Ok(index),
        Err(Unnamed::Unknown) => {
            let ids = set.migrations.iter().map(|migration| migration.id.as_str());
            let near = crate::rules::nearest_of(name, ids);
            Err(Error::Usage {
                message: format!("no migration is called `{name}`"),
                help: near.map(|near| format!("there is `{near}`")),
            })
        }
        Err(Unnamed::Ambiguous(ids)) => Err(Error::Usage {
            message: format!("{} migrations are called `{name}`", ids.len()),
            help: Some(format!("name one of them in full, such as `{}`", ids[0])),
        }),
    }
}
