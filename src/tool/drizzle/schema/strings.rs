//! Methods of strings, numbers and regular expressions.

use std::rc::Rc;

use oxc_ast::ast::{CallExpression, RegExpFlags, RegExpLiteral};

use super::eval::{EvalScope, Evaluator};
use super::value::{JsValue, MAX_SIZE};

/// A regular expression, as far as Rust's understands JavaScript's.
pub(super) struct Pattern {
    regex: regex::Regex,
    global: bool,
}

impl Pattern {
    /// `None` for what only JavaScript knows: looking around, references back.
    pub(super) fn new(literal: &RegExpLiteral<'_>) -> Option<Self> {
        let flags = literal.regex.flags;
        let mut prefix = String::new();
        for (flag, letter) in [
            (RegExpFlags::I, 'i'),
            (RegExpFlags::M, 'm'),
            (RegExpFlags::S, 's'),
        ] {
            prefix.extend(flags.contains(flag).then_some(letter));
        }
        let prefix = if prefix.is_empty() {
            prefix
        } else {
            format!("(?{prefix})")
        };
        // JavaScript's classes are those of ASCII.
        let text = literal.regex.pattern.text.as_str();
        let text = text
            .replace("\\d", "[0-9]")
            .replace("\\w", "[0-9A-Za-z_]")
            .replace("\\/", "/");
        let regex = regex::Regex::new(&format!("{prefix}{text}")).ok()?;
        Some(Self {
            regex,
            global: flags.contains(RegExpFlags::G),
        })
    }
}

impl<'a> Evaluator<'a, '_> {
    /// `text.replace(/…/, with)` and its relatives; `None` for what is not known.
    pub(super) fn pattern_method(
        &self,
        text: &str,
        name: &str,
        arguments: &[JsValue<'a>],
        call: &'a CallExpression<'a>,
        scope: &Rc<EvalScope<'a>>,
    ) -> Option<JsValue<'a>> {
        let Some(JsValue::Pattern(pattern)) = arguments.first() else {
            return None;
        };
        match (name, arguments.get(1)) {
            ("replace" | "replaceAll", Some(with)) => {
                let (mut out, mut from) = (String::new(), 0);
                for found in pattern.regex.captures_iter(text) {
                    let whole = found.get(0)?;
                    out.push_str(&text[from..whole.start()]);
                    from = whole.end();
                    if out.len() > MAX_SIZE {
                        return None;
                    }
                    match with {
                        JsValue::String(with) => expand(with, &found, &mut out)?,
                        with => {
                            let groups = found.iter().map(|group| {
                                group.map_or(JsValue::Undefined, |group| {
                                    JsValue::string(group.as_str())
                                })
                            });
                            let groups: Vec<JsValue<'a>> = groups.collect();
                            out.push_str(&self.apply(with, &groups, call, scope).to_text()?);
                        }
                    }
                    if !pattern.global {
                        break;
                    }
                }
                out.push_str(&text[from..]);
                Some(JsValue::string(out))
            }
            ("split", None) => Some(JsValue::array(
                pattern.regex.split(text).map(JsValue::string).collect(),
            )),
            _ => None,
        }
    }

    /// `/…/.test(text)`.
    pub(super) fn tests(pattern: &Pattern, arguments: &[JsValue<'a>]) -> Option<JsValue<'a>> {
        Some(JsValue::Bool(
            pattern.regex.is_match(arguments.first()?.as_str()?),
        ))
    }
}

/// `$1`, `$&` and `$$` of a replacement.
fn expand(with: &str, found: &regex::Captures<'_>, out: &mut String) -> Option<()> {
    let mut letters = with.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '$' {
            out.push(letter);
            continue;
        }
        match letters.peek() {
            Some('$') => out.push('$'),
            Some('&') => out.push_str(found.get(0)?.as_str()),
            Some(digit) if digit.is_ascii_digit() => {
                let group = usize::try_from(digit.to_digit(10)?).ok()?;
                out.push_str(found.get(group).map_or("", |group| group.as_str()));
            }
            _ => return None,
        }
        letters.next();
    }
    Some(())
}

/// A function of `Math`.
pub(super) fn math<'a>(name: &str, arguments: &[JsValue<'a>]) -> Option<JsValue<'a>> {
    let number = |value: &JsValue<'a>| match value {
        JsValue::Number(number) => Some(*number),
        _ => None,
    };
    let numbers: Option<Vec<f64>> = arguments.iter().map(number).collect();
    let numbers = numbers?;
    Some(JsValue::Number(match (name, numbers.as_slice()) {
        ("max", numbers) if !numbers.is_empty() => {
            numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max)
        }
        ("min", numbers) if !numbers.is_empty() => {
            numbers.iter().copied().fold(f64::INFINITY, f64::min)
        }
        ("floor", [number]) => number.floor(),
        ("ceil", [number]) => number.ceil(),
        ("round", [number]) => (number + 0.5).floor(),
        ("trunc", [number]) => number.trunc(),
        ("abs", [number]) => number.abs(),
        ("pow", [number, power]) => number.powf(*power),
        _ => return None,
    }))
}

/// A place in something of a length, negative ones from its end.
pub(super) fn index(at: f64, length: usize) -> Option<usize> {
    #[expect(clippy::cast_precision_loss, reason = "nothing here is 2^52 long")]
    let at = if at < 0.0 { at + length as f64 } else { at };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked"
    )]
    (at >= 0.0).then_some(at as usize)
}

/// A boundary in something of a length: never outside of it.
pub(super) fn clamped(at: f64, length: usize) -> usize {
    index(at, length).unwrap_or(0).min(length)
}

pub(super) fn convert<'a>(name: &str, value: Option<&JsValue<'a>>) -> Option<JsValue<'a>> {
    let value = value?;
    Some(match (name, value) {
        ("String", value) => JsValue::String(value.to_text()?),
        ("Boolean", value) => JsValue::Bool(value.truthy()?),
        ("Number", JsValue::Number(number)) => JsValue::Number(*number),
        ("Number", JsValue::String(text)) => JsValue::Number(text.trim().parse().ok()?),
        ("parseInt" | "Number.parseInt", value) => {
            let text = value.to_text()?;
            let text = text.trim_start();
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            let length = digits
                .find(|digit: char| !digit.is_ascii_digit())
                .unwrap_or(digits.len());
            let number: f64 = digits[..length].parse().ok()?;
            JsValue::Number(if text.starts_with('-') {
                -number
            } else {
                number
            })
        }
        ("parseFloat", value) => JsValue::Number(value.to_text()?.trim().parse().ok()?),
        ("BigInt", JsValue::Number(_) | JsValue::String(_) | JsValue::BigInt(_)) => {
            JsValue::BigInt(value.to_text()?)
        }
        _ => return None,
    })
}

pub(super) fn string_method<'a>(
    text: &Rc<str>,
    name: &str,
    arguments: &[JsValue<'a>],
) -> Option<JsValue<'a>> {
    let first = arguments.first().and_then(JsValue::as_str);
    Some(match name {
        "toLowerCase" => JsValue::string(text.to_lowercase()),
        "toUpperCase" => JsValue::string(text.to_uppercase()),
        "trim" => JsValue::string(text.trim()),
        "trimStart" => JsValue::string(text.trim_start()),
        "trimEnd" => JsValue::string(text.trim_end()),
        "slice" | "substring" if text.is_ascii() => {
            let at = |place: usize, otherwise: usize| match arguments.get(place) {
                None | Some(JsValue::Undefined) => Some(otherwise),
                Some(JsValue::Number(number)) if name == "slice" => {
                    Some(clamped(*number, text.len()))
                }
                Some(JsValue::Number(number)) => Some(clamped(number.max(0.0), text.len())),
                _ => None,
            };
            let (mut from, mut to) = (at(0, 0)?, at(1, text.len())?);
            if name == "substring" && from > to {
                (from, to) = (to, from);
            }
            JsValue::string(text.get(from..to).unwrap_or_default())
        }
        "charAt" | "at" if text.is_ascii() => match arguments.first() {
            Some(JsValue::Number(at)) => {
                let found = index(*at, text.len()).filter(|_| name == "at" || *at >= 0.0);
                match found.and_then(|at| text.get(at..=at)) {
                    Some(letter) => JsValue::string(letter),
                    None if name == "at" => JsValue::Undefined,
                    None => JsValue::string(""),
                }
            }
            _ => return None,
        },
        "padStart" | "padEnd" if text.is_ascii() => {
            let Some(JsValue::Number(width)) = arguments.first() else {
                return None;
            };
            let filler = arguments
                .get(1)
                .map_or(Some(" ".into()), |filler| filler.as_str().cloned())?;
            let missing = clamped(*width, 10_000).saturating_sub(text.len());
            let filler: String = filler.chars().cycle().take(missing).collect();
            JsValue::string(if name == "padStart" {
                format!("{filler}{text}")
            } else {
                format!("{text}{filler}")
            })
        }
        "repeat" => match arguments.first() {
            Some(JsValue::Number(times)) => {
                let times = clamped(*times, 1000);
                (text.len() * times <= MAX_SIZE).then(|| JsValue::string(text.repeat(times)))?
            }
            _ => return None,
        },
        "toString" => JsValue::String(text.clone()),
        "concat" => JsValue::string(format!("{text}{}", JsValue::join(arguments, "")?)),
        "startsWith" => JsValue::Bool(text.starts_with(&**first?)),
        "endsWith" => JsValue::Bool(text.ends_with(&**first?)),
        "includes" => JsValue::Bool(text.contains(&**first?)),
        "replace" => JsValue::string(text.replacen(&**first?, arguments.get(1)?.as_str()?, 1)),
        "replaceAll" => {
            let (old, new) = (&**first?, arguments.get(1)?.as_str()?);
            if text.matches(old).count().saturating_mul(new.len()) > MAX_SIZE {
                return None;
            }
            JsValue::string(text.replace(old, new))
        }
        "split" if first.is_some_and(|separator| separator.is_empty()) => JsValue::array(
            text.chars()
                .map(|letter| JsValue::string(letter.to_string()))
                .collect(),
        ),
        "split" => JsValue::array(text.split(&**first?).map(JsValue::string).collect()),
        _ => return None,
    })
}
