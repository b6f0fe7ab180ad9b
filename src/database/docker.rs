//! A server in a container, where the machine has no programs of it.

use std::net::TcpListener;
use std::process::Command;

use super::{DatabaseUrl, Launch, WantedServer, folder_with};
use crate::server::on_server;

/// What is particular to the containers of a server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Container {
    /// Its image, with the release as tag.
    pub(crate) image: String,
    /// The port on which it listens.
    pub(crate) port: u16,
    /// `NAME=value`, so that it asks for no password.
    pub(crate) environment: &'static [&'static str],
    /// What the server is started with.
    pub(crate) arguments: &'static [&'static str],
    /// The user, with `@`.
    pub(crate) login: &'static str,
    /// A database that is always there.
    pub(crate) database: &'static str,
}

/// How a container is started: the image is got first, for which there is no hurry. `None` without
/// docker.
pub(super) fn launch(wanted: &WantedServer) -> Option<Launch> {
    let docker = folder_with("docker", &[])?.join("docker");
    let container = on_server!(wanted.dialect => host::container(wanted.versions));
    let image = wanted.image.as_ref().unwrap_or(&container.image);
    let port = free_port()?;
    let name = format!("driftlint-{}-{port}", std::process::id());
    // Standard error tells how it goes, if it goes wrong.
    let mut initialise = Command::new("sh");
    initialise
        .args([
            "-c",
            r#""$1" image inspect "$2" >/dev/null 2>&1 || "$1" pull --quiet "$2""#,
            "sh",
        ])
        .arg(&docker)
        .arg(image);
    let mut serve = Command::new(&docker);
    serve
        .args(["run", "--rm", "--name", &name])
        .args(["--publish", &format!("127.0.0.1:{port}:{}", container.port)]);
    for variable in container.environment {
        serve.args(["--env", variable]);
    }
    serve.arg(image).args(container.arguments);
    let mut farewell = Command::new(&docker);
    farewell.args(["rm", "--force", "--volumes", &name]);
    let scheme = wanted.dialect.name();
    let Container {
        login, database, ..
    } = container;
    Some(Launch {
        initialise,
        serve,
        signal: "TERM",
        farewell: Some(farewell),
        url: DatabaseUrl::parse(&format!("{scheme}://{login}127.0.0.1:{port}/{database}")).ok()?,
    })
}

/// A port on which nobody listens now.
fn free_port() -> Option<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).ok()?;
    Some(listener.local_addr().ok()?.port())
}
