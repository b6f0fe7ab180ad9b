use super::*;
use crate::source::Span;
use crate::sql::Versions;

fn cx(text: &str, dialect: Dialect) -> Cx<'_> {
    Cx {
        text,
        span: Span::new(0, text.len()),
        dialect,
        versions: Versions::default(),
    }
}

#[test]
fn tokens_are_located_in_bytes_of_the_file() {
    let text = "-- é\r\n  SELECT '😀\n', \"ñ\" /* ü */ + x";
    let start = text.find("SELECT").expect("it is there");
    let cx = Cx {
        span: Span::new(start, text.len()),
        ..cx(text, Dialect::Postgres)
    };
    let tokens = tokenize(&cx).expect("it has only closed quotes");
    let slices: Vec<_> = tokens
        .iter()
        .map(|token| cx.slice(cx.span(token.span)))
        .collect();
    assert_eq!(slices, ["SELECT", "'😀\n'", ",", "\"ñ\"", "+", "x"]);
}

#[test]
fn frames_of_executable_comments_are_blank() {
    let text = "ALTER /*!50100 TABLE `é` */ DROP /* no */ a";
    let cx = cx(text, Dialect::MySql);
    let tokens = tokenize(&cx).expect("it has only closed quotes");
    let slices: Vec<_> = tokens
        .iter()
        .map(|token| cx.slice(cx.span(token.span)))
        .collect();
    assert_eq!(slices, ["ALTER", "TABLE", "`é`", "DROP", "a"]);
}

#[test]
fn chains_are_measured_along_one_path() {
    let deep = |text: &str| {
        guard::is_deep(&tokenize(&cx(text, Dialect::Postgres)).expect("it has only closed quotes"))
    };
    assert!(!deep(&format!("SELECT {}", "1 + 1, ".repeat(5000))));
    assert!(deep(&format!("SELECT {}1", "1 + ".repeat(1001))));
    assert!(!deep(&format!(
        "INSERT INTO t VALUES {}(1)",
        "('a'::b, -1),".repeat(5000)
    )));
    assert!(deep(&format!(
        "SELECT a, b {}",
        "UNION SELECT a, b ".repeat(1001)
    )));
    assert!(deep(&format!("SELECT {}1", "a AND (b OR ".repeat(600))));
    assert!(deep(&format!("SELECT 1{}", "::int".repeat(1001))));
    assert!(deep(&format!("SELECT a{}", "[1]".repeat(1001))));
}

#[test]
fn more_than_one_statement_is_no_statement() {
    let text = "DROP TABLE a ALTER TABLE b";
    let tokens = tokenize(&cx(text, Dialect::Postgres)).expect("it has no quotes");
    let error =
        statement(tokens, &cx(text, Dialect::Postgres)).expect_err("a terminator is missing");
    assert_eq!(error, "Expected: end of statement, found: ALTER");
}
