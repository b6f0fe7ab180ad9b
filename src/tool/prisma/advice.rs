//! What to do about a Prisma schema that disagrees with its migrations.

pub(super) const GENERATE: &str = "run `prisma migrate dev --create-only` and commit the migration";

pub(super) const DROP: &str =
    "let `prisma migrate dev --create-only` write the migration that drops it";
