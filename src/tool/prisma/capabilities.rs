//! What Prisma's schema can express.

use crate::compare::Capabilities;
use crate::schema::Declared;
use crate::sql::Dialect;
use crate::sql::change::DataType;

pub(super) fn capabilities(declared: &Declared) -> Capabilities {
    let mut indexes = declared
        .catalog
        .tables
        .values()
        .flat_map(|table| &table.indexes);
    Capabilities {
        generated: false,
        array_nulls: false,
        rich_indexes: false,
        null_keys: false,
        // A preview: schemas that use none have them written by hand.
        conditions: indexes.any(|index| index.condition.is_some()),
        checks: false,
        views: false,
        // `prisma migrate` writes it, and never looks for it again.
        autoincrement: false,
        virtual_tables: false,
        type_words: Some(same_words),
        ..Capabilities::ORM
    }
}

/// Whether Prisma reads two words of SQLite as one type. Its clients go by them: what is no
/// `BIGINT` must fit 32 bits.
fn same_words(left: &DataType, right: &DataType) -> Option<bool> {
    let family = |it: &DataType| {
        let word = it.sql(Dialect::Sqlite).to_ascii_lowercase();
        Some(match word.as_str() {
            "int" | "integer" | "serial" => "integer",
            "real" | "float" | "double" => "real",
            "date" | "datetime" | "timestamp" => "datetime",
            "binary" | "blob" => "blob",
            "bigint" => "bigint",
            "boolean" => "boolean",
            "jsonb" => "jsonb",
            "text" => "text",
            word if word.contains("char") => "text",
            word if word.contains("numeric") || word.contains("decimal") => "decimal",
            _ => return None,
        })
    };
    Some(family(left)? == family(right)?)
}
