//! Files that a script writes with what it says itself: `echo … > start.sh`, `cat > f <<END`.

use super::lex::{self, Redirection, ShellToken, Word};
use crate::source::Span;

/// A file that a script writes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WrittenFile {
    /// As the script names it.
    pub(crate) path: String,
    pub(crate) text: String,
    /// Where the text stands in the script.
    pub(crate) span: Span,
    /// Whether the text is put after what the file holds.
    pub(crate) appends: bool,
}

/// Text on its way into a file.
#[derive(Clone)]
struct SpokenText {
    text: String,
    span: Span,
}

/// The files that a script writes, in its order. What it computes is left out.
pub(crate) fn written(text: &str) -> Vec<WrittenFile> {
    if !text.contains('>') && !text.contains("tee ") {
        return Vec::new();
    }
    let read = lex::read(text);
    let mut found = Vec::new();
    // What `{ echo a; echo b; } > f` has said so far, and what `cat <<END | tee f` hands on.
    let mut group: Option<Vec<SpokenText>> = None;
    let mut piped: Option<SpokenText> = None;
    let mut at = 0;
    for command in read
        .tokens
        .split(|token| matches!(token, ShellToken::Operator(..)))
    {
        let here = at..=at + command.len();
        at += command.len() + 1;
        let redirections = || {
            read.redirections
                .iter()
                .filter(|it| here.contains(&it.after))
        };
        let mut words: Vec<&Word> = command.iter().filter_map(word).collect();
        if is_bare(&words, "{") {
            words.remove(0);
            group = Some(Vec::new());
        }
        let said = if is_bare(&words, "}") {
            group.take().and_then(joined)
        } else {
            said(&words, redirections(), text)
        };
        let target = match words.first().map(|word| word.text.as_str()) {
            Some("tee") => tee(&words),
            _ => redirections()
                .rfind(|it| matches!(it.sign.as_str(), ">" | ">>" | ">|"))
                .map(|it| (it.target.clone(), it.sign == ">>")),
        };
        let said = said.or_else(|| piped.take());
        piped = None;
        match (said, target) {
            (Some(SpokenText { text, span }), Some((path, appends))) => found.push(WrittenFile {
                path,
                text,
                span,
                appends,
            }),
            (Some(said), None) => match &mut group {
                Some(all) => all.push(said),
                None if matches!(read.tokens.get(at - 1), Some(ShellToken::Operator("|", _))) => {
                    piped = Some(said);
                }
                None => {}
            },
            (None, _) => {}
        }
    }
    found
}

fn word(token: &ShellToken) -> Option<&Word> {
    match token {
        ShellToken::Word(word) => Some(word),
        ShellToken::Operator(..) => None,
    }
}

/// Whether the first word is this one, without quotes.
fn is_bare(words: &[&Word], text: &str) -> bool {
    words
        .first()
        .is_some_and(|word| word.text == text && !word.quoted)
}

fn joined(all: Vec<SpokenText>) -> Option<SpokenText> {
    all.into_iter().reduce(|before, next| SpokenText {
        text: before.text + &next.text,
        span: before.span.to(next.span),
    })
}

/// What `echo`, `printf` or `cat` with a here-document prints.
fn said<'r>(
    words: &[&Word],
    mut redirections: impl Iterator<Item = &'r Redirection>,
    script: &str,
) -> Option<SpokenText> {
    let (first, rest) = words.split_first()?;
    let span = rest
        .first()
        .zip(rest.last())
        .map(|(one, other)| one.span.to(other.span));
    match first.text.as_str() {
        "echo" => {
            let options = rest.iter().take_while(|word| {
                word.text.len() > 1
                    && word.text.starts_with('-')
                    && word.text[1..].chars().all(|sign| "neE".contains(sign))
            });
            let options = options.count();
            let words: Vec<&str> = rest[options..].iter().map(|it| it.text.as_str()).collect();
            let text = unescaped(&words.join(" ")) + "\n";
            Some(SpokenText { text, span: span? })
        }
        "printf" => {
            let (format, values) = rest.split_first()?;
            let mut text = unescaped(&format.text);
            if text.trim_end() == "%s" {
                let lines: Vec<String> = values.iter().map(|it| unescaped(&it.text)).collect();
                text = lines.join("\n") + "\n";
            }
            Some(SpokenText { text, span: span? })
        }
        "cat" | "tee" => {
            let document = redirections.find_map(|it| it.document)?;
            Some(SpokenText {
                text: script[document.range()].to_owned(),
                span: document,
            })
        }
        _ => None,
    }
}

/// The file of `tee [-a] file`, and whether it is appended to.
fn tee(words: &[&Word]) -> Option<(String, bool)> {
    let appends = words.iter().any(|word| word.text == "-a");
    let mut paths = words[1..].iter().filter(|word| !word.text.starts_with('-'));
    Some((paths.next()?.text.clone(), appends))
}

/// With the escapes that `echo -e`, `printf` and the `echo` of `sh` know. A Dockerfile takes the end
/// of a continued line out before any shell sees it, in quotes too.
fn unescaped(text: &str) -> String {
    let text = text.replace("\\\r\n", "").replace("\\\n", "");
    text.replace("\\n", "\n").replace("\\t", "\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_says_itself_is_known() {
        for (script, expected) in [
            ("echo 'a b' > f", vec![("f", "a b\n", false)]),
            (
                "printf '%s\\n' '#!/bin/sh' 'x up' > f && chmod +x f",
                vec![("f", "#!/bin/sh\nx up\n", false)],
            ),
            (
                "echo '#!/bin/sh\\n\\\nx up' > /f.sh",
                vec![("/f.sh", "#!/bin/sh\nx up\n", false)],
            ),
            (
                "echo a > f; echo b >> f 2>/dev/null",
                vec![("f", "a\n", false), ("f", "b\n", true)],
            ),
            ("{ echo a; \\\n echo b; } > f", vec![("f", "a\nb\n", false)]),
            (
                "cat > f <<'EOF'\nx up\nEOF\necho done",
                vec![("f", "x up\n", false)],
            ),
            (
                "cat <<EOF | tee -a f\nx up\nEOF\n",
                vec![("f", "x up\n", true)],
            ),
            ("sort a > f; cat a > g; echo x", vec![]),
        ] {
            let found = written(script);
            let shown: Vec<_> = found
                .iter()
                .map(|it| (it.path.as_str(), it.text.as_str(), it.appends))
                .collect();
            assert_eq!(shown, expected, "{script}");
        }
    }
}
