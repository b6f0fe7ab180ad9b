//! What `drift --format sql` prints, case by case: `fixtures/repair/*.sql`.
//!
//! A case has a line `-- migrated`, the migration that was run; a line `-- declared`, the schema
//! that it should have made; and a line `-- printed` with the migration between them, which
//! `BLESS=1 cargo test --test repair` writes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::Project;

/// One file of `fixtures/repair`.
struct Case<'t> {
    dialect: &'t str,
    /// All before what is printed.
    head: &'t str,
    migrated: &'t str,
    declared: &'t str,
    printed: &'t str,
}

impl<'t> Case<'t> {
    fn read(text: &'t str) -> Self {
        let printed = "\n-- printed\n";
        let (head, after) = text.split_once(printed).unwrap_or((text, ""));
        let (top, parts) = head
            .split_once("\n-- migrated\n")
            .expect("what was migrated");
        let (migrated, declared) = parts
            .split_once("\n-- declared\n")
            .expect("what is declared");
        let dialect = top
            .lines()
            .find_map(|line| line.strip_prefix("-- dialect: "));
        Self {
            dialect: dialect.expect("a dialect in the first lines"),
            head,
            migrated,
            declared,
            printed: after,
        }
    }

    /// The printed migration, after which nothing may differ.
    fn run(&self) -> String {
        let project = Project::new();
        project.write(
            "driftlint.toml",
            &format!(
                "[[migrations]]\nfolder = \"migrations\"\ndialect = \"{}\"\nschema = \"schema.sql\"\n",
                self.dialect
            ),
        );
        project.write("migrations/0001_init.sql", self.migrated);
        project.write("schema.sql", self.declared);
        let printed = project.repair();
        project.write("migrations/0002_repair.sql", &printed);
        project.agrees(&printed);
        printed
    }
}

#[test]
fn cases_print_what_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repair");
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = String::new();
    let entries = fs::read_dir(&folder).expect("fixtures/repair");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        let text = fs::read_to_string(&path).expect("a case");
        let case = Case::read(&text);
        let printed = case.run();
        if printed == case.printed {
            continue;
        }
        if bless {
            let blessed = format!("{}\n-- printed\n{printed}", case.head);
            fs::write(&path, blessed).expect("a case that can be written");
        } else {
            let _ = writeln!(failures, "{} prints\n{printed}", path.display());
        }
    }
    assert!(failures.is_empty(), "{failures}BLESS=1 writes it");
}
