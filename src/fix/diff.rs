//! Unified diffs, as `patch` and `git apply` read them.

use similar::TextDiff;

/// The difference between two texts of a file; `before` is `None` for a new file. Empty where there
/// is none.
pub fn unified(path: &str, before: Option<&str>, after: &str) -> String {
    let (old, new) = match before {
        Some(_) => (format!("a/{path}"), format!("b/{path}")),
        None => ("/dev/null".to_owned(), format!("b/{path}")),
    };
    TextDiff::from_lines(before.unwrap_or_default(), after)
        .unified_diff()
        .header(&old, &new)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_is_what_diff_prints() {
        let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        let after = before.replace("5\n", "five\n5b\n");
        assert_eq!(
            unified("a.sql", Some(before), &after),
            "--- a/a.sql\n+++ b/a.sql\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+5b\n 6\n 7\n 8\n"
        );
        assert_eq!(unified("a.sql", Some(before), before), "");
        assert_eq!(
            unified("b.sql", None, "x"),
            "--- /dev/null\n+++ b/b.sql\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n"
        );
    }
}
