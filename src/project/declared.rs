//! The files that say how a database should look, for each set: what a tool's schema
//! language says, and dumps.

mod sql;

use std::collections::BTreeMap;

use super::affinity;
use super::discover::Listing;
use super::tree::{Tree, ending, file_name, parent};
use super::{Migration, Unjudged};
use crate::error::Result;
use crate::glob::{Glob, GlobIndex};
use crate::tool::{SCHEMA_ENDINGS, Tool};

/// A file that declares a schema, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFile {
    /// The file, relative to the repository's root.
    pub path: String,
    /// The tool in whose language it is written; [`Tool::Plain`] for SQL.
    pub tool: Tool,
    /// Whether nobody says that it is the schema: it only lies where dumps do.
    pub assumed: bool,
}

impl SchemaFile {
    /// A file that something says to be the schema.
    pub(crate) fn new(path: impl Into<String>, tool: Tool) -> Self {
        Self {
            path: path.into(),
            tool,
            assumed: false,
        }
    }
}

/// The configuration that names the declared schema of a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaConfig {
    /// The file.
    pub path: String,
    /// Files, folders or patterns that it names, relative to the repository's root; empty where
    /// they could not be read.
    pub schema: Vec<String>,
    /// Those of them that name no file.
    pub unmatched: Vec<String>,
    /// The dialect as the configuration spells it.
    pub dialect: Option<String>,
    /// Whether it says where the migrations are.
    pub names_out: bool,
}

/// Objects that a tool is configured to leave to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct External {
    /// The configuration file that says so.
    pub path: String,
    /// Tables, with their schemas on PostgreSQL.
    pub tables: Vec<String>,
    /// Enums that are its own, likewise.
    pub enums: Vec<String>,
    /// Settings that are computed, so that not all of these objects are known.
    pub computed: Vec<&'static str>,
}

/// What is known about a set's declared schema.
#[derive(Debug, Default)]
pub(crate) struct DeclaredEvidence {
    pub(crate) declared: Vec<SchemaFile>,
    pub(crate) config: Option<SchemaConfig>,
    pub(crate) external: Option<External>,
    /// Configuration files that were read.
    pub(crate) related: Vec<String>,
    /// Files that look like the schema and are not taken for it, and why.
    pub(crate) rejected: Vec<Unjudged>,
}

impl DeclaredEvidence {
    /// Rejects a dump that is no schema of these migrations: nobody has said that it is, it only
    /// lies beside them.
    pub(crate) fn reject_foreign_dump(
        &mut self,
        tree: &dyn Tree,
        migrations: &[Migration],
    ) -> Result<()> {
        let is_dump = |declared: &SchemaFile| declared.assumed;
        let Some(path) = self
            .declared
            .iter()
            .find(|it| is_dump(it))
            .map(|it| &it.path)
        else {
            return Ok(());
        };
        let Some(bytes) = tree.read(path)? else {
            return Ok(());
        };
        let text = String::from_utf8_lossy(&bytes);
        let parts = migrations.iter().flat_map(|migration| &migration.up);
        let history = affinity::tables(parts.map(|part| part.source.slice(part.span)));
        let generated = affinity::is_generated(&text);
        let reason = if file_name(path) == "dump.sql" && (!generated || affinity::holds_rows(&text))
        {
            Some("it holds rows, or was not written by a tool".to_owned())
        } else if migrations.is_empty() {
            None
        } else {
            affinity::stranger(&affinity::tables([&*text]), &history, generated)
        };
        if let Some(reason) = reason {
            let advice = "`schema` under `[[migrations]]` in driftlint.toml says so if it is";
            let reason = format!("{reason}, so it is not taken for their schema; {advice}");
            self.rejected.push(Unjudged::partly(path, reason));
            self.declared.retain(|declared| !is_dump(declared));
        }
        Ok(())
    }
}

/// The SQL that a path stands for: a file, the files of a folder or those of a pattern. Hidden
/// files and downs are left out.
pub(crate) fn sql_files(listing: &Listing, path: &str) -> Vec<String> {
    let takes = |file: &&str| {
        let name = file_name(file);
        ending(name) == "sql" && !name.starts_with('.') && !name.ends_with(".down.sql")
    };
    if listing.has(path) {
        return Some(path)
            .filter(takes)
            .map(str::to_owned)
            .into_iter()
            .collect();
    }
    let files = listing.files().iter().map(String::as_str).filter(takes);
    let glob = Glob::new(path);
    files
        .filter(|file| parent(file) == path || glob.matches(file))
        .map(str::to_owned)
        .collect()
}

pub(crate) fn is_script(name: &str) -> bool {
    matches!(
        ending(name),
        "ts" | "mts" | "cts" | "tsx" | "js" | "mjs" | "cjs" | "jsx" | "json"
    )
}

/// What configuration names as schema.
#[derive(Debug, Default)]
pub(crate) struct Configured {
    pub(crate) declared: Vec<SchemaFile>,
    /// What names no schema, and why.
    pub(crate) unmatched: Vec<Unjudged>,
}

/// The files that configuration names as schema, by pattern, folder or path.
pub(crate) fn configured(tree: &dyn Tree, patterns: &[String]) -> Result<Configured> {
    let Configured {
        mut declared,
        mut unmatched,
    } = Configured::default();
    for pattern in patterns {
        let files = files_of(tree, pattern)?;
        let there = !files.is_empty();
        let mut read: Vec<SchemaFile> = files
            .into_iter()
            .filter_map(|path| {
                let tool = Tool::of_schema(&path)?;
                Some(SchemaFile::new(path, tool))
            })
            .collect();
        // The folder of such a schema holds its migrations too, and a client that is generated.
        if read.iter().any(|file| file.tool.shares_its_folder()) {
            read.retain(|file| file.tool.shares_its_folder());
        }
        if !there {
            unmatched.push(Unjudged::broken(pattern, "there is no such file"));
        } else if read.is_empty() {
            let reason = format!(
                "driftlint reads {SCHEMA_ENDINGS}; other languages are named under `models`"
            );
            unmatched.push(Unjudged::broken(pattern, reason));
        }
        for file in read {
            if !declared.contains(&file) {
                declared.push(file);
            }
        }
    }
    Ok(Configured {
        declared,
        unmatched,
    })
}

/// The files that a pattern names, or that lie in folders that it names.
pub(crate) fn files_of(tree: &dyn Tree, pattern: &str) -> Result<Vec<String>> {
    let folder = folder_of(pattern);
    let mut files = tree.files_under(folder)?;
    if files.is_empty() && folder == pattern {
        files = tree.files_in(parent(pattern))?;
    }
    let glob = Glob::new(pattern);
    files.retain(|path| glob.covers(path));
    Ok(files)
}

/// The folder that holds all that a pattern may name; a plain name is taken for one.
fn folder_of(pattern: &str) -> &str {
    let choice = pattern.find(['*', '?', '{', '(', '[', '@']);
    choice.map_or(pattern, |at| parent(&pattern[..at]))
}

/// The patterns that name no file, as [`files_of`] looks for them. Each folder is listed once for
/// all of its patterns: a configuration may have one for each migration.
pub(crate) fn idle<'g>(tree: &dyn Tree, globs: &[&'g Glob]) -> Result<Vec<&'g str>> {
    let mut idle: Vec<bool> = vec![true; globs.len()];
    let mut by_folder: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, glob) in globs.iter().enumerate() {
        by_folder
            .entry(folder_of(glob.text()))
            .or_default()
            .push(at);
    }
    let mut plain: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (folder, members) in by_folder {
        let files = tree.files_under(folder)?;
        if !files.is_empty() {
            mark_used(globs, &members, &files, &mut idle);
            continue;
        }
        for at in members {
            let text = globs[at].text();
            if folder == text {
                plain.entry(parent(text)).or_default().push(at);
            }
        }
    }
    for (folder, members) in plain {
        mark_used(globs, &members, &tree.files_in(folder)?, &mut idle);
    }
    let texts = globs.iter().zip(idle);
    Ok(texts
        .filter_map(|(glob, idle)| idle.then_some(glob.text()))
        .collect())
}

/// Takes those of some patterns that cover a file off the idle ones.
fn mark_used(globs: &[&Glob], members: &[usize], files: &[String], idle: &mut [bool]) {
    let index = GlobIndex::of(members.iter().map(|&at| globs[at]));
    for at in files.iter().flat_map(|path| index.covering(path)) {
        idle[members[at]] = false;
    }
}

/// What is asked where the schema of one folder of migrations is looked for.
pub(crate) struct Search<'a> {
    pub(crate) tree: &'a dyn Tree,
    pub(crate) listing: &'a Listing,
    pub(crate) folder: &'a str,
}

impl Search<'_> {
    /// The text of a file, if the project has it.
    pub(crate) fn text(&self, path: &str) -> Result<Option<String>> {
        if !self.listing.has(path) {
            return Ok(None);
        }
        Ok(self
            .tree
            .read(path)?
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }
}
