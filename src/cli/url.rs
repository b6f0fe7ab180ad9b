//! Which database a command is about: `--url`, a file of variables, or the environment.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::env;
use std::fmt;
use std::path::PathBuf;

use clap::Args;

use crate::database::DatabaseUrl;
use crate::error::{Error, Result};
use crate::workspace::io;

/// The flags of commands that talk to a database that is there.
#[derive(Debug, Args)]
pub(super) struct UrlFlags {
    /// The database: postgres://…, mysql://…, sqlite:FILE. Without it, the environment's
    /// DATABASE_URL is taken, which no list of processes shows
    #[arg(long, value_name = "URL", value_parser = secret)]
    url: Option<SecretText>,
    /// Take the URL from this file, which is written as `.env` files are
    #[arg(long, value_name = "FILE", conflicts_with = "url")]
    env_file: Option<PathBuf>,
    /// The variable that holds the URL
    #[arg(
        long,
        value_name = "NAME",
        default_value = "DATABASE_URL",
        conflicts_with = "url"
    )]
    env_name: String,
}

/// A text that is never shown.
#[derive(Clone)]
struct SecretText(String);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn secret(text: &str) -> Result<SecretText, Infallible> {
    Ok(SecretText(text.to_owned()))
}

impl UrlFlags {
    /// The database that is meant.
    pub(super) fn database(&self) -> Result<DatabaseUrl> {
        DatabaseUrl::parse(&self.text()?)
    }

    fn text(&self) -> Result<String> {
        if let Some(SecretText(url)) = &self.url {
            return Ok(url.clone());
        }
        let name = &self.env_name;
        let Some(path) = &self.env_file else {
            return variable(name).ok_or_else(|| Error::Usage {
                message: format!("no database is named: there is no --url, and {name} is not set"),
                help: Some(format!(
                    "set {name}, name a file that does with `--env-file .env`, or give `--url`"
                )),
            });
        };
        let text =
            std::fs::read_to_string(path).map_err(|source| io("read", path.as_path(), source))?;
        let found = variables(&text, &variable).remove(name);
        found
            .filter(|url| !url.is_empty())
            .ok_or_else(|| Error::Usage {
                message: format!("{} sets no {name}", path.display()),
                help: Some("`--env-name` says which variable holds the URL".to_owned()),
            })
    }
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// What a file sets, as dotenv reads it: `NAME=value`, quoted or not, `export` before it or not.
/// `${OTHER}` stands for a variable of the file or of the environment, but for single quotes.
fn variables(text: &str, outer: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    let mut set = BTreeMap::new();
    for line in text.lines() {
        let line = line.trim().trim_start_matches('\u{feff}');
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let (value, expands) = unquoted(value.trim());
        let value = if expands {
            expanded(value, &|name| {
                set.get(name).cloned().or_else(|| outer(name))
            })
        } else {
            value.to_owned()
        };
        set.insert(name.trim().to_owned(), value);
    }
    set
}

/// A value without its quotes or the comment after it, and whether variables in it are replaced.
fn unquoted(value: &str) -> (&str, bool) {
    for quote in ['"', '\'', '`'] {
        let inner = value.strip_prefix(quote);
        if let Some((inner, _)) = inner.and_then(|inner| inner.split_once(quote)) {
            return (inner, quote == '"');
        }
    }
    let comment = value.find(" #").or_else(|| value.find("\t#"));
    (comment.map_or(value, |at| value[..at].trim_end()), true)
}

/// The text with what stands for variables replaced; one that nobody sets is nothing.
fn expanded(value: &str, known: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, next)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        let (name, default) = name.split_once(":-").unwrap_or((name, ""));
        out.push_str(&known(name).unwrap_or_else(|| default.to_owned()));
        rest = next;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_variables_are_read_as_dotenv_reads_them() {
        let text = "# the database\nexport HOST = db.example # not here\nPW='a${HOST}b#c'\nNONE=\n\
                    A=\"postgres://u:p#1@${HOST}:${PORT:-5432}/${NAME}\"\nB=mysql://u:p#1@h/x\n";
        let set = variables(text, &|name| (name == "NAME").then(|| "app".to_owned()));
        let of = |name: &str| set.get(name).map(String::as_str);
        assert_eq!(of("A"), Some("postgres://u:p#1@db.example:5432/app"));
        assert_eq!(of("B"), Some("mysql://u:p#1@h/x"));
        assert_eq!(of("PW"), Some("a${HOST}b#c"));
        assert_eq!(of("NONE"), Some(""));
        assert_eq!(of("C"), None);
    }

    #[test]
    fn a_secret_is_not_shown() {
        let flags = UrlFlags {
            url: Some(SecretText("postgres://u:hidden@h/x".to_owned())),
            env_file: None,
            env_name: "DATABASE_URL".to_owned(),
        };
        assert!(!format!("{flags:?}").contains("hidden"));
    }
}
