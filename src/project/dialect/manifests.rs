//! What configuration says that lies above the folder: that of tools, `Cargo.toml`, `.env`.

use super::{Decision, drivers, from_tool};
use crate::error::Result;
use crate::project::discover::{Listing, ancestors};
use crate::project::tree::{Tree, file_name, join};
use crate::tool::Tool;

/// From configuration files above the folder: those of tools, `Cargo.toml`, `.env`.
pub(crate) fn from_manifests(
    tree: &dyn Tree,
    listing: &Listing,
    folder: &str,
) -> Result<Option<Decision>> {
    for above in ancestors(folder) {
        for manifest in Tool::all_manifests().chain(MANIFESTS) {
            let path = join(above, manifest.name);
            if listing.has(&path)
                && let Some(bytes) = tree.read(&path)?
                && let Some(said) = (manifest.server)(&String::from_utf8_lossy(&bytes))
                && let Some(decision) = from_tool(&said, format!("`{}`", file_name(&path)))
            {
                return Ok(Some(decision));
            }
        }
    }
    drivers::of_java(tree, listing, folder)
}

/// A file that may say which server the migrations below it are for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manifest {
    /// What it is called.
    name: &'static str,
    /// The name of the server that its text says.
    server: fn(&str) -> Option<String>,
}

impl Manifest {
    pub(crate) const fn new(name: &'static str, server: fn(&str) -> Option<String>) -> Self {
        Self { name, server }
    }
}

/// Those of no tool.
const MANIFESTS: &[Manifest] = &[
    Manifest::new("Cargo.toml", cargo_features),
    Manifest::new(".env", environment),
    Manifest::new(".env.example", environment),
    Manifest::new(".env.sample", environment),
];

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

/// The server that a tool is used with, or the scheme of the database's address.
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
    Tool::all_server_variables()
        .find_map(value)
        .or_else(|| value("DATABASE_URL").and_then(|url| url_scheme(&url)))
}

/// The server that an address names: `postgres://…`.
pub(crate) fn url_scheme(text: &str) -> Option<String> {
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
