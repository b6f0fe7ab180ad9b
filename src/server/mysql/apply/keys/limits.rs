//! What a key cannot be made of. Measured on MariaDB 10.11; what MySQL does after its manual.

use super::LONGEST_KEY;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Column, Rejection};
use crate::server::mysql::apply::Draft;
use crate::server::mysql::charset;
use crate::source::Span;
use crate::sql::change::{ExprKind, PartitionBy};

/// How many bytes a key takes of one column in the old formats of rows.
const LONGEST_OLD_KEY: u32 = 767;

/// A key that this statement makes.
struct NewKey<'t> {
    name: &'t str,
    primary: bool,
    unique: bool,
    parts: Vec<(&'t Column, Option<u32>)>,
}

impl Draft {
    /// Refuses keys that are too long, and parts of columns that have none.
    pub(in crate::server::mysql::apply) fn refuse_new_keys(&self, span: Span) -> Outcome {
        if !self.table.knowledge.is_exact() {
            return Ok(());
        }
        let column = |name: &str| {
            let at = self.column(name)?;
            Some(&self.table.columns[at]).filter(|column| column.knowledge.is_exact())
        };
        let is_new = |origin: crate::catalog::Origin| origin.made == Some(self.site);
        let primary = self.table.primary_key.iter();
        let primary = primary.filter(|key| is_new(key.origin)).map(|key| NewKey {
            name: "PRIMARY",
            primary: true,
            unique: true,
            parts: key
                .columns
                .iter()
                .filter_map(|name| Some((column(name)?, None)))
                .collect(),
        });
        let indexes = self.table.indexes.iter();
        let indexes = indexes
            .filter(|index| is_new(index.origin) && !index.implicit)
            .filter(|index| !matches!(index.method.as_str(), "fulltext" | "spatial"))
            .map(|index| NewKey {
                name: &index.name,
                primary: false,
                unique: index.unique,
                parts: index
                    .keys
                    .iter()
                    .filter_map(|key| Some((column(key.column.as_deref()?)?, key.length)))
                    .collect(),
            });
        for key in primary.chain(indexes) {
            self.refuse_key(&key, span)?;
        }
        self.refuse_partial_keys(span)
    }

    fn refuse_key(&self, key: &NewKey<'_>, span: Span) -> Outcome {
        let refusal = |message: String| {
            let code = sqlstate::INVALID_TABLE_DEFINITION;
            Err(Rejection::new(code, span, message))
        };
        let shown = key.name;
        let mut whole = 0;
        for (at, (column, prefix)) in key.parts.iter().enumerate() {
            let name = &column.name;
            if key.parts[..at].iter().any(|(other, _)| other.name == *name) {
                return refusal(format!("column `{name}` stands in key `{shown}` twice"));
            }
            let data_type = column.data_type.name.as_str();
            let is_long = data_type.ends_with("text") || data_type.ends_with("blob");
            let is_text = matches!(data_type, "char" | "varchar");
            let is_bytes = matches!(data_type, "binary" | "varbinary");
            if prefix.is_some() && !is_long && !is_text && !is_bytes {
                return refusal(format!(
                    "key `{shown}` takes a part of column `{name}`, which is no text"
                ));
            }
            // MySQL takes no other key either. MariaDB makes a hash of a unique one, a prefix for
            // any other, and a project for MySQL is often one for both.
            if is_long && prefix.is_none() && key.primary {
                return refusal(format!(
                    "key `{shown}` takes column `{name}`, a `{data_type}`, without a length"
                ));
            }
            let length = column.data_type.args.first();
            let length = length.and_then(|length| length.parse::<u32>().ok());
            if let (Some(prefix), Some(length), false) = (prefix, length, is_long)
                && *prefix > length
            {
                return refusal(format!(
                    "key `{shown}` takes {prefix} characters of column `{name}`, which has {length}"
                ));
            }
            let characters = prefix.or(length.filter(|_| is_text || is_bytes));
            let bytes = if is_text || data_type.ends_with("text") {
                self.bytes_of(column)
            } else {
                1
            };
            let size = characters.map_or(0, |characters| characters.saturating_mul(bytes));
            whole += size;
            let old = self.table.option("row_format");
            let old = old.is_some_and(|it| {
                it.eq_ignore_ascii_case("compact") || it.eq_ignore_ascii_case("redundant")
            });
            let most = if old { LONGEST_OLD_KEY } else { LONGEST_KEY };
            // MariaDB cuts the prefix of a plain key, and makes a hash of a unique one.
            if size > most && key.primary {
                return refusal(format!(
                    "key `{shown}` takes {size} bytes of column `{name}`, and {most} are the most"
                ));
            }
        }
        if whole > LONGEST_KEY && (key.primary || !key.unique && key.parts.len() > 1) {
            return refusal(format!(
                "key `{shown}` has {whole} bytes, and {LONGEST_KEY} are the most"
            ));
        }
        Ok(())
    }

    /// How many bytes a character of a column has at most; the least of all where that is not said.
    fn bytes_of(&self, column: &Column) -> u32 {
        let written = charset::of_column(column, &self.table);
        let bytes = written.and_then(|charset| charset::bytes_of_a_character(&charset));
        bytes.unwrap_or(1)
    }

    /// Refuses a unique key without the columns by which the table is partitioned.
    fn refuse_partial_keys(&self, span: Span) -> Outcome {
        let Some(PartitionBy { method, keys, .. }) = &self.table.partition_by else {
            return Ok(());
        };
        let refusal = |message: String| {
            let code = sqlstate::INVALID_TABLE_DEFINITION;
            Err(Rejection::new(code, span, message))
        };
        if matches!(method.as_str(), "hash" | "linear hash") {
            for key in keys {
                let ExprKind::Column(name) = &key.kind else {
                    continue;
                };
                let Some(at) = self.column(&name.value) else {
                    return refusal(format!(
                        "column `{}`, by which the table is partitioned, does not exist",
                        name.value
                    ));
                };
                let column = &self.table.columns[at];
                let data_type = column.data_type.name.as_str();
                let whole = data_type.ends_with("int") || data_type == "integer";
                let whole = whole || matches!(data_type, "year" | "bit");
                if !whole && column.knowledge.is_exact() {
                    return refusal(format!(
                        "the table is partitioned by column `{}`, which is no whole number",
                        name.value
                    ));
                }
            }
        }
        let unique = self.table.indexes.iter().filter(|index| index.unique);
        let unique = unique.map(|index| {
            let columns = index.keys.iter().filter_map(|key| key.column.as_ref());
            (index.name.as_str(), columns.collect::<Vec<_>>())
        });
        let primary = self.table.primary_key.iter();
        let primary = primary.map(|key| ("PRIMARY", key.columns.iter().collect()));
        for (name, columns) in primary.chain(unique) {
            let mut wanted = keys.iter().flat_map(|key| &key.columns);
            let lacking = wanted.find(|wanted| {
                let mut columns = columns.iter();
                !columns.any(|column| column.eq_ignore_ascii_case(&wanted.value))
            });
            if let Some(lacking) = lacking {
                return refusal(format!(
                    "unique key `{name}` lacks column `{}`, by which the table is partitioned",
                    lacking.value
                ));
            }
        }
        if let Some(key) = self.table.foreign_keys.first() {
            return refusal(format!(
                "the table is partitioned, and cannot have foreign key `{}`",
                key.name
            ));
        }
        Ok(())
    }
}
