//! The marks of a merge that nobody has resolved.

use super::Check;

pub(super) const CHECK: Check = Check::Pipeline;
