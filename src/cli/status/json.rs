//! The answer for programs; fields are added, never renamed or taken away.

use serde::Serialize;

use super::shown::{self, named_states};
use super::{DatabaseStatus, SchemaAnswer};
use crate::compare::{Difference, Presence};
use crate::drift;
use crate::drift::ObjectNames;
use crate::report;
use crate::status::MigrationState;

/// In version 1 of the format.
#[derive(Serialize)]
struct StatusDocument<'a> {
    version: u32,
    agrees: bool,
    database: &'a str,
    server: &'a str,
    folder: &'a str,
    tool: &'static str,
    /// `null` where the database is empty.
    table: Option<String>,
    migrations: Vec<MigrationRow<'a>>,
    unknown: Vec<UnknownDocument<'a>>,
    schema: SchemaDocument<'a>,
    summary: StatusCounts,
}

#[derive(Serialize)]
struct MigrationRow<'a> {
    name: &'a str,
    file: Option<&'a str>,
    state: &'static str,
    /// Whether the database has a row of it.
    recorded: bool,
    reason: Option<String>,
}

#[derive(Serialize)]
struct UnknownDocument<'a> {
    name: &'a str,
    renamed_to: Option<&'a str>,
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct SchemaDocument<'a> {
    compared: bool,
    /// Why not.
    reason: Option<&'a str>,
    differences: Vec<ObjectRow<'a>>,
    not_compared: &'a [String],
    /// What makes the database what its applied migrations make.
    sql: Option<String>,
}

#[derive(Serialize)]
struct ObjectRow<'a> {
    kind: &'static str,
    table: Option<String>,
    name: String,
    direction: &'static str,
    migrated: Option<&'a str>,
    database: Option<&'a str>,
    /// A migration that waits makes it too.
    pending: bool,
    message: String,
}

#[derive(Serialize)]
struct StatusCounts {
    applied: usize,
    edited: usize,
    failed: usize,
    skipped: usize,
    out_of_order: usize,
    pending: usize,
    unknown: usize,
    differences: usize,
}

pub(super) fn json(status: &DatabaseStatus) -> String {
    let standing = &status.standing;
    let set = status.set;
    let row = |(at, (name, state)): (usize, (&'_ str, &'_ MigrationState))| {
        let file = set.migrations.get(at).and_then(|one| one.up.first());
        (
            at,
            name.to_owned(),
            file.map(|part| part.source.path()),
            state.clone(),
        )
    };
    let rows: Vec<_> = named_states(status).enumerate().map(row).collect();
    let migrations = rows.iter().map(|(_, name, file, state)| MigrationRow {
        name,
        file: *file,
        state: state.name(),
        recorded: state.is_applied() && *state != MigrationState::TakenForApplied,
        reason: shown::said_of(status, state)
            .map(|said| said.trim_start_matches([':', ' ']).to_owned())
            .filter(|said| !said.is_empty()),
    });
    let unknown = standing.unknown.iter().map(|row| UnknownDocument {
        name: &row.name,
        renamed_to: row
            .renamed_to
            .and_then(|at| Some(set.migrations.get(at)?.id.as_str())),
        reason: row.failure.as_deref(),
    });
    report::to_json(&StatusDocument {
        version: 1,
        agrees: status.agrees(),
        database: &status.database,
        server: &status.server,
        folder: &set.folder,
        tool: set.runner.name(),
        table: status.table.as_ref().map(ToString::to_string),
        migrations: migrations.collect(),
        unknown: unknown.collect(),
        schema: schema(status),
        summary: StatusCounts {
            applied: standing.count("applied"),
            edited: standing.count("edited"),
            failed: standing.count("failed"),
            skipped: standing.count("skipped"),
            out_of_order: standing.count("out-of-order"),
            pending: standing.count("pending"),
            unknown: standing.unknown.len(),
            differences: status.differences(),
        },
    })
}

fn schema<'a>(status: &'a DatabaseStatus) -> SchemaDocument<'a> {
    let compared = status.schema.compared();
    let object = |difference: &'a Difference| {
        let ObjectNames { table, name } = drift::names(difference);
        let pending = compared.is_some_and(|schema| schema.ahead.contains(&difference.slot));
        ObjectRow {
            kind: difference.slot.part.kind(),
            table,
            name,
            direction: match difference.direction {
                Presence::LeftOnly => "migrated-not-database",
                Presence::RightOnly => "database-not-migrated",
                Presence::Differs => "differs",
            },
            migrated: difference.left.as_deref(),
            database: difference.right.as_deref(),
            pending,
            message: shown::said_of_object(difference, pending),
        }
    };
    let sql = compared
        .filter(|schema| !schema.differences.is_empty())
        .map(|_| shown::sql(status));
    SchemaDocument {
        compared: compared.is_some(),
        reason: match &status.schema {
            SchemaAnswer::Impossible(why) => Some(why),
            SchemaAnswer::NotAsked | SchemaAnswer::Compared(_) => None,
        },
        differences: compared.map_or_else(Vec::new, |schema| {
            schema.differences.iter().map(object).collect()
        }),
        not_compared: compared.map_or(&[], |schema| &schema.uncompared),
        sql,
    }
}
