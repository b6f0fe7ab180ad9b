//! The sub-expressions of the expressions that need no rule of their own.

use sqlparser::ast::Expr;

/// Appends the direct sub-expressions of `expr`.
pub(crate) fn of<'e>(expr: &'e Expr, out: &mut Vec<&'e Expr>) {
    match expr {
        Expr::IsFalse(inner)
        | Expr::IsNotFalse(inner)
        | Expr::IsTrue(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsUnknown(inner)
        | Expr::IsNotUnknown(inner)
        | Expr::OuterJoin(inner)
        | Expr::Prior(inner) => out.push(inner),
        Expr::JsonAccess { value: expr, .. }
        | Expr::IsJson { expr, .. }
        | Expr::IsNormalized { expr, .. }
        | Expr::UnaryOp { expr, .. }
        | Expr::Extract { expr, .. }
        | Expr::Ceil { expr, .. }
        | Expr::Floor { expr, .. }
        | Expr::Named { expr, .. } => out.push(expr),
        Expr::InUnnest {
            expr, array_expr, ..
        } => out.extend([&**expr, &**array_expr]),
        Expr::Like {
            expr,
            pattern,
            escape_char,
            ..
        }
        | Expr::ILike {
            expr,
            pattern,
            escape_char,
            ..
        }
        | Expr::SimilarTo {
            expr,
            pattern,
            escape_char,
            ..
        } => {
            out.extend([&**expr, &**pattern]);
            out.extend(escape_char.as_deref());
        }
        Expr::RLike { expr, pattern, .. } => out.extend([&**expr, &**pattern]),
        Expr::AtTimeZone {
            timestamp,
            time_zone,
        } => out.extend([&**timestamp, &**time_zone]),
        Expr::Position { expr, r#in } => out.extend([&**expr, &**r#in]),
        Expr::Substring {
            expr,
            substring_from,
            substring_for,
            ..
        } => {
            out.push(expr);
            out.extend(
                [substring_from, substring_for]
                    .into_iter()
                    .filter_map(Option::as_deref),
            );
        }
        Expr::Trim {
            trim_what,
            expr,
            trim_characters,
            ..
        } => {
            out.extend(trim_what.as_deref());
            out.push(expr);
            out.extend(trim_characters.iter().flatten());
        }
        Expr::Overlay {
            expr,
            overlay_what,
            overlay_from,
            overlay_for,
        } => {
            out.extend([&**expr, &**overlay_what, &**overlay_from]);
            out.extend(overlay_for.as_deref());
        }
        Expr::GroupingSets(sets) | Expr::Cube(sets) | Expr::Rollup(sets) => {
            out.extend(sets.iter().flatten());
        }
        Expr::Struct { values, .. } => out.extend(values),
        Expr::Dictionary(fields) => out.extend(fields.iter().map(|field| &*field.value)),
        Expr::Map(map) => out.extend(
            map.entries
                .iter()
                .flat_map(|entry| [&*entry.key, &*entry.value]),
        ),
        Expr::Lambda(lambda) => out.push(&lambda.body),
        Expr::MemberOf(member) => out.extend([&*member.value, &*member.array]),
        _ => {}
    }
}
