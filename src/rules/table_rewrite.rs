//! Changes for which the server writes the whole table again while others wait.

use super::{Check, Context};
use crate::lock::{Blocks, Cause, Effect, Work};
use crate::sql::Statement;

pub(super) const CHECK: Check = Check::Statement(check);

fn check(_: &Statement, context: &mut Context) {
    for effect in &*context.effects() {
        if effect.work() < Work::Index || effect.blocks() < Blocks::Writes {
            continue;
        }
        let written = effect.rewrites.iter().chain(&effect.builds);
        let in_use = written
            .into_iter()
            .any(|relation| context.is_in_use(relation));
        let Some(cause) = effect.cause().filter(|_| in_use) else {
            continue;
        };
        if is_repeated(effect, cause, &context.effects()) {
            continue;
        }
        if let Some(reason) = reason(cause) {
            report(effect, cause, &reason, context);
        }
    }
}

/// Whether a statement asks for no more than what another of its actions needs anyway.
fn is_repeated(effect: &Effect, cause: &Cause, all: &[Effect]) -> bool {
    matches!(cause, Cause::Asked(_))
        && all.iter().any(|other| {
            let asked = matches!(other.cause(), Some(Cause::Asked(_)) | None);
            !asked
                && other.target == effect.target
                && other.work() == Work::Rewrite
                && other.blocks() >= effect.blocks()
        })
}

fn report(effect: &Effect, cause: &Cause, reason: &str, context: &mut Context) {
    let table = context.shown(&effect.target);
    let waits = match effect.blocks() {
        Blocks::ReadsAndWrites => "nobody reads or writes it meanwhile",
        _ => "every write waits meanwhile",
    };
    let does = match cause {
        Cause::IndexAgain => "builds indexes of",
        _ if context.dialect().copies_tables() => "copies",
        _ => "rewrites",
    };
    let again = if does == "builds indexes of" {
        " again"
    } else {
        ""
    };
    let help = help(cause, context);
    let unknown = matches!(cause, Cause::UnknownType(_));
    let message = format!("{does} `{table}`{again}, {reason}; {waits}");
    let reported = context.report_lock(effect, message).help(help);
    if unknown {
        reported.low_confidence();
    }
}

/// Why, as the rest of a sentence; `None` for what another rule speaks of.
fn reason(cause: &Cause) -> Option<String> {
    Some(match cause {
        Cause::VolatileDefault(function) => {
            format!("since `{function}()` gives every row a value of its own")
        }
        Cause::AnyDefault => {
            "since PostgreSQL before 11 writes the default into every row".to_owned()
        }
        Cause::ExpressionDefault => "since MySQL evaluates the default for every row".to_owned(),
        Cause::OtherEngine(engine) => format!("since {engine} changes no table online"),
        Cause::Hindered(what) => format!("since {what} lets it be written by nobody meanwhile"),
        Cause::Hashed => "since a unique index of whole texts is one of hashes, in a column that the table gets for it".to_owned(),
        Cause::Serial => "since every row gets a number".to_owned(),
        Cause::Identity => "since every row gets a number of the identity".to_owned(),
        Cause::Stored => "since the generated value is stored in every row".to_owned(),
        Cause::Domain(name) => {
            format!(
                "since the domain `{name}` has a constraint, which every row must be checked for"
            )
        }
        Cause::Type(from, to) => format!("since `{from}` is stored in another way than `{to}`"),
        Cause::UnknownType(to) => {
            format!("unless the column's type, which no migration shows, is stored like `{to}`")
        }
        Cause::Using => "since `USING` computes a value for every row".to_owned(),
        Cause::Labels => {
            "since the labels before the new ones changed, or need another byte".to_owned()
        }
        Cause::Charset => "since texts are stored in another character set".to_owned(),
        Cause::Engine => "since another engine stores it".to_owned(),
        Cause::Logged => {
            "since all of it goes through the write-ahead log, or leaves it".to_owned()
        }
        Cause::Storage(property) => format!("since another {} stores it", property.to_lowercase()),
        Cause::Maintenance(name) => format!("which is what `{name}` does"),
        Cause::NoPrimaryKey => "since it is stored in the order of its primary key".to_owned(),
        Cause::Asked(what) => format!("since the statement asks for `{what}`"),
        Cause::IndexAgain => "since the column sorts in another way".to_owned(),
        _ => return None,
    })
}

fn help(cause: &Cause, context: &Context) -> String {
    let copies = context.dialect().copies_tables();
    match cause {
        Cause::VolatileDefault(_) | Cause::AnyDefault | Cause::ExpressionDefault => {
            "add the column without a default, then `SET DEFAULT` for new rows, and fill old rows in batches"
                .to_owned()
        }
        Cause::Serial | Cause::Identity if !copies => {
            "add a nullable column, fill it in batches from a sequence, then attach the sequence as its default"
                .to_owned()
        }
        Cause::Stored if !copies => {
            "add an ordinary column, keep it up to date with a trigger, and fill old rows in batches".to_owned()
        }
        Cause::Stored => "make it `VIRTUAL`, which is instant".to_owned(),
        Cause::Domain(_) => {
            "use the domain's base type, and put the condition on the table: `ADD CONSTRAINT … CHECK … NOT VALID`, validated later"
                .to_owned()
        }
        Cause::Type(from, to) if is_zoned(from, to) => {
            "with `SET timezone = 'UTC'` before it, and without `USING`, it only changes the catalog".to_owned()
        }
        Cause::Type(..) | Cause::UnknownType(_) | Cause::Using if !copies => {
            "add a column of the new type, write both, fill old rows in batches, and switch over in a later release"
                .to_owned()
        }
        Cause::NoPrimaryKey => {
            "drop the key and add the new one in the same `ALTER TABLE`, which is done online".to_owned()
        }
        Cause::Asked(_) => {
            "leave the choice to the server, or ask for `ALGORITHM=INPLACE, LOCK=NONE`, so that it refuses rather than blocks"
                .to_owned()
        }
        Cause::Labels => "append labels at the end, as many as fit into the same number of bytes".to_owned(),
        Cause::Maintenance(_) => "pg_repack does the same while others go on".to_owned(),
        _ if copies => {
            "copy a large table with gh-ost or pt-online-schema-change while others go on".to_owned()
        }
        _ => "do it while nobody uses the table, with a `lock_timeout`".to_owned(),
    }
}

/// Between timestamps with and without time zone.
fn is_zoned(from: &str, to: &str) -> bool {
    let moment = |name: &str| name.starts_with("timestamp");
    moment(from) && moment(to) && from.contains("without") != to.contains("without")
}
