//! The migration that closes the gap: printed by `--format sql`, or written by `--write`.

use super::super::write::WriteFlags;
use super::super::write::{deliver, now};
use crate::check::{Gap, Report};
use crate::cli::{Session, Status, print};
use crate::config::Config;
use crate::drift::{self, Repair};
use crate::error::{Error, Result};
use crate::project::runner::Wrap;
use crate::project::{LoadOptions, MigrationSet};
use crate::replay::{catalog_of, texts_of};
use crate::schema::input::{Input, SetInput};
use crate::sql::on_big_stack;
use crate::workspace::{SetName, Workspace};
use crate::write::{DraftScript, MigrationDraft, PastStatements, reverse};

/// The statements that close what was reported, set by set.
pub(super) fn render(report: &Report, input: &Input, config: &Config) -> String {
    let mut text = String::new();
    let several = input.sets().count() > 1;
    for gap in &report.gaps {
        let Some(closed) = Closed::new(gap, input, config) else {
            continue;
        };
        if several {
            text.push_str(&drift::comment(&closed.set.folder));
        }
        let (runner, dialect) = (closed.set.runner, closed.set.dialect);
        text.push_str(&drift::script(&closed.repair, runner, dialect));
    }
    // Where there is nothing else to close; beside a gap they are remarks.
    let policies = report.diagnostics.iter().filter(|diagnostic| {
        let object = diagnostic.object.as_ref();
        report.gaps.is_empty() && object.is_some_and(drift::is_policy)
    });
    for diagnostic in policies {
        text.push_str(&drift::comment(&format!(
            "{}: write it by hand",
            diagnostic.message
        )));
    }
    text
}

/// A gap, and what closes it.
struct Closed<'a> {
    set: &'a MigrationSet,
    repair: Repair,
    back: DraftScript,
}

impl<'a> Closed<'a> {
    fn new(gap: &Gap, input: &'a Input, config: &Config) -> Option<Self> {
        let versions = config.versions();
        let SetInput { set, schemas } = input.sets().nth(gap.set)?;
        let migrated = catalog_of(set, versions, set.migrations.len());
        let schemas = schemas?.settled(&migrated);
        let declared = schemas.declared.get(gap.declared)?;
        let texts = texts_of(set);
        let mut repair = drift::repair(declared, &migrated, &texts, &gap.differences);
        for policy in drift::unmade_policies(set, declared, &migrated) {
            repair
                .remarks
                .add(format!("{}: write it by hand", policy.message));
        }
        let (after, _) = drift::run(&migrated, &repair.steps);
        let up = drift::statements(&migrated, &repair.steps);
        let mut back = reverse(&migrated, &after, &texts, &up).script;
        let past = PastStatements::before(set, set.migrations.len());
        let (up, down) = (&mut repair.steps, &mut back.steps);
        past.say_again((up, &after), (down, &migrated));
        Some(Self { set, repair, back })
    }

    /// The migration; as a file, or as text that somebody puts where they like.
    fn draft(self, name: &str, is_file: bool) -> MigrationDraft {
        let Repair {
            steps,
            remarks,
            in_transaction,
            ..
        } = self.repair;
        let mut remarks = remarks.into_vec();
        // In a transaction SQLite's PRAGMA has no effect, and the rebuild of a table deletes rows that
        // refer to it. So the file stays out of one where its tool has a mark for that.
        let harms = self.set.sending.wrap != Wrap::Nothing && !in_transaction.is_empty();
        let alone = harms && is_file && self.set.runner.no_transaction_mark().is_some();
        if harms && !alone {
            remarks.extend(in_transaction);
        }
        MigrationDraft {
            name: name.to_owned(),
            up: DraftScript { remarks, steps },
            down: self.back,
            alone,
        }
    }
}

/// Writes the migration that closes the one gap there is.
pub(super) fn write(
    report: &Report,
    input: &Input,
    workspace: Workspace,
    options: &LoadOptions,
    (name, flags): (&str, &WriteFlags),
    session: &Session,
) -> Result<Status> {
    let gap = match report.gaps.as_slice() {
        [] if !report.diagnostics.is_empty() => {
            return Err(Error::Usage {
                message: "what differs is nothing that driftlint writes".to_owned(),
                help: Some("`driftlint drift` says what it is".to_owned()),
            });
        }
        [] => {
            print("nothing to write: schema and migrations agree\n")?;
            return Ok(Status::Clean);
        }
        [gap] => gap,
        several => {
            let sets = several.iter().filter_map(|gap| input.sets().nth(gap.set));
            let folders: Vec<&str> = sets.map(|beside| beside.set.folder.as_str()).collect();
            return Err(Error::Usage {
                message: format!("{} migrations would be needed", several.len()),
                help: Some(format!("name one of {}", folders.join(", "))),
            });
        }
    };
    let closed = on_big_stack(|| Closed::new(gap, input, &workspace.config));
    let Some(closed) = closed else {
        return Err(Error::Usage {
            message: "the schema of this gap could not be read".to_owned(),
            help: None,
        });
    };
    let of = SetName::of(closed.set);
    if flags.sql {
        let (runner, dialect) = (closed.set.runner, closed.set.dialect);
        print(&closed.draft(name, false).up.text(runner, dialect))?;
        return Ok(Status::Clean);
    }
    let draft = closed.draft(name, true);
    let root = workspace.root.clone();
    let plan = workspace.draft(&of, options, &[draft], now())?;
    deliver(&root, &plan, flags, session)
}
