use super::*;

const SCHEMA: &str = r#"
pub mod sql_types { pub struct Mood; }

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::Mood;

    /// People.
    users (id) {
        /// The key.
        id -> Int8,
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
        #[max_length = 20]
        mood -> Mood,
        tags -> Nullable<Array<Nullable<Text>>>,
    }
}

diesel::table! {
    audit.log (id) {
        id -> Int4,
    }
}

diesel::joinable!(posts -> users (author_id));
"#;

fn declared(config: &DieselConfig) -> Declared {
    read(
        &Source::new("src/schema.rs", SCHEMA),
        Dialect::Postgres,
        config,
    )
}

#[test]
fn tables_columns_and_nullability() {
    let declared = declared(&DieselConfig::default());
    let names: Vec<String> = declared
        .catalog
        .tables
        .keys()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["audit.log", "public.users"]);
    let users = &declared.catalog.tables[&QName::new("public", "users")];
    let columns: Vec<(&str, bool, bool)> = users
        .columns
        .iter()
        .map(|column| {
            (
                column.name.as_str(),
                column.not_null,
                column.data_type.array,
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("id", true, false),
            ("type", false, false),
            ("mood", true, false),
            ("tags", false, true)
        ]
    );
    let place = &declared.places[&Slot::column(&users.name, "mood")];
    assert_eq!(place.source.slice(place.span), "mood -> Mood");
}

#[test]
fn filters_are_patterns() {
    let config = DieselConfig::parse(
        "[print_schema]\nfile = \"src/schema.rs\"\nfilter = { except_tables = [\"^tmp_\"] }\n",
        "src/schema.rs",
    );
    assert!(config.prints("users") && !config.prints("tmp_x"));
    let config = DieselConfig::parse(
        "[print_schema]\nfilter = { only_tables = [\"users\"] }\n",
        "src/schema.rs",
    );
    assert!(config.prints("users") && !config.prints("posts"));
}

#[test]
fn each_file_has_its_own_section() {
    let text = "[print_schema.one]\nfile = \"src/one.rs\"\nschema = \"one\"\n\n[print_schema.two]\nfile = \"./src/two.rs\"\n";
    assert_eq!(
        crate::tool::diesel::config::printed(text),
        ["src/one.rs", "./src/two.rs"]
    );
    let one = DieselConfig::parse(text, "src/one.rs");
    assert!(one.covers(&QName::new("one", "users")) && !one.covers(&QName::new("public", "users")));
    assert!(!DieselConfig::parse(text, "src/two.rs").filters());
}

#[test]
fn what_a_patch_touched_is_not_compared() {
    let mut config = DieselConfig::default();
    config.patch("--- a/src/schema.rs\n+++ b/src/schema.rs\n@@ -14,1 +14,1 @@\n-        mood -> Nullable<Mood>,\n         mood -> Mood,\n");
    let lone = declared(&config);
    assert!(
        !lone.catalog.tables[&QName::new("public", "users")]
            .knowledge
            .is_exact()
    );

    let mut config = DieselConfig::default();
    config.patch("--- a/src/schema.rs\n+++ b/src/schema.rs\n@@ -15,1 +15,1 @@\n-        mood -> Nullable<Mood>,\n+        mood -> Mood,\n");
    let changed = declared(&config);
    let users = QName::new("public", "users");
    assert!(changed.catalog.tables[&users].knowledge.is_exact());
    assert!(!changed.is_known(&Slot::new(&users, Part::Nullable("mood".to_owned()))));
}

#[test]
fn damaged_files_do_no_harm() {
    for end in 0..SCHEMA.len() {
        if let Some(text) = SCHEMA.get(..end) {
            read(
                &Source::new("src/schema.rs", text),
                Dialect::Postgres,
                &DieselConfig::default(),
            );
        }
    }
}
