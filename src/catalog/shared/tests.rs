//! The map against the standard library's.

use std::collections::BTreeMap;

use super::*;

/// Numbers without order, the same ones each time.
fn numbers() -> impl FnMut() -> u32 {
    let mut state = 7u32;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    }
}

#[test]
fn it_holds_what_a_standard_map_holds() {
    let (mut map, mut model) = (SharedMap::default(), BTreeMap::new());
    let mut kept = Vec::new();
    let mut number = numbers();
    for round in 0..6000u32 {
        let key = number() % 700;
        if number() % 5 < 3 - round / 2500 {
            assert_eq!(map.insert(key, round), model.insert(key, round));
        } else {
            assert_eq!(map.remove(&key), model.remove(&key));
        }
        if let (Some(value), Some(other)) = (map.get_mut(&(key / 2)), model.get_mut(&(key / 2))) {
            (*value, *other) = (round, round);
        }
        assert_eq!(map.len(), model.len());
        if round % 500 == 0 {
            assert!(map.iter().eq(&model));
            assert!(map.range_from(&key).eq(model.range(key..)));
            kept.push((map.clone(), model.clone()));
        }
    }
    for (map, model) in &kept {
        assert!(map.iter().eq(model), "a copy stays as it was");
    }
    for pair in kept.windows(2) {
        let [(old, old_model), (new, new_model)] = pair else {
            continue;
        };
        let found: Vec<_> = old
            .differences(new, |a, b| a == b)
            .into_iter()
            .map(|it| (*it.key, it.before.copied(), it.after.copied()))
            .collect();
        let keys = old_model.keys().chain(new_model.keys());
        let keys: std::collections::BTreeSet<_> = keys.copied().collect();
        let expected: Vec<_> = keys
            .into_iter()
            .map(|key| {
                (
                    key,
                    old_model.get(&key).copied(),
                    new_model.get(&key).copied(),
                )
            })
            .filter(|(_, old, new)| old != new)
            .collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn what_is_shared_is_not_compared() {
    let map: SharedMap<u32, u32> = (0..10_000).map(|number| (number, 0)).collect();
    let mut changed = map.clone();
    changed.insert(5000, 1);
    changed.remove(&7000);
    changed.insert(20_000, 1);
    let asked = std::cell::Cell::new(0);
    let found = map.differences(&changed, |a, b| {
        asked.set(asked.get() + 1);
        a == b
    });
    let keys: Vec<u32> = found.iter().map(|it| *it.key).collect();
    assert_eq!(keys, [5000, 7000, 20_000]);
    assert!(asked.get() < 4 * WIDTH, "{} of 10,000", asked.get());
}
