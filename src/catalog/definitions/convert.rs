//! Parts of a catalog as parts of the statements that make them.

use crate::catalog::{
    CheckConstraint, Column, DefaultValue, ForeignKey, Index, IndexKey, Key, QName,
};
use crate::server::questions::Comments;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::Deferral;
use crate::sql::change::{
    ColumnDef, ConstraintDef, ConstraintKind, DataType, Expr, ExprKind, ForeignKeyDef, Generated,
    Ident, IndexColumn, IndexDef, ObjectName,
};

/// The name as it is written: without the home schema.
pub(crate) fn object_name(name: &QName) -> ObjectName {
    let schema = name.other_schema().map(Ident::synthetic);
    ObjectName {
        schema,
        name: Ident::synthetic(name.name.clone()),
    }
}

pub(super) fn idents(names: &[String]) -> Vec<Ident> {
    names
        .iter()
        .map(|name| Ident::synthetic(name.clone()))
        .collect()
}

pub(crate) fn column_definition(column: &Column, dialect: Dialect) -> ColumnDef {
    let mut data_type = column.data_type.clone();
    if let Some(charset) = &column.charset {
        let word = format!("character set {charset}");
        if !data_type.modifiers.contains(&word) {
            data_type.modifiers.push(word);
        }
    }
    ColumnDef {
        name: Ident::synthetic(column.name.clone()),
        data_type,
        collation: column.collation.as_ref().map(object_name),
        not_null: (column.not_null && column.identity.is_none()).then_some(true),
        default: column.default.as_ref().map(|default| Expr {
            sql: default_sql(column, default, dialect),
            ..default.expr.clone()
        }),
        identity: column.identity,
        generated: column.generated.as_ref().map(|generated| Generated {
            expr: generated.expr.clone(),
            stored: generated.stored,
        }),
        auto_increment: column.auto_increment,
        on_update: column.on_update.clone(),
        // PostgreSQL takes comments apart.
        comment: column
            .comment
            .clone()
            .filter(|_| dialect.comments() == Comments::AtColumns),
        ..ColumnDef::default()
    }
}

/// The default, with a cast where its literal has kept another type than the column's.
fn default_sql(column: &Column, default: &DefaultValue, dialect: Dialect) -> String {
    let bare = |data_type: &DataType| DataType {
        args: Vec::new(),
        ..data_type.clone()
    };
    let sql = &default.expr.sql;
    match &default.literal_type {
        Some(literal)
            if matches!(default.expr.kind, ExprKind::String(_))
                && !sql.contains("::")
                && bare(literal) != bare(&column.data_type) =>
        {
            format!("{sql}::{}", bare(literal).sql(dialect))
        }
        _ => sql.clone(),
    }
}

pub(super) fn constraint(
    name: &str,
    kind: ConstraintKind,
    not_valid: bool,
    deferral: Deferral,
) -> ConstraintDef {
    ConstraintDef {
        name: (!name.is_empty()).then(|| Ident::synthetic(name)),
        span: Span::default(),
        kind,
        not_valid,
        deferral,
    }
}

pub(super) fn column_key(name: &str) -> IndexColumn {
    let ident = Ident::synthetic(name);
    let expr = Expr {
        sql: name.to_owned(),
        kind: ExprKind::Column(ident.clone()),
        columns: vec![ident],
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

pub(crate) fn key_definition(key: &Key, primary: bool) -> ConstraintDef {
    let columns = key.columns.iter().map(|name| column_key(name)).collect();
    let include = idents(&key.include);
    let kind = if primary {
        ConstraintKind::PrimaryKey {
            columns,
            include,
            using_index: None,
        }
    } else {
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct: key.nulls_not_distinct,
            using_index: None,
            index_name: None,
        }
    };
    constraint(&key.name, kind, false, key.deferral)
}

pub(crate) fn foreign_key_definition(key: &ForeignKey) -> ConstraintDef {
    let kind = ConstraintKind::ForeignKey(ForeignKeyDef {
        columns: idents(&key.columns),
        table: object_name(&key.table),
        referenced: idents(&key.referenced),
        on_delete: key.on_delete,
        on_update: key.on_update,
        index_name: None,
    });
    constraint(&key.name, kind, !key.valid, key.deferral)
}

pub(crate) fn index_definition(index: &Index, dialect: Dialect) -> IndexDef {
    let nulls = dialect.nulls_sort_high();
    IndexDef {
        name: Some(Ident::synthetic(index.name.clone())),
        unique: index.unique,
        only: !index.valid,
        method: Some(index.method.clone()),
        columns: index
            .keys
            .iter()
            .map(|key| key_column(key, nulls))
            .collect(),
        include: idents(&index.include),
        nulls_not_distinct: index.nulls_not_distinct,
        condition: index.condition.clone(),
        ..IndexDef::default()
    }
}

fn key_column(key: &IndexKey, nulls: bool) -> IndexColumn {
    IndexColumn {
        expr: match &key.column {
            Some(column) => column_key(column).expr,
            None => key.expr.clone(),
        },
        collation: key.collation.clone(),
        opclass: key.opclass.clone(),
        descending: key.descending,
        nulls_first: nulls
            .then_some(key.nulls_first)
            .filter(|first| *first != key.descending),
        length: key.length,
    }
}

/// A check as it is added to a table that is there: one that old rows need not meet stays so.
pub(crate) fn added_check(check: &CheckConstraint, dialect: Dialect) -> ConstraintDef {
    ConstraintDef {
        not_valid: !check.valid && dialect.has_not_valid(),
        ..check_definition(check)
    }
}

pub(crate) fn check_definition(check: &CheckConstraint) -> ConstraintDef {
    let kind = ConstraintKind::Check {
        expr: check.expr.clone(),
        no_inherit: check.no_inherit,
        enforced: true,
    };
    constraint(&check.name, kind, false, Deferral::Never)
}
