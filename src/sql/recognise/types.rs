//! Types and domains.

use crate::sql::change::Deferral;
use sqlparser::tokenizer::TokenWithSpan;

use super::{Cursor, drop_mode};
use crate::sql::change::{
    Change, ChangeKind, ConstraintDef, ConstraintKind, DataType, DomainAction, EnumPosition,
    FieldDef, Ident, TypeAction,
};

/// Reads a string as an enum label.
fn label(at: &mut Cursor) -> Option<Ident> {
    let start = *at;
    let value = at.string()?;
    Some(Ident {
        quoted: true,
        span: at.span_of(at.since(start)),
        ..Ident::synthetic(value)
    })
}

/// `at` stands after `CREATE TYPE`.
pub(crate) fn create_type(mut at: Cursor) -> Option<Vec<Change>> {
    let name = at.name()?;
    if at.take("AS ENUM") {
        let group = at.group()?;
        let mut labels = Vec::new();
        if !group.done() {
            for mut part in group.split_commas() {
                labels.push(label(&mut part)?);
            }
        }
        return at.finish(ChangeKind::CreateEnum { name, labels });
    }
    let mut fields = Vec::new();
    if at.take("AS RANGE") {
        at.group()?;
    } else if at.take("AS") {
        let group = at.group()?;
        for mut field in group.split_commas() {
            if field.done() {
                continue;
            }
            fields.push(FieldDef {
                name: field.ident()?,
                data_type: attribute_type(&mut field)?,
            });
        }
    } else {
        at.group();
    }
    at.finish(ChangeKind::CreateType { name, fields })
}

/// A type followed by `COLLATE`, `CASCADE` or nothing.
fn attribute_type(at: &mut Cursor) -> Option<DataType> {
    let data_type = at.data_type(&["COLLATE", "CASCADE", "RESTRICT"])?;
    if at.take("COLLATE") {
        at.name()?;
    }
    at.take_any(&["CASCADE", "RESTRICT"]);
    Some(data_type)
}

/// `at` stands after `ALTER TYPE`.
pub(crate) fn alter_type(mut at: Cursor) -> Option<Vec<Change>> {
    let name = at.name()?;
    if at.take("ADD VALUE") {
        let if_not_exists = at.take("IF NOT EXISTS");
        let value = label(&mut at)?;
        let position = match at.take_any(&["BEFORE", "AFTER"]) {
            Some("BEFORE") => EnumPosition::Before(label(&mut at)?),
            Some(_) => EnumPosition::After(label(&mut at)?),
            None => EnumPosition::Last,
        };
        return at.finish(ChangeKind::AddEnumValue {
            name,
            value,
            position,
            if_not_exists,
        });
    }
    if at.take("RENAME VALUE") {
        let from = label(&mut at)?;
        if !at.take("TO") {
            return None;
        }
        let to = label(&mut at)?;
        return at.finish(ChangeKind::RenameEnumValue { name, from, to });
    }
    if at.take("OWNER TO") {
        return Some(at.whole(ChangeKind::Inert("ALTER TYPE OWNER TO".to_owned())));
    }
    let mut simple = at;
    let action = if simple.take("RENAME TO") {
        Some(TypeAction::RenameTo(simple.ident()?))
    } else if simple.take("SET SCHEMA") {
        Some(TypeAction::SetSchema(simple.ident()?))
    } else if simple.take("RENAME ATTRIBUTE") {
        let from = simple.ident()?;
        if !simple.take("TO") {
            return None;
        }
        let to = simple.ident()?;
        simple.take_any(&["CASCADE", "RESTRICT"]);
        Some(TypeAction::RenameAttribute(from, to))
    } else {
        None
    };
    if let Some(action) = action {
        return simple.finish(ChangeKind::AlterType { name, action });
    }
    if at.sees("SET") {
        // `SET (RECEIVE = …)`: functions of a base type.
        return Some(at.whole(ChangeKind::Inert("ALTER TYPE SET".to_owned())));
    }
    let mut changes = Vec::new();
    for part in at.split_commas() {
        let span = part.span();
        let action = attribute_action(part)?;
        changes.push(Change {
            span,
            kind: ChangeKind::AlterType {
                name: name.clone(),
                action,
            },
        });
    }
    Some(changes)
}

fn attribute_action(mut at: Cursor) -> Option<TypeAction> {
    let verb = at.take_any(&["ADD ATTRIBUTE", "DROP ATTRIBUTE", "ALTER ATTRIBUTE"])?;
    let if_exists = verb == "DROP ATTRIBUTE" && at.if_exists();
    let attribute = at.ident()?;
    match verb {
        "ADD ATTRIBUTE" => Some(TypeAction::AddAttribute(
            attribute,
            attribute_type(&mut at)?,
        )),
        "DROP ATTRIBUTE" => Some(TypeAction::DropAttribute {
            name: attribute,
            if_exists,
        }),
        _ => {
            at.take("SET DATA");
            at.take("TYPE").then_some(())?;
            Some(TypeAction::AlterAttribute(
                attribute,
                attribute_type(&mut at)?,
            ))
        }
    }
}

/// What may follow a domain's base type.
const AFTER_BASE: &[&str] = &[
    "COLLATE",
    "DEFAULT",
    "CONSTRAINT",
    "NOT NULL",
    "NULL",
    "CHECK",
    "NOT ENFORCED",
    "ENFORCED",
];

/// `at` stands after `CREATE DOMAIN`.
pub(crate) fn create_domain(mut at: Cursor) -> Option<Vec<Change>> {
    let name = at.name()?;
    at.take("AS");
    let base = at.data_type(AFTER_BASE)?;
    let (mut not_null, mut default, mut checks) = (false, None, Vec::new());
    while !at.done() {
        if at.take("COLLATE") {
            at.name()?;
        } else if at.take("DEFAULT") {
            default = Some(at.until(AFTER_BASE).expr()?);
        } else if at.take("NOT NULL") {
            not_null = true;
        } else if at.sees("CONSTRAINT") || at.sees("CHECK") {
            let start = at;
            let name = if at.take("CONSTRAINT") {
                Some(at.ident()?)
            } else {
                None
            };
            if at.take("NOT NULL") {
                not_null = true;
                continue;
            }
            checks.push(check(&mut at, start, name)?);
        } else if at.take_any(&["NULL", "NOT ENFORCED", "ENFORCED"]).is_none() {
            return None;
        }
    }
    at.finish(ChangeKind::CreateDomain {
        name,
        base,
        not_null,
        default,
        checks,
    })
}

/// Reads `CHECK (…)` of a domain.
fn check<'c>(at: &mut Cursor<'c>, start: Cursor<'c>, name: Option<Ident>) -> Option<ConstraintDef> {
    if !at.take("CHECK") {
        return None;
    }
    let expr = at.group()?.expr()?;
    let not_valid = at.take("NOT VALID");
    let tokens: &[TokenWithSpan] = at.since(start);
    let kind = ConstraintKind::Check {
        expr,
        no_inherit: false,
        enforced: true,
    };
    Some(ConstraintDef {
        name,
        span: at.span_of(tokens),
        kind,
        not_valid,
        deferral: Deferral::Never,
    })
}

/// `at` stands after `ALTER DOMAIN`.
pub(crate) fn alter_domain(mut at: Cursor) -> Option<Vec<Change>> {
    let name = at.name()?;
    let verb = at.take_any(&[
        "SET DEFAULT",
        "DROP DEFAULT",
        "SET NOT NULL",
        "DROP NOT NULL",
        "ADD",
        "DROP CONSTRAINT",
        "RENAME CONSTRAINT",
        "VALIDATE CONSTRAINT",
        "RENAME TO",
        "SET SCHEMA",
        "OWNER TO",
    ])?;
    let action = match verb {
        "SET DEFAULT" => DomainAction::SetDefault(at.until(&[]).expr()?),
        "DROP DEFAULT" => DomainAction::DropDefault,
        "SET NOT NULL" => DomainAction::SetNotNull,
        "DROP NOT NULL" => DomainAction::DropNotNull,
        "ADD" => {
            let start = at;
            let constraint = if at.take("CONSTRAINT") {
                Some(at.ident()?)
            } else {
                None
            };
            if at.take("NOT NULL") {
                DomainAction::SetNotNull
            } else {
                let constraint = check(&mut at, start, constraint)?;
                let not_valid = constraint.not_valid;
                DomainAction::AddConstraint {
                    constraint: Box::new(constraint),
                    not_valid,
                }
            }
        }
        "DROP CONSTRAINT" => {
            let if_exists = at.if_exists();
            let constraint = at.ident()?;
            at.take_any(&["CASCADE", "RESTRICT"]);
            DomainAction::DropConstraint {
                name: constraint,
                if_exists,
            }
        }
        "RENAME CONSTRAINT" => {
            let from = at.ident()?;
            if !at.take("TO") {
                return None;
            }
            DomainAction::RenameConstraint {
                from,
                to: at.ident()?,
            }
        }
        "VALIDATE CONSTRAINT" => DomainAction::ValidateConstraint(at.ident()?),
        "RENAME TO" => DomainAction::RenameTo(at.ident()?),
        "SET SCHEMA" => DomainAction::SetSchema(at.ident()?),
        _ => return Some(at.whole(ChangeKind::Inert("ALTER DOMAIN OWNER TO".to_owned()))),
    };
    at.finish(ChangeKind::AlterDomain { name, action })
}

/// `at` stands after `DROP TYPE` or `DROP DOMAIN`.
pub(crate) fn drop(mut at: Cursor, domain: bool) -> Option<Vec<Change>> {
    let if_exists = at.if_exists();
    let names = at.names()?;
    let mode = drop_mode(&mut at, if_exists);
    at.finish(if domain {
        ChangeKind::DropDomain { names, mode }
    } else {
        ChangeKind::DropType { names, mode }
    })
}
