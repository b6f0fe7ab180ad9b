//! The type that several values share.

use super::arg::{ArgType, category, converts};
use super::facts::{CastContext, TypeId};

/// One type for several values.
#[derive(Clone, Debug)]
pub(crate) enum CommonType {
    One(ArgType),
    /// These two have none.
    Different(ArgType, ArgType),
    Unsure,
}

/// The type that `UNION`, `CASE`, `COALESCE` and the like give to values (`select_common_type`).
pub(crate) fn common(values: &[ArgType]) -> CommonType {
    if values.contains(&ArgType::Unknown) {
        return CommonType::Unsure;
    }
    let mut chosen: Option<&ArgType> = None;
    for value in values.iter().filter(|value| **value != ArgType::Untyped) {
        let Some(so_far) = chosen else {
            chosen = Some(value);
            continue;
        };
        if value == so_far {
            continue;
        }
        if category(so_far) != category(value) {
            return CommonType::Different(so_far.clone(), value.clone());
        }
        let preferred = matches!(so_far, ArgType::Own(id) if id.fact().preferred);
        if !preferred && is_implicit(so_far, value) && !is_implicit(value, so_far) {
            chosen = Some(value);
        }
    }
    let Some(chosen) = chosen else {
        return CommonType::One(TypeId::named("text").map_or(ArgType::Unknown, ArgType::Own));
    };
    match values.iter().find(|value| !is_implicit(value, chosen)) {
        Some(other) => CommonType::Different(chosen.clone(), other.clone()),
        None => CommonType::One(chosen.clone()),
    }
}

fn is_implicit(from: &ArgType, to: &ArgType) -> bool {
    converts(from, to, CastContext::Implicit)
}
