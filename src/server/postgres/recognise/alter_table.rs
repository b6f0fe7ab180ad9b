//! PostgreSQL's actions that sqlparser does not know.

use super::element::not_null;
use crate::sql::change::{DataType, Identity, TableAction};
use crate::sql::recognise::element::Element;
use crate::sql::recognise::{Cursor, create_table, relation};

/// Actions without any effect on what a catalog keeps.
const INERT: &[&str] = &[
    "OWNER TO",
    "SET WITHOUT OIDS",
    "SET WITHOUT CLUSTER",
    "CLUSTER ON",
    "RESET",
    "NOT OF",
    "OF",
    "OPTIONS",
];

/// One action; none where sqlparser should try.
pub(crate) fn action(mut at: Cursor) -> Option<TableAction> {
    if let Some(name) = at.take_any(INERT) {
        return Some(TableAction::Inert(name.to_owned()));
    }
    for property in ["TABLESPACE", "ACCESS METHOD"] {
        let mut rest = at;
        if rest.take("SET") && rest.take(property) {
            let value = rest.ident()?.value;
            rest.take("NOWAIT");
            return Some(TableAction::Storage { property, value });
        }
    }
    if at.take("SET SCHEMA") {
        let schema = at.ident()?;
        return at.done().then_some(TableAction::SetSchema(schema));
    }
    let mut options = at;
    if options.take("SET") && options.group().is_some() && options.done() {
        return Some(TableAction::Inert("SET".to_owned()));
    }
    if at.take("ATTACH PARTITION") {
        let partition = at.name()?;
        let bound = create_table::bound(&mut at)?;
        return at
            .done()
            .then_some(TableAction::AttachPartition { partition, bound });
    }
    if at.take("DETACH PARTITION") {
        let partition = at.name()?;
        let concurrently = at.take("CONCURRENTLY");
        // It completes a detachment that `CONCURRENTLY` began, which is in the catalog already.
        if at.take("FINALIZE") {
            return Some(TableAction::Inert("DETACH PARTITION FINALIZE".to_owned()));
        }
        return at.done().then_some(TableAction::DetachPartition {
            partition,
            concurrently,
        });
    }
    if at.take("NO INHERIT") {
        return Some(TableAction::NoInherit(at.name()?));
    }
    if at.take("INHERIT") {
        return Some(TableAction::Inherit(at.name()?));
    }
    if at.take("ALTER CONSTRAINT") {
        return alter_constraint(at);
    }
    if at.take("ADD") {
        let Element::Constraint(constraint) = not_null(at)? else {
            return None;
        };
        return Some(TableAction::AddConstraint(constraint));
    }
    if at.take("ALTER") {
        at.take("COLUMN");
        return column(at);
    }
    None
}

fn alter_constraint(mut at: Cursor) -> Option<TableAction> {
    let name = at.ident()?;
    let (mut deferrable, mut initially_deferred) = (None, None);
    while !at.done() {
        match at.take_any(&[
            "NOT DEFERRABLE",
            "DEFERRABLE",
            "INITIALLY DEFERRED",
            "INITIALLY IMMEDIATE",
            "NOT ENFORCED",
            "ENFORCED",
            "NO INHERIT",
            "INHERIT",
        ])? {
            "NOT DEFERRABLE" => {
                deferrable = Some(false);
                initially_deferred = Some(false);
            }
            "DEFERRABLE" => deferrable = Some(true),
            "INITIALLY DEFERRED" => {
                deferrable = Some(true);
                initially_deferred = Some(true);
            }
            "INITIALLY IMMEDIATE" => initially_deferred = Some(false),
            _ => {}
        }
    }
    Some(TableAction::AlterConstraint {
        name,
        deferrable,
        initially_deferred,
    })
}

fn identity(at: &mut Cursor) -> Option<Identity> {
    match at.take_any(&["ALWAYS", "BY DEFAULT"])? {
        "ALWAYS" => Some(Identity::Always),
        _ => Some(Identity::ByDefault),
    }
}

/// `at` stands after `ALTER COLUMN`.
fn column(mut at: Cursor) -> Option<TableAction> {
    if matches!(at.peek(), Some(sqlparser::tokenizer::Token::Number(..))) {
        // Columns of an index have numbers, and only their statistics can be set.
        return Some(TableAction::Inert("ALTER COLUMN SET STATISTICS".to_owned()));
    }
    let column = at.ident()?;
    let verb = at.take_any(&[
        "SET STATISTICS",
        "SET STORAGE",
        "SET COMPRESSION",
        "RESET",
        "OPTIONS",
        "SET EXPRESSION AS",
        "DROP EXPRESSION",
        "DROP IDENTITY",
        "ADD GENERATED",
        "SET GENERATED",
        "RESTART",
        "SET DATA TYPE",
        "TYPE",
        "SET",
    ])?;
    match verb {
        "SET EXPRESSION AS" => {
            let expr = at.group()?.expr()?;
            at.done()
                .then_some(TableAction::SetExpression { column, expr })
        }
        "DROP EXPRESSION" => {
            let if_exists = at.if_exists();
            at.done()
                .then_some(TableAction::DropExpression { column, if_exists })
        }
        "DROP IDENTITY" => {
            let if_exists = at.if_exists();
            at.done()
                .then_some(TableAction::DropIdentity { column, if_exists })
        }
        "ADD GENERATED" => {
            let identity = identity(&mut at)?;
            at.take("AS IDENTITY").then_some(())?;
            at.group();
            at.done()
                .then_some(TableAction::AddIdentity { column, identity })
        }
        "SET GENERATED" => {
            let identity = identity(&mut at)?;
            sequence_options(at).then_some(TableAction::SetIdentity { column, identity })
        }
        "TYPE" | "SET DATA TYPE" => {
            let data_type: DataType = at.data_type(&["COLLATE", "USING"])?;
            // The form without a collation is sqlparser's.
            at.take("COLLATE").then_some(())?;
            let collation = Some(at.name()?);
            let using = if at.take("USING") {
                Some(at.until(&[]).expr()?)
            } else {
                None
            };
            at.done().then_some(TableAction::SetType {
                column,
                data_type,
                collation,
                using,
            })
        }
        // `SET (n_distinct = …)`, and `SET INCREMENT BY 2 RESTART` of an identity. Anything else is
        // sqlparser's.
        "SET" => {
            let mut options = at;
            let storage = options.group().is_some() && options.done();
            (storage || sequence_options(at))
                .then(|| TableAction::Inert("ALTER COLUMN SET".to_owned()))
        }
        "RESTART" => Some(TableAction::Inert("ALTER COLUMN RESTART".to_owned())),
        verb => Some(TableAction::Inert(format!("ALTER COLUMN {verb}"))),
    }
}

/// `RESTART`, `SET INCREMENT BY 2 SET CACHE 5`, up to the end.
fn sequence_options(mut at: Cursor) -> bool {
    let mut options = relation::SequenceOptions::default();
    while !at.done() {
        at.take("SET");
        if options.read(&mut at).is_none() {
            return false;
        }
    }
    true
}
