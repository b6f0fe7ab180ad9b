//! What two catalogs disagree about, by meaning: spelling, names of constraints and order of
//! columns are no difference.
//!
//! A side that was declared says what its language can express; the rest of the other side is never
//! "not declared". What is not known exactly on either side is not compared.

mod capabilities;
mod checks;
mod columns;
mod foreign_keys;
mod indexes;
mod keys;
mod same;
#[cfg(test)]
mod tests;

pub(crate) use foreign_keys::same_foreign_key;
pub(crate) use indexes::is_wished;
pub(crate) use keys::same_columns;

use crate::server::is_home_schema;
use std::collections::BTreeSet;

use crate::catalog::{Catalog, Enum, EnumLabel, Part, QName, Site, Slot, Table, TableKind};
use crate::diagnostic::Severity;
use crate::project::runner::is_bookkeeping;
use crate::schema::Declared;
use crate::sql::Dialect;
pub(crate) use capabilities::Capabilities;

/// One of the two sides.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The schema of that side.
    pub catalog: &'a Catalog,
    /// Where it comes from, if somebody declared it; `None` for replayed migrations.
    pub declared: Option<&'a Declared>,
    capabilities: Capabilities,
}

impl<'a> Side<'a> {
    /// The side that a replay has made, which can say everything.
    pub fn migrated(catalog: &'a Catalog) -> Self {
        Self {
            catalog,
            declared: None,
            capabilities: Capabilities::EVERYTHING,
        }
    }

    /// The side that somebody declared, which can say what its language can.
    pub fn declared(declared: &'a Declared) -> Self {
        Self {
            catalog: &declared.catalog,
            declared: Some(declared),
            capabilities: Capabilities::of(declared),
        }
    }

    fn knows(&self, key: &Slot) -> bool {
        self.declared.is_none_or(|declared| declared.is_known(key))
    }

    /// Whether it may leave out an object of this kind that `other` has.
    fn leaves_out(&self, kind: &str, other: Side) -> bool {
        let by_hand = kind == "view" && self.capabilities.views_by_hand;
        self.capabilities.optional.contains(&kind)
            || (by_hand && !other.capabilities.generated_record)
    }
}

/// Which side has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// Only the left one.
    LeftOnly,
    /// Only the right one.
    RightOnly,
    /// Both, and they say different things.
    Differs,
}

/// One thing that only one side has, or that each says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What it is about.
    pub slot: Slot,
    /// Its own name; for a key without a name, its columns.
    pub name: String,
    /// Which side has it.
    pub direction: Presence,
    /// What the left side says.
    pub left: Option<String>,
    /// What the right side says.
    pub right: Option<String>,
    /// An error where a query or the next generated migration fails or does something else, a
    /// warning where only rows that are written from now on differ.
    pub severity: Severity,
    /// The statement that made the left side what it is, if it was replayed.
    pub left_site: Option<Site>,
    /// The statement that made the right side what it is, if it was replayed.
    pub right_site: Option<Site>,
}

/// Everything that two sides disagree about, in the order of the objects' names.
pub fn diff(left: Side, right: Side) -> Vec<Difference> {
    let mut comparison = Comparison {
        left,
        right,
        found: Vec::new(),
    };
    comparison.tables();
    comparison.enums();
    comparison.views();
    comparison.found
}

/// Objects that extensions put into a database, and no schema declares.
const NOBODYS: [&str; 7] = [
    "spatial_ref_sys",
    "geometry_columns",
    "geography_columns",
    "raster_columns",
    "raster_overviews",
    "pg_stat_statements",
    "pg_stat_statements_info",
];

struct Comparison<'a> {
    left: Side<'a>,
    right: Side<'a>,
    found: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    fn dialect(&self) -> Dialect {
        self.left.catalog.dialect
    }

    /// An object that one side lacks.
    fn one_sided(
        &mut self,
        slot: Slot,
        name: &str,
        text: String,
        direction: Presence,
        site: Option<Site>,
    ) {
        let left = direction == Presence::LeftOnly;
        let (has, lacks) = if left {
            (self.left, self.right)
        } else {
            (self.right, self.left)
        };
        if lacks.leaves_out(slot.part.kind(), has) {
            return;
        }
        self.found.push(Difference {
            slot,
            name: name.to_owned(),
            direction,
            left: left.then(|| text.clone()),
            right: (!left).then_some(text),
            severity: Severity::Error,
            left_site: if left { site } else { None },
            right_site: if left { None } else { site },
        });
    }

    /// Whether neither side leaves the object to somebody else.
    fn is_ours(&self, name: &QName) -> bool {
        let managed = |side: &Side| {
            let sql = side.capabilities.sql;
            side.declared.is_none_or(|declared| {
                let foreign = declared.foreign.contains(name);
                let home = name.is_at_home();
                !foreign
                    && if home {
                        manages_home(declared, sql)
                    } else {
                        sql || manages(declared, &name.schema)
                    }
            })
        };
        let servers = self
            .dialect()
            .reserved_prefix()
            .is_some_and(|prefix| name.name.to_ascii_lowercase().starts_with(prefix));
        let tools = servers || NOBODYS.contains(&name.name.as_str()) || is_bookkeeping(&name.name);
        managed(&self.left) && managed(&self.right) && !tools
    }

    fn tables(&mut self) {
        let (left, right) = (self.left, self.right);
        let names: BTreeSet<&QName> = [left, right]
            .iter()
            .flat_map(|side| side.catalog.lasting_tables())
            .map(|table| &table.name)
            .collect();
        for name in names
            .into_iter()
            .filter(|name| self.is_ours(name))
            .collect::<Vec<_>>()
        {
            let of = |side: Side<'a>| side.catalog.tables.get(name).map(|table| &**table);
            if [left, right]
                .iter()
                .filter_map(|&side| of(side))
                // Something unread may have changed it either way: whatever is said of it could be
                // wrong. Such a table is in the ledger as not compared.
                .any(|table| table.uncertain)
            {
                continue;
            }
            match (of(left), of(right)) {
                // Two states of one history share the tables that no statement touched.
                (Some(a), Some(b)) if std::ptr::eq(a, b) => {}
                (Some(a), Some(b)) if !a.bookkeeping && !b.bookkeeping => self.table(a, b),
                (Some(a), None) => self.lone_table(a, Presence::LeftOnly, right),
                (None, Some(b)) => self.lone_table(b, Presence::RightOnly, left),
                _ => {}
            }
        }
    }

    fn lone_table(&mut self, table: &Table, direction: Presence, other: Side) {
        let is_view = other.catalog.views.contains_key(&table.name);
        // Migrations that only alter a table do not make it.
        let made = direction == Presence::LeftOnly || table.origin.made.is_some();
        let shadow = [self.left, self.right]
            .iter()
            .any(|side| is_shadow(side.catalog, &table.name));
        if !made
            || shadow
            || !other.catalog.knowledge.is_exact()
            || is_view
            || (table.kind == TableKind::Virtual && !other.capabilities.virtual_tables)
            || (table.partition_of.is_some() && other.declared.is_some())
        {
            return;
        }
        let text = table.name.to_string();
        let site = table.origin.made;
        self.one_sided(
            Slot::table(&table.name),
            &table.name.name,
            text,
            direction,
            site,
        );
    }

    fn table(&mut self, left: &Table, right: &Table) {
        self.columns(left, right);
        self.primary_keys(left, right);
        self.uniques(left, right);
        self.foreign_keys(left, right);
        self.indexes(left, right);
        self.checks(left, right);
    }

    fn enums(&mut self) {
        if !(self.left.capabilities.enums && self.right.capabilities.enums) {
            return;
        }
        let (left, right) = (self.left.catalog, self.right.catalog);
        let names: BTreeSet<&QName> = left.enums.keys().chain(right.enums.keys()).collect();
        for name in names
            .into_iter()
            .filter(|name| self.is_ours(name))
            .collect::<Vec<_>>()
        {
            match (left.enums.get(name), right.enums.get(name)) {
                (Some(a), Some(b)) => self.labels(a, b),
                (Some(a), None) if right.knowledge.is_exact() => {
                    self.lone_enum(a, Presence::LeftOnly);
                }
                (None, Some(b)) if left.knowledge.is_exact() => {
                    self.lone_enum(b, Presence::RightOnly);
                }
                _ => {}
            }
        }
    }

    fn lone_enum(&mut self, kind: &Enum, direction: Presence) {
        let labels: Vec<&str> = kind.label_texts().map(String::as_str).collect();
        let key = Slot::enumeration(&kind.name);
        self.one_sided(
            key,
            &kind.name.name,
            labels.join(", "),
            direction,
            kind.origin.made,
        );
    }

    fn labels(&mut self, left: &Enum, right: &Enum) {
        if !left.knowledge.is_exact() || !right.knowledge.is_exact() {
            return;
        }
        for (kind, other, direction) in [
            (left, right, Presence::LeftOnly),
            (right, left, Presence::RightOnly),
        ] {
            let known: BTreeSet<&String> = other.label_texts().collect();
            for EnumLabel { text, origin } in &kind.labels {
                if !known.contains(text) {
                    let key = Slot::label(&kind.name, text);
                    self.one_sided(key, text, text.clone(), direction, origin.made);
                }
            }
        }
    }

    fn views(&mut self) {
        if !(self.left.capabilities.views && self.right.capabilities.views) {
            return;
        }
        let (left, right) = (self.left.catalog, self.right.catalog);
        let names: BTreeSet<&QName> = left.views.keys().chain(right.views.keys()).collect();
        for name in names
            .into_iter()
            .filter(|name| self.is_ours(name))
            .collect::<Vec<_>>()
        {
            let (direction, view) = match (left.views.get(name), right.views.get(name)) {
                (Some(view), None) if right.knowledge.is_exact() => (Presence::LeftOnly, view),
                (None, Some(view)) if left.knowledge.is_exact() => (Presence::RightOnly, view),
                _ => continue,
            };
            let key = Slot::new(name, Part::View);
            self.one_sided(
                key,
                &name.name,
                name.to_string(),
                direction,
                view.origin.made,
            );
        }
    }
}

/// Whether SQLite's module of a virtual table keeps its rows there.
fn is_shadow(catalog: &Catalog, name: &QName) -> bool {
    const ENDINGS: [&str; 16] = [
        "_auxiliary",
        "_chunks",
        "_config",
        "_content",
        "_data",
        "_docsize",
        "_idx",
        "_info",
        "_node",
        "_parent",
        "_rowid",
        "_rowids",
        "_segdir",
        "_segments",
        "_stat",
        "_vector_chunks00",
    ];
    let stem = ENDINGS
        .iter()
        .find_map(|ending| name.name.strip_suffix(ending));
    let table = stem.and_then(|stem| catalog.tables.get(&QName::new(name.schema.clone(), stem)));
    table.is_some_and(|table| table.kind == TableKind::Virtual)
}

/// Whether a schema speaks of the database's own schema: files of SQL may be all about others.
fn manages_home(declared: &Declared, sql: bool) -> bool {
    let mut schemas = declared
        .catalog
        .tables
        .keys()
        .map(|name| name.schema.as_str())
        .peekable();
    declared.is_whole || !sql || schemas.peek().is_none() || schemas.any(is_home_schema)
}

/// Whether a declaration speaks of a schema at all. ORMs leave alone those that they were not asked
/// about.
fn manages(declared: &Declared, schema: &str) -> bool {
    let catalog = &declared.catalog;
    let mut names = catalog.tables.keys().chain(catalog.enums.keys());
    declared.is_whole || names.any(|name| name.schema == schema)
}
