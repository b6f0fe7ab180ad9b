//! Words that tell folders and files of migrations from others.

/// Words in the name of a folder of numbered SQL files that are no migrations.
pub(super) const ELSE: &[&str] = &[
    "seed",
    "seeds",
    "seeder",
    "seeders",
    "seeding",
    "query",
    "queries",
    "example",
    "examples",
    "sample",
    "samples",
    "schema",
    "schemas",
    "dump",
    "dumps",
    "backup",
    "backups",
    "bench",
    "benchmark",
    "benchmarks",
    "docs",
    "doc",
    "init",
    "initdb",
    "entrypoint",
    "mock",
    "mocks",
    "report",
    "reports",
    "view",
    "views",
    "functions",
    "procedures",
    "tutorial",
    "exercise",
    "exercises",
    "analytics",
    "analysis",
    "models",
    "snapshots",
    "data",
];

/// Others, of which it is said that they are there.
pub(super) const TESTS: &[&str] = &["test", "tests", "testing"];

/// Names in a folder of migrations that are none.
pub(super) const COMPANIONS: &[&str] = &[
    "schema",
    "structure",
    "seed",
    "seeds",
    "readme",
    "template",
    "dump",
];

pub(super) const MANIFESTS: &[&str] = &[
    "Cargo.toml",
    "go.mod",
    "package.json",
    "pyproject.toml",
    "composer.json",
    "Gemfile",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "mix.exs",
    "deno.json",
];
