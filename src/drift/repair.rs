//! The migration that closes the gap: from what the migrations make to what is declared.
//!
//! The steps are run in memory before they are printed. What they leave open, and what a server
//! would refuse, is said.

mod columns;
mod counters;
mod enums;
mod keys;
mod order;
mod phase;
mod recreate;
mod remake;
mod remarks;
mod swap;
mod tables;
mod texts;

use std::collections::{BTreeMap, BTreeSet};

use super::target::target;
use crate::catalog::{Catalog, ColumnLookup, Droppable, Part, QName, Slot, Texts, convert};
use crate::compare::{Difference, Presence, Side, diff};
use crate::replay::{Replay, Step};
use crate::schema::Declared;
use crate::server::on_server;
use crate::source::{Source, Span};
use crate::sql::Unit;
use crate::sql::change::{AlterTable, ChangeKind, Ident, TableAction};
use crate::sql::render::Quotes;
use crate::sql::{Dialect, Statement, on_big_stack, script};
pub(crate) use phase::Phase;
use phase::{PHASES, PhaseSteps};
pub use remarks::Remarks;
use texts::SideText;

/// One statement of a repair.
#[derive(Clone, Debug, PartialEq)]
pub struct RepairStep {
    /// The change that the statement makes.
    pub kind: ChangeKind,
    /// Its text, where an object is made as somebody wrote it.
    pub text: Option<String>,
}

/// Statements in an order in which a server takes them, and what they do not do.
#[derive(Debug, Default)]
pub struct Repair {
    /// In an order in which a server takes them.
    pub steps: Vec<RepairStep>,
    /// What a person has to see to.
    pub remarks: Remarks,
    /// What to see to where the migration runs in a transaction.
    pub in_transaction: Vec<String>,
    /// What still differs after them; the remarks say why.
    pub left: Vec<Slot>,
}

/// Inherited columns and constraints come with their parents', so that what is left can be seen
/// only after those.
const ROUNDS: usize = 8;

/// What a repair leads to.
#[derive(Clone, Copy, Debug)]
pub struct Goal<'a> {
    /// The schema, and what its language can say.
    pub declared: &'a Declared,
    /// Where what is made by its own text is written.
    pub texts: &'a Texts,
    /// Enum types that are recreated whatever their labels ask for: in another order, say.
    pub recreated: &'a [QName],
}

/// What closes these differences between the declared schema and what the migrations make, and no
/// others. `texts` are the migrations.
pub fn repair(
    declared: &Declared,
    migrated: &Catalog,
    texts: &Texts,
    differences: &[Difference],
) -> Repair {
    let files = Texts::of_files(&declared.files);
    let goal = Goal {
        declared,
        texts: &files,
        recreated: &[],
    };
    reach(goal, migrated, texts, differences)
}

/// The same, where the goal's texts stand anywhere.
pub fn reach(goal: Goal, migrated: &Catalog, texts: &Texts, differences: &[Difference]) -> Repair {
    on_big_stack(|| {
        let declared = goal.declared;
        let mut others = diff(Side::declared(declared), Side::migrated(migrated));
        let mut closed: BTreeMap<&Slot, Vec<&Difference>> = BTreeMap::new();
        for difference in differences {
            closed.entry(&difference.slot).or_default().push(difference);
        }
        others.retain(|other| {
            let closed = closed.get(&other.slot);
            !closed.is_some_and(|closed| closed.contains(&other))
        });
        let mut to = target(&declared.catalog, migrated, differences);
        for name in goal.recreated {
            if let Some(kind) = declared.catalog.enums.get(name) {
                to.enums.insert(name.clone(), kind.clone());
            }
        }
        let kept: BTreeSet<Slot> = others
            .into_iter()
            .map(|difference| difference.slot)
            .collect();
        let declares = SideText::new(&declared.catalog, goal.texts);
        let migrates = SideText::new(migrated, texts);
        let whole = Whole {
            declared,
            recreated: goal.recreated,
            declares: &declares,
            migrates: &migrates,
            to: &to,
        };
        let mut repair = Repair::default();
        let mut columns = ColumnLookup::default();
        for difference in differences {
            if let Some(loss) = loss(migrated, &mut columns, difference) {
                repair.remarks.add(loss);
            }
        }
        repair.close(whole, migrated, &kept, differences);
        repair
    })
}

impl Repair {
    /// Closes what is open, round by round.
    fn close(
        &mut self,
        whole: Whole,
        migrated: &Catalog,
        kept: &BTreeSet<Slot>,
        differences: &[Difference],
    ) {
        let mut reported = BTreeSet::new();
        let mut now = migrated.clone();
        let mut open = differences.to_vec();
        for round in 0..ROUNDS {
            let turn = |difference: &Difference| match difference.direction {
                Presence::RightOnly if difference.slot.part == Part::Table => 0,
                _ => depth(&now, whole.to, &difference.slot.owner),
            };
            let forced = round == 0 && !whole.recreated.is_empty();
            let Some(first) = open.iter().map(turn).min().or(forced.then_some(0)) else {
                break;
            };
            let mut chosen = open.clone();
            chosen.retain(|difference| turn(difference) == first);
            order::last_columns_first(&mut chosen, &now);
            let mut steps = Steps::new(whole, &now, &chosen);
            if forced {
                steps.swapped.extend(whole.recreated.iter().cloned());
            }
            steps.all();
            let Steps {
                phases,
                remarks,
                in_transaction,
                reported: more,
                ..
            } = steps;
            reported.extend(more);
            self.in_transaction.extend(in_transaction);
            let steps: Vec<RepairStep> = phases
                .into_iter()
                .flat_map(PhaseSteps::into_steps)
                .collect();
            let (repaired, refused) = run(&now, &steps);
            let mut left = diff(Side::declared(whole.declared), Side::migrated(&repaired));
            left.retain(|difference| !kept.contains(&difference.slot));
            // A round that closes nothing would be followed by others like it.
            if round > 0 && left.len() >= open.len() {
                break;
            }
            self.steps.extend(steps);
            for remark in remarks {
                self.remarks.add(remark);
            }
            // What a server refuses leaves the catalog as it was, so the next round would print the
            // same statements again.
            let stuck = !refused.is_empty();
            for refusal in refused {
                self.remarks.add(format!(
                    "the server is expected to refuse a statement of this migration: {refusal}"
                ));
            }
            (now, open) = (repaired, left);
            if stuck {
                break;
            }
        }
        for difference in &open {
            if !reported.contains(&difference.slot) {
                let what = difference.slot.part.kind().replace('_', " ");
                self.remarks.add(format!(
                    "this migration leaves {what} `{}` of `{}` different: write what closes it",
                    difference.name, difference.slot.owner
                ));
            }
            self.left.push(difference.slot.clone());
        }
    }
}

/// The data that goes for good where something is dropped.
fn loss<'a>(
    migrated: &'a Catalog,
    columns: &mut ColumnLookup<'a>,
    difference: &Difference,
) -> Option<String> {
    if difference.direction != Presence::RightOnly {
        return None;
    }
    let owner = &difference.slot.owner;
    match &difference.slot.part {
        Part::Table => Some(format!(
            "`{owner}` is dropped with the data in all of its rows: nothing brings it back but a backup"
        )),
        Part::Column(column) => {
            let found = columns.column(migrated.tables.get(owner)?, column)?;
            // What is computed can be computed again.
            found
                .generated
                .is_none()
                .then(|| lost_column(owner, column))
        }
        _ => None,
    }
}

/// What goes with a column, for people.
pub(crate) fn lost_column(table: &QName, column: &str) -> String {
    format!("`{table}.{column}` is dropped with its data: nothing brings it back but a backup")
}

/// How many tables a table inherits from, one through the other.
fn depth(from: &Catalog, to: &Catalog, table: &QName) -> usize {
    let mut depth = 0;
    let mut name = table.clone();
    while depth < ROUNDS {
        let Some(now) = from.tables.get(&name).or_else(|| to.tables.get(&name)) else {
            break;
        };
        let parent = now
            .partition_of
            .as_ref()
            .map(|partition| &partition.parent)
            .or(now.inherits.first());
        let Some(parent) = parent else { break };
        (name, depth) = (parent.clone(), depth + 1);
    }
    depth
}

/// The statements of some steps, read as a server would.
pub(crate) fn statements(catalog: &Catalog, steps: &[RepairStep]) -> Vec<Statement> {
    let dialect = catalog.dialect;
    let text: String = steps
        .iter()
        .filter_map(|step| step.sql(dialect, Quotes::All))
        .map(|sql| sql + ";\n")
        .collect();
    let source = Source::new("repair.sql", text.as_str());
    let script = script(
        &source,
        Span::new(0, text.len()),
        dialect,
        catalog.versions,
        Unit::Statement,
    );
    script.statements
}

/// The catalog after these statements, and what it would not take.
pub(crate) fn run(catalog: &Catalog, steps: &[RepairStep]) -> (Catalog, Vec<String>) {
    let statements = statements(catalog, steps);
    let mut replay = Replay::from(catalog.clone());
    replay.begin(&Step::bare(u32::MAX, &statements));
    let mut refused = Vec::new();
    for statement in &statements {
        refused.extend(
            replay
                .statement(0, statement)
                .into_iter()
                .map(|rejection| rejection.message),
        );
    }
    replay.end();
    (replay.into_catalog(), refused)
}

/// What all rounds share.
#[derive(Clone, Copy)]
pub(crate) struct Whole<'a> {
    pub(crate) declared: &'a Declared,
    /// Enum types that are recreated in the first round.
    recreated: &'a [QName],
    pub(crate) declares: &'a SideText<'a>,
    pub(crate) migrates: &'a SideText<'a>,
    pub(crate) to: &'a Catalog,
}

pub(crate) struct Steps<'a> {
    pub(crate) whole: Whole<'a>,
    pub(crate) from: &'a Catalog,
    pub(crate) to: &'a Catalog,
    pub(crate) differences: &'a [Difference],
    pub(crate) phases: [PhaseSteps; PHASES],
    pub(crate) remarks: Remarks,
    pub(crate) in_transaction: Vec<String>,
    /// What a remark says is left open.
    pub(crate) reported: BTreeSet<Slot>,
    /// Enum types that are recreated, and the domains and composite types over them.
    pub(crate) swapped: BTreeSet<QName>,
    /// What the migrations have, and the declaration has not or has otherwise.
    migrated: BTreeSet<&'a Slot>,
    /// What is closed already, together with something else.
    pub(crate) closed: BTreeSet<Slot>,
    /// The columns of `from`.
    pub(crate) old_columns: ColumnLookup<'a>,
    /// Those of `to`.
    pub(crate) new_columns: ColumnLookup<'a>,
}

impl<'a> Steps<'a> {
    fn new(whole: Whole<'a>, from: &'a Catalog, differences: &'a [Difference]) -> Self {
        Self {
            whole,
            from,
            to: whole.to,
            differences,
            phases: std::array::from_fn(|_| PhaseSteps::default()),
            remarks: Remarks::default(),
            in_transaction: Vec::new(),
            reported: BTreeSet::new(),
            swapped: BTreeSet::new(),
            migrated: differences
                .iter()
                .filter(|it| it.direction != Presence::LeftOnly)
                .map(|it| &it.slot)
                .collect(),
            closed: BTreeSet::new(),
            old_columns: ColumnLookup::default(),
            new_columns: ColumnLookup::default(),
        }
    }

    fn all(&mut self) {
        on_server!(self.to.dialect => repair::close(self));
    }

    /// Changes tables where they are.
    pub(crate) fn in_place(&mut self) {
        self.choose_swaps();
        self.auto_increment();
        self.tables();
        for difference in self.differences {
            if !self.closed.contains(&difference.slot) {
                self.close(difference);
            }
        }
        self.changed_columns();
        self.drop_and_recreate();
        self.swap();
    }

    pub(crate) fn push(&mut self, phase: Phase, kind: ChangeKind) {
        self.push_step(phase, RepairStep { kind, text: None });
    }

    fn push_step(&mut self, phase: Phase, step: RepairStep) {
        self.phases[phase as usize].push(step);
    }

    pub(crate) fn push_steps(&mut self, phase: Phase, steps: Vec<RepairStep>) {
        for step in steps {
            self.push_step(phase, step);
        }
    }

    pub(crate) fn alter(&mut self, phase: Phase, table: &QName, action: TableAction) {
        self.alter_all(phase, table, vec![action]);
    }

    fn alter_all(&mut self, phase: Phase, table: &QName, actions: Vec<TableAction>) {
        let table = convert::object_name(table);
        let actions = actions
            .into_iter()
            .map(|action| (action, Span::default()))
            .collect();
        self.push(
            phase,
            ChangeKind::AlterTable(Box::new(AlterTable {
                table,
                actions,
                ..AlterTable::default()
            })),
        );
    }

    fn drop_column(&mut self, phase: Phase, table: &QName, column: &str) {
        let name = Ident::synthetic(column);
        self.alter(
            phase,
            table,
            TableAction::DropColumn {
                name,
                if_exists: false,
                cascade: false,
            },
        );
    }

    pub(crate) fn remark(&mut self, remark: String) {
        self.remarks.add(remark);
    }

    /// Says that a difference stays, and what to do about it.
    fn leave(&mut self, key: Slot, remark: String) {
        self.remark(remark);
        self.reported.insert(key);
    }

    /// Whether something differs, as far as this is about what the migrations have.
    fn differs(&self, owner: &QName, part: &Part) -> bool {
        self.migrated.contains(&Slot::new(owner, part.clone()))
    }

    /// Whether the columns of a table are there before and after.
    fn stay<'c>(&self, table: &QName, mut columns: impl Iterator<Item = &'c String>) -> bool {
        let Some(table) = self.to.tables.get(table) else {
            return false;
        };
        columns.all(|column| table.column(column).is_some())
    }

    fn describe(&self, object: &Droppable) -> String {
        self.from.describe(object)
    }
}

impl RepairStep {
    /// Its text, with names in quotes, as generators write them.
    pub fn sql(&self, dialect: Dialect, quotes: Quotes) -> Option<String> {
        if self.text.is_some() {
            return self.text.clone();
        }
        let quote = |name: &str| quotes.put(name, dialect);
        match &self.kind {
            ChangeKind::Insert {
                table,
                columns,
                query,
            } => {
                let columns: Vec<String> =
                    columns.iter().map(|column| quote(&column.value)).collect();
                let into = format!("INSERT INTO {}", quote(&table.name.value));
                let list = if columns.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", columns.join(", "))
                };
                // A list of names, and the table that they are of.
                let plain = quotes == Quotes::Backticks
                    && !query.sql.contains(['\'', '`'])
                    && !query.sql.contains("\"\"");
                let query = if plain {
                    query.sql.replace('"', "`")
                } else {
                    query.sql.clone()
                };
                Some(format!("{into}{list} {query}"))
            }
            ChangeKind::Pragma { name, value } => Some(format!(
                "PRAGMA {name}{}",
                value
                    .as_ref()
                    .map(|value| format!("={value}"))
                    .unwrap_or_default()
            )),
            other => crate::sql::render::quoted(other, dialect, quotes),
        }
    }
}
