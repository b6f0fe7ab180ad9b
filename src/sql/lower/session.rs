//! Transactions, settings, locks and maintenance.

use sqlparser::ast::{self, ContextModifier, Reset, Set, Statement, Use};

use super::walk::{bare, string_value};
use super::{Cx, name};
use crate::sql::change::{Change, ChangeKind};

pub(super) fn lower(statement: &Statement, cx: &Cx) -> Option<ChangeKind> {
    let object = |object: &ast::ObjectName| name::object_name(object, cx);
    let maintenance = |name: &str, table: Option<&ast::ObjectName>, in_transaction: bool| {
        ChangeKind::Maintenance {
            name: name.to_owned(),
            table: table.map(object),
            in_transaction,
        }
    };
    Some(match statement {
        Statement::StartTransaction { .. } => ChangeKind::Begin,
        Statement::Commit { .. } => ChangeKind::Commit,
        Statement::Rollback { savepoint, .. } => ChangeKind::Rollback {
            to: savepoint.as_ref().map(|name| name::ident(name, cx)),
        },
        Statement::Savepoint { name } => ChangeKind::Savepoint(name::ident(name, cx)),
        Statement::ReleaseSavepoint { name } => ChangeKind::Release(name::ident(name, cx)),
        Statement::Reset(reset) => {
            let name = match &reset.reset {
                Reset::ALL => "all".to_owned(),
                Reset::SessionAuthorization => "session_authorization".to_owned(),
                Reset::ConfigurationParameter(name) => name.to_string().to_lowercase(),
            };
            ChangeKind::SetParameter {
                name,
                value: None,
                local: false,
            }
        }
        Statement::Pragma { name, value, .. } => ChangeKind::Pragma {
            name: name::last(name, cx).value.to_lowercase(),
            value: value.as_ref().map(|value| {
                string_value(&value.value).map_or_else(|| value.to_string(), str::to_owned)
            }),
        },
        Statement::Use(Use::Object(name) | Use::Schema(name) | Use::Database(name)) => {
            ChangeKind::UseDatabase(object(name).name)
        }
        Statement::Lock(lock) => ChangeKind::LockTable {
            tables: lock
                .tables
                .iter()
                .map(|target| object(&target.name))
                .collect(),
            mode: lock
                .lock_mode
                .as_ref()
                .map(|mode| mode.to_string().to_uppercase()),
        },
        Statement::LockTables { tables } => ChangeKind::LockTable {
            tables: tables
                .iter()
                .map(|lock| crate::sql::change::ObjectName {
                    schema: None,
                    name: name::ident(&lock.table, cx),
                })
                .collect(),
            mode: tables
                .first()
                .map(|lock| lock.lock_type.to_string().to_uppercase()),
        },
        Statement::Vacuum(vacuum) => {
            let name = if vacuum.full { "VACUUM FULL" } else { "VACUUM" };
            maintenance(name, vacuum.table_name.as_ref(), false)
        }
        Statement::Analyze(analyze) => maintenance("ANALYZE", analyze.table_name.as_ref(), true),
        Statement::OptimizeTable { name, .. } => maintenance("OPTIMIZE TABLE", Some(name), true),
        _ => return None,
    })
}

/// `SET`: one change for each variable.
pub(super) fn set(set: &Set, cx: &Cx) -> Vec<Change> {
    let change = |name: String, value: Option<String>, local: bool| Change {
        span: cx.span,
        kind: ChangeKind::SetParameter { name, value, local },
    };
    match set {
        Set::SingleAssignment {
            scope,
            variable,
            values,
            ..
        } => {
            let local = *scope == Some(ContextModifier::Local);
            vec![change(variable_name(variable), value(values, cx), local)]
        }
        Set::MultipleAssignments { assignments } => assignments
            .iter()
            .map(|one| {
                let local = one.scope == Some(ContextModifier::Local);
                change(
                    variable_name(&one.name),
                    value(std::slice::from_ref(&one.value), cx),
                    local,
                )
            })
            .collect(),
        Set::ParenthesizedAssignments { variables, values } => {
            let pairs = variables.iter().zip(values);
            pairs
                .map(|(name, one)| {
                    change(
                        variable_name(name),
                        value(std::slice::from_ref(one), cx),
                        false,
                    )
                })
                .collect()
        }
        Set::SetTimeZone { local, value: zone } => {
            vec![change(
                "timezone".to_owned(),
                value(std::slice::from_ref(zone), cx),
                *local,
            )]
        }
        Set::SetNames { charset_name, .. } => vec![change(
            "names".to_owned(),
            Some(charset_name.value.clone()),
            false,
        )],
        Set::SetNamesDefault {} => vec![change("names".to_owned(), None, false)],
        Set::SetRole { role_name, .. } => {
            vec![change(
                "role".to_owned(),
                role_name.as_ref().map(|role| name::ident(role, cx).value),
                false,
            )]
        }
        Set::SetTransaction { .. } | Set::SetSessionAuthorization(_) | Set::SetSessionParam(_) => {
            vec![Change {
                span: cx.span,
                kind: ChangeKind::Inert(super::leading_words(cx)),
            }]
        }
    }
}

/// In lower case, MySQL's `@@session.` taken off.
fn variable_name(name: &ast::ObjectName) -> String {
    let name = name.to_string().to_lowercase().replace(['"', '`'], "");
    let name = name.strip_prefix("@@").unwrap_or(&name);
    let scopes = ["session.", "global.", "local."];
    scopes
        .iter()
        .find_map(|scope| name.strip_prefix(scope))
        .unwrap_or(name)
        .to_owned()
}

/// Values without quotes, between commas; `None` for `DEFAULT`.
fn value(values: &[ast::Expr], cx: &Cx) -> Option<String> {
    let joined = values
        .iter()
        .map(|expr| value_text(expr, cx))
        .collect::<Vec<_>>()
        .join(", ");
    (!joined.eq_ignore_ascii_case("default")).then_some(joined)
}

fn value_text(expr: &ast::Expr, cx: &Cx) -> String {
    match bare(expr) {
        ast::Expr::Value(value) => {
            string_value(&value.value).map_or_else(|| value.to_string(), ToOwned::to_owned)
        }
        ast::Expr::Identifier(word) => name::ident(word, cx).value,
        other => other.to_string(),
    }
}
