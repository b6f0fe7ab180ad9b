//! Which files of the repository an image has in the end, and where.

use std::collections::BTreeSet;

use super::{Copy, CopyOrigin, Image, ImageStep, absolute};
use crate::glob::Glob;
use crate::project::tree::{is_under, join, parent, resolve};

/// Images that bring nothing of a project along: what is in one that starts from these was copied
/// there.
const BARE: &[&str] = &[
    "node",
    "oven/bun",
    "denoland/deno",
    "alpine",
    "debian",
    "ubuntu",
    "gcr.io/distroless/nodejs",
    "cgr.dev/chainguard/node",
];

/// Words of a command that may put files anywhere.
const MOVES: &[&str] = &[
    "cp ", "mv ", "git ", "curl ", "wget ", "tar ", "unzip ", "rsync ", "prune", "--mount",
];

impl Image {
    /// Whether a file or folder of the repository is surely not in a stage; `None` where something
    /// may put it there that is not followed.
    pub(crate) fn lacks(&self, context: &str, stage: usize, path: &str) -> Option<bool> {
        let root = self
            .lineage(stage)
            .last()
            .map(|at| self.stages[*at].from.as_str())?;
        let is_bare = BARE.iter().any(|known| {
            let rest = root.strip_prefix(known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@', '-']))
        });
        let followed = is_bare && !self.is_dark(stage);
        followed.then(|| self.places(context, stage, path, 0).is_empty())
    }

    /// Whether a stage, or one that it starts from, gets files in a way that is not followed.
    fn is_dark(&self, stage: usize) -> bool {
        let lineage = self.lineage(stage);
        let mut steps = lineage.iter().flat_map(|at| &self.stages[*at].steps);
        steps.any(|step| match step {
            ImageStep::Run(start, _) => MOVES.iter().any(|word| start.text.as_str().contains(word)),
            ImageStep::Copy(copy) => {
                let mut sources = copy.sources.iter();
                copy.from == CopyOrigin::Elsewhere
                    || sources.any(|it| it.contains('$') || it.contains("standalone"))
            }
        })
    }

    /// The paths of a stage where a file or folder of the repository is, or a part of it.
    pub(super) fn places(
        &self,
        context: &str,
        stage: usize,
        path: &str,
        depth: usize,
    ) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        if depth > 12 {
            return found;
        }
        for at in self.lineage(stage) {
            for step in &self.stages[at].steps {
                let ImageStep::Copy(copy) = step else {
                    continue;
                };
                match copy.from {
                    CopyOrigin::Context => {
                        found.extend(copy.targets(path, |source| {
                            resolve(context, source.trim_start_matches('/'))
                        }));
                    }
                    CopyOrigin::Stage(from) => {
                        let workdir = &self.stages[from].workdir;
                        for there in self.places(context, from, path, depth + 1) {
                            found.extend(copy.targets(&there, |source| absolute(workdir, source)));
                        }
                    }
                    CopyOrigin::Elsewhere => {}
                }
            }
        }
        found
    }
}

impl Copy {
    /// Where a copy puts a file or folder, or a part of it; `named` makes a path of a source.
    fn targets(&self, path: &str, named: impl Fn(&str) -> String) -> Vec<String> {
        let mut found = Vec::new();
        for source in &self.sources {
            let from = named(source.trim_end_matches('/'));
            if from.contains(['*', '?', '[']) {
                let covered = Glob::new(&from).covers(path) || is_under(parent(&from), path);
                found.extend(covered.then(|| self.to.clone()));
            } else if from == "/" || is_under(path, &from) {
                let rest = path[from.len()..].trim_start_matches('/');
                found.push(join(&self.to, rest));
            } else if is_under(&from, path) {
                found.push(self.to.clone());
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    #[test]
    fn a_folder_is_there_if_a_copy_brings_it() {
        let built = "FROM node:22 AS build\nWORKDIR /src\nCOPY . .\n";
        for (rest, expected) in [
            ("FROM node:22\nCOPY db/schema.x ./db/\n", Some(true)),
            ("FROM node:22\nCOPY db ./db\n", Some(false)),
            (
                "FROM node:22\nCOPY db/migrations/*.sql ./db/\n",
                Some(false),
            ),
            (
                "FROM node:22\nCOPY --from=build /src/dist ./dist\n",
                Some(true),
            ),
            (
                "FROM node:22\nCOPY --from=build /src/db ./db\n",
                Some(false),
            ),
            ("FROM node:22\nCOPY --from=build /src .\n", Some(false)),
            ("FROM build\n", Some(false)),
            ("FROM node:22\nRUN cp -r /tmp/x .\n", None),
            ("FROM node:22\nCOPY --from=other/image /x .\n", None),
            ("FROM our/base\nCOPY dist .\n", None),
        ] {
            let text = format!("{built}{rest}");
            let image = Image::read(&Source::new("Dockerfile", text)).expect("a Dockerfile");
            let lacks = image.lacks("", image.target(None), "db/migrations");
            assert_eq!(lacks, expected, "{rest}");
        }
    }
}
