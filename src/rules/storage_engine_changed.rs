//! `ENGINE = …` with another engine than the table has.

use super::{Check, Context};
use crate::sql::Statement;
use crate::sql::change::TableAction;

pub(super) const CHECK: Check = Check::Statement(check);

/// What a table gets that names no engine.
const DEFAULT: &str = "InnoDB";

fn check(statement: &Statement, context: &mut Context) {
    for edit in crate::context::edits(statement) {
        let TableAction::Option { name, value } = edit.action else {
            continue;
        };
        if name != "engine" || !context.may_hold_rows(edit.table) {
            continue;
        }
        let table = context.table(edit.table);
        let known = table.and_then(|table| table.option("engine"));
        let engine = known.unwrap_or(DEFAULT);
        let value = value.trim_matches(['\'', '"', '`']);
        if engine.eq_ignore_ascii_case(value) {
            continue;
        }
        let loses = if value.eq_ignore_ascii_case(DEFAULT) {
            "the table is copied while writers wait"
        } else {
            "foreign keys and transactions may not come along, and the table is copied while writers wait"
        };
        let made = table.and_then(|table| table.origin.made);
        context
            .report(
                edit.span,
                format!("moves `{}` from {engine} to {value}: {loses}", edit.table),
            )
            .label_site(made, "the table was made here")
            .help("keep the engine, or build a new table beside it and switch over");
    }
}
