//! What a snapshot says of itself: which one it is, and which ones it follows. The rest of it is
//! only read where it is the last.

use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value as Json;

use super::broken::{self, Broken};
use crate::source::{Source, Span};
use crate::sql::Dialect;

/// A snapshot names itself and its parents within its first bytes.
const HEAD_BYTES: usize = 1024;

/// The id that the first snapshot follows.
pub(crate) const ORIGIN: &str = "00000000-0000-0000-0000-000000000000";

/// Which snapshot it is, and which ones it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The id that a later snapshot names as the one before it.
    pub id: String,
    /// The ids of its parents; version 9 knows several after a merge.
    pub parents: Vec<String>,
    /// What `dialect` says, where it is one that driftlint knows.
    pub dialect: Option<Dialect>,
}

/// A snapshot, read no further than to what chains it to others.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// `0007`, or the folder's name.
    pub name: String,
    /// The file, at least as far as `span` goes.
    pub source: Source,
    /// Its id and its parents' ids.
    pub head: Head,
    /// Where the parents are named.
    pub span: Span,
    /// All of it, where others say only what they change of it: those of 1.0 on PostgreSQL.
    pub whole: Option<Source>,
}

impl Snapshot {
    /// Whether it only says what it changes, as those of 1.0 on PostgreSQL do: drizzle-kit needs
    /// all that it follows.
    pub fn is_change(&self) -> bool {
        static CHANGE: OnceLock<Regex> = OnceLock::new();
        let change = CHANGE.get_or_init(|| {
            Regex::new(r#"^\s*\{[^{}]*"type"\s*:\s*"diff""#).expect("this pattern is valid")
        });
        change.is_match(self.source.text())
    }

    pub(super) fn read(name: &str, whole: Source) -> std::result::Result<Self, Broken> {
        // The rest of it is only read where it is the last.
        if let Some((span, why)) = broken::conflict(&whole) {
            return Err(Broken {
                source: whole,
                span,
                why,
            });
        }
        let text = whole.text();
        let mut end = HEAD_BYTES.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let (id, parents) = head_patterns();
        let start = &text[..end];
        if let (Some(id), Some(parents)) = (id.captures(start), parents.captures(start)) {
            let listed = parents
                .get(1)
                .or_else(|| parents.get(2))
                .map_or("", |found| found.as_str());
            let listed = listed
                .split(',')
                .map(|parent| parent.trim().trim_matches('"').to_owned());
            let head = Head {
                id: id[1].to_owned(),
                parents: listed.filter(|parent| !parent.is_empty()).collect(),
                dialect: None,
            };
            let span = parents.get(0).map_or(Span::default(), |found| {
                Span::new(found.start(), found.end())
            });
            let is_linked = is_linked(start);
            return Ok(Self {
                name: name.to_owned(),
                source: Source::new(whole.path(), start),
                head,
                span,
                whole: is_linked.then(|| whole.clone()),
            });
        }
        match head(&whole) {
            Some(head) => Ok(Self {
                name: name.to_owned(),
                whole: Some(whole.clone()),
                source: whole,
                head,
                span: Span::default(),
            }),
            None => Err(Broken::new(whole, "has no `id`, which every snapshot has")),
        }
    }
}

/// Whether a snapshot is one of those that say only what they change, or what those begin with.
fn is_linked(start: &str) -> bool {
    static LINKED: OnceLock<Regex> = OnceLock::new();
    let linked = LINKED.get_or_init(|| {
        Regex::new(r#""type"\s*:\s*"(?:base|diff)""#).expect("this pattern is valid")
    });
    linked.is_match(start)
}

/// Where a snapshot names itself and its parents.
fn head_patterns() -> (&'static Regex, &'static Regex) {
    static ID: OnceLock<Regex> = OnceLock::new();
    static PARENTS: OnceLock<Regex> = OnceLock::new();
    let id =
        ID.get_or_init(|| Regex::new(r#""id"\s*:\s*"([^"]*)""#).expect("this pattern is valid"));
    let parents = PARENTS.get_or_init(|| {
        Regex::new(r#""prevIds?"\s*:\s*(?:"([^"]*)"|\[([^\]]*)\])"#).expect("this pattern is valid")
    });
    (id, parents)
}

/// Reads a snapshot's head; `None` for what is no snapshot.
pub(crate) fn head(source: &Source) -> Option<Head> {
    let json: Json = serde_json::from_str(source.text()).ok()?;
    let parents = match json.get("prevIds") {
        Some(Json::Array(ids)) => ids
            .iter()
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect(),
        _ => json
            .get("prevId")
            .and_then(Json::as_str)
            .map(str::to_owned)
            .into_iter()
            .collect(),
    };
    let dialect = json
        .get("dialect")
        .and_then(Json::as_str)
        .and_then(Dialect::from_name);
    Some(Head {
        id: json.get("id")?.as_str()?.to_owned(),
        parents,
        dialect,
    })
}
