//! The parameters of a function, laid out for the arguments of a call.

use std::borrow::Cow;

use super::arg::name;
use super::facts::{Candidate, Possible, TypeId};

/// A candidate with its parameters laid out for a number of arguments.
pub(super) struct Laid<'c> {
    pub(super) possible: &'c Possible,
    pub(super) params: Cow<'c, [TypeId]>,
}

impl<'c> Laid<'c> {
    pub(super) fn of(possible: &'c Possible, count: usize) -> Option<Self> {
        let params = laid_out(&possible.candidate, count)?;
        Some(Self { possible, params })
    }
}

/// Parameters for so many arguments: a variadic one repeated, those with defaults left out.
pub(super) fn laid_out(candidate: &Candidate, count: usize) -> Option<Cow<'_, [TypeId]>> {
    let own = candidate.args.len();
    if candidate.variadic {
        let (last, plain) = candidate.args.split_last()?;
        let element = if name(*last) == "any" {
            *last
        } else {
            match name(*last) {
                "anyarray" => TypeId::named("anyelement")?,
                "anycompatiblearray" => TypeId::named("anycompatible")?,
                _ => last.fact().element?,
            }
        };
        if count < own {
            return None;
        }
        let mut params = plain.to_vec();
        params.resize(count, element);
        return Some(Cow::Owned(params));
    }
    let params = candidate.args.get(..count)?;
    (own - count <= candidate.defaults).then_some(Cow::Borrowed(params))
}
