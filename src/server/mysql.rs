//! MySQL and MariaDB.

pub(crate) mod apply;
pub(crate) mod canonical;
pub(crate) mod charset;
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
    Backslashes, Comments, Ddl, ForeignKeySwitch, Grammar, IndexMethodPlace, Lexing, Locking,
    NameLimit, Naming, Printing, Typing,
};

/// What this server answers.
pub(super) static SERVER: Server = Server {
    name: "mysql",
    label: "MySQL",
    aliases: &["mysql", "mariadb", "singlestore"],
    naming: Naming {
        has_schemas: false,
        home_schema: "",
        folds_case: false,
        name_limit: NameLimit::Refused {
            characters: names::CHARACTERS,
        },
        name_quote: '`',
        reserved_prefix: None,
        own_prefix: None,
        has_temporary_schema: false,
        constraints_have_names: false,
        primary_keys_have_names: false,
        indexes_belong_to_tables: true,
        triggers_belong_to_tables: false,
    },
    lexing: Lexing {
        backslashes: Backslashes::Escape,
        has_hash_comments: true,
        has_executable_comments: true,
        comments_nest: false,
        comments_may_stay_open: false,
        carriage_return_ends_comment: false,
        dashes_need_a_blank: true,
        double_quotes_are_strings: true,
        has_backticks: true,
        has_brackets: false,
        has_dollar_quotes: false,
        words_start_with_dollar: true,
        has_unicode_escapes: false,
        has_client_commands: false,
        has_delimiter_command: true,
    },
    grammar: Grammar {
        keeps_types_as_written: false,
        columns_need_types: true,
        has_concurrently: false,
        has_fulltext_indexes: true,
        has_index_methods: false,
        index_prefixes: true,
        alter_may_wait: true,
        add_may_be_conditional: true,
        like_copies_all: true,
        query_columns_may_be_named: false,
        strings_can_be_names: true,
        words_can_be_strings: false,
        views_have_algorithms: true,
        routines_have_signatures: false,
        routine_texts_are_code: false,
        triggers_call_functions: false,
        trigger_body_words: &["FOR EACH ROW"],
        has_untyped_columns: false,
        begin_may_open_a_block: true,
        copies_from_stdin: false,
        prepares_texts: true,
        set_takes_several: true,
        set_has_phrases: false,
        has_or_replace_table: true,
        joins_strings_across_lines: false,
        repeats_windows: false,
        has_postfix_isnull: false,
        names_arguments_by_assignment: false,
        has_several_databases: true,
        own_database: None,
        marks_of_others: &[],
        redefinition_is_of_a_fork: false,
        joins_may_lack_conditions: true,
        select_may_be_empty: false,
        select_into_makes_tables: false,
        with_is_recursive: false,
        having_sees_outputs: true,
        where_sees_outputs: false,
        values_see_columns: true,
        derived_tables_have_names: true,
        insert_may_be_short: false,
        assigns_columns_once: false,
    },
    typing: Typing {
        types_are_objects: false,
        enums_are_column_types: true,
        has_booleans: false,
        prints_booleans_as_numbers: true,
        localtime_is_now: true,
        prints_now_in_words: true,
        expressions_have_types: false,
        converts_text: true,
        casts_give_column_types: false,
        subqueries_pass_types: false,
        queries_keep_defaults: false,
        nulls_sort_high: false,
        respells_types: true,
        now_needs_digits: true,
        documents_have_defaults: false,
        serial_names: &["serial"],
        serial_makes_sequence: false,
        integer_key_is_row_number: false,
        merges_equal_keys: false,
        counts_for_a_key_only: true,
        invents_values: true,
        restrict_differs: false,
    },
    ddl: Ddl {
        database_is_a_file: false,
        is_transactional: false,
        batch_is_transaction: false,
        foreign_key_switch: Some(ForeignKeySwitch {
            setting: "foreign_key_checks",
            off: "0",
        }),
        foreign_keys_make_indexes: true,
        has_not_valid: false,
        rebuilds_tables: false,
        modifies_whole_columns: true,
        drops_by_kind: true,
        views_keep_columns: false,
        views_know_their_columns: true,
        looks_at_function_bodies: false,
        constraints_come_with_tables: false,
        comments: Comments::AtColumns,
    },
    locking: Locking {
        lock_timeout: "lock_wait_timeout",
        timeout_unit: 1000,
        lock_timeout_example: "`SET SESSION lock_wait_timeout = 5`",
        lock_timeout_in_transaction: "`SET SESSION lock_wait_timeout = 5`",
        every_lock_queues: true,
        copies_tables: true,
        locks_last_until: "`UNLOCK TABLES`",
        second_begin: "opens a transaction inside of another, which commits that one",
    },
    printing: Printing {
        bytes_as_digits: ["hex(", ")"],
        auto_increment_words: "AUTO_INCREMENT",
        not_stored_words: " VIRTUAL",
        table_options_are_words: false,
        redefines_columns: false,
        table_options_separator: " ",
        index_method_place: IndexMethodPlace::AfterColumns,
        defaults_need_brackets: true,
        types_without_literal_defaults: &[
            "tinytext",
            "text",
            "mediumtext",
            "longtext",
            "tinyblob",
            "blob",
            "mediumblob",
            "longblob",
            "json",
            "geometry",
        ],
        index_calls_need_brackets: true,
        alter_takes_one_action: false,
    },
};
