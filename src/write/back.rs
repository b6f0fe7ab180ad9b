//! A migration of a set taken back, and where its layout keeps that.

use super::DraftScript;
use super::carried::PastStatements;
use super::reverse::untold::leaves_nothing;
use super::reverse::{Reverse, reverse};
use super::spoken;
use crate::catalog::Catalog;
use crate::catalog::convert::object_name;
use crate::diagnostic::Edit;
use crate::drift::{RepairStep, run, statements};
use crate::project::names::{PrefixKind, prefixed};
use crate::project::sections::new_file;
use crate::project::tree::{file_name, join, parent};
use crate::project::{Direction, Migration, MigrationSet};
use crate::replay::{Lowered, ReadOptions, catalog_of, statements_before, texts_of};
use crate::source::{Source, Span};
use crate::sql::change::{ChangeKind, DropMode, TableAction};
use crate::sql::render::Quotes;
use crate::sql::{Statement, Versions, walk};
use crate::tool::Tool;

/// What takes a migration of a set back. Call it where the stack is deep: see
/// [`crate::sql::on_big_stack`].
pub fn taken_back(set: &MigrationSet, at: usize, versions: Versions) -> Reverse {
    let before = catalog_of(set, versions, at);
    let after = catalog_of(set, versions, at + 1);
    let up = Lowered::of(
        &set.migrations[at],
        Direction::Up,
        ReadOptions::of(set, versions),
    );
    let mut back = reverse(&before, &after, &texts_of(set), &up.statements);
    back.script
        .remarks
        .extend(validated(&before, &up.statements));
    let dropped = up.statements.iter().flat_map(|it| &it.changes);
    let dropped = dropped.map(|change| &change.kind);
    // CASCADE names only where it begins.
    let gone = before
        .views
        .keys()
        .filter(|name| !after.views.contains_key(*name));
    let gone = ChangeKind::DropView {
        names: gone.map(object_name).collect(),
        materialized: false,
        mode: DropMode::default(),
    };
    let dropped = dropped.chain([&gone]).chain(back.script.changes());
    let again = PastStatements::before(set, at).again(dropped, &before);
    back.script.steps.extend(again);
    let past = || statements_before(set, at, versions);
    unsay(
        &mut back,
        set.runner,
        past,
        &up.statements,
        (&before, &after),
    );
    never_empty(&mut back.script, &up.statements, &before);
    back
}

/// An empty file says nothing, least of all that somebody has looked.
fn never_empty(script: &mut DraftScript, undone: &[Statement], before: &Catalog) {
    let says = |step: &RepairStep| step.sql(before.dialect, Quotes::All).is_some();
    if !script.remarks.is_empty() || script.steps.iter().any(says) {
        return;
    }
    let remark = if undone.iter().all(|it| leaves_nothing(it, before)) {
        "this migration leaves nothing behind that has to be taken back"
    } else {
        "this migration changes nothing that is known here, so nothing is taken back"
    };
    script.remarks.push(remark.to_owned());
}

/// Nothing makes a constraint doubtful again whose rows have been looked at.
fn validated(before: &Catalog, up: &[Statement]) -> Vec<String> {
    let actions = up.iter().flat_map(|it| walk::actions(&it.changes));
    let names = actions.filter_map(|reached| match reached.action {
        TableAction::ValidateConstraint { name } => Some((&reached.alter.table, &name.value)),
        _ => None,
    });
    let old = names.filter(|(table, name)| {
        let found = before.table(table);
        found.is_some_and(|table| table.constraint_origin(name).is_some())
    });
    old.map(|(table, name)| format!("constraint `{name}` of `{table}` stays validated"))
        .collect()
}

/// What does it again, as the way back of a migration of these steps, which take it back.
pub fn done_again(
    set: &MigrationSet,
    at: usize,
    versions: Versions,
    steps: &[RepairStep],
) -> Reverse {
    let after = catalog_of(set, versions, at + 1);
    let (back, _) = run(&after, steps);
    let undone = statements(&after, steps);
    let mut again = reverse(&after, &back, &texts_of(set), &undone);
    let past = || statements_before(set, at + 1, versions);
    unsay(&mut again, set.runner, past, &undone, (&after, &back));
    never_empty(&mut again.script, &undone, &after);
    again
}

/// Takes back what statements say of privileges, comments and owners.
fn unsay(
    back: &mut Reverse,
    runner: Tool,
    past: impl FnOnce() -> Vec<Statement>,
    up: &[Statement],
    catalogs: (&Catalog, &Catalog),
) {
    let (steps, remarks) = spoken::unsaid(runner.gives_privileges_to(), past, up, catalogs);
    for step in steps {
        if !back.script.steps.contains(&step) {
            back.script.steps.push(step);
        }
    }
    back.script.remarks.extend(remarks);
}

/// The edits that put a way back where the layout of a set keeps it. `None` where nothing shows
/// where that is.
pub fn down_edits(set: &MigrationSet, at: usize, text: &str) -> Option<Vec<Edit>> {
    let migration = &set.migrations[at];
    if let Some(parts) = &migration.down {
        return match parts.as_slice() {
            [part] if part.is_blank() => Some(vec![Edit {
                source: part.source.clone(),
                span: part.span,
                text: text.to_owned(),
            }]),
            // A section that is there and holds no line.
            [] => section_end(migration, text, None),
            _ => None,
        };
    }
    if let Some([_, down]) = set.runner.sections() {
        return section_end(migration, text, Some(down));
    }
    let up = migration.up.last()?.source.path();
    let name = file_name(up);
    let beside = |name: String| Some(vec![new_file(join(parent(up), &name), text)]);
    if matches!(name, "up.sql" | "migration.sql") {
        return beside("down.sql".to_owned());
    }
    if let Some(stem) = name.strip_suffix(".up.sql") {
        return beside(format!("{stem}.down.sql"));
    }
    let stem = name.strip_suffix(".sql")?;
    if prefixed(stem).is_some_and(|name| name.kind == PrefixKind::Versioned) {
        return beside(format!("U{}.sql", stem.strip_prefix('V')?));
    }
    // Another tool would run it as the next migration.
    if !set.runner.leaves_downs_beside() {
        return None;
    }
    beside(format!("{stem}-rollback.sql"))
}

/// The edit that adds a way back at the end of a file with sections.
fn section_end(migration: &Migration, text: &str, mark: Option<&str>) -> Option<Vec<Edit>> {
    let source: &Source = &migration.up.last()?.source;
    let end = source.text().len();
    let line = if source.text().ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let mark = mark.map(|mark| format!("\n{mark}\n")).unwrap_or_default();
    Some(vec![Edit {
        source: source.clone(),
        span: Span::new(end, end),
        text: format!("{line}{mark}{text}"),
    }])
}
