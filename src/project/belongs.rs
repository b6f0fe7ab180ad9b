//! Which files and folders belong to a set, whether by where they lie or by what names them.

use std::collections::BTreeSet;

use super::load::ConfiguredSet;
use super::tree::is_under;
use super::{MigrationSet, Project, declared};
use crate::glob::Glob;

impl ConfiguredSet {
    /// Whether a file lies in the set's folder, or is one of its schemas or models, or a script
    /// that such a schema may import.
    pub fn covers(&self, path: &str) -> bool {
        is_under(path, &self.folder)
            || is_model(&self.models, path)
            || is_model(&self.schema, path)
            || self.start.as_deref() == Some(path)
            || (declared::is_script(path)
                && self
                    .schema
                    .iter()
                    .any(|pattern| declared::is_script(pattern)))
    }
}

fn is_model(models: &[String], path: &str) -> bool {
    models.iter().any(|pattern| Glob::new(pattern).covers(path))
}

impl Project {
    /// Whether any migration or schema lies in a folder.
    pub fn lies_under(&self, folder: &str) -> bool {
        let parts = self.sets.iter().flat_map(|set| &set.migrations);
        let mut parts = parts.flat_map(|one| &one.up);
        let mut declared = self.sets.iter().flat_map(|set| &set.declared);
        parts.any(|part| is_under(part.source.path(), folder))
            || declared.any(|declared| is_under(&declared.path, folder))
            || self
                .unsupported
                .iter()
                .any(|other| is_under(&other.folder, folder))
    }

    /// Whether a path lies in a set, holds one, or is one of the files that belong to one.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.sets.iter().any(|set| set.belongs(path))
            || self
                .unsupported
                .iter()
                .any(|other| is_under(&other.folder, path) || is_under(path, &other.folder))
    }
}

impl MigrationSet {
    /// Whether a path lies in the set, holds it, or is one of its schema or configuration files, or
    /// holds one.
    pub fn belongs(&self, path: &str) -> bool {
        is_under(path, &self.folder)
            || is_under(&self.folder, path)
            || self
                .declared
                .iter()
                .any(|declared| is_under(&declared.path, path))
            || self.related.iter().any(|related| is_under(related, path))
            || self.is_model(path)
    }

    /// The files that say where its schema is, or how its files are to be read.
    pub(crate) fn configuration(&self) -> impl Iterator<Item = &str> {
        let schema = self.config.iter().map(|config| &config.path);
        let all = self.related.iter().chain(schema);
        let unique: BTreeSet<&str> = all.map(String::as_str).collect();
        unique.into_iter()
    }

    /// Whether a file is its schema, or a part of it, in whatever language.
    pub fn declares(&self, path: &str) -> bool {
        self.declared.iter().any(|declared| declared.path == path) || self.is_model(path)
    }

    /// Whether configuration says that a file declares the schema in a language that driftlint does
    /// not read.
    pub fn is_model(&self, path: &str) -> bool {
        is_model(&self.models, path)
    }
}
