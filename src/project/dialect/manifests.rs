//! What configuration says that lies above the folder: `sqlc.yaml`, `Cargo.toml`, `.env`.

use super::{Decision, drivers, from_tool};
use crate::error::Result;
use crate::project::discover::{Listing, ancestors};
use crate::project::tree::{Tree, file_name, join};
use crate::tool::Tool;

/// From configuration files above the folder: `sqlc.yaml`, `Cargo.toml`, `.env`.
pub(crate) fn from_manifests(
    tree: &dyn Tree,
    listing: &Listing,
    folder: &str,
) -> Result<Option<Decision>> {
    for above in ancestors(folder) {
        for (name, read) in READERS {
            let path = join(above, name);
            if listing.has(&path)
                && let Some(bytes) = tree.read(&path)?
                && let Some(said) = read(&String::from_utf8_lossy(&bytes))
                && let Some(decision) = from_tool(&said, format!("`{}`", file_name(&path)))
            {
                return Ok(Some(decision));
            }
        }
    }
    drivers::of_java(tree, listing, folder)
}

type ManifestReader = fn(&str) -> Option<String>;

const READERS: &[(&str, ManifestReader)] = &[
    ("sqlc.yaml", sqlc_engine),
    ("sqlc.yml", sqlc_engine),
    ("sqlc.json", sqlc_engine),
    ("atlas.hcl", url_scheme),
    ("Cargo.toml", cargo_features),
    (".env", environment),
    (".env.example", environment),
    (".env.sample", environment),
];

/// `engine: postgresql`, as long as all engines of the file agree.
fn sqlc_engine(text: &str) -> Option<String> {
    let mut engines: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            line.trim()
                .trim_start_matches("- ")
                .trim_start_matches('"')
                .strip_prefix("engine")
        })
        .filter_map(|rest| rest.trim_start_matches('"').trim_start().strip_prefix(':'))
        .map(|value| value.trim().trim_matches(['"', '\'', ',']))
        .collect();
    engines.dedup();
    (engines.len() == 1).then(|| engines[0].to_owned())
}

/// The features of the crates that run migrations, as long as they name one server.
fn cargo_features(text: &str) -> Option<String> {
    let manifest: toml::Table = text.parse().ok()?;
    let tables = [
        manifest.get("dependencies"),
        manifest.get("dev-dependencies"),
        manifest
            .get("workspace")
            .and_then(|workspace| workspace.get("dependencies")),
    ];
    let mut servers: Vec<&str> = Vec::new();
    for name in Tool::all_crates() {
        for dependency in tables.iter().flatten().filter_map(|table| table.get(name)) {
            let features = dependency.get("features").and_then(toml::Value::as_array);
            servers.extend(
                features
                    .into_iter()
                    .flatten()
                    .filter_map(toml::Value::as_str)
                    .filter_map(|feature| {
                        ["postgres", "mysql", "sqlite"]
                            .into_iter()
                            .find(|server| feature.starts_with(server))
                    }),
            );
        }
    }
    servers.sort_unstable();
    servers.dedup();
    (servers.len() == 1).then(|| servers[0].to_owned())
}

/// goose's driver, or the scheme of the database's address.
fn environment(text: &str) -> Option<String> {
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let line = line.trim();
            let (name, value) = line
                .strip_prefix("export ")
                .unwrap_or(line)
                .split_once('=')?;
            (name.trim() == key).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
        })
    };
    value("GOOSE_DRIVER").or_else(|| value("DATABASE_URL").and_then(|url| url_scheme(&url)))
}

fn url_scheme(text: &str) -> Option<String> {
    let before = text.split_once("://")?.0;
    let start = before
        .rfind(|c: char| !c.is_ascii_alphanumeric())
        .map_or(0, |at| at + 1);
    let scheme = &before[start..];
    from_tool(scheme, "").map(|_| scheme.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_speaks_when_it_is_of_one_mind() {
        assert_eq!(
            sqlc_engine("sql:\n  - engine: \"mysql\"\n    schema: x"),
            Some("mysql".to_owned())
        );
        assert_eq!(sqlc_engine("  - engine: mysql\n  - engine: sqlite"), None);
        assert_eq!(
            environment("A=1\nDATABASE_URL=\"mysql://u@h/d\""),
            Some("mysql".to_owned())
        );
        assert_eq!(environment("DATABASE_URL=file:./dev.db"), None);
        let features = |list: &str| {
            cargo_features(&format!(
                "[dependencies]\nsqlx = {{ version = \"1\", features = {list} }}"
            ))
        };
        assert_eq!(
            features("[\"sqlite\", \"runtime-tokio\"]"),
            Some("sqlite".to_owned())
        );
        assert_eq!(features("[\"sqlite\", \"postgres\"]"), None);
    }
}
