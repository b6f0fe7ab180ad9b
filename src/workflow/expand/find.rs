//! Which file of the repository a path of a command means.

use super::{Expander, Frame, script};
use crate::project::tree::{is_under, parent, resolve};
use crate::workflow::compose::Mount;
use crate::workflow::image::{ImageFile, absolute};
use crate::workflow::packages::Package;
use crate::workflow::text::Text;

impl<'a> Expander<'a> {
    /// Where `cd` leads.
    pub(super) fn folder(frame: &Frame<'a>, path: &str) -> String {
        if path.starts_with('$') || path == "-" || path.starts_with('~') {
            // `cd "$(dirname "$0")/.."` starts at the script's own folder.
            let rest = script::after_variable(path);
            return match (&frame.own, frame.view.inside) {
                (Some(own), false) if path != "-" => resolve(own, rest),
                _ => frame.folder.clone(),
            };
        }
        if frame.view.inside {
            absolute(&frame.folder, path)
        } else if path.starts_with('/') {
            frame.folder.clone()
        } else {
            resolve(&frame.folder, path)
        }
    }

    /// The files that a path may be.
    pub(super) fn find(&self, frame: &Frame<'a>, path: &str) -> Vec<ImageFile> {
        let exists = |path: String| self.files.has(&path).then_some(ImageFile::Path(path));
        if path.starts_with('$') || path.starts_with('`') {
            let rest = script::after_variable(path);
            let own = frame.own.as_deref().map(|own| resolve(own, rest));
            return own.and_then(exists).into_iter().collect();
        }
        if !frame.view.inside {
            if path.starts_with('/') {
                return Vec::new();
            }
            return exists(resolve(&frame.folder, path)).into_iter().collect();
        }
        let there = absolute(&frame.folder, path);
        let mut found: Vec<ImageFile> = Vec::new();
        let mounts = &frame.view.mounts;
        let mounts = mounts.iter().filter(|it| is_under(&there, &it.target));
        for Mount { source, target } in mounts {
            let rest = there[target.len()..].trim_start_matches('/');
            found.extend(exists(resolve(source, rest)));
        }
        if let Some((image, stage)) = frame.view.image {
            let located = image.locate(self.files, &frame.view.context, stage, &there);
            found.extend(located.into_iter().filter(|it| match it {
                ImageFile::Path(path) => self.files.has(path),
                ImageFile::Text(_) => true,
            }));
        }
        if found.is_empty()
            && !path.starts_with('/')
            && let Some(own) = &frame.own
        {
            found.extend(exists(resolve(own, path)));
        }
        // A program of the image's path: `COPY docker-entrypoint.sh /usr/local/bin/`.
        if found.is_empty() && !path.contains('/') && path != there.trim_start_matches('/') {
            for folder in ["/usr/local/bin", "/usr/bin", "/bin"] {
                if let Some((image, stage)) = frame.view.image {
                    let there = format!("{folder}/{path}");
                    let located = image.locate(self.files, &frame.view.context, stage, &there);
                    found.extend(located.into_iter().filter(|it| match it {
                        ImageFile::Path(path) => self.files.has(path),
                        ImageFile::Text(_) => true,
                    }));
                }
            }
        }
        found
    }

    /// A file's text, if it is a shell script.
    pub(super) fn shell(&self, found: &ImageFile) -> Option<Text> {
        match found {
            ImageFile::Text(text) => Some(text.clone()),
            ImageFile::Path(path) => {
                let source = self.files.source(path)?;
                let first = source.text().lines().next().unwrap_or_default();
                let named = ["sh", "bash", "zsh"].contains(&crate::project::tree::ending(path));
                let marked = first.starts_with("#!") && first.trim_end().ends_with("sh");
                (named || marked).then(|| Text::whole(&source))
            }
        }
    }

    /// The package that a command works in.
    pub(super) fn package(&self, frame: &Frame<'a>) -> Option<&'a Package> {
        if !frame.view.inside {
            return self.packages.around(&frame.folder);
        }
        let mut folder = frame.folder.as_str();
        loop {
            for found in self.find(
                frame,
                &format!("{}/package.json", folder.trim_end_matches('/')),
            ) {
                if let ImageFile::Path(path) = found
                    && let Some(package) = self.packages.at(parent(&path))
                {
                    return Some(package);
                }
            }
            if folder.is_empty() || folder == "/" {
                return None;
            }
            folder = parent(folder);
        }
    }

    /// The folder of the repository that a command works in.
    pub(super) fn repository_folder(&self, frame: &Frame<'a>) -> Option<String> {
        if frame.view.inside {
            let package = self.package(frame).map(|package| package.folder.clone());
            package.or_else(|| Some(frame.view.context.clone()))
        } else {
            Some(frame.folder.clone())
        }
    }

    /// The file of the repository that a program is, or is compiled from: `dist/main.js` is written
    /// from `src/main.ts`.
    pub(super) fn sources_of(&self, frame: &Frame<'a>, path: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for file in self.find(frame, path) {
            if let ImageFile::Path(path) = file {
                found.push(path);
            }
        }
        let Some(package) = self.package(frame) else {
            return found;
        };
        let inside = if frame.view.inside {
            absolute(&frame.folder, path)
        } else {
            path.to_owned()
        };
        let parts: Vec<&str> = inside
            .split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .collect();
        let built = parts
            .iter()
            .position(|part| matches!(*part, "dist" | "build" | "lib" | "out" | ".output"));
        let tails: Vec<String> = match built {
            Some(at) => {
                let rest = parts[at + 1..].join("/");
                vec![
                    format!("src/{rest}"),
                    rest.clone(),
                    format!("server/{rest}"),
                    format!("app/{rest}"),
                ]
            }
            None => vec![parts.join("/")],
        };
        for tail in tails {
            let stem = tail.rsplit_once('.').map_or(tail.as_str(), |it| it.0);
            for end in ["ts", "js", "mts", "mjs", "cjs", "tsx"] {
                let path = resolve(&package.folder, &format!("{stem}.{end}"));
                if self.files.has(&path) && !found.contains(&path) {
                    found.push(path);
                }
            }
        }
        found
    }
}
