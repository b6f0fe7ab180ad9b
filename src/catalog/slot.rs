//! Names for what two catalogs can disagree about.

use super::QName;

/// Names an object of a catalog, or one part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// The table, enum type or view.
    pub owner: QName,
    /// Which part of it.
    pub part: Part,
}

/// A part of a table, enum or view.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The table as a whole: whether there is one.
    Table,
    /// The column itself, by name: whether it is there.
    Column(String),
    /// The type of a column.
    Type(String),
    /// Whether a column takes nulls.
    Nullable(String),
    /// A column's default, identity or generation expression.
    Default(String),
    /// A table has one or none, so that it needs no name.
    PrimaryKey,
    /// A unique constraint or unique index, by its columns; expressions by their text.
    Unique(Vec<String>),
    /// A foreign key, by its referencing columns.
    ForeignKey(Vec<String>),
    /// An index that is not unique, by name.
    Index(String),
    /// A check, by name.
    Check(String),
    /// The enum type itself.
    Enum,
    /// One label of an enum.
    EnumValue(String),
    /// The view as a whole: whether there is one.
    View,
}

impl Part {
    /// The kind of object, as JSON and messages name it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Column(_) => "column",
            Self::Type(_) => "type",
            Self::Nullable(_) => "nullable",
            Self::Default(_) => "default",
            Self::PrimaryKey => "primary_key",
            Self::Unique(_) => "unique",
            Self::ForeignKey(_) => "foreign_key",
            Self::Index(_) => "index",
            Self::Check(_) => "check",
            Self::Enum => "enum",
            Self::EnumValue(_) => "enum_value",
            Self::View => "view",
        }
    }

    /// The column that a slot belongs to.
    pub(crate) fn column(&self) -> Option<&str> {
        match self {
            Self::Column(name) | Self::Type(name) | Self::Nullable(name) | Self::Default(name) => {
                Some(name)
            }
            Self::Unique(columns) | Self::ForeignKey(columns) if columns.len() == 1 => {
                Some(&columns[0])
            }
            _ => None,
        }
    }
}

impl Slot {
    /// Some part of a table, enum or view.
    pub fn new(owner: &QName, part: Part) -> Self {
        Self {
            owner: owner.clone(),
            part,
        }
    }

    /// The slot of a table as a whole.
    pub fn table(table: &QName) -> Self {
        Self::new(table, Part::Table)
    }

    /// The column itself, by name: whether it is there.
    pub fn column(table: &QName, column: &str) -> Self {
        Self::new(table, Part::Column(column.to_owned()))
    }

    /// The slot of an enum type as a whole.
    pub fn enumeration(name: &QName) -> Self {
        Self::new(name, Part::Enum)
    }

    /// A label of an enum type.
    pub fn label(name: &QName, label: &str) -> Self {
        Self::new(name, Part::EnumValue(label.to_owned()))
    }
}
