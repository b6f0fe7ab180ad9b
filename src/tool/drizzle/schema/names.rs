//! The names that a Drizzle schema gives, those among them that drizzle-kit makes up.

use super::declare::qualified;
use super::kit::{Kit, KitTable};
use crate::catalog::{Part, QName, Slot};
use crate::schema::LongName;
use crate::schema::names::Names;

/// The names that the server does not take.
pub(super) fn too_long(kit: &Kit) -> Vec<LongName> {
    let mut names = Names::new(kit.dialect);
    for kind in &kit.enums {
        names.add(
            "enum",
            Slot::enumeration(&qualified(kit.dialect, &kind.name)),
            &kind.name.name,
            &kind.place,
        );
    }
    for table in &kit.tables {
        let name = qualified(kit.dialect, &table.name);
        names.add("table", Slot::table(&name), &name.name, &table.place);
    }
    for view in kit.views.iter().filter(|view| !view.existing) {
        let name = qualified(kit.dialect, &view.name);
        names.add(
            "view",
            Slot::new(&name, Part::View),
            &name.name,
            &view.place,
        );
    }
    for table in &kit.tables {
        parts(&qualified(kit.dialect, &table.name), table, &mut names);
    }
    names.into_long()
}

fn parts(owner: &QName, table: &KitTable, names: &mut Names) {
    let key = |part: Part| Slot::new(owner, part);
    for column in &table.columns {
        names.add(
            "column",
            Slot::column(owner, &column.name),
            &column.name,
            &column.place,
        );
    }
    if let Some(primary) = &table.primary_key {
        names.add(
            "primary key",
            key(Part::PrimaryKey),
            &primary.name,
            &primary.place,
        );
    }
    for unique in &table.uniques {
        names.add(
            "unique key",
            key(Part::Unique(unique.columns.clone())),
            &unique.name,
            &unique.place,
        );
    }
    for foreign in &table.foreign_keys {
        names.add(
            "foreign key",
            key(Part::ForeignKey(foreign.columns.clone())),
            &foreign.name,
            &foreign.place,
        );
    }
    for index in &table.indexes {
        names.add(
            "index",
            key(Part::Index(index.name.clone())),
            &index.name,
            &index.place,
        );
    }
    for check in &table.checks {
        names.add(
            "check",
            key(Part::Check(check.name.clone())),
            &check.name,
            &check.place,
        );
    }
}

/// The names of a table's constraints and indexes.
pub(super) fn of_parts(table: &KitTable) -> impl Iterator<Item = &str> {
    let keys = table.primary_key.iter().map(|key| &key.name);
    let uniques = table.uniques.iter().map(|key| &key.name);
    let foreign = table.foreign_keys.iter().map(|key| &key.name);
    let indexes = table.indexes.iter().map(|index| &index.name);
    let checks = table.checks.iter().map(|check| &check.name);
    let all = keys.chain(uniques).chain(foreign).chain(indexes);
    all.chain(checks).map(String::as_str)
}
