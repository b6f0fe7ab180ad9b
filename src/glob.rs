//! Patterns of paths, as shells and the tools' configurations write them.

use std::collections::HashMap;
use std::sync::OnceLock;

use globset::{GlobBuilder, GlobMatcher};

/// What makes a path a pattern.
pub(crate) const SPECIAL: [char; 6] = ['*', '?', '{', '(', '[', '@'];

/// A pattern of paths: `*` and `?` within a name, `**` across folders, `{a,b}` and `(a|b)`,
/// `[ab]`. What cannot be read as one is the name of a file or folder.
#[derive(Clone, Debug)]
pub struct Glob {
    text: String,
    /// Where the first and the last special sign stand, if any does.
    special: Option<(usize, usize)>,
    /// Compiled when a path comes that could fit, which costs as much as reading a small file;
    /// `None` for a plain name.
    matcher: OnceLock<Option<GlobMatcher>>,
}

impl Glob {
    /// Reads a pattern; one that cannot be read is a plain name.
    pub fn new(text: &str) -> Self {
        let plain = text
            .strip_prefix("./")
            .unwrap_or(text)
            .trim_end_matches('/');
        let is_special = |sign: char| SPECIAL.contains(&sign) || "})]|\\".contains(sign);
        Self {
            text: plain.to_owned(),
            special: plain.find(is_special).zip(plain.rfind(is_special)),
            matcher: OnceLock::new(),
        }
    }

    /// The pattern, without `./` before it and `/` after it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a path fits. One that is spelled as the pattern does: `app/[id]/schema.ts` is a
    /// folder of Next.js.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.text == path || self.fits(path)
    }

    /// The text that every path begins with that it covers.
    fn start(&self) -> &str {
        if self.text == "." {
            return "";
        }
        let end = self.special.map_or(self.text.len(), |(first, _)| first);
        &self.text[..end]
    }

    fn fits(&self, path: &str) -> bool {
        let Some((first, last)) = self.special else {
            return false;
        };
        // Most paths that a pattern is asked about lack what stands before and after everything
        // special in it. `**/` stands for nothing, too.
        let before = &self.text[..first];
        let after = self.text[last + 1..].trim_start_matches('/');
        if !(path.starts_with(before) && path.ends_with(after)) {
            return false;
        }
        // `*.log`, which most patterns are, needs no automaton.
        if first == last && self.text[first..].starts_with('*') {
            let after = &self.text[last + 1..];
            let rest = path[first..].strip_suffix(after);
            return rest.is_some_and(|stands| !stands.contains('/'));
        }
        let matcher = self.matcher.get_or_init(|| compile(&self.text));
        matcher.as_ref().is_some_and(|it| it.is_match(path))
    }

    /// Whether the pattern names the path or a folder above it. Both are relative to the same
    /// folder; `.` is all of it.
    pub fn covers(&self, path: &str) -> bool {
        if self.text.is_empty() || self.text == "." {
            return true;
        }
        let folders = path.match_indices('/').map(|(end, _)| &path[..end]);
        folders.chain([path]).any(|above| self.matches(above))
    }
}

/// Patterns, each found by the plain text that it begins with: asking each of a thousand about each
/// of a thousand files takes the square of that.
#[derive(Debug, Default)]
pub(crate) struct GlobIndex<'g> {
    globs: Vec<&'g Glob>,
    /// By how they begin, in their order.
    by_start: HashMap<&'g str, Vec<usize>>,
    /// The lengths of these beginnings, each once.
    lengths: Vec<usize>,
}

impl<'g> GlobIndex<'g> {
    pub(crate) fn of(globs: impl IntoIterator<Item = &'g Glob>) -> Self {
        let globs: Vec<&Glob> = globs.into_iter().collect();
        let mut by_start: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, glob) in globs.iter().enumerate() {
            by_start.entry(glob.start()).or_default().push(at);
        }
        let mut lengths: Vec<usize> = by_start.keys().map(|start| start.len()).collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self {
            globs,
            by_start,
            lengths,
        }
    }

    /// The patterns that cover a path, by index; ascending.
    pub(crate) fn covering(&self, path: &str) -> Vec<usize> {
        let starts = self.lengths.iter().filter_map(|&length| path.get(..length));
        let possible = starts
            .filter_map(|start| self.by_start.get(start))
            .flatten();
        let mut found: Vec<usize> = possible
            .copied()
            .filter(|&at| self.globs[at].covers(path))
            .collect();
        found.sort_unstable();
        found
    }
}

/// globset compiles a pattern to a finite automaton: matching takes time in proportion to the
/// path, whatever stars and choices stand in the pattern. Trying them one after another, as we did
/// before, took exponential time on `**/**/**/…`.
fn compile(pattern: &str) -> Option<GlobMatcher> {
    GlobBuilder::new(&choices(pattern))
        .literal_separator(true)
        .empty_alternates(true)
        .build()
        .ok()
        .map(|glob| glob.compile_matcher())
}

/// Writes `(a|b)` and `@(a|b)`, which bash and micromatch know, as `{a,b}`.
fn choices(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut open = 0_usize;
    for character in pattern.chars() {
        match character {
            '(' => {
                if out.ends_with('@') {
                    out.pop();
                }
                open += 1;
                out.push('{');
            }
            ')' if open > 0 => {
                open -= 1;
                out.push('}');
            }
            '|' if open > 0 => out.push(','),
            other => out.push(other),
        }
    }
    out
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
            ("*.log", "a.log", true),
            ("*.log", "d/a.log", false),
            ("a*", "a", true),
            ("ab*b", "ab", false),
            ("a/*/b", "a/x/b", true),
            ("a/*/b", "a/b", false),
            (
                "*a*a*a*b",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                false,
            ),
        ] {
            assert_eq!(
                Glob::new(pattern).matches(path),
                expected,
                "{pattern} on {path}"
            );
        }
    }

    #[test]
    fn an_index_finds_what_each_pattern_covers() {
        let texts = [
            ".", "db", "db/*.sql", "d*", "**/old", "db/a.sql", "./db/", "x/[id]", "é/*", "",
        ];
        let globs: Vec<Glob> = texts.iter().map(|text| Glob::new(text)).collect();
        let index = GlobIndex::of(&globs);
        for path in [
            "db/a.sql",
            "db/old/1.sql",
            "x/[id]/b",
            "x/i",
            "é/1",
            "e",
            "d",
        ] {
            let covering: Vec<usize> = (0..globs.len())
                .filter(|&at| globs[at].covers(path))
                .collect();
            assert_eq!(index.covering(path), covering, "{path}");
        }
    }

    #[test]
    fn time_does_not_grow_with_stars_and_choices() {
        let deep = "d/".repeat(40);
        assert!(!Glob::new(&format!("{}x", "**/".repeat(60))).covers(&deep));
        assert!(Glob::new(&format!("{}d", "**/".repeat(60))).covers(&deep));
        assert!(!Glob::new(&"{a,b}".repeat(60)).matches(&"a".repeat(61)));
    }

    #[test]
    fn what_is_no_pattern_is_a_name() {
        for name in ["src/[id", "src/{a", "app/[slug]/schema.ts"] {
            assert!(Glob::new(name).matches(name), "{name}");
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
            assert!(Glob::new(pattern).covers(path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("db/*.sql", "db/x/1.txt"),
            ("db", "dbx/1.sql"),
            ("*.sql", "db/1.sqlx"),
            ("a/b", "a"),
        ] {
            assert!(!Glob::new(pattern).covers(path), "{pattern} {path}");
        }
    }
}
