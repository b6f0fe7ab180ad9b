//! `EXECUTE` of a string that is known before it runs.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::plpgsql::statement;
use super::{DEEPEST, Inside, inside};
use crate::source::Span;
use crate::sql::Unit;
use crate::sql::change::BlockItem;
use crate::sql::lower::Cx;
use crate::sql::parse;
use crate::sql::recognise::Cursor;
use crate::sql::split::{PieceKind, split};

/// Computed strings are followed this far into a file: each costs a text as long as what precedes
/// it.
const FARTHEST: usize = 256 << 10;

/// So many words of what is unknown are kept.
const WORDS: usize = 512;

/// What `EXECUTE 'constant'` does; unknown where the string is computed from something that is not
/// constant.
pub(super) fn constant(cx: &Cx, span: Span, depth: usize) -> BlockItem {
    let here = Cx { span, ..*cx };
    followed(&here, depth).unwrap_or_else(|| unknown(cx, span))
}

/// Something of which only the words are known.
pub(super) fn unknown(cx: &Cx, span: Span) -> BlockItem {
    let mut words: Vec<String> = Vec::new();
    for word in cx
        .slice(span)
        .split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$'))
    {
        let starts = word.starts_with(|c: char| !c.is_ascii_digit());
        if starts && words.len() < WORDS && !words.iter().any(|known| known == word) {
            words.push(word.to_owned());
        }
    }
    BlockItem::Unknown(span, words)
}

fn followed(cx: &Cx, depth: usize) -> Option<BlockItem> {
    if depth >= DEEPEST {
        return None;
    }
    let tokens = parse::tokenize(cx).ok()?;
    let mut at = Cursor::new(&tokens, cx);
    at.take("EXECUTE");
    let expression = at.until(&["INTO", "USING"]);
    if let [token] = expression.rest() {
        return in_string(cx, token, depth);
    }
    let span = expression.span();
    in_place(cx, &evaluate(expression)?, span, depth)
}

/// The statements of a string that stands alone.
pub(super) fn string(cx: &Cx, depth: usize) -> Option<BlockItem> {
    let tokens = parse::tokenize(cx).ok()?;
    let [token] = tokens.as_slice() else {
        return None;
    };
    in_string(cx, token, depth)
}

fn in_string(cx: &Cx, token: &TokenWithSpan, depth: usize) -> Option<BlockItem> {
    let span = cx.span(token.span);
    match inside(&token.token, cx.slice(span), span) {
        Inside::AsWritten(inside) => run(cx, cx.text, inside, depth),
        Inside::Escaped => {
            let inner = Span::new(span.start + 1, span.end.saturating_sub(1));
            let value = halved(cx.slice(inner))
                .filter(|_| matches!(token.token, Token::SingleQuotedString(_)))?;
            in_place(cx, &value, inner, depth)
        }
        Inside::NoString => None,
    }
}

/// The statements of a part of a text.
fn run(cx: &Cx, text: &str, span: Span, depth: usize) -> Option<BlockItem> {
    let cx = Cx { text, span, ..*cx };
    let mut changes = Vec::new();
    for piece in split(text, span, cx.dialect, cx.versions, Unit::File).list {
        if piece.kind == PieceKind::Statement {
            changes.extend(statement(&cx, piece.span, depth + 1)?);
        }
    }
    Some(BlockItem::Changes(changes))
}

/// The statements of a value, as if it stood at the bytes of the expression that makes it, so that
/// their spans point there.
pub(super) fn in_place(cx: &Cx, value: &str, span: Span, depth: usize) -> Option<BlockItem> {
    // A value may be longer than what makes it.
    let start = span.start.min(cx.text.len().checked_sub(value.len())?);
    let end = start + value.len();
    if start > FARTHEST || !value.is_ascii() || !cx.text.as_bytes()[start..end].is_ascii() {
        return None;
    }
    // Every place that the parser and the recognisers report is an offset into `Cx::text`. A text
    // of blanks up to the value lets them run unchanged, and puts what they find at the expression;
    // the check for ASCII above keeps each offset on a character's edge.
    let mut text = " ".repeat(start);
    text.push_str(value);
    run(cx, &text, Span::new(start, end), depth)
}

/// A quoted string with its doubled quotes made single, and as long as before: the first of a pair
/// opens and the second closes.
fn halved(inner: &str) -> Option<String> {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    let mut opens = true;
    while let Some(at) = rest.find("''") {
        if rest[at + 2..].starts_with('\'') {
            return None;
        }
        text.push_str(&rest[..at]);
        text.push_str(if opens { " '" } else { "' " });
        opens = !opens;
        rest = &rest[at + 2..];
    }
    text.push_str(rest);
    opens.then_some(text)
}

/// The value of constants joined by `||`, and of `format()` of constants.
fn evaluate(mut at: Cursor) -> Option<String> {
    let mut value = operand(&mut at)?;
    while at.symbol(&Token::StringConcat) {
        value.push_str(&operand(&mut at)?);
    }
    at.done().then_some(value)
}

fn operand(at: &mut Cursor) -> Option<String> {
    if at.take("format") {
        return format(at.group()?);
    }
    if at.take("quote_ident") {
        return Some(quoted(&evaluate(at.group()?)?, '"'));
    }
    if at.take("quote_literal") {
        return Some(quoted(&evaluate(at.group()?)?, '\''));
    }
    if let Some(group) = at.group() {
        return evaluate(group);
    }
    at.string()
}

/// `format('… %I … %L … %s', 'a', 'b', 'c')`.
fn format(group: Cursor) -> Option<String> {
    let mut arguments = Vec::new();
    for argument in group.split_commas() {
        arguments.push(evaluate(argument)?);
    }
    let mut arguments = arguments.into_iter();
    let pattern = arguments.next()?;
    let mut value = String::new();
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '%' {
            value.push(character);
            continue;
        }
        match characters.next()? {
            '%' => value.push('%'),
            's' => value.push_str(&arguments.next()?),
            'I' => value.push_str(&quoted(&arguments.next()?, '"')),
            'L' => value.push_str(&quoted(&arguments.next()?, '\'')),
            // Positions and widths are too rare to follow.
            _ => return None,
        }
    }
    Some(value)
}

/// A name needs its quotes only where it would not be read back as it is.
fn quoted(text: &str, quote: char) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && text
            .chars()
            .all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_');
    if quote == '"' && plain {
        return text.to_owned();
    }
    let doubled = text.replace(quote, &format!("{quote}{quote}"));
    format!("{quote}{doubled}{quote}")
}
