//! What a server would refuse.

use super::Site;
use crate::source::Span;
use crate::sql::change::{BodyFault, BodyFaultKind};

/// A statement, or a part of it, that the server would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The bytes in the statement's file.
    pub span: Span,
    /// What is wrong: lower-case start, names in backticks, no full stop.
    pub message: String,
    /// SQLSTATE, as PostgreSQL would report it; the other dialects' refusals use the state of the
    /// same meaning.
    pub code: &'static str,
    /// The place in the history that explains it, and how.
    pub related: Option<Box<Explanation>>,
    /// The table that is not there and never was, if that is what is wrong.
    pub missing: Option<String>,
    /// Whether it is so only where the file reaches the server as one string, which nobody knows.
    pub supposed: bool,
    /// Whether what is missing is made later, so that the order is wrong.
    pub early: bool,
    /// The extension that would have to be there, where nobody knows whether it is.
    pub without: Option<&'static str>,
    /// Whether it depends on what is not known. It stops the statement, and is not reported.
    pub(crate) doubtful: bool,
}

/// A place in the history that explains a refusal. Boxed there, since every answer of the catalog
/// is as large as a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The statement that explains the refusal.
    pub site: Site,
    /// How it explains the refusal.
    pub why: String,
}

impl Rejection {
    /// A refusal without a second place.
    pub(crate) fn new(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            code,
            related: None,
            missing: None,
            supposed: false,
            early: false,
            without: None,
            doubtful: false,
        }
    }

    /// The refusal of a body that cannot be read.
    pub(crate) fn of_body(fault: &BodyFault) -> Self {
        let code = match fault.kind {
            BodyFaultKind::Syntax => sqlstate::SYNTAX_ERROR,
            BodyFaultKind::Result => sqlstate::DATATYPE_MISMATCH,
            BodyFaultKind::Condition => sqlstate::UNDEFINED_OBJECT,
            BodyFaultKind::Constant => sqlstate::ERROR_IN_ASSIGNMENT,
        };
        Self::new(code, fault.span, fault.message.clone())
    }

    /// The same, with the table that is missing.
    #[must_use]
    pub(crate) fn of_missing(mut self, table: impl Into<String>) -> Self {
        self.missing = Some(table.into());
        self
    }

    /// The same, with the place that explains it, if that is known.
    #[must_use]
    pub(crate) fn because(mut self, site: Option<Site>, why: impl Into<String>) -> Self {
        self.related = site.map(|site| {
            Box::new(Explanation {
                site,
                why: why.into(),
            })
        });
        self
    }
}

/// SQLSTATE codes of the refusals that a catalog can foresee, by PostgreSQL's condition names.
pub mod sqlstate {
    /// An `ALTER` that the object's use forbids.
    pub const FEATURE_NOT_SUPPORTED: &str = "0A000";
    /// A label or option that does not exist.
    pub const INVALID_PARAMETER_VALUE: &str = "22023";
    /// A label that is too long for an enum.
    pub const INVALID_NAME: &str = "42602";
    /// A name that is too long for MySQL.
    pub const NAME_TOO_LONG: &str = "42622";
    /// Text that is longer than its column.
    pub const STRING_TOO_LONG: &str = "22001";
    /// Text that is no date, time or interval.
    pub const INVALID_DATETIME_FORMAT: &str = "22007";
    /// Text that is not a value of the type.
    pub const INVALID_TEXT_REPRESENTATION: &str = "22P02";
    /// A statement that a transaction block forbids.
    pub const ACTIVE_SQL_TRANSACTION: &str = "25001";
    /// Something else depends on what is dropped.
    pub const DEPENDENT_OBJECTS_STILL_EXIST: &str = "2BP01";
    /// A schema that is not there.
    pub const INVALID_SCHEMA_NAME: &str = "3F000";
    /// An unknown table, view, index or sequence.
    pub const UNDEFINED_TABLE: &str = "42P01";
    /// An `ON CONFLICT` for which there is no key.
    pub const INVALID_COLUMN_REFERENCE: &str = "42P10";
    /// A function that may not be defined so.
    pub const INVALID_FUNCTION_DEFINITION: &str = "42P13";
    /// Types that cannot be cast into each other.
    pub const CANNOT_COERCE: &str = "42846";
    /// A statement that does not add up, such as an `INSERT` with too many values.
    pub const SYNTAX_ERROR: &str = "42601";
    /// A column that several tables have.
    pub const AMBIGUOUS_COLUMN: &str = "42702";
    /// A column that is not there.
    pub const UNDEFINED_COLUMN: &str = "42703";
    /// An unknown type, constraint, trigger, policy or index in `DROP INDEX`.
    pub const UNDEFINED_OBJECT: &str = "42704";
    /// No function of that name takes such arguments.
    pub const UNDEFINED_FUNCTION: &str = "42883";
    /// A relation of that name exists.
    pub const DUPLICATE_TABLE: &str = "42P07";
    /// A column of that name exists.
    pub const DUPLICATE_COLUMN: &str = "42701";
    /// Two relations of a query have one name.
    pub const DUPLICATE_ALIAS: &str = "42712";
    /// A type, constraint, trigger, policy, role or extension of that name exists.
    pub const DUPLICATE_OBJECT: &str = "42710";
    /// A schema of that name exists.
    pub const DUPLICATE_SCHEMA: &str = "42P06";
    /// A function with that name and those arguments exists.
    pub const DUPLICATE_FUNCTION: &str = "42723";
    /// The object is of another kind.
    pub const WRONG_OBJECT_TYPE: &str = "42809";
    /// Types that do not fit.
    pub const DATATYPE_MISMATCH: &str = "42804";
    /// An aggregate where there can be none, or a column that is not grouped by.
    pub const GROUPING_ERROR: &str = "42803";
    /// A window function where there can be none.
    pub const WINDOWING_ERROR: &str = "42P20";
    /// A call that several functions may be meant by.
    pub const AMBIGUOUS_FUNCTION: &str = "42725";
    /// A second primary key, a dropped partition key and the like.
    pub const INVALID_TABLE_DEFINITION: &str = "42P16";
    /// A foreign key without a key to point at.
    pub const INVALID_FOREIGN_KEY: &str = "42830";
    /// An inherited column cannot be changed here, and the like.
    pub const INVALID_OBJECT_DEFINITION: &str = "42P17";
    /// The object is not in the state that the statement needs.
    pub const OBJECT_NOT_IN_PREREQUISITE_STATE: &str = "55000";
    /// A value for a column that is generated.
    pub const GENERATED_ALWAYS: &str = "428C9";
    /// A null where there can be none.
    pub const NOT_NULL_VIOLATION: &str = "23502";
    /// A second row with one key.
    pub const UNIQUE_VIOLATION: &str = "23505";
    /// A constant of a block gets another value.
    pub const ERROR_IN_ASSIGNMENT: &str = "22005";
    /// A block raised it itself, with `RAISE`.
    pub const RAISE_EXCEPTION: &str = "P0001";

    /// Whether a handler's condition (`duplicate_object`, `others`, `sqlstate 42710`) catches the
    /// code.
    pub fn caught_by(code: &str, condition: &str) -> bool {
        let name = match code {
            FEATURE_NOT_SUPPORTED => "feature_not_supported",
            INVALID_PARAMETER_VALUE => "invalid_parameter_value",
            INVALID_NAME => "invalid_name",
            NAME_TOO_LONG => "name_too_long",
            INVALID_DATETIME_FORMAT => "invalid_datetime_format",
            STRING_TOO_LONG => "string_data_right_truncation",
            INVALID_TEXT_REPRESENTATION => "invalid_text_representation",
            ACTIVE_SQL_TRANSACTION => "active_sql_transaction",
            DEPENDENT_OBJECTS_STILL_EXIST => "dependent_objects_still_exist",
            INVALID_SCHEMA_NAME => "invalid_schema_name",
            UNDEFINED_TABLE => "undefined_table",
            UNDEFINED_COLUMN => "undefined_column",
            AMBIGUOUS_COLUMN => "ambiguous_column",
            INVALID_COLUMN_REFERENCE => "invalid_column_reference",
            INVALID_FUNCTION_DEFINITION => "invalid_function_definition",
            CANNOT_COERCE => "cannot_coerce",
            SYNTAX_ERROR => "syntax_error",
            UNDEFINED_OBJECT => "undefined_object",
            UNDEFINED_FUNCTION => "undefined_function",
            DUPLICATE_TABLE => "duplicate_table",
            DUPLICATE_COLUMN => "duplicate_column",
            DUPLICATE_ALIAS => "duplicate_alias",
            DUPLICATE_OBJECT => "duplicate_object",
            DUPLICATE_SCHEMA => "duplicate_schema",
            DUPLICATE_FUNCTION => "duplicate_function",
            WRONG_OBJECT_TYPE => "wrong_object_type",
            DATATYPE_MISMATCH => "datatype_mismatch",
            GROUPING_ERROR => "grouping_error",
            WINDOWING_ERROR => "windowing_error",
            AMBIGUOUS_FUNCTION => "ambiguous_function",
            INVALID_TABLE_DEFINITION => "invalid_table_definition",
            INVALID_FOREIGN_KEY => "invalid_foreign_key",
            INVALID_OBJECT_DEFINITION => "invalid_object_definition",
            OBJECT_NOT_IN_PREREQUISITE_STATE => "object_not_in_prerequisite_state",
            GENERATED_ALWAYS => "generated_always",
            NOT_NULL_VIOLATION => "not_null_violation",
            UNIQUE_VIOLATION => "unique_violation",
            RAISE_EXCEPTION => "raise_exception",
            _ => "",
        };
        let class = match code.get(..2) {
            Some("42") => "syntax_error_or_access_rule_violation",
            Some("22") => "data_exception",
            Some("23") => "integrity_constraint_violation",
            Some("P0") => "plpgsql_error",
            _ => "",
        };
        let condition = condition.trim();
        let literal = condition
            .strip_prefix("sqlstate")
            .map(|rest| rest.trim().trim_matches('\''));
        condition == "others"
            || (!name.is_empty() && condition == name)
            || (!class.is_empty() && condition == class)
            || literal.is_some_and(|literal| literal.eq_ignore_ascii_case(code))
    }
}

#[cfg(test)]
mod tests {
    use super::sqlstate::caught_by;

    #[test]
    fn handlers_catch_by_name_class_state_and_others() {
        assert!(caught_by("42710", "duplicate_object"));
        assert!(caught_by("42710", "others"));
        assert!(caught_by("42710", "sqlstate '42710'"));
        assert!(caught_by("42P07", "syntax_error_or_access_rule_violation"));
        assert!(!caught_by("42P07", "duplicate_object"));
    }
}
