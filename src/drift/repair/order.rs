//! In which order differences are closed.

use std::cmp::Reverse;
use std::collections::HashMap;

use crate::catalog::{Catalog, Part, QName};
use crate::compare::{Difference, Presence};

/// Has the columns that go from a table go as one takes steps back, the last one first. None that
/// stays has to move up then, which took most of the time where thousands go.
pub(super) fn last_columns_first(differences: &mut [Difference], now: &Catalog) {
    let places: Vec<usize> = (0..differences.len())
        .filter(|at| dropped_column(&differences[*at]).is_some())
        .collect();
    let mut going: Vec<Difference> = places.iter().map(|at| differences[*at].clone()).collect();
    let mut columns: HashMap<&QName, HashMap<&str, usize>> = HashMap::new();
    going.sort_by_cached_key(|difference| {
        let owner = &difference.slot.owner;
        let table = now.tables.get_key_value(owner);
        let place = table.zip(dropped_column(difference));
        let place = place.and_then(|((name, table), column)| {
            let columns = columns.entry(name).or_insert_with(|| {
                let names = table.columns.iter().map(|it| it.name.as_str());
                names.zip(0..).collect()
            });
            columns.get(column).copied()
        });
        (owner.clone(), Reverse(place))
    });
    for (at, difference) in places.into_iter().zip(going) {
        differences[at] = difference;
    }
}

/// The column that goes where a difference is closed.
fn dropped_column(difference: &Difference) -> Option<&str> {
    match &difference.slot.part {
        Part::Column(column) if difference.direction == Presence::RightOnly => Some(column),
        _ => None,
    }
}
