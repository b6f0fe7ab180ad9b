//! What `drizzle.config.ts` says, as far as it can be read without running it.
//!
//! Every configuration seen in public projects is one object literal, at most with names of constants from the same file;
//! that much is read here, from tokens, to find migrations and schemas fast. A value that is computed is left out.
//! [`schema::drizzle::config`](crate::schema::drizzle::config) evaluates the same file when its schema is read.

use std::collections::HashMap;

use super::tree::{join, parent};

/// What drizzle-kit is configured to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrizzleConfig {
    /// The configuration file.
    pub path: String,
    /// Files, folders or patterns of the schema, relative to the repository's root.
    pub schema: Vec<String>,
    /// Where migrations go, relative to the repository's root.
    pub out: String,
    /// `dialect` as written: `postgresql`, `mysql`, `sqlite`, `turso` …; older files say `driver`.
    pub dialect: Option<String>,
}

/// The keys of a configuration object whose values are strings or lists of strings.
pub(crate) type Values = HashMap<String, Vec<String>>;

/// Reads the values of the object that a configuration file exports.
pub(crate) fn values(text: &str) -> Values {
    read(&tokens(text), None)
}

/// The readings of a configuration that chooses by its environment, `process.env.X ? a : b`: one with every first choice, one with
/// every second. A configuration without choices has one reading.
pub(crate) fn readings(text: &str) -> Vec<Values> {
    let tokens = tokens(text);
    if tokens.contains(&Token::Punct('?')) {
        vec![read(&tokens, Some(Choice::First)), read(&tokens, Some(Choice::Second))]
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

fn read(tokens: &[Token], choice: Option<Choice>) -> Values {
    let constants = constants(tokens, choice);
    let Some(start) = object(tokens) else { return Values::new() };
    let mut values = Values::new();
    let mut at = start + 1;
    while at < tokens.len() && tokens[at] != Token::Punct('}') {
        let end = value_end(tokens, at);
        if let Some((key, value)) = property(&tokens[at..end], &constants, choice) {
            values.insert(key, value);
        }
        at = if tokens.get(end) == Some(&Token::Punct(',')) { end + 1 } else { end };
    }
    values
}

impl DrizzleConfig {
    /// Makes sense of the values of `path`, whose relative paths start at `base`.
    pub(crate) fn from_values(path: &str, base: &str, values: &Values) -> Self {
        let one = |key: &str| values.get(key).and_then(|list| list.first()).cloned();
        let list = |key: &str| values.get(key).cloned().unwrap_or_default();
        Self {
            path: path.to_owned(),
            schema: list("schema").iter().map(|schema| resolve(base, schema)).collect(),
            out: resolve(base, &one("out").unwrap_or_else(|| "drizzle".to_owned())),
            dialect: one("dialect").or_else(|| one("driver")),
        }
    }
}

/// A relative path as the tools read it: `./` goes, `..` climbs, never above the root.
pub(crate) fn resolve(base: &str, path: &str) -> String {
    let mut folder = base.to_owned();
    for part in path.replace('\\', "/").split('/') {
        match part {
            "" | "." => {}
            ".." => folder = parent(&folder).to_owned(),
            part => folder = join(&folder, part),
        }
    }
    folder
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Punct(char),
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '/' if text[at..].starts_with("//") => while chars.next_if(|&(_, c)| c != '\n').is_some() {},
            '/' if text[at..].starts_with("/*") => {
                let end = text[at + 2..].find("*/").map_or(text.len(), |end| at + end + 4);
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
                tokens.push(Token::Text(value));
            }
            c if c.is_alphanumeric() || c == '_' || c == '$' => {
                let mut word = String::from(c);
                while let Some((_, next)) = chars.next_if(|&(_, c)| c.is_alphanumeric() || c == '_' || c == '$') {
                    word.push(next);
                }
                tokens.push(Token::Word(word));
            }
            c if c.is_whitespace() => {}
            c => tokens.push(Token::Punct(c)),
        }
    }
    tokens
}

/// The side that is taken of `condition ? first : second`; other values as they are.
fn chosen(value: &[Token], choice: Option<Choice>) -> &[Token] {
    let is = |at: usize, c: char| value.get(at) == Some(&Token::Punct(c));
    // `?.` and `??` choose nothing, and a choice inside of brackets is another value's.
    // Neither `??` nor `?.`.
    let joins = |at: usize| is(at + 1, '?') || is(at + 1, '.') || (at > 0 && is(at - 1, '?'));
    let asks = |&at: &usize| is(at, '?') && !joins(at);
    let (Some(choice), Some(asked)) = (choice, (0..value.len()).find(asks)) else { return value };
    let Some(colon) = (asked..value.len()).find(|&at| is(at, ':')) else { return value };
    match choice {
        Choice::First => &value[asked + 1..colon],
        Choice::Second => &value[colon + 1..],
    }
}

/// Where the value of a declaration ends: a list at its bracket, a choice behind its second side, anything else after one token.
fn declared_end(value: &[Token], choice: Option<Choice>) -> usize {
    if value.first() == Some(&Token::Punct('[')) {
        return value_end(value, 0);
    }
    let ends = |token: &Token| match token {
        Token::Punct(c) => *c == ';',
        Token::Word(word) => matches!(word.as_str(), "const" | "let" | "var" | "export" | "import"),
        Token::Text(_) => false,
    };
    let statement = value.iter().position(ends).unwrap_or(value.len());
    if chosen(&value[..statement], choice).len() < statement { statement } else { 1.min(value.len()) }
}

/// `const name = "text"` and `const name = ["a", "b"]`.
fn constants(tokens: &[Token], choice: Option<Choice>) -> Values {
    let mut constants = Values::new();
    for (at, window) in tokens.windows(2).enumerate() {
        if let [Token::Word(keyword), Token::Word(name)] = window
            && matches!(keyword.as_str(), "const" | "let" | "var")
            && let Some(equals) = tokens[at..].iter().take(8).position(|token| *token == Token::Punct('='))
        {
            let value = &tokens[at + equals + 1..];
            let end = declared_end(value, choice);
            if let Some(texts) = texts(&value[..end], &Values::new(), choice) {
                constants.insert(name.clone(), texts);
            }
        }
    }
    constants
}

/// Where the exported object opens.
fn object(tokens: &[Token]) -> Option<usize> {
    let word = |text: &str| tokens.iter().rposition(|token| matches!(token, Token::Word(word) if word == text));
    let opens = |at: usize| tokens[at..].iter().position(|token| *token == Token::Punct('{')).map(|brace| at + brace);
    if let Some(at) = word("defineConfig").filter(|&at| tokens.get(at + 1) == Some(&Token::Punct('('))) {
        return opens(at);
    }
    // `export default {…}`, `export default config` with `const config: Config = {…}` before it, or plain JSON.
    if let Some(at) = word("default").or_else(|| word("exports")) {
        return match tokens.get(at + 1) {
            Some(Token::Word(name)) => {
                let declared = tokens.windows(2).position(|pair| {
                    matches!(pair, [Token::Word(keyword), Token::Word(other)] if keyword == "const" && other == name)
                })?;
                opens(declared)
            }
            _ => opens(at),
        };
    }
    opens(0)
}

/// One past the last token of the value that starts at `at`: the `,` or the bracket that closes what surrounds it.
fn value_end(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0usize;
    for (end, token) in tokens.iter().enumerate().skip(at) {
        match token {
            Token::Punct('{' | '[' | '(') => depth += 1,
            Token::Punct('}' | ']' | ')' | ',') if depth == 0 => return end,
            Token::Punct('}' | ']' | ')') => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

fn property(tokens: &[Token], constants: &Values, choice: Option<Choice>) -> Option<(String, Vec<String>)> {
    match tokens {
        [Token::Word(name)] => Some((name.clone(), constants.get(name)?.clone())),
        [Token::Word(key) | Token::Text(key), Token::Punct(':'), value @ ..] => {
            Some((key.clone(), texts(value, constants, choice)?))
        }
        _ => None,
    }
}

/// A text, a list of texts, a name that stands for one, or `path.join` of texts.
fn texts(value: &[Token], constants: &Values, choice: Option<Choice>) -> Option<Vec<String>> {
    let value = chosen(value, choice);
    let is_call = |name: &str| value.iter().any(|token| matches!(token, Token::Word(word) if word == name));
    let all = || value.iter().filter_map(|token| if let Token::Text(text) = token { Some(text.clone()) } else { None });
    match value {
        [Token::Text(text)] if !text.contains("${") => Some(vec![text.clone()]),
        [Token::Text(text), Token::Word(keyword), ..] if keyword == "as" || keyword == "satisfies" => {
            Some(vec![text.clone()])
        }
        [Token::Word(name)] => constants.get(name).cloned(),
        [Token::Punct('['), ..] => Some(all().collect()),
        _ if is_call("join") || is_call("resolve") => Some(vec![all().collect::<Vec<_>>().join("/")]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> DrizzleConfig {
        DrizzleConfig::from_values("packages/db/drizzle.config.ts", "packages/db", &values(text))
    }

    #[test]
    fn reads_the_object_that_is_exported() {
        let config = read(
            "import { defineConfig } from 'drizzle-kit'; // out: \"x\"\n\
             export default defineConfig({ schema: [\"./src/a.ts\", '../b/*.ts'], out: `./drizzle/pg`,\n\
             migrations: { schema: 'other', table: 't' }, dialect: 'postgresql', casing: process.env.C, });",
        );
        assert_eq!(config.schema, ["packages/db/src/a.ts", "packages/b/*.ts"]);
        assert_eq!(config.out, "packages/db/drizzle/pg");
        assert_eq!(config.dialect.as_deref(), Some("postgresql"));
    }

    #[test]
    fn reads_names_of_constants_and_older_forms() {
        let config = read(
            "const schema = './s.ts'; const out = \"m\";\nconst config: Config = { schema, out, driver: 'pg' };\n\
             export default config;",
        );
        assert_eq!((config.schema, config.out), (vec!["packages/db/s.ts".to_owned()], "packages/db/m".to_owned()));
        assert_eq!(config.dialect.as_deref(), Some("pg"));
        let config = read("export default { schema: 'a.ts', dialect: 'sqlite' } satisfies Config;");
        assert_eq!(
            (config.schema, config.out),
            (vec!["packages/db/a.ts".to_owned()], "packages/db/drizzle".to_owned())
        );
        assert_eq!(read("{\"schema\": \"a.ts\", \"out\": \"o\"}").out, "packages/db/o");
    }

    #[test]
    fn reads_both_sides_of_a_choice() {
        let text = "const dialect = process.env.F ? 'sqlite' : 'postgresql';\nconst url = process.env?.U ?? 'u';\n\
                    const out = process.env.F === 'true'\n  ? './m/lite'\n  : './m/pg'\n\
                    export default defineConfig({ schema: process.env.F ? './lite.ts' : './pg.ts', out, dialect });";
        let read = |values: &Values| DrizzleConfig::from_values("drizzle.config.ts", "", values);
        let configs: Vec<DrizzleConfig> = readings(text).iter().map(read).collect();
        let said: Vec<_> =
            configs.iter().map(|it| (it.schema[0].as_str(), it.out.as_str(), it.dialect.as_deref())).collect();
        assert_eq!(said, [("lite.ts", "m/lite", Some("sqlite")), ("pg.ts", "m/pg", Some("postgresql"))]);
    }

    #[test]
    fn survives_anything() {
        for text in ["", "{", "defineConfig(", "export default", "export default {a", "const x = [", "'", "/*", "`\\"] {
            let _ = (read(text), readings(&format!("{text}?")), readings(&format!("const a = b ? {text}")));
        }
        assert_eq!(resolve("a", "../../../b"), "b");
    }
}
