//! sqlc's schemas: `sqlc.yaml` may lie anywhere, and names migrations themselves, or SQL that has
//! to agree with them.

use saphyr::Yaml;

use crate::error::Result;
use crate::project::affinity::{is_generated, stranger, tables};
use crate::project::declared::{SchemaFile, sql_files};
use crate::project::dialect::{Decision, Manifest, from_tool};
use crate::project::discover::{Listing, is_foreign};
use crate::project::tree::{Tree, file_name, is_under, parent, resolve};
use crate::project::yaml::load;
use crate::project::{MigrationSet, Project, Unsupported};
use crate::sql::Dialect;
use crate::tool::Tool;

/// The names of its configuration.
pub(super) const NAMES: [&str; 3] = ["sqlc.yaml", "sqlc.yml", "sqlc.json"];
/// Where one of these lies above a folder, a configuration elsewhere may name it.
pub(super) const FROM_AFAR: &[&str] = &["go.mod", "go.work", NAMES[0], NAMES[1], NAMES[2]];
/// Its configuration says for which server it writes code.
pub(super) const MANIFESTS: &[Manifest] = &[
    Manifest::new(NAMES[0], engine),
    Manifest::new(NAMES[1], engine),
    Manifest::new(NAMES[2], engine),
];

/// `engine: postgresql`, as long as all engines of the file agree.
fn engine(text: &str) -> Option<String> {
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

/// One package, or one member of `sql`.
#[derive(Debug, PartialEq, Eq)]
struct SqlPackage {
    engine: String,
    /// Its `schema`, as it is written.
    schema: Vec<String>,
}

/// What a configuration of version 1 or 2 says; an error says why it cannot be read.
fn entries(text: &str) -> Result<Vec<SqlPackage>, String> {
    let documents: Vec<Yaml> = load(text)?;
    let listed = documents.first().and_then(|root| {
        let list = root
            .as_mapping_get("sql")
            .or_else(|| root.as_mapping_get("packages"));
        list.and_then(Yaml::as_sequence)
    });
    let entries = listed.into_iter().flatten().filter_map(|one| {
        let string = |value: &Yaml| value.as_str().map(str::to_owned);
        let schema = one.as_mapping_get("schema")?;
        let schema = match schema.as_sequence() {
            Some(list) => list.iter().filter_map(string).collect(),
            None => vec![string(schema)?],
        };
        let engine = one
            .as_mapping_get("engine")
            .and_then(string)
            .unwrap_or_else(|| "postgresql".to_owned());
        Some(SqlPackage { engine, schema })
    });
    Ok(entries.collect())
}

/// Gives sets the schemas that sqlc reads beside them: those that make the same tables.
pub(crate) fn attach(tree: &dyn Tree, listing: &Listing, project: &mut Project) -> Result<()> {
    let configs = listing
        .files()
        .iter()
        .filter(|path| NAMES.contains(&file_name(path)) && !is_foreign(parent(path), &[]));
    for config in configs {
        let Some(bytes) = tree.read(config)? else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        let entries = match entries(&text) {
            Ok(entries) => entries,
            Err(reason) => {
                project.unsupported.push(Unsupported {
                    folder: config.clone(),
                    files: 0,
                    reason,
                    broken: true,
                });
                continue;
            }
        };
        for entry in entries {
            let Some(Decision::Known(dialect, _)) = from_tool(&entry.engine, "") else {
                continue;
            };
            let paths: Vec<String> = entry
                .schema
                .iter()
                .map(|path| resolve(parent(config), path))
                .collect();
            // Mostly it is configured to read the migrations, which is a schema in agreement with
            // them.
            let folders = project.sets.iter().map(|set| &set.folder);
            let mut folders = folders.chain(project.unsupported.iter().map(|other| &other.folder));
            if folders.any(|folder| {
                paths
                    .iter()
                    .any(|path| is_under(path, folder) || is_under(folder, path))
            }) {
                continue;
            }
            let files: Vec<String> = paths
                .iter()
                .flat_map(|path| sql_files(listing, path))
                .collect();
            let mut texts = Vec::new();
            for file in &files {
                texts.extend(
                    tree.read(file)?
                        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
                );
            }
            attach_one(project, dialect, config, &files, &texts);
        }
    }
    Ok(())
}

fn attach_one(
    project: &mut Project,
    dialect: Dialect,
    config: &str,
    files: &[String],
    texts: &[String],
) {
    let ours = tables(texts.iter().map(String::as_str));
    let shared = |set: &MigrationSet| {
        let theirs = made(set);
        let known = stranger(&ours, &theirs, true).is_none();
        if known {
            ours.intersection(&theirs).count()
        } else {
            0
        }
    };
    // A dump that lies beside the migrations is the better witness, unless sqlc's own hand-written
    // schema was taken for one.
    let open = project.sets.iter_mut().filter(|set| {
        let mut assumed = set.declared.iter().filter(|declared| declared.assumed);
        let ours = !texts.iter().any(|text| is_generated(text))
            && assumed.any(|declared| files.contains(&declared.path));
        set.dialect == dialect && (set.declared.is_empty() || ours)
    });
    let set = open.max_by_key(|set| shared(set));
    if let Some(set) = set.filter(|set| shared(set) > 0) {
        set.declared = files
            .iter()
            .map(|path| SchemaFile::new(path, Tool::Sqlc))
            .collect();
        set.rejected_schemas
            .retain(|rejected| !files.contains(&rejected.path));
        set.related.push(config.to_owned());
    }
}

fn made(set: &MigrationSet) -> std::collections::BTreeSet<String> {
    let parts = set.migrations.iter().flat_map(|migration| &migration.up);
    tables(parts.map(|part| part.source.slice(part.span)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_of_one_mind() {
        assert_eq!(
            engine("sql:\n  - engine: \"mysql\"\n    schema: x"),
            Some("mysql".to_owned())
        );
        assert_eq!(engine("  - engine: mysql\n  - engine: sqlite"), None);
    }

    #[test]
    fn both_versions_are_read() {
        let entry = |engine: &str, schema: &[&str]| SqlPackage {
            engine: engine.to_owned(),
            schema: schema.iter().map(|&path| path.to_owned()).collect(),
        };
        let two = "version: \"2\"\nsql:\n- schema: db/schema.sql\n  engine: mysql\n- engine: sqlite\n  schema: [a.sql, \"b\"]\n";
        assert_eq!(
            entries(two).expect("YAML"),
            [
                entry("mysql", &["db/schema.sql"]),
                entry("sqlite", &["a.sql", "b"])
            ]
        );
        let one = "{\"version\": \"1\", \"packages\": [{\"schema\": \"s/\", \"queries\": \"q/\"}]}";
        assert_eq!(entries(one).expect("YAML"), [entry("postgresql", &["s/"])]);
        assert!(entries("sql: [\n").is_err());
    }
}
