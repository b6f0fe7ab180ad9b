//! What may bring a schema up though it was not seen to: asked only where nothing else does.

use std::collections::BTreeSet;

use super::WorkflowReader;
use super::scripts::STARTED;
use crate::project::Project;
use crate::project::tree::{ending, file_name, is_under};
use crate::workflow::command::{in_code, telling_words};
use crate::workflow::compose::Service;
use crate::workflow::purpose;
use crate::workflow::text::Text;
use crate::workflow::{ServiceKey, Workflow};

/// Words in code and scripts that say it may apply migrations, whatever the language.
const APPLIES: &[&str] = &[
    "migrate(",
    "migrator",
    "Migrator",
    "golang-migrate/migrate",
    "pressly/goose",
    "rubenv/sql-migrate",
    "jackc/tern",
    "bun/migrate",
    "gormigrate",
    "igrations(",
    "migrate!",
    "goose.Up",
    "embed_migrations",
    "db push",
    "Migrate(",
    "migrateToLatest",
    "create_all",
    "ensureCreated",
    "EnsureCreated",
    "synchronize:",
    "umzug",
    "flyway",
    "liquibase",
    "alembic",
];

const LANGUAGES: &[&str] = &[
    "ts", "js", "mts", "mjs", "cts", "cjs", "tsx", "py", "go", "rs", "rb", "java", "kt", "php",
    "ex", "cs",
];

impl WorkflowReader<'_, '_> {
    /// The services whose code may apply migrations in a way that was not seen. Only those are
    /// asked about where it decides: all their code has to be searched.
    pub(super) fn unseen(&self, workflow: &Workflow, project: &Project) -> BTreeSet<ServiceKey> {
        let mut found = BTreeSet::new();
        for compose in workflow
            .composes
            .iter()
            .filter(|it| it.services.iter().any(Service::is_database))
        {
            for service in &compose.services {
                let Some(build) = &service.build else {
                    continue;
                };
                let sets = project.sets.iter();
                let mut sets = sets.filter(|set| !set.migrations.is_empty());
                let holds = sets.any(|set| is_under(&set.folder, &build.context));
                if holds && self.mentions(&build.context) {
                    found.insert(service.key());
                }
            }
        }
        found
    }

    /// Whether any code below a folder may apply migrations: not tests, and not the scripts that
    /// are run by hand.
    fn mentions(&self, folder: &str) -> bool {
        let by_hand = self.expander.packages.all().iter().flat_map(|package| {
            let scripts = package
                .scripts
                .iter()
                .filter(|it| !STARTED.contains(&it.name.as_str()));
            scripts.map(|script| script.text.as_str())
        });
        let by_hand: Vec<&str> = by_hand.collect();
        let mut code = self.files().under(folder).iter().filter(|path| {
            let aside = purpose::of_path(path).is_some() || path.contains("node_modules/");
            let configures = file_name(path).contains(".config.");
            let called = by_hand.iter().any(|text| text.contains(file_name(path)));
            LANGUAGES.contains(&ending(path)) && !aside && !configures && !called
        });
        code.any(|path| {
            let source = self.files().source(path);
            source.is_some_and(|source| {
                let mut words = in_code().chain(APPLIES.iter().copied());
                words.any(|word| source.text().contains(word))
            })
        })
    }

    /// Whether a script runs commands in the services of a compose file.
    pub(super) fn works_on_services(&self) -> bool {
        let packages = self.expander.packages.all().iter();
        let scripts = packages
            .flat_map(|package| &package.scripts)
            .map(|script| script.text.as_str());
        let targets = self
            .expander
            .targets
            .all()
            .iter()
            .flat_map(|target| &target.lines)
            .map(Text::as_str);
        let mut all = scripts.chain(targets);
        all.any(|text| {
            text.contains("docker")
                && (text.contains("push") || telling_words().any(|word| text.contains(word)))
        })
    }
}
