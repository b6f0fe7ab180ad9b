//! Finds the places of a tree that run commands, and follows each.

mod containers;
mod scripts;
mod unseen;

use std::collections::{BTreeMap, BTreeSet};

use super::ci;
use super::command::Action;
use super::compose::{self, Compose};
use super::expand::{Expander, FileView, Frame};
use super::files::Files;
use super::ignore;
use super::image::Image;
use super::packages::Packages;
use super::platform;
use super::purpose::{self, Purpose};
use super::run::Layer;
use super::targets::{self, Targets};
use super::{Launcher, UnparsedFile, Workflow};
use crate::error::Result;
use crate::project::Project;
use crate::project::tree::{Tree, ending, file_name, parent};
use scripts::HotWords;

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
            Err(reason) => workflow.unread.push(UnparsedFile::new(path, reason)),
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
            Err(reason) => workflow.unread.push(UnparsedFile::new(path, reason)),
        }
    }
    let reader = WorkflowReader {
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
    workflow.unread.extend(unparsed(&places));
    workflow.places = places;
    // What is done already needs no search.
    let brought = workflow.places.iter().any(|place| {
        place.layer != Layer::Job && place.runs.iter().any(|run| run.action.brings_up())
    });
    if !brought {
        workflow.works_on_services = reader.works_on_services();
        workflow.may_apply = reader.unseen(&workflow, project);
    }
    let roots = images
        .iter()
        .map(|(path, image)| (path.clone(), reader.root_of(image, &workflow.composes)))
        .collect();
    workflow.excluded = ignore::excluded(&files, project, &workflow.places, &images, &roots);
    workflow.unread.extend(
        packages
            .unread
            .iter()
            .filter(|it| !is_foreign(&it.path))
            .cloned(),
    );
    workflow.unread.extend(targets.unread.iter().cloned());
    Ok(workflow)
}

/// Start-up code that nobody can read: it may apply migrations, and how is not known.
fn unparsed(places: &[Launcher]) -> BTreeSet<UnparsedFile> {
    let runs = places.iter().flat_map(|place| &place.runs);
    let unseen = runs.filter(|run| run.action == Action::Unseen);
    unseen
        .filter_map(|run| {
            let why = "it is started and speaks of migrations, and cannot be parsed";
            Some(UnparsedFile::new(run.file.as_deref()?, why.to_owned()))
        })
        .collect()
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

struct WorkflowReader<'r, 'a> {
    expander: &'r Expander<'a>,
    images: &'a BTreeMap<String, Image>,
}

impl<'a> WorkflowReader<'_, 'a> {
    fn files(&self) -> &'a Files<'a> {
        self.expander.files
    }

    fn jobs(&self, workflow: &mut Workflow, places: &mut Vec<Launcher>) {
        let hot = HotWords::of(self.expander.packages, self.expander.targets);
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
            if !hot.found_in(source.text()) {
                continue;
            }
            let touches = |text: &str| hot.found_in(text) || scripts::names_script(text);
            match ci::read(self.files(), &source, &touches) {
                Ok(jobs) => {
                    workflow.files += 1;
                    for job in jobs {
                        if !job.steps.iter().any(|step| touches(step.text.as_str())) {
                            continue;
                        }
                        let mut runs = Vec::new();
                        for step in &job.steps {
                            // Installing, building and testing goes through every package of a
                            // project and reaches nothing that is asked about here.
                            let text = step.text.as_str();
                            if !touches(text) && !scripts::starts_something(text) {
                                continue;
                            }
                            let mut frame = Frame::new(
                                Layer::Job,
                                &job.name,
                                FileView::default(),
                                &step.folder,
                            );
                            frame.env.clone_from(&step.env);
                            runs.extend(self.expander.run(&step.text, &frame));
                        }
                        let (name, context) = (job.name, job.context);
                        places.push(Launcher {
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
                Err(reason) => workflow.unread.push(UnparsedFile::new(path, reason)),
            }
        }
    }

    fn platforms(&self, workflow: &mut Workflow, places: &mut Vec<Launcher>) {
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
                    let context = purpose::of_path(path).unwrap_or(Purpose::Deploy);
                    let mut runs = Vec::new();
                    for command in commands {
                        let frame = Frame::new(
                            Layer::Platform,
                            &command.name,
                            FileView::default(),
                            parent(path),
                        );
                        runs.extend(self.expander.run(&command.text, &frame));
                    }
                    let name = file_name(path).to_owned();
                    places.push(Launcher {
                        layer: Layer::Platform,
                        path: path.clone(),
                        name,
                        context,
                        build: false,
                        runs,
                        env: Vec::new(),
                    });
                }
                Err(reason) => workflow.unread.push(UnparsedFile::new(path, reason)),
            }
        }
    }
}
