//! SQLite has no server, and a database in memory needs no name.

use std::path::Path;

use crate::database::{Container, Launch};
use crate::sql::Versions;

/// Makes a database: opening one is enough.
pub(crate) fn create(_: &str) -> String {
    String::new()
}

/// What is in memory is made again as fast.
pub(crate) fn copy(_: &str, _: &str) -> Option<String> {
    None
}

/// Nothing drops one: it goes with its session.
pub(crate) fn drop(_: &str, _: Versions) -> Vec<String> {
    Vec::new()
}

/// There is no container of it.
pub(crate) fn container(_: Versions) -> Container {
    Container::default()
}

/// There is no image of it.
pub(crate) fn of_image(_: &str, _: &str, _: Versions) -> Option<Versions> {
    None
}

/// Whether an answer says that the user lacks the right.
pub(crate) fn is_forbidden(code: &str) -> bool {
    code == "SQLITE_PERM"
}

/// How a server is started.
pub(crate) fn launch(_: &Path, _: Versions) -> Option<Launch> {
    None
}

/// How a server is installed.
pub(crate) fn how_to_get_one() -> &'static str {
    "driftlint has SQLite inside"
}
