//! The tools that run migrations and declare schemas, a room for each.

pub mod diesel;
pub mod drizzle;
pub mod prisma;
pub mod sqlc;

pub use drizzle::journal::Journal;
