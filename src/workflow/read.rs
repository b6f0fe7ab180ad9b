//! Finds the places of a tree that run commands, and follows each.

mod unseen;

use std::collections::{BTreeMap, BTreeSet};

use super::ci;
use super::compose::{self, Compose, Service};
use super::context::{self, Context};
use super::expand::{Expander, Frame, View};
use super::files::Files;
use super::ignore;
use super::image::{From, Image, Step};
use super::packages::{Package, Packages};
use super::platform;
use super::run::Layer;
use super::targets::{self, Targets};
use super::text::Text;
use super::{Place, Workflow};
use crate::error::Result;
use crate::project::Project;
use crate::project::tree::{Tree, ending, file_name, is_under, parent, resolve};

/// Whether a file is a Dockerfile.
pub(super) fn is_image(path: &str) -> bool {
    let name = file_name(path);
    let written = !matches!(
        ending(name),
        "dockerignore" | "md" | "yml" | "yaml" | "json" | "ts" | "js" | "sh" | "j2" | "tmpl"
    );
    let named = name == "Dockerfile"
        || name == "Containerfile"
        || name.ends_with(".Dockerfile")
        || name.ends_with(".dockerfile");
    let variant = name
        .strip_prefix("Dockerfile")
        .is_some_and(|rest| rest.starts_with(['.', '-', '_']));
    written && (named || variant)
}

/// Whether a file runs commands, by its name.
pub(super) fn is_known(path: &str) -> bool {
    let name = file_name(path);
    is_image(path)
        || compose::is_compose(path)
        || ci::is_ci(path)
        || platform::is_platform(path)
        || targets::tool(name).is_some()
        || matches!(
            name,
            "package.json" | "deno.json" | "deno.jsonc" | "turbo.json"
        )
}

pub(super) fn workflow(tree: &dyn Tree, project: &Project) -> Result<Workflow> {
    let files = Files::new(tree)?;
    let packages = Packages::read(&files);
    let targets = Targets::read(&files);
    let expander = Expander::new(&files, &packages, &targets);
    let mut workflow = Workflow::default();
    let mut images: BTreeMap<String, Image> = BTreeMap::new();
    for path in files
        .candidates()
        .iter()
        .filter(|path| is_image(path) && !is_foreign(path))
    {
        let Some(source) = files.source(path) else {
            continue;
        };
        workflow.files += 1;
        match Image::read(&source) {
            Ok(image) => drop(images.insert(path.clone(), image)),
            Err(reason) => workflow.unread.push((path.clone(), reason)),
        }
    }
    for path in files
        .candidates()
        .iter()
        .filter(|path| compose::is_compose(path) && !is_foreign(path))
    {
        match Compose::read(&files, path) {
            Ok(Some(compose)) => {
                workflow.files += 1;
                workflow.composes.push(compose);
            }
            Ok(None) => {}
            Err(reason) => workflow.unread.push((path.clone(), reason)),
        }
    }
    let reader = Reader {
        expander: &expander,
        images: &images,
    };
    let mut places = Vec::new();
    for compose in &workflow.composes {
        for service in compose
            .services
            .iter()
            .filter(|it| it.source.path() == compose.source.path())
        {
            places.push(reader.service(service));
        }
    }
    for image in images.values() {
        reader.image(image, &workflow.composes, &mut places);
    }
    reader.jobs(&mut workflow, &mut places);
    reader.platforms(&mut workflow, &mut places);
    reader.scripts(&mut workflow, &mut places);
    workflow.places = places;
    // What is done already needs no search.
    let brought = workflow.places.iter().any(|place| {
        place.layer != Layer::Job && place.runs.iter().any(|run| run.action.brings_up())
    });
    if !brought {
        workflow.works_on_services = reader.works_on_services();
        workflow.may_apply = reader.unseen(&workflow, project);
    }
    workflow.excluded = ignore::excluded(&files, project, &workflow.places, &images);
    workflow.unread.extend(
        packages
            .unread
            .iter()
            .filter(|(path, _)| !is_foreign(path))
            .cloned(),
    );
    workflow.unread.extend(targets.unread.iter().cloned());
    Ok(workflow)
}

/// Whether a file is somebody else's.
fn is_foreign(path: &str) -> bool {
    parent(path).split('/').any(|part| {
        matches!(
            part,
            "node_modules" | "vendor" | "third_party" | ".git" | ".yarn"
        )
    })
}

struct Reader<'r, 'a> {
    expander: &'r Expander<'a>,
    images: &'a BTreeMap<String, Image>,
}

impl<'a> Reader<'_, 'a> {
    fn files(&self) -> &'a Files<'a> {
        self.expander.files
    }

    /// What a service starts.
    fn service(&self, service: &Service) -> Place {
        let mut view = View {
            inside: true,
            context: parent(service.source.path()).to_owned(),
            mounts: service
                .mounts
                .iter()
                .map(|(host, inside)| (inside.clone(), host.clone()))
                .collect(),
            image: None,
        };
        let mut folder = "/".to_owned();
        let mut starts = (None, None);
        let mut env = Vec::new();
        let mut context = context::of_path(service.source.path());
        if let Some(build) = &service.build {
            view.context.clone_from(&build.context);
            context = context.or_else(|| build.target.as_deref().and_then(context::of_name));
            context = context.or_else(|| context::of_path(&build.dockerfile));
            if let Some(image) = self.images.get(&build.dockerfile) {
                let stage = image.target(build.target.as_deref());
                view.image = Some((image, stage));
                folder.clone_from(&image.stages[stage].workdir);
                starts = image.starts(stage);
                env.extend(
                    image
                        .env(stage, "NODE_ENV")
                        .map(|(value, _)| ("NODE_ENV".to_owned(), value.to_owned())),
                );
            }
        }
        let named = std::iter::once(&service.name).chain(&service.profiles);
        context = context.or_else(|| named.filter_map(|name| context::of_name(name)).next());
        if let Some(workdir) = &service.workdir {
            folder.clone_from(workdir);
        }
        let mut frame = Frame::new(Layer::Compose, &service.name, view, &folder);
        frame.env.extend(
            service
                .env
                .iter()
                .filter(|it| it.name == "NODE_ENV")
                .map(|it| (it.name.clone(), it.value.clone())),
        );
        let own = service.command.is_some() || service.entrypoint.is_some();
        if !own {
            frame.layer = Layer::Image;
        }
        let entrypoint = service.entrypoint.as_ref().or(starts.0);
        let cmd = match (&service.command, &service.entrypoint) {
            (Some(command), _) => Some(command),
            (None, Some(_)) => None,
            (None, None) => starts.1,
        };
        Place {
            layer: Layer::Compose,
            path: service.source.path().to_owned(),
            name: service.name.clone(),
            context: context.unwrap_or(Context::Deploy),
            build: false,
            runs: self.expander.start_both(entrypoint, cmd, &frame),
            env,
        }
    }

    /// What an image runs while it is built, and what it starts.
    fn image(&self, image: &'a Image, composes: &[Compose], places: &mut Vec<Place>) {
        let path = image.source.path();
        let builds: Vec<_> = composes
            .iter()
            .flat_map(|compose| compose.services.iter())
            .filter_map(|service| {
                service
                    .build
                    .as_ref()
                    .filter(|build| build.dockerfile == path)
            })
            .collect();
        let root = builds
            .first()
            .map_or_else(|| self.context_of(image), |build| build.context.clone());
        let mut stages = vec![image.target(None)];
        for build in &builds {
            let stage = image.target(build.target.as_deref());
            if !stages.contains(&stage) {
                stages.push(stage);
            }
        }
        let of_path = context::of_path(path);
        for (index, stage) in stages.iter().copied().enumerate() {
            let name = image.stages[stage].name.clone().unwrap_or_default();
            let context = of_path
                .or_else(|| context::of_name(&name))
                .unwrap_or(Context::Deploy);
            let view = View {
                image: Some((image, stage)),
                context: root.clone(),
                mounts: Vec::new(),
                inside: true,
            };
            let mut frame = Frame::new(
                Layer::Image,
                &name,
                view.clone(),
                &image.stages[stage].workdir,
            );
            frame.env.extend(
                image
                    .env(stage, "NODE_ENV")
                    .map(|(value, _)| ("NODE_ENV".to_owned(), value.to_owned())),
            );
            let (entrypoint, cmd) = image.starts(stage);
            let runs = self.expander.start_both(entrypoint, cmd, &frame);
            let place = |build, runs| Place {
                layer: Layer::Image,
                path: path.to_owned(),
                name: name.clone(),
                context,
                build,
                runs,
                env: Vec::new(),
            };
            places.push(place(false, runs));
            if index > 0 {
                continue;
            }
            let mut runs = Vec::new();
            for built in image.needs(stage) {
                for step in &image.stages[built].steps {
                    let Step::Run(start, workdir) = step else {
                        continue;
                    };
                    let view = View {
                        image: Some((image, built)),
                        ..view.clone()
                    };
                    let frame = Frame::new(Layer::Image, &name, view, workdir);
                    runs.extend(self.expander.start(start, &frame));
                }
            }
            places.push(place(true, runs));
        }
    }

    /// The folder that an image is most likely built from: the one where most of what it copies is.
    fn context_of(&self, image: &Image) -> String {
        let own = parent(image.source.path());
        let mut best = (0, own.to_owned());
        for folder in crate::project::discover::ancestors(own) {
            let copies = image
                .stages
                .iter()
                .flat_map(|stage| &stage.steps)
                .filter_map(|step| match step {
                    Step::Copy(copy) if copy.from == From::Context => Some(&copy.sources),
                    _ => None,
                });
            let there = |path: &&String| {
                let path = resolve(folder, path);
                self.files().has(&path)
                    || (!path.is_empty() && path != folder && self.files().is_folder(&path))
            };
            let score = copies.flatten().filter(there).count();
            if score > best.0 {
                best = (score, folder.to_owned());
            }
        }
        best.1
    }

    fn jobs(&self, workflow: &mut Workflow, places: &mut Vec<Place>) {
        let hot = hot_words(self.expander.packages, self.expander.targets);
        for path in self
            .files()
            .candidates()
            .iter()
            .filter(|path| ci::is_ci(path))
        {
            let Some(source) = self.files().source(path) else {
                continue;
            };
            // Reading YAML is most of what this costs, and most files of CI never touch a database.
            if !hot.iter().any(|word| source.text().contains(word.as_str())) {
                continue;
            }
            match ci::read(self.files(), &source) {
                Ok(jobs) => {
                    workflow.files += 1;
                    for job in jobs {
                        let mut runs = Vec::new();
                        for step in &job.steps {
                            let mut frame =
                                Frame::new(Layer::Job, &job.name, View::default(), &step.folder);
                            frame.env.clone_from(&step.env);
                            runs.extend(self.expander.run(&step.text, &frame));
                        }
                        let (name, context) = (job.name, job.context);
                        places.push(Place {
                            layer: Layer::Job,
                            path: path.clone(),
                            name,
                            context,
                            build: false,
                            runs,
                            env: Vec::new(),
                        });
                    }
                }
                Err(reason) => workflow.unread.push((path.clone(), reason)),
            }
        }
    }

    fn platforms(&self, workflow: &mut Workflow, places: &mut Vec<Place>) {
        for path in self
            .files()
            .candidates()
            .iter()
            .filter(|path| platform::is_platform(path) && !is_foreign(path))
        {
            let Some(source) = self.files().source(path) else {
                continue;
            };
            match platform::read(&source) {
                Ok(commands) => {
                    workflow.files += 1;
                    let context = context::of_path(path).unwrap_or(Context::Deploy);
                    let mut runs = Vec::new();
                    for command in commands {
                        let frame = Frame::new(
                            Layer::Platform,
                            &command.name,
                            View::default(),
                            parent(path),
                        );
                        runs.extend(self.expander.run(&command.text, &frame));
                    }
                    let name = file_name(path).to_owned();
                    places.push(Place {
                        layer: Layer::Platform,
                        path: path.clone(),
                        name,
                        context,
                        build: false,
                        runs,
                        env: Vec::new(),
                    });
                }
                Err(reason) => workflow.unread.push((path.clone(), reason)),
            }
        }
    }

    /// Scripts that platforms start by their names, scripts that deploy by theirs, and the commands
    /// of all scripts by themselves.
    fn scripts(&self, workflow: &mut Workflow, places: &mut Vec<Place>) {
        for package in self.expander.packages.all() {
            let context = context::of_path(package.source.path());
            let hosted = context.is_none() && self.is_hosted(package);
            for script in &package.scripts {
                let text = script.text.as_str();
                if text.contains("prisma") || text.contains("drizzle-kit") {
                    let runs = self.expander.script_alone(package, script);
                    workflow
                        .alone
                        .extend(runs.into_iter().filter(|run| run.chain.len() == 1));
                }
                if hosted && STARTED.contains(&script.name.as_str()) {
                    let runs = self.expander.script_alone(package, script);
                    places.push(Place {
                        layer: Layer::Script,
                        path: package.source.path().to_owned(),
                        name: script.name.clone(),
                        context: Context::Deploy,
                        build: false,
                        runs,
                        env: Vec::new(),
                    });
                }
            }
        }
        for path in self
            .files()
            .candidates()
            .iter()
            .filter(|path| ["sh", "bash"].contains(&ending(path)) && !is_foreign(path))
        {
            let Some(source) = self.files().source(path) else {
                continue;
            };
            let text = source.text();
            if !["prisma", "drizzle", "migrat"]
                .iter()
                .any(|word| text.contains(word))
            {
                continue;
            }
            let frame = Frame::new(Layer::Shell, "", View::default(), parent(path));
            let runs = self.expander.run(&Text::whole(&source), &frame);
            workflow
                .alone
                .extend(runs.iter().filter(|run| run.chain.len() == 1).cloned());
            if deploys(path) {
                let context = context::of_path(path).unwrap_or(Context::Deploy);
                let name = file_name(path).to_owned();
                places.push(Place {
                    layer: Layer::Shell,
                    path: path.clone(),
                    name,
                    context,
                    build: false,
                    runs,
                    env: Vec::new(),
                });
            }
        }
        for target in self.expander.targets.all() {
            for line in &target.lines {
                let frame =
                    Frame::new(Layer::Target, &target.name, View::default(), &target.folder);
                if line.as_str().contains("prisma") || line.as_str().contains("drizzle-kit") {
                    let runs = self.expander.run(line, &frame);
                    workflow
                        .alone
                        .extend(runs.into_iter().filter(|run| run.chain.len() == 1));
                }
            }
        }
    }

    /// Whether a platform builds and starts a package by the names of its scripts.
    fn is_hosted(&self, package: &Package) -> bool {
        let named = |path: &&String| {
            parent(path) == package.folder && platform::infers_scripts(file_name(path))
        };
        let images = || {
            self.images
                .keys()
                .any(|path| is_under(path, &package.folder) && context::of_path(path).is_none())
        };
        self.files().candidates().iter().any(|path| named(&path))
            || (package.depends_on("@vercel/") && !images())
    }
}

/// Scripts that platforms run.
const STARTED: &[&str] = &[
    "build",
    "vercel-build",
    "start",
    "start:prod",
    "start:production",
    "prod",
    "prestart",
    "prebuild",
    "postbuild",
    "postinstall",
    "heroku-postbuild",
    "heroku-prebuild",
    "release",
];

/// Whether a shell script's own name says that it deploys.
fn deploys(path: &str) -> bool {
    let words = context::words(file_name(path));
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    has(&["deploy", "deployment", "release", "prod", "production"])
        && !has(&[
            "check", "test", "tests", "dev", "local", "staging", "preview", "undeploy", "notes",
            "setup",
        ])
}

/// Words without which a text reaches no database command: names of tools, and of scripts and
/// targets that lead to one.
fn hot_words(packages: &Packages, targets: &Targets) -> BTreeSet<String> {
    let mut hot: BTreeSet<String> = ["prisma", "drizzle", "migrat"]
        .iter()
        .map(|it| (*it).to_owned())
        .collect();
    loop {
        let before = hot.len();
        let is_hot = |text: &str, hot: &BTreeSet<String>| {
            hot.iter().any(|word| text.contains(word.as_str()))
        };
        for script in packages.all().iter().flat_map(|package| &package.scripts) {
            if !hot.contains(&script.name) && is_hot(script.text.as_str(), &hot) {
                hot.insert(script.name.clone());
            }
        }
        for target in targets.all() {
            if !hot.contains(&target.name)
                && target.lines.iter().any(|line| is_hot(line.as_str(), &hot))
            {
                hot.insert(target.name.clone());
            }
        }
        if hot.len() == before {
            return hot;
        }
    }
}
