//! Names in expressions and queries, looked up as the server does it before it runs anything.
//!
//! What is not certain is found: a relation whose columns are not known may have any, and so may
//! whatever is made of it. Only a name that nothing in sight can have is refused.

mod calls;
mod from;
mod generated;
mod group;
mod mysql;
mod names;
mod own;
mod place;
mod query;
mod reread;
mod rows;
mod sequences;
mod sorted;
mod sqlite;
mod terms;
mod types;
mod width;
mod window;

pub(crate) use place::ClausePlace;
pub(crate) use reread::UnbrokenSchema;
pub(crate) use sqlite::{is_thrown_away, throws_away_a_part, throws_away_conditions};
pub(crate) use types::OWN_CONVERSIONS;

use std::rc::Rc;
use std::sync::Arc;

use super::apply::{Apply, Outcome};
use super::values::Typed;
use super::{Catalog, ColumnName, Policy, QName, Rejection, Site, Table, View};
use crate::source::Span;
use crate::sql::change::tree::NamedWindows;
use crate::sql::change::{ConstraintDef, ConstraintKind, DataType, Expr, ObjectName, Query};

/// What is visible under one name.
#[derive(Clone)]
struct InSight<'c> {
    /// What columns are qualified with.
    name: String,
    /// The relation, where it stands under its own name.
    relation: Option<&'c QName>,
    columns: Columns<'c>,
    /// Whether its columns need their qualifier.
    qualified: bool,
    /// Of a common table expression, why it cannot be read: some servers look at one only when
    /// something reads it.
    broken: Option<Rc<Rejection>>,
}

/// The columns of something visible.
#[derive(Clone)]
enum Columns<'c> {
    Table(&'c Table),
    View(&'c View),
    Made(Rc<Outputs>),
    /// Nobody can know.
    Any,
}

/// What a query yields.
#[derive(Clone, Debug, Default)]
struct Outputs {
    columns: Vec<Output>,
    /// Whether there may be others, anywhere among them.
    open: bool,
}

/// One column that a query yields.
#[derive(Clone, Debug)]
struct Output {
    /// Its name; `None` where that is not known.
    name: Option<String>,
    data_type: Typed,
}

impl Outputs {
    fn any() -> Self {
        Self {
            columns: Vec::new(),
            open: true,
        }
    }
}

/// What a view yields whose text is read again, or why it cannot be.
type ReadView = Result<Rc<Outputs>, Rc<Rejection>>;

/// The relations of one `SELECT`.
#[derive(Default)]
struct NameScope<'c> {
    visible: Vec<InSight<'c>>,
    /// Columns that `USING` makes one of two.
    merged: Vec<String>,
    /// Whether `NATURAL` does so with whatever has one name.
    natural: bool,
    /// What it yields, where the clause sees that.
    outputs: Outputs,
    /// The names that it gives to what it yields, where windows see them (MySQL).
    aliases: Vec<String>,
    /// Whether what it yields without a name is an expression, and called by the text of it (MySQL).
    expressions: bool,
    /// Its named windows.
    windows: NamedWindows,
}

/// A column of what a query certainly yields.
#[derive(Clone, Debug)]
pub(crate) struct Yielded {
    /// Its name, where that is known.
    pub(crate) name: Option<String>,
    /// Its type, likewise.
    pub(crate) data_type: Option<DataType>,
}

/// What a tree reaches.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reaches {
    /// Tables and views.
    pub(crate) relations: Vec<QName>,
    /// Their columns.
    pub(crate) columns: Vec<ColumnName>,
    /// Functions that it calls.
    pub(crate) calls: Vec<ReachedCall>,
}

/// A call of a function.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReachedCall {
    /// The function in lower case, with schema if one was written.
    pub(crate) name: String,
    /// How many arguments it gets.
    pub(crate) arguments: usize,
}

impl Reaches {
    /// Whether a column is reached.
    pub(crate) fn has_column(&self, table: &QName, column: &str) -> bool {
        self.columns.iter().any(|reached| reached.is(table, column))
    }

    /// Whether a relation, or a column of one, is reached.
    pub(crate) fn has_relation(&self, name: &QName) -> bool {
        let of_columns = self.columns.iter().map(|column| &column.table);
        let mut all = self.relations.iter().chain(of_columns);
        all.any(|relation| relation == name)
    }

    /// A relation has another name or schema.
    pub(crate) fn move_relation(&mut self, from: &QName, to: &QName) {
        let columns = self.columns.iter_mut().map(|column| &mut column.table);
        let all = self.relations.iter_mut().chain(columns);
        all.filter(|name| *name == from)
            .for_each(|name| name.clone_from(to));
    }

    /// A column has another name.
    pub(crate) fn rename_column(&mut self, table: &QName, old: &str, new: &str) {
        let columns = self.columns.iter_mut();
        columns
            .filter(|column| column.is(table, old))
            .for_each(|column| new.clone_into(&mut column.name));
    }

    /// Takes in what another one reaches.
    pub(crate) fn extend(&mut self, other: Self) {
        self.relations.extend(other.relations);
        self.columns.extend(other.columns);
        self.calls.extend(other.calls);
    }
}

impl Policy {
    /// Whether the policy of a table uses a column. Where nothing is known of what it reaches, its
    /// columns are taken for the table's own.
    pub(crate) fn uses(&self, own: &QName, table: &QName, column: &str) -> bool {
        let unresolved = self.reached == Reaches::default();
        self.reached.has_column(table, column)
            || (unresolved && own == table && self.columns.iter().any(|name| name == column))
    }
}

impl Table {
    /// What policies and triggers reach beyond their table.
    pub(crate) fn reaches(&self) -> impl Iterator<Item = &Reaches> {
        let policies = self.policies.iter().map(|policy| &policy.reached);
        policies.chain(self.triggers.iter().map(|trigger| &trigger.reached))
    }

    /// The same, to be changed.
    pub(crate) fn reaches_mut(&mut self) -> impl Iterator<Item = &mut Reaches> {
        let policies = self.policies.iter_mut().map(|policy| &mut policy.reached);
        policies.chain(self.triggers.iter_mut().map(|trigger| &mut trigger.reached))
    }
}

struct NameResolver<'c> {
    catalog: &'c Catalog,
    scopes: Vec<NameScope<'c>>,
    ctes: Vec<InSight<'c>>,
    /// Names that a routine's own text gives a meaning.
    words: &'c [String],
    /// Whether a name may be a variable.
    variables: bool,
    /// Which names those are, where all are known.
    names: Option<Arc<[String]>>,
    /// Where something stands of which no narrower place is known.
    span: Span,
    /// The statement's place in the history, where one is asked about.
    site: Option<Site>,
    reached: Reaches,
    /// Where the term stands that is looked at.
    place: ClausePlace,
    /// What does not give the same value at all times, if there is something.
    mutable: Option<String>,
    /// Whether the next term may be a query of several columns.
    wide: bool,
    /// Whether nobody looks for the columns that are written to.
    targets_are_free: bool,
    /// How many calls that yield rows the query at hand has had.
    sets: usize,
    /// Whether the rows of `VALUES` are those of an `INSERT`.
    inserts: bool,
    /// Whether a row that is there already is changed: MySQL's `VALUES(a)` has a meaning.
    in_upsert: bool,
    /// Relations that are not there.
    missing: Vec<ObjectName>,
    /// Views whose text was read again, each with what it yields.
    views: Vec<(&'c QName, ReadView)>,
}

impl<'c> NameResolver<'c> {
    fn new(catalog: &'c Catalog, span: Span) -> Self {
        Self {
            catalog,
            scopes: Vec::new(),
            ctes: Vec::new(),
            words: &[],
            variables: false,
            names: None,
            span,
            site: None,
            reached: Reaches::default(),
            place: ClausePlace::Free,
            mutable: None,
            wide: false,
            targets_are_free: false,
            sets: 0,
            inserts: false,
            in_upsert: false,
            missing: Vec::new(),
            views: Vec::new(),
        }
    }
}

impl Apply<'_> {
    /// Refuses a query, or a statement about rows, that names what certainly is not there.
    pub(crate) fn resolve(&self, query: &Query) -> Outcome {
        self.resolve_with(query, &[])
    }

    /// The same for the body of a routine, whose parameters have names.
    pub(crate) fn resolve_with(&self, query: &Query, words: &[String]) -> Outcome {
        self.yields_of(query, words).map(|_| ())
    }

    /// The same, and the types of what it yields, where all are known.
    pub(crate) fn yields_of(
        &self,
        query: &Query,
        words: &[String],
    ) -> Outcome<Option<Vec<Yielded>>> {
        let Some(tree) = query.tree.get() else {
            return Ok(None);
        };
        let mut resolver = NameResolver::new(self.catalog, self.site.span);
        resolver.words = words;
        resolver.variables = self.variables;
        resolver.names.clone_from(&self.names);
        resolver.site = Some(self.site);
        let outputs = resolver.query(tree)?;
        let columns = outputs.columns.into_iter().map(|one| Yielded {
            name: one.name,
            data_type: one.data_type.known().cloned(),
        });
        Ok(Some(columns.collect()).filter(|_| !outputs.open))
    }

    /// The type of an expression in the body of a routine, where that is certain.
    pub(crate) fn type_with(&self, expr: &Expr, words: &[String]) -> Outcome<Option<DataType>> {
        let Some(tree) = expr.tree.get() else {
            return Ok(None);
        };
        let mut resolver = NameResolver::new(self.catalog, expr.span);
        resolver.words = words;
        resolver.site = Some(self.site);
        Ok(resolver.term(tree)?.known().cloned())
    }

    /// Refuses an expression over the rows of a table of the catalog.
    pub(crate) fn resolve_in(&self, expr: &Expr, table: &QName, place: ClausePlace) -> Outcome {
        match self.catalog.tables.get(table) {
            Some(table) => self.resolve_over(expr, table, place),
            None => Ok(()),
        }
    }

    /// Refuses an expression over the rows of a table.
    pub(crate) fn resolve_over(&self, expr: &Expr, table: &Table, place: ClausePlace) -> Outcome {
        self.reach_over(expr, table, place).map(|_| ())
    }

    /// Refuses the checks among constraints, over the rows of their table.
    pub(crate) fn resolve_checks<'d>(
        &self,
        constraints: impl IntoIterator<Item = &'d ConstraintDef>,
        table: &Table,
    ) -> Outcome {
        constraints
            .into_iter()
            .try_for_each(|constraint| match &constraint.kind {
                ConstraintKind::Check { expr, .. } => {
                    self.resolve_over(expr, table, ClausePlace::Check)
                }
                _ => Ok(()),
            })
    }

    /// The same as [`Apply::resolve_over`], and what the expression reaches.
    pub(crate) fn reach_over(
        &self,
        expr: &Expr,
        table: &Table,
        place: ClausePlace,
    ) -> Outcome<Reaches> {
        self.reach(expr, &[(table.name.name.as_str(), table)], place)
    }

    /// What an expression over the rows `NEW` and `OLD` of a table reaches.
    pub(crate) fn reach_rows(&self, expr: &Expr, table: &Table) -> Outcome<Reaches> {
        self.reach(expr, &[("new", table), ("old", table)], ClausePlace::When)
    }

    fn reach(&self, expr: &Expr, rows: &[(&str, &Table)], place: ClausePlace) -> Outcome<Reaches> {
        let Some(tree) = expr.tree.get() else {
            return Ok(Reaches::default());
        };
        let mut resolver = NameResolver::new(self.catalog, expr.span);
        resolver.variables = self.variables;
        resolver.names.clone_from(&self.names);
        resolver.site = Some(self.site);
        let visible = rows.iter().map(|(name, table)| InSight {
            name: (*name).to_owned(),
            relation: Some(&table.name),
            columns: Columns::Table(table),
            qualified: place == ClausePlace::When,
            broken: None,
        });
        resolver.scopes.push(NameScope {
            visible: visible.collect(),
            ..NameScope::default()
        });
        resolver.over_row(tree, place)?;
        for name in &resolver.missing {
            self.missing_relation(name, "table")?;
        }
        Ok(resolver.reached)
    }

    /// Refuses the check of a domain, which is about `VALUE` alone.
    pub(crate) fn resolve_over_value(&self, expr: &Expr, base: &DataType) -> Outcome {
        let Some(tree) = expr.tree.get() else {
            return Ok(());
        };
        let mut resolver = NameResolver::new(self.catalog, expr.span);
        resolver.site = Some(self.site);
        let value = Output {
            name: Some("value".to_owned()),
            data_type: Typed::Known(base.clone()),
        };
        resolver.scopes.push(NameScope {
            visible: vec![InSight {
                name: String::new(),
                relation: None,
                columns: Columns::Made(Rc::new(Outputs {
                    columns: vec![value],
                    open: false,
                })),
                qualified: false,
                broken: None,
            }],
            ..NameScope::default()
        });
        resolver.over_row(tree, ClausePlace::Check)
    }

    /// The type of an expression that is about no table, where that is certain.
    pub(crate) fn type_of_constant(&self, expr: &Expr) -> Outcome<Option<DataType>> {
        let Some(tree) = expr.tree.get() else {
            return Ok(None);
        };
        let mut resolver = NameResolver::new(self.catalog, expr.span);
        resolver.site = Some(self.site);
        let typed = resolver.one_in(ClausePlace::Default, tree)?;
        Ok(typed.known().cloned())
    }

    /// The type of an expression over the rows of a table, where that is certain.
    pub(crate) fn type_over(&self, expr: &Expr, table: &Table) -> Option<DataType> {
        let tree = expr.tree.get()?;
        let mut resolver = NameResolver::new(self.catalog, expr.span);
        resolver.scopes.push(NameScope {
            visible: vec![InSight {
                name: table.name.name.clone(),
                relation: Some(&table.name),
                columns: Columns::Table(table),
                qualified: false,
                broken: None,
            }],
            ..NameScope::default()
        });
        resolver.term(tree).ok()?.known().cloned()
    }
}
