//! The buffers that are open in the editor.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::protocol::{DidChange, DidOpen};
use super::{text, uri};
use crate::tool::Tool;

/// A file that an editor has open, with its text there.
#[derive(Debug)]
pub(super) struct Buffer {
    /// Where it lies on disk.
    pub(super) path: PathBuf,
    /// As the editor has it.
    pub(super) text: String,
    pub(super) version: Option<i64>,
}

impl Buffer {
    /// Whether driftlint may have something to say about it: SQL, a schema in a language of its
    /// own, and a script that speaks of a tool for schemas. Editors send every other one, too.
    pub(super) fn matters(&self) -> bool {
        let ending = self.path.extension().and_then(|ending| ending.to_str());
        let ending = ending.map(str::to_ascii_lowercase).unwrap_or_default();
        match ending.as_str() {
            "sql" => true,
            "ts" | "mts" | "cts" | "js" | "mjs" | "cjs" => Tool::may_declare(&self.text),
            ending => Tool::all_languages().any(|own| own == ending),
        }
    }

    /// Whether comments begin with `//` there.
    pub(super) fn is_script(&self) -> bool {
        let ending = self.path.extension().and_then(|ending| ending.to_str());
        ending.is_none_or(|ending| !ending.eq_ignore_ascii_case("sql"))
    }
}

/// All of them, by URI as the editor writes it.
#[derive(Debug, Default)]
pub(super) struct Documents {
    buffers: BTreeMap<String, Buffer>,
    /// What has changed since it was last judged.
    changed: BTreeSet<String>,
}

impl Documents {
    pub(super) fn open(&mut self, opened: DidOpen) {
        let document = opened.text_document;
        let Some(path) = uri::path(&document.uri) else {
            return;
        };
        let buffer = Buffer {
            path,
            text: document.text,
            version: document.version,
        };
        self.changed.insert(document.uri.clone());
        self.buffers.insert(document.uri, buffer);
    }

    pub(super) fn change(&mut self, changed: DidChange) {
        let Some(buffer) = self.buffers.get_mut(&changed.text_document.uri) else {
            return;
        };
        for change in changed.content_changes {
            match change.range {
                Some(range) => text::replace(&mut buffer.text, range, &change.text),
                None => buffer.text = change.text,
            }
        }
        buffer.version = changed.text_document.version;
        self.changed.insert(changed.text_document.uri);
    }

    pub(super) fn close(&mut self, uri: &str) {
        self.changed.remove(uri);
        // What others say may rest on what was written here.
        if self.buffers.remove(uri).is_some_and(|it| it.matters()) {
            self.touch_all();
        }
    }

    /// Has everything judged again.
    pub(super) fn touch_all(&mut self) {
        self.changed.extend(self.buffers.keys().cloned());
    }

    pub(super) fn take_changed(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.changed)
    }

    pub(super) fn get(&self, uri: &str) -> Option<&Buffer> {
        self.buffers.get(uri)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Buffer)> {
        self.buffers.iter()
    }

    /// The version of the buffer of a file, where it is open.
    pub(super) fn version_of(&self, path: &Path) -> Option<i64> {
        let mut all = self.buffers.values();
        all.find(|buffer| buffer.path == path)?.version
    }
}
