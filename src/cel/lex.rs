//! Text to tokens.

use super::CelError;

/// A token, and where it starts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CelToken {
    pub(super) kind: CelKind,
    pub(super) at: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum CelKind {
    Name(String),
    Int(i64),
    Double(f64),
    String(String),
    /// Punctuation, of one or two characters.
    Sign(&'static str),
    End,
}

const SIGNS: [&str; 24] = [
    "&&", "||", "==", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ".", ",", ":", "?", "<", ">",
    "+", "-", "*", "/", "%", "!",
];

pub(super) fn tokens(text: &str) -> Result<Vec<CelToken>, CelError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].chars().next() {
        let start = at;
        let rest = &text[at..];
        if next.is_whitespace() {
            at += next.len_utf8();
            continue;
        }
        if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        }
        let raw = rest.starts_with("r'") || rest.starts_with("r\"");
        let kind = if raw || matches!(next, '\'' | '"') {
            let from = at + usize::from(raw);
            let (value, end) = string(text, from, raw)?;
            at = end;
            CelKind::String(value)
        } else if next.is_ascii_digit() {
            let length = rest
                .find(|c: char| !(c.is_ascii_digit() || c == '.'))
                .unwrap_or(rest.len());
            at += length;
            number(&rest[..length])
                .ok_or_else(|| CelError::at(start, format!("`{}` is no number", &rest[..length])))?
        } else if next.is_ascii_alphabetic() || next == '_' {
            let length = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            at += length;
            CelKind::Name(rest[..length].to_owned())
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
            at += sign.len();
            CelKind::Sign(sign)
        } else {
            return Err(CelError::at(start, format!("unexpected `{next}`")));
        };
        tokens.push(CelToken { kind, at: start });
    }
    tokens.push(CelToken {
        kind: CelKind::End,
        at: text.len(),
    });
    Ok(tokens)
}

fn number(text: &str) -> Option<CelKind> {
    if text.contains('.') {
        text.parse().ok().map(CelKind::Double)
    } else {
        text.parse().ok().map(CelKind::Int)
    }
}

/// A string from its quote on, and the place after it.
fn string(text: &str, from: usize, raw: bool) -> Result<(String, usize), CelError> {
    let mut chars = text[from..].char_indices();
    let quote = chars.next().map(|(_, quote)| quote);
    let mut value = String::new();
    while let Some((at, next)) = chars.next() {
        if Some(next) == quote {
            return Ok((value, from + at + next.len_utf8()));
        }
        if next != '\\' || raw {
            value.push(next);
            continue;
        }
        let escaped = chars.next().map(|(_, escaped)| escaped);
        value.push(match escaped {
            Some('n') => '\n',
            Some('t') => '\t',
            Some('r') => '\r',
            Some(same @ ('\\' | '\'' | '"' | '`' | '?')) => same,
            _ => return Err(CelError::at(from + at, "an escape that is not known")),
        });
    }
    Err(CelError::at(from, "a string that never ends"))
}
