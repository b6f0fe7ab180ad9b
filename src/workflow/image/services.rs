//! What s6-overlay starts in an image: scripts in folders of a known name, which no ENTRYPOINT
//! or CMD mentions. <https://github.com/just-containers/s6-overlay>

use std::collections::BTreeMap;

use super::{Image, ImageFile, ImageStep};
use crate::project::tree::parent;
use crate::workflow::files::Files;

/// The program that starts them.
const INIT: &str = "/init";

impl Image {
    /// The scripts that run in a container of a stage beside what it is given to start.
    pub(crate) fn services(&self, files: &Files, context: &str, stage: usize) -> Vec<ImageFile> {
        let (entrypoint, _) = self.starts(stage);
        // Images to build on bring their own ENTRYPOINT.
        let starts = entrypoint.is_none_or(|it| {
            let first = it.text.as_str().split_whitespace().next();
            first == Some(INIT)
        });
        let candidates = files.services();
        if !starts || (candidates.is_empty() && !self.writes_services(stage)) {
            return Vec::new();
        }
        let mut there: BTreeMap<String, ImageFile> = BTreeMap::new();
        for path in candidates {
            for target in self.places(context, stage, path, 0) {
                there.insert(target, ImageFile::Path(path.clone()));
            }
        }
        for copy in self.written(stage) {
            let text = copy.text.clone().map(ImageFile::Text);
            there.extend(text.map(|text| (copy.to.clone(), text)));
        }
        let paths = there.keys().filter(|path| is_started(path, &there));
        paths.filter_map(|path| there.get(path).cloned()).collect()
    }

    /// Files that the Dockerfile itself writes.
    fn written(&self, stage: usize) -> impl Iterator<Item = &super::Copy> {
        let lineage = self.lineage(stage).into_iter();
        let steps = lineage.flat_map(|at| &self.stages[at].steps);
        steps.filter_map(|step| match step {
            ImageStep::Copy(copy) if copy.text.is_some() => Some(copy),
            _ => None,
        })
    }

    fn writes_services(&self, stage: usize) -> bool {
        self.written(stage).any(|copy| kind_of(&copy.to).is_some())
    }
}

/// Whether what supervises the services of an image starts this one, whose file lies there.
fn is_started(path: &str, there: &BTreeMap<String, ImageFile>) -> bool {
    match kind_of(path) {
        Some(ServiceFile::Run) => true,
        Some(ServiceFile::Managed(name)) => {
            // `up` names the `run` beside it.
            let twice =
                path.ends_with("/up") && there.contains_key(&format!("{}/run", parent(path)));
            !twice
                && there.keys().any(|other| {
                    let (folder, last) = other.rsplit_once('/').unwrap_or_default();
                    let lists = ["/contents.d", "/dependencies.d"];
                    last == name && lists.iter().any(|list| folder.ends_with(list))
                })
        }
        None => false,
    }
}

/// A file of s6-overlay's folders that holds commands.
enum ServiceFile<'p> {
    /// Run whenever it is there: versions 1 and 2.
    Run,
    /// Run where a bundle or another service names it: version 3.
    Managed(&'p str),
}

fn kind_of(path: &str) -> Option<ServiceFile<'_>> {
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["etc", "services.d", _, "run"] | ["etc", "cont-init.d", _] => Some(ServiceFile::Run),
        ["etc", "s6-overlay", "s6-rc.d", name, "run" | "up"] => Some(ServiceFile::Managed(name)),
        _ => None,
    }
}

/// Whether a file of the repository may be one that is copied into these folders.
pub(crate) fn is_service_file(path: &str) -> bool {
    // Every file of the repository is asked, and hardly any lies in a folder of such a name.
    path.contains(".d/")
        && ["/services.d/", "/cont-init.d/", "/s6-rc.d/"]
            .iter()
            .any(|folder| path.contains(folder))
}
