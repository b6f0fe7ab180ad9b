//! driftlint against real servers: what replay says a database holds is compared with what the
//! database says.
//!
//! `tests/servers/install.sh` installs the servers. A server that is missing is named on stderr and
//! its tests do nothing, unless `DRIFTLINT_REQUIRE_SERVERS` is set, as `./test` does.
#![cfg(unix)]
#![expect(clippy::format_push_string, reason = "texts for people, made once")]

mod astray;
mod closing;
mod dumps;
mod enums;
mod facts;
mod fixtures;
#[path = "../common/gaps.rs"]
mod gaps;
mod generate;
mod introspect;
mod locks;
mod online;
mod property;
mod queries;
mod random;
mod replay;
mod server;
mod session;
mod status;
mod steps;
mod tools;
mod verify;

/// `driftlint enum` on each PostgreSQL.
macro_rules! enums_on_each_postgres {
    ($($name:ident: $server:path, $schemas:expr;)*) => {
        $(mod $name {
            #[test]
            fn what_stands_in_the_way_of_a_type_is_made_again() {
                if let Some(server) = $server() {
                    crate::enums::check(server);
                }
            }

            #[test]
            fn types_of_random_schemas_get_other_labels() {
                if let Some(server) = $server() {
                    crate::enums::check_random(server, $schemas);
                }
            }
        })*
    };
}

enums_on_each_postgres! {
    enums_on_postgres_12: crate::server::postgres_12, 12;
    enums_on_postgres_of_the_system: crate::server::postgres_system, 12;
    enums_on_postgres_newest: crate::server::postgres_newest, 12;
}

/// The same tests for each server.
macro_rules! on_each_server {
    ($($name:ident: $server:path, $databases:expr, $foreseen:expr;)*) => {
        $(mod $name {
            #[test]
            fn queries_are_refused_as_the_server_refuses_them() {
                if let Some(server) = $server() {
                    crate::queries::check(server, $databases / 4, $foreseen);
                }
            }

            #[test]
            fn fixtures_give_the_same_catalog() {
                if let Some(server) = $server() {
                    crate::fixtures::check(server);
                }
            }

            #[test]
            fn random_statements_give_the_same_catalog() {
                if let Some(server) = $server() {
                    crate::property::check(server, $databases);
                }
            }

            #[test]
            fn what_closes_a_gap_is_taken_and_leaves_none() {
                if let Some(server) = $server() {
                    crate::closing::check(server, $databases / 4);
                }
            }

            #[test]
            fn gaps_between_the_states_of_a_project_are_closed() {
                if let Some(server) = $server() {
                    crate::closing::check_states(server);
                }
            }

            #[test]
            fn changes_in_steps_lead_there_and_back() {
                if let Some(server) = $server() {
                    crate::steps::check(server);
                }
            }

            #[test]
            fn migrations_by_hand_are_taken_back() {
                if let Some(server) = $server() {
                    crate::steps::check_rollback(server);
                }
            }
        })*
    };
}

/// The lock table on each PostgreSQL.
macro_rules! on_each_postgres {
    ($($name:ident: $server:path;)*) => {
        $(#[test]
        fn $name() {
            if let Some(server) = $server() {
                crate::locks::check(server);
            }
        })*
    };
}

#[test]
fn verify_leaves_nothing_on_a_named_server() {
    let servers = [
        crate::server::postgres_12(),
        crate::server::postgres_system(),
        crate::server::postgres_newest(),
        crate::server::mariadb_system(),
    ];
    for server in servers.into_iter().flatten() {
        crate::verify::check(server);
        crate::astray::astray(server);
    }
}

#[test]
fn verify_can_be_interrupted() {
    let servers = [
        crate::server::postgres_12(),
        crate::server::postgres_system(),
        crate::server::mariadb_system(),
    ];
    for server in servers.into_iter().flatten() {
        crate::verify::interrupt(server);
    }
}

#[test]
fn verify_starts_and_ends_a_server() {
    let servers = [
        crate::server::postgres_system(),
        crate::server::mariadb_system(),
    ];
    for server in servers.into_iter().flatten() {
        crate::verify::temporary(server);
    }
}

#[test]
fn verify_says_what_is_in_its_way() {
    let servers = [
        crate::server::postgres_12(),
        crate::server::postgres_system(),
        crate::server::mariadb_system(),
    ];
    for server in servers.into_iter().flatten() {
        crate::verify::obstacles(server);
    }
}

#[test]
fn verify_speaks_over_encrypted_connections() {
    if crate::server::postgres_system().is_some() {
        crate::verify::encrypted();
    }
}

#[test]
fn verify_traces_what_statements_lock() {
    let servers = [
        crate::server::postgres_12(),
        crate::server::postgres_system(),
        crate::server::postgres_newest(),
    ];
    for server in servers.into_iter().flatten() {
        crate::locks::trace(server);
    }
}

#[test]
fn mariadb_changes_tables_as_the_table_says() {
    if let Some(server) = crate::server::mariadb_system() {
        crate::online::check(server);
    }
}

#[test]
fn the_queries_for_sizes_write_what_is_read() {
    let servers = [
        crate::server::postgres_system(),
        crate::server::mariadb_system(),
    ];
    for server in servers.into_iter().flatten() {
        crate::online::sizes(server);
    }
}

#[test]
fn status_reads_what_tools_wrote_and_changes_nothing() {
    let servers = [
        crate::server::postgres_system(),
        crate::server::mariadb_system(),
    ];
    for server in servers.into_iter().flatten() {
        crate::status::check(server);
    }
}

#[test]
fn status_reads_what_the_real_tools_wrote() {
    if let Some(server) = crate::server::postgres_system() {
        crate::tools::drizzle(server);
        crate::tools::prisma(server);
        crate::tools::dbmate(server);
        crate::tools::node_pg_migrate(server);
        crate::tools::recipe(server);
    }
    if let Some(server) = crate::server::sqlite_system() {
        crate::tools::dbmate(server);
    }
}

on_each_postgres! {
    postgres_12_locks_as_the_table_says: crate::server::postgres_12;
    postgres_of_the_system_locks_as_the_table_says: crate::server::postgres_system;
    postgres_newest_locks_as_the_table_says: crate::server::postgres_newest;
}

on_each_server! {
    postgres_12: crate::server::postgres_12, 20, 88;
    postgres_of_the_system: crate::server::postgres_system, 20, 88;
    postgres_newest: crate::server::postgres_newest, 20, 88;
    mariadb: crate::server::mariadb_system, 4, 70;
    sqlite: crate::server::sqlite_system, 20, 70;
}
