//! The one gate for what may be older than the changes: what its rule is set to, whether somebody
//! allows it, and whether it is shown.
//!
//! What a migration does is as new as the migration, and needs none of this.

use super::{CheckState, Scope};
use crate::diagnostic::{Diagnostic, Severity};

impl CheckState<'_> {
    /// Reports a finding, unless its rule is off for the file, somebody allows it, or it was there
    /// before the changes; whether it did. `allows` is asked once the severity is final.
    ///
    /// An older finding is a note even where configuration says error: the change did not bring it,
    /// and a commit that cannot pass until others' work is put right is passed by `--no-verify`.
    pub(super) fn settle(
        &mut self,
        mut diagnostic: Diagnostic,
        introduced: bool,
        scope: &Scope,
        allows: impl FnOnce(&mut Self, &Diagnostic) -> bool,
    ) -> bool {
        let settings = self.settings.of(diagnostic.source.path());
        let Some(setting) = settings.get(diagnostic.rule) else {
            return false;
        };
        if setting.configured {
            diagnostic.severity = setting.severity;
        }
        if !introduced {
            diagnostic.severity = Severity::Note;
        }
        if allows(self, &diagnostic) {
            self.summary.suppressed += usize::from(introduced);
            return false;
        }
        if !introduced && !scope.all_drift {
            self.summary.drift_before += 1;
            return false;
        }
        self.diagnostics.push(diagnostic);
        true
    }
}
