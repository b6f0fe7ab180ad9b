//! What drift diagnostics say.

use super::verdict::SnapshotVerdict;
use crate::catalog::Part;
use crate::compare::{Difference, Presence};
use crate::tool::Tool;

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
    pub(super) fn direction(self, direction: Presence) -> String {
        let [left, right] = self.sides();
        match direction {
            Presence::LeftOnly => format!("{left}-not-{right}"),
            Presence::RightOnly => format!("{right}-not-{left}"),
            Presence::Differs => "differs".to_owned(),
        }
    }
}

/// What an object is called, as JSON gives it.
pub(crate) struct ObjectNames {
    /// The table that it is a part of.
    pub(crate) table: Option<String>,
    pub(crate) name: String,
}

pub(crate) fn names(difference: &Difference) -> ObjectNames {
    let owner = difference.slot.owner.to_string();
    match difference.slot.part {
        Part::Table | Part::Enum | Part::View => ObjectNames {
            table: None,
            name: owner,
        },
        _ => ObjectNames {
            table: Some(owner),
            name: difference.name.clone(),
        },
    }
}

/// The fact: the object, and what both sides say of it.
pub(super) fn headline(pair: Pair, difference: &Difference) -> String {
    let subject = subject(difference);
    let left = say(difference.left.as_deref());
    let right = say(difference.right.as_deref());
    match (pair, difference.direction) {
        (Pair::Schema, Presence::LeftOnly) => {
            format!("{subject} is declared, and no migration makes it")
        }
        (Pair::Schema, Presence::RightOnly) => {
            format!("{subject} is made by migrations, and not declared")
        }
        (Pair::Schema, Presence::Differs) => {
            format!("{subject} is declared as {left}, and the migrations make {right}")
        }
        (Pair::Snapshot, Presence::LeftOnly) => {
            format!("{subject} is in the last snapshot, and no migration makes it")
        }
        (Pair::Snapshot, Presence::RightOnly) => {
            format!("{subject} is made by migrations, and not in the last snapshot")
        }
        (Pair::Snapshot, Presence::Differs) => {
            format!("{subject} is {left} in the last snapshot, and the migrations make {right}")
        }
        (Pair::Generate, Presence::LeftOnly) => {
            format!("{subject} is declared, and not in the last snapshot")
        }
        (Pair::Generate, Presence::RightOnly) => {
            format!("{subject} is in the last snapshot, and not declared")
        }
        (Pair::Generate, Presence::Differs) => {
            format!("{subject} is declared as {left}, and the last snapshot has {right}")
        }
    }
}

/// The object that a difference is about, for people.
pub(crate) fn subject(difference: &Difference) -> String {
    let owner = &difference.slot.owner;
    let name = &difference.name;
    match difference.slot.part.kind() {
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
pub(crate) fn say(side: Option<&str>) -> String {
    side.map_or_else(|| "nothing".to_owned(), |it| format!("`{it}`"))
}

/// What to do about a schema that disagrees with the migrations.
pub(super) fn help(tool: Tool, direction: Presence, verdict: &SnapshotVerdict) -> String {
    match direction {
        Presence::RightOnly if tool.is_printed() => tool.drop_advice(verdict),
        Presence::RightOnly => format!("declare it, or {}", tool.drop_advice(verdict)),
        _ if tool.is_printed() => tool.advice(verdict),
        Presence::LeftOnly => {
            format!("{}, or take it out of the schema", tool.advice(verdict))
        }
        Presence::Differs => {
            format!(
                "{}, or declare what the migrations make",
                tool.advice(verdict)
            )
        }
    }
}
