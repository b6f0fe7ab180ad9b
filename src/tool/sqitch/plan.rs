//! `sqitch.plan`: changes and tags, one a line, in the order in which they are deployed.

/// A change of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlannedChange {
    /// Its name, which may have folders in it.
    pub(super) name: String,
    /// The tags after it, up to a later change of the same name; none where it is the last of its
    /// name.
    pub(super) tags: Vec<String>,
    /// Whether it requires a change of another plan.
    pub(super) needs_another_project: bool,
}

/// The changes of a plan.
pub(super) fn changes(text: &str) -> Vec<PlannedChange> {
    let mut found: Vec<PlannedChange> = Vec::new();
    // Each tag with the number of changes before it.
    let mut tags: Vec<(usize, &str)> = Vec::new();
    for line in text.lines().map(str::trim) {
        let mut words = line.split_whitespace();
        let Some(first) = words.next().filter(|word| !word.starts_with(['#', '%'])) else {
            continue;
        };
        if let Some(tag) = first.strip_prefix('@') {
            tags.push((found.len(), tag));
            continue;
        }
        let name = first.strip_prefix('+').unwrap_or(first);
        // Older plans may say so, with a space after it, and nothing writes it any more.
        if name.is_empty() || name.starts_with('-') {
            continue;
        }
        if let Some(at) = found.iter().rposition(|change| change.name == name) {
            let after = tags.iter().filter(|(count, _)| *count > at);
            found[at].tags = after.map(|(_, tag)| (*tag).to_owned()).collect();
        }
        let note = line.split('#').next().unwrap_or_default();
        let required = note
            .split_once('[')
            .and_then(|(_, rest)| rest.split_once(']'));
        let mut required = required.map_or("", |(names, _)| names).split_whitespace();
        found.push(PlannedChange {
            name: name.to_owned(),
            tags: Vec::new(),
            needs_another_project: required
                .any(|name| !name.starts_with('!') && name.contains(':')),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reworked_change_has_the_tags_up_to_the_next_of_its_name() {
        let text = "%syntax-version=1.0.0\n%project=shop\n\n\
            schema 2024-01-01T00:00:00Z A <a@b.c> # [x:y] is no dependency\n\
            users [schema !old:thing] 2024-01-01T00:00:00Z A <a@b.c>\n\
            # a comment\n@v1 2024-01-01T00:00:00Z A <a@b.c> # one\n\
            fn/login [users] 2024-01-01T00:00:00Z A <a@b.c>\n@v2 2024-01-01T00:00:00Z A <a@b.c>\n\
            users [users@v2 auth:roles] 2024-01-01T00:00:00Z A <a@b.c>\n";
        let all: Vec<String> = changes(text)
            .iter()
            .map(|one| format!("{} {:?} {}", one.name, one.tags, one.needs_another_project))
            .collect();
        assert_eq!(
            all,
            [
                "schema [] false",
                "users [\"v1\", \"v2\"] false",
                "fn/login [] false",
                "users [] true",
            ]
        );
    }
}
