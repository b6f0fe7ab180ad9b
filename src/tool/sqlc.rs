//! sqlc, which reads a schema to know the types of columns.

mod capabilities;
pub(crate) mod config;
pub(crate) mod schema;

use super::Facts;
use crate::project::tree::file_name;

pub(super) static TOOL: Facts = Facts {
    name: "sqlc",
    attach: Some(config::attach),
    speaks_from_afar: config::FROM_AFAR,
    manifests: config::MANIFESTS,
    is_telling: |path| config::NAMES.contains(&file_name(path)),
    read_schema: Some(schema::beside),
    capabilities: |_| capabilities::CAPABILITIES,
    schema_name: "sqlc schema",
    declares_sql: true,
    understands_every_word: true,
    late: None,
    ..Facts::PLAIN
};
