//! Values.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A value of an expression. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub enum CelValue {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Double(f64),
    /// A text.
    String(Arc<str>),
    /// In CEL `[a, b]`, of values of any kinds.
    List(Arc<Vec<CelValue>>),
    /// Fields by name.
    Map(Arc<BTreeMap<String, CelValue>>),
}

impl CelValue {
    /// In CEL `[a, b]`, of values of any kinds.
    pub fn list(values: impl IntoIterator<Item = Self>) -> Self {
        Self::List(Arc::new(values.into_iter().collect()))
    }

    /// A map of fields.
    pub fn map<K: Into<String>>(fields: impl IntoIterator<Item = (K, Self)>) -> Self {
        let fields = fields.into_iter().map(|(key, value)| (key.into(), value));
        Self::Map(Arc::new(fields.collect()))
    }

    /// What kind of value it is, in CEL's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Map(_) => "map",
        }
    }

    /// Whether two values are equal; values of different kinds are not, numbers apart.
    pub(super) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(int), Self::Double(double)) | (Self::Double(double), Self::Int(int)) => {
                whole(*double) == Some(*int)
            }
            (Self::List(one), Self::List(other)) => {
                one.len() == other.len() && one.iter().zip(&**other).all(|(a, b)| a.equals(b))
            }
            _ => self == other,
        }
    }

    /// As it stands in a message.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Int(value) => value.to_string(),
            Self::Double(value) => value.to_string(),
            Self::String(value) => value.to_string(),
            Self::List(values) => {
                let shown: Vec<String> = values.iter().map(Self::shown).collect();
                shown.join(", ")
            }
            Self::Map(fields) => {
                let shown = fields
                    .iter()
                    .map(|(key, value)| format!("{key}: {}", value.shown()));
                shown.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// Beyond this, not every whole number is a double.
const EXACT: f64 = 9.0e15;

/// A double as the whole number that it is.
pub(super) fn whole(double: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    let cut = double as i64;
    let is_whole = double.fract().abs() < f64::MIN_POSITIVE && double.abs() < EXACT;
    is_whole.then_some(cut)
}

impl From<&str> for CelValue {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for CelValue {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<bool> for CelValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<T: Into<CelValue>> From<Option<T>> for CelValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
