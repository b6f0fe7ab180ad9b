//! Finds folders that may hold migrations, from the names of files alone.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::apart::are_releases;
use super::layout::is_named;
use super::names::{PrefixKind, compare_dotted, prefixed};
use super::tree::{file_name, is_named_after_migrations, join, parent};
use crate::tool::Tool;

/// The files of a tree, sorted, with cheap questions about folders.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    files: Vec<String>,
}

impl Listing {
    pub(crate) fn new(mut files: Vec<String>) -> Self {
        files.sort_unstable();
        files.dedup();
        Self { files }
    }

    pub(crate) fn files(&self) -> &[String] {
        &self.files
    }

    pub(crate) fn has(&self, path: &str) -> bool {
        self.files
            .binary_search_by(|file| file.as_str().cmp(path))
            .is_ok()
    }

    /// Every file below a folder.
    pub(crate) fn under(&self, folder: &str) -> &[String] {
        if folder.is_empty() {
            return &self.files;
        }
        let first = format!("{folder}/");
        let start = self.files.partition_point(|file| *file < first);
        let length = self.files[start..].partition_point(|file| file.starts_with(&first));
        &self.files[start..start + length]
    }

    /// The files in a folder itself.
    pub(crate) fn children<'a>(&'a self, folder: &str) -> impl Iterator<Item = &'a str> {
        let mut rest = self.under(folder);
        let start = if folder.is_empty() {
            0
        } else {
            folder.len() + 1
        };
        std::iter::from_fn(move || {
            loop {
                let (file, others) = rest.split_first()?;
                let Some(slash) = file[start..].find('/') else {
                    rest = others;
                    return Some(file.as_str());
                };
                // What lies below a folder stands together, and is passed in one step: with the files
                // of the root, each of 5,300 was looked at again for every question.
                let below = &file[..=start + slash];
                rest = &rest[rest.partition_point(|other| other.starts_with(below))..];
            }
        })
    }
}

/// A folder and everything above it, ending with the root.
pub(crate) fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| {
        (!folder.is_empty()).then(|| parent(folder))
    })
}

/// How the files of a folder could be migrations; the first that holds wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FolderKind {
    /// `meta/_journal.json` names the files.
    Journal,
    /// A plan beside it, or above that, names the files.
    Planned,
    /// Each folder in it has a `migration.sql`.
    MigrationSql,
    /// Each folder in it has an `up.sql`.
    UpSql,
    /// Files called `V1__name.sql`, side by side and in folders below.
    Prefixed,
    /// Folders that are called after releases, with files in them.
    Releases,
    /// Files side by side.
    Flat,
    /// `structure.sql`, the dump of a tool whose migrations are no SQL.
    Structure,
}

/// Whether the content of folders of that name is never the project's own migrations, unless one is
/// asked for by name. Each part of the path of each folder of a repository is asked.
fn is_of_others(name: &str) -> bool {
    matches!(
        name,
        "node_modules" | "vendor" | "third_party" | "dist" | ".git" | ".next" | "site-packages"
    )
}

/// Whether folders of that name hold what tests need. Configuration or a path on the command line
/// brings them back.
fn is_of_tests(name: &str) -> bool {
    matches!(
        name,
        "fixtures"
            | "__fixtures__"
            | "fixture"
            | "testdata"
            | "test-data"
            | "test_data"
            | "stub"
            | "stubs"
            | "__tests__"
            | "__mocks__"
            | "test"
            | "tests"
            | "testing"
            | "spec"
            | "specs"
            | "e2e"
            | "integration-tests"
            | "integration_tests"
    )
}

/// Folders that may hold migrations and are passed over for the name of a folder of tests.
pub(super) fn passed_over(
    listing: &Listing,
    asked: &[String],
) -> impl Iterator<Item = (String, FolderKind)> {
    let all: Vec<String> = listing
        .files()
        .iter()
        .map(|path| parent(path).to_owned())
        .collect();
    candidates(listing, &all)
        .into_iter()
        .filter(move |(folder, _)| folder.split('/').any(is_of_tests) && is_foreign(folder, asked))
}

/// Every folder that may hold a migration set. A folder below `asked` is not held against its name.
pub(crate) fn candidates(listing: &Listing, asked: &[String]) -> BTreeMap<String, FolderKind> {
    let mut found: BTreeMap<String, FolderKind> = BTreeMap::new();
    let mut add = |folder: &str, kind: FolderKind| {
        if !is_foreign(folder, asked) {
            match found.get_mut(folder) {
                Some(known) => *known = kind.min(*known),
                None => drop(found.insert(folder.to_owned(), kind)),
            }
        }
    };
    for path in listing.files() {
        let (folder, name) = (parent(path), file_name(path));
        match name {
            "_journal.json" if file_name(folder) == "meta" => {
                add(parent(folder), FolderKind::Journal);
            }
            "migration.sql" if !folder.is_empty() => add(parent(folder), FolderKind::MigrationSql),
            "up.sql" if !folder.is_empty() => add(parent(folder), FolderKind::UpSql),
            "structure.sql" => add(folder, FolderKind::Structure),
            _ if migration_stem(name).is_some() => add(folder, FolderKind::Flat),
            _ => {}
        }
    }
    let foldered: Vec<String> = found
        .iter()
        .filter(|(_, kind)| matches!(kind, FolderKind::MigrationSql | FolderKind::UpSql))
        .map(|(folder, _)| folder.clone())
        .collect();
    // What lies beside a migration.sql or an up.sql belongs to that migration.
    found.retain(|folder, kind| {
        *kind != FolderKind::Flat
            || foldered.binary_search(&parent(folder).to_owned()).is_err()
            || (!is_migration(listing, folder) && !is_named(parent(folder)))
            || folder.is_empty()
    });
    gather_planned(listing, &mut found);
    gather_prefixed(listing, &mut found);
    gather_releases(listing, &mut found);
    gather_committed(&mut found);
    found
}

/// Whether a folder is one migration.
fn is_migration(listing: &Listing, folder: &str) -> bool {
    ["migration.sql", "up.sql"]
        .iter()
        .any(|name| listing.has(&join(folder, name)))
}

/// What a plan lists lies in folders beside it, however deep; or the nearest plan above lists the
/// files of several servers, each in such folders of its own.
fn gather_planned(listing: &Listing, found: &mut BTreeMap<String, FolderKind>) {
    for plan in Tool::all_plans() {
        let plans = listing
            .files()
            .iter()
            .filter(|path| file_name(path) == plan.name);
        let homes: Vec<&str> = plans.map(|path| parent(path)).collect();
        if homes.is_empty() {
            continue;
        }
        let is_part = |folder: &&str| {
            let name = file_name(folder);
            name == plan.up || plan.beside.contains(&name)
        };
        let is_home = |above: &str| {
            homes.contains(&above)
                || plan
                    .beside
                    .iter()
                    .any(|beside| !listing.under(&join(above, beside)).is_empty())
                    && ancestors(above).any(|folder| homes.contains(&folder))
        };
        let flat = found.iter().filter(|(_, kind)| **kind == FolderKind::Flat);
        let parts = flat.filter_map(|(folder, _)| {
            let mut parts = ancestors(folder).filter(is_part);
            let part = parts.find(|part| is_home(parent(part)))?;
            Some((folder.clone(), part.to_owned()))
        });
        let parts: Vec<(String, String)> = parts.collect();
        for (folder, part) in parts {
            found.remove(&folder);
            if file_name(&part) == plan.up {
                found.insert(part, FolderKind::Planned);
            }
        }
    }
}

/// Who runs files with such names looks for them in every folder below a location, so folders of
/// one location are one set.
fn gather_prefixed(listing: &Listing, found: &mut BTreeMap<String, FolderKind>) {
    let flat = found
        .iter()
        .filter(|&(folder, &kind)| kind == FolderKind::Flat && is_prefixed(listing, folder));
    let flat: Vec<String> = flat.map(|(folder, _)| folder.clone()).collect();
    for folder in &flat {
        found.remove(folder);
        let holds = |above: &str| flat.iter().any(|known| known == above);
        let shares = |above: &str| is_one_location(listing.under(above), above);
        let location = location_of_prefixed(folder, holds, shares);
        found.insert(location.to_owned(), FolderKind::Prefixed);
    }
}

/// Folders of releases are one history, in the order of their versions.
fn gather_releases(listing: &Listing, found: &mut BTreeMap<String, FolderKind>) {
    let mut below: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (folder, _) in found.iter().filter(|(_, kind)| **kind == FolderKind::Flat) {
        let above = parent(folder).to_owned();
        below.entry(above).or_default().push(folder.clone());
    }
    for (above, folders) in below {
        let releases: Vec<&str> = folders.iter().map(String::as_str).collect();
        if above.is_empty() || !are_releases(listing, &above, &releases) {
            continue;
        }
        for folder in &folders {
            found.remove(folder);
        }
        found.insert(above, FolderKind::Releases);
    }
}

/// `current.sql` belongs to the migrations in `committed` beside it.
fn gather_committed(found: &mut BTreeMap<String, FolderKind>) {
    let committed = found
        .keys()
        .filter(|folder| file_name(folder) == "committed");
    let above: Vec<String> = committed.map(|folder| parent(folder).to_owned()).collect();
    found.retain(|folder, kind| *kind != FolderKind::Flat || !above.contains(folder));
}

/// Whether most migrations in a folder are called `V1__name.sql`.
fn is_prefixed(listing: &Listing, folder: &str) -> bool {
    let stems = || {
        listing
            .children(folder)
            .filter_map(|file| migration_stem(file_name(file)))
    };
    stems().filter_map(prefixed).count() * 2 > stems().count()
}

/// The folder that a runner of such files is configured to look in: `db/migration`, or else the
/// highest folder above that `holds` migrations itself, or that is called after migrations and
/// whose folders `shares` says are parts of one history. Folders named after a server are locations
/// of their own (`db/migration/{vendor}`).
pub(crate) fn location_of_prefixed(
    folder: &str,
    holds: impl Fn(&str) -> bool,
    shares: impl Fn(&str) -> bool,
) -> &str {
    let mut location = folder;
    for below in ancestors(folder) {
        if is_vendor(file_name(below)) {
            break;
        }
        let above = parent(below);
        if !below.is_empty()
            && (holds(above)
                || above == "db/migration"
                || above.ends_with("/db/migration")
                || is_named_after_migrations(file_name(above)) && shares(above))
        {
            location = above;
        }
    }
    location
}

/// Whether the migrations in several folders below one are a single history: no version is there
/// twice. Those of several databases begin with the same ones.
pub(super) fn is_one_location(files: &[String], above: &str) -> bool {
    let mut folders = BTreeSet::new();
    let mut versions = Vec::new();
    for path in files {
        let folder = parent(path);
        let Some(name) = migration_stem(file_name(path)).and_then(prefixed) else {
            continue;
        };
        if folder[above.len()..].split('/').any(is_vendor) {
            return false;
        }
        folders.insert(folder);
        if name.kind == PrefixKind::Versioned {
            versions.push(name.version);
        }
    }
    versions.sort_by(|left, right| compare_dotted(left, right));
    let mut pairs = versions.windows(2);
    let twice = pairs.any(|pair| compare_dotted(pair[0], pair[1]) == Ordering::Equal);
    folders.len() > 1 && !twice
}

/// Whether such a runner would take this folder's name for that of a server.
pub(crate) fn is_vendor(name: &str) -> bool {
    const VENDORS: &[&str] = &[
        "postgresql",
        "postgres",
        "mysql",
        "mariadb",
        "sqlite",
        "h2",
        "hsqldb",
        "derby",
        "oracle",
        "sqlserver",
        "mssql",
        "db2",
        "cockroachdb",
        "redshift",
        "snowflake",
        "clickhouse",
    ];
    VENDORS.contains(&name.to_ascii_lowercase().as_str())
}

/// The name of a file without the ending that migrations have; `None` for other files.
pub(crate) fn migration_stem(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    // `1_a.up..sql` is taken too, by a runner that looks for the last dot.
    (ending.eq_ignore_ascii_case("sql") || ending == "fizz").then(|| stem.trim_end_matches('.'))
}

/// Whether a folder is somebody else's, or an example.
pub(crate) fn is_foreign(folder: &str, asked: &[String]) -> bool {
    let below = asked
        .iter()
        .map(|path| shared(folder, path))
        .max()
        .unwrap_or(0);
    folder[below..]
        .split('/')
        .any(|part| is_of_others(part) || is_of_tests(part))
}

/// How much of a folder's path lies above a file that was asked for, too: who names
/// `fixtures/src/schema.ts` speaks of the project in `fixtures`, its migrations included.
fn shared(folder: &str, asked: &str) -> usize {
    let mut end = 0;
    let parts = folder.split('/').zip(asked.split('/'));
    for (part, _) in parts.take_while(|(one, other)| one == other) {
        end += part.len() + 1;
    }
    end.min(folder.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(files: &[&str]) -> Listing {
        Listing::new(files.iter().map(|&file| file.to_owned()).collect())
    }

    #[test]
    fn folders_are_ranges_of_the_listing() {
        let listing = listing(&["a-b/1", "a/1", "a/b/2", "ab", "c"]);
        assert_eq!(listing.under("a"), ["a/1", "a/b/2"]);
        assert_eq!(listing.children("a").collect::<Vec<_>>(), ["a/1"]);
        assert_eq!(listing.children("").collect::<Vec<_>>(), ["ab", "c"]);
        assert!(listing.has("ab") && !listing.has("b"));
        assert_eq!(ancestors("a/b").collect::<Vec<_>>(), ["a/b", "a", ""]);
    }

    #[test]
    fn the_strongest_kind_wins_and_foreign_folders_are_left_alone() {
        let listing = listing(&[
            "db/0_init.sql",
            "db/meta/_journal.json",
            "fixtures/1/1_a.sql",
            "p/1_a/migration.sql",
            "p/1_a/seed.sql",
        ]);
        let all = candidates(&listing, &[]);
        assert_eq!(
            all.into_iter().collect::<Vec<_>>(),
            [
                ("db".to_owned(), FolderKind::Journal),
                ("p".to_owned(), FolderKind::MigrationSql)
            ]
        );
        for asked in ["fixtures/1", "fixtures/1/1_a.sql", "fixtures/schema.ts"] {
            assert!(
                candidates(&listing, &[asked.to_owned()]).contains_key("fixtures/1"),
                "{asked}"
            );
        }
        assert!(!candidates(&listing, &["src/fixtures.ts".to_owned()]).contains_key("fixtures/1"));
    }
}
