//! The datasource: which database, and what is set for all of it.

use crate::schema::{Note, Place};
use crate::sql::Dialect;
use crate::tool::prisma::syntax::{File, PrismaBlock, PrismaExpr, PrismaExprKind};

/// What the datasource says.
pub(super) struct Database {
    pub(super) dialect: Dialect,
    /// The datasource's name, which prefixes native types: `db` in `@db.VarChar`.
    pub(super) name: String,
    /// Where tables without `@@schema` live.
    pub(super) schema: String,
    /// Whether foreign keys are emulated by the client, so that the database has none.
    pub(super) emulates_relations: bool,
    /// Whether it is CockroachDB.
    pub(super) cockroach: bool,
    /// Extensions that the schema manages (PostgreSQL).
    pub(super) extensions: Vec<String>,
    /// Remarks for people.
    pub(super) notes: Vec<Note>,
}

/// Reads the datasource of a schema; `fallback` is used where the provider is not a literal.
pub(super) fn database(files: &[File], fallback: Option<Dialect>) -> Option<Database> {
    let found = files
        .iter()
        .find_map(|file| Some((file, file.datasource()?)));
    let Some((file, block)) = found else {
        return fallback.map(|dialect| Database::plain(dialect, "db"));
    };
    let provider = block.provider();
    let dialect = match provider {
        Some(provider) => dialect_of(provider)?,
        None => fallback?,
    };
    let mut database = Database::plain(dialect, &block.name.text);
    if provider == Some("cockroachdb") {
        database.cockroach = true;
        let message = "CockroachDB is read as PostgreSQL: types and sequences that only CockroachDB has may differ";
        database.notes.push(Note {
            place: Place {
                source: file.source.clone(),
                span: block.name.span,
            },
            message: message.to_owned(),
        });
    }
    let mode = block
        .property("relationMode")
        .or_else(|| block.property("referentialIntegrity"));
    database.emulates_relations = mode.and_then(|it| it.as_string()) == Some("prisma");
    if database.dialect.has_schemas() {
        database.schema = url_schema(block).unwrap_or_else(|| "public".to_owned());
        database.extensions = extensions(block);
    }
    Some(database)
}

impl Database {
    fn plain(dialect: Dialect, name: &str) -> Self {
        let schema = dialect.home_schema();
        Self {
            dialect,
            name: name.to_owned(),
            schema: schema.to_owned(),
            emulates_relations: false,
            cockroach: false,
            extensions: Vec::new(),
            notes: Vec::new(),
        }
    }
}

fn dialect_of(provider: &str) -> Option<Dialect> {
    match provider {
        "postgresql" | "postgres" | "cockroachdb" => Some(Dialect::Postgres),
        "mysql" => Some(Dialect::MySql),
        "sqlite" => Some(Dialect::Sqlite),
        _ => None,
    }
}

/// `?schema=…` of a connection string that is written out.
fn url_schema(block: &PrismaBlock) -> Option<String> {
    let url = block.property("url")?.as_string()?;
    let (_, query) = url.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix("schema="))
        .map(str::to_owned)
}

/// `extensions = [pgcrypto, uuidOssp(map: "uuid-ossp")]`.
fn extensions(block: &PrismaBlock) -> Vec<String> {
    let elements = block
        .property("extensions")
        .map(PrismaExpr::elements)
        .unwrap_or_default();
    elements
        .iter()
        .filter_map(|element| match &element.kind {
            PrismaExprKind::Word(name) => Some(name.clone()),
            PrismaExprKind::Call(name, arguments) => {
                let map = crate::tool::prisma::syntax::find(arguments, "map")
                    .and_then(|it| it.as_string());
                Some(map.unwrap_or(name).to_owned())
            }
            _ => None,
        })
        .collect()
}
