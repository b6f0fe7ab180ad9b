//! The module graph: files are read when a name is first needed from them, and each top-level name
//! is evaluated once.

use std::cell::RefCell;
use std::rc::Rc;

use oxc_ast::ast::{TSEnumDeclaration, TSEnumMemberName};

use super::eval::{EvalScope, Evaluator, ModuleId};
use super::module::{Binding, ExportTarget, Module, pattern_names};
use super::resolve::{ResolvedImport, is_json};
use super::value::{Closure, Code, JsValue, KnownPackage, ObjectValue, Unknown};
use crate::source::{Source, Span};

/// Chains of `export … from` longer than this are a circle.
const MAX_HOPS: usize = 64;

impl<'a> Evaluator<'a, '_> {
    /// Reads and parses a file, once.
    pub(super) fn load(&self, path: &str) -> Result<ModuleId, Unknown> {
        if let Some(known) = self.by_path.borrow().get(path) {
            return known.clone();
        }
        let loaded = self.parse(path);
        self.by_path
            .borrow_mut()
            .insert(path.to_owned(), loaded.clone());
        loaded
    }

    /// The files that were needed and could not be read, by path. Whoever runs the schema fails at
    /// them, so that nobody knows what it declares.
    pub(super) fn broken(&self) -> Vec<Unknown> {
        let known = self.by_path.borrow();
        let mut broken: Vec<Unknown> = known.values().filter_map(|it| it.clone().err()).collect();
        broken.sort_by(|left, right| left.source().path().cmp(right.source().path()));
        broken
    }

    fn parse(&self, path: &str) -> Result<ModuleId, Unknown> {
        let bytes = match self.resolver.read(path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                return Err(Unknown::new(
                    &Source::new(path, ""),
                    Span::default(),
                    self.resolver.refusal(path),
                ));
            }
            Err(error) => return Err(Unknown::new(&Source::new(path, ""), Span::default(), error)),
        };
        let source = Source::from_bytes(path, bytes);
        let id = self.modules.borrow().len();
        match Module::parse(self.arena, id, source.clone()) {
            Ok(module) => {
                let module = Rc::new(module);
                let scope = EvalScope {
                    module: module.clone(),
                    names: RefCell::default(),
                    parent: None,
                };
                *module.scope.borrow_mut() = Some(Rc::new(scope));
                self.modules.borrow_mut().push(module);
                Ok(id)
            }
            Err((span, reason)) => Err(Unknown::new(
                &source,
                span,
                format!("the file cannot be read: {reason}"),
            )),
        }
    }

    pub(super) fn module(&self, id: ModuleId) -> Rc<Module<'a>> {
        self.modules.borrow()[id].clone()
    }

    /// What an import of `specifier` stands for: a namespace, one of Drizzle's packages, or
    /// unknown.
    pub(super) fn import(&self, from: &Module<'a>, specifier: &str, span: Span) -> JsValue<'a> {
        if let Some(package) = KnownPackage::from_import(specifier) {
            return JsValue::Package(package);
        }
        let path = match self.resolver.resolve(from.source.path(), specifier) {
            ResolvedImport::File(path) => path,
            ResolvedImport::External => {
                let reason = format!("it comes from the package `{specifier}`, which is not read");
                return JsValue::Unknown(Unknown::new(&from.source, span, reason));
            }
            ResolvedImport::Missing => {
                let reason = format!("`{specifier}` was not found");
                return JsValue::Unknown(Unknown::new(&from.source, span, reason));
            }
        };
        if is_json(&path) {
            return self.json(&path).unwrap_or_else(|| {
                JsValue::Unknown(Unknown::new(
                    &from.source,
                    span,
                    format!("`{path}` is not JSON"),
                ))
            });
        }
        match self.load(&path) {
            Ok(module) => JsValue::Namespace(module),
            Err(unknown) => JsValue::Unknown(unknown),
        }
    }

    /// What each `export * from "…"` of a module stands for. A folder of a thousand files has one
    /// index that lists them all.
    fn stars<'m>(&self, module: &'m Module<'a>) -> &'m [JsValue<'a>] {
        module.star_values.get_or_init(|| {
            let stars = module.stars.iter();
            let values = stars.map(|star| self.import(module, star.source, star.span));
            values.collect()
        })
    }

    /// The value that a module exports under a name; `None` if it exports no such name.
    pub(super) fn export(&self, module: ModuleId, name: &str) -> Option<JsValue<'a>> {
        self.export_within(module, name, MAX_HOPS)
    }

    fn export_within(&self, module: ModuleId, name: &str, hops: usize) -> Option<JsValue<'a>> {
        let hops = hops.checked_sub(1)?;
        let module = self.module(module);
        let scope = module_scope(&module);
        if let Some(export) = module.export(name) {
            return Some(match export.target {
                ExportTarget::Local(local) => {
                    self.top_level(&module, local).unwrap_or(JsValue::Undefined)
                }
                ExportTarget::Expression(expression) => {
                    self.remember(&module, export.name, "*", || {
                        self.expression(expression, &scope)
                    })
                }
                ExportTarget::Function(function) => JsValue::Function(Rc::new(Closure {
                    code: Code::Function(function),
                    scope: scope.clone(),
                })),
                ExportTarget::From(source, imported, span) => {
                    self.imported(&module, source, imported, span, hops)
                }
            });
        }
        if module.export("module.exports").is_some() && name != "module.exports" {
            let all = self.export_within(module.id, "module.exports", hops)?;
            if name == "default" {
                return Some(all);
            }
            return all.as_object().and_then(|object| object.get(name).cloned());
        }
        if name == "default" {
            return None;
        }
        // An import of a file that cannot be read might have provided the name.
        let mut doubt = None;
        for star in self.stars(&module) {
            match star {
                JsValue::Namespace(other) => {
                    if let Some(value) = self.export_within(*other, name, hops) {
                        return Some(value);
                    }
                }
                JsValue::Package(package) => doubt = Some(JsValue::Export(*package, name.into())),
                value => doubt = Some(value.clone()),
            }
        }
        doubt
    }

    fn imported(
        &self,
        module: &Rc<Module<'a>>,
        source: &str,
        name: Option<&str>,
        span: Span,
        hops: usize,
    ) -> JsValue<'a> {
        let value = self.import(module, source, span);
        match (name, &value) {
            (None, _) | (_, JsValue::Unknown(_)) | (Some("default"), JsValue::Package(_)) => value,
            (Some(name), JsValue::Namespace(other)) => {
                self.export_within(*other, name, hops).unwrap_or_else(|| {
                    let reason = format!("`{source}` exports no `{name}`");
                    JsValue::Unknown(Unknown::new(&module.source, span, reason))
                })
            }
            (Some(name), JsValue::Package(package)) => JsValue::Export(*package, name.into()),
            // The default export of JSON is all of it.
            (Some(name), _) => {
                if name == "default" {
                    value
                } else {
                    value.property(name)
                }
            }
        }
    }

    /// Every export of a module with its value, `export *` followed.
    pub(super) fn namespace(&self, module: ModuleId) -> Vec<(Rc<str>, JsValue<'a>)> {
        let mut names: Vec<Rc<str>> = Vec::new();
        self.export_names(module, &mut names, &mut Vec::new());
        let mut values: Vec<(Rc<str>, JsValue<'a>)> = Vec::new();
        for name in names {
            match self.export(module, &name) {
                Some(JsValue::Object(object)) if &*name == "module.exports" => {
                    values.extend(object.entries.iter().cloned());
                }
                Some(value) => values.push((name, value)),
                None => {}
            }
        }
        values
    }

    fn export_names(&self, module: ModuleId, names: &mut Vec<Rc<str>>, seen: &mut Vec<ModuleId>) {
        if seen.contains(&module) {
            return;
        }
        seen.push(module);
        let module = self.module(module);
        for export in module.exports() {
            if !names.iter().any(|name| **name == *export.name) {
                names.push(export.name.into());
            }
        }
        for star in self.stars(&module) {
            if let JsValue::Namespace(other) = star {
                self.export_names(*other, names, seen);
            }
        }
    }

    /// Files that `export * from "…"` that could not be read, or not well: there may be more
    /// tables than were seen.
    pub(super) fn unread_stars(
        &self,
        module: ModuleId,
        seen: &mut Vec<ModuleId>,
        found: &mut Vec<Unknown>,
    ) {
        if seen.contains(&module) {
            return;
        }
        seen.push(module);
        let module = self.module(module);
        found.extend(module.problem.clone());
        for star in self.stars(&module) {
            match star {
                JsValue::Namespace(other) => self.unread_stars(*other, seen, found),
                JsValue::Unknown(unknown) => found.push(unknown.clone()),
                _ => {}
            }
        }
    }

    /// The value of a top-level name; `None` if the module binds no such name.
    pub(super) fn top_level(&self, module: &Rc<Module<'a>>, name: &str) -> Option<JsValue<'a>> {
        let binding = module.binding(name)?;
        if let Some(known) = module.memo.borrow().get(name) {
            return Some(known.clone().unwrap_or_else(|| {
                JsValue::Unknown(Unknown::new(
                    &module.source,
                    Span::default(),
                    format!("`{name}` is defined by itself"),
                ))
            }));
        }
        let scope = module_scope(module);
        Some(match binding {
            Binding::Import { source, name, span } => {
                self.imported(module, source, name, span, MAX_HOPS)
            }
            Binding::Function(function) => JsValue::Function(Rc::new(Closure {
                code: Code::Function(function),
                scope: scope.clone(),
            })),
            Binding::Enum(declared) => {
                let id = declared.id.name.as_str();
                self.remember(module, id, id, || self.enumeration(declared, &scope))
            }
            Binding::Opaque(span, reason) => {
                JsValue::Unknown(Unknown::new(&module.source, span, reason))
            }
            Binding::Variable(declarator) => {
                let mut names = Vec::new();
                pattern_names(&declarator.id, &mut names);
                for name in &names {
                    module.memo.borrow_mut().insert(name, None);
                }
                let value = match &declarator.init {
                    Some(init) => self.expression(init, &scope),
                    None => Self::unknown(
                        &scope,
                        declarator.span,
                        "the variable has no value where it is declared",
                    ),
                };
                let local = EvalScope::inside(&scope);
                self.bind(&declarator.id, value, &local);
                self.changed_later(module, &names, &local);
                for (name, value) in local.names.borrow_mut().drain() {
                    module.memo.borrow_mut().insert(name, Some(value));
                }
                module
                    .memo
                    .borrow()
                    .get(name)
                    .cloned()
                    .flatten()
                    .unwrap_or(JsValue::Undefined)
            }
        })
    }

    /// Follows what later statements of the module do with these names.
    fn changed_later(&self, module: &Module<'a>, names: &[&'a str], local: &Rc<EvalScope<'a>>) {
        for (changed, statement) in module
            .changes
            .iter()
            .filter(|(changed, _)| changed.iter().any(|it| names.contains(it)))
        {
            let Err(unknown) = self.statement(statement, &EvalScope::inside(local)) else {
                continue;
            };
            for &name in changed.iter().filter(|name| names.contains(name)) {
                let open = match local.names.borrow().get(name) {
                    Some(JsValue::Object(object)) => JsValue::Object(Rc::new(ObjectValue {
                        open: Some(unknown.clone()),
                        ..(**object).clone()
                    })),
                    Some(_) => JsValue::Unknown(unknown.clone()),
                    None => continue,
                };
                local.names.borrow_mut().insert(name, open);
            }
        }
    }

    /// Evaluates once. `prefix` keeps names of exports apart from names of bindings.
    fn remember(
        &self,
        module: &Rc<Module<'a>>,
        name: &'a str,
        prefix: &str,
        make: impl FnOnce() -> JsValue<'a>,
    ) -> JsValue<'a> {
        let key: &'a str = if prefix == name {
            name
        } else {
            self.arena.alloc_str(&format!("{prefix}{name}"))
        };
        if let Some(known) = module.memo.borrow().get(key) {
            return known.clone().unwrap_or_else(|| {
                JsValue::Unknown(Unknown::new(
                    &module.source,
                    Span::default(),
                    format!("`{name}` is defined by itself"),
                ))
            });
        }
        module.memo.borrow_mut().insert(key, None);
        let value = make();
        module.memo.borrow_mut().insert(key, Some(value.clone()));
        value
    }

    /// A TypeScript enum as the object that it becomes.
    fn enumeration(
        &self,
        declared: &'a TSEnumDeclaration<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> JsValue<'a> {
        let local = EvalScope::inside(scope);
        let mut object = ObjectValue::default();
        let mut next = Some(0.0);
        for member in &declared.body.members {
            let name: &'a str = match &member.id {
                TSEnumMemberName::Identifier(name) => name.name.as_str(),
                TSEnumMemberName::String(name) | TSEnumMemberName::ComputedString(name) => {
                    name.value.as_str()
                }
                TSEnumMemberName::ComputedTemplateString(name) => {
                    let text = name
                        .quasis
                        .first()
                        .and_then(|quasi| quasi.value.cooked.as_ref());
                    text.map_or("", |text| text.as_str())
                }
            };
            let value = match (&member.initializer, next) {
                (Some(initializer), _) => self.expression(initializer, &local),
                (None, Some(number)) => JsValue::Number(number),
                (None, None) => Self::unknown(scope, member.span, "the member has no value"),
            };
            next = match &value {
                JsValue::Number(number) => Some(number + 1.0),
                _ => None,
            };
            // Numeric members also map back to their names, which come first in `Object.values`.
            if let JsValue::Number(number) = &value {
                object.set(
                    super::value::number_text(*number).into(),
                    JsValue::string(name),
                );
            }
            local.names.borrow_mut().insert(name, value.clone());
            object.set(name.into(), value);
        }
        JsValue::Object(Rc::new(object))
    }

    pub(super) fn json(&self, path: &str) -> Option<JsValue<'a>> {
        let bytes = self.resolver.read(path).ok()??;
        let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
        Some(from_json(&value))
    }
}

/// The scope of a module's top-level code.
fn module_scope<'a>(module: &Module<'a>) -> Rc<EvalScope<'a>> {
    module
        .scope
        .borrow()
        .clone()
        .expect("a module's scope is set when the module is made")
}

pub(super) fn from_json<'a>(value: &serde_json::Value) -> JsValue<'a> {
    match value {
        serde_json::Value::Null => JsValue::Null,
        serde_json::Value::Bool(value) => JsValue::Bool(*value),
        serde_json::Value::Number(number) => JsValue::Number(number.as_f64().unwrap_or_default()),
        serde_json::Value::String(text) => JsValue::string(text.as_str()),
        serde_json::Value::Array(items) => JsValue::array(items.iter().map(from_json).collect()),
        serde_json::Value::Object(members) => {
            let entries = members
                .iter()
                .map(|(key, value)| (key.as_str().into(), from_json(value)));
            JsValue::Object(Rc::new(ObjectValue {
                entries: entries.collect(),
                open: None,
            }))
        }
    }
}
