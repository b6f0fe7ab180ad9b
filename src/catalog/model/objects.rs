//! What a schema holds beside tables: types, sequences, views, functions.

use super::{CheckConstraint, ColumnName, Index, Knowledge, Origin, QName, Site};
use crate::sql::change::tree::{NameTree, QueryTree};
use crate::sql::change::{DataType, Expr, FieldDef, FunctionKind, Ident};

/// A type whose values are a list of labels (PostgreSQL).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Enum {
    /// Its schema and name.
    pub name: QName,
    /// Its labels, in order.
    pub labels: Vec<EnumLabel>,
    /// Labels that were renamed, in order.
    pub renamed: Vec<RenamedLabel>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
    /// Whether the labels are all here.
    pub knowledge: Knowledge,
}

impl Enum {
    /// Whether it has the label.
    pub fn has_label(&self, text: &str) -> bool {
        self.labels.iter().any(|label| label.text == text)
    }

    /// What its labels say, in order.
    pub fn label_texts(&self) -> impl Iterator<Item = &String> {
        self.labels.iter().map(|label| &label.text)
    }

    /// Whether it stands for a type that was there before the first migration, of which nothing is
    /// known.
    pub(crate) fn is_stub(&self) -> bool {
        self.origin.made.is_none() && self.labels.is_empty() && !self.knowledge.is_exact()
    }
}

/// An index, found by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundIndex {
    /// The table or materialized view that it belongs to.
    pub table: QName,
    /// Its own name.
    pub name: QName,
}

/// A label of an enum.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EnumLabel {
    /// What it says.
    pub text: String,
    /// Which statement made it.
    pub origin: Origin,
}

/// A label that an enum had under another name.
#[derive(Clone, Debug, PartialEq)]
pub struct RenamedLabel {
    /// The statement that renamed it.
    pub site: Site,
    /// As it was called.
    pub from: String,
    /// As it is called from then on.
    pub to: String,
}

/// A type that is another one with conditions (PostgreSQL).
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// Its schema and name.
    pub name: QName,
    /// The type of its values, which may be a domain again.
    pub base: DataType,
    /// Whether the domain refuses nulls, whatever the column says.
    pub not_null: bool,
    /// What a column of it gets that has no default of its own.
    pub default: Option<Expr>,
    /// What a value has to meet, written about `VALUE`.
    pub checks: Vec<CheckConstraint>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// A composite type; a range or base type has no fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Composite {
    /// Its schema and name.
    pub name: QName,
    /// Its fields, in order.
    pub fields: Vec<TypeField>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// A field of a composite type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeField {
    /// Its name, as the server keeps it.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
}

impl TypeField {
    /// As `CREATE TYPE` has it.
    pub(crate) fn definition(&self) -> FieldDef {
        FieldDef {
            name: Ident::synthetic(self.name.clone()),
            data_type: self.data_type.clone(),
        }
    }
}

/// What numbers rows (PostgreSQL, MariaDB).
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// Its schema and name.
    pub name: QName,
    /// The whole-number type whose range it counts in.
    pub data_type: DataType,
    /// The column that owns it.
    pub owner: Option<ColumnName>,
    /// Whether it belongs to an identity column.
    pub identity: bool,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// A view or materialized view.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its schema and name.
    pub name: QName,
    /// Whether it keeps its rows, as a materialized view does.
    pub materialized: bool,
    /// Its columns; empty when they cannot be known.
    pub columns: Vec<String>,
    /// Their types, as far as they are known.
    pub column_types: Vec<Option<DataType>>,
    /// The tables and views that its query reads.
    pub relations: Vec<QName>,
    /// Table columns it reads; resolved when it was made.
    pub uses: Vec<ColumnName>,
    /// Functions it calls, lower case, with schema if one was written.
    pub functions: Vec<String>,
    /// Types it casts to.
    pub types: Vec<DataType>,
    /// Indexes of a materialized view.
    pub indexes: Vec<Index>,
    /// Its query in canonical spelling.
    pub sql: String,
    /// The statement that last gave its query; renames do not count.
    pub written: Option<Site>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
    /// Whether `columns`, `relations` and `uses` are complete.
    pub knowledge: Knowledge,
    /// What is read whenever the view is, by a server that keeps the text alone; `None` elsewhere,
    /// and once a rename has changed the text.
    pub(crate) text: Option<ViewText>,
}

impl View {
    /// A view of which nothing is known.
    pub(crate) fn unknown(name: QName, why: &str) -> Self {
        Self {
            name,
            materialized: false,
            columns: Vec::new(),
            column_types: Vec::new(),
            relations: Vec::new(),
            uses: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            indexes: Vec::new(),
            sql: String::new(),
            written: None,
            origin: Origin::default(),
            knowledge: Knowledge::Unknown(why.to_owned()),
            text: None,
        }
    }
}

/// The text of a view.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ViewText {
    /// The columns' names, where they stand before the query.
    pub(crate) columns: Vec<Ident>,
    /// The query.
    pub(crate) tree: NameTree<QueryTree>,
    /// The triggers that take what is written to it, and where they are made.
    pub(crate) triggers: Vec<(String, Site)>,
}

/// A function, procedure or aggregate.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its schema and name; overloads share it.
    pub name: QName,
    /// Types of its input arguments.
    pub arguments: Vec<DataType>,
    /// `None` for a procedure, and where that is not known.
    pub returns: Option<DataType>,
    /// Names of its input arguments; empty for one without.
    pub(crate) argument_names: Vec<String>,
    /// How many of them may be left out.
    pub(crate) defaults: usize,
    /// What it yields, as a replacement has to.
    pub(crate) result: FunctionResult,
    /// Whether it may yield something else each time it is called.
    pub(crate) is_volatile: bool,
    /// The functions that its body calls, where the server puts the body in the place of a call and
    /// then looks at that: one value in SQL, without `FROM`.
    pub(crate) inlined: Option<Vec<String>>,
    /// Whether expressions call it, `CALL` runs it, or it makes one value of many rows.
    pub kind: FunctionKind,
    /// As written after `LANGUAGE`, in small letters.
    pub language: String,
    /// A hash of its text, to see that it changed.
    pub digest: u64,
    /// Whether its body has words that change a schema, or runs text that may.
    pub changes_schema: bool,
    /// Whether its body has words that change or drop what is there.
    pub takes_away: bool,
    /// Whether its body makes tables, types or views.
    pub makes: bool,
    /// The words of such a body, which tell what it may change.
    pub words: std::sync::Arc<[String]>,
    /// The statement that last gave its body; renames do not count.
    pub written: Option<Site>,
    /// Which statement made it, and which changed it last.
    pub origin: Origin,
}

/// What a function yields.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum FunctionResult {
    /// Not known, or a procedure.
    #[default]
    Unknown,
    /// One value, or rows of one.
    Value {
        /// Whether it yields rows.
        set: bool,
        /// The type of the value, or of each row.
        data_type: DataType,
    },
    /// A row, or rows, of columns that the function names.
    Row {
        /// Whether it yields rows.
        set: bool,
        columns: Vec<(String, DataType)>,
    },
}
