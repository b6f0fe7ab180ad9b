//! What a set makes only later: on an empty database, what needs it before fails.
//!
//! Whether it was there already, made by somebody else, is not known; but a plain `CREATE` would then
//! fail itself, so that one of the two statements fails on every database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::{Catalog, Rejection, Site};
use crate::source::{Source, Span};
use crate::sql::change::ObjectName;
use crate::sql::{Dialect, code};

/// The texts of a set's migrations on the way up, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Later {
    history: Option<Arc<History>>,
    /// Whether nothing is asked: on the way down, what is made later was made.
    pub(crate) idle: bool,
}

/// One text, and which of its bytes are run.
#[derive(Clone, Debug)]
pub(crate) struct LaterText {
    /// The migration and the file, and which bytes.
    pub(crate) site: Site,
    pub(crate) source: Source,
}

#[derive(Debug)]
struct History {
    texts: Vec<LaterText>,
    dialect: Dialect,
    /// What was found before, by name.
    known: Mutex<HashMap<String, Arc<[Naming]>>>,
}

/// What something is that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MadeKind {
    /// A table, view or sequence.
    Relation,
    /// A type or domain.
    Type,
    /// A function or procedure.
    Function,
    /// An extension.
    Extension,
}

/// A statement that makes a name, or takes it away.
#[derive(Clone, Debug)]
struct Naming {
    site: Site,
    schema: Option<String>,
    what: NamingKind,
}

#[derive(Clone, Copy, Debug)]
enum NamingKind {
    Makes {
        kind: MadeKind,
        /// Whether it fails where the thing is there already.
        plain: bool,
    },
    /// Drops it, or gives its name to something else.
    Disturbs,
}

/// Where something is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Making {
    pub(crate) site: Site,
    /// Whether it fails where the thing is there already.
    pub(crate) plain: bool,
}

/// How many words before a name tell what a statement does with it.
const FARTHEST: usize = 9;

impl Later {
    pub(crate) fn new(texts: Vec<LaterText>, dialect: Dialect) -> Self {
        let history = History {
            texts,
            dialect,
            known: Mutex::default(),
        };
        Self {
            history: Some(Arc::new(history)),
            idle: false,
        }
    }

    /// The first statement after a place that makes something of that name, unless one before it
    /// drops or renames such a thing.
    fn find(&self, kind: MadeKind, name: &ObjectName, after: Site) -> Option<Making> {
        let history = self.history.as_ref().filter(|_| !self.idle)?;
        let order = |site: Site| (site.migration, site.file, site.span.start);
        let schema = name.schema.as_ref().map(|schema| schema.value.as_str());
        let home = history.dialect.home_schema();
        let same_schema = |naming: &Naming| {
            let theirs = naming.schema.as_deref();
            schema.unwrap_or(home) == theirs.unwrap_or(home) || !history.dialect.has_schemas()
        };
        for naming in history.namings(&name.name.value).iter() {
            if order(naming.site) <= order(after) || !same_schema(naming) {
                continue;
            }
            match naming.what {
                NamingKind::Disturbs => return None,
                NamingKind::Makes { kind: made, plain } if made == kind => {
                    return Some(Making {
                        site: naming.site,
                        plain,
                    });
                }
                NamingKind::Makes { .. } => {}
            }
        }
        None
    }
}

impl History {
    fn namings(&self, name: &str) -> Arc<[Naming]> {
        let known = self.known.lock().ok();
        if let Some(found) = known.as_ref().and_then(|known| known.get(name)) {
            return Arc::clone(found);
        }
        let mut found = Vec::new();
        for text in &self.texts {
            let slice = text.source.slice(text.site.span);
            if ["drop schema", "drop database", "drop owned"]
                .iter()
                .any(|words| has(slice, words))
            {
                found.push(Naming {
                    site: text.site,
                    schema: None,
                    what: NamingKind::Disturbs,
                });
            }
            if has(slice, name) {
                self.read(text, slice, name, &mut found);
            }
        }
        let found: Arc<[Naming]> = found.into();
        if let Some(mut known) = known {
            known.insert(name.to_owned(), Arc::clone(&found));
        }
        found
    }

    fn read(&self, text: &LaterText, slice: &str, name: &str, found: &mut Vec<Naming>) {
        let words: Vec<&str> = code(slice, self.dialect).collect();
        for (at, word) in words.iter().enumerate() {
            if !self.is(word, name) {
                continue;
            }
            let start = at.saturating_sub(FARTHEST);
            let before = &words[start..at];
            let ends = before
                .iter()
                .rposition(|word| matches!(*word, ";" | "(" | ")" | ","));
            let mut before = &before[ends.map_or(0, |end| end + 1)..];
            let mut schema = None;
            if let [rest @ .., of, "."] = before {
                schema = Some(self.value(of));
                before = rest;
            }
            let after = &words[at + 1..];
            let Some(what) = what_is_done(before).or_else(|| moves_away(after)) else {
                continue;
            };
            let offset = word.as_ptr() as usize - slice.as_ptr() as usize;
            let first = text.site.span.start + offset;
            found.push(Naming {
                site: Site {
                    span: Span::new(first, first + word.len()),
                    ..text.site
                },
                schema,
                what,
            });
        }
    }

    /// A name as the server keeps it.
    fn value(&self, word: &str) -> String {
        let bare = word.trim_matches(['"', '`', '[', ']']);
        if bare.len() == word.len() && self.dialect.folds_case() {
            bare.to_ascii_lowercase()
        } else {
            bare.to_owned()
        }
    }

    fn is(&self, word: &str, name: &str) -> bool {
        let bare = word.trim_matches(['"', '`', '[', ']']);
        let quoted = bare.len() != word.len();
        if quoted && self.dialect.folds_case() {
            bare == name
        } else {
            bare.eq_ignore_ascii_case(name)
        }
    }
}

/// What a statement does with the name after these words, which begin it or stand in its middle.
fn what_is_done(before: &[&str]) -> Option<NamingKind> {
    let is = |at: usize, word: &str| {
        before
            .get(at)
            .is_some_and(|known| known.eq_ignore_ascii_case(word))
    };
    let any = |word: &str| before.iter().any(|known| known.eq_ignore_ascii_case(word));
    if is(0, "drop") || any("rename") {
        return Some(NamingKind::Disturbs);
    }
    if !is(0, "create") {
        return None;
    }
    if any("temp") || any("temporary") || any("on") {
        return None;
    }
    let last = before.iter().rev();
    let mut last = last.filter(|word| {
        !["if", "not", "exists"]
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    });
    let kind = match last.next()?.to_ascii_lowercase().as_str() {
        "table" | "view" | "sequence" => MadeKind::Relation,
        "type" | "domain" => MadeKind::Type,
        "function" | "procedure" => MadeKind::Function,
        "extension" => MadeKind::Extension,
        _ => return None,
    };
    Some(NamingKind::Makes {
        kind,
        plain: !any("exists") && !any("replace"),
    })
}

/// `ALTER TABLE name RENAME TO other`: the name is free again.
fn moves_away(after: &[&str]) -> Option<NamingKind> {
    const PARTS: [&str; 6] = ["column", "constraint", "index", "key", "value", "attribute"];
    let [first, second, ..] = after else {
        return None;
    };
    let of_part = PARTS.iter().any(|part| second.eq_ignore_ascii_case(part));
    let renames = first.eq_ignore_ascii_case("rename") && !of_part;
    let moves = first.eq_ignore_ascii_case("set") && second.eq_ignore_ascii_case("schema");
    (renames || moves).then_some(NamingKind::Disturbs)
}

/// Whether a text has a name somewhere, whatever its case.
fn has(text: &str, name: &str) -> bool {
    let (text, name) = (text.as_bytes(), name.as_bytes());
    let Some(first) = name.first() else {
        return false;
    };
    let mut windows = text.windows(name.len());
    windows.any(|window| window[0].eq_ignore_ascii_case(first) && window.eq_ignore_ascii_case(name))
}

impl Catalog {
    /// The statement that makes something which is not there, where it certainly was not there
    /// before: the history knows all that was made, or the statement would fail.
    pub(crate) fn made_later(
        &self,
        kind: MadeKind,
        name: &ObjectName,
        site: Site,
        whole: bool,
    ) -> Option<Making> {
        let making = self.later.find(kind, name, site)?;
        (self.knowledge.is_exact() && (making.plain || whole)).then_some(making)
    }
}

impl Rejection {
    /// The same, where the thing is made only later.
    #[must_use]
    pub(crate) fn before(mut self, making: Making) -> Self {
        self.early = true;
        self.message += " yet";
        self.because(Some(making.site), "made only here")
    }
}
