//! What MySQL and MariaDB do for a statement. They show no locks of a statement that has ended, but
//! refuse an `ALGORITHM` or a `LOCK` that they cannot have: so each statement is asked for the one
//! that keeps the fewest waiting, then for the next. What the server takes is what it does without
//! being asked.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::catalog::QName;
use crate::database::{Connection, ServerError, Tracing};
use crate::lock::{Algorithm, Blocks, Lock, Measured, Mode, Seen};

/// The way of each attempt, the least work first.
const WAYS: [(&str, Option<&str>, Mode); 4] = [
    (
        "INSTANT",
        None,
        Mode::Online(Algorithm::Instant, Blocks::Nothing),
    ),
    (
        "INPLACE",
        Some("NONE"),
        Mode::Online(Algorithm::InPlace, Blocks::Nothing),
    ),
    (
        "INPLACE",
        Some("SHARED"),
        Mode::Online(Algorithm::InPlace, Blocks::Writes),
    ),
    (
        "COPY",
        Some("SHARED"),
        Mode::Online(Algorithm::Copy, Blocks::Writes),
    ),
];

/// `ER_ALTER_OPERATION_NOT_SUPPORTED` and the same with a reason; a syntax error, where a statement
/// takes no such word; and, of MariaDB, an algorithm that it does not know.
const TRY_ANOTHER: [&str; 4] = ["1845", "1846", "1064", "1800"];

/// Runs a statement in the first way that the server takes, or as it is.
pub(crate) fn run(
    connection: &mut dyn Connection,
    sql: &str,
    _: Tracing,
) -> Result<Measured, ServerError> {
    let Some(subject) = AlteredTable::of(sql) else {
        return as_it_is(connection, sql);
    };
    let before = tables(connection)?;
    for (algorithm, lock, mode) in WAYS {
        let start = Instant::now();
        match connection.execute(&subject.asking(sql, algorithm, lock)) {
            Ok(()) => {
                let took = start.elapsed();
                let after = tables(connection)?;
                let rewritten = before
                    .iter()
                    .filter(|(name, id)| after.get(*name).is_some_and(|now| now != *id));
                return Ok(Measured {
                    seen: Seen::Mode,
                    took,
                    locks: vec![Lock {
                        relation: QName::new("", subject.table),
                        mode,
                    }],
                    rewrites: rewritten
                        .map(|(name, _)| QName::new("", name.as_str()))
                        .collect(),
                    ..Measured::default()
                });
            }
            Err(error) if is_of_the_way(&error) => {}
            Err(error) => return Err(error),
        }
    }
    as_it_is(connection, sql)
}

fn as_it_is(connection: &mut dyn Connection, sql: &str) -> Result<Measured, ServerError> {
    let start = Instant::now();
    connection.execute(sql)?;
    Ok(Measured {
        took: start.elapsed(),
        ..Measured::default()
    })
}

fn is_of_the_way(error: &ServerError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    TRY_ANOTHER.iter().any(|number| code.starts_with(number))
}

/// What a statement changes, and how it is asked for a way.
struct AlteredTable {
    table: String,
    /// What stands before each wish.
    comma: &'static str,
}

impl AlteredTable {
    /// Of `ALTER TABLE`, `CREATE INDEX` and `DROP INDEX` that do not ask already.
    fn of(sql: &str) -> Option<Self> {
        let words: Vec<&str> = sql
            .split(|c: char| c.is_whitespace() || c == '(')
            .filter(|word| !word.is_empty())
            .collect();
        let is = |at: usize, word: &str| {
            words
                .get(at)
                .is_some_and(|it| it.eq_ignore_ascii_case(word))
        };
        let asks = words.iter().any(|word| {
            let word = word.to_ascii_uppercase();
            word.starts_with("ALGORITHM") || word.starts_with("LOCK=") || word == "LOCK"
        });
        let after = |word: &str| {
            let at = words.iter().position(|it| it.eq_ignore_ascii_case(word))?;
            let skipped = ["IF", "NOT", "EXISTS"];
            let mut rest = words[at + 1..].iter();
            rest.find(|it| !skipped.iter().any(|word| it.eq_ignore_ascii_case(word)))
        };
        let (table, comma) = if asks {
            return None;
        } else if is(0, "ALTER") && (is(1, "TABLE") || is(2, "TABLE")) {
            (after("TABLE")?, ",")
        } else if (is(0, "CREATE") && (is(1, "INDEX") || is(2, "INDEX")))
            || (is(0, "DROP") && is(1, "INDEX"))
        {
            (after("ON")?, "")
        } else {
            return None;
        };
        let table = table
            .rsplit('.')
            .next()?
            .trim_matches(['`', '"', ';'])
            .to_owned();
        Some(Self { table, comma })
    }

    /// The statement with a wish. It may end in a comment.
    fn asking(&self, sql: &str, algorithm: &str, lock: Option<&str>) -> String {
        let comma = self.comma;
        let sql = sql.trim_end().trim_end_matches(';');
        let lock = lock.map_or_else(String::new, |lock| format!("{comma} LOCK={lock}"));
        format!("{sql}\n{comma} ALGORITHM={algorithm}{lock}")
    }
}

/// The tables of the database with the number that InnoDB gives each when it writes it again;
/// nothing where the user may not see them. MySQL 8 calls the list otherwise.
fn tables(connection: &mut dyn Connection) -> Result<BTreeMap<String, String>, ServerError> {
    let list = |name: &str| {
        format!(
            "SELECT SUBSTRING_INDEX(NAME, '/', -1), TABLE_ID FROM information_schema.{name} WHERE NAME LIKE CONCAT(DATABASE(), '/%')"
        )
    };
    let rows = match connection.query(&list("INNODB_SYS_TABLES")) {
        Ok(rows) => rows,
        Err(error) if error.fault.is_some() => return Err(error),
        Err(_) => match connection.query(&list("INNODB_TABLES")) {
            Ok(rows) => rows,
            Err(error) if error.fault.is_some() => return Err(error),
            Err(_) => Vec::new(),
        },
    };
    let mut found = BTreeMap::new();
    for row in rows {
        if let [Some(name), Some(id)] = row.as_slice() {
            found.insert(name.clone(), id.clone());
        }
    }
    Ok(found)
}
