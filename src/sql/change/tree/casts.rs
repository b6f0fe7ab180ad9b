//! String literals that get a type only where their column is used: in `VALUES` and in subqueries they
//! are texts, until somebody casts the column.

use super::{Alias, CallTree, Cte, FromItem, Item, JoinOn, QueryBody, QueryTree, RowsTree};
use super::{SelectTree, Term};
use crate::source::Span;
use crate::sql::change::{DataType, Ident};

/// A string literal whose column is cast.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CastText<'t> {
    /// Its value, quotes taken off.
    pub(crate) value: &'t str,
    /// Where it stands.
    pub(crate) span: Span,
    /// What its column becomes.
    pub(crate) to: &'t DataType,
}

/// A literal, and where it stands.
#[derive(Clone, Copy)]
struct TextAt<'t> {
    value: &'t str,
    span: Span,
}

/// A column, and the literals among its values.
#[derive(Clone, Default)]
struct TextColumn<'t> {
    name: Option<&'t str>,
    texts: Vec<TextAt<'t>>,
}

/// Something in `FROM`, with the columns that are known.
#[derive(Clone)]
struct TextSource<'t> {
    name: &'t str,
    columns: Vec<TextColumn<'t>>,
    /// Whether a condition leaves rows out, so that nobody knows which literals are read.
    picked: bool,
}

#[derive(Default)]
struct TextFlow<'t> {
    ctes: Vec<TextSource<'t>>,
    scopes: Vec<Vec<TextSource<'t>>>,
    found: Vec<CastText<'t>>,
}

impl QueryTree {
    /// Every literal of the query that reaches a cast through a column of `VALUES`, of a subquery, of
    /// a common table expression or of `unnest`. Literals that stand in the cast itself are not among
    /// them.
    pub(crate) fn texts_cast(&self) -> Vec<CastText<'_>> {
        let mut flow = TextFlow::default();
        flow.query(self);
        flow.found
    }
}

impl<'t> TextFlow<'t> {
    fn query(&mut self, tree: &'t QueryTree) -> Vec<TextColumn<'t>> {
        let known = self.ctes.len();
        tree.ctes.iter().for_each(|cte| self.cte(cte));
        let columns = self.body(&tree.body, &tree.order);
        self.ctes.truncate(known);
        columns
    }

    fn cte(&mut self, cte: &'t Cte) {
        let mut columns = self.query(&cte.query);
        rename(&mut columns, &cte.columns);
        self.ctes.push(TextSource {
            name: &cte.name.value,
            columns,
            picked: false,
        });
    }

    fn body(&mut self, body: &'t QueryBody, order: &'t [Term]) -> Vec<TextColumn<'t>> {
        match body {
            QueryBody::Opaque => Vec::new(),
            QueryBody::Query(query) => self.query(query),
            QueryBody::Select(select) => self.select(select, order),
            QueryBody::Union { left, right, .. } => {
                let mut columns = self.body(left, &[]);
                let others = self.body(right, &[]);
                for (column, other) in columns.iter_mut().zip(others) {
                    column.texts.extend(other.texts);
                }
                columns
            }
            QueryBody::Values(rows) => self.values(rows),
            QueryBody::Rows(rows) => {
                self.rows(rows);
                Vec::new()
            }
        }
    }

    fn select(&mut self, select: &'t SelectTree, order: &'t [Term]) -> Vec<TextColumn<'t>> {
        self.scopes.push(Vec::new());
        select.from.iter().for_each(|item| self.source(item));
        self.pick(select.condition.as_ref().into_iter().chain(&select.having));
        let mut columns = Vec::new();
        // What stands after a star is at no place that is known.
        let mut placed = true;
        for item in &select.items {
            match item {
                Item::Value(name, term) => {
                    self.term(term);
                    if placed {
                        columns.push(TextColumn {
                            name: name.as_ref().map(|name| name.value.as_str()),
                            texts: self.texts(term),
                        });
                    }
                }
                Item::All(_) => placed = false,
            }
        }
        let clauses = select.group.iter().chain(&select.windows);
        self.terms(clauses.chain(&select.distinct).chain(order));
        self.scopes.pop();
        columns
    }

    fn values(&mut self, rows: &'t [Vec<Term>]) -> Vec<TextColumn<'t>> {
        let width = rows.first().map_or(0, Vec::len);
        let mut columns = vec![TextColumn::default(); width];
        for row in rows {
            self.terms(row);
            for (column, term) in columns.iter_mut().zip(row) {
                column.texts.extend(self.texts(term));
            }
        }
        for (column, name) in columns.iter_mut().zip(COLUMNS) {
            column.name = Some(name);
        }
        columns
    }

    fn rows(&mut self, rows: &'t RowsTree) {
        self.scopes.push(Vec::new());
        match rows {
            RowsTree::Insert(insert) => {
                if let Some(source) = &insert.source {
                    self.query(source);
                }
            }
            RowsTree::Change(change) => {
                change.from.iter().for_each(|item| self.source(item));
                self.pick(&change.conditions);
                let values = change.assignments.iter().map(|one| &one.value);
                self.terms(values.chain(&change.terms));
            }
        }
        self.scopes.pop();
    }

    fn source(&mut self, item: &'t FromItem) {
        match item {
            FromItem::Relation { name, alias } => {
                let mut ctes = self.ctes.iter().rev();
                let found = ctes.find(|cte| cte.name == name.name.value);
                if let Some(cte) = found.filter(|_| name.schema.is_none()) {
                    let (own, columns) = (cte.name, cte.columns.clone());
                    self.see(own, columns, alias.as_ref());
                }
            }
            FromItem::Query { query, alias, .. } => {
                let columns = self.query(query);
                self.see("", columns, alias.as_ref());
            }
            // `unnest(ARRAY['a']) AS x` is called `x`, and so is its only column.
            FromItem::Function { args, name } => {
                self.terms(args);
                if let (Some(name), [array @ Term::Array(_)]) = (name, args.as_slice()) {
                    let column = TextColumn {
                        name: Some(&name.value),
                        texts: self.elements(array),
                    };
                    self.see(&name.value, vec![column], None);
                }
            }
            FromItem::Join { left, right, on } => {
                self.source(left);
                self.source(right);
                if let JoinOn::Condition(condition) = on {
                    self.pick([condition]);
                }
            }
        }
    }

    fn see(&mut self, name: &'t str, mut columns: Vec<TextColumn<'t>>, alias: Option<&'t Alias>) {
        if let Some(alias) = alias {
            rename(&mut columns, &alias.columns);
        }
        if let Some(scope) = self.scopes.last_mut() {
            scope.push(TextSource {
                name: alias.map_or(name, |alias| &alias.name.value),
                columns,
                picked: false,
            });
        }
    }

    /// Conditions: one about a source of several rows may leave some of them out.
    fn pick(&mut self, conditions: impl IntoIterator<Item = &'t Term>) {
        for condition in conditions {
            self.term(condition);
            let mut named = Vec::new();
            names(condition, &mut named);
            let Some(scope) = self.scopes.last_mut() else {
                return;
            };
            for parts in named {
                if let Some(source) = scope.iter_mut().find(|one| one.column(parts).is_some()) {
                    source.picked |= source.columns.iter().any(|one| one.texts.len() > 1);
                }
            }
        }
    }

    fn terms(&mut self, terms: impl IntoIterator<Item = &'t Term>) {
        terms.into_iter().for_each(|term| self.term(term));
    }

    /// Looks for casts in a term.
    fn term(&mut self, term: &'t Term) {
        match term {
            Term::Cast { value, to } => {
                if let Term::Name(_) | Term::Call(_) = &**value {
                    let texts = self.texts(value).into_iter();
                    self.found.extend(texts.map(|text| CastText {
                        value: text.value,
                        span: text.span,
                        to,
                    }));
                }
                self.term(value);
            }
            Term::Query(query) => {
                self.query(query);
            }
            term => self.terms(term.parts()),
        }
    }

    /// The literals that a value may be.
    fn texts(&self, term: &'t Term) -> Vec<TextAt<'t>> {
        match term {
            Term::Text(value, span) => vec![TextAt { value, span: *span }],
            Term::Cast { value, to } if is_text(to) => self.texts(value),
            Term::OneOf { values, .. } => values.iter().flat_map(|one| self.texts(one)).collect(),
            Term::Call(call) => unnested(call).map_or(Vec::new(), |array| self.elements(array)),
            Term::Name(parts) => self.column(parts),
            _ => Vec::new(),
        }
    }

    fn elements(&self, array: &'t Term) -> Vec<TextAt<'t>> {
        let Term::Array(elements) = array else {
            return Vec::new();
        };
        elements.iter().flat_map(|one| self.texts(one)).collect()
    }

    fn column(&self, parts: &[Ident]) -> Vec<TextAt<'t>> {
        let mut sources = self.scopes.iter().rev().flatten();
        let found = sources.find_map(|source| Some((source, source.column(parts)?)));
        match found {
            Some((source, column)) if !source.picked => column.texts.clone(),
            _ => Vec::new(),
        }
    }
}

impl<'t> TextSource<'t> {
    /// The column that `a` or `t.a` means, if it is one of these.
    fn column(&self, parts: &[Ident]) -> Option<&TextColumn<'t>> {
        let (column, relation) = match parts {
            [column] => (column, None),
            [relation, column] => (column, Some(relation)),
            _ => return None,
        };
        if relation.is_some_and(|relation| relation.value != self.name) {
            return None;
        }
        let mut columns = self.columns.iter();
        columns.find(|one| one.name == Some(column.value.as_str()))
    }
}

/// What `VALUES` calls its first columns.
const COLUMNS: [&str; 8] = [
    "column1", "column2", "column3", "column4", "column5", "column6", "column7", "column8",
];

/// Gives columns other names, as many as were written.
fn rename<'t>(columns: &mut [TextColumn<'t>], names: &'t [Ident]) {
    for (column, name) in columns.iter_mut().zip(names) {
        column.name = Some(&name.value);
    }
}

/// The names in a term, outside of queries.
fn names<'t>(term: &'t Term, found: &mut Vec<&'t [Ident]>) {
    match term {
        Term::Name(parts) => found.push(parts),
        term => term.parts().for_each(|part| names(part, found)),
    }
}

/// What `unnest` makes rows of.
fn unnested(call: &CallTree) -> Option<&Term> {
    let is_it = call.name.schema.is_none() && call.name.name.value == "unnest";
    match call.args.as_slice() {
        [array] if is_it => Some(array),
        _ => None,
    }
}

/// Whether a cast leaves a text as it is.
fn is_text(to: &DataType) -> bool {
    let plain = to.schema.is_none() && !to.array && to.args.is_empty();
    plain && ["text", "character varying"].contains(&to.name.as_str())
}
