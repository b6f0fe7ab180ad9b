//! Migrations in programming languages, which driftlint does not read.

use std::collections::BTreeMap;

use super::discover::{Listing, is_foreign};
use super::names::is_numbered;
use super::tree::{ending, file_name, is_under, parent};
use super::{Project, Unsupported};

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
];

/// The language of a file in a programming language.
pub(super) fn language_of(path: &str) -> Option<&'static str> {
    let ending = ending(path);
    let known = LANGUAGES.iter().find(|(end, _)| *end == ending);
    known.map(|(_, language)| *language)
}

/// The language of a file that is a migration by its name and its folder's.
pub(crate) fn language(path: &str) -> Option<&'static str> {
    let language = language_of(path)?;
    let folder = file_name(parent(path)).to_ascii_lowercase();
    let named = matches!(folder.as_str(), "migrations" | "migration" | "migrate");
    (named && is_numbered(file_name(path))).then_some(language)
}

/// Folders of such migrations that belong to no set.
pub(super) fn find(listing: &Listing, project: &Project, asked: &[String]) -> Vec<Unsupported> {
    let mut folders: BTreeMap<(&str, &'static str), usize> = BTreeMap::new();
    for path in listing.files() {
        if let Some(language) = language(path) {
            *folders.entry((parent(path), language)).or_default() += 1;
        }
    }
    let known = |folder: &str| {
        project.sets.iter().any(|set| is_under(folder, &set.folder))
            || project
                .unsupported
                .iter()
                .any(|other| other.folder == folder)
    };
    folders
        .into_iter()
        .filter(|((folder, _), _)| !known(folder) && !is_foreign(folder, asked))
        .map(|((folder, language), files)| Unsupported {
            folder: folder.to_owned(),
            files,
            reason: format!("migrations in {language}, which driftlint does not read"),
            broken: false,
        })
        .collect()
}
