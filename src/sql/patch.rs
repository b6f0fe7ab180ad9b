//! A statement's own text with other names in it.

use super::Dialect;
use super::lower::scan::{Scan, ScanKind, ScanToken};
use crate::source::Span;

/// Replacements in a text, by the bytes that they replace.
#[derive(Clone, Debug, Default)]
pub struct Patch(Vec<(Span, String)>);

impl Patch {
    /// Puts a text in place of some bytes; an empty span is left alone, since it is a name that
    /// nobody wrote.
    pub fn replace(&mut self, span: Span, text: impl Into<String>) {
        if !span.is_empty() {
            self.0.push((span, text.into()));
        }
    }

    /// Inserts a text after some bytes.
    pub fn insert_after(&mut self, span: Span, text: impl Into<String>) {
        self.0.push((Span::new(span.end, span.end), text.into()));
    }

    /// Takes `words` before `span` away, together with `span`. The words are keywords in upper
    /// case.
    pub fn remove_clause(
        &mut self,
        text: &str,
        statement: Span,
        words: &[&str],
        span: Span,
        dialect: Dialect,
    ) {
        let before = text.get(statement.start..span.start).unwrap_or_default();
        let tokens: Vec<_> = Scan::new(before, statement.start, dialect).collect();
        let Some(tail) = tokens
            .len()
            .checked_sub(words.len())
            .map(|at| &tokens[at..])
        else {
            return;
        };
        if let Some(first) = tail
            .first()
            .filter(|_| tail.iter().zip(words).all(|(token, word)| token.is(word)))
        {
            self.replace(first.span.to(span), String::new());
        }
    }

    /// Puts other names in place of words and quoted names, calls apart.
    pub fn rename(&mut self, text: &str, inside: Span, dialect: Dialect, names: &[Renamed]) {
        let tokens: Vec<ScanToken> = Scan::new(
            text.get(inside.range()).unwrap_or_default(),
            inside.start,
            dialect,
        )
        .collect();
        let is = |at: usize, punct: &str| tokens.get(at).is_some_and(|token| token.is_punct(punct));
        for (at, token) in tokens.iter().enumerate() {
            if !matches!(token.kind, ScanKind::Word | ScanKind::Quoted) || is(at + 1, "(") {
                continue;
            }
            let qualifier = at
                .checked_sub(2)
                .filter(|_| is(at - 1, "."))
                .and_then(|at| tokens.get(at));
            let found = names.iter().find(|name| {
                let qualified = match (&name.kind, qualifier) {
                    (RenamedKind::Column, _) | (RenamedKind::Relation(_), None) => true,
                    (RenamedKind::Relation(Some(schema)), Some(qualifier)) => {
                        names_it(qualifier, schema, dialect)
                    }
                    (RenamedKind::Relation(None), Some(_)) => false,
                };
                qualified && names_it(token, &name.from, dialect)
            });
            match (found, qualifier) {
                (
                    Some(Renamed {
                        kind: RenamedKind::Relation(_),
                        to,
                        ..
                    }),
                    Some(qualifier),
                ) => {
                    self.replace(qualifier.span.to(token.span), to.clone());
                }
                (Some(name), _) => self.replace(token.span, name.to.clone()),
                (None, _) => {}
            }
        }
    }

    /// The patched bytes of `span`. Of replacements that touch, the first one counts.
    pub fn apply(mut self, text: &str, span: Span) -> String {
        self.0.retain(|(at, _)| span.contains(*at));
        self.0.sort_by_key(|(at, _)| *at);
        let mut out = String::new();
        let mut from = span.start;
        for (at, new) in self.0 {
            if at.start < from {
                continue;
            }
            out.push_str(text.get(from..at.start).unwrap_or_default());
            out.push_str(&new);
            from = at.end;
        }
        out.push_str(text.get(from..span.end).unwrap_or_default());
        out
    }
}

/// A name that means something which is called otherwise now.
#[derive(Clone, Debug)]
pub struct Renamed {
    /// Whether it is a column, a table, a label or a type.
    pub kind: RenamedKind,
    /// As it was written.
    pub from: String,
    /// What to write instead, in quotes where it needs them.
    pub to: String,
}

/// What a name means.
#[derive(Clone, Debug)]
pub enum RenamedKind {
    /// A relation, with its schema if that was written.
    Relation(Option<String>),
    /// A column, whatever stands before it.
    Column,
}

/// Whether a token is this name. Quotes keep the case on PostgreSQL.
fn names_it(token: &ScanToken, name: &str, dialect: Dialect) -> bool {
    let value = token.value(dialect);
    let exact = dialect.folds_case() && token.kind == ScanKind::Quoted;
    if exact {
        value == name
    } else {
        value.eq_ignore_ascii_case(name)
    }
}

/// A string literal that the server reads back as this text.
pub fn string(text: &str, dialect: Dialect) -> String {
    super::canonical::quote_string(text, dialect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_and_strings_and_calls_are_not() {
        let text = "create view v as select Users.id, users(1), 'users', \"users\".name, b.n from users, a.b, c.b";
        let whole = Span::new(0, text.len());
        let mut patch = Patch::default();
        patch.replace(Span::new(12, 13), "app.v");
        let renamed = |schema: Option<&str>, from: &str, to: &str| Renamed {
            kind: RenamedKind::Relation(schema.map(str::to_owned)),
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let names = [
            renamed(None, "users", "people"),
            renamed(Some("a"), "b", "c"),
        ];
        patch.rename(text, whole, Dialect::Postgres, &names);
        assert_eq!(
            patch.apply(text, whole),
            "create view app.v as select people.id, users(1), 'users', people.name, c.n from people, c, c.b"
        );
    }

    #[test]
    fn a_clause_goes_with_its_keywords() {
        let text = "create sequence s owned by t.c cache 5";
        let whole = Span::new(0, text.len());
        let mut patch = Patch::default();
        patch.remove_clause(
            text,
            whole,
            &["OWNED", "BY"],
            Span::new(27, 30),
            Dialect::Postgres,
        );
        assert_eq!(patch.apply(text, whole), "create sequence s  cache 5");
    }
}
