//! What a configuration in JavaScript or TypeScript says, as far as it can be read without running
//! it.
//!
//! Every configuration seen in public projects is one object literal, at most with names of
//! constants from the same file; that much is read here, from tokens. A value that is computed is
//! left out.

use std::collections::{BTreeSet, HashMap};

use super::tree::{parent, resolve};

/// The keys of a configuration object whose values are texts or lists of texts; `migrations.path`
/// is the key of an object in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScriptValues {
    texts: HashMap<String, Vec<ScriptText>>,
    /// Keys of which not all could be read.
    computed: BTreeSet<String>,
}

/// A text of a configuration, which may be meant as a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ScriptText {
    /// As it is written, without the folder that it is joined to.
    pub(crate) text: String,
    /// Whether it starts at the folder of the configuration itself: `path.join(__dirname, "a")`.
    in_own_folder: bool,
}

impl ScriptText {
    fn in_own_folder(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            in_own_folder: true,
        }
    }

    /// The path from the repository's root, of a configuration in `file` whose relative paths start
    /// at `base`.
    pub(crate) fn located(&self, file: &str, base: &str) -> String {
        let folder = if self.in_own_folder {
            parent(file)
        } else {
            base
        };
        resolve(folder, &self.text)
    }
}

/// What could be read of a value.
struct ReadTexts {
    texts: Vec<ScriptText>,
    /// Whether that is all of it.
    is_whole: bool,
}

impl ReadTexts {
    fn one(text: ScriptText) -> Self {
        Self {
            texts: vec![text],
            is_whole: true,
        }
    }
}

impl ScriptValues {
    /// All texts of a key.
    pub(crate) fn list(&self, key: &str) -> &[ScriptText] {
        self.texts.get(key).map_or(&[], Vec::as_slice)
    }

    /// The only or first text of a key.
    pub(crate) fn one(&self, key: &str) -> Option<&ScriptText> {
        self.list(key).first()
    }

    /// Whether anything could be read of a key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// Whether a key is there and not all of it could be read.
    pub(crate) fn is_computed(&self, key: &str) -> bool {
        self.computed.contains(key)
    }
}

/// Reads the values of the object that a configuration file exports.
pub(crate) fn values(text: &str) -> ScriptValues {
    read(&tokens(text), None)
}

/// The readings of a configuration that chooses by its environment, `process.env.X ? a : b`: one
/// with every first choice, one with every second. A configuration without choices has one reading.
pub(crate) fn readings(text: &str) -> Vec<ScriptValues> {
    let tokens = tokens(text);
    if tokens.contains(&ScriptToken::Punct('?')) {
        vec![
            read(&tokens, Some(Choice::First)),
            read(&tokens, Some(Choice::Second)),
        ]
    } else {
        vec![read(&tokens, None)]
    }
}

/// Which side of `condition ? first : second` is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    First,
    Second,
}

fn read(tokens: &[ScriptToken], choice: Option<Choice>) -> ScriptValues {
    let mut reader = ScriptReader {
        constants: HashMap::new(),
        choice,
    };
    reader.read_constants(tokens);
    let mut values = ScriptValues::default();
    if let Some(start) = object(tokens) {
        reader.object(&tokens[start + 1..], "", &mut values);
    }
    values
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ScriptToken {
    Word(String),
    Text(String),
    Punct(char),
}

/// Brackets in brackets, at most: each level looks for its end, and no configuration has so many.
const MAX_DEPTH: usize = 100;

/// The words and signs of a configuration; none of one that is nested too deeply.
fn tokens(text: &str) -> Vec<ScriptToken> {
    let mut tokens = Vec::new();
    let mut depth = 0_usize;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '/' if text[at..].starts_with("//") => {
                while chars.next_if(|&(_, c)| c != '\n').is_some() {}
            }
            '/' if text[at..].starts_with("/*") => {
                let end = text[at + 2..]
                    .find("*/")
                    .map_or(text.len(), |end| at + end + 4);
                while chars.next_if(|&(at, _)| at < end).is_some() {}
            }
            '"' | '\'' | '`' => {
                let mut value = String::new();
                while let Some((_, next)) = chars.next() {
                    match next {
                        '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
                        next if next == c => break,
                        next => value.push(next),
                    }
                }
                tokens.push(ScriptToken::Text(value));
            }
            c if c.is_alphanumeric() || c == '_' || c == '$' => {
                let mut word = String::from(c);
                while let Some((_, next)) =
                    chars.next_if(|&(_, c)| c.is_alphanumeric() || c == '_' || c == '$')
                {
                    word.push(next);
                }
                tokens.push(ScriptToken::Word(word));
            }
            c if c.is_whitespace() => {}
            c => {
                match c {
                    '(' | '[' | '{' => depth += 1,
                    ')' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth > MAX_DEPTH {
                    return Vec::new();
                }
                tokens.push(ScriptToken::Punct(c));
            }
        }
    }
    tokens
}

/// The side that is taken of `condition ? first : second`; other values as they are.
fn chosen(value: &[ScriptToken], choice: Option<Choice>) -> &[ScriptToken] {
    let is = |at: usize, c: char| value.get(at) == Some(&ScriptToken::Punct(c));
    // `?.` and `??` choose nothing, and a choice inside of brackets is another value's.
    // Neither `??` nor `?.`.
    let (Some(choice), Some(asked)) = (
        choice,
        (0..value.len()).find(|&at| {
            is(at, '?') && !(is(at + 1, '?') || is(at + 1, '.') || (at > 0 && is(at - 1, '?')))
        }),
    ) else {
        return value;
    };
    let Some(colon) = (asked..value.len()).find(|&at| is(at, ':')) else {
        return value;
    };
    match choice {
        Choice::First => &value[asked + 1..colon],
        Choice::Second => &value[colon + 1..],
    }
}

/// Where the value of a declaration ends: a list or a call at its bracket, a choice after its
/// second side, anything else after one token.
fn declared_end(value: &[ScriptToken], choice: Option<Choice>) -> usize {
    if value.first() == Some(&ScriptToken::Punct('[')) {
        return closed(value, 0);
    }
    let statement = value
        .iter()
        .position(ends_declaration)
        .unwrap_or(value.len());
    if chosen(&value[..statement], choice).len() < statement {
        return statement;
    }
    // `path.join(a, b)`.
    let name = value
        .iter()
        .take_while(|token| matches!(token, ScriptToken::Word(_) | ScriptToken::Punct('.')));
    let called = name.count();
    if called > 0 && value.get(called) == Some(&ScriptToken::Punct('(')) {
        closed(value, called)
    } else {
        1.min(value.len())
    }
}

/// Whether a declaration ends there: at a semicolon, or where the next one begins.
fn ends_declaration(token: &ScriptToken) -> bool {
    match token {
        ScriptToken::Punct(c) => *c == ';',
        ScriptToken::Word(word) => {
            matches!(word.as_str(), "const" | "let" | "var" | "export" | "import")
        }
        ScriptToken::Text(_) => false,
    }
}

/// One past the bracket that closes the one at `at`.
fn closed(tokens: &[ScriptToken], at: usize) -> usize {
    let mut end = value_end(tokens, at + 1);
    while tokens.get(end) == Some(&ScriptToken::Punct(',')) {
        end = value_end(tokens, end + 1);
    }
    (end + 1).min(tokens.len())
}

/// Where the exported object opens.
fn object(tokens: &[ScriptToken]) -> Option<usize> {
    let word = |text: &str| {
        tokens
            .iter()
            .rposition(|token| matches!(token, ScriptToken::Word(word) if word == text))
    };
    let opens = |at: usize| {
        tokens[at..]
            .iter()
            .position(|token| *token == ScriptToken::Punct('{'))
            .map(|brace| at + brace)
    };
    if let Some(at) =
        word("defineConfig").filter(|&at| tokens.get(at + 1) == Some(&ScriptToken::Punct('(')))
    {
        return opens(at);
    }
    // `export default {…}`, `export default config` with `const config: Config = {…}` before it, or
    // plain JSON.
    if let Some(at) = word("default").or_else(|| word("exports")) {
        return match tokens.get(at + 1) {
            Some(ScriptToken::Word(name)) => {
                let declared = tokens.windows(2).position(|pair| {
                    matches!(pair, [ScriptToken::Word(keyword), ScriptToken::Word(other)] if keyword == "const" && other == name)
                })?;
                opens(declared)
            }
            _ => opens(at),
        };
    }
    opens(0)
}

/// One past the last token of the value that starts at `at`: the `,` or the bracket that closes
/// what surrounds it.
fn value_end(tokens: &[ScriptToken], at: usize) -> usize {
    let mut depth = 0usize;
    for (end, token) in tokens.iter().enumerate().skip(at) {
        match token {
            ScriptToken::Punct('{' | '[' | '(') => depth += 1,
            ScriptToken::Punct('}' | ']' | ')' | ',') if depth == 0 => return end,
            ScriptToken::Punct('}' | ']' | ')') => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Reads values, with the constants of the file.
struct ScriptReader {
    constants: HashMap<String, Vec<ScriptText>>,
    choice: Option<Choice>,
}

impl ScriptReader {
    /// `const name = "text"` and `const name = ["a", "b"]`.
    fn read_constants(&mut self, tokens: &[ScriptToken]) {
        for (at, window) in tokens.windows(2).enumerate() {
            if let [ScriptToken::Word(keyword), ScriptToken::Word(name)] = window
                && matches!(keyword.as_str(), "const" | "let" | "var")
                && let Some(equals) = tokens[at..]
                    .iter()
                    .take(8)
                    .position(|token| *token == ScriptToken::Punct('='))
            {
                let value = &tokens[at + equals + 1..];
                let end = declared_end(value, self.choice);
                if let Some(read) = self.texts(&value[..end]).filter(|read| read.is_whole) {
                    self.constants.insert(name.clone(), read.texts);
                }
            }
        }
    }

    /// The properties from the start of `tokens` to the end of their object.
    fn object(&self, tokens: &[ScriptToken], prefix: &str, values: &mut ScriptValues) {
        let mut at = 0;
        while at < tokens.len() && tokens[at] != ScriptToken::Punct('}') {
            let end = value_end(tokens, at);
            self.property(&tokens[at..end], prefix, values);
            at = if tokens.get(end) == Some(&ScriptToken::Punct(',')) {
                end + 1
            } else {
                end
            };
            if end < tokens.len() && matches!(tokens[end], ScriptToken::Punct(')' | ']')) {
                return;
            }
        }
    }

    fn property(&self, tokens: &[ScriptToken], prefix: &str, values: &mut ScriptValues) {
        let (name, value) = match tokens {
            [ScriptToken::Word(name)] => (name, tokens),
            [
                ScriptToken::Word(key) | ScriptToken::Text(key),
                ScriptToken::Punct(':'),
                value @ ..,
            ] => (key, value),
            _ => return,
        };
        let key = format!("{prefix}{name}");
        if let [ScriptToken::Punct('{'), inside @ ..] = value {
            self.object(inside, &format!("{key}."), values);
            return;
        }
        let read = self.texts(value);
        if read.as_ref().is_none_or(|read| !read.is_whole) {
            values.computed.insert(key.clone());
        }
        if let Some(read) = read {
            values.texts.insert(key, read.texts);
        }
    }

    /// A text, a list of texts, a name that stands for one, or `path.join` of texts.
    fn texts(&self, value: &[ScriptToken]) -> Option<ReadTexts> {
        let value = chosen(value, self.choice);
        let is_call = |name: &str| {
            value
                .iter()
                .any(|token| matches!(token, ScriptToken::Word(word) if word == name))
        };
        match value {
            [ScriptToken::Text(text)] => Some(ReadTexts::one(self.filled(text)?)),
            [ScriptToken::Text(text), ScriptToken::Word(keyword), ..]
                if keyword == "as" || keyword == "satisfies" =>
            {
                Some(ReadTexts::one(self.filled(text)?))
            }
            [ScriptToken::Word(name)] => Some(ReadTexts {
                texts: self.constants.get(name)?.clone(),
                is_whole: true,
            }),
            [ScriptToken::Punct('['), inside @ ..] => Some(self.elements(inside)),
            _ if is_call("join") || is_call("resolve") => Some(ReadTexts::one(self.joined(value)?)),
            _ if is_call("URL") => value.iter().find_map(|token| match token {
                ScriptToken::Text(text) => Some(ReadTexts::one(ScriptText::in_own_folder(text))),
                _ => None,
            }),
            // `path.dirname(fileURLToPath(import.meta.url))`, `import.meta.dirname`.
            _ if is_call("dirname") => Some(ReadTexts::one(ScriptText::in_own_folder(""))),
            _ => None,
        }
    }

    /// The path that the first call of `join` or `resolve` makes; what is done with it afterwards
    /// leaves it the same file.
    fn joined(&self, value: &[ScriptToken]) -> Option<ScriptText> {
        let named = value.iter().position(|token| match token {
            ScriptToken::Word(word) => word == "join" || word == "resolve",
            _ => false,
        });
        let open = named? + 1;
        let inside = value.get(open + 1..closed(value, open))?;
        let own = |name: &str| {
            matches!(name, "__dirname" | "dirname").then(|| ScriptText::in_own_folder(""))
        };
        let part = |token: &ScriptToken| match token {
            ScriptToken::Text(text) => self.filled(text),
            ScriptToken::Word(name) => self
                .constants
                .get(name)
                .and_then(|texts| texts.first().cloned())
                .or_else(|| own(name)),
            ScriptToken::Punct(_) => None,
        };
        let parts: Vec<ScriptText> = inside.iter().filter_map(part).collect();
        // What comes before a folder that stands for itself is left behind.
        let own = parts.iter().rposition(|part| part.in_own_folder);
        let joined: Vec<&str> = parts[own.unwrap_or_default()..]
            .iter()
            .map(|part| part.text.as_str())
            .collect();
        Some(ScriptText {
            text: joined.join("/"),
            in_own_folder: own.is_some(),
        })
    }

    /// The elements of a list, of which some may be computed.
    fn elements(&self, inside: &[ScriptToken]) -> ReadTexts {
        let (mut texts, mut is_whole, mut at) = (Vec::new(), true, 0);
        while at < inside.len() && inside[at] != ScriptToken::Punct(']') {
            let end = value_end(inside, at);
            let element = match &inside[at..end] {
                [
                    ScriptToken::Punct('.'),
                    ScriptToken::Punct('.'),
                    ScriptToken::Punct('.'),
                    spread @ ..,
                ] => spread,
                element => element,
            };
            match self.texts(element) {
                Some(found) => {
                    texts.extend(found.texts);
                    is_whole &= found.is_whole;
                }
                None => is_whole = false,
            }
            at = if inside.get(end) == Some(&ScriptToken::Punct(',')) {
                end + 1
            } else {
                end
            };
            if matches!(inside.get(end), Some(ScriptToken::Punct(')' | '}'))) {
                break;
            }
        }
        ReadTexts { texts, is_whole }
    }

    /// A text with its `${…}` filled in; the folder that the file lies in is where relative paths
    /// start.
    fn filled(&self, text: &str) -> Option<ScriptText> {
        let (mut filled, mut in_own_folder, mut rest) = (String::new(), false, text);
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}')?;
            filled.push_str(before);
            match name.trim() {
                "__dirname" | "import.meta.dirname" if filled.is_empty() => in_own_folder = true,
                "process.cwd()" => filled.push('.'),
                name => {
                    let constant = self.constants.get(name)?.first()?;
                    in_own_folder |= filled.is_empty() && constant.in_own_folder;
                    filled.push_str(&constant.text);
                }
            }
            rest = after;
        }
        Some(ScriptText {
            text: filled + rest,
            in_own_folder,
        })
    }
}
