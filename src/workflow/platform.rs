//! What hosting platforms are configured to run: fly, Railway, Render, Vercel, Nixpacks, Heroku,
//! Netlify.

use super::text::Text;
use super::value::DataValue;
use crate::project::tree::file_name;
use crate::source::{Source, Span};

/// A command of a platform.
pub(crate) struct Hosted {
    pub(crate) name: String,
    pub(crate) text: Text,
}

const NAMES: [&str; 13] = [
    "Procfile",
    "fly.toml",
    "railway.json",
    "railway.toml",
    "render.yaml",
    "render.yml",
    "vercel.json",
    "nixpacks.toml",
    "app.json",
    "heroku.yml",
    "netlify.toml",
    "vercel.jsonc",
    "Procfile.prod",
];

/// Whether a file configures a platform.
pub(crate) fn is_platform(path: &str) -> bool {
    let name = file_name(path);
    NAMES.contains(&name) || (name.starts_with("fly.") && name.ends_with(".toml"))
}

/// Whether a file says that a platform builds and starts packages by the names of their scripts.
pub(crate) fn infers_scripts(name: &str) -> bool {
    matches!(
        name,
        "Procfile"
            | "vercel.json"
            | "netlify.toml"
            | "railway.json"
            | "railway.toml"
            | "nixpacks.toml"
            | "app.json"
            | "render.yaml"
            | "render.yml"
    )
}

/// The commands of a file.
pub(crate) fn read(source: &Source) -> Result<Vec<Hosted>, String> {
    let name = file_name(source.path());
    if name.starts_with("Procfile") {
        return Ok(procfile(source));
    }
    let value = DataValue::read(source)?;
    let mut found = Vec::new();
    let mut add = |name: &str, value: Option<&DataValue>| {
        let Some(value) = value else { return };
        let whole = std::slice::from_ref(value);
        let items = if value.items().is_empty() {
            whole
        } else {
            value.items()
        };
        for item in items {
            if let Some(text) = item.script(source) {
                found.push(Hosted {
                    name: name.to_owned(),
                    text,
                });
            }
        }
    };
    match name {
        "railway.json" | "railway.toml" => {
            add("buildCommand", value.at(&["build", "buildCommand"]));
            add(
                "preDeployCommand",
                value.at(&["deploy", "preDeployCommand"]),
            );
            add("startCommand", value.at(&["deploy", "startCommand"]));
        }
        "vercel.json" | "vercel.jsonc" => {
            add("installCommand", value.get("installCommand"));
            add("buildCommand", value.get("buildCommand"));
        }
        "nixpacks.toml" => {
            for phase in value
                .get("phases")
                .map(DataValue::entries)
                .unwrap_or_default()
            {
                add(&phase.name, phase.value.get("cmds"));
            }
            add("start", value.at(&["start", "cmd"]));
        }
        "app.json" => add("postdeploy", value.at(&["scripts", "postdeploy"])),
        "heroku.yml" => {
            add("release", value.at(&["release", "command"]));
            for entry in value.get("run").map(DataValue::entries).unwrap_or_default() {
                add(&entry.name, Some(&entry.value));
            }
        }
        "netlify.toml" => add("build", value.at(&["build", "command"])),
        "render.yaml" | "render.yml" => {
            for service in value
                .get("services")
                .map(DataValue::items)
                .unwrap_or_default()
            {
                for key in [
                    "buildCommand",
                    "preDeployCommand",
                    "startCommand",
                    "dockerCommand",
                ] {
                    add(key, service.get(key));
                }
            }
        }
        _ => {
            add("release_command", value.at(&["deploy", "release_command"]));
            for entry in value
                .get("processes")
                .map(DataValue::entries)
                .unwrap_or_default()
            {
                add(&entry.name, Some(&entry.value));
            }
        }
    }
    Ok(found)
}

fn procfile(source: &Source) -> Vec<Hosted> {
    let mut found = Vec::new();
    for line in 1.. {
        let span = source.line_span(line);
        if span == Span::default() && line > 1 || span.end >= source.text().len() && span.is_empty()
        {
            break;
        }
        let text = source.slice(span);
        if let Some((name, command)) = text.split_once(':').filter(|_| !text.starts_with('#')) {
            let start = span.end - command.trim_start().len();
            let span = Span::new(start, span.end);
            found.push(Hosted {
                name: name.trim().to_owned(),
                text: Text::slice(source, span),
            });
        }
        if span.end >= source.text().len() {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_by_platform() {
        let read = |path: &str, text: &str| {
            let found = read(&Source::new(path, text)).expect("it can be read");
            found
                .into_iter()
                .map(|it| format!("{}={}", it.name, it.text.as_str()))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read("Procfile", "release: a\n# x: y\n\nweb: b c\n"),
            ["release=a", "web=b c"]
        );
        assert_eq!(
            read("fly.toml", "[deploy]\nrelease_command = 'x'\n"),
            ["release_command=x"]
        );
        assert_eq!(read("nixpacks.toml", "[start]\ncmd = 'x'\n"), ["start=x"]);
        assert_eq!(
            read("render.yaml", "services:\n  - startCommand: a\n"),
            ["startCommand=a"]
        );
        assert_eq!(
            read("vercel.json", "{\"buildCommand\": \"a\"}"),
            ["buildCommand=a"]
        );
    }
}
