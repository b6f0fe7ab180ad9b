//! An object that is declared differently; `drift` finds it.

use super::Check;

pub(super) const CHECK: Check = Check::Pipeline;
