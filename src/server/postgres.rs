//! PostgreSQL, and servers that speak it.

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
mod tls;
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
    name: "postgres",
    label: "PostgreSQL",
    aliases: &["postgres", "postgresql", "pg", "cockroachdb", "cockroach"],
    naming: Naming {
        has_schemas: true,
        home_schema: names::HOME,
        folds_case: true,
        name_limit: NameLimit::Cut {
            bytes: names::BYTES,
        },
        name_quote: '"',
        reserved_prefix: None,
        own_prefix: Some("pg_"),
        has_temporary_schema: true,
        constraints_have_names: true,
        primary_keys_have_names: true,
        indexes_belong_to_tables: false,
        triggers_belong_to_tables: true,
    },
    lexing: Lexing {
        backslashes: Backslashes::AfterE,
        has_hash_comments: false,
        has_executable_comments: false,
        comments_nest: true,
        comments_may_stay_open: false,
        carriage_return_ends_comment: true,
        dashes_need_a_blank: false,
        double_quotes_are_strings: false,
        has_backticks: false,
        has_brackets: false,
        has_dollar_quotes: true,
        words_start_with_dollar: false,
        has_unicode_escapes: true,
        has_client_commands: true,
        has_delimiter_command: false,
    },
    grammar: Grammar {
        keeps_types_as_written: false,
        columns_need_types: true,
        has_concurrently: true,
        has_fulltext_indexes: false,
        has_index_methods: true,
        index_prefixes: false,
        alter_may_wait: false,
        add_may_be_conditional: false,
        like_copies_all: false,
        query_columns_may_be_named: true,
        strings_can_be_names: false,
        words_can_be_strings: false,
        views_have_algorithms: false,
        routines_have_signatures: true,
        routine_texts_are_code: true,
        triggers_call_functions: true,
        trigger_body_words: &["EXECUTE FUNCTION", "EXECUTE PROCEDURE"],
        has_untyped_columns: false,
        begin_may_open_a_block: false,
        copies_from_stdin: true,
        prepares_texts: false,
        set_takes_several: false,
        set_has_phrases: true,
        has_or_replace_table: false,
        joins_strings_across_lines: true,
        repeats_windows: false,
        has_postfix_isnull: true,
        names_arguments_by_assignment: true,
        has_several_databases: false,
        own_database: None,
        marks_of_others: &["`", "#", "\\'"],
        redefinition_is_of_a_fork: false,
        joins_may_lack_conditions: false,
        select_may_be_empty: true,
        select_into_makes_tables: true,
        with_is_recursive: false,
        having_sees_outputs: false,
        where_sees_outputs: false,
        values_see_columns: false,
        derived_tables_have_names: false,
        insert_may_be_short: true,
        assigns_columns_once: true,
    },
    typing: Typing {
        types_are_objects: true,
        enums_are_column_types: false,
        has_booleans: true,
        prints_booleans_as_numbers: false,
        localtime_is_now: false,
        prints_now_in_words: false,
        expressions_have_types: true,
        converts_text: false,
        casts_give_column_types: true,
        subqueries_pass_types: false,
        queries_keep_defaults: true,
        nulls_sort_high: true,
        respells_types: false,
        now_needs_digits: false,
        documents_have_defaults: true,
        serial_names: &[
            "serial",
            "bigserial",
            "smallserial",
            "serial2",
            "serial4",
            "serial8",
        ],
        serial_makes_sequence: true,
        integer_key_is_row_number: false,
        merges_equal_keys: true,
        counts_for_a_key_only: false,
        invents_values: false,
        restrict_differs: true,
    },
    ddl: Ddl {
        database_is_a_file: false,
        is_transactional: true,
        batch_is_transaction: true,
        foreign_key_switch: None,
        foreign_keys_make_indexes: false,
        has_not_valid: true,
        rebuilds_tables: false,
        modifies_whole_columns: false,
        drops_by_kind: false,
        views_keep_columns: true,
        views_know_their_columns: true,
        looks_at_function_bodies: true,
        constraints_come_with_tables: false,
        comments: Comments::Statements,
    },
    locking: Locking {
        lock_timeout: "lock_timeout",
        timeout_unit: 1,
        lock_timeout_example: "`SET lock_timeout = '2s'`",
        lock_timeout_in_transaction: "`SET LOCAL lock_timeout = '2s'`",
        every_lock_queues: false,
        copies_tables: false,
        locks_last_until: "the transaction ends",
        second_begin: "opens a transaction inside of another: the server warns, and the first COMMIT ends both",
    },
    printing: Printing {
        bytes_as_digits: ["encode(", ", 'hex')"],
        auto_increment_words: "AUTOINCREMENT",
        not_stored_words: "",
        table_options_are_words: false,
        redefines_columns: false,
        table_options_separator: " ",
        index_method_place: IndexMethodPlace::BeforeColumns,
        defaults_need_brackets: false,
        types_without_literal_defaults: &[],
        index_calls_need_brackets: false,
        alter_takes_one_action: false,
    },
};
