//! Where a statement or a snapshot speaks of an object.

use crate::catalog::{Part, Slot};
use crate::source::{Source, Span};
use crate::sql::Dialect;
use crate::sql::locate::{Wanted, locate};

/// The part of a statement that is about an object; `None` where all of it is.
pub(super) fn in_statement(
    source: &Source,
    statement: Span,
    dialect: Dialect,
    key: &Slot,
) -> Option<Span> {
    let wanted = match &key.part {
        Part::Column(name) | Part::Type(name) | Part::Nullable(name) | Part::Default(name) => {
            Wanted::Column(name)
        }
        Part::PrimaryKey => Wanted::PrimaryKey,
        Part::Unique(columns) => Wanted::Unique(columns),
        Part::ForeignKey(columns) => Wanted::ForeignKey(columns),
        Part::Index(name) | Part::Check(name) => Wanted::Named(name),
        Part::EnumValue(value) => Wanted::Text(value),
        Part::Table | Part::Enum | Part::View => return None,
    };
    locate(source.text(), statement, dialect, wanted)
}

/// The bytes that name the object in a snapshot, or the table that should hold it; the file's start
/// for what it does not know at all. Snapshots are JSON that no person writes, so the nearest name
/// is near enough.
pub(super) fn in_snapshot(snapshot: &Source, key: &Slot) -> Span {
    let text = snapshot.text();
    let names = [key.owner.to_string(), key.owner.name.clone()];
    let Some(owner) = names
        .iter()
        .find_map(|name| named(text, name, 0..text.len()))
    else {
        return Span::default();
    };
    let inner = match &key.part {
        Part::Column(name)
        | Part::Type(name)
        | Part::Nullable(name)
        | Part::Default(name)
        | Part::Index(name)
        | Part::Check(name)
        | Part::EnumValue(name) => Some(name),
        Part::Unique(_)
        | Part::ForeignKey(_)
        | Part::PrimaryKey
        | Part::Table
        | Part::Enum
        | Part::View => None,
    };
    let body = owner.end..closing(text, owner.end);
    inner
        .and_then(|name| named(text, name, body))
        .unwrap_or(owner)
}

/// A name as a key of an object or the value of its `name`.
fn named(text: &str, name: &str, range: std::ops::Range<usize>) -> Option<Span> {
    let quoted = format!("\"{name}\"");
    let inside = text.get(range.clone())?;
    let places: Vec<usize> = inside
        .match_indices(&quoted)
        .map(|(at, _)| range.start + at)
        .collect();
    let at = places
        .iter()
        .find(|at| text[**at + quoted.len()..].trim_start().starts_with(':'))
        .or_else(|| places.iter().find(|at| ends_with_name(&text[..**at])))
        .or(places.first())?;
    Some(Span::new(*at, *at + quoted.len()))
}

/// Whether what comes next is the value of `"name":`.
fn ends_with_name(before: &str) -> bool {
    before
        .trim_end()
        .trim_end_matches(':')
        .trim_end()
        .ends_with("\"name\"")
}

/// Where the object ends that opens next, or else the one around; strings with braces in them are
/// rare enough.
fn closing(text: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().skip(from) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{QName, Slot};

    fn slice<'a>(source: &'a Source, key: &Slot) -> (&'a str, usize) {
        let span = in_snapshot(source, key);
        (source.slice(span), span.start)
    }

    #[test]
    fn columns_are_looked_for_in_their_table() {
        let text = r#"{"tables": {"public.a": {"name": "a", "columns": {"x": {"name": "x"}}},
                      "public.b": {"name": "b", "columns": {"x": {"name": "x"}, "y": {}}}}}"#;
        let source = Source::new("meta/0000_snapshot.json", text);
        let b = QName::new("public", "b");
        let (found, at) = slice(&source, &Slot::column(&b, "x"));
        assert_eq!(found, "\"x\"");
        assert!(at > text.find("public.b").expect("it is there"));
        assert_eq!(slice(&source, &Slot::column(&b, "z")).0, "\"public.b\"");
        assert_eq!(
            slice(&source, &Slot::table(&QName::new("public", "c"))),
            ("", 0)
        );
    }
}
