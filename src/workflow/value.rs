//! What a JSON, YAML or TOML file says, each value with its place: one form for all three, since
//! the same tools read their configuration from any of them.

mod json;
mod toml_file;
mod yaml;

use std::ops::Range;

use super::text::Text;
use crate::source::{Source, Span};

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DataValue {
    pub(crate) span: Span,
    pub(crate) kind: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// In the order in which they are written.
    Map(Vec<Member>),
    List(Vec<DataValue>),
    /// A scalar as text, whatever its type.
    Text(String),
    Nothing,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) value: DataValue,
}

impl DataValue {
    /// Reads a file by its ending. The error says why it cannot be read.
    pub(crate) fn read(source: &Source) -> Result<Self, String> {
        let text = source.text();
        match crate::project::tree::ending(source.path()) {
            "json" | "jsonc" => json::read(text),
            "toml" => toml_file::read(text),
            _ => yaml::read(text),
        }
    }

    /// Reads some parts of a YAML file, in order, as if there was nothing else in it.
    pub(crate) fn yaml_parts(text: &str, parts: &[Range<usize>]) -> Result<Self, String> {
        yaml::read_parts(text, parts)
    }

    /// JSON, comments and trailing commas allowed.
    pub(crate) fn json(text: &str) -> Result<Self, String> {
        json::read(text)
    }

    /// The last entry of that name.
    pub(crate) fn entry(&self, name: &str) -> Option<&Member> {
        self.entries().iter().rev().find(|entry| entry.name == name)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&DataValue> {
        Some(&self.entry(name)?.value)
    }

    /// What some keys lead to.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&DataValue> {
        path.iter().try_fold(self, |value, name| value.get(name))
    }

    pub(crate) fn entries(&self) -> &[Member] {
        match &self.kind {
            Shape::Map(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[DataValue] {
        match &self.kind {
            Shape::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Shape::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a key.
    pub(crate) fn text_at(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// The texts of a list, or the only one.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match &self.kind {
            Shape::Text(text) => vec![text],
            Shape::List(items) => items.iter().filter_map(DataValue::text).collect(),
            _ => Vec::new(),
        }
    }

    /// The text as something that is run.
    pub(crate) fn script(&self, source: &Source) -> Option<Text> {
        Some(Text::decoded(source, self.span, self.text()?.to_owned()))
    }
}
