//! `DROP INDEX`, `ALTER INDEX`, and what sqlparser does not know of `CREATE INDEX`.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{Cursor, drop_mode};
use crate::sql::change::{AlterTable, Change, ChangeKind, DropMode, ObjectName, TableAction};
use crate::sql::parse;

/// `at` stands after `DROP INDEX`.
pub(crate) fn drop(mut at: Cursor) -> Option<Vec<Change>> {
    // An index may be called `concurrently` only in quotes.
    let concurrently = at.cx.dialect.has_concurrently() && at.take("CONCURRENTLY");
    let if_exists = at.if_exists();
    let names = at.names()?;
    let on = if at.take("ON") {
        Some(at.name()?)
    } else {
        None
    };
    let mode = drop_mode(&mut at, if_exists);
    let mut online = Vec::new();
    while let Some(option) = at.take_any(&["ALGORITHM", "LOCK", "WAIT", "NOWAIT"]) {
        at.equals();
        match option {
            "ALGORITHM" | "LOCK" => online.push(TableAction::OnlineMode {
                name: option.to_ascii_lowercase(),
                value: at.keyword()?,
            }),
            "WAIT" => _ = at.next(),
            _ => {}
        }
    }
    let asks = online.iter().any(|option| {
        matches!(option, TableAction::OnlineMode { value, .. } if matches!(value.as_str(), "COPY" | "SHARED" | "EXCLUSIVE"))
    });
    if let (Some(table), [name], true) = (&on, names.as_slice(), asks) {
        // What it asks for is said of a table, as `ALTER TABLE` says it.
        let drop = TableAction::DropIndex {
            name: name.name.clone(),
            if_exists: mode.if_exists,
        };
        let span = at.cx.span;
        let actions = std::iter::once(drop).chain(online);
        let alter = AlterTable {
            table: table.clone(),
            actions: actions.map(|action| (action, span)).collect(),
            ..AlterTable::default()
        };
        return at.finish(ChangeKind::AlterTable(Box::new(alter)));
    }
    at.finish(ChangeKind::DropIndex {
        names,
        on,
        concurrently,
        mode,
    })
}

/// `at` stands after `ALTER INDEX`.
pub(crate) fn alter(mut at: Cursor) -> Option<Vec<Change>> {
    if at.take("ALL IN TABLESPACE") {
        return Some(at.whole(ChangeKind::Maintenance {
            name: "ALTER INDEX ALL IN TABLESPACE".to_owned(),
            table: None,
            in_transaction: true,
        }));
    }
    let if_exists = at.if_exists();
    let from = at.name()?;
    if at.take("RENAME TO") {
        let to = at.ident()?;
        return at.finish(ChangeKind::RenameIndex {
            from,
            to,
            if_exists,
        });
    }
    if at.take("ATTACH PARTITION") {
        let index = at.name()?;
        return at.finish(ChangeKind::AttachIndex {
            parent: from,
            index,
        });
    }
    if at.sees("SET TABLESPACE") {
        return moved(at, "ALTER INDEX SET TABLESPACE", from);
    }
    let action = at.take_any(&[
        "SET",
        "RESET",
        "ALTER",
        "DEPENDS ON EXTENSION",
        "NO DEPENDS ON EXTENSION",
    ])?;
    Some(at.whole(ChangeKind::Inert(format!("ALTER INDEX {action}"))))
}

/// `SET TABLESPACE`, which copies what is named. `at` stands at the words.
pub(super) fn moved(mut at: Cursor, name: &str, relation: ObjectName) -> Option<Vec<Change>> {
    at.take("SET TABLESPACE");
    let to = at.ident()?;
    at.take("NOWAIT");
    // Most often the one that it is in.
    if to.value == "pg_default" {
        return at.finish(ChangeKind::Inert(name.to_owned()));
    }
    at.finish(ChangeKind::Maintenance {
        name: name.to_owned(),
        table: Some(relation),
        in_transaction: true,
    })
}

/// `CREATE INDEX` with what sqlparser does not know: `ONLY`, `TABLESPACE`, parameters of operator
/// classes, MySQL's options, MariaDB's `OR REPLACE`. `whole` stands at `CREATE`.
pub(crate) fn create(whole: Cursor) -> Option<Vec<Change>> {
    let mut at = whole;
    let mut tokens = Vec::new();
    let mut only = false;
    let mut method = None;
    let mut replaces = false;
    while !at.done() && !at.sees("ON") {
        if at.cx.dialect.has_fulltext_indexes() && at.take("OR REPLACE") {
            replaces = true;
        } else if at.cx.dialect.has_fulltext_indexes()
            && (at.sees("FULLTEXT") || at.sees("SPATIAL"))
        {
            method = at.keyword().map(|word| word.to_ascii_lowercase());
        } else {
            tokens.push(at.next()?.clone());
        }
    }
    tokens.push(at.next()?.clone());
    only |= at.take("ONLY");
    // The table, `USING method`, up to the elements.
    while at.peek()? != &Token::LParen {
        tokens.push(at.next()?.clone());
    }
    let elements = at.group()?;
    let parameters = elements_without_parameters(elements, &mut tokens);
    while !at.done() {
        if at.take("TABLESPACE") {
            at.ident()?;
        } else if at.cx.dialect.has_fulltext_indexes() {
            mysql_option(&mut at)?;
        } else {
            // `INCLUDE (…)`, `NULLS NOT DISTINCT`, `WITH (…)`, `WHERE …`.
            let part = at.until(&["TABLESPACE"]);
            tokens.extend_from_slice(part.rest());
        }
    }
    let mut changes = parse::statement(tokens, whole.cx).ok()?;
    let mut dropped = None;
    for change in &mut changes {
        if let ChangeKind::CreateIndex { index, table } = &mut change.kind {
            dropped = index.name.clone().zip(Some(table.clone()));
            index.only = only;
            if method.is_some() {
                index.method.clone_from(&method);
            }
            for (column, parameters) in index.columns.iter_mut().zip(&parameters) {
                if let Some(class) = &mut column.opclass {
                    class.push_str(parameters);
                }
            }
        }
    }
    if let Some((name, table)) = dropped.filter(|_| replaces) {
        let drop = ChangeKind::DropIndex {
            names: vec![ObjectName { schema: None, name }],
            on: Some(table),
            concurrently: false,
            mode: DropMode {
                if_exists: true,
                ..DropMode::default()
            },
        };
        changes.splice(..0, whole.whole(drop));
    }
    Some(changes)
}

/// `(a gist_trgm_ops (siglen = 32), lower(b))` without the parentheses after an operator class;
/// returns them for each element.
fn elements_without_parameters(elements: Cursor, tokens: &mut Vec<TokenWithSpan>) -> Vec<String> {
    let nowhere = sqlparser::tokenizer::Span::empty();
    let mut parameters = Vec::new();
    tokens.push(super::token_at(Token::LParen, nowhere));
    for (count, mut element) in elements.split_commas().into_iter().enumerate() {
        if count > 0 {
            tokens.push(super::token_at(Token::Comma, nowhere));
        }
        // Before the operator class stand a column, a function with its arguments, or an expression
        // in parentheses.
        let mut operands = 0;
        parameters.push(String::new());
        while let Some(token) = element.peek() {
            let word = matches!(token, Token::Word(_));
            if *token == Token::LParen && operands > 1 {
                if let Some(group) = element.group() {
                    let words = group.rest().iter().filter_map(|it| written(&it.token));
                    parameters.pop();
                    parameters.push(format!(
                        "({})",
                        words.collect::<String>().replace(',', ", ")
                    ));
                }
                continue;
            }
            if *token == Token::LParen {
                let start = element;
                if element.group().is_none() {
                    return parameters;
                }
                tokens.extend_from_slice(element.since(start));
                operands += 1;
                continue;
            }
            if word && !element.sees("COLLATE") {
                operands += 1;
            }
            if let Some(token) = element.next() {
                tokens.push(token.clone());
            }
        }
    }
    tokens.push(super::token_at(Token::RParen, nowhere));
    parameters
}

/// A token of a parameter: `siglen = '32'` is `siglen=32`.
fn written(token: &Token) -> Option<String> {
    match token {
        Token::Whitespace(_) => None,
        Token::SingleQuotedString(text) => Some(text.clone()),
        token => Some(token.to_string()),
    }
}

/// One option after MySQL's `CREATE INDEX`.
fn mysql_option(at: &mut Cursor) -> Option<()> {
    if at.take("WITH PARSER") || at.take("USING") {
        at.ident()?;
        return Some(());
    }
    if at
        .take_any(&["VISIBLE", "INVISIBLE", "IGNORED", "NOT IGNORED"])
        .is_some()
    {
        return Some(());
    }
    at.take_any(&[
        "COMMENT",
        "ALGORITHM",
        "LOCK",
        "KEY_BLOCK_SIZE",
        "ENGINE_ATTRIBUTE",
        "SECONDARY_ENGINE_ATTRIBUTE",
    ])?;
    at.equals();
    at.next().map(|_| ())
}
