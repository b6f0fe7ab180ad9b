//! The rules: one list, one page and one file of code for each.
//!
//! `rules/drop-table.md` holds everything that can be said of a rule: its metadata in front matter,
//! what goes wrong, an example with the exact output, and how to do it instead.
//! `src/rules/drop_table.rs` holds nothing but `pub(super) const CHECK: Check`. The line in
//! `rules!` joins them; `tests/rules.rs` compares the list with the folder and runs every page.

use std::sync::OnceLock;

use crate::drift;
use crate::sql::Statement;

use crate::context::suppose;
pub use crate::context::{
    Constrained, Copied, Defined, MadeIndex, Rebuild, Rename, TableEdit, WholeCopy,
    added_constraints, defined_columns, edits, made_indexes, renames,
};
pub use crate::context::{Context, Reported, Run, SetContext, Setting, WorkflowContext};
pub use crate::page::{Group, Meta};
pub use crate::replay::{Rows, Transaction};

/// What a rule looks at, which is also when it runs. Rules are plain functions: they cannot fail,
/// block or remember.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// One statement on the way up; [`Context::catalog`] is the schema just before it.
    Statement(fn(&Statement, &mut Context)),
    /// One statement on the way up or down.
    AnyStatement(fn(&Statement, &mut Context)),
    /// A whole migration on the way up; [`Run::before`] is the schema before it,
    /// [`Context::catalog`] the one after.
    Migration(fn(&Run, &mut Context)),
    /// A down migration; [`Run::before`] is the schema before its up, [`Context::catalog`] the one
    /// after up and then down.
    Down(fn(&Run, &mut Context)),
    /// A whole migration set; [`SetContext::catalog`] is what its replay left.
    Set(fn(&mut SetContext)),
    /// A migration set and what git says has changed in it; [`SetContext::changes`] is never
    /// `None`.
    History(fn(&mut SetContext)),
    /// The workflow around migrations.
    Workflow(fn(&mut WorkflowContext)),
    /// The pipeline itself reports it: it is about suppressions, or what the replay refused.
    Pipeline,
}

impl Check {
    /// Whether what is found concerns a file as a whole, wherever in it the first sign stands.
    pub(crate) fn is_about_a_file(self) -> bool {
        matches!(self, Self::History(_) | Self::Set(_))
    }

    /// Whether what is found is something that the text of a migration does.
    pub(crate) fn is_about_a_migration(self) -> bool {
        matches!(
            self,
            Self::Statement(_) | Self::AnyStatement(_) | Self::Migration(_)
        )
    }
}

/// A rule: its page, what the page says of it, and its code.
#[derive(Debug)]
pub struct Rule {
    /// The page's front matter.
    pub meta: Meta,
    /// The whole page, as `driftlint explain` prints it.
    pub page: &'static str,
    /// When the rule is asked, and the function that answers.
    pub check: Check,
}

macro_rules! rules {
    ($($module:ident => $name:literal,)*) => {
        $(mod $module;)*

        /// The name of each rule, for those parts of the pipeline that speak of one: when a rule
        /// gets another name, they do not compile before they know it.
        #[expect(non_upper_case_globals, reason = "they are the names of the modules")]
        #[expect(dead_code, reason = "most rules are named by their own page alone")]
        pub(crate) mod name {
            $(pub(crate) const $module: &str = $name;)*
        }

        const LIST: &[(&str, &str, Check)] = &[$((
            $name,
            include_str!(concat!("../rules/", $name, ".md")),
            $module::CHECK,
        ),)*];
    };
}

rules! {
    blocking_constraint => "blocking-constraint",
    blocking_index => "blocking-index",
    blocking_partition => "blocking-partition",
    blocking_refresh => "blocking-refresh",
    blocking_validation => "blocking-validation",
    char_column => "char-column",
    column_type_changed => "column-type-changed",
    create_extension => "create-extension",
    declared_differently => "declared-differently",
    declared_not_migrated => "declared-not-migrated",
    dev_command_in_production => "dev-command-in-production",
    default_changed => "default-changed",
    down_missing => "down-missing",
    down_not_inverse => "down-not-inverse",
    down_will_fail => "down-will-fail",
    drop_cascade => "drop-cascade",
    drop_column => "drop-column",
    drop_constraint => "drop-constraint",
    drop_default => "drop-default",
    drop_not_null => "drop-not-null",
    drop_partition => "drop-partition",
    drop_schema => "drop-schema",
    drop_table => "drop-table",
    drop_table_without_if_exists => "drop-table-without-if-exists",
    duplicate_version => "duplicate-version",
    edited_migration => "edited-migration",
    empty_migration => "empty-migration",
    enum_swap_incomplete => "enum-swap-incomplete",
    enum_value_removed => "enum-value-removed",
    enum_value_renamed => "enum-value-renamed",
    enum_value_used_before_commit => "enum-value-used-before-commit",
    enum_value_without_position => "enum-value-without-position",
    explicit_lock => "explicit-lock",
    float_column => "float-column",
    foreign_key_without_index => "foreign-key-without-index",
    identifier_too_long => "identifier-too-long",
    inline_references_ignored => "inline-references-ignored",
    int_primary_key => "int-primary-key",
    journal_entry_without_file => "journal-entry-without-file",
    journal_number_mismatch => "journal-number-mismatch",
    journal_order => "journal-order",
    json_column => "json-column",
    kept_invalid_index => "kept-invalid-index",
    migrate_not_awaited => "migrate-not-awaited",
    lossy_type_change => "lossy-type-change",
    migrated_not_declared => "migrated-not-declared",
    migration_failure_ignored => "migration-failure-ignored",
    migration_not_in_journal => "migration-not-in-journal",
    migration_will_fail => "migration-will-fail",
    migration_without_snapshot => "migration-without-snapshot",
    migrations_ignored => "migrations-ignored",
    migrations_not_applied => "migrations-not-applied",
    migrations_skipped_by_environment => "migrations-skipped-by-environment",
    missing_lock_timeout => "missing-lock-timeout",
    missing_statement_timeout => "missing-statement-timeout",
    modify_drops_attributes => "modify-drops-attributes",
    mysql_ddl_in_transaction => "mysql-ddl-in-transaction",
    needs_newer_server => "needs-newer-server",
    not_null_without_default => "not-null-without-default",
    push_instead_of_migrate => "push-instead-of-migrate",
    removed_command => "removed-command",
    not_rerunnable => "not-rerunnable",
    out_of_order_migration => "out-of-order-migration",
    redundant_index => "redundant-index",
    rename_column => "rename-column",
    rename_table => "rename-table",
    repeated_scan => "repeated-scan",
    row_security_hides_rows => "row-security-hides-rows",
    row_security_lost => "row-security-lost",
    schema_changed_without_migration => "schema-changed-without-migration",
    serial_column => "serial-column",
    set_local_outside_transaction => "set-local-outside-transaction",
    set_not_null_without_backfill => "set-not-null-without-backfill",
    snapshot_fork => "snapshot-fork",
    snapshot_without_parent => "snapshot-without-parent",
    sqlite_add_column_refused => "sqlite-add-column-refused",
    sqlite_rebuild_incomplete => "sqlite-rebuild-incomplete",
    sqlite_rebuild_loses_rows => "sqlite-rebuild-loses-rows",
    stale_snapshot => "stale-snapshot",
    storage_engine_changed => "storage-engine-changed",
    stray_transaction_command => "stray-transaction-command",
    table_copied => "table-copied",
    table_rewrite => "table-rewrite",
    table_without_primary_key => "table-without-primary-key",
    timestamp_without_time_zone => "timestamp-without-time-zone",
    truncate_cascade => "truncate-cascade",
    truncate_table => "truncate-table",
    unclosed_transaction => "unclosed-transaction",
    unique_over_existing_rows => "unique-over-existing-rows",
    unnamed_constraint => "unnamed-constraint",
    syntax_error => "syntax-error",
    unparsed_statement => "unparsed-statement",
    unqualified_table => "unqualified-table",
    unreadable_journal => "unreadable-journal",
    unresolved_merge => "unresolved-merge",
    unused_suppression => "unused-suppression",
    validate_in_same_transaction => "validate-in-same-transaction",
    wide_index => "wide-index",
    wide_lock_window => "wide-lock-window",
    work_under_lock => "work-under-lock",
    write_without_where => "write-without-where",
    zero_date => "zero-date",
}

/// `drift` comes before the rules and reports five of them by names of its own; these are the same.
const _: () = {
    assert!(is_same(drift::DIFFERENTLY, name::declared_differently));
    assert!(is_same(drift::NOT_MIGRATED, name::declared_not_migrated));
    assert!(is_same(drift::NOT_DECLARED, name::migrated_not_declared));
    assert!(is_same(drift::STALE_SNAPSHOT, name::stale_snapshot));
    assert!(is_same(drift::LONG_NAME, name::identifier_too_long));
};

/// `==` for texts is not yet known while compiling.
const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}

/// Every rule, sorted by name.
pub fn all() -> &'static [Rule] {
    static ALL: OnceLock<Vec<Rule>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut rules: Vec<Rule> = LIST
            .iter()
            .map(|&(name, page, check)| {
                let meta = Meta::parse(name, page)
                    .expect("tests/rules.rs parses the front matter of every page");
                Rule { meta, page, check }
            })
            .collect();
        rules.sort_by_key(|rule| rule.meta.name);
        rules
    })
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    let rules = all();
    rules
        .binary_search_by_key(&name, |rule| rule.meta.name)
        .ok()
        .map(|at| &rules[at])
}

/// The rule most like `name`, if any is like it: for "did you mean".
pub fn nearest_rule(name: &str) -> Option<&'static str> {
    nearest_of(name, all().iter().map(|rule| rule.meta.name))
}

/// The rule or group most like `name`, if any is like it.
pub fn nearest(name: &str) -> Option<&'static str> {
    nearest_of(
        name,
        all()
            .iter()
            .map(|rule| rule.meta.name)
            .chain(Group::ALL.iter().map(|group| group.name())),
    )
}

/// The candidate most like `name`, if any is like it.
pub fn nearest_of<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|&(likeness, _)| likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
