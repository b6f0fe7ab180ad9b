//! The messages of the protocol, as far as they are read.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::uri;

/// A line and a column from 0; columns count UTF-16 code units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct LspPosition {
    pub(super) line: u32,
    pub(super) character: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LspRange {
    pub(super) start: LspPosition,
    pub(super) end: LspPosition,
}

impl LspRange {
    /// Whether they share a place.
    pub(super) fn touches(self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct DocumentName {
    pub(super) uri: String,
    #[serde(default)]
    pub(super) version: Option<i64>,
}

/// Parameters that name a document and nothing else.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OfDocument {
    pub(super) text_document: DocumentName,
}

/// A place in a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AtPosition {
    pub(super) text_document: DocumentName,
    pub(super) position: LspPosition,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AtRange {
    pub(super) text_document: DocumentName,
    pub(super) range: LspRange,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidOpen {
    pub(super) text_document: OpenedDocument,
}

#[derive(Debug, Deserialize)]
pub(super) struct OpenedDocument {
    pub(super) uri: String,
    #[serde(default)]
    pub(super) version: Option<i64>,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DidChange {
    pub(super) text_document: DocumentName,
    pub(super) content_changes: Vec<TextChange>,
}

/// A range that gets another text; without one, the whole.
#[derive(Debug, Deserialize)]
pub(super) struct TextChange {
    #[serde(default)]
    pub(super) range: Option<LspRange>,
    pub(super) text: String,
}

/// Why a request has no answer.
#[derive(Debug)]
pub(super) struct LspError {
    code: i32,
    message: String,
}

impl LspError {
    fn new(code: i32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn internal() -> Self {
        Self::new(-32603, "driftlint failed on this text")
    }

    pub(super) fn not_initialized() -> Self {
        Self::new(-32002, "`initialize` comes first")
    }

    pub(super) fn invalid_request() -> Self {
        Self::new(-32600, "this cannot be asked now")
    }

    pub(super) fn unknown_method(method: &str) -> Self {
        Self::new(-32601, format!("`{method}` is not known"))
    }

    pub(super) fn json(&self) -> Value {
        json!({"code": self.code, "message": self.message})
    }
}

/// A message of the client.
#[derive(Debug)]
pub(super) enum ClientMessage {
    Request {
        id: Value,
        method: String,
        params: Value,
    },
    Notification {
        method: String,
        params: Value,
    },
    /// The answer to something that the server asked.
    Response,
}

impl ClientMessage {
    /// Reads a body, which may hold anything.
    pub(super) fn parse(body: &[u8]) -> Result<Self, LspError> {
        let mut value: Value = serde_json::from_slice(body)
            .map_err(|error| LspError::new(-32700, error.to_string()))?;
        let Some(message) = value.as_object_mut() else {
            return Err(LspError::new(-32600, "a message is an object"));
        };
        let id = message.remove("id");
        let params = message.remove("params").unwrap_or_default();
        match (message.get("method").and_then(Value::as_str), id) {
            (Some(method), Some(id)) => Ok(Self::Request {
                id,
                method: method.to_owned(),
                params,
            }),
            (Some(method), None) => Ok(Self::Notification {
                method: method.to_owned(),
                params,
            }),
            (None, Some(_)) => Ok(Self::Response),
            (None, None) => Err(LspError::new(-32600, "a message has a method")),
        }
    }
}

/// The parameters of a message.
pub(super) fn params<T: DeserializeOwned>(value: Value) -> Result<T, LspError> {
    serde_json::from_value(value).map_err(|error| LspError::new(-32602, error.to_string()))
}

/// The paths of a list of workspace folders.
pub(super) fn folders(list: &Value) -> Vec<PathBuf> {
    let all = list.as_array().into_iter().flatten();
    all.filter_map(|folder| uri::path(folder["uri"].as_str()?))
        .collect()
}
