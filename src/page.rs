//! What the front matter of a rule's page says.

use crate::diagnostic::{Confidence, Severity};
use crate::sql::Dialect;

/// What kind of harm a rule is about. Decides what is on by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// Two sources of truth disagree.
    Drift,
    /// Migrations and git history disagree.
    History,
    /// Rows or values are lost.
    DataLoss,
    /// Readers or writers wait.
    Lock,
    /// The release that is still running breaks.
    Compatibility,
    /// It fails, or does something other than what it says.
    Correctness,
    /// It cannot run in this transaction, or only half of it is kept.
    Transaction,
    /// Commands and services around migrations.
    Workflow,
    /// A matter of taste; off by default.
    Style,
}

impl Group {
    /// Every group, in the order of the documentation.
    pub const ALL: [Self; 9] = [
        Self::Drift,
        Self::History,
        Self::DataLoss,
        Self::Lock,
        Self::Compatibility,
        Self::Correctness,
        Self::Transaction,
        Self::Workflow,
        Self::Style,
    ];

    /// As written in pages, configuration and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::History => "history",
            Self::DataLoss => "data-loss",
            Self::Lock => "lock",
            Self::Compatibility => "compatibility",
            Self::Correctness => "correctness",
            Self::Transaction => "transaction",
            Self::Workflow => "workflow",
            Self::Style => "style",
        }
    }

    /// The reverse of [`Group::name`].
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

/// What a page says of its rule.
#[derive(Debug)]
pub struct Meta {
    /// The rule's name, which is the stem of its page.
    pub name: &'static str,
    /// What kind of harm.
    pub group: Group,
    /// How bad, unless configured.
    pub severity: Severity,
    /// How sure its diagnostics are, unless one of them says otherwise.
    pub confidence: Confidence,
    /// The dialects it knows.
    pub dialects: Vec<Dialect>,
    /// The hazards it covers, wholly or in part, by their number in the list that CONTRIBUTING.md
    /// explains: `B15`.
    pub hazards: Vec<&'static str>,
    /// The release that brought it.
    pub since: &'static str,
    /// Whether it runs unless configured.
    pub on: bool,
    /// Whether it is about what running a migration does to a database in use, so that it has
    /// nothing to say once the migration is merged.
    while_new: Option<bool>,
    /// The headline of the page, which says what is wrong.
    pub title: &'static str,
}

impl Meta {
    /// Whether it speaks only about migrations that are not merged: as the page says, or else where
    /// its group is about databases in use.
    pub fn asks_while_new(&self) -> bool {
        let in_use = matches!(
            self.group,
            Group::DataLoss | Group::Lock | Group::Compatibility | Group::Style
        );
        self.while_new.unwrap_or(in_use)
    }

    /// Reads the front matter: `key: value` lines between two `---`. `default: off` may take a rule
    /// out of the default set, `merged: silent` makes it speak of new migrations only (and
    /// `reported` of all, where its group does not), `confidence: low` makes its diagnostics
    /// guesses, and `hazards` lists what it covers.
    ///
    /// # Errors
    /// What is wrong with the page, for the person who writes it.
    pub fn parse(name: &'static str, page: &'static str) -> Result<Self, String> {
        let (front, body) = page
            .strip_prefix("---\n")
            .and_then(|rest| rest.split_once("\n---\n"))
            .ok_or("the page must start with front matter between two `---` lines")?;
        let (mut group, mut severity, mut since, mut on) = (None, None, None, None);
        let (mut dialects, mut hazards) = (Vec::new(), Vec::new());
        let mut confidence = Confidence::High;
        let mut while_new = None;
        for line in front.lines() {
            let (key, value) = line
                .split_once(':')
                .ok_or_else(|| format!("no `:` in `{line}`"))?;
            let value = value.trim();
            let unknown = || format!("unknown {key} `{value}`");
            match key {
                "name" if value == name => {}
                "name" => {
                    return Err(format!(
                        "the name `{value}` is not that of the file, `{name}`"
                    ));
                }
                "group" => group = Some(Group::from_name(value).ok_or_else(unknown)?),
                "severity" => severity = Some(Severity::from_name(value).ok_or_else(unknown)?),
                "dialects" => {
                    for dialect in value.split(", ") {
                        dialects.push(Dialect::from_name(dialect).ok_or_else(unknown)?);
                    }
                }
                "hazards" => {
                    for hazard in value.split(", ") {
                        hazards.push(hazard_number(hazard).ok_or_else(unknown)?);
                    }
                }
                "confidence" => confidence = Confidence::from_name(value).ok_or_else(unknown)?,
                "since" => since = Some(value),
                "merged" => {
                    while_new = Some(match value {
                        "silent" => true,
                        "reported" => false,
                        _ => return Err(unknown()),
                    });
                }
                "default" => {
                    on = Some(if value == "off" {
                        false
                    } else {
                        return Err(unknown());
                    });
                }
                _ => return Err(format!("unknown key `{key}`")),
            }
        }
        let group = group.ok_or("no `group`")?;
        Ok(Self {
            name,
            group,
            severity: severity.ok_or("no `severity`")?,
            confidence,
            hazards,
            dialects: if dialects.is_empty() {
                return Err("no `dialects`".to_owned());
            } else {
                dialects
            },
            since: since.ok_or("no `since`")?,
            on: on.unwrap_or(group != Group::Style),
            while_new,
            title: body
                .trim_start()
                .lines()
                .next()
                .and_then(|line| line.strip_prefix("# "))
                .ok_or("no headline")?,
        })
    }
}

/// A letter and a number, as in `B15`.
fn hazard_number(text: &str) -> Option<&str> {
    let number = text.strip_prefix(|first: char| first.is_ascii_uppercase())?;
    number.parse::<u16>().is_ok().then_some(text)
}
