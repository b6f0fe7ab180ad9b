//! What a stream can show: colour, line drawing, width.

use std::env;
use std::io::IsTerminal;

use clap::ValueEnum;
use miette::{Diagnostic, GraphicalReportHandler};

use crate::error::Error;
use crate::report::Look;

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// A stream, as far as looks go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    /// How text may look on it.
    pub(crate) look: Look,
    /// Whether somebody sees it.
    pub(crate) is_terminal: bool,
}

impl Terminal {
    /// Standard output.
    pub(crate) fn of_stdout(color: ColorChoice) -> Self {
        let width = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| width.0);
        Self::new(color, std::io::stdout().is_terminal(), width)
    }

    /// Standard error.
    pub(crate) fn of_stderr(color: ColorChoice) -> Self {
        let width = terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| width.0);
        Self::new(color, std::io::stderr().is_terminal(), width)
    }

    fn new(choice: ColorChoice, terminal: bool, width: Option<u16>) -> Self {
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if is_set("NO_COLOR") => false,
            ColorChoice::Auto if is_on("CLICOLOR_FORCE") || is_on("FORCE_COLOR") => true,
            ColorChoice::Auto => terminal && env::var_os("TERM").is_none_or(|term| term != "dumb"),
        };
        let width = width.map_or(80, |width| usize::from(width).clamp(40, 120));
        Self {
            look: Look {
                width,
                color,
                unicode: terminal && speaks_unicode(),
            },
            is_terminal: terminal,
        }
    }

    /// An error as a person wants to read it, whatever `RUST_BACKTRACE` says.
    pub(crate) fn error(&self, error: &Error) -> String {
        let mut text = String::new();
        let handler = GraphicalReportHandler::new_themed(self.look.theme())
            .with_width(self.look.width)
            .with_links(false);
        let plain = error
            .labels()
            .is_none_or(|mut labels| labels.next().is_none());
        if plain || handler.render_report(&mut text, error).is_err() {
            text = self.look.headline(
                "error",
                crate::diagnostic::Severity::Error,
                &error.to_string(),
            );
            if let Some(help) = error.help() {
                text.push_str(&self.look.help(&help.clone()));
            }
        }
        text
    }
}

fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn is_on(name: &str) -> bool {
    env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}

/// Whether standard output makes links of OSC 8: `FORCE_HYPERLINK` decides, else what the terminal
/// says of itself.
pub(crate) fn shows_links() -> bool {
    supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout)
}

/// Whether the locale can show line drawing, in the order in which the C library asks.
fn speaks_unicode() -> bool {
    if cfg!(windows) {
        return is_set("WT_SESSION")
            || env::var_os("TERM_PROGRAM").is_some_and(|program| program == "vscode");
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_some_and(|locale| {
        locale
            .to_ascii_lowercase()
            .replace('-', "")
            .contains("utf8")
    })
}
