//! Privileges, comments and owners that a migration gave to what was there before it, taken back:
//! what the history says of an object before the migration is held against what it says after it.
//!
//! Where the history does not show what was there, nothing is guessed, and the statement is said.

mod of;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::reverse::renames::renamed_object;
use super::reverse::untold::not_taken_back;
use crate::catalog::{Catalog, QName};
use crate::drift::RepairStep;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ObjectName};
use crate::write::carried::unquoted;
use of::{CloudedKinds, PrivilegeHolder, SaidOfObject, SpokenOf};
use words::{altered, read};

/// What is said of one object.
#[derive(Clone, Debug, Default, PartialEq)]
struct ObjectWords {
    /// The literal of its comment, or `NULL`.
    comment: Option<String>,
    owner: Option<String>,
    /// What each role may do, in the words of `GRANT`.
    privileges: BTreeMap<PrivilegeHolder, BTreeSet<String>>,
}

/// What a history says of everything that it speaks of.
#[derive(Clone, Debug, Default)]
struct SpokenHistory {
    said: BTreeMap<SpokenOf, ObjectWords>,
    /// Of what something else may have granted or revoked: a block, default privileges.
    clouded: Vec<CloudedKinds>,
    /// The roles to which the platform gives privileges of its own.
    given_to: &'static [&'static str],
}

impl SpokenHistory {
    fn take(&mut self, statement: &Statement, catalog: &Catalog) {
        let clouded = words::clouded(statement, catalog);
        self.clouded
            .extend(clouded.filter(|kinds| !self.clouded.contains(kinds)));
        for change in &statement.changes {
            self.follow(&change.kind, catalog);
        }
        for (of, said) in read(statement, catalog) {
            self.say(of, said);
        }
    }

    /// Follows renames and drops.
    fn follow(&mut self, kind: &ChangeKind, catalog: &Catalog) {
        let all = |names: &[ObjectName]| names.iter().map(|name| catalog.qualify(name)).collect();
        let gone: Vec<QName> = match kind {
            ChangeKind::DropTable { names, .. }
            | ChangeKind::DropView { names, .. }
            | ChangeKind::DropType { names, .. }
            | ChangeKind::DropDomain { names, .. }
            | ChangeKind::DropSequence { names, .. } => all(names),
            ChangeKind::DropFunction { names, .. } => names
                .iter()
                .map(|(name, _)| catalog.qualify(name))
                .collect(),
            ChangeKind::DropIndex { names, .. } => all(names),
            _ => Vec::new(),
        };
        self.said
            .retain(|of, _| of.is_default() || !gone.contains(of.name()));
        if let Some((from, to)) = renamed(kind, catalog) {
            let old: Vec<SpokenOf> = self
                .said
                .keys()
                .filter(|of| *of.name() == from)
                .cloned()
                .collect();
            for of in old {
                if let Some(words) = self.said.remove(&of) {
                    self.said.insert(of.renamed(&to), words);
                }
            }
        }
    }

    fn say(&mut self, of: SpokenOf, said: SaidOfObject) {
        let words = self.of(&of);
        let mut words = words.clone();
        match said {
            SaidOfObject::Comment(text) => words.comment = Some(text),
            SaidOfObject::Owner(role) => words.owner = Some(role),
            SaidOfObject::Grant(holder, names) => {
                let held = words.privileges.entry(holder).or_default();
                for name in names {
                    held.remove(&format!("!{name}"));
                    held.insert(name);
                }
            }
            SaidOfObject::Revoke(holder, names) => {
                let held = words.privileges.entry(holder.clone()).or_default();
                for name in names {
                    if name == ALL {
                        held.clear();
                    } else if !held.remove(&name) && held.contains(ALL) {
                        held.insert(format!("!{name}"));
                    }
                }
                if held.is_empty() {
                    words.privileges.remove(&holder);
                }
            }
        }
        self.said.insert(of, words);
    }

    /// Whether something else may have granted or revoked it.
    fn is_clouded(&self, of: &SpokenOf) -> bool {
        !of.is_default() && self.clouded.iter().any(|kinds| of.is_among(kinds))
    }

    /// Whether a role may have privileges for it of which no migration speaks. One that a variable of
    /// psql names is anybody.
    fn is_given(&self, of: &SpokenOf, holder: &PrivilegeHolder) -> bool {
        let role = unquoted(&holder.role);
        role.starts_with(':')
            || self.given_to.contains(&role.as_str())
                && (of.is_default() || crate::server::is_home_schema(&of.name().schema))
    }

    /// What is said of an object, or what a server gives everybody of its kind.
    fn of(&self, of: &SpokenOf) -> ObjectWords {
        self.said.get(of).cloned().unwrap_or_else(|| {
            let mut words = ObjectWords::default();
            if let Some(name) = of.given_to_all() {
                let held = words
                    .privileges
                    .entry(PrivilegeHolder::public())
                    .or_default();
                held.insert(name.to_owned());
            }
            words
        })
    }
}

/// The name that an object had, and the one that it gets.
fn renamed(kind: &ChangeKind, catalog: &Catalog) -> Option<(QName, QName)> {
    let moved = |from: &ObjectName, schema: &str| {
        let from = catalog.qualify(from);
        let to = QName::new(schema, from.name.clone());
        Some((from, to))
    };
    match kind {
        ChangeKind::SetViewSchema { view, schema, .. } => moved(view, &schema.value),
        ChangeKind::SetFunctionSchema { name, schema, .. } => moved(name, &schema.value),
        _ => renamed_object(kind, catalog),
    }
}

/// In the words of `GRANT`.
const ALL: &str = "ALL";

/// Whether a statement says something of privileges, comments or owners that is followed.
pub(super) fn speaks(statement: &Statement, catalog: &Catalog) -> bool {
    catalog.dialect.types_are_objects() && !read(statement, catalog).is_empty()
}

/// Whether a statement may be about what was there: it alters something that a schema has, or
/// something else.
pub(super) fn may_be_of(before: &Catalog, statement: &Statement, after: &Catalog) -> bool {
    altered(statement, after).is_none_or(|of| of.is_in(before))
}

/// What takes back what statements say, and a remark for each that cannot be.
pub(super) fn unsaid(
    given_to: &'static [&'static str],
    history: impl FnOnce() -> Vec<Statement>,
    up: &[Statement],
    (before, after): (&Catalog, &Catalog),
) -> (Vec<RepairStep>, Vec<String>) {
    if !up.iter().any(|it| speaks(it, after)) {
        return Default::default();
    }
    let mut was = SpokenHistory {
        given_to,
        ..SpokenHistory::default()
    };
    for statement in &history() {
        was.take(statement, before);
    }
    let mut is = was.clone();
    let changes = up.iter().flat_map(|it| &it.changes);
    let renames: Vec<QName> = changes
        .filter_map(|change| Some(renamed(&change.kind, after)?.1))
        .collect();
    let mut touched: Vec<SpokenOf> = Vec::new();
    let mut remarks: Vec<String> = Vec::new();
    for statement in up {
        let mut doubtful = false;
        for change in &statement.changes {
            is.follow(&change.kind, after);
        }
        for (of, said) in read(statement, after) {
            if of.goes(before, after) {
                doubtful |= renames.contains(of.name());
                continue;
            }
            doubtful |= !is_known(&was, &of, &said, before);
            is.say(of.clone(), said);
            if !touched.contains(&of) {
                touched.push(of);
            }
        }
        if doubtful {
            let remark = not_taken_back(statement, before);
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        }
    }
    let mut steps = Vec::new();
    for of in touched.iter().rev() {
        let (was_said, is_said) = (was.of(of), is.of(of));
        let known = |said: &SaidOfObject| is_known(&was, of, said, before);
        for text in back(of, &was_said, &is_said, &known) {
            let step = super::statement(text, before.dialect);
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
    }
    (steps, remarks)
}

/// Whether the history shows what was there before it is said.
fn is_known(was: &SpokenHistory, of: &SpokenOf, said: &SaidOfObject, before: &Catalog) -> bool {
    let words = was.of(of);
    match said {
        SaidOfObject::Comment(_) => words.comment.is_some() || of.is_of_history(before),
        SaidOfObject::Owner(_) => words.owner.is_some(),
        SaidOfObject::Grant(holder, _) | SaidOfObject::Revoke(holder, _)
            if was.is_given(of, holder) =>
        {
            false
        }
        SaidOfObject::Grant(..) => !was.is_clouded(of) && of.is_of_history(before),
        SaidOfObject::Revoke(holder, names) => {
            let held = words.privileges.get(holder);
            let shown = held.is_some_and(|held| {
                names.iter().any(|name| {
                    held.contains(name) || held.contains(ALL) || name == ALL && !held.is_empty()
                })
            });
            let shown = shown || holder.passes_on;
            !was.is_clouded(of) && of.is_of_history(before) && shown
        }
    }
}

/// The statements that lead from one to the other.
fn back(
    of: &SpokenOf,
    was: &ObjectWords,
    is: &ObjectWords,
    known: &dyn Fn(&SaidOfObject) -> bool,
) -> Vec<String> {
    let mut texts = Vec::new();
    if was.comment != is.comment && known(&SaidOfObject::Comment(String::new())) {
        let text = was.comment.as_deref().unwrap_or("NULL");
        texts.push(format!("COMMENT ON {} IS {text}", of.shown()));
    }
    if let (Some(owner), true) = (&was.owner, was.owner != is.owner) {
        texts.push(format!("ALTER {} OWNER TO {owner}", of.shown()));
    }
    let holders: BTreeSet<&PrivilegeHolder> =
        was.privileges.keys().chain(is.privileges.keys()).collect();
    let none = BTreeSet::new();
    for holder in holders {
        let held = was.privileges.get(holder).unwrap_or(&none);
        let holds = is.privileges.get(holder).unwrap_or(&none);
        let change = SaidOfObject::Grant(holder.clone(), Vec::new());
        if held == holds || !known(&change) {
            continue;
        }
        texts.extend(exchange(of, holder, held, holds));
    }
    texts
}

/// What gives a role what it held, and takes the rest.
fn exchange(
    of: &SpokenOf,
    holder: &PrivilegeHolder,
    held: &BTreeSet<String>,
    holds: &BTreeSet<String>,
) -> Vec<String> {
    let mut texts = Vec::new();
    let special = |name: &String| name == ALL || name.starts_with('!');
    let whole = held.iter().chain(holds).any(special);
    let added: Vec<&str> = if whole {
        if holds.is_empty() {
            Vec::new()
        } else {
            vec![ALL]
        }
    } else {
        holds.difference(held).map(String::as_str).collect()
    };
    if !added.is_empty() {
        texts.push(of.sentence("REVOKE", &added, holder));
    }
    // To revoke for the table revokes for its columns too.
    let taken = |name: &str| {
        let plain = |name: &str| name.split(' ').next().map(str::to_owned);
        added.iter().any(|added| plain(added) == plain(name))
    };
    let missing: Vec<&str> = held
        .iter()
        .filter(|name| !name.starts_with('!'))
        .filter(|name| whole || !holds.contains(*name) || taken(name))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        texts.push(of.sentence("GRANT", &missing, holder));
    }
    let without: Vec<&str> = held
        .iter()
        .filter_map(|name| name.strip_prefix('!'))
        .collect();
    if !without.is_empty() {
        texts.push(of.sentence("REVOKE", &without, holder));
    }
    texts
}
