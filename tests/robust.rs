//! No input makes the SQL front end panic, abort, overflow the stack or hang.

use driftlint::source::{Source, Span};
use driftlint::sql::Unit;
use driftlint::sql::change::ChangeKind;
use driftlint::sql::{self, Dialect, Script, Understood, Versions};

const DIALECTS: [Dialect; 3] = [Dialect::Postgres, Dialect::MySql, Dialect::Sqlite];

/// Reads a text in a dialect, and checks what holds of every script.
fn read(text: impl Into<String>, dialect: Dialect) -> Script {
    read_source(&Source::new("a.sql", text), dialect)
}

fn read_source(source: &Source, dialect: Dialect) -> Script {
    let span = Span::new(0, source.text().len());
    let script = sql::script(source, span, dialect, Versions::default(), Unit::File);
    let mut at = 0;
    for statement in &script.statements {
        assert!(
            at <= statement.span.start && statement.span.start < statement.span.end,
            "statements overlap"
        );
        assert!(
            source.text().get(statement.span.range()).is_some(),
            "a statement cuts a character"
        );
        let text = statement.text().as_bytes();
        assert_eq!(
            text.trim_ascii_start(),
            text,
            "a statement starts with a token"
        );
        at = statement.span.end;
        for change in &statement.changes {
            assert!(
                statement.span.contains(change.span),
                "{:?} lies outside of {:?}",
                change.span,
                statement.span
            );
        }
    }
    let counts = script.counts;
    assert_eq!(
        counts.parsed + counts.recognised + counts.opaque,
        script.statements.len()
    );
    script
}

fn opaque(script: &Script) -> usize {
    script
        .statements
        .iter()
        .filter(|statement| matches!(statement.understood, Understood::Opaque { .. }))
        .count()
}

#[test]
fn ten_megabytes_of_rows_are_one_insert() {
    let text = format!(
        "INSERT INTO t (a, b) VALUES {}('x', 1);",
        "('it''s', 42), ".repeat(10 << 16)
    );
    assert!(text.len() > 9 << 20);
    sql::on_big_stack(|| {
        for dialect in DIALECTS {
            let script = read(text.clone(), dialect);
            assert!(matches!(
                script.statements[0].changes[0].kind,
                ChangeKind::Insert { ref table, ref columns, .. } if table.name.value == "t" && columns.len() == 2
            ));
        }
    });
}

#[test]
fn ten_megabytes_of_one_string_keep_their_neighbours() {
    let text = format!(
        "DROP TABLE a; SELECT '{}'; DROP TABLE b;",
        "x".repeat(10 << 20)
    );
    sql::on_big_stack(|| {
        for dialect in DIALECTS {
            let script = read(text.clone(), dialect);
            assert_eq!(script.statements.len(), 3);
            assert!(matches!(
                script.statements[2].changes[0].kind,
                ChangeKind::DropTable { .. }
            ));
        }
    });
}

#[test]
fn nesting_and_chains_of_any_depth_are_survived() {
    let deep = 100_000;
    let texts = [
        format!("SELECT {}1{}", "(".repeat(deep), ")".repeat(deep)),
        format!("SELECT {}", "(".repeat(deep)),
        format!("SELECT {}1", "- ".repeat(deep)),
        format!("SELECT {}1", "NOT ".repeat(deep)),
        format!("SELECT {}1", "1 AND ".repeat(deep)),
        format!("SELECT 1 {}", "UNION SELECT 1 ".repeat(deep)),
        format!("SELECT 1{}", "::int".repeat(deep)),
        format!("SELECT a{}", "[1]".repeat(deep)),
        format!("SELECT {}1", "CASE WHEN a THEN ".repeat(deep)),
        format!("SELECT {}1", "f(".repeat(deep)),
        format!("SELECT {}", "a.".repeat(deep)),
        format!("CREATE TABLE t (a int {})", "CHECK (a > 1) ".repeat(deep)),
        format!("CREATE TABLE t (a int{})", "[]".repeat(deep)),
        format!(
            "ALTER TABLE t {}DROP COLUMN a",
            "DROP COLUMN a, ".repeat(deep / 50)
        ),
        format!(
            "ALTER TABLE t ALTER CONSTRAINT {}",
            "a, ALTER CONSTRAINT ".repeat(deep / 50)
        ),
        format!("WITH a AS {} SELECT 1", "(WITH a AS ".repeat(deep)),
        format!("EXPLAIN {}SELECT 1", "EXPLAIN ".repeat(deep)),
        format!("{}DROP TABLE t", "/* ".repeat(deep)),
        format!("DO $$ BEGIN {} END $$", "IF a THEN ".repeat(deep)),
        format!("DO $$ BEGIN {} END $$", "BEGIN ".repeat(deep)),
        format!("DO $$ BEGIN {} END $$", "LOOP ".repeat(deep)),
        format!(
            "DO $$ BEGIN {} END $$",
            "EXECUTE 'SELECT ''1'''; ".repeat(deep / 50)
        ),
    ];
    sql::on_big_stack(|| {
        for text in texts {
            for dialect in DIALECTS {
                read(text.clone(), dialect);
            }
        }
    });
}

#[test]
fn repetition_of_anything_takes_linear_time() {
    let repeated = [
        "[",
        "(",
        ")",
        "'",
        "\"",
        "`",
        "$$",
        "$a$",
        ";",
        "/*",
        "/*!",
        "*/",
        "--",
        "\\",
        "\\;",
        "\\g",
        "#",
        "-->statement-breakpoint",
        "COPY t FROM stdin;\n",
        "CREATE TRIGGER a BEGIN x;",
        "CREATE RULE (;",
        "DELIMITER x\n",
        "DELIMITER ;\n",
        "-- +goose StatementBegin\n",
        "\0",
        "\u{feff}",
        "é",
        "a ",
        "1",
        "BEGIN;",
    ];
    sql::on_big_stack(|| {
        for part in repeated {
            for dialect in DIALECTS {
                read(part.repeat((1 << 17) / part.len()), dialect);
            }
        }
    });
}

#[test]
fn bytes_that_are_no_text_are_opaque() {
    sql::on_big_stack(|| {
        for dialect in DIALECTS {
            let mut random = Random(7);
            let bytes: Vec<u8> = (0..100_000)
                .map(|_| random.below(256).try_into().unwrap_or_default())
                .collect();
            read_source(&Source::from_bytes("a.sql", bytes), dialect);
            let script = read_source(
                &Source::from_bytes("a.sql", b"DROP TABLE a;\0\xff\xfe;DROP TABLE b;".to_vec()),
                dialect,
            );
            assert_eq!((script.statements.len(), opaque(&script)), (3, 1));
        }
    });
}

/// Statements of every kind that the front end treats by itself.
const SEEDS: &str = r#"
CREATE TABLE IF NOT EXISTS "t" (id bigint GENERATED ALWAYS AS IDENTITY (START 1), a text COMPRESSION lz4, CONSTRAINT n NOT NULL a, LIKE u INCLUDING ALL EXCLUDING INDEXES);
CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2) PARTITION BY RANGE (lower(a) text_ops);
ALTER TABLE ONLY t ADD CONSTRAINT c NOT NULL a NOT VALID, ALTER CONSTRAINT d DEFERRABLE, ATTACH PARTITION p DEFAULT, ALTER a TYPE text COLLATE "C" USING a::text, ADD COLUMN é int;
DROP INDEX CONCURRENTLY IF EXISTS i, j CASCADE; REINDEX (VERBOSE, CONCURRENTLY) TABLE t; VACUUM (FULL, ANALYZE) t (a), u; CLUSTER t USING i;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'; ALTER TYPE c ADD ATTRIBUTE a int CASCADE, DROP ATTRIBUTE IF EXISTS b; ALTER DOMAIN d ADD CHECK (value > 1) NOT VALID;
CREATE SEQUENCE s OWNED BY a.b.c INCREMENT BY -1 NO CYCLE AS integer; ALTER SEQUENCE s OWNED BY NONE; COMMENT ON FUNCTION f(int) IS 'it''s'; CREATE EXTENSION x SCHEMA y;
CREATE INDEX CONCURRENTLY i ON ONLY t USING gin (a gin_trgm_ops (siglen = 1), lower(b)) TABLESPACE x WHERE a IS NOT NULL;
CREATE OR REPLACE FUNCTION f(a int DEFAULT 1, OUT b text[], VARIADIC c t.d%TYPE) RETURNS SETOF text LANGUAGE plpgsql COST 1 AS $$ BEGIN RETURN; END $$;
CREATE TRIGGER g AFTER INSERT OR UPDATE OF a, b ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION f('x', 1);
DO LANGUAGE plpgsql $do$ DECLARE v int; BEGIN
  IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'c' AND data_type <> 'text') THEN ALTER TABLE t ADD c int; ELSIF v THEN NULL; ELSE RAISE; END IF;
  FOR r IN SELECT 1 LOOP EXECUTE format('DROP TABLE %I', 'x' || 'y'); PERFORM f(1); SELECT a INTO STRICT v FROM t; v[1] := CASE WHEN 1 THEN 2 END; END LOOP;
EXCEPTION WHEN duplicate_object OR others THEN NULL; END $do$;
COPY t FROM stdin;
1	2
\.
\connect "db" \g
CREATE RULE r AS ON INSERT TO t DO INSTEAD (INSERT INTO a VALUES (1); DELETE FROM b);
ALTER TABLE `t` ENGINE = InnoDB, CONVERT TO CHARACTER SET utf8mb4 COLLATE x, MODIFY `a` VARCHAR(20) BINARY NOT NULL AFTER b, DROP KEY k, RENAME u, ADD COLUMN (a int, b int), ADD FULLTEXT KEY f (a) WITH PARSER ngram;
/*!50100 ALTER TABLE t PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (1)) */; # comment
DELIMITER //
CREATE DEFINER=`a`@`%` TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN IF 1 THEN SET NEW.a = 'x\'y'; END IF; END//
DELIMITER ;
PRAGMA foreign_keys = OFF; CREATE TABLE x (a UNSIGNED BIG INT, UNIQUE (a) ON CONFLICT REPLACE FOREIGN KEY (a) REFERENCES y (b)) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE v USING fts5(a, b); ALTER TABLE t ALTER COLUMN a TO a text NOT NULL; REINDEX i; ATTACH 'x' AS y;
-- +goose Up
-- +goose StatementBegin
SELECT 1; SELECT E'\'' || U&"x" || $1
-- +goose StatementEnd
--> statement-breakpoint
SET LOCAL lock_timeout TO '1s'; RESET ALL; LOCK TABLE a, b IN SHARE MODE NOWAIT; GRANT ALL ON t TO u; CREATE DATABASE d; BEGIN ISOLATION LEVEL SERIALIZABLE; COMMIT AND CHAIN;
"#;

/// A small xorshift generator: the same texts in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or_default() % end.max(1)
    }
}

#[test]
fn damaged_scripts_are_read_without_panic() {
    const JUNK: &[&str] = &[
        "'", "\"", "`", "$$", "(", ")", ";", "--", "/*", "*/", "\\", "\0", "é", "BEGIN", "END",
        ",", "[", "IS", "AS", "TO", "NOT", " ",
    ];
    sql::on_big_stack(|| {
        let mut random = Random(20_261_121);
        for round in 0..400 {
            let mut text: Vec<char> = SEEDS.chars().collect();
            match round % 4 {
                // The end is missing, or the start.
                0 => text.truncate(random.below(text.len())),
                1 => drop(text.drain(..random.below(text.len()))),
                _ => {}
            }
            for _ in 0..random.below(40) {
                let at = random.below(text.len());
                let end = (at + random.below(12)).min(text.len());
                let junk = JUNK[random.below(JUNK.len())].chars();
                text.splice(at..end, junk);
            }
            let text: String = text.into_iter().collect();
            for dialect in DIALECTS {
                read(text.clone(), dialect);
            }
        }
    });
}

#[test]
fn every_prefix_of_every_statement_is_read_without_panic() {
    sql::on_big_stack(|| {
        for statement in SEEDS.split_inclusive(';') {
            for end in (0..statement.len())
                .step_by(3)
                .filter(|&end| statement.is_char_boundary(end))
            {
                for dialect in DIALECTS {
                    read(&statement[..end], dialect);
                }
            }
        }
    });
}
