//! What drift diagnostics say.

use crate::catalog::{Difference, Direction};
use crate::schema::{Language, Part};

/// The table and the object's own name, as JSON gives them.
pub(super) fn names(difference: &Difference) -> (Option<String>, String) {
    let owner = difference.key.owner.to_string();
    match difference.key.part {
        Part::Table | Part::Enum | Part::View => (None, owner),
        _ => (Some(owner), difference.name.clone()),
    }
}

/// The fact, then the consequence where it is not plain.
pub(super) fn headline(difference: &Difference) -> String {
    let owner = &difference.key.owner;
    let name = &difference.name;
    let subject = match difference.kind {
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
    };
    match difference.direction {
        Direction::LeftOnly => format!("{subject} is declared, and no migration makes it"),
        Direction::RightOnly => format!("{subject} is made by migrations, and not declared"),
        Direction::Differs => {
            let say =
                |side: &Option<String>| side.as_ref().map_or_else(|| "nothing".to_owned(), |it| format!("`{it}`"));
            format!(
                "{subject} is declared as {}, and the migrations make {}",
                say(&difference.left),
                say(&difference.right)
            )
        }
    }
}

/// What to do.
pub(super) fn help(language: Language, direction: Direction) -> String {
    let generate = match language {
        Language::Prisma => "run `prisma migrate dev`",
        Language::Drizzle | Language::DrizzleSnapshot => "run `drizzle-kit generate`",
        Language::Diesel => "run `diesel print-schema`",
        Language::Sql => "write a migration",
    };
    match direction {
        Direction::LeftOnly => format!("{generate} and commit the migration, or take it out of the schema"),
        Direction::RightOnly => "declare it, or write a migration that drops it".to_owned(),
        Direction::Differs => format!("{generate} and commit the migration, or declare what the migrations make"),
    }
}
