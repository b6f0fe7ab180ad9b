//! What values PostgreSQL's types can hold.

use crate::sql::change::DataType;
use crate::sql::types::range::{Moment, Values, arg, decimal, exactly, signed};

/// The values of a type.
pub(crate) fn values(data_type: &DataType) -> Values {
    let moment = |date, time| {
        Values::Temporal(Moment {
            date,
            time,
            digits: arg(data_type, 0).unwrap_or(6),
            short: false,
        })
    };
    match data_type.name.as_str() {
        "smallint" => signed(16),
        "integer" => signed(32),
        "bigint" => signed(64),
        "numeric" => match arg(data_type, 0) {
            Some(precision) => decimal(precision, arg(data_type, 1).unwrap_or(0)),
            None => Values::Decimal(None),
        },
        "real" => Values::Float(24),
        "double precision" => Values::Float(53),
        "text" | "citext" => Values::Text(None),
        // What is longer is cut without an error.
        "name" => exactly(63),
        "uuid" => Values::Written(Some(36)),
        "boolean" => Values::Written(Some(5)),
        // `ffff:…/128`
        "inet" | "cidr" => Values::Written(Some(43)),
        "json" | "jsonb" | "xml" => Values::Written(None),
        "character varying" => arg(data_type, 0).map_or(Values::Text(None), exactly),
        "character" => exactly(arg(data_type, 0).unwrap_or(1)),
        "bytea" => Values::Binary(None),
        "bit" => Values::Bits(Some(arg(data_type, 0).unwrap_or(1))),
        "bit varying" => Values::Bits(arg(data_type, 0)),
        "date" => moment(true, false),
        "time without time zone" | "time with time zone" => moment(false, true),
        "timestamp without time zone" | "timestamp with time zone" => moment(true, true),
        _ => Values::Other,
    }
}
