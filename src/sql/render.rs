//! [`Change`]s to SQL that a server accepts.
//!
//! Rendering and lowering are inverses: what is rendered lowers to the same change, spans apart.
//! Changes of rows, blocks and what was not understood carry no text of their own, so [`render`]
//! answers `None` for them.

mod alter;
mod column;
mod index;
mod object;
mod reserved;
mod table;

use super::Dialect;
use super::canonical::{self, quote_name, quote_string};
use super::change::{Change, ChangeKind, DataType, DropMode, Expr, Ident, ObjectName};

/// The statements for some changes, each ended by `;` and a line break. What has no text is left
/// out.
pub fn script(changes: &[Change], dialect: Dialect) -> String {
    let mut out = String::new();
    for statement in changes
        .iter()
        .filter_map(|change| render(&change.kind, dialect))
    {
        out.push_str(&statement);
        out.push_str(";\n");
    }
    out
}

/// One statement, without its terminator.
pub fn render(kind: &ChangeKind, dialect: Dialect) -> Option<String> {
    Renderer {
        dialect,
        quotes: Quotes::Needed,
    }
    .statement(kind)
}

/// The same with every name in quotes, as generators write them.
pub fn quoted(kind: &ChangeKind, dialect: Dialect, quotes: Quotes) -> Option<String> {
    Renderer { dialect, quotes }.statement(kind)
}

/// A name, in quotes when it needs them.
pub fn name(name: &ObjectName, dialect: Dialect) -> String {
    Renderer {
        dialect,
        quotes: Quotes::Needed,
    }
    .name(name)
}

/// A name in the dialect's own quotes.
pub fn quoted_name(name: &ObjectName, dialect: Dialect) -> String {
    Renderer {
        dialect,
        quotes: Quotes::All,
    }
    .name(name)
}

/// How names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// Plain, where that is possible.
    Needed,
    /// Every name in the dialect's own quotes.
    All,
    /// Every name in backticks, which SQLite takes from MySQL and some generators write there.
    Backticks,
}

impl Quotes {
    /// A name in quotes.
    pub(crate) fn put(self, name: &str, dialect: Dialect) -> String {
        match self {
            Self::Backticks => canonical::quoted(name, '`'),
            Self::Needed | Self::All => quote_name(name, dialect),
        }
    }
}

/// Writes parts of statements in one dialect.
#[derive(Clone, Copy)]
struct Renderer {
    dialect: Dialect,
    quotes: Quotes,
}

impl Renderer {
    fn statement(self, kind: &ChangeKind) -> Option<String> {
        match kind {
            ChangeKind::CreateTable(create) => Some(self.create_table(create)),
            ChangeKind::AlterTable(alter) => self.alter_table(alter),
            ChangeKind::CreateIndex { table, index } => Some(self.create_index(table, index)),
            other => self.object(other),
        }
    }

    /// A name, in quotes when it needs them.
    fn word(self, name: &str) -> String {
        let plain = name.starts_with(|char: char| char.is_ascii_lowercase() || char == '_')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if plain && self.quotes == Quotes::Needed && !reserved::is_reserved(name) {
            name.to_owned()
        } else {
            self.quotes.put(name, self.dialect)
        }
    }

    fn ident(self, ident: &Ident) -> String {
        self.word(&ident.value)
    }

    fn idents(self, idents: &[Ident]) -> String {
        idents
            .iter()
            .map(|ident| self.ident(ident))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn name(self, name: &ObjectName) -> String {
        match &name.schema {
            Some(schema) => format!("{}.{}", self.ident(schema), self.ident(&name.name)),
            None => self.ident(&name.name),
        }
    }

    fn names(self, names: &[ObjectName]) -> String {
        names
            .iter()
            .map(|name| self.name(name))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn string(self, text: &str) -> String {
        quote_string(text, self.dialect)
    }

    fn data_type(self, data_type: &DataType) -> String {
        data_type.sql(self.dialect)
    }

    fn types(self, types: &[DataType]) -> String {
        types
            .iter()
            .map(|one| self.data_type(one))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// An expression in the brackets that `CHECK`, `USING` and their like ask for.
    fn bracketed(self, expr: &Expr) -> String {
        if wraps_itself(&expr.sql, self.dialect) {
            expr.sql.clone()
        } else {
            format!("({})", expr.sql)
        }
    }
}

/// Whether a text is one pair of brackets with everything inside.
fn wraps_itself(sql: &str, dialect: Dialect) -> bool {
    let mut depth = 0_usize;
    let mut tokens = super::lower::scan::Scan::new(sql, 0, dialect).peekable();
    if !tokens.peek().is_some_and(|token| token.is_punct("(")) {
        return false;
    }
    while let Some(token) = tokens.next() {
        if token.is_punct("(") {
            depth += 1;
        } else if token.is_punct(")") {
            depth = depth.saturating_sub(1);
        }
        if depth == 0 {
            return tokens.next().is_none();
        }
    }
    false
}

fn if_exists(yes: bool) -> &'static str {
    if yes { "IF EXISTS " } else { "" }
}

fn if_not_exists(yes: bool) -> &'static str {
    if yes { "IF NOT EXISTS " } else { "" }
}

fn cascade(yes: bool) -> &'static str {
    if yes { " CASCADE" } else { "" }
}

fn drop(what: &str, mode: DropMode, names: &str) -> String {
    format!(
        "DROP {what} {}{names}{}",
        if_exists(mode.if_exists),
        cascade(mode.cascade)
    )
}

#[cfg(test)]
mod tests;
