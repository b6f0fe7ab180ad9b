//! Which function of a name is meant, and whether there is one.

use std::sync::Arc;

use crate::catalog::absence::Absence;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{Function, QName, Rejection};
use crate::server::on_server;
use crate::server::postgres::functions::{is_of_extension, is_of_grammar, is_own};
use crate::sql::change::{DataType, Ident, ObjectName, Signature};

impl Apply<'_> {
    /// The overload that is meant; `None` where it may be one that the history did not make.
    pub(crate) fn overload_of(
        &self,
        name: &ObjectName,
        arguments: Option<&[DataType]>,
    ) -> Outcome<Option<(QName, Vec<DataType>)>> {
        let Some(qname) = self.catalog.find_function(name) else {
            let gone = self
                .catalog
                .dropped_names
                .find(&self.catalog.qualify(name), None);
            let Some(gone) = gone.filter(|_| self.catalog.knowledge.is_exact()) else {
                self.refuse_function_never_made(name)?;
                return Ok(None);
            };
            let message = format!("function `{name}` does not exist any more");
            return Err(
                Rejection::new(sqlstate::UNDEFINED_FUNCTION, name.span(), message)
                    .because(Some(gone.site), gone.how.clone()),
            );
        };
        let overloads = &self.catalog.functions[&qname];
        let found = match arguments {
            Some(arguments) => {
                let wanted = self.signature(arguments);
                overloads
                    .iter()
                    .find(|function| function.arguments == wanted)
            }
            None if overloads.len() == 1 => overloads.first(),
            None => {
                let message = format!("function name `{name}` is not unique");
                return Err(Rejection::new("42725", name.span(), message).because(
                    overloads.first().and_then(|function| function.origin.made),
                    "one of them is made here",
                ));
            }
        };
        if found.is_none()
            && let Some(arguments) = arguments
        {
            self.refuse_other_arguments(name, arguments, overloads)?;
        }
        Ok(found.map(|function| (qname.clone(), function.arguments.clone())))
    }

    /// Refuses a function that neither the server nor a migration has made, where that is certain.
    fn refuse_function_never_made(&self, name: &ObjectName) -> Outcome {
        let catalog = &self.catalog;
        let lower = name.name.value.to_lowercase();
        let whole = matches!(catalog.absence(name, self.site.migration), Absence::Never);
        let may_be = name.schema.is_some()
            || !catalog.extensions.is_empty()
            || is_own(&lower)
            || is_of_extension(&lower)
            || is_of_grammar(&lower);
        if !whole || may_be {
            return Ok(());
        }
        let message = format!("function `{name}` does not exist");
        Err(Rejection::new(
            sqlstate::UNDEFINED_FUNCTION,
            name.span(),
            message,
        ))
    }

    /// Refuses arguments that no function of that name takes. Whatever is no type of the server's
    /// own may be one of them under another name.
    fn refuse_other_arguments(
        &self,
        name: &ObjectName,
        arguments: &[DataType],
        overloads: &[Arc<Function>],
    ) -> Outcome {
        let own = |data_type: &DataType| {
            data_type.schema.is_none()
                && on_server!(self.catalog.dialect => types::is_own(&data_type.name))
        };
        let sure = overloads.iter().all(|function| {
            function.origin.made.is_some()
                && (function.arguments.len() != arguments.len()
                    || function.arguments.iter().all(own))
        });
        if !sure || !self.catalog.knowledge.is_exact() || !arguments.iter().all(own) {
            return Ok(());
        }
        let message = format!("function `{name}` takes other arguments");
        let made = overloads.first().and_then(|function| function.origin.made);
        Err(
            Rejection::new(sqlstate::UNDEFINED_FUNCTION, name.span(), message)
                .because(made, "it is made here"),
        )
    }

    /// Refuses a function that yields a type which certainly is not there, or the function of a
    /// trigger with parameters of its own.
    pub(super) fn refuse_results(
        &self,
        returns: Option<&DataType>,
        signature: &Signature,
        name: &ObjectName,
    ) -> Outcome {
        let is_trigger = returns.is_some_and(|it| it.schema.is_none() && it.name == "trigger");
        if is_trigger && signature.inputs().next().is_some() {
            let message = format!("function `{name}` of a trigger takes no arguments of its own");
            let code = sqlstate::INVALID_FUNCTION_DEFINITION;
            return Err(Rejection::new(code, name.span(), message));
        }
        let outputs = signature.outputs().map(|output| &output.data_type);
        for data_type in returns.into_iter().chain(outputs) {
            let written = ObjectName {
                schema: data_type.schema.clone().map(Ident::synthetic),
                name: Ident::synthetic(data_type.name.clone()),
            };
            // `t.c%TYPE` is the type of a column.
            if data_type.name.contains('%') || self.catalog.find_any_relation(&written).is_some() {
                continue;
            }
            self.settle_type(data_type, name.span())?;
        }
        Ok(())
    }
}
