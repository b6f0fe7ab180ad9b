//! A migrated object that is not declared; `drift` finds it.

use super::Check;

pub(super) const CHECK: Check = Check::Pipeline;
