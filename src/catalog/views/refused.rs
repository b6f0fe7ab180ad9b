//! Columns of a view, or of a table made of a query, that cannot be as they are named.

use super::query_span;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::resolve::Yielded;
use crate::catalog::{QName, Rejection, View, format_type};
use crate::sql::change::{DataType, Ident, ObjectName, Query};

impl Apply<'_> {
    /// Refuses names for more columns than the query yields; MySQL wants a name for each of them.
    pub(super) fn refuse_named(
        &self,
        view: &QName,
        named: usize,
        yielded: Option<&[Yielded]>,
    ) -> Outcome {
        let dialect = self.catalog.dialect;
        let Some(yielded) = yielded.map(<[Yielded]>::len).filter(|_| named > 0) else {
            return Ok(());
        };
        let short = named < yielded && dialect.has_several_databases();
        if dialect.words_can_be_strings() || !(short || named > yielded) {
            return Ok(());
        }
        let message = format!(
            "view `{}` names {named} columns, and its query yields {yielded}",
            self.catalog.shown(view)
        );
        let code = sqlstate::SYNTAX_ERROR;
        Err(Rejection::new(code, self.site.span, message))
    }

    /// Refuses two columns of one name.
    pub(crate) fn refuse_same_names(
        &self,
        columns: &[Ident],
        yielded: &[Yielded],
        query: &Query,
    ) -> Outcome {
        // SQLite gives one of them another name.
        if self.catalog.dialect.words_can_be_strings() {
            return Ok(());
        }
        let listed = columns.iter().map(|column| column.value.as_str());
        let others = yielded.iter().skip(columns.len());
        let mut names = listed.chain(others.filter_map(|one| one.name.as_deref()));
        let twice = self.catalog.first_repeated(names.clone());
        match twice.and_then(|at| names.nth(at)) {
            Some(name) => {
                let message = format!("two of the columns are called `{name}`");
                let code = sqlstate::DUPLICATE_COLUMN;
                Err(Rejection::new(code, query_span(query), message))
            }
            None => Ok(()),
        }
    }

    /// Whether two types certainly are not one. Lengths are not looked at: an expression may lose
    /// them.
    fn are_other_types(&self, one: &DataType, other: &DataType) -> bool {
        let plain = |it: &DataType| it.schema.is_none() && self.catalog.type_of(it).is_none();
        plain(one) && plain(other) && (&one.name, one.array) != (&other.name, other.array)
    }

    /// `CREATE OR REPLACE VIEW` may only add columns at the end.
    pub(super) fn refuse_replacement(&self, old: &View, new: &View, name: &ObjectName) -> Outcome {
        let known = !old.columns.is_empty() && !new.columns.is_empty() && old.knowledge.is_exact();
        if !self.catalog.dialect.views_keep_columns() || !known || !new.knowledge.is_exact() {
            return Ok(());
        }
        let refusal = |what: String| {
            let message = format!(
                "view `{}` cannot be replaced: {what}",
                self.catalog.shown(&old.name)
            );
            Err(
                Rejection::new(sqlstate::INVALID_TABLE_DEFINITION, name.span(), message)
                    .because(old.origin.changed, "the view was last made here"),
            )
        };
        for (at, column) in old.columns.iter().enumerate() {
            match new.columns.get(at) {
                Some(other) if other == column => {}
                Some(other) => {
                    return refusal(format!("its column `{column}` would become `{other}`"));
                }
                None => return refusal(format!("its column `{column}` would go")),
            }
            let of = |view: &View| view.column_types.get(at).cloned().flatten();
            if let (Some(before), Some(after)) = (of(old), of(new))
                && self.are_other_types(&before, &after)
            {
                let [before, after] =
                    [before, after].map(|it| format_type(&it, self.catalog.dialect));
                return refusal(format!(
                    "its column `{column}` would become `{after}` instead of `{before}`"
                ));
            }
        }
        Ok(())
    }
}
