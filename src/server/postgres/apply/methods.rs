//! What an index method cannot do, and for which types it has no operator class (`pg_am`,
//! `pg_opclass`, read from PostgreSQL 15; later versions have added none by default).

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::later::MadeKind;
use crate::catalog::rejection::sqlstate;
use crate::catalog::{QName, Rejection, Table, format_type};
use crate::source::Span;
use crate::sql::change::{DataType, Expr, ExprKind, Ident, IndexDef, ObjectName};

/// The server's own types that a method has no operator class for by default, beside arrays, enums
/// and ranges, with the extension that brings one.
struct Lacks {
    method: &'static str,
    types: &'static [&'static str],
    extension: Option<&'static str>,
}

/// Types that no method puts in order.
const SHAPES: &[&str] = &[
    "json", "xml", "point", "line", "lseg", "box", "path", "polygon", "circle", "jsonpath",
];

/// Numbers, moments, texts and their like.
const SCALARS: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "real",
    "double precision",
    "money",
    "oid",
    "text",
    "character varying",
    "character",
    "bytea",
    "bit",
    "bit varying",
    "date",
    "time without time zone",
    "time with time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "interval",
    "macaddr",
    "macaddr8",
    "inet",
    "cidr",
];

const LACKS: &[Lacks] = &[
    Lacks {
        method: "btree",
        types: SHAPES,
        extension: None,
    },
    Lacks {
        method: "hash",
        types: SHAPES,
        extension: None,
    },
    Lacks {
        method: "brin",
        types: &[
            "json", "jsonb", "xml", "boolean", "point", "line", "lseg", "path", "polygon",
            "circle", "tsvector",
        ],
        extension: None,
    },
    Lacks {
        method: "gin",
        types: SHAPES,
        extension: None,
    },
    Lacks {
        method: "gin",
        types: &["tsquery"],
        extension: None,
    },
    Lacks {
        method: "gin",
        types: SCALARS,
        extension: Some("btree_gin"),
    },
    Lacks {
        method: "gin",
        types: &["uuid", "boolean"],
        extension: Some("btree_gin"),
    },
    Lacks {
        method: "gist",
        types: &["json", "jsonb", "xml", "line", "lseg", "path"],
        extension: None,
    },
    Lacks {
        method: "gist",
        types: SCALARS,
        extension: Some("btree_gist"),
    },
    Lacks {
        method: "gist",
        types: &["uuid", "boolean"],
        extension: Some("btree_gist"),
    },
    Lacks {
        method: "spgist",
        types: &[
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "uuid",
            "boolean",
            "date",
            "json",
            "jsonb",
            "timestamp with time zone",
            "timestamp without time zone",
            "tsvector",
        ],
        extension: None,
    },
];

/// Operator classes that extensions bring.
const CLASSES: &[(&str, &str)] = &[
    ("gin_trgm_ops", "pg_trgm"),
    ("gist_trgm_ops", "pg_trgm"),
    ("gist_ltree_ops", "ltree"),
    ("gist__ltree_ops", "ltree"),
    ("gin_hstore_ops", "hstore"),
    ("gist_hstore_ops", "hstore"),
    ("gin__int_ops", "intarray"),
    ("gist__int_ops", "intarray"),
    ("gist__intbig_ops", "intarray"),
    ("gist_cube_ops", "cube"),
    ("vector_l2_ops", "vector"),
    ("vector_ip_ops", "vector"),
    ("vector_cosine_ops", "vector"),
    ("vector_l1_ops", "vector"),
    ("halfvec_l2_ops", "vector"),
    ("halfvec_cosine_ops", "vector"),
];

impl Apply<'_> {
    /// Refuses an index that its method cannot be.
    pub(crate) fn refuse_method(&self, table: &QName, definition: &IndexDef) -> Outcome {
        let method = definition.method.as_deref().unwrap_or("btree");
        let own = ["btree", "hash", "gin", "gist", "spgist", "brin"];
        if !own.contains(&method) {
            return Ok(());
        }
        let refusal = |what: &str| {
            let message = format!("an index of method `{method}` cannot have {what}");
            let span = definition.columns.first().map(|column| column.expr.span);
            let code = sqlstate::FEATURE_NOT_SUPPORTED;
            Err(Rejection::new(code, span.unwrap_or_default(), message))
        };
        if definition.unique && method != "btree" {
            return refusal("unique keys");
        }
        if definition.columns.len() > 1 && matches!(method, "hash" | "spgist") {
            return refusal("several columns");
        }
        if !definition.include.is_empty() && matches!(method, "hash" | "gin" | "brin") {
            return refusal("an `INCLUDE` list");
        }
        let Some(table) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        for column in &definition.columns {
            match &column.opclass {
                Some(class) => self.refuse_class(class, column.expr.span)?,
                None => self.refuse_keyed(table, &column.expr, method)?,
            }
        }
        Ok(())
    }

    /// Refuses an expression in an index whose type the method has no operator class for.
    pub(crate) fn refuse_keyed(&self, table: &Table, expr: &Expr, method: &str) -> Outcome {
        let column = match &expr.kind {
            ExprKind::Column(name) if expr.casts.is_empty() => {
                let at = self.catalog.column_at(table, &name.value);
                let column = at.map(|at| &table.columns[at]);
                column.filter(|column| column.knowledge.is_exact())
            }
            _ => None,
        };
        let data_type = match column {
            Some(column) => Some(column.data_type.clone()),
            None => self.type_over(expr, table),
        };
        match data_type {
            Some(data_type) => self.refuse_type(&data_type, method, expr.span),
            None => Ok(()),
        }
    }

    /// Refuses a type that a method has no operator class for.
    pub(crate) fn refuse_type(&self, data_type: &DataType, method: &str, span: Span) -> Outcome {
        if data_type.array
            || data_type.schema.is_some()
            || self.catalog.type_of(data_type).is_some()
        {
            return Ok(());
        }
        let Some(lacks) = LACKS
            .iter()
            .find(|lacks| lacks.method == method && lacks.types.contains(&data_type.name.as_str()))
        else {
            return Ok(());
        };
        let message = format!(
            "type `{}` has no default operator class for an index of method `{method}`",
            format_type(data_type, self.catalog.dialect)
        );
        let rejection = Rejection::new(sqlstate::UNDEFINED_OBJECT, span, message);
        match lacks.extension {
            None => Err(rejection),
            Some(extension) => self.without(extension, rejection),
        }
    }

    fn refuse_class(&self, class: &str, span: Span) -> Outcome {
        let bare = class.rsplit('.').next().unwrap_or(class);
        let Some((_, extension)) = CLASSES.iter().find(|(known, _)| *known == bare) else {
            return Ok(());
        };
        let message = format!("operator class `{class}` does not exist");
        self.without(
            extension,
            Rejection::new(sqlstate::UNDEFINED_OBJECT, span, message),
        )
    }

    /// A refusal that stands unless an extension is there. A database may come with one, so that it
    /// is certain only where a migration dropped it or makes it later.
    fn without(&self, extension: &'static str, rejection: Rejection) -> Outcome {
        if self.catalog.extensions.contains_key(extension) || !self.catalog.knowledge.is_exact() {
            return Ok(());
        }
        let gone = QName::new("", extension_name(extension));
        if let Some(gone) = self.catalog.dropped_names.find(&gone, None) {
            return Err(rejection.because(Some(gone.site), gone.how.clone()));
        }
        let name = ObjectName::synthetic(extension);
        let later = self
            .catalog
            .made_later(MadeKind::Extension, &name, self.site, || false);
        Err(match later {
            Some(making) => Rejection {
                early: true,
                ..rejection.because(Some(making.site), "the extension is created only here")
            },
            // Who indexes text with GIN means `pg_trgm`, and has hardly `btree_gin`.
            None if extension == "btree_gin" => rejection,
            None => Rejection {
                without: Some(extension),
                ..rejection
            },
        })
    }

    /// Refuses a unique key of a partitioned table that leaves out what decides the partition.
    pub(crate) fn refuse_partial_key(
        &self,
        table: &Table,
        columns: &[String],
        span: Span,
    ) -> Outcome {
        let Some(partition) = &table.partition_by else {
            return Ok(());
        };
        for key in &partition.keys {
            let message = match &key.kind {
                ExprKind::Column(name) if key.casts.is_empty() => {
                    if columns.contains(&name.value) {
                        continue;
                    }
                    format!(
                        "the key has to hold `{}`, by which table `{}` is partitioned",
                        name.value,
                        self.catalog.shown(&table.name)
                    )
                }
                _ => format!(
                    "table `{}` is partitioned by an expression, so it cannot have unique keys",
                    self.catalog.shown(&table.name)
                ),
            };
            let code = sqlstate::FEATURE_NOT_SUPPORTED;
            return Err(Rejection::new(code, span, message)
                .because(table.origin.made, "the table is made here"));
        }
        Ok(())
    }

    /// Refuses what a partitioned table's own indexes cannot be.
    pub(crate) fn refuse_on_partitioned(&self, table: &Table, definition: &IndexDef) -> Outcome {
        if table.partition_by.is_none() {
            return Ok(());
        }
        let span = definition
            .name
            .as_ref()
            .map_or_else(Span::default, |name: &Ident| name.span);
        if definition.concurrently {
            let message = format!(
                "an index on the partitioned table `{}` cannot be created concurrently",
                self.catalog.shown(&table.name)
            );
            let code = sqlstate::FEATURE_NOT_SUPPORTED;
            return Err(Rejection::new(code, span, message)
                .because(table.origin.made, "the table is made here"));
        }
        let columns = definition.columns.iter().filter_map(|column| {
            let ExprKind::Column(name) = &column.expr.kind else {
                return None;
            };
            Some(name.value.clone())
        });
        let columns: Vec<String> = columns.collect();
        if definition.unique {
            self.refuse_partial_key(table, &columns, span)?;
        }
        Ok(())
    }
}

/// Under which name a dropped extension is remembered, among other names.
pub(crate) fn extension_name(extension: &str) -> String {
    format!("extension {extension}")
}
