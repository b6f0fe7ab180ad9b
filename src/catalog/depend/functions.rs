//! What depends on a function.

use crate::catalog::{Catalog, Function, Mention, QName};
use crate::sql::change::{DataType, Expr};

use super::Strength::{self, Normal};
use super::expressions::on_expressions;
use super::{Droppable, reaching};

impl Catalog {
    pub(super) fn on_function(
        &self,
        name: &QName,
        arguments: &[DataType],
        found: &mut Vec<(Droppable, Strength)>,
    ) {
        // An expression gives a function's name, not its overload.
        let overloads = self.functions.get(name).map_or(0, Vec::len);
        for (table_name, table) in self.tables.with(Mention::Function(&name.name)) {
            for trigger in table
                .triggers
                .iter()
                .filter(|trigger| trigger.function.as_ref() == Some(name))
            {
                if arguments.is_empty() {
                    found.push((
                        Droppable::Trigger(table_name.clone(), trigger.name.clone()),
                        Normal,
                    ));
                }
            }
            if overloads != 1 {
                continue;
            }
            let calls = |expr: &Expr| self.calls(&expr.functions, name);
            for column in &table.columns {
                if column
                    .default
                    .as_ref()
                    .is_some_and(|default| calls(&default.expr))
                {
                    found.push((
                        Droppable::Default(table_name.clone(), column.name.clone()),
                        Normal,
                    ));
                }
                if column
                    .generated
                    .as_ref()
                    .is_some_and(|generated| calls(&generated.expr))
                {
                    found.push((
                        Droppable::Column(table_name.clone(), column.name.clone()),
                        Normal,
                    ));
                }
            }
            on_expressions(table_name, table, &calls, found);
            reaching(
                table_name,
                table,
                &|reached| {
                    let called = reached.calls.iter().map(|call| call.name.as_str());
                    called
                        .into_iter()
                        .any(|called| self.calls_one(called, name))
                },
                found,
            );
        }
        if overloads == 1 {
            let views = self
                .views
                .with(Mention::Function(&name.name))
                .map(|(_, view)| view);
            for view in views.filter(|view| self.calls(&view.functions, name)) {
                found.push((Droppable::View(view.name.clone()), Normal));
            }
        }
    }

    pub(super) fn calls(&self, functions: &[String], name: &QName) -> bool {
        functions.iter().any(|called| self.calls_one(called, name))
    }

    fn calls_one(&self, called: &str, name: &QName) -> bool {
        match called.split_once('.') {
            Some((schema, called)) => schema == name.schema && called == name.name,
            None => {
                *called == name.name
                    && (name.is_at_home() || self.search_path.contains(&name.schema))
            }
        }
    }

    /// The overload of exactly those arguments.
    pub(crate) fn overload(&self, name: &QName, arguments: &[DataType]) -> Option<&Function> {
        let overloads = self.functions.get(name)?;
        overloads
            .iter()
            .map(|function| &**function)
            .find(|function| function.arguments == arguments)
    }
}
