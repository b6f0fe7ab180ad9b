//! Code of the project that a framework starts beside its own.

use super::{Expander, Frame};
use crate::project::tree::join;
use crate::workflow::run::{ChainLink, CommandRun};

/// A framework whose programs start code that their command does not name.
struct Framework {
    programs: &'static [&'static str],
    /// What its build writes, as the end of a path: such a file is in no repository.
    built: &'static [&'static str],
    /// The package that it comes in.
    package: &'static str,
    /// Files that it starts, relative to the project's package.
    entries: &'static [&'static str],
    /// A folder of which it starts every file.
    folder: Option<&'static str>,
}

/// From the documentation of each: Next's `instrumentation`, Nest's entry file, the server entries
/// of Remix and React Router, Nitro's plugins.
const FRAMEWORKS: &[Framework] = &[
    Framework {
        programs: &["next"],
        built: &["server.js"],
        package: "next",
        entries: &[
            "instrumentation.ts",
            "instrumentation.js",
            "src/instrumentation.ts",
            "src/instrumentation.js",
        ],
        folder: None,
    },
    Framework {
        programs: &["nest"],
        built: &[],
        package: "@nestjs/core",
        entries: &["src/main.ts"],
        folder: None,
    },
    Framework {
        programs: &["remix-serve", "react-router-serve"],
        built: &["build/server/index.js"],
        package: "react-router",
        entries: &["app/entry.server.tsx"],
        folder: None,
    },
    Framework {
        programs: &["nuxt", "nuxi"],
        built: &[".output/server/index.mjs", "server/index.mjs"],
        package: "nuxt",
        entries: &[],
        folder: Some("server/plugins"),
    },
];

impl<'a> Expander<'a> {
    /// What the program of a framework starts.
    pub(super) fn framework(
        &self,
        program: &str,
        frame: &Frame<'a>,
        here: &ChainLink,
        runs: &mut Vec<CommandRun>,
    ) {
        let found = FRAMEWORKS.iter().find(|it| it.programs.contains(&program));
        if let Some(framework) = found {
            self.entries(framework, frame, here, runs);
        }
    }

    /// What a program starts that is not in the repository, where its path says that a framework's
    /// build writes it. Any other program that is missing is just unknown: taking it for the
    /// application blamed seeds and scripts of other folders for what the application does.
    pub(super) fn built(
        &self,
        path: &str,
        frame: &Frame<'a>,
        here: &ChainLink,
        runs: &mut Vec<CommandRun>,
    ) {
        let Some(package) = self.package(frame) else {
            return;
        };
        let path = path.trim_start_matches("./");
        let used = FRAMEWORKS.iter();
        let mut used = used.filter(|it| package.depends_on(it.package));
        let found = used.find(|it| {
            let mut built = it.built.iter();
            built.any(|end| path == *end || path.ends_with(&format!("/{end}")))
        });
        if let Some(framework) = found {
            self.entries(framework, frame, here, runs);
        }
    }

    fn entries(
        &self,
        framework: &Framework,
        frame: &Frame<'a>,
        here: &ChainLink,
        runs: &mut Vec<CommandRun>,
    ) {
        let Some(package) = self.package(frame) else {
            return;
        };
        for entry in framework.entries {
            let path = join(&package.folder, entry);
            if self.files.has(&path) {
                self.code(&path, frame, here, runs);
            }
        }
        let Some(folder) = framework.folder else {
            return;
        };
        let folder = join(&package.folder, folder);
        for path in self.files.under(&folder) {
            self.code(path, frame, here, runs);
        }
    }
}
