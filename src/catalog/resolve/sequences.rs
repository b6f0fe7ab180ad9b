//! Sequences that a call names in a text: `nextval('t_id_seq')`.

use super::NameResolver;
use crate::catalog::Rejection;
use crate::catalog::absence::Absence;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::source::Span;
use crate::sql::change::tree::{CallTree, Term};
use crate::sql::change::{Ident, ObjectName};

impl NameResolver<'_> {
    /// Refuses a sequence that certainly is not there.
    pub(super) fn refuse_unknown_sequence(&self, call: &CallTree, function: &str) -> Outcome {
        let Some(site) = self.site.filter(|_| !self.variables) else {
            return Ok(());
        };
        if !matches!(function, "nextval" | "currval" | "setval") {
            return Ok(());
        }
        let text = match call.args.first() {
            Some(Term::Cast { value, .. }) => value,
            Some(term) => term,
            None => return Ok(()),
        };
        let Term::Text(text, span) = text else {
            return Ok(());
        };
        let Some(name) = written(text, *span) else {
            return Ok(());
        };
        if self.catalog.find_any_relation(&name).is_some() {
            return Ok(());
        }
        let refusal = || {
            let message = format!("sequence `{name}` does not exist");
            Rejection::new(sqlstate::UNDEFINED_TABLE, *span, message)
        };
        match self.catalog.absence(&name, site.migration) {
            Absence::Unsure => Ok(()),
            Absence::Never => Err(refusal()),
            Absence::Gone(site, how) => Err(refusal().because(Some(site), how)),
        }
    }
}

/// The name that a text says, with its schema; none where its quotes are not simple.
fn written(text: &str, span: Span) -> Option<ObjectName> {
    let ident = |part: &str| {
        let inside = part.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        let value = match inside {
            Some(inside) if !inside.contains('"') => inside.to_owned(),
            None if !part.is_empty() && !part.contains('"') => part.trim().to_lowercase(),
            _ => return None,
        };
        Some(Ident {
            span,
            ..Ident::synthetic(value)
        })
    };
    let parts: Vec<&str> = text.split('.').collect();
    match parts.as_slice() {
        [name] => Some(ObjectName {
            schema: None,
            name: ident(name)?,
        }),
        [schema, name] => Some(ObjectName {
            schema: Some(ident(schema)?),
            name: ident(name)?,
        }),
        _ => None,
    }
}
