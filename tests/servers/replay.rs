//! driftlint's side: the same statements, applied in memory.

use driftlint::catalog::{Catalog, Site, json};
use driftlint::source::{Source, Span};
use driftlint::sql::Unit;
use driftlint::sql::{Understood, Versions, on_big_stack, script};
use serde_json::Value;

use crate::server::Engine;

/// A catalog that grows statement by statement.
#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) catalog: Catalog,
    /// The statements; a site's migration is the index of one.
    pub(crate) sources: Vec<Source>,
    versions: Versions,
}

/// What driftlint makes of a statement.
#[derive(Debug)]
pub(crate) enum Verdict {
    Taken,
    Refused(String),
    /// Not understood.
    Opaque(String),
}

impl Replay {
    pub(crate) fn new(engine: Engine) -> Self {
        let versions = versions(engine);
        Self {
            catalog: Catalog::new(engine.dialect(), versions),
            sources: Vec::new(),
            versions,
        }
    }

    /// One that goes on from a catalog.
    pub(crate) fn at(engine: Engine, catalog: Catalog) -> Self {
        Self {
            catalog,
            sources: Vec::new(),
            versions: versions(engine),
        }
    }

    /// Applies one statement, or several; what the server refused is taken back, whatever driftlint
    /// thinks of it.
    pub(crate) fn step(&mut self, sql: &str, accepted: bool) -> Verdict {
        let number = u32::try_from(self.sources.len()).expect("few statements");
        let source = Source::new("step.sql", sql);
        self.sources.push(source.clone());
        let before = self.catalog.clone();
        let dialect = self.catalog.dialect;
        let whole = Span::new(0, sql.len());
        let script =
            on_big_stack(|| script(&source, whole, dialect, self.versions, Unit::Statement));
        let mut verdict = Verdict::Taken;
        for statement in &script.statements {
            if let Understood::Opaque { reason, .. } = &statement.understood {
                verdict = Verdict::Opaque(reason.to_string());
            }
            for change in &statement.changes {
                let site = Site {
                    migration: number,
                    file: 0,
                    span: statement.span,
                };
                for rejection in self.catalog.apply(change, site) {
                    verdict = Verdict::Refused(rejection.message);
                }
            }
        }
        if !accepted {
            self.catalog = before;
        }
        verdict
    }

    /// The catalog in the shape of `driftlint schema --format json`.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&json(&self.catalog)).expect("driftlint writes JSON")
    }
}

/// What driftlint has to know of the server.
pub(crate) fn versions(engine: Engine) -> Versions {
    match engine {
        Engine::Postgres(postgres) => Versions {
            postgres,
            postgres_is_said: true,
            ..Versions::default()
        },
        Engine::MariaDb => Versions {
            mariadb: true,
            ..Versions::default()
        },
        Engine::Sqlite => Versions::default(),
    }
}
