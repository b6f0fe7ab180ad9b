//! Walking the changes of a statement, into the blocks it may hold.

use super::change::{
    AlterTable, Block, BlockItem, Change, ChangeKind, ColumnDef, Condition, ConstraintKind, Expr,
    Handler, IndexDef, LiteralUse, Query, TableAction,
};
use crate::source::Span;

/// A change, and what stands around it in a procedural block.
#[derive(Clone, Copy, Debug)]
pub struct Reached<'a> {
    /// As it is lowered, wherever in the statement it was reached.
    pub change: &'a Change,
    /// Whether a condition or a loop decides if it runs.
    pub conditional: bool,
    /// The handlers of the innermost block around it that has any.
    pub handlers: &'a [Handler],
}

impl Reached<'_> {
    /// Whether an error of that name (`undefined_table`) would be swallowed.
    pub fn swallows(&self, condition: &str) -> bool {
        self.handlers
            .iter()
            .flat_map(|handler| &handler.conditions)
            .any(|name| name == condition || name == "others")
    }
}

/// Every change, also inside `DO` blocks, in order.
pub fn changes(changes: &[Change]) -> Vec<Reached<'_>> {
    let mut found = Vec::with_capacity(changes.len());
    visit(changes, false, &[], &mut found);
    found
}

/// One action of an `ALTER TABLE`, and what stands around it.
#[derive(Clone, Copy, Debug)]
pub struct ReachedAction<'a> {
    /// One action of an `ALTER TABLE`.
    pub action: &'a TableAction,
    /// The bytes that ask for it.
    pub span: Span,
    /// The whole `ALTER TABLE`.
    pub alter: &'a AlterTable,
    /// The change that it belongs to.
    pub reached: Reached<'a>,
}

/// Every action of every `ALTER TABLE`, also inside `DO` blocks, in order.
pub fn actions(changes: &[Change]) -> impl Iterator<Item = ReachedAction<'_>> {
    self::changes(changes).into_iter().flat_map(|reached| {
        let alter = match &reached.change.kind {
            ChangeKind::AlterTable(alter) => Some(&**alter),
            _ => None,
        };
        alter.into_iter().flat_map(move |alter| {
            let actions = alter.actions.iter();
            actions.map(move |(action, span)| ReachedAction {
                action,
                span: *span,
                alter,
                reached,
            })
        })
    })
}

fn visit<'a>(
    changes: &'a [Change],
    conditional: bool,
    handlers: &'a [Handler],
    found: &mut Vec<Reached<'a>>,
) {
    for change in changes {
        match &change.kind {
            ChangeKind::Block(block) => visit_block(block, conditional, handlers, found),
            _ => found.push(Reached {
                change,
                conditional,
                handlers,
            }),
        }
    }
}

fn visit_block<'a>(
    block: &'a Block,
    conditional: bool,
    outer: &'a [Handler],
    found: &mut Vec<Reached<'a>>,
) {
    let handlers = if block.handlers.is_empty() {
        outer
    } else {
        &block.handlers
    };
    visit_items(&block.items, conditional, handlers, found);
    for handler in &block.handlers {
        visit_items(&handler.items, true, outer, found);
    }
}

fn visit_items<'a>(
    items: &'a [BlockItem],
    conditional: bool,
    handlers: &'a [Handler],
    found: &mut Vec<Reached<'a>>,
) {
    for item in items {
        match item {
            BlockItem::Changes(changes) => visit(changes, conditional, handlers, found),
            BlockItem::If(branches) => {
                for (condition, items) in branches {
                    visit_items(
                        items,
                        conditional || *condition != Condition::Always,
                        handlers,
                        found,
                    );
                }
            }
            BlockItem::Loop(items) => visit_items(items, true, handlers, found),
            BlockItem::Block(block) => visit_block(block, conditional, handlers, found),
            BlockItem::Refused(_)
            | BlockItem::Raise
            | BlockItem::Leave
            | BlockItem::Unknown(..) => {}
        }
    }
}

/// Every string literal that the server resolves while it runs the change. Defaults of columns that
/// the change defines are left out, for their type stands beside them: see [`column_defaults`].
pub fn literals(change: &Change) -> Vec<&LiteralUse> {
    let of_exprs = exprs(change).into_iter().flat_map(|expr| &expr.literals);
    let of_query = query(change).into_iter().flat_map(|query| &query.literals);
    of_exprs.chain(of_query).collect()
}

/// The words of what blocks run without saying it in plain text.
pub fn unknown(changes: &[Change]) -> Vec<&[String]> {
    let mut found = Vec::new();
    let mut blocks: Vec<&Block> = changes.iter().filter_map(block).collect();
    while let Some(block) = blocks.pop() {
        let handlers = block.handlers.iter().map(|handler| &handler.items);
        let mut lists: Vec<&Vec<BlockItem>> =
            std::iter::once(&block.items).chain(handlers).collect();
        while let Some(items) = lists.pop() {
            for item in items {
                match item {
                    BlockItem::Unknown(_, words) => found.push(words.as_slice()),
                    BlockItem::Changes(changes) => {
                        blocks.extend(changes.iter().filter_map(self::block));
                    }
                    BlockItem::If(branches) => {
                        lists.extend(branches.iter().map(|(_, items)| items));
                    }
                    BlockItem::Loop(items) => lists.push(items),
                    BlockItem::Block(block) => blocks.push(block),
                    BlockItem::Refused(_) | BlockItem::Raise | BlockItem::Leave => {}
                }
            }
        }
    }
    found
}

fn block(change: &Change) -> Option<&Block> {
    match &change.kind {
        ChangeKind::Block(block) => Some(block),
        _ => None,
    }
}

/// What a change reads, calls and does to rows.
pub fn query(change: &Change) -> Option<&Query> {
    match &change.kind {
        ChangeKind::Insert { query, .. }
        | ChangeKind::Update { query, .. }
        | ChangeKind::Delete { query, .. }
        | ChangeKind::Select(query)
        | ChangeKind::CreateView { query, .. }
        | ChangeKind::CreateRule { query, .. } => Some(query),
        ChangeKind::CreateTable(create) => create.query.as_ref(),
        _ => None,
    }
}

fn exprs(change: &Change) -> Vec<&Expr> {
    match &change.kind {
        ChangeKind::Update {
            assignments,
            condition,
            ..
        } => assignments
            .iter()
            .map(|(_, value)| value)
            .chain(condition)
            .collect(),
        ChangeKind::Delete { condition, .. } => condition.iter().collect(),
        ChangeKind::CreateFunction {
            language,
            body: Some(body),
            ..
        } if language == "sql" => vec![body],
        ChangeKind::CreateTrigger { when, .. } => when.iter().collect(),
        ChangeKind::CreatePolicy {
            using, with_check, ..
        }
        | ChangeKind::AlterPolicy {
            using, with_check, ..
        } => using.iter().chain(with_check).collect(),
        ChangeKind::CreateIndex { index, .. } => index_exprs(index),
        ChangeKind::CreateTable(create) => {
            let of_columns = create.columns.iter().flat_map(column_exprs);
            let of_constraints = create
                .constraints
                .iter()
                .filter_map(|constraint| constraint_expr(&constraint.kind));
            of_columns.chain(of_constraints).collect()
        }
        ChangeKind::AlterTable(alter) => alter
            .actions
            .iter()
            .flat_map(|(action, _)| action_exprs(action))
            .collect(),
        _ => Vec::new(),
    }
}

fn action_exprs(action: &TableAction) -> Vec<&Expr> {
    match action {
        TableAction::AddColumn { column, .. } | TableAction::Modify { column, .. } => {
            column_exprs(column)
        }
        TableAction::SetType {
            using: Some(expr), ..
        }
        | TableAction::SetDefault { default: expr, .. }
        | TableAction::SetExpression { expr, .. } => vec![expr],
        TableAction::AddConstraint(constraint) => {
            constraint_expr(&constraint.kind).into_iter().collect()
        }
        TableAction::AddIndex(index) => index_exprs(index),
        _ => Vec::new(),
    }
}

fn column_exprs(column: &ColumnDef) -> Vec<&Expr> {
    let of_constraints = column
        .constraints
        .iter()
        .filter_map(|constraint| constraint_expr(&constraint.kind));
    of_constraints
        .chain(column.generated.iter().map(|generated| &generated.expr))
        .collect()
}

fn constraint_expr(kind: &ConstraintKind) -> Option<&Expr> {
    match kind {
        ConstraintKind::Check { expr, .. } => Some(expr),
        ConstraintKind::Exclude { condition, .. } => condition.as_ref(),
        _ => None,
    }
}

fn index_exprs(index: &IndexDef) -> Vec<&Expr> {
    index
        .columns
        .iter()
        .map(|column| &column.expr)
        .chain(&index.condition)
        .collect()
}

/// The columns that a change defines, whose defaults the server resolves to the column's own type.
pub fn column_defaults(change: &Change) -> Vec<&ColumnDef> {
    match &change.kind {
        ChangeKind::CreateTable(create) => create
            .columns
            .iter()
            .filter(|column| column.default.is_some())
            .collect(),
        ChangeKind::AlterTable(alter) => {
            let columns = alter.actions.iter().filter_map(|(action, _)| match action {
                TableAction::AddColumn { column, .. } | TableAction::Modify { column, .. } => {
                    Some(&**column)
                }
                _ => None,
            });
            columns.filter(|column| column.default.is_some()).collect()
        }
        _ => Vec::new(),
    }
}
