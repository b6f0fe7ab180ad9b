//! Which partitions of a table may take the rows of another: asking all of them for each that is
//! made takes the square of their number.

use std::borrow::Cow;

use super::bounds::{Bound, BoundValue, is_day};
use crate::catalog::apply::Apply;
use crate::catalog::{Mention, Partition, QName, Stretch};

impl Apply<'_> {
    /// The partitions of a table that may overlap with a bound or not go with it, by their names.
    /// `dated`: whether the key is a date or a timestamp.
    pub(super) fn rivals(
        &self,
        parent: &QName,
        bound: &Bound,
        dated: bool,
    ) -> Vec<(&QName, &Partition)> {
        let tables = &self.catalog.tables;
        let mut found = Vec::new();
        match bound {
            Bound::Default => found.extend(tables.with(Mention::DefaultOf(&parent.name))),
            Bound::In(values) => {
                for value in values.iter().filter_map(BoundValue::shown) {
                    found.extend(tables.with(Mention::ListedIn(&parent.name, value.as_ref())));
                }
            }
            Bound::Range(from, to) if !from.is_end() && !to.is_end() => {
                found.extend(tables.with(Mention::OpenRangeOf(&parent.name)));
                // Texts are not compared with each other.
                let is_text = matches!(from, BoundValue::Text(_));
                if let Some(stretch) = bound.stretch(parent).filter(|_| dated || !is_text) {
                    found.extend(tables.within(&stretch));
                }
            }
            Bound::Range(..) | Bound::Hash(_) => {
                found.extend(tables.with(Mention::Parent(&parent.name)));
            }
            // Nothing is certain about several keys.
            Bound::Ranges(..) => {}
        }
        found.sort_unstable_by_key(|&(name, _)| name);
        found.dedup_by_key(|&mut (name, _)| name);
        let partitions = found.into_iter().filter_map(|(name, table)| {
            let of = table.partition_of.as_ref()?;
            (of.parent == *parent).then_some((name, of))
        });
        partitions.collect()
    }
}

impl Partition {
    /// What it is found by.
    pub(crate) fn mentions(&self, tell: &mut dyn FnMut(Mention)) {
        let parent = &self.parent.name;
        match Bound::read(&self.bound) {
            Some(Bound::Default) => tell(Mention::DefaultOf(parent)),
            Some(Bound::In(values)) => {
                let values = values.iter().filter_map(BoundValue::shown);
                values.for_each(|value| tell(Mention::ListedIn(parent, value.as_ref())));
            }
            Some(Bound::Range(from, to)) if from.is_end() || to.is_end() => {
                tell(Mention::OpenRangeOf(parent));
            }
            _ => {}
        }
    }

    /// The range that it takes, where it has two ends.
    pub(crate) fn stretch(&self) -> Option<Stretch<'_>> {
        Bound::read(&self.bound)?.stretch(&self.parent)
    }
}

impl Bound {
    fn stretch<'p>(&self, parent: &'p QName) -> Option<Stretch<'p>> {
        let Self::Range(from, to) = self else {
            return None;
        };
        Some(Stretch {
            line: Mention::RangeOf(&parent.name, &parent.schema),
            start: from.point()?,
            end: to.point()?,
        })
    }
}

impl BoundValue {
    /// Whether it stands for the end of all values.
    fn is_end(&self) -> bool {
        matches!(self, Self::Lowest | Self::Highest)
    }

    /// Where it is among the values of its kind: numbers, or days.
    fn point(&self) -> Option<i128> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) if is_day(text) => text.replace('-', "").parse().ok(),
            _ => None,
        }
    }

    /// What it is found by in a list, where it can be compared; others may have the same.
    fn shown(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Number(number) => Some(number.to_string().into()),
            Self::Text(text) => Some(text.into()),
            Self::Lowest | Self::Null | Self::Highest => Some("".into()),
            Self::Other => None,
        }
    }
}
