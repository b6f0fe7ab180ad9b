use super::*;
use crate::catalog::Catalog;
use crate::compare::Difference;
use crate::project::bookkeeping::digest::{base64, crc32_of_lines, sha256, sha384};
use crate::project::bookkeeping::{BookkeepingRow, FoundTable, find};
use crate::project::tree::Memory;
use crate::project::{LoadOptions, Project};
use crate::schema::dump;
use crate::source::Source;
use crate::sql::{Dialect, Versions, on_big_stack};
use crate::tool::Tool;
use sha2::{Digest as _, Sha256};

const A: &str = "CREATE TABLE a (id int);\n";
const B: &str = "CREATE TABLE b (id int);\n";
const C: &str = "CREATE TABLE c (id int);\n";

/// The only set of some files.
fn set(files: &[(&str, &str)]) -> MigrationSet {
    let tree: Memory = files.iter().copied().collect();
    let mut project = Project::load(&tree, &LoadOptions::default()).expect("a project");
    assert_eq!(project.sets.len(), 1);
    project.sets.remove(0)
}

/// Rows of these columns; `-` is NULL.
fn rows(columns: &str, lines: &[&str]) -> Vec<BookkeepingRow> {
    let row = |line: &&str| {
        let values = line.split(',').map(|value| match value {
            "-" => None,
            value => Some(value.to_owned()),
        });
        BookkeepingRow(columns.split(',').map(str::to_owned).zip(values).collect())
    };
    lines.iter().map(row).collect()
}

fn standing(set: &MigrationSet, columns: &str, lines: &[&str]) -> Standing {
    let bookkeeping = set.runner.bookkeeping_rows().expect("a tool that is known");
    for column in bookkeeping.columns {
        assert!(columns.split(',').any(|one| one == *column), "{column}");
    }
    Standing::of(set, &(bookkeeping.read)(&rows(columns, lines)))
}

#[track_caller]
fn names(standing: &Standing) -> Vec<&'static str> {
    standing.states().map(MigrationState::name).collect()
}

fn unknown(standing: &Standing) -> Vec<&str> {
    let rows = standing.unknown.iter();
    rows.map(|row| row.name.as_str()).collect()
}

const PRISMA: &str = "migration_name,checksum,finished_at,rolled_back_at,started_at,logs";

fn prisma() -> MigrationSet {
    set(&[
        (
            "prisma/schema.prisma",
            "datasource db {\n  provider = \"postgresql\"\n}\n",
        ),
        ("prisma/migrations/1_a/migration.sql", A),
        ("prisma/migrations/2_b/migration.sql", B),
        ("prisma/migrations/3_c/migration.sql", C),
    ])
}

#[test]
fn prisma_knows_edits_failures_and_what_was_taken_back() {
    let set = prisma();
    let crlf = sha256(A.replace('\n', "\r\n").as_bytes());
    let said = standing(
        &set,
        PRISMA,
        &[
            &format!("1_a,{crlf},2026-01-01,-,2026-01-01,-"),
            "2_b,0000,-,2026-01-02,2026-01-02,failed",
            &format!("2_b,{},2026-01-03,-,2026-01-03,-", sha256(B.as_bytes())),
            "3_c,0000,-,-,2026-01-04,a word\\nDatabase error: ERROR: it is there",
            "0_gone,1111,2026-01-01,-,2026-01-01,-",
        ],
    );
    assert_eq!(names(&said), ["applied", "applied", "failed"]);
    assert_eq!(
        said.migrations[2],
        MigrationState::Failed("ERROR: it is there".to_owned())
    );
    assert_eq!(unknown(&said), ["0_gone"]);
    let said = standing(
        &set,
        PRISMA,
        &[
            "1_a,0000,2026-01-01,-,2026-01-01,-",
            &format!(
                "2_renamed,{},2026-01-03,-,2026-01-03,-",
                sha256(B.as_bytes())
            ),
            "3_c,0000,-,2026-01-04,2026-01-04,-",
        ],
    );
    assert_eq!(names(&said), ["edited", "pending", "pending"]);
    assert_eq!(said.unknown[0].renamed_to, Some(1));
}

fn drizzle(whens: [i64; 3]) -> MigrationSet {
    let entries = ["0000_a", "0001_b", "0002_c"].iter().zip(whens).enumerate();
    let entries: Vec<String> = entries
        .map(|(idx, (tag, when))| {
            format!(r#"{{"idx": {idx}, "version": "7", "when": {when}, "tag": "{tag}", "breakpoints": true}}"#)
        })
        .collect();
    let journal = format!(
        r#"{{"version": "7", "dialect": "postgresql", "entries": [{}]}}"#,
        entries.join(", ")
    );
    set(&[
        ("drizzle/meta/_journal.json", &journal),
        ("drizzle/0000_a.sql", A),
        ("drizzle/0001_b.sql", B),
        ("drizzle/0002_c.sql", C),
    ])
}

#[test]
fn drizzle_skips_what_is_older_than_the_newest_row() {
    let columns = "id,hash,created_at";
    let [a, b, c] = [A, B, C].map(|text| sha256(text.as_bytes()));
    let set = drizzle([1000, 2000, 3000]);
    let said = standing(
        &set,
        columns,
        &[&format!("1,{a},1000"), &format!("2,{b},2000")],
    );
    assert_eq!(names(&said), ["applied", "applied", "pending"]);
    assert!(said.agrees(true) && !said.agrees(false));
    let merged = drizzle([1000, 2500, 2000]);
    let said = standing(
        &merged,
        columns,
        &[&format!("1,{a},1000"), &format!("2,{b},2500")],
    );
    assert_eq!(names(&said), ["applied", "applied", "skipped"]);
    // The newest row counts, whatever it is of.
    let said = standing(&set, columns, &[&format!("1,{a},1000"), "2,ffff,9000"]);
    assert_eq!(names(&said), ["applied", "skipped", "skipped"]);
    assert_eq!(unknown(&said), ["created_at 9000"]);
    // An edit of the journal is not one of the migration.
    let said = standing(
        &set,
        columns,
        &[
            &format!("1,{a},1000"),
            &format!("2,{c},2000"),
            &format!("3,{b},3001"),
        ],
    );
    assert_eq!(names(&said), ["applied", "edited", "skipped"]);
    // Two entries of one moment are two rows.
    let twins = drizzle([1000, 2000, 2000]);
    let said = standing(
        &twins,
        columns,
        &[&format!("1,{a},1000"), &format!("2,{b},2000")],
    );
    assert_eq!(names(&said), ["applied", "applied", "skipped"]);
}

#[test]
fn drizzle_goes_by_folders_since_1_0_and_by_seconds_for_older_rows() {
    let set = set(&[
        (
            "drizzle.config.ts",
            "export default { dialect: 'postgresql', out: './drizzle' }",
        ),
        ("drizzle/19700101000001_a/migration.sql", A),
        ("drizzle/19700101000002_b/migration.sql", B),
        ("drizzle/19700101000003_c/migration.sql", C),
    ]);
    let said = standing(
        &set,
        "id,hash,created_at,name",
        &[
            "1,-,1000,-",
            "2,-,3000,19700101000003_c",
            "3,-,2000,19700101000002_renamed",
        ],
    );
    assert_eq!(names(&said), ["applied", "out-of-order", "applied"]);
    assert_eq!(unknown(&said), ["19700101000002_renamed"]);
}

fn pairs() -> MigrationSet {
    let mut set = set(&[
        ("Cargo.toml", "[dependencies]\nsqlx = \"0.8\"\n"),
        ("migrations/0001_a.sql", A),
        ("migrations/0002_b.sql", B),
        ("migrations/0010_c.sql", C),
    ]);
    assert_eq!(set.runner, Tool::Sqlx);
    set.dialect = Dialect::Postgres;
    set
}

#[test]
fn sqlx_compares_bytes() {
    let set = pairs();
    let [a, b, c] = [
        A.to_owned(),
        B.replace('\n', "\r\n"),
        "SELECT 1;".to_owned(),
    ]
    .map(|text| sha384(text.as_bytes()));
    let said = standing(
        &set,
        "version,description,success,checksum",
        &[
            &format!("1,a,t,{a}"),
            &format!("2,b,t,{b}"),
            &format!("10,c,1,{c}"),
            "9,gone away,true,00",
        ],
    );
    assert_eq!(names(&said), ["applied", "edited", "edited"]);
    assert_eq!(
        said.migrations[1],
        MigrationState::Edited { line_ends: true }
    );
    assert_eq!(
        said.migrations[2],
        MigrationState::Edited { line_ends: false }
    );
    assert_eq!(unknown(&said), ["9_gone_away"]);
    let said = standing(
        &set,
        "version,description,success,checksum",
        &[&format!("2,b,f,{b}")],
    );
    assert_eq!(names(&said), ["out-of-order", "failed", "pending"]);
    assert!(said.has_failure());
}

/// The same files, run by another tool.
fn run_by(tool: Tool) -> MigrationSet {
    MigrationSet {
        runner: tool,
        ..pairs()
    }
}

#[test]
fn golang_migrate_knows_the_newest_version_only() {
    let set = run_by(Tool::GolangMigrate);
    let columns = "version,dirty";
    let of = |lines: &[&str]| standing(&set, columns, lines);
    assert_eq!(names(&of(&["2,f"])), ["applied", "applied", "pending"]);
    assert_eq!(of(&["2,f"]).migrations[0], MigrationState::TakenForApplied);
    assert_eq!(names(&of(&["2,1"])), ["applied", "failed", "pending"]);
    assert_eq!(names(&of(&[])), ["pending", "pending", "pending"]);
    assert_eq!(unknown(&of(&["5,f"])), ["5"]);
    assert_eq!(names(&of(&["-1,t"])), ["pending", "pending", "pending"]);
    assert!(of(&["-1,t"]).has_failure());
}

#[test]
fn versions_are_numbers_or_texts() {
    for (tool, columns, row) in [
        (Tool::Dbmate, "version", ["0001", "0010"]),
        (Tool::Goose, "id,version_id,is_applied", ["2,1,t", "4,10,1"]),
        (Tool::Diesel, "version,run_on", ["0001,2026", "0010,2026"]),
        (
            Tool::Supabase,
            "version,statements,name",
            ["0001,-,a", "10,-,c"],
        ),
        (
            Tool::NodePgMigrate,
            "id,name,run_on",
            ["1,0001_a,x", "2,0010_c,x"],
        ),
        (
            Tool::SqlMigrate,
            "id,applied_at",
            ["0001_a.sql,x", "0010_c.sql,x"],
        ),
    ] {
        let said = standing(&run_by(tool), columns, &row);
        assert_eq!(
            names(&said),
            ["applied", "out-of-order", "applied"],
            "{tool:?}"
        );
        assert!(said.unknown.is_empty(), "{tool:?}");
    }
    // goose: the first row is of no migration, and a version may be taken back.
    let said = standing(
        &run_by(Tool::Goose),
        "id,version_id,is_applied",
        &["1,0,t", "2,1,t", "3,2,t", "4,2,f"],
    );
    assert_eq!(names(&said), ["applied", "pending", "pending"]);
}

const FLYWAY: &str = "installed_rank,version,description,type,script,checksum,success";

#[test]
fn flyway_has_baselines_repairs_and_what_repeats() {
    let set = set(&[
        ("db/V1__a.sql", A),
        ("db/V1_1__b.sql", B),
        ("db/V2__c.sql", C),
        ("db/R__views.sql", "CREATE VIEW v AS SELECT 1;\n"),
    ]);
    assert_eq!(set.runner, Tool::Flyway);
    let [b, views] = [B, "CREATE VIEW v AS SELECT 1;"].map(crc32_of_lines);
    let said = standing(
        &set,
        FLYWAY,
        &[
            "1,1,<< Flyway Baseline >>,BASELINE,<< Flyway Baseline >>,-,t",
            &format!("2,1.1,b,SQL,V1_1__b.sql,{b},t"),
            &format!("3,-,views,SQL,R__views.sql,{views},t"),
        ],
    );
    assert_eq!(names(&said), ["applied", "applied", "pending", "applied"]);
    assert!(said.unknown.is_empty());
    let said = standing(
        &set,
        FLYWAY,
        &[
            "1,1,a,SQL,V1__a.sql,7,t",
            "2,1.1,b,SQL,V1_1__b.sql,7,t",
            "3,1.1,b,DELETE,V1_1__b.sql,7,t",
            "4,2.0,c,SQL,V2__c.sql,7,f",
            "5,-,views,SQL,R__views.sql,7,t",
            "6,3,x,JDBC,V3__x,-,t",
        ],
    );
    assert_eq!(
        names(&said),
        ["edited", "out-of-order", "failed", "pending"]
    );
    assert_eq!(unknown(&said), ["V3__x"]);
}

#[test]
fn atlas_has_one_hash_over_all_so_far() {
    let files = [("m/1_a.sql", A), ("m/2_b.sql", B), ("m/3_c.sql", C)];
    let set = set(&[files[0], files[1], files[2], ("m/atlas.sum", "h1:x\n")]);
    assert_eq!(set.runner, Tool::Atlas);
    let mut so_far = Sha256::new();
    let sums = ["1_a.sql", "2_b.sql", "3_c.sql"].map(|name| {
        let text = files.iter().find(|(path, _)| path.ends_with(name));
        so_far.update(name.as_bytes());
        so_far.update(text.expect("a file").1.as_bytes());
        base64(&so_far.clone().finalize())
    });
    let columns = "version,description,type,applied,total,error,hash";
    let row = |at: usize, hash: &str| format!("{},x,2,1,1,-,{hash}", at + 1);
    let of = |lines: &[String]| {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        standing(&set, columns, &lines)
    };
    let said = of(&[row(0, &sums[0]), row(1, &sums[1]), row(2, &sums[2])]);
    assert_eq!(names(&said), ["applied", "applied", "applied"]);
    // After the first one that differs, sums say nothing.
    let said = of(&[row(0, &sums[0]), row(1, "x"), row(2, "y")]);
    assert_eq!(names(&said), ["applied", "edited", "applied"]);
    let said = of(&[
        ".atlas_cloud_identifier,x,0,0,0,-,-".to_owned(),
        "1,x,1,0,0,-,-".to_owned(),
        "2,x,2,1,3,no such table,-".to_owned(),
    ]);
    assert_eq!(names(&said), ["applied", "failed", "pending"]);
    assert_eq!(
        said.migrations[1],
        MigrationState::Failed("after 1 of 3 statements: no such table".to_owned())
    );
}

#[test]
fn ruby_is_not_read_and_known_by_name() {
    let set = set(&[
        ("db/structure.sql", A),
        ("db/migrate/20260101000000_a.rb", "class A"),
        ("db/migrate/20260102000000_b.rb", "class B"),
    ]);
    assert_eq!(set.runner, Tool::Rails);
    let said = standing(&set, "version", &["20260101000000", "20250101000000"]);
    assert_eq!(names(&said), ["applied", "pending"]);
    assert_eq!(unknown(&said), ["20250101000000"]);
}

/// What a server would hold after these statements.
fn live(sql: &str) -> Catalog {
    let file = Source::new("live.sql", sql);
    on_big_stack(|| dump::read(&[file], Dialect::Postgres, Versions::default()).catalog)
}

#[test]
fn the_table_is_found_by_name_and_columns() {
    let database = live(
        "CREATE SCHEMA drizzle; CREATE SCHEMA app; CREATE SCHEMA other;
         CREATE TABLE drizzle.__drizzle_migrations (id serial, hash text, created_at bigint);
         CREATE TABLE app.schema_migrations (version text);
         CREATE TABLE other.schema_migrations (version bigint, dirty boolean);",
    );
    let names = |tool: Tool| -> Vec<String> {
        tool.bookkeeping()
            .iter()
            .map(|&name| name.to_owned())
            .collect()
    };
    let found = |tool: Tool| find(&run_by(tool), &database, &names(tool));
    let FoundTable::One(table) = found(Tool::Drizzle) else {
        panic!("{:?}", found(Tool::Drizzle));
    };
    assert_eq!(
        table.query(Dialect::Postgres),
        r#"SELECT "id", "hash", "created_at" FROM "drizzle"."__drizzle_migrations" ORDER BY "created_at""#
    );
    let sqlx = live(
        "CREATE TABLE _sqlx_migrations (version bigint, description text, success boolean, checksum bytea);",
    );
    let FoundTable::One(table) = find(&run_by(Tool::Sqlx), &sqlx, &names(Tool::Sqlx)) else {
        panic!("{sqlx:?}");
    };
    assert!(
        table
            .query(Dialect::Postgres)
            .contains(r#"encode("checksum", 'hex')"#)
    );
    for (tool, name) in [
        (Tool::Dbmate, "app.schema_migrations"),
        (Tool::GolangMigrate, "other.schema_migrations"),
    ] {
        let FoundTable::One(table) = found(tool) else {
            panic!("{:?}", found(tool));
        };
        assert_eq!(table.name.to_string(), name);
    }
    let FoundTable::None(others) = found(Tool::Prisma) else {
        panic!("{:?}", found(Tool::Prisma));
    };
    let tools: Vec<Tool> = others.iter().map(|(tool, _)| *tool).collect();
    assert_eq!(
        tools,
        [
            Tool::Drizzle,
            Tool::GolangMigrate,
            Tool::Dbmate,
            Tool::Rails
        ]
    );
}

#[test]
fn a_database_is_compared_with_what_it_has_applied() {
    let set = pairs();
    let said = Standing {
        migrations: vec![
            MigrationState::Applied,
            MigrationState::Pending,
            MigrationState::Applied,
        ],
        ..Standing::default()
    };
    let database = live(
        "CREATE TABLE a (id int, extra text); CREATE TABLE b (id int); CREATE TABLE mine (id int); CREATE SCHEMA auth;
         CREATE TABLE auth.users (id int);",
    );
    let compared = on_big_stack(|| {
        let is_meant = |difference: &Difference| difference.name == "mine";
        compare(&set, &said, Versions::default(), &database, &is_meant)
    });
    let about: Vec<String> = compared
        .differences
        .iter()
        .map(|difference| format!("{} {:?}", difference.name, difference.direction))
        .collect();
    assert_eq!(about, ["extra RightOnly", "b RightOnly", "c LeftOnly"]);
    // It was pushed before its migration ran, which will now fail.
    let ahead: Vec<&str> = compared
        .ahead
        .iter()
        .map(|slot| slot.owner.name.as_str())
        .collect();
    assert_eq!(ahead, ["b"]);
    let sql = crate::drift::script(&compared.repair, set.runner, set.dialect);
    assert!(sql.contains(r#"DROP COLUMN "extra""#), "{sql}");
    assert!(sql.contains(r#"CREATE TABLE "c""#), "{sql}");
    assert!(!sql.contains("mine"), "{sql}");
}
