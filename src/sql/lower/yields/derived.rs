//! The columns of `VALUES`, of functions in `FROM`, of subqueries and of unions.

use crate::sql::change::{Ident, OutputColumn, ValueType};
use crate::sql::lower::walk::Walker;
use crate::sql::lower::{data_type, name};
use sqlparser::ast::{self};

use super::{PARTS, exactly};

impl Walker<'_, '_> {
    /// The columns of `VALUES`.
    pub(in crate::sql::lower) fn columns_of_values(
        &self,
        values: &ast::Values,
    ) -> Vec<OutputColumn> {
        let width = values.rows.first().map_or(0, |row| row.content.len());
        (0..width)
            .map(|index| self.column_of_values(values, index))
            .collect()
    }

    /// A column of `VALUES`, whose type the server finds from all rows.
    fn column_of_values(&self, values: &ast::Values, index: usize) -> OutputColumn {
        let cells = values
            .rows
            .iter()
            .take(PARTS)
            .filter_map(|row| row.content.get(index));
        let known = values.rows.len() < PARTS && self.postgres();
        let value = if known {
            self.call("coalesce", cells)
        } else {
            ValueType::Unknown
        };
        OutputColumn {
            name: self
                .postgres()
                .then(|| Ident::synthetic(format!("column{}", index + 1))),
            from: None,
            value,
        }
    }

    /// The columns of a function in `FROM`, where the alias says them; those of `generate_series`
    /// are known.
    pub(in crate::sql::lower) fn columns_of_function<'e>(
        &self,
        function: &ast::ObjectName,
        args: impl Iterator<Item = &'e ast::Expr>,
        alias: Option<&ast::TableAlias>,
    ) -> Vec<OutputColumn> {
        let written = alias
            .map(|alias| alias.columns.as_slice())
            .unwrap_or_default();
        let typed = written.iter().map(|column| {
            let value = ValueType::Exactly(data_type(column.data_type.as_ref()?, self.cx));
            Some(OutputColumn {
                name: Some(name::ident(&column.name, self.cx)),
                from: None,
                value,
            })
        });
        if let Some(columns) = typed.collect::<Option<Vec<_>>>()
            && !columns.is_empty()
        {
            return columns;
        }
        let function = name::function_name(function, self.cx);
        if function != "generate_series" || !self.postgres() {
            return Vec::new();
        }
        let name = match (written.first(), alias) {
            (Some(column), _) => name::ident(&column.name, self.cx),
            (None, Some(alias)) => name::ident(&alias.name, self.cx),
            (None, None) => Ident::synthetic(function.clone()),
        };
        vec![OutputColumn {
            name: Some(name),
            from: None,
            value: ValueType::Call(function, self.types(args)),
        }]
    }

    /// A subquery's columns as the query around it sees them: under the names of the alias, and no
    /// longer without a type.
    pub(in crate::sql::lower) fn derived(
        &self,
        mut outputs: Vec<OutputColumn>,
        names: &[ast::TableAliasColumnDef],
    ) -> Vec<OutputColumn> {
        let star = outputs
            .iter()
            .position(|output| output.name.is_none())
            .unwrap_or(outputs.len());
        if star < names.len() && star < outputs.len() {
            // Names for columns that are not distinguished.
            return Vec::new();
        }
        for (output, column) in outputs.iter_mut().zip(names) {
            output.name = Some(name::ident(&column.name, self.cx));
        }
        for output in &mut outputs {
            if output.value == ValueType::Untyped {
                output.value = exactly("text");
            } else if !self.cx.dialect.queries_keep_defaults() {
                output.value = ValueType::Unknown;
            }
        }
        outputs
    }
}
