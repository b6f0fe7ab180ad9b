//! Character sets: which there are, which of them a column has, and how long its characters are.

use crate::catalog::{Column, Table};
use crate::sql::change::{ColumnDef, DataType};

/// Those of MySQL and MariaDB.
const CHARSETS: &[&str] = &[
    "armscii8", "ascii", "big5", "binary", "cp1250", "cp1251", "cp1256", "cp1257", "cp850",
    "cp852", "cp866", "cp932", "dec8", "eucjpms", "euckr", "gb18030", "gb2312", "gbk", "geostd8",
    "greek", "hebrew", "hp8", "keybcs2", "koi8r", "koi8u", "latin1", "latin2", "latin5", "latin7",
    "macce", "macroman", "sjis", "swe7", "tis620", "ucs2", "ujis", "utf16", "utf16le", "utf32",
    "utf8", "utf8mb3", "utf8mb4",
];

/// Whether a server has a character set of that name, which is in lower case.
pub(crate) fn is_known(charset: &str) -> bool {
    CHARSETS.contains(&charset)
}

/// Whether values of a type are texts in a character set.
pub(crate) fn has_one(data_type: &DataType) -> bool {
    let name = data_type.name.as_str();
    name.ends_with("char") || name.ends_with("text") || matches!(name, "enum" | "set")
}

/// `utf8` is `utf8mb3`.
pub(crate) fn one_name(charset: &str) -> &str {
    if charset == "utf8" {
        "utf8mb3"
    } else {
        charset
    }
}

/// The character set that a collation belongs to: what stands before the first `_`.
pub(crate) fn of_collation(collation: &str) -> String {
    let charset = collation.split('_').next().unwrap_or(collation);
    charset.to_ascii_lowercase()
}

/// What columns of a table have that name none.
pub(crate) fn of_table(table: &Table) -> Option<String> {
    let option = |wanted: &str| table.option(wanted).map(str::to_ascii_lowercase);
    option("charset").or_else(|| option("collate").map(|collation| of_collation(&collation)))
}

/// The character set of a column, where it or its table names one.
pub(crate) fn of_column(column: &Column, table: &Table) -> Option<String> {
    let own = column.charset.as_deref().map(str::to_ascii_lowercase);
    own.or_else(|| {
        column
            .collation
            .as_ref()
            .map(|name| of_collation(&name.name))
    })
    .or_else(|| of_table(table))
}

/// That of a new definition. One that names none takes the table's, whatever the column had.
pub(crate) fn of_definition(column: &ColumnDef, table: &Table) -> Option<String> {
    let own = written(&column.data_type, "character set ").map(str::to_ascii_lowercase);
    own.or_else(|| written(&column.data_type, "collate ").map(of_collation))
        .or_else(|| {
            let collation = column.collation.as_ref();
            collation.map(|name| of_collation(&name.name.value))
        })
        .or_else(|| of_table(table))
}

/// The name after these words, which the server takes as a part of the type, in quotes too.
pub(crate) fn written<'t>(data_type: &'t DataType, words: &str) -> Option<&'t str> {
    let mut modifiers = data_type.modifiers.iter();
    let name = modifiers.find_map(|modifier| modifier.strip_prefix(words))?;
    Some(name.trim_matches(['\'', '"', '`']))
}

/// How many bytes a character has at most.
pub(crate) fn bytes_of_a_character(charset: &str) -> Option<u32> {
    let bytes = match charset {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8" | "utf8mb3" | "ujis" | "eucjpms" => 3,
        "ucs2" | "gbk" | "big5" | "sjis" | "cp932" | "euckr" | "gb2312" => 2,
        _ if is_known(charset) => 1,
        _ => return None,
    };
    Some(bytes)
}
