//! Identity columns.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{QName, Rejection};
use crate::sql::change::{Ident, Identity};

impl Apply<'_> {
    pub(crate) fn add_identity(
        &mut self,
        table: &QName,
        column: &Ident,
        identity: Identity,
    ) -> Outcome {
        let Some(at) = self.need_column(table, column)? else {
            return Ok(());
        };
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let current = &found.columns[at];
        let refusal = |why: &str| {
            let message = format!(
                "column `{}` cannot be made an identity column: {why}",
                current.name
            );
            Err(Rejection::new(
                sqlstate::OBJECT_NOT_IN_PREREQUISITE_STATE,
                column.span,
                message,
            )
            .because(current.origin.changed, "last changed here"))
        };
        if current.knowledge.is_exact() && found.knowledge.is_exact() {
            if current.identity.is_some() {
                return refusal("it is one already");
            } else if current.default.is_some() {
                return refusal("it has a default");
            } else if !current.not_null {
                return refusal("it is nullable");
            }
            let data_type = self.catalog.base(&current.data_type);
            let counts = ["smallint", "integer", "bigint"].contains(&data_type.name.as_str());
            if data_type.schema.is_none() && (data_type.array || !counts) {
                return refusal("it is no `smallint`, `integer` or `bigint`").map_err(|refusal| {
                    let code = sqlstate::INVALID_PARAMETER_VALUE;
                    Rejection { code, ..refusal }
                });
            }
        }
        let name = current.name.clone();
        self.add_owned_sequence(table, &name, true);
        self.edit_column(table, column, |column| column.identity = Some(identity))
    }

    pub(crate) fn drop_identity(
        &mut self,
        table: &QName,
        column: &Ident,
        if_exists: bool,
    ) -> Outcome {
        let Some(at) = self.need_column(table, column)? else {
            return Ok(());
        };
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let current = &found.columns[at];
        if current.identity.is_none() && current.knowledge.is_exact() && !if_exists {
            let message = format!("column `{}` is not an identity column", current.name);
            return Err(Rejection::new(
                sqlstate::OBJECT_NOT_IN_PREREQUISITE_STATE,
                column.span,
                message,
            ));
        }
        let name = current.name.clone();
        let own: Vec<QName> = self
            .catalog
            .owned_sequences(table, Some(&name))
            .filter(|(_, sequence)| sequence.identity)
            .map(|(name, _)| name.clone())
            .collect();
        for sequence in own {
            self.catalog.sequences.remove(&sequence);
        }
        self.edit_column(table, column, |column| column.identity = None)
    }
}
