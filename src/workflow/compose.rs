//! Compose files: their services with what `extends`, `include` and the file they lie over add.

use super::ServiceKey;
use super::files::Files;
use super::image::Start;
use super::shell::{self, ShellNode};
use super::text::{ListWord, Text};
use super::value::{DataValue, Member, Shape};
use crate::project::tree::{file_name, join, parent, resolve};
use crate::source::{Source, Span};

/// A compose file with its services.
#[derive(Debug)]
pub struct Compose {
    /// The file, with its text.
    pub source: Source,
    /// In the order in which they are written; those of included files after them.
    pub services: Vec<Service>,
    /// Whether it is what `docker compose up` reads without options.
    pub default: bool,
}

/// A service, and what it is started with.
#[derive(Clone, Debug)]
pub struct Service {
    /// The key under `services`.
    pub name: String,
    /// The file that it is written in.
    pub source: Source,
    /// The bytes of that key.
    pub span: Span,
    /// The image that it runs, if it names one.
    pub image: Option<String>,
    /// What its image is built from.
    pub build: Option<Build>,
    /// What it waits for.
    pub depends: Vec<Dependency>,
    /// The profiles that start it; always if empty.
    pub profiles: Vec<String>,
    /// `restart`, or the condition of `deploy.restart_policy`.
    pub restart: Option<String>,
    /// What its environment holds, files of it included.
    pub env: Vec<Variable>,
    /// What is mounted of the repository.
    pub mounts: Vec<Mount>,
    /// The folder that it works in.
    pub workdir: Option<String>,
    pub(crate) command: Option<Start>,
    pub(crate) entrypoint: Option<Start>,
}

/// A folder or file of the host that a container sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where it is on the host, relative to the repository's root.
    pub source: String,
    /// Where the container sees it.
    pub target: String,
}

/// How its image is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// The folder, relative to the repository's root.
    pub context: String,
    /// The Dockerfile, relative to the repository's root.
    pub dockerfile: String,
    /// The stage of the Dockerfile that it stops at.
    pub target: Option<String>,
}

/// One entry of `depends_on`.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// The service that is waited for.
    pub service: String,
    /// `service_started`, `service_healthy` or `service_completed_successfully`.
    pub condition: String,
    /// The file that says so.
    pub source: Source,
    /// The bytes that say so.
    pub span: Span,
}

/// One entry of `environment`.
#[derive(Clone, Debug)]
pub struct Variable {
    /// The variable's name.
    pub name: String,
    /// As written; `${…}` is left as it is.
    pub value: String,
    /// The file that gives it.
    pub source: Source,
    /// The bytes that give it.
    pub span: Span,
}

/// Whether a file has the name of a compose file.
pub(crate) fn is_compose(path: &str) -> bool {
    let name = file_name(path);
    let Some((stem, "yml" | "yaml")) = name.rsplit_once('.') else {
        return false;
    };
    let words: Vec<&str> = stem.split(['-', '.', '_']).collect();
    words.contains(&"compose") && !path.contains("node_modules/") && !path.starts_with(".github/")
}

const DEFAULTS: [&str; 4] = [
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
];

impl Compose {
    /// Reads a compose file and what it takes from others. `None` if it is something else. The
    /// error says why it cannot be read.
    pub(crate) fn read(files: &Files, path: &str) -> Result<Option<Self>, String> {
        let Some(source) = files.source(path) else {
            return Err("it cannot be read".to_owned());
        };
        // A chart's template is no YAML before it is filled in.
        if source.text().contains("{{-") {
            return Ok(None);
        }
        let value = DataValue::read(&source)?;
        if value.get("services").is_none() && value.get("include").is_none() {
            return Ok(None);
        }
        let mut services = own(files, &source, &value, 0);
        let over = services
            .iter()
            .any(|it| it.image.is_none() && it.build.is_none());
        if over && let Some(base) = beneath(files, path) {
            for service in base {
                match services.iter_mut().find(|it| it.name == service.name) {
                    Some(known) => known.inherit(&service, true),
                    None => services.push(service),
                }
            }
        }
        let default = DEFAULTS.contains(&file_name(path));
        Ok(Some(Self {
            source,
            services,
            default,
        }))
    }

    /// The service of that name.
    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.name == name)
    }
}

/// The services of the default file in the same folder, which a file without images lies over.
fn beneath(files: &Files, path: &str) -> Option<Vec<Service>> {
    let base = DEFAULTS
        .iter()
        .map(|name| join(parent(path), name))
        .find(|base| base != path && files.has(base))?;
    let source = files.source(&base)?;
    let value = DataValue::read(&source).ok()?;
    Some(own(files, &source, &value, 0))
}

fn own(files: &Files, source: &Source, value: &DataValue, depth: usize) -> Vec<Service> {
    let folder = parent(source.path());
    let mut services: Vec<Service> = Vec::new();
    for entry in value
        .get("services")
        .map(DataValue::entries)
        .unwrap_or_default()
    {
        let mut service = read(source, entry);
        if let Some(extends) = entry.value.get("extends").filter(|_| depth < 5) {
            let name = extends
                .text_at("service")
                .or_else(|| extends.text())
                .unwrap_or_default();
            let other = match extends.text_at("file") {
                None => value
                    .at(&["services"])
                    .and_then(|all| all.entry(name))
                    .map(|entry| read(source, entry)),
                Some(file) => files.source(&resolve(folder, file)).and_then(|other| {
                    let value = DataValue::read(&other).ok()?;
                    own(files, &other, &value, depth + 1)
                        .into_iter()
                        .find(|it| it.name == name)
                }),
            };
            if let Some(other) = other {
                service.inherit(&other, false);
            }
        }
        services.push(service);
    }
    let included = value.get("include").map(|it| match &it.kind {
        Shape::List(items) => items
            .iter()
            .flat_map(|item| item.get("path").unwrap_or(item).texts())
            .collect(),
        _ => it.texts(),
    });
    for path in included.unwrap_or_default() {
        let other = files.source(&resolve(folder, path)).filter(|_| depth < 5);
        if let Some(other) = other
            && let Ok(value) = DataValue::read(&other)
        {
            services.extend(own(files, &other, &value, depth + 1));
        }
    }
    services
}

fn read(source: &Source, entry: &Member) -> Service {
    let folder = parent(source.path());
    let value = &entry.value;
    let build = value.get("build").map(|build| {
        let context = build
            .text()
            .or_else(|| build.text_at("context"))
            .unwrap_or(".");
        let context = resolve(folder, context);
        let dockerfile = build.text_at("dockerfile").unwrap_or("Dockerfile");
        Build {
            dockerfile: resolve(&context, dockerfile),
            context,
            target: build.text_at("target").map(str::to_owned),
        }
    });
    let profiles = value
        .get("profiles")
        .map(DataValue::texts)
        .unwrap_or_default();
    let restart = value.text_at("restart").map(str::to_owned).or_else(|| {
        let condition = value.at(&["deploy", "restart_policy"])?;
        Some(condition.text_at("condition").unwrap_or("any").to_owned())
    });
    Service {
        name: entry.name.clone(),
        source: source.clone(),
        span: entry.span,
        image: value.text_at("image").map(str::to_owned),
        build,
        depends: dependencies(source, value),
        profiles: profiles.into_iter().map(str::to_owned).collect(),
        restart,
        env: environment(source, value),
        mounts: mounts(folder, value),
        workdir: value.text_at("working_dir").map(str::to_owned),
        command: value.get("command").and_then(|it| start(source, it)),
        entrypoint: value.get("entrypoint").and_then(|it| start(source, it)),
    }
}

fn dependencies(source: &Source, value: &DataValue) -> Vec<Dependency> {
    let Some(depends) = value.get("depends_on") else {
        return Vec::new();
    };
    let named = |service: &str, condition: &str, span: Span| Dependency {
        service: service.to_owned(),
        condition: condition.to_owned(),
        source: source.clone(),
        span,
    };
    match &depends.kind {
        Shape::List(items) => items
            .iter()
            .filter_map(|item| Some(named(item.text()?, "service_started", item.span)))
            .collect(),
        _ => depends
            .entries()
            .iter()
            .map(|entry| {
                let condition = entry
                    .value
                    .text_at("condition")
                    .unwrap_or("service_started");
                named(&entry.name, condition, entry.span)
            })
            .collect(),
    }
}

fn environment(source: &Source, value: &DataValue) -> Vec<Variable> {
    let Some(env) = value.get("environment") else {
        return Vec::new();
    };
    let variable = |name: &str, value: &str, span: Span| Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        source: source.clone(),
        span,
    };
    let pairs = env.items().iter().filter_map(|item| {
        let (name, value) = item.text()?.split_once('=')?;
        Some(variable(name, value, item.span))
    });
    let keys = env.entries().iter().map(|entry| {
        let value = entry.value.text().unwrap_or_default();
        variable(&entry.name, value, entry.span.to(entry.value.span))
    });
    pairs.chain(keys).collect()
}

fn mounts(folder: &str, value: &DataValue) -> Vec<Mount> {
    let mut found = Vec::new();
    for volume in value
        .get("volumes")
        .map(DataValue::items)
        .unwrap_or_default()
    {
        let (host, inside) = match volume.text() {
            Some(text) => match text.split_once(':') {
                Some((host, inside)) => (host, inside.split(':').next().unwrap_or_default()),
                None => continue,
            },
            None => match (volume.text_at("source"), volume.text_at("target")) {
                (Some(host), Some(inside)) if volume.text_at("type") == Some("bind") => {
                    (host, inside)
                }
                _ => continue,
            },
        };
        if host.starts_with('.') {
            found.push(Mount {
                source: resolve(folder, host),
                target: inside.trim_end_matches('/').to_owned(),
            });
        }
    }
    found
}

fn start(source: &Source, value: &DataValue) -> Option<Start> {
    if let Shape::List(items) = &value.kind {
        let parts = items.iter().filter_map(|item| {
            Some(ListWord {
                text: item.text()?.into(),
                span: item.span,
            })
        });
        let (text, words) = Text::joined(source, &parts.collect::<Vec<_>>());
        return (!words.is_empty()).then_some(Start {
            text,
            words: Some(words),
        });
    }
    let text = value.script(source)?;
    // Compose splits the string into words and runs no shell; people write `&&` all the same.
    let list = shell::parse(text.as_str());
    let words = match &list.0[..] {
        [chain] => match &chain.items[..] {
            [(_, pipeline)] => match &pipeline.stages[..] {
                [ShellNode::Simple(simple)] if simple.assigned.is_empty() => {
                    Some(simple.words.clone())
                }
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    Some(Start { text, words })
}

impl Service {
    /// Which service it is.
    pub(crate) fn key(&self) -> ServiceKey {
        ServiceKey {
            file: self.source.path().to_owned(),
            name: self.name.clone(),
        }
    }

    /// The value of a variable.
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        self.env.iter().rev().find(|it| it.name == name)
    }

    /// Takes over what it does not say itself. `depends_on` is taken only from the file beneath:
    /// `extends` leaves it behind.
    fn inherit(&mut self, other: &Self, depends: bool) {
        let merge = |own: &mut Option<String>, other: &Option<String>| {
            if own.is_none() {
                own.clone_from(other);
            }
        };
        merge(&mut self.image, &other.image);
        merge(&mut self.restart, &other.restart);
        merge(&mut self.workdir, &other.workdir);
        self.build = self.build.take().or_else(|| other.build.clone());
        self.command = self.command.take().or_else(|| other.command.clone());
        self.entrypoint = self.entrypoint.take().or_else(|| other.entrypoint.clone());
        if self.profiles.is_empty() {
            self.profiles.clone_from(&other.profiles);
        }
        for variable in &other.env {
            if self.variable(&variable.name).is_none() {
                self.env.push(variable.clone());
            }
        }
        self.mounts.extend(other.mounts.iter().cloned());
        if depends {
            let missing = other
                .depends
                .iter()
                .filter(|it| self.depends.iter().all(|own| own.service != it.service));
            let missing: Vec<Dependency> = missing.cloned().collect();
            self.depends.extend(missing);
        }
    }

    /// Whether it is a database server that speaks SQL.
    pub fn is_database(&self) -> bool {
        const SERVERS: &[&str] = &[
            "postgres",
            "postgis",
            "pgvector",
            "timescale",
            "mysql",
            "mariadb",
            "percona",
            "cockroach",
            "yugabyte",
            "paradedb",
            "supabase/postgres",
            "citus",
        ];
        const BESIDE: &[&str] = &[
            "pgadmin",
            "exporter",
            "backup",
            "pgbouncer",
            "adminer",
            "proxy",
            "postgrest",
            "phpmyadmin",
            "pooler",
            "meta",
        ];
        let Some(image) = self.image.as_deref().filter(|_| self.build.is_none()) else {
            return false;
        };
        SERVERS.iter().any(|it| image.contains(it)) && !BESIDE.iter().any(|it| image.contains(it))
    }

    /// Whether a container that fails is started again.
    pub fn restarts(&self) -> bool {
        self.restart
            .as_deref()
            .is_some_and(|it| !matches!(it, "no" | "false" | "none"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tree::Memory;

    #[test]
    fn services_are_put_together() {
        let base = "services:\n  app:\n    build: { context: ./web, dockerfile: D, target: prod }\n    environment:\n      - NODE_ENV=production\n    depends_on: [db]\n    volumes: ['.:/app']\n  db:\n    image: postgres:16\n  job:\n    extends: app\n    command: sh -c \"a && b\"\n";
        let over = "services:\n  app:\n    restart: always\n    depends_on:\n      db: { condition: service_healthy }\n";
        let tree = Memory::from_iter([
            ("docker-compose.yml", base),
            ("docker-compose.prod.yml", over),
        ]);
        let files = Files::new(&tree).expect("memory never fails");
        let read = |path| {
            Compose::read(&files, path)
                .expect("it can be read")
                .expect("a compose file")
        };
        let compose = read("docker-compose.yml");
        let job = compose.service("job").expect("it is there");
        assert_eq!(
            job.build.as_ref().map(|it| it.dockerfile.as_str()),
            Some("web/D")
        );
        assert!(
            job.depends.is_empty() && job.command.as_ref().is_some_and(|it| it.words.is_some())
        );
        assert!(compose.service("db").is_some_and(Service::is_database));
        let over = read("docker-compose.prod.yml");
        let app = over.service("app").expect("it is there");
        assert_eq!(app.depends[0].condition, "service_healthy");
        assert_eq!(
            app.variable("NODE_ENV").map(|it| it.value.as_str()),
            Some("production")
        );
        assert!(over.service("db").is_some() && app.restarts());
        assert!(!is_compose("web/compose-and-reply.spec.ts") && is_compose("a/prod-compose.yml"));
    }
}
