//! What PostgreSQL does for a statement, as its own catalogs say before and after it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::catalog::QName;
use crate::database::{Connection, DatabaseSession, DatabaseUrl, Row, ServerError, Tracing};
use crate::lock::{Level, Lock, Measured, Mode, Seen};

/// Every relation of the database's own schemas. A table that is written again has another file, an
/// index that is built has one that was not there; how many rows were read counts its indexes too,
/// for a foreign key may be checked by those.
const RELATIONS: &str = "SELECT c.oid, n.nspname, c.relname, c.relkind, pg_relation_filenode(c.oid), i.indrelid, \
     coalesce(pg_stat_get_xact_tuples_returned(c.oid), 0), CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) ELSE 0 END \
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid \
     WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I') AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
     AND n.nspname !~ '^pg_(toast|temp)'";

/// The locks of a session on relations.
const LOCKS: &str = "SELECT relation, mode FROM pg_catalog.pg_locks WHERE granted AND locktype = 'relation' AND pid = ";

/// As many rows more than this are a scan of the table, and fewer may be a look at one.
const ROWS: i64 = 100;

/// A table of three pages holds more rows than that.
const LARGE: i64 = 3 * 8192;

/// A relation, as one look finds it.
#[derive(Debug)]
struct Relation {
    name: QName,
    kind: String,
    file: Option<String>,
    /// The table that it belongs to, where it is an index.
    table: Option<String>,
    rows: i64,
    size: i64,
}

type Relations = BTreeMap<String, Relation>;
type Levels = BTreeMap<String, Level>;

/// Runs a statement between two looks at the server.
pub(crate) fn run(
    connection: &mut dyn Connection,
    sql: &str,
    tracing: Tracing,
) -> Result<Measured, ServerError> {
    let before = relations(connection)?;
    let mut measured = if tracing.in_transaction {
        let held = levels(connection.query(&format!("{LOCKS}pg_backend_pid()"))?);
        let start = Instant::now();
        connection.execute(sql)?;
        let took = start.elapsed();
        let mut taken = levels(connection.query(&format!("{LOCKS}pg_backend_pid()"))?);
        taken.retain(|relation, level| held.get(relation) != Some(level));
        Measured {
            seen: Seen::Everything,
            took,
            locks: locks(&taken, &before),
            earlier: locks(&held, &before),
            ..Measured::default()
        }
    } else {
        let pid = connection
            .value("SELECT pg_backend_pid()")?
            .unwrap_or_default();
        let (took, taken) = watched(connection, sql, tracing.url, &pid)?;
        Measured {
            seen: Seen::Samples,
            took,
            locks: locks(&taken, &before),
            ..Measured::default()
        }
    };
    let after = relations(connection)?;
    compare(&before, &after, &mut measured);
    Ok(measured)
}

/// What changed between two looks.
fn compare(before: &Relations, after: &Relations, measured: &mut Measured) {
    let files: BTreeSet<&str> = before
        .values()
        .filter_map(|it| it.file.as_deref())
        .collect();
    let mut indexed = BTreeSet::new();
    for index in after.values().filter(|it| it.table.is_some()) {
        // Of a partitioned table it has none.
        let is_new = index
            .file
            .as_deref()
            .is_some_and(|file| !files.contains(file));
        indexed.extend(index.table.as_ref().filter(|_| is_new));
    }
    let rows = |relations: &Relations, oid: &str| {
        let own = relations
            .iter()
            .filter(|(at, it)| *at == oid || it.table.as_deref() == Some(oid));
        own.map(|(_, it)| it.rows).sum::<i64>()
    };
    for (oid, relation) in before
        .iter()
        .filter(|(_, it)| matches!(it.kind.as_str(), "r" | "m"))
    {
        if relation.size >= LARGE {
            measured.large.push(relation.name.clone());
        }
        let Some(now) = after.get(oid) else {
            continue;
        };
        if now.file != relation.file {
            measured.rewrites.push(relation.name.clone());
        } else if indexed.contains(oid) {
            measured.builds.push(relation.name.clone());
        }
        if rows(after, oid) - rows(before, oid) > ROWS {
            measured.scans.push(relation.name.clone());
        }
    }
}

/// Runs a statement that opens transactions of its own, while another session looks at its locks as
/// often as it can.
fn watched(
    connection: &mut dyn Connection,
    sql: &str,
    url: &DatabaseUrl,
    pid: &str,
) -> Result<(std::time::Duration, Levels), ServerError> {
    let (is_ready, has_ended) = (AtomicBool::new(false), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut seen = Levels::new();
            let session = DatabaseSession::connect(url);
            is_ready.store(true, Ordering::Relaxed);
            let Ok(mut session) = session else {
                return seen;
            };
            while !has_ended.load(Ordering::Relaxed) {
                let Ok(rows) = session.query(&format!("{LOCKS}{pid}")) else {
                    break;
                };
                for (relation, level) in levels(rows) {
                    let strongest = seen.entry(relation).or_insert(level);
                    *strongest = level.max(*strongest);
                }
            }
            seen
        });
        while !is_ready.load(Ordering::Relaxed) {
            std::thread::yield_now();
        }
        let start = Instant::now();
        let done = connection.execute(sql);
        let took = start.elapsed();
        has_ended.store(true, Ordering::Relaxed);
        let seen = watcher.join().unwrap_or_default();
        done.map(|()| (took, seen))
    })
}

fn relations(connection: &mut dyn Connection) -> Result<Relations, ServerError> {
    let mut found = Relations::new();
    for row in connection.query(RELATIONS)? {
        let [
            Some(oid),
            Some(schema),
            Some(name),
            Some(kind),
            file,
            table,
            rows,
            size,
        ] = row.as_slice()
        else {
            continue;
        };
        let number = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default();
            text.parse().unwrap_or_default()
        };
        let relation = Relation {
            name: QName::new(schema.as_str(), name.as_str()),
            kind: kind.clone(),
            file: file.clone(),
            table: table.clone(),
            rows: number(rows),
            size: number(size),
        };
        found.insert(oid.clone(), relation);
    }
    Ok(found)
}

/// The strongest lock on each relation.
fn levels(rows: Vec<Row>) -> Levels {
    let mut found = Levels::new();
    for row in rows {
        let [Some(relation), Some(mode)] = row.as_slice() else {
            continue;
        };
        if let Some(level) = level(mode) {
            let strongest = found.entry(relation.clone()).or_insert(level);
            *strongest = level.max(*strongest);
        }
    }
    found
}

fn level(mode: &str) -> Option<Level> {
    Some(match mode {
        "AccessShareLock" => Level::AccessShare,
        "RowShareLock" => Level::RowShare,
        "RowExclusiveLock" => Level::RowExclusive,
        "ShareUpdateExclusiveLock" => Level::ShareUpdateExclusive,
        "ShareLock" => Level::Share,
        "ShareRowExclusiveLock" => Level::ShareRowExclusive,
        "ExclusiveLock" => Level::Exclusive,
        "AccessExclusiveLock" => Level::AccessExclusive,
        _ => return None,
    })
}

/// Those on tables, views and sequences that were there before.
fn locks(levels: &Levels, before: &Relations) -> Vec<Lock> {
    let relations = levels
        .iter()
        .filter_map(|(oid, level)| Some((before.get(oid)?, *level)));
    relations
        .filter(|(relation, _)| relation.table.is_none() && relation.kind != "I")
        .map(|(relation, level)| Lock {
            relation: relation.name.clone(),
            mode: Mode::Table(level),
        })
        .collect()
}
