//! SQLite keeps the text of every definition, and changes it in place.

use crate::database::{Connection, ServerError};

/// Everything but what SQLite makes by itself: its own tables, indexes of constraints (which have
/// no text), and the tables in which a module of virtual ones keeps its rows.
const DEFINITIONS: &str = "
SELECT s.sql FROM sqlite_schema s
WHERE s.sql IS NOT NULL AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
  AND NOT EXISTS (SELECT 1 FROM pragma_table_list t WHERE t.schema = 'main' AND t.name = s.name AND t.type = 'shadow')
ORDER BY CASE s.type WHEN 'table' THEN 0 WHEN 'view' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, s.rowid";

/// See [`DatabaseSession::definitions`](crate::database::DatabaseSession::definitions).
pub(crate) fn definitions(connection: &mut dyn Connection) -> Result<String, ServerError> {
    let rows = connection.query(DEFINITIONS)?;
    let texts = rows.into_iter().flatten().flatten();
    Ok(texts.map(|text| format!("{text}\n;\n")).collect())
}
