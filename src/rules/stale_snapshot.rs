//! A snapshot that disagrees with the migrations; `drift` finds it.

use super::Check;

pub(super) const CHECK: Check = Check::Pipeline;
