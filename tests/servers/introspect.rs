//! What driftlint reads of a database is what the server says of it.
//!
//! The queries beside this file are not driftlint's own: these ask for JSON, with none of its code
//! in between, while driftlint reads definitions by the pipeline that reads migrations. A fault of
//! the pipeline would be on both sides otherwise.

use driftlint::catalog::json;
use driftlint::database::DatabaseSession;

use crate::facts::{Facts, Spelling, difference, facts};
use crate::server::Server;

/// Every difference between what driftlint reads of a database and the facts that the server gives.
pub(crate) fn differences(server: &Server, database: &str, held: &Facts) -> String {
    let mut session =
        DatabaseSession::open(&server.url(database)).unwrap_or_else(|error| panic!("{error}"));
    let read = session
        .introspect()
        .unwrap_or_else(|error| panic!("{database} cannot be read: {error}"));
    let value = serde_json::from_str(&json(&read.catalog)).expect("driftlint writes JSON");
    let own = facts(&value, server.engine.dialect(), Spelling::Loose);
    let mut found: String = read
        .unread
        .iter()
        .map(|line| format!("  read of the database: {line}\n"))
        .collect();
    found += &difference(held, &own);
    if !found.is_empty() {
        found += &format!("  of:\n{}\n", read.source.text());
    }
    found
}
