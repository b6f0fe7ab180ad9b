//! `driftlint guide`: the guides of the documentation, in the terminal.

use clap::Args;

use super::{Session, Status, print};
use crate::error::{Error, Result};
use crate::rules;

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The guide; all are listed if none is named
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// A guide: its name, and its page.
struct Guide {
    name: &'static str,
    text: &'static str,
}

macro_rules! guides {
    ($($name:literal)*) => {
        const GUIDES: &[Guide] = &[$(Guide {
            name: $name,
            text: include_str!(concat!("../../docs/guides/", $name, ".md")),
        },)*];
    };
}

guides! {
    "workflow" "enums" "not-null" "indexes" "rollback" "branches" "after-push"
    "deploy"
    "troubleshooting" "adopting" "conventions"
}

pub(super) fn run(arguments: &Arguments, _: &Session) -> Result<Status> {
    let Some(name) = &arguments.name else {
        print(
            &GUIDES
                .iter()
                .map(|guide| format!("{:16}{}\n", guide.name, title(guide.text)))
                .collect::<String>(),
        )?;
        return Ok(Status::Clean);
    };
    let found = GUIDES.iter().find(|guide| guide.name == name);
    let guide = found.ok_or_else(|| {
        let near = rules::nearest_of(name, GUIDES.iter().map(|guide| guide.name));
        Error::Usage {
            message: format!("there is no guide `{name}`"),
            help: Some(near.map_or_else(
                || "`driftlint guide` lists them".to_owned(),
                |near| format!("there is `{near}`"),
            )),
        }
    })?;
    print(guide.text)?;
    Ok(Status::Clean)
}

/// The heading of a page.
fn title(text: &str) -> &str {
    let first = text.lines().next().unwrap_or_default();
    first.trim_start_matches("# ")
}
