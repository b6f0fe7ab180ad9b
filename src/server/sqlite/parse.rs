//! SQLite's grammar: sqlparser's own, with `IS` between any two values and with shifts.

use std::any::TypeId;

use sqlparser::ast::{BinaryOperator, Expr, Statement};
use sqlparser::dialect::{Dialect, SQLiteDialect};
use sqlparser::keywords::Keyword;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

const OWN: SQLiteDialect = SQLiteDialect {};

/// What follows `IS` in the forms that sqlparser knows.
const KNOWN: &[Keyword] = &[
    Keyword::NULL,
    Keyword::TRUE,
    Keyword::FALSE,
    Keyword::DISTINCT,
    Keyword::UNKNOWN,
    Keyword::JSON,
    Keyword::NORMALIZED,
];

/// SQLite's dialect for sqlparser.
#[derive(Debug)]
struct Grammar;

/// The grammar that sqlparser reads statements with.
pub(crate) fn grammar() -> &'static dyn Dialect {
    &Grammar
}

/// Everything but `parse_infix` and the shifts is sqlparser's.
impl Dialect for Grammar {
    fn dialect(&self) -> TypeId {
        TypeId::of::<SQLiteDialect>()
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        OWN.is_delimited_identifier_start(ch)
    }

    fn identifier_quote_style(&self, identifier: &str) -> Option<char> {
        OWN.identifier_quote_style(identifier)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        OWN.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        OWN.is_identifier_part(ch)
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        OWN.supports_filter_during_aggregation()
    }

    fn supports_start_transaction_modifier(&self) -> bool {
        OWN.supports_start_transaction_modifier()
    }

    fn parse_statement(&self, parser: &mut Parser) -> Option<Result<Statement, ParserError>> {
        OWN.parse_statement(parser)
    }

    fn parse_infix(
        &self,
        parser: &mut Parser,
        expr: &Expr,
        precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        let word = |at: usize| match &parser.peek_nth_token_ref(at).token {
            Token::Word(word) => word.keyword,
            _ => Keyword::NoKeyword,
        };
        let negated = word(1) == Keyword::NOT;
        if word(0) != Keyword::IS || KNOWN.contains(&word(1 + usize::from(negated))) {
            return OWN.parse_infix(parser, expr, precedence);
        }
        parser.next_token();
        if negated {
            parser.next_token();
        }
        let op = BinaryOperator::Custom(if negated { "IS NOT" } else { "IS" }.to_owned());
        let left = Box::new(expr.clone());
        Some(
            parser
                .parse_subexpr(precedence)
                .map(|right| Expr::BinaryOp {
                    left,
                    op,
                    right: Box::new(right),
                }),
        )
    }

    fn supports_bitwise_shift_operators(&self) -> bool {
        true
    }

    fn supports_in_empty_list(&self) -> bool {
        OWN.supports_in_empty_list()
    }

    fn supports_limit_comma(&self) -> bool {
        OWN.supports_limit_comma()
    }

    fn supports_asc_desc_in_column_definition(&self) -> bool {
        OWN.supports_asc_desc_in_column_definition()
    }

    fn supports_dollar_placeholder(&self) -> bool {
        OWN.supports_dollar_placeholder()
    }

    fn supports_notnull_operator(&self) -> bool {
        OWN.supports_notnull_operator()
    }

    fn supports_comma_separated_trim(&self) -> bool {
        OWN.supports_comma_separated_trim()
    }

    fn supports_numeric_literal_underscores(&self) -> bool {
        OWN.supports_numeric_literal_underscores()
    }
}
