//! SQLite's types, which are any words.

use std::borrow::Cow;

use crate::sql::change::DataType;

/// The type that a text is.
pub(crate) fn parse(text: &str) -> Option<DataType> {
    Some(DataType::named(text.trim()))
}

/// Whether a type of that name is the server's own. Nobody can make others here.
pub(crate) fn is_own(_: &str) -> bool {
    true
}

/// A type's name as the server prints it.
pub(crate) fn printed(data_type: &DataType) -> Cow<'_, str> {
    Cow::Borrowed(&data_type.name)
}
