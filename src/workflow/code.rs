//! Start-up code in TypeScript and JavaScript: where it applies migrations or starts a command,
//! under which conditions, and whether it notices a failure.

mod reader;

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::run::{Guard, LostFailure};
use super::shell::Word;
use super::text::Text;
use crate::source::{Source, Span};
use reader::CodeReader;

/// What a file does.
#[derive(Debug, Default)]
pub(crate) struct StartupCode {
    /// Commands that it starts.
    pub(crate) commands: Vec<InCode<CodeCommand>>,
    /// Every function that it calls, by name.
    pub(crate) calls: Vec<InCode<String>>,
    /// The functions that it defines.
    pub(crate) functions: Vec<String>,
}

/// Something in a file, with its surroundings.
#[derive(Clone, Debug)]
pub(crate) struct InCode<T> {
    pub(crate) what: T,
    pub(crate) span: Span,
    pub(crate) guards: Vec<Guard>,
    pub(crate) ignored: Option<LostFailure>,
    /// The function that it stands in, if that has a name.
    pub(crate) function: Option<String>,
}

/// A command line, or the words of one.
#[derive(Clone, Debug)]
pub(crate) struct CodeCommand {
    pub(crate) text: Text,
    pub(crate) words: Option<Vec<Word>>,
}

/// Whether a function of this name applies migrations where it is called, judged by its name alone.
pub(crate) fn is_apply(name: &str) -> bool {
    const OTHER: &[&str] = &[
        "create", "generate", "rollback", "down", "status", "check", "pending", "get", "list",
        "has", "is", "read", "find", "load", "parse", "validate", "verify", "drop", "revert",
        "undo", "table", "names", "files", "folder", "path", "error", "log",
    ];
    let (object, method) = name.rsplit_once('.').unwrap_or(("", name));
    let (object, lower) = (object.to_ascii_lowercase(), method.to_ascii_lowercase());
    if matches!(lower.as_str(), "up" | "latest") {
        return ["migrat", "umzug"].iter().any(|it| object.contains(it));
    }
    lower.contains("migrat") && !OTHER.iter().any(|it| lower.contains(it))
}

/// The files that a file imports, as they are written. Read from the text: parsing every file on
/// the way costs more than all else here.
pub(crate) fn imports(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for opener in ["from ", "from", "import ", "import(", "require("] {
        for (at, _) in text.match_indices(opener) {
            let rest = &text[at + opener.len()..];
            let Some(quote @ ('"' | '\'' | '`')) = rest.chars().next() else {
                continue;
            };
            if let Some(end) = rest[1..].find(quote).filter(|end| *end < 200) {
                found.push(&rest[1..=end]);
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Deeper nesting than people write; the parser would recurse once for each level.
const MAX_NESTING: usize = 200;

/// Reads a file; `None` if the parser does not understand it.
pub(crate) fn read(source: &Source) -> Option<StartupCode> {
    let text = source.text();
    if nesting(text) > MAX_NESTING {
        return None;
    }
    let arena = Allocator::default();
    let kind = SourceType::from_path(source.path()).unwrap_or_else(|_| SourceType::ts());
    let parsed = Parser::new(&arena, text, kind).parse();
    if parsed.panicked {
        return None;
    }
    Some(CodeReader::new(source).read(&parsed.program))
}

fn nesting(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> StartupCode {
        read(&Source::new("src/main.ts", text)).expect("it can be parsed")
    }

    #[test]
    fn commands_and_calls_keep_their_conditions() {
        let text = "const isProd = process.env.NODE_ENV === 'production';\n\
                    async function start() {\n  if (isProd) return;\n  try { await runMigrations(); } catch (e) { console.error(e); }\n}\n\
                    execSync('goose up', { stdio: 'inherit' });\nspawn('npx', ['knex', 'migrate:latest']);";
        let code = code(text);
        let call = code
            .calls
            .iter()
            .find(|it| it.what == "runMigrations")
            .expect("it is called");
        let compared = call.guards[0].compared.as_ref().expect("a comparison");
        assert_eq!(
            (
                compared.name.as_str(),
                compared.value.as_str(),
                compared.equal
            ),
            ("NODE_ENV", "production", false)
        );
        assert_eq!(call.function.as_deref(), Some("start"));
        assert!(call.ignored.is_some());
        let commands: Vec<&str> = code
            .commands
            .iter()
            .map(|it| it.what.text.as_str())
            .collect();
        assert_eq!(commands, ["goose up", "npx knex migrate:latest"]);
        assert!(
            code.commands
                .iter()
                .all(|it| it.guards.is_empty() && it.ignored.is_none())
        );
    }

    #[test]
    fn a_catch_that_ends_is_no_loss() {
        for handler in [
            "throw e",
            "process.exit(1)",
            "console.error(e); return",
            "log(e); process.exit(1)",
        ] {
            let code = code(&format!(
                "try {{ await migrate(db) }} catch (e) {{ {handler} }}"
            ));
            assert!(
                code.calls.iter().all(|it| it.ignored.is_none()),
                "{handler}"
            );
        }
        let code = code("try { await migrate(db); app.listen(1) } catch (e) { console.error(e) }");
        assert!(
            code.calls.iter().all(|it| it.ignored.is_none()),
            "nothing starts without it"
        );
    }

    #[test]
    fn imports_and_names_are_told_from_the_text() {
        let text = "import a from './a';\nimport \"./b\";\nconst c = await import('./c'); require(\"./d\")\nexport * from \"./e\";";
        assert_eq!(imports(text), ["./a", "./b", "./c", "./d", "./e"]);
        for (name, expected) in [
            ("migrate", true),
            ("umzug.up", true),
            ("knex.migrate.latest", true),
            ("dataSource.runMigrations", true),
            ("createMigration", false),
            ("getPendingMigrations", false),
            ("list.up", false),
        ] {
            assert_eq!(is_apply(name), expected, "{name}");
        }
    }
}
