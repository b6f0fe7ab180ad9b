//! A label that `ADD VALUE` made in the transaction that still runs.

use super::{Check, Context};
use crate::catalog::{QName, Site};
use crate::diagnostic::Severity;
use crate::source::{Source, Span};
use crate::sql::Statement;
use crate::sql::change::{
    Change, ChangeKind, ColumnDef, DataType, LiteralTarget, ObjectName, TableAction,
};
use crate::sql::walk::{changes, column_defaults, literals, query};

pub(super) const CHECK: Check = Check::Statement(check);

/// Since this version a label added to a type that the same transaction created may be used at
/// once.
const NEW_TYPE_IS_SAFE_SINCE: u16 = 17;

fn check(statement: &Statement, context: &mut Context) {
    if !context.dialect().types_are_objects() {
        return;
    }
    for reached in changes(&statement.changes) {
        assumed(reached.change, context);
    }
    if context.transaction.labels.is_empty() {
        return;
    }
    for reached in changes(&statement.changes) {
        let mut reported: Vec<(QName, String)> = Vec::new();
        for EnumUse { label, span, of } in uses(reached.change, context) {
            let Some(added) = unsafe_label(&of, &label, context) else {
                continue;
            };
            if reported.contains(&(of.clone(), label.clone())) {
                continue;
            }
            let help = context.supposing(
                "use it in a later migration, which runs after this transaction has committed",
            );
            context
                .report(
                    span,
                    format!("uses `{label}` in the transaction that adds it to `{}`: PostgreSQL answers `unsafe use of new value`", of.name),
                )
                .label_site(added, "added here, and not committed yet")
                .help(help);
            reported.push((of, label));
        }
    }
}

/// A string that is written into a table which no migration makes, and is the very label that the
/// transaction adds to a type which none makes either.
fn assumed(change: &Change, context: &mut Context) {
    let (ChangeKind::Insert { table, .. } | ChangeKind::Update { table, .. }) = &change.kind else {
        return;
    };
    if context.table(table).is_some() {
        return;
    }
    let found = literals(change)
        .into_iter()
        .find_map(|literal| Some((literal, added(&literal.value, context)?)));
    let Some((literal, AddedLabel { of, source, span })) = found else {
        return;
    };
    let label = &literal.value;
    context
        .report(
            literal.span,
            format!("uses `{label}` in the transaction that adds it to `{of}`, if a column of `{table}` has that type: no migration here makes either"),
        )
        .severity(Severity::Warning)
        .label(&source, span, "added here, and not committed yet")
        .help("use it in a later migration, which runs after this transaction has committed");
}

/// A label that the transaction adds to an enum which no migration makes.
struct AddedLabel {
    of: ObjectName,
    /// Where it is added.
    source: Source,
    span: Span,
}

fn added(label: &str, context: &Context) -> Option<AddedLabel> {
    let earlier = context.earlier_in_transaction().iter();
    let mut all = earlier.flat_map(|statement| {
        let changes = statement.changes.iter();
        changes.map(move |change| (statement, change))
    });
    all.find_map(|(statement, change)| match &change.kind {
        ChangeKind::AddEnumValue { name, value, .. }
            if value.value == label && is_older(name, context) =>
        {
            Some(AddedLabel {
                of: name.clone(),
                source: statement.source.clone(),
                span: change.span,
            })
        }
        _ => None,
    })
}

/// Whether no migration makes the enum.
fn is_older(name: &ObjectName, context: &Context) -> bool {
    let known = context.enumeration(name);
    known.is_none_or(|known| known.origin.made.is_none())
}

/// Where the label was added, if using it now fails.
fn unsafe_label(of: &QName, label: &str, context: &Context) -> Option<Site> {
    let added = context.transaction.added_label(of, label)?;
    let new_type = context.transaction.created_type(of).is_some();
    (!new_type || context.versions().postgres < NEW_TYPE_IS_SAFE_SINCE).then_some(added)
}

/// A string that the server resolves to an enum.
struct EnumUse {
    /// What it says.
    label: String,
    span: Span,
    /// The enum.
    of: QName,
}

/// Every string that the server resolves to an enum.
fn uses(change: &Change, context: &Context) -> Vec<EnumUse> {
    let own = defined_columns(change);
    let of_literals = literals(change).into_iter().filter_map(|literal| {
        let of = match &literal.target {
            LiteralTarget::Cast(data_type) => context.enum_of(data_type)?.name.clone(),
            LiteralTarget::Column(relation, column) => {
                let defined = own
                    .iter()
                    .find(|defined| defined.name.value == column.value);
                match defined {
                    Some(defined) => context.enum_of(&defined.data_type)?.name.clone(),
                    None => match parameter(change, &column.value) {
                        Some(parameter) => context.enum_of(parameter)?.name.clone(),
                        None => of_column(change, relation.as_ref(), &column.value, context)?,
                    },
                }
            }
            LiteralTarget::Position(table, position) => context
                .enum_of(&context.table(table)?.columns.get(*position)?.data_type)?
                .name
                .clone(),
            LiteralTarget::Unknown => return None,
        };
        Some(EnumUse {
            label: literal.value.clone(),
            span: literal.span,
            of,
        })
    });
    let of_defaults = column_defaults(change).into_iter().flat_map(|column| {
        let default = column.default.as_ref();
        let of = context
            .enum_of(&column.data_type)
            .map(|found| found.name.clone());
        let literals = default
            .map(|default| default.literals.as_slice())
            .unwrap_or_default();
        let of_array = column.data_type.array;
        let used = literals
            .iter()
            .filter_map(move |literal| Some((literal, of.clone()?)));
        used.flat_map(move |(literal, of)| {
            let labels = elements(&literal.value, of_array).into_iter();
            labels.map(move |label| EnumUse {
                label,
                span: literal.span,
                of: of.clone(),
            })
        })
    });
    of_literals
        .chain(of_defaults)
        .chain(cast_later(change, context))
        .collect()
}

/// Strings that are texts at first, in `VALUES` or in a subquery, and whose column is cast. A query
/// that is only kept, as a view's, casts nothing yet.
fn cast_later(change: &Change, context: &Context) -> Vec<EnumUse> {
    let runs = matches!(
        change.kind,
        ChangeKind::Insert { .. }
            | ChangeKind::Update { .. }
            | ChangeKind::Delete { .. }
            | ChangeKind::Select(_)
    );
    let tree = query(change).and_then(|query| query.tree.get());
    let Some(tree) = tree.filter(|_| runs) else {
        return Vec::new();
    };
    let of_enums = tree.texts_cast().into_iter().filter_map(|text| {
        let of = context.enum_of(text.to)?.name.clone();
        Some((text, of))
    });
    let labels = of_enums.flat_map(|(text, of)| {
        let all = elements(text.value, text.to.array).into_iter();
        all.map(move |label| EnumUse {
            label,
            span: text.span,
            of: of.clone(),
        })
    });
    labels.collect()
}

/// The type of a parameter of the function that the change makes.
fn parameter<'c>(change: &'c Change, name: &str) -> Option<&'c DataType> {
    let ChangeKind::CreateFunction { signature, .. } = &change.kind else {
        return None;
    };
    let mut parameters = signature.parameters.iter();
    let found = parameters.find(|it| it.name.as_ref().is_some_and(|own| own.value == name))?;
    Some(&found.data_type)
}

/// A literal's labels: itself, or the elements of `{a,b}` for an array.
fn elements(value: &str, array: bool) -> Vec<String> {
    match value
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        Some(inner) if array => inner
            .split(',')
            .map(|label| label.trim().trim_matches('"').to_owned())
            .collect(),
        _ => vec![value.to_owned()],
    }
}

/// Columns that the change itself defines, which the catalog does not know yet.
fn defined_columns(change: &Change) -> Vec<&ColumnDef> {
    match &change.kind {
        ChangeKind::CreateTable(create) => create.columns.iter().collect(),
        ChangeKind::AlterTable(alter) => {
            let added = alter.actions.iter().filter_map(|(action, _)| match action {
                TableAction::AddColumn { column, .. } => Some(&**column),
                _ => None,
            });
            added.collect()
        }
        _ => Vec::new(),
    }
}

/// The enum of a column of the named relation, or of the only relation of the change that has such
/// a column.
fn of_column(
    change: &Change,
    relation: Option<&ObjectName>,
    column: &str,
    context: &Context,
) -> Option<QName> {
    let of_table = |name: &ObjectName| -> Option<QName> {
        let table = context.table(name)?;
        let data_type: &DataType = &table.column(column)?.data_type;
        Some(context.enum_of(data_type)?.name.clone())
    };
    match relation {
        Some(relation) => of_table(relation),
        None => relations(change).into_iter().find_map(of_table),
    }
}

fn relations(change: &Change) -> Vec<&ObjectName> {
    match &change.kind {
        ChangeKind::Insert { table, query, .. }
        | ChangeKind::Update { table, query, .. }
        | ChangeKind::Delete { table, query, .. }
        | ChangeKind::CreateRule { table, query, .. } => {
            std::iter::once(table).chain(&query.relations).collect()
        }
        ChangeKind::Select(query) | ChangeKind::CreateView { query, .. } => {
            query.relations.iter().collect()
        }
        ChangeKind::CreateIndex { table, .. }
        | ChangeKind::CreateTrigger { table, .. }
        | ChangeKind::CreatePolicy { table, .. }
        | ChangeKind::AlterPolicy { table, .. } => vec![table],
        ChangeKind::AlterTable(alter) => vec![&alter.table],
        _ => Vec::new(),
    }
}
