//! Defaults, and the sequences that they take values from.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::resolve::ClausePlace;
use crate::catalog::rewrite::sequence_text;
use crate::catalog::{ColumnName, DefaultValue, QName, Rejection, Sequence, format_type};
use crate::server::postgres::apply::constants::evaluate;
use crate::server::postgres::functions::facts::CastContext;
use crate::source::Span;
use crate::sql::change::tree::Term;
use crate::sql::change::{ColumnDef, DataType, Expr, ExprKind, Ident, LiteralTarget, LiteralUse};
use std::sync::Arc;

use super::{no_default_here, plain_constant};

impl Apply<'_> {
    /// A default as the server stores it; `NULL` counts as no default. A literal takes the column's
    /// type.
    pub(crate) fn default_value(
        &mut self,
        expr: &Expr,
        data_type: &DataType,
    ) -> Option<DefaultValue> {
        if expr.kind == ExprKind::Null {
            return None;
        }
        if let Err(rejection) = self.refuse_default(expr, data_type) {
            self.rejections.push(rejection);
        }
        let mut expr = expr.clone();
        evaluate(&mut expr, data_type);
        let mut literal_type = None;
        if let ExprKind::String(value) = expr.kind.clone() {
            // `'t'::boolean` and `'5'::integer` are printed without the cast, those of other types
            // with it.
            let plain = expr
                .casts
                .iter()
                .all(|cast| matches!(&*cast.name, "boolean" | "integer") && cast == data_type);
            match plain_constant(&value, data_type).filter(|_| plain) {
                Some((kind, sql)) => (expr.kind, expr.sql) = (kind, sql),
                None => {
                    literal_type = Some(
                        expr.casts
                            .last()
                            .cloned()
                            .unwrap_or_else(|| data_type.clone()),
                    );
                }
            }
        }
        Some(DefaultValue { expr, literal_type })
    }

    /// A default names no column, and is a value that the column takes.
    pub(crate) fn refuse_default(&self, expr: &Expr, data_type: &DataType) -> Outcome {
        let Some(tree) = expr.tree.get() else {
            return Ok(());
        };
        if tree.names_something() {
            let message = "a default cannot name a column".to_owned();
            let code = sqlstate::FEATURE_NOT_SUPPORTED;
            return Err(Rejection::new(code, expr.span, message));
        }
        if let Term::Text(text, span) = &**tree {
            return self.catalog.refuse_text(text, data_type, *span);
        }
        let Some(found) = self.type_of_constant(expr)? else {
            return Ok(());
        };
        let unfit = self.catalog.cannot_assign(&found, data_type)
            || self
                .catalog
                .never_becomes(&found, data_type, CastContext::Assignment);
        if self.catalog.has_own_conversions() || !unfit {
            return Ok(());
        }
        let message = format!(
            "the column is of type `{}`, and its default is of type `{}`",
            format_type(data_type, self.catalog.dialect),
            format_type(&found, self.catalog.dialect)
        );
        let code = sqlstate::DATATYPE_MISMATCH;
        Err(Rejection::new(code, expr.span, message))
    }

    /// What a generated column is made of names what is there, gives the same value at all times,
    /// and one that the column takes.
    pub(crate) fn refuse_generated(
        &self,
        expr: &Expr,
        table: &QName,
        data_type: &DataType,
    ) -> Outcome {
        self.resolve_in(expr, table, ClausePlace::Generated)?;
        let Some(table) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let generated = expr.columns.iter().find(|name| {
            let column = table.column(&name.value);
            column.is_some_and(|column| column.generated.is_some())
        });
        if let Some(name) = generated {
            let message = format!(
                "generated column `{}` cannot be part of another",
                name.value
            );
            let code = sqlstate::INVALID_OBJECT_DEFINITION;
            return Err(Rejection::new(code, expr.span, message));
        }
        let Some(found) = self.type_over(expr, table) else {
            return Ok(());
        };
        let unfit = self
            .catalog
            .never_becomes(&found, data_type, CastContext::Assignment);
        if self.catalog.has_own_conversions() || !unfit {
            return Ok(());
        }
        let message = format!(
            "the column is of type `{}`, and what it is generated from is of type `{}`",
            format_type(data_type, self.catalog.dialect),
            format_type(&found, self.catalog.dialect)
        );
        let code = sqlstate::DATATYPE_MISMATCH;
        Err(Rejection::new(code, expr.span, message))
    }

    /// Makes the sequence of a serial or identity column.
    pub(crate) fn make_sequence(&mut self, table: &QName, definition: &ColumnDef) {
        if !(definition.serial || definition.identity.is_some()) {
            return;
        }
        let name =
            self.add_owned_sequence(table, &definition.name.value, definition.identity.is_some());
        if definition.serial {
            self.default_to_sequence(table, &definition.name.value, &name);
        }
    }

    /// A new sequence that belongs to a column, under the name that the server would choose.
    pub(crate) fn add_owned_sequence(
        &mut self,
        table: &QName,
        column: &str,
        identity: bool,
    ) -> QName {
        let name = self
            .catalog
            .choose_relation_name(table, column, "seq", false);
        let name = QName::new(table.schema.clone(), name);
        let data_type = self
            .catalog
            .tables
            .get(table)
            .and_then(|table| table.column(column))
            .map_or_else(
                || DataType::named("bigint"),
                |column| column.data_type.clone(),
            );
        let sequence = Sequence {
            name: name.clone(),
            data_type,
            owner: Some(ColumnName::new(table.clone(), column)),
            identity,
            origin: self.origin(),
        };
        self.catalog
            .sequences
            .insert(name.clone(), Arc::new(sequence));
        name
    }

    pub(super) fn default_to_sequence(&mut self, table: &QName, column: &str, sequence: &QName) {
        let text = sequence_text(sequence);
        let literal = LiteralUse {
            value: text.clone(),
            span: Span::default(),
            target: LiteralTarget::Cast(DataType::named("regclass")),
        };
        let expr = Expr {
            sql: format!("nextval('{}'::regclass)", text.replace('\'', "''")),
            kind: ExprKind::Function("nextval".to_owned()),
            functions: vec!["nextval".to_owned()],
            casts: vec![DataType::named("regclass")],
            literals: vec![literal],
            ..Expr::default()
        };
        let Some(table) = self.edit(table) else {
            return;
        };
        if let Some(column) = table.columns.iter_mut().find(|found| found.name == column) {
            column.default = Some(DefaultValue {
                expr,
                literal_type: None,
            });
        }
    }

    pub(crate) fn set_default(&mut self, table: &QName, column: &Ident, default: &Expr) -> Outcome {
        let Some(at) = self.need_column(table, column)? else {
            return Ok(());
        };
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        if let Some(rejection) = no_default_here(&found.columns[at], column) {
            return Err(rejection);
        }
        let data_type = found.columns[at].data_type.clone();
        let value = self.default_value(default, &data_type);
        self.edit_column(table, column, |column| column.default.clone_from(&value))
    }

    pub(crate) fn drop_default(&mut self, table: &QName, column: &Ident) -> Outcome {
        let Some(at) = self.need_column(table, column)? else {
            return Ok(());
        };
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        if let Some(rejection) = no_default_here(&found.columns[at], column) {
            return Err(rejection);
        }
        self.edit_column(table, column, |column| column.default = None)
    }
}
