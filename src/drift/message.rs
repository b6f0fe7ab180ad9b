//! What drift diagnostics say.

use super::third::Third;
use crate::catalog::Part;
use crate::compare::{Difference, Direction};
use crate::schema::Language;

/// Which two sources are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// The declared schema and the migrations.
    Schema,
    /// The last snapshot and the migrations.
    Snapshot,
    /// The declared schema and the last snapshot.
    Generate,
}

impl Pair {
    /// The sides, left and right, as JSON names them.
    pub(super) fn sides(self) -> [&'static str; 2] {
        match self {
            Self::Schema => ["declared", "migrated"],
            Self::Snapshot => ["snapshot", "migrated"],
            Self::Generate => ["declared", "snapshot"],
        }
    }

    /// Which side has it, as JSON says it.
    pub(super) fn direction(self, direction: Direction) -> String {
        let [left, right] = self.sides();
        match direction {
            Direction::LeftOnly => format!("{left}-not-{right}"),
            Direction::RightOnly => format!("{right}-not-{left}"),
            Direction::Differs => "differs".to_owned(),
        }
    }
}

/// The table and the object's own name, as JSON gives them.
pub(super) fn names(difference: &Difference) -> (Option<String>, String) {
    let owner = difference.key.owner.to_string();
    match difference.key.part {
        Part::Table | Part::Enum | Part::View => (None, owner),
        _ => (Some(owner), difference.name.clone()),
    }
}

/// The fact: the object, and what both sides say of it.
pub(super) fn headline(pair: Pair, difference: &Difference) -> String {
    let subject = subject(difference);
    let left = say(difference.left.as_deref());
    let right = say(difference.right.as_deref());
    match (pair, difference.direction) {
        (Pair::Schema, Direction::LeftOnly) => {
            format!("{subject} is declared, and no migration makes it")
        }
        (Pair::Schema, Direction::RightOnly) => {
            format!("{subject} is made by migrations, and not declared")
        }
        (Pair::Schema, Direction::Differs) => {
            format!("{subject} is declared as {left}, and the migrations make {right}")
        }
        (Pair::Snapshot, Direction::LeftOnly) => {
            format!("{subject} is in the last snapshot, and no migration makes it")
        }
        (Pair::Snapshot, Direction::RightOnly) => {
            format!("{subject} is made by migrations, and not in the last snapshot")
        }
        (Pair::Snapshot, Direction::Differs) => {
            format!("{subject} is {left} in the last snapshot, and the migrations make {right}")
        }
        (Pair::Generate, Direction::LeftOnly) => {
            format!("{subject} is declared, and not in the last snapshot")
        }
        (Pair::Generate, Direction::RightOnly) => {
            format!("{subject} is in the last snapshot, and not declared")
        }
        (Pair::Generate, Direction::Differs) => {
            format!("{subject} is declared as {left}, and the last snapshot has {right}")
        }
    }
}

fn subject(difference: &Difference) -> String {
    let owner = &difference.key.owner;
    let name = &difference.name;
    match difference.kind {
        "table" => format!("table `{owner}`"),
        "enum" => format!("enum `{owner}`"),
        "view" => format!("view `{owner}`"),
        "enum_value" => format!("value `{name}` of enum `{owner}`"),
        "column" => format!("column `{owner}.{name}`"),
        "type" => format!("the type of `{owner}.{name}`"),
        "nullable" => format!("the nullability of `{owner}.{name}`"),
        "default" => format!("the default of `{owner}.{name}`"),
        "primary_key" => format!("the primary key of `{owner}`"),
        "foreign_key" => format!("foreign key `{name}` of `{owner}`"),
        "unique" => format!("unique key `{name}` of `{owner}`"),
        "check" => format!("check `{name}` of `{owner}`"),
        _ => format!("index `{name}` of `{owner}`"),
    }
}

/// What a side says.
pub(super) fn say(side: Option<&str>) -> String {
    side.map_or_else(|| "nothing".to_owned(), |it| format!("`{it}`"))
}

/// What to do about an enum that a column uses and drizzle-kit does not see.
pub(super) const UNEXPORTED: &str = "a column uses it, so it cannot be dropped: export the `pgEnum` from a file that `schema` in \
     drizzle.config.ts names, for drizzle-kit sees nothing else";

/// What to do about a schema that disagrees with the migrations.
pub(super) fn help(language: Language, direction: Direction, third: &Third) -> String {
    let printed = "`driftlint drift --format sql` prints";
    if direction == Direction::RightOnly {
        return match (language, third) {
            (Language::Drizzle, Third::LikeDeclared) => format!(
                "declare it, or write a migration that drops it, as {printed}: the last snapshot lacks it too, so \
                 `drizzle-kit generate` will not"
            ),
            (Language::Drizzle, _) => {
                "declare it, or let `drizzle-kit generate` write the migration that drops it".to_owned()
            }
            (Language::Prisma, _) => {
                "declare it, or let `prisma migrate dev --create-only` write the migration that drops it".to_owned()
            }
            (Language::Diesel, _) => {
                format!(
                    "run the migrations and `diesel print-schema`, or write a migration that drops it, as {printed}"
                )
            }
            _ => format!("declare it, or write a migration that drops it, as {printed}"),
        };
    }
    let make = match (language, third) {
        (Language::Prisma, _) => "run `prisma migrate dev --create-only` and commit the migration".to_owned(),
        (Language::Drizzle, Third::LikeDeclared) => format!(
            "the last snapshot agrees with the schema, so `drizzle-kit generate` writes nothing: run it with `--custom` and \
             fill in what {printed}"
        ),
        (Language::Drizzle, Third::LikeMigrated) => {
            "`drizzle-kit generate` was not run, for the last snapshot agrees with the migrations: run it and commit what it writes"
                .to_owned()
        }
        (Language::Drizzle, Third::Other(_)) => format!(
            "`drizzle-kit generate` starts from the last snapshot, which says a third thing: run it, and make its SQL what {printed}"
        ),
        (Language::Drizzle | Language::DrizzleSnapshot, _) => {
            "run `drizzle-kit generate` and commit the migration".to_owned()
        }
        (Language::Diesel, _) => format!("run the migrations and `diesel print-schema`, or write what {printed}"),
        (Language::Sql | Language::Sqlc, _) => format!("write the migration, which {printed}"),
    };
    let other = if direction == Direction::LeftOnly {
        "take it out of the schema"
    } else {
        "declare what the migrations make"
    };
    if language == Language::Diesel {
        make
    } else {
        format!("{make}, or {other}")
    }
}

/// What to do about what a migration makes that the migrator does not run.
pub(super) fn help_outside(file: &str, renamed: bool) -> String {
    if renamed {
        return format!(
            "it is in `{file}`, which the journal has under another name: mend that first"
        );
    }
    format!(
        "it is in `{file}`, which is not in the journal: list it there, or delete it and run `drizzle-kit generate`"
    )
}

/// What to do about what a migration made whose file is gone.
pub(super) fn help_lost(file: &str) -> String {
    format!("bring back `{file}`, which the journal names and is missing: it may make this")
}

/// What to do about a snapshot that is not what the migrations make; `forked` where another one
/// follows the same.
pub(super) fn help_snapshot(direction: Direction, forked: bool) -> String {
    if forked {
        return "two snapshots follow the same one, so drizzle-kit refuses to generate: mend that first".to_owned();
    }
    let again = match direction {
        Direction::LeftOnly => "would drop what is not there",
        Direction::RightOnly => "would make it a second time",
        Direction::Differs => "would change it a second time",
    };
    format!(
        "`drizzle-kit generate` starts from this snapshot and {again}: run it, keep the snapshot that it writes, and empty \
         its SQL"
    )
}

/// What to do about a snapshot that is not what is declared, where the migrations could not tell
/// who is right.
pub(super) fn help_generate() -> String {
    "run `drizzle-kit generate` and commit what it writes; whether the migrations make it could not be told".to_owned()
}
