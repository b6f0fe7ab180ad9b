//! SQLite, libSQL and D1.

pub(crate) mod apply;
pub(crate) mod canonical;
pub(crate) mod compare;
#[cfg(feature = "server")]
pub(crate) mod connect;
pub(crate) mod demand;
pub(crate) mod functions;
#[cfg(feature = "server")]
pub(crate) mod host;
#[cfg(feature = "server")]
pub(crate) mod introspect;
pub(crate) mod lex;
pub(crate) mod lock;
pub(crate) mod names;
pub(crate) mod needs;
pub(crate) mod parse;
pub(crate) mod range;
pub(crate) mod recognise;
pub(crate) mod render;
pub(crate) mod repair;
#[cfg(feature = "server")]
pub(crate) mod sample;
pub(crate) mod shapes;
pub(crate) mod steps;
#[cfg(feature = "server")]
pub(crate) mod trace;
pub(crate) mod types;

use super::Server;
use super::questions::{
    Backslashes, Comments, Ddl, Grammar, IndexMethodPlace, Lexing, Locking, NameLimit, Naming,
    Printing, Typing,
};

/// What this server answers.
pub(super) static SERVER: Server = Server {
    name: "sqlite",
    label: "SQLite",
    aliases: &["sqlite", "sqlite3", "libsql", "turso", "d1"],
    naming: Naming {
        has_schemas: false,
        home_schema: "",
        folds_case: false,
        name_limit: NameLimit::None,
        name_quote: '"',
        reserved_prefix: Some(names::RESERVED),
        own_prefix: Some(names::RESERVED),
        has_temporary_schema: false,
        constraints_have_names: false,
        primary_keys_have_names: true,
        indexes_belong_to_tables: false,
        triggers_belong_to_tables: false,
    },
    lexing: Lexing {
        backslashes: Backslashes::Plain,
        has_hash_comments: false,
        has_executable_comments: false,
        comments_nest: false,
        comments_may_stay_open: true,
        carriage_return_ends_comment: false,
        dashes_need_a_blank: false,
        double_quotes_are_strings: false,
        has_backticks: true,
        has_brackets: true,
        has_dollar_quotes: false,
        words_start_with_dollar: false,
        has_unicode_escapes: false,
        has_client_commands: false,
        has_delimiter_command: false,
    },
    grammar: Grammar {
        keeps_types_as_written: true,
        columns_need_types: false,
        has_concurrently: false,
        has_fulltext_indexes: false,
        has_index_methods: false,
        index_prefixes: false,
        alter_may_wait: false,
        add_may_be_conditional: false,
        like_copies_all: false,
        query_columns_may_be_named: false,
        strings_can_be_names: true,
        words_can_be_strings: true,
        views_have_algorithms: false,
        routines_have_signatures: true,
        routine_texts_are_code: false,
        triggers_call_functions: false,
        trigger_body_words: &["BEGIN"],
        has_untyped_columns: true,
        begin_may_open_a_block: false,
        copies_from_stdin: false,
        prepares_texts: false,
        set_takes_several: false,
        set_has_phrases: false,
        has_or_replace_table: false,
        joins_strings_across_lines: false,
        repeats_windows: true,
        has_postfix_isnull: true,
        names_arguments_by_assignment: false,
        has_several_databases: false,
        own_database: Some("main"),
        marks_of_others: &["#", "\\'"],
        redefinition_is_of_a_fork: true,
        joins_may_lack_conditions: true,
        select_may_be_empty: false,
        select_into_makes_tables: true,
        with_is_recursive: true,
        having_sees_outputs: true,
        where_sees_outputs: true,
        values_see_columns: false,
        derived_tables_have_names: false,
        insert_may_be_short: false,
        assigns_columns_once: false,
    },
    typing: Typing {
        types_are_objects: false,
        enums_are_column_types: false,
        has_booleans: false,
        prints_booleans_as_numbers: false,
        localtime_is_now: false,
        prints_now_in_words: false,
        expressions_have_types: false,
        converts_text: false,
        casts_give_column_types: true,
        subqueries_pass_types: true,
        queries_keep_defaults: true,
        nulls_sort_high: false,
        respells_types: false,
        now_needs_digits: false,
        documents_have_defaults: true,
        serial_names: &[],
        serial_makes_sequence: false,
        integer_key_is_row_number: true,
        merges_equal_keys: true,
        counts_for_a_key_only: false,
        invents_values: false,
        restrict_differs: false,
    },
    ddl: Ddl {
        database_is_a_file: true,
        is_transactional: true,
        batch_is_transaction: false,
        foreign_key_switch: None,
        foreign_keys_make_indexes: false,
        has_not_valid: false,
        rebuilds_tables: true,
        modifies_whole_columns: false,
        drops_by_kind: false,
        views_keep_columns: false,
        views_know_their_columns: false,
        looks_at_function_bodies: false,
        constraints_come_with_tables: true,
        comments: Comments::None,
    },
    locking: Locking {
        lock_timeout: "lock_timeout",
        timeout_unit: 1,
        lock_timeout_example: "`SET lock_timeout = '2s'`",
        lock_timeout_in_transaction: "`SET LOCAL lock_timeout = '2s'`",
        every_lock_queues: false,
        copies_tables: false,
        locks_last_until: "the transaction ends",
        second_begin: "opens a transaction inside of another, which SQLite refuses",
    },
    printing: Printing {
        bytes_as_digits: ["hex(", ")"],
        auto_increment_words: "AUTOINCREMENT",
        not_stored_words: " VIRTUAL",
        table_options_are_words: true,
        redefines_columns: true,
        table_options_separator: ", ",
        index_method_place: IndexMethodPlace::None,
        defaults_need_brackets: true,
        types_without_literal_defaults: &[],
        index_calls_need_brackets: false,
        alter_takes_one_action: true,
    },
};

/// Whether a setting stays in the file of the database, and does not end with the connection
/// (SQLite 3.50).
pub(crate) fn is_kept_in_file(pragma: &str) -> bool {
    const KEPT: &[&str] = &[
        "application_id",
        "auto_vacuum",
        "encoding",
        "journal_mode",
        "page_size",
        "schema_version",
        "user_version",
    ];
    KEPT.iter().any(|name| pragma.eq_ignore_ascii_case(name))
}
