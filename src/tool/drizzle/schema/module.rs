//! One parsed file: what it binds at its top level, and what it exports.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    AssignmentTarget, BindingPattern, Declaration, ExportDefaultDeclarationKind, Expression,
    Function, ImportDeclarationSpecifier, Program, Statement, TSEnumDeclaration,
    VariableDeclarator,
};
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::changes::{ModuleChanges, changed};
use super::eval::{EvalScope, ModuleId, to_span};
use super::value::{JsValue, Unknown};
use crate::source::{Source, Span};

/// Deeper nesting than any schema has; the parser would recurse once for each level.
const MAX_NESTING: usize = 256;
/// Larger than any schema that people keep in one file.
const MAX_BYTES: usize = 4 << 20;

/// `export * from "source"`.
pub(super) struct StarExport<'a> {
    pub(super) source: &'a str,
    pub(super) span: Span,
}

/// A file that was parsed, and what has been found out about it.
pub(super) struct Module<'a> {
    pub(super) id: ModuleId,
    pub(super) source: Source,
    bindings: HashMap<&'a str, Binding<'a>>,
    exports: Vec<Export<'a>>,
    /// `export * from "…"`.
    pub(super) stars: Vec<StarExport<'a>>,
    /// What these stand for, once somebody asked.
    pub(super) star_values: OnceCell<Vec<JsValue<'a>>>,
    /// Statements that change what top-level names stand for, and the names.
    pub(super) changes: Vec<(Vec<&'a str>, &'a Statement<'a>)>,
    /// A syntax error that the parser got over: something may be missing.
    pub(super) problem: Option<Unknown>,
    /// Values of top-level names; `None` while one is being evaluated.
    pub(super) memo: RefCell<HashMap<&'a str, Option<JsValue<'a>>>>,
    /// The scope that top-level code runs in.
    pub(super) scope: RefCell<Option<Rc<EvalScope<'a>>>>,
}

/// What a top-level name stands for.
#[derive(Clone, Copy)]
pub(super) enum Binding<'a> {
    /// `import { name } from "source"`; `None` imports the namespace.
    Import {
        source: &'a str,
        name: Option<&'a str>,
        span: Span,
    },
    Variable(&'a VariableDeclarator<'a>),
    Function(&'a Function<'a>),
    Enum(&'a TSEnumDeclaration<'a>),
    /// A class, or a variable that is assigned again.
    Opaque(Span, &'static str),
}

/// What one exported name stands for.
#[derive(Clone, Copy)]
pub(super) struct Export<'a> {
    pub(super) name: &'a str,
    pub(super) target: ExportTarget<'a>,
}

/// Where an export comes from.
#[derive(Clone, Copy)]
pub(super) enum ExportTarget<'a> {
    Local(&'a str),
    Expression(&'a Expression<'a>),
    Function(&'a Function<'a>),
    /// `export { name } from "source"`; `None` is `export * as ns`.
    From(&'a str, Option<&'a str>, Span),
}

impl<'a> Module<'a> {
    /// Parses a file. The error says why it cannot be read, and where.
    pub(super) fn parse(
        arena: &'a Allocator,
        id: ModuleId,
        source: Source,
    ) -> Result<Self, (Span, String)> {
        if source.text().len() > MAX_BYTES {
            return Err((
                Span::default(),
                format!("the file is larger than {} MB", MAX_BYTES >> 20),
            ));
        }
        if let Some(at) = too_deep(source.text()) {
            return Err((
                Span::new(at, at + 1),
                "the code is nested too deeply to be read".to_owned(),
            ));
        }
        let kind = SourceType::from_path(source.path()).unwrap_or_else(|_| SourceType::ts());
        let text: &'a str = arena.alloc_str(source.text());
        let parsed = Parser::new(arena, text, kind).parse();
        let problem = parsed.diagnostics.iter().next().map(|error| {
            let at = error
                .labels
                .first()
                .map(oxc_span::LabeledSpan::offset)
                .unwrap_or_default() as usize;
            (
                Span::new(at, at),
                format!("it has a syntax error: {}", error.message),
            )
        });
        if parsed.panicked {
            return Err(
                problem.unwrap_or_else(|| (Span::default(), "it has a syntax error".to_owned()))
            );
        }
        let mut module = Self {
            id,
            bindings: HashMap::new(),
            exports: Vec::new(),
            stars: Vec::new(),
            star_values: OnceCell::new(),
            changes: Vec::new(),
            problem: problem.map(|(span, reason)| Unknown::new(&source, span, reason)),
            memo: RefCell::default(),
            scope: RefCell::default(),
            source,
        };
        let program: &'a Program<'a> = arena.alloc(parsed.program);
        for statement in &program.body {
            module.read(statement);
        }
        Ok(module)
    }

    pub(super) fn binding(&self, name: &str) -> Option<Binding<'a>> {
        self.bindings.get(name).copied()
    }

    pub(super) fn export(&self, name: &str) -> Option<Export<'a>> {
        self.exports
            .iter()
            .rev()
            .find(|export| export.name == name)
            .copied()
    }

    /// Exports in the order written, `export *` left out.
    pub(super) fn exports(&self) -> &[Export<'a>] {
        &self.exports
    }

    fn read(&mut self, statement: &'a Statement<'a>) {
        let mut changes = ModuleChanges::default();
        changed(statement, &mut changes);
        let ModuleChanges { mut parts, whole } = changes;
        parts.retain(|name| !matches!(*name, "module" | "exports"));
        if !parts.is_empty() {
            self.changes.push((parts, statement));
        }
        for (name, span) in whole {
            if let Some(binding) = self.bindings.get_mut(name) {
                *binding = Binding::Opaque(to_span(span), "the variable is assigned again");
            }
        }
        match statement {
            Statement::ImportDeclaration(import) if !import.import_kind.is_type() => {
                let (source, span) = (import.source.value.as_str(), to_span(import.source.span));
                for specifier in import.specifiers.iter().flatten() {
                    let (local, name) = match specifier {
                        ImportDeclarationSpecifier::ImportSpecifier(named) => {
                            if named.import_kind.is_type() {
                                continue;
                            }
                            (&named.local, Some(named.imported.name().as_str()))
                        }
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(default) => {
                            (&default.local, Some("default"))
                        }
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(all) => {
                            (&all.local, None)
                        }
                    };
                    self.bindings
                        .insert(local.name.as_str(), Binding::Import { source, name, span });
                }
            }
            Statement::ExportAllDeclaration(all) if !all.export_kind.is_type() => {
                let (source, span) = (all.source.value.as_str(), to_span(all.source.span));
                match &all.exported {
                    Some(name) => {
                        let name = name.name().as_str();
                        self.exports.push(Export {
                            name,
                            target: ExportTarget::From(source, None, span),
                        });
                    }
                    None => self.stars.push(StarExport { source, span }),
                }
            }
            Statement::ExportFromDeclaration(from) if !from.export_kind.is_type() => {
                let (source, span) = (from.source.value.as_str(), to_span(from.source.span));
                for specifier in from
                    .specifiers
                    .iter()
                    .filter(|specifier| !specifier.export_kind.is_type())
                {
                    let target =
                        ExportTarget::From(source, Some(specifier.local.name().as_str()), span);
                    self.exports.push(Export {
                        name: specifier.exported.name().as_str(),
                        target,
                    });
                }
            }
            Statement::ExportNamedDeclaration(named) if !named.export_kind.is_type() => {
                for specifier in named
                    .specifiers
                    .iter()
                    .filter(|specifier| !specifier.export_kind.is_type())
                {
                    let target = ExportTarget::Local(specifier.local.name().as_str());
                    self.exports.push(Export {
                        name: specifier.exported.name().as_str(),
                        target,
                    });
                }
            }
            Statement::ExportDefaultDeclaration(default) => {
                let target = match &default.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                        ExportTarget::Function(function)
                    }
                    other => match other.as_expression() {
                        Some(expression) => ExportTarget::Expression(expression),
                        None => return,
                    },
                };
                self.exports.push(Export {
                    name: "default",
                    target,
                });
            }
            Statement::ExportDeclaration(export) => {
                let before: Vec<&'a str> = self.declare(&export.declaration);
                for name in before {
                    self.exports.push(Export {
                        name,
                        target: ExportTarget::Local(name),
                    });
                }
            }
            Statement::ExpressionStatement(expression) => {
                self.read_assignment(&expression.expression);
            }
            other => {
                if let Some(declaration) = other.as_declaration() {
                    self.declare(declaration);
                }
            }
        }
    }

    /// Binds what a declaration declares, and returns the names.
    fn declare(&mut self, declaration: &'a Declaration<'a>) -> Vec<&'a str> {
        let mut names = Vec::new();
        match declaration {
            Declaration::VariableDeclaration(variables) if !variables.declare => {
                for declarator in &variables.declarations {
                    let from = names.len();
                    pattern_names(&declarator.id, &mut names);
                    for name in &names[from..] {
                        self.bindings.insert(name, Binding::Variable(declarator));
                    }
                }
            }
            Declaration::FunctionDeclaration(function) => {
                if let Some(id) = &function.id
                    && function.body.is_some()
                {
                    names.push(id.name.as_str());
                    self.bindings
                        .insert(id.name.as_str(), Binding::Function(function));
                }
            }
            Declaration::TSEnumDeclaration(declared) => {
                names.push(declared.id.name.as_str());
                self.bindings
                    .insert(declared.id.name.as_str(), Binding::Enum(declared));
            }
            Declaration::ClassDeclaration(class) => {
                if let Some(id) = &class.id {
                    names.push(id.name.as_str());
                    let span = to_span(class.span);
                    self.bindings.insert(
                        id.name.as_str(),
                        Binding::Opaque(span, "a class is not evaluated"),
                    );
                }
            }
            _ => {}
        }
        names
    }

    /// `module.exports = …` and `exports.name = …`.
    fn read_assignment(&mut self, expression: &'a Expression<'a>) {
        let Expression::AssignmentExpression(assignment) = expression else {
            return;
        };
        let AssignmentTarget::StaticMemberExpression(member) = &assignment.left else {
            return;
        };
        let property = member.property.name.as_str();
        let target = ExportTarget::Expression(&assignment.right);
        match &member.object {
            Expression::Identifier(object) if object.name == "module" && property == "exports" => {
                self.exports.push(Export {
                    name: "module.exports",
                    target,
                });
            }
            Expression::Identifier(object) if object.name == "exports" => {
                self.exports.push(Export {
                    name: property,
                    target,
                });
            }
            Expression::StaticMemberExpression(inner)
                if inner.property.name == "exports"
                    && matches!(&inner.object, Expression::Identifier(object) if object.name == "module") =>
            {
                self.exports.push(Export {
                    name: property,
                    target,
                });
            }
            _ => {}
        }
    }
}

/// The names that a pattern binds.
pub(super) fn pattern_names<'a>(pattern: &'a BindingPattern<'a>, names: &mut Vec<&'a str>) {
    match pattern {
        BindingPattern::BindingIdentifier(name) => names.push(name.name.as_str()),
        BindingPattern::AssignmentPattern(assignment) => pattern_names(&assignment.left, names),
        BindingPattern::ObjectPattern(object) => {
            for property in &object.properties {
                pattern_names(&property.value, names);
            }
            if let Some(rest) = &object.rest {
                pattern_names(&rest.argument, names);
            }
        }
        BindingPattern::ArrayPattern(array) => {
            for element in array.elements.iter().flatten() {
                pattern_names(element, names);
            }
            if let Some(rest) = &array.rest {
                pattern_names(&rest.argument, names);
            }
        }
    }
}

/// The first byte at which brackets, or a run of prefix operators, are nested more deeply than the
/// parser should be trusted with.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut run) = (0_usize, 0_usize);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        run = match byte {
            b'!' | b'~' | b'+' | b'-' | b'<' => run + 1,
            byte if byte.is_ascii_whitespace() => run,
            _ => 0,
        };
        if depth > MAX_NESTING || run > MAX_NESTING {
            // A ruler in a comment (`// -------`) is no expression.
            let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
            let before = text.get(line..at).unwrap_or_default().trim_start();
            if depth <= MAX_NESTING
                && (before.starts_with("//") || before.starts_with(['*', '/', '-']))
            {
                run = 0;
                continue;
            }
            return Some(at);
        }
    }
    None
}
