//! From the files of a set to the set: its schema, its dialect, where it starts.

use super::{ConfiguredSet, Loader};
use crate::error::Result;
use crate::project::declared::{self, DeclaredEvidence, Search};
use crate::project::dialect::{self, Decision};
use crate::project::discover::migration_stem;
use crate::project::layout::Layout;
use crate::project::read::{DraftSet, WrittenDialect};
use crate::project::runner::Sending;
use crate::project::tree::file_name;
use crate::project::{MigrationSet, Project, Unsupported};
use crate::source::Source;
use crate::tool::Tool;

impl Loader<'_> {
    pub(super) fn finish(
        &self,
        project: &mut Project,
        folder: &str,
        layout: &Layout,
        sketch: DraftSet,
        config: Option<&ConfiguredSet>,
    ) -> Result<()> {
        let named = sketch.dialect.as_ref().map(|it| it.name.as_str());
        let search = Search {
            tree: self.tree,
            listing: self.listing,
            folder,
        };
        let mut found = layout.runner.find_schema(&search, named)?;
        let mut unmatched = Vec::new();
        if let Some(config) = config.filter(|config| !config.schema.is_empty()) {
            let configured = declared::configured(self.tree, &config.schema)?;
            found.declared = configured.declared;
            found.rejected.clear();
            unmatched = configured.unmatched;
        } else {
            found.reject_foreign_dump(self.tree, &sketch.migrations)?;
        }
        let (dialect, dialect_from) =
            match self.dialect(folder, layout.runner, &sketch, &found, config)? {
                Decision::Known(dialect, from) => (dialect, from),
                Decision::Unsupported(server) => {
                    let refused = self.refused(folder, &server);
                    if !project.unsupported.contains(&refused) {
                        project.unsupported.push(refused);
                    }
                    return Ok(());
                }
            };
        let mut related = sketch.related;
        related.extend(found.related);
        let start = match config.and_then(|config| config.start.as_deref()) {
            Some(path) => {
                related.push(path.to_owned());
                let bytes = self.tree.read(path)?;
                bytes.map(|bytes| Source::from_bytes(path, bytes))
            }
            None => None,
        };
        let files = self.listing.under(folder);
        let extras = layout.runner.extras(self.tree, folder, files)?;
        project.sets.push(MigrationSet {
            folder: folder.to_owned(),
            runner: layout.runner,
            sending: Sending::of(layout.runner, config.and_then(|config| config.transaction)),
            shape: layout.shape,
            dialect,
            dialect_from,
            migrations: sketch.migrations,
            skipped: sketch.skipped,
            unread_last: sketch.unread_last,
            fragment: sketch.fragment,
            unordered: sketch.unordered,
            related,
            declared: found.declared,
            rejected_schemas: found.rejected,
            unmatched,
            models: config
                .map(|config| config.models.clone())
                .unwrap_or_default(),
            config: found.config,
            external: found.external,
            start,
            extras,
        });
        Ok(())
    }

    fn dialect(
        &self,
        folder: &str,
        runner: Tool,
        sketch: &DraftSet,
        found: &DeclaredEvidence,
        config: Option<&ConfiguredSet>,
    ) -> Result<Decision> {
        if let Some(dialect) = self.options.dialect {
            return Ok(Decision::Known(dialect, "the command line".to_owned()));
        }
        if let Some(dialect) = config.and_then(|config| config.dialect) {
            return Ok(Decision::Known(dialect, "the configuration".to_owned()));
        }
        if let Some(WrittenDialect { name, place }) = &sketch.dialect
            && let Some(decision) = dialect::from_tool(name, *place)
        {
            return Ok(decision);
        }
        if let Some(config) = &found.config
            && let Some(name) = &config.dialect
            && let Some(decision) =
                dialect::from_tool(name, format!("`dialect` in {}", config.path))
        {
            return Ok(decision);
        }
        if let Some(decision) = runner.dialect(self.tree, &found.declared)? {
            return Ok(decision);
        }
        let parts = sketch.migrations.iter().flat_map(|migration| &migration.up);
        let content = dialect::DialectEvidence::of(parts.map(|part| part.source.slice(part.span)));
        let manifests = !runner.names_its_dialect();
        dialect::weigh(self.tree, self.listing, folder, &content, manifests)
    }

    fn refused(&self, folder: &str, server: &str) -> Unsupported {
        let files = self
            .listing
            .under(folder)
            .iter()
            .filter(|path| migration_stem(file_name(path)).is_some())
            .count();
        Unsupported {
            folder: folder.to_owned(),
            files,
            reason: format!("written for {server}"),
            broken: false,
        }
    }
}
