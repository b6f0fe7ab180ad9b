//! Which migrations only this branch has, file by file: a journal that git could not merge says
//! nothing of them.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::error::Result;
use crate::project::MigrationSet;
use crate::project::names::{self, PrefixKind};
use crate::project::tree::{Tree, file_name, is_under, parent};
use crate::write::{Moved, MovedFile};

/// One of this branch's migrations.
pub(super) struct OwnMigration {
    /// The paths of its files.
    pub(super) files: Vec<String>,
    /// What they say.
    pub(super) moved: Moved,
}

/// Which of two names comes first, by what they begin with.
pub(super) fn order(left: &str, right: &str) -> Ordering {
    let version = |id: &str| names::folder_version(id.trim_start_matches(['V', 'v']));
    names::compare_digits(&version(left), &version(right))
}

/// The migrations that only this branch has, in order.
pub(super) fn own_migrations(
    theirs: &MigrationSet,
    here: &BTreeSet<String>,
    there: &BTreeSet<String>,
    disk: &dyn Tree,
) -> Result<Vec<OwnMigration>> {
    let naming = NamingScheme::of(theirs);
    let read = |path: &str| -> Result<MovedFile> {
        let bytes = disk.read(path)?.unwrap_or_default();
        Ok(MovedFile {
            path: path.to_owned(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
        })
    };
    let mut own = Vec::new();
    let new: Vec<&String> = here.difference(there).collect();
    for up in &new {
        let Some(id) = naming.id_of(up, here) else {
            continue;
        };
        let mut moved = Moved {
            up: read(up)?.text,
            id,
            ..Moved::default()
        };
        let mut files = vec![(*up).clone()];
        for path in &new {
            if naming.is_down(path, up, &moved.id) {
                moved.down = Some(read(path)?);
            } else if naming.is_beside(path, up) {
                moved.beside.push(read(path)?);
            } else {
                continue;
            }
            files.push((*path).clone());
        }
        own.push(OwnMigration { files, moved });
    }
    own.sort_by(|left, right| {
        let (left, right) = (&left.moved.id, &right.moved.id);
        order(left, right).then_with(|| left.cmp(right))
    });
    Ok(own)
}

/// How the files of a set are named.
struct NamingScheme<'a> {
    folder: &'a str,
    /// The name of a file that brings the schema forward.
    example: &'a str,
    /// Whether each migration has a folder of its own.
    in_folders: bool,
    /// Whether a migration is `x.up.sql` and `x.down.sql`.
    paired: bool,
}

impl<'a> NamingScheme<'a> {
    fn of(set: &'a MigrationSet) -> Self {
        let example = set.migrations.last().and_then(|last| last.up.last());
        let example = example.map_or("", |part| file_name(part.source.path()));
        Self {
            folder: &set.folder,
            example,
            in_folders: matches!(example, "up.sql" | "migration.sql"),
            paired: example.ends_with(".up.sql"),
        }
    }

    /// The name of the migration that a file brings forward; `None` for other files.
    fn id_of(&self, path: &str, here: &BTreeSet<String>) -> Option<String> {
        let name = file_name(path);
        if self.in_folders {
            return (name == self.example).then(|| file_name(parent(path)).to_owned());
        }
        if self.paired {
            return name.strip_suffix(".up.sql").map(str::to_owned);
        }
        let stem = name.strip_suffix(".sql")?;
        let is_other = names::prefixed(stem).is_some_and(|it| it.kind != PrefixKind::Versioned)
            || names::taken_back_by(stem).is_some_and(|of| here.contains(&path.replace(stem, of)))
            || parent(path) != self.folder;
        (!is_other).then(|| stem.to_owned())
    }

    /// Whether a file takes back what another one, of the migration `id`, brings forward.
    fn is_down(&self, path: &str, up: &str, id: &str) -> bool {
        let name = file_name(path);
        if self.in_folders {
            return parent(path) == parent(up) && names::is_way_back(name);
        }
        let Some(stem) = name.strip_suffix(".sql") else {
            return false;
        };
        if names::taken_back_by(stem) == Some(id) {
            return true;
        }
        match (names::prefixed(stem), names::prefixed(id)) {
            (Some(undo), Some(of)) => undo.kind == PrefixKind::Undo && undo.version == of.version,
            _ => false,
        }
    }

    /// Whether a file belongs to another one, and says nothing to the server.
    fn is_beside(&self, path: &str, up: &str) -> bool {
        let in_folder = self.in_folders && is_under(path, parent(up)) && path != up;
        let of_file = !self.in_folders && path.starts_with(&format!("{up}."));
        in_folder || of_file
    }
}
