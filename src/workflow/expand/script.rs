//! What the structure of a script says: which conditions hold, and where a failure is lost.

use std::collections::HashMap;

use super::Frame;
use crate::source::Span;
use crate::workflow::run::{EnvironmentTest, Guard, Layer, LostFailure};
use crate::workflow::shell::{Chain, CommandList, End, Join, Pipeline, ShellNode, Simple};
use crate::workflow::text::Text;

/// The functions that a script defines.
pub(super) fn functions(list: &CommandList, found: &mut HashMap<String, CommandList>) {
    for (_, pipeline) in list.0.iter().flat_map(|chain| &chain.items) {
        for node in &pipeline.stages {
            match node {
                ShellNode::Function { name, body } => {
                    found.insert(name.clone(), body.clone());
                }
                ShellNode::Group { body, .. } => functions(body, found),
                ShellNode::If { arms, otherwise } => {
                    for body in arms.iter().map(|(_, body)| body).chain(otherwise) {
                        functions(body, found);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The name in `$NAME`, `${NAME}` and `${NAME:-default}`.
pub(super) fn variable(word: &str) -> &str {
    let word = word.trim_start_matches('$').trim_start_matches('{');
    let end = word.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    &word[..end.unwrap_or(word.len())]
}

/// What follows a variable or `$( )` at the start of a path: `migrate.sh` of `$DIR/migrate.sh`.
pub(super) fn after_variable(path: &str) -> &str {
    let end = match path.as_bytes() {
        [b'$', b'(' | b'{', ..] => path.rfind([')', '}']).map_or(path.len(), |at| at + 1),
        [b'`', ..] => path.rfind('`').map_or(path.len(), |at| at + 1),
        _ => path.find('/').unwrap_or(path.len()),
    };
    path[end..].trim_start_matches('/')
}

/// From the first command to the last.
pub(super) fn span(list: &CommandList) -> Span {
    let mut found: Option<Span> = None;
    for simple in simples(list) {
        found = Some(found.map_or(simple.span, |span| span.to(simple.span)));
    }
    found.unwrap_or_default()
}

/// Every command of a list, nested ones too.
fn simples(list: &CommandList) -> Vec<&Simple> {
    let mut found = Vec::new();
    collect(list, &mut found);
    found
}

fn collect<'l>(list: &'l CommandList, found: &mut Vec<&'l Simple>) {
    for (_, pipeline) in list.0.iter().flat_map(|chain| &chain.items) {
        in_pipeline(pipeline, found);
    }
}

fn in_pipeline<'l>(pipeline: &'l Pipeline, found: &mut Vec<&'l Simple>) {
    for node in &pipeline.stages {
        match node {
            ShellNode::Simple(simple) => found.push(simple),
            ShellNode::Group { body, .. } | ShellNode::Function { body, .. } => {
                collect(body, found);
            }
            ShellNode::If { arms, otherwise } => {
                for (condition, body) in arms {
                    collect(condition, found);
                    collect(body, found);
                }
                if let Some(body) = otherwise {
                    collect(body, found);
                }
            }
            ShellNode::Loop { condition, body } => {
                collect(condition, found);
                collect(body, found);
            }
            ShellNode::Case { arms, .. } => arms.iter().for_each(|(_, body)| collect(body, found)),
        }
    }
}

/// Whether a command only says something.
fn prints(simple: &Simple) -> bool {
    let Some(name) = simple.words.first().map(|word| word.text.as_str()) else {
        return true;
    };
    matches!(
        name,
        "echo" | "printf" | "true" | ":" | "cat" | "sleep" | "logger"
    ) || ["log", "warn", "info", "print"]
        .iter()
        .any(|it| name.starts_with(it))
}

fn only_prints(list: &CommandList) -> bool {
    let all = simples(list);
    !all.is_empty() && all.into_iter().all(prints)
}

/// Whether a failure of the command at `index` stops nothing: `|| true`, or `;` before the start of
/// something else on one line.
pub(super) fn swallowed(
    chain: &Chain,
    index: usize,
    rest: &[Chain],
    text: &Text,
    frame: &Frame,
) -> Option<LostFailure> {
    if chain.items[index].1.negated {
        return None;
    }
    let or = chain.items[index + 1..]
        .iter()
        .find(|(join, _)| *join == Join::Or);
    if let Some((_, instead)) = or {
        let mut all = Vec::new();
        in_pipeline(instead, &mut all);
        if all.is_empty() || !all.iter().all(|simple| prints(simple)) {
            return None;
        }
        let span = all
            .iter()
            .skip(1)
            .fold(all[0].span, |span, it| span.to(it.span));
        let first = all[0].words.first().map_or("", |word| word.text.as_str());
        return Some(LostFailure {
            source: text.source.clone(),
            span: text.span(span),
            how: format!("`|| {first}`"),
        });
    }
    // In a file, a failure that is not looked at is a matter of `set -e`.
    let one_line = !matches!(frame.layer, Layer::Shell | Layer::Job) && !frame.strict;
    let goes_on = rest
        .iter()
        .flat_map(|chain| &chain.items)
        .any(|(_, pipeline)| {
            let mut all = Vec::new();
            in_pipeline(pipeline, &mut all);
            !all.into_iter().all(prints)
        });
    if one_line && chain.end == End::Semicolon && goes_on && !looks_at_status(rest) {
        let mut all = Vec::new();
        in_pipeline(&chain.items[index].1, &mut all);
        let end = all.last().map_or(0, |it| it.span.end);
        return Some(LostFailure {
            source: text.source.clone(),
            span: text.span(Span::new(end, end + 1)),
            how: "`;`, after which the next command runs whatever happened".to_owned(),
        });
    }
    None
}

/// Whether a script asks for `$?` by hand.
fn looks_at_status(chains: &[Chain]) -> bool {
    let mut all = Vec::new();
    for (_, pipeline) in chains.iter().flat_map(|chain| &chain.items) {
        in_pipeline(pipeline, &mut all);
    }
    all.iter()
        .flat_map(|simple| &simple.words)
        .any(|word| word.text.contains("$?"))
}

/// Whether `if` loses the failure of the command that it tests.
pub(super) fn tested(
    condition: &CommandList,
    body: &CommandList,
    otherwise: Option<&CommandList>,
    text: &Text,
) -> Option<LostFailure> {
    let [chain] = &condition.0[..] else {
        return None;
    };
    let [(_, pipeline)] = &chain.items[..] else {
        return None;
    };
    let failed = if pipeline.negated {
        Some(body)
    } else {
        otherwise
    };
    let lost = match failed {
        Some(list) => only_prints(list) && (pipeline.negated || !starts(body)),
        None => only_prints(body),
    };
    lost.then(|| {
        let place = failed.map_or_else(|| span(condition), span);
        LostFailure {
            source: text.source.clone(),
            span: text.span(place),
            how: "`if`, which only prints a message".to_owned(),
        }
    })
}

/// Whether a list hands over to the application.
fn starts(list: &CommandList) -> bool {
    simples(list).iter().any(|simple| {
        let name = simple.words.first().map(|word| word.text.as_str());
        matches!(
            name,
            Some("exec" | "node" | "npm" | "pnpm" | "yarn" | "bun")
        )
    })
}

/// The condition of an `if`, as far as it compares a variable with a text.
pub(super) fn guard(condition: &CommandList, text: &Text) -> Guard {
    let all = simples(condition);
    let said: Vec<String> = all
        .iter()
        .map(|simple| {
            simple
                .words
                .iter()
                .map(|word| word.text.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let negated =
        matches!(&condition.0[..], [chain] if matches!(&chain.items[..], [(_, it)] if it.negated));
    let compared = match &all[..] {
        [one] => comparison(one).map(|mut it| {
            it.equal ^= negated;
            it
        }),
        _ => None,
    };
    Guard {
        text: said.join(" "),
        holds: true,
        compared,
        path: text.source.path().to_owned(),
        span: text.span(span(condition)),
    }
}

fn comparison(simple: &Simple) -> Option<EnvironmentTest> {
    let words: Vec<&str> = simple.words.iter().map(|word| word.text.as_str()).collect();
    let (["[" | "[[", inside @ .., "]" | "]]"] | ["test", inside @ ..]) = &words[..] else {
        return None;
    };
    let [left, sign, right] = inside else {
        return None;
    };
    let equal = match *sign {
        "=" | "==" => true,
        "!=" => false,
        _ => return None,
    };
    // `"x$NAME" = "xproduction"` is an old way to survive an empty value.
    let (left, right) = match (left.strip_prefix("x$"), right.strip_prefix('x')) {
        (Some(_), Some(right)) => (&left[1..], right),
        _ => (*left, *right),
    };
    left.starts_with('$').then(|| EnvironmentTest {
        name: variable(left).to_owned(),
        value: right.to_owned(),
        equal,
    })
}

/// The same condition where it does not hold.
pub(super) fn opposite(mut guard: Guard) -> Guard {
    guard.holds = !guard.holds;
    if let Some(compared) = &mut guard.compared {
        compared.equal = !compared.equal;
    }
    guard
}
