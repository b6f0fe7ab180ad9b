//! What values a type can hold, and what of them another type has no place for.

use std::cmp::Ordering;

use crate::server::on_server;
use crate::sql::Dialect;
use crate::sql::change::DataType;

/// Types whose values clients see as the same kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Whole numbers, of one to eight bytes.
    Integer,
    /// Exact numbers with a point.
    Decimal,
    /// Numbers that are kept as binary fractions, and are not exact.
    Float,
    /// Strings; enums too, which drivers hand over as strings.
    Text,
    /// Bytes.
    Binary,
    /// Bit strings.
    Bits,
    /// Dates and times.
    Temporal,
    /// Documents, which drivers hand over parsed or as text.
    Json,
    /// Another, which only its name tells.
    Other,
}

/// The values of a type, as far as they are bounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Values {
    /// From, to.
    Integer(i128, i128),
    /// Digits before and after the point; `None` where there is no bound.
    Decimal(Option<(u32, u32)>),
    /// Bits of its mantissa.
    Float(u32),
    /// How many characters the longest value may have, and how many always fit.
    Text(Option<Length>),
    Binary(Option<u64>),
    /// Bytes, filled up with zeros to that many.
    Padded(u64),
    Bits(Option<u64>),
    Temporal(Moment),
    /// Something that has a text, of at most so many characters.
    Written(Option<u64>),
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Length {
    pub(crate) longest: u64,
    pub(crate) fits: u64,
}

/// Which parts of a moment are kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    pub(crate) date: bool,
    pub(crate) time: bool,
    /// Digits of a second.
    pub(crate) digits: u32,
    /// MySQL's `timestamp`, which ends in 2038.
    pub(crate) short: bool,
}

impl DataType {
    /// The kind of thing that clients see.
    pub fn family(&self, dialect: Dialect) -> Family {
        match values(self, dialect) {
            Values::Integer(..) => Family::Integer,
            Values::Decimal(_) => Family::Decimal,
            Values::Float(_) => Family::Float,
            Values::Text(_) => Family::Text,
            Values::Binary(_) | Values::Padded(_) => Family::Binary,
            Values::Bits(_) => Family::Bits,
            Values::Temporal(_) => Family::Temporal,
            Values::Written(_) | Values::Other => match self.name.as_str() {
                "json" | "jsonb" => Family::Json,
                "enum" | "set" => Family::Text,
                _ => Family::Other,
            },
        }
    }

    pub(crate) fn is_unsigned(&self) -> bool {
        self.modifiers.iter().any(|word| word == "unsigned")
    }

    /// What values of this type lose in the other; `None` where all of them fit, or nobody can
    /// tell.
    pub fn loss_in(&self, other: &Self, dialect: Dialect) -> Option<&'static str> {
        if self.array != other.array || self == other {
            return None;
        }
        let (from, to) = (values(self, dialect), values(other, dialect));
        if other.is_unsigned() && !self.is_unsigned() && from.may_be_negative() {
            return Some(RANGE);
        }
        match (from, to) {
            (Values::Integer(low, high), Values::Integer(least, most)) => {
                (low < least || high > most).then_some(RANGE)
            }
            (Values::Integer(_, high), Values::Decimal(Some((whole, _)))) => {
                (digits(high) > whole).then_some(RANGE)
            }
            (Values::Integer(_, high), Values::Float(bits)) => {
                (high >= 1 << bits).then_some(PRECISION)
            }
            (Values::Integer(low, high), Values::Text(Some(length))) => {
                let sign = u64::from(low < 0);
                (u64::from(digits(high)) + sign > length.fits).then_some(LENGTH)
            }
            (Values::Decimal(bounds), Values::Integer(_, most)) => match bounds {
                Some((whole, 0)) => (whole >= digits(most)).then_some(RANGE),
                _ => Some(FRACTION),
            },
            (Values::Decimal(bounds), Values::Decimal(Some((whole, scale)))) => match bounds {
                None => Some(FRACTION),
                Some((_, old)) if old > scale => Some(FRACTION),
                Some((old, _)) => (old > whole).then_some(RANGE),
            },
            (Values::Decimal(_), Values::Float(_)) => Some(PRECISION),
            (Values::Float(_), Values::Integer(..) | Values::Decimal(Some(_))) => Some(FRACTION),
            (Values::Float(bits), Values::Float(fewer)) => (fewer < bits).then_some(PRECISION),
            (Values::Text(from), Values::Text(Some(to))) => from
                .is_none_or(|from| from.longest > to.fits)
                .then_some(LENGTH),
            (Values::Written(from), Values::Text(Some(to))) => {
                from.is_none_or(|from| from > to.fits).then_some(LENGTH)
            }
            (Values::Padded(from), Values::Padded(to)) => match from.cmp(&to) {
                Ordering::Less => Some(PADDING),
                Ordering::Equal => None,
                Ordering::Greater => Some(LENGTH),
            },
            (Values::Binary(from), Values::Padded(to)) => {
                let fits = from.is_some_and(|from| from <= to);
                Some(if fits { PADDING } else { LENGTH })
            }
            (Values::Padded(from), Values::Binary(Some(to))) => (from > to).then_some(LENGTH),
            (Values::Binary(from), Values::Binary(Some(to)))
            | (Values::Bits(from), Values::Bits(Some(to))) => {
                from.is_none_or(|from| from > to).then_some(LENGTH)
            }
            (Values::Temporal(from), Values::Temporal(to)) => from.loss_in(to),
            (
                Values::Text(_),
                Values::Integer(..) | Values::Decimal(_) | Values::Float(_) | Values::Temporal(_),
            ) if dialect.converts_text() => Some(MEANING),
            _ => None,
        }
    }
}

const RANGE: &str = "numbers beyond its range do not fit";
const FRACTION: &str = "digits are rounded away";
const PRECISION: &str = "long numbers are not kept exactly";
const LENGTH: &str = "longer values do not fit";
const PADDING: &str = "shorter values get zero bytes at their end";
const MEANING: &str = "values that do not read as one are refused, or become 0 outside strict mode";

impl Values {
    fn may_be_negative(self) -> bool {
        matches!(self, Self::Integer(..) | Self::Decimal(_) | Self::Float(_))
    }
}

impl Moment {
    fn loss_in(self, to: Self) -> Option<&'static str> {
        if self.date && !to.date {
            Some("the date is cut off")
        } else if self.time && !to.time {
            Some("the time of day is cut off")
        } else if self.time && self.digits > to.digits {
            Some("fractions of seconds are rounded away")
        } else if self.date && !self.short && to.short {
            Some("moments before 1970 and after January 2038 do not fit")
        } else {
            None
        }
    }
}

fn digits(number: i128) -> u32 {
    number.checked_ilog10().map_or(1, |log| log + 1)
}

fn values(data_type: &DataType, dialect: Dialect) -> Values {
    on_server!(dialect => range::values(data_type))
}

/// The n-th argument as a number.
pub(crate) fn arg<T: std::str::FromStr>(data_type: &DataType, at: usize) -> Option<T> {
    data_type.args.get(at)?.parse().ok()
}

pub(crate) fn signed(bits: u32) -> Values {
    let half = 1_i128 << (bits - 1);
    Values::Integer(-half, half - 1)
}

pub(crate) fn decimal(precision: u32, scale: u32) -> Values {
    Values::Decimal(Some((precision.saturating_sub(scale), scale)))
}

pub(crate) fn exactly(characters: u64) -> Values {
    Values::Text(Some(Length {
        longest: characters,
        fits: characters,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(from: &str, to: &str, dialect: Dialect) -> Option<&'static str> {
        let read = |text| DataType::parse(text, dialect).expect("a type");
        read(from).loss_in(&read(to), dialect)
    }

    #[test]
    fn what_fits_loses_nothing() {
        for (from, to) in [
            ("smallint", "bigint"),
            ("varchar(20)", "varchar(21)"),
            ("varchar(20)", "text"),
            ("numeric(5,2)", "numeric(8,2)"),
            ("integer", "numeric(10,0)"),
            ("integer", "double precision"),
            ("real", "double precision"),
            ("date", "timestamp"),
            ("timestamp(3)", "timestamp(6)"),
            ("text", "uuid"),
            ("citext", "text"),
            ("varchar(10)", "citext"),
            ("name", "varchar(63)"),
            ("uuid", "varchar(36)"),
            ("boolean", "varchar(5)"),
            ("jsonb", "text"),
        ] {
            assert_eq!(loss(from, to, Dialect::Postgres), None, "{from} to {to}");
        }
        for (from, to) in [
            ("int unsigned", "bigint"),
            ("varchar(63)", "tinytext"),
            ("text", "mediumtext"),
            ("datetime", "datetime(6)"),
            ("timestamp", "datetime"),
            ("decimal(10,2)", "decimal(12,2)"),
        ] {
            assert_eq!(loss(from, to, Dialect::MySql), None, "{from} to {to}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (from, to, why) in [
            ("bigint", "integer", RANGE),
            ("text", "varchar(100)", LENGTH),
            ("varchar", "varchar(100)", LENGTH),
            ("citext", "varchar(100)", LENGTH),
            ("citext", "char(10)", LENGTH),
            ("name", "varchar(62)", LENGTH),
            ("text", "name", LENGTH),
            ("uuid", "varchar(32)", LENGTH),
            ("inet", "varchar(39)", LENGTH),
            ("jsonb", "varchar(255)", LENGTH),
            ("numeric(5,2)", "numeric(5,1)", FRACTION),
            ("numeric(8,2)", "numeric(6,2)", RANGE),
            ("numeric", "integer", FRACTION),
            ("bigint", "double precision", PRECISION),
            ("integer", "varchar(5)", LENGTH),
            ("timestamp", "date", "the time of day is cut off"),
            (
                "timestamp(6)",
                "timestamp(0)",
                "fractions of seconds are rounded away",
            ),
        ] {
            assert_eq!(
                loss(from, to, Dialect::Postgres),
                Some(why),
                "{from} to {to}"
            );
        }
        for (from, to, why) in [
            ("int unsigned", "int", RANGE),
            ("text", "varchar(255)", LENGTH),
            ("varchar(255)", "tinytext", LENGTH),
            ("varchar(20)", "int", MEANING),
            (
                "datetime",
                "timestamp",
                "moments before 1970 and after January 2038 do not fit",
            ),
            ("varbinary(20)", "binary(10)", LENGTH),
        ] {
            assert_eq!(loss(from, to, Dialect::MySql), Some(why), "{from} to {to}");
        }
    }
}
