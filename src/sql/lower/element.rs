//! Columns and constraints, with the bytes that each of them takes.

use crate::sql::change::Deferral;
use sqlparser::ast::{
    self, ColumnOption, ConstraintCharacteristics, DeferrableInitial, ExcludeConstraintOperator,
    GeneratedAs, GeneratedExpressionMode, NullsDistinctOption, TableConstraint,
};
use sqlparser::tokenizer::Token as ParserToken;

pub(super) use super::elements::Elements;
use super::elements::{Inline, type_span};
use super::expr::{default_of, expr_in, value_of};
use super::index::{key_columns, method_name};
use super::scan::span_of;
use super::{Cx, data_type, name};
use crate::source::Span;
use crate::sql::change::{
    ColumnDef, ConstraintDef, ConstraintKind, DataType, Expr, ExprKind, ForeignKeyDef, Generated,
    Ident, Identity, IndexColumn, IndexDef, ObjectName, ReferentialAction,
};
use crate::sql::types::is_serial;

/// A column of `table`.
pub(super) fn column(
    column: &ast::ColumnDef,
    table: Option<&ObjectName>,
    elements: &Elements,
    cx: &Cx,
) -> ColumnDef {
    let name = name::ident(&column.name, cx);
    let options = column
        .options
        .iter()
        .map(|option| (option.name.as_ref(), &option.option));
    column_from(name, &column.data_type, options, table, elements, cx)
}

/// A column from its parts.
pub(super) fn column_from<'o>(
    name: Ident,
    written: &ast::DataType,
    options: impl Iterator<Item = (Option<&'o ast::Ident>, &'o ColumnOption)>,
    table: Option<&ObjectName>,
    elements: &Elements,
    cx: &Cx,
) -> ColumnDef {
    let tokens = if name.span.is_empty() {
        &[]
    } else {
        elements.from(name.span.start)
    };
    let type_span = type_span(tokens);
    let serial =
        matches!(written, ast::DataType::Custom(..)) && is_serial(&written.to_string(), cx.dialect);
    let mut def = ColumnDef {
        data_type: data_type(written, cx),
        type_span,
        serial,
        name,
        ..ColumnDef::default()
    };
    if cx.dialect.keeps_types_as_written() && !type_span.is_empty() {
        def.data_type = DataType::named(
            cx.slice(type_span)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    if cx.dialect.keeps_types_as_written() && def.data_type.name.eq_ignore_ascii_case("null") {
        // A column without a type that says it is nullable.
        def.data_type = DataType::default();
    }
    let mut inline = Inline { tokens, at: 1 };
    for (name, option) in options {
        apply(&mut def, name, option, table, &mut inline, cx);
    }
    def
}

fn apply(
    def: &mut ColumnDef,
    constraint_name: Option<&ast::Ident>,
    option: &ColumnOption,
    table: Option<&ObjectName>,
    inline: &mut Inline,
    cx: &Cx,
) {
    let own = def.name.clone();
    let mut add = |kind: ConstraintKind,
                   own_name: Option<&ast::Ident>,
                   keywords: &[&str],
                   deferral: Deferral| {
        let span = inline.next(keywords).unwrap_or(cx.span);
        let name = constraint_name
            .or(own_name)
            .map(|name| name::ident(name, cx));
        def.constraints.push(deferred(deferral, name, span, kind));
    };
    match option {
        ColumnOption::Null => def.not_null = Some(false),
        ColumnOption::NotNull => def.not_null = Some(true),
        ColumnOption::Default(expr) => def.default = Some(default_of(expr, table, &own, cx)),
        ColumnOption::OnUpdate(expr) => def.on_update = Some(value_of(expr, table, &own, cx)),
        ColumnOption::Collation(collation) => {
            def.collation = Some(name::object_name(collation, cx));
        }
        ColumnOption::CharacterSet(charset) => {
            def.data_type.modifiers.push(format!(
                "character set {}",
                charset.to_string().to_lowercase()
            ));
        }
        ColumnOption::Comment(text) => def.comment = Some(text.clone()),
        ColumnOption::DialectSpecific(tokens) => {
            let is_word = |word: &str| {
                tokens.iter().any(|token| match token {
                    ParserToken::Word(found) => found.value.eq_ignore_ascii_case(word),
                    _ => false,
                })
            };
            def.auto_increment |= is_word("AUTO_INCREMENT") || is_word("AUTOINCREMENT");
        }
        ColumnOption::Generated {
            generation_expr: Some(expr),
            generation_expr_mode,
            ..
        } => {
            let stored = *generation_expr_mode == Some(GeneratedExpressionMode::Stored);
            def.generated = Some(Generated {
                expr: expr_in(expr, table, cx),
                stored,
            });
        }
        ColumnOption::Generated { generated_as, .. } => {
            def.identity = Some(identity(*generated_as));
        }
        ColumnOption::PrimaryKey(key) => {
            let kind = ConstraintKind::PrimaryKey {
                columns: vec![itself(&own)],
                include: Vec::new(),
                using_index: None,
            };
            add(
                kind,
                key.name.as_ref(),
                &["PRIMARY", "KEY"],
                self::deferral(key.characteristics.as_ref()),
            );
        }
        ColumnOption::Unique(unique) => {
            let kind = ConstraintKind::Unique {
                columns: vec![itself(&own)],
                include: Vec::new(),
                nulls_not_distinct: unique.nulls_distinct == NullsDistinctOption::NotDistinct,
                using_index: None,
                index_name: None,
            };
            add(
                kind,
                unique.name.as_ref(),
                &["UNIQUE"],
                self::deferral(unique.characteristics.as_ref()),
            );
        }
        ColumnOption::ForeignKey(key) => {
            let kind = ConstraintKind::ForeignKey(foreign_key(key, vec![own.clone()], cx));
            add(
                kind,
                key.name.as_ref(),
                &["REFERENCES"],
                self::deferral(key.characteristics.as_ref()),
            );
        }
        ColumnOption::Check(check) => {
            let kind = ConstraintKind::Check {
                expr: expr_in(&check.expr, table, cx),
                no_inherit: check.no_inherit,
                enforced: check.enforced != Some(false),
            };
            add(kind, check.name.as_ref(), &["CHECK"], Deferral::Never);
        }
        // Nothing of these reaches a catalog, or no grammar of ours has them.
        ColumnOption::Materialized(_)
        | ColumnOption::Ephemeral(_)
        | ColumnOption::Alias(_)
        | ColumnOption::Options(_)
        | ColumnOption::Identity(_)
        | ColumnOption::OnConflict(_)
        | ColumnOption::Policy(_)
        | ColumnOption::Tags(_)
        | ColumnOption::Srid(_)
        | ColumnOption::Invisible => {}
    }
}

pub(super) fn identity(generated_as: GeneratedAs) -> Identity {
    match generated_as {
        GeneratedAs::Always => Identity::Always,
        GeneratedAs::ByDefault | GeneratedAs::ExpStored => Identity::ByDefault,
    }
}

/// A plain key column of that name.
fn itself(column: &Ident) -> IndexColumn {
    let expr = Expr {
        span: column.span,
        sql: column.value.clone(),
        kind: ExprKind::Column(column.clone()),
        columns: vec![column.clone()],
        ..Expr::default()
    };
    IndexColumn {
        expr,
        collation: None,
        opclass: None,
        descending: false,
        nulls_first: None,
        length: None,
    }
}

fn deferral(characteristics: Option<&ConstraintCharacteristics>) -> Deferral {
    let Some(given) = characteristics else {
        return Deferral::Never;
    };
    if given.initially == Some(DeferrableInitial::Deferred) {
        Deferral::Initially
    } else if given.deferrable == Some(true) {
        Deferral::Possible
    } else {
        Deferral::Never
    }
}

fn deferred(
    deferral: Deferral,
    name: Option<Ident>,
    span: Span,
    kind: ConstraintKind,
) -> ConstraintDef {
    ConstraintDef {
        name,
        span,
        kind,
        not_valid: false,
        deferral,
    }
}

fn foreign_key(key: &ast::ForeignKeyConstraint, columns: Vec<Ident>, cx: &Cx) -> ForeignKeyDef {
    ForeignKeyDef {
        columns,
        table: name::object_name(&key.foreign_table, cx),
        referenced: idents(&key.referred_columns, cx),
        on_delete: referential(key.on_delete),
        on_update: referential(key.on_update),
        index_name: key.index_name.as_ref().map(|name| name::ident(name, cx)),
    }
}

fn referential(action: Option<ast::ReferentialAction>) -> ReferentialAction {
    match action {
        None | Some(ast::ReferentialAction::NoAction) => ReferentialAction::NoAction,
        Some(ast::ReferentialAction::Restrict) => ReferentialAction::Restrict,
        Some(ast::ReferentialAction::Cascade) => ReferentialAction::Cascade,
        Some(ast::ReferentialAction::SetNull) => ReferentialAction::SetNull,
        Some(ast::ReferentialAction::SetDefault) => ReferentialAction::SetDefault,
    }
}

pub(super) fn idents(idents: &[ast::Ident], cx: &Cx) -> Vec<Ident> {
    idents.iter().map(|ident| name::ident(ident, cx)).collect()
}

/// A table constraint; `None` for what is an index on MySQL.
pub(super) fn constraint(
    constraint: &TableConstraint,
    table: Option<&ObjectName>,
    elements: &Elements,
    cx: &Cx,
) -> Option<ConstraintDef> {
    let (name, characteristics, kind) = match constraint {
        TableConstraint::PrimaryKey(key) => {
            let columns = key_columns(&key.columns, table, cx);
            let kind = ConstraintKind::PrimaryKey {
                columns,
                include: idents(&key.include, cx),
                using_index: None,
            };
            (key.name.as_ref(), key.characteristics.as_ref(), kind)
        }
        TableConstraint::Unique(unique) => {
            let kind = ConstraintKind::Unique {
                columns: key_columns(&unique.columns, table, cx),
                include: idents(&unique.include, cx),
                nulls_not_distinct: unique.nulls_distinct == NullsDistinctOption::NotDistinct,
                using_index: None,
                index_name: unique.index_name.as_ref().map(|name| name::ident(name, cx)),
            };
            (unique.name.as_ref(), unique.characteristics.as_ref(), kind)
        }
        TableConstraint::ForeignKey(key) => {
            let kind = ConstraintKind::ForeignKey(foreign_key(key, idents(&key.columns, cx), cx));
            (key.name.as_ref(), key.characteristics.as_ref(), kind)
        }
        TableConstraint::Check(check) => {
            let kind = ConstraintKind::Check {
                expr: expr_in(&check.expr, table, cx),
                no_inherit: check.no_inherit,
                enforced: check.enforced != Some(false),
            };
            (check.name.as_ref(), None, kind)
        }
        TableConstraint::PrimaryKeyUsingIndex(using) => {
            let using_index = Some(name::ident(&using.index_name, cx));
            let kind = ConstraintKind::PrimaryKey {
                columns: Vec::new(),
                include: Vec::new(),
                using_index,
            };
            (using.name.as_ref(), using.characteristics.as_ref(), kind)
        }
        TableConstraint::UniqueUsingIndex(using) => {
            let kind = ConstraintKind::Unique {
                columns: Vec::new(),
                include: Vec::new(),
                nulls_not_distinct: false,
                using_index: Some(name::ident(&using.index_name, cx)),
                index_name: None,
            };
            (using.name.as_ref(), using.characteristics.as_ref(), kind)
        }
        TableConstraint::Exclude(exclude) => {
            let elements = exclude.elements.iter().map(|element| {
                let operator = match &element.operator {
                    ExcludeConstraintOperator::Token(token) => token.clone(),
                    ExcludeConstraintOperator::PGOperator(parts) => {
                        parts.last().cloned().unwrap_or_default()
                    }
                };
                (expr_in(&element.column.column.expr, table, cx), operator)
            });
            let kind = ConstraintKind::Exclude {
                method: exclude
                    .index_method
                    .as_ref()
                    .map(|method| method.value.to_lowercase()),
                elements: elements.collect(),
                condition: exclude
                    .where_clause
                    .as_deref()
                    .map(|expr| expr_in(expr, table, cx)),
            };
            (
                exclude.name.as_ref(),
                exclude.characteristics.as_ref(),
                kind,
            )
        }
        TableConstraint::Index(_) | TableConstraint::FulltextOrSpatial(_) => return None,
    };
    let name = name.map(|name| name::ident(name, cx));
    let span = element_span(anchor(name.as_ref(), &kind), elements).unwrap_or(cx.span);
    Some(deferred(self::deferral(characteristics), name, span, kind))
}

/// Some byte inside a constraint.
fn anchor(name: Option<&Ident>, kind: &ConstraintKind) -> Option<usize> {
    let inside = match kind {
        ConstraintKind::PrimaryKey {
            columns,
            using_index,
            ..
        }
        | ConstraintKind::Unique {
            columns,
            using_index,
            ..
        } => columns
            .first()
            .map(|column| column.expr.span)
            .or_else(|| Some(using_index.as_ref()?.span)),
        ConstraintKind::ForeignKey(key) => key.columns.first().map(|column| column.span),
        ConstraintKind::Check { expr, .. } => Some(expr.span),
        ConstraintKind::NotNull { column } => Some(column.span),
        ConstraintKind::Exclude { elements, .. } => elements.first().map(|(expr, _)| expr.span),
    };
    name.map(|name| name.span)
        .or(inside)
        .filter(|span| !span.is_empty())
        .map(|span| span.start)
}

/// The bytes of the element around `anchor`, without the `ADD` of `ALTER TABLE`.
fn element_span(anchor: Option<usize>, elements: &Elements) -> Option<Span> {
    let tokens = elements.around(anchor?);
    span_of(if tokens.first().is_some_and(|token| token.is("ADD")) {
        &tokens[1..]
    } else {
        tokens
    })
}

/// MySQL's inline `KEY`, `FULLTEXT KEY`, `SPATIAL KEY`.
pub(super) fn inline_index(
    constraint: &TableConstraint,
    table: Option<&ObjectName>,
    cx: &Cx,
) -> Option<IndexDef> {
    match constraint {
        TableConstraint::Index(index) => Some(IndexDef {
            name: index.name.as_ref().map(|name| name::ident(name, cx)),
            method: index.index_type.as_ref().map(method_name),
            columns: key_columns(&index.columns, table, cx),
            ..IndexDef::default()
        }),
        TableConstraint::FulltextOrSpatial(index) => Some(IndexDef {
            name: index
                .opt_index_name
                .as_ref()
                .map(|name| name::ident(name, cx)),
            method: Some(
                if index.fulltext {
                    "fulltext"
                } else {
                    "spatial"
                }
                .to_owned(),
            ),
            columns: key_columns(&index.columns, table, cx),
            ..IndexDef::default()
        }),
        _ => None,
    }
}
