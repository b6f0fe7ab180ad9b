//! What is fuzzed, and what must hold of every input. `tests/fuzz.rs` runs these on the stable
//! compiler, cargo-fuzz with libFuzzer.

use driftlint::check::{Report, Scope, Workflows, check, compare};
use driftlint::config::Config;
use driftlint::drift::{repair, script as print};
use driftlint::glob::Glob;
use driftlint::project::tree::Memory;
use driftlint::project::{ConfiguredSet, LoadOptions, Project};
use driftlint::replay::{catalog_of, texts_of};
use driftlint::report::{Format, Look, render};
use driftlint::schema::input::Input;
use driftlint::source::{Source, Span};
use driftlint::sql::{self, Dialect, Unit, Versions};
use driftlint::workflow::Workflow;

/// One part of driftlint, and the texts that it is given.
pub(crate) struct Target {
    /// Its name, and that of its folder of first inputs.
    pub(crate) name: &'static str,
    /// Reads any bytes. Panics where something does not hold.
    pub(crate) run: fn(&[u8]),
}

/// All of them.
pub(crate) const TARGETS: [Target; 10] = [
    target("split", split),
    target("nesting", nesting),
    target("replay", replay),
    target("typescript", typescript),
    target("prisma", prisma),
    target("snapshot", snapshot),
    target("repair", closing),
    target("globs", globs),
    target("config", config),
    target("project", project),
];

const fn target(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, run }
}

const DIALECTS: [Dialect; 3] = [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite];

/// The splitter and what comes after it, up to changes.
fn split(bytes: &[u8]) {
    let source = Source::from_bytes("a.sql", bytes.to_vec());
    for dialect in DIALECTS {
        read(&source, dialect);
    }
}

fn read(source: &Source, dialect: Dialect) {
    let span = Span::new(0, source.text().len());
    let script = sql::script(source, span, dialect, Versions::default(), Unit::File);
    let mut at = 0;
    for statement in &script.statements {
        let Span { start, end } = statement.span;
        assert!(at <= start && start < end, "statements overlap");
        assert!(source.text().get(start..end).is_some(), "a cut character");
        at = end;
        for change in &statement.changes {
            assert!(statement.span.contains(change.span), "a change elsewhere");
        }
    }
    let counts = script.counts;
    let understood = counts.parsed + counts.recognised + counts.opaque;
    assert_eq!(understood, script.statements.len(), "not all are counted");
}

/// A text that is repeated: the guard before the parser, and anything that is not linear. The first
/// two bytes say how often.
fn nesting(bytes: &[u8]) {
    let [high, low, piece @ ..] = bytes else {
        return;
    };
    let times = usize::from(u16::from_be_bytes([*high, *low])) % 5000;
    let length = piece.len().max(1);
    split(&piece.repeat(times.min(20_000 / length)));
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Migrations, one after each line `-- file`.
fn replay(bytes: &[u8]) {
    let text = text(bytes);
    let files = text.split("-- file\n").enumerate();
    let files = files.map(|(number, text)| (format!("{number:04}_a.sql"), text));
    let files: Vec<(String, String)> = files
        .map(|(name, text)| (format!("migrations/{name}"), text.to_owned()))
        .collect();
    for dialect in DIALECTS {
        whole(&files, Some(dialect));
    }
}

const DRIZZLE: [(&str, &str); 3] = [
    (
        "drizzle.config.ts",
        "export default { dialect: 'postgresql', schema: './schema.ts', out: './drizzle' };",
    ),
    (
        "drizzle/0000_a.sql",
        "CREATE TABLE \"a\" (\"id\" serial PRIMARY KEY, \"b\" text NOT NULL);\nCREATE INDEX \"a_b\" ON \"a\" (\"b\");\n",
    ),
    (
        "drizzle/meta/_journal.json",
        r#"{"version":"7","dialect":"postgresql","entries":[{"idx":0,"version":"7","when":1,"tag":"0000_a","breakpoints":true}]}"#,
    ),
];

fn with(files: &[(&str, &str)], name: &str, bytes: &[u8]) {
    let others = files.iter().filter(|(other, _)| *other != name);
    let mut files: Vec<(String, String)> = others
        .map(|&(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    files.push((name.to_owned(), text(bytes)));
    whole(&files, None);
}

fn typescript(bytes: &[u8]) {
    with(&DRIZZLE, "schema.ts", bytes);
}

fn snapshot(bytes: &[u8]) {
    with(&DRIZZLE, "drizzle/meta/0000_snapshot.json", bytes);
}

fn prisma(bytes: &[u8]) {
    let migration = "CREATE TABLE \"A\" (\"id\" SERIAL PRIMARY KEY, \"b\" TEXT);\n";
    let files = [("prisma/migrations/0_a/migration.sql", migration)];
    with(&files, "prisma/schema.prisma", bytes);
}

/// A declared schema and, after a line `-- file`, a migration.
fn closing(bytes: &[u8]) {
    let text = text(bytes);
    let (declared, migrated) = text.split_once("-- file\n").unwrap_or((&text, ""));
    let files = [
        ("schema.sql".to_owned(), declared.to_owned()),
        ("migrations/0001_a.sql".to_owned(), migrated.to_owned()),
    ];
    for dialect in DIALECTS {
        whole(&files, Some(dialect));
    }
}

/// A pattern, and a path in every other line.
fn globs(bytes: &[u8]) {
    let text = text(bytes);
    let mut lines = text.lines();
    let glob = Glob::new(lines.next().unwrap_or_default());
    for path in lines.take(20) {
        glob.covers(path);
    }
}

fn config(bytes: &[u8]) {
    // What is wrong with it is the user's to know.
    let _ = Config::parse("driftlint.toml", &text(bytes));
}

/// Files of any kind, each after a line `=== path`.
fn project(bytes: &[u8]) {
    let text = text(bytes);
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("=== ") {
            Some(path) => files.push((path.trim().to_owned(), String::new())),
            None => {
                if let Some((_, text)) = files.last_mut() {
                    text.push_str(line);
                }
            }
        }
    }
    files.retain(|(path, _)| !path.is_empty());
    whole(&files, None);
}

/// Everything that driftlint does with a project.
fn whole(files: &[(String, String)], dialect: Option<Dialect>) {
    let tree: Memory = files.iter().cloned().collect();
    let mut options = LoadOptions {
        dialect,
        ..LoadOptions::default()
    };
    if tree.0.contains_key("schema.sql") {
        options.sets.push(ConfiguredSet {
            folder: "migrations".to_owned(),
            schema: vec!["schema.sql".to_owned()],
            dialect,
            ..ConfiguredSet::default()
        });
    }
    let config = Config::default();
    let project = Project::load(&tree, &options).expect("memory never fails");
    let input =
        Input::read(&tree, project, config.versions(), |_| true).expect("memory never fails");
    let now = Workflow::read(&tree, &input.project).expect("memory never fails");
    let scope = Scope {
        workflows: Some(Workflows { now, base: None }),
        ..Scope::default()
    };
    shown(&check(&input, &config, &scope));
    let compared = compare(&input, &config, &Scope::default());
    shown(&compared);
    let sets: Vec<_> = input.sets().collect();
    for gap in &compared.gaps {
        let set = sets[gap.set].set;
        let Some(schemas) = sets[gap.set].schemas else {
            continue;
        };
        let migrated = catalog_of(set, config.versions(), set.migrations.len());
        let declared = &schemas.declared[gap.declared];
        let repair = repair(declared, &migrated, &texts_of(set), &gap.differences);
        let text = print(&repair, set.runner, set.dialect);
        read(&Source::new("repair.sql", text), set.dialect);
    }
}

/// Every format, and what holds of each whatever the files are.
fn shown(report: &Report) {
    for diagnostic in &report.diagnostics {
        let places = diagnostic.related.iter().map(|one| (&one.source, one.span));
        for (source, span) in places.chain([(&diagnostic.source, diagnostic.span)]) {
            let inside = source.text().get(span.range()).is_some();
            assert!(inside, "{}: a place outside of a file", diagnostic.rule);
        }
    }
    let look = Look {
        width: 80,
        color: false,
        unicode: false,
    };
    for format in [Format::Text, Format::Concise] {
        let text = render(report, format, look, false);
        let obeyed = |sign: char| sign.is_control() && sign != '\n';
        assert!(!text.contains(obeyed), "a terminal obeys this: {text:?}");
        let command = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
        assert!(!text.lines().any(command), "a runner obeys this: {text}");
    }
    let lines = render(report, Format::Concise, look, true);
    assert_eq!(lines.lines().count(), report.diagnostics.len());
    // One for each cause, each on a line: whatever is in a message cannot begin another.
    let text = render(report, Format::Github, look, true);
    let of_limit = |line: &&str| line.starts_with("GitHub shows ");
    let (limits, annotations): (Vec<_>, Vec<_>) = text.lines().partition(of_limit);
    assert!(limits.len() < 2, "{text}");
    assert!(
        annotations.iter().all(|line| line.starts_with("::")),
        "{text}"
    );
    assert!(annotations.len() <= report.diagnostics.len(), "{text}");
    assert_eq!(annotations.is_empty(), report.diagnostics.is_empty());
    for format in [
        Format::Json,
        Format::Sarif,
        Format::Gitlab,
        Format::Junit,
        Format::Checkstyle,
        Format::Markdown,
    ] {
        render(report, format, look, true);
    }
}

/// Runs the target of a name where the stack is as deep as in the binary.
pub(crate) fn run(name: &str, bytes: &[u8]) {
    if let Some(target) = TARGETS.iter().find(|target| target.name == name) {
        sql::on_big_stack(|| (target.run)(bytes));
    }
}
