//! Triggers, rules, policies and comments.

mod absent;
mod returns;

use super::apply::{Apply, Outcome};
use super::functions::digest;
use super::rejection::sqlstate;
use super::resolve::{ClausePlace, Reaches};
use super::{Mention, Origin, Policy, QName, Rejection, RewriteRule, Table, Trigger};
use crate::source::Span;
use crate::sql::change::{ChangeKind, DropMode, Expr, Ident, ObjectName, PolicyCommand, Query};

impl Apply<'_> {
    pub(crate) fn create_trigger(&mut self, kind: &ChangeKind) -> Outcome {
        let ChangeKind::CreateTrigger {
            name,
            table,
            or_replace,
            if_not_exists,
            columns,
            when,
            function,
            body,
        } = kind
        else {
            return Ok(());
        };
        if self.catalog.find_table(table).is_none() && self.catalog.find_view(table).is_some() {
            // Triggers of views are of no concern to anything else.
            return Ok(());
        }
        let Some(table_name) = self.need_table(table)? else {
            return Ok(());
        };
        if !self.catalog.dialect.triggers_belong_to_tables()
            && let Some((other, origin)) = self.catalog.trigger_anywhere(&name.value)
        {
            if *if_not_exists {
                return Ok(());
            }
            return Err(taken("trigger", name, &self.catalog.shown(&other), origin));
        }
        for column in columns {
            self.need_column(&table_name, column)?;
        }
        let used = columns
            .iter()
            .chain(when.iter().flat_map(|when| &when.columns))
            .map(|column| &column.value);
        if let Some(function) = function {
            self.refuse_function_made_later(function)?;
            self.need_trigger_function(function)?;
        }
        let function = function.as_ref().map(|function| {
            self.catalog
                .find_function(function)
                .unwrap_or_else(|| self.catalog.qualify(function))
        });
        let reached = match (when, self.catalog.tables.get(&table_name)) {
            (Some(when), Some(table)) => self.reach_rows(when, table)?,
            _ => Reaches::default(),
        };
        let text = body.as_ref().map_or(String::new(), |body| body.sql.clone());
        let relations = body
            .iter()
            .flat_map(|body| &body.relations)
            .map(|name| self.catalog.qualify(name))
            .collect();
        let made = Trigger {
            name: self.catalog.keep(&name.value).to_owned(),
            columns: used.cloned().collect(),
            function,
            relations,
            // Where it is written is no part of what it does.
            digest: digest(&format!(
                "{:?} {:?} {text}",
                columns
                    .iter()
                    .map(|column| &column.value)
                    .collect::<Vec<_>>(),
                when.as_ref().map(|when| &when.sql)
            )),
            reached,
            when: Expr::default(),
            body: Vec::new(),
            origin: self.origin(),
        };
        let shown = self.catalog.shown(&table_name);
        let children = self.catalog.children(&table_name);
        let Some(found) = self.edit(&table_name) else {
            return Ok(());
        };
        match found
            .triggers
            .iter_mut()
            .find(|other| other.name == made.name)
        {
            Some(old) if *or_replace => *old = made.clone(),
            Some(_) if *if_not_exists => return Ok(()),
            Some(old) => return Err(taken("trigger", name, &shown, old.origin)),
            None => found.triggers.push(made.clone()),
        }
        for child in children {
            if let Some(child) = self
                .edit(&child)
                .filter(|child| child.partition_of.is_some())
            {
                child.triggers.retain(|other| other.name != made.name);
                child.triggers.push(made.clone());
            }
        }
        Ok(())
    }

    /// The table of a trigger, rule or policy that is dropped; `None` when there is nothing to do.
    fn table_of_part(&mut self, table: &ObjectName, mode: DropMode) -> Outcome<Option<QName>> {
        if self.catalog.find_table(table).is_none()
            && (mode.if_exists || self.catalog.find_view(table).is_some())
        {
            return Ok(None);
        }
        self.need_table(table)
    }

    pub(crate) fn drop_trigger(
        &mut self,
        name: &ObjectName,
        table: Option<&ObjectName>,
        mode: DropMode,
    ) -> Outcome {
        let kept = self.catalog.keep(&name.name.value).to_owned();
        let table = match table {
            Some(table) => self.table_of_part(table, mode)?,
            None => self.catalog.trigger_anywhere(&kept).map(|(table, _)| table),
        };
        let Some(table) = table else {
            return self.refuse_no_trigger(name, mode);
        };
        let children = self.catalog.children(&table);
        let exact_names = self.catalog.dialect.folds_case();
        self.drop_of_table("trigger", &name.name, &table, mode, |table| {
            without(&mut table.triggers, |trigger| {
                trigger.name == kept || !exact_names && trigger.name.eq_ignore_ascii_case(&kept)
            })
        })?;
        for child in children {
            if let Some(child) = self
                .edit(&child)
                .filter(|child| child.partition_of.is_some())
            {
                child.triggers.retain(|trigger| trigger.name != kept);
            }
        }
        Ok(())
    }

    pub(crate) fn rename_trigger(
        &mut self,
        name: &Ident,
        table: &ObjectName,
        to: &Ident,
    ) -> Outcome {
        let Some(table) = self.table_of_part(table, DropMode::default())? else {
            return Ok(());
        };
        let shown = self.catalog.shown(&table);
        let Some(found) = self.edit(&table) else {
            return Ok(());
        };
        if let Some(other) = found.trigger(&to.value) {
            return Err(taken("trigger", to, &shown, other.origin));
        }
        match found
            .triggers
            .iter_mut()
            .find(|trigger| trigger.name == name.value)
        {
            Some(trigger) => to.value.clone_into(&mut trigger.name),
            None if found.knowledge.is_exact() => {
                return Err(missing("trigger", name, &shown, found.origin));
            }
            None => {}
        }
        Ok(())
    }

    /// `ENABLE`/`DISABLE TRIGGER name`.
    pub(crate) fn toggle_trigger(&mut self, table: &QName, name: &str, span: Span) -> Outcome {
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(());
        };
        let known = found.knowledge.is_exact() && self.catalog.knowledge.is_exact();
        let every = name.eq_ignore_ascii_case("all") || name.eq_ignore_ascii_case("user");
        if every || !known || found.triggers.iter().any(|trigger| trigger.name == name) {
            return Ok(());
        }
        let name = Ident {
            span,
            ..Ident::synthetic(name)
        };
        Err(missing(
            "trigger",
            &name,
            &self.catalog.shown(table),
            found.origin,
        ))
    }

    pub(crate) fn create_rule(
        &mut self,
        name: &Ident,
        table: &ObjectName,
        or_replace: bool,
        query: &Query,
    ) -> Outcome {
        let Some(table) = self.table_of_part(table, DropMode::default())? else {
            return Ok(());
        };
        let shown = self.catalog.shown(&table);
        let origin = self.origin();
        let Some(found) = self.edit(&table) else {
            return Ok(());
        };
        let made = RewriteRule {
            name: name.value.clone(),
            columns: query
                .columns
                .iter()
                .filter(|reference| {
                    let relation = reference
                        .relation
                        .as_ref()
                        .map(|relation| relation.name.value.as_str());
                    relation.is_none_or(|relation| {
                        matches!(relation, "new" | "old") || relation == table.name
                    })
                })
                .map(|reference| reference.column.value.as_str())
                .filter(|column| found.columns.iter().any(|own| own.name == **column))
                .map(str::to_owned)
                .collect(),
            origin,
        };
        match found.rules.iter_mut().find(|rule| rule.name == name.value) {
            Some(old) if or_replace => *old = made,
            Some(old) => return Err(taken("rule", name, &shown, old.origin)),
            None => found.rules.push(made),
        }
        Ok(())
    }

    pub(crate) fn drop_rule(
        &mut self,
        name: &Ident,
        table: &ObjectName,
        mode: DropMode,
    ) -> Outcome {
        let Some(table) = self.table_of_part(table, mode)? else {
            return Ok(());
        };
        self.drop_of_table("rule", name, &table, mode, |table| {
            without(&mut table.rules, |rule| rule.name == name.value)
        })
    }

    /// Drops what belongs to a table; `drop` says whether it found one.
    fn drop_of_table(
        &mut self,
        kind: &str,
        name: &Ident,
        table: &QName,
        mode: DropMode,
        drop: impl Fn(&mut Table) -> bool,
    ) -> Outcome {
        let shown = self.catalog.shown(table);
        let Some(found) = self.edit(table) else {
            return Ok(());
        };
        if !drop(found) && !mode.if_exists && found.knowledge.is_exact() {
            return Err(missing(kind, name, &shown, found.origin));
        }
        Ok(())
    }

    pub(crate) fn create_policy(
        &mut self,
        name: &Ident,
        table: &ObjectName,
        command: PolicyCommand,
        using: Option<&Expr>,
        with_check: Option<&Expr>,
    ) -> Outcome {
        refuse_clause(command, using, with_check, name)?;
        let Some(table) = self.need_table(table)? else {
            return Ok(());
        };
        let shown = self.catalog.shown(&table);
        let origin = self.origin();
        let reached = self.reach_policy(&table, using, with_check)?;
        let Some(found) = self.edit(&table) else {
            return Ok(());
        };
        if let Some(old) = found
            .policies
            .iter()
            .find(|policy| policy.name == name.value)
        {
            return Err(taken("policy", name, &shown, old.origin));
        }
        let mut made = Policy {
            name: name.value.clone(),
            command,
            columns: Vec::new(),
            sql: String::new(),
            altered: Vec::new(),
            reached: Reaches::default(),
            origin,
        };
        set_policy(&mut made, using, with_check);
        made.reached = reached;
        found.policies.push(made);
        Ok(())
    }

    pub(crate) fn alter_policy(
        &mut self,
        name: &Ident,
        table: &ObjectName,
        rename: Option<&Ident>,
        using: Option<&Expr>,
        with_check: Option<&Expr>,
    ) -> Outcome {
        let Some(table) = self.need_table(table)? else {
            return Ok(());
        };
        let shown = self.catalog.shown(&table);
        let site = self.site;
        let reached = self.reach_policy(&table, using, with_check)?;
        let Some(found) = self.edit(&table) else {
            return Ok(());
        };
        if let Some(to) = rename
            && let Some(other) = found.policies.iter().find(|it| it.name == to.value)
        {
            return Err(taken("policy", to, &shown, other.origin));
        }
        let Some(policy) = found
            .policies
            .iter_mut()
            .find(|policy| policy.name == name.value)
        else {
            return if found.knowledge.is_exact() {
                Err(missing("policy", name, &shown, found.origin))
            } else {
                Ok(())
            };
        };
        refuse_clause(policy.command, using, with_check, name)?;
        policy.origin.changed = Some(site);
        match rename {
            Some(rename) => policy.name.clone_from(&rename.value),
            None => policy.altered.push(site),
        }
        if using.is_some() || with_check.is_some() {
            set_policy(policy, using, with_check);
            policy.reached = reached;
        }
        Ok(())
    }

    /// What the expressions of a policy reach beside its own table's columns.
    fn reach_policy(
        &self,
        table: &QName,
        using: Option<&Expr>,
        with_check: Option<&Expr>,
    ) -> Outcome<Reaches> {
        let mut reached = Reaches::default();
        let Some(found) = self.catalog.tables.get(table) else {
            return Ok(reached);
        };
        for expr in using.into_iter().chain(with_check) {
            reached.extend(self.reach_over(expr, found, ClausePlace::Policy)?);
        }
        Ok(reached)
    }

    pub(crate) fn drop_policy(
        &mut self,
        name: &Ident,
        table: &ObjectName,
        mode: DropMode,
    ) -> Outcome {
        let Some(table) = self.table_of_part(table, mode)? else {
            return Ok(());
        };
        self.drop_of_table("policy", name, &table, mode, |table| {
            without(&mut table.policies, |policy| policy.name == name.value)
        })
    }

    pub(crate) fn comment(
        &mut self,
        object: &str,
        name: &ObjectName,
        column: Option<&Ident>,
        text: Option<&str>,
    ) -> Outcome {
        let comment = text.map(str::to_owned);
        match (object.to_ascii_uppercase().as_str(), column) {
            ("TABLE", _) => {
                let Some(table) = self.need_table(name)? else {
                    return Ok(());
                };
                if let Some(table) = self.edit(&table) {
                    table.comment = comment;
                }
                Ok(())
            }
            ("COLUMN", Some(column)) if self.catalog.find_relation(name).is_some() => {
                if self.catalog.find_table(name).is_none() {
                    return Ok(());
                }
                let Some(table) = self.need_table(name)? else {
                    return Ok(());
                };
                self.edit_column(&table, column, |column| column.comment.clone_from(&comment))
            }
            _ => Ok(()),
        }
    }
}

impl super::Catalog {
    /// The trigger of that name, for dialects whose triggers are found without their table.
    fn trigger_anywhere(&self, name: &str) -> Option<(QName, Origin)> {
        self.tables
            .with(Mention::Trigger(name))
            .find_map(|(table, found)| {
                let trigger = found
                    .triggers
                    .iter()
                    .find(|trigger| self.same(&trigger.name, name))?;
                Some((table.clone(), trigger.origin))
            })
    }
}

/// A policy for `INSERT` looks at no row that is there, one for `SELECT` or `DELETE` at no new one.
fn refuse_clause(
    command: PolicyCommand,
    using: Option<&Expr>,
    with_check: Option<&Expr>,
    name: &Ident,
) -> Outcome {
    let refusal = |clause: &str, what: &str, expr: &Expr| {
        let message = format!(
            "policy `{}` is for `{what}`, which takes no `{clause}`",
            name.value
        );
        Err(Rejection::new(sqlstate::SYNTAX_ERROR, expr.span, message))
    };
    match (command, using, with_check) {
        (PolicyCommand::Insert, Some(using), _) => refusal("USING", "INSERT", using),
        (PolicyCommand::Select, _, Some(check)) => refusal("WITH CHECK", "SELECT", check),
        (PolicyCommand::Delete, _, Some(check)) => refusal("WITH CHECK", "DELETE", check),
        _ => Ok(()),
    }
}

fn set_policy(policy: &mut Policy, using: Option<&Expr>, with_check: Option<&Expr>) {
    let columns = using
        .iter()
        .chain(&with_check)
        .flat_map(|expr| &expr.columns);
    policy.columns = columns.map(|column| column.value.clone()).collect();
    let text = |expr: Option<&Expr>| expr.map_or("", |expr| expr.sql.as_str()).to_owned();
    policy.sql = format!("USING ({}) WITH CHECK ({})", text(using), text(with_check));
}

fn taken(kind: &str, name: &Ident, table: &str, origin: Origin) -> Rejection {
    let message = format!("{kind} `{}` on table `{table}` already exists", name.value);
    Rejection::new(sqlstate::DUPLICATE_OBJECT, name.span, message).because(origin.made, "made here")
}

/// Takes out what is meant; whether there was any.
fn without<T>(parts: &mut Vec<T>, is_meant: impl Fn(&T) -> bool) -> bool {
    let before = parts.len();
    parts.retain(|part| !is_meant(part));
    parts.len() < before
}

fn missing(kind: &str, name: &Ident, table: &str, origin: Origin) -> Rejection {
    let message = format!("{kind} `{}` on table `{table}` does not exist", name.value);
    Rejection::new(sqlstate::UNDEFINED_OBJECT, name.span, message)
        .because(origin.made, "the table is made here")
}
