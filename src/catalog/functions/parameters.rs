//! What the parameters of a routine have to be to each other.

use crate::catalog::Rejection;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::sql::change::{Parameter, ParameterMode, Signature};

impl Apply<'_> {
    /// Refuses two parameters of one name, and one that must be given after one that need not.
    pub(super) fn refuse_parameters(&self, signature: &Signature) -> Outcome {
        if !self.catalog.dialect.looks_at_function_bodies() {
            return Ok(());
        }
        let refusal = |message| {
            let code = sqlstate::INVALID_FUNCTION_DEFINITION;
            Err(Rejection::new(code, self.site.span, message))
        };
        let mut defaults = false;
        for (at, parameter) in signature.parameters.iter().enumerate() {
            let name = parameter.name.as_ref().map(|name| &name.value);
            let mut others = signature.parameters[..at].iter();
            let taken = others.any(|other| {
                other.name.as_ref().map(|name| &name.value) == name && !apart(parameter, other)
            });
            if let Some(name) = name
                && taken
            {
                return refusal(format!("two parameters are called `{name}`"));
            }
            if parameter.mode == ParameterMode::In {
                if defaults && !parameter.has_default {
                    return refusal(
                        "a parameter without a default stands after one that has one".to_owned(),
                    );
                }
                defaults |= parameter.has_default;
            }
        }
        Ok(())
    }
}

/// Whether one goes into the function and the other only comes out of it.
fn apart(parameter: &Parameter, other: &Parameter) -> bool {
    let enters = |it: &Parameter| matches!(it.mode, ParameterMode::In | ParameterMode::Variadic);
    let leaves = |it: &Parameter| it.mode == ParameterMode::Out;
    (enters(parameter) && leaves(other)) || (leaves(parameter) && enters(other))
}
