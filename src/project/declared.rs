//! The files that say how a database should look, for each set: `schema.prisma`, `schema.ts`, `schema.rs`, dumps.

mod drizzle;

use super::discover::{Listing, ancestors};
use super::drizzle_config::DrizzleConfig;
use super::prisma::{self, PrismaConfig};
use super::runner::Runner;
use super::tree::{Tree, ending, file_name, is_under, join, parent, resolve};
use crate::error::Result;
use crate::glob;

/// A file that declares a schema, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The file, relative to the repository's root.
    pub path: String,
    /// The language it is written in.
    pub kind: DeclaredKind,
}

/// The language of a declared schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeclaredKind {
    /// Prisma's own.
    Prisma,
    /// TypeScript for Drizzle.
    Drizzle,
    /// Diesel's `table!` macros, generated from the database.
    Diesel,
    /// A dump: `structure.sql`, `schema.sql`.
    Dump,
    /// SQL that people write, which migrations are made from: `supabase/schemas`.
    Sql,
}

/// What is known about a set's declared schema.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) declared: Vec<Declared>,
    pub(crate) drizzle: Option<DrizzleConfig>,
    pub(crate) prisma: Option<PrismaConfig>,
    /// Configuration files that were read.
    pub(crate) related: Vec<String>,
}

/// Finds the declared schema of the set in `folder`, whose own files may name its `dialect`.
pub(crate) fn find(
    tree: &dyn Tree,
    listing: &Listing,
    folder: &str,
    runner: Runner,
    dialect: Option<&str>,
) -> Result<Found> {
    let search = Search { tree, listing, folder };
    let mut found = match runner {
        Runner::Prisma => prisma::find(tree, listing, folder)?,
        Runner::Drizzle => return search.drizzle(dialect, true),
        Runner::Diesel => search.diesel()?,
        Runner::Supabase => search.supabase()?,
        Runner::Flyway | Runner::Pop | Runner::NodePgMigrate => Found::default(),
        _ => search.dump(),
    };
    // Another tool may run what drizzle-kit writes.
    let Found { declared, drizzle, related, .. } = search.drizzle(dialect, false)?;
    found.declared.extend(declared);
    found.related.extend(related);
    found.drizzle = drizzle;
    Ok(found)
}

/// Whether a file by this name may declare a schema or configure one, wherever it lies.
pub(crate) fn is_telling_name(path: &str) -> bool {
    let name = file_name(path);
    ending(path) == "prisma"
        || matches!(
            name,
            "schema.rs"
                | "schema.sql"
                | "structure.sql"
                | "diesel.toml"
                | "sqlc.yaml"
                | "sqlc.yml"
                | "sqlc.json"
                | "atlas.hcl"
                | "atlas.sum"
                | "driftlint.toml"
                | "schema.rb"
                | "_journal.json"
                | "migration_lock.toml"
        )
        || prisma::is_config(path)
        || is_config(name, "drizzle")
        || is_under(path, "supabase/schemas")
        || path.contains("/supabase/schemas/")
}

fn is_config(name: &str, tool: &str) -> bool {
    name.starts_with(tool) && name.contains("config") && is_script(name)
}

pub(crate) fn is_script(name: &str) -> bool {
    matches!(ending(name), "ts" | "mts" | "cts" | "js" | "mjs" | "cjs" | "json")
}

/// What configuration names as schema.
#[derive(Debug, Default)]
pub(crate) struct Configured {
    pub(crate) declared: Vec<Declared>,
    /// What names no schema, and why.
    pub(crate) unmatched: Vec<(String, String)>,
}

/// The files that configuration names as schema, by pattern, folder or path.
pub(crate) fn configured(tree: &dyn Tree, patterns: &[String]) -> Result<Configured> {
    let Configured { mut declared, mut unmatched } = Configured::default();
    for pattern in patterns {
        let files = files_of(tree, pattern)?;
        let there = !files.is_empty();
        let mut read: Vec<Declared> =
            files.into_iter().filter_map(|path| Some(Declared { kind: kind_of(&path)?, path })).collect();
        // A folder of Prisma's holds its migrations too, and a client that is generated.
        if read.iter().any(|file| file.kind == DeclaredKind::Prisma) {
            read.retain(|file| file.kind == DeclaredKind::Prisma);
        }
        if !there {
            unmatched.push((pattern.clone(), "there is no such file".to_owned()));
        } else if read.is_empty() {
            let known = "driftlint reads `.prisma`, `.sql`, `.rs`, `.ts` and `.js`";
            unmatched.push((pattern.clone(), format!("{known}; other languages are named under `models`")));
        }
        for file in read {
            if !declared.contains(&file) {
                declared.push(file);
            }
        }
    }
    Ok(Configured { declared, unmatched })
}

/// The files that a pattern names, or that lie in folders that it names.
pub(crate) fn files_of(tree: &dyn Tree, pattern: &str) -> Result<Vec<String>> {
    let choice = pattern.find(['*', '?', '{', '(', '[', '@']);
    let mut files = tree.files_under(choice.map_or(pattern, |at| parent(&pattern[..at])))?;
    if files.is_empty() && choice.is_none() {
        files = tree.files_in(parent(pattern))?;
    }
    files.retain(|path| glob::covers(pattern, path));
    Ok(files)
}

/// The language that a file's ending stands for.
fn kind_of(path: &str) -> Option<DeclaredKind> {
    match ending(path) {
        "prisma" => Some(DeclaredKind::Prisma),
        "sql" => Some(DeclaredKind::Sql),
        "rs" => Some(DeclaredKind::Diesel),
        "json" => None,
        _ => is_script(path).then_some(DeclaredKind::Drizzle),
    }
}

struct Search<'a> {
    tree: &'a dyn Tree,
    listing: &'a Listing,
    folder: &'a str,
}

impl Search<'_> {
    fn text(&self, path: &str) -> Result<Option<String>> {
        if !self.listing.has(path) {
            return Ok(None);
        }
        Ok(self.tree.read(path)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn diesel(&self) -> Result<Found> {
        let mut found = Found::default();
        for above in ancestors(parent(self.folder)) {
            let path = join(above, "diesel.toml");
            let configured = self.text(&path)?.and_then(|text| {
                let table: toml::Table = text.parse().ok()?;
                Some(table.get("print_schema")?.get("file")?.as_str()?.to_owned())
            });
            if self.listing.has(&path) {
                found.related.push(path);
            }
            let schema = resolve(above, configured.as_deref().unwrap_or("src/schema.rs"));
            if self.listing.has(&schema) {
                found.declared.push(Declared { path: schema, kind: DeclaredKind::Diesel });
                break;
            }
        }
        Ok(found)
    }

    fn supabase(&self) -> Result<Found> {
        let above = parent(self.folder);
        let config = join(above, "config.toml");
        let listed = self.text(&config)?.and_then(|text| {
            let table: toml::Table = text.parse().ok()?;
            let paths = table.get("db")?.get("migrations")?.get("schema_paths")?.as_array()?.clone();
            Some(paths.iter().filter_map(|path| path.as_str()).map(|path| resolve(above, path)).collect::<Vec<_>>())
        });
        let patterns = listed.filter(|paths| !paths.is_empty()).unwrap_or_else(|| vec![join(above, "schemas/*.sql")]);
        let mut declared: Vec<Declared> = Vec::new();
        for pattern in patterns {
            for path in self.listing.under(above).iter().filter(|path| glob::matches(&pattern, path)) {
                if !declared.iter().any(|known| known.path == *path) {
                    declared.push(Declared { path: path.clone(), kind: DeclaredKind::Sql });
                }
            }
        }
        let related = if self.listing.has(&config) { vec![config] } else { Vec::new() };
        Ok(Found { declared, related, ..Found::default() })
    }

    fn dump(&self) -> Found {
        let above = parent(self.folder);
        let names = ["schema.sql", "structure.sql"];
        let folders = [self.folder, above];
        let places = folders.iter().flat_map(|folder| names.iter().map(|name| join(folder, name)));
        let declared = places
            .filter(|path| self.listing.has(path))
            .take(1)
            .map(|path| Declared { path, kind: DeclaredKind::Dump })
            .collect();
        Found { declared, ..Found::default() }
    }
}
