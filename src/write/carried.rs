//! What an object that is dropped and made again would lose: its comment, who may use it, who owns
//! it, and whether a trigger was switched off. The history says so in statements of their own, which
//! are run again.

mod columns;
mod dropped;
mod schemas;
mod settings;
mod words;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, ColumnName, QName, Subject};
use crate::drift::RepairStep;
use crate::project::MigrationSet;
use crate::replay::statements_before;
use crate::sql::change::{ChangeKind, ObjectName, TableAction, TypeAction};
use crate::sql::render::Quotes;
use crate::sql::{Statement, code};

use dropped::{DroppedPart, dropped, part};
use settings::{ColumnSettings, may_change_settings};
pub(in crate::write) use words::{has_part, in_quotes, joined, qualified, unquoted};
use words::{kind_at, spaced, speaks_of};

/// An object that statements speak of, by its kind in the grammar's words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    kind: NamedKind,
    name: QName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum NamedKind {
    /// Enums, domains, composite types.
    Type,
    /// Views, which `GRANT` calls tables.
    Relation,
    Function,
    Sequence,
    /// Its name stands alone.
    Schema,
    /// On a table: triggers, policies, constraints, rules.
    Part,
    Index,
}

/// A statement about an object, in pieces around its name.
#[derive(Clone, Debug, PartialEq)]
struct StatementAbout {
    before: String,
    after: String,
}

/// What a history says of its objects, by what it speaks of.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    said: BTreeMap<Named, Vec<StatementAbout>>,
    /// Relations and functions so far, of which `ON ALL TABLES IN SCHEMA` speaks.
    made: BTreeSet<Named>,
    /// Triggers that are switched off.
    off: Vec<Subject>,
    settings: ColumnSettings,
    /// How much was said of their table when columns were dropped: it speaks of no later one.
    unsaid: BTreeMap<ColumnName, usize>,
}

impl Named {
    /// Whether it goes with a schema.
    fn lies_in(&self, schema: &str) -> bool {
        match self.kind {
            NamedKind::Schema => self.name.name == schema,
            // The words of a statement stand there.
            NamedKind::Part => false,
            _ => self.name.schema == schema,
        }
    }
}

impl Carried {
    /// Reads the statements of a history, in order. `catalog` resolves names.
    pub(crate) fn read<'s>(
        statements: impl IntoIterator<Item = &'s Statement>,
        catalog: &Catalog,
    ) -> Self {
        let mut carried = Self::default();
        for statement in statements {
            for change in &statement.changes {
                carried.change(&change.kind, catalog);
                carried.settings.change(&change.kind, catalog);
            }
            carried.statement(statement.text(), catalog);
        }
        carried
    }

    /// Follows renames and drops.
    fn change(&mut self, kind: &ChangeKind, catalog: &Catalog) {
        match kind {
            ChangeKind::AlterType {
                name,
                action: TypeAction::RenameTo(to),
            } => self.rename(NamedKind::Type, &catalog.qualify(name), &to.value),
            ChangeKind::RenameView { from, to, .. } => {
                self.rename(NamedKind::Relation, &catalog.qualify(from), &to.value);
            }
            ChangeKind::RenameFunction { name, to, .. } => {
                self.rename(NamedKind::Function, &catalog.qualify(name), &to.value);
            }
            ChangeKind::DropType { names, .. } | ChangeKind::DropDomain { names, .. } => {
                self.forget(NamedKind::Type, names, catalog);
            }
            ChangeKind::CreateTable(create) => {
                self.made(NamedKind::Relation, &create.name, catalog);
            }
            ChangeKind::CreateView { name, .. } => self.made(NamedKind::Relation, name, catalog),
            ChangeKind::CreateFunction { name, .. } => {
                self.made(NamedKind::Function, name, catalog);
            }
            ChangeKind::CreateSequence { name, .. } => {
                self.made(NamedKind::Sequence, name, catalog);
            }
            ChangeKind::DropSequence { names, .. } => {
                self.forget(NamedKind::Sequence, names, catalog);
            }
            ChangeKind::DropSchema { names, .. } => {
                let is_gone = |named: &Named| names.iter().any(|it| named.lies_in(&it.value));
                self.made.retain(|named| !is_gone(named));
                self.said.retain(|named, _| !is_gone(named));
            }
            ChangeKind::DropView { names, .. } => {
                self.forget(NamedKind::Relation, names, catalog);
            }
            ChangeKind::DropTable { names, .. } => {
                self.forget(NamedKind::Relation, names, catalog);
                self.forget_counters(names, catalog);
            }
            ChangeKind::DropFunction { names, .. } => {
                for (name, _) in names {
                    self.forget(NamedKind::Function, std::slice::from_ref(name), catalog);
                }
            }
            ChangeKind::AlterTable(alter) => {
                let table = catalog.qualify(&alter.table);
                for (action, _) in &alter.actions {
                    match action {
                        TableAction::Trigger { name, enable } => {
                            self.switch(&table, name, *enable, catalog);
                        }
                        TableAction::RenameTo(to) => {
                            self.rename(NamedKind::Relation, &table, &to.name.value);
                        }
                        TableAction::RenameColumn { from, to } => {
                            self.rename_column(&table, &from.value, &to.value, catalog.dialect);
                        }
                        TableAction::DropColumn { name, .. } => {
                            self.forget_column(&table, &name.value);
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn made(&mut self, kind: NamedKind, name: &ObjectName, catalog: &Catalog) {
        let name = catalog.qualify(name);
        self.made.insert(Named { kind, name });
    }

    fn rename(&mut self, kind: NamedKind, from: &QName, to: &str) {
        let old = Named {
            kind,
            name: from.clone(),
        };
        let name = QName::new(from.schema.clone(), to);
        let new = Named { kind, name };
        if self.made.remove(&old) {
            self.made.insert(new.clone());
        }
        if let Some(said) = self.said.remove(&old) {
            self.said.insert(new, said);
        }
    }

    fn forget(&mut self, kind: NamedKind, names: &[ObjectName], catalog: &Catalog) {
        for name in names {
            let name = catalog.qualify(name);
            let gone = Named { kind, name };
            self.made.remove(&gone);
            self.said.remove(&gone);
        }
    }

    fn switch(&mut self, table: &QName, name: &str, enable: bool, catalog: &Catalog) {
        let all = ["all", "user"]
            .iter()
            .any(|word| name.eq_ignore_ascii_case(word));
        if enable {
            self.off.retain(|off| match off {
                Subject::Trigger {
                    table: of,
                    name: trigger,
                } => of != table || !(all || trigger == name),
                _ => true,
            });
            return;
        }
        let names: Vec<String> = if all {
            let found = catalog.tables.get(table);
            let triggers = found.iter().flat_map(|table| &table.triggers);
            triggers.map(|trigger| trigger.name.clone()).collect()
        } else {
            vec![name.to_owned()]
        };
        self.off.extend(names.into_iter().map(|name| {
            let table = table.clone();
            Subject::Trigger { table, name }
        }));
    }

    /// Takes in `COMMENT ON`, `GRANT`, `REVOKE` and `OWNER TO`.
    fn statement(&mut self, text: &str, catalog: &Catalog) {
        let words: Vec<&str> = code(text, catalog.dialect).collect();
        self.settings.statement(&words, catalog);
        let upper: Vec<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
        let is = |at: usize, word: &str| upper.get(at).is_some_and(|found| found == word);
        let find = |from: usize, word: &str| (from..upper.len()).find(|&at| is(at, word));
        let (at, end) = match upper.first().map(String::as_str) {
            // The catalog has the comment of a table.
            Some("COMMENT") if is(2, "TABLE") => return,
            Some("COMMENT") if is(2, "COLUMN") => {
                self.column_comment(&words, catalog);
                return;
            }
            Some("COMMENT") => (Some(2), find(0, "IS")),
            Some("GRANT") => (find(0, "ON").map(|on| on + 1), find(0, "TO")),
            Some("REVOKE") => (find(0, "ON").map(|on| on + 1), find(0, "FROM")),
            Some("CREATE") if is(1, "SCHEMA") => {
                self.authorized(&words);
                return;
            }
            Some("ALTER") if is(1, "DEFAULT") => {
                self.default_privileges(&words);
                return;
            }
            Some("ALTER") => (Some(1), find(0, "OWNER").filter(|at| is(at + 1, "TO"))),
            _ => return,
        };
        let (Some(at), Some(end)) = (at, end) else {
            return;
        };
        if is(at, "ALL") && is(at + 2, "IN") && is(at + 3, "SCHEMA") {
            self.all_in_schemas(&words, at, end);
            return;
        }
        // `GRANT SELECT ON v` needs no word for what it is.
        let (kind, words_of_kind) = kind_at(&upper, at).unwrap_or((NamedKind::Relation, 0));
        let is_grant = is(0, "GRANT") || is(0, "REVOKE");
        if words_of_kind == 0 && !is_grant {
            return;
        }
        let first = at + words_of_kind;
        let joined =
            |range: std::ops::Range<usize>| words.get(range).map(joined).unwrap_or_default();
        let mut start = first;
        while start < end {
            let stop = (start..end)
                .scan(0_i32, |depth, at| {
                    *depth += i32::from(words[at] == "(") - i32::from(words[at] == ")");
                    Some((at, *depth))
                })
                .find(|&(at, depth)| depth == 0 && words[at] == ",")
                .map_or(end, |(at, _)| at);
            let path = (start..stop)
                .take_while(|&at| !matches!(words[at], "(") && !is(at, "ON"))
                .collect::<Vec<_>>();
            let name = match (kind, path.as_slice()) {
                (NamedKind::Schema, [one]) => Some(QName::new("", unquoted(words[*one]))),
                _ => qualified(&words, &path, catalog),
            };
            if let Some(name) = name {
                let rest = path.last().map_or(start, |last| last + 1);
                let said = StatementAbout {
                    before: joined(0..first),
                    after: format!("{} {}", joined(rest..stop), joined(end..words.len())),
                };
                let named = match kind {
                    // The whole statement says which part of which table.
                    NamedKind::Part => Named {
                        kind,
                        name: QName::new(joined(at..first).to_uppercase(), joined(start..stop)),
                    },
                    _ => Named { kind, name },
                };
                self.said.entry(named).or_default().push(said);
            }
            start = stop + 1;
        }
    }

    /// `GRANT … ON ALL TABLES IN SCHEMA …` speaks of those that are there. `at` is where `ALL` stands,
    /// `end` where the schemas end.
    fn all_in_schemas(&mut self, words: &[&str], at: usize, end: usize) {
        let (kind, of_kind) = match words[at + 1].to_ascii_uppercase().as_str() {
            "TABLES" => (NamedKind::Relation, ""),
            "SEQUENCES" => (NamedKind::Sequence, " SEQUENCE"),
            "FUNCTIONS" | "ROUTINES" | "PROCEDURES" => (NamedKind::Function, " ROUTINE"),
            _ => return,
        };
        let schemas = words.get(at + 4..end).unwrap_or_default();
        let schemas: Vec<String> = schemas.iter().map(|word| unquoted(word)).collect();
        let said = StatementAbout {
            before: format!("{}{of_kind}", joined(&words[..at])),
            after: format!(" {}", joined(&words[end..])),
        };
        let concerned = |it: &&Named| it.kind == kind && schemas.contains(&it.name.schema);
        for named in self.made.iter().filter(concerned) {
            self.said
                .entry(named.clone())
                .or_default()
                .push(said.clone());
        }
    }

    /// The statements to run again for what changes drop and is there afterwards.
    pub(crate) fn again<'k>(
        &self,
        changes: impl IntoIterator<Item = &'k ChangeKind>,
        to: &Catalog,
        quotes: Quotes,
    ) -> Vec<RepairStep> {
        let mut again = Vec::new();
        let mut say = |text: String| {
            let step = super::statement(text, to.dialect);
            if !again.contains(&step) {
                again.push(step);
            }
        };
        for change in changes {
            for (kind, names) in dropped(change, to) {
                for name in names {
                    let shown = in_quotes(&name, to.dialect, quotes);
                    let named = Named {
                        kind,
                        name: name.clone(),
                    };
                    for said in self.said.get(&named).into_iter().flatten() {
                        say(format!("{} {shown}{}", said.before, spaced(&said.after)));
                    }
                }
            }
            self.settings
                .changed(change, to)
                .into_iter()
                .for_each(&mut say);
            self.columns_again(change, to)
                .into_iter()
                .for_each(&mut say);
            if let Some(DroppedPart { table, name, words }) = part(change, to) {
                for (named, all) in &self.said {
                    let about = named.kind == NamedKind::Part && named.name.schema == words;
                    if about && speaks_of(&named.name.name, &name, &table, to) {
                        for said in all {
                            let plain =
                                in_quotes(&QName::new("", name.clone()), to.dialect, quotes);
                            say(format!("{} {plain}{}", said.before, spaced(&said.after)));
                        }
                    }
                }
                let trigger = Subject::Trigger {
                    table: table.clone(),
                    name: name.clone(),
                };
                if words == "TRIGGER" && self.off.contains(&trigger) {
                    say(format!(
                        "ALTER TABLE {} DISABLE TRIGGER {}",
                        in_quotes(&table, to.dialect, quotes),
                        in_quotes(&QName::new("", name.clone()), to.dialect, quotes)
                    ));
                }
            }
        }
        again
    }
}

/// The statements of a set before a migration. Few changes drop what they make again, so they are
/// read when something asks for them, and once.
#[derive(Debug)]
pub struct PastStatements<'a> {
    set: &'a MigrationSet,
    until: usize,
    carried: OnceCell<Carried>,
}

impl<'a> PastStatements<'a> {
    /// Those of the migrations before that one, by its number.
    pub fn before(set: &'a MigrationSet, until: usize) -> Self {
        Self {
            set,
            until,
            carried: OnceCell::new(),
        }
    }

    fn carried(&self, catalog: &Catalog) -> &Carried {
        self.carried.get_or_init(|| {
            let statements = statements_before(self.set, self.until, catalog.versions);
            Carried::read(&statements, catalog)
        })
    }

    /// What has to be said again of what changes drop and is there afterwards.
    pub(crate) fn again<'k>(
        &self,
        changes: impl IntoIterator<Item = &'k ChangeKind>,
        to: &Catalog,
    ) -> Vec<RepairStep> {
        // Elsewhere a name keeps what was granted on it, and comments are parts of definitions.
        if !to.dialect.types_are_objects() {
            return Vec::new();
        }
        let concerned = |change: &&ChangeKind| {
            may_change_settings(change)
                || part(change, to).is_some()
                || dropped(change, to)
                    .iter()
                    .any(|(_, names)| !names.is_empty())
        };
        let changes: Vec<&ChangeKind> = changes.into_iter().filter(concerned).collect();
        if changes.is_empty() {
            return Vec::new();
        }
        self.carried(to).again(changes, to, Quotes::All)
    }

    /// Adds that to a migration and to what takes it back.
    pub(crate) fn say_again(
        &self,
        (up, after): (&mut Vec<RepairStep>, &Catalog),
        (down, before): (&mut Vec<RepairStep>, &Catalog),
    ) {
        let dropped = up.iter().map(|step| &step.kind);
        let both = dropped.clone().chain(down.iter().map(|step| &step.kind));
        let (forth, back) = (self.again(dropped, after), self.again(both, before));
        up.extend(forth);
        down.extend(back);
    }

    /// The statements that grant for a column `to` what is granted for another of its table, and
    /// revoke what is revoked.
    pub(crate) fn granted(&self, of: &ColumnName, to: &str, catalog: &Catalog) -> Vec<String> {
        self.carried(catalog).granted(of, to, catalog)
    }
}
