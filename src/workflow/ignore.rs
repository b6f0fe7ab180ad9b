//! Migrations that git or Docker leaves out: `.gitignore` and `.dockerignore`.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::files::Files;
use super::image::Image;
use super::purpose;
use super::{Action, CommandRun, Launcher, Purpose};
use crate::glob::Glob;
use crate::project::Project;
use crate::project::discover::ancestors;
use crate::project::tree::{ending, file_name, is_under, join, parent};
use crate::schema::Place;
use crate::source::{Source, Span};
use crate::tool::Tool;

/// What leaves migrations out.
#[derive(Debug)]
pub enum ExcludedBy {
    /// A pattern of git's.
    Git,
    /// A pattern of Docker's, for the image of this Dockerfile.
    DockerIgnore(String),
    /// This Dockerfile, which copies what configures them and not them.
    Dockerfile(String),
}

/// A folder of migrations, or a file of its bookkeeping, that is left out.
#[derive(Debug)]
pub struct Excluded {
    /// The `.gitignore`, `.dockerignore` or Dockerfile.
    pub source: Source,
    /// The place of the pattern, or of what starts the image.
    pub span: Span,
    /// What it leaves out.
    pub path: String,
    /// Who puts it there, for people: "the migrations of TOOL".
    pub what: String,
    /// What leaves it out.
    pub by: ExcludedBy,
    /// Whether a place where the application is deployed applies them.
    pub applied: bool,
}

/// A folder or file that must not be left out.
struct IgnoreQuery {
    path: String,
    folder: bool,
    what: String,
    tool: Tool,
}

impl IgnoreQuery {
    /// Whether a command may apply it: the tool's own does, and one that is not known in full may.
    fn is_applied_by(&self, run: &CommandRun) -> bool {
        match run.tool {
            Some(tool) => tool == self.tool,
            None => self.tool.command_line().is_none(),
        }
    }
}

pub(super) fn excluded(
    files: &Files,
    project: &Project,
    places: &[Launcher],
    images: &BTreeMap<String, Image>,
    roots: &BTreeMap<String, String>,
) -> Vec<Excluded> {
    let mut found = Vec::new();
    let ignores = GitIgnores::new(files);
    for wanted in wanted(files, project) {
        let applied = places.iter().any(|place| {
            let mut called = place.called();
            called.any(|(run, context)| {
                let near = run.folder.as_deref().is_none_or(|folder| {
                    is_under(&wanted.path, folder) || is_under(folder, parent(&wanted.path))
                });
                context == Purpose::Deploy
                    && run.action == Action::Apply
                    && wanted.is_applied_by(run)
                    && near
            })
        });
        if let Some(Place { source, span }) = ignores.ignored(&wanted)
            && !is_tracked(files, &wanted)
        {
            let (path, what) = (wanted.path.clone(), wanted.what.clone());
            found.push(Excluded {
                source,
                span,
                path,
                what,
                by: ExcludedBy::Git,
                applied,
            });
        }
        for (path, image) in images {
            found.extend(left_out(files, &wanted, places, path));
            if let Some(root) = roots.get(path) {
                found.extend(not_copied(files, &wanted, places, image, root));
            }
        }
    }
    found
}

/// The folders of migrations and what belongs to them.
fn wanted(files: &Files, project: &Project) -> Vec<IgnoreQuery> {
    let mut all: Vec<IgnoreQuery> = Vec::new();
    let mut add = |path: String, folder: bool, what: String, tool: Tool| {
        if !path.is_empty() && all.iter().all(|it| it.path != path) {
            all.push(IgnoreQuery {
                path,
                folder,
                what,
                tool,
            });
        }
    };
    let aside = |path: &str| purpose::of_path(path).is_some();
    for set in project
        .sets
        .iter()
        .filter(|set| !aside(&join(&set.folder, "x")))
    {
        let line = set.runner.command_line();
        if let Some((name, what)) = line.map(|it| it.record) {
            add(join(&set.folder, name), false, what.to_owned(), set.runner);
        }
        add(
            set.folder.clone(),
            true,
            format!("the migrations of {}", set.runner.name()),
            set.runner,
        );
    }
    for path in files.candidates() {
        for tool in Tool::all() {
            let Some(line) = tool.command_line() else {
                continue;
            };
            if !(line.configures)(file_name(path)) || aside(path) {
                continue;
            }
            let Some(source) = files.source(path) else {
                continue;
            };
            let Some(output) = (line.output)(path, source.text()) else {
                continue;
            };
            let elsewhere = project.sets.iter().any(|set| {
                set.runner == tool
                    && is_under(&set.folder, parent(path))
                    && set.folder != output.folder
            });
            // Nobody named the folder: the tool's own default stands in the configuration's place,
            // and the migrations of this tool lie elsewhere.
            if output.is_default && elsewhere {
                continue;
            }
            if output.is_default {
                let (name, what) = line.record;
                add(join(&output.folder, name), false, what.to_owned(), tool);
            }
            add(output.folder, true, output.what, tool);
        }
    }
    // What leaves out a folder leaves out its files too; one remark is enough.
    all.sort_by(|left, right| {
        right
            .folder
            .cmp(&left.folder)
            .then(left.path.cmp(&right.path))
    });
    all
}

/// The files called `.gitignore`, each read once.
struct GitIgnores<'f> {
    files: &'f Files<'f>,
    known: RefCell<HashMap<String, Rc<Vec<IgnorePattern>>>>,
}

/// A line of a `.gitignore`.
struct IgnorePattern {
    source: Source,
    span: Span,
    glob: Glob,
    /// `!pattern`, which brings back what an earlier line took away.
    again: bool,
    /// `pattern/`, which names no file.
    only_folders: bool,
    /// Whether it names a path from its folder on. Others name a file or folder at any depth.
    is_path: bool,
}

impl IgnorePattern {
    fn read(source: &Source, span: Span, text: &str) -> Self {
        let (text, again) = match text.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (text, only_folders) = match text.strip_suffix('/') {
            Some(text) => (text, true),
            None => (text, false),
        };
        let is_path = text.contains('/');
        Self {
            source: source.clone(),
            span,
            glob: Glob::new(text.trim_start_matches('/')),
            again,
            only_folders,
            is_path,
        }
    }

    /// Whether it names a path below its folder.
    fn fits(&self, path: &str, folder: bool) -> bool {
        if self.only_folders && !folder || self.glob.text().is_empty() {
            return false;
        }
        self.glob
            .matches(if self.is_path { path } else { file_name(path) })
    }

    fn place(&self) -> Place {
        Place {
            source: self.source.clone(),
            span: self.span,
        }
    }
}

impl<'f> GitIgnores<'f> {
    fn new(files: &'f Files<'f>) -> Self {
        Self {
            files,
            known: RefCell::default(),
        }
    }

    /// The patterns in a folder, in their order.
    fn of(&self, folder: &str) -> Rc<Vec<IgnorePattern>> {
        if let Some(known) = self.known.borrow().get(folder) {
            return Rc::clone(known);
        }
        let source = self.files.source(&join(folder, ".gitignore"));
        let patterns = source.iter().flat_map(|source| {
            let lines = lines(source).into_iter();
            lines.map(|(span, text)| IgnorePattern::read(source, span, text))
        });
        let patterns = Rc::new(patterns.collect());
        self.known
            .borrow_mut()
            .insert(folder.to_owned(), Rc::clone(&patterns));
        patterns
    }

    /// The pattern that takes a path away, as git reads its files: the last one that fits decides,
    /// and nothing in a folder that is left out comes back.
    fn ignored(&self, wanted: &IgnoreQuery) -> Option<Place> {
        let path = wanted.path.as_str();
        let mut ends: Vec<usize> = path.match_indices('/').map(|(at, _)| at).collect();
        ends.push(path.len());
        for end in ends {
            let part = &path[..end];
            let folder = end < path.len() || wanted.folder;
            let mut decided = None;
            for (base, patterns) in self.above(parent(part)) {
                let below = below(part, &base);
                let last = patterns.iter().rfind(|it| it.fits(below, folder));
                if let Some(pattern) = last {
                    decided = (!pattern.again).then(|| pattern.place());
                }
            }
            if decided.is_some() {
                return decided;
            }
        }
        // `migrations/*` takes all of a folder's content away; `*.sql` all migrations.
        wanted.folder.then(|| self.content(path)).flatten()
    }

    /// The pattern that takes away everything that would be written into a folder.
    fn content(&self, path: &str) -> Option<Place> {
        let example = join(path, "0001_example.sql");
        let inside = join(path, "20240101000000_example");
        let mut decided = None;
        for (base, patterns) in self.above(path) {
            for pattern in patterns.iter() {
                let file = pattern.fits(below(&example, &base), false);
                let folder = pattern.fits(below(&inside, &base), true);
                if file && folder && !pattern.again {
                    decided = Some(pattern.place());
                } else if pattern.again && (file || folder) {
                    decided = None;
                }
            }
        }
        decided
    }

    /// The patterns that a folder is under, those of the root first.
    fn above(&self, folder: &str) -> Vec<(String, Rc<Vec<IgnorePattern>>)> {
        let mut above: Vec<String> = ancestors(folder).map(str::to_owned).collect();
        above.reverse();
        let patterns = above.into_iter().map(|base| {
            let patterns = self.of(&base);
            (base, patterns)
        });
        patterns.collect()
    }
}

fn below<'p>(path: &'p str, base: &str) -> &'p str {
    path[base.len()..].trim_start_matches('/')
}

fn lines(source: &Source) -> Vec<(Span, &str)> {
    let count = source.text().matches('\n').count() + 1;
    let all = (1..=count).map(|number| {
        let span = source.line_span(number);
        let text = source.slice(span).trim_end();
        (Span::new(span.start, span.start + text.len()), text)
    });
    all.filter(|(_, text)| !text.is_empty() && !text.starts_with('#'))
        .collect()
}

/// Whether git has files there all the same.
fn is_tracked(files: &Files, wanted: &IgnoreQuery) -> bool {
    if !wanted.folder {
        return files.has(&wanted.path) && !files.ignores(&wanted.path);
    }
    files
        .under(&wanted.path)
        .iter()
        .filter(|path| ending(path) == "sql" || file_name(path) == "_journal.json")
        .any(|path| !files.ignores(path))
}

/// The pattern of `.dockerignore` that keeps migrations out of an image which applies them.
fn left_out(
    files: &Files,
    wanted: &IgnoreQuery,
    places: &[Launcher],
    path: &str,
) -> Option<Excluded> {
    if !wanted.folder || files.under(&wanted.path).is_empty() {
        return None;
    }
    let place = places
        .iter()
        .find(|place| place.path == path && !place.build && place.layer == super::Layer::Image)?;
    let applies = place.called().find(|(run, context)| {
        *context == Purpose::Deploy && run.action == Action::Apply && wanted.is_applied_by(run)
    });
    let root = image_root(files, path);
    let (run, _) = applies?;
    if run
        .folder
        .as_deref()
        .is_some_and(|folder| !is_under(&wanted.path, folder))
    {
        return None;
    }
    let own = format!("{path}.dockerignore");
    let file = if files.has(&own) {
        own
    } else {
        join(&root, ".dockerignore")
    };
    let source = files.source(&file)?;
    let below = wanted.path.strip_prefix(&root)?.trim_start_matches('/');
    let mut decided: Option<Span> = None;
    let inside = files.under(&wanted.path).iter();
    let migrations: Vec<&str> = inside
        .filter(|path| ending(path) == "sql")
        .filter_map(|path| path.strip_prefix(&root))
        .map(|path| path.trim_start_matches('/'))
        .collect();
    for (span, pattern) in lines(&source) {
        let (pattern, again) = match pattern.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (pattern, false),
        };
        let pattern = pattern.trim_start_matches("./").trim_matches('/');
        let glob = Glob::new(pattern);
        if again && (glob.covers(below) || is_under(pattern, below)) {
            decided = None;
        } else if !again && glob.covers(below) {
            decided = Some(span);
        } else if !migrations.is_empty() && migrations.iter().all(|path| glob.covers(path)) {
            // `**/*.sql` leaves the folder there, and nothing in it.
            decided = (!again).then_some(span);
        }
    }
    decided.map(|span| Excluded {
        source: source.clone(),
        span,
        path: wanted.path.clone(),
        what: wanted.what.clone(),
        by: ExcludedBy::DockerIgnore(path.to_owned()),
        applied: true,
    })
}

/// Migrations that an image applies and does not have, though it has what names their folder: the
/// tool then finds no migration, and some of them report success.
fn not_copied(
    files: &Files,
    wanted: &IgnoreQuery,
    places: &[Launcher],
    image: &Image,
    root: &str,
) -> Option<Excluded> {
    let line = wanted.tool.command_line()?;
    if !wanted.folder || files.under(&wanted.path).is_empty() {
        return None;
    }
    let path = image.source.path();
    let mut started = places
        .iter()
        .filter(|place| place.path == path && !place.build && place.layer == super::Layer::Image);
    let (place, run) = started.find_map(|place| {
        let mut called = place.called();
        let (run, _) = called.find(|(run, context)| {
            let by_program = run.tool == Some(wanted.tool) && run.file.is_none();
            *context == Purpose::Deploy && run.action == Action::Apply && by_program
        })?;
        Some((place, run))
    })?;
    let stage = image.target(
        Some(&place.name)
            .filter(|name| !name.is_empty())
            .map(String::as_str),
    );
    let mut configs = files.candidates().iter().filter(|path| {
        (line.configures)(file_name(path))
            && files.source(path).is_some_and(|source| {
                let output = (line.output)(path, source.text());
                output.is_some_and(|output| output.folder == wanted.path)
            })
    });
    let copied = configs.any(|config| image.lacks(root, stage, config) == Some(false));
    // Both must be certain. A bundler, `COPY . .` or a folder that nobody names may bring the
    // migrations along, and then nothing is said.
    let lacks = copied && image.lacks(root, stage, &wanted.path) == Some(true);
    let here = &run.chain[0];
    lacks.then(|| Excluded {
        source: here.source.clone(),
        span: here.span,
        path: wanted.path.clone(),
        what: wanted.what.clone(),
        by: ExcludedBy::Dockerfile(path.to_owned()),
        applied: true,
    })
}

/// The folder that has the `.dockerignore` of an image.
fn image_root(files: &Files, path: &str) -> String {
    let found = ancestors(parent(path)).find(|folder| files.has(&join(folder, ".dockerignore")));
    found.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_git_reads_them() {
        for (pattern, path, folder, fits) in [
            ("out", "out", true, true),
            ("out", "a/out", true, true),
            ("/out", "a/out", true, false),
            ("out/", "out", false, false),
            ("a/out", "b/a/out", true, false),
            (
                "db/migrations/**/migration_lock.toml",
                "db/migrations/migration_lock.toml",
                false,
                true,
            ),
            ("*.sqlite", "out", true, false),
            ("**/migrations", "a/b/migrations", true, true),
        ] {
            let source = Source::new(".gitignore", pattern);
            let read = IgnorePattern::read(&source, Span::default(), pattern);
            assert_eq!(read.fits(path, folder), fits, "{pattern} {path}");
        }
    }
}
