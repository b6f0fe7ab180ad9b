//! Scalar and native types of Prisma as column types.

use crate::sql::Dialect;
use crate::sql::change::DataType;
use crate::tool::prisma::syntax::{Arity, Attribute, PrismaExpr, PrismaExprKind};

/// The scalar types of Prisma's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Int,
    BigInt,
    Float,
    Decimal,
    Boolean,
    String,
    DateTime,
    Json,
    Bytes,
}

impl Scalar {
    /// By its name in a schema.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "Int" => Self::Int,
            "BigInt" => Self::BigInt,
            "Float" => Self::Float,
            "Decimal" => Self::Decimal,
            "Boolean" => Self::Boolean,
            "String" => Self::String,
            "DateTime" => Self::DateTime,
            "Json" => Self::Json,
            "Bytes" => Self::Bytes,
            _ => return None,
        })
    }
}

/// The type of a scalar without a native type.
pub(super) fn scalar(dialect: Dialect, scalar: Scalar, arity: Arity) -> DataType {
    let (name, args): (&str, &[&str]) = match dialect {
        Dialect::Postgres => match scalar {
            Scalar::Int => ("integer", &[]),
            Scalar::BigInt => ("bigint", &[]),
            Scalar::Float => ("double precision", &[]),
            Scalar::Decimal => ("numeric", &["65", "30"]),
            Scalar::Boolean => ("boolean", &[]),
            Scalar::String => ("text", &[]),
            Scalar::DateTime => ("timestamp without time zone", &["3"]),
            Scalar::Json => ("jsonb", &[]),
            Scalar::Bytes => ("bytea", &[]),
        },
        Dialect::MySql => match scalar {
            Scalar::Int => ("int", &[]),
            Scalar::BigInt => ("bigint", &[]),
            Scalar::Float => ("double", &[]),
            Scalar::Decimal => ("decimal", &["65", "30"]),
            Scalar::Boolean => ("tinyint", &["1"]),
            Scalar::String => ("varchar", &["191"]),
            Scalar::DateTime => ("datetime", &["3"]),
            Scalar::Json => ("json", &[]),
            Scalar::Bytes => ("longblob", &[]),
        },
        // It keeps the word that Prisma writes.
        Dialect::Sqlite => match scalar {
            Scalar::Int => ("INTEGER", &[]),
            Scalar::BigInt => ("BIGINT", &[]),
            Scalar::Float => ("REAL", &[]),
            Scalar::Decimal => ("DECIMAL", &[]),
            Scalar::Boolean => ("BOOLEAN", &[]),
            Scalar::String => ("TEXT", &[]),
            Scalar::DateTime => ("DATETIME", &[]),
            Scalar::Json => ("JSONB", &[]),
            Scalar::Bytes => ("BLOB", &[]),
        },
    };
    DataType {
        name: name.to_owned(),
        args: args.iter().map(|it| (*it).to_owned()).collect(),
        array: arity == Arity::List,
        ..DataType::default()
    }
}

/// The type of `@db.Name(args)`; an error says why it is not known.
pub(super) fn native(
    dialect: Dialect,
    scalar: Scalar,
    attribute: &Attribute,
    arity: Arity,
) -> Result<DataType, String> {
    let name = attribute.name.rsplit('.').next().unwrap_or_default();
    let args: Vec<String> = attribute
        .arguments
        .iter()
        .filter_map(|it| number(&it.value))
        .collect();
    let known = match dialect {
        Dialect::Postgres => postgres(name),
        Dialect::MySql => mysql(name),
        Dialect::Sqlite => None,
    };
    let Some((name, default_args, modifier)) = known else {
        return Err(format!(
            "`@{}` is not a native type of {}",
            attribute.name,
            dialect.name()
        ));
    };
    let (name, default_args): (&str, &[&str]) = match name {
        // MySQL's booleans are small numbers of one digit.
        "tinyint" if scalar == Scalar::Boolean => (name, &["1"]),
        _ => (name, default_args),
    };
    let args = if args.is_empty() {
        default_args.iter().map(|it| (*it).to_owned()).collect()
    } else {
        args
    };
    Ok(DataType {
        name: name.to_owned(),
        args,
        modifiers: modifier.iter().map(|it| (*it).to_owned()).collect(),
        array: arity == Arity::List,
        ..DataType::default()
    })
}

fn number(expr: &PrismaExpr) -> Option<String> {
    match &expr.kind {
        PrismaExprKind::Number(text) => Some(text.clone()),
        _ => None,
    }
}

/// Canonical name, arguments when none are written, and modifier.
type Native = (&'static str, &'static [&'static str], Option<&'static str>);

fn postgres(name: &str) -> Option<Native> {
    let name = match name {
        "SmallInt" | "Int2" => "smallint",
        "Integer" | "Int4" => "integer",
        "BigInt" | "Int8" => "bigint",
        "Decimal" => "numeric",
        "Money" => "money",
        "Inet" => "inet",
        "Oid" => "oid",
        "Citext" => "citext",
        "Real" | "Float4" => "real",
        "DoublePrecision" | "Float8" => "double precision",
        "VarChar" => "character varying",
        "Char" => return Some(("character", &["1"], None)),
        "CatalogSingleChar" => "\"char\"",
        "Text" | "String" => "text",
        "ByteA" | "Bytes" => "bytea",
        "Timestamp" => "timestamp without time zone",
        "Timestamptz" => "timestamp with time zone",
        "Date" => "date",
        "Time" => "time without time zone",
        "Timetz" => "time with time zone",
        "Boolean" | "Bool" => "boolean",
        "Bit" => return Some(("bit", &["1"], None)),
        "VarBit" => "bit varying",
        "Uuid" => "uuid",
        "Xml" => "xml",
        "Json" => "json",
        "JsonB" => "jsonb",
        _ => return None,
    };
    Some((name, &[], None))
}

fn mysql(name: &str) -> Option<Native> {
    let unsigned = name.strip_prefix("Unsigned");
    let name = match unsigned.unwrap_or(name) {
        "Int" => "int",
        "SmallInt" | "Int2" => "smallint",
        "TinyInt" => "tinyint",
        "MediumInt" => "mediumint",
        "BigInt" => "bigint",
        _ if unsigned.is_some() => return None,
        "Decimal" => "decimal",
        "Float" => "float",
        "Double" => "double",
        "Bit" => "bit",
        "Char" => "char",
        "VarChar" => "varchar",
        "Binary" => "binary",
        "VarBinary" => "varbinary",
        "TinyBlob" => "tinyblob",
        "Blob" => "blob",
        "MediumBlob" => "mediumblob",
        "LongBlob" => "longblob",
        "TinyText" => "tinytext",
        "Text" => "text",
        "MediumText" => "mediumtext",
        "LongText" => "longtext",
        "Date" => "date",
        "Time" => "time",
        "DateTime" => "datetime",
        "Timestamp" => "timestamp",
        "Year" => "year",
        "Json" => "json",
        _ => return None,
    };
    Some((name, &[], unsigned.map(|_| "unsigned")))
}

/// A type of PostgreSQL's under the name that CockroachDB has for it, and Prisma's migrations with
/// it.
pub(super) fn cockroach(mut data_type: DataType) -> DataType {
    match data_type.name.as_str() {
        "text" => "string".clone_into(&mut data_type.name),
        "bytea" => "bytes".clone_into(&mut data_type.name),
        _ => {}
    }
    data_type
}

/// A type in SQL spelling, as `Unsupported("…")` holds it.
pub(super) fn unsupported(dialect: Dialect, text: &str, arity: Arity) -> Option<DataType> {
    let mut data_type = DataType::parse(text, dialect)?;
    data_type.array |= arity == Arity::List;
    Some(data_type)
}
