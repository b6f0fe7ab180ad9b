//! Reads migrations whose parts lie in several folders.

use super::{DraftSet, SCRIPT, TreeReader};
use crate::error::Result;
use crate::project::MigrationPart;
use crate::project::apart::{other_half, release};
use crate::project::discover::migration_stem;
use crate::project::foreign::language_of;
use crate::project::names::{compare_dotted, compare_numbered, is_numbered, version};
use crate::project::tree::{file_name, parent};

impl TreeReader<'_> {
    /// Ups here, downs in the folder beside it, by name or else by version.
    pub(crate) fn all_halves(&self) -> Result<Vec<DraftSet>> {
        let mut draft = self.single(self.sql_files())?;
        let Some((_, other)) = other_half(self.listing, self.folder) else {
            return Ok(vec![draft]);
        };
        for path in self.listing.children(&other) {
            let Some(stem) = migration_stem(file_name(path)) else {
                continue;
            };
            let Some(source) = self.take(&mut draft, path)? else {
                continue;
            };
            let number = version(stem);
            let by_name = draft.migrations.iter().position(|one| one.id == stem);
            let found = by_name.or_else(|| {
                let mut ids = draft.migrations.iter().map(|one| one.id.as_str());
                ids.position(|id| !number.is_empty() && version(id) == number)
            });
            match found {
                Some(at) => draft.migrations[at].down = Some(vec![MigrationPart::whole(source)]),
                None => draft.skip(path, "there is no up of its name"),
            }
            draft.related.push(path.to_owned());
        }
        Ok(vec![draft])
    }

    /// Folders of releases by version, in each the files by number.
    pub(crate) fn all_releases(&self) -> Result<Vec<DraftSet>> {
        let mut draft = DraftSet::default();
        let mut files: Vec<&str> = Vec::new();
        for path in self.listing.under(self.folder) {
            let is_migration = migration_stem(file_name(path)).is_some();
            if parent(parent(path)) != self.folder || parent(path) == self.folder {
                continue;
            }
            if is_migration {
                files.push(path);
            } else if release(parent(path)).is_some() {
                let is_numbered = is_numbered(file_name(path));
                if file_name(path).contains(".sql.") {
                    draft.skip_foreign(
                        path,
                        "for one of several servers: driftlint reads what all have",
                    );
                } else if is_numbered && language_of(path).is_some() {
                    draft.skip_foreign(path, SCRIPT);
                }
            }
        }
        files.sort_by(|left, right| {
            let of = |path: &str| release(parent(path)).unwrap_or_default().to_owned();
            // Without its ending, so that `a` comes before `a-after`.
            let stem = |path| migration_stem(file_name(path)).unwrap_or(path);
            compare_dotted(&of(left), &of(right))
                .then_with(|| compare_numbered(stem(left), stem(right)))
        });
        for path in files {
            if let Some(source) = self.take(&mut draft, path)? {
                let stem = migration_stem(file_name(path)).unwrap_or(path);
                let id = format!("{}/{stem}", file_name(parent(path)));
                draft.migrations.push(self.sectioned(&id, &source));
            }
        }
        Ok(vec![draft])
    }
}
