//! Declared names that are longer than the server takes.
//!
//! MySQL refuses them. PostgreSQL cuts them, wherever it reads them, so that only two that are cut
//! to the same name do harm.

use std::collections::BTreeMap;

use super::{Declared, Place};
use crate::catalog::{Part, QName, Slot};
use crate::server::postgres::names::BYTES as POSTGRES_BYTES;
use crate::sql::Dialect;
use crate::sql::limit::{TooLong, clip};

/// A name that the server does not take as it is declared.
#[derive(Clone, Debug)]
pub struct LongName {
    /// `foreign key`, `index` …
    pub what: &'static str,
    /// The name as it was declared, uncut.
    pub name: String,
    /// What has it, where the language says so.
    pub key: Option<Slot>,
    /// How long it is.
    pub length: TooLong,
    /// The name of which PostgreSQL keeps the same part.
    pub clash: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

/// Where a name must be the only one of its kind.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Space {
    Relations(String),
    Types(String),
    Columns(QName),
    Constraints(QName),
}

/// Takes every declared name in, and keeps those that are too long.
pub(crate) struct Names {
    dialect: Dialect,
    taken: BTreeMap<(Space, String), String>,
    long: Vec<LongName>,
}

impl Names {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            taken: BTreeMap::new(),
            long: Vec::new(),
        }
    }

    /// Takes in the name of what `key` stands for.
    pub(crate) fn add(&mut self, what: &'static str, key: Slot, name: &str, place: &Place) {
        let length = TooLong::of(name, self.dialect);
        let clash = if self.dialect.cuts_names() {
            self.clash(&key, name)
        } else {
            None
        };
        if let Some(length) = length
            && (clash.is_some() || self.dialect.refuses_long_names())
        {
            let (name, place) = (name.to_owned(), place.clone());
            self.long.push(LongName {
                what,
                name,
                key: Some(key),
                length,
                clash,
                place,
            });
        }
    }

    /// The other name that was cut to the same.
    fn clash(&mut self, key: &Slot, name: &str) -> Option<String> {
        // Nothing longer is ever cut to such a name: the cut falls between two characters, which
        // have up to four bytes.
        if name.len() + 4 <= POSTGRES_BYTES {
            return None;
        }
        let kept = clip(name, POSTGRES_BYTES).to_owned();
        let other = self
            .taken
            .entry((space(key), kept))
            .or_insert_with(|| name.to_owned());
        (other != name).then(|| other.clone())
    }

    pub(crate) fn into_long(self) -> Vec<LongName> {
        self.long
    }
}

/// Those of the names that the keys of a declaration say themselves: of tables, columns, types and
/// indexes.
pub(crate) fn of_places(declared: &Declared) -> Vec<LongName> {
    let mut names = Names::new(declared.catalog.dialect);
    for (key, place) in declared
        .places
        .iter()
        .filter(|(key, _)| !declared.foreign.contains(&key.owner))
    {
        let (what, name) = match &key.part {
            Part::Table => ("table", &key.owner.name),
            Part::Enum => ("enum", &key.owner.name),
            Part::View => ("view", &key.owner.name),
            Part::Column(name) => ("column", name),
            Part::Index(name) => ("index", name),
            Part::Check(name) => ("check", name),
            _ => continue,
        };
        names.add(what, key.clone(), name, place);
    }
    names.into_long()
}

fn space(key: &Slot) -> Space {
    match key.part {
        Part::Table | Part::View | Part::PrimaryKey | Part::Unique(_) | Part::Index(_) => {
            Space::Relations(key.owner.schema.clone())
        }
        Part::Enum | Part::EnumValue(_) => Space::Types(key.owner.schema.clone()),
        Part::Column(_) | Part::Type(_) | Part::Nullable(_) | Part::Default(_) => {
            Space::Columns(key.owner.clone())
        }
        Part::ForeignKey(_) | Part::Check(_) => Space::Constraints(key.owner.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Span};

    fn long(
        dialect: Dialect,
        declared: &[(&QName, Part, String)],
    ) -> Vec<(String, Option<String>)> {
        let place = Place {
            source: Source::new("schema.ts", ""),
            span: Span::default(),
        };
        let mut names = Names::new(dialect);
        for (owner, part, name) in declared {
            names.add("thing", Slot::new(owner, part.clone()), name, &place);
        }
        names
            .into_long()
            .into_iter()
            .map(|long| (long.name, long.clash))
            .collect()
    }

    #[test]
    fn mysql_counts_and_postgres_compares() {
        let (t, u) = (QName::new("", "t"), QName::new("", "u"));
        let stem = "a".repeat(63);
        let (one, two) = (format!("{stem}_one"), format!("{stem}_two"));
        let index = |name: &String| Part::Index(name.clone());
        let key = |column: &str| Part::ForeignKey(vec![column.to_owned()]);

        let indexes = [
            (&t, index(&one), one.clone()),
            (&u, index(&two), two.clone()),
        ];
        assert_eq!(
            long(Dialect::MySql, &indexes),
            [(one.clone(), None), (two.clone(), None)]
        );
        assert_eq!(
            long(Dialect::Postgres, &indexes),
            [(two.clone(), Some(one.clone()))]
        );
        assert_eq!(long(Dialect::Sqlite, &indexes), []);

        // Constraints of different tables may have one name; the same name twice is not for its
        // length.
        let keys = [
            (&t, key("a"), one.clone()),
            (&u, key("a"), two),
            (&u, key("b"), one.clone()),
        ];
        assert_eq!(long(Dialect::Postgres, &keys).len(), 1);
        assert_eq!(
            long(
                Dialect::Postgres,
                &[
                    (&t, index(&one), one.clone()),
                    (&t, index(&one), one.clone())
                ]
            ),
            []
        );
        assert_eq!(
            long(Dialect::MySql, &[(&t, index(&one), "é".repeat(64))]),
            []
        );
    }
}
