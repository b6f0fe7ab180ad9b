//! Whether a changed file can matter at all. Most commits touch no schema; they must cost next to
//! nothing.

use super::discover::migration_stem;
use super::tree::{ending, file_name};
use crate::tool::Tool;

/// How a path can matter, judged by its name alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relevance {
    /// It cannot, whatever else the repository holds.
    None,
    /// It can if configuration gives a schema in Rust such a name.
    Rust,
    /// It can if the schema of a set may import any script, or data; and `tsconfig.json` says what
    /// an import leads to.
    Script,
    /// It can: a migration, a schema, a configuration, a file that starts migrations.
    Full,
}

/// How much a changed path can matter. Errs on the side of reading more.
pub fn relevance(path: &str) -> Relevance {
    let name = file_name(path);
    let ending = ending(path);
    let configures = matches!(
        name,
        "config.toml" | "package.json" | "Cargo.toml" | "driftlint.toml" | ".driftlint.toml"
    );
    let runs = path.contains(".github/workflows/")
        || name.contains("compose")
        || name.ends_with("-ci.yml");
    if migration_stem(name).is_some()
        || super::foreign::language(path).is_some()
        || path.ends_with(".sql.conf")
        || Tool::is_telling(path)
        || configures
        || (runs && matches!(ending, "yml" | "yaml"))
    {
        return Relevance::Full;
    }
    match ending {
        "ts" | "mts" | "cts" | "tsx" | "js" | "mjs" | "cjs" | "jsx" | "json" | "jsonc"
        | "json5" => Relevance::Script,
        "rs" => Relevance::Rust,
        _ => Relevance::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_cannot_matter() {
        for (path, expected) in [
            ("README.md", Relevance::None),
            ("src/main.rs", Relevance::Rust),
            ("src/app.tsx", Relevance::Script),
            ("src/tables.jsx", Relevance::Script),
            ("tsconfig.json", Relevance::Script),
            ("m/1.up.sql", Relevance::Full),
            ("src/schema.rs", Relevance::Full),
            ("docker-compose.yml", Relevance::Full),
            ("db/meta/0001_snapshot.json", Relevance::Full),
        ] {
            assert_eq!(relevance(path), expected, "{path}");
        }
    }
}
