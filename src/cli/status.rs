//! `driftlint status`: is a database where the migrations say it is?
//!
//! It reads what the set's tool wrote into the database, and the schema that is there, in one
//! transaction that can change nothing.

mod json;
mod shown;
mod table;

use std::collections::BTreeSet;
use std::path::Path;

use clap::{Args, ValueEnum};

use super::url::UrlFlags;
use super::write::the_set;
use super::{Session, Status, print, workspace};
use crate::catalog::QName;
use crate::compare::Difference;
use crate::database::{self, DatabaseSession, DatabaseUrl, Introspected};
use crate::drift;
use crate::drift::ObjectNames;
use crate::error::{Error, Result};
use crate::glob::Glob;
use crate::project::tree::Tree;
use crate::project::worktree::Worktree;
use crate::project::{MigrationSet, Project};
use crate::report;
use crate::sql::{Versions, on_big_stack};
use crate::status::{LiveSchema, Standing, compare, scripts_of};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Which migrations, where the project has several sets: a folder of them
    #[arg(value_name = "PATH")]
    path: Option<String>,
    #[command(flatten)]
    database: UrlFlags,
    /// The table in which the tool keeps what it applied, if it was given another name
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// Migrations that only wait for the next run are no disagreement
    #[arg(long)]
    allow_pending: bool,
    /// Objects of the database that somebody else manages, named as in the output; `*` fits
    /// anything up to the next dot
    #[arg(long, value_name = "OBJECT")]
    except: Vec<String>,
    /// Look at what was applied only, not at the schema
    #[arg(long)]
    no_schema: bool,
    /// How long a statement may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u32,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// One line, for scripts
    OneLine,
    /// What makes the database what its applied migrations make
    Sql,
}

/// Where a database stands with a set, and who said so.
struct DatabaseStatus<'a> {
    set: &'a MigrationSet,
    /// The address, without what is secret.
    database: String,
    /// "PostgreSQL 15.4".
    server: String,
    /// The bookkeeping table; `None` where the database is empty.
    table: Option<QName>,
    standing: Standing,
    schema: SchemaAnswer,
    allow_pending: bool,
}

/// What came of the comparison of schemas.
enum SchemaAnswer {
    /// Nobody asked.
    NotAsked,
    /// It could not be made, and why.
    Impossible(String),
    /// It was made.
    Compared(Box<LiveSchema>),
}

impl SchemaAnswer {
    fn compared(&self) -> Option<&LiveSchema> {
        match self {
            Self::Compared(schema) => Some(schema),
            Self::NotAsked | Self::Impossible(_) => None,
        }
    }
}

impl DatabaseStatus<'_> {
    fn differences(&self) -> usize {
        self.schema
            .compared()
            .map_or(0, |schema| schema.differences.len())
    }

    fn agrees(&self) -> bool {
        self.standing.agrees(self.allow_pending) && self.differences() == 0
    }

    /// What the exit code says.
    fn status(&self) -> Status {
        match &self.schema {
            _ if !self.agrees() => Status::Failed,
            SchemaAnswer::Impossible(_) => Status::Error,
            SchemaAnswer::NotAsked | SchemaAnswer::Compared(_) => Status::Clean,
        }
    }
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let outcome = answered(arguments, session);
    if let (Err(error), Format::Json) = (&outcome, arguments.format) {
        let help = error.help();
        let failure = report::failure(report::Format::Json, &error.to_string(), help.as_deref());
        failure.map_or(Ok(()), |text| print(&text))?;
    }
    outcome
}

fn answered(arguments: &Arguments, session: &Session) -> Result<Status> {
    no_url_as_path(arguments)?;
    let url = arguments.database.database()?;
    let named: Vec<&str> = arguments.path.as_deref().into_iter().collect();
    let workspace = workspace::open(session, &named)?;
    let disk = Worktree::new(&workspace.root);
    workspace.must_exist(&disk)?;
    let tree = workspace.bounded(&disk);
    let mut options = workspace.load_options(None);
    let mut project = Project::load(&tree, &options)?;
    // Where nothing says which server the migrations are for, the database does.
    if !project.sets.is_empty() && project.sets.iter().all(|set| set.dialect_is_a_guess()) {
        options.dialect = Some(url.dialect);
        project = Project::load(&tree, &options)?;
    }
    workspace.check_sets_but(&project, &|set| !scripts_of(set).is_empty())?;
    let here = workspace.paths.first().unwrap_or(&workspace.here);
    let near = if arguments.path.is_some() || project.lies_under(here) {
        here.as_str()
    } else {
        ""
    };
    let set = set_for(&project, near, &url)?;
    // What is allowed to differ from the migrations may do so in a database.
    let allowed = workspace.config.allow.iter();
    let allowed = allowed.filter(|allow| allow.rules.is_empty());
    let meant: Vec<Glob> = allowed
        .flat_map(|allow| &allow.objects)
        .chain(&arguments.except)
        .map(|pattern| Glob::new(&pattern.replace('.', "/")))
        .collect();
    let request = Request {
        arguments,
        set,
        url: &url,
        meant: &meant,
    };
    let answer = request.ask(&tree, session)?;
    let look = session.stdout.look;
    print(&match arguments.format {
        Format::Text => shown::text(&answer, look, session.global.quiet),
        Format::OneLine => shown::one_line(&answer),
        Format::Sql => shown::sql(&answer),
        Format::Json => json::json(&answer),
    })?;
    if let (Format::Sql, SchemaAnswer::Impossible(why)) = (arguments.format, &answer.schema) {
        super::note(&look.fill(&format!("the schema was not compared: {why}"), "", "  "));
    }
    Ok(answer.status())
}

/// A URL where the path belongs would be repeated in the message about a path that does not exist,
/// password and all.
fn no_url_as_path(arguments: &Arguments) -> Result<()> {
    let path = arguments.path.as_deref().unwrap_or_default();
    if path.contains("://") {
        return Err(Error::Usage {
            message: "a URL stands where the path of migrations is expected".to_owned(),
            help: Some("give it as `--url URL`, or in DATABASE_URL".to_owned()),
        });
    }
    Ok(())
}

/// The set that is meant, among those that are written for that server.
fn set_for<'p>(project: &'p Project, near: &str, url: &DatabaseUrl) -> Result<&'p MigrationSet> {
    let there = || project.sets.iter().filter(|set| set.belongs(near));
    let others: BTreeSet<&str> = there().map(|set| set.dialect.label()).collect();
    if !others.is_empty() && !there().any(|set| set.dialect == url.dialect) {
        let others: Vec<&str> = others.into_iter().collect();
        return Err(Error::Usage {
            message: format!(
                "the migrations there are written for {}, and {url} is a database of {}",
                others.join(" and "),
                url.dialect.label()
            ),
            help: Some("`dialect` in driftlint.toml says which server they are for".to_owned()),
        });
    }
    the_set(project, near, Some(url.dialect))
}

/// What is asked of a database.
struct Request<'a> {
    arguments: &'a Arguments,
    set: &'a MigrationSet,
    url: &'a DatabaseUrl,
    /// Objects that may differ, with a slash for each dot.
    meant: &'a [Glob],
}

impl<'a> Request<'a> {
    fn ask(&self, tree: &dyn Tree, session: &Session) -> Result<DatabaseStatus<'a>> {
        let (arguments, set, url) = (self.arguments, self.set, self.url);
        self.must_be_there()?;
        database::watch();
        session.log(1, || format!("connecting to {url}"));
        let mut connection = DatabaseSession::open(url)?;
        let doing = |what: &str| format!("cannot {what} {url}");
        connection
            .begin_reading(arguments.timeout)
            .map_err(|error| error.into_error(&doing("begin to read")))?;
        let live = connection
            .introspect()
            .map_err(|error| error.into_error(&doing("read the schema of")))?;
        let table = table::of(arguments, tree, set, url, &live.catalog)?;
        let rows = match &table {
            Some(table) => connection
                .query(&table.query(url.dialect))
                .map_err(|error| error.into_error(&doing(&format!("read {} of", table.name))))?,
            None => Vec::new(),
        };
        let server = connection.version().clone();
        drop(connection);
        let applied = table.as_ref().map(|table| table.applied(rows));
        let standing = Standing::of(set, &applied.unwrap_or_default());
        let table = table.map(|table| table.name);
        let schema = match unjudged(arguments, set, url) {
            Some(answer) => answer,
            None => SchemaAnswer::Compared(Box::new(on_big_stack(|| {
                self.compare(&standing, server.versions, &live, table.as_ref())
            }))),
        };
        Ok(DatabaseStatus {
            set,
            database: url.to_string(),
            server: server.label,
            table,
            standing,
            schema,
            allow_pending: arguments.allow_pending,
        })
    }

    /// A file that is not there would be no answer, nor would a server without a database.
    fn must_be_there(&self) -> Result<()> {
        let url = self.url;
        if url.dialect.database_is_a_file() && !Path::new(url.database()).exists() {
            return Err(Error::Database {
                message: format!("there is no file {}", url.database()),
                help: Some("a relative path begins at the folder that you stand in".to_owned()),
            });
        }
        if url.database().is_empty() && !url.dialect.has_schemas() {
            return Err(Error::Usage {
                message: format!("{url} names no database"),
                help: Some(
                    "its name stands after the host: mysql://user:password@host/name".to_owned(),
                ),
            });
        }
        Ok(())
    }

    fn compare(
        &self,
        standing: &Standing,
        versions: Versions,
        live: &Introspected,
        table: Option<&QName>,
    ) -> LiveSchema {
        let is_meant = |difference: &Difference| {
            let ObjectNames { table: of, name } = drift::names(difference);
            let full = of.map_or_else(|| name.clone(), |of| format!("{of}.{name}"));
            let full = full.replace('.', "/");
            Some(&difference.slot.owner) == table
                || self.meant.iter().any(|pattern| pattern.covers(&full))
        };
        let mut schema = compare(self.set, standing, versions, &live.catalog, &is_meant);
        let unread = live.unread.iter();
        schema
            .uncompared
            .extend(unread.map(|why| format!("a definition of the database: {why}")));
        schema
    }
}

/// Why the schemas are not compared, if they are not.
fn unjudged(arguments: &Arguments, set: &MigrationSet, url: &DatabaseUrl) -> Option<SchemaAnswer> {
    let home = url.dialect.home_schema();
    let elsewhere = url
        .parameter(&["schema", "currentSchema", "search_path"])
        .filter(|schema| url.dialect.has_schemas() && *schema != home);
    if arguments.no_schema {
        return Some(SchemaAnswer::NotAsked);
    }
    if let Some(schema) = elsewhere {
        return Some(SchemaAnswer::Impossible(format!(
            "the URL puts the tables into schema {schema}, and the migrations do not say so"
        )));
    }
    set.migrations.is_empty().then(|| {
        let language = set
            .runner
            .scripts()
            .map_or("another language", |it| it.language);
        SchemaAnswer::Impossible(format!("the migrations are written in {language}"))
    })
}

/// The folder of a set, for people.
fn shown_folder(set: &MigrationSet) -> &str {
    if set.folder.is_empty() {
        "."
    } else {
        &set.folder
    }
}
