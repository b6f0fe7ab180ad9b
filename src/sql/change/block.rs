//! Procedural blocks that run on the spot (`DO $$ … $$`), as far as they can be followed.

use std::sync::Arc;

use super::{BodyFault, Change, DataType, Ident, ObjectName};
use crate::source::Span;

/// A block: its items in order, and its `EXCEPTION` handlers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Block {
    /// The statements in it, in order.
    pub items: Vec<BlockItem>,
    /// Why the server runs nothing of it, where it cannot read it.
    pub fault: Option<Box<BodyFault>>,
    /// The variables and labels of the outermost block, where all are known.
    pub names: Option<Arc<[String]>>,
    /// `EXCEPTION WHEN … THEN …`; an error in the items undoes them all and runs the first handler
    /// that fits.
    pub handlers: Vec<Handler>,
}

/// One `WHEN … THEN` of an `EXCEPTION` clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    /// Condition names in lower case: `duplicate_object`, `undefined_table`, `others`.
    pub conditions: Vec<String>,
    /// What it does; usually nothing.
    pub items: Vec<BlockItem>,
}

/// One step of a block.
#[derive(Clone, Debug, PartialEq)]
pub enum BlockItem {
    /// A SQL statement, also one given to `EXECUTE` as a constant string.
    Changes(Vec<Change>),
    /// `IF … THEN … ELSIF … ELSE … END IF`: branches in order, the last may be `Condition::Always`.
    If(Vec<(Condition, Vec<BlockItem>)>),
    /// A loop: its body runs an unknown number of times.
    Loop(Vec<BlockItem>),
    /// A nested `BEGIN … END`.
    Block(Block),
    /// A statement that the server refuses whenever it runs it.
    Refused(Box<BodyFault>),
    /// `RAISE EXCEPTION`: ends the block with an error.
    Raise,
    /// `RETURN` or `EXIT`: what follows in the block does not run.
    Leave,
    /// Something of which only the words are known, such as `EXECUTE` of a computed string.
    Unknown(Span, Vec<String>),
}

/// A condition that a catalog can often decide.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are the names looked up")]
pub enum Condition {
    Always,
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    TableExists(ObjectName),
    ColumnExists {
        table: ObjectName,
        column: Ident,
    },
    /// `data_type` as information_schema spells it.
    ColumnHasType {
        table: ObjectName,
        column: Ident,
        data_type: DataType,
    },
    ColumnNullable {
        table: ObjectName,
        column: Ident,
    },
    ConstraintExists {
        table: Option<ObjectName>,
        name: Ident,
    },
    IndexExists(ObjectName),
    /// Of a table, where indexes have names of their own there (MySQL).
    IndexOfTable {
        table: ObjectName,
        name: Ident,
    },
    ViewExists {
        name: ObjectName,
        materialized: bool,
    },
    TypeExists(ObjectName),
    EnumValueExists {
        name: ObjectName,
        value: String,
    },
    SchemaExists(Ident),
    ExtensionExists(Ident),
    FunctionExists(ObjectName),
    TriggerExists {
        table: Option<ObjectName>,
        name: Ident,
    },
    /// Depends on rows, settings or something we cannot follow.
    Unknown,
}
