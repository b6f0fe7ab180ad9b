//! Expressions in CEL, the Common Expression Language: as much of it as rules need.
//!
//! Written here rather than taken from the crate `cel` (0.15, well kept): that brings the run time
//! of ANTLR and some twenty crates more, and has no limit for an evaluation. This one counts its
//! steps, so that an expression ends at the same place on every machine, whatever a configuration
//! asks for.
//!
//! Left out: bytes, unsigned numbers, timestamps, durations, messages, and `matches` with a pattern
//! that is computed.

mod eval;
mod lex;
mod parse;
mod value;

use std::fmt;

pub use eval::Variables;
pub use value::CelValue;

/// The longest expression, in bytes.
pub const LONGEST: usize = 4096;

/// The most steps of an evaluation; a comprehension takes some for each element.
pub const STEPS: u32 = 100_000;

/// An expression that has been read.
#[derive(Clone, Debug)]
pub struct Expression {
    root: parse::Node,
}

/// What is wrong with an expression, or with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CelError {
    /// In words, without a full stop.
    pub message: String,
    /// Where in the expression, in bytes from 0; `None` where only the whole is known.
    pub at: Option<usize>,
}

impl CelError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            at: None,
        }
    }

    fn at(at: usize, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            at: Some(at),
        }
    }
}

impl fmt::Display for CelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Where it is none, or too long, or nested too deeply.
    pub fn parse(text: &str) -> Result<Self, CelError> {
        if text.len() > LONGEST {
            return Err(CelError::new(format!(
                "it has {} bytes, and {LONGEST} are the end",
                text.len()
            )));
        }
        parse::expression(text).map(|root| Self { root })
    }

    /// Its value.
    ///
    /// # Errors
    /// Where a name or a field is not there, types do not fit, or [`STEPS`] are not enough.
    pub fn value(&self, scope: &Variables) -> Result<CelValue, CelError> {
        eval::value(&self.root, scope)
    }

    /// Whether it asks for a variable.
    pub fn mentions(&self, name: &str) -> bool {
        self.root.mentions(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<CelValue, CelError> {
        let column = |name: &str, kind: &str| {
            CelValue::map([
                ("name", CelValue::from(name)),
                ("type", CelValue::from(kind)),
            ])
        };
        let table = CelValue::map([
            ("name", CelValue::from("users")),
            (
                "columns",
                CelValue::list([column("id", "bigint"), column("data", "json")]),
            ),
            ("rows", CelValue::Null),
        ]);
        let scope = Variables::new([("before", table), ("n", CelValue::Int(3))]);
        Expression::parse(text)?.value(&scope)
    }

    #[test]
    fn expressions_have_the_values_that_cel_says() {
        for (text, wanted) in [
            ("1 + 2 * 3 == 7 && !(4 < 3)", true),
            ("-7 / 2 == -3 && -7 % 2 == -1", true),
            ("1 == 1.0 && 2 > 1.5", true),
            ("'a' + \"b\" == 'ab' && r'\\d' == '\\\\d'", true),
            ("before.columns.exists(c, c.type == 'json')", true),
            ("before.columns.all(c, c.name.matches('^[a-z]+$'))", true),
            (
                "before.columns.filter(c, c.type == 'json').map(c, c.name) == ['data']",
                true,
            ),
            (
                "before.columns.map(c, c.type != 'json', c.name) == ['id']",
                true,
            ),
            ("before.columns.exists_one(c, c.name == 'id')", true),
            (
                "has(before.rows) && before.rows == null && !has(before.owner)",
                true,
            ),
            ("size(before.columns) == 2 && before.name.size() == 5", true),
            (
                "'id' in before.columns.map(c, c.name) && 'name' in before",
                true,
            ),
            (
                "before['name'] == 'users' && before.columns[1].name == 'data'",
                true,
            ),
            ("n > 2 ? 'many' == 'many' : false", true),
            ("{'a': 1, 'b': [2]}.b[0] == 2", true),
            (
                "before.name.startsWith('us') && before.name.endsWith('ers') && before.name.contains('se')",
                true,
            ),
            (
                "string(3) == '3' && int('4') == 4 && 'AbC'.lowerAscii() == 'abc'",
                true,
            ),
            // What one side decides, the other need not be able to say.
            ("true || before.nothing", true),
            ("before.nothing || true", true),
            ("false && before.nothing", false),
            ("'1' == 1", false),
        ] {
            assert_eq!(value(text), Ok(CelValue::Bool(wanted)), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let said = |text: &str| value(text).expect_err(text).message;
        assert_eq!(said("before.owner"), "there is no `owner`");
        assert_eq!(said("nobody"), "there is no `nobody`");
        assert_eq!(said("1 + 'a'"), "`+` takes no int and string");
        assert_eq!(said("1 / 0"), "a division by zero");
        assert_eq!(
            said("9223372036854775807 + 1"),
            "a number that is too large"
        );
        assert_eq!(said("[1][3]"), "the list has no element 3");
        assert!(said("(1").contains("expected `)`"));
        assert!(said("'a").contains("never ends"));
        assert!(said("1 2").contains("expected the end"));
        assert!(said("'a'.matches('(')").contains("no regular expression"));
        assert!(said(&"(".repeat(200)).contains("nested too deeply"));
        assert!(said(&"1".repeat(5000)).contains("4096"));
    }

    #[test]
    fn an_evaluation_ends() {
        let list = format!("[{}]", vec!["1"; 100].join(","));
        let text = format!("{list}.all(a, {list}.all(b, {list}.all(c, a + b + c > 0)))");
        let error = value(&text).expect_err("more steps than there are");
        assert_eq!(error.message, "it takes more than 100000 steps");
    }
}
