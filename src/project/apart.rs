//! Migrations that lie apart: ups and downs in folders or files of their own names, and releases in
//! folders below one.

use super::Direction;
use super::discover::{Listing, migration_stem};
use super::names::{is_digits, is_numbered};
use super::tree::{file_name, is_under, join, parent};

/// `x_up` and `x_down` without their ends. sea-orm's migrations in Rust include such files.
pub(super) fn underscored(stem: &str) -> Option<(&str, Direction)> {
    let (rest, end) = stem.rsplit_once(['_', '-'])?;
    let direction = match end.to_ascii_lowercase().as_str() {
        "up" => Direction::Up,
        "down" => Direction::Down,
        _ => return None,
    };
    (!rest.is_empty()).then_some((rest, direction))
}

/// Whether files are pairs of such names. `sign_up` is no up by itself, so one pair must be whole.
pub(super) fn are_underscored(stems: &[&str]) -> bool {
    let all: Option<Vec<_>> = stems.iter().map(|stem| underscored(stem)).collect();
    all.is_some_and(|all| {
        let mut ups = all
            .iter()
            .filter(|(_, direction)| *direction == Direction::Up);
        ups.any(|(name, _)| all.contains(&(*name, Direction::Down)))
    })
}

/// The direction that a folder's name says, and the folder of the other one, which is there.
pub(super) fn other_half(listing: &Listing, folder: &str) -> Option<(Direction, String)> {
    let name = file_name(folder);
    let (rest, end) = match name.rfind(['_', '-']) {
        Some(at) => name.split_at(at + 1),
        None => ("", name),
    };
    let (direction, other) = match end {
        "up" => (Direction::Up, "down"),
        "down" => (Direction::Down, "up"),
        _ => return None,
    };
    let other = join(parent(folder), &format!("{rest}{other}"));
    let holds = listing
        .children(&other)
        .any(|path| migration_stem(file_name(path)).is_some());
    holds.then_some((direction, other))
}

/// The version that the name of a release's folder says: `1.10`, `v2.0.1`, `release-3`. In a folder
/// called `delta` it may be a bare number, or the two versions between which it leads: `v040-v050`.
pub(super) fn release(folder: &str) -> Option<&str> {
    let name = file_name(folder);
    let is_delta = matches!(file_name(parent(folder)), "delta" | "deltas");
    let name = match name.split_once("-v") {
        Some((from, to)) if is_delta && to.starts_with(|c: char| c.is_ascii_digit()) => from,
        _ => name,
    };
    let version = ["release-", "release_", "v", "V"]
        .into_iter()
        .find_map(|before| name.strip_prefix(before))
        .unwrap_or(name);
    let mut parts = version.split(['.', '_']);
    let is_marked = is_delta || version.len() < name.len() || version.contains('.');
    (is_marked && parts.all(is_digits)).then_some(version)
}

/// Whether a release is the first of a project, before which there was no schema.
pub(super) fn is_first(version: &str) -> bool {
    matches!(version.trim_end_matches(".0"), "0" | "0.1" | "0.0.1" | "1")
}

/// Whether the folders of these migrations are the releases of one folder. One alone may be all
/// that is left of others.
pub(super) fn are_releases(listing: &Listing, folder: &str, below: &[&str]) -> bool {
    let mut own = listing
        .children(folder)
        .filter_map(|path| migration_stem(file_name(path)));
    let all = below
        .iter()
        .all(|one| release(one).is_some() && is_under(one, folder));
    all && !own.any(is_numbered) && below.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_ends_so_is_no_direction() {
        assert!(are_underscored(&["1_a_up", "1_a_down", "2_b_up"]));
        assert!(!are_underscored(&["1_sign_up", "2_break_down"]));
        assert!(!are_underscored(&["1_a_up", "1_a_down", "2_b"]));
    }

    #[test]
    fn releases_are_versions() {
        for (name, version) in [
            ("db/1.0", Some("1.0")),
            ("db/v1.10.2", Some("1.10.2")),
            ("db/release-3", Some("3")),
            ("db/2024", None),
            ("db/v", None),
            ("db/views", None),
            ("db/1.x", None),
            ("db/delta/58", Some("58")),
            ("db/delta/v040-v050", Some("040")),
            ("db/v040-v050", None),
        ] {
            assert_eq!(release(name), version, "{name}");
        }
    }
}
