//! What the server's own tool dumps after the migrations of a set, read as a declared schema, is
//! what the migrations make.

use driftlint::compare::{Side, diff};
use driftlint::project::MigrationSet;
use driftlint::replay::catalog_of;
use driftlint::schema::dump;
use driftlint::source::Source;
use driftlint::sql::on_big_stack;

use crate::replay::versions;
use crate::server::Server;

/// Every difference between a set and the dumps of a database that its migrations have made, a line
/// each.
pub(crate) fn differences(server: &Server, set: &MigrationSet, database: &str) -> String {
    let mut found = String::new();
    for (name, text) in server.dumps(database) {
        on_big_stack(|| {
            let versions = versions(server.engine);
            let declared = dump::read(&[Source::new("schema.sql", text)], set.dialect, versions);
            let migrated = catalog_of(set, versions, set.migrations.len());
            for note in &declared.notes {
                found += &format!(
                    "  {name}: {}: {}\n",
                    note.message,
                    note.place.source.slice(note.place.span)
                );
            }
            for it in diff(Side::declared(&declared), Side::migrated(&migrated)) {
                found += &format!(
                    "  {name}: {} {}: {:?}, migrations: {:?}\n",
                    it.slot.part.kind(),
                    it.name,
                    it.left,
                    it.right
                );
            }
        });
    }
    found
}
