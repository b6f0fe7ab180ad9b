//! Tokens to [`File`]. A line that does not follow the grammar becomes a [`SyntaxMistake`] of its
//! block, and the next line is read as if nothing had happened.

use super::token::{PrismaToken, PrismaTokenKind, tokens};
use super::{
    Argument, Arity, Attribute, BlockKind, EnumValue, Field, FieldType, File, PrismaBlock,
    PrismaExpr, PrismaExprKind, PrismaName, SyntaxMistake,
};
use crate::source::{Source, Span};

/// Deeper nesting than any schema has; a limit keeps hostile input off the stack.
const MAX_DEPTH: u32 = 64;

/// Reads the datasource and the generators of one file. Whoever looks for a schema asks every file
/// for them, and the models are nearly all of its text.
pub(crate) fn parse_settings(source: &Source) -> File {
    let mut text = String::with_capacity(source.text().len());
    let mut skipping = false;
    for line in source.text().split_inclusive('\n') {
        let words = line.trim_start();
        let head = words.split([' ', '\t', '{']).next().unwrap_or_default();
        skipping |= matches!(head, "model" | "enum" | "view" | "type") && words.contains('{');
        if skipping {
            skipping = !words.starts_with('}');
            // Places stay what they are.
            let length = line.trim_end_matches('\n').len();
            text.extend(std::iter::repeat_n(' ', length));
            text.push_str(&line[length..]);
        } else {
            text.push_str(line);
        }
    }
    File {
        source: source.clone(),
        ..parse(&Source::new(source.path(), text))
    }
}

/// Reads one file.
pub(crate) fn parse(source: &Source) -> File {
    let mut parser = PrismaParser {
        tokens: tokens(source.text()),
        at: 0,
        depth: 0,
    };
    let mut file = File {
        source: source.clone(),
        blocks: Vec::new(),
        stray: Vec::new(),
    };
    loop {
        parser.skip_lines();
        let Some(token) = parser.peek() else {
            return file;
        };
        let span = token.span;
        match parser.block() {
            Ok(block) => file.blocks.push(block),
            Err(mistake) => {
                // One remark for each run of text that nobody can read.
                if file.stray.is_empty() || parser.at_block_head(span) {
                    file.stray.push(mistake);
                }
                parser.skip_line();
            }
        }
    }
}

type Parsed<T> = Result<T, SyntaxMistake>;

struct PrismaParser {
    tokens: Vec<PrismaToken>,
    at: usize,
    depth: u32,
}

impl PrismaParser {
    fn peek(&self) -> Option<&PrismaToken> {
        self.tokens.get(self.at)
    }

    fn is(&self, char: char) -> bool {
        self.peek()
            .is_some_and(|token| token.kind == PrismaTokenKind::Punctuation(char))
    }

    fn take(&mut self, char: char) -> bool {
        let there = self.is(char);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, char: char) -> Parsed<Span> {
        let span = self.here();
        if self.take(char) {
            Ok(span)
        } else {
            Err(self.mistake(format!("expected `{char}`")))
        }
    }

    /// The next token's bytes, or the end of the text.
    fn here(&self) -> Span {
        let end = self.tokens.last().map_or(0, |token| token.span.end);
        self.peek().map_or(Span::new(end, end), |token| token.span)
    }

    fn before(&self) -> Span {
        self.at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(Span::default(), |token| token.span)
    }

    fn mistake(&self, message: impl Into<String>) -> SyntaxMistake {
        SyntaxMistake {
            span: self.here(),
            message: message.into(),
        }
    }

    fn word(&mut self, what: &str) -> Parsed<PrismaName> {
        match self.peek() {
            Some(PrismaToken {
                kind: PrismaTokenKind::Word(text),
                span,
            }) => {
                let name = PrismaName {
                    text: text.clone(),
                    span: *span,
                };
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.mistake(format!("expected {what}"))),
        }
    }

    fn at_line_end(&self) -> bool {
        self.peek()
            .is_none_or(|token| token.kind == PrismaTokenKind::NewLine)
            || self.is('}')
    }

    fn skip_lines(&mut self) {
        while self
            .peek()
            .is_some_and(|token| token.kind == PrismaTokenKind::NewLine)
        {
            self.at += 1;
        }
    }

    /// Goes past the end of this line.
    fn skip_line(&mut self) {
        while self.peek().is_some() {
            self.at += 1;
            if token_ends_line(self.tokens.get(self.at - 1)) {
                return;
            }
        }
    }

    /// Goes to the end of this line, but not past the block.
    fn skip_rest(&mut self) {
        while !self.at_line_end() {
            self.at += 1;
        }
    }

    fn at_block_head(&self, span: Span) -> bool {
        self.tokens
            .iter()
            .any(|token| token.span == span && kind_of(&token.kind).is_some())
    }

    fn block(&mut self) -> Parsed<PrismaBlock> {
        let Some(kind) = self.peek().and_then(|token| kind_of(&token.kind)) else {
            return Err(self
                .mistake("expected `model`, `view`, `enum`, `type`, `datasource` or `generator`"));
        };
        self.at += 1;
        let name = self.word("a name")?;
        self.expect('{')?;
        let mut block = PrismaBlock {
            kind,
            name,
            fields: Vec::new(),
            values: Vec::new(),
            properties: Vec::new(),
            attributes: Vec::new(),
            mistakes: Vec::new(),
        };
        loop {
            self.skip_lines();
            if self.take('}') {
                return Ok(block);
            }
            if self.peek().is_none() || self.at_next_block() {
                block.mistakes.push(SyntaxMistake {
                    span: block.name.span,
                    message: "the block is never closed".to_owned(),
                });
                return Ok(block);
            }
            let read = self.line(&mut block).and_then(|()| {
                if self.at_line_end() {
                    Ok(())
                } else {
                    Err(self.mistake("unexpected text"))
                }
            });
            if let Err(mistake) = read {
                block.mistakes.push(mistake);
                self.skip_rest();
            }
        }
    }

    /// Whether a block starts here, so that the one before it has no end.
    fn at_next_block(&self) -> bool {
        let kind = |at: usize| self.tokens.get(at).map(|token| &token.kind);
        kind(self.at).is_some_and(|kind| kind_of(kind).is_some())
            && matches!(kind(self.at + 1), Some(PrismaTokenKind::Word(_)))
            && kind(self.at + 2) == Some(&PrismaTokenKind::Punctuation('{'))
    }

    fn line(&mut self, block: &mut PrismaBlock) -> Parsed<()> {
        if self
            .peek()
            .is_some_and(|token| token.kind == PrismaTokenKind::BlockAttribute)
        {
            self.at += 1;
            let attribute = self.attribute()?;
            block.attributes.push(attribute);
            return Ok(());
        }
        let name = self.word("a name")?;
        match block.kind {
            BlockKind::Enum => {
                let attributes = self.attributes()?;
                block.values.push(EnumValue { name, attributes });
            }
            BlockKind::Datasource | BlockKind::Generator => {
                self.expect('=')?;
                let value = self.expr()?;
                block.properties.push((name, value));
            }
            BlockKind::Model | BlockKind::View | BlockKind::Type => {
                let field = self.field(name)?;
                block.fields.push(field);
            }
        }
        Ok(())
    }

    fn field(&mut self, name: PrismaName) -> Parsed<Field> {
        self.take(':'); // Prisma 1 wrote `name: Type`.
        let word = self.word("a type")?;
        let kind = if word.text == "Unsupported" && self.is('(') {
            let value = self.call(word)?;
            match value.kind {
                PrismaExprKind::Call(_, arguments)
                    if arguments
                        .first()
                        .is_some_and(|it| it.value.as_string().is_some()) =>
                {
                    FieldType::Unsupported(
                        arguments[0]
                            .value
                            .as_string()
                            .unwrap_or_default()
                            .to_owned(),
                    )
                }
                _ => {
                    return Err(SyntaxMistake {
                        span: value.span,
                        message: "expected a type in quotes".to_owned(),
                    });
                }
            }
        } else {
            FieldType::Named(word.text)
        };
        let arity = if self.take('?') {
            Arity::Optional
        } else if self.take('[') {
            self.expect(']')?;
            self.take('?');
            Arity::List
        } else {
            self.take('!');
            Arity::Required
        };
        let attributes = self.attributes()?;
        let span = name.span.to(self.before());
        Ok(Field {
            name,
            kind,
            arity,
            attributes,
            span,
        })
    }

    fn attributes(&mut self) -> Parsed<Vec<Attribute>> {
        let mut attributes = Vec::new();
        while self.take('@') {
            attributes.push(self.attribute()?);
        }
        Ok(attributes)
    }

    /// After `@` or `@@`.
    fn attribute(&mut self) -> Parsed<Attribute> {
        let start = self.before();
        let mut name = self.word("the name of an attribute")?.text;
        while self.take('.') {
            name.push('.');
            name.push_str(&self.word("the rest of a name")?.text);
        }
        let arguments = if self.is('(') {
            self.arguments()?
        } else {
            Vec::new()
        };
        Ok(Attribute {
            name,
            arguments,
            span: start.to(self.before()),
        })
    }

    fn arguments(&mut self) -> Parsed<Vec<Argument>> {
        self.expect('(')?;
        let mut arguments = Vec::new();
        while !self.take(')') {
            let named = matches!(
                (
                    self.peek().map(|it| &it.kind),
                    self.tokens.get(self.at + 1).map(|it| &it.kind)
                ),
                (
                    Some(PrismaTokenKind::Word(_)),
                    Some(PrismaTokenKind::Punctuation(':'))
                )
            );
            let name = if named {
                Some(self.word("a name")?.text)
            } else {
                None
            };
            self.at += usize::from(named);
            arguments.push(Argument {
                name,
                value: self.expr()?,
            });
            if !self.take(',') {
                self.expect(')')?;
                break;
            }
        }
        Ok(arguments)
    }

    fn expr(&mut self) -> Parsed<PrismaExpr> {
        if self.depth >= MAX_DEPTH {
            return Err(self.mistake("nested too deeply"));
        }
        self.depth += 1;
        let expr = self.expr_inner();
        self.depth -= 1;
        expr
    }

    fn expr_inner(&mut self) -> Parsed<PrismaExpr> {
        let Some(PrismaToken { kind, span }) = self.peek().cloned() else {
            return Err(self.mistake("expected a value"));
        };
        match kind {
            PrismaTokenKind::String(text) => Ok(self.leaf(PrismaExprKind::String(text), span)),
            PrismaTokenKind::Number(text) => Ok(self.leaf(PrismaExprKind::Number(text), span)),
            PrismaTokenKind::Word(text) => self.path(text, span),
            PrismaTokenKind::Punctuation('[') => {
                self.at += 1;
                let mut elements = Vec::new();
                while !self.take(']') {
                    elements.push(self.expr()?);
                    if !self.take(',') {
                        self.expect(']')?;
                        break;
                    }
                }
                Ok(PrismaExpr {
                    kind: PrismaExprKind::Array(elements),
                    span: span.to(self.before()),
                })
            }
            PrismaTokenKind::Punctuation('{') => {
                self.at += 1;
                let mut entries = Vec::new();
                self.skip_lines();
                while !self.take('}') {
                    let key = self.word("a name")?.text;
                    self.expect(':')?;
                    entries.push((key, self.expr()?));
                    self.skip_lines();
                    if !self.take(',') {
                        self.expect('}')?;
                        break;
                    }
                    self.skip_lines();
                }
                Ok(PrismaExpr {
                    kind: PrismaExprKind::Object(entries),
                    span: span.to(self.before()),
                })
            }
            _ => Err(self.mistake("expected a value")),
        }
    }

    fn leaf(&mut self, kind: PrismaExprKind, span: Span) -> PrismaExpr {
        self.at += 1;
        PrismaExpr { kind, span }
    }

    /// A word, a path, or a call of either.
    fn path(&mut self, mut text: String, span: Span) -> Parsed<PrismaExpr> {
        self.at += 1;
        while self.take('.') {
            text.push('.');
            text.push_str(&self.word("the rest of a name")?.text);
        }
        let span = span.to(self.before());
        if self.is('(') {
            return self.call(PrismaName { text, span });
        }
        Ok(PrismaExpr {
            kind: PrismaExprKind::Word(text),
            span,
        })
    }

    fn call(&mut self, name: PrismaName) -> Parsed<PrismaExpr> {
        let arguments = self.arguments()?;
        Ok(PrismaExpr {
            kind: PrismaExprKind::Call(name.text, arguments),
            span: name.span.to(self.before()),
        })
    }
}

fn kind_of(token: &PrismaTokenKind) -> Option<BlockKind> {
    let PrismaTokenKind::Word(word) = token else {
        return None;
    };
    Some(match word.as_str() {
        "model" => BlockKind::Model,
        "view" => BlockKind::View,
        "type" => BlockKind::Type,
        "enum" => BlockKind::Enum,
        "datasource" => BlockKind::Datasource,
        "generator" => BlockKind::Generator,
        _ => return None,
    })
}

fn token_ends_line(token: Option<&PrismaToken>) -> bool {
    token.is_some_and(|token| token.kind == PrismaTokenKind::NewLine)
}
