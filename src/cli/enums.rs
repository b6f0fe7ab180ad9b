//! `driftlint enum`: gives an enum type other labels, with everything that stands in the way.

use std::collections::BTreeMap;

use clap::Args;

use super::server::ServerFlags;
use super::write::{Opened, WriteFlags};
use super::{Session, Status};
use crate::error::{Error, Result};
use crate::replay::{catalog_of, statements_of, texts_of};
use crate::sql::on_big_stack;
use crate::write::enums::{self, Relabelling};

/// Its flags.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The type, as in SQL: `mood`, `app.level`
    #[arg(value_name = "TYPE")]
    of: String,
    /// The migrations folder or project, where there are several
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// The labels that it shall have, in order
    #[arg(long, value_name = "LABELS", value_delimiter = ',', required = true)]
    to: Vec<String>,
    /// What becomes of a label that goes: `old=new`; may be repeated
    #[arg(long, value_name = "OLD=NEW", value_parser = ReplacedLabel::parse)]
    map: Vec<ReplacedLabel>,
    /// The name of the migration
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    flags: WriteFlags,
    #[command(flatten)]
    server: ServerFlags,
}

/// What becomes of a label.
#[derive(Clone, Debug)]
struct ReplacedLabel {
    old: String,
    new: String,
}

impl ReplacedLabel {
    fn parse(text: &str) -> Result<Self, String> {
        let (old, new) = text
            .split_once('=')
            .ok_or_else(|| "expected `old=new`".to_owned())?;
        Ok(Self {
            old: old.to_owned(),
            new: new.to_owned(),
        })
    }
}

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let opened = Opened::new(session, arguments.path.as_deref(), &arguments.server)?;
    let set = opened.set()?;
    if !set.dialect.types_are_objects() {
        return Err(Error::Usage {
            message: format!("{} has no enum types of their own", set.dialect.name()),
            help: Some("`driftlint change-type` changes the type of a column".to_owned()),
        });
    }
    let wanted = Relabelling {
        to: arguments
            .to
            .iter()
            .map(|label| label.trim().to_owned())
            .collect(),
        map: arguments
            .map
            .iter()
            .map(|label| (label.old.clone(), label.new.clone()))
            .collect::<BTreeMap<_, _>>(),
    };
    let versions = opened.workspace.config.versions();
    let drafted = on_big_stack(|| {
        let catalog = catalog_of(set, versions, set.migrations.len());
        let history = statements_of(set, versions);
        let kind = enums::find(&catalog, &arguments.of)?;
        if kind.label_texts().eq(&wanted.to) {
            return Ok(None);
        }
        enums::relabel(&catalog, &texts_of(set), &history, kind, &wanted).map(Some)
    });
    let drafted = drafted.map_err(|why| Error::Usage {
        message: why,
        help: None,
    })?;
    let Some(mut draft) = drafted else {
        super::print("nothing to write: those are its labels\n")?;
        return Ok(Status::Clean);
    };
    if let Some(name) = &arguments.name {
        draft.name.clone_from(name);
    }
    opened.write(&[draft], &arguments.flags, session)
}
