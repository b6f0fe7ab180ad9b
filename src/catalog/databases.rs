//! Databases of MySQL and SQLite that statements name: the one that the history is about, whose
//! tables go by their own names, and others, whose tables are kept as `other.table`.

use std::borrow::Cow;

use super::{Catalog, QName, Site};
use crate::sql::Dialect;
use crate::sql::change::{Change, ChangeKind, ObjectName};

/// Why little is certain.
const SEVERAL: &str = "the history is about several databases";

/// Which database names are about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Databases {
    /// The first one that the history named; empty where it has no name there.
    home: Option<String>,
    /// What `USE` chose for this session.
    current: Option<String>,
    /// A client was connected to another database until the session ended, and the next change is
    /// made in the first one again.
    is_back: bool,
}

impl Databases {
    /// A new session is connected to the history's own database.
    pub(crate) fn end_session(&mut self, dialect: Dialect) {
        let left = self.current.take();
        self.is_back |= !dialect.has_several_databases() && left.is_some() && left != self.home;
    }

    fn is_home(&self, name: &str, dialect: Dialect) -> bool {
        let own = dialect.own_database().or(self.home.as_deref());
        own.is_none_or(|own| own.eq_ignore_ascii_case(name))
    }
}

impl Catalog {
    /// The name under which an object of MySQL or SQLite is kept.
    pub(crate) fn local<'n>(&self, name: &'n ObjectName) -> Cow<'n, str> {
        let written = name.schema.as_ref().map(|schema| schema.value.as_str());
        let database = written.or(self.databases.current.as_deref());
        match database {
            Some(database) if !self.databases.is_home(database, self.dialect) => {
                Cow::Owned(format!("{database}.{}", name.name.value))
            }
            _ => Cow::Borrowed(&name.name.value),
        }
    }

    /// A client connects to a database, which has nothing in common with the one before. What is in
    /// it is not followed.
    fn connect(&mut self, name: &str, site: Site) {
        let home = self.databases.home.get_or_insert_with(|| name.to_owned());
        let before = self.databases.current.replace(name.to_owned());
        if before.as_deref().unwrap_or(home.as_str()) != name {
            self.doubt_all(SEVERAL, site);
        }
    }

    /// Takes note of the databases that a change names.
    pub(crate) fn meet_databases(&mut self, change: &Change, site: Site) {
        if std::mem::take(&mut self.databases.is_back) {
            self.doubt_all(SEVERAL, site);
        }
        if !self.dialect.has_several_databases() {
            if let ChangeKind::UseDatabase(name) = &change.kind {
                self.connect(&name.value, site);
            }
            return;
        }
        let name = match &change.kind {
            ChangeKind::UseDatabase(name) => {
                self.databases.current = Some(name.value.clone());
                self.databases
                    .home
                    .get_or_insert_with(|| name.value.clone());
                &name.value
            }
            ChangeKind::CreateTable(create) => {
                let Some(schema) = &create.name.schema else {
                    return;
                };
                // A second table of the name is another database's.
                let plain = QName::new("", create.name.name.value.clone());
                let other =
                    self.tables.contains_key(&plain) && !create.if_not_exists && !create.or_replace;
                let home = if other { "" } else { &schema.value };
                self.databases.home.get_or_insert_with(|| home.to_owned());
                &schema.value
            }
            _ => return,
        };
        if !self.databases.is_home(name, self.dialect) {
            self.doubt(SEVERAL);
        }
    }
}
