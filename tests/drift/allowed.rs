//! Differences that comments and configuration allow, and what is compared with nothing.

use serde_json::Value;

use super::{DRIZZLE, PRISMA, commit, concise, driftlint, drizzle, prisma, stage, text};
use crate::repository::Repo;

#[test]
fn differences_can_be_allowed_and_idle_comments_are_reported() {
    let repo = prisma();
    let allow = "// driftlint: allow(declared-not-migrated) -- the next release";
    for line in [
        format!("  bio String? {allow}\n"),
        format!("  /{allow}\n  bio String?\n"),
    ] {
        stage(
            &repo,
            "prisma/schema.prisma",
            &PRISMA.replace("@id\n", &format!("@id\n{line}")),
        );
        assert_eq!(concise(&repo, &[]), "", "{line}");
    }
    stage(
        &repo,
        "prisma/schema.prisma",
        &PRISMA.replace("@id\n", &format!("@id {allow}\n")),
    );
    assert!(
        concise(&repo, &[]).contains("[unused-suppression]"),
        "{}",
        concise(&repo, &[])
    );
    let rules =
        "[[overrides]]\npaths = [\"prisma\"]\nrules = { declared-not-migrated = \"off\" }\n";
    repo.write("driftlint.toml", rules);
    stage(
        &repo,
        "prisma/schema.prisma",
        &PRISMA.replace("@id\n", "@id\n  bio String?\n"),
    );
    assert_eq!(concise(&repo, &[]), "", "configuration");
}

#[test]
fn configuration_allows_expected_differences_by_object() {
    let repo = prisma();
    let table = "CREATE TABLE audit_log (id integer PRIMARY KEY, what text);\nALTER TABLE \"User\" ADD COLUMN age text;\n";
    repo.write(
        "prisma/migrations/20240102000000_audit/migration.sql",
        table,
    );
    let allow = |objects: &str, more: &str| {
        repo.write(
            "driftlint.toml",
            &format!("[[allow]]\nobjects = {objects}\nreason = \"the auditors' own\"\n{more}"),
        );
        text(&driftlint(&repo, &["check", "--format", "concise"]))
    };
    let output = allow("[\"public.audit_*\"]", "");
    assert!(
        !output.contains("audit_log") && output.contains("User.age"),
        "{output}"
    );
    let output = allow("[\"public.audit_*\", \"public.User.age\"]", "");
    assert!(output.contains("no problems, 2 allowed"), "{output}");
    let sql = text(&driftlint(&repo, &["drift", "--format", "sql"]));
    assert!(!sql.contains("TABLE"), "{sql}");
    // A table's name covers what is in it, and no more than that name.
    let output = allow("[\"public.User\", \"public.audit\"]", "");
    assert!(
        output.contains("audit_log") && !output.contains("User.age"),
        "{output}"
    );
    let output = allow("\"public.*\"", "rules = \"declared-not-migrated\"\n");
    assert!(output.contains("audit_log"), "{output}");
    let unused = "driftlint.toml:1:1: warning[unused-suppression] schema and migrations agree about public.*";
    assert!(output.contains(unused), "{output}");

    let error = allow("[]", "");
    assert!(error.contains("this entry names no `objects`"), "{error}");
    repo.write("driftlint.toml", "[[allow]]\nobjects = \"public.User\"\n");
    let output = driftlint(&repo, &["drift"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output).contains("this entry has no `reason`"),
        "{}",
        text(&output)
    );
    let error = allow(
        "\"public.User\"",
        "rules = [\"drop-table-without-if-exists\"]\n",
    );
    assert!(error.contains("unknown rule about drift"), "{error}");
}

#[test]
fn nothing_compared_is_no_agreement() {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    repo.write("migrations/0001_a.sql", "CREATE TABLE a (id int);\n");
    for arguments in [&["drift"][..], &["drift", "migrations"]] {
        let output = driftlint(&repo, arguments);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(
            text(&output).contains("no declared schema was found"),
            "{}",
            text(&output)
        );
    }
    // Models in another language are there, and cannot be compared.
    repo.write(
        "driftlint.toml",
        "[[migrations]]\nfolder = \"migrations\"\nmodels = [\"app/models.py\"]\n",
    );
    repo.write("app/models.py", "class User(Base):\n    pass\n");
    repo.git(&["add", "-A"]);
    for arguments in [
        &["drift"][..],
        &["drift", "--staged"],
        &["drift", "app/models.py"],
    ] {
        let output = driftlint(&repo, arguments);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(
            text(&output).contains("does not read the language of app/models.py"),
            "{}",
            text(&output)
        );
    }
    let repo = drizzle();
    repo.git(&["rm", "-q", "drizzle.config.ts"]);
    let said = text(&driftlint(&repo, &["drift"]));
    assert!(
        said.contains("only the last") && said.contains("against Drizzle snapshot"),
        "{said}"
    );
}

#[test]
fn cockroachdb_names_its_own_types() {
    let repo = prisma();
    let schema = r#"datasource db {
  provider = "cockroachdb"
}
model Post {
  id    BigInt @id @default(autoincrement())
  title String @db.String(80)
  body  String
  image Bytes
  at    DateTime @default(now())
}
"#;
    let migration = r#"CREATE TABLE "Post" (
    "id" INT8 NOT NULL DEFAULT unique_rowid(),
    "title" STRING(80) NOT NULL,
    "body" STRING NOT NULL,
    "image" BYTES NOT NULL,
    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Post_pkey" PRIMARY KEY ("id")
);
"#;
    repo.write("prisma/schema.prisma", schema);
    repo.write(
        "prisma/migrations/20240101000000_init/migration.sql",
        migration,
    );
    let output = driftlint(&repo, &["drift"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn drizzle_kit_can_be_configured_under_any_name() {
    let repo = drizzle();
    repo.git(&["mv", "drizzle.config.ts", "pg.config.ts"]);
    repo.write("next.config.ts", "export default { out: \"./drizzle\" };\n");
    let config = "import { defineConfig } from \"drizzle-kit\";\n\
                  export default defineConfig({ schema: \"./src/schema.ts\", out: \"./drizzle\", dialect: \"postgresql\" });\n";
    repo.write("pg.config.ts", config);
    commit(&repo, "config");
    stage(
        &repo,
        "src/schema.ts",
        &DRIZZLE.replace("});", "  rating: text(),\n});"),
    );
    assert!(
        concise(&repo, &[]).contains("users.rating` is declared"),
        "{}",
        concise(&repo, &[])
    );
}

#[test]
fn a_schema_that_was_never_migrated_is_one_thing_to_say() {
    let repo = drizzle();
    repo.git(&["rm", "-rq", "drizzle"]);
    repo.write(
        "drizzle/meta/_journal.json",
        r#"{"version":"7","dialect":"postgresql","entries":[]}"#,
    );
    let more = "export const posts = pgTable(\"posts\", { id: integer() });\n";
    repo.write("src/schema.ts", &format!("{DRIZZLE}{more}"));
    let said = text(&driftlint(&repo, &["drift"]));
    let one = "error[declared-not-migrated]: 2 tables are declared, and `drizzle` holds no\n  migration that is run\n";
    assert!(said.contains(one) && said.contains("2 errors"), "{said}");
    assert_eq!(said.matches("error[").count(), 1, "{said}");
    // Programs count objects.
    let json = driftlint(&repo, &["drift", "--format", "json"]);
    let json: Value = serde_json::from_slice(&json.stdout).expect("this is JSON");
    assert_eq!(json["diagnostics"].as_array().map(Vec::len), Some(2));
    assert_eq!(json["diagnostics"][0]["object"].get("unmigrated"), None);

    repo.write("src/schema.ts", DRIZZLE);
    let said = text(&driftlint(&repo, &["drift"]));
    assert!(
        said.contains("table `public.users` is declared, and no migration\n"),
        "{said}"
    );
}
