//! Colour, line drawing and line length, decided once by the caller.

use miette::{GraphicalTheme, ThemeCharacters, ThemeStyles};

use crate::diagnostic::Severity;

/// How text may look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Whether escape sequences may be used.
    pub color: bool,
    /// Whether line drawing may be used.
    pub unicode: bool,
}

impl Look {
    /// miette's theme of that look.
    pub fn theme(self) -> GraphicalTheme {
        let characters = if self.unicode {
            ThemeCharacters::unicode()
        } else {
            ThemeCharacters::ascii()
        };
        let mut styles = if self.color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        };
        styles.link = styles.help;
        GraphicalTheme { characters, styles }
    }

    /// `label: text`, the label in the colour of the severity, filled to the width.
    pub fn headline(self, label: &str, severity: Severity, text: &str) -> String {
        let filled = self.fill(&format!("{label}: {text}"), "", "  ");
        match filled.strip_prefix(label) {
            Some(rest) if self.color => format!("{}{rest}", self.severity(label, severity)),
            _ => filled,
        }
    }

    /// `help: text`, filled to the width.
    pub fn help(self, text: &str) -> String {
        self.fill(&format!("help: {text}"), "  ", "        ")
            .replacen("help:", &self.paint("help:", "36"), 1)
    }

    /// Text in the colour of a severity.
    pub fn severity(self, text: &str, severity: Severity) -> String {
        self.paint(
            text,
            match severity {
                Severity::Error => "1;31",
                Severity::Warning => "1;33",
                Severity::Note => "1;36",
            },
        )
    }

    /// Text that is less important.
    pub fn dim(self, text: &str) -> String {
        self.paint(text, "2")
    }

    /// Text in lines no longer than the width, as far as its words allow. Ends with a line break.
    pub fn fill(self, text: &str, first: &str, rest: &str) -> String {
        let mut out = String::with_capacity(text.len() + 8);
        out.push_str(first);
        let mut column = columns(first);
        let text = clean(text);
        // A line break in a name is no line break of ours: only words are wrapped.
        for (number, word) in text.split(' ').enumerate() {
            let length = columns(word);
            // Rather a line too long than one that begins with `::`: a message quotes other
            // people's names, and GitHub's runner would take the line for a command.
            if number > 0 && column + 1 + length > self.width && !is_command(word) {
                out.push('\n');
                out.push_str(rest);
                column = columns(rest);
            } else if number > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
        out.push('\n');
        out
    }

    fn paint(self, text: &str, code: &str) -> String {
        if self.color {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

/// Text without characters that a terminal obeys rather than shows: control characters and changes
/// of direction.
pub(super) fn clean(text: &str) -> String {
    if !text.chars().any(obeyed) {
        return text.to_owned();
    }
    text.chars()
        .map(|c| if obeyed(c) { '\u{fffd}' } else { c })
        .collect()
}

/// Takes the sting out of what a CI runner would obey in a log: a line that begins with `::`, which
/// is a command of GitHub Actions, and `##[`, which is one anywhere in a line. File names and SQL
/// are other people's text, and a pull request must not be able to set the job's variables.
pub(super) fn defuse(text: String) -> String {
    if !text.contains("##[") && !text.lines().any(is_command) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive('\n') {
        if is_command(line) {
            out.push('\u{fffd}');
        }
        out.push_str(&line.replace("##[", "##\u{fffd}["));
    }
    out
}

/// Text for people that was put together from others': nothing in it is obeyed, by a terminal or by
/// a CI runner, but our own colours.
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        let length = match colour(rest) {
            Some(length) => {
                out.push_str(&rest[..length]);
                length
            }
            None if obeyed(sign) && !matches!(sign, '\n' | '\t') => {
                out.push('\u{fffd}');
                sign.len_utf8()
            }
            None => {
                out.push(sign);
                sign.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    defuse(out)
}

/// The same with a link from each rule that heads a finding to its page, as terminals take it (OSC 8).
pub fn linked(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for line in text.split_inclusive('\n') {
        match heading(line) {
            Some((before, rule, url)) => {
                let after = &line[before.len() + rule.len()..];
                out.push_str(&format!(
                    "{before}\u{1b}]8;;{url}\u{1b}\\{rule}\u{1b}]8;;\u{1b}\\{after}"
                ));
            }
            None => out.push_str(line),
        }
    }
    out
}

/// What stands before the rule's name in the headline of a finding, the name, and its page.
fn heading(line: &str) -> Option<(&str, &str, String)> {
    let plain = &line[colour(line).unwrap_or_default()..];
    let severity = ["error[", "warning[", "note["];
    let word = severity.into_iter().find(|word| plain.starts_with(word))?;
    let start = line.len() - plain.len() + word.len();
    let (rule, _) = line[start..].split_once(']')?;
    Some((&line[..start], rule, super::url(rule)?))
}

/// The length of an escape sequence at the start that sets a colour.
fn colour(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|sign: char| !sign.is_ascii_digit() && sign != ';')?;
    numbers[end..].starts_with('m').then_some(end + 3)
}

/// Whether GitHub's runner would try to read the line as a command; it skips white space before.
fn is_command(line: &str) -> bool {
    line.trim_start().starts_with("::")
}

/// Whether a terminal obeys the character rather than showing it.
pub(super) fn obeyed(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How many columns a terminal gives the text.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(width).sum()
}

/// How many columns a terminal gives a character: two for the scripts and pictures of East Asian
/// width.
pub(super) fn width(c: char) -> usize {
    let wide = matches!(c,
        '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}');
    1 + usize::from(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_escapes_are_not_passed_on() {
        let look = Look {
            width: 20,
            color: false,
            unicode: true,
        };
        assert_eq!(
            look.fill("one two three four five", "  ", "    "),
            "  one two three four\n    five\n"
        );
        assert_eq!(look.fill("a\u{1b}[31mb", "", ""), "a\u{fffd}[31mb\n");
        // The name of a table may hold a line break, which is no line of the message.
        assert_eq!(look.fill("a `b\nc` d", "", ""), "a `b\u{fffd}c` d\n");
    }

    #[test]
    fn only_colours_are_passed_on() {
        assert_eq!(
            harmless("\u{1b}[1;31merror\u{1b}[0m\n\ta\u{1b}[2Jb\u{9b}c\u{1b}]0;x\u{7}\n::stop\n"),
            "\u{1b}[1;31merror\u{1b}[0m\n\ta\u{fffd}[2Jb\u{fffd}c\u{fffd}]0;x\u{fffd}\n\u{fffd}::stop\n"
        );
    }

    #[test]
    fn a_rule_leads_to_its_page() {
        let text = "\u{1b}[1;31merror[drop-table]\u{1b}[0m: x\nerror[no-such-rule]: y\n";
        let linked = linked(text);
        assert!(
            linked.starts_with("\u{1b}[1;31merror[\u{1b}]8;;https://")
                && linked
                    .contains("drop-table.md\u{1b}\\drop-table\u{1b}]8;;\u{1b}\\]\u{1b}[0m: x\n"),
            "{linked:?}"
        );
        assert!(linked.ends_with("error[no-such-rule]: y\n"));
    }

    #[test]
    fn nothing_is_a_command_of_a_log() {
        assert_eq!(
            defuse("  ::set-env name=A::b\n1 | ##[add-mask]x\nid::text\n".to_owned()),
            "\u{fffd}  ::set-env name=A::b\n1 | ##\u{fffd}[add-mask]x\nid::text\n"
        );
        let look = Look {
            width: 10,
            color: false,
            unicode: true,
        };
        assert_eq!(
            look.fill("compares x ::text", "", ""),
            "compares x ::text\n"
        );
    }
}
