//! What is published, installed from the local files: the wheel in a fresh virtual environment and
//! as a hook of pre-commit that needs no Rust, the npm packages in a fresh project.

#![expect(clippy::print_stderr, reason = "a skipped test must say so")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn run(folder: &Path, program: impl AsRef<Path>, arguments: &[&str]) -> Output {
    let program = program.as_ref();
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    // A hook sets these, and the tests may run in one.
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    let output = command.output();
    output.unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}

fn text(output: &Output) -> String {
    let both = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&both).into_owned()
}

fn passes(folder: &Path, program: impl AsRef<Path>, arguments: &[&str]) {
    let output = run(folder, program, arguments);
    let said = text(&output);
    assert!(output.status.success(), "{arguments:?}: {said}");
}

/// The demonstration has three errors, whoever starts the program.
fn judges(program: impl AsRef<Path>) {
    let output = run(root(), program, &["check", "fixtures/demo"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("checked 2 migrations: 3 errors"), "{said}");
}

/// One test, since a wheel is linked where the other binary lies.
#[test]
fn what_is_published_installs_from_local_files() {
    let Some(pre_commit) = std::env::var_os("DRIFTLINT_PRE_COMMIT").map(PathBuf::from) else {
        assert!(
            std::env::var_os("DRIFTLINT_REQUIRE_SERVERS").is_none(),
            "DRIFTLINT_PRE_COMMIT is not set"
        );
        eprintln!("skipped: ./test installs pre-commit and maturin, and names them");
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    npm_packages(folder.path());
    let wheel = wheel(folder.path(), &pre_commit.with_file_name("maturin"));
    in_an_environment(folder.path(), &wheel);
    as_a_hook(folder.path(), &pre_commit, &wheel);
}

fn npm_packages(folder: &Path) {
    let out = folder.join("npm");
    let platform = match std::env::consts::ARCH {
        "aarch64" => "linux-arm64",
        _ => "linux-x64",
    };
    let version = env!("CARGO_PKG_VERSION");
    let binary = format!("{platform}={}", env!("CARGO_BIN_EXE_driftlint"));
    let out = out.to_str().expect("a path in UTF-8");
    passes(root(), "node", &["npm/build.mjs", version, out, &binary]);
    let project = folder.join("project");
    fs::create_dir(&project).expect("a folder");
    fs::write(project.join("package.json"), "{\"private\": true}\n").expect("a file");
    for package in ["driftlint", platform] {
        let package = Path::new(out).join(package);
        let to = project.to_str().expect("a path in UTF-8");
        passes(
            &package,
            "npm",
            &["pack", "--silent", "--pack-destination", to],
        );
    }
    let packed = [
        format!("./driftlint-{version}.tgz"),
        format!("./driftlint-{platform}-{version}.tgz"),
    ];
    passes(
        &project,
        "npm",
        &[
            "install",
            "--silent",
            "--no-audit",
            "--no-fund",
            &packed[0],
            &packed[1],
        ],
    );
    judges(project.join("node_modules/.bin/driftlint"));
}

fn wheel(folder: &Path, maturin: &Path) -> PathBuf {
    let out = folder.join("wheels");
    let arguments = ["build", "--profile", "dev", "--locked", "--out"];
    let out = out.to_str().expect("a path in UTF-8");
    passes(root(), maturin, &[&arguments[..], &[out]].concat());
    let mut wheels = fs::read_dir(out).expect("the folder of wheels");
    let wheel = wheels.next().expect("a wheel").expect("a wheel").path();
    assert_eq!(wheel.extension().and_then(|it| it.to_str()), Some("whl"));
    wheel
}

fn in_an_environment(folder: &Path, wheel: &Path) {
    passes(folder, "python3", &["-m", "venv", "environment"]);
    let bin = folder.join("environment/bin");
    let wheel = wheel.to_str().expect("a path in UTF-8");
    passes(folder, bin.join("pip"), &["install", "--quiet", wheel]);
    judges(bin.join("driftlint"));
    let version = run(folder, bin.join("driftlint"), &["--version"]);
    assert!(text(&version).contains(env!("CARGO_PKG_VERSION")));
}

/// The hook that the guide shows, with the wheel from here.
fn as_a_hook(folder: &Path, pre_commit: &Path, wheel: &Path) {
    let guide = fs::read_to_string(root().join("docs/integrations.md")).expect("the guide");
    let block = guide
        .split("```yaml\n")
        .find(|block| block.contains("language: python"))
        .and_then(|block| block.split("```").next())
        .expect("the hook in the guide");
    let published = format!("driftlint=={}", env!("CARGO_PKG_VERSION"));
    assert!(block.contains(&published), "{block}");
    let repository = folder.join("repository");
    let migrations = repository.join("migrations");
    fs::create_dir_all(&migrations).expect("a folder");
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
        run(&repository, "git", &[&identity[..], arguments].concat())
    };
    let migration = |name: &str, text: &str| {
        fs::write(migrations.join(name), text).expect("a migration");
        assert!(git(&["add", "-A"]).status.success());
    };
    assert!(git(&["init", "-q", "-b", "main"]).status.success());
    let config = block.replace(&published, wheel.to_str().expect("a path in UTF-8"));
    fs::write(repository.join(".pre-commit-config.yaml"), config).expect("the configuration");
    let dialect = "[[migrations]]\nfolder = \"migrations\"\ndialect = \"postgres\"\n";
    fs::write(repository.join("driftlint.toml"), dialect).expect("the configuration");
    migration(
        "0001_init.sql",
        "CREATE TABLE users (id bigint PRIMARY KEY);\n",
    );
    assert!(git(&["commit", "-qm", "first"]).status.success());
    passes(&repository, pre_commit, &["install"]);
    migration("0002_bad.sql", "DROP TABLE orders;\n");
    let refused = git(&["commit", "-qm", "bad"]);
    let said = text(&refused);
    assert!(!refused.status.success(), "{said}");
    assert!(said.contains("migration-will-fail"), "{said}");
    migration("0002_bad.sql", "ALTER TABLE users ADD COLUMN age int;\n");
    let taken = git(&["commit", "-qm", "good"]);
    assert!(taken.status.success(), "{}", text(&taken));
}
