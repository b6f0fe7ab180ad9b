//! Between the states of a history: a state differs from itself in nothing, differences are the
//! same from both sides, and what closes them leaves none.

use std::path::Path;

use driftlint::catalog::{Catalog, Texts};
use driftlint::compare::{Difference, Presence, Side, diff};
use driftlint::drift::{repair, script as print};
use driftlint::project::worktree::Worktree;
use driftlint::project::{LoadOptions, MigrationSet, Project};
use driftlint::replay::{Replay, Step, texts_of};
use driftlint::schema::{Declared, Language};
use driftlint::source::{Source, Span};
use driftlint::sql::Unit;
use driftlint::sql::{Dialect, Versions, on_big_stack, script};
use driftlint::tool::Tool;

#[path = "common/gaps.rs"]
mod gaps;

/// Every history among the fixtures with its states: before the first statement, behind it, and so
/// on to the last.
fn histories() -> Vec<(MigrationSet, Vec<Catalog>)> {
    let folders = ["projects", "roundtrip"].map(|folder| {
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures")
            .join(folder)
    });
    let load = |folder| {
        Project::load(&Worktree::new(folder), &LoadOptions::default())
            .expect("the fixtures can be read")
    };
    let sets = folders.iter().flat_map(|folder| load(folder).sets);
    let histories: Vec<_> = sets.map(|set| (set.clone(), states(&set))).collect();
    assert!(
        histories.len() >= 9,
        "six projects and a script for each dialect"
    );
    histories
}

fn states(set: &MigrationSet) -> Vec<Catalog> {
    let parts = set.migrations.iter().flat_map(|migration| &migration.up);
    let text = parts
        .map(|part| part.source.slice(part.span))
        .collect::<Vec<_>>()
        .join(";\n");
    let (versions, source) = (
        Versions::default(),
        Source::new("history.sql", text.as_str()),
    );
    let script = script(
        &source,
        Span::new(0, text.len()),
        set.dialect,
        versions,
        Unit::Statement,
    );
    let mut replay = Replay::new(set.dialect, versions, Tool::Plain);
    replay.begin(&Step::bare(0, &script.statements));
    let mut states = vec![replay.catalog().clone()];
    for statement in &script.statements {
        replay.statement(0, statement);
        states.push(replay.catalog().clone());
    }
    states
}

/// What a difference is about, and who has it; from the other side if it is `mirrored`.
fn subject(difference: &Difference, mirrored: bool) -> String {
    let direction = match difference.direction {
        Presence::LeftOnly if mirrored => Presence::RightOnly,
        Presence::RightOnly if mirrored => Presence::LeftOnly,
        other => other,
    };
    format!(
        "{:?} {} {direction:?}",
        difference.slot,
        difference.slot.part.kind()
    )
}

#[test]
fn a_state_differs_from_itself_in_nothing_and_from_others_alike() {
    on_big_stack(|| {
        for (set, states) in histories() {
            let last = states.last().expect("the state before the first statement");
            for (at, state) in states.iter().enumerate() {
                let (state, last) = (Side::migrated(state), Side::migrated(last));
                let same = diff(state, state);
                assert!(
                    same.is_empty(),
                    "{} after {at} statements: {same:?}",
                    set.folder
                );
                let sorted = |differences: Vec<Difference>, mirrored| {
                    let mut all: Vec<_> =
                        differences.iter().map(|it| subject(it, mirrored)).collect();
                    all.sort();
                    all
                };
                let (there, back) = (
                    sorted(diff(state, last), false),
                    sorted(diff(last, state), true),
                );
                assert_eq!(there, back, "{} after {at} statements", set.folder);
            }
        }
    });
}

/// Of the tools that generate migrations from a schema: a later state is what is declared, an
/// earlier one what was migrated.
#[test]
fn what_closes_a_difference_leaves_none() {
    on_big_stack(|| {
        let mut closed = 0;
        for (set, states) in histories() {
            if !matches!(set.runner, Tool::Drizzle | Tool::Prisma) {
                continue;
            }
            for (from, before) in states.iter().enumerate() {
                for (to, after) in states.iter().enumerate().skip(from + 1) {
                    closed += usize::from(closes(
                        before,
                        after,
                        &set,
                        &format!("{} from {from} to {to}", set.folder),
                    ));
                }
            }
        }
        assert!(closed > 300, "only {closed} pairs of states differ");
    });
}

/// Every schema of `tests/gaps` to every other one, as each tool writes a migration.
#[test]
fn gaps_between_any_two_states_of_a_project_are_closed() {
    on_big_stack(|| {
        for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
            let states = gaps::states(dialect, Versions::default());
            for from in &states {
                for to in &states {
                    let what = format!("{dialect:?} from `{}` to `{}`", from.name, to.name);
                    for runner in [Tool::Prisma, Tool::Drizzle, Tool::Plain] {
                        let (left, remarks) = close(
                            from.catalog(),
                            &to.declared,
                            &Texts::of_files(from.sources()),
                            runner,
                        );
                        assert!(left.is_empty(), "{what}: {left:?}\n{remarks:?}");
                        let doubt = remarks
                            .iter()
                            .find(|remark| remark.contains("expected to refuse"));
                        assert_eq!(doubt, None, "{what}");
                    }
                }
            }
        }
    });
}

/// Whether there was something to close.
fn closes(before: &Catalog, after: &Catalog, set: &MigrationSet, what: &str) -> bool {
    let mut declared = Declared::new(Language::of(Tool::Plain), after.dialect);
    declared.catalog = after.clone();
    let differences = diff(Side::declared(&declared), Side::migrated(before));
    let (left, remarks) = close(before, &declared, &texts_of(set), set.runner);
    assert!(left.is_empty() || !remarks.is_empty(), "{what}: {left:?}");
    !differences.is_empty() && left.is_empty()
}

/// What still differs after the migration that was printed, and what that says of it.
fn close(
    before: &Catalog,
    declared: &Declared,
    texts: &Texts,
    runner: Tool,
) -> (Vec<Difference>, Vec<String>) {
    let differences = diff(Side::declared(declared), Side::migrated(before));
    let repair = repair(declared, before, texts, &differences);
    let text = print(&repair, runner, before.dialect);
    let source = Source::new("repair.sql", text.as_str());
    let script = script(
        &source,
        Span::new(0, text.len()),
        before.dialect,
        before.versions,
        Unit::Breakpoint,
    );
    let mut repaired = Replay::from(before.clone());
    repaired.begin(&Step::bare(1, &script.statements));
    for statement in &script.statements {
        repaired.statement(0, statement);
    }
    let left = diff(Side::declared(declared), Side::migrated(repaired.catalog()));
    (left, repair.remarks.into_vec())
}
