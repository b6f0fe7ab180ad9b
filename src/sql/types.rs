//! Data types in the spelling that the server prints.
//!
//! PostgreSQL: as `format_type` does. MySQL: as `SHOW CREATE TABLE` of 8.0 does (integer display
//! widths are gone, `tinyint(1)` apart). SQLite keeps whatever text was declared, so that text is
//! the name, and [`affinity`] says what it means.

use crate::server::is_home_schema;
use std::borrow::Cow;
use std::fmt::{self, Write};

use super::Dialect;
use super::change::DataType;
use super::lower::scan::{Scan, ScanKind, ScanToken};
use super::quote::quote;
use crate::server::on_server;

pub(crate) mod range;

pub use range::Family;

impl DataType {
    /// The canonical type for a text; `None` when the text is not a type. `serial` and its
    /// relatives give the integer type beneath.
    pub fn parse(text: &str, dialect: Dialect) -> Option<Self> {
        on_server!(dialect => types::parse(text))
    }

    /// As the server prints it, quoted where it needs quotes.
    pub fn sql(&self, dialect: Dialect) -> String {
        let mut out = String::new();
        if dialect.has_schemas()
            && let Some(name) = &self.schema
        {
            out.push_str(&quote(name));
            out.push('.');
        }
        let name = on_server!(dialect => types::printed(self));
        // Writing to a String cannot fail.
        let _ = self.write(&mut out, &name);
        out
    }

    fn write(&self, out: &mut impl Write, name: &str) -> fmt::Result {
        let labels = matches!(name, "enum" | "set");
        let (before, after) = match name.split_once(' ') {
            Some((head @ ("timestamp" | "time"), tail)) => (head, Some(tail)),
            _ => (name, None),
        };
        out.write_str(before)?;
        for (index, arg) in self.args.iter().enumerate() {
            out.write_str(if index == 0 { "(" } else { "," })?;
            if labels {
                write!(out, "'{}'", arg.replace('\'', "''"))?;
            } else {
                out.write_str(arg)?;
            }
        }
        if !self.args.is_empty() {
            out.write_char(')')?;
        }
        for word in after
            .into_iter()
            .chain(self.modifiers.iter().map(String::as_str))
        {
            write!(out, " {word}")?;
        }
        if self.array {
            out.write_str("[]")
        } else {
            Ok(())
        }
    }
}

/// The canonical form for people: no quotes, and no schema when it is a home schema. See
/// [`DataType::sql`] for the server's own.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for schema in self.schema.iter().filter(|schema| !is_home_schema(schema)) {
            write!(f, "{schema}.")?;
        }
        self.write(f, &self.name)
    }
}

/// Whether a PostgreSQL or MySQL type name is one of the `serial` pseudo-types.
pub fn is_serial(text: &str, dialect: Dialect) -> bool {
    let text = text.trim().trim_matches('"');
    let mut names = dialect.serial_names().iter();
    names.any(|name| text.eq_ignore_ascii_case(name))
}

/// What SQLite stores in a column of a declared type (<https://www.sqlite.org/datatype3.html>,
/// 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "SQLite's own words")]
pub enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

/// The affinity of a declared type; the empty text is a column without a type.
pub fn affinity(declared: &str) -> Affinity {
    let declared = declared.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| declared.contains(word));
    if has(&["INT"]) {
        Affinity::Integer
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        Affinity::Text
    } else if declared.trim().is_empty() || has(&["BLOB"]) {
        Affinity::Blob
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}

/// The text of a type, taken apart.
pub(crate) struct TypeParts {
    /// Before the arguments: lower case unless quoted.
    pub(crate) words: Vec<String>,
    /// Whether the name is written with quotes or a schema, so that no keyword is meant.
    pub(crate) quoted: bool,
    pub(crate) schema: Option<String>,
    pub(crate) args: Vec<String>,
    /// Words after the arguments, lower case.
    pub(crate) tail: Vec<String>,
    pub(crate) array: bool,
}

impl TypeParts {
    /// None when the text is not a type.
    pub(crate) fn read(text: &str, dialect: Dialect) -> Option<Self> {
        let mut parts = Self {
            words: Vec::new(),
            quoted: false,
            schema: None,
            args: Vec::new(),
            tail: Vec::new(),
            array: false,
        };
        let mut scan = Scan::new(text, 0, dialect);
        let mut closed = false;
        while let Some(token) = scan.next() {
            match (token.kind, token.text) {
                (ScanKind::Punct, "(") => {
                    parts.args = arguments(&mut scan, dialect)?;
                    closed = true;
                }
                (ScanKind::Punct, "[") => {
                    parts.array = true;
                    scan.by_ref().find(|token| token.is_punct("]"))?;
                }
                (ScanKind::Punct, ".") => {
                    parts.schema = Some(parts.words.pop()?);
                    parts.words.clear();
                }
                (ScanKind::Word, word)
                    if word.eq_ignore_ascii_case("ARRAY") && !parts.words.is_empty() =>
                {
                    parts.array = true;
                }
                (ScanKind::Quoted, _) => {
                    parts.quoted = true;
                    parts.words.push(token.value(dialect));
                }
                (ScanKind::Word, word) if closed => parts.tail.push(word.to_ascii_lowercase()),
                (ScanKind::Word, word) => parts.words.push(word.to_ascii_lowercase()),
                (ScanKind::String, _) if !parts.words.is_empty() => {
                    parts.tail.push(token.value(dialect));
                }
                _ => return None,
            }
        }
        (!parts.words.is_empty()).then_some(parts)
    }
}

/// Arguments up to the closing bracket; strings lose their quotes.
fn arguments(scan: &mut Scan, dialect: Dialect) -> Option<Vec<String>> {
    let (mut args, mut current, mut depth) = (Vec::new(), String::new(), 0_usize);
    for token in scan.by_ref() {
        match (token.kind, token.text) {
            (ScanKind::Punct, ")") if depth == 0 => {
                if !current.is_empty() || !args.is_empty() {
                    args.push(current);
                }
                return Some(args);
            }
            (ScanKind::Punct, ",") if depth == 0 => args.push(std::mem::take(&mut current)),
            (kind, text) => {
                depth = match text {
                    "(" => depth + 1,
                    ")" => depth.saturating_sub(1),
                    _ => depth,
                };
                current.push_str(&argument(token, kind, dialect));
            }
        }
    }
    None
}

fn argument(token: ScanToken<'_>, kind: ScanKind, dialect: Dialect) -> Cow<'_, str> {
    match kind {
        ScanKind::String => Cow::Owned(token.value(dialect)),
        ScanKind::Word | ScanKind::Quoted | ScanKind::Number | ScanKind::Punct => {
            Cow::Borrowed(token.text)
        }
    }
}

#[cfg(test)]
mod tests;
