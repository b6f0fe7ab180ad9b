//! That the benchmark `tests/speed.sh` runs: on inputs that take no time, and without a look at the
//! figures.

#![expect(clippy::print_stderr, reason = "a skipped test must say so")]

use std::path::Path;
use std::process::Command;

#[test]
fn the_benchmark_runs() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/speed.sh");
    // A row of each kind: migrations, a schema, a repository.
    let rows = ["tables-with-downs", "many-models", "since"];
    let output = Command::new("bash")
        .arg(script)
        .args(["--scale", "0.01", "--runs", "1"])
        .args(rows)
        .env("DRIFTLINT", env!("CARGO_BIN_EXE_driftlint"))
        .output();
    let output = match output {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("skipped: there is no bash");
            return;
        }
        output => output.expect("bash can be started"),
    };
    let (said, complaint) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{said}\n{complaint}");
    for row in rows {
        let printed = said.lines().find(|line| line.starts_with(row));
        assert!(printed.is_some(), "{row} is not in\n{said}");
    }
}
