//! Policies that are declared, and that no migration makes.

use super::{Project, drizzle};

const CONFIG: &str =
    "export default { schema: './src/schema.ts', out: './drizzle', dialect: 'postgresql' };\n";
const SCHEMA: &str = "import { integer, pgPolicy, pgTable } from 'drizzle-orm/pg-core';\nimport { sql } from 'drizzle-orm';\nexport const users = pgTable('users', { id: integer().primaryKey() }, (t) => [\n  pgPolicy('own', { using: sql`true` }),\n  pgPolicy('all', { using: sql`true` }),\n]);\nexport const notes = pgTable('notes', { id: integer().primaryKey() }).enableRLS();\nexport const open = pgTable('open', { id: integer().primaryKey() });\n";
const TABLES: &str = "CREATE TABLE \"users\" (\"id\" integer PRIMARY KEY NOT NULL);\nCREATE TABLE \"notes\" (\"id\" integer PRIMARY KEY NOT NULL);\nCREATE TABLE \"open\" (\"id\" integer PRIMARY KEY NOT NULL);\n";

fn project(more: &str) -> Project {
    let project = drizzle(CONFIG, SCHEMA, "");
    project.write("drizzle/0000_init.sql", &format!("{TABLES}{more}"));
    project
}

#[test]
fn a_declared_policy_has_to_be_made() {
    let lacks = project(
        "ALTER TABLE \"users\" ENABLE ROW LEVEL SECURITY;\nCREATE POLICY \"own\" ON \"users\" USING (true);\n",
    );
    let (status, said) = lacks.run(&["drift"]);
    assert_eq!(status, Some(1), "{said}");
    for part in [
        "policy `all` of `public.users` is declared, and no migration makes it",
        "row level security of `public.notes` is declared, and no migration turns it on",
    ] {
        assert!(said.contains(part), "{said}");
    }
    assert!(!said.contains("`own`") && !said.contains("open`"), "{said}");
    let (status, said) = lacks.run(&["drift", "--write", "policies", "--dry-run"]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("nothing that driftlint writes"), "{said}");
    let whole = project(
        "ALTER TABLE \"users\" ENABLE ROW LEVEL SECURITY;\nALTER TABLE \"notes\" ENABLE ROW LEVEL SECURITY;\nCREATE POLICY \"own\" ON \"users\" USING (true);\nCREATE POLICY \"all\" ON \"users\" USING (true);\n",
    );
    let (status, said) = whole.run(&["drift"]);
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn a_schema_in_sql_declares_policies_too() {
    let project = Project::new(&[
        (
            "driftlint.toml",
            "[[migrations]]\nfolder = \"migrations\"\nschema = \"schema.sql\"\ndialect = \"postgres\"\n",
        ),
        (
            "schema.sql",
            "CREATE TABLE users (id int);\nALTER TABLE users ENABLE ROW LEVEL SECURITY;\nCREATE POLICY own ON users USING (true);\n",
        ),
        ("migrations/1_init.sql", "CREATE TABLE users (id int);\n"),
    ]);
    let (status, said) = project.run(&["drift"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("policy `own` of `public.users`"), "{said}");
    let (_, said) = project.run(&["drift", "--format", "sql"]);
    assert!(said.contains("-- row level security of"), "{said}");
    assert!(said.contains("-- policy `own`"), "{said}");
}
