//! Databases of one's own on MySQL and MariaDB, and servers for a while.

use std::path::{Path, PathBuf};

use crate::database::{Container, DatabaseUrl, Launch, folder_with, unprivileged};
use crate::server::Dialect;
use crate::sql::{Release, Versions};

/// The statement that makes a database of that name.
pub(crate) fn create(name: &str) -> String {
    format!("CREATE DATABASE `{name}`")
}

/// There is no copying a database.
pub(crate) fn copy(_: &str, _: &str) -> Option<String> {
    None
}

/// The statements that drop it.
pub(crate) fn drop(name: &str, _: Versions) -> Vec<String> {
    vec![format!("DROP DATABASE IF EXISTS `{name}`")]
}

/// The container of a release.
pub(crate) fn container(versions: Versions) -> Container {
    let default = Versions::default();
    let (name, release, known) = if versions.mariadb {
        ("mariadb", versions.mariadb_release, default.mariadb_release)
    } else {
        ("mysql", versions.mysql, default.mysql)
    };
    let image = if release == known {
        name.to_owned()
    } else {
        format!("{name}:{release}")
    };
    Container {
        image,
        port: 3306,
        environment: &[
            "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1",
            "MYSQL_ALLOW_EMPTY_PASSWORD=1",
        ],
        arguments: &["--skip-log-bin", "--innodb-flush-log-at-trx-commit=0"],
        login: "root@",
        database: "mysql",
    }
}

/// Whether an answer says that the user lacks the right (1044, 1045, 1142, 1227).
pub(crate) fn is_forbidden(code: &str) -> bool {
    ["1044", "1045", "1142", "1227"]
        .iter()
        .any(|number| code.starts_with(number))
}

/// What is known of a server that runs from an image (`mariadb:10.11`), whose name and tag these
/// are; `None` where it is another one.
pub(crate) fn of_image(name: &str, tag: &str, versions: Versions) -> Option<Versions> {
    let default = Versions::default();
    let end = tag
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(tag.len());
    let release = Release::parse(&tag[..end]);
    match name {
        "mariadb" if versions.mariadb_release == default.mariadb_release => Some(Versions {
            mariadb: true,
            mariadb_release: release.unwrap_or(versions.mariadb_release),
            ..versions
        }),
        "mysql" if versions.mysql == default.mysql && !versions.mariadb => Some(Versions {
            mysql: release.unwrap_or(versions.mysql),
            ..versions
        }),
        "mariadb" | "mysql" => Some(versions),
        _ => None,
    }
}

/// How a server is installed.
pub(crate) fn how_to_get_one() -> &'static str {
    "`apt-get install mariadb-server`, or start one with `docker run --rm -e MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1 -p 3306:3306 \
     mariadb` and name it with `--url mysql://root@127.0.0.1/mysql`"
}

/// How a server is started: MySQL where that is what the project says it has, else whichever is
/// there.
pub(crate) fn launch(folder: &Path, versions: Versions) -> Option<Launch> {
    let mysql = || mysql(folder);
    let mariadb = || mariadb(folder);
    if versions.mariadb {
        mariadb().or_else(mysql)
    } else {
        mysql().or_else(mariadb)
    }
}

fn folders() -> Vec<PathBuf> {
    [
        "/usr/sbin",
        "/usr/bin",
        "/usr/local/mysql/bin",
        "/opt/homebrew/bin",
    ]
    .map(PathBuf::from)
    .to_vec()
}

fn mariadb(folder: &Path) -> Option<Launch> {
    let daemon = folder_with("mariadbd", &folders())?.join("mariadbd");
    let install = folder_with("mariadb-install-db", &folders())?.join("mariadb-install-db");
    let data = folder.join("data");
    let mut initialise = unprivileged(&install);
    initialise
        .args([
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-log-bin",
        ])
        .arg(format!("--datadir={}", data.display()))
        .env("TMPDIR", folder);
    let mut serve = unprivileged(&daemon);
    serve
        .args(["--no-defaults", "--skip-networking", "--skip-log-bin"])
        .args([
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-fast-shutdown=2",
            "--innodb-buffer-pool-size=64M",
        ])
        .args([
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_general_ci",
        ]);
    at_socket(&mut serve, folder, &data);
    Some(Launch {
        initialise,
        serve,
        signal: "KILL",
        farewell: None,
        url: url(folder)?,
    })
}

fn mysql(folder: &Path) -> Option<Launch> {
    let daemon = folder_with("mysqld", &folders())?.join("mysqld");
    // Debian calls MariaDB's server so too.
    let is_mariadb =
        std::fs::canonicalize(&daemon).is_ok_and(|real| real.to_string_lossy().contains("mariadb"));
    if is_mariadb {
        return None;
    }
    let data = folder.join("data");
    let mut initialise = unprivileged(&daemon);
    initialise
        .args(["--no-defaults", "--initialize-insecure"])
        .arg(format!("--datadir={}", data.display()))
        .env("TMPDIR", folder);
    let mut serve = unprivileged(&daemon);
    serve.args([
        "--no-defaults",
        "--skip-networking",
        "--disable-log-bin",
        "--mysqlx=OFF",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-buffer-pool-size=64M",
    ]);
    at_socket(&mut serve, folder, &data);
    Some(Launch {
        initialise,
        serve,
        signal: "KILL",
        farewell: None,
        url: url(folder)?,
    })
}

/// Where a server is that starts. Its temporary files stay in its own folder: a server that starts
/// clears those of others, and `/tmp` has those of every other server on the machine.
fn at_socket(serve: &mut std::process::Command, folder: &Path, data: &Path) {
    serve
        .env("TMPDIR", folder)
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--socket={}", folder.join("socket").display()))
        .arg(format!("--pid-file={}", folder.join("pid").display()));
}

fn url(folder: &Path) -> Option<DatabaseUrl> {
    let name = Dialect::MySql.name();
    let socket = folder.join("socket");
    DatabaseUrl::parse(&format!("{name}://root@/mysql?socket={}", socket.display())).ok()
}
