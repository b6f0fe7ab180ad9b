//! What to do about Drizzle's schema, journal and snapshots that disagree with the migrations.
//! drizzle-kit compares the schema with the last snapshot only, so that much depends on what that
//! says.

use crate::compare::Presence;
use crate::drift::SnapshotVerdict;
use crate::tool::PRINTED;

pub(super) fn generate(verdict: &SnapshotVerdict) -> String {
    match verdict {
        SnapshotVerdict::LikeDeclared => format!(
            "the last snapshot agrees with the schema, so `drizzle-kit generate` writes nothing: run it with `--custom` and \
             fill in what {PRINTED}"
        ),
        SnapshotVerdict::LikeMigrated => {
            "`drizzle-kit generate` was not run, for the last snapshot agrees with the migrations: run it and commit what it writes"
                .to_owned()
        }
        SnapshotVerdict::Other(_) => format!(
            "`drizzle-kit generate` starts from the last snapshot, which agrees with neither: run it, and make its SQL what {PRINTED}"
        ),
        SnapshotVerdict::Silent => "run `drizzle-kit generate` and commit the migration".to_owned(),
    }
}

pub(super) fn drop(verdict: &SnapshotVerdict) -> String {
    match verdict {
        SnapshotVerdict::LikeDeclared => format!(
            "write a migration that drops it, as {PRINTED}: the last snapshot lacks it too, so `drizzle-kit generate` will not"
        ),
        _ => "let `drizzle-kit generate` write the migration that drops it".to_owned(),
    }
}

/// How a schema names an object that drizzle-kit would name by itself.
pub(super) fn naming(what: &str, name: &str) -> Option<String> {
    Some(match what {
        "foreign key" => {
            format!("`foreignKey({{ name: \"{name}\", columns: […], foreignColumns: […] }})`")
        }
        "primary key" => format!("`primaryKey({{ name: \"{name}\", columns: […] }})`"),
        "unique key" => format!("`unique(\"{name}\")`"),
        "index" => format!("`index(\"{name}\")`"),
        _ => return None,
    })
}

/// What to do about what a migration makes that the migrator does not run.
pub(crate) fn list(file: &str, renamed: bool) -> String {
    if renamed {
        return format!(
            "it is in `{file}`, which the journal has under another name: fix that first"
        );
    }
    format!(
        "it is in `{file}`, which is not in the journal: list it there, or delete it and run `drizzle-kit generate`"
    )
}

/// What to do about what a migration made whose file is gone.
pub(crate) fn bring_back(file: &str) -> String {
    format!("bring back `{file}`, which the journal names and is missing: it may make this")
}

/// What to do about a snapshot that is not what the migrations make; `forked` where another one
/// follows the same.
pub(crate) fn repair_snapshot(direction: Presence, forked: bool) -> String {
    if forked {
        return "two snapshots follow the same one, so drizzle-kit refuses to generate: fix that first".to_owned();
    }
    let again = match direction {
        Presence::LeftOnly => "would drop what is not there",
        Presence::RightOnly => "would make it a second time",
        Presence::Differs => "would change it a second time",
    };
    format!(
        "`drizzle-kit generate` starts from this snapshot and {again}: run it, keep the snapshot that it writes, and empty \
         its SQL"
    )
}

/// What to do about a snapshot that is not what is declared, where the migrations could not tell
/// who is right.
pub(crate) fn generate_again() -> String {
    "run `drizzle-kit generate` and commit what it writes; whether the migrations make it could not be found out".to_owned()
}

/// What to do about an enum that a column uses and drizzle-kit does not see.
pub(crate) const EXPORT: &str = "a column uses it, so it cannot be dropped: export the `pgEnum` from a file that `schema` in \
     drizzle.config.ts names, for drizzle-kit sees nothing else";

// What the rules about journals and snapshots say of drizzle-kit.

/// What drizzle-kit does with a chain of snapshots that is broken.
pub(crate) const REFUSES: &str = "drizzle-kit refuses to generate";

/// What happens with a number that is taken; the number follows.
pub(crate) const OVERWRITES: &str = "the next `drizzle-kit generate` overwrites the snapshot";

/// What is wrong with a change that no snapshot has.
pub(crate) const NO_SNAPSHOT: &str =
    "no snapshot knows of this change: the next `drizzle-kit generate` writes it a second time";

/// How a migration gets the snapshot that it lacks.
pub(crate) const WRITE_SNAPSHOT: &str = "bring its snapshot back, or run `drizzle-kit generate`, keep the snapshot that it writes, and empty its SQL";

/// How a file gets into the journal.
pub(crate) const ADD_ENTRY: &str = "bring its entry back, or make it with `drizzle-kit generate --custom`, which writes one, or move the file elsewhere";

/// What is wrong with a journal beside the folders of 1.0.
pub(crate) const BESIDE_FOLDERS: &str = "this journal lies beside folders of drizzle-kit 1.0, whose `migrate` and `generate` stop at it";

/// How its migrations become folders too.
pub(crate) const MOVE_TO_FOLDERS: &str =
    "run `drizzle-kit up`, which makes folders of the other migrations and takes the journal away";

/// What to do about the marks of a merge in a journal or snapshot.
pub(crate) const KEEP_ONE_SIDE: &str = "keep the side that was merged first, and let `drizzle-kit generate` make the other side's migration again";
