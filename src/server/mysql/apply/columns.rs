//! Columns as MySQL and MariaDB make them of a definition.

mod defaults;
mod limits;

use defaults::is_character;
pub(super) use defaults::settled_default;
pub(super) use limits::{refuse_charset, refuse_default};

use super::Draft;
use crate::catalog::QName;
use crate::catalog::apply::Outcome;
use crate::catalog::rejection::sqlstate;
use crate::catalog::rewrite::ColumnRename;
use crate::catalog::{
    Catalog, CheckConstraint, Column, DefaultValue, Generation, Knowledge, Rejection, Table,
    rewrite,
};
use crate::server::mysql::charset;
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::{
    ColumnDef, ColumnPosition, DataType, Expr, ExprKind, Ident, Query, ValueType,
};

impl Draft {
    /// A column at its place. Its inline keys are the caller's.
    pub(super) fn add_column(
        &mut self,
        definition: &ColumnDef,
        position: Option<&ColumnPosition>,
    ) -> Outcome {
        if let Some(at) = self.column(&definition.name.value) {
            let message = format!(
                "column `{}` of table `{}` already exists",
                definition.name.value, self.table.name
            );
            return Err(
                Rejection::new(sqlstate::DUPLICATE_COLUMN, definition.name.span, message)
                    .because(self.table.columns[at].origin.made, "made here"),
            );
        }
        let column = self.build(definition)?;
        self.add_column_check(&column);
        self.table.columns.push(column);
        self.place(self.table.columns.len() - 1, position)
    }

    /// What the server keeps of a definition.
    pub(super) fn build(&self, definition: &ColumnDef) -> Outcome<Column> {
        limits::refuse(definition, self.lenient)?;
        let mut data_type = self.settled(&definition.data_type);
        let automatic = definition.auto_increment || definition.serial;
        let mut column = Column {
            name: definition.name.value.clone(),
            not_null: definition.not_null == Some(true) || automatic,
            auto_increment: automatic,
            on_update: definition.on_update.clone(),
            comment: definition.comment.clone(),
            origin: self.origin(),
            collation: definition
                .collation
                .as_ref()
                .map(|name| QName::new("", name.name.value.clone())),
            ..Column::default()
        };
        let written = |words: &str| charset::written(&data_type, words).map(str::to_owned);
        column.charset = written("character set ");
        column.collation = written("collate ")
            .map(|name| QName::new("", name))
            .or(column.collation);
        data_type.modifiers.retain(|word| !is_character(word));
        column.data_type = data_type;
        refuse_charset(
            column.charset.as_deref(),
            column.collation.as_ref().map(|name| name.name.as_str()),
            definition.name.span,
        )?;
        if definition.data_type.name == "json" && self.mariadb {
            column.collation = Some(QName::new("", "utf8mb4_bin"));
        }
        column.generated = definition.generated.as_ref().map(|generated| Generation {
            expr: generated.expr.clone(),
            stored: generated.stored,
        });
        if let Some(default) = definition
            .default
            .as_ref()
            .filter(|default| default.kind != ExprKind::Null)
        {
            if automatic {
                return Err(invalid_default(
                    default.span,
                    &column.name,
                    "an `AUTO_INCREMENT` column has none",
                ));
            }
            column.default = Some(DefaultValue {
                expr: settled_default(default, &column.data_type),
                literal_type: None,
            });
        } else if let Some(default) = &definition.default
            && column.not_null
        {
            return Err(invalid_default(
                default.span,
                &column.name,
                "the column is `NOT NULL`",
            ));
        }
        Ok(column)
    }

    /// `AS SELECT`: a column that passes through keeps its definition, keys and generation apart;
    /// the result of an expression is not known. Columns that were also listed stand where the
    /// query has them.
    pub(super) fn add_columns_of_query(&mut self, query: &Query, catalog: &Catalog) {
        let Some(outputs) = catalog.output_of(query) else {
            self.table.knowledge = Knowledge::Unknown("its columns come from a query".to_owned());
            return;
        };
        let mut sources: Vec<Option<&Column>> = Vec::new();
        for output in &query.output {
            let ValueType::Column(from) = &output.value else {
                sources.push(None);
                continue;
            };
            let source = from.relation.as_ref().and_then(|name| catalog.table(name));
            match source {
                Some(source) if from.column.value == "*" => {
                    sources.extend(source.columns.iter().map(Some));
                }
                Some(source) => {
                    sources.push(
                        catalog
                            .column_at(source, &from.column.value)
                            .map(|at| &source.columns[at]),
                    );
                }
                None => sources.push(None),
            }
        }
        let mut sources = sources.into_iter();
        for output in outputs {
            let source = sources.next().flatten();
            if let Some(at) = self.column(&output.name) {
                let listed = self.table.columns.remove(at);
                self.table.columns.push(listed);
                continue;
            }
            let mut column = source.cloned().unwrap_or_else(|| Column {
                data_type: output.data_type.unwrap_or_default(),
                knowledge: Knowledge::Unknown("its type comes from a query".to_owned()),
                ..Column::default()
            });
            if column.auto_increment {
                let zero = Expr {
                    sql: "0".to_owned(),
                    kind: ExprKind::Number("0".to_owned()),
                    ..Expr::default()
                };
                column.default = Some(DefaultValue {
                    expr: zero,
                    literal_type: None,
                });
            }
            column.name = output.name;
            column.auto_increment = false;
            column.generated = None;
            column.origin = self.origin();
            self.table.columns.push(column);
        }
    }

    /// MariaDB keeps JSON as text.
    fn settled(&self, data_type: &DataType) -> DataType {
        if data_type.name == "json" && self.mariadb {
            DataType::named("longtext")
        } else {
            data_type.clone()
        }
    }

    /// MariaDB's JSON is text with a check, which has the column's name, as all checks of columns
    /// have.
    fn add_column_check(&mut self, column: &Column) {
        let json = self.mariadb
            && column.data_type.name == "longtext"
            && column
                .collation
                .as_ref()
                .is_some_and(|name| name.name == "utf8mb4_bin");
        if json {
            let expr = Expr {
                sql: format!("json_valid(`{}`)", column.name),
                columns: vec![Ident::synthetic(column.name.clone())],
                ..Expr::default()
            };
            self.table.checks.push(CheckConstraint {
                name: column.name.clone(),
                expr,
                valid: true,
                no_inherit: false,
                origin: self.origin(),
            });
        }
    }

    /// `MODIFY` and `CHANGE`: nothing of the old definition is left except the place, and what the
    /// table says of the column: its keys.
    pub(super) fn replace_column(&mut self, at: usize, definition: &ColumnDef) -> Outcome {
        let mut column = self.build(definition)?;
        let old = std::mem::take(&mut self.table.columns[at]);
        column.origin.made = old.origin.made;
        if self.mariadb {
            self.table
                .checks
                .retain(|check| !is_column_check(check, &old.name));
        }
        self.add_column_check(&column);
        let in_key = self
            .table
            .primary_key
            .as_ref()
            .is_some_and(|key| key.columns.contains(&old.name));
        // MariaDB 10.11 takes it, and keeps the column NOT NULL all the same; MySQL refuses it
        // (error 1171).
        if in_key && definition.not_null == Some(false) && !self.mariadb {
            let message = format!(
                "column `{}` is part of the primary key, which takes no nulls",
                column.name
            );
            return Err(Rejection::new(
                sqlstate::INVALID_TABLE_DEFINITION,
                definition.name.span,
                message,
            ));
        }
        self.shorten_prefixes(&old.name, &column.data_type);
        self.table.columns[at] = column;
        Ok(())
    }

    /// A prefix that is no shorter than the column is dropped, and only texts and bytes have one.
    fn shorten_prefixes(&mut self, column: &str, data_type: &DataType) {
        let whole = match data_type.name.as_str() {
            "char" | "varchar" | "binary" | "varbinary" => data_type
                .args
                .first()
                .and_then(|length| length.parse().ok())
                .unwrap_or(1),
            name if name.ends_with("text") || name.ends_with("blob") => u32::MAX,
            _ => 0,
        };
        let keys = self
            .table
            .indexes
            .iter_mut()
            .flat_map(|index| &mut index.keys);
        for key in keys.filter(|key| {
            key.column.as_deref() == Some(column)
                && key.length.is_some_and(|length| length >= whole)
        }) {
            key.length = None;
        }
    }

    /// The primary key takes no nulls, whatever a definition says.
    pub(super) fn keep_keys_not_null(&mut self) {
        let key = self
            .table
            .primary_key
            .iter()
            .flat_map(|key| &key.columns)
            .collect::<Vec<_>>();
        let columns = self
            .table
            .columns
            .iter_mut()
            .filter(|column| key.contains(&&column.name));
        columns.for_each(|column| column.not_null = true);
    }

    /// Moves the column at `from` to its place.
    pub(super) fn place(&mut self, from: usize, position: Option<&ColumnPosition>) -> Outcome {
        let Some(position) = position else {
            return Ok(());
        };
        let column = self.table.columns.remove(from);
        let to = match position {
            ColumnPosition::First => 0,
            ColumnPosition::After(name) => match self.need_column(name) {
                Ok(at) => at + 1,
                Err(rejection) => {
                    self.table.columns.insert(from, column);
                    return Err(rejection);
                }
            },
        };
        self.table
            .columns
            .insert(to.min(self.table.columns.len()), column);
        Ok(())
    }

    /// Keys, checks and expressions of the table follow the new names of columns, all at once.
    pub(super) fn follow(&mut self, renamed: &[ColumnRename]) {
        let rename = |name: &mut String| {
            let mut renamed = renamed.iter();
            if let Some(new) = renamed.find(|it| name.eq_ignore_ascii_case(&it.from)) {
                name.clone_from(&new.to);
            }
        };
        let table = &mut self.table;
        if self.mariadb {
            let own = table
                .checks
                .iter_mut()
                .filter(|check| renamed.iter().any(|it| is_column_check(check, &it.from)));
            own.for_each(|check| rename(&mut check.name));
        }
        table
            .primary_key
            .iter_mut()
            .chain(&mut table.uniques)
            .flat_map(|key| &mut key.columns)
            .for_each(rename);
        for key in &mut table.foreign_keys {
            key.columns.iter_mut().for_each(rename);
            if key.table == table.name {
                key.referenced.iter_mut().for_each(rename);
            }
        }
        for key in table.indexes.iter_mut().flat_map(|index| &mut index.keys) {
            key.column.iter_mut().for_each(rename);
        }
        // Expressions are rewritten name by name: one that is both old and new needs a name in
        // between.
        let swap = renamed
            .iter()
            .any(|one| renamed.iter().any(|other| other.from == one.to));
        let between = |number: usize| format!("driftlint_between_{number}");
        rewrite::each_expr(table, &mut |expr| {
            for (number, ColumnRename { from, to }) in renamed.iter().enumerate() {
                let now = if swap { between(number) } else { to.clone() };
                rewrite::rename_column(expr, from, &now, Dialect::MySql);
            }
            for (number, ColumnRename { to, .. }) in renamed.iter().enumerate().filter(|_| swap) {
                rewrite::rename_column(expr, &between(number), to, Dialect::MySql);
            }
        });
    }

    /// `LIKE`: everything but foreign keys.
    pub(super) fn copy(&mut self, source: &Table) {
        let Table {
            columns,
            primary_key,
            indexes,
            checks,
            options,
            comment,
            knowledge,
            ..
        } = source.clone();
        let origin = self.origin();
        self.table.columns = columns;
        self.table
            .columns
            .iter_mut()
            .for_each(|column| column.origin = origin);
        self.table.primary_key = primary_key;
        self.table.indexes = indexes;
        self.table
            .indexes
            .iter_mut()
            .for_each(|index| index.implicit = false);
        self.table.checks = checks;
        self.table.options = options;
        self.table.comment = comment;
        self.table.knowledge = knowledge;
    }

    /// There is at most one `AUTO_INCREMENT` column, and a key starts with it.
    pub(super) fn check_auto_increment(&self, span: Span) -> Outcome {
        let mut automatic = self
            .table
            .columns
            .iter()
            .filter(|column| column.auto_increment);
        let Some(column) = automatic.next().filter(|_| self.table.knowledge.is_exact()) else {
            return Ok(());
        };
        let keyed = self
            .table
            .primary_key
            .as_ref()
            .is_some_and(|key| key.columns.first() == Some(&column.name))
            || self.table.indexes.iter().any(|index| {
                index.keys.first().and_then(|key| key.column.as_ref()) == Some(&column.name)
            });
        if keyed && automatic.next().is_none() {
            return Ok(());
        }
        let message = format!(
            "`AUTO_INCREMENT` column `{}` has to be the only one of its table and the first of a key",
            column.name
        );
        Err(
            Rejection::new(sqlstate::INVALID_TABLE_DEFINITION, span, message)
                .because(column.origin.made, "made here"),
        )
    }
}

/// MariaDB names a column's own check after the column.
pub(super) fn is_column_check(check: &CheckConstraint, column: &str) -> bool {
    check.name.eq_ignore_ascii_case(column)
        && check
            .expr
            .columns
            .iter()
            .all(|mentioned| mentioned.value.eq_ignore_ascii_case(column))
}

fn invalid_default(span: Span, column: &str, why: &str) -> Rejection {
    let message = format!("the default of column `{column}` is not valid: {why}");
    Rejection::new(sqlstate::INVALID_TABLE_DEFINITION, span, message)
}

#[cfg(test)]
mod tests {
    use super::defaults::rounded;

    #[test]
    fn numbers_get_the_places_of_their_column() {
        assert_eq!(rounded("1.5", 2).as_deref(), Some("1.50"));
        assert_eq!(rounded("-1.50", 0).as_deref(), Some("-2"));
        assert_eq!(rounded("0", 2).as_deref(), Some("0.00"));
        assert_eq!(rounded(".996", 2).as_deref(), Some("1.00"));
        assert_eq!(rounded("1e3", 2), None);
    }
}
