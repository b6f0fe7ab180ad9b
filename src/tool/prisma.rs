//! Prisma: `prisma migrate`, and schemas in its own language.

pub mod config;
pub mod schema;
pub(crate) mod syntax;
