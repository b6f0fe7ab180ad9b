//! A statement that nobody understood, though a server may.

use super::{Check, Context};
use crate::sql::{Statement, Understood, Unread};

pub(super) const CHECK: Check = Check::AnyStatement(check);

fn check(statement: &Statement, context: &mut Context) {
    let Some((reason, words)) = unread(statement) else {
        return;
    };
    // One remark for each kind in a file: more of them say nothing new.
    let path = statement.source.path();
    let here = context.earlier().iter();
    let mut here = here.filter(|earlier| earlier.source.path() == path);
    let known = here.any(|earlier| {
        unread(earlier).is_some_and(|(other, head)| {
            head == words && std::mem::discriminant(other) == std::mem::discriminant(reason)
        })
    });
    if known {
        return;
    }
    let shown: Vec<&str> = statement.text().split_whitespace().take(3).collect();
    let shown = shown.join(" ");
    let message = match reason {
        Unread::Template => format!(
            "`{shown} …` is filled in before a server sees it, so what it changes is neither checked nor replayed"
        ),
        _ => {
            format!("cannot parse `{shown} …`, so what it changes is neither checked nor replayed")
        }
    };
    context
        .report(statement.span, message)
        .help(reason.to_string());
}

/// Why a statement that may change the schema or its rows was not understood, and its first words.
/// `syntax-error` speaks of what no server takes.
fn unread(statement: &Statement) -> Option<(&Unread, String)> {
    const ROWS: &[&str] = &[
        "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "REPLACE", "SELECT",
    ];
    let Understood::Opaque { reason, ddl } = &statement.understood else {
        return None;
    };
    let words: Vec<&str> = statement.text().split_whitespace().take(2).collect();
    let rows = words
        .first()
        .is_some_and(|word| ROWS.iter().any(|known| known.eq_ignore_ascii_case(word)));
    // The file as a whole is spoken of elsewhere.
    let elsewhere = matches!(
        reason,
        Unread::Invalid(_) | Unread::TemplateFile | Unread::Unmerged
    );
    let counts = (*ddl || rows) && !elsewhere;
    counts.then(|| (reason, words.join(" ")))
}
