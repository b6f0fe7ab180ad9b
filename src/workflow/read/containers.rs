//! What services of compose files and images run.

use super::WorkflowReader;
use crate::project::tree::{parent, resolve};
use crate::workflow::Launcher;
use crate::workflow::compose::{Compose, Service};
use crate::workflow::expand::{FileView, Frame};
use crate::workflow::image::{CopyOrigin, Image, ImageStep};
use crate::workflow::purpose::{self, Purpose};
use crate::workflow::run::{CommandRun, EnvAssignment, Layer};

impl<'a> WorkflowReader<'_, 'a> {
    /// What a service starts.
    pub(super) fn service(&self, service: &Service) -> Launcher {
        let mut view = FileView {
            inside: true,
            context: parent(service.source.path()).to_owned(),
            mounts: service.mounts.clone(),
            image: None,
        };
        let mut folder = "/".to_owned();
        let mut starts = (None, None);
        let mut env = Vec::new();
        let mut context = purpose::of_path(service.source.path());
        if let Some(build) = &service.build {
            view.context.clone_from(&build.context);
            context = context.or_else(|| build.target.as_deref().and_then(purpose::of_name));
            context = context.or_else(|| purpose::of_path(&build.dockerfile));
            if let Some(image) = self.images.get(&build.dockerfile) {
                let stage = image.target(build.target.as_deref());
                view.image = Some((image, stage));
                folder.clone_from(&image.stages[stage].workdir);
                starts = image.starts(stage);
                let set = image.env(stage, "NODE_ENV");
                env.extend(set.cloned());
            }
        }
        let mut named = std::iter::once(&service.name).chain(&service.profiles);
        context = context.or_else(|| named.find_map(|name| purpose::of_name(name)));
        if let Some(workdir) = &service.workdir {
            folder.clone_from(workdir);
        }
        let mut frame = Frame::new(Layer::Compose, &service.name, view, &folder);
        frame.env.extend(
            service
                .env
                .iter()
                .filter(|it| it.name == "NODE_ENV")
                .map(|it| EnvAssignment::new(&it.name, &it.value)),
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
        let mut runs = self.expander.start_both(entrypoint, cmd, &frame);
        if service.entrypoint.is_none() {
            runs.extend(self.supervised(&frame));
        }
        Launcher {
            layer: Layer::Compose,
            path: service.source.path().to_owned(),
            name: service.name.clone(),
            context: context.unwrap_or(Purpose::Deploy),
            build: false,
            runs,
            env,
        }
    }

    /// What a supervisor starts in a container.
    fn supervised(&self, frame: &Frame<'a>) -> Vec<CommandRun> {
        let Some((image, stage)) = frame.view.image else {
            return Vec::new();
        };
        let services = image.services(self.files(), &frame.view.context, stage);
        let mut runs = Vec::new();
        for service in services {
            runs.extend(self.expander.service(&service, frame));
        }
        runs
    }

    /// The folder that an image is built from: what a compose file says, or the likeliest.
    pub(super) fn root_of(&self, image: &Image, composes: &[Compose]) -> String {
        let path = image.source.path();
        let services = composes.iter().flat_map(|compose| &compose.services);
        let mut builds = services.filter_map(|service| service.build.as_ref());
        let found = builds.find(|build| build.dockerfile == path);
        found.map_or_else(|| self.context_of(image), |build| build.context.clone())
    }

    /// What an image runs while it is built, and what it starts.
    pub(super) fn image(&self, image: &'a Image, composes: &[Compose], places: &mut Vec<Launcher>) {
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
        let root = self.root_of(image, composes);
        let mut stages = vec![image.target(None)];
        for build in &builds {
            let stage = image.target(build.target.as_deref());
            if !stages.contains(&stage) {
                stages.push(stage);
            }
        }
        let of_path = purpose::of_path(path);
        for (index, stage) in stages.iter().copied().enumerate() {
            let name = image.stages[stage].name.clone().unwrap_or_default();
            let context = of_path
                .or_else(|| purpose::of_name(&name))
                .unwrap_or(Purpose::Deploy);
            let view = FileView {
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
            let set = image.env(stage, "NODE_ENV");
            frame.env.extend(set.cloned());
            let (entrypoint, cmd) = image.starts(stage);
            let mut runs = self.expander.start_both(entrypoint, cmd, &frame);
            runs.extend(self.supervised(&frame));
            let place = |build, runs| Launcher {
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
                    let ImageStep::Run(start, workdir) = step else {
                        continue;
                    };
                    let view = FileView {
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
    pub(super) fn context_of(&self, image: &Image) -> String {
        let own = parent(image.source.path());
        let mut best = (0, own.to_owned());
        for folder in crate::project::discover::ancestors(own) {
            let copies = image
                .stages
                .iter()
                .flat_map(|stage| &stage.steps)
                .filter_map(|step| match step {
                    ImageStep::Copy(copy) if copy.from == CopyOrigin::Context => {
                        Some(&copy.sources)
                    }
                    _ => None,
                });

            let there = copies.flatten().filter(|path| {
                let path = resolve(folder, path);
                self.files().has(&path)
                    || (!path.is_empty() && path != folder && self.files().is_folder(&path))
            });

            let score = there.count();
            if score > best.0 {
                best = (score, folder.to_owned());
            }
        }
        best.1
    }
}
