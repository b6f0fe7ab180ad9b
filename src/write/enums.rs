//! An enum type with other labels: `ADD VALUE` where that is enough, `RENAME VALUE` where only a
//! name changes, and else the type is recreated with everything that stands in the way.

mod recreated;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::carried::Carried;
use super::reverse::{as_goal, reverse};
use super::{DraftScript, MigrationDraft};
use crate::catalog::convert::object_name;
use crate::catalog::{Catalog, Enum, EnumLabel, Texts};
use crate::compare::{Side, diff};
use crate::drift::{Goal, RepairStep, reach, run, statements};
use crate::sql::canonical::quote_string;
use crate::sql::change::{ChangeKind, EnumPosition, Ident};
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Statement};

/// What somebody wants an enum type to be.
#[derive(Clone, Debug, Default)]
pub struct Relabelling {
    /// The labels, in order.
    pub to: Vec<String>,
    /// What becomes of labels that go: another one that is there, or a new name.
    pub map: BTreeMap<String, String>,
}

/// The type that a person calls by that name: as in SQL, or in any case where that is clear.
pub fn find<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a Enum, String> {
    let plain = name.replace('"', "");
    let (schema, own) = match plain.split_once('.') {
        Some((schema, own)) => (Some(schema), own),
        None => (None, plain.as_str()),
    };
    let all = || {
        let types = catalog.enums.values();
        types.filter(|found| schema.is_none_or(|schema| found.name.schema == schema))
    };
    let exact: Vec<&Arc<Enum>> = all().filter(|found| found.name.name == own).collect();
    let any: Vec<&Arc<Enum>> = all()
        .filter(|found| found.name.name.eq_ignore_ascii_case(own))
        .collect();
    let found = if exact.is_empty() { any } else { exact };
    let at_home = found.iter().find(|found| found.name.is_at_home());
    match (found.as_slice(), at_home) {
        ([one], _) => Ok(one),
        ([], _) => {
            let known: Vec<String> = catalog
                .enums
                .keys()
                .map(|name| catalog.shown(name))
                .collect();
            Err(match known.as_slice() {
                [] => format!("there is no enum type `{name}`, and no other"),
                known => format!(
                    "there is no enum type `{name}`; there are {}",
                    known.join(", ")
                ),
            })
        }
        (_, Some(one)) if schema.is_none() => Ok(one),
        (several, _) => {
            let names: Vec<String> = several
                .iter()
                .map(|found| format!("`{}`", found.name))
                .collect();
            Err(format!(
                "{} are called so: name the schema",
                names.join(" and ")
            ))
        }
    }
}

/// The migration that gives a type other labels. The error is a reason for people. Call it where
/// the stack is deep: see [`crate::sql::on_big_stack`].
pub fn relabel(
    catalog: &Catalog,
    texts: &Texts,
    history: &[Statement],
    kind: &Enum,
    wanted: &Relabelling,
) -> Result<MigrationDraft, String> {
    let relabel = Relabel {
        catalog,
        texts,
        kind,
        wanted,
    };
    relabel.check()?;
    let renames = relabel.renames();
    let (renamed, _) = run(catalog, &renames);
    let Some(now) = renamed.enums.get(&kind.name) else {
        return Err(format!("`{}` cannot be followed", kind.name));
    };
    let mut script = DraftScript {
        steps: renames,
        ..DraftScript::default()
    };
    let known: Vec<&String> = now.label_texts().collect();
    if known.iter().copied().eq(&wanted.to) {
        relabel.warn_of_bodies(history, &mut script);
    } else if let Some(added) = relabel.added(&known) {
        script.steps.extend(added);
        relabel.warn_of_bodies(history, &mut script);
    } else {
        relabel.recreate(&renamed, history, &mut script)?;
    }
    let (after, _) = run(catalog, &script.steps);
    let up = statements(catalog, &script.steps);
    let mut back = reverse(catalog, &after, texts, &up);
    let carried = Carried::read(history, catalog);
    let again = carried.again(back.script.changes(), catalog, Quotes::All);
    back.script.steps.extend(again);
    for label in wanted.to.iter().filter(|label| !kind.has_label(label)) {
        if !wanted.map.values().any(|to| to == label) {
            back.script.remarks.push(format!(
                "rows that hold `{label}` make this fail: change them first"
            ));
        }
    }
    for (from, to) in &wanted.map {
        if kind.has_label(to) {
            back.script.remarks.push(format!(
                "rows that held `{from}` stay `{to}`: nothing tells them apart any more"
            ));
        }
    }
    Ok(MigrationDraft {
        name: format!("change_{}", kind.name.name),
        up: script,
        down: back.script,
        // `ADD VALUE` in a transaction came with PostgreSQL 12.
        alone: catalog.versions.postgres < 12,
    })
}

struct Relabel<'a> {
    catalog: &'a Catalog,
    texts: &'a Texts,
    kind: &'a Enum,
    wanted: &'a Relabelling,
}

impl Relabel<'_> {
    /// Whether what is wanted makes sense.
    fn check(&self) -> Result<(), String> {
        let Relabelling { to, map } = self.wanted;
        let shown = self.catalog.shown(&self.kind.name);
        if let Some(why) = self.kind.knowledge.why() {
            return Err(format!("the labels of `{shown}` are not known: {why}"));
        }
        let mut seen = BTreeSet::new();
        for label in to {
            if !seen.insert(label) {
                return Err(format!("`{label}` is named twice"));
            }
            if label.len() > 63 {
                return Err(format!(
                    "`{label}` is longer than the 63 bytes that PostgreSQL takes"
                ));
            }
        }
        for (from, into) in map {
            if !self.kind.has_label(from) {
                return Err(format!(
                    "`{shown}` has no label `{from}` that could become `{into}`"
                ));
            }
            if to.contains(from) {
                return Err(format!("`{from}` stays, so it cannot become `{into}`"));
            }
            if !to.contains(into) {
                return Err(format!(
                    "`{from}` cannot become `{into}`, which is not among the new labels"
                ));
            }
        }
        if to.is_empty() {
            return Err("an enum without labels takes no value".to_owned());
        }
        Ok(())
    }

    /// A label that becomes a new one is renamed, and rows, defaults and conditions follow; where
    /// several become the same new one, the first is.
    fn renames(&self) -> Vec<RepairStep> {
        let mut taken = BTreeSet::new();
        let labels = self.kind.label_texts();
        labels
            .filter_map(|label| {
                let to = self.wanted.map.get(label)?;
                let is_new = !self.kind.has_label(to) && taken.insert(to.clone());
                is_new.then(|| RepairStep {
                    kind: ChangeKind::RenameEnumValue {
                        name: object_name(&self.kind.name),
                        from: Ident::synthetic(label.clone()),
                        to: Ident::synthetic(to.clone()),
                    },
                    text: None,
                })
            })
            .collect()
    }

    /// The labels that are added, where nothing else changes.
    fn added(&self, known: &[&String]) -> Option<Vec<RepairStep>> {
        let to = &self.wanted.to;
        let kept: Vec<&String> = to.iter().filter(|label| known.contains(label)).collect();
        if kept != known {
            return None;
        }
        let mut steps = Vec::new();
        for (at, label) in to.iter().enumerate() {
            if known.contains(&label) {
                continue;
            }
            let follows = to[at + 1..].iter().find(|label| known.contains(label));
            let position = match (at.checked_sub(1), follows) {
                (_, None) => EnumPosition::Last,
                (Some(before), Some(_)) => {
                    EnumPosition::After(Ident::synthetic(to[before].clone()))
                }
                (None, Some(after)) => EnumPosition::Before(Ident::synthetic(after.clone())),
            };
            steps.push(RepairStep {
                kind: ChangeKind::AddEnumValue {
                    name: object_name(&self.kind.name),
                    value: Ident::synthetic(label.clone()),
                    position,
                    if_not_exists: false,
                },
                text: None,
            });
        }
        Some(steps)
    }

    /// What becomes of a label that is there after the renames.
    fn becomes(&self, label: &str) -> Option<&str> {
        self.wanted.map.get(label).map(String::as_str)
    }

    fn goes(&self, label: &str) -> bool {
        !self.wanted.to.iter().any(|kept| kept == label)
    }

    /// Renames the type, makes it again, converts every column, drops the old one.
    fn recreate(
        &self,
        renamed: &Catalog,
        history: &[Statement],
        script: &mut DraftScript,
    ) -> Result<(), String> {
        let of = &self.kind.name;
        let mut goal = renamed.clone();
        self.refuse_what_cannot_be(renamed)?;
        if let Some(kind) = goal.enums.get_mut(of) {
            let kind = Arc::make_mut(kind);
            let known = std::mem::take(&mut kind.labels);
            kind.labels = self
                .wanted
                .to
                .iter()
                .map(|label| {
                    let old = known.iter().find(|one| one.text == *label);
                    old.cloned().unwrap_or_else(|| EnumLabel {
                        text: label.clone(),
                        ..EnumLabel::default()
                    })
                })
                .collect();
        }
        self.map_defaults(renamed, &mut goal)?;
        let moves = self.moves(renamed, script);
        let declared = as_goal(&goal);
        let differences = diff(Side::declared(&declared), Side::migrated(renamed));
        let repair = reach(
            Goal {
                declared: &declared,
                texts: self.texts,
                recreated: std::slice::from_ref(of),
            },
            renamed,
            self.texts,
            &differences,
        );
        for remark in repair.remarks {
            if !remark.contains("is recreated without") {
                script.remarks.push(remark);
            }
        }
        for label in renamed.enums[of].label_texts() {
            if self.goes(label) && self.becomes(label).is_none() {
                script.remarks.push(format!(
                    "this fails where a row holds `{label}`, which goes: `--map {label}=…` moves such rows"
                ));
            }
        }
        let carried = Carried::read(history, renamed);
        let again = carried.again(
            repair.steps.iter().map(|step| &step.kind),
            &goal,
            Quotes::All,
        );
        self.warn_of_texts(&repair.steps, script);
        script.steps.extend(moves);
        script.steps.extend(repair.steps);
        script.steps.extend(again);
        Ok(())
    }

    /// Bodies of functions hold labels as text, which no server follows.
    fn warn_of_bodies(&self, history: &[Statement], script: &mut DraftScript) {
        let gone: Vec<&String> = self
            .kind
            .label_texts()
            .filter(|label| self.goes(label))
            .collect();
        for function in self.catalog.functions.values().flatten() {
            let Some(site) = function.written else {
                continue;
            };
            let text = history
                .iter()
                .find(|statement| {
                    statement.span == site.span
                        && statement.changes.iter().any(|change| {
                            matches!(&change.kind, ChangeKind::CreateFunction { name, .. }
                                if self.catalog.qualify(name) == function.name)
                        })
                })
                .map(Statement::text);
            for label in &gone {
                let quoted = quote_string(label, Dialect::Postgres);
                if text.is_some_and(|text| text.contains(&quoted)) {
                    script.remarks.push(format!(
                        "the body of function `{}` says {quoted}, which nothing renames: look at it",
                        function.name
                    ));
                }
            }
        }
    }

    /// Views, policies and triggers that are made again as they were written.
    fn warn_of_texts(&self, steps: &[RepairStep], script: &mut DraftScript) {
        for label in self.kind.label_texts() {
            if !self.goes(label) {
                continue;
            }
            let quoted = quote_string(label, Dialect::Postgres);
            for text in steps.iter().filter_map(|step| step.text.as_ref()) {
                if text.contains(&quoted) {
                    let start: Vec<&str> = text.split_whitespace().take(4).collect();
                    script.remarks.push(format!(
                        "`{} …` says {quoted}: where that is the label, change it before this runs",
                        start.join(" ")
                    ));
                }
            }
        }
    }
}
