//! What a set makes only later: on an empty database, what needs it before fails.
//!
//! Whether it was there already, made by somebody else, is not known; but a plain `CREATE` would
//! then fail itself, so that one of the two statements fails on every database.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, OnceLock};

use aho_corasick::AhoCorasick;

use super::asked::AskedLog;
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
    asked: AskedLog<AskedLater>,
}

/// A question that was asked of the texts, and its answer.
#[derive(Clone, Debug)]
pub(crate) struct AskedLater {
    kind: MadeKind,
    name: ObjectName,
    after: Site,
    answer: Option<Making>,
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
    /// Read when something is asked for the first time.
    namings: OnceLock<Namings>,
}

/// What the texts say of names. One reading serves all names: looking through every text for each
/// name that is not there took a tenth of a check.
#[derive(Debug, Default)]
struct Namings {
    /// By name, in lower case.
    by_name: HashMap<String, Vec<Naming>>,
    /// Texts that may take anything away.
    of_all: Vec<Naming>,
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
    /// As it is written.
    name: String,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
            namings: OnceLock::new(),
        };
        Self {
            history: Some(Arc::new(history)),
            ..Self::default()
        }
    }

    /// The same texts, with a log of what they are asked.
    #[must_use]
    pub(crate) fn logged(self, asked: AskedLog<AskedLater>) -> Self {
        Self { asked, ..self }
    }

    /// Whether the texts give that answer.
    pub(crate) fn still_answers(&self, asked: &AskedLater) -> bool {
        self.answer(asked.kind, &asked.name, asked.after) == asked.answer
    }

    /// Goes on with other texts, where there were any.
    pub(crate) fn follow(&mut self, now: &Self) {
        if self.history.is_some() {
            self.history.clone_from(&now.history);
        }
    }

    /// The answer to a question, which is written down.
    fn find(&self, kind: MadeKind, name: &ObjectName, after: Site) -> Option<Making> {
        if self.idle || self.history.is_none() {
            return None;
        }
        let answer = self.answer(kind, name, after);
        self.asked.note(|| AskedLater {
            kind,
            name: name.clone(),
            after,
            answer,
        });
        answer
    }

    /// The first statement after a place that makes something of that name, unless one before it
    /// drops or renames such a thing.
    fn answer(&self, kind: MadeKind, name: &ObjectName, after: Site) -> Option<Making> {
        let history = self.history.as_ref()?;
        let order = |site: Site| (site.migration, site.file, site.span.start);
        let schema = name.schema.as_ref().map(|schema| schema.value.as_str());
        let home = history.dialect.home_schema();
        let namings = history.namings.get_or_init(|| history.read_all());
        let key = name.name.value.to_lowercase();
        let named = namings.by_name.get(&key).into_iter().flatten();
        let mut said: Vec<&Naming> = named
            .filter(|naming| history.is(&naming.name, &name.name.value))
            .chain(&namings.of_all)
            .filter(|naming| order(naming.site) > order(after))
            .filter(|naming| {
                let theirs = naming.schema.as_deref();
                schema.unwrap_or(home) == theirs.unwrap_or(home) || !history.dialect.has_schemas()
            })
            .collect();
        said.sort_by_key(|naming| order(naming.site));
        for naming in said {
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
    fn read_all(&self) -> Namings {
        static TAKES_ALL: LazyLock<AhoCorasick> = LazyLock::new(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .build(["drop schema", "drop database", "drop owned"])
                .expect("three short texts")
        });
        let mut namings = Namings::default();
        for text in &self.texts {
            let slice = text.source.slice(text.site.span);
            if TAKES_ALL.is_match(slice) {
                namings.of_all.push(Naming {
                    site: text.site,
                    name: String::new(),
                    schema: None,
                    what: NamingKind::Disturbs,
                });
            }
            self.read(text, slice, &mut namings.by_name);
        }
        namings
    }

    fn read(&self, text: &LaterText, slice: &str, found: &mut HashMap<String, Vec<Naming>>) {
        let words: Vec<&str> = code(slice, self.dialect).collect();
        // Where the clause begins that a word stands in, and whether it speaks of names.
        let mut clause = 0;
        let mut speaks = false;
        for (at, word) in words.iter().enumerate() {
            if matches!(*word, ";" | "(" | ")" | ",") {
                (clause, speaks) = (at + 1, false);
                continue;
            }
            let verb = ["create", "drop", "rename", "set"];
            let is_verb = |word: &str| verb.iter().any(|it| it.eq_ignore_ascii_case(word));
            let next_is_verb = words.get(at + 1).is_some_and(|next| is_verb(next));
            if speaks || next_is_verb {
                let start = at.saturating_sub(FARTHEST).max(clause);
                if let Some(naming) = self.naming(text, slice, &words, start, at) {
                    let key = bare(word).to_lowercase();
                    found.entry(key).or_default().push(naming);
                }
            }
            speaks |= is_verb(word);
        }
    }

    /// What is done with the word at `at`, whose clause or the part of it that counts begins at
    /// `start`.
    fn naming(
        &self,
        text: &LaterText,
        slice: &str,
        words: &[&str],
        start: usize,
        at: usize,
    ) -> Option<Naming> {
        let word = words[at];
        let mut before = &words[start..at];
        let mut schema = None;
        if let [rest @ .., of, "."] = before {
            schema = Some(self.value(of));
            before = rest;
        }
        let what = what_is_done(before).or_else(|| moves_away(&words[at + 1..]))?;
        let offset = word.as_ptr() as usize - slice.as_ptr() as usize;
        let first = text.site.span.start + offset;
        Some(Naming {
            site: Site {
                span: Span::new(first, first + word.len()),
                ..text.site
            },
            name: word.to_owned(),
            schema,
            what,
        })
    }

    /// A name as the server keeps it.
    fn value(&self, word: &str) -> String {
        let bare = bare(word);
        if bare.len() == word.len() && self.dialect.folds_case() {
            bare.to_ascii_lowercase()
        } else {
            bare.to_owned()
        }
    }

    fn is(&self, word: &str, name: &str) -> bool {
        let bare = bare(word);
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

/// A name without its quotes.
fn bare(word: &str) -> &str {
    word.trim_matches(['"', '`', '[', ']'])
}

impl Catalog {
    /// The statement that makes something which is not there, where it certainly was not there
    /// before: the history knows all that was made, or the statement would fail.
    pub(crate) fn made_later(
        &self,
        kind: MadeKind,
        name: &ObjectName,
        site: Site,
        whole: impl FnOnce() -> bool,
    ) -> Option<Making> {
        let making = self.later.find(kind, name, site)?;
        (self.knowledge.is_exact() && (making.plain || whole())).then_some(making)
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
