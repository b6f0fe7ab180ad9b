//! PostgreSQL's types, as `format_type` prints them.

use std::borrow::Cow;

use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::sql::Dialect;
use crate::sql::change::DataType;
use crate::sql::limit::clip;
use crate::sql::quote::quote;
use crate::sql::types::TypeParts;

/// Names of more than one word, which are never quoted.
const PHRASES: &[&str] = &[
    "bit varying",
    "character varying",
    "double precision",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
];

/// Names that the server itself keeps and prints in another way: in quotes too they are its own
/// types.
const INTERNAL: &[&str] = &[
    "bigserial",
    "bool",
    "bpchar",
    "float4",
    "float8",
    "int2",
    "int4",
    "int8",
    "numeric",
    "serial",
    "serial2",
    "serial4",
    "serial8",
    "smallserial",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "varbit",
    "varchar",
];

/// The server's own types, in the spelling of `format_type` and of `pg_type`.
const BUILT_IN: &[&str] = &[
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anyelement",
    "anyenum",
    "anynonarray",
    "anyrange",
    "bigint",
    "bigserial",
    "bit",
    "bit varying",
    "bool",
    "boolean",
    "box",
    "bpchar",
    "bytea",
    "char",
    "character",
    "character varying",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "decimal",
    "double precision",
    "event_trigger",
    "float",
    "float4",
    "float8",
    "gtsvector",
    "inet",
    "int",
    "int2",
    "int2vector",
    "int4",
    "int4multirange",
    "int4range",
    "int8",
    "int8multirange",
    "int8range",
    "integer",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "pg_lsn",
    "pg_snapshot",
    "point",
    "polygon",
    "real",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "serial",
    "serial2",
    "serial4",
    "serial8",
    "smallint",
    "smallserial",
    "text",
    "tid",
    "time",
    "time with time zone",
    "time without time zone",
    "timestamp",
    "timestamp with time zone",
    "timestamp without time zone",
    "timestamptz",
    "timetz",
    "trigger",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "varbit",
    "varchar",
    "void",
    "xid",
    "xid8",
    "xml",
];

/// Whether a type of that name is the server's own. `pg_catalog` comes before every schema of a
/// search path that does not name it.
pub(crate) fn is_own(name: &str) -> bool {
    let Some(&first) = name.as_bytes().first().filter(|byte| byte.is_ascii()) else {
        return false;
    };
    let (start, end) = (STARTS[usize::from(first)], STARTS[usize::from(first) + 1]);
    BUILT_IN[start..end].binary_search(&name).is_ok() || name.starts_with(FIELDS)
}

/// How the name of an interval of some fields begins: `interval day to second`.
const FIELDS: &str = "interval ";

/// Where the types begin that start with each ASCII character. The type of every column that a
/// statement touches is asked about.
const STARTS: [usize; 129] = {
    let mut starts = [0; 129];
    let mut byte = 1;
    while byte < starts.len() {
        let mut at = starts[byte - 1];
        while at < BUILT_IN.len() && (BUILT_IN[at].as_bytes()[0] as usize) < byte {
            at += 1;
        }
        starts[byte] = at;
        byte += 1;
    }
    starts
};

/// The canonical type for a text.
pub(crate) fn parse(text: &str) -> Option<DataType> {
    TypeParts::read(text, Dialect::Postgres).map(canonical)
}

/// A type's name as the server prints it.
pub(crate) fn printed(data_type: &DataType) -> Cow<'_, str> {
    if data_type.schema.is_some() {
        quote(&data_type.name)
    } else {
        quote_type(&data_type.name)
    }
}

/// Whether a cast cuts what is too long for a type, where an assignment refuses it: texts and bits
/// of a length. `USING n::varchar(3)` makes 12345 to `123` (PostgreSQL 18).
pub(crate) fn cast_cuts(from: &DataType, to: &DataType) -> bool {
    match to.name.as_str() {
        "character varying" => !to.args.is_empty(),
        "character" => true,
        "bit" | "bit varying" => from.name.starts_with("bit"),
        _ => false,
    }
}

/// Whether columns of a type have a collation: those of texts do. Of a domain it is not known here.
pub(crate) fn has_collation(data_type: &DataType) -> bool {
    ["text", "character varying", "character", "citext", "name"].contains(&data_type.name.as_str())
}

/// Whether long values of a type may be compressed and kept outside of the row.
pub(crate) fn is_kept_apart(data_type: &DataType) -> bool {
    data_type.array
        || [
            "text",
            "character varying",
            "character",
            "citext",
            "json",
            "jsonb",
            "bytea",
            "xml",
            "numeric",
            "tsvector",
        ]
        .contains(&data_type.name.as_str())
}

/// The query that finds the values of a column, in quotes, for which a type is too short.
pub(crate) fn too_long(table: &str, column: &str, to: &DataType) -> Option<String> {
    let length = to.args.first().filter(|_| !to.array)?;
    let measured = if to.name.starts_with("bit") {
        format!("length({column})")
    } else {
        format!("length({column}::text)")
    };
    Some(format!(
        "SELECT {column} FROM {table} WHERE {measured} > {length}"
    ))
}

fn canonical(parts: TypeParts) -> DataType {
    let TypeParts {
        words,
        quoted,
        schema,
        args,
        tail,
        array,
    } = parts;
    let kept = |name: &str| clip(name, POSTGRES_BYTES).to_owned();
    let schema = schema
        .filter(|schema| schema != "pg_catalog")
        .map(|schema| kept(&schema));
    let internal =
        quoted && matches!(words.as_slice(), [word] if INTERNAL.contains(&word.as_str()));
    if (quoted && !internal) || schema.is_some() {
        return DataType {
            schema,
            name: kept(&words.join(" ")),
            args,
            modifiers: Vec::new(),
            array,
        };
    }
    let mut words: Vec<&str> = words.iter().chain(&tail).map(String::as_str).collect();
    let set_of = words.first() == Some(&"setof") && words.len() > 1;
    if set_of {
        words.remove(0);
    }
    let joined = words.join(" ");
    let (element, array) = match joined.strip_prefix('_') {
        Some(element) if builtin(element, &[]).is_some() => (element, true),
        _ => (joined.as_str(), array),
    };
    let (name, args) = match builtin(element, &args) {
        Some((name, args)) => (name.to_owned(), args),
        None => (kept(element), args),
    };
    DataType {
        schema: None,
        name,
        args,
        modifiers: Vec::new(),
        array,
    }
}

/// The canonical name and arguments of a type of the server's own that has more than one spelling.
fn builtin(name: &str, args: &[String]) -> Option<(&'static str, Vec<String>)> {
    let keep = || args.to_vec();
    let one = || {
        if args.is_empty() {
            vec!["1".to_owned()]
        } else {
            args.to_vec()
        }
    };
    Some(match name {
        "int" | "int4" | "integer" | "serial" | "serial4" => ("integer", Vec::new()),
        "int2" | "smallint" | "smallserial" | "serial2" => ("smallint", Vec::new()),
        "int8" | "bigint" | "bigserial" | "serial8" => ("bigint", Vec::new()),
        "bool" | "boolean" => ("boolean", Vec::new()),
        "float4" | "real" => ("real", Vec::new()),
        "float"
            if args
                .first()
                .and_then(|bits| bits.parse().ok())
                .is_some_and(|bits: u32| bits <= 24) =>
        {
            ("real", Vec::new())
        }
        "float" | "float8" | "double precision" => ("double precision", Vec::new()),
        "numeric" | "decimal" | "dec" if args.len() == 1 => {
            ("numeric", vec![args[0].clone(), "0".to_owned()])
        }
        "numeric" | "decimal" | "dec" => ("numeric", keep()),
        "varchar"
        | "character varying"
        | "char varying"
        | "nchar varying"
        | "national character varying"
        | "national char varying" => ("character varying", keep()),
        "char" | "character" | "nchar" | "national character" | "national char" => {
            ("character", one())
        }
        "bpchar" if args.is_empty() => ("bpchar", Vec::new()),
        "bpchar" => ("character", keep()),
        "bit" => ("bit", one()),
        "varbit" | "bit varying" => ("bit varying", keep()),
        "timestamp" | "timestamp without time zone" => ("timestamp without time zone", keep()),
        "timestamptz" | "timestamp with time zone" => ("timestamp with time zone", keep()),
        "time" | "time without time zone" => ("time without time zone", keep()),
        "timetz" | "time with time zone" => ("time with time zone", keep()),
        "text" => ("text", Vec::new()),
        "uuid" => ("uuid", Vec::new()),
        "json" => ("json", Vec::new()),
        "jsonb" => ("jsonb", Vec::new()),
        "bytea" => ("bytea", Vec::new()),
        "date" => ("date", Vec::new()),
        "interval" => ("interval", keep()),
        "inet" => ("inet", Vec::new()),
        "name" => ("name", Vec::new()),
        "oid" => ("oid", Vec::new()),
        _ => return None,
    })
}

/// Quoted unless it is a type of the server's own or a plain lower-case word.
fn quote_type(name: &str) -> Cow<'_, str> {
    if name == "char" {
        // The one-byte type; what is written `char` is `character(1)`.
        Cow::Borrowed("\"char\"")
    } else if PHRASES.contains(&name) || name.starts_with(FIELDS) {
        Cow::Borrowed(name)
    } else {
        quote(name)
    }
}
