//! Where in a statement one thing of a table stands: the line of a column rather than all of
//! `CREATE TABLE`.

use super::lex::{Lexer, Token, TokenKind};
use super::{Dialect, Versions};
use crate::source::Span;

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    /// A column's definition, by its name.
    Column(&'a str),
    /// Written at a column, or at the table.
    PrimaryKey,
    /// A unique key, by its columns.
    Unique(&'a [String]),
    /// A foreign key, by its referencing columns.
    ForeignKey(&'a [String]),
    /// A constraint or index, by its name.
    Named(&'a str),
    /// A string, which is how an enum's values are written.
    Text(&'a str),
}

/// The part of a statement that says it; `None` where the whole statement does, or nothing of it
/// could be distinguished.
pub fn locate(text: &str, statement: Span, dialect: Dialect, wanted: Wanted) -> Option<Span> {
    let lexer = Lexer::new(text, statement, dialect, Versions::default());
    let tokens: Vec<Token> = lexer.filter(Token::is_code).collect();
    let read = TokenReader { text };
    if let Wanted::Text(value) = wanted {
        let quoted = format!("'{}'", value.replace('\'', "''"));
        let found = tokens
            .iter()
            .find(|token| token.kind == TokenKind::Text && read.slice(token) == quoted);
        return found.map(|token| token.span);
    }
    let creates = read.has(&tokens[..tokens.len().min(8)], &["TABLE"])
        && read.has(&tokens[..tokens.len().min(1)], &["CREATE"]);
    let inside = if creates { group(&tokens)? } else { &tokens };
    let parts = parts(inside);
    let found = parts.iter().find(|part| read.fits(part, wanted, creates))?;
    let (first, last) = (found.first()?, found.last()?);
    (creates || parts.len() > 1).then(|| Span::new(first.span.start, last.span.end))
}

struct TokenReader<'a> {
    text: &'a str,
}

impl TokenReader<'_> {
    fn slice(&self, token: &Token) -> &str {
        &self.text[token.span.start..token.span.end]
    }

    /// Whether a token is this name, quoted or not.
    fn is_name(&self, token: &Token, name: &str) -> bool {
        let text = self.slice(token);
        match token.kind {
            TokenKind::Word => text.eq_ignore_ascii_case(name),
            TokenKind::Quoted => {
                let end = text.chars().next_back().unwrap_or_default();
                let inside = text
                    .get(1..text.len().saturating_sub(1))
                    .unwrap_or_default();
                inside.replace(&format!("{end}{end}"), &end.to_string()) == name
            }
            _ => false,
        }
    }

    /// Whether these words stand side by side.
    fn has(&self, tokens: &[Token], words: &[&str]) -> bool {
        tokens.windows(words.len()).any(|window| {
            window.iter().zip(words).all(|(token, word)| {
                token.kind == TokenKind::Word && self.slice(token).eq_ignore_ascii_case(word)
            })
        })
    }

    /// Whether the first parentheses hold these names, and perhaps lengths and directions.
    fn lists(&self, part: &[Token], columns: &[String]) -> bool {
        let Some(inside) = group(part) else {
            return false;
        };
        let keys = parts(inside);
        keys.len() == columns.len()
            && keys
                .iter()
                .zip(columns)
                .all(|(key, column)| key.first().is_some_and(|name| self.is_name(name, column)))
    }

    fn fits(&self, part: &[Token], wanted: Wanted, creates: bool) -> bool {
        let defines = |name: &str| part.first().is_some_and(|first| self.is_name(first, name));
        let keyed = |columns: &[String], table: &[&str], column: &[&str]| {
            (self.has(part, table) && self.lists(part, columns))
                || matches!(columns, [only] if creates && (defines(only) && self.has(part, column)))
        };
        match wanted {
            Wanted::Column(name) if creates => defines(name),
            Wanted::Column(name) | Wanted::Named(name) => {
                part.iter().any(|token| self.is_name(token, name))
            }
            Wanted::PrimaryKey => self.has(part, &["PRIMARY", "KEY"]),
            Wanted::Unique(columns) => keyed(columns, &["UNIQUE"], &["UNIQUE"]),
            Wanted::ForeignKey(columns) => keyed(columns, &["FOREIGN", "KEY"], &["REFERENCES"]),
            Wanted::Text(_) => false,
        }
    }
}

/// What stands in the first parentheses.
fn group(tokens: &[Token]) -> Option<&[Token]> {
    let open = tokens
        .iter()
        .position(|token| token.kind == TokenKind::Symbol(b'('))?;
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.kind {
            TokenKind::Symbol(b'(') => depth += 1,
            TokenKind::Symbol(b')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(&tokens[open + 1..at]);
                }
            }
            _ => {}
        }
    }
    None
}

/// The tokens, cut at commas outside of parentheses.
fn parts(tokens: &[Token]) -> Vec<&[Token]> {
    let mut depth = 0_usize;
    let cut = |token: &Token| {
        match token.kind {
            TokenKind::Symbol(b'(' | b'[') => depth += 1,
            TokenKind::Symbol(b')' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.kind == TokenKind::Symbol(b',')
    };
    tokens.split(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'a>(text: &'a str, dialect: Dialect, wanted: Wanted) -> Option<&'a str> {
        let span = locate(text, Span::new(0, text.len()), dialect, wanted)?;
        Some(&text[span.start..span.end])
    }

    fn at<'a>(text: &'a str, wanted: Wanted) -> &'a str {
        found(text, Dialect::Postgres, wanted).unwrap_or("nothing")
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn finds_the_elements_of_a_table() {
        let text = "CREATE TABLE IF NOT EXISTS t (\n  id int NOT NULL, -- the id, of course\n  \"Na\"\"me\" numeric(10, 2) DEFAULT 1,\n  \
                    org int UNIQUE REFERENCES orgs (id),\n  CONSTRAINT t_pk PRIMARY KEY (id, org),\n  UNIQUE (org, id),\n  \
                    FOREIGN KEY (id, org) REFERENCES t (id, org),\n  CONSTRAINT positive CHECK (id > 0)\n)";
        assert_eq!(at(text, Wanted::Column("id")), "id int NOT NULL");
        assert_eq!(
            at(text, Wanted::Column("Na\"me")),
            "\"Na\"\"me\" numeric(10, 2) DEFAULT 1"
        );
        assert_eq!(at(text, Wanted::Column("gone")), "nothing");
        assert_eq!(
            at(text, Wanted::PrimaryKey),
            "CONSTRAINT t_pk PRIMARY KEY (id, org)"
        );
        assert_eq!(
            at(text, Wanted::Unique(&names(&["org", "id"]))),
            "UNIQUE (org, id)"
        );
        assert_eq!(
            at(text, Wanted::Unique(&names(&["org"]))),
            "org int UNIQUE REFERENCES orgs (id)"
        );
        assert_eq!(
            at(text, Wanted::ForeignKey(&names(&["org"]))),
            "org int UNIQUE REFERENCES orgs (id)"
        );
        assert_eq!(
            at(text, Wanted::ForeignKey(&names(&["id", "org"]))),
            "FOREIGN KEY (id, org) REFERENCES t (id, org)"
        );
        assert_eq!(
            at(text, Wanted::Named("positive")),
            "CONSTRAINT positive CHECK (id > 0)"
        );
    }

    #[test]
    fn finds_the_action_and_the_value() {
        let text = "ALTER TABLE t ADD COLUMN a int, ADD COLUMN b numeric(1, 2)";
        assert_eq!(
            found(text, Dialect::Postgres, Wanted::Column("b")),
            Some("ADD COLUMN b numeric(1, 2)")
        );
        // The whole statement is about it.
        assert_eq!(
            found(
                "ALTER TABLE t ADD COLUMN a int",
                Dialect::Postgres,
                Wanted::Column("a")
            ),
            None
        );
        let text = "CREATE TABLE `t` (`a``b` enum('x', 'it''s'))";
        assert_eq!(
            found(text, Dialect::MySql, Wanted::Column("a`b")),
            Some("`a``b` enum('x', 'it''s')")
        );
        assert_eq!(
            found(text, Dialect::MySql, Wanted::Text("it's")),
            Some("'it''s'")
        );
        assert_eq!(
            found(
                "CREATE TABLE [t] ([a] text)",
                Dialect::Sqlite,
                Wanted::Column("a")
            ),
            Some("[a] text")
        );
    }

    #[test]
    fn broken_text_has_no_parts() {
        for text in [
            "",
            "CREATE TABLE",
            "CREATE TABLE t",
            "CREATE TABLE t (a int",
            "CREATE TABLE t ()",
            "(((",
        ] {
            assert_eq!(
                found(text, Dialect::Postgres, Wanted::Column("a")),
                None,
                "{text}"
            );
        }
    }
}
