//! Which parts of a file of GitHub's jobs have to be read: scanning YAML is most of what the
//! workflow costs, and most jobs lint, build or publish.

use std::ops::Range;

/// The parts of a text without the jobs that are idle, judged by their text. `None` where the file is
/// not written as nearly all are, or a job may need another: then all of it is to be read.
pub(super) fn without_idle(
    text: &str,
    is_idle: impl Fn(&str) -> bool,
) -> Option<Vec<Range<usize>>> {
    if has_anchor(text) {
        return None;
    }
    let jobs = jobs(text)?;
    let mut parts = Vec::new();
    let mut start = 0;
    for job in jobs.iter().filter(|job| is_idle(&text[(*job).clone()])) {
        if start < job.start {
            parts.push(start..job.start);
        }
        start = job.end;
    }
    if start == 0 {
        return None;
    }
    if start < text.len() {
        parts.push(start..text.len());
    }
    Some(parts)
}

/// Whether a value is named, so that another may repeat it.
fn has_anchor(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'&', bytes).any(|at| {
        let before = text[..at].trim_end_matches([' ', '\t']);
        bytes
            .get(at + 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            && before.ends_with([':', '-', '[', ',', '{', '\n'])
    })
}

/// Where each job stands, from the line of its name to the next one's.
fn jobs(text: &str) -> Option<Vec<Range<usize>>> {
    let mut jobs: Vec<Range<usize>> = Vec::new();
    let mut inside = false;
    // How far the names of jobs are indented.
    let mut level = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let words = line.trim_start_matches(' ');
        let indent = line.len() - words.len();
        if words.trim_end().is_empty() || words.starts_with('#') {
            continue;
        }
        if !inside {
            let key = line.strip_prefix("jobs:").map(str::trim);
            inside = key.is_some_and(|rest| rest.is_empty() || rest.starts_with('#'));
            continue;
        }
        if words.starts_with('\t') {
            return None;
        }
        if indent == 0 {
            if let Some(last) = jobs.last_mut() {
                last.end = start;
            }
            // A second file may follow in this one.
            return (!words.starts_with("---") && !text[at..].contains("\njobs:")).then_some(jobs);
        }
        let level = *level.get_or_insert(indent);
        if indent > level {
            continue;
        }
        if indent < level || !is_key(words) {
            return None;
        }
        if let Some(last) = jobs.last_mut() {
            last.end = start;
        }
        jobs.push(start..text.len());
    }
    Some(jobs)
}

/// Whether a line is a name and a colon.
fn is_key(line: &str) -> bool {
    let Some((name, rest)) = line.split_once(':') else {
        return false;
    };
    let rest = rest.trim();
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && (rest.is_empty() || rest.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str) -> Option<String> {
        let parts = without_idle(text, |job| !job.contains("push"))?;
        Some(parts.into_iter().map(|part| &text[part]).collect())
    }

    #[test]
    fn idle_jobs_are_left_out() {
        let text = "on: push\njobs:\n  # one\n  a:\n    run: lint\n\n  b: # two\n    run: |\n      push\n  c:\n    x: 1\nenv:\n  A: 1\n";
        let expected =
            "on: push\njobs:\n  # one\n  b: # two\n    run: |\n      push\nenv:\n  A: 1\n";
        assert_eq!(kept(text).as_deref(), Some(expected));
        assert_eq!(kept("jobs:\n  a:\n    run: push\n"), None);
    }

    #[test]
    fn what_may_be_written_otherwise_is_read_whole() {
        for text in [
            "jobs:\n  a: &a\n    run: lint\n  b: *a\n",
            "jobs: {a: {run: lint}}\n",
            "jobs:\n  a: {run: lint,\n  b: 1}\n",
            "jobs:\n    a:\n      run: lint\n  b:\n    run: lint\n",
            "jobs:\n  \"a\":\n    run: lint\n",
            "jobs:\n  a:\n    run: lint\n---\njobs:\n  a:\n    run: lint\n",
        ] {
            assert_eq!(kept(text), None, "{text}");
        }
    }
}
