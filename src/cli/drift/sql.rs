//! `driftlint drift --format sql`: the migration that closes the gap, ready to be reviewed.

use super::super::workspace::Workspace;
use super::super::{Session, Status, print};
use super::Arguments;
use crate::catalog::Catalog;
use crate::drift;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::project::worktree::Worktree;
use crate::schema::load;
use crate::sql::on_big_stack;

pub(super) fn run(arguments: &Arguments, session: &Session) -> Result<Status> {
    let named: Vec<&str> = arguments.paths.iter().map(String::as_str).collect();
    let workspace = Workspace::open(session, &named)?;
    let options = workspace.load_options(arguments.dialect);
    let scripts = on_big_stack(|| -> Result<Vec<(String, String)>> {
        let tree = Worktree::new(&workspace.root);
        workspace.must_exist(&tree)?;
        let project = Project::load(&tree, &options)?;
        let mut scripts = Vec::new();
        for set in &project.sets {
            let versions = workspace.config.versions();
            if let Some(declared) = load::beside(&tree, set, versions)?.declared {
                let migrated = Catalog::of_set(set, versions, set.migrations.len());
                let repair = drift::repair(&declared, &migrated);
                scripts.push((set.folder.clone(), drift::script(&repair, set.runner, set.dialect)));
            }
        }
        Ok(scripts)
    })?;
    if scripts.is_empty() {
        return Err(Error::Usage {
            message: "no set of migrations here has a declared schema to compare with".to_owned(),
            help: Some("name the folder of the migrations, or the schema file".to_owned()),
        });
    }
    let several = scripts.len() > 1;
    let mut text = String::new();
    for (folder, script) in scripts.iter().filter(|(_, script)| !script.is_empty()) {
        if several {
            text.extend(["-- ", folder.as_str(), "\n"]);
        }
        text.push_str(script);
    }
    print(&text)?;
    Ok(if text.is_empty() { Status::Clean } else { Status::Failed })
}
