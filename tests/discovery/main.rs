//! Every layout is found without configuration: runner, dialect, order, directions, marks, and what
//! is left out.

mod apart;
mod drizzle;
mod shape;

use driftlint::project::tree::Memory;
use driftlint::project::{LoadOptions, MigrationSet, Project};
use driftlint::sql::Dialect;

fn load(files: &[(&str, &str)], paths: &[&str]) -> Project {
    let tree: Memory = files.iter().copied().collect();
    let paths = paths.iter().map(|&path| path.to_owned()).collect();
    Project::load(
        &tree,
        &LoadOptions {
            paths,
            ..LoadOptions::default()
        },
    )
    .expect("memory never fails")
}

fn one(files: &[(&str, &str)]) -> MigrationSet {
    let mut project = load(files, &[]);
    assert_eq!(project.sets.len(), 1, "{:?}", project.sets);
    project.sets.remove(0)
}

/// "folder runner dialect: id id", a `~` after ids with a down, a `!` after those outside of a
/// transaction.
fn summary(set: &MigrationSet) -> String {
    let ids = set.migrations.iter().map(|migration| {
        let down = if migration.down.is_some() { "~" } else { "" };
        let mark = if migration.no_transaction.up { "!" } else { "" };
        format!(" {}{down}{mark}", migration.id)
    });
    format!(
        "{} {} {}:{}",
        set.folder,
        set.runner.name(),
        set.dialect.name(),
        ids.collect::<String>()
    )
}

fn up(set: &MigrationSet, at: usize) -> String {
    set.migrations[at]
        .up
        .iter()
        .map(|part| part.source.slice(part.span))
        .collect()
}

#[test]
fn prisma() {
    let set = one(&[
        (
            "app db/prisma/schema.prisma",
            "datasource db {\n  provider = \"mysql\"\n}",
        ),
        (
            "app db/prisma/migrations/migration_lock.toml",
            "provider = \"sqlite\"",
        ),
        (
            "app db/prisma/migrations/10_b/migration.sql",
            "\u{feff}B;\r\n",
        ),
        ("app db/prisma/migrations/2_c/migration.sql", ""),
        ("app db/prisma/migrations/2_c copy/migration.sql", ""),
        ("app db/prisma/migrations/2_c/README.md", ""),
        ("app db/prisma/migrations/.gitkeep", ""),
    ]);
    assert_eq!(
        summary(&set),
        "app db/prisma/migrations prisma sqlite: 10_b 2_c 2_c copy"
    );
    assert_eq!(up(&set, 0), "B;\r\n");
    assert_eq!(set.dialect_from, "`provider` in migration_lock.toml");
    assert_eq!(set.declared[0].path, "app db/prisma/schema.prisma");
}

#[test]
fn prisma_with_a_folder_of_schemas_named_in_package_json() {
    let set = one(&[
        (
            "package.json",
            "{\"prisma\": {\"schema\": \"./db/models\"}}",
        ),
        (
            "db/models/base.prisma",
            "datasource db { \n provider = \"postgresql\"\n}",
        ),
        ("db/models/user.prisma", "model User { id Int @id }"),
        ("db/models/migrations/20240101000000_a/migration.sql", "A;"),
    ]);
    assert_eq!(set.dialect_from, "`provider` in db/models/base.prisma");
    assert_eq!(set.declared.len(), 2);
}

#[test]
fn the_word_datasource_in_a_comment_is_no_datasource() {
    let schema = "// One datasource for all of us: provider = \"sqlite\"\n\
                  datasource db { // provider = \"postgresql\"\n  provider = \"mysql\"\n}\nmodel A {\n  id Int @id\n}";
    let set = one(&[
        ("prisma/schema.prisma", schema),
        (
            "prisma/migrations/20240101000000_a/migration.sql",
            "CREATE TABLE A (id int not null, primary key (id));",
        ),
    ]);
    assert_eq!(
        (set.dialect, set.dialect_from.as_str()),
        (Dialect::MySql, "`provider` in prisma/schema.prisma")
    );
}

#[test]
fn diesel() {
    let set = one(&[
        (
            "Cargo.toml",
            "[dependencies]\ndiesel = { version = \"2\", features = [\"sqlite\"] }",
        ),
        ("diesel.toml", "[print_schema]\nfile = \"src/db/schema.rs\""),
        ("src/db/schema.rs", ""),
        ("migrations/20240102000000_b/up.sql", ""),
        ("migrations/2024-01-01-000000_a/up.sql", ""),
        ("migrations/2024-01-01-000000_a/down.sql", ""),
        ("migrations/2024-01-03-000000_c/up.sql", ""),
        (
            "migrations/2024-01-03-000000_c/metadata.toml",
            "run_in_transaction = false",
        ),
        ("migrations/stray.sql", ""),
    ]);
    let expected =
        "migrations diesel sqlite: 2024-01-01-000000_a~ 20240102000000_b 2024-01-03-000000_c!";
    assert_eq!(summary(&set), expected);
    assert_eq!(set.skipped[0].path, "migrations/stray.sql");
    assert_eq!(set.declared[0].path, "src/db/schema.rs");
}

#[test]
fn hasura() {
    let files = [
        (
            "Cargo.toml",
            "[dependencies]\ndiesel = { version = \"2\", features = [\"sqlite\"] }",
        ),
        (
            "hasura/config.yaml",
            "version: 3\nmetadata_directory: metadata\n",
        ),
        (
            "hasura/metadata/databases/databases.yaml",
            "- name: default\n  kind: postgres\n",
        ),
        ("hasura/migrations/default/1600000000000_a/up.sql", ""),
        ("hasura/migrations/default/1600000000000_a/down.sql", ""),
        (
            "old/config.yaml",
            "version: 2\nmetadata_directory: metadata\n",
        ),
        ("old/migrations/1600000000000_b/up.sql", ""),
        (
            "other/config.yaml",
            "version: 3\nmetadata_directory: metadata\n",
        ),
        (
            "other/metadata/databases/databases.yaml",
            "- name: default\n  kind: mssql\n",
        ),
        ("other/migrations/default/1600000000000_c/up.sql", ""),
    ];
    let said: Vec<String> = load(&files, &[]).sets.iter().map(summary).collect();
    assert_eq!(
        said,
        [
            "hasura/migrations/default hasura postgres: 1600000000000_a~",
            "old/migrations hasura postgres: 1600000000000_b",
            "other/migrations/default diesel sqlite: 1600000000000_c",
        ]
    );
}

#[test]
fn files_beside_folders_are_the_migrations_of_the_next_tool_or_of_the_one_before() {
    let folders = [
        ("m/2024-01-01-000000_a/up.sql", "A;"),
        ("m/2024-01-02-000000_b/up.sql", "B;"),
    ];
    let with = |files: &[(&'static str, &'static str)]| one(&[&folders[..], files].concat());
    let later = with(&[
        ("m/20240103000000_c.sql", "C;"),
        ("m/20240104000000_d.sql", "D;"),
        ("m/schema.sql", ""),
    ]);
    let all = "2024-01-01-000000_a 2024-01-02-000000_b 20240103000000_c 20240104000000_d";
    assert_eq!(summary(&later), format!("m diesel postgres: {all}"));
    assert_eq!(
        later
            .migrations
            .iter()
            .map(|one| one.after_switch)
            .collect::<Vec<_>>(),
        [false, false, true, false]
    );
    assert_eq!(
        later
            .skipped
            .iter()
            .map(|it| it.path.as_str())
            .collect::<Vec<_>>(),
        ["m/schema.sql"]
    );
    let earlier = with(&[
        ("m/20230103000000_c.up.sql", "C;"),
        ("m/20230103000000_c.down.sql", "D;"),
    ]);
    assert_eq!(
        summary(&earlier),
        "m diesel postgres: 20230103000000_c~ 2024-01-01-000000_a 2024-01-02-000000_b"
    );
    assert!(earlier.migrations[1].after_switch);
    // Between them, or numbered in another way, a file may run anywhere or nowhere.
    for name in ["m/20240101120000_c.sql", "m/1_c.sql"] {
        let unsure = with(&[(name, "CREATE TABLE c (id int);")]);
        assert_eq!(
            (
                unsure.migrations.len(),
                unsure.unordered.is_some(),
                unsure.skipped.len()
            ),
            (2, true, 1),
            "{name}"
        );
        assert!(
            with(&[(name, "INSERT INTO a VALUES (1);")])
                .unordered
                .is_none()
        );
    }
}

#[test]
fn sqlx_simple_and_reversible() {
    let cargo = (
        "Cargo.toml",
        "[dependencies]\nsqlx = { version = \"0.8\", features = [\"postgres\"] }",
    );
    let set = one(&[
        cargo,
        ("migrations/10_b.sql", "-- no-transaction\nB;"),
        ("migrations/9_a.sql", "A;"),
    ]);
    assert_eq!(summary(&set), "migrations sqlx postgres: 9_a 10_b!");
    let set = one(&[
        cargo,
        ("migrations/1_a.up.sql", ""),
        ("migrations/1_a.down.sql", ""),
        ("migrations/2_b.sql", ""),
    ]);
    assert_eq!(summary(&set), "migrations sqlx postgres: 1_a~ 2_b");
}

#[test]
fn golang_migrate() {
    let set = one(&[
        ("go.mod", ""),
        ("sqlc.yaml", "sql:\n  - engine: mysql\n"),
        ("db/10_b.up.sql", ""),
        ("db/9_a.up.sql", ""),
        ("db/9_a.down.sql", ""),
        ("db/notes.sql", ""),
    ]);
    assert_eq!(summary(&set), "db golang-migrate mysql: 9_a~ 10_b");
    assert_eq!(set.skipped.len(), 1);
    let authelia = load(
        &[
            ("m/sqlite/V0001.First.up.sql", ""),
            ("m/postgres/V0001.First.up.sql", ""),
        ],
        &[],
    );
    let all: Vec<String> = authelia.sets.iter().map(summary).collect();
    assert_eq!(
        all,
        [
            "m/postgres golang-migrate postgres: V0001.First",
            "m/sqlite golang-migrate sqlite: V0001.First"
        ]
    );
}

#[test]
fn tools_that_mark_sections() {
    for (runner, text, expected) in [
        (
            "goose",
            "-- +goose NO TRANSACTION\n-- +goose up\nA;\n-- +goose Down\nB;\n",
            "1_a~!",
        ),
        (
            "dbmate",
            "-- migrate:up transaction:false\nA;\n-- migrate:down\nB;\n",
            "1_a~!",
        ),
        (
            "sql-migrate",
            "-- +migrate Up notransaction\nA;\n-- +migrate Down\nB;\n",
            "1_a~!",
        ),
        (
            "node-pg-migrate",
            "-- Up Migration\nA;\n-- Down Migration\nB;\n",
            "1_a~",
        ),
    ] {
        let set = one(&[("sql/1_a.sql", text)]);
        assert_eq!(summary(&set), format!("sql {runner} postgres: {expected}"));
        assert_eq!(up(&set, 0), "A;\n");
    }
}

#[test]
fn flyway() {
    let set = one(&[
        ("db/migration/V1.10__c.sql", ""),
        ("db/migration/V1_9__b.sql", ""),
        (
            "db/migration/V1_9__b.sql.conf",
            "executeInTransaction = false",
        ),
        ("db/migration/V1__a.sql", ""),
        ("db/migration/U1__a.sql", ""),
        ("db/migration/R__views.sql", ""),
        ("db/migration/afterMigrate.sql", ""),
    ]);
    assert_eq!(
        summary(&set),
        "db/migration flyway postgres: V1__a~ V1_9__b! V1.10__c R__views"
    );
    assert_eq!(set.skipped[0].path, "db/migration/afterMigrate.sql");
}

#[test]
fn flyway_reads_the_folders_below_its_location() {
    let files = [
        ("db/migration/2023/V2__b.sql", ""),
        ("db/migration/2024/07/V10__c.sql", ""),
        ("db/migration/2023/V1__a.sql", ""),
        ("db/migration/undo/U2__b.sql", ""),
        ("db/migration/views/R__v.sql", ""),
        ("db/migration/mysql/V1__a.sql", ""),
        ("sql/V1__x.sql", ""),
        ("sql/v2/V2__y.sql", ""),
    ];
    let all = load(&files, &[]);
    let said: Vec<String> = all.sets.iter().map(summary).collect();
    assert_eq!(
        said,
        [
            "db/migration flyway postgres: V1__a V2__b~ V10__c R__v",
            "db/migration/mysql flyway mysql: V1__a",
            "sql flyway postgres: V1__x V2__y",
        ]
    );
    let one = load(&files, &["db/migration/2024/07/V10__c.sql"]);
    assert_eq!(one.sets.iter().map(summary).collect::<Vec<_>>(), said[..1]);
}

#[test]
fn flyway_takes_folders_of_one_history_together() {
    let table = "CREATE TABLE t (a int) ENGINE=InnoDB;";
    let of_one = [
        ("app/migration/1.0/ddl/V1.0_1__a.sql", table),
        ("app/migration/1.0/rows/V1.0_2__b.sql", ""),
        ("app/migration/1.1/ddl/V1.1_1__c.sql", ""),
        // Two databases, which both have a first version.
        ("other/migrations/users/V1__a.sql", ""),
        ("other/migrations/orders/V1__a.sql", ""),
    ];
    let said: Vec<String> = load(&of_one, &[]).sets.iter().map(summary).collect();
    assert_eq!(
        said,
        [
            "app/migration flyway mysql: V1.0_1__a V1.0_2__b V1.1_1__c",
            "other/migrations/orders flyway postgres: V1__a",
            "other/migrations/users flyway postgres: V1__a",
        ]
    );
    let one = load(&of_one, &["app/migration/1.1/ddl/V1.1_1__c.sql"]);
    assert_eq!(one.sets.iter().map(summary).collect::<Vec<_>>(), said[..1]);
}

#[test]
fn pop_has_a_set_for_each_dialect() {
    let project = load(
        &[
            ("m/20200101000000_a.up.fizz", ""),
            ("m/20200102000000000000_b.up.sql", "generic"),
            ("m/20200102000000000000_b.mysql.up.sql", "exact"),
            (
                "m/20200102000000000001_c.postgres.autocommit.up.sql",
                "more",
            ),
            ("m/20200102000000000001_c.postgres.down.sql", ""),
            ("m/20200103000000000000_d.cockroach.up.sql", ""),
        ],
        &[],
    );
    let all: Vec<String> = project.sets.iter().map(summary).collect();
    assert_eq!(
        all,
        [
            "m pop postgres: 20200102000000000000_b~!",
            "m pop mysql: 20200102000000000000_b"
        ]
    );
    assert_eq!(
        (up(&project.sets[0], 0), up(&project.sets[1], 0)),
        ("genericmore".into(), "exact".into())
    );
}

#[test]
fn supabase_atlas_rails() {
    let set = one(&[
        ("supabase/migrations/20240101000000_a.sql", ""),
        ("supabase/schemas/users.sql", ""),
    ]);
    assert_eq!(
        summary(&set),
        "supabase/migrations supabase postgres: 20240101000000_a"
    );
    assert_eq!(set.declared[0].path, "supabase/schemas/users.sql");
    let set = one(&[
        ("migrations/1.sql", "-- atlas:txmode none\n\nA;"),
        ("migrations/atlas.sum", ""),
    ]);
    assert_eq!(summary(&set), "migrations atlas postgres: 1!");
    // Its mark says whose the file is, also where `atlas.sum` is not at hand.
    let set = one(&[("migrations/1.sql", "-- atlas:txmode none\n\nA;")]);
    assert_eq!(summary(&set), "migrations atlas postgres: 1!");
    let set = one(&[("db/structure.sql", ""), ("db/migrate/20240101_a.rb", "")]);
    assert_eq!(summary(&set), "db rails postgres:");
    assert_eq!(
        (set.skipped.len(), set.declared[0].path.as_str()),
        (1, "db/structure.sql")
    );
}
