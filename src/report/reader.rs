//! Paths as they are seen from the folder that the reader stands in, so that a terminal or an
//! editor finds what it is pointed at. What programs read names files from the root of the
//! repository, wherever it is run.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::{Compared, Report, Summary};
use crate::diagnostic::{Diagnostic, Label};
use crate::project::tree::join;
use crate::schema::Note;
use crate::source::Source;

/// The folder that the reader of a text stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReaderFolder {
    /// The root of the repository, or one from which that is not reached.
    #[default]
    Root,
    /// A folder of the repository, by its path there.
    Below(String),
    /// A folder that the repository lies in, by the way from it to the root.
    Above(String),
}

impl ReaderFolder {
    /// A path of the repository, as it is written here.
    pub fn shown(&self, path: &str) -> String {
        match self {
            Self::Root => path.to_owned(),
            Self::Above(way) if path.is_empty() => way.clone(),
            Self::Above(way) => join(way, path),
            Self::Below(folder) => {
                let own: Vec<&str> = folder.split('/').collect();
                let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
                let shared = own
                    .iter()
                    .zip(&names)
                    .take_while(|(one, other)| one == other);
                let shared = shared.count();
                let up = std::iter::repeat_n("..", own.len() - shared);
                let way: Vec<&str> = up.chain(names[shared..].iter().copied()).collect();
                if way.is_empty() {
                    ".".to_owned()
                } else {
                    way.join("/")
                }
            }
        }
    }
}

/// The report with all its paths as they are seen from there.
pub fn seen_from(folder: &ReaderFolder, report: &Report) -> Report {
    let mut sources = SeenSources {
        folder,
        known: BTreeMap::new(),
    };
    let diagnostics = report.diagnostics.iter();
    let diagnostics = diagnostics.map(|it| sources.of_diagnostic(it)).collect();
    let summary = &report.summary;
    let shown = |path: &str| folder.shown(path);
    Report {
        diagnostics,
        summary: Summary {
            ledger: summary.ledger.with_paths(shown),
            compared: summary
                .compared
                .iter()
                .map(|one| Compared {
                    folder: shown(&one.folder),
                    ..one.clone()
                })
                .collect(),
            remarks: summary
                .remarks
                .iter()
                .map(|note| sources.of_note(note))
                .collect(),
            guessed: summary
                .guessed
                .iter()
                .map(|path| shown(path))
                .collect::<BTreeSet<_>>(),
            ..summary.clone()
        },
        gaps: Vec::new(),
    }
}

/// Texts under the names that they have from here, each made once.
struct SeenSources<'f> {
    folder: &'f ReaderFolder,
    known: BTreeMap<String, Source>,
}

impl SeenSources<'_> {
    fn of(&mut self, source: &Source) -> Source {
        let path = self.folder.shown(source.path());
        let seen = self.known.entry(source.path().to_owned());
        seen.or_insert_with(|| source.renamed(path)).clone()
    }

    fn of_diagnostic(&mut self, diagnostic: &Diagnostic) -> Diagnostic {
        let related = diagnostic.related.iter();
        Diagnostic {
            source: self.of(&diagnostic.source),
            related: related
                .map(|label| Label {
                    source: self.of(&label.source),
                    ..label.clone()
                })
                .collect(),
            ..diagnostic.clone()
        }
    }

    fn of_note(&mut self, note: &Note) -> Note {
        let mut seen = note.clone();
        seen.place.source = self.of(&note.place.source);
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_that_from_the_reader() {
        let below = ReaderFolder::Below("apps/web".to_owned());
        for (path, shown) in [
            ("apps/web/db/1.sql", "db/1.sql"),
            ("apps/api/1.sql", "../api/1.sql"),
            ("1.sql", "../../1.sql"),
            ("apps/web", "."),
            ("", "../.."),
            ("apps/website/1.sql", "../website/1.sql"),
        ] {
            assert_eq!(below.shown(path), shown);
        }
        let above = ReaderFolder::Above("repositories/shop".to_owned());
        assert_eq!(above.shown("db/1.sql"), "repositories/shop/db/1.sql");
        assert_eq!(ReaderFolder::Root.shown("db/1.sql"), "db/1.sql");
    }
}
