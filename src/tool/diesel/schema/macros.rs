//! `table! { … }` and `joinable!(…)` macros, read from Rust's tokens.

use crate::source::Span;

/// A macro of `schema.rs` with what is in its braces.
#[derive(Debug, Default, PartialEq)]
pub(super) struct TableMacro {
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) columns: Vec<ColumnLine>,
    /// The key's columns, as Rust calls them.
    pub(super) key: Vec<String>,
    /// What Rust calls the table.
    pub(super) ident: String,
    /// From the macro's name to its closing brace.
    pub(super) span: Span,
}

/// `name -> Nullable<Type>,`.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ColumnLine {
    pub(super) name: String,
    /// What Rust calls it.
    pub(super) ident: String,
    /// The innermost type's name.
    pub(super) sql_type: String,
    /// What stands around it: `Nullable`, `Array`, `Unsigned`, `Range`.
    pub(super) around: Vec<String>,
    /// `#[max_length = 20]`.
    pub(super) max_length: Option<String>,
    pub(super) nullable: bool,
    pub(super) array: bool,
    pub(super) span: Span,
}

/// `joinable!(posts -> users (author_id))`: what `diesel print-schema` writes for a foreign key of
/// one column to a primary key.
#[derive(Debug, PartialEq)]
pub(super) struct Joinable {
    pub(super) child: String,
    pub(super) parent: String,
    pub(super) column: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum MacroToken<'a> {
    Word(&'a str),
    Text(&'a str),
    Mark(u8),
}

/// Every table that a file declares.
pub(super) fn tables(text: &str) -> Vec<TableMacro> {
    let tokens = tokens(text);
    let mut tables = Vec::new();
    let mut at = 0;
    while at + 2 < tokens.len() {
        let starts = matches!(tokens[at].0, MacroToken::Word("table" | "diesel_table"))
            && tokens[at + 1].0 == MacroToken::Mark(b'!')
            && matches!(tokens[at + 2].0, MacroToken::Mark(b'{' | b'('));
        if starts {
            let end = closing(&tokens, at + 2);
            let body = &tokens[at + 3..end];
            let last = tokens.get(end).map_or(text.len(), |(_, span)| span.end);
            if let Some(table) = table(body) {
                tables.push(TableMacro {
                    span: Span::new(tokens[at].1.start, last),
                    ..table
                });
            }
            at = end;
        }
        at += 1;
    }
    tables
}

/// Every pair of tables that a file says can be joined.
pub(super) fn joinables(text: &str) -> Vec<Joinable> {
    let words: Vec<MacroToken> = tokens(text).into_iter().map(|(token, _)| token).collect();
    let joinables = words.windows(9).filter_map(|window| match window {
        [
            MacroToken::Word("joinable"),
            MacroToken::Mark(b'!'),
            MacroToken::Mark(_),
            MacroToken::Word(child),
            MacroToken::Mark(b'-'),
            MacroToken::Word(parent),
            MacroToken::Mark(b'('),
            MacroToken::Word(column),
            MacroToken::Mark(b')'),
        ] => Some(Joinable {
            child: (*child).to_owned(),
            parent: (*parent).to_owned(),
            column: (*column).to_owned(),
        }),
        _ => None,
    });
    joinables.collect()
}

type Tokens<'t, 'a> = &'t [(MacroToken<'a>, Span)];

/// `use …; #[…] schema.name (id) { columns }`.
fn table(mut body: Tokens) -> Option<TableMacro> {
    let mut table = TableMacro::default();
    let mut sql_name = None;
    loop {
        match body {
            [(MacroToken::Word("use"), _), ..] => {
                let end = body
                    .iter()
                    .position(|(token, _)| *token == MacroToken::Mark(b';'))?;
                body = &body[end + 1..];
            }
            [(MacroToken::Mark(b'#'), _), (MacroToken::Mark(b'['), _), ..] => {
                let end = closing(body, 1);
                sql_name = attribute(&body[2..end], "sql_name").or(sql_name);
                body = body.get(end + 1..)?;
            }
            [
                (MacroToken::Word(schema), _),
                (MacroToken::Mark(b'.'), _),
                rest @ ..,
            ] => {
                table.schema = Some((*schema).to_owned());
                body = rest;
            }
            [(MacroToken::Word(name), _), rest @ ..] => {
                sql_name.unwrap_or(name).clone_into(&mut table.name);
                (*name).clone_into(&mut table.ident);
                body = rest;
                break;
            }
            _ => return None,
        }
    }
    let open = body
        .iter()
        .position(|(token, _)| *token == MacroToken::Mark(b'{'))?;
    let end = closing(body, open);
    table.key = body[..open].iter().filter_map(word).collect();
    table.columns = columns(&body[open + 1..end]);
    Some(table)
}

fn word((token, _): &(MacroToken, Span)) -> Option<String> {
    if let MacroToken::Word(word) = token {
        Some((*word).to_owned())
    } else {
        None
    }
}

fn columns(mut body: Tokens) -> Vec<ColumnLine> {
    let mut columns = Vec::new();
    let mut sql_name = None;
    let mut max_length = None;
    while let Some((token, span)) = body.first() {
        match token {
            MacroToken::Mark(b'#') if matches!(body.get(1), Some((MacroToken::Mark(b'['), _))) => {
                let end = closing(body, 1);
                sql_name = attribute(&body[2..end], "sql_name").or(sql_name);
                max_length = attribute(&body[2..end], "max_length").or(max_length);
                body = body.get(end + 1..).unwrap_or_default();
            }
            MacroToken::Word(name) => {
                let mut depth = 0_usize;
                let end = body.iter().position(|(token, _)| {
                    match token {
                        MacroToken::Mark(b'<') => depth += 1,
                        MacroToken::Mark(b'>') => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    depth == 0 && *token == MacroToken::Mark(b',')
                });
                let end = end.unwrap_or(body.len());
                let mut around: Vec<String> = body[1..end].iter().filter_map(word).collect();
                let sql_type = around.pop().unwrap_or_default();
                let last = body[..end].last().map_or(span.end, |(_, span)| span.end);
                columns.push(ColumnLine {
                    name: sql_name.take().unwrap_or(name).to_owned(),
                    ident: (*name).to_owned(),
                    nullable: around.first().is_some_and(|it| it == "Nullable"),
                    array: around.iter().any(|it| it == "Array"),
                    sql_type,
                    around,
                    max_length: max_length.take().map(str::to_owned),
                    span: Span::new(span.start, last),
                });
                body = body.get(end + 1..).unwrap_or_default();
            }
            _ => body = &body[1..],
        }
    }
    columns
}

/// The value in `sql_name = "…"`.
fn attribute<'a>(tokens: Tokens<'_, 'a>, name: &str) -> Option<&'a str> {
    match tokens {
        [
            (MacroToken::Word(word), _),
            (MacroToken::Mark(b'='), _),
            (MacroToken::Text(value) | MacroToken::Word(value), _),
        ] if *word == name => Some(value),
        _ => None,
    }
}

/// The token that closes the bracket at `open`; one past the end if none does.
fn closing(tokens: Tokens, open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, (token, _)) in tokens.iter().enumerate().skip(open) {
        match token {
            MacroToken::Mark(b'{' | b'(' | b'[') => depth += 1,
            MacroToken::Mark(b'}' | b')' | b']') => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

/// Words, strings and marks; comments are left out. `->` is a mark `-`, for the `>` would count as
/// a bracket of types.
fn tokens(text: &str) -> Vec<(MacroToken<'_>, Span)> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let run = |from: usize, stop: &dyn Fn(u8) -> bool| {
            rest.iter()
                .skip(from)
                .position(|&byte| stop(byte))
                .map_or(rest.len(), |length| length + from)
        };
        let length = match rest[0] {
            b'/' if rest.starts_with(b"//") => run(2, &|byte| byte == b'\n'),
            b'/' if rest.starts_with(b"/*") => {
                text[at..].find("*/").map_or(rest.len(), |end| end + 2)
            }
            b'-' if rest.starts_with(b"->") => {
                tokens.push((MacroToken::Mark(b'-'), Span::new(at, at + 2)));
                2
            }
            b'"' => {
                let end = run(1, &|byte| byte == b'"');
                tokens.push((
                    MacroToken::Text(&text[at + 1..at + end]),
                    Span::new(at, (at + end + 1).min(text.len())),
                ));
                end + 1
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii() => {
                let end = run(1, &|byte| {
                    byte.is_ascii() && !byte.is_ascii_alphanumeric() && byte != b'_'
                });
                let word = text[at..at + end].trim_start_matches("r#");
                tokens.push((MacroToken::Word(word), Span::new(at, at + end)));
                end
            }
            byte => {
                if !byte.is_ascii_whitespace() {
                    tokens.push((MacroToken::Mark(byte), Span::new(at, at + 1)));
                }
                1
            }
        };
        at += length;
    }
    tokens
}
