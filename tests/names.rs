//! Declared names that MySQL refuses, from end to end: real repositories, the real binary.

#[expect(dead_code, reason = "other tests begin with its first commit")]
#[path = "common/repository.rs"]
mod repository;

use std::process::Command;

use repository::{Repo, isolate};
use serde_json::{Value, json};

fn driftlint(repo: &Repo, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftlint"));
    command.args(arguments).current_dir(repo.path());
    isolate(&mut command);
    let output = command.output().expect("the binary runs");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn commit(repo: &Repo, schema: &str) {
    repo.write("schema.ts", schema);
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-qm", "schema"]);
}

/// What a change of the schema brings.
fn staged(repo: &Repo, schema: &str) -> String {
    repo.write("schema.ts", schema);
    repo.git(&["add", "-A"]);
    driftlint(repo, &["check", "--staged", "--format", "concise"])
}

/// A schema for MySQL, of which drizzle-kit makes up a foreign key with a name of 66 characters;
/// and the migration that somebody mended.
fn drizzle_mysql() -> (Repo, String) {
    let repo = Repo::empty(&[]).expect("git can make a repository");
    repo.write(
        "drizzle.config.ts",
        "export default { schema: \"./schema.ts\", out: \"./drizzle\", dialect: \"mysql\" };\n",
    );
    let journal = r#"{"version":"7","dialect":"mysql","entries":[{"idx":0,"version":"5","when":1,"tag":"0000_init","breakpoints":true}]}"#;
    repo.write("drizzle/meta/_journal.json", journal);
    let migration = "CREATE TABLE `custom_widget_definition` (`id` int NOT NULL, CONSTRAINT `custom_widget_definition_id` PRIMARY KEY(`id`));\n\
                     CREATE TABLE `custom_widget_secret` (`definition_key` int);\n\
                     ALTER TABLE `custom_widget_secret` ADD CONSTRAINT `secret_definition_fk` FOREIGN KEY (`definition_key`) REFERENCES `custom_widget_definition`(`id`);\n";
    repo.write("drizzle/0000_init.sql", migration);
    let schema = "import { int, mysqlTable } from \"drizzle-orm/mysql-core\";\n\
                  export const definitions = mysqlTable(\"custom_widget_definition\", { id: int().primaryKey() });\n\
                  export const secrets = mysqlTable(\"custom_widget_secret\", {\n\
                  \x20 definitionKey: int(\"definition_key\").references(() => definitions.id),\n});\n";
    (repo, schema.to_owned())
}

#[test]
fn a_declared_name_that_mysql_refuses_is_reported_in_the_schema() {
    let (repo, schema) = drizzle_mysql();
    commit(&repo, &schema);
    let document: Value =
        serde_json::from_str(&driftlint(&repo, &["drift", "--format", "json"])).expect("pure JSON");
    let [found] = document["diagnostics"]
        .as_array()
        .expect("a list")
        .as_slice()
    else {
        panic!("{document:#}")
    };
    assert_eq!(
        (&found["rule"], &found["file"]),
        (&json!("identifier-too-long"), &json!("schema.ts"))
    );
    assert_eq!(
        (&found["span"]["start"]["line"], &found["object"]),
        (&json!(4), &Value::Null)
    );
    assert!(
        found["message"]
            .as_str()
            .is_some_and(|message| message.contains("has 66 characters")),
        "{found:#}"
    );
    assert!(
        found["help"]
            .as_str()
            .is_some_and(|help| help.contains("name: \"secret_definition_fk\"")),
        "{found:#}"
    );
    assert_eq!(
        driftlint(&repo, &["check", "-q"]).matches("error[").count(),
        1
    );
    // Who changes something else hears one line of it, and who allows it, nothing.
    let said = staged(&repo, &format!("{schema}// more\n"));
    assert!(
        said.contains("1 problem was there before") && !said.contains("error["),
        "{said}"
    );
    let allowed = "// driftlint: allow(identifier-too-long)\n  definitionKey";
    repo.write("schema.ts", &schema.replace("definitionKey", allowed));
    assert_eq!(driftlint(&repo, &["check", "-q"]), "");
}

#[test]
fn a_name_that_a_change_makes_too_long_blocks() {
    let (repo, schema) = drizzle_mysql();
    let named = "import { foreignKey, int, mysqlTable } from \"drizzle-orm/mysql-core\";\n\
                 export const definitions = mysqlTable(\"custom_widget_definition\", { id: int().primaryKey() });\n\
                 export const secrets = mysqlTable(\"custom_widget_secret\", { definitionKey: int(\"definition_key\") }, (t) => [\n\
                 \x20 foreignKey({ name: \"secret_definition_fk\", columns: [t.definitionKey], foreignColumns: [definitions.id] }),\n]);\n";
    commit(&repo, named);
    assert_eq!(driftlint(&repo, &["drift", "-q"]), "");
    let said = staged(&repo, &schema);
    assert!(
        said.contains("schema.ts:4:") && said.contains("error[identifier-too-long]"),
        "{said}"
    );
}
