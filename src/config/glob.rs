//! Patterns for paths: `*` and `?` within a name, `**` across folders; a path without them means itself and all below it.

/// Whether the pattern covers the path. Both use `/` and are relative to the same folder.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
    if pattern.is_empty() || pattern == "." {
        return true;
    }
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    // A pattern that ends early names a folder, and with it all that is inside.
    (1..=path.len()).rev().any(|length| names(&pattern, &path[..length]))
}

fn names(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => (0..=path.len()).any(|skip| names(rest, &path[skip..])),
        ([first, pattern @ ..], [name, path @ ..]) => {
            characters(first.as_bytes(), name.as_bytes()) && names(pattern, path)
        }
        _ => false,
    }
}

/// Remembers the last star, and lets it take one byte more whenever what follows it does not fit.
fn characters(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&wanted) if wanted == b'?' || wanted == name[n] => (p, n) = (p + 1, n + 1),
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    (p, n) = (at + 1, taken + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_stay_in_a_name_and_double_stars_do_not() {
        for (pattern, path) in [
            ("db/*.sql", "db/1.sql"),
            ("db", "db/deep/1.sql"),
            ("./db/", "db/1.sql"),
            ("**/old/*", "a/b/old/1.sql"),
            ("**/old", "old/1.sql"),
            ("d?/*_a*.sql", "db/1_ab_c.sql"),
            (".", "anything"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [("db/*.sql", "db/x/1.txt"), ("db", "dbx/1.sql"), ("*.sql", "db/1.sqlx"), ("a/b", "a")] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
