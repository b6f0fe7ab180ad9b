//! `driftlint enum` against real servers: what it writes is applied to a database with rows, and
//! leads to exactly the wanted labels and nothing else; then back, and forth again.
//!
//! `DRIFTLINT_SERVERS_SEED` and `DRIFTLINT_SERVERS_DATABASES` run other random schemas, and more.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::property::setting;
use crate::random::Random;
use crate::server::{Engine, Server};
use crate::session::Session;

const BASE: &str =
    "CREATE TYPE mood AS ENUM ('a','b','c');\nCREATE TABLE t(id int PRIMARY KEY, m mood);\n";
const ROWS: &str = "INSERT INTO t(id, m) VALUES (1,'a'),(2,'b'),(3,'c'),(4,NULL)";
const FUNCTION: &str =
    "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';\n";

/// A schema around `t.m`, and what becomes of the type.
struct Case {
    name: &'static str,
    setup: String,
    rows: &'static str,
    to: &'static str,
    map: &'static [&'static str],
    /// A query whose answer stays the same.
    probe: Option<&'static str>,
    /// Why nothing is written.
    refused: Option<&'static str>,
}

impl Case {
    fn new(name: &'static str, setup: &str) -> Self {
        Self {
            name,
            setup: setup.to_owned(),
            rows: ROWS,
            to: "a,b",
            map: &["c=a"],
            probe: None,
            refused: None,
        }
    }

    fn rows(mut self, rows: &'static str) -> Self {
        self.rows = rows;
        self
    }

    fn to(mut self, to: &'static str, map: &'static [&'static str]) -> Self {
        (self.to, self.map) = (to, map);
        self
    }

    fn probe(mut self, probe: &'static str) -> Self {
        self.probe = Some(probe);
        self
    }

    fn refused(mut self, why: &'static str) -> Self {
        self.refused = Some(why);
        self
    }

    /// Whether everything but the labels stays as it was.
    fn check(&self, server: &Server, database: &str) -> Result<(), String> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let schema = format!("{BASE}{}\n", self.setup);
        let migrations = folder.path().join("migrations");
        fs::create_dir_all(&migrations).expect("a folder");
        let write = |name: &str, text: &str| {
            fs::write(migrations.join(name), text).expect("a file");
        };
        write("000001_init.up.sql", &schema);
        write("000001_init.down.sql", "-- the first one stays\n");
        let written = self.command(folder.path(), server);
        match (self.refused, written) {
            (Some(why), Err(said)) if said.replace("\n ", "").contains(why) => return Ok(()),
            (Some(_), other) => return Err(format!("is not refused: {other:?}")),
            (None, Err(said)) => return Err(said),
            (None, Ok(())) => {}
        }
        let newest = |ending: &str| -> String {
            let mut files: Vec<_> = fs::read_dir(&migrations)
                .expect("the folder")
                .flatten()
                .map(|entry| entry.path())
                .filter(|path| path.to_string_lossy().ends_with(ending))
                .collect();
            files.sort();
            fs::read_to_string(files.pop().expect("a migration")).expect("a file")
        };
        let (up, down) = (newest(".up.sql"), newest(".down.sql"));
        let mut session = server.database(database);
        let result = self.run(&mut session, &schema, &up, &down);
        drop(session);
        server.drop_database(database);
        result.map_err(|error| format!("{error}\n{up}\n-- down\n{down}"))
    }

    fn command(&self, folder: &Path, server: &Server) -> Result<(), String> {
        let Engine::Postgres(version) = server.engine else {
            return Err("enum types are PostgreSQL's".to_owned());
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
        command
            .args(["enum", "mood", "--to", self.to, "--yes", "--pg-version"])
            .arg(version.to_string())
            .current_dir(folder);
        for pair in self.map {
            command.args(["--map", pair]);
        }
        let output = command.output().expect("driftlint runs");
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn run(&self, session: &mut Session, schema: &str, up: &str, down: &str) -> Result<(), String> {
        session.execute(schema)?;
        if !self.rows.is_empty() {
            session.execute(self.rows)?;
        }
        let before = session.catalog();
        let probe = self.probe.map(|probe| session.execute(probe)).transpose()?;
        let rows = session.execute("SELECT id, m::text FROM t ORDER BY 1")?;
        for (step, text) in [("up", up), ("down", down), ("up again", up)] {
            let failed = |error: String| format!("{step}: {error}");
            session
                .execute(&format!("BEGIN;\n{text}\n;COMMIT"))
                .map_err(failed)?;
            let now = session.catalog();
            let mut wanted = before.clone();
            let labels: Vec<&str> = if step == "down" {
                vec!["a", "b", "c"]
            } else {
                self.to.split(',').collect()
            };
            wanted["enums"]["public.mood"] = labels.into();
            if sorted(&wanted) != sorted(&now) {
                return Err(format!(
                    "{step}: {}\nis now\n{}",
                    sorted(&wanted),
                    sorted(&now)
                ));
            }
            let found = self.probe.map(|probe| session.execute(probe)).transpose()?;
            if found != probe {
                return Err(format!("{step}: {probe:?} is now {found:?}"));
            }
            let held = session.execute("SELECT id, m::text FROM t ORDER BY 1")?;
            let moved = |line: &str| {
                let (id, label) = line.split_once('|').unwrap_or((line, ""));
                let to = self.map.iter().filter_map(|pair| pair.split_once('='));
                let to = to.clone().find(|(from, _)| *from == label);
                format!("{id}|{}", to.map_or(label, |(_, to)| to))
            };
            let wanted: Vec<String> = rows.lines().map(moved).collect();
            let is = held.lines().map(str::to_owned).collect::<Vec<_>>();
            let right = if step == "down" {
                is.len() == wanted.len()
            } else {
                is == wanted
            };
            if !right {
                return Err(format!("{step}: {wanted:?} is {is:?}"));
            }
        }
        Ok(())
    }
}

/// A catalog whose columns are in the order of their names: one that is computed comes back last.
pub(crate) fn sorted(catalog: &Value) -> Value {
    let mut catalog = catalog.clone();
    let tables = catalog["tables"].as_object_mut().into_iter().flatten();
    for (_, table) in tables {
        if let Some(columns) = table["columns"].as_array_mut() {
            columns.sort_by_key(|column| column["name"].to_string());
        }
    }
    catalog
}

fn cases() -> Vec<Case> {
    let few = "INSERT INTO t(id, m) VALUES (1,'a'),(2,'b')";
    let trigger = format!(
        "{FUNCTION}CREATE TRIGGER tg BEFORE UPDATE ON t FOR EACH ROW WHEN (NEW.m = 'a') EXECUTE FUNCTION tf(); COMMENT ON TRIGGER tg ON t IS 'tc'; ALTER TABLE t DISABLE TRIGGER tg;"
    );
    let of_column = format!(
        "{FUNCTION}CREATE TRIGGER tg BEFORE UPDATE OF m ON t FOR EACH ROW EXECUTE FUNCTION tf();"
    );
    vec![
        Case::new("plain", ""),
        Case::new("default", "ALTER TABLE t ALTER m SET DEFAULT 'a';"),
        Case::new("null default", "ALTER TABLE t ALTER m SET DEFAULT NULL;"),
        Case::new("index", "CREATE INDEX i ON t(m);"),
        Case::new("unique", "ALTER TABLE t ADD UNIQUE (m);").rows(few).to("a,b", &[]),
        Case::new("partial index", "CREATE INDEX i ON t(id) WHERE m='a';"),
        Case::new("partial index with a cast", "CREATE INDEX i ON t(id) WHERE m='a'::mood;"),
        Case::new("expression index", "CREATE FUNCTION imm(mood) RETURNS text IMMUTABLE LANGUAGE sql AS 'select $1::text'; CREATE INDEX i ON t(imm(m));"),
        Case::new("index of what is there", "CREATE INDEX i ON t(id) WHERE m IS NOT NULL;"),
        Case::new("check", "ALTER TABLE t ADD CONSTRAINT ck CHECK (m <> 'b'); COMMENT ON CONSTRAINT ck ON t IS 'cc';")
            .rows("INSERT INTO t(id, m) VALUES (1,'a'),(3,'c')")
            .probe("select obj_description(oid) from pg_constraint where conname = 'ck'"),
        Case::new("check of a list", "ALTER TABLE t ADD CONSTRAINT ck CHECK (m IN ('a','b'));").rows(few),
        Case::new("check of text", "ALTER TABLE t ADD CONSTRAINT ck CHECK (m::text <> 'x');"),
        Case::new("check of what goes", "ALTER TABLE t ADD CONSTRAINT ck CHECK (m <> 'c');").rows("").refused("speaks of `c`"),
        Case::new("view", "CREATE VIEW v AS SELECT m FROM t; COMMENT ON VIEW v IS 'vc'; GRANT SELECT ON v TO PUBLIC;")
            .probe("select obj_description('v'::regclass), has_table_privilege('pg_monitor', 'v', 'select')"),
        Case::new("view of a view", "CREATE VIEW v AS SELECT m FROM t; CREATE VIEW v2 AS SELECT * FROM v WHERE m = 'a';"),
        Case::new("other view", "CREATE VIEW v AS SELECT id FROM t;"),
        Case::new("materialized view", "CREATE MATERIALIZED VIEW v AS SELECT m FROM t; CREATE INDEX vi ON v(m);"),
        Case::new("generated column", "ALTER TABLE t ADD g boolean GENERATED ALWAYS AS (m = 'a') STORED;"),
        Case::new("trigger that is off", &trigger)
            .probe("select tgenabled, obj_description(oid) from pg_trigger where tgname = 'tg'"),
        Case::new("trigger of a column", &of_column),
        Case::new("policy", "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (m = 'a'); COMMENT ON POLICY p ON t IS 'pc';")
            .probe("select polname, pg_get_expr(polqual, polrelid), obj_description(oid) from pg_policy"),
        Case::new("rule", "CREATE RULE r AS ON INSERT TO t WHERE NEW.m='a' DO INSTEAD NOTHING;").rows(""),
        Case::new("function of it", "CREATE FUNCTION f(x mood) RETURNS int LANGUAGE sql AS 'select 1'; COMMENT ON FUNCTION f(mood) IS 'fc'; REVOKE ALL ON FUNCTION f(mood) FROM PUBLIC;")
            .probe("select proargtypes::regtype[], obj_description(oid), proacl::text from pg_proc where proname = 'f'"),
        Case::new("function that returns it", "CREATE FUNCTION f() RETURNS mood LANGUAGE sql AS 'select ''a''::mood'; ALTER TABLE t ALTER m SET DEFAULT f();"),
        Case::new("function that calls a later name", "CREATE FUNCTION z(x mood) RETURNS int LANGUAGE sql AS 'select 1'; CREATE FUNCTION b(x mood) RETURNS int LANGUAGE sql AS 'select z(x)';"),
        Case::new("function that says it", "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'declare x mood; begin return 1; end';"),
        Case::new("other tables", "CREATE TABLE t2(id int, m mood NOT NULL DEFAULT 'b', n mood DEFAULT 'a'); INSERT INTO t2 VALUES (1,'b','a');")
            .probe("select * from t2"),
        Case::new("domain", "CREATE DOMAIN dm AS mood DEFAULT 'a' CHECK (VALUE <> 'b'); CREATE TABLE t3(id int, d dm NOT NULL DEFAULT 'a'); INSERT INTO t3 VALUES (1,'a'); COMMENT ON DOMAIN dm IS 'dc';")
            .probe("select obj_description('dm'::regtype), d from t3"),
        Case::new("partition key", "CREATE TABLE pt(id int, m mood) PARTITION BY LIST (m); CREATE TABLE pa PARTITION OF pt FOR VALUES IN ('a');")
            .refused("is partitioned by `m`"),
        Case::new("partitions", "CREATE TABLE pt(id int, m mood DEFAULT 'a') PARTITION BY RANGE (id); CREATE TABLE pa PARTITION OF pt FOR VALUES FROM (1) TO (9); CREATE INDEX pi ON pt(id) WHERE m = 'a'; INSERT INTO pt VALUES (2,'b');")
            .probe("select * from pt"),
        Case::new("inheritance", "CREATE TABLE par(id int, m mood CHECK (m <> 'b')); CREATE TABLE chi(x int) INHERITS (par); INSERT INTO chi VALUES (2,'a',5);")
            .probe("select * from par"),
        Case::new("included column", "CREATE UNIQUE INDEX i ON t(id) INCLUDE (m);"),
        Case::new("statistics", "CREATE STATISTICS s ON id, m FROM t;").probe("select stxname from pg_statistic_ext"),
        Case::new("foreign key", "CREATE TABLE r(m mood PRIMARY KEY); INSERT INTO r VALUES ('a'),('b'); ALTER TABLE t ADD FOREIGN KEY (m) REFERENCES r;")
            .rows(few)
            .to("a,b", &[]),
        Case::new("deferred foreign key", "CREATE TABLE r(id int PRIMARY KEY); INSERT INTO r VALUES (1),(2); ALTER TABLE t ADD rid int REFERENCES r DEFERRABLE INITIALLY DEFERRED;"),
        Case::new("array", "ALTER TABLE t ADD ms mood[] DEFAULT '{a}'; CREATE INDEX g ON t USING gin(ms);").probe("select count(ms) from t"),
        Case::new("array of nothing", "ALTER TABLE t ADD ms mood[] DEFAULT ARRAY[]::mood[];"),
        Case::new("composite type", "CREATE TYPE pair AS (x mood, y int); CREATE TABLE t4(id int, p pair); INSERT INTO t4 VALUES (1, ROW('a',2));")
            .probe("select p from t4"),
        Case::new("rights", "COMMENT ON TYPE mood IS 'the mood'; REVOKE ALL ON TYPE mood FROM PUBLIC; GRANT USAGE ON TYPE mood TO pg_monitor;")
            .probe("select obj_description('mood'::regtype), typacl::text from pg_type where typname = 'mood'"),
        Case::new("a label more", "").to("a,b,c,d", &[]),
        Case::new("labels between", "").to("z,a,x,b,y,c", &[]),
        Case::new("another order", "ALTER TABLE t ALTER m SET DEFAULT 'b';").to("c,b,a", &[]),
        Case::new("another name", "ALTER TABLE t ADD CHECK (m <> 'b');")
            .rows("INSERT INTO t(id, m) VALUES (1,'a')")
            .to("a,b,cc", &["c=cc"]),
        Case::new("another name and one less", "").to("aa,b", &["a=aa", "c=b"]),
        Case::new("a name that is taken", "CREATE TYPE mood_old AS ENUM ('q');"),
    ]
}

/// Each kind of thing that stands in the way.
pub(crate) fn check(server: &Server) {
    let failures: Vec<String> = cases()
        .iter()
        .filter_map(|case| {
            let failed = case.check(server, "enum_case").err()?;
            Some(format!("{}: {failed}", case.name))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Many of them at a time.
pub(crate) fn check_random(server: &Server, schemas: u64) {
    const PARTS: &[&str] = &[
        "CREATE TABLE u1(id int, m mood NOT NULL DEFAULT 'a', CHECK (m <> 'b'));",
        "CREATE TABLE u2(id int, ms mood[] NOT NULL DEFAULT '{}'); CREATE INDEX u2_ms ON u2 USING gin(ms);",
        "CREATE VIEW w1 AS SELECT id, m FROM t WHERE m = 'b'; COMMENT ON VIEW w1 IS 'w';",
        "CREATE MATERIALIZED VIEW w2 AS SELECT m, count(*) AS n FROM t GROUP BY m; CREATE UNIQUE INDEX w2_m ON w2(m);",
        "CREATE INDEX i1 ON t(m, id);",
        "CREATE INDEX i2 ON t(id) WHERE m IN ('a','b');",
        "ALTER TABLE t ADD CONSTRAINT c1 CHECK (m IS NULL OR m IN ('a','b','a') OR id = 3);",
        "ALTER TABLE t ADD g text GENERATED ALWAYS AS (CASE WHEN m = 'a' THEN 'x' ELSE 'y' END) STORED;",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p1 ON t FOR SELECT USING (m <> 'b' OR id > 0);",
        "CREATE FUNCTION f1(x mood DEFAULT 'a') RETURNS mood LANGUAGE sql AS 'select x';",
        "CREATE FUNCTION f2() RETURNS SETOF mood LANGUAGE sql AS 'select m from t';",
        "CREATE DOMAIN d1 AS mood CHECK (VALUE <> 'b'); CREATE TABLE u3(id int, d d1);",
        "CREATE TABLE u4(id int, m mood DEFAULT 'b') PARTITION BY RANGE (id); CREATE TABLE u4a PARTITION OF u4 DEFAULT; INSERT INTO u4 VALUES (1,'a');",
        "CREATE TABLE u5(m mood PRIMARY KEY); INSERT INTO u5 VALUES ('a'),('b'),('c'); CREATE TABLE u6(id int, m mood REFERENCES u5);",
        "ALTER TABLE t ALTER m SET DEFAULT 'b';",
        "CREATE SCHEMA s1; CREATE TABLE s1.u7(m mood DEFAULT 'a'); CREATE VIEW s1.w3 AS SELECT m FROM s1.u7;",
        "COMMENT ON TYPE mood IS 'm'; GRANT USAGE ON TYPE mood TO pg_monitor;",
        "CREATE FUNCTION tg1() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end'; CREATE TRIGGER tr1 AFTER UPDATE OF m ON t FOR EACH ROW EXECUTE FUNCTION tg1();",
        "CREATE TYPE pair AS (x mood, y int); CREATE TABLE u8(p pair);",
    ];
    const WISHES: &[(&str, &[&str])] = &[
        ("a,b", &["c=a"]),
        ("a,b,c,d", &[]),
        ("c,b,a", &[]),
        ("d,b,a", &["c=a"]),
    ];
    let first = setting("DRIFTLINT_SERVERS_SEED").unwrap_or(1);
    let schemas = setting("DRIFTLINT_SERVERS_DATABASES").unwrap_or(schemas);
    let mut failures = Vec::new();
    for seed in first..first + schemas {
        let mut random = Random::new(seed);
        let mut setup = String::new();
        for part in PARTS {
            if random.percent(40) {
                setup.push_str(part);
                setup.push('\n');
            }
        }
        // Values that two rows would share.
        let unique = setup.contains("u5") || setup.contains("w2");
        let wishes = if unique { &WISHES[1..3] } else { WISHES };
        let (to, map) = wishes[random.below(wishes.len())];
        let case = Case {
            setup,
            ..Case::new("random", "")
        }
        .to(to, map);
        if let Err(failure) = case.check(server, &format!("enum_{seed}")) {
            failures.push(format!("seed {seed}, {to}: {failure}\n{}", case.setup));
        }
    }
    let count = failures.len();
    failures.truncate(3);
    assert!(
        count == 0,
        "{count} of {schemas}:\n{}",
        failures.join("\n\n")
    );
}
