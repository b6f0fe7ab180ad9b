//! The answer for people, for scripts, and as SQL.

use super::{DatabaseStatus, SchemaAnswer, shown_folder};
use crate::compare::{Difference, Presence};
use crate::drift;
use crate::project::version::LateVersion;
use crate::report::{self, Look};
use crate::status::{LiveSchema, MigrationState, UnknownRow};

/// The words before what is said of a migration.
const LABELS: usize = 15;

/// How many of the migrations that wait are shown.
const SHOWN: usize = 10;

/// Everything that is not as it should be, and what to do.
pub(super) fn text(status: &DatabaseStatus, look: Look, quiet: bool) -> String {
    let mut out = String::new();
    if !quiet {
        out += &look.fill(
            &format!("{} ({})", status.database, status.server),
            "",
            "  ",
        );
        let set = status.set;
        let (folder, tool) = (shown_folder(set), set.runner.name());
        out += &look.fill(
            &format!("{folder}, run by {tool}: {}", counts(status)),
            "",
            "  ",
        );
    }
    let rest = " ".repeat(LABELS);
    let mut line = |label: &str, text: &str| {
        out += &look.fill(text, &format!("  {label:0$}", LABELS - 2), &rest);
    };
    let mut waiting = 0;
    for (name, state) in named_states(status) {
        waiting += usize::from(state.is_pending());
        if let Some(said) =
            said_of(status, state).filter(|_| waiting <= SHOWN || !state.is_pending())
        {
            line(state.name(), &format!("{name}{said}"));
        }
    }
    if waiting > SHOWN {
        let more = waiting - SHOWN;
        line(
            "pending",
            &format!("{more} more, which `--format json` lists"),
        );
    }
    for row in &status.standing.unknown {
        line("unknown", &unknown(status, row));
    }
    match &status.schema {
        SchemaAnswer::NotAsked => {}
        SchemaAnswer::Impossible(why) => {
            out += &look.fill(&format!("the schema was not compared: {why}"), "", "  ");
        }
        SchemaAnswer::Compared(schema) => out += &of_schema(status, schema, look),
    }
    if !quiet {
        out += &look.fill(&verdict(status), "", "  ");
    }
    report::harmless(&out)
}

/// Each migration of the set and its state.
pub(super) fn named_states<'s>(
    status: &'s DatabaseStatus,
) -> impl Iterator<Item = (&'s str, &'s MigrationState)> {
    let names = status.set.migrations.iter().map(|one| one.id.as_str());
    let scripts = &status.standing.scripts;
    names
        .zip(&status.standing.migrations)
        .chain(scripts.iter().map(|(name, state)| (name.as_str(), state)))
}

/// What is said of a migration, after its name; `None` where all is well.
pub(super) fn said_of(status: &DatabaseStatus, state: &MigrationState) -> Option<String> {
    let tool = status.set.runner.name();
    Some(match state {
        MigrationState::Applied | MigrationState::TakenForApplied => return None,
        MigrationState::Pending => String::new(),
        MigrationState::Failed(why) => format!(": {why}"),
        MigrationState::Edited { line_ends: true } => {
            format!(": nothing but the ends of its lines was changed; {tool} takes it for another")
        }
        MigrationState::Edited { line_ends: false } => {
            let then = if status.set.runner.keeps_checksums() {
                format!("; {tool} finds that too")
            } else {
                String::new()
            };
            format!(
                ": it was applied with another text: put that back, and write a new migration{then}"
            )
        }
        MigrationState::Late { then, newest } => {
            let then = match then {
                LateVersion::Skips => format!("{tool} never runs it here, and reports success"),
                LateVersion::Refuses => format!("{tool} refuses to go on"),
                LateVersion::Runs => {
                    "it runs after that here, and before it on a new database".to_owned()
                }
            };
            format!(": the database has a later one ({newest}): {then}")
        }
    })
}

/// What is said of a row without a file.
pub(super) fn unknown(status: &DatabaseStatus, row: &UnknownRow) -> String {
    let name = &row.name;
    let renamed = row.renamed_to.and_then(|at| status.set.migrations.get(at));
    match (&row.failure, renamed) {
        (Some(why), _) => format!("{name}: no file here is of that name; {why}"),
        (None, Some(to)) => {
            format!(
                "{name}: it has the text of {}, which was renamed after it ran",
                to.id
            )
        }
        (None, None) => format!("{name}: the database has applied it, and no file here is of it"),
    }
}

fn of_schema(status: &DatabaseStatus, schema: &LiveSchema, look: Look) -> String {
    let mut out = String::new();
    for difference in &schema.differences {
        let ahead = schema.ahead.contains(&difference.slot);
        out += &look.fill(&said_of_object(difference, ahead), "  ", "    ");
    }
    for what in &schema.uncompared {
        out += &look.fill(&format!("not compared: {what}"), "", "  ");
    }
    if !schema.ahead.is_empty() {
        let help = "a migration that waits makes what was pushed, so that it will fail: see `driftlint guide after-push`";
        out += &look.help(help);
    }
    if !schema.differences.is_empty() {
        out += "This makes the database what its applied migrations make:\n\n";
        out += &sql(status);
        out.push('\n');
    }
    out
}

/// What is said of an object that differs.
pub(super) fn said_of_object(difference: &Difference, ahead: bool) -> String {
    let subject = drift::subject(difference);
    let side = |said: &Option<String>| drift::say(said.as_deref());
    let (made, there) = (side(&difference.left), side(&difference.right));
    let said = match difference.direction {
        Presence::LeftOnly => {
            format!("{subject} is made by the applied migrations, and not in the database")
        }
        Presence::RightOnly => {
            format!("{subject} is in the database, and no applied migration makes it")
        }
        Presence::Differs => {
            format!("{subject} is {there} in the database, and the applied migrations make {made}")
        }
    };
    if ahead {
        said + "; one that waits does"
    } else {
        said
    }
}

/// The statements that make the database what its applied migrations make.
pub(super) fn sql(status: &DatabaseStatus) -> String {
    let Some(schema) = status.schema.compared() else {
        return String::new();
    };
    let mut out = String::new();
    let standing = &status.standing;
    let is_newer = !standing.unknown.is_empty() || standing.has_failure();
    if is_newer && !schema.differences.is_empty() {
        out += &drift::comment(
            "the database has migrations that are not here, or one that did not end: what they made is taken back by this",
        );
    }
    out + &drift::script(&schema.repair, status.set.runner, status.set.dialect)
}

/// How many are in each state.
fn counts(status: &DatabaseStatus) -> String {
    let standing = &status.standing;
    let names = [
        "applied",
        "edited",
        "failed",
        "skipped",
        "out-of-order",
        "pending",
    ];
    let mut said: Vec<String> = names
        .into_iter()
        .map(|name| (name, standing.count(name)))
        .filter(|&(name, count)| count > 0 || name == "applied")
        .map(|(name, count)| format!("{count} {}", name.replace('-', " ")))
        .collect();
    if !standing.unknown.is_empty() {
        said.push(format!("{} unknown", standing.unknown.len()));
    }
    said.join(", ")
}

/// All that there is to say, in few words.
fn verdict(status: &DatabaseStatus) -> String {
    let differences = match status.differences() {
        0 => String::new(),
        1 => "; 1 object differs".to_owned(),
        many => format!("; {many} objects differ"),
    };
    let word = match (&status.schema, status.agrees()) {
        (_, false) => "disagrees",
        (SchemaAnswer::Impossible(_), true) => "not judged",
        (_, true) => "agrees",
    };
    format!("{word}: {}{differences}", counts(status))
}

/// The same in one line, with the set and the reason why nothing could be said of the schema.
pub(super) fn one_line(status: &DatabaseStatus) -> String {
    let why = match &status.schema {
        SchemaAnswer::Impossible(why) => format!("; the schema was not compared: {why}"),
        SchemaAnswer::NotAsked | SchemaAnswer::Compared(_) => String::new(),
    };
    let folder = shown_folder(status.set);
    let line = format!("{}{why} ({folder}, {})", verdict(status), status.database);
    format!("{}\n", report::harmless(&line).replace('\n', " "))
}
