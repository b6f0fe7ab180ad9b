//! Targets of Makefiles, justfiles and Taskfiles.

use super::UnparsedFile;
use super::files::Files;
use super::text::Text;
use super::value::DataValue;
use crate::project::tree::{file_name, parent};
use crate::source::{Source, Span};

/// A named list of commands.
pub(crate) struct Target {
    pub(crate) tool: &'static str,
    pub(crate) folder: String,
    pub(crate) name: String,
    pub(crate) source: Source,
    /// The bytes of its name.
    pub(crate) span: Span,
    /// Other targets that run first.
    pub(crate) needs: Vec<String>,
    pub(crate) lines: Vec<Text>,
}

/// Every target of a tree.
#[derive(Default)]
pub(crate) struct Targets {
    all: Vec<Target>,
    /// Files that cannot be read.
    pub(crate) unread: Vec<UnparsedFile>,
}

/// The tool that reads a file of this name.
pub(crate) fn tool(name: &str) -> Option<&'static str> {
    match name {
        "Makefile" | "makefile" | "GNUmakefile" => Some("make"),
        "justfile" | "Justfile" | ".justfile" => Some("just"),
        "Taskfile.yml" | "Taskfile.yaml" | "taskfile.yml" | "taskfile.yaml"
        | "Taskfile.dist.yml" => Some("task"),
        _ if name.ends_with(".mk") => Some("make"),
        _ => None,
    }
}

impl Targets {
    pub(crate) fn read(files: &Files) -> Self {
        let mut targets = Self::default();
        for path in files.candidates() {
            let Some(tool) = tool(file_name(path)) else {
                continue;
            };
            let Some(source) = files.source(path) else {
                continue;
            };
            if tool == "task" {
                match DataValue::read(&source) {
                    Ok(value) => targets.taskfile(&source, &value),
                    Err(reason) => targets.unread.push(UnparsedFile::new(path, reason)),
                }
            } else {
                targets.makefile(&source, tool);
            }
        }
        targets
    }

    pub(crate) fn all(&self) -> &[Target] {
        &self.all
    }

    /// The targets of that name in the nearest folder above that has any.
    pub(crate) fn find(&self, tool: &str, folder: &str, name: &str) -> Vec<&Target> {
        let tool = match tool {
            "gmake" => "make",
            "go-task" => "task",
            other => other,
        };
        let mut above = Some(folder);
        while let Some(here) = above {
            let found: Vec<&Target> = self
                .all
                .iter()
                .filter(|it| it.tool == tool && it.folder == here && it.name == name)
                .collect();
            if !found.is_empty() {
                return found;
            }
            above = (!here.is_empty()).then(|| parent(here));
        }
        Vec::new()
    }

    fn makefile(&mut self, source: &Source, tool: &'static str) {
        let folder = parent(source.path()).to_owned();
        let text = source.text();
        let mut at = 0;
        let mut current: Vec<Target> = Vec::new();
        while at < text.len() {
            let mut end = text[at..]
                .find('\n')
                .map_or(text.len(), |length| at + length);
            // A command goes on after a backslash.
            while text[..end].ends_with('\\') && end < text.len() {
                end = text[end + 1..]
                    .find('\n')
                    .map_or(text.len(), |length| end + 1 + length);
            }
            let line = &text[at..end];
            if line.starts_with(['\t', ' ']) {
                let body = line.trim_start().trim_start_matches(['@', '-', '+']);
                let start = end - body.len();
                let command = Text::slice(source, Span::new(start, end));
                for target in &mut current {
                    target.lines.push(command.clone());
                }
            } else if !line.trim().is_empty() && !line.starts_with('#') {
                self.all.append(&mut current);
                current = heads(line, tool)
                    .into_iter()
                    .map(|(name, needs)| Target {
                        tool,
                        folder: folder.clone(),
                        source: source.clone(),
                        span: Span::new(at, at + name.len()),
                        name,
                        needs,
                        lines: Vec::new(),
                    })
                    .collect();
            }
            at = end + 1;
        }
        self.all.append(&mut current);
    }

    fn taskfile(&mut self, source: &Source, value: &DataValue) {
        for task in value
            .get("tasks")
            .map(DataValue::entries)
            .unwrap_or_default()
        {
            let commands = task
                .value
                .get("cmds")
                .or_else(|| task.value.get("cmd"))
                .unwrap_or(&task.value);
            let mut lines = Vec::new();
            let mut needs: Vec<String> = Vec::new();
            let deps = task
                .value
                .get("deps")
                .map(DataValue::items)
                .unwrap_or_default();
            needs.extend(
                deps.iter()
                    .filter_map(|it| it.text().or_else(|| it.text_at("task")))
                    .map(str::to_owned),
            );
            let whole = std::slice::from_ref(commands);
            let items = if commands.items().is_empty() {
                whole
            } else {
                commands.items()
            };
            for item in items {
                if let Some(other) = item.text_at("task") {
                    needs.push(other.to_owned());
                }
                lines.extend(item.get("cmd").unwrap_or(item).script(source));
            }
            let folder = task.value.text_at("dir").unwrap_or(".");
            self.all.push(Target {
                tool: "task",
                folder: crate::project::tree::resolve(parent(source.path()), folder),
                name: task.name.clone(),
                source: source.clone(),
                span: task.span,
                needs,
                lines,
            });
        }
    }
}

/// The targets that a line begins, and what each needs: `a b: c d`, `deploy env="x": build`.
fn heads(line: &str, tool: &str) -> Vec<(String, Vec<String>)> {
    let Some((names, needs)) = line.split_once(':') else {
        return Vec::new();
    };
    // `NAME := value`, `NAME = a:b`.
    if needs.starts_with('=') || names.contains('=') && tool == "make" || names.starts_with('.') {
        return Vec::new();
    }
    let needs: Vec<String> = needs
        .trim_start_matches(':')
        .split(['#', ';'])
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter(|it| *it != "|" && *it != "&&")
        .map(str::to_owned)
        .collect();
    let names = names.split_whitespace();
    let names: Vec<&str> = if tool == "just" {
        names.take(1).collect()
    } else {
        names.collect()
    };
    names
        .into_iter()
        .map(|name| (name.trim_start_matches('@').to_owned(), needs.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tree::Memory;

    #[test]
    fn targets_have_commands_and_needs() {
        let tree = Memory::from_iter([
            (
                "Makefile",
                "X := a:b\n.PHONY: up\nup: build # all\n\t@docker compose up \\\n\t  -d\n\techo\n",
            ),
            ("justfile", "migrate env='x': build\n    goose up\n"),
            (
                "Taskfile.yml",
                "tasks:\n  db:\n    deps: [a]\n    cmds:\n      - task: b\n      - cmd: goose up\n",
            ),
        ]);
        let files = Files::new(&tree).expect("memory never fails");
        let targets = Targets::read(&files);
        let up = targets.find("make", "web", "up");
        assert_eq!(up[0].lines[0].as_str(), "docker compose up \\\n\t  -d");
        assert_eq!(up[0].needs, ["build"]);
        assert_eq!(targets.find("just", "", "migrate")[0].lines.len(), 1);
        let db = targets.find("task", "", "db");
        assert_eq!(db[0].needs, ["a", "b"]);
        assert_eq!(db[0].lines[0].as_str(), "goose up");
    }
}
