//! What the function of a trigger returns.

use crate::catalog::Rejection;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::model::FunctionResult;
use crate::catalog::rejection::sqlstate;
use crate::sql::change::ObjectName;

impl Apply<'_> {
    /// Refuses a function for a trigger that certainly returns something else.
    pub(super) fn need_trigger_function(&self, name: &ObjectName) -> Outcome {
        let found = self.catalog.find_function(name);
        let Some(overloads) = found.and_then(|found| self.catalog.functions.get(&found)) else {
            return Ok(());
        };
        // Arguments that the trigger gives come in another way.
        let mut own = overloads.iter().filter(|it| it.arguments.is_empty());
        let (Some(function), None) = (own.next(), own.next()) else {
            return Ok(());
        };
        match &function.result {
            FunctionResult::Value { data_type, .. }
                if data_type.schema.is_none() && data_type.name != "trigger" =>
            {
                let message = format!("function `{name}` does not return `trigger`");
                let code = sqlstate::INVALID_OBJECT_DEFINITION;
                Err(Rejection::new(code, name.span(), message)
                    .because(function.origin.changed, "the function was last made here"))
            }
            _ => Ok(()),
        }
    }
}
