//! Whether a partition fits beside the others of its parent.

use crate::catalog::apply::{Apply, Outcome};
use crate::catalog::rejection::sqlstate;
use crate::catalog::{QName, Rejection, Table};
use crate::sql::change::{Expr, ObjectName, PartitionBound, PartitionBy};

/// What a bound says, as far as its values are literals.
#[derive(Debug, PartialEq)]
pub(super) enum Bound {
    /// What no other partition takes.
    Default,
    /// `IN (…)`.
    In(Vec<BoundValue>),
    /// `FROM (…) TO (…)` of one key.
    Range(BoundValue, BoundValue),
    /// `FROM (…) TO (…)` of several keys: how many there are.
    Ranges(usize, usize),
    /// `WITH (MODULUS …, REMAINDER …)`.
    Hash(HashBound),
}

/// Which rows of a table that is partitioned by hash.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HashBound {
    modulus: i128,
    remainder: i128,
}

impl HashBound {
    /// Reads `(MODULUS 4, REMAINDER 0)`, in either order.
    fn read(text: &str) -> Option<Self> {
        let inside = text.trim().strip_prefix('(')?.strip_suffix(')')?;
        let (mut modulus, mut remainder) = (None, None);
        for part in inside.split(',') {
            let mut words = part.split_whitespace();
            let (word, number) = (words.next()?, words.next()?.parse().ok()?);
            match word.to_ascii_uppercase().as_str() {
                "MODULUS" => modulus = Some(number),
                "REMAINDER" => remainder = Some(number),
                _ => return None,
            }
        }
        Some(Self {
            modulus: modulus?,
            remainder: remainder?,
        })
    }

    /// What is wrong with it by itself.
    fn fault(self) -> Option<&'static str> {
        if self.modulus <= 0 {
            Some("the modulus must be greater than zero")
        } else if self.remainder < 0 {
            Some("the remainder must not be negative")
        } else if self.remainder >= self.modulus {
            Some("the remainder must be less than the modulus")
        } else {
            None
        }
    }

    /// Whether one modulus is a factor of the other, as all of a table have to be.
    fn goes_with(self, other: Self) -> bool {
        let (less, more) = if self.modulus < other.modulus {
            (self.modulus, other.modulus)
        } else {
            (other.modulus, self.modulus)
        };
        less > 0 && more % less == 0
    }

    fn overlaps(self, other: Self) -> bool {
        let least = self.modulus.min(other.modulus);
        self.goes_with(other) && self.remainder % least == other.remainder % least
    }
}

/// One value of a bound.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum BoundValue {
    /// `MINVALUE`.
    Lowest,
    /// A whole number.
    Number(i128),
    /// A string, without its quotes.
    Text(String),
    Null,
    /// `MAXVALUE`.
    Highest,
    /// An expression, or a number with a fraction.
    Other,
}

impl Apply<'_> {
    /// Refuses a bound that the way its parent is partitioned does not know, that is empty, or that
    /// overlaps with another partition's. The partition is not one of them yet.
    pub(crate) fn refuse_bound(
        &self,
        parent_name: &QName,
        parent: &Table,
        written: &PartitionBound,
        partition: &ObjectName,
    ) -> Outcome {
        let Some(PartitionBy { method, keys, .. }) = &parent.partition_by else {
            return Ok(());
        };
        if !parent.knowledge.is_exact() {
            return Ok(());
        }
        let Some(bound) = Bound::read(&written.sql) else {
            return Ok(());
        };
        let refusal = |code, message: String| {
            Err(Rejection::new(code, partition.span(), message)
                .because(parent.origin.made, "the partitioned table is made here"))
        };
        let shown = self.catalog.shown(parent_name);
        let fits = match &bound {
            Bound::Default => method != "hash",
            Bound::In(_) => method == "list",
            Bound::Range(..) | Bound::Ranges(..) => method == "range",
            Bound::Hash(_) => method == "hash",
        };
        if !fits {
            let message = format!("`{shown}` is partitioned by {method}, and has no such bounds");
            return refusal(sqlstate::INVALID_TABLE_DEFINITION, message);
        }
        let values = match &bound {
            Bound::Range(..) => Some((1, 1)),
            Bound::Ranges(from, to) => Some((*from, *to)),
            _ => None,
        };
        if values.is_some_and(|(from, to)| from != keys.len() || to != keys.len()) {
            let message = format!(
                "the bounds of partition `{partition}` have not one value for each key of `{shown}`"
            );
            return refusal(sqlstate::INVALID_TABLE_DEFINITION, message);
        }
        if let Bound::Range(from, to) = &bound
            && [from, to].contains(&&BoundValue::Null)
        {
            let message = format!("a bound of partition `{partition}` is null");
            return refusal(sqlstate::INVALID_OBJECT_DEFINITION, message);
        }
        if let Bound::Hash(hash) = &bound
            && let Some(fault) = hash.fault()
        {
            let message = format!("partition `{partition}`: {fault}");
            return refusal(sqlstate::INVALID_TABLE_DEFINITION, message);
        }
        let dated = is_dated(parent, keys);
        if let Bound::Range(from, to) = &bound
            && is_before(from, to, dated) == Some(false)
        {
            let message = format!("the range of partition `{partition}` is empty");
            return refusal(sqlstate::INVALID_OBJECT_DEFINITION, message);
        }
        for (sibling, of) in self.rivals(parent_name, &bound, dated) {
            let Some(other) = Bound::read(&of.bound) else {
                continue;
            };
            if let (Bound::Hash(one), Bound::Hash(two)) = (&bound, &other)
                && !one.goes_with(*two)
            {
                let message = format!(
                    "neither modulus is a factor of the other: partition `{partition}` has {}, `{}` has {}",
                    one.modulus,
                    self.catalog.shown(sibling),
                    two.modulus
                );
                return refusal(sqlstate::INVALID_OBJECT_DEFINITION, message);
            }
            if bound.overlaps(&other, dated) {
                let message = format!(
                    "partition `{partition}` would overlap with partition `{}`",
                    self.catalog.shown(sibling)
                );
                return refusal(sqlstate::INVALID_OBJECT_DEFINITION, message);
            }
        }
        Ok(())
    }
}

/// Refuses a table that does not have exactly the columns of the one it becomes a partition of.
pub(super) fn refuse_columns(table: &Table, parent: &Table, partition: &ObjectName) -> Outcome {
    let refusal = |message: String, origin: &crate::catalog::Origin| {
        let code = sqlstate::DATATYPE_MISMATCH;
        Err(Rejection::new(code, partition.span(), message)
            .because(origin.made, "the column is made here"))
    };
    for column in &table.columns {
        let Some(wanted) = parent.column(&column.name) else {
            let message = format!(
                "table `{partition}` has a column `{}`, which its parent lacks",
                column.name
            );
            return refusal(message, &column.origin);
        };
        let known = column.knowledge.is_exact() && wanted.knowledge.is_exact();
        if known && column.data_type != wanted.data_type {
            let message = format!(
                "column `{}` of table `{partition}` has another type than its parent's",
                column.name
            );
            return refusal(message, &column.origin);
        }
        if wanted.not_null && !column.not_null {
            let message = format!(
                "column `{}` of table `{partition}` has to be NOT NULL, as its parent's is",
                column.name
            );
            return refusal(message, &column.origin);
        }
    }
    Ok(())
}

impl Bound {
    /// Reads `FOR VALUES …` or `DEFAULT`; `None` where it is neither.
    pub(super) fn read(sql: &str) -> Option<Self> {
        let sql = sql.trim();
        let values = match sql.get(..10) {
            Some(start) if start.eq_ignore_ascii_case("FOR VALUES") => sql[10..].trim_start(),
            _ => sql,
        };
        if values.eq_ignore_ascii_case("DEFAULT") {
            return Some(Self::Default);
        }
        let end = values.find(|c: char| c == '(' || c.is_whitespace())?;
        let (word, rest) = values.split_at(end);
        if word.eq_ignore_ascii_case("IN") {
            return Some(Self::In(list(rest)?.0));
        }
        if word.eq_ignore_ascii_case("WITH") {
            return HashBound::read(rest).map(Self::Hash);
        }
        if !word.eq_ignore_ascii_case("FROM") {
            return None;
        }
        let (mut from, rest) = list(rest)?;
        let after = rest.trim_start();
        let word = after.get(..2)?;
        if !word.eq_ignore_ascii_case("TO") {
            return None;
        }
        let (mut to, _) = list(&after[word.len()..])?;
        Some(match (from.len(), to.len()) {
            (1, 1) => Self::Range(from.remove(0), to.remove(0)),
            (from, to) => Self::Ranges(from, to),
        })
    }

    /// Whether a row could go into both, for certain. `dated`: see [`is_before`].
    fn overlaps(&self, other: &Self, dated: bool) -> bool {
        match (self, other) {
            (Self::Default, Self::Default) => true,
            (Self::In(one), Self::In(other)) => one
                .iter()
                .any(|value| *value != BoundValue::Other && other.contains(value)),
            (Self::Hash(one), Self::Hash(other)) => one.overlaps(*other),
            (Self::Range(from, to), Self::Range(other_from, other_to)) => {
                is_before(from, other_to, dated) == Some(true)
                    && is_before(other_from, to, dated) == Some(true)
            }
            _ => false,
        }
    }
}

/// Whether the one key of a parent is a date or a timestamp.
fn is_dated(parent: &Table, keys: &[Expr]) -> bool {
    let [key] = keys else {
        return false;
    };
    let [column] = key.columns.as_slice() else {
        return false;
    };
    parent.column(&column.value).is_some_and(|column| {
        matches!(
            column.data_type.name.as_str(),
            "date" | "timestamp without time zone" | "timestamp with time zone"
        ) && !column.data_type.array
    })
}

/// Whether one value comes before another; `None` where that is not certain. Texts are compared
/// only as days of a key that is `dated`, since a collation orders others.
fn is_before(one: &BoundValue, other: &BoundValue, dated: bool) -> Option<bool> {
    use BoundValue::{Highest, Lowest, Number, Text};
    match (one, other) {
        (Lowest, Lowest) | (Highest, Highest) => Some(false),
        (Lowest, Number(_) | Text(_) | Highest) | (Number(_) | Text(_), Highest) => Some(true),
        (Highest, Number(_) | Text(_) | Lowest) | (Number(_) | Text(_), Lowest) => Some(false),
        (Number(one), Number(other)) => Some(one < other),
        (Text(one), Text(other)) if dated && is_day(one) && is_day(other) => Some(one < other),
        _ => None,
    }
}

/// `2024-01-31`.
pub(super) fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.char_indices().all(|(at, c)| match at {
            4 | 7 => c == '-',
            _ => c.is_ascii_digit(),
        })
}

/// The values between a pair of brackets, and what follows them.
fn list(text: &str) -> Option<(Vec<BoundValue>, &str)> {
    let inside = text.trim_start().strip_prefix('(')?;
    let (mut depth, mut quoted, mut start) = (0_u32, false, 0);
    let mut values = Vec::new();
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            _ if quoted => {}
            b'(' | b'[' => depth += 1,
            b')' if depth == 0 => {
                values.push(BoundValue::read(&inside[start..at]));
                return Some((values, &inside[at + 1..]));
            }
            b')' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => {
                values.push(BoundValue::read(&inside[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    None
}

impl BoundValue {
    fn read(text: &str) -> Self {
        let text = text.trim();
        if let Some(quoted) = text.strip_prefix('\'') {
            return match quoted.strip_suffix('\'') {
                Some(inside) if !inside.contains('\'') => Self::Text(inside.to_owned()),
                _ => Self::Other,
            };
        }
        if let Ok(number) = text.parse() {
            return Self::Number(number);
        }
        let words = [
            ("MINVALUE", Self::Lowest),
            ("MAXVALUE", Self::Highest),
            ("NULL", Self::Null),
        ];
        let mut known = words.into_iter();
        known
            .find(|(word, _)| text.eq_ignore_ascii_case(word))
            .map_or(Self::Other, |(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlap(one: &str, other: &str) -> bool {
        let read = |text| Bound::read(text).expect("a bound");
        read(one).overlaps(&read(other), true)
    }

    #[test]
    fn bounds_overlap_where_a_row_could_go_into_both() {
        assert!(overlap(
            "FOR VALUES FROM (1) TO (10)",
            "FOR VALUES FROM (9) TO (20)"
        ));
        assert!(!overlap(
            "FOR VALUES FROM (1) TO (10)",
            "FOR VALUES FROM (10) TO (20)"
        ));
        assert!(overlap(
            "FOR VALUES FROM (MINVALUE) TO (MAXVALUE)",
            "for values from(3)to(4)"
        ));
        assert!(overlap(
            "FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
            "FOR VALUES FROM ('2024-01-31') TO ('2024-03-01')"
        ));
        assert!(overlap("FOR VALUES IN ('a', 'b')", "FOR VALUES IN ('b')"));
        assert!(overlap("FOR VALUES IN (NULL)", "FOR VALUES IN (1, NULL)"));
        assert!(!overlap("FOR VALUES IN (now())", "FOR VALUES IN (now())"));
        assert!(!overlap(
            "FOR VALUES FROM (1, 2) TO (3, 4)",
            "FOR VALUES FROM (1, 2) TO (3, 4)"
        ));
        assert!(overlap("DEFAULT", "DEFAULT"));
    }
}
