//! What a replay does about files and statements that nobody could read.

use super::Replay;
use crate::catalog::{Site, takes_away};
use crate::project::{Reach, UnreadFile};
use crate::source::Span;
use crate::sql::{Statement, Unread, code};

impl Replay {
    /// Passes over a file that the runner applies before that migration and that nobody read.
    pub fn skip(&mut self, file: &UnreadFile, before: usize) {
        let since = Site {
            migration: u32::try_from(before).unwrap_or(u32::MAX),
            file: 0,
            span: Span::default(),
        };
        let why = format!("{} is applied and was not read", file.path);
        let Reach::Named {
            words,
            makes,
            takes_away,
        } = &file.reach
        else {
            if file.reach == Reach::Anything {
                self.catalog.doubt_all(&why, since);
            }
            return;
        };
        let words = words.iter().map(String::as_str);
        let named = self.catalog.doubt_words(words, *takes_away, &why);
        if !named && *takes_away {
            self.catalog.doubt_all(&why, since);
        }
        if *makes {
            self.catalog.doubt(&why);
        }
        self.catalog.doubt_before(since);
    }

    /// A statement that nobody could read: it may have made anything, and changed what it names. If
    /// it names nothing and may change what is there, that may be anything too.
    pub(super) fn unread(&mut self, statement: &Statement, reason: &Unread, site: Site) {
        let why = "a statement that may change the schema could not be read";
        self.catalog.doubt(why);
        let words: Vec<&str> = code(statement.text(), self.catalog.dialect).collect();
        // What stands beside a placeholder is a name as well: `{{.Schema}}.users`.
        let plain = words.iter().flat_map(|word| {
            let whole = word.trim_matches(['"', '`', '[', ']']);
            let parts = whole.split(|c: char| !c.is_alphanumeric() && c != '_');
            std::iter::once(whole).chain(parts.filter(|part| !part.is_empty()))
        });
        let takes_away = plain.clone().any(takes_away);
        let runs_more = match reason {
            Unread::Parser(_) | Unread::Invalid(_) => false,
            // What a template makes beside names is new, whatever it is filled in with.
            Unread::Template | Unread::TemplateFile => !plain
                .clone()
                .any(|word| word.eq_ignore_ascii_case("create")),
            Unread::Unmerged | Unread::Computed | Unread::OtherFile(_) => true,
        };
        let why_it = "a statement about it could not be read";
        let named = self.catalog.doubt_words(plain, takes_away, why_it);
        if !named && (takes_away || runs_more) {
            self.catalog.doubt_all(why, site);
        }
    }
}
