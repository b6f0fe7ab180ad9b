//! Migrations that share a file are the same ones by the file and their name in it: what is
//! appended edits none of them.

use driftlint::check::{Scope, check};
use driftlint::config::Config;
use driftlint::history::{ChangeSet, FileChange, Merged};
use driftlint::project::tree::Memory;
use driftlint::project::{FileStatus, LoadOptions, Migration, MigrationPart, Project};
use driftlint::schema::input::Input;
use driftlint::source::{Source, Span};
use driftlint::sql::on_big_stack;

const PATH: &str = "migrations/1_all.sql";

/// A project whose one file holds a migration for each of its lines, named by the first word after
/// `--`.
fn project(text: &str) -> Project {
    let tree: Memory = [(PATH, text)].into_iter().collect();
    let mut project = Project::load(&tree, &LoadOptions::default()).expect("memory never fails");
    let set = &mut project.sets[0];
    let whole = set.migrations.remove(0);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let (_, name) = line
            .trim()
            .rsplit_once("-- ")
            .expect("each line has a name");
        let part = MigrationPart {
            source: Source::new(PATH, text),
            span: Span::new(start, start + line.len()),
            name: Some(name.to_owned()),
        };
        set.migrations.push(Migration {
            id: name.to_owned(),
            up: vec![part],
            ..whole.clone()
        });
        start += line.len();
    }
    project
}

/// The rules that report on a change, each with its line.
fn reported(before: &str, now: &str) -> Vec<String> {
    let changes = ChangeSet {
        base_name: "HEAD".to_owned(),
        files: vec![FileChange {
            path: PATH.to_owned(),
            status: FileStatus::Modified,
            before: Some(Source::new(PATH, before)),
            after: Some(Source::new(PATH, now)),
            merged: Merged::AsAtBase,
            moved_from: None,
        }],
        base: Input::from(project(before)),
    };
    let scope = Scope {
        changes: Some(changes),
        ..Scope::default()
    };
    let input = Input::from(project(now));
    let report = on_big_stack(|| check(&input, &Config::default(), &scope));
    let edited = report
        .diagnostics
        .iter()
        .filter(|it| it.rule == "edited-migration");
    edited
        .map(|it| {
            let line = it.source.position(it.span.start).line;
            format!("{}:{line}", it.rule)
        })
        .collect()
}

const FIRST: &str = "CREATE TABLE a (id int); -- one\n";
const SECOND: &str = "CREATE TABLE b (id int); -- two\n";

#[test]
fn what_is_appended_edits_nothing() {
    let both = format!("{FIRST}{SECOND}");
    assert_eq!(reported(FIRST, &both), [""; 0]);
    assert_eq!(reported(&both, &both), [""; 0]);
}

#[test]
fn a_migration_is_edited_where_its_own_text_is() {
    let both = format!("{FIRST}{SECOND}");
    let edited = both.replace("b (id int)", "b (id bigint)");
    assert_eq!(reported(&both, &edited), ["edited-migration:2"]);
}
