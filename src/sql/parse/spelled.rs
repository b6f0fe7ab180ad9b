//! Spellings that servers take and sqlparser does not, as those that it knows.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::sql::Dialect;

/// Writes such tokens as others that mean the same.
pub(super) fn as_the_parser_knows(tokens: &mut Vec<TokenWithSpan>, dialect: Dialect) {
    plain_trim(tokens);
    if dialect.has_postfix_isnull() {
        is_null(tokens);
    }
    if dialect.names_arguments_by_assignment() {
        named_arguments(tokens);
        variadic_arguments(tokens);
    }
    if dialect.has_client_commands() {
        variables(tokens);
    }
}

/// `:'a'` is what psql's variable `a` holds, between quotes: a value that nobody knows, as `:a` is.
fn variables(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 1;
    while at < tokens.len() {
        if let Token::SingleQuotedString(name) = &tokens[at].token
            && tokens[at - 1].token == Token::Colon
            && tokens[at - 1].span.end == tokens[at].span.start
            && is_variable(name)
        {
            tokens[at - 1].token = Token::Placeholder(format!(":{name}"));
            tokens[at - 1].span.end = tokens[at].span.end;
            tokens.remove(at);
        }
        at += 1;
    }
}

fn is_variable(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !name.is_empty()
}

fn is(token: Option<&TokenWithSpan>, word: &str) -> bool {
    matches!(token.map(|it| &it.token), Some(Token::Word(it)) if it.quote_style.is_none() && it.value.eq_ignore_ascii_case(word))
}

/// `TRIM(BOTH FROM x)`, as pg_dump writes it, is `TRIM(x)`, and with `LEADING` and `TRAILING` it is
/// `LTRIM` and `RTRIM`. sqlparser wants to know what is trimmed.
fn plain_trim(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at + 3 < tokens.len() {
        let instead = ["BOTH", "LEADING", "TRAILING"]
            .iter()
            .zip(["TRIM", "LTRIM", "RTRIM"]);
        if is(tokens.get(at), "TRIM")
            && tokens[at + 1].token == Token::LParen
            && is(tokens.get(at + 3), "FROM")
            && let Some((_, name)) = instead
                .into_iter()
                .find(|(side, _)| is(tokens.get(at + 2), side))
        {
            tokens[at].token = Token::make_word(name, None);
            tokens.drain(at + 2..at + 4);
        }
        at += 1;
    }
}

/// `a ISNULL` is `a IS NULL`. sqlparser knows `NOTNULL` alone.
fn is_null(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 1;
    while at < tokens.len() {
        if is(tokens.get(at), "ISNULL") && is_postfix(tokens, at) {
            let whole = tokens[at].span;
            let mut middle = whole.start;
            middle.column += "IS".len() as u64;
            let null = TokenWithSpan {
                token: Token::make_word("NULL", None),
                span: whole,
            };
            tokens.insert(at + 1, null);
            tokens[at].token = Token::make_word("IS", None);
            tokens[at].span.end = middle;
            tokens[at + 1].span.start = middle;
            at += 1;
        }
        at += 1;
    }
}

/// Whether the word at a place stands after a value, and is no function's name.
fn is_postfix(tokens: &[TokenWithSpan], at: usize) -> bool {
    const BEFORE_NAMES: &[&str] = &["FUNCTION", "PROCEDURE", "ROUTINE", "TYPE", "AS", "EXISTS"];
    let before = tokens.get(at - 1);
    let calls = tokens
        .get(at + 1)
        .is_some_and(|next| next.token == Token::LParen);
    let qualified = before.is_some_and(|it| it.token == Token::Period);
    !calls && !qualified && !BEFORE_NAMES.iter().any(|word| is(before, word))
}

/// `f(a := 1)` is what `f(a => 1)` was before PostgreSQL 9.5, and is taken still.
fn named_arguments(tokens: &mut [TokenWithSpan]) {
    for at in 2..tokens.len() {
        if tokens[at].token == Token::Assignment
            && matches!(tokens[at - 1].token, Token::Word(_))
            && matches!(tokens[at - 2].token, Token::LParen | Token::Comma)
        {
            tokens[at].token = Token::RArrow;
        }
    }
}

/// `f(VARIADIC a)` is written as `f(VARIADIC => a)`, which nobody can mean otherwise: the word is
/// reserved. In the signature of a routine it says what a parameter takes.
fn variadic_arguments(tokens: &mut Vec<TokenWithSpan>) {
    const SIGNATURES: &[&str] = &["FUNCTION", "PROCEDURE", "ROUTINE", "AGGREGATE"];
    let mut at = 1;
    while at + 1 < tokens.len() {
        if SIGNATURES.iter().any(|word| is(tokens.get(at), word)) {
            return;
        }
        if is(tokens.get(at), "VARIADIC")
            && matches!(tokens[at - 1].token, Token::LParen | Token::Comma)
        {
            let arrow = TokenWithSpan {
                token: Token::RArrow,
                span: tokens[at].span,
            };
            tokens.insert(at + 1, arrow);
        }
        at += 1;
    }
}
