//! Functions in SQL whose body the server puts in the place of a call (`inline_function`).

use crate::sql::change::{Expr, ExprKind};

/// The functions that a body calls which is one value and nothing else. One that cannot be
/// read may be.
pub(crate) fn inlined(body: &Expr) -> Option<Vec<String>> {
    // `RETURN value`.
    if !matches!(body.kind, ExprKind::String(_)) && body.queries.is_empty() {
        return Some(body.functions.clone());
    }
    let [query] = body.queries.as_slice() else {
        return body.queries.is_empty().then(Vec::new);
    };
    let tree = query.tree.get();
    let is_value = query.relations.is_empty() && tree.is_none_or(|tree| tree.is_one_value());
    let mut functions = query.functions.iter();
    let yields_rows = functions.any(|name| yields_rows(name));
    (is_value && !yields_rows).then(|| query.functions.clone())
}

/// Whether a function of the server's own yields rows where it stands among the outputs.
fn yields_rows(function: &str) -> bool {
    ["generate_s", "unnest", "string_to_table", "regexp_matches"]
        .iter()
        .any(|start| function.starts_with(start))
        || [
            "_each",
            "_each_text",
            "_elements",
            "_elements_text",
            "_to_table",
            "_to_recordset",
        ]
        .iter()
        .any(|end| function.ends_with(end))
}
