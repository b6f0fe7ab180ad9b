//! Bodies of functions in SQL: what they name, and what they yield.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::resolve::Yielded;
use crate::catalog::{Rejection, format_type};
use crate::server::postgres::functions::facts::CastContext;
use crate::sql::change::{DataType, Expr, ExprKind, ObjectName, Signature};

impl Apply<'_> {
    /// Whether the server reads the body of a routine when it makes the routine.
    pub(super) fn checks_bodies(&self) -> bool {
        let setting = self.catalog.settings.get("check_function_bodies");
        !setting.is_some_and(|value| {
            let value = value.trim_matches('\'');
            ["off", "false", "0", "no"].contains(&value.to_ascii_lowercase().as_str())
        })
    }

    /// Refuses a body in SQL that names what certainly is not there. The server looks at it when
    /// the function is made, unless a setting says otherwise.
    pub(super) fn resolve_body(
        &self,
        body: Option<&Expr>,
        language: &str,
        signature: &Signature,
        returns: Option<&DataType>,
        name: &ObjectName,
    ) -> Outcome {
        let checked = self.checks_bodies() && !self.variables;
        let Some(body) = body.filter(|_| language == "sql" && checked) else {
            return Ok(());
        };
        let parameters = signature.parameters.iter();
        let names = parameters.filter_map(|parameter| parameter.name.as_ref());
        let mut words: Vec<String> = names.map(|name| name.value.clone()).collect();
        words.push(name.name.value.clone());
        // What a statement of the body makes is there for the next one.
        for query in &body.queries {
            for relation in &query.relations {
                if self.catalog.find_relation(relation).is_none() {
                    self.missing_relation(relation, "table")?;
                }
            }
        }
        // A body that is one expression.
        let mut last = match body.kind {
            ExprKind::String(_) => None,
            _ if !body.queries.is_empty() => None,
            _ => Some(vec![Yielded {
                name: None,
                data_type: self.type_with(body, &words)?,
            }]),
        };
        for query in &body.queries {
            last = self.yields_of(query, &words)?;
        }
        match (returns, last) {
            (Some(returns), Some(types)) => self.refuse_yield(returns, &types, name),
            _ => Ok(()),
        }
    }

    /// Refuses a body that certainly yields something else than the function does.
    fn refuse_yield(&self, returns: &DataType, types: &[Yielded], name: &ObjectName) -> Outcome {
        let [
            Yielded {
                data_type: Some(found),
                ..
            },
        ] = types
        else {
            return Ok(());
        };
        if self.catalog.has_own_conversions()
            || !self
                .catalog
                .never_becomes(found, returns, CastContext::Assignment)
        {
            return Ok(());
        }
        let print = |data_type: &DataType| format_type(data_type, self.catalog.dialect);
        let message = format!(
            "function `{name}` is to return `{}`, and its body yields `{}`",
            print(returns),
            print(found)
        );
        let code = sqlstate::INVALID_FUNCTION_DEFINITION;
        Err(Rejection::new(code, name.span(), message))
    }
}
