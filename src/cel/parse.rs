//! Tokens to a tree.

use regex::{Regex, RegexBuilder};

use super::lex::{CelKind, CelToken, tokens};
use super::{CelError, CelValue};

/// How deep expressions may be nested, in levels of the grammar's loosest operator.
const DEEPEST: usize = 40;

/// The largest compiled pattern, in bytes.
const PATTERN: usize = 1 << 18;

/// A part of an expression.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Literal(CelValue),
    Name(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Field(Box<Node>, String),
    Index(Box<Node>, Box<Node>),
    /// `has(a.b)`.
    Has(Box<Node>, String),
    Not(Box<Node>),
    Minus(Box<Node>),
    Binary(&'static str, Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    /// `f(a)` and `a.f(b)` alike: the receiver comes first.
    Call(String, Vec<Node>),
    Matches(Box<Node>, Regex),
    Each(Box<Comprehension>),
}

/// `list.all(name, test)` and its relatives.
#[derive(Clone, Debug)]
pub(super) struct Comprehension {
    pub(super) kind: Each,
    pub(super) list: Node,
    pub(super) name: String,
    /// Which elements count; all of them for a plain `map`.
    pub(super) test: Option<Node>,
    /// What `map` makes of each.
    pub(super) value: Option<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Each {
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
}

impl Each {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "all" => Self::All,
            "exists" => Self::Exists,
            "exists_one" => Self::ExistsOne,
            "filter" => Self::Filter,
            "map" => Self::Map,
            _ => return None,
        })
    }
}

impl Node {
    /// Whether a variable is asked for.
    pub(super) fn mentions(&self, name: &str) -> bool {
        match self {
            Self::Literal(_) => false,
            Self::Name(own) => own == name,
            Self::List(nodes) | Self::Call(_, nodes) => {
                nodes.iter().any(|node| node.mentions(name))
            }
            Self::Map(pairs) => pairs
                .iter()
                .any(|(key, value)| key.mentions(name) || value.mentions(name)),
            Self::Field(node, _)
            | Self::Has(node, _)
            | Self::Not(node)
            | Self::Minus(node)
            | Self::Matches(node, _) => node.mentions(name),
            Self::Index(one, other) | Self::Binary(_, one, other) => {
                one.mentions(name) || other.mentions(name)
            }
            Self::If(test, one, other) => {
                test.mentions(name) || one.mentions(name) || other.mentions(name)
            }
            Self::Each(each) => {
                let parts = each.test.iter().chain(&each.value);
                each.list.mentions(name) || parts.into_iter().any(|part| part.mentions(name))
            }
        }
    }
}

pub(super) fn expression(text: &str) -> Result<Node, CelError> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
    };
    let node = parser.whole()?;
    match parser.peek() {
        CelKind::End => Ok(node),
        _ => Err(parser.unexpected("the end")),
    }
}

struct Parser {
    tokens: Vec<CelToken>,
    at: usize,
    depth: usize,
}

/// Binary operators, the loosest first.
const LEVELS: [&[&str]; 5] = [
    &["||"],
    &["&&"],
    &["==", "!=", "<", "<=", ">", ">=", "in"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Parser {
    fn peek(&self) -> &CelKind {
        self.tokens
            .get(self.at)
            .map_or(&CelKind::End, |token| &token.kind)
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.at)
    }

    fn unexpected(&self, wanted: &str) -> CelError {
        CelError::at(self.place(), format!("expected {wanted}"))
    }

    fn takes(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), CelKind::Sign(own) if *own == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), CelError> {
        if self.takes(sign) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("`{sign}`")))
        }
    }

    fn name(&mut self) -> Result<String, CelError> {
        match self.peek() {
            CelKind::Name(name) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn whole(&mut self) -> Result<Node, CelError> {
        if self.depth == DEEPEST {
            return Err(CelError::at(self.place(), "it is nested too deeply"));
        }
        self.depth += 1;
        let test = self.binary(0)?;
        let node = if self.takes("?") {
            let one = self.whole()?;
            self.expect(":")?;
            let other = self.whole()?;
            Node::If(Box::new(test), Box::new(one), Box::new(other))
        } else {
            test
        };
        self.depth -= 1;
        Ok(node)
    }

    fn binary(&mut self, level: usize) -> Result<Node, CelError> {
        let Some(signs) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        loop {
            let found = signs.iter().find(|sign| match self.peek() {
                CelKind::Sign(own) => own == *sign,
                CelKind::Name(name) => name == **sign,
                _ => false,
            });
            let Some(sign) = found else { return Ok(left) };
            self.at += 1;
            let right = self.binary(level + 1)?;
            left = Node::Binary(sign, Box::new(left), Box::new(right));
        }
    }

    fn unary(&mut self) -> Result<Node, CelError> {
        let (mut not, mut minus) = (0, 0);
        while self.takes("!") {
            not += 1;
        }
        while not == 0 && self.takes("-") {
            minus += 1;
        }
        let mut node = self.postfix()?;
        if not % 2 == 1 {
            node = Node::Not(Box::new(node));
        } else if not > 0 {
            node = Node::Not(Box::new(Node::Not(Box::new(node))));
        }
        if minus % 2 == 1 {
            node = Node::Minus(Box::new(node));
        }
        Ok(node)
    }

    fn postfix(&mut self) -> Result<Node, CelError> {
        let mut node = self.primary()?;
        loop {
            if self.takes(".") {
                let name = self.name()?;
                node = if self.takes("(") {
                    self.method(node, name)?
                } else {
                    Node::Field(Box::new(node), name)
                };
            } else if self.takes("[") {
                let index = self.whole()?;
                self.expect("]")?;
                node = Node::Index(Box::new(node), Box::new(index));
            } else {
                return Ok(node);
            }
        }
    }

    fn method(&mut self, receiver: Node, name: String) -> Result<Node, CelError> {
        let place = self.place();
        let Some(kind) = Each::from_name(&name) else {
            let mut arguments = self.list(")")?;
            if name == "matches" {
                return match (arguments.pop(), arguments.is_empty()) {
                    (Some(Node::Literal(CelValue::String(pattern))), true) => {
                        let built = RegexBuilder::new(&pattern).size_limit(PATTERN).build();
                        let pattern = built.map_err(|_| {
                            CelError::at(place, format!("`{pattern}` is no regular expression"))
                        })?;
                        Ok(Node::Matches(Box::new(receiver), pattern))
                    }
                    _ => Err(CelError::at(
                        place,
                        "`matches` takes a pattern that is written out",
                    )),
                };
            }
            arguments.insert(0, receiver);
            return Ok(Node::Call(name, arguments));
        };
        let variable = self.name()?;
        self.expect(",")?;
        let first = self.whole()?;
        let second = if kind == Each::Map && self.takes(",") {
            Some(self.whole()?)
        } else {
            None
        };
        self.expect(")")?;
        let (test, value) = match (kind, second) {
            (Each::Map, Some(value)) => (Some(first), Some(value)),
            (Each::Map, None) => (None, Some(first)),
            _ => (Some(first), None),
        };
        Ok(Node::Each(Box::new(Comprehension {
            kind,
            list: receiver,
            name: variable,
            test,
            value,
        })))
    }

    /// Expressions between commas, up to a closing sign.
    fn list(&mut self, close: &str) -> Result<Vec<Node>, CelError> {
        let mut nodes = Vec::new();
        while !self.takes(close) {
            nodes.push(self.whole()?);
            if !self.takes(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok(nodes)
    }

    fn primary(&mut self) -> Result<Node, CelError> {
        let place = self.place();
        let kind = self.peek().clone();
        self.at += 1;
        let node = match kind {
            CelKind::Int(value) => Node::Literal(CelValue::Int(value)),
            CelKind::Double(value) => Node::Literal(CelValue::Double(value)),
            CelKind::String(value) => Node::Literal(CelValue::from(value)),
            CelKind::Name(name) => match name.as_str() {
                "true" => Node::Literal(CelValue::Bool(true)),
                "false" => Node::Literal(CelValue::Bool(false)),
                "null" => Node::Literal(CelValue::Null),
                "has" if self.takes("(") => {
                    let asked = self.whole()?;
                    self.expect(")")?;
                    match asked {
                        Node::Field(node, field) => Node::Has(node, field),
                        _ => return Err(CelError::at(place, "`has` takes a field: `has(a.b)`")),
                    }
                }
                _ if self.takes("(") => Node::Call(name, self.list(")")?),
                _ => Node::Name(name),
            },
            CelKind::Sign("(") => {
                let node = self.whole()?;
                self.expect(")")?;
                node
            }
            CelKind::Sign("[") => Node::List(self.list("]")?),
            CelKind::Sign("{") => {
                let mut pairs = Vec::new();
                while !self.takes("}") {
                    let key = self.whole()?;
                    self.expect(":")?;
                    pairs.push((key, self.whole()?));
                    if !self.takes(",") {
                        self.expect("}")?;
                        break;
                    }
                }
                Node::Map(pairs)
            }
            CelKind::Sign(_) | CelKind::End => {
                self.at -= 1;
                return Err(self.unexpected("a value"));
            }
        };
        Ok(node)
    }
}
