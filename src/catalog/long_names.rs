//! Names that are too long: before it looks at anything else, the server refuses the whole
//! statement.

use super::rejection::sqlstate;
use super::{Catalog, Rejection};
use crate::sql::change::Change;
use crate::sql::given;
use crate::sql::limit::TooLong;

impl Catalog {
    /// Why the server refuses a statement for a name that it gives. A declaration may hold such a
    /// name, so that [`Catalog::apply`] does not ask.
    pub(crate) fn refused_for_length(&self, change: &Change) -> Vec<Rejection> {
        if !self.dialect.refuses_long_names() {
            return Vec::new();
        }
        let names = given::names(change);
        let long = names
            .iter()
            .filter_map(|given| Some((given, TooLong::of_ident(given.name, self.dialect)?)));
        long.map(|(given, long)| {
            let message = format!(
                "the name of {} `{}` has {long}",
                given.what, given.name.value
            );
            Rejection::new(sqlstate::NAME_TOO_LONG, given.name.span, message)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::replay::{Replay, Step};
    use crate::source::{Source, Span};
    use crate::sql::Unit;
    use crate::sql::{Dialect, Versions, script};
    use crate::tool::Tool;

    /// How many statements are refused; `LONG` is a name of 65 characters, `FITS` one of 64.
    fn refused(sql: &str) -> usize {
        let text = sql
            .replace("LONG", &"a".repeat(65))
            .replace("FITS", &"é".repeat(64));
        let versions = Versions::default();
        let source = Source::new("a.sql", text.as_str());
        let script = script(
            &source,
            Span::new(0, text.len()),
            Dialect::MySql,
            versions,
            Unit::Statement,
        );
        let mut replay = Replay::new(Dialect::MySql, versions, Tool::Plain);
        replay.begin(&Step::bare(0, &script.statements));
        let refused = script
            .statements
            .iter()
            .map(|statement| replay.statement(0, statement));
        refused
            .filter(|rejections| rejections.iter().any(|rejection| rejection.code == "42622"))
            .count()
    }

    /// As MariaDB 10.11 answers.
    #[test]
    fn names_of_more_than_64_characters_are_refused() {
        for sql in [
            "CREATE TABLE LONG (a int)",
            "CREATE TABLE t (LONG int)",
            "CREATE TABLE IF NOT EXISTS p (LONG int)",
            "CREATE TABLE t (a int, KEY LONG (a))",
            "CREATE TABLE t (a int, UNIQUE KEY LONG (a))",
            "CREATE TABLE t (a int, CONSTRAINT c UNIQUE KEY LONG (a))",
            "CREATE TABLE t (a int, CONSTRAINT LONG PRIMARY KEY (a))",
            "CREATE TABLE t (a int, CONSTRAINT LONG CHECK (a > 0))",
            "CREATE TABLE t (a int, CONSTRAINT LONG FOREIGN KEY (a) REFERENCES p (id))",
            "CREATE TABLE t (a int, CONSTRAINT LONG FOREIGN KEY i (a) REFERENCES p (id))",
            "CREATE TABLE t (a int, FOREIGN KEY LONG (a) REFERENCES p (id))",
            "ALTER TABLE p ADD COLUMN fine int, ADD INDEX LONG (v)",
            "ALTER TABLE p ADD COLUMN LONG int",
            "ALTER TABLE p CHANGE v LONG int",
            "ALTER TABLE p RENAME COLUMN v TO LONG",
            "ALTER TABLE p RENAME TO LONG",
            "ALTER TABLE p RENAME INDEX v TO LONG",
            "RENAME TABLE p TO LONG",
            "CREATE INDEX LONG ON p (v)",
            "CREATE VIEW LONG AS SELECT 1",
            "CREATE FUNCTION LONG() RETURNS int RETURN 1",
            "CREATE TRIGGER LONG BEFORE INSERT ON p FOR EACH ROW SET NEW.v = 1",
        ] {
            let text = format!("CREATE TABLE p (id int PRIMARY KEY, v int, KEY v (v)); {sql}");
            assert_eq!(refused(&text), 1, "{sql}");
        }
        for sql in [
            "CREATE TABLE FITS (FITS int, KEY FITS (FITS), CONSTRAINT FITS CHECK (FITS > 0))",
            "CREATE TABLE t (a int, CONSTRAINT LONG UNIQUE KEY i (a))",
            "CREATE VIEW v (LONG) AS SELECT 1",
            "SELECT 1 AS LONG",
        ] {
            assert_eq!(refused(sql), 0, "{sql}");
        }
    }
}
