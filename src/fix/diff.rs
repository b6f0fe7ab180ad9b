//! Unified diffs, as `patch` and `git apply` read them.

use std::fmt::Write as _;

/// Lines around a change.
const CONTEXT: usize = 3;

/// More lines than these, squared, are not compared one by one.
const LIMIT: usize = 4_000_000;

/// One line of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum DiffStep<'a> {
    Kept(&'a str),
    Removed(&'a str),
    Added(&'a str),
}

/// The difference between two texts of a file; `before` is `None` for a new file. Empty where there
/// is none.
pub fn unified(path: &str, before: Option<&str>, after: &str) -> String {
    if before == Some(after) {
        return String::new();
    }
    let old: Vec<&str> = before.unwrap_or_default().split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    let steps = compare(&old, &new);
    let mut out = match before {
        Some(_) => format!("--- a/{path}\n+++ b/{path}\n"),
        None => format!("--- /dev/null\n+++ b/{path}\n"),
    };
    let changed: Vec<usize> = (0..steps.len())
        .filter(|&at| !matches!(steps[at], DiffStep::Kept(_)))
        .collect();
    let mut from = 0;
    while from < changed.len() {
        let mut to = from;
        while to + 1 < changed.len() && changed[to + 1] - changed[to] <= 2 * CONTEXT {
            to += 1;
        }
        let start = changed[from].saturating_sub(CONTEXT);
        let end = (changed[to] + CONTEXT + 1).min(steps.len());
        hunk(&steps, start, end, &mut out);
        from = to + 1;
    }
    out
}

fn hunk(steps: &[DiffStep], start: usize, end: usize, out: &mut String) {
    let lines = |steps: &[DiffStep], old: bool| {
        let counts = |step: &&DiffStep| match step {
            DiffStep::Kept(_) => true,
            DiffStep::Removed(_) => old,
            DiffStep::Added(_) => !old,
        };
        steps.iter().filter(counts).count()
    };
    let place = |old: bool| {
        let (before, inside) = (lines(&steps[..start], old), lines(&steps[start..end], old));
        // Nothing stands after line 0.
        format!("{},{inside}", if inside == 0 { before } else { before + 1 })
    };
    let _ = writeln!(out, "@@ -{} +{} @@", place(true), place(false));
    for step in &steps[start..end] {
        let (sign, line) = match step {
            DiffStep::Kept(line) => (' ', line),
            DiffStep::Removed(line) => ('-', line),
            DiffStep::Added(line) => ('+', line),
        };
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// The longest common lines, between equal starts and ends.
fn compare<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<DiffStep<'a>> {
    let start = old
        .iter()
        .zip(new)
        .take_while(|(old, new)| old == new)
        .count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let (left, right) = (
        &old_rest[..old_rest.len() - end],
        &new_rest[..new_rest.len() - end],
    );
    let mut steps: Vec<DiffStep> = old[..start]
        .iter()
        .map(|line| DiffStep::Kept(line))
        .collect();
    if left.len().saturating_mul(right.len()) > LIMIT {
        steps.extend(left.iter().map(|line| DiffStep::Removed(line)));
        steps.extend(right.iter().map(|line| DiffStep::Added(line)));
    } else {
        between(left, right, &mut steps);
    }
    steps.extend(
        old_rest[old_rest.len() - end..]
            .iter()
            .map(|line| DiffStep::Kept(line)),
    );
    steps
}

fn between<'a>(left: &[&'a str], right: &[&'a str], steps: &mut Vec<DiffStep<'a>>) {
    let width = right.len() + 1;
    let mut common = vec![0_u32; (left.len() + 1) * width];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            common[i * width + j] = if left[i] == right[j] {
                common[(i + 1) * width + j + 1] + 1
            } else {
                common[(i + 1) * width + j].max(common[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < left.len() || j < right.len() {
        if i < left.len() && j < right.len() && left[i] == right[j] {
            steps.push(DiffStep::Kept(left[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == right.len()
            || (i < left.len() && common[(i + 1) * width + j] >= common[i * width + j + 1])
        {
            steps.push(DiffStep::Removed(left[i]));
            i += 1;
        } else {
            steps.push(DiffStep::Added(right[j]));
            j += 1;
        }
    }
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
            "--- /dev/null\n+++ b/b.sql\n@@ -0,0 +1,1 @@\n+x\n\\ No newline at end of file\n"
        );
    }
}
