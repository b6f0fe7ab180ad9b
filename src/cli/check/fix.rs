//! `--fix` and `--diff`.

use std::fmt::Write as _;

use clap::ValueEnum;

use super::{Arguments, Session, Status, output, print};
use crate::cli::note;
use crate::diagnostic::Applicability;
use crate::error::{Error, Result};
use crate::fix::unified;
use crate::project::LoadOptions;
use crate::workspace::{self, Fixed, Judged, Workspace};

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FixLevel {
    /// Those after which the migration does the same.
    Safe,
    /// Also those that need a reader: new migrations, other transactions.
    Unsafe,
}

pub(super) fn run(
    arguments: &Arguments,
    workspace: Workspace,
    options: &LoadOptions,
    session: &Session,
) -> Result<Status> {
    let level = match arguments.fix {
        Some(FixLevel::Unsafe) => Applicability::Unsafe,
        Some(FixLevel::Safe) | None => Applicability::Safe,
    };
    let root = workspace.root.clone();
    let fixed = workspace.fix(level, &arguments.range(), |workspace| {
        let (input, scope) = workspace.read(&arguments.range(), options)?;
        let scope = arguments.judging(scope);
        let report = arguments.judge(&input, workspace, &scope);
        Ok(Judged {
            project: input.project,
            report,
        })
    })?;
    if let Some(open) = fixed.report.summary.ledger.unanswered().first() {
        return Err(Error::Usage {
            message: format!(
                "nothing is written, since {} cannot be judged: {}",
                open.path, open.reason
            ),
            help: Some("name the files that are to be fixed".to_owned()),
        });
    }
    if arguments.diff {
        let diffs = fixed
            .files
            .iter()
            .map(|(path, change)| unified(path, change.before.as_deref(), &change.after));
        print(&diffs.collect::<String>())?;
        summarise(&fixed, "would be applied", session);
        return Ok(if fixed.files.is_empty() || arguments.exit_zero {
            Status::Clean
        } else {
            Status::Failed
        });
    }
    workspace::write(&root, &fixed.files)?;
    output::write(&fixed.report, None, arguments, session)?;
    summarise(&fixed, "applied", session);
    if arguments.staged && !fixed.files.is_empty() && !session.global.quiet {
        note("the index is as it was: `git add` what was fixed\n");
    }
    Ok(arguments.status(&fixed.report))
}

/// Says on standard error how many fixes there were, and which ones were left out.
fn summarise(fixed: &Fixed, done: &str, session: &Session) {
    if session.global.quiet {
        return;
    }
    let fixes = |count: usize| format!("{count} {}", if count == 1 { "fix" } else { "fixes" });
    let mut text = format!(
        "{} {done} in {} files\n",
        fixes(fixed.applied),
        fixed.files.len()
    );
    if fixed.merged > 0 {
        let _ = writeln!(
            text,
            "{} left out: they would edit migrations that are merged",
            fixes(fixed.merged)
        );
    }
    if fixed.refused > 0 {
        let _ = writeln!(
            text,
            "{} left out: driftlint reports no less of what comes out",
            fixes(fixed.refused)
        );
    }
    for line in &fixed.left_to_do {
        let _ = writeln!(text, "{line}");
    }
    note(&text);
}
