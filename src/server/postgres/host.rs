//! Databases of one's own on PostgreSQL, and servers for a while.

use std::path::{Path, PathBuf};

use crate::database::{DatabaseUrl, Launch, folder_with, unprivileged};
use crate::server::Dialect;
use crate::sql::Versions;

/// Makes a database with nothing in it that somebody has put into `template1`.
pub(crate) fn create(name: &str) -> String {
    format!("CREATE DATABASE \"{name}\" TEMPLATE template0")
}

/// Drops one, whoever is connected to it; that word came with 13.
pub(crate) fn drop(name: &str, versions: Versions) -> String {
    let force = if versions.postgres >= 13 {
        " WITH (FORCE)"
    } else {
        ""
    };
    format!("DROP DATABASE IF EXISTS \"{name}\"{force}")
}

/// Whether an answer says that the user lacks the right (`insufficient_privilege`).
pub(crate) fn is_forbidden(code: &str) -> bool {
    code == "42501"
}

/// How a server is installed.
pub(crate) fn how_to_get_one() -> &'static str {
    "`apt-get install postgresql` or `brew install postgresql`, or start one with `docker run --rm -e POSTGRES_HOST_AUTH_METHOD=trust \
     -p 5432:5432 postgres` and name it with `--url postgres://postgres@127.0.0.1/postgres`"
}

/// Where distributions, PostgreSQL's own packages and Homebrew put programs: folders of which each
/// release has one. `*` stands for the release.
const PLACES: [(&str, &str, &str); 4] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
];

/// How a server is started: of the release that the project says it has, else the one in PATH, else
/// the newest.
pub(crate) fn launch(folder: &Path, versions: Versions) -> Option<Launch> {
    let bin = programs(versions)?;
    let data = folder.join("data");
    let mut initialise = unprivileged(&bin.join("initdb"));
    initialise
        .args([
            "--auth=trust",
            "--username=postgres",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C",
            "-D",
        ])
        .arg(&data);
    let mut serve = unprivileged(&bin.join("postgres"));
    serve.arg("-D").arg(&data).arg("-k").arg(folder);
    for setting in [
        "listen_addresses=",
        "fsync=off",
        "full_page_writes=off",
        "synchronous_commit=off",
        "jit=off",
    ] {
        serve.arg("-c").arg(setting);
    }
    let name = Dialect::Postgres.name();
    let url = format!("{name}://postgres@/postgres?host={}", folder.display());
    Some(Launch {
        initialise,
        serve,
        signal: "INT",
        url: DatabaseUrl::parse(&url).ok()?,
    })
}

fn programs(versions: Versions) -> Option<PathBuf> {
    let mut installed: Vec<(u16, PathBuf)> = Vec::new();
    for (root, prefix, bin) in PLACES {
        for entry in std::fs::read_dir(root).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let release = name.to_string_lossy();
            let release = release
                .strip_prefix(prefix)
                .and_then(|text| text.parse().ok());
            let folder = entry.path().join(bin);
            if let Some(release) = release
                && folder.join("initdb").is_file()
            {
                installed.push((release, folder));
            }
        }
    }
    installed.sort();
    let wanted = installed
        .iter()
        .find(|(release, _)| versions.postgres_is_said && *release == versions.postgres);
    let newest = || installed.last().map(|(_, folder)| folder.clone());
    wanted
        .map(|(_, folder)| folder.clone())
        .or_else(|| folder_with("initdb", &[]))
        .or_else(newest)
}
