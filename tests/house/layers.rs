//! The order of the layers: a module uses only what stands before it.

use std::fmt::Write as _;

use super::{assert_none, files};

/// From what knows nothing of the others to what knows them all.
///
/// `history` stands after `schema`, since an edited file is compared with the schema that it is
/// about; `context` before `rules`, since every rule is a function of one; `write` before both,
/// since fixes write migrations too.
const ORDER: &[&str] = &[
    "source",
    "diagnostic",
    "glob",
    "error",
    "cel",
    "server",
    "sql",
    "catalog",
    "lock",
    "project",
    "replay",
    "schema",
    "history",
    "compare",
    "drift",
    "write",
    "status",
    "workflow",
    "page",
    "context",
    "rules",
    "custom",
    "config",
    "suppress",
    "check",
    "fix",
    "report",
    "workspace",
    "database",
    "verify",
    "setup",
    "lsp",
    "cli",
    "main",
    "lib",
];

/// The rooms of servers and tools cross the layers: a file in one belongs to the layer that its
/// name says. What is not in this list belongs to the room's own registry.
const ROOMS: &[(&str, &str)] = &[
    ("lex", "sql"),
    ("names", "sql"),
    ("reserved", "sql"),
    ("types", "sql"),
    ("range", "sql"),
    ("recognise", "sql"),
    ("demand", "sql"),
    ("quote", "sql"),
    ("parse", "sql"),
    ("shapes", "sql"),
    ("canonical", "sql"),
    ("render", "sql"),
    ("functions", "sql"),
    ("needs", "sql"),
    ("apply", "catalog"),
    ("catalog", "catalog"),
    ("charset", "catalog"),
    ("bookkeeping", "project"),
    ("layout", "project"),
    ("journal", "project"),
    ("config", "project"),
    ("runner", "project"),
    ("schema", "schema"),
    ("snapshot", "schema"),
    ("compare", "compare"),
    ("capabilities", "compare"),
    ("lock", "lock"),
    ("repair", "drift"),
    ("advice", "drift"),
    ("script", "drift"),
    ("record", "write"),
    ("steps", "write"),
    ("upgrade", "history"),
    ("command", "workflow"),
    ("connect", "database"),
    ("host", "database"),
    ("introspect", "database"),
    ("sample", "database"),
    ("tls", "database"),
    ("trace", "database"),
];

/// Whether a file belongs to the list of tools: the list itself, or the row of a tool.
///
/// A row hands each layer what its room has for it, as plain data and function pointers; so it
/// names all layers, and stands beside their order as `main` stands above it. What layers may use
/// of the list still counts as `project`, where finding tools begins.
fn is_list_of_tools(module: &[String]) -> bool {
    module[0] == "tool" && module.len() <= 2
}

/// What may be used out of order for now: file, layer, and why. One that is not needed fails.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

#[test]
fn a_module_uses_only_what_stands_before_it() {
    let mut failures = String::new();
    let mut needed = vec![false; EXCEPTIONS.len()];
    for (file, text) in files("src", ".rs") {
        let own = module(&file);
        if own.iter().any(|name| name == "tests") || is_list_of_tools(&own) {
            continue;
        }
        let Some(place) = layer(&own) else {
            let _ = writeln!(failures, "{file} is in no layer; add it to ORDER or ROOMS");
            continue;
        };
        for used in uses(&text, &own) {
            let Some(other) = layer(&used.path) else {
                continue;
            };
            if position(other) <= position(place) {
                continue;
            }
            let excepted = EXCEPTIONS
                .iter()
                .position(|(path, layer, _)| *path == file && *layer == other);
            match excepted {
                Some(at) => needed[at] = true,
                None => {
                    let _ = writeln!(
                        failures,
                        "{file}:{} is in `{place}` and uses `{}`, which is in `{other}`: a later layer",
                        used.line,
                        used.path.join("::")
                    );
                }
            }
        }
    }
    for ((file, layer, _), needed) in EXCEPTIONS.iter().zip(needed) {
        if !needed {
            let _ = writeln!(
                failures,
                "{file} does not use `{layer}`: no exception is needed"
            );
        }
    }
    assert_none(&failures);
}

/// A path that a file names, and the line on which it does.
struct Use {
    line: usize,
    path: Vec<String>,
}

fn position(layer: &str) -> Option<usize> {
    ORDER.iter().position(|name| *name == layer)
}

/// The module that a file is.
fn module(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    inner.split('/').map(str::to_owned).collect()
}

/// The layer of a module, or of something in one.
fn layer(path: &[String]) -> Option<&'static str> {
    let name = path.first()?.as_str();
    if name == "server" || name == "tool" {
        let of_room = path
            .get(2)
            .and_then(|room| ROOMS.iter().find(|(name, _)| name == room));
        // Finding a project begins with the list of tools; reading SQL with that of servers.
        let registry = if name == "tool" { "project" } else { "server" };
        return Some(of_room.map_or(registry, |&(_, layer)| layer));
    }
    ORDER.iter().copied().find(|layer| *layer == name)
}

/// Every path of this crate that a file names outside of its tests and comments.
fn uses(text: &str, own: &[String]) -> Vec<Use> {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    let code: String = text[..end]
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
        .collect();
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let inside = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
            if code[..at].ends_with(inside) {
                continue;
            }
            let mut rest = &code[at..];
            let mut parent = own.to_vec();
            if let Some(after) = rest.strip_prefix("crate::") {
                (rest, parent) = (after, Vec::new());
            }
            while let Some(after) = rest.strip_prefix("super::") {
                parent.pop();
                rest = after;
            }
            let line = code[..at].matches('\n').count() + 1;
            let mut paths = Vec::new();
            tree(rest, &parent, &mut paths);
            found.extend(paths.into_iter().map(|path| Use { line, path }));
        }
    }
    found
}

/// The paths of a `use` tree, or the one of an expression; returns what comes after it.
fn tree<'t>(text: &'t str, parent: &[String], paths: &mut Vec<Vec<String>>) -> &'t str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start().trim_start_matches(',').trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            let before = rest.len();
            rest = tree(rest, parent, paths);
            if rest.len() == before {
                return rest;
            }
        }
    }
    let length = text
        .find(|c: char| !(c.is_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(length);
    let mut path = parent.to_vec();
    path.push(name.to_owned());
    if let Some(after) = rest.strip_prefix("::") {
        return tree(after, &path, paths);
    }
    paths.push(path);
    let renamed = rest.trim_start().strip_prefix("as ");
    renamed.map_or(rest, |after| {
        after.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn uses_are_found() {
    let text = "use crate::{sql::{Dialect, lex::Kind as K}, catalog};\n// crate::cli\nuse super::schema::Place;\nfn f() { crate::check::check(); }\n";
    let own = ["tool", "drizzle", "journal"].map(str::to_owned);
    let found: Vec<String> = uses(text, &own)
        .iter()
        .map(|found| format!("{} {}", found.line, found.path.join("::")))
        .collect();
    assert_eq!(
        found,
        [
            "1 sql::Dialect",
            "1 sql::lex::Kind",
            "1 catalog",
            "4 check::check",
            "3 tool::drizzle::schema::Place",
        ]
    );
    assert_eq!(layer(&own), Some("project"));
}
