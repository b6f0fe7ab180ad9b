//! Dockerfiles: their stages, what they run and start, and where the files in them come from.

mod documents;
mod reach;
mod services;
mod stage;

use std::cell::RefCell;
use std::collections::HashMap;

use parse_dockerfile as docker;

use super::files::Files;
use super::run::EnvAssignment;
use super::shell::Word;
use super::text::Text;
use crate::glob::Glob;
use crate::project::tree::{file_name, join, parent, resolve};
use crate::source::Source;
pub(crate) use services::is_service_file;

/// A Dockerfile by its stages.
pub(crate) struct Image {
    pub(crate) source: Source,
    pub(crate) stages: Vec<Stage>,
    /// What [`Image::locate`] found: the same few paths are asked for by every command.
    located: RefCell<HashMap<ImagePath, Vec<ImageFile>>>,
}

/// A path in a stage of an image that is built from a folder.
#[derive(PartialEq, Eq, Hash)]
struct ImagePath {
    stage: usize,
    context: String,
    path: String,
}

/// One `FROM` and what follows it.
#[derive(Default)]
pub(crate) struct Stage {
    pub(crate) name: Option<String>,
    /// What it starts from, as written.
    pub(crate) from: String,
    /// The stage that it starts from.
    pub(crate) base: Option<usize>,
    pub(crate) steps: Vec<ImageStep>,
    pub(crate) entrypoint: Option<Start>,
    pub(crate) cmd: Option<Start>,
    /// The folder that it ends in; absolute.
    pub(crate) workdir: String,
    pub(crate) env: Vec<EnvAssignment>,
}

/// A step of a stage that matters here.
pub(crate) enum ImageStep {
    Copy(Copy),
    /// What `RUN` runs, and in which folder.
    Run(Start, String),
}

/// A `COPY` or `ADD`: what comes into the image, and where it lies there.
pub(crate) struct Copy {
    pub(crate) from: CopyOrigin,
    pub(crate) sources: Vec<String>,
    /// Absolute, without a slash at its end.
    pub(crate) to: String,
    /// A here-document: the file's text.
    pub(crate) text: Option<Text>,
}

/// Where a copy comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CopyOrigin {
    Context,
    Stage(usize),
    /// Another image, or a context with a name.
    Elsewhere,
}

/// What a container starts.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) text: Text,
    /// The words of the exec form; the shell form is parsed.
    pub(crate) words: Option<Vec<Word>>,
}

/// A file in an image: one of the repository, or one that the Dockerfile writes.
#[derive(Clone, Debug)]
pub(crate) enum ImageFile {
    Path(String),
    Text(Text),
}

impl Image {
    /// Reads a Dockerfile. The error says why it cannot be read.
    pub(crate) fn read(source: &Source) -> Result<Self, String> {
        let (text, documents) = documents::taken_out(source.text());
        let parsed = docker::parse(&text).map_err(|error| error.to_string())?;
        let mut stages: Vec<Stage> = Vec::new();
        for stage in parsed.stages() {
            let from = stage.from.image.value.as_ref();
            let base = stages
                .iter()
                .position(|it| it.name.as_deref() == Some(from));
            let mut made = Stage {
                name: stage
                    .from
                    .as_
                    .as_ref()
                    .map(|(_, name)| name.value.to_string()),
                from: from.to_owned(),
                base,
                workdir: base.map_or_else(|| "/".to_owned(), |base| stages[base].workdir.clone()),
                ..Stage::default()
            };
            for instruction in stage.instructions {
                made.read(source, instruction, &stages, &documents);
            }
            stages.push(made);
        }
        Ok(Self {
            source: source.clone(),
            stages,
            located: RefCell::default(),
        })
    }

    /// The index of the stage that is built.
    pub(crate) fn target(&self, name: Option<&str>) -> usize {
        let named = name.and_then(|name| {
            let found = self
                .stages
                .iter()
                .position(|it| it.name.as_deref() == Some(name));
            found.or_else(|| name.parse().ok())
        });
        named
            .filter(|at| *at < self.stages.len())
            .unwrap_or(self.stages.len().saturating_sub(1))
    }

    /// A stage and those that it starts from.
    pub(crate) fn lineage(&self, stage: usize) -> Vec<usize> {
        let mut found = vec![stage];
        let mut at = stage;
        while let Some(base) = self.stages[at].base {
            found.push(base);
            at = base;
        }
        found
    }

    /// What a container of a stage starts: ENTRYPOINT and CMD, its own or inherited.
    pub(crate) fn starts(&self, stage: usize) -> (Option<&Start>, Option<&Start>) {
        let lineage = self.lineage(stage);
        let first = |of: fn(&Stage) -> Option<&Start>| {
            let mut all = lineage.iter().enumerate();
            all.find_map(|(depth, at)| Some((depth, of(&self.stages[*at])?)))
        };
        let entrypoint = first(|stage| stage.entrypoint.as_ref());
        // An ENTRYPOINT takes the CMD away that was there before it.
        let cmd = first(|stage| stage.cmd.as_ref())
            .filter(|(depth, _)| entrypoint.is_none_or(|(at, _)| *depth <= at));
        (entrypoint.map(|it| it.1), cmd.map(|it| it.1))
    }

    /// The value of an environment variable in a stage.
    pub(crate) fn env(&self, stage: usize, name: &str) -> Option<&EnvAssignment> {
        self.lineage(stage).into_iter().find_map(|at| {
            let mut all = self.stages[at].env.iter().rev();
            all.find(|it| it.name == name)
        })
    }

    /// The stages that a stage is made from, itself included.
    pub(crate) fn needs(&self, stage: usize) -> Vec<usize> {
        let mut found = vec![stage];
        let mut at = 0;
        while at < found.len() {
            let one = &self.stages[found[at]];
            let copies = one.steps.iter().filter_map(|step| match step {
                ImageStep::Copy(copy) => match copy.from {
                    CopyOrigin::Stage(from) => Some(from),
                    _ => None,
                },
                ImageStep::Run(..) => None,
            });
            for next in copies.chain(one.base) {
                if !found.contains(&next) {
                    found.push(next);
                }
            }
            at += 1;
        }
        found
    }

    /// What a path of an image is in the repository; every file that it could be, the surest first.
    pub(crate) fn locate(
        &self,
        files: &Files,
        context: &str,
        stage: usize,
        path: &str,
    ) -> Vec<ImageFile> {
        let asked = ImagePath {
            stage,
            context: context.to_owned(),
            path: path.to_owned(),
        };
        if let Some(known) = self.located.borrow().get(&asked) {
            return known.clone();
        }
        let mut found = Vec::new();
        self.locate_into(files, context, stage, path, &mut found, 0);
        self.located.borrow_mut().insert(asked, found.clone());
        found
    }

    fn locate_into(
        &self,
        files: &Files,
        context: &str,
        stage: usize,
        path: &str,
        found: &mut Vec<ImageFile>,
        depth: usize,
    ) {
        if depth > 12 || found.len() > 4 {
            return;
        }
        for at in self.lineage(stage) {
            for step in self.stages[at].steps.iter().rev() {
                let ImageStep::Copy(copy) = step else {
                    continue;
                };
                for below in copy.origins(path) {
                    match copy.from {
                        CopyOrigin::Elsewhere => {}
                        CopyOrigin::Stage(from) => {
                            let absolute = absolute(&self.stages[from].workdir, &below);
                            self.locate_into(files, context, from, &absolute, found, depth + 1);
                        }
                        CopyOrigin::Context if copy.text.is_some() => {
                            found.extend(copy.text.clone().map(ImageFile::Text));
                        }
                        CopyOrigin::Context => {
                            let there = resolve(context, below.trim_start_matches('/'));
                            if files.has(&there) || files.is_folder(&there) {
                                found.push(ImageFile::Path(there));
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Copy {
    /// What may have become a path of the image, as the sources are written.
    fn origins(&self, path: &str) -> Vec<String> {
        let rest = match path.strip_prefix(self.to.as_str()) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') || self.to.is_empty() => {
                rest.trim_start_matches('/')
            }
            _ => return Vec::new(),
        };
        if self.text.is_some() {
            return vec![String::new()]
                .into_iter()
                .filter(|_| rest.is_empty())
                .collect();
        }
        let mut found = Vec::new();
        for source in &self.sources {
            let source = source.trim_end_matches('/');
            let name = file_name(source);
            let first = rest.split('/').next().unwrap_or_default();
            if source.contains(['*', '?']) {
                if Glob::new(name).matches(first) {
                    found.push(join(parent(source), rest));
                }
                continue;
            }
            // A folder's content goes into the target, a file goes under its own name.
            if !rest.is_empty() && rest == name {
                found.push(source.to_owned());
            }
            if rest.is_empty() {
                found.push(source.to_owned());
            } else {
                found.push(join(source, rest));
            }
        }
        found
    }
}

/// A path of an image from its root.
pub(crate) fn absolute(folder: &str, path: &str) -> String {
    let base = if path.starts_with('/') {
        ""
    } else {
        folder.trim_start_matches('/')
    };
    format!("/{}", resolve(base, path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tree::Memory;

    #[test]
    fn files_are_followed_through_stages() {
        let text = "FROM node AS base\nWORKDIR /app\nFROM base AS build\nCOPY . .\n\
                    FROM base\nENV NODE_ENV=production\nCOPY --from=build /app/scripts/start.sh ./start.sh\n\
                    COPY package*.json ./\nCMD [\"./start.sh\"]\n";
        let tree = Memory::from_iter([("web/scripts/start.sh", ""), ("web/package.json", "{}")]);
        let files = Files::new(&tree).expect("memory never fails");
        let image = Image::read(&Source::new("web/Dockerfile", text)).expect("a Dockerfile");
        let last = image.target(None);
        assert_eq!(image.stages[last].workdir, "/app");
        assert_eq!(
            image.env(last, "NODE_ENV").map(|it| it.value.as_str()),
            Some("production")
        );
        let path = |path| match image.locate(&files, "web", last, path).first() {
            Some(ImageFile::Path(path)) => path.clone(),
            _ => String::new(),
        };
        assert_eq!(path("/app/start.sh"), "web/scripts/start.sh");
        assert_eq!(path("/app/package.json"), "web/package.json");
        assert_eq!(path("/app/other.sh"), "");
        let (entrypoint, cmd) = image.starts(last);
        assert!(entrypoint.is_none());
        let words = cmd.and_then(|it| it.words.clone()).expect("the exec form");
        assert_eq!(words[0].text, "./start.sh");
    }
}
