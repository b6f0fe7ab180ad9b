//! A declared object that no migration makes; `drift` finds it.

use super::Check;

pub(super) const CHECK: Check = Check::Pipeline;
