//! `@id`, `@unique`, `@@index` and their relatives.

use super::name::{self, Suffix};
use crate::catalog::{Index, IndexKey, Key};
use crate::schema::value;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::canonical::quote_name;
use crate::sql::change::{self, Ident};
use crate::tool::prisma::syntax::{self, Attribute, PrismaBlock, PrismaExpr, PrismaExprKind};

/// Keys and indexes of one model, each with where it is declared.
#[derive(Default)]
pub(super) struct Indexes {
    pub(super) primary_key: Option<(Key, Span)>,
    pub(super) others: Vec<(Index, Span)>,
    pub(super) unknown: Vec<UnreadIndex>,
}

/// A key or index that could not be read.
pub(super) struct UnreadIndex {
    /// Where it is declared.
    pub(super) span: Span,
    /// Why, for people.
    pub(super) reason: String,
}

/// The indexes and keys of a model, those at its fields too.
pub(super) fn indexes(dialect: Dialect, model: &PrismaBlock) -> Indexes {
    let mut reader = IndexReader {
        dialect,
        model,
        found: Indexes::default(),
    };
    for field in &model.fields {
        for attribute in &field.attributes {
            let key =
                |attribute: &Attribute| key_of(attribute.arguments.as_slice(), field.column());
            match attribute.name.as_str() {
                "id" => reader.primary_key(attribute, &[key(attribute)]),
                "unique" => reader.index(attribute, vec![key(attribute)], Suffix::Unique),
                _ => {}
            }
        }
    }
    for attribute in &model.attributes {
        let suffix = match attribute.name.as_str() {
            "id" => Suffix::PrimaryKey,
            "unique" => Suffix::Unique,
            "index" | "fulltext" => Suffix::Index,
            _ => continue,
        };
        match (reader.keys(attribute), suffix) {
            (Ok(keys), Suffix::PrimaryKey) => reader.primary_key(attribute, &keys),
            (Ok(keys), _) => reader.index(attribute, keys, suffix),
            (Err(reason), _) => reader.found.unknown.push(UnreadIndex {
                span: attribute.span,
                reason,
            }),
        }
    }
    reader.found
}

struct IndexReader<'a> {
    dialect: Dialect,
    model: &'a PrismaBlock,
    found: Indexes,
}

impl IndexReader<'_> {
    fn keys(&self, attribute: &Attribute) -> Result<Vec<IndexKey>, String> {
        let fields = attribute
            .named_or_first("fields")
            .ok_or("it names no fields")?;
        fields
            .elements()
            .iter()
            .map(|element| self.key(element))
            .collect()
    }

    fn key(&self, element: &PrismaExpr) -> Result<IndexKey, String> {
        let (name, arguments) = match &element.kind {
            PrismaExprKind::Word(name) => (name, &[][..]),
            PrismaExprKind::Call(name, arguments) => (name, arguments.as_slice()),
            _ => return Err("a field is expected".to_owned()),
        };
        let field = self
            .model
            .fields
            .iter()
            .find(|field| field.name.text == *name);
        let field = field.ok_or_else(|| format!("the model has no field `{name}`"))?;
        Ok(key_of(arguments, field.column()))
    }

    fn primary_key(&mut self, attribute: &Attribute, keys: &[IndexKey]) {
        let columns = columns(keys);
        let name = match self.dialect {
            Dialect::Postgres => {
                let table = self.model.database_name();
                match attribute.string("map") {
                    Some(name) => name.to_owned(),
                    None => name::constraint(self.dialect, table, &[], Suffix::PrimaryKey),
                }
            }
            Dialect::MySql | Dialect::Sqlite => String::new(),
        };
        self.found.primary_key = Some((
            Key {
                name,
                columns,
                ..Key::default()
            },
            attribute.span,
        ));
    }

    fn index(&mut self, attribute: &Attribute, keys: Vec<IndexKey>, suffix: Suffix) {
        let condition = match attribute
            .named("where")
            .map(|it| self.condition(it))
            .transpose()
        {
            Ok(condition) => condition,
            Err(reason) => {
                self.found.unknown.push(UnreadIndex {
                    span: attribute.span,
                    reason: format!("the index's condition cannot be read: {reason}"),
                });
                return;
            }
        };
        // `name` of `@@index` is what `map` is called since Prisma 2.30; of `@@unique` it is the
        // client's.
        let legacy = if matches!(suffix, Suffix::Index) {
            attribute.string("name")
        } else {
            None
        };
        let table = self.model.database_name();
        let name = match attribute.string("map").or(legacy) {
            Some(name) => name.to_owned(),
            None => name::constraint(self.dialect, table, &columns(&keys), suffix),
        };
        let method = match attribute.named("type").and_then(PrismaExpr::as_word) {
            _ if attribute.name == "fulltext" => "fulltext".to_owned(),
            Some(method) => method.to_ascii_lowercase(),
            None => "btree".to_owned(),
        };
        let unique = matches!(suffix, Suffix::Unique);
        let condition = condition.map(|sql| change::Expr {
            sql,
            ..change::Expr::default()
        });
        let index = Index {
            name,
            method,
            unique,
            keys,
            condition,
            valid: true,
            ..Index::default()
        };
        self.found.others.push((index, attribute.span));
    }
}

impl IndexReader<'_> {
    /// `raw("…")`, or `{ field: value, other: { not: null } }`, which is the same in SQL.
    fn condition(&self, value: &PrismaExpr) -> Result<String, String> {
        let entries = match &value.kind {
            PrismaExprKind::Call(name, arguments) if name == "raw" => {
                let sql = arguments
                    .first()
                    .and_then(|it| it.value.as_string())
                    .ok_or("a text is expected")?;
                return Ok(sql.to_owned());
            }
            PrismaExprKind::Object(entries) if !entries.is_empty() => entries,
            _ => return Err("`raw(…)` or an object is expected".to_owned()),
        };
        Ok(entries
            .iter()
            .map(|(name, value)| self.term(name, value))
            .collect::<Result<Vec<_>, String>>()?
            .join(" AND "))
    }

    /// A comparison of a column with a literal.
    fn term(&self, name: &str, value: &PrismaExpr) -> Result<String, String> {
        let field = self
            .model
            .fields
            .iter()
            .find(|field| field.name.text == name);
        let field = field.ok_or_else(|| format!("the model has no field `{name}`"))?;
        let column = quote_name(field.column(), self.dialect);
        let (not, value) = match &value.kind {
            PrismaExprKind::Object(inner) => match inner.as_slice() {
                [(word, value)] if word == "not" => (true, value),
                _ => return Err("only `not` is expected here".to_owned()),
            },
            _ => (false, value),
        };
        let literal = match &value.kind {
            PrismaExprKind::Word(word) if word == "null" => {
                return Ok(format!("{column} IS {}NULL", if not { "NOT " } else { "" }));
            }
            PrismaExprKind::Word(word) if word == "true" || word == "false" => word.clone(),
            PrismaExprKind::Number(number) => number.clone(),
            PrismaExprKind::String(text) => value::string(text),
            _ => return Err("a literal is expected".to_owned()),
        };
        Ok(format!(
            "{column} {} {literal}",
            if not { "!=" } else { "=" }
        ))
    }
}

fn columns(keys: &[IndexKey]) -> Vec<String> {
    keys.iter().filter_map(|key| key.column.clone()).collect()
}

/// A column with `sort`, `length` and `ops`.
fn key_of(arguments: &[syntax::Argument], column: &str) -> IndexKey {
    let descending = syntax::find(arguments, "sort").and_then(PrismaExpr::as_word) == Some("Desc");
    let length = match syntax::find(arguments, "length").map(|it| &it.kind) {
        Some(PrismaExprKind::Number(text)) => text.parse().ok(),
        _ => None,
    };
    IndexKey {
        column: Some(column.to_owned()),
        expr: change::Expr {
            sql: column.to_owned(),
            kind: change::ExprKind::Column(Ident::synthetic(column)),
            columns: vec![Ident::synthetic(column)],
            ..change::Expr::default()
        },
        opclass: syntax::find(arguments, "ops").and_then(operator_class),
        descending,
        nulls_first: descending,
        length,
        ..IndexKey::default()
    }
}

/// `raw("gin_trgm_ops")`, or Prisma's word for one of PostgreSQL's own: `JsonbPathOps` is
/// `jsonb_path_ops`.
fn operator_class(value: &PrismaExpr) -> Option<String> {
    match &value.kind {
        PrismaExprKind::Call(name, arguments) if name == "raw" => arguments
            .first()
            .and_then(|it| it.value.as_string())
            .map(str::to_owned),
        PrismaExprKind::Word(word) => {
            let word = word
                .replace("MinMax", "Minmax")
                .replace("VarBit", "Varbit")
                .replace("TimestampTz", "Timestamptz");
            let mut name = String::new();
            for char in word.chars() {
                if char.is_ascii_uppercase() && !name.is_empty() {
                    name.push('_');
                }
                name.push(char.to_ascii_lowercase());
            }
            Some(name)
        }
        _ => None,
    }
}
