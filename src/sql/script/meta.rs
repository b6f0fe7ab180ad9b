//! psql's own commands, as far as they change what follows or what the database holds.

use super::{Change, ChangeKind, Understood};
use crate::source::Span;
use crate::sql::Unread;
use crate::sql::change::{Ident, ObjectName};

/// What a command does; `None` for one that only talks to psql (`\set`, `\echo`, `\restrict`,
/// `\gexec`).
pub(super) fn command(text: &str, span: Span) -> Option<(Vec<Change>, Understood)> {
    let mut words = text.split_whitespace();
    let name = words.next()?;
    let word = |word: &str| {
        // An argument is a part of `text`, so its place is the distance between the two.
        let start = span.start + (word.as_ptr() as usize - text.as_ptr() as usize);
        let quoted = word.len() > 1 && word.starts_with('"') && word.ends_with('"');
        let value = if quoted {
            word[1..word.len() - 1].to_owned()
        } else {
            word.to_lowercase()
        };
        Ident {
            quoted,
            span: Span::new(start, start + word.len()),
            ..Ident::synthetic(value)
        }
    };
    let kind = match name {
        "\\c" | "\\connect" => ChangeKind::UseDatabase(word(words.next()?)),
        "\\copy" => {
            let table = words.next()?.split('(').next()?;
            // `\copy (query) to …` and `\copy t to …` only read.
            if table.is_empty() || !words.any(|word| word.eq_ignore_ascii_case("from")) {
                return None;
            }
            let mut parts = table.rsplit('.');
            let name = word(parts.next()?);
            ChangeKind::CopyInto {
                table: ObjectName {
                    schema: parts.next().map(word),
                    name,
                },
                columns: Vec::new(),
            }
        }
        "\\i" | "\\ir" | "\\include" | "\\include_relative" => {
            let reason = Unread::OtherFile(name.to_owned());
            return Some((Vec::new(), Understood::Opaque { reason, ddl: true }));
        }
        _ => return None,
    };
    Some((vec![Change { span, kind }], Understood::Recognised))
}
