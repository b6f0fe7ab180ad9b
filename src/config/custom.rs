//! `[[rule]]`: a rule of the project's own.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::read::{ConfigReader, TomlValue};
use crate::cel::{self, Expression};
use crate::custom::{CustomRule, Message};
use crate::diagnostic::Severity;
use crate::error::Result;
use crate::rules;

const KEYS: [&str; 8] = [
    "name", "when", "message", "severity", "help", "dialect", "good", "bad",
];

impl ConfigReader<'_> {
    pub(super) fn custom_rule(
        &self,
        (table, at): (&DeTable<'_>, Range<usize>),
    ) -> Result<CustomRule> {
        let (mut name, mut when, mut message) = (None, None, None);
        let mut rule = CustomRule {
            name: "",
            when: Expression::parse("false").map_err(|error| self.no_expression(&at, &error))?,
            message: Message::default(),
            severity: Severity::Warning,
            help: None,
            dialect: None,
            good: Vec::new(),
            bad: Vec::new(),
        };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "name" => name = Some(self.rule_name(value)?),
                "when" => {
                    let read = Expression::parse(self.string("when", value)?);
                    let read = read.map_err(|error| self.no_expression(&value.span(), &error))?;
                    when = Some(read);
                }
                "message" => {
                    let read = Message::parse(self.string("message", value)?);
                    let read = read.map_err(|error| self.no_expression(&value.span(), &error))?;
                    message = Some(read);
                }
                "severity" => {
                    let word = Spanned::new(value.span(), self.string("severity", value)?);
                    let known = Severity::from_name(word.get_ref());
                    let names = ["note", "warning", "error"];
                    rule.severity = known.ok_or_else(|| self.unknown("severity", &word, &names))?;
                }
                "help" => rule.help = Some(self.string("help", value)?.to_owned()),
                "dialect" => rule.dialect = Some(self.dialect(value)?),
                "good" => rule.good = self.strings("good", value)?,
                "bad" => rule.bad = self.strings("bad", value)?,
                _ => return Err(self.unknown("key in [[rule]]", key, &KEYS)),
            }
        }
        let missing = |key: &str| {
            self.error(
                at.clone(),
                format!("this rule has no `{key}`"),
                Some("docs/custom-rules.md says how one is written".to_owned()),
            )
        };
        let name = name.ok_or_else(|| missing("name"))?;
        rule.when = when.ok_or_else(|| missing("when"))?;
        rule.message = message.ok_or_else(|| missing("message"))?;
        // Names of rules live as long as the process, as those in the code do; a configuration has
        // a handful.
        rule.name = Box::leak(name.into_boxed_str());
        Ok(rule)
    }

    fn rule_name(&self, value: &TomlValue) -> Result<String> {
        let name = self.string("name", value)?;
        let mut signs = name.chars();
        let word = signs.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if name.is_empty() || !word {
            let help = Some("lower-case words with dashes between them: `no-json`".to_owned());
            return Err(self.error(
                value.span(),
                format!("`{name}` cannot be named in a comment"),
                help,
            ));
        }
        if rules::find(name).is_some() {
            let message = format!("`{name}` is the name of one of driftlint's own rules");
            return Err(self.error(value.span(), message, None));
        }
        Ok(name.to_owned())
    }

    fn no_expression(&self, at: &Range<usize>, error: &cel::CelError) -> crate::error::Error {
        let place = error.at.map(|place| format!("at byte {place} of it"));
        self.error(at.clone(), format!("this is no expression: {error}"), place)
    }
}
