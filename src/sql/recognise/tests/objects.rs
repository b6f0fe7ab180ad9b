//! Types, sequences, views, routines, triggers.

use super::{all, postgres, sqlite};
use crate::sql::Dialect;
use crate::sql::change::*;

#[test]
fn types_and_domains() {
    let attributes = all(
        "ALTER TYPE c ADD ATTRIBUTE a varchar(5) COLLATE \"C\" CASCADE, DROP ATTRIBUTE IF EXISTS b, ALTER ATTRIBUTE d TYPE int",
        Dialect::Postgres,
    );
    assert!(matches!(
        &attributes[..],
        [
            ChangeKind::AlterType {
                action: TypeAction::AddAttribute(..),
                ..
            },
            ChangeKind::AlterType {
                action: TypeAction::DropAttribute { .. },
                ..
            },
            ChangeKind::AlterType {
                action: TypeAction::AlterAttribute(..),
                ..
            },
        ]
    ));
    assert!(matches!(
        postgres("ALTER TYPE c SET SCHEMA s"),
        ChangeKind::AlterType {
            action: TypeAction::SetSchema(_),
            ..
        }
    ));
    assert!(matches!(
        postgres("ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 1) NOT VALID"),
        ChangeKind::AlterDomain {
            action: DomainAction::AddConstraint {
                not_valid: true,
                ..
            },
            ..
        }
    ));
    assert!(
        matches!(postgres("CREATE DOMAIN d AS varchar(5) NOT NULL DEFAULT 'x' CHECK (value <> '')"),
        ChangeKind::CreateDomain { not_null: true, default: Some(_), checks, .. } if checks.len() == 1)
    );
}

#[test]
fn sequences_take_their_options_in_any_order() {
    let ChangeKind::CreateSequence {
        owned_by: Some(owner),
        ..
    } = postgres(
        "CREATE SEQUENCE s OWNED BY a.t.c CACHE 1 NO CYCLE INCREMENT BY -1 START 5 AS integer",
    )
    else {
        panic!("it creates an owned sequence")
    };
    assert_eq!(
        owner.relation.map(|table| table.to_string()),
        Some("a.t".to_owned())
    );
    assert!(matches!(
        postgres("ALTER SEQUENCE IF EXISTS s OWNED BY NONE"),
        ChangeKind::AlterSequence {
            owned_by: Some(None),
            if_exists: true,
            ..
        }
    ));
    assert!(matches!(
        postgres("ALTER SEQUENCE s RESTART WITH 1 MINVALUE -5"),
        ChangeKind::AlterSequence { owned_by: None, .. }
    ));
    assert!(matches!(
        postgres("ALTER SEQUENCE s RENAME TO u"),
        ChangeKind::AlterSequence {
            rename: Some(_),
            ..
        }
    ));
}

#[test]
fn views_extensions_and_schemas() {
    assert!(matches!(
        postgres("ALTER VIEW v RENAME COLUMN a TO b"),
        ChangeKind::RenameViewColumn { .. }
    ));
    assert!(matches!(
        postgres("ALTER MATERIALIZED VIEW v SET SCHEMA s"),
        ChangeKind::SetViewSchema {
            materialized: true,
            ..
        }
    ));
    assert!(matches!(
        postgres("CREATE VIEW v AS SELECT 1 AS a WITH LOCAL CHECK OPTION"),
        ChangeKind::CreateView {
            materialized: false,
            ..
        }
    ));
    assert!(matches!(
        postgres("CREATE EXTENSION x SCHEMA s VERSION '1' CASCADE"),
        ChangeKind::CreateExtension {
            schema: Some(_),
            ..
        }
    ));
}

#[test]
fn routines_keep_their_signature() {
    let ChangeKind::CreateFunction {
        arguments,
        returns: Some(returns),
        language,
        body: Some(_),
        kind,
        ..
    } = postgres(
        "CREATE FUNCTION f(a integer DEFAULT 1, OUT b text, double precision, VARIADIC c numeric(5, 2)[] = '{}') RETURNS SETOF text COST 5 LANGUAGE plpgsql AS $$ x $$",
    )
    else {
        panic!("it creates a function with a body")
    };
    assert_eq!(
        arguments
            .iter()
            .map(|argument| argument.name.as_str())
            .collect::<Vec<_>>(),
        ["integer", "double precision", "numeric"]
    );
    assert_eq!(
        (returns.name.as_str(), language.as_str(), kind),
        ("text", "plpgsql", FunctionKind::Function)
    );
    assert!(matches!(
        postgres("CREATE PROCEDURE p() LANGUAGE sql AS $$ SELECT 1 $$"),
        ChangeKind::CreateFunction {
            kind: FunctionKind::Procedure,
            ..
        }
    ));
    assert!(matches!(postgres("DROP AGGREGATE a(int, text)"),
        ChangeKind::DropFunction { names, kind: FunctionKind::Aggregate, .. } if names[0].1.as_ref().is_some_and(|list| list.len() == 2)));
    assert!(matches!(
        postgres("ALTER PROCEDURE f(int) RENAME TO g"),
        ChangeKind::RenameFunction {
            arguments: Some(_),
            ..
        }
    ));
}

#[test]
fn triggers_rules_and_comments() {
    assert!(
        matches!(postgres("CREATE TRIGGER g BEFORE INSERT OR UPDATE OF a, b ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION s.f('x', 1)"),
        ChangeKind::CreateTrigger { columns, when: Some(_), function: Some(f), .. } if columns.len() == 2 && f.to_string() == "s.f")
    );
    assert!(
        matches!(sqlite("CREATE TRIGGER IF NOT EXISTS g AFTER DELETE ON t BEGIN DELETE FROM u; INSERT INTO w VALUES (1); END"),
        ChangeKind::CreateTrigger { if_not_exists: true, body: Some(body), .. } if body.relations.len() == 2)
    );
    assert!(
        matches!(postgres("CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM u; DELETE FROM w)"),
        ChangeKind::CreateRule { query, .. } if query.relations.len() == 2)
    );
    assert!(
        matches!(postgres("COMMENT ON CONSTRAINT c ON s.t IS 'it''s'"),
        ChangeKind::Comment { object, text: Some(text), .. } if object == "CONSTRAINT" && text == "it's")
    );
    assert!(matches!(
        postgres("COMMENT ON FUNCTION f(int, text) IS NULL"),
        ChangeKind::Comment { text: None, .. }
    ));
    assert!(matches!(
        postgres("ALTER TRIGGER g ON t RENAME TO h"),
        ChangeKind::RenameTrigger { .. }
    ));
}
