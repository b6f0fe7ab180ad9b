//! Names as PostgreSQL prints them.

use std::borrow::Cow;

/// Fully reserved words of PostgreSQL 17, sorted: a name that is one of them only stands in quotes.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

/// A name as it must be written: in quotes unless it is a plain lower-case word that is not
/// reserved.
pub(crate) fn quote(name: &str) -> Cow<'_, str> {
    if RESERVED.binary_search(&name).is_ok() {
        Cow::Owned(in_quotes(name))
    } else {
        quote_word(name)
    }
}

/// A name that may be a keyword which means itself, such as `current_user`: in quotes unless it is
/// a plain lower-case word.
pub(crate) fn quote_word(name: &str) -> Cow<'_, str> {
    let plain = name.starts_with(|char: char| char.is_ascii_lowercase() || char == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(in_quotes(name))
    }
}

fn in_quotes(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_where_it_would_mean_something_else() {
        assert!(RESERVED.is_sorted());
        for (name, expected) in [
            ("id", "id"),
            ("Id", "\"Id\""),
            ("order", "\"order\""),
            ("a\"b", "\"a\"\"b\""),
            ("", "\"\""),
            ("1", "\"1\""),
        ] {
            assert_eq!(quote(name), expected);
        }
        assert_eq!(quote_word("current_user"), "current_user");
    }
}
