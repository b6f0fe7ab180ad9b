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

/// Every statement of the fixtures, and texts made to differ, cut at every sign that could end one.
#[test]
fn plain_tokens_are_those_of_sqlparser() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let files = walkdir::WalkDir::new(root).into_iter().flatten();
    let files = files.filter(|file| file.path().extension().is_some_and(|end| end == "sql"));
    let mut texts: Vec<String> = files
        .filter_map(|file| std::fs::read_to_string(file.path()).ok())
        .collect();
    texts.push(
        "SELECT a.b, a . b, .5, 1.5, 1., a.1, 1e3, 0x1F, 12abc, $1, ?, :a, a::int, a :: int, a:=1;\
         SELECT '', '''', 'a''b', 'a\\'b', E'a', e'\\n', N'a', x'ff', b'1', U&'a', _utf8'a', 'a' 'b';\
         SELECT \"\", \"a\"\"b\", \"a\", `a`, `a``b`, [a], a[1], '{}'::int[], a -- b\n, c --d\n, e - - f;\
         SELECT a=b, a= -1, a =- 1, a==b, a=>b, a<>b, a<=b, a < b, a*b, a * -b, (a*), a/b, a % b, a||b;\
         SELECT a->b, a ->> b, a#>b, a # b\n, @a, @@b, a$b, a@b, {a}, /* a */ b, /*! a */ b, ünï, aü, 'ü', \"ü\";\
         SELECT N, n'a', q'a', R\"a\", \"a\\b\", 'a\r\nb', a\r\nb, a\u{a0}b, a\u{c}b, ~a, !a, a!=b, a&b, ^a"
            .to_owned(),
    );
    texts.push(sqlparser::keywords::ALL_KEYWORDS.join(" "));
    texts.push(sqlparser::keywords::ALL_KEYWORDS.join(" ").to_lowercase());
    let (mut plain, mut all) = (0, 0);
    for text in &texts {
        for part in text.split_inclusive(';').chain(text.split_inclusive(',')) {
            for dialect in [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite] {
                all += 1;
                let cx = cx(part, dialect);
                let Some(ours) = tokens::plain(part, 0, grammar(dialect)) else {
                    continue;
                };
                plain += 1;
                assert_eq!(Ok(ours), any_tokens(part, &cx), "{part}");
            }
        }
    }
    assert!(plain * 2 > all, "{plain} of {all} are plain");
}
