//! Shell scripts: their commands, how these are joined, and under which conditions they run.
//!
//! As much as is needed to say which tool is started with which words and what happens when it
//! fails. Words are never expanded. A script that is not understood ends where it stops making
//! sense, as a shell would end it.

mod lex;
#[cfg(test)]
mod tests;
mod written;

use super::run::EnvAssignment;
use crate::source::Span;
use lex::ShellToken;
pub(crate) use lex::Word;
pub(crate) use written::{WrittenFile, written};

/// Commands one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CommandList(pub(crate) Vec<Chain>);

/// Commands joined by `&&` and `||`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    pub(crate) items: Vec<(Join, Pipeline)>,
    /// What stands after it.
    pub(crate) end: End,
}

/// How a command is joined to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Join {
    First,
    And,
    Or,
}

/// What ends a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Semicolon,
    Line,
    Background,
    Text,
}

/// Commands joined by `|`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pipeline {
    /// Whether a `!` turns its status round.
    pub(crate) negated: bool,
    pub(crate) stages: Vec<ShellNode>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ShellNode {
    Simple(Simple),
    /// `{ … }`, and `( … )`, which changes no folder outside.
    Group {
        body: CommandList,
        subshell: bool,
    },
    /// `if`: each condition with what it leads to, and `else`.
    If {
        arms: Vec<(CommandList, CommandList)>,
        otherwise: Option<CommandList>,
    },
    /// `while`, `until` or `for`, whose body may run any number of times.
    Loop {
        condition: CommandList,
        body: CommandList,
    },
    /// `case WORD in PATTERNS) …`.
    Case {
        word: String,
        arms: Vec<(Vec<String>, CommandList)>,
    },
    Function {
        name: String,
        body: CommandList,
    },
}

/// One command with its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Simple {
    /// `NAME=value` before the command.
    pub(crate) assigned: Vec<EnvAssignment>,
    /// What stands in `$( )` of these values.
    pub(crate) inner: Vec<Span>,
    pub(crate) words: Vec<Word>,
    pub(crate) span: Span,
}

/// Deeper nesting than people write; the parser calls itself once for each level.
const MAX_DEPTH: usize = 40;

/// Brackets in brackets, at most. Each looks for its end, and comes to be parsed by itself.
const MAX_BRACKETS: usize = 100;

/// Reads a script; nothing of one that is nested more deeply than any that is run.
pub(crate) fn parse(text: &str) -> CommandList {
    if is_too_deep(text) {
        return CommandList::default();
    }
    let mut parser = ShellParser {
        tokens: lex::tokens(text),
        at: 0,
        depth: 0,
    };
    parser.list(&[])
}

/// Whether more brackets are open somewhere than any script has.
fn is_too_deep(text: &str) -> bool {
    // Hardly any text has so many at all, and counting them is quick.
    let opening = text.bytes().filter(|byte| matches!(byte, b'(' | b'{'));
    if opening.count() <= MAX_BRACKETS {
        return false;
    }
    let mut open = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' | b'{' => open += 1,
            b')' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MAX_BRACKETS
    })
}

struct ShellParser {
    tokens: Vec<ShellToken>,
    at: usize,
    depth: usize,
}

impl ShellParser {
    fn word(&self) -> Option<&Word> {
        match self.tokens.get(self.at) {
            Some(ShellToken::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// The reserved word that stands here, if one of these does.
    fn reserved(&self, words: &[&str]) -> bool {
        self.word()
            .is_some_and(|word| !word.quoted && words.contains(&word.text.as_str()))
    }

    fn operator(&self) -> Option<&'static str> {
        match self.tokens.get(self.at) {
            Some(ShellToken::Operator(operator, _)) => Some(operator),
            _ => None,
        }
    }

    fn take(&mut self, operators: &[&str]) -> Option<&'static str> {
        let found = self.operator().filter(|it| operators.contains(it))?;
        self.at += 1;
        Some(found)
    }

    fn breaks(&mut self) {
        while self.take(&["\n", ";"]).is_some() {}
    }

    /// Commands up to one of these reserved words, `)` or `;;`.
    fn list(&mut self, ends: &[&str]) -> CommandList {
        let mut list = CommandList::default();
        self.depth += 1;
        loop {
            self.breaks();
            if self.at >= self.tokens.len() || self.depth > MAX_DEPTH || self.reserved(ends) {
                break;
            }
            if matches!(self.operator(), Some(")" | ";;" | ";&")) {
                if ends.is_empty() && self.depth == 1 {
                    self.at += 1;
                    continue;
                }
                break;
            }
            let before = self.at;
            let chain = self.chain();
            if !chain.items.is_empty() {
                list.0.push(chain);
            }
            if self.at == before {
                self.at += 1;
            }
        }
        self.depth -= 1;
        list
    }

    fn chain(&mut self) -> Chain {
        let mut items = Vec::new();
        let mut join = Join::First;
        while let Some(pipeline) = self.pipeline() {
            items.push((join, pipeline));
            join = match self.take(&["&&", "||"]) {
                Some("&&") => Join::And,
                Some(_) => Join::Or,
                None => break,
            };
            while self.take(&["\n"]).is_some() {}
        }
        let end = match self.take(&[";", "&", "\n"]) {
            Some(";") => End::Semicolon,
            Some("&") => End::Background,
            Some(_) => End::Line,
            None => End::Text,
        };
        Chain { items, end }
    }

    fn pipeline(&mut self) -> Option<Pipeline> {
        let negated = self.reserved(&["!"]);
        if negated {
            self.at += 1;
        }
        let mut stages = vec![self.node()?];
        while self.take(&["|", "|&"]).is_some() {
            while self.take(&["\n"]).is_some() {}
            stages.extend(self.node());
        }
        Some(Pipeline { negated, stages })
    }

    fn node(&mut self) -> Option<ShellNode> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        if self.take(&["("]).is_some() {
            let body = self.list(&[]);
            self.take(&[")"]);
            return Some(ShellNode::Group {
                body,
                subshell: true,
            });
        }
        let word = self.word()?;
        if !word.quoted {
            match word.text.as_str() {
                "{" => {
                    self.at += 1;
                    let body = self.list(&["}"]);
                    self.expect("}");
                    return Some(ShellNode::Group {
                        body,
                        subshell: false,
                    });
                }
                "if" => return Some(self.condition()),
                "while" | "until" => {
                    self.at += 1;
                    let condition = self.list(&["do"]);
                    return Some(self.body(condition));
                }
                "for" | "select" => {
                    while self.at < self.tokens.len() && !self.reserved(&["do"]) {
                        self.at += 1;
                    }
                    return Some(self.body(CommandList::default()));
                }
                "case" => return Some(self.case()),
                "function" => {
                    self.at += 1;
                    let name = self.word()?.text.clone();
                    self.at += 1;
                    return Some(self.function(name));
                }
                "[[" => return Some(ShellNode::Simple(self.test())),
                _ => {}
            }
            if matches!(
                self.tokens.get(self.at + 1),
                Some(ShellToken::Operator("(", _))
            ) && matches!(
                self.tokens.get(self.at + 2),
                Some(ShellToken::Operator(")", _))
            ) {
                let name = word.text.clone();
                self.at += 1;
                return Some(self.function(name));
            }
        }
        Some(ShellNode::Simple(self.simple()))
    }

    fn expect(&mut self, word: &str) {
        if self.reserved(&[word]) {
            self.at += 1;
        }
    }

    fn body(&mut self, condition: CommandList) -> ShellNode {
        self.expect("do");
        let body = self.list(&["done"]);
        self.expect("done");
        ShellNode::Loop { condition, body }
    }

    fn condition(&mut self) -> ShellNode {
        let mut arms = Vec::new();
        let mut otherwise = None;
        loop {
            self.at += 1;
            let condition = self.list(&["then"]);
            self.expect("then");
            let body = self.list(&["elif", "else", "fi"]);
            arms.push((condition, body));
            if !self.reserved(&["elif"]) {
                break;
            }
        }
        if self.reserved(&["else"]) {
            self.at += 1;
            otherwise = Some(self.list(&["fi"]));
        }
        self.expect("fi");
        ShellNode::If { arms, otherwise }
    }

    fn case(&mut self) -> ShellNode {
        self.at += 1;
        let word = self.word().map(|it| it.text.clone()).unwrap_or_default();
        self.at += 1;
        while self.take(&["\n"]).is_some() {}
        self.expect("in");
        let mut arms = Vec::new();
        loop {
            self.breaks();
            if self.at >= self.tokens.len() || self.reserved(&["esac"]) {
                break;
            }
            self.take(&["("]);
            let mut patterns = Vec::new();
            while let Some(ShellToken::Word(pattern)) = self.tokens.get(self.at) {
                patterns.push(pattern.text.clone());
                self.at += 1;
                self.take(&["|"]);
            }
            if self.take(&[")"]).is_none() {
                break;
            }
            let body = self.list(&["esac"]);
            arms.push((patterns, body));
            self.take(&[";;", ";&"]);
        }
        self.expect("esac");
        ShellNode::Case { word, arms }
    }

    fn function(&mut self, name: String) -> ShellNode {
        self.take(&["("]);
        self.take(&[")"]);
        while self.take(&["\n"]).is_some() {}
        let body = match self.node() {
            Some(ShellNode::Group { body, .. }) => body,
            _ => CommandList::default(),
        };
        ShellNode::Function { name, body }
    }

    /// `[[ … ]]`, in which operators are words.
    fn test(&mut self) -> Simple {
        let mut simple = Simple::default();
        while let Some(token) = self.tokens.get_mut(self.at) {
            self.at += 1;
            match token {
                ShellToken::Word(word) => {
                    let closes = word.text == "]]" && !word.quoted;
                    simple.words.push(std::mem::take(word));
                    if closes {
                        break;
                    }
                }
                ShellToken::Operator("\n", _) => break,
                ShellToken::Operator(operator, span) => simple.words.push(Word {
                    text: (*operator).to_owned(),
                    span: *span,
                    ..Word::default()
                }),
            }
        }
        simple.close();
        simple
    }

    fn simple(&mut self) -> Simple {
        let mut simple = Simple::default();
        while let Some(ShellToken::Word(word)) = self.tokens.get_mut(self.at) {
            let assigned = simple
                .words
                .is_empty()
                .then(|| EnvAssignment::read(&word.text));
            match assigned.flatten() {
                Some(assigned) => {
                    simple.assigned.push(assigned);
                    simple.inner.extend(&word.inner);
                    if simple.span.is_empty() {
                        simple.span = word.span;
                    }
                }
                None => simple.words.push(std::mem::take(word)),
            }
            self.at += 1;
        }
        simple.close();
        simple
    }
}

impl Simple {
    fn close(&mut self) {
        if let (Some(first), Some(last)) = (self.words.first(), self.words.last()) {
            self.span = first.span.to(last.span);
        }
    }
}
