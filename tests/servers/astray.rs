//! `driftlint verify` where ways back lead somewhere else.

use crate::server::Server;
use crate::verify::{Project, assert_none_is_left};

/// Ways back that lead astray: the database is made again each time, from a copy where the server
/// has one, and is what it was.
pub(crate) fn astray(server: &Server) {
    const LONG: usize = 24;
    let mut files = Vec::new();
    for number in 1..=LONG {
        let up = format!("CREATE TABLE t{number} (id int PRIMARY KEY);\n");
        files.push((format!("{number:02}_t.up.sql"), up));
        files.push((format!("{number:02}_t.down.sql"), "SELECT 1;\n".to_owned()));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let project = Project::of(server.engine, &files);
    let url = server.url_text(server.engine.base());
    let (_, said) = project.verify(&["--url", &url]);
    assert!(said.contains("24 of 24 migrations applied"), "{said}");
    let all = "24 ways back tried, and the schema is what driftlint says";
    assert!(said.contains(all), "{said}");
    assert!(said.contains("t24` stays"), "{said}");
    assert_none_is_left(server);
}
