//! PostgreSQL's functions, by the types that they take and yield.

pub(crate) mod choose;
pub(crate) mod facts;
mod polymorphic;

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

/// Functions with one result, whatever the arguments.
pub(crate) const ALWAYS: &[(&str, &[&str])] = &[
    (
        "bigint",
        &[
            "count",
            "currval",
            "dense_rank",
            "lastval",
            "nextval",
            "rank",
            "row_number",
            "setval",
            "txid_current",
        ],
    ),
    (
        "boolean",
        &[
            "bool_and",
            "bool_or",
            "every",
            "isempty",
            "isfinite",
            "pg_try_advisory_lock",
            "starts_with",
        ],
    ),
    ("date", &["current_date", "make_date", "to_date"]),
    (
        "double precision",
        &["cume_dist", "date_part", "percent_rank", "pi"],
    ),
    (
        "integer",
        &[
            "array_length",
            "array_lower",
            "array_ndims",
            "array_position",
            "array_upper",
            "ascii",
            "bit_length",
            "cardinality",
            "char_length",
            "character_length",
            "json_array_length",
            "jsonb_array_length",
            "ntile",
            "num_nonnulls",
            "num_nulls",
            "octet_length",
            "strpos",
        ],
    ),
    (
        "interval",
        &[
            "justify_days",
            "justify_hours",
            "justify_interval",
            "make_interval",
        ],
    ),
    (
        "json",
        &[
            "array_to_json",
            "json_agg",
            "json_array_elements",
            "json_build_array",
            "json_build_object",
            "json_extract_path",
            "json_object",
            "json_object_agg",
            "json_strip_nulls",
            "row_to_json",
            "to_json",
        ],
    ),
    (
        "jsonb",
        &[
            "jsonb_agg",
            "jsonb_array_elements",
            "jsonb_build_array",
            "jsonb_build_object",
            "jsonb_extract_path",
            "jsonb_insert",
            "jsonb_object",
            "jsonb_object_agg",
            "jsonb_set",
            "jsonb_strip_nulls",
            "to_jsonb",
        ],
    ),
    (
        "name",
        &[
            "current_catalog",
            "current_database",
            "current_role",
            "current_schema",
            "current_user",
            "session_user",
            "user",
        ],
    ),
    ("regtype", &["pg_typeof"]),
    (
        "text",
        &[
            "array_to_string",
            "chr",
            "concat",
            "concat_ws",
            "current_setting",
            "encode",
            "format",
            "initcap",
            "json_array_elements_text",
            "json_extract_path_text",
            "json_object_keys",
            "json_typeof",
            "jsonb_array_elements_text",
            "jsonb_extract_path_text",
            "jsonb_object_keys",
            "jsonb_pretty",
            "jsonb_typeof",
            "left",
            "lpad",
            "md5",
            "quote_ident",
            "quote_literal",
            "quote_nullable",
            "regexp_replace",
            "regexp_split_to_table",
            "repeat",
            "replace",
            "right",
            "rpad",
            "split_part",
            "string_to_table",
            "to_char",
            "to_hex",
            "translate",
            "version",
        ],
    ),
    ("time with time zone", &["current_time"]),
    ("time without time zone", &["localtime"]),
    (
        "timestamp with time zone",
        &[
            "clock_timestamp",
            "current_timestamp",
            "make_timestamptz",
            "now",
            "statement_timestamp",
            "to_timestamp",
            "transaction_timestamp",
        ],
    ),
    (
        "timestamp without time zone",
        &["localtimestamp", "make_timestamp"],
    ),
    ("tsvector", &["to_tsvector"]),
    (
        "uuid",
        &[
            "gen_random_uuid",
            "uuid_generate_v1",
            "uuid_generate_v1mc",
            "uuid_generate_v4",
            "uuidv4",
            "uuidv7",
        ],
    ),
];

/// Functions that return text for text, and something else for something else.
pub(crate) const OF_TEXT: &[&str] = &[
    "btrim",
    "lower",
    "ltrim",
    "reverse",
    "rtrim",
    "substr",
    "substring",
    "trim",
    "upper",
];

/// Types that `max` and `min` return as they are.
pub(crate) const ORDERED: &[&str] = &[
    "bigint",
    "bpchar",
    "character",
    "date",
    "double precision",
    "inet",
    "integer",
    "interval",
    "money",
    "numeric",
    "oid",
    "real",
    "smallint",
    "text",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
];

/// Functions of PostgreSQL itself that are given a table's name, or a text that is one by chance,
/// and change nothing.
const READERS: [&str; 46] = [
    "all",
    "any",
    "array",
    "array_agg",
    "array_append",
    "array_position",
    "btrim",
    "cast",
    "coalesce",
    "col_description",
    "concat",
    "concat_ws",
    "count",
    "current_setting",
    "currval",
    "exists",
    "format",
    "greatest",
    "hashtext",
    "json_build_object",
    "jsonb_build_object",
    "jsonb_set",
    "least",
    "left",
    "length",
    "lower",
    "ltrim",
    "md5",
    "nextval",
    "nullif",
    "obj_description",
    "position",
    "quote_ident",
    "quote_literal",
    "replace",
    "right",
    "row_to_json",
    "set_config",
    "setval",
    "split_part",
    "string_agg",
    "strpos",
    "substring",
    "to_regclass",
    "trim",
    "upper",
];

/// Whether a function, by its lower-case name, changes no table whose name it is given. Nobody
/// knows what one of an extension does (`create_hypertable`), or one of the project that is not in
/// its migrations.
pub(crate) fn changes_no_table(function: &str) -> bool {
    let reads = [
        "pg_",
        "has_",
        "to_",
        "regexp_",
        "json",
        "array",
        "information_schema.",
    ];
    READERS.contains(&function)
        || OF_TEXT.contains(&function)
        || ALWAYS.iter().any(|(_, names)| names.contains(&function))
        || reads.iter().any(|start| function.starts_with(start))
}

/// Whether the server has functions of that name by itself. `functions/names.txt` is what
/// `tests/servers/functions.sh` reads from the catalogs of the versions that it is given.
pub(crate) fn is_own(name: &str) -> bool {
    static NAMES: std::sync::LazyLock<std::collections::HashSet<&'static str>> =
        std::sync::LazyLock::new(|| {
            let names = include_str!("functions/names.txt").lines();
            names.chain(GRAMMAR.iter().copied()).collect()
        });
    NAMES.contains(name)
}

/// Whether an extension has a function of that name, so that somebody may have it who installs
/// extensions elsewhere. `functions/extensions.txt` has those that come with PostgreSQL.
pub(crate) fn is_of_extension(name: &str) -> bool {
    static NAMES: std::sync::LazyLock<std::collections::HashSet<&'static str>> =
        std::sync::LazyLock::new(|| include_str!("functions/extensions.txt").lines().collect());
    let starts = [
        "add", "cosine", "create_", "cron", "geom", "geog", "gen_", "h3_", "hll_", "http",
        "inner_", "l1_", "l2_", "nanoid", "paradedb", "partman", "pg", "postgis", "remove_", "st_",
        "time_", "uuid", "vector", "ulid",
    ];
    NAMES.contains(name) || starts.iter().any(|start| name.starts_with(start))
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
