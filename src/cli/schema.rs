//! `driftlint schema`: the catalog that driftlint sees.

use clap::{Args, ValueEnum};

use super::report::title;
use super::server::ServerFlags;
use super::write::{the_migration, the_set};
use super::{Session, Status, note, print, workspace};
use crate::catalog::{self, Catalog, Texts};
use crate::check::{Timeline, impact, timeline};
use crate::error::{Error, Result};
use crate::project::tree::Tree;
use crate::project::worktree::Worktree;
use crate::project::{LoadOptions, MigrationSet, Project};
use crate::replay::{catalog_of, texts_of};
use crate::report::{PageContent, change_diagram, page};
use crate::schema::{Declared, load};
use crate::sql::on_big_stack;
use crate::workspace::{Selection, Workspace};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A migrations folder, a schema file or folder, or a project
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Which of the sources of truth to print
    #[arg(long, value_name = "SOURCE", default_value = "migrations")]
    from: From,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// Draw what the migrations since the merge base with this revision change; only with
    /// `--format mermaid`
    #[arg(long, value_name = "REV", conflicts_with_all = ["at", "from"])]
    since: Option<String>,
    /// Stop after this migration
    #[arg(long, value_name = "MIGRATION")]
    at: Option<String>,
    #[command(flatten)]
    server: ServerFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    Migrations,
    Declared,
    Snapshot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An overview for people
    Text,
    /// For programs
    Json,
    /// DDL that makes the same schema
    Sql,
    /// An entity-relationship diagram, which GitHub and GitLab draw in Markdown
    Mermaid,
    /// A graph for Graphviz
    Dot,
    /// A page for a browser, with the schema at each migration
    Html,
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let mut workspace = workspace::open(session, &[arguments.path.as_deref().unwrap_or(".")])?;
    arguments.server.overrule(&mut workspace);
    if let Some(revision) = &arguments.since {
        print(&since(revision, &workspace, arguments)?)?;
        return Ok(Status::Clean);
    }
    let disk = Worktree::new(&workspace.root);
    workspace.must_exist(&disk)?;
    let tree = workspace.bounded(&disk);
    let path = workspace.paths.first().map_or("", String::as_str);
    let dialect = arguments.server.dialect().or(workspace.config.dialect);
    let (catalog, texts) = match arguments.from {
        From::Migrations => migrated(&workspace, &tree, arguments, session)?,
        From::Declared | From::Snapshot => {
            let named = match arguments.from {
                From::Snapshot => load::snapshot_at(&tree, path),
                _ => load::at(&tree, path, dialect),
            };
            // What is known of no file of that kind may still stand beside the migrations there.
            let side = named.or_else(|error| beside(&workspace, &tree, arguments)?.ok_or(error))?;
            (declared(side, session), Texts::default())
        }
    };
    print(&match arguments.format {
        Format::Json => catalog::json(&catalog),
        Format::Text => catalog::text(&catalog),
        Format::Mermaid => catalog::mermaid(&catalog),
        Format::Dot => catalog::dot(&catalog),
        Format::Sql => on_big_stack(|| catalog::sql(&catalog, &texts)),
        Format::Html => {
            let shown = match arguments.from {
                From::Migrations => history(&workspace, &tree, arguments)?,
                From::Declared | From::Snapshot => Timeline {
                    folder: path.to_owned(),
                    start: catalog,
                    steps: Vec::new(),
                },
            };
            page(&PageContent {
                title: &title(&workspace.root),
                judged: None,
                timelines: &[shown],
            })
        }
    })?;
    Ok(Status::Clean)
}

/// A diagram of what a change does.
fn since(revision: &str, workspace: &Workspace, arguments: &Arguments) -> Result<String> {
    if arguments.format != Format::Mermaid {
        return Err(Error::Usage {
            message: "`--since` draws a diagram, and another format was asked for".to_owned(),
            help: Some(
                "write `--format mermaid`; `driftlint check --format markdown` says it in words"
                    .to_owned(),
            ),
        });
    }
    let options = workspace.load_options(arguments.server.dialect());
    let (input, scope) = workspace.read(&Selection::Since(revision), &options)?;
    workspace.check_sets(&input.project)?;
    let impact = on_big_stack(|| impact(&input.project, &workspace.config, &scope));
    Ok(change_diagram(&impact))
}

/// What the migrations at a path make, and where they are written.
fn migrated(
    workspace: &Workspace,
    tree: &dyn Tree,
    arguments: &Arguments,
    session: &Session,
) -> Result<(Catalog, Texts)> {
    let project = Project::load(tree, &workspace.load_options(arguments.server.dialect()))?;
    let path = workspace.paths.first().map_or("", String::as_str);
    let set = the_set(&project, path, arguments.server.dialect())?;
    session.log(1, || {
        format!(
            "{} migrations in {}, run by {}",
            set.migrations.len(),
            set.folder,
            set.runner.name()
        )
    });
    let count = count(set, arguments.at.as_deref())?;
    let versions = workspace.config.versions();
    Ok((
        on_big_stack(|| catalog_of(set, versions, count)),
        texts_of(set),
    ))
}

/// The same, migration by migration.
fn history(workspace: &Workspace, tree: &dyn Tree, arguments: &Arguments) -> Result<Timeline> {
    let project = Project::load(tree, &workspace.load_options(arguments.server.dialect()))?;
    let path = workspace.paths.first().map_or("", String::as_str);
    let set = the_set(&project, path, arguments.server.dialect())?;
    let count = count(set, arguments.at.as_deref())?;
    let versions = workspace.config.versions();
    Ok(on_big_stack(|| timeline(set, versions, count)))
}

/// What stands beside the migrations that a path belongs to; `None` where that is nothing.
fn beside(
    workspace: &Workspace,
    tree: &dyn Tree,
    arguments: &Arguments,
) -> Result<Option<Declared>> {
    // A schema may lie anywhere.
    let options = LoadOptions {
        paths: Vec::new(),
        ..workspace.load_options(arguments.server.dialect())
    };
    let project = Project::load(tree, &options)?;
    if project.sets.is_empty() {
        return Ok(None);
    }
    let path = workspace.paths.first().map_or("", String::as_str);
    let set = the_set(&project, path, arguments.server.dialect())?;
    let schemas = load::beside(tree, set, workspace.config.versions())?;
    let mut sides = match arguments.from {
        From::Snapshot => schemas.snapshot.into_iter().collect(),
        _ => schemas.declared,
    };
    let own = sides
        .iter()
        .position(|side| side.files.iter().any(|file| file.path() == path));
    let wanted = own.unwrap_or_default();
    Ok((wanted < sides.len()).then(|| sides.swap_remove(wanted)))
}

/// A declared schema; what could not be evaluated is said on standard error.
fn declared(declared: Declared, session: &Session) -> Catalog {
    for remark in declared.broken.iter().chain(&declared.notes) {
        let place = &remark.place;
        let line = place.source.position(place.span.start).line;
        note(&format!(
            "driftlint: {}:{line}: {}\n",
            place.source.path(),
            remark.message
        ));
    }
    let coverage = declared.coverage;
    session.log(1, || {
        format!(
            "{}, {}/{} columns known",
            declared.language.name(),
            coverage.known,
            coverage.columns
        )
    });
    declared.catalog
}

/// How many migrations to replay.
fn count(set: &MigrationSet, at: Option<&str>) -> Result<usize> {
    let Some(at) = at else {
        return Ok(set.migrations.len());
    };
    Ok(the_migration(set, at)? + 1)
}
