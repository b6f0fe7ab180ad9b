//! Follows start-up code from the file that is started through what it imports.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use super::note::Noted;
use super::{Expander, Frame};
use crate::project::tree::{ending, file_name, join, parent, resolve};
use crate::source::Source;
use crate::tool::Tool;
use crate::workflow::code::{self, InCode, StartupCode, is_apply};
use crate::workflow::command::Action;
use crate::workflow::purpose::{self, Purpose};
use crate::workflow::run::{ChainLink, CommandRun, Guard, Layer, LostFailure};

/// Start-up is near the entry; following everything would read the whole application.
const MAX_FILES: usize = 60;
const MAX_DEPTH: usize = 4;

/// The files that a program is made of, as far as they speak of migrations.
pub(super) struct Program {
    files: Vec<(Source, StartupCode)>,
    /// Those that the parser does not understand.
    unread: Vec<Source>,
}

/// How a function comes to be called.
#[derive(Clone)]
struct CallSite {
    guards: Vec<Guard>,
    ignored: Option<LostFailure>,
    called: bool,
}

impl<'a> Expander<'a> {
    /// Notes what a program does to the database when it starts.
    pub(super) fn code(
        &self,
        entry: &str,
        frame: &Frame<'a>,
        here: &ChainLink,
        runs: &mut Vec<CommandRun>,
    ) {
        let program = self.read_program(entry);
        for source in &program.unread {
            let noted = Noted {
                tool: None,
                action: Action::Unseen,
                words: Vec::new(),
                place: here.span,
                file: Some(source.path().to_owned()),
                version: None,
            };
            self.note(noted, frame, here.clone(), runs);
        }
        for (source, code) in &program.files {
            for found in &code.commands {
                for site in program.sites(found.function.as_deref(), 0) {
                    let Some(mut inside) = Self::enter(frame, here.clone(), Layer::Code, "") else {
                        return;
                    };
                    surround(&mut inside, found, &site);
                    inside.uncalled |= !site.called;
                    match &found.what.words {
                        Some(words) => {
                            let whole = words[0].span.to(words[words.len() - 1].span);
                            self.command(words, whole, &found.what.text, &mut inside, runs);
                        }
                        None => self.text(&found.what.text, &mut inside, runs),
                    }
                }
            }
            for found in code
                .calls
                .iter()
                .filter(|it| is_apply(&it.what) && !program.defines(&it.what))
            {
                for site in program.sites(found.function.as_deref(), 0) {
                    let Some(mut inside) = Self::enter(frame, here.clone(), Layer::Code, "") else {
                        return;
                    };
                    surround(&mut inside, found, &site);
                    let step = ChainLink {
                        layer: Layer::Code,
                        source: source.clone(),
                        span: found.span,
                        name: String::new(),
                    };
                    let tool = Tool::all().find(|tool| {
                        let library = tool.command_line().and_then(|it| it.library);
                        library.is_some_and(|name| source.text().contains(name))
                    });
                    let noted = Noted {
                        tool,
                        action: Action::Apply,
                        words: vec![format!("{}()", found.what)],
                        place: found.span,
                        file: Some(source.path().to_owned()),
                        version: None,
                    };
                    self.note(noted, &inside, step, runs);
                }
            }
        }
    }

    fn read_program(&self, entry: &str) -> Rc<Program> {
        if let Some(known) = self.programs.borrow().get(entry) {
            return Rc::clone(known);
        }
        let (mut files, mut unread) = (Vec::new(), Vec::new());
        let mut seen = vec![entry.to_owned()];
        let mut todo = VecDeque::from([(entry.to_owned(), 0)]);
        while let Some((path, depth)) = todo.pop_front() {
            let Some(source) = self.files.source(&path).filter(|_| is_code(&path)) else {
                continue;
            };
            // Parsing is what costs here, and few files of an application speak of migrations.
            if crate::workflow::Workflow::is_mentioned(source.text()) {
                match code::read(&source) {
                    Some(code) => files.push((source.clone(), code)),
                    None => unread.push(source.clone()),
                }
            }
            if depth >= MAX_DEPTH || seen.len() > MAX_FILES {
                continue;
            }
            for import in code::imports(source.text()) {
                if let Some(next) = self
                    .imported(&path, import)
                    .filter(|next| !seen.contains(next))
                {
                    seen.push(next.clone());
                    todo.push_back((next, depth + 1));
                }
            }
        }
        let program = Rc::new(Program { files, unread });
        self.programs
            .borrow_mut()
            .insert(entry.to_owned(), Rc::clone(&program));
        program
    }

    /// The file that an import means: a relative one, or one by the usual aliases of a package.
    fn imported(&self, from: &str, import: &str) -> Option<String> {
        let bases: Vec<String> = if import.starts_with('.') {
            vec![resolve(parent(from), import)]
        } else if let Some(rest) = ["@/", "~/", "#/", "#app/", "$lib/", "src/"]
            .iter()
            .find_map(|alias| import.strip_prefix(alias))
        {
            let package = self.packages.around(parent(from));
            let package = package.map_or("", |it| it.folder.as_str());
            ["src", "app", "", "src/lib", "server"]
                .iter()
                .map(|folder| resolve(package, &join(folder, rest)))
                .collect()
        } else {
            return None;
        };
        let stems = bases.iter().flat_map(|base| {
            let stem = base
                .strip_suffix(".js")
                .or_else(|| base.strip_suffix(".mjs"));
            std::iter::once(base.as_str()).chain(stem)
        });
        stems
            .flat_map(|stem| {
                let plain = ["", ".ts", ".js", ".tsx", ".mts", ".mjs", ".cjs"]
                    .iter()
                    .map(move |end| format!("{stem}{end}"));
                plain.chain(
                    ["index.ts", "index.js"]
                        .iter()
                        .map(move |name| format!("{stem}/{name}")),
                )
            })
            .find(|path| {
                self.files.has(path)
                    && is_code(path)
                    && purpose::of_path(path) != Some(Purpose::Test)
            })
    }
}

fn is_code(path: &str) -> bool {
    matches!(
        ending(path),
        "ts" | "js" | "mts" | "mjs" | "cts" | "cjs" | "tsx" | "jsx"
    ) && !file_name(path).ends_with(".d.ts")
}

/// Adds the conditions of a command and of the call that leads to it.
fn surround<T>(inside: &mut Frame, found: &InCode<T>, site: &CallSite) {
    let guards = site.guards.iter().chain(&found.guards).cloned();
    Arc::make_mut(&mut inside.guards).extend(guards);
    let ignored = found.ignored.as_ref().or(site.ignored.as_ref());
    inside.ignored = inside.ignored.take().or_else(|| ignored.cloned());
}

impl Program {
    fn defines(&self, name: &str) -> bool {
        let short = name.rsplit('.').next().unwrap_or(name);
        let own = name == short || name.starts_with("this.");
        own && self
            .files
            .iter()
            .any(|(_, code)| code.functions.iter().any(|it| it == short))
    }

    /// The ways in which a function is called; code outside of functions with names runs by itself.
    fn sites(&self, function: Option<&str>, depth: usize) -> Vec<CallSite> {
        let by_itself = CallSite {
            guards: Vec::new(),
            ignored: None,
            called: true,
        };
        let Some(function) = function.filter(|_| depth < 6) else {
            return vec![by_itself];
        };
        let calls = self.files.iter().flat_map(|(_, code)| &code.calls);
        let calls = calls.filter(|call| {
            let short = call.what.rsplit('.').next().unwrap_or_default();
            short == function && call.function.as_deref() != Some(function)
        });
        let mut sites = Vec::new();
        for call in calls {
            for above in self.sites(call.function.as_deref(), depth + 1) {
                let mut guards = above.guards;
                guards.extend(call.guards.iter().cloned());
                sites.push(CallSite {
                    guards,
                    ignored: call.ignored.clone().or(above.ignored),
                    called: above.called,
                });
            }
            if sites.len() > 8 {
                break;
            }
        }
        // Nothing that was read calls it.
        if sites.is_empty() {
            // A framework calls it, or a file that speaks of no migration.
            const HOOKS: &[&str] = &[
                "register",
                "main",
                "bootstrap",
                "start",
                "init",
                "setup",
                "onModuleInit",
                "onApplicationBootstrap",
                "run",
            ];
            let called = HOOKS.contains(&function);
            return vec![CallSite {
                called,
                ..by_itself
            }];
        }
        sites
    }
}
