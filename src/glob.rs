//! Patterns of paths, as shells and the tools' configurations write them.

/// Whether a path fits a pattern: `*` and `?` within a name, `**` across folders, `{a,b}` and
/// `(a|b)`, `[ab]`.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    if let Some((before, choices, after)) = choice(pattern) {
        let mut choices = choices.split([',', '|']);
        return choices.any(|choice| matches(&format!("{before}{choice}{after}"), path));
    }
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    matches_parts(&pattern, &path)
}

/// The first group of choices, with what stands before and after it. `@(a|b)` is `(a|b)`.
fn choice(pattern: &str) -> Option<(&str, &str, &str)> {
    let open = pattern.find(['{', '('])?;
    let close = if pattern[open..].starts_with('{') {
        '}'
    } else {
        ')'
    };
    let length = pattern[open..].find(close)?;
    Some((
        pattern[..open].trim_end_matches('@'),
        &pattern[open + 1..open + length],
        &pattern[open + length + 1..],
    ))
}

/// Whether the pattern names the path or a folder above it. Both are relative to the same folder;
/// `.` is all of it.
pub(crate) fn covers(pattern: &str, path: &str) -> bool {
    let pattern = pattern
        .strip_prefix("./")
        .unwrap_or(pattern)
        .trim_end_matches('/');
    let ends = path
        .match_indices('/')
        .map(|(end, _)| end)
        .chain([path.len()]);
    pattern.is_empty()
        || pattern == "."
        || ends.into_iter().any(|end| matches(pattern, &path[..end]))
}

fn matches_parts(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            matches_parts(rest, path) || (!path.is_empty() && matches_parts(pattern, &path[1..]))
        }
        ([first, rest @ ..], [name, below @ ..]) => {
            let (first, name): (Vec<char>, Vec<char>) =
                (first.chars().collect(), name.chars().collect());
            matches_name(&first, &name) && matches_parts(rest, below)
        }
        _ => false,
    }
}

/// Linear in the length of the name for each star: only the last star is ever tried again.
fn matches_name(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut of) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while of < name.len() {
        let step = match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
                continue;
            }
            Some('[') => pattern[at..]
                .iter()
                .position(|&c| c == ']')
                .and_then(|close| {
                    pattern[at + 1..at + close]
                        .contains(&name[of])
                        .then_some(close + 1)
                }),
            Some(&c) => (c == '?' || c == name[of]).then_some(1),
            None => None,
        };
        match (step, star) {
            (Some(step), _) => {
                at += step;
                of += 1;
            }
            (None, Some((star_at, star_of))) => {
                star = Some((star_at, star_of + 1));
                at = star_at + 1;
                of = star_of + 1;
            }
            (None, None) => return false,
        }
    }
    pattern[at..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_shell() {
        for (pattern, path, expected) in [
            ("src/**/schema.ts", "src/schema.ts", true),
            ("src/**/schema.ts", "src/a/b/schema.ts", true),
            ("src/*.ts", "src/a/b.ts", false),
            ("src/{a,b}/*.t?", "src/b/x.ts", true),
            ("src/[ab].ts", "src/b.ts", true),
            ("src/[ab].ts", "src/c.ts", false),
            ("src/db/**", "src/db/a/b.ts", true),
            ("src/x.ts", "src/xyts", false),
            ("src/@(a|b)/*.ts", "src/a/x.ts", true),
            ("src/(a|b)/*.ts", "src/c/x.ts", false),
            (
                "*a*a*a*b",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                false,
            ),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn a_folder_covers_what_lies_in_it() {
        for (pattern, path) in [
            ("db/*.sql", "db/1.sql"),
            ("db", "db/deep/1.sql"),
            ("./db/", "db/1.sql"),
            ("**/old/*", "a/b/old/1.sql"),
            ("**/old", "old/1.sql"),
            ("d?/*_a*.sql", "db/1_ab_c.sql"),
            (".", "anything"),
        ] {
            assert!(covers(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("db/*.sql", "db/x/1.txt"),
            ("db", "dbx/1.sql"),
            ("*.sql", "db/1.sqlx"),
            ("a/b", "a"),
        ] {
            assert!(!covers(pattern, path), "{pattern} {path}");
        }
    }
}
