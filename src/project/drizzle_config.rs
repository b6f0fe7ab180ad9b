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
    let tokens = tokens(text);
    let constants = constants(&tokens);
    let Some(start) = object(&tokens) else { return Values::new() };
    let mut values = Values::new();
    let mut at = start + 1;
    while at < tokens.len() && tokens[at] != Token::Punct('}') {
        let end = value_end(&tokens, at);
        if let Some((key, value)) = property(&tokens[at..end], &constants) {
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

/// `const name = "text"` and `const name = ["a", "b"]`.
fn constants(tokens: &[Token]) -> Values {
    let mut constants = Values::new();
    for (at, window) in tokens.windows(2).enumerate() {
        if let [Token::Word(keyword), Token::Word(name)] = window
            && matches!(keyword.as_str(), "const" | "let" | "var")
            && let Some(equals) = tokens[at..].iter().take(8).position(|token| *token == Token::Punct('='))
        {
            let value = &tokens[at + equals + 1..];
            let end = if value.first() == Some(&Token::Punct('[')) { value_end(value, 0) } else { 1.min(value.len()) };
            if let Some(texts) = texts(&value[..end], &Values::new()) {
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

fn property(tokens: &[Token], constants: &Values) -> Option<(String, Vec<String>)> {
    match tokens {
        [Token::Word(name)] => Some((name.clone(), constants.get(name)?.clone())),
        [Token::Word(key) | Token::Text(key), Token::Punct(':'), value @ ..] => {
            Some((key.clone(), texts(value, constants)?))
        }
        _ => None,
    }
}

/// A text, a list of texts, a name that stands for one, or `path.join` of texts.
fn texts(value: &[Token], constants: &Values) -> Option<Vec<String>> {
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
    fn survives_anything() {
        for text in ["", "{", "defineConfig(", "export default", "export default {a", "const x = [", "'", "/*", "`\\"] {
            let _ = read(text);
        }
        assert_eq!(resolve("a", "../../../b"), "b");
    }
}
