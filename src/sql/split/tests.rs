use super::*;

/// The statements with their batches, after checking that the pieces are in order and that only
/// blanks, comments and terminators lie between.
fn statements(text: &str, dialect: Dialect, unit: Unit) -> Vec<(&str, u32)> {
    let pieces = split(
        text,
        Span::new(0, text.len()),
        dialect,
        Versions::default(),
        unit,
    );
    tiles(text, &pieces);
    let statements = pieces
        .list
        .into_iter()
        .filter(|piece| piece.kind == PieceKind::Statement);
    statements
        .map(|piece| (&text[piece.span.range()], piece.batch))
        .collect()
}

fn tiles(text: &str, pieces: &Pieces) {
    let mut covered = vec![false; text.len()];
    let mut at = 0;
    for piece in &pieces.list {
        assert!(
            at <= piece.span.start && piece.span.start < piece.span.end,
            "{piece:?} overlaps in {text:?}"
        );
        covered[piece.span.range()].fill(true);
        at = piece.span.end;
    }
    for comment in &pieces.comments {
        covered[comment.span.range()].fill(true);
    }
    let lost: String = text
        .char_indices()
        .filter(|&(at, _)| !covered[at])
        .map(|(_, next)| next)
        .collect();
    // Blanks, terminators, and the frames of executable comments.
    let lost = lost.trim_matches(|next: char| {
        next.is_ascii_whitespace() || ";\\\u{feff}\u{b}$|/*!0123456789".contains(next)
    });
    assert!(
        lost.chars()
            .all(|next| next.is_ascii_whitespace() || ";\\$|/*!0123456789".contains(next)),
        "{lost:?} is lost of {text:?}"
    );
}

fn texts(text: &str, dialect: Dialect) -> Vec<&str> {
    statements(text, dialect, Unit::File)
        .into_iter()
        .map(|(text, _)| text)
        .collect()
}

fn postgres(text: &str) -> Vec<&str> {
    texts(text, Dialect::Postgres)
}

fn mysql(text: &str) -> Vec<&str> {
    texts(text, Dialect::MySql)
}

fn sqlite(text: &str) -> Vec<&str> {
    texts(text, Dialect::Sqlite)
}

fn problems(text: &str, dialect: Dialect) -> Vec<(ProblemKind, usize)> {
    let pieces = split(
        text,
        Span::new(0, text.len()),
        dialect,
        Versions::default(),
        Unit::File,
    );
    pieces
        .problems
        .into_iter()
        .map(|problem| (problem.kind, problem.span.start))
        .collect()
}

#[test]
fn quotes_and_comments_hide_semicolons() {
    assert_eq!(
        postgres("a ';' ; b \";\" -- ;\n; c /* ; /* ; */ ; */ d"),
        ["a ';'", "b \";\"", "c /* ; /* ; */ ; */ d"]
    );
    assert_eq!(
        postgres(r"SELECT 'a\'; SELECT E'\';'; x"),
        [r"SELECT 'a\'", r"SELECT E'\';'", "x"]
    );
    assert_eq!(
        postgres("SELECT U&\";\" ; SELECT U&';'"),
        ["SELECT U&\";\"", "SELECT U&';'"]
    );
    assert_eq!(
        mysql(r#"SELECT 'a\';', "b;" ; SELECT `;` # ;"#),
        [r#"SELECT 'a\';', "b;""#, "SELECT `;`"]
    );
    assert_eq!(
        sqlite("SELECT [;], `;`, 'a\\'; x"),
        ["SELECT [;], `;`, 'a\\'", "x"]
    );
    assert_eq!(sqlite("a /* /* ; */ + c; b"), ["a /* /* ; */ + c", "b"]);
}

#[test]
fn dollar_quotes_need_their_own_tag() {
    assert_eq!(
        postgres("DO $a$ $b$ ; $$ $a$; SELECT $1; x"),
        ["DO $a$ $b$ ; $$ $a$", "SELECT $1", "x"]
    );
    assert_eq!(postgres("SELECT a$b$; c$b$"), ["SELECT a$b$", "c$b$"]);
}

#[test]
fn line_comments_end_where_the_server_ends_them() {
    assert_eq!(postgres("-- x\rSELECT 1"), ["SELECT 1"]);
    assert_eq!(sqlite("-- x\rSELECT 1"), [""; 0]);
    assert_eq!(mysql("SELECT 5--1; x"), ["SELECT 5--1", "x"]);
    assert_eq!(
        postgres("\u{feff}SELECT 1;\r\nSELECT 2;\r\n"),
        ["SELECT 1", "SELECT 2"]
    );
}

#[test]
fn executable_comments_of_mysql_are_code() {
    assert_eq!(
        mysql("/*!40101 SET NAMES utf8 */; SELECT 1 /* ; */"),
        ["SET NAMES utf8", "SELECT 1"]
    );
    assert_eq!(
        mysql("/*M!999999\\- enable the sandbox mode */ SELECT 1; /*!999999 x */ y"),
        ["SELECT 1", "y"]
    );
}

#[test]
fn bodies_hold_semicolons() {
    let atomic = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END";
    assert_eq!(
        postgres(&format!("{atomic}; SELECT 3")),
        [atomic, "SELECT 3"]
    );
    let rule = "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); INSERT INTO b VALUES (2))";
    assert_eq!(postgres(&format!("{rule}; SELECT 3")), [rule, "SELECT 3"]);
    let trigger = "CREATE TEMP TRIGGER x AFTER UPDATE ON t WHEN CASE WHEN 1 THEN 1 END BEGIN UPDATE t SET a = CASE b WHEN 1 THEN 2 END; SELECT 1; END";
    assert_eq!(
        sqlite(&format!("{trigger}; SELECT 3")),
        [trigger, "SELECT 3"]
    );
    let routine = "CREATE DEFINER=`a`@`b` PROCEDURE p() BEGIN IF a THEN SET b = IF(c, 1, 2); END IF; l: LOOP LEAVE l; END LOOP; \
                   CASE a WHEN 1 THEN SELECT 1; END CASE; BEGIN END; END";
    assert_eq!(
        mysql(&format!("{routine}; SELECT 3")),
        [routine, "SELECT 3"]
    );
    assert_eq!(
        postgres("BEGIN; SELECT 1; COMMIT"),
        ["BEGIN", "SELECT 1", "COMMIT"]
    );
    assert_eq!(
        mysql("CREATE TABLE trigger_log (event int); BEGIN; x"),
        ["CREATE TABLE trigger_log (event int)", "BEGIN", "x"]
    );
}

#[test]
fn a_body_without_an_end_hides_nothing() {
    let text =
        "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; DROP TABLE a; -- c\nDROP TABLE b;";
    assert_eq!(
        sqlite(text),
        [
            "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1",
            "DROP TABLE a",
            "DROP TABLE b"
        ]
    );
    assert_eq!(
        problems(text, Dialect::Sqlite),
        [(ProblemKind::UnclosedBody, 35)]
    );
    assert_eq!(
        postgres("SELECT (1; DROP TABLE a;"),
        ["SELECT (1", "DROP TABLE a"]
    );
}

#[test]
fn delimiter_replaces_the_semicolon() {
    let text = "DELIMITER $$\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END$$\ndelimiter ;\nSELECT 1; SELECT 2";
    let trigger = "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END";
    assert_eq!(mysql(text), [trigger, "SELECT 1", "SELECT 2"]);
    assert_eq!(
        mysql("DELIMITER //\nSELECT ';//';\n//\nDELIMITER ;\nx;"),
        ["SELECT ';//';", "x"]
    );
    assert_eq!(
        mysql("DELIMITER\n$$\nSELECT 1; SELECT 2$$\nDELIMITER ;\nx;"),
        mysql("DELIMITER $$\nSELECT 1; SELECT 2$$\nDELIMITER ;\nx;"),
    );
    assert_eq!(
        postgres("SELECT delimiter FROM t; x"),
        ["SELECT delimiter FROM t", "x"]
    );
}

#[test]
fn psql_commands_and_copied_rows_are_no_statements() {
    let text = "\\set x 1\nCOPY public.t (a) FROM stdin;\n1;'\n\\.\nSELECT 1 \\gexec\n\\restrict abc\nSELECT 2";
    let pieces = split(
        text,
        Span::new(0, text.len()),
        Dialect::Postgres,
        Versions::default(),
        Unit::File,
    );
    tiles(text, &pieces);
    let kinds: Vec<_> = pieces
        .list
        .iter()
        .map(|piece| (piece.kind, text[piece.span.range()].trim_end()))
        .collect();
    assert_eq!(
        kinds,
        [
            (PieceKind::Meta, "\\set x 1"),
            (PieceKind::Statement, "COPY public.t (a) FROM stdin"),
            (PieceKind::Data, "1;'\n\\."),
            (PieceKind::Statement, "SELECT 1"),
            (PieceKind::Meta, "\\gexec"),
            (PieceKind::Meta, "\\restrict abc"),
            (PieceKind::Statement, "SELECT 2"),
        ]
    );
    assert_eq!(
        postgres("COPY t FROM stdin; SELECT 1"),
        ["COPY t FROM stdin", "SELECT 1"]
    );
}

#[test]
fn units_decide_what_is_sent_together() {
    let batches = |text, unit| {
        statements(text, Dialect::Postgres, unit)
            .into_iter()
            .map(|(_, batch)| batch)
            .collect::<Vec<_>>()
    };
    assert_eq!(batches("a; b; c", Unit::File), [0, 0, 0]);
    assert_eq!(batches("a; b; c", Unit::Statement), [0, 1, 2]);
    assert_eq!(
        batches("a; b;\n--> statement-breakpoint\nc", Unit::Breakpoint),
        [0, 0, 1]
    );
    assert_eq!(batches("a \\; b; c", Unit::Statement), [0, 0, 1]);
}

#[test]
fn goose_blocks_are_split_and_sent_together() {
    let text = "-- +goose Up\na;\n-- +GOOSE statementbegin\nb; c;\n-- +goose StatementEnd\nd\n-- +goose Down\ne;";
    assert_eq!(
        statements(text, Dialect::Postgres, Unit::Statement),
        [("a", 0), ("b", 1), ("c", 1), ("d", 2), ("e", 3)]
    );
}

#[test]
fn directives_end_statements() {
    assert_eq!(postgres("-- migrate:up\na\n-- migrate:down\nb"), ["a", "b"]);
    assert_eq!(
        postgres("-- +migrate Up\na\n-- +migrate Down\nb"),
        ["a", "b"]
    );
    assert_eq!(postgres("a -- +goose Down\nb"), ["a -- +goose Down\nb"]);
    assert_eq!(
        mysql("CREATE TABLE a (b int)\n-->statement-breakpoint\nx"),
        ["CREATE TABLE a (b int)", "x"]
    );
}

#[test]
fn what_is_never_closed_is_said() {
    assert_eq!(
        problems("a; 'b", Dialect::Postgres),
        [(ProblemKind::UnclosedString, 3)]
    );
    assert_eq!(
        problems("a; \"b", Dialect::Postgres),
        [(ProblemKind::UnclosedName, 3)]
    );
    assert_eq!(
        problems("a; $x$b", Dialect::Postgres),
        [(ProblemKind::UnclosedDollarQuote, 3)]
    );
    assert_eq!(
        problems("a; /* /* */", Dialect::Postgres),
        [(ProblemKind::UnclosedComment, 3)]
    );
    assert_eq!(problems("a; /* b", Dialect::Sqlite), []);
}

#[test]
fn comments_are_kept_with_their_text() {
    let text = "-- one\nSELECT /* two */ 1; # x\n";
    let bodies = |dialect| {
        let pieces = split(
            text,
            Span::new(0, text.len()),
            dialect,
            Versions::default(),
            Unit::File,
        );
        pieces
            .comments
            .into_iter()
            .map(|comment| &text[comment.body.range()])
            .collect::<Vec<_>>()
    };
    assert_eq!(bodies(Dialect::Postgres), [" one", " two "]);
    assert_eq!(bodies(Dialect::MySql), [" one", " two ", " x"]);
}

#[test]
fn a_part_of_a_text_keeps_its_offsets() {
    let text = "aa; bb; cc;";
    let pieces = split(
        text,
        Span::new(4, 8),
        Dialect::Postgres,
        Versions::default(),
        Unit::File,
    );
    assert_eq!(
        pieces
            .list
            .iter()
            .map(|piece| piece.span)
            .collect::<Vec<_>>(),
        [Span::new(4, 6)]
    );
}
