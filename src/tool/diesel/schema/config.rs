//! `diesel.toml` and its patch file, as far as they say what `schema.rs` leaves out or changes.

use regex::Regex;

use crate::catalog::QName;
use crate::source::{Source, Span};

/// `[print_schema]`.
#[derive(Clone, Debug, Default)]
pub struct DieselConfig {
    /// `schema`: the only schema that is printed.
    pub schema: Option<String>,
    /// `patch_file`, relative to the configuration.
    pub patch_file: Option<String>,
    only: Option<Vec<Regex>>,
    except: Vec<Regex>,
    /// Lines that the patch adds, by their number in the patched file, and lines before which it
    /// takes a column away.
    added: Vec<usize>,
    removed: Vec<usize>,
}

/// What a patch does to one table.
pub(super) struct Patched {
    added: Vec<usize>,
    pub(super) removes_columns: bool,
}

impl Patched {
    /// Whether the patch wrote that line.
    pub(super) fn touches(&self, source: &Source, span: Span) -> bool {
        self.added.contains(&source.position(span.start).line)
    }
}

impl DieselConfig {
    /// Reads what `diesel.toml` says of one of its files: `[print_schema]`, or the
    /// `[print_schema.name]` of that file. What is not understood is as if it were not there.
    pub fn parse(text: &str, file: &str) -> Self {
        let table = text.parse::<toml::Table>().ok();
        let print = table
            .as_ref()
            .and_then(|table| table.get("print_schema"))
            .and_then(toml::Value::as_table);
        let Some(print) = print else {
            return Self::default();
        };
        let print = print
            .values()
            .filter_map(toml::Value::as_table)
            .find(|section| {
                let named = section.get("file").and_then(toml::Value::as_str);
                named.is_some_and(|named| named.trim_start_matches("./") == file)
            })
            .unwrap_or(print);
        let string = |key: &str| {
            print
                .get(key)
                .and_then(toml::Value::as_str)
                .map(str::to_owned)
        };
        let filter = print.get("filter").and_then(toml::Value::as_table);
        let patterns = |key: &str| -> Option<Vec<Regex>> {
            let listed = filter?.get(key)?.as_array()?;
            Some(
                listed
                    .iter()
                    .filter_map(toml::Value::as_str)
                    .filter_map(|name| Regex::new(name).ok())
                    .collect(),
            )
        };
        Self {
            schema: string("schema"),
            patch_file: string("patch_file"),
            only: patterns("only_tables"),
            except: patterns("except_tables").unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Takes note of a unified diff.
    pub fn patch(&mut self, diff: &str) {
        let mut line = 0;
        for text in diff.lines() {
            let is_column = text.len() > 1 && text[1..].contains("->");
            if let Some(header) = text.strip_prefix("@@ ") {
                let new = header
                    .split_whitespace()
                    .find_map(|part| part.strip_prefix('+'));
                line = new
                    .and_then(|new| new.split(',').next()?.parse().ok())
                    .unwrap_or_default();
            } else if text.starts_with("+++") || text.starts_with("---") {
            } else if text.starts_with('+') {
                if is_column {
                    self.added.push(line);
                }
                line += 1;
            } else if text.starts_with('-') {
                if is_column {
                    self.removed.push(line);
                }
            } else {
                line += 1;
            }
        }
    }

    /// Whether any table may be left out.
    pub fn filters(&self) -> bool {
        self.only.is_some() || !self.except.is_empty() || self.schema.is_some()
    }

    /// Whether a table may be in the file at all: only one schema's are.
    pub fn covers(&self, table: &QName) -> bool {
        let schema = self.schema.as_ref();
        schema.is_none_or(|schema| *schema == table.schema || table.schema.is_empty())
            && self.prints(&table.name)
    }

    /// Whether a table of that name is printed. Diesel's filters are patterns.
    pub fn prints(&self, table: &str) -> bool {
        let listed = |patterns: &[Regex]| patterns.iter().any(|pattern| pattern.is_match(table));
        self.only.as_ref().is_none_or(|only| listed(only)) && !listed(&self.except)
    }

    pub(super) fn patched(&self, source: &Source, span: Span) -> Patched {
        let lines = source.position(span.start).line..=source.position(span.end).line;
        let within = |numbers: &[usize]| {
            numbers
                .iter()
                .filter(|line| lines.contains(*line))
                .copied()
                .collect::<Vec<_>>()
        };
        let added = within(&self.added);
        // As many lines gone as came are columns that changed, not columns that went.
        Patched {
            removes_columns: within(&self.removed).len() > added.len(),
            added,
        }
    }
}
