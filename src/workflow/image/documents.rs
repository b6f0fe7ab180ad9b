//! Here-documents of `RUN` that do not stand first: `RUN cat > start.sh <<END`.
//!
//! BuildKit gives them to the shell. The parser of Dockerfiles knows those only that a `RUN` starts
//! with, and takes the lines of others for instructions, so that the whole file would not be read.

use std::borrow::Cow;

use crate::source::Span;

/// A `RUN` with such documents, from its first word to the end of the last one.
pub(super) struct RunDocuments {
    pub(super) runs: Vec<Span>,
}

impl RunDocuments {
    /// The `RUN` that starts at a place.
    pub(super) fn around(&self, start: Span) -> Option<Span> {
        let mut runs = self.runs.iter().copied();
        runs.find(|run| run.range().contains(&start.start))
    }
}

/// The text of a Dockerfile with blanks where such documents stand, and where that is.
pub(super) fn taken_out(text: &str) -> (Cow<'_, str>, RunDocuments) {
    let mut found = RunDocuments { runs: Vec::new() };
    if !text.contains("<<") {
        return (Cow::Borrowed(text), found);
    }
    let mut blank: Vec<Span> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = instruction_end(text, at);
        let instruction = &text[at..end];
        let delimiters = delimiters(instruction);
        let mut after = end;
        for delimiter in &delimiters {
            after = document_end(text, after, delimiter).unwrap_or(after);
        }
        let body = instruction.trim_start();
        let word = body.split_whitespace().next().unwrap_or_default();
        let arguments = body[word.len()..].trim_start();
        let first = arguments
            .split_whitespace()
            .find(|word| !word.starts_with("--") && *word != "\\")
            .is_some_and(|word| word.starts_with("<<"));
        if word.eq_ignore_ascii_case("RUN") && after > end && !first {
            found.runs.push(Span::new(
                at + instruction.find(arguments).unwrap_or(0),
                after,
            ));
            blank.push(Span::new(end, after));
        }
        at = after.max(end);
    }
    if blank.is_empty() {
        return (Cow::Borrowed(text), found);
    }
    let mut shown = text.to_owned();
    for span in blank {
        let spaces: String = text[span.range()]
            .bytes()
            .map(|byte| if byte == b'\n' { '\n' } else { ' ' })
            .collect();
        shown.replace_range(span.range(), &spaces);
    }
    (Cow::Owned(shown), found)
}

/// One past the line break that ends an instruction: lines that end in a backslash go on, and so do
/// comments between them.
fn instruction_end(text: &str, start: usize) -> usize {
    let mut at = start;
    let mut goes_on = false;
    loop {
        let length = text[at..].find('\n').map_or(text.len() - at, |end| end + 1);
        let line = text[at..at + length].trim();
        at += length;
        let comment = goes_on && line.starts_with('#');
        goes_on = comment || (line.ends_with('\\') && !line.starts_with('#'));
        if !goes_on || at >= text.len() {
            return at;
        }
    }
}

/// What ends the here-documents of an instruction, in their order.
fn delimiters(instruction: &str) -> Vec<String> {
    let mut found = Vec::new();
    if instruction.trim_start().starts_with('#') {
        return found;
    }
    for (at, _) in instruction.match_indices("<<") {
        let before = instruction[..at].chars().next_back();
        let rest = instruction[at + 2..].trim_start_matches('-');
        if before == Some('<') || rest.starts_with('<') || before == Some('$') {
            continue;
        }
        let rest = rest.trim_start_matches(['"', '\'']);
        let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
        let word = &rest[..end.unwrap_or(rest.len())];
        if word.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_') {
            found.push(word.to_owned());
        }
    }
    found
}

/// One past the line that ends a here-document; `None` where none does.
fn document_end(text: &str, start: usize, delimiter: &str) -> Option<usize> {
    let mut at = start;
    while at < text.len() {
        let length = text[at..].find('\n').map_or(text.len() - at, |end| end + 1);
        let line = text[at..at + length].trim();
        at += length;
        if line == delimiter {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_inside_of_a_run_are_blank() {
        let text = "FROM x\nRUN a && \\\n  cat > f <<'EOF'\nFROM y\nEOF\nRUN <<E\nls\nE\nCMD f\n";
        let (shown, found) = taken_out(text);
        assert_eq!(shown.len(), text.len());
        assert!(
            !shown.contains("FROM y") && shown.contains("RUN <<E\nls\nE"),
            "{shown}"
        );
        let runs: Vec<&str> = found.runs.iter().map(|span| &text[span.range()]).collect();
        assert_eq!(runs, ["a && \\\n  cat > f <<'EOF'\nFROM y\nEOF\n"]);
        let mounted = "FROM x\nRUN --mount=type=cache,target=/a \\\n  --network=none \\\n  <<E\nls\nE\nCMD f\n";
        assert_eq!(taken_out(mounted).0, mounted);
        let plain = "RUN echo $((1 << X))\nRUN cat <<< a\nRUN cat << EOF\n";
        assert_eq!(taken_out(plain).0, plain);
    }
}
