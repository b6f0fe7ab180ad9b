//! Tables in text whose lines are sorted by their bytes, searched where they lie: reading one into a
//! set took longer than all questions of a run.

/// The lines of a sorted text from the first one on that is not less than `wanted`.
pub(super) fn lines_from<'t>(text: &'t str, wanted: &str) -> std::str::Lines<'t> {
    let bytes = text.as_bytes();
    // Both are where lines start.
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let before = memchr::memrchr(b'\n', &bytes[low..middle]);
        let start = before.map_or(low, |at| low + at + 1);
        let length = memchr::memchr(b'\n', &bytes[start..]);
        let end = length.map_or(bytes.len(), |length| start + length);
        if &bytes[start..end] < wanted.as_bytes() {
            low = (end + 1).min(bytes.len());
        } else {
            high = start;
        }
    }
    text.get(low..).unwrap_or_default().lines()
}

/// Whether a sorted text has a line.
pub(super) fn has_line(text: &str, line: &str) -> bool {
    lines_from(text, line).next() == Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_each_line_is_found() {
        for text in [
            include_str!("names.txt"),
            include_str!("extensions.txt"),
            include_str!("signatures.txt"),
        ] {
            let lines: Vec<&str> = text.lines().collect();
            assert!(lines.is_sorted(), "{}", lines[0]);
            assert!(lines.iter().all(|line| has_line(text, line)));
            assert!(!has_line(text, "") && !has_line(text, "zzz") && !has_line(text, "b"));
        }
    }

    #[test]
    fn a_search_ends_where_a_line_would_be() {
        let text = "a\nbb\nd\n";
        for (wanted, found) in [
            ("", Some("a")),
            ("a", Some("a")),
            ("b", Some("bb")),
            ("c", Some("d")),
            ("e", None),
        ] {
            assert_eq!(lines_from(text, wanted).next(), found, "{wanted}");
        }
        assert_eq!(lines_from("", "a").next(), None);
    }
}
