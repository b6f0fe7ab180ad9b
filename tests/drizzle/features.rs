//! What Drizzle's builders declare, a feature each: `fixtures/drizzle/*.ts`.
//!
//! A case is a schema, and at its end a comment with the DDL that makes the same, which
//! `BLESS=1 cargo test --test drizzle` writes. The first line names the dialect.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

const EXPECTED: &str = "\n/* declares\n";

/// The DDL that driftlint prints for a schema, and what it does not compare, as comments.
fn declared(schema: &str) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dialect = schema
        .strip_prefix("// ")
        .and_then(|rest| rest.split_whitespace().next())
        .expect("a dialect in the first line");
    fs::write(folder.path().join("schema.ts"), schema).expect("a file");
    let config = format!(
        "export default {{ schema: './schema.ts', dialect: '{dialect}', out: './drizzle' }};\n"
    );
    fs::write(folder.path().join("drizzle.config.ts"), config).expect("a file");
    let output = Command::new(env!("CARGO_BIN_EXE_driftlint"))
        .args([
            "schema",
            "schema.ts",
            "--from",
            "declared",
            "--format",
            "sql",
        ])
        .current_dir(folder.path())
        .output()
        .expect("driftlint runs");
    let mut text = String::from_utf8(output.stdout).expect("output is UTF-8");
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        if let Some(note) = line.strip_prefix("driftlint: ") {
            let _ = writeln!(text, "-- {note}");
        }
    }
    text.replace("*/", "* /")
}

#[test]
fn features_declare_what_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/drizzle");
    let bless = std::env::var_os("BLESS").is_some();
    let mut failures = String::new();
    let entries = fs::read_dir(&folder).expect("fixtures/drizzle");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        let text = fs::read_to_string(&path).expect("a case");
        let (schema, expected) = text.split_once(EXPECTED).unwrap_or((&text, ""));
        let found = declared(schema);
        if expected.strip_suffix("*/\n") == Some(&found) {
            continue;
        }
        if bless {
            let blessed = format!("{}\n{EXPECTED}{found}*/\n", schema.trim_end());
            fs::write(&path, blessed).expect("a case that can be written");
        } else {
            let _ = writeln!(failures, "{} declares\n{found}", path.display());
        }
    }
    assert!(failures.is_empty(), "{failures}BLESS=1 writes it");
}
