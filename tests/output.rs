//! The shapes that programs read: JSON, workflow commands, one line each; and what people see.

#[path = "common/example.rs"]
mod example;

use driftlint::check::Report;
use driftlint::config::Config;
use driftlint::diagnostic::{Confidence, Diagnostic, Label, Object, Severity};
use driftlint::report::{Format, Look, render};
use driftlint::source::{Source, Span};
use example::Example;

const LOOK: Look = Look {
    width: 80,
    color: false,
    unicode: true,
};

fn diagnostic(source: &Source, span: Span, rule: &'static str, severity: Severity) -> Diagnostic {
    Diagnostic {
        rule,
        severity,
        confidence: Confidence::High,
        message: "drops `users`".to_owned(),
        help: Some("write IF EXISTS".to_owned()),
        source: source.clone(),
        span,
        related: Vec::new(),
        fixes: Vec::new(),
        object: None,
        lock: None,
        rows: None,
        fingerprint: String::new(),
    }
}

fn report(mut diagnostics: Vec<Diagnostic>) -> Report {
    driftlint::diagnostic::fingerprint::number(&mut diagnostics);
    Report {
        diagnostics,
        ..Report::default()
    }
}

fn json(report: &Report) -> serde_json::Value {
    serde_json::from_str(&render(report, Format::Json, LOOK, false)).expect("JSON")
}

#[test]
fn json_has_the_shape_of_version_1() {
    let source = Source::new("db/1.sql", "é;\nDROP TABLE users;\n");
    let mut one = diagnostic(
        &source,
        Span::new(4, 20),
        "drop-table-without-if-exists",
        Severity::Warning,
    );
    let label = Label::new(source.clone(), Span::new(0, 2), "made here");
    one.related.push(label);
    one.object = Some(Object {
        kind: "column",
        table: Some("public.users".to_owned()),
        name: "bio".to_owned(),
        direction: "declared-not-migrated".to_owned(),
        sides: ["declared", "migrated"],
        values: [Some("text".to_owned()), None],
        snapshot: None,
        introduced: Some(true),
        unmigrated: None,
    });
    let value = json(&report(vec![one]));
    let expected = serde_json::json!({
        "rule": "drop-table-without-if-exists", "group": "correctness", "severity": "warning", "confidence": "high",
        "message": "drops `users`", "help": "write IF EXISTS", "file": "db/1.sql",
        "span": {"start": {"line": 2, "column": 1, "byte_column": 1, "offset": 4}, "end": {"line": 2, "column": 17, "byte_column": 17, "offset": 20}},
        "related": [{
            "file": "db/1.sql", "message": "made here",
            "span": {"start": {"line": 1, "column": 1, "byte_column": 1, "offset": 0}, "end": {"line": 1, "column": 2, "byte_column": 3, "offset": 2}},
        }],
        "fixes": [],
        "object": {
            "kind": "column", "table": "public.users", "name": "bio", "direction": "declared-not-migrated",
            "sides": ["declared", "migrated"], "declared": "text", "migrated": null, "introduced": true,
        },
    });
    assert_eq!(value["version"], 1);
    for (key, wanted) in expected.as_object().expect("an object") {
        // The group is the page's, whatever that is.
        if key != "group" {
            assert_eq!(&value["diagnostics"][0][key], wanted, "{key}");
        }
    }
    let summary = [
        "files",
        "statements",
        "opaque",
        "errors",
        "warnings",
        "notes",
        "suppressed",
        "not_judged",
    ];
    for key in summary {
        assert!(!value["summary"][key].is_null(), "{key}");
    }
    assert_eq!(
        json(&report(Vec::new()))["diagnostics"],
        serde_json::json!([])
    );
}

#[test]
fn fingerprints_stay_when_lines_move_and_differ_otherwise() {
    let prints = |text: &str| -> Vec<String> {
        let source = Source::new("db/1.sql", text);
        let spans = text
            .match_indices("DROP")
            .map(|(at, word)| Span::new(at, at + word.len()));
        let found = spans
            .map(|span| diagnostic(&source, span, "unparsed-statement", Severity::Error))
            .collect();
        let value = json(&report(found));
        let list = value["diagnostics"].as_array().expect("an array");
        list.iter()
            .map(|one| one["fingerprint"].as_str().expect("a string").to_owned())
            .collect()
    };
    let before = prints("DROP a;\nDROP b;\n");
    assert_eq!(before, prints("-- new\n\n DROP  a;\nDROP b;\n"));
    assert_ne!(before[0], before[1], "two of a kind are numbered");
    assert_eq!(before[0].len(), 16);
}

#[test]
fn workflow_commands_are_escaped_and_the_worst_come_first() {
    let source = Source::new("db/a,b:c.sql", "DROP\nTABLE");
    let mut note = diagnostic(
        &source,
        Span::new(0, 4),
        "unparsed-statement",
        Severity::Note,
    );
    note.message = "100% of\nit".to_owned();
    note.help = None;
    let error = diagnostic(
        &source,
        Span::new(0, 10),
        "unparsed-statement",
        Severity::Error,
    );
    let text = render(&report(vec![note, error]), Format::Github, LOOK, true);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "::error file=db/a%2Cb%3Ac.sql,line=1,endLine=2,title=driftlint (unparsed-statement)::\
         db/a,b:c.sql:1:1: drops `users`%0Ahelp: write IF EXISTS"
    );
    assert_eq!(
        lines[1],
        "::notice file=db/a%2Cb%3Ac.sql,line=1,endLine=1,col=1,endColumn=5,title=driftlint (unparsed-statement)::\
         db/a,b:c.sql:1:1: 100%25 of%0Ait"
    );
}

#[test]
fn text_joins_related_places_in_one_frame() {
    let first = Source::new(
        "db/0001_init.sql",
        format!("{}CREATE TABLE users (id int);\n", "\n".repeat(11)),
    );
    let second = Source::new(
        "db/0002_drop.sql",
        "SELECT 1;\n\tDROP TABLE users; -- \u{1b}[31m\n",
    );
    let mut one = diagnostic(
        &second,
        Span::new(11, 27),
        "unparsed-statement",
        Severity::Error,
    );
    let label = Label::new(first, Span::new(24, 29), "made here");
    one.related.push(label);
    let text = render(&report(vec![one]), Format::Text, LOOK, true);
    let expected = "\
error[unparsed-statement]: drops `users`
    ╭─[db/0002_drop.sql:2:2]
  2 │   DROP TABLE users; -- \u{fffd}[31m
    ·   ────────────────
    ├─[db/0001_init.sql:12:14]
 12 │ CREATE TABLE users (id int);
    ·              ──┬──
    ·                ╰── made here
    ╰────
  help: write IF EXISTS

";
    assert_eq!(text, expected, "\n{text}");
}

#[test]
fn ascii_and_colour() {
    let source = Source::new("a.sql", "DROP TABLE users;\n");
    let found = report(vec![diagnostic(
        &source,
        Span::new(0, 16),
        "unparsed-statement",
        Severity::Error,
    )]);
    let ascii = render(
        &found,
        Format::Text,
        Look {
            unicode: false,
            ..LOOK
        },
        true,
    );
    assert!(ascii.is_ascii(), "{ascii}");
    let color = render(
        &found,
        Format::Text,
        Look {
            color: true,
            ..LOOK
        },
        true,
    );
    assert!(
        color.starts_with("\u{1b}[1;31merror[unparsed-statement]\u{1b}[0m: drops"),
        "{color:?}"
    );
}

#[test]
fn a_statement_of_ten_megabytes_is_shown_in_one_line() {
    let text = format!("INSERT INTO t VALUES ({}1);", "1, ".repeat(3_000_000));
    let source = Source::new("a.sql", text);
    let span = Span::new(source.text().len() - 3, source.text().len() - 2);
    let shown = render(
        &report(vec![diagnostic(
            &source,
            span,
            "unparsed-statement",
            Severity::Error,
        )]),
        Format::Text,
        LOOK,
        true,
    );
    assert!(shown.len() < 1_000, "{} bytes", shown.len());
    assert!(shown.contains("1, 1);"), "{shown}");
}

#[test]
fn examples_can_be_checked_against_a_base() {
    let text = "-- base: 1_a.sql\nSELECT 1;\n-- base: 2_b.sql\nSELECT 2;\n-- file: 2_b.sql\nSELECT 3;\n-- file: 3_c.sql\nSELECT 4;\n";
    let report = Example::read(text, &[]).check(&Config::default());
    assert_eq!(
        report.summary.ledger.files(),
        2,
        "what has not changed is replayed and not judged"
    );
    let rules: Vec<&str> = report
        .diagnostics
        .iter()
        .map(|diagnostic| diagnostic.rule)
        .collect();
    assert_eq!(rules, ["edited-migration"]);
}

#[test]
fn what_a_file_does_wrong_in_one_way_is_one_finding_with_all_its_places() {
    let sql = "CREATE INDEX a ON t (a);\nCREATE INDEX b ON t (b);\nCREATE INDEX c ON t (c);\n";
    let text = format!(
        "-- file: 0001_t.sql\nCREATE TABLE t (id int PRIMARY KEY, a int, b int, c int);\n-- file: 0002_i.sql\n{sql}"
    );
    let found = Example::read(&text, &[]).check(&Config::default());
    assert_eq!(
        found.diagnostics.len(),
        3,
        "editors and the baseline see each"
    );
    let value = json(&found);
    let all = value["diagnostics"].as_array().expect("an array");
    assert_eq!((all.len(), &value["summary"]["warnings"]), (1, &1.into()));
    let places: Vec<&serde_json::Value> = all[0]["related"]
        .as_array()
        .expect("an array")
        .iter()
        .collect();
    let own = |at: usize| &found.diagnostics[at].fingerprint;
    let lines = places
        .iter()
        .filter(|place| !place["fingerprint"].is_null());
    let seen: Vec<_> = lines
        .map(|it| {
            (
                it["span"]["start"]["line"].clone(),
                it["fingerprint"].clone(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (2.into(), own(1).as_str().into()),
            (3.into(), own(2).as_str().into())
        ]
    );
    let shown = render(&found, Format::Text, LOOK, false);
    assert!(
        shown.contains("2 more places of this file") && shown.contains(": 1 warning"),
        "{shown}"
    );
    assert_eq!(
        render(&found, Format::Concise, LOOK, true).lines().count(),
        3
    );
}
