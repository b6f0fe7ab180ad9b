//! Jobs of GitHub Actions, GitLab and CircleCI: their commands, folders, databases and secrets.

mod parts;

use super::files::Files;
use super::purpose::{self, Purpose};
use super::run::{EnvAssignment, Environment};
use super::text::Text;
use super::value::{DataValue, Member, Shape};
use crate::project::tree::{file_name, is_under, parent, resolve};
use crate::source::Source;

pub(crate) struct Job {
    pub(crate) name: String,
    pub(crate) context: Purpose,
    pub(crate) steps: Vec<JobStep>,
}

/// A command of a job.
pub(crate) struct JobStep {
    pub(crate) text: Text,
    pub(crate) folder: String,
    pub(crate) env: Environment,
}

/// Whether a file is a configuration of CI that is read here.
pub(crate) fn is_ci(path: &str) -> bool {
    let yaml = matches!(crate::project::tree::ending(path), "yml" | "yaml");
    yaml && (is_under(path, ".github/workflows")
        || path.ends_with(".gitlab-ci.yml")
        || path == ".circleci/config.yml"
        || is_under(path, ".gitlab/ci"))
}

/// The jobs of a file. Those in which nothing `touches` a database may be left out, and those that
/// only call for such.
pub(crate) fn read(
    files: &Files,
    source: &Source,
    touches: &dyn Fn(&str) -> bool,
) -> Result<Vec<Job>, String> {
    Ok(if is_under(source.path(), ".github") {
        let value = match parts::without_idle(source.text(), |job| {
            !touches(job) && calls_idle(files, job, touches)
        }) {
            Some(parts) => DataValue::yaml_parts(source.text(), &parts)?,
            None => DataValue::read(source)?,
        };
        let jobs = value
            .get("jobs")
            .map(DataValue::entries)
            .unwrap_or_default();
        jobs.iter()
            .map(|job| github(files, source, &value, job))
            .collect()
    } else if file_name(parent(source.path())) == ".circleci" {
        let value = DataValue::read(source)?;
        let jobs = value
            .get("jobs")
            .map(DataValue::entries)
            .unwrap_or_default();
        jobs.iter().map(|job| circle(source, job)).collect()
    } else {
        let value = DataValue::read(source)?;
        value
            .entries()
            .iter()
            .filter_map(|job| gitlab(source, &value, job))
            .collect()
    })
}

/// Whether the actions of this repository that a text calls for touch nothing themselves.
fn calls_idle(files: &Files, text: &str, touches: &dyn Fn(&str) -> bool) -> bool {
    let mut calls = text.lines().filter(|line| line.contains("uses"));
    calls.all(|line| {
        let Some((_, called)) = line.split_once("uses:") else {
            return !line.contains("./");
        };
        let called = called.trim().trim_matches(['"', '\'']);
        let Some(action) = called.strip_prefix("./") else {
            return !called.is_empty();
        };
        let Some(source) = action_file(files, action) else {
            return true;
        };
        // What an action calls for itself is not followed here.
        !touches(source.text()) && !source.text().contains("./")
    })
}

/// The file of an action of this repository.
fn action_file(files: &Files, action: &str) -> Option<Source> {
    let names = ["action.yml", "action.yaml"].map(|name| resolve(action, name));
    let file = names.iter().find(|it| files.has(it))?;
    files.source(file)
}

fn variables(value: Option<&DataValue>) -> Vec<EnvAssignment> {
    let entries = value.map(DataValue::entries).unwrap_or_default();
    entries
        .iter()
        .filter_map(|it| Some(EnvAssignment::new(&it.name, it.value.text()?)))
        .collect()
}

const DATABASES: &[&str] = &[
    "postgres",
    "postgis",
    "pgvector",
    "mysql",
    "mariadb",
    "timescale",
    "cockroach",
];

fn is_database(image: &str) -> bool {
    DATABASES.iter().any(|it| image.contains(it))
}

/// Whether a variable holds the address of a database, or a password for one.
fn names_database(name: &str) -> bool {
    let words = purpose::words(name);
    let database = words.iter().any(|it| {
        [
            "database",
            "db",
            "postgres",
            "pg",
            "mysql",
            "direct",
            "datasource",
        ]
        .contains(&it.as_str())
    });
    database
        && words
            .iter()
            .any(|it| ["url", "uri", "password", "dsn", "host", "string"].contains(&it.as_str()))
}

struct JobFacts<'v> {
    names: Vec<&'v str>,
    /// Whether it starts a database of its own.
    database: bool,
    /// Every variable that is set for it.
    env: Vec<EnvAssignment>,
    /// The environment that the job deploys to, if it names one.
    environment: Option<&'v str>,
    secrets: bool,
}

impl JobFacts<'_> {
    fn context(&self) -> Purpose {
        // A database that the job starts for itself is thrown away with it, whatever the workflow
        // is called: several starter projects reset theirs in a file called deploy.yml.
        if self.database || self.names.iter().any(|name| purpose::says_test(name)) {
            return Purpose::Test;
        }
        let databases = || self.env.iter().filter(|it| names_database(&it.name));
        if databases().any(|it| purpose::is_local_url(&it.value)) {
            return Purpose::Test;
        }
        if self
            .environment
            .is_some_and(|name| purpose::says_development(name) || purpose::says_test(name))
        {
            return Purpose::Development;
        }
        if databases().any(|it| it.value.contains("secrets.") || it.value.starts_with('$'))
            || self.environment.is_some()
            || (self.secrets && self.names.iter().any(|name| names_deployment(name)))
        {
            return Purpose::Deploy;
        }
        Purpose::Unknown
    }
}

/// Whether a name speaks of bringing something to where it runs.
fn names_deployment(name: &str) -> bool {
    let words = purpose::words(name);
    words.iter().any(|it| {
        matches!(
            it.as_str(),
            "deploy" | "deployment" | "production" | "prod" | "release"
        )
    })
}

fn github(files: &Files, source: &Source, workflow: &DataValue, job: &Member) -> Job {
    let value = &job.value;
    let services = value
        .get("services")
        .map(DataValue::entries)
        .unwrap_or_default();
    let folder_of = |value: &DataValue| {
        value
            .at(&["defaults", "run"])?
            .text_at("working-directory")
            .map(str::to_owned)
    };
    let folder = folder_of(value)
        .or_else(|| folder_of(workflow))
        .unwrap_or_default();
    let mut env = variables(workflow.get("env"));
    env.extend(variables(value.get("env")));
    let mut steps = Vec::new();
    let mut all = env.clone();
    let items = value.get("steps").map(DataValue::items).unwrap_or_default();
    let at = StepSite {
        files,
        source,
        folder: &folder,
        env: &env,
    };
    github_steps(&at, items, &mut steps, &mut all, 0);
    // A workflow of this repository that is called has jobs of its own, read where they stand.
    let environment = value
        .get("environment")
        .and_then(|it| it.text().or_else(|| it.text_at("name")));
    let text = source.slice(value.span);
    let facts = JobFacts {
        names: vec![
            job.name.as_str(),
            value.text_at("name").unwrap_or_default(),
            workflow
                .text_at("name")
                .filter(|it| !purpose::says_test(it))
                .unwrap_or_default(),
        ],
        database: services.iter().any(|it| {
            is_database(
                it.value
                    .text_at("image")
                    .or_else(|| it.value.text())
                    .unwrap_or(&it.name),
            )
        }),
        env: all,
        environment,
        secrets: text.contains("secrets."),
    };
    Job {
        name: job.name.clone(),
        context: facts.context(),
        steps,
    }
}

struct StepSite<'s> {
    files: &'s Files<'s>,
    source: &'s Source,
    folder: &'s str,
    env: &'s [EnvAssignment],
}

fn github_steps(
    at: &StepSite,
    items: &[DataValue],
    steps: &mut Vec<JobStep>,
    all: &mut Vec<EnvAssignment>,
    depth: usize,
) {
    for step in items {
        let own = variables(step.get("env"));
        all.extend(own.iter().cloned());
        let mut env = at.env.to_vec();
        env.extend(own);
        let folder = step
            .text_at("working-directory")
            .map_or_else(|| at.folder.to_owned(), |it| resolve("", it));
        if let Some(run) = step.get("run")
            && let Some(text) = run.script(at.source)
        {
            let env = env.into();
            steps.push(JobStep { text, folder, env });
        } else if let Some(action) = step.text_at("uses").and_then(|it| it.strip_prefix("./"))
            && depth < 4
            && let Some(source) = action_file(at.files, action)
            && let Ok(value) = DataValue::read(&source)
            && let Some(Shape::List(items)) = value.at(&["runs", "steps"]).map(|it| &it.kind)
        {
            let inside = StepSite {
                source: &source,
                env: &env,
                ..*at
            };
            github_steps(&inside, items, steps, all, depth + 1);
        }
    }
}

fn gitlab(source: &Source, root: &DataValue, job: &Member) -> Option<Job> {
    const NO_JOBS: &[&str] = &[
        "stages",
        "variables",
        "workflow",
        "include",
        "default",
        "image",
        "services",
        "cache",
    ];
    if NO_JOBS.contains(&job.name.as_str()) || job.name.starts_with('.') {
        return None;
    }
    let mut values = vec![&job.value];
    let mut index = 0;
    while let Some(value) = values.get(index).copied() {
        let bases = value
            .get("extends")
            .map(DataValue::texts)
            .unwrap_or_default();
        let known = values.len() < 10;
        values.extend(
            bases
                .into_iter()
                .filter(|_| known)
                .filter_map(|name| root.get(name)),
        );
        index += 1;
    }
    let first = |key: &str| values.iter().find_map(|value| value.get(key));
    let mut env = variables(root.get("variables"));
    for value in values.iter().rev() {
        env.extend(variables(value.get("variables")));
    }
    let shared = Environment::from(env.clone());
    let mut steps = Vec::new();
    for key in ["before_script", "script", "after_script"] {
        let Some(script) = first(key).or_else(|| root.get("default").and_then(|it| it.get(key)))
        else {
            continue;
        };
        let whole = std::slice::from_ref(script);
        let items = if script.items().is_empty() {
            whole
        } else {
            script.items()
        };
        for item in items.iter().flat_map(flat) {
            if let Some(text) = item.script(source) {
                steps.push(JobStep {
                    text,
                    folder: String::new(),
                    env: shared.clone(),
                });
            }
        }
    }
    if steps.is_empty() {
        return None;
    }
    let services = first("services")
        .or_else(|| root.get("services"))
        .map(DataValue::items)
        .unwrap_or_default();
    let environment = first("environment").and_then(|it| it.text().or_else(|| it.text_at("name")));
    let stage = first("stage").and_then(DataValue::text).unwrap_or_default();
    let facts = JobFacts {
        names: vec![job.name.as_str(), stage],
        database: services
            .iter()
            .any(|it| is_database(it.text().or_else(|| it.text_at("name")).unwrap_or_default())),
        env,
        environment,
        secrets: true,
    };
    Some(Job {
        name: job.name.clone(),
        context: facts.context(),
        steps,
    })
}

/// GitLab flattens lists of lists, which anchors make.
fn flat(value: &DataValue) -> Vec<&DataValue> {
    if value.items().is_empty() {
        vec![value]
    } else {
        value.items().iter().flat_map(flat).collect()
    }
}

fn circle(source: &Source, job: &Member) -> Job {
    let value = &job.value;
    let images = value
        .get("docker")
        .map(DataValue::items)
        .unwrap_or_default();
    let mut env = variables(value.get("environment"));
    for image in images {
        env.extend(variables(image.get("environment")));
    }
    let shared = Environment::from(env.clone());
    let mut steps = Vec::new();
    for step in value.get("steps").map(DataValue::items).unwrap_or_default() {
        let Some(run) = step.get("run") else { continue };
        let command = run.get("command").unwrap_or(run);
        let folder = run
            .text_at("working_directory")
            .or_else(|| value.text_at("working_directory"));
        let folder = folder
            .map(|it| {
                it.trim_start_matches("~/repo")
                    .trim_start_matches("~/project")
            })
            .unwrap_or_default();
        if let Some(text) = command.script(source) {
            steps.push(JobStep {
                text,
                folder: resolve("", folder),
                env: shared.clone(),
            });
        }
    }
    let facts = JobFacts {
        names: vec![job.name.as_str()],
        database: images
            .iter()
            .skip(1)
            .any(|it| is_database(it.text_at("image").unwrap_or_default())),
        env,
        environment: None,
        secrets: true,
    };
    Job {
        name: job.name.clone(),
        context: facts.context(),
        steps,
    }
}
