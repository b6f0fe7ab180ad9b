//! MySQL's types, as `SHOW CREATE TABLE` of 8.0 prints them.

use std::borrow::Cow;

use crate::sql::Dialect;
use crate::sql::change::DataType;
use crate::sql::types::TypeParts;

/// The canonical type for a text.
pub(crate) fn parse(text: &str) -> Option<DataType> {
    TypeParts::read(text, Dialect::MySql).map(canonical)
}

/// Whether a type of that name is the server's own. Nobody can make others here.
pub(crate) fn is_own(_: &str) -> bool {
    true
}

/// A type's name as the server prints it.
pub(crate) fn printed(data_type: &DataType) -> Cow<'_, str> {
    Cow::Borrowed(&data_type.name)
}

fn canonical(parts: TypeParts) -> DataType {
    let TypeParts {
        words, args, tail, ..
    } = parts;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let named = name_len(&words);
    let written = words[..named].join(" ");
    let rest: Vec<&str> = words[named..]
        .iter()
        .copied()
        .chain(tail.iter().map(String::as_str))
        .collect();
    let mut modifiers = modifiers(&rest);
    let zerofill = modifiers.iter().any(|word| word == "zerofill");
    let (name, args) = builtin(&written, args, zerofill);
    if written.starts_with('n') && matches!(name.as_str(), "char" | "varchar") {
        modifiers.insert(0, "character set utf8mb3".to_owned());
    }
    if written == "serial" {
        modifiers.insert(0, "unsigned".to_owned());
    }
    DataType {
        schema: None,
        name,
        args,
        modifiers,
        array: false,
    }
}

/// How many of the words are the name.
fn name_len(words: &[&str]) -> usize {
    match words {
        ["national", "char" | "character", "varying", ..] => 3,
        ["double", "precision", ..]
        | ["long", "varchar" | "varbinary", ..]
        | ["char" | "character" | "nchar", "varying" | "varchar", ..]
        | ["national", ..] => words.len().min(2),
        _ => 1,
    }
}

fn modifiers(words: &[&str]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        match word {
            "unsigned" => found.insert(0, word.to_owned()),
            "zerofill" => {
                if found.first().is_none_or(|first| first != "unsigned") {
                    found.insert(0, "unsigned".to_owned());
                }
                found.push(word.to_owned());
            }
            "character" => {
                words.next();
                found.extend(words.next().map(|name| format!("character set {name}")));
            }
            "charset" => found.extend(words.next().map(|name| format!("character set {name}"))),
            "collate" => found.extend(words.next().map(|name| format!("collate {name}"))),
            "signed" => {}
            other => found.push(other.to_owned()),
        }
    }
    found
}

fn builtin(name: &str, args: Vec<String>, zerofill: bool) -> (String, Vec<String>) {
    let number = args.first().and_then(|arg| arg.parse::<u64>().ok());
    let width = |args: Vec<String>| if zerofill { args } else { Vec::new() };
    let one = |args: Vec<String>| {
        if args.is_empty() {
            vec!["1".to_owned()]
        } else {
            args
        }
    };
    let fraction = |args: Vec<String>| if number == Some(0) { Vec::new() } else { args };
    let (name, args) = match name {
        "bool" | "boolean" => ("tinyint", vec!["1".to_owned()]),
        "tinyint" | "int1" if number == Some(1) => ("tinyint", args),
        "tinyint" | "int1" => ("tinyint", width(args)),
        "smallint" | "int2" => ("smallint", width(args)),
        "mediumint" | "middleint" | "int3" => ("mediumint", width(args)),
        "int" | "integer" | "int4" => ("int", width(args)),
        "bigint" | "int8" | "serial" => ("bigint", width(args)),
        "decimal" | "dec" | "numeric" | "fixed" => ("decimal", decimal(args)),
        "double" | "double precision" | "real" | "float8" => ("double", args),
        "float" if args.len() == 1 => (
            if number.is_some_and(|bits| bits > 24) {
                "double"
            } else {
                "float"
            },
            Vec::new(),
        ),
        "float" | "float4" => ("float", args),
        "char" | "character" | "nchar" | "national char" | "national character" => {
            ("char", one(args))
        }
        "varchar"
        | "character varying"
        | "char varying"
        | "varcharacter"
        | "nvarchar"
        | "national varchar"
        | "nchar varchar"
        | "nchar varying"
        | "national character varying"
        | "national char varying" => ("varchar", args),
        "binary" => ("binary", one(args)),
        "bit" => ("bit", one(args)),
        "year" => ("year", Vec::new()),
        "datetime" => ("datetime", fraction(args)),
        "timestamp" => ("timestamp", fraction(args)),
        "time" => ("time", fraction(args)),
        "long" | "long varchar" => ("mediumtext", Vec::new()),
        "long varbinary" => ("mediumblob", Vec::new()),
        "text" => (
            sized(
                number.map(|chars| chars.saturating_mul(4)),
                ["tinytext", "text", "mediumtext", "longtext"],
            ),
            Vec::new(),
        ),
        "blob" => (
            sized(number, ["tinyblob", "blob", "mediumblob", "longblob"]),
            Vec::new(),
        ),
        other => return (other.to_owned(), args),
    };
    (name.to_owned(), args)
}

/// The digits of a decimal, before and after the point, with the server's defaults.
fn decimal(mut args: Vec<String>) -> Vec<String> {
    if args.is_empty() {
        args.push("10".to_owned());
    }
    if args.len() == 1 {
        args.push("0".to_owned());
    }
    args
}

/// The smallest type that holds so many bytes; characters count four.
fn sized(bytes: Option<u64>, names: [&'static str; 4]) -> &'static str {
    match bytes {
        Some(0..=0xff) => names[0],
        None | Some(0x100..=0xffff) => names[1],
        Some(0x1_0000..=0xff_ffff) => names[2],
        Some(_) => names[3],
    }
}
