//! Indexes, views and triggers of SQLite.

use super::{free_name, need_table, put};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::alter::refuse_virtual;
use super::need_position;
use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::resolve::{ClausePlace, Reaches};
use crate::catalog::{
    ColumnName, Index, IndexKey, Knowledge, Mention, QName, Rejection, Site, Trigger, View,
    ViewText,
};
use crate::server::sqlite::names::is_rowid;
use crate::sql::change::{DropMode, Expr, ExprKind, Ident, IndexDef, ObjectName, Query};

pub(super) fn create_index(
    apply: &mut Apply<'_>,
    name: &ObjectName,
    definition: &IndexDef,
) -> Outcome {
    let Some(index_name) = &definition.name else {
        return Ok(());
    };
    let mut all = apply
        .catalog
        .tables
        .with(Mention::Index(&index_name.value))
        .flat_map(|(_, table)| &table.indexes);
    let exists = all.any(|index| index.name.eq_ignore_ascii_case(&index_name.value));
    if exists && definition.if_not_exists {
        return Ok(());
    }
    free_name(
        apply,
        &ObjectName {
            schema: None,
            name: index_name.clone(),
        },
    )?;
    if let Some(view) = apply.catalog.find_view(name) {
        return Err(apply.wrong_kind(name.span(), &view, "a table"));
    }
    let Some(mut table) = need_table(apply, name)? else {
        return Ok(());
    };
    refuse_virtual(&table, name.span(), "cannot be indexed")?;
    let mut keys = Vec::new();
    for column in &definition.columns {
        // A quoted name that is no column is a string; the rowid has names of its own.
        for used in column
            .expr
            .columns
            .iter()
            .filter(|used| !used.quoted && !is_rowid(&used.value))
        {
            need_position(&mut table, used)?;
        }
        let plain = match &column.expr.kind {
            ExprKind::Column(name) => {
                super::position(&table, &name.value).map(|at| table.columns[at].name.clone())
            }
            _ => None,
        };
        keys.push(IndexKey {
            column: plain,
            expr: column.expr.clone(),
            collation: column.collation.clone(),
            descending: column.descending,
            nulls_first: column.descending,
            ..IndexKey::default()
        });
    }
    if let Some(condition) = &definition.condition {
        for used in condition
            .columns
            .iter()
            .filter(|used| !used.quoted && !is_rowid(&used.value))
        {
            need_position(&mut table, used)?;
        }
    }
    for column in &definition.columns {
        apply.resolve_over(&column.expr, &table, ClausePlace::IndexKey)?;
        // A string here is the name of a column.
        if let ExprKind::String(name) = &column.expr.kind
            && column.expr.casts.is_empty()
            && super::position(&table, name).is_none()
            && table.knowledge.is_exact()
            && !is_rowid(name)
        {
            let message = format!("column `{name}` of table `{}` does not exist", table.name);
            let code = sqlstate::UNDEFINED_COLUMN;
            return Err(Rejection::new(code, column.expr.span, message));
        }
    }
    if let Some(condition) = &definition.condition {
        apply.resolve_over(condition, &table, ClausePlace::IndexCondition)?;
    }
    table.indexes.push(Index {
        name: index_name.value.clone(),
        method: "btree".to_owned(),
        unique: definition.unique,
        keys,
        condition: definition.condition.clone(),
        valid: true,
        origin: apply.origin(),
        ..Index::default()
    });
    put(apply, table);
    Ok(())
}

pub(super) fn drop_index(apply: &mut Apply<'_>, name: &ObjectName, mode: DropMode) -> Outcome {
    let is = |index: &Index| index.name.eq_ignore_ascii_case(&name.name.value);
    let mut tables = apply.catalog.tables.with(Mention::Index(&name.name.value));
    let owner = tables
        .find(|(_, table)| table.indexes.iter().any(is))
        .map(|(owner, _)| owner.clone());
    match owner {
        Some(owner) => {
            if let Some(table) = apply.edit(&owner) {
                table.indexes.retain(|index| !is(index));
            }
            Ok(())
        }
        None if mode.if_exists || !apply.catalog.knowledge.is_exact() => Ok(()),
        None if !apply.catalog.tables_are_known() => Ok(()),
        None => {
            let message = format!("index `{name}` does not exist");
            Err(Rejection::new(
                sqlstate::UNDEFINED_OBJECT,
                name.span(),
                message,
            ))
        }
    }
}

/// The relation that a name means; one that is not there would be at home.
fn relation_of(apply: &Apply<'_>, name: &ObjectName) -> QName {
    let found = apply.catalog.find_table(name);
    found.unwrap_or_else(|| apply.catalog.qualify(name))
}

/// A view is a text; what it names is looked up when it is read.
pub(super) fn create_view(
    apply: &mut Apply<'_>,
    name: &ObjectName,
    columns: &[Ident],
    query: &Query,
    if_not_exists: bool,
) -> Outcome {
    let there = apply.catalog.find_view(name).is_some() || apply.catalog.find_table(name).is_some();
    if there && if_not_exists {
        return Ok(());
    }
    let name = free_name(apply, name)?;
    let mut uses: Vec<ColumnName> = Vec::new();
    for used in &query.columns {
        let relation = match (&used.relation, query.relations.as_slice()) {
            (Some(relation), _) => relation,
            (None, [only]) => only,
            (None, _) => continue,
        };
        uses.push(ColumnName::new(
            relation_of(apply, relation),
            used.column.value.clone(),
        ));
    }
    // A star means whatever columns there are when the view is read.
    let fixed = query.output.iter().all(|output| output.name.is_some());
    let outputs = apply
        .catalog
        .output_of(query)
        .filter(|_| fixed)
        .unwrap_or_default();
    let view = View {
        name: name.clone(),
        materialized: false,
        columns: if columns.is_empty() {
            outputs.iter().map(|output| output.name.clone()).collect()
        } else {
            columns.iter().map(|column| column.value.clone()).collect()
        },
        column_types: outputs.into_iter().map(|output| output.data_type).collect(),
        relations: query
            .relations
            .iter()
            .map(|name| relation_of(apply, name))
            .collect(),
        uses,
        functions: query.functions.clone(),
        types: Vec::new(),
        indexes: Vec::new(),
        sql: query.sql.clone(),
        written: Some(apply.site),
        origin: apply.origin(),
        knowledge: Knowledge::Exact,
        text: Some(ViewText {
            columns: columns.to_vec(),
            tree: query.tree.clone(),
            triggers: Vec::new(),
        }),
    };
    apply.catalog.views.insert(name, Arc::new(view));
    Ok(())
}

pub(super) fn create_trigger(
    apply: &mut Apply<'_>,
    name: &Ident,
    table: &ObjectName,
    if_not_exists: bool,
    columns: &[Ident],
    when: Option<&Expr>,
    body: Option<&Query>,
) -> Outcome {
    let mut triggers = apply
        .catalog
        .tables
        .with(Mention::Trigger(&name.value))
        .flat_map(|(_, table)| &table.triggers);
    if let Some(trigger) = triggers.find(|trigger| trigger.name.eq_ignore_ascii_case(&name.value)) {
        if if_not_exists {
            return Ok(());
        }
        let message = format!("trigger `{}` already exists", name.value);
        return Err(
            Rejection::new(sqlstate::DUPLICATE_OBJECT, name.span, message)
                .because(trigger.origin.made, "made here"),
        );
    }
    let site = apply.site;
    if let Some(view) = apply.catalog.find_view(table) {
        if let Some(view) = apply.catalog.views.get_mut(&view)
            && let Some(text) = &mut Arc::make_mut(view).text
        {
            text.triggers.push((name.value.clone(), site));
        }
        return Ok(());
    }
    let Some(owner) = apply.need_table(table)? else {
        return Ok(());
    };
    if let Some(owner) = apply.catalog.tables.get(&owner) {
        refuse_virtual(owner, table.span(), "has no triggers")?;
    }
    let mut digest = DefaultHasher::new();
    body.map(|body| &body.sql).hash(&mut digest);
    let trigger = Trigger {
        name: name.value.clone(),
        columns: columns.iter().map(|column| column.value.clone()).collect(),
        function: None,
        relations: body
            .map(|body| {
                body.relations
                    .iter()
                    .map(|name| relation_of(apply, name))
                    .collect()
            })
            .unwrap_or_default(),
        digest: digest.finish(),
        reached: Reaches::default(),
        when: when.cloned().unwrap_or_default(),
        body: body.map(|body| body.steps.clone()).unwrap_or_default(),
        origin: apply.origin(),
    };
    if let Some(table) = apply.edit(&owner) {
        table.triggers.push(trigger);
    }
    Ok(())
}

pub(super) fn drop_trigger(apply: &mut Apply<'_>, name: &ObjectName, mode: DropMode) -> Outcome {
    let is = |trigger: &Trigger| trigger.name.eq_ignore_ascii_case(&name.name.value);
    let mut tables = apply
        .catalog
        .tables
        .with(Mention::Trigger(&name.name.value));
    let owner = tables
        .find(|(_, table)| table.triggers.iter().any(is))
        .map(|(owner, _)| owner.clone());
    match owner {
        Some(owner) => {
            if let Some(table) = apply.edit(&owner) {
                table.triggers.retain(|trigger| !is(trigger));
            }
            Ok(())
        }
        // A trigger of a view may have that name.
        None if dropped_from_view(apply, &name.name.value) => Ok(()),
        None if mode.if_exists
            || !apply.catalog.knowledge.is_exact()
            || !apply.catalog.views.is_empty() =>
        {
            Ok(())
        }
        None => {
            let message = format!("trigger `{name}` does not exist");
            Err(Rejection::new(
                sqlstate::UNDEFINED_OBJECT,
                name.span(),
                message,
            ))
        }
    }
}

fn dropped_from_view(apply: &mut Apply<'_>, name: &str) -> bool {
    let views = &mut apply.catalog.views;
    let is = |(trigger, _): &(String, Site)| trigger.eq_ignore_ascii_case(name);
    let owner = views
        .iter()
        .find(|(_, view)| {
            view.text
                .as_ref()
                .is_some_and(|it| it.triggers.iter().any(is))
        })
        .map(|(owner, _)| owner.clone());
    let view = owner.and_then(|owner| views.get_mut(&owner));
    let text = view.and_then(|view| Arc::make_mut(view).text.as_mut());
    text.map(|text| text.triggers.retain(|it| !is(it)))
        .is_some()
}
