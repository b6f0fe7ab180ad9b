//! `DROP … CASCADE` that takes along what it does not name.

use super::{Check, Context};
use crate::catalog::Droppable;
use crate::source::Span;
use crate::sql::Statement;
use crate::sql::change::{ChangeKind, ObjectName, TableAction};
use crate::sql::walk::changes;

pub(super) const CHECK: Check = Check::Statement(check);

/// As many objects as one message names.
const SHOWN: usize = 3;

fn check(statement: &Statement, context: &mut Context) {
    for reached in changes(&statement.changes) {
        let span = reached.change.span;
        if let ChangeKind::DropExtension { names, mode } = &reached.change.kind
            && mode.cascade
        {
            for name in names {
                extension(&name.value, mode.if_exists, span, context);
            }
        }
        report(&targets(&reached.change.kind, context), span, context);
    }
    for edit in crate::context::edits(statement) {
        let Some(table) = context.table(edit.table) else {
            continue;
        };
        let object = match edit.action {
            TableAction::DropColumn {
                name,
                cascade: true,
                ..
            } => Droppable::Column(table.name.clone(), name.value.clone()),
            TableAction::DropConstraint {
                name,
                cascade: true,
                ..
            } => Droppable::Constraint(table.name.clone(), name.value.clone()),
            _ => continue,
        };
        report(&[object], edit.span, context);
    }
}

/// The objects that a statement drops with CASCADE, as far as they are known.
fn targets(kind: &ChangeKind, context: &Context) -> Vec<Droppable> {
    let catalog = context.catalog;
    let each = |names: &[ObjectName], find: &dyn Fn(&ObjectName) -> Option<Droppable>| {
        names.iter().filter_map(find).collect()
    };
    match kind {
        ChangeKind::DropTable { names, mode, .. } if mode.cascade => each(names, &|name| {
            catalog.find_table(name).map(Droppable::Table)
        }),
        ChangeKind::DropView { names, mode, .. } if mode.cascade => {
            each(names, &|name| catalog.find_view(name).map(Droppable::View))
        }
        ChangeKind::DropType { names, mode } | ChangeKind::DropDomain { names, mode }
            if mode.cascade =>
        {
            each(names, &|name| catalog.find_type(name).map(Droppable::Type))
        }
        ChangeKind::DropSequence { names, mode } if mode.cascade => each(names, &|name| {
            catalog.find_sequence(name).map(Droppable::Sequence)
        }),
        ChangeKind::DropFunction { names, mode, .. } if mode.cascade => names
            .iter()
            .filter_map(|(name, arguments)| {
                let found = catalog.find_function(name)?;
                let overloads = catalog.functions.get(&found)?;
                let overload = match (arguments, overloads.as_slice()) {
                    (Some(arguments), _) => arguments.clone(),
                    (None, [only]) => only.arguments.clone(),
                    (None, _) => return None,
                };
                Some(Droppable::Function(found, overload))
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn report(targets: &[Droppable], span: Span, context: &mut Context) {
    if targets.is_empty() {
        return;
    }
    let along = context.taken_along(targets);
    let Some(first) = along.first() else {
        return;
    };
    let mut shown: Vec<String> = along
        .iter()
        .take(SHOWN)
        .map(|object| context.catalog.describe(object))
        .collect();
    if along.len() > SHOWN {
        shown.push(format!("{} more", along.len() - SHOWN));
    }
    let made = context.catalog.object_site(first);
    let loses = match first {
        Droppable::Column(..) | Droppable::Table(_) => "with its data ",
        _ => "",
    };
    context
        .report(
            span,
            format!("CASCADE takes along, {loses}and without a word: {}", shown.join(", ")),
        )
        .label_site(made, "made here")
        .help("drop by name what has to go, and leave CASCADE out: PostgreSQL then refuses to drop what was forgotten");
}

/// What an extension brings is not in any migration, so nobody can say what uses it.
fn extension(name: &str, if_exists: bool, span: Span, context: &mut Context) {
    let known = context.catalog.extensions.get(name);
    let new = known.is_some_and(|origin| context.is_new(origin));
    let never = known.is_none() && if_exists && context.catalog.knowledge.is_exact();
    if new || never {
        return;
    }
    context
        .report(
            span,
            format!("CASCADE takes along every column, index and default that uses something of extension `{name}`"),
        )
        .help("leave CASCADE out: PostgreSQL then names what is still in use");
}
