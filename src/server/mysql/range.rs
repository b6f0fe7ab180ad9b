//! What values MySQL's types can hold.

use crate::sql::change::DataType;
use crate::sql::types::range::{Length, Moment, Values, arg, decimal, exactly, signed};

/// The bytes that one character takes at most, in `utf8mb4`.
const WIDEST: u64 = 4;

/// The values of a type.
pub(crate) fn values(data_type: &DataType) -> Values {
    let unsigned = data_type.is_unsigned();
    let integer = |bits: u32| {
        if unsigned {
            Values::Integer(0, (1_i128 << bits) - 1)
        } else {
            signed(bits)
        }
    };
    // Bounded in bytes: a value may be that many characters long, and a quarter always fits.
    let bytes = |bytes: u64| {
        Values::Text(Some(Length {
            longest: bytes,
            fits: bytes / WIDEST,
        }))
    };
    let moment = |date, time, short| {
        Values::Temporal(Moment {
            date,
            time,
            digits: arg(data_type, 0).unwrap_or(0),
            short,
        })
    };
    match data_type.name.as_str() {
        "tinyint" => integer(8),
        "smallint" => integer(16),
        "mediumint" => integer(24),
        "int" | "integer" => integer(32),
        "bigint" => integer(64),
        "decimal" | "numeric" => decimal(
            arg(data_type, 0).unwrap_or(10),
            arg(data_type, 1).unwrap_or(0),
        ),
        "float" => Values::Float(24),
        "double" => Values::Float(53),
        "char" => exactly(arg(data_type, 0).unwrap_or(1)),
        "varchar" => arg(data_type, 0).map_or(Values::Text(None), exactly),
        "tinytext" => bytes(u64::from(u8::MAX)),
        "text" => bytes(u64::from(u16::MAX)),
        "mediumtext" => bytes((1 << 24) - 1),
        "longtext" => bytes(u64::from(u32::MAX)),
        "binary" => Values::Padded(arg(data_type, 0).unwrap_or(1)),
        "varbinary" => Values::Binary(arg(data_type, 0)),
        "tinyblob" => Values::Binary(Some(u64::from(u8::MAX))),
        "blob" => Values::Binary(Some(u64::from(u16::MAX))),
        "mediumblob" => Values::Binary(Some((1 << 24) - 1)),
        "longblob" => Values::Binary(Some(u64::from(u32::MAX))),
        "bit" => Values::Bits(Some(arg(data_type, 0).unwrap_or(1))),
        "date" => moment(true, false, false),
        "time" => moment(false, true, false),
        "datetime" => moment(true, true, false),
        "timestamp" => moment(true, true, true),
        _ => Values::Other,
    }
}
