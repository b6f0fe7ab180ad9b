//! Databases of one's own on PostgreSQL, and servers for a while.

use std::path::{Path, PathBuf};

use crate::database::{Container, DatabaseUrl, Launch, folder_with, unprivileged};
use crate::server::Dialect;
use crate::sql::Versions;

/// Makes a database with nothing in it that somebody has put into `template1`.
pub(crate) fn create(name: &str) -> String {
    format!("CREATE DATABASE \"{name}\" TEMPLATE template0")
}

/// Makes a database with all that another one holds.
pub(crate) fn copy(name: &str, from: &str) -> Option<String> {
    Some(format!("CREATE DATABASE \"{name}\" TEMPLATE \"{from}\""))
}

/// Drops one, whoever is connected to it; the word for that came with 13.
pub(crate) fn drop(name: &str, versions: Versions) -> Vec<String> {
    if versions.postgres >= 13 {
        return vec![format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")];
    }
    vec![
        format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        ),
        format!("DROP DATABASE IF EXISTS \"{name}\""),
    ]
}

/// The container of a release.
pub(crate) fn container(versions: Versions) -> Container {
    let image = if versions.postgres_is_said {
        format!("postgres:{}", versions.postgres)
    } else {
        "postgres".to_owned()
    };
    Container {
        image,
        port: 5432,
        environment: &["POSTGRES_HOST_AUTH_METHOD=trust"],
        arguments: &FAST,
        login: "postgres@",
        database: "postgres",
    }
}

/// What is known of a server that runs from an image (`postgres:16-alpine`,
/// `pgvector/pgvector:pg16`), whose name and tag these are; `None` where it is another one.
pub(crate) fn of_image(name: &str, tag: &str, versions: Versions) -> Option<Versions> {
    if !matches!(name, "postgres" | "postgis" | "pgvector" | "timescaledb") {
        return None;
    }
    let numbers = tag.rsplit_once("pg").map_or(tag, |(_, rest)| rest);
    let digits = numbers.split(|c: char| !c.is_ascii_digit()).next();
    let major = digits.and_then(Versions::postgres_major);
    Some(match major {
        Some(postgres) if !versions.postgres_is_said => Versions {
            postgres,
            postgres_is_said: true,
            ..versions
        },
        _ => versions,
    })
}

/// What makes a server fast that nobody needs tomorrow.
const FAST: [&str; 8] = [
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "jit=off",
];

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
    serve.args(["-c", "listen_addresses="]).args(FAST);
    let name = Dialect::Postgres.name();
    let url = format!("{name}://postgres@/postgres?host={}", folder.display());
    Some(Launch {
        initialise,
        serve,
        // A fast shutdown. TERM would wait until every session has ended by itself.
        signal: "INT",
        farewell: None,
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
    wanted
        .map(|(_, folder)| folder.clone())
        .or_else(|| folder_with("initdb", &[]))
        .or_else(|| installed.last().map(|(_, folder)| folder.clone()))
}
