//! Facts of expressions, queries and spans, in a compact spelling.

use crate::source::{Source, Span};
use crate::sql::Unit;
use crate::sql::change::{
    ChangeKind, ConstraintKind, Expr, LiteralTarget, LiteralUse, Query, TableAction,
};
use crate::sql::{Change, Dialect, Versions, script};

fn changes(text: &str, dialect: Dialect) -> Vec<Change> {
    let source = Source::new("a.sql", text);
    let script = script(
        &source,
        Span::new(0, text.len()),
        dialect,
        Versions::default(),
        Unit::Statement,
    );
    script
        .statements
        .into_iter()
        .flat_map(|statement| statement.changes)
        .collect()
}

fn one(text: &str) -> ChangeKind {
    let mut changes = changes(text, Dialect::Postgres);
    assert_eq!(changes.len(), 1, "{text}");
    changes.remove(0).kind
}

fn literals(literals: &[LiteralUse]) -> String {
    let texts = literals.iter().map(|literal| {
        let target = match &literal.target {
            LiteralTarget::Cast(to) => format!("::{to}"),
            LiteralTarget::Column(Some(table), column) => format!(" in {table}.{}", column.value),
            LiteralTarget::Column(None, column) => format!(" in {}", column.value),
            LiteralTarget::Position(table, index) => format!(" at {table}[{index}]"),
            LiteralTarget::Unknown => " ?".to_owned(),
        };
        format!("{}{target}", literal.value)
    });
    texts.collect::<Vec<_>>().join("; ")
}

fn check_of(text: &str) -> Expr {
    let ChangeKind::CreateTable(table) = one(&format!("CREATE TABLE t (m mood, CHECK ({text}))"))
    else {
        panic!("no table: {text}")
    };
    let Some(ConstraintKind::Check { expr, .. }) =
        table.constraints.into_iter().next().map(|one| one.kind)
    else {
        panic!("no check: {text}")
    };
    expr
}

fn query_of(text: &str) -> Query {
    match one(text) {
        ChangeKind::Select(query)
        | ChangeKind::Insert { query, .. }
        | ChangeKind::Update { query, .. }
        | ChangeKind::Delete { query, .. }
        | ChangeKind::CreateView { query, .. } => query,
        other => panic!("no query: {other:?}"),
    }
}

#[test]
fn literals_know_what_gives_them_their_type() {
    let rows = [
        ("m = 'd'", "d in t.m"),
        ("'d' <> m", "d in t.m"),
        ("m IN ('a', 'b')", "a in t.m; b in t.m"),
        ("m BETWEEN 'a' AND 'b'", "a in t.m; b in t.m"),
        ("m = ANY (ARRAY['a']::mood[])", "a::mood[]"),
        ("m = ANY ('{a,\"b c\"}'::mood[])", "a::mood[]; b c::mood[]"),
        ("CASE m WHEN 'a' THEN true END", "a in t.m"),
        ("COALESCE(m, 'a') = 'b'", "a in t.m; b ?"),
        ("m::text = 'd'", "d::text"),
        ("length('x') = 1", "x ?"),
        ("m = CAST('d' AS app.mood)", "d::app.mood"),
    ];
    for (text, expected) in rows {
        assert_eq!(literals(&check_of(text).literals), expected, "{text}");
    }
}

#[test]
fn literals_of_row_statements_belong_to_columns() {
    let rows = [
        ("INSERT INTO t VALUES (1, 'd')", "d at t[1]"),
        (
            "INSERT INTO t (a, m) VALUES (1, 'd'), (2, 'e')",
            "d in t.m; e in t.m",
        ),
        ("INSERT INTO t (m) SELECT 'd' FROM u", "d in t.m"),
        (
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET m = 'd'",
            "d in t.m",
        ),
        ("UPDATE t SET m = 'd' WHERE x.m = 'e'", "d in t.m; e in x.m"),
        ("UPDATE t AS x SET a = 1 WHERE x.m = 'e'", "e in t.m"),
        ("DELETE FROM t WHERE m = 'd'", "d in t.m"),
        (
            "SELECT * FROM t JOIN u ON t.id = u.id WHERE u.m = 'd'",
            "d in u.m",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(literals(&query_of(text).literals), expected, "{text}");
    }
}

#[test]
fn queries_say_what_they_read_and_yield() {
    let rows = [
        (
            "SELECT a, t.b AS c FROM t ORDER BY c",
            "reads t; columns t.a t.b; stars ; yields a=t.a c=t.b",
        ),
        (
            "SELECT * FROM s.t",
            "reads s.t; columns ; stars s.t; yields ?=s.t.*",
        ),
        (
            "WITH x AS (SELECT id FROM t) SELECT x.id, count(*) FROM x GROUP BY 1",
            "reads t; columns t.id; stars ; yields id=t.id count",
        ),
        (
            "SELECT q.n FROM (SELECT a AS n FROM t) q",
            "reads t; columns t.a; stars ; yields n=t.a",
        ),
        (
            "SELECT a, u.b FROM t, u",
            "reads t u; columns a u.b; stars ; yields a=a b=u.b",
        ),
        (
            "SELECT a FROM t UNION SELECT b FROM u",
            "reads t u; columns t.a u.b; stars ; yields a=t.a",
        ),
    ];
    for (text, expected) in rows {
        let query = query_of(&format!("CREATE VIEW v AS {text}"));
        let column = |column: &crate::sql::change::ColumnRef| match &column.relation {
            Some(relation) => format!("{relation}.{}", column.column.value),
            None => column.column.value.clone(),
        };
        let join = |texts: Vec<String>| texts.join(" ");
        let yields = query.output.iter().map(|output| {
            let name = output.name.as_ref().map_or("?", |name| name.value.as_str());
            output.from.as_ref().map_or_else(
                || name.to_owned(),
                |from| format!("{name}={}", column(from)),
            )
        });
        let shown = format!(
            "reads {}; columns {}; stars {}; yields {}",
            join(query.relations.iter().map(ToString::to_string).collect()),
            join(query.columns.iter().map(column).collect()),
            join(query.stars.iter().map(ToString::to_string).collect()),
            join(yields.collect()),
        );
        assert_eq!(shown, expected, "{text}");
    }
}

#[test]
fn what_a_check_proves_not_null() {
    let rows = [
        ("a IS NOT NULL", "a"),
        ("a IS NOT NULL AND (b IS NOT NULL AND c > 0)", "a b"),
        ("NOT (a IS NULL OR b IS NULL)", "a b"),
        ("a IS NOT NULL OR b IS NOT NULL", ""),
    ];
    for (text, expected) in rows {
        let proved: Vec<String> = check_of(text)
            .proves_not_null
            .into_iter()
            .map(|column| column.value)
            .collect();
        assert_eq!(proved.join(" "), expected, "{text}");
    }
}

#[test]
fn spans_are_as_narrow_as_the_text_allows() {
    let text = "ALTER TABLE é.t ADD COLUMN a numeric (10, 2) NOT NULL DEFAULT now(), -- x, y\n  \
                ADD CONSTRAINT c CHECK (a > 0) NOT VALID, DROP b";
    let changes = changes(text, Dialect::Postgres);
    let Some(ChangeKind::AlterTable(alter)) = changes.first().map(|change| &change.kind) else {
        panic!("no alter")
    };
    let actions: Vec<&str> = alter
        .actions
        .iter()
        .map(|(_, span)| &text[span.range()])
        .collect();
    let first = "ADD COLUMN a numeric (10, 2) NOT NULL DEFAULT now()";
    assert_eq!(
        actions,
        [first, "ADD CONSTRAINT c CHECK (a > 0) NOT VALID", "DROP b"]
    );
    let [
        (TableAction::AddColumn { column, .. }, _),
        (TableAction::AddConstraint(check), _),
        _,
    ] = alter.actions.as_slice()
    else {
        panic!("other actions")
    };
    assert_eq!(&text[column.type_span.range()], "numeric (10, 2)");
    assert_eq!(
        column
            .default
            .as_ref()
            .map(|default| &text[default.span.range()]),
        Some("now()")
    );
    assert_eq!(
        &text[check.span.range()],
        "CONSTRAINT c CHECK (a > 0) NOT VALID"
    );
}

#[test]
fn inline_constraints_have_their_own_spans() {
    let text = "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY, b int DEFAULT 1 UNIQUE REFERENCES u (id) ON DELETE SET NULL NOT NULL)";
    let Some(ChangeKind::CreateTable(table)) = changes(text, Dialect::Postgres)
        .into_iter()
        .next()
        .map(|one| one.kind)
    else {
        panic!("no table")
    };
    let spans = table
        .columns
        .iter()
        .flat_map(|column| &column.constraints)
        .map(|one| &text[one.span.range()]);
    let expected = [
        "CONSTRAINT k PRIMARY KEY",
        "UNIQUE",
        "REFERENCES u (id) ON DELETE SET NULL",
    ];
    assert_eq!(spans.collect::<Vec<_>>(), expected);
}

#[test]
fn names_fold_as_the_dialect_does() {
    let long = "x".repeat(70);
    let ChangeKind::CreateTable(table) =
        one(&format!("CREATE TABLE App.\"Users\" (ID int, {long} int)"))
    else {
        panic!("no table")
    };
    assert_eq!(table.name.to_string(), "app.Users");
    assert_eq!(table.columns[0].name.value, "id");
    assert_eq!(table.columns[1].name.value.len(), 63);
}
