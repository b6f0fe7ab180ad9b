//! What is asked of a server: every question once, with its meaning.
//!
//! A question is a field of plain data that each server's room fills in, and a method of
//! [`Dialect`], so that the compiler names what a new server does not answer. There is no default:
//! an answer that nobody thought about would be another server's.

use super::Dialect;

/// How long a name may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameLimit {
    /// The first bytes are kept, wherever a name is read.
    Cut {
        /// So many of them.
        bytes: usize,
    },
    /// A longer name is refused.
    Refused {
        /// More characters than these.
        characters: usize,
    },
    /// As long as one likes.
    None,
}

/// What keeps a server from looking at foreign keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignKeySwitch {
    /// The setting.
    pub setting: &'static str,
    /// Its value for that.
    pub off: &'static str,
}

/// What a backslash in a string means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backslashes {
    /// It escapes in strings with an `E` before them.
    AfterE,
    /// It escapes in every string.
    Escape,
    /// As it is written.
    Plain,
}

/// Where a comment on a column is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// In a statement of its own.
    Statements,
    /// In the column's definition, as `COMMENT '…'`.
    AtColumns,
    /// The server has no such thing.
    None,
}

/// Where `USING method` stands in `CREATE INDEX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexMethodPlace {
    /// `CREATE INDEX i ON t USING btree (a)`.
    BeforeColumns,
    /// `CREATE INDEX i ON t (a) USING BTREE`.
    AfterColumns,
    /// There are no methods.
    None,
}

/// Makes the struct of a subject's answers and a method of [`Dialect`] for each.
macro_rules! questions {
    ($($(#[$about:meta])* $subject:ident in $field:ident {
        $($(#[$doc:meta])* $question:ident: $answer:ty,)+
    })+) => {
        $(
            $(#[$about])*
            #[derive(Debug)]
            pub(crate) struct $subject {
                $($(#[$doc])* pub(crate) $question: $answer,)+
            }

            impl Dialect {
                $($(#[$doc])*
                #[inline]
                pub fn $question(self) -> $answer {
                    self.server().$field.$question
                })+
            }
        )+
    };
}

questions! {
    /// Names, and where they lie.
    Naming in naming {
        /// Whether objects lie in schemas of a database. Elsewhere the schema of every name is
        /// empty.
        has_schemas: bool,
        /// The schema of a name that says none; empty where there are no schemas.
        home_schema: &'static str,
        /// Whether a name without quotes is folded to lower case, after which case counts.
        /// Elsewhere names stay as written, and case does not count.
        folds_case: bool,
        /// How long a name may be.
        name_limit: NameLimit,
        /// What stands around a name that needs quotes.
        name_quote: char,
        /// How names start that only the server gives, in lower case.
        reserved_prefix: Option<&'static str>,
        /// How the server's own relations are called, though somebody else's may be as well: a schema
        /// that code is generated from describes them.
        own_prefix: Option<&'static str>,
        /// Whether what is temporary lies in a schema of its own.
        has_temporary_schema: bool,
        /// Whether the server gives a name to every constraint and key, and keeps them apart from
        /// other names of the table.
        constraints_have_names: bool,
        /// Whether a primary key may have a name of its own. MySQL calls every one `PRIMARY`.
        primary_keys_have_names: bool,
        /// Whether an index is a part of its table, so that `DROP INDEX` has to say of which.
        indexes_belong_to_tables: bool,
        /// Whether two tables may have triggers of one name.
        triggers_belong_to_tables: bool,
    }
    /// How text becomes tokens.
    Lexing in lexing {
        /// What a backslash in a string means.
        backslashes: Backslashes,
        /// Whether `#` starts a comment.
        has_hash_comments: bool,
        /// Whether `/*! … */` is code.
        has_executable_comments: bool,
        /// Whether `/* /* */ */` is one comment.
        comments_nest: bool,
        /// Whether the end of the text ends a comment.
        comments_may_stay_open: bool,
        /// Whether a carriage return ends a `--` comment.
        carriage_return_ends_comment: bool,
        /// Whether `--` is a comment only before a blank: on MySQL, `5--1` is six.
        dashes_need_a_blank: bool,
        /// Whether `"a"` is a string.
        double_quotes_are_strings: bool,
        /// Whether a name may stand in backticks.
        has_backticks: bool,
        /// Whether a name may stand in square brackets.
        has_brackets: bool,
        /// Whether `$$ … $$` is a string.
        has_dollar_quotes: bool,
        /// Whether a name may start with `$`.
        words_start_with_dollar: bool,
        /// Whether `U&'…'` and `U&"…"` are one token.
        has_unicode_escapes: bool,
        /// Whether a backslash starts a command of the client, as psql's `\\i` does.
        has_client_commands: bool,
        /// Whether the client knows `DELIMITER`, and ends a statement at the first `;` without it.
        has_delimiter_command: bool,
    }
    /// What may be written.
    Grammar in grammar {
        /// Whether a type may be any words, which are kept as they are.
        keeps_types_as_written: bool,
        /// Whether a column must have a type.
        columns_need_types: bool,
        /// Whether an index can be made and dropped `CONCURRENTLY`.
        has_concurrently: bool,
        /// Whether `FULLTEXT` and `SPATIAL` are kinds of an index, and options follow its columns.
        has_fulltext_indexes: bool,
        /// Whether an index is of an access method, and says where nulls stand.
        has_index_methods: bool,
        /// Whether `a(10)` in an index is the start of a column.
        index_prefixes: bool,
        /// Whether `ALTER TABLE t` may go on with `WAIT 5` or `NOWAIT`, as on MariaDB.
        alter_may_wait: bool,
        /// Whether `ADD IF NOT EXISTS a int` is understood without the word `COLUMN`, which
        /// sqlparser reads and forgets.
        add_may_be_conditional: bool,
        /// Whether `CREATE TABLE a (LIKE b)` and `CREATE TABLE a LIKE b` copy all of a table.
        like_copies_all: bool,
        /// Whether `CREATE TABLE t (a, b) AS …` names the columns of a query.
        query_columns_may_be_named: bool,
        /// Whether a string may stand where a name is expected.
        strings_can_be_names: bool,
        /// Whether a quoted word in a default is a string.
        words_can_be_strings: bool,
        /// Whether `ALGORITHM`, `DEFINER` and `SQL SECURITY` stand before `VIEW`.
        views_have_algorithms: bool,
        /// Whether functions are distinguished by their arguments, and `ALTER FUNCTION` changes
        /// more than how one runs.
        routines_have_signatures: bool,
        /// Whether the body of an SQL function is written as a string.
        routine_texts_are_code: bool,
        /// Whether a trigger runs a function instead of having statements of its own.
        triggers_call_functions: bool,
        /// What the body of a trigger starts with.
        trigger_body_words: &'static [&'static str],
        /// Whether a column needs no type.
        has_untyped_columns: bool,
        /// Whether `BEGIN NOT ATOMIC` starts a block of statements, as on MariaDB.
        begin_may_open_a_block: bool,
        /// Whether rows may follow a `COPY … FROM STDIN`.
        copies_from_stdin: bool,
        /// Whether `PREPARE s FROM @text` runs text that a variable holds.
        prepares_texts: bool,
        /// Whether one `SET` sets several variables.
        set_takes_several: bool,
        /// Whether `SET CONSTRAINTS`, `SET TRANSACTION` and their like are statements.
        set_has_phrases: bool,
        /// Whether `CREATE OR REPLACE TABLE` puts a table in the place of another.
        has_or_replace_table: bool,
        /// Whether strings are one that only blanks with a line break separate.
        joins_strings_across_lines: bool,
        /// Whether two windows of one `WINDOW` clause may have one name; the last one counts.
        repeats_windows: bool,
        /// Whether `a ISNULL` is `a IS NULL`.
        has_postfix_isnull: bool,
        /// Whether `f(a := 1)` names an argument, as `f(a => 1)` does, and `f(VARIADIC a)` gives
        /// several in an array.
        names_arguments_by_assignment: bool,
        /// Whether one connection reaches several databases, and `USE` chooses among them.
        has_several_databases: bool,
        /// What a connection calls its own database where others are attached to it.
        own_database: Option<&'static str>,
        /// Marks that this server does not read as a quote or comment, while others do: text that
        /// holds one may be theirs.
        marks_of_others: &'static [&'static str],
        /// Whether only a fork of the server gives a column another definition.
        redefinition_is_of_a_fork: bool,
        /// Whether `a JOIN b` may do without `ON`, as `a CROSS JOIN b` does.
        joins_may_lack_conditions: bool,
        /// Whether `SELECT FROM t` is a query.
        select_may_be_empty: bool,
        /// Whether `SELECT … INTO t` makes a table. MySQL puts rows into variables and files.
        select_into_makes_tables: bool,
        /// Whether a `WITH` sees itself without the word `RECURSIVE`.
        with_is_recursive: bool,
        /// Whether `HAVING` sees the names of the columns that a query yields.
        having_sees_outputs: bool,
        /// Whether `WHERE` sees them too.
        where_sees_outputs: bool,
        /// Whether the values of an `INSERT` may name its columns.
        values_see_columns: bool,
        /// Whether a query in `FROM` needs an alias, in all versions.
        derived_tables_have_names: bool,
        /// Whether the columns of an `INSERT` without a list may get fewer values than there are.
        insert_may_be_short: bool,
        /// Whether a statement that gives a column two values is refused. Others take the first or
        /// the last one.
        assigns_columns_once: bool,
    }
    /// What values and columns hold.
    Typing in typing {
        /// Whether types are made, renamed and dropped, enums among them.
        types_are_objects: bool,
        /// Whether the labels of an enum stand at the column.
        enums_are_column_types: bool,
        /// Whether true and false are values of their own, not the numbers 1 and 0.
        has_booleans: bool,
        /// Whether the server prints `true` as `1`.
        prints_booleans_as_numbers: bool,
        /// Whether `LOCALTIME` and `LOCALTIMESTAMP` are the current time with its zone, as `now()`
        /// is.
        localtime_is_now: bool,
        /// Whether `now()` is printed as `CURRENT_TIMESTAMP`, and may be a default without
        /// brackets.
        prints_now_in_words: bool,
        /// Whether the type of an expression is known before it runs, and what has none is text.
        expressions_have_types: bool,
        /// Whether text becomes a number or a moment on its own when the type of its column
        /// changes.
        converts_text: bool,
        /// Whether `CAST(a AS t)` makes a column of that type.
        casts_give_column_types: bool,
        /// Whether a subquery's value has the type of the column that it reads, where other
        /// expressions have none.
        subqueries_pass_types: bool,
        /// Whether a column made from a query says the same of nulls and defaults, whether it comes
        /// from a table, a join or a subquery.
        queries_keep_defaults: bool,
        /// Whether nulls are larger than all values, and an index says where they stand.
        nulls_sort_high: bool,
        /// Whether a type is kept in one of several spellings: TIMESTAMP(0) is TIMESTAMP.
        respells_types: bool,
        /// Whether the current time as a default says as many digits as its column has.
        now_needs_digits: bool,
        /// Whether a column of bytes or JSON may have a literal for its default.
        documents_have_defaults: bool,
        /// The words for a column that counts which stand in place of a type.
        serial_names: &'static [&'static str],
        /// Whether a serial or identity column counts by a sequence.
        serial_makes_sequence: bool,
        /// Whether a key that is one `INTEGER` is the table's own row number, which counts without
        /// being asked. Any other primary key is an index beside the table.
        integer_key_is_row_number: bool,
        /// Whether `CREATE TABLE` makes one index of keys that are equal.
        merges_equal_keys: bool,
        /// Whether a column that counts must be the first of a key.
        counts_for_a_key_only: bool,
        /// Whether a new column without a default gets an invented value instead of being refused
        /// when there are rows.
        invents_values: bool,
        /// Whether `RESTRICT` acts otherwise than `NO ACTION`.
        restrict_differs: bool,
    }
    /// What changes of a schema do.
    Ddl in ddl {
        /// Whether a database is a file, which is made when it is first opened.
        database_is_a_file: bool,
        /// Whether a rolled back transaction undoes changes of the schema.
        is_transactional: bool,
        /// Whether several statements in one string are one transaction.
        batch_is_transaction: bool,
        /// What keeps the server from looking at foreign keys.
        foreign_key_switch: Option<ForeignKeySwitch>,
        /// Whether a foreign key makes an index that it needs, and does not let it go.
        foreign_keys_make_indexes: bool,
        /// Whether a constraint can be added without looking at the rows that are there.
        has_not_valid: bool,
        /// Whether most changes of a table mean a new table in its place.
        rebuilds_tables: bool,
        /// Whether a column is changed by declaring it again.
        modifies_whole_columns: bool,
        /// Whether `DROP FOREIGN KEY` and `DROP PRIMARY KEY` are the words to drop a constraint.
        drops_by_kind: bool,
        /// Whether views know the tables and columns that they read: they follow a rename, may be
        /// replaced only by more columns, and stand in the way of a drop.
        views_keep_columns: bool,
        /// Whether a view's query is looked at when the view is made, which settles its columns.
        views_know_their_columns: bool,
        /// Whether the body of a function is looked at when it is made.
        looks_at_function_bodies: bool,
        /// Whether keys and constraints have to stand in `CREATE TABLE`.
        constraints_come_with_tables: bool,
        /// Where a comment on a column is written.
        comments: Comments,
    }
    /// Locks and transactions.
    Locking in locking {
        /// The setting that ends the wait for a lock.
        lock_timeout: &'static str,
        /// What a timeout without a unit is counted in, in milliseconds.
        timeout_unit: u64,
        /// A statement that sets it.
        lock_timeout_example: &'static str,
        /// A statement that sets it until the transaction ends.
        lock_timeout_in_transaction: &'static str,
        /// Whether others wait for a change that itself blocks nothing, as long as it waits.
        every_lock_queues: bool,
        /// Whether a change that has to look at every row copies the table.
        copies_tables: bool,
        /// What ends an explicit lock of a table.
        locks_last_until: &'static str,
        /// What a `BEGIN` inside of a transaction does.
        second_begin: &'static str,
    }
    /// How changes are written.
    Printing in printing {
        /// What stands before and after a value of bytes, for it to be read as hexadecimal digits.
        bytes_as_digits: [&'static str; 2],
        /// What makes a column count.
        auto_increment_words: &'static str,
        /// What follows a generated column that is computed when it is read. PostgreSQL has no
        /// `VIRTUAL` before version 18, where it is also the default.
        not_stored_words: &'static str,
        /// Whether an option of a table is a word without a value.
        table_options_are_words: bool,
        /// Whether a column is declared again by `ALTER COLUMN a TO …`, not by `MODIFY` and
        /// `CHANGE`.
        redefines_columns: bool,
        /// What stands between the options of a table.
        table_options_separator: &'static str,
        /// Where the access method of an index stands.
        index_method_place: IndexMethodPlace,
        /// Whether a default that is neither a literal nor the current time stands in brackets.
        defaults_need_brackets: bool,
        /// Types of which a default stands in brackets even if it is a literal: MySQL answers 1101.
        types_without_literal_defaults: &'static [&'static str],
        /// Whether a call in an index stands in brackets.
        index_calls_need_brackets: bool,
        /// Whether each action needs an `ALTER TABLE` of its own.
        alter_takes_one_action: bool,
    }
}
