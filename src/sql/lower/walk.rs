//! One walk over expressions and queries, collecting every fact that
//! [`Expr`](crate::sql::change::Expr) and [`Query`](crate::sql::change::Query) carry.

use sqlparser::ast::{
    self, AccessExpr, BinaryOperator, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, Subscript, WindowType,
};

pub(crate) use super::literal::string_value;

use super::literal::array_elements;
pub(super) use super::scope::{ResolvedColumn, SelectScope, Visible, Want};
use super::{Cx, data_type, name};
use crate::source::Span;
use crate::sql::Dialect;
use crate::sql::change::{
    ColumnRef, DataType, Ident, LiteralUse, ObjectName, OutputColumn, RowWrite,
};

/// The walk and what it has found.
pub(super) struct Walker<'c, 'a> {
    pub(super) cx: &'c Cx<'a>,
    pub(super) scopes: Vec<SelectScope>,
    pub(super) ctes: Vec<Visible>,
    pub(super) relations: Vec<ObjectName>,
    pub(super) columns: Vec<ColumnRef>,
    pub(super) stars: Vec<ObjectName>,
    pub(super) functions: Vec<String>,
    pub(super) casts: Vec<DataType>,
    pub(super) literals: Vec<LiteralUse>,
    pub(super) writes: Vec<RowWrite>,
    /// What subqueries in expressions yield, for whoever types the expressions.
    pub(super) scalars: Vec<(*const ast::Query, Vec<OutputColumn>)>,
    /// How often a common table expression read itself.
    pub(super) recursions: usize,
    /// Whether something may leave rows out.
    pub(super) selective: bool,
    /// Whether a `CASE` was seen.
    pub(super) chooses: bool,
    /// First and last byte of names and literals seen.
    pub(super) range: Option<Span>,
}

pub(crate) fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn same_name(a: &str, b: &str, dialect: Dialect) -> bool {
    if dialect.folds_case() {
        a == b
    } else {
        a.eq_ignore_ascii_case(b)
    }
}

impl<'c, 'a> Walker<'c, 'a> {
    pub(crate) fn new(cx: &'c Cx<'a>) -> Self {
        Self {
            cx,
            scopes: Vec::new(),
            ctes: Vec::new(),
            relations: Vec::new(),
            columns: Vec::new(),
            stars: Vec::new(),
            functions: Vec::new(),
            casts: Vec::new(),
            literals: Vec::new(),
            writes: Vec::new(),
            scalars: Vec::new(),
            recursions: 0,
            selective: false,
            chooses: false,
            range: None,
        }
    }

    /// A walk whose columns belong to this table unless qualified otherwise.
    pub(crate) fn over(cx: &'c Cx<'a>, table: Option<&ObjectName>) -> Self {
        let mut walker = Self::new(cx);
        if let Some(table) = table {
            walker.scopes.push(SelectScope {
                visible: vec![Visible::table(table)],
                ..SelectScope::default()
            });
        }
        walker
    }

    pub(crate) fn same(&self, a: &str, b: &str) -> bool {
        same_name(a, b, self.cx.dialect)
    }

    fn touch(&mut self, span: Span) {
        if !span.is_empty() {
            self.range = Some(self.range.map_or(span, |range| range.to(span)));
        }
    }

    pub(crate) fn ident(&mut self, ident: &ast::Ident) -> Ident {
        let ident = name::ident(ident, self.cx);
        self.touch(ident.span);
        ident
    }

    pub(crate) fn object_name(&mut self, object: &ast::ObjectName) -> ObjectName {
        let object = name::object_name(object, self.cx);
        self.touch(object.span());
        object
    }

    fn cast(&mut self, written: &ast::DataType) -> DataType {
        let data_type = data_type(written, self.cx);
        if let ast::DataType::Custom(name, _) = written {
            self.object_name(name);
        }
        add(&mut self.casts, data_type.clone());
        data_type
    }

    fn literal(&mut self, value: &str, span: Span, want: Want) {
        let elements = match want {
            Want::Cast(data_type) if data_type.array => array_elements(value),
            _ => None,
        };
        let target = want.target();
        for value in elements.unwrap_or_else(|| vec![value.to_owned()]) {
            self.literals.push(LiteralUse {
                value,
                span,
                target: target.clone(),
            });
        }
    }

    fn value(&mut self, value: &ast::ValueWithSpan, want: Want) {
        let span = self.cx.span(value.span);
        if value.span.start.line != 0 {
            self.touch(span);
        }
        if let Some(text) = string_value(&value.value) {
            self.literal(text, span, want);
        }
    }

    pub(crate) fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e ast::Expr>) {
        for expr in exprs {
            self.expr(expr, Want::Unknown);
        }
    }

    /// Walks operands of which each gives the others their type.
    fn alike(&mut self, operands: &[&ast::Expr], want: Want) {
        let mut column = None;
        let mut cast = None;
        for operand in operands {
            match bare(operand) {
                ast::Expr::Identifier(ident) => {
                    column = column.or_else(|| self.peek(std::slice::from_ref(ident)));
                }
                ast::Expr::CompoundIdentifier(parts) => {
                    column = column.or_else(|| self.peek(parts));
                }
                ast::Expr::Cast {
                    data_type: to,
                    expr,
                    ..
                } if !is_string(bare(expr)) => {
                    cast = Some(data_type(to, self.cx));
                }
                _ => {}
            }
        }
        let want = match (&column, &cast) {
            (Some(column), _) => Want::Column(column.relation.as_ref(), &column.column),
            (None, Some(cast)) => Want::Cast(cast),
            (None, None) => want,
        };
        for operand in operands {
            self.expr(operand, want);
        }
    }

    fn binary(&mut self, left: &ast::Expr, op: &BinaryOperator, right: &ast::Expr) {
        use BinaryOperator as Op;
        match op {
            Op::Eq
            | Op::NotEq
            | Op::Lt
            | Op::LtEq
            | Op::Gt
            | Op::GtEq
            | Op::Spaceship
            | Op::PGOverlap
            | Op::AtArrow
            | Op::ArrowAt => self.alike(&[left, right], Want::Unknown),
            _ => self.exprs([left, right]),
        }
    }

    /// Walks an expression; `want` is what an untyped literal in its place would become.
    pub(crate) fn expr(&mut self, expr: &ast::Expr, want: Want) {
        use ast::Expr as E;
        match expr {
            E::Identifier(ident) => {
                self.column(std::slice::from_ref(ident));
            }
            E::CompoundIdentifier(parts) => {
                self.column(parts);
            }
            E::Value(value) => self.value(value, want),
            E::Nested(inner) | E::Collate { expr: inner, .. } => self.expr(inner, want),
            E::Prefixed { value, .. } => self.expr(value, want),
            E::Cast {
                expr, data_type, ..
            } => {
                let to = self.cast(data_type);
                self.expr(expr, Want::Cast(&to));
            }
            E::TypedString(typed) => {
                let to = self.cast(&typed.data_type);
                self.value(&typed.value, Want::Cast(&to));
            }
            E::Array(array) => {
                for element in &array.elem {
                    self.expr(element, want);
                }
            }
            E::Tuple(items) => {
                for item in items {
                    self.expr(item, want);
                }
            }
            E::BinaryOp { left, op, right } => self.binary(left, op, right),
            E::AnyOp { left, right, .. } | E::AllOp { left, right, .. } => {
                self.alike(&[left, right], Want::Unknown);
            }
            E::IsDistinctFrom(left, right) | E::IsNotDistinctFrom(left, right) => {
                self.alike(&[left, right], Want::Unknown);
            }
            E::InList { expr, list, .. } => {
                let operands: Vec<&ast::Expr> = std::iter::once(&**expr).chain(list).collect();
                self.alike(&operands, Want::Unknown);
            }
            E::Between {
                expr, low, high, ..
            } => self.alike(&[expr, low, high], Want::Unknown),
            E::Case {
                operand,
                conditions,
                else_result,
                ..
            } => {
                self.chooses = true;
                match operand {
                    Some(operand) => {
                        let whens = conditions.iter().map(|when| &when.condition);
                        let operands: Vec<&ast::Expr> =
                            std::iter::once(&**operand).chain(whens).collect();
                        self.alike(&operands, Want::Unknown);
                    }
                    None => self.exprs(conditions.iter().map(|when| &when.condition)),
                }
                for result in conditions
                    .iter()
                    .map(|when| &when.result)
                    .chain(else_result.as_deref())
                {
                    self.expr(result, want);
                }
            }
            E::Function(function) => self.function(function, want),
            E::InSubquery { expr, subquery, .. } => {
                self.expr(expr, Want::Unknown);
                self.subquery(subquery, None);
            }
            E::Exists { subquery, .. } => {
                self.subquery(subquery, None);
            }
            E::Subquery(subquery) => self.scalar(subquery),
            E::CompoundFieldAccess { root, access_chain } => {
                self.expr(root, Want::Unknown);
                for access in access_chain {
                    self.access(access);
                }
            }
            E::Interval(interval) => self.expr(&interval.value, Want::Unknown),
            E::MatchAgainst {
                columns,
                match_value,
                ..
            } => {
                for column in columns {
                    let parts: Vec<ast::Ident> = column
                        .0
                        .iter()
                        .filter_map(|part| part.as_ident().cloned())
                        .collect();
                    self.column(&parts);
                }
                self.value(match_value, Want::Unknown);
            }
            // `f(t.*)` is a whole row; only a list of columns takes a star apart.
            E::QualifiedWildcard(table, _) => {
                self.object_name(table);
            }
            E::Convert {
                expr, data_type, ..
            } => {
                if let Some(data_type) = data_type {
                    self.cast(data_type);
                }
                self.expr(expr, Want::Unknown);
            }
            other => {
                let mut children = Vec::new();
                super::children::of(other, &mut children);
                self.exprs(children);
            }
        }
    }

    fn scalar(&mut self, query: &ast::Query) {
        let outputs = self.subquery(query, None);
        self.scalars.push((std::ptr::from_ref(query), outputs));
    }

    fn access(&mut self, access: &AccessExpr) {
        match access {
            // A field of a composite value is no column.
            AccessExpr::Dot(_) => {}
            AccessExpr::Subscript(Subscript::Index { index }) => self.expr(index, Want::Unknown),
            AccessExpr::Subscript(Subscript::Slice {
                lower_bound,
                upper_bound,
                stride,
            }) => {
                self.exprs([lower_bound, upper_bound, stride].into_iter().flatten());
            }
        }
    }

    fn function(&mut self, function: &ast::Function, want: Want) {
        self.object_name(&function.name);
        let name = name::function_name(&function.name, self.cx);
        let passes_through = matches!(
            name.as_str(),
            "coalesce"
                | "nullif"
                | "greatest"
                | "least"
                | "ifnull"
                // An array gives its elements their type.
                | "array_append"
                | "array_prepend"
                | "array_remove"
                | "array_replace"
                | "array_position"
        );
        add(&mut self.functions, name);
        for arguments in [&function.parameters, &function.args] {
            match arguments {
                FunctionArguments::None => {}
                FunctionArguments::Subquery(query) => self.scalar(query),
                FunctionArguments::List(list) => {
                    let args: Vec<&ast::Expr> = list.args.iter().filter_map(argument).collect();
                    if passes_through {
                        self.alike(&args, want);
                    } else {
                        self.exprs(args);
                    }
                    // `count(t.*)` takes the row as one value: it needs the table, and none of its
                    // columns.
                    for clause in &list.clauses {
                        match clause {
                            FunctionArgumentClause::OrderBy(order) => {
                                self.exprs(order.iter().map(|by| &by.expr));
                            }
                            FunctionArgumentClause::Where(expr)
                            | FunctionArgumentClause::Limit(expr) => {
                                self.expr(expr, Want::Unknown);
                            }
                            _ => {}
                        }
                    }
                }
            }
        }
        self.exprs(function.within_group.iter().map(|by| &by.expr));
        self.exprs(function.filter.as_deref());
        if let Some(WindowType::WindowSpec(window)) = &function.over {
            self.window(window);
        }
    }

    pub(crate) fn window(&mut self, window: &ast::WindowSpec) {
        self.exprs(&window.partition_by);
        self.exprs(window.order_by.iter().map(|by| &by.expr));
    }
}

/// The expression in a function's argument.
pub(crate) fn argument(argument: &FunctionArg) -> Option<&ast::Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
        | FunctionArg::Named {
            arg: FunctionArgExpr::Expr(expr),
            ..
        }
        | FunctionArg::ExprNamed {
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Some(expr),
        _ => None,
    }
}

/// The expression inside of any parentheses.
pub(crate) fn bare(mut expr: &ast::Expr) -> &ast::Expr {
    while let ast::Expr::Nested(inner) = expr {
        expr = inner;
    }
    expr
}

fn is_string(expr: &ast::Expr) -> bool {
    matches!(expr, ast::Expr::Value(value) if string_value(&value.value).is_some())
}
