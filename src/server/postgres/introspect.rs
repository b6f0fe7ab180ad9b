//! PostgreSQL prints most definitions itself; the rest is put together as `pg_dump` does, in its
//! order: what others rest on comes first, what joins two objects has a statement of its own.

use crate::database::{Connection, ServerError};

/// Every query returns one column of statements. `OURS` stands for: not the server's own, and no
/// part of an extension. Columns that only later releases have are read through `to_jsonb`, so that
/// one text serves all of them.
const QUERIES: &[&str] = &[
    include_str!("introspect/types.sql"),
    include_str!("introspect/tables.sql"),
    include_str!("introspect/routines.sql"),
    include_str!("introspect/parts.sql"),
    include_str!("introspect/views.sql"),
];

/// See [`DatabaseSession::definitions`](crate::database::DatabaseSession::definitions).
pub(crate) fn definitions(connection: &mut dyn Connection) -> Result<String, ServerError> {
    // Without a search path, every name is printed with its schema.
    let path = connection.query("SELECT current_setting('search_path')")?;
    let path = path.into_iter().flatten().flatten().next();
    let path = path.unwrap_or_default().replace('\'', "''");
    connection.execute("SELECT set_config('search_path', '', false)")?;
    let read = read(connection);
    connection.execute(&format!(
        "SELECT set_config('search_path', '{path}', false)"
    ))?;
    read
}

fn read(connection: &mut dyn Connection) -> Result<String, ServerError> {
    let mut text = String::new();
    for query in QUERIES {
        for statement in connection.query(query)?.into_iter().flatten().flatten() {
            text.push_str(statement.trim_end().trim_end_matches(';'));
            text.push_str(";\n");
        }
    }
    Ok(text)
}
