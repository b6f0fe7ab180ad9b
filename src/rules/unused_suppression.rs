//! A comment that allows what nobody reports; [`crate::suppress`] finds it.

use super::Check;

pub(super) const CHECK: Check = Check::Pipeline;
