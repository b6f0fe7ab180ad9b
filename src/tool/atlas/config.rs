//! `atlas.hcl`: the source of a schema, and the address of a database.

use std::sync::LazyLock;

use regex::Regex;

use crate::error::Result;
use crate::project::Unjudged;
use crate::project::declared::{DeclaredEvidence, SchemaFile, Search, sql_files};
use crate::project::discover::ancestors;
use crate::project::tree::{join, parent, resolve};
use crate::tool::Tool;

impl Search<'_> {
    /// The `src` of an atlas.hcl above whose migrations are in this folder, where there is one and
    /// it is written out.
    pub(in crate::tool) fn atlas(&self) -> Result<DeclaredEvidence> {
        static SOURCE: LazyLock<Regex> = LazyLock::new(|| pattern("src"));
        for above in ancestors(parent(self.folder)) {
            let config = join(above, "atlas.hcl");
            let Some(text) = self.text(&config)? else {
                continue;
            };
            let paths = |pattern: &Regex| -> Vec<String> {
                let mut paths: Vec<String> = pattern
                    .captures_iter(&text)
                    .map(|found| resolve(above, &found[1]))
                    .collect();
                paths.dedup();
                paths
            };
            let sources = paths(&SOURCE);
            if !paths(&FOLDER).iter().any(|folder| folder == self.folder) || sources.len() != 1 {
                continue;
            }
            let files = sql_files(self.listing, &sources[0]);
            let mut found = DeclaredEvidence {
                related: vec![config],
                ..DeclaredEvidence::default()
            };
            if files.is_empty() {
                let reason = "atlas.hcl names it as the schema, and driftlint reads SQL only there";
                found.rejected.push(Unjudged::foreign(&sources[0], reason));
            }
            found.declared = files
                .into_iter()
                .map(|path| SchemaFile::new(path, Tool::Plain))
                .collect();
            return Ok(found);
        }
        Ok(DeclaredEvidence::default())
    }

    /// Whether an atlas.hcl above has a program of a tool print the schema, and keeps its migrations
    /// in another folder than this one.
    pub(in crate::tool) fn atlas_writes(&self, tool: Tool) -> Result<Option<Unjudged>> {
        for above in ancestors(parent(self.folder)) {
            let config = join(above, "atlas.hcl");
            let Some(text) = self.text(&config)? else {
                continue;
            };
            let mut programs = PROGRAM.captures_iter(&text);
            let prints = programs.any(|program| program[1].contains(tool.name()));
            let mut folders = FOLDER.captures_iter(&text);
            let first = folders.next().map(|found| resolve(above, &found[1]));
            let Some(folder) = first.filter(|folder| prints && folder != self.folder) else {
                continue;
            };
            let reason = format!(
                "{config} keeps the migrations of the schema in `{folder}`, so these are not compared with it"
            );
            return Ok(Some(Unjudged::foreign(self.folder, reason)));
        }
        Ok(None)
    }
}

static FOLDER: LazyLock<Regex> = LazyLock::new(|| pattern("dir"));

/// The command that prints a schema: `program = ["npx", "orm-kit", "export"]`.
static PROGRAM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)external_schema.{0,200}?program\s*=\s*\[([^\]]*)\]")
        .expect("the pattern is a constant")
});

/// `key = "file://path"`, what stands after a `?` left out.
fn pattern(key: &str) -> Regex {
    Regex::new(&format!(
        r#"(?m)^\s*{key}\s*=\s*\[?\s*"file://([^"?]+)[^"]*""#
    ))
    .expect("the pattern is a constant")
}
