//! Commands that run another one elsewhere: in a container, on a host, on a platform, with secrets.

use super::wrapper::Call;
use super::{Expander, Frame};
use crate::workflow::run::CommandRun;
use crate::workflow::shell::Word;

/// Programs with `run … -- COMMAND`.
pub(super) const SECRETS: &[&str] = &[
    "infisical",
    "doppler",
    "op",
    "varlock",
    "phase",
    "chamber",
    "aws-vault",
    "teller",
    "dotenvx",
    "bws",
    "vault-env",
    "sops",
];

impl<'a> Expander<'a> {
    /// `docker run IMAGE COMMAND`, `docker compose exec SERVICE COMMAND`.
    pub(super) fn container(&self, call: &Call, frame: &mut Frame<'a>, runs: &mut Vec<CommandRun>) {
        let verb = call
            .words
            .iter()
            .position(|word| matches!(word.text.as_str(), "run" | "exec"));
        let Some(verb) = verb else {
            return self.push(call.words, call.text, frame, call.here.clone(), runs);
        };
        let mut at = verb + 1;
        while at < call.words.len() {
            let word = call.word(at);
            if !word.starts_with('-') {
                break;
            }
            at += if takes_value(word) && !word.contains('=') {
                2
            } else {
                1
            };
        }
        // What stands there is the image or the service.
        if at + 1 < call.words.len() {
            let mut inside = frame.clone();
            self.words(
                Call {
                    words: &call.words[at + 1..],
                    text: call.text,
                    here: call.here.clone(),
                },
                &mut inside,
                runs,
            );
        } else {
            self.push(call.words, call.text, frame, call.here.clone(), runs);
        }
    }

    /// `fly ssh console -C "…"`, `heroku run …`, `doctl … --ssh-command "…"`.
    pub(super) fn platform(
        &self,
        call: &Call,
        name: &str,
        frame: &mut Frame<'a>,
        runs: &mut Vec<CommandRun>,
    ) {
        let script = ["-C", "--command", "--ssh-command"]
            .into_iter()
            .find_map(|name| {
                let at = call.words.iter().position(|word| word.text == name)?;
                call.words.get(at + 1)
            });
        if let Some(script) = script {
            return self.nested(script, call, frame, runs);
        }
        if let Some(at) = call
            .words
            .iter()
            .position(|word| word.text == "run")
            .filter(|_| name != "doctl")
        {
            let mut at = at + 1;
            while at < call.words.len() && call.word(at).starts_with('-') {
                at += if takes_value(call.word(at)) { 2 } else { 1 };
            }
            if at < call.words.len() {
                let here = call.here.clone();
                return self.words(
                    Call {
                        words: &call.words[at..],
                        text: call.text,
                        here,
                    },
                    frame,
                    runs,
                );
            }
        }
        self.push(call.words, call.text, frame, call.here.clone(), runs);
    }
}

pub(super) enum RemoteCommand<'w> {
    Words(&'w [Word]),
    Script(&'w Word),
}

pub(super) fn secrets<'c>(call: &Call<'c>) -> Option<RemoteCommand<'c>> {
    let words = call.words;
    if let Some(at) = words.iter().position(|word| word.text == "--command") {
        return words.get(at + 1).map(RemoteCommand::Script);
    }
    if let Some(at) = words.iter().position(|word| word.text == "--") {
        return Some(RemoteCommand::Words(&words[at + 1..]));
    }
    let run = words.iter().position(|word| word.text == "run")?;
    let mut at = run + 1;
    while at < words.len() && words[at].text.starts_with('-') {
        at += if takes_value(&words[at].text) && !words[at].text.contains('=') {
            2
        } else {
            1
        };
    }
    words
        .get(at..)
        .filter(|rest| !rest.is_empty())
        .map(RemoteCommand::Words)
}

/// Whether an option of docker, ssh and the like takes the next word.
pub(super) fn takes_value(option: &str) -> bool {
    const LONG: &[&str] = &[
        "--network",
        "--user",
        "--env",
        "--env-file",
        "--volume",
        "--workdir",
        "--name",
        "--mount",
        "--entrypoint",
        "--platform",
        "--publish",
        "--app",
        "--file",
        "--profile",
        "--project-name",
        "--label",
        "--hostname",
        "--add-host",
        "--memory",
        "--cpus",
        "--net",
        "--link",
        "--secret",
        "--index",
        "--service",
        "--environment",
        "--project",
        "--config",
    ];
    const SHORT: &[&str] = &[
        "-e", "-v", "-w", "-u", "-p", "-f", "-a", "-i", "-l", "-o", "-h", "-s", "-c",
    ];
    LONG.contains(&option) || (SHORT.contains(&option) && option != "-i")
}
