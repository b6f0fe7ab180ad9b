//! What a repository's own configuration must not make git do.
//!
//! Checking out a stranger's branch and linting it is ordinary work, and so is linting an unpacked
//! archive with a `.git` in it. git runs what `.git/config` names: filters when it compares the
//! working tree, and whatever speaks to a remote when it fetches what a partial clone lacks. The
//! user's own configuration is trusted.

use std::collections::BTreeSet;
use std::path::Path;

use super::command::Git;
use crate::error::Result;
use crate::project::tree::path_text;

/// What git is given, so that it starts no program that the repository names.
#[derive(Clone, Debug, Default)]
pub(super) struct GitGuard {
    /// Names and values of configuration that overrule the repository's.
    overruled: Vec<(String, String)>,
    /// Whether objects may be missing, so that git asks a remote for them.
    pub(super) is_partial: bool,
    /// Whether it may do so.
    may_fetch: bool,
}

impl GitGuard {
    /// Reads what the configuration of the repository says, through git if it says anything of
    /// interest at all: most say nothing, and a hook has no time for another process.
    pub(super) fn of(git: &Git, common: &Path, own: &Path) -> Result<Self> {
        let files = [common.join("config"), own.join("config.worktree")];
        let is_of_interest = files.iter().any(|file| {
            let text = std::fs::read(file).unwrap_or_default();
            let text = path_text(&text).to_ascii_lowercase();
            ["filter", "include", "promisor", "partialclone"]
                .iter()
                .any(|word| text.contains(word))
        });
        if !is_of_interest {
            return Ok(Self::default());
        }
        let listed = git.run(&["config", "--show-scope", "-z", "--list"])?;
        Ok(Self::parse(&path_text(&listed)))
    }

    /// `listed` is what `git config --show-scope -z --list` prints: a scope, then a key and its
    /// value with a line break between them.
    fn parse(listed: &str) -> Self {
        let mut guard = Self {
            may_fetch: true,
            ..Self::default()
        };
        let mut filters = BTreeSet::new();
        let mut parts = listed.split('\0');
        while let (Some(scope), Some(entry)) = (parts.next(), parts.next()) {
            let (key, value) = entry.split_once('\n').unwrap_or((entry, ""));
            let own = matches!(scope, "local" | "worktree");
            if own && let Some(filter) = key.strip_prefix("filter.") {
                filters.extend(filter.rsplit_once('.').map(|(name, _)| name));
            }
            guard.is_partial |= key == "extensions.partialclone"
                || (key.starts_with("remote.") && key.ends_with(".promisor"));
            guard.may_fetch &= !(own && runs_something(key, value));
        }
        for filter in filters {
            for (key, value) in [
                ("clean", ""),
                ("smudge", ""),
                ("process", ""),
                ("required", "false"),
            ] {
                let key = format!("filter.{filter}.{key}");
                guard.overruled.push((key, value.to_owned()));
            }
        }
        guard
    }

    /// The environment that tells git.
    pub(super) fn environment(&self) -> Vec<(String, String)> {
        let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut all = Vec::new();
        if self.is_partial {
            all.push(set("GIT_TERMINAL_PROMPT", "0"));
            if !self.may_fetch {
                // git 2.45 and later know the first; all know the second, which no transport fits.
                all.push(set("GIT_NO_LAZY_FETCH", "1"));
                all.push(set("GIT_ALLOW_PROTOCOL", "none"));
            }
        }
        if self.overruled.is_empty() {
            return all;
        }
        // The caller may have set some, too.
        let known = std::env::var("GIT_CONFIG_COUNT").ok();
        let known: usize = known.and_then(|count| count.parse().ok()).unwrap_or(0);
        let count = known + self.overruled.len();
        all.push(set("GIT_CONFIG_COUNT", &count.to_string()));
        for (at, (key, value)) in self.overruled.iter().enumerate() {
            let number = known + at;
            all.push((format!("GIT_CONFIG_KEY_{number}"), key.clone()));
            all.push((format!("GIT_CONFIG_VALUE_{number}"), value.clone()));
        }
        all
    }
}

/// Whether a setting makes git start a program, or speak to another remote than it says, when it
/// fetches. Keys are in lower case but for their middle part.
fn runs_something(key: &str, value: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    match key.split('.').next().unwrap_or(key) {
        "core" => matches!(
            last,
            "sshcommand" | "gitproxy" | "askpass" | "alternaterefscommand"
        ),
        "credential" => last == "helper",
        "ssh" | "protocol" | "url" | "uploadpack" => true,
        "remote" => {
            matches!(last, "uploadpack" | "vcs" | "proxy")
                || (last == "url" && (value.contains("::") || value.starts_with('-')))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_repository_itself_says_is_overruled() {
        let listed = "global\0filter.lfs.clean\ngit-lfs clean\0local\0filter.a=b.process\nevil\0\
                      local\0remote.origin.promisor\ntrue\0local\0remote.origin.url\nhttps://x/y\0";
        let guard = GitGuard::parse(listed);
        assert!(guard.is_partial && guard.may_fetch);
        let keys: Vec<&str> = guard.overruled.iter().map(|(key, _)| &**key).collect();
        assert_eq!(
            keys,
            [
                "filter.a=b.clean",
                "filter.a=b.smudge",
                "filter.a=b.process",
                "filter.a=b.required"
            ]
        );
    }

    #[test]
    fn a_fetch_that_would_run_a_program_is_none() {
        for entry in [
            "core.sshcommand\nevil",
            "remote.origin.uploadpack\nevil",
            "remote.origin.url\next::sh -c evil",
            "credential.https://x.helper\n!evil",
        ] {
            assert!(
                !GitGuard::parse(&format!("local\0{entry}\0")).may_fetch,
                "{entry}"
            );
            assert!(
                GitGuard::parse(&format!("global\0{entry}\0")).may_fetch,
                "{entry}"
            );
        }
    }
}
