//! What a table has that keeps InnoDB from changing it online. Measured on MariaDB 10.11 with explicit
//! `ALGORITHM` and `LOCK`; of full-text and spatial indexes and compressed rows MySQL's manual says
//! the same.

use super::MysqlAlter;
use super::engine::other_engine;
use crate::catalog::Table;
use crate::lock::{Algorithm, Blocks, Cause, Effect, Mode};
use crate::sql::change::{ConstraintKind, ExprKind, IndexColumn, TableAction};

/// Such parts of a table.
struct TableParts {
    fulltext: bool,
    spatial: bool,
    /// A generated column that is not stored, and has an index.
    indexed_virtual: bool,
    virtuals: bool,
    stored: bool,
    compressed: bool,
}

impl TableParts {
    fn of(table: &Table) -> Self {
        let has = |method: &str| {
            let mut indexes = table.indexes.iter();
            indexes.any(|index| index.method.eq_ignore_ascii_case(method))
        };
        let is_virtual = |name: &str| {
            let generated = table.column(name).and_then(|it| it.generated.as_ref());
            generated.is_some_and(|it| !it.stored)
        };
        let mut keys = table.indexes.iter().flat_map(|index| &index.keys);
        let generated = || table.columns.iter().filter_map(|it| it.generated.as_ref());
        let format = table.option("row_format").unwrap_or_default();
        Self {
            fulltext: has("fulltext"),
            spatial: has("spatial"),
            indexed_virtual: keys.any(|key| key.column.as_deref().is_some_and(is_virtual)),
            virtuals: generated().any(|it| !it.stored),
            stored: generated().any(|it| it.stored),
            compressed: format.eq_ignore_ascii_case("compressed"),
        }
    }

    /// What lets nobody write while the table is written again.
    fn of_rebuild(&self) -> Option<&'static str> {
        if self.fulltext {
            Some("its FULLTEXT index")
        } else if self.spatial {
            Some("its SPATIAL index")
        } else if self.indexed_virtual {
            Some("the index of its virtual column")
        } else {
            None
        }
    }
}

impl MysqlAlter<'_> {
    /// Makes an effect what the table lets it be.
    pub(super) fn hinder(&self, action: &TableAction, effect: &mut Effect) {
        let table = self.table.filter(|table| other_engine(table).is_none());
        let (Some(table), Some(Mode::Online(algorithm, _))) = (table, effect.mode()) else {
            return;
        };
        if algorithm == Algorithm::Copy {
            return;
        }
        let mut parts = TableParts::of(table);
        if !self.mariadb() {
            (parts.indexed_virtual, parts.virtuals, parts.stored) = (false, false, false);
        }
        match action {
            TableAction::AddColumn { column, .. } if column.generated.is_none() => {
                // An instant one knows no spatial index.
                parts.spatial &= algorithm != Algorithm::Instant;
                self.moved(&parts, effect);
            }
            TableAction::DropColumn { name, .. } => {
                let dropped = table.column(&name.value);
                if dropped.is_some_and(|it| it.generated.as_ref().is_some_and(|it| !it.stored)) {
                    return;
                }
                if parts.indexed_virtual || (parts.virtuals && parts.fulltext) {
                    self.copy(effect, "its virtual column");
                } else {
                    parts.spatial &= algorithm != Algorithm::Instant;
                    self.moved(&parts, effect);
                }
            }
            TableAction::Modify {
                from,
                column,
                position,
            } => {
                let nullable = column.not_null != Some(true);
                let switches = table
                    .column(&from.value)
                    .is_some_and(|known| known.not_null == nullable);
                if switches && !nullable && (parts.stored || parts.indexed_virtual) {
                    self.copy(effect, "its generated column");
                } else if switches {
                    self.rebuild(&parts, effect);
                } else if position.is_some() {
                    parts.spatial = false;
                    self.moved(&parts, effect);
                }
            }
            TableAction::DropPrimaryKey => self.rebuild(&parts, effect),
            TableAction::AddConstraint(constraint)
                if matches!(constraint.kind, ConstraintKind::PrimaryKey { .. }) =>
            {
                self.rebuild(&parts, effect);
            }
            TableAction::Option { name, .. } if name == "engine" => self.rebuild(&parts, effect),
            _ => {}
        }
    }

    /// A change that is instant unless something is in its way.
    fn moved(&self, parts: &TableParts, effect: &mut Effect) {
        if parts.of_rebuild().is_some() {
            self.rebuild(parts, effect);
        } else if parts.compressed {
            effect.lock(
                &self.target,
                Mode::Online(Algorithm::InPlace, Blocks::Nothing),
            );
            effect.rewrite(&self.target);
        }
    }

    /// The table is written again.
    fn rebuild(&self, parts: &TableParts, effect: &mut Effect) {
        let Some(what) = parts.of_rebuild() else {
            return;
        };
        let mode = Mode::Online(Algorithm::InPlace, Blocks::Writes);
        effect.lock(&self.target, mode);
        effect.rewrite(&self.target);
        effect.causes.push(Cause::Hindered(what));
    }

    fn copy(&self, effect: &mut Effect, what: &'static str) {
        let mode = Mode::Online(Algorithm::Copy, Blocks::Writes);
        effect.lock(&self.target, mode);
        effect.rewrite(&self.target);
        effect.causes.push(Cause::Hindered(what));
    }

    /// Whether MariaDB makes a unique index of whole long texts by a hidden column of hashes.
    pub(super) fn hashes(&self, columns: &[IndexColumn]) -> bool {
        let long = |name: &str| {
            let column = self.table.and_then(|table| table.column(name));
            column.is_some_and(|column| {
                let name = column.data_type.name.as_str();
                name.ends_with("text") || name.ends_with("blob") || name == "json"
            })
        };
        self.mariadb()
            && columns.iter().any(|column| {
                let whole = column.length.is_none();
                whole && matches!(&column.expr.kind, ExprKind::Column(name) if long(&name.value))
            })
    }
}
