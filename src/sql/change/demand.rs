//! What a statement takes for granted.

use super::{DataType, Expr, Ident, ObjectName};

/// What must be so for a statement to work, beside what its changes need.
#[derive(Clone, Debug, PartialEq)]
pub enum Demand {
    /// Nothing helps: no server takes this, whatever its schema is.
    Never {
        /// The SQLSTATE of the refusal.
        code: &'static str,
        /// What is wrong: lower-case start, names in backticks, no full stop.
        message: String,
    },
    /// A relation of one of these kinds.
    Relation {
        /// Its name.
        name: ObjectName,
        /// `table`, `view`, `materialized view`, `index`, `sequence`; none for any of them.
        kinds: &'static [&'static str],
        /// Columns that it must have.
        columns: Vec<Ident>,
    },
    /// A schema.
    Schema(Ident),
    /// A routine, whichever kind of one.
    Routine {
        /// Its name.
        name: ObjectName,
        /// Its input arguments, where a list was written.
        arguments: Option<Vec<DataType>>,
    },
    /// Something that belongs to a table.
    Part {
        /// What it is.
        kind: TablePart,
        /// Its name.
        name: Ident,
        /// The table.
        table: ObjectName,
    },
    /// A condition on the rows of a table.
    Condition {
        /// The table.
        table: ObjectName,
        /// What is asked of a row.
        expr: Expr,
    },
}

/// What belongs to a table, and is called by a name of its own there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TablePart {
    /// A key, a check or a foreign key.
    Constraint,
    /// An index of the table's own.
    Index,
    /// A policy for its rows.
    Policy,
    /// A rewrite rule.
    Rule,
    /// A trigger.
    Trigger,
}

impl TablePart {
    /// For people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Constraint => "constraint",
            Self::Index => "index",
            Self::Policy => "policy",
            Self::Rule => "rule",
            Self::Trigger => "trigger",
        }
    }
}
