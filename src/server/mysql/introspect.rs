//! MySQL and MariaDB print every definition on `SHOW CREATE`.

use crate::database::{Connection, ServerError};

/// What can be shown: the query that lists the names, the words after `SHOW CREATE`, and the column
/// of the answer in which the definition stands. Triggers and routines hold semicolons.
const SHOWN: [Shown; 6] = [
    Shown {
        names: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'SEQUENCE' ORDER BY 1",
        words: "SEQUENCE",
        column: 1,
    },
    Shown {
        names: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY 1",
        words: "TABLE",
        column: 1,
    },
    Shown {
        names: "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION' ORDER BY 1",
        words: "FUNCTION",
        column: 2,
    },
    Shown {
        names: "SELECT routine_name FROM information_schema.routines WHERE routine_schema = DATABASE() AND routine_type = 'PROCEDURE' ORDER BY 1",
        words: "PROCEDURE",
        column: 2,
    },
    Shown {
        names: "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'VIEW' ORDER BY 1",
        words: "VIEW",
        column: 1,
    },
    Shown {
        names: "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY event_object_table, event_manipulation, action_timing, action_order",
        words: "TRIGGER",
        column: 2,
    },
];

struct Shown {
    names: &'static str,
    words: &'static str,
    column: usize,
}

/// See [`DatabaseSession::definitions`](crate::database::DatabaseSession::definitions).
pub(crate) fn definitions(connection: &mut dyn Connection) -> Result<String, ServerError> {
    let mut text = String::from("DELIMITER ;;\n");
    for kind in &SHOWN {
        for name in connection
            .query(kind.names)?
            .into_iter()
            .flatten()
            .flatten()
        {
            let quoted = name.replace('`', "``");
            let shown = connection.query(&format!("SHOW CREATE {} `{quoted}`", kind.words))?;
            let definition = shown
                .into_iter()
                .next()
                .and_then(|row| row.into_iter().nth(kind.column));
            // Without the right to see a routine, its definition is null.
            if let Some(definition) = definition.flatten() {
                text += &format!("{definition}\n;;\n");
            }
        }
    }
    text.push_str("DELIMITER ;\n");
    Ok(text)
}
