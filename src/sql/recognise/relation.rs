//! Sequences, views, schemas, extensions, and drops of several kinds.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{Cursor, drop_mode, token_at, word_at};
use crate::sql::change::{Change, ChangeKind, ColumnRef, DataType, ObjectName, Query};
use crate::sql::parse;

/// `at` stands after `CREATE SEQUENCE`; the options come in any order.
pub(crate) fn create_sequence(mut at: Cursor, temporary: bool) -> Option<Vec<Change>> {
    let if_not_exists = at.take("IF NOT EXISTS");
    let name = at.name()?;
    let mut options = SequenceOptions::default();
    while !at.done() {
        options.read(&mut at)?;
    }
    let SequenceOptions {
        data_type,
        owned_by,
    } = options;
    let owned_by = owned_by.and_then(|OwnedBy(column)| column);
    at.finish(ChangeKind::CreateSequence {
        name,
        if_not_exists,
        data_type,
        owned_by,
        temporary,
    })
}

/// `OWNED BY a.b`, or `OWNED BY NONE`.
pub(crate) struct OwnedBy(Option<ColumnRef>);

/// What is kept of a sequence's options; an identity has the same ones.
#[derive(Default)]
pub(crate) struct SequenceOptions {
    data_type: Option<DataType>,
    owned_by: Option<OwnedBy>,
}

impl SequenceOptions {
    /// Reads one option of a sequence; `None` where there is none.
    pub(crate) fn read(&mut self, at: &mut Cursor) -> Option<()> {
        let option = at.take_any(&[
            "AS",
            "INCREMENT BY",
            "INCREMENT",
            "NO MINVALUE",
            "MINVALUE",
            "NO MAXVALUE",
            "MAXVALUE",
            "START WITH",
            "START",
            "RESTART WITH",
            "RESTART",
            "CACHE",
            "NO CYCLE",
            "CYCLE",
            "OWNED BY NONE",
            "OWNED BY",
            "SEQUENCE NAME",
            "LOGGED",
            "UNLOGGED",
            "NOCACHE",
            "NOCYCLE",
            "NOMINVALUE",
            "NOMAXVALUE",
        ])?;
        match option {
            "AS" => {
                let token = at.next()?;
                self.data_type = parse::data_type(std::slice::from_ref(token), at.cx);
            }
            "OWNED BY NONE" => self.owned_by = Some(OwnedBy(None)),
            "OWNED BY" => {
                let mut path = vec![at.ident()?];
                while at.symbol(&Token::Period) {
                    path.push(at.ident()?);
                }
                let column = path.pop()?;
                let relation = path.pop().map(|name| ObjectName {
                    schema: path.pop(),
                    name,
                });
                self.owned_by = Some(OwnedBy(Some(ColumnRef { relation, column })));
            }
            "SEQUENCE NAME" => {
                at.name()?;
            }
            "INCREMENT BY" | "INCREMENT" | "MINVALUE" | "MAXVALUE" | "START WITH" | "START"
            | "RESTART WITH" | "CACHE" => {
                at.equals();
                number(at)?;
            }
            "RESTART" => {
                number(at);
            }
            _ => {}
        }
        Some(())
    }
}

fn number(at: &mut Cursor) -> Option<()> {
    let mut next = *at;
    if !next.symbol(&Token::Minus) {
        next.symbol(&Token::Plus);
    }
    let number = matches!(next.peek(), Some(Token::Number(..)));
    number.then(|| {
        next.next();
        *at = next;
    })
}

/// `at` stands after `ALTER SEQUENCE`.
pub(crate) fn alter_sequence(mut at: Cursor) -> Option<Vec<Change>> {
    let if_exists = at.if_exists();
    let name = at.name()?;
    let (mut rename, mut set_schema) = (None, None);
    let mut options = SequenceOptions::default();
    if at.take("RENAME TO") {
        rename = Some(at.ident()?);
    } else if at.take("SET SCHEMA") {
        set_schema = Some(at.ident()?);
    } else if at.take("OWNER TO") {
        at.ident()?;
    } else if at.take_any(&["SET LOGGED", "SET UNLOGGED"]).is_none() {
        while !at.done() {
            options.read(&mut at)?;
        }
    }
    let owned_by = options.owned_by.map(|OwnedBy(column)| column);
    at.finish(ChangeKind::AlterSequence {
        name,
        owned_by,
        rename,
        set_schema,
        if_exists,
    })
}

/// `at` stands after `ALTER [MATERIALIZED] VIEW`.
pub(crate) fn alter_view(mut at: Cursor, materialized: bool) -> Option<Vec<Change>> {
    let what = if materialized {
        "ALTER MATERIALIZED VIEW"
    } else {
        "ALTER VIEW"
    };
    let if_exists = at.if_exists();
    let from = at.name()?;
    if at.take("RENAME TO") {
        let to = at.ident()?;
        return at.finish(ChangeKind::RenameView {
            from,
            to,
            materialized,
            if_exists,
        });
    }
    if at.take("RENAME") {
        at.take("COLUMN");
        let column = at.ident()?;
        if !at.take("TO") {
            return None;
        }
        let to = at.ident()?;
        return at.finish(ChangeKind::RenameViewColumn {
            view: from,
            from: column,
            to,
        });
    }
    if materialized && at.sees("SET TABLESPACE") {
        return super::index::moved(at, "ALTER MATERIALIZED VIEW SET TABLESPACE", from);
    }
    if at.take("SET SCHEMA") {
        let schema = at.ident()?;
        return at.finish(ChangeKind::SetViewSchema {
            view: from,
            schema,
            materialized,
        });
    }
    let action = at.take_any(&[
        "OWNER TO",
        "SET",
        "RESET",
        "ALTER",
        "CLUSTER ON",
        "DEPENDS ON EXTENSION",
        "NO DEPENDS ON EXTENSION",
    ])?;
    Some(at.whole(ChangeKind::Inert(format!("{what} {action}"))))
}

/// `at` stands after `CREATE [OR REPLACE] [TEMP]`: a view with a clause that sqlparser does not
/// know.
pub(crate) fn create_view(
    mut at: Cursor,
    or_replace: bool,
    temporary: bool,
) -> Option<Vec<Change>> {
    let mysql = at.cx.dialect.views_have_algorithms();
    while mysql
        && at
            .take_any(&["ALGORITHM", "DEFINER", "SQL SECURITY"])
            .is_some()
    {
        at.equals();
        at.until(&["ALGORITHM", "DEFINER", "SQL", "VIEW"]);
    }
    let recursive = at.take("RECURSIVE");
    let materialized = at.take("MATERIALIZED VIEW");
    if !materialized && !at.take("VIEW") {
        return None;
    }
    let if_not_exists = at.take("IF NOT EXISTS");
    let before = at;
    let name = at.name()?;
    let named = at;
    let mut columns = Vec::new();
    if let Some(group) = at.group() {
        for mut column in group.split_commas() {
            columns.push(column.ident()?);
        }
    }
    let listed = at.since(named);
    at.until(&["AS"]);
    if !at.take("AS") {
        return None;
    }
    if recursive {
        let last = named.since(before).last()?;
        let query = recursive_query(last, listed, at)?;
        return Some(at.whole(ChangeKind::CreateView {
            name,
            columns: Vec::new(),
            query,
            or_replace,
            if_not_exists,
            materialized,
            temporary,
        }));
    }
    let mut query = at.until(&[
        "WITH CHECK OPTION",
        "WITH LOCAL CHECK",
        "WITH CASCADED CHECK",
        "WITH NO DATA",
        "WITH DATA",
    ]);
    let query = match query.group() {
        Some(inside) if query.done() => inside,
        _ => query,
    };
    // A view whose query nobody understands is still a view; what it reads is then unknown.
    let query = query.query().unwrap_or_else(|| Query {
        sql: query.text().to_owned(),
        ..Query::default()
    });
    Some(at.whole(ChangeKind::CreateView {
        name,
        columns,
        query,
        or_replace,
        if_not_exists,
        materialized,
        temporary,
    }))
}

/// The query of `CREATE RECURSIVE VIEW v (a) AS …`, which is `WITH RECURSIVE v (a) AS (…) SELECT a
/// FROM v`. `name` and `columns` are their tokens.
fn recursive_query(name: &TokenWithSpan, columns: &[TokenWithSpan], body: Cursor) -> Option<Query> {
    let word = |word: &str| word_at(word, name.span);
    let mut tokens = vec![word("WITH"), word("RECURSIVE"), name.clone()];
    tokens.extend_from_slice(columns);
    tokens.extend([word("AS"), token_at(Token::LParen, name.span)]);
    tokens.extend_from_slice(body.rest());
    let end = [
        token_at(Token::RParen, name.span),
        word("SELECT"),
        token_at(Token::Mul, name.span),
        word("FROM"),
        name.clone(),
    ];
    tokens.extend(end);
    parse::query(&tokens, body.cx)
}

/// `at` stands after `ALTER SCHEMA`.
pub(crate) fn alter_schema(mut at: Cursor) -> Option<Vec<Change>> {
    let from = at.ident()?;
    if at.take("RENAME TO") {
        let to = at.ident()?;
        return at.finish(ChangeKind::RenameSchema { from, to });
    }
    Some(at.whole(ChangeKind::Inert("ALTER SCHEMA".to_owned())))
}

/// `at` stands after `CREATE EXTENSION`.
pub(crate) fn create_extension(mut at: Cursor) -> Option<Vec<Change>> {
    let if_not_exists = at.take("IF NOT EXISTS");
    let name = at.ident()?;
    at.take("WITH");
    let mut schema = None;
    while !at.done() {
        match at.take_any(&["SCHEMA", "VERSION", "FROM", "CASCADE"])? {
            "SCHEMA" => schema = Some(at.ident()?),
            "CASCADE" => {}
            _ => {
                at.next()?;
            }
        }
    }
    at.finish(ChangeKind::CreateExtension {
        name,
        schema,
        if_not_exists,
    })
}

/// `at` stands after `DROP EXTENSION`.
pub(crate) fn drop_extension(mut at: Cursor) -> Option<Vec<Change>> {
    let if_exists = at.if_exists();
    let names = at.names()?.into_iter().map(|name| name.name).collect();
    let mode = drop_mode(&mut at, if_exists);
    at.finish(ChangeKind::DropExtension { names, mode })
}

/// `at` stands after `DROP [TEMPORARY] TABLE`.
pub(crate) fn drop_table(mut at: Cursor, temporary: bool) -> Option<Vec<Change>> {
    let if_exists = at.if_exists();
    let names = at.names()?;
    let mode = drop_mode(&mut at, if_exists);
    at.finish(ChangeKind::DropTable {
        names,
        mode,
        temporary,
    })
}

/// `at` stands after `DROP`: views, sequences, schemas.
pub(crate) fn drop(mut at: Cursor) -> Option<Vec<Change>> {
    let what = at.take_any(&[
        "MATERIALIZED VIEW",
        "VIEW",
        "SEQUENCE",
        "FOREIGN TABLE",
        "SCHEMA",
    ])?;
    let if_exists = at.if_exists();
    let names = at.names()?;
    let mode = drop_mode(&mut at, if_exists);
    at.finish(match what {
        "SEQUENCE" => ChangeKind::DropSequence { names, mode },
        "FOREIGN TABLE" => ChangeKind::DropTable {
            names,
            mode,
            temporary: false,
        },
        "SCHEMA" => ChangeKind::DropSchema {
            names: names.into_iter().map(|name| name.name).collect(),
            mode,
        },
        _ => ChangeKind::DropView {
            names,
            materialized: what == "MATERIALIZED VIEW",
            mode,
        },
    })
}
