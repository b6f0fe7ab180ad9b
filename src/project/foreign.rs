//! Migrations in programming languages, which driftlint does not read.

use std::collections::BTreeMap;

use super::discover::{Listing, is_foreign};
use super::names::is_numbered;
use super::tree::{Tree, ending, file_name, is_named_after_migrations, is_under, parent};
use super::{Project, Unsupported};
use crate::error::Result;

/// The language of a migration that is no SQL, by the ending of its file.
const LANGUAGES: &[(&str, &str)] = &[
    ("rb", "Ruby"),
    ("py", "Python"),
    ("go", "Go"),
    ("js", "JavaScript"),
    ("mjs", "JavaScript"),
    ("cjs", "JavaScript"),
    ("ts", "TypeScript"),
    ("php", "PHP"),
    ("ex", "Elixir"),
    ("exs", "Elixir"),
    ("java", "Java"),
    ("kt", "Kotlin"),
    ("cs", "C#"),
    ("rs", "Rust"),
];

/// Endings of Liquibase's changelogs.
const CHANGELOGS: &[&str] = &["xml", "yaml", "yml", "json"];

/// The language of a file in a programming language.
pub(super) fn language_of(path: &str) -> Option<&'static str> {
    let ending = ending(path);
    let known = LANGUAGES.iter().find(|(end, _)| *end == ending);
    known.map(|(_, language)| *language)
}

/// The language of a file that is a migration by its name and its folder's.
pub(crate) fn language(path: &str) -> Option<&'static str> {
    let language = language_of(path)?;
    let folder = parent(path);
    // Nearly all files of a repository end here.
    if !matches!(language, "Rust" | "Python") && !is_numbered(file_name(path)) {
        return None;
    }
    let is_migration = match language {
        // SeaORM's lie in a crate of that name, and are called `m20220101_000001_name.rs`.
        "Rust" => {
            let of_crate = file_name(folder) == "src" && is_named(parent(folder));
            let stem = file_name(path).strip_prefix('m');
            (of_crate || is_named(folder)) && stem.is_some_and(is_numbered)
        }
        // Alembic's have a hash for a number, and a folder for all of them.
        "Python" if file_name(folder) == "versions" => {
            let environment = file_name(parent(folder));
            let environment = environment == "alembic" || is_named(parent(folder));
            environment && !file_name(path).starts_with('_')
        }
        // A folder of the tool's own may hold them all: `migrations/list/0001-a.ts`.
        _ => {
            let of_tests = [".test.", ".spec."].iter().any(|mark| path.contains(mark));
            let named = is_named(folder) || is_named(parent(folder));
            named && is_numbered(file_name(path)) && !of_tests
        }
    };
    is_migration.then_some(language)
}

/// Whether a folder is called after migrations.
fn is_named(folder: &str) -> bool {
    let name = file_name(folder).to_ascii_lowercase();
    is_named_after_migrations(&name)
        || name.ends_with("_migrations")
        || name.ends_with("-migrations")
}

/// Whether a file is a changelog of Liquibase's.
fn is_changelog(tree: &dyn Tree, path: &str) -> Result<bool> {
    let called = |part: &str| {
        let part = part.to_ascii_lowercase();
        part.contains("changelog") || part.contains("liquibase")
    };
    if !CHANGELOGS.contains(&ending(path))
        || !(called(file_name(path)) || called(file_name(parent(path))))
    {
        return Ok(false);
    }
    let bytes = tree.read(path)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).contains("databaseChangeLog"))
}

/// Folders of such migrations that belong to no set.
pub(super) fn find(
    tree: &dyn Tree,
    listing: &Listing,
    project: &Project,
    asked: &[String],
) -> Result<Vec<Unsupported>> {
    let mut folders: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for path in listing.files() {
        let what = match language(path) {
            Some(language) => format!("migrations in {language}"),
            None if is_changelog(tree, path)? => "changelogs of Liquibase's".to_owned(),
            None => continue,
        };
        *folders.entry((parent(path), what)).or_default() += 1;
    }
    let found = folders
        .into_iter()
        .filter(|((folder, _), _)| !is_known(project, folder) && !is_foreign(folder, asked))
        .map(|((folder, what), files)| Unsupported {
            folder: folder.to_owned(),
            files,
            reason: format!("{what}, which driftlint does not read"),
            broken: false,
        });
    Ok(found.collect())
}

/// Whether the project judges a folder, or says already why not.
fn is_known(project: &Project, folder: &str) -> bool {
    project.sets.iter().any(|set| is_under(folder, &set.folder))
        || project
            .unsupported
            .iter()
            .any(|other| other.folder == folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_names_of_its_own() {
        for (path, expected) in [
            ("db/migrate/20240101000000_a.rb", Some("Ruby")),
            (
                "db/knex_migrations/2023-08-16-0000-a.js",
                Some("JavaScript"),
            ),
            ("crates/migration/src/m20220101_000001_a.rs", Some("Rust")),
            ("core/db/migration/m20220101_000001_a.rs", Some("Rust")),
            ("crates/migration/src/lib.rs", None),
            ("crates/migration/src/m2d.rs", None),
            ("src/2024_a.rs", None),
            ("app/alembic/versions/e2412789c190_a.py", Some("Python")),
            ("migrations/versions/0a1b_a.py", Some("Python")),
            ("app/alembic/versions/__init__.py", None),
            ("docs/versions/2_1.py", None),
            (
                "src/migrations/list/0001-a.migration.ts",
                Some("TypeScript"),
            ),
            ("src/migrations/list/0001-a.migration.test.ts", None),
        ] {
            assert_eq!(language(path), expected, "{path}");
        }
    }
}
