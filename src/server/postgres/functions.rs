//! PostgreSQL's functions, by the types that they take and yield.

pub(crate) mod arg;
pub(crate) mod choose;
pub(crate) mod common;
pub(crate) mod facts;
pub(crate) mod inline;
mod laid;
mod polymorphic;
mod sorted;

use sorted::has_line;

/// Extensions that bring no function or operator for types of the server's own under a name that
/// the server has too.
pub(crate) const KNOWN_EXTENSIONS: [&str; 13] = [
    "btree_gin",
    "btree_gist",
    "citext",
    "fuzzystrmatch",
    "hstore",
    "ltree",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "plpgsql",
    "unaccent",
    "uuid-ossp",
    "vector",
];

/// Operators that no extension is known to make for types of the server's own.
pub(crate) const OWN_OPERATORS: [&str; 35] = [
    "=", "<>", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "^", "||", "~", "!~", "~*", "!~*",
    "~~", "!~~", "~~*", "!~~*", "->", "->>", "#>", "#>>", "@>", "<@", "&&", "?", "?|", "?&", "%",
    "&", "|", "#",
];

/// What the grammar's own values and calls yield, which no function of the catalog is, and those of
/// `uuid-ossp`.
pub(crate) fn of_grammar(name: &str, version: u16) -> Option<&'static str> {
    Some(match name {
        "current_catalog" | "current_role" | "user" => "name",
        "current_date" => "date",
        "current_time" => "time with time zone",
        "current_timestamp" => "timestamp with time zone",
        "localtime" => "time without time zone",
        "localtimestamp" => "timestamp without time zone",
        "extract" if version >= 14 => "numeric",
        "extract" => "double precision",
        "uuid_generate_v1" | "uuid_generate_v1mc" | "uuid_generate_v4" => "uuid",
        _ => return None,
    })
}

/// Whether a function, by its lower-case name, changes no table whose name it is given: none of the
/// server's own does. Nobody knows what one of an extension does (`create_hypertable`), or one of
/// the project that is not in its migrations.
pub(crate) fn changes_no_table(function: &str) -> bool {
    is_own(function)
        || ["all", "any", "array", "exists"].contains(&function)
        || function.starts_with("information_schema.")
}

/// Whether the server has functions of that name by itself. `functions/names.txt` is what
/// `tests/servers/functions.sh` reads from the catalogs of the versions that it is given.
pub(crate) fn is_own(name: &str) -> bool {
    is_of_grammar(name) || has_line(include_str!("functions/names.txt"), name)
}

/// Whether an extension has a function of that name, so that somebody may have it who installs
/// extensions elsewhere. `functions/extensions.txt` has those that come with PostgreSQL.
pub(crate) fn is_of_extension(name: &str) -> bool {
    // TimescaleDB's own names begin with words of its own; two of them say only how to divide.
    let starts = [
        "add",
        "alter_job",
        "attach_",
        "by_hash",
        "by_range",
        "chunk",
        "columnstore",
        "compress_",
        "convert_to_",
        "cosine",
        "create_",
        "decompress_",
        "delete_job",
        "detach_",
        "drop_chunks",
        "hypertable",
        "merge_chunks",
        "move_chunk",
        "refresh_continuous",
        "reorder_chunk",
        "run_job",
        "set_chunk",
        "set_integer_now",
        "set_number_partitions",
        "show_chunks",
        "cron",
        "geom",
        "geog",
        "gen_",
        "h3_",
        "hll_",
        "http",
        "inner_",
        "l1_",
        "l2_",
        "nanoid",
        "paradedb",
        "partman",
        "pg",
        "postgis",
        "remove_",
        "st_",
        "time_",
        "uuid",
        "vector",
        "ulid",
    ];
    has_line(include_str!("functions/extensions.txt"), name)
        || starts.iter().any(|start| name.starts_with(start))
}

/// Whether the grammar reads a call of that name, and no catalog has it.
pub(crate) fn is_of_grammar(name: &str) -> bool {
    GRAMMAR.contains(&name)
}

/// What the grammar reads as a call, and no catalog has.
const GRAMMAR: &[&str] = &[
    "cast",
    "coalesce",
    "collation",
    "current_catalog",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "greatest",
    "grouping",
    "least",
    "localtime",
    "localtimestamp",
    "normalize",
    "nullif",
    "row",
    "treat",
    "trim",
    "user",
    "xmlconcat",
    "xmlelement",
    "xmlforest",
];

#[cfg(test)]
mod tests {
    use super::is_of_extension;

    #[test]
    fn functions_of_extensions_that_are_installed_elsewhere() {
        for name in [
            "by_range",
            "create_hypertable",
            "drop_chunks",
            "time_bucket",
            "st_area",
        ] {
            assert!(is_of_extension(name), "{name}");
        }
        assert!(!is_of_extension("by_the_way"));
    }
}
