//! Sequences that migrations make and change themselves.

use std::sync::Arc;

use super::apply::{Apply, Outcome};
use super::lookup::TEMPORARY;
use super::{ColumnName, QName, Sequence};
use crate::sql::change::{ColumnRef, DataType, Ident, ObjectName};

impl Apply<'_> {
    pub(crate) fn create_sequence(
        &mut self,
        name: &ObjectName,
        if_not_exists: bool,
        data_type: Option<&DataType>,
        owned_by: Option<&ColumnRef>,
        temporary: bool,
    ) -> Outcome {
        let mut qname = self.place(name)?;
        if temporary {
            TEMPORARY.clone_into(&mut qname.schema);
        }
        if if_not_exists && self.catalog.relation_kind(&qname).is_some() {
            return Ok(());
        }
        self.refuse_taken(&qname, name.span())?;
        let owner = owned_by
            .map(|column| self.owner(column))
            .transpose()?
            .flatten();
        let sequence = Sequence {
            name: qname.clone(),
            data_type: data_type
                .cloned()
                .unwrap_or_else(|| DataType::named("bigint")),
            owner,
            identity: false,
            origin: self.origin(),
        };
        self.catalog.sequences.insert(qname, Arc::new(sequence));
        Ok(())
    }

    fn owner(&mut self, column: &ColumnRef) -> Outcome<Option<ColumnName>> {
        let Some(relation) = &column.relation else {
            return Ok(None);
        };
        if self.catalog.find_table(relation).is_none() && self.catalog.find_view(relation).is_some()
        {
            return Ok(None);
        }
        let Some(table) = self.need_table(relation)? else {
            return Ok(None);
        };
        let at = self.need_column(&table, &column.column)?;
        let name = self
            .catalog
            .tables
            .get(&table)
            .and_then(|table| table.columns.get(at?));
        Ok(name.map(|column| ColumnName::new(table, column.name.clone())))
    }

    pub(crate) fn alter_sequence(
        &mut self,
        name: &ObjectName,
        owned_by: Option<&Option<ColumnRef>>,
        rename: Option<&Ident>,
        set_schema: Option<&Ident>,
        if_exists: bool,
    ) -> Outcome {
        let Some(qname) = self.catalog.find_sequence(name) else {
            if if_exists {
                return Ok(());
            }
            return self.missing_relation(name, "sequence");
        };
        let site = self.site;
        if let Some(owned_by) = owned_by {
            let owner = match owned_by {
                Some(column) => self.owner(column)?,
                None => None,
            };
            if let Some(sequence) = self.catalog.sequences.get_mut(&qname).map(Arc::make_mut) {
                sequence.owner = owner;
                sequence.origin.changed = Some(site);
            }
        }
        let new = match (rename, set_schema) {
            (Some(to), _) => QName::new(qname.schema.clone(), self.catalog.keep(&to.value)),
            (None, Some(schema)) => {
                self.need_schema(schema)?;
                QName::new(schema.value.clone(), qname.name.clone())
            }
            (None, None) => return Ok(()),
        };
        if new == qname {
            return Ok(());
        }
        let span = rename
            .or(set_schema)
            .map(|written| written.span)
            .unwrap_or_default();
        self.refuse_taken(&new, span)?;
        self.move_sequence(&qname, &new);
        let how = format!("renamed to `{}` here", self.catalog.shown(&new));
        self.gone(qname, None, &how);
        Ok(())
    }
}
