//! From a rule's words to a [`Diagnostic`].

use super::Diagnostic;
use crate::catalog::Site;
use crate::catalog::sizes::{LARGE, spoken};
use crate::diagnostic::{Confidence, Fix, Held, Label, Object, Severity};
use crate::page::Meta;
use crate::project::MigrationSet;
use crate::source::{Source, Span};

/// What a rule is set to for one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// How bad its diagnostics are.
    pub severity: Severity,
    /// Whether the user said so, rather than the rule's page.
    pub configured: bool,
}

/// Where a rule's diagnostics go.
pub(crate) struct Reporter<'a> {
    /// The rule's name.
    rule: &'static str,
    /// How sure it is, unless one of its diagnostics says otherwise.
    confidence: Confidence,
    /// Its severity, and whether configuration says so, in which case the rule has no say.
    setting: Setting,
    /// The set whose history labels may point into.
    set: Option<&'a MigrationSet>,
    sink: &'a mut Vec<Diagnostic>,
}

impl<'a> Reporter<'a> {
    /// One that speaks for no rule yet.
    pub(crate) fn new(set: Option<&'a MigrationSet>, sink: &'a mut Vec<Diagnostic>) -> Self {
        Self {
            rule: "",
            confidence: Confidence::High,
            setting: Setting {
                severity: Severity::Note,
                configured: false,
            },
            set,
            sink,
        }
    }

    /// Reports in the name of this rule from now on.
    pub(crate) fn speak_for(&mut self, meta: &'static Meta, setting: Setting) {
        self.rule = meta.name;
        self.confidence = meta.confidence;
        self.setting = setting;
    }

    /// Reports in the name of a rule of the project's own from now on.
    pub(crate) fn speak_for_custom(&mut self, name: &'static str, setting: Setting) {
        self.rule = name;
        self.confidence = Confidence::High;
        self.setting = Setting {
            configured: true,
            ..setting
        };
    }

    pub(crate) fn report(&mut self, source: Source, span: Span, message: String) -> Reported<'_> {
        self.sink.push(Diagnostic {
            confidence: self.confidence,
            ..Diagnostic::new(self.rule, self.setting.severity, source, span, message)
        });
        let diagnostic = self.sink.last_mut().expect("one was just pushed");
        Reported {
            diagnostic,
            set: self.set,
            configured: self.setting.configured,
        }
    }
}

/// A diagnostic that has been reported and may be given more.
pub struct Reported<'a> {
    diagnostic: &'a mut Diagnostic,
    set: Option<&'a MigrationSet>,
    configured: bool,
}

#[expect(
    clippy::return_self_not_must_use,
    reason = "the diagnostic is already reported; these only tell more of it"
)]
impl Reported<'_> {
    /// What to do.
    pub fn help(self, help: impl Into<String>) -> Self {
        self.diagnostic.help = Some(help.into());
        self
    }

    /// Another place, and why it matters.
    pub fn label(self, source: &Source, span: Span, message: impl Into<String>) -> Self {
        let label = Label::new(source.clone(), span, message);
        self.diagnostic.related.push(label);
        self
    }

    /// A place in the history, as objects of the catalog remember it; nothing happens when it is
    /// `None`.
    pub fn label_site(self, site: impl Into<Option<Site>>, message: impl Into<String>) -> Self {
        let part = site.into().and_then(|site| {
            let migration = self.set?.migrations.get(site.migration as usize)?;
            let part = migration.all_parts().nth(site.file as usize)?;
            Some((part.source.clone(), site.span))
        });
        match part {
            Some((source, span)) => self.label(&source, span, message),
            None => self,
        }
    }

    /// Another severity than the rule's own, for this one case. Configuration wins.
    pub fn severity(self, severity: Severity) -> Self {
        if !self.configured {
            self.diagnostic.severity = severity;
        }
        self
    }

    /// Says that this one is a guess, to be hidden unless asked for.
    pub fn low_confidence(self) -> Self {
        self.diagnostic.confidence = Confidence::Low;
        self
    }

    /// Edits that fix it, if there are any.
    pub fn fix(self, fix: impl Into<Option<Fix>>) -> Self {
        self.diagnostic.fixes.extend(fix.into());
        self
    }

    /// The lock that makes others wait.
    pub fn lock(self, held: Option<Held>) -> Self {
        self.diagnostic.lock = held;
        self
    }

    /// About how many rows it is about: of few ones nothing is said, and what takes minutes is an
    /// error.
    pub fn rows(self, rows: Option<u64>) -> Self {
        self.diagnostic.rows = rows;
        let Some(many) = rows.filter(|rows| *rows >= LARGE) else {
            return self;
        };
        let said = format!(" (about {} rows)", spoken(many));
        self.diagnostic.message.push_str(&said);
        self.severity(Severity::Error)
    }

    /// The schema object that two sides disagree about.
    pub fn object(self, object: Object) -> Self {
        self.diagnostic.object = Some(object);
        self
    }
}
