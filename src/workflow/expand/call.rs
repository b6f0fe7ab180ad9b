//! What a command calls: a package manager, a task runner, an interpreter, a program.

use super::wrapper::Call;
use super::{Expander, Frame};
use crate::workflow::run::CommandRun;

impl<'a> Expander<'a> {
    pub(super) fn call(
        &self,
        name: &str,
        call: &Call,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        match name {
            "npx" | "bunx" | "pnpx" | "pkgx" => self.tool(call, 1, frame, runs),
            "npm" | "pnpm" | "yarn" | "bun" | "yarnpkg" => self.manager(name, call, frame, runs),
            "deno" => self.deno(call, frame, runs),
            "turbo" | "nx" | "lerna" | "rush" => self.monorepo(name, call, frame, runs),
            "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" => {
                for word in call.words[1..]
                    .iter()
                    .filter(|word| !word.text.starts_with('-'))
                {
                    // `"test -- --run"` is a script with words.
                    let script = word.text.split(' ').next().unwrap_or_default();
                    self.scripts_here(script, &[], call, frame, runs);
                }
            }
            "concurrently" | "start-server-and-test" => {
                for word in &call.words[1..] {
                    if let Some(script) = word
                        .text
                        .strip_prefix("npm:")
                        .or_else(|| word.text.strip_prefix("pnpm:"))
                    {
                        self.scripts_here(script, &[], call, frame, runs);
                    } else if word.text.contains(' ') {
                        self.nested(word, call, frame, runs);
                    } else if name == "start-server-and-test" {
                        self.scripts_here(&word.text, &[], call, frame, runs);
                    }
                }
            }
            "make" | "gmake" | "just" | "task" | "go-task" => self.target(name, call, frame, runs),
            "node" | "tsx" | "ts-node" | "nodejs" | "ts-node-dev" | "nodemon" | "vite-node"
            | "swc-node" | "esno" | "jiti" | "python" | "python3" | "php" | "ruby"
            | "babel-node" => self.interpreter(name, call, frame, runs),
            _ => self.direct(call, frame, runs),
        }
    }

    /// A program by its path, or a tool by its name.
    fn direct(&self, call: &Call, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
        let word = call.word(0);
        let path = word.contains('/') || word.ends_with(".sh");
        if (path || frame.view.inside) && !word.contains("node_modules/") {
            let found = self.find(frame, word);
            if found.iter().any(|found| self.shell(found).is_some()) {
                return self.script_file(call, 0, frame, runs);
            }
        }
        self.push(call.words, call.text, frame, call.here.clone(), runs);
    }

    /// A program of a package: `npx [--yes] TOOL`, `pnpm exec TOOL`.
    pub(super) fn tool(
        &self,
        call: &Call,
        from: usize,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let mut at = from;
        while at < call.words.len() && call.word(at).starts_with('-') {
            match call.word(at) {
                "-c" | "--call" => {
                    if let Some(script) = call.words.get(at + 1) {
                        return self.nested(script, call, frame, runs);
                    }
                }
                "-p" | "--package" | "-w" | "--workspace" => at += 1,
                _ => {}
            }
            at += 1;
        }
        if at < call.words.len() {
            let (text, here) = (call.text, call.here.clone());
            self.words(
                Call {
                    words: &call.words[at..],
                    text,
                    here,
                },
                frame,
                runs,
            );
        }
    }
}
